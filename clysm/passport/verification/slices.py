"""Verify a proof in one pass over its text, many times faster than by decoding it.

    {"field_index":INDEX,"nodes":[{"children":CHILDREN,"data":DATA,"hash":H,"id":N,"type":T},...],...}

The text of a node's data enters its hash as it stands, and `semantics` rebuilds it from the children. So the
text is cut where nodes join, what is not data is compared, character by character, with what it must be, and
data with what they must say. A node is accepted before the next one is looked at. So wherever the pass has
got to, every cut was right: each DATA is a canonical object and all around it is literal.

What is found out about a node depends on the text up to its end and on nothing behind it. So a pass may begin
where the text begins to differ from that of a proof which was accepted before.

The answer `None` means: not by this way. `structure` then reads the proof exactly. That is so of data in
which the text between two nodes occurs, of data nested deeply, and of nodes that state what does not follow.
"""

from __future__ import annotations

import re
from functools import lru_cache
from json import JSONDecoder
from typing import Final, Literal, NamedTuple, cast

from clysm.passport.cjson import MAX_DEPTH, decode_strict, text
from clysm.passport.values import Value
from clysm.passport.verification.nodes import (
    MAX_PROOF_SIZE,
    NODE_TYPES,
    PROOF_VERSION,
    Proof,
    node_hash,
    reference_data,
)
from clysm.passport.verification.semantics import (
    STEPS,
    Constant,
    Recomputation,
    VerifiedProof,
    Wrong,
    read_constant,
)
from clysm.passport.verification.structure import check_layout
from clysm.passport.verification.templates import Template, make_template

FRONT: Final = '{"field_index":'
MIDDLE: Final = ',"nodes":[{"children":['
JOINT: Final = '},{"children":['
HEAD: Final = '{"children":['  # of a node
BEHIND: Final = f'}}],"proof_version":"{PROOF_VERSION}","root_hash":"'
HASH_DIGITS: Final = 64
ENDING: Final = len(BEHIND) + HASH_DIGITS + len('"}')
ENOUGH: Final = MAX_DEPTH - 8  # brackets that data cannot nest too deeply with, four levels being around it
WORTHWHILE: Final = 16  # nodes in common
SHORT: Final = 512  # characters of a leaf, or of an array of children, worth remembering


class Leaf(NamedTuple):
    """A node without children whose hash was found right."""

    node: int
    kind: str
    data: str
    hash: str
    constant: Constant | None  # of a CONST node


class Children(NamedTuple):
    """The ids in an array of children."""

    ids: tuple[int, ...]
    greatest: int


class Ending(NamedTuple):
    """What stands behind the hash of a node."""

    node: int
    kind: str


class Nodes(NamedTuple):
    """The nodes that a pass has accepted so far: where each begins in the text, and what is known of it."""

    starts: list[int]
    types: list[str]
    children: list[tuple[int, ...]]
    hashes: list[str]
    state: Recomputation

    def before(self, node: int) -> Nodes:
        """The same, of the nodes before one only."""
        types = self.types[:node]
        state = self.state.before(node, types.count("COMPLIANCE_EMIT"))
        return Nodes(self.starts[:node], types, self.children[:node], self.hashes[:node], state)


class Accepted(NamedTuple):
    """A proof that was accepted."""

    source: str
    nodes: Nodes
    verified: VerifiedProof


class Index:
    """What a field index says, and the last proof with it that was accepted.

    Proofs of one rule package have few different indices among them.
    """

    __slots__ = ("definitions", "fields", "last", "references", "root_data", "root_front", "template")

    def __init__(self, node_by_path: dict[str, int]) -> None:
        self.fields: Final = tuple(sorted(node_by_path, key=node_by_path.__getitem__))
        self.definitions: Final = [node_by_path[path] for path in self.fields]
        self.references: Final = {node_by_path[path]: reference_data(path) for path in self.fields}
        self.root_front: Final = HEAD + ",".join(map(str, self.definitions))
        self.root_data: Final = f'{{"fields":[{",".join(map(text, self.fields))}],"op":"passport"}}'
        self.last: Accepted | None = None
        self.template: Template | None = None  # made when a second proof has the form of the last one


def slice_proof(data: bytes) -> VerifiedProof | Literal[False] | None:
    """The proof in these bytes and its outcome; False if it does not hold; None if this way cannot tell."""
    if len(data) > MAX_PROOF_SIZE:
        return False
    try:
        source = data.decode()
    except UnicodeDecodeError:
        return False
    start, end = source.find(MIDDLE), len(source) - ENDING
    if start < 0 or not source.startswith(FRONT) or not source.startswith(BEHIND, end):
        return False
    index = remembered_index(source[len(FRONT) : start])
    if index is None:
        return False
    last = index.last
    if last is not None and last.source == source:
        return last.verified
    if index.template is not None:
        written = index.template(source)
        if written is not None and not _may_be_deep(written.proof.data):
            return written
    # Texts hold no such head, since their quotes have a backslash in front: the last one is that of the root.
    root = source.rfind(HEAD, 0, end)
    if not source.startswith(index.root_front, root) or index.root_data not in source[root:end]:
        return False
    at, nodes = start + len(MIDDLE) - len(HEAD), Nodes([], [], [], [], Recomputation([], index.references))
    if last is not None:
        common = _nodes_in_common(source, last)
        if common > WORTHWHILE:
            at, nodes = last.nodes.starts[common], last.nodes.before(common)
            if not source.startswith(HEAD, at):
                return False
    accepted = _accept_nodes(source, at, end, nodes)
    if not accepted:
        return accepted
    proof = Proof(
        nodes.types, nodes.children, nodes.state.data, nodes.hashes, index.fields, index.definitions
    )
    if not _is_whole(proof, index) or source[end:] != f'{BEHIND}{proof.hashes[-1]}"}}':
        return False
    if _may_be_deep(proof.data):
        return None
    verified = VerifiedProof(proof, nodes.state.outcome(proof))
    if last is not None and index.template is None and _has_form(proof, last.nodes):
        index.template = make_template(verified)
    index.last = Accepted(source, nodes, verified)
    return verified


def _nodes_in_common(source: str, last: Accepted) -> int:
    """How many nodes an accepted text shares with this one; never the root, which is accepted otherwise."""
    other, starts = last.source, last.nodes.starts
    if not source.startswith(other[: starts[0]]):
        return 0
    low, high = 0, len(starts) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if source.startswith(other[starts[low] : starts[middle]], starts[low]):
            low = middle
        else:
            high = middle - 1
    return low


def _accept_nodes(source: str, at: int, end: int, nodes: Nodes) -> bool | None:
    """Add the nodes from here to the end; False at the first that no proof can have there."""
    starts, types, children, hashes, state = nodes
    texts, values, forms = state.data, state.values, state.texts
    node = len(types)
    while True:
        stop = source.find(JOINT, at, end)
        is_root = stop < 0
        if is_root:
            stop = end
        piece = source[at + len(HEAD) : stop]
        leaf = None
        if piece[:1] == "]":
            leaf = remembered_leaf(piece) if len(piece) <= SHORT else read_leaf(piece)
            if leaf is None or leaf.node != node:
                return _refusal(source, at, stop)
            _, kind, written, hash_, constant = leaf
            below: tuple[int, ...] = ()
        else:
            constant = None
            listed, _, rest = piece.partition('],"data":')
            written, _, tail = rest.rpartition(',"hash":"')
            hash_ = tail[:HASH_DIGITS]
            ending = remembered_ending(tail[HASH_DIGITS:]) if len(tail) <= SHORT else None
            read = remembered_children(listed) if len(listed) <= SHORT else read_children(listed)
            if ending is None or read is None or ending.node != node or read.greatest >= node:
                return _refusal(source, at, stop)
            kind, below = ending.kind, read.ids
            if node_hash(node, kind, written, [hashes[child] for child in below]) != hash_:
                return _refusal(source, at, stop)
        starts.append(at)
        types.append(kind)
        children.append(below)
        hashes.append(hash_)
        texts.append(written)
        if is_root:
            return True
        if constant is not None:
            value, form = constant
            forms.append(form)
        else:
            forms.append(None)
            found = STEPS[kind](state, node, written, below)
            if type(found) is Wrong:
                return None
            value = cast(Value, found)
        values.append(value)
        at = stop + len(JOINT) - len(HEAD)
        node += 1


def _refusal(source: str, at: int, stop: int) -> Literal[False] | None:
    """The answer on a node that begins here and is none if it ends there: False if it does end there.

    If it does not, what looks like the text between two nodes stands in its data.
    """
    try:
        _, found = _SCANNER.raw_decode(source, at)
    except ValueError:  # whatever begins here, it is no JSON
        return False
    except RecursionError:
        return None
    goes_on = source.startswith(("]", f",{HEAD}"), found)
    return None if goes_on and found != stop + len("}") else False


def _is_whole(proof: Proof, index: Index) -> bool:
    """Steps 5 to 10 of 7.5 on nodes that are accepted one by one."""
    if proof.types[-1] != "OP" or proof.data[-1] != index.root_data:
        return False
    if index.definitions and not 0 <= index.definitions[0] < index.definitions[-1] + 1 <= proof.root:
        return False
    if any(proof.types[node] != "FIELD_REF" for node in index.definitions):
        return False
    if index.last is not None and _has_form(proof, index.last.nodes):
        return True
    return check_layout(proof) is None


def _has_form(proof: Proof, nodes: Nodes) -> bool:
    """Whether a proof has the layout of these nodes. Its FIELD_REF nodes say what their children say."""
    return proof.children == nodes.children and proof.types == nodes.types


def read_leaf(piece: str) -> Leaf | None:
    """The node without children that this is, from `],"data":` to its type."""
    written, _, tail = piece.removeprefix('],"data":').rpartition(',"hash":"')
    hash_, ending = tail[:HASH_DIGITS], read_ending(tail[HASH_DIGITS:])
    if ending is None or piece != f'],"data":{written},"hash":"{tail}':
        return None
    node, kind = ending
    if node_hash(node, kind, written, ()) != hash_:
        return None
    return Leaf(node, kind, written, hash_, read_constant(written) if kind == "CONST" else None)


def read_ending(written: str) -> Ending | None:
    """Id and type of a node, from behind its hash."""
    found = _ENDING.fullmatch(written)
    return Ending(int(found[1]), found[2]) if found is not None and found[2] in NODE_TYPES else None


def read_children(written: str) -> Children | None:
    """The ids in the array of children, at least one."""
    if _CHILDREN.fullmatch(written) is None:
        return None
    ids = tuple(map(int, written.split(",")))
    return Children(ids, max(ids))


def read_index(written: str) -> Index | None:
    """The field index, if it is one: a canonical object of distinct ids."""
    read = decode_strict(written.encode())
    if type(read) is not dict or not all(type(node) is int for node in read.values()):
        return None
    node_by_path = cast("dict[str, int]", read)
    return Index(node_by_path) if len(set(node_by_path.values())) == len(node_by_path) else None


# Passports of one rule package have most of these texts in common.
remembered_leaf = lru_cache(maxsize=4096)(read_leaf)
remembered_ending = lru_cache(maxsize=4096)(read_ending)
remembered_children = lru_cache(maxsize=4096)(read_children)
remembered_index = lru_cache(maxsize=8)(read_index)  # each holds a proof

_SCANNER: Final = JSONDecoder()
_ENDING: Final = re.compile('","id":(0|[1-9][0-9]{0,5}),"type":"([A-Z_]+)"')
_CHILDREN: Final = re.compile("(?:0|[1-9][0-9]{0,5})(?:,(?:0|[1-9][0-9]{0,5}))*")


def _may_be_deep(texts: list[str]) -> bool:
    """Whether some data might nest so deeply that the document exceeds the depth of canonical JSON."""
    if max(map(len, texts)) <= 2 * ENOUGH:
        return False
    return any(
        len(written) > 2 * ENOUGH and written.count("[") + written.count("{") > ENOUGH for written in texts
    )
