"""Verify proofs that differ in their facts only, as those of a series do, by writing them anew.

From a proof that was accepted a function is generated which takes the text of another one, reads from it what
the facts say, computes everything that depends on facts, writes the proof that follows and compares. What
depends on no fact is a piece of text that was verified in the first proof. If the text is the one written, it
is accepted for the same reasons: the same nodes in the same places, each hash that of its node, each value
recomputed by the operation that the node names. If not, nothing is known of it, and the answer is None.

In the generated code node n has the names vn (value), tn (its text), dn (data) and hn (hash).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any, Final, TypeAlias, cast

from clysm.passport.cjson import decode_strict, read_canonical, text
from clysm.passport.errors import Failure
from clysm.passport.operations import BINARY, BUILTINS, DECIDING
from clysm.passport.values import Some, form_text
from clysm.passport.verification.nodes import PROOF_VERSION, Proof
from clysm.passport.verification.semantics import Emission, Outcome, Reading, VerifiedProof

MOST_NODES: Final = 256  # of a proof for which code is worth generating

Template: TypeAlias = Callable[[str], "VerifiedProof | None"]


class Hole(str):
    """The name of a variable that stands in a text."""


Parts: TypeAlias = Sequence[str]  # of a text; some are holes


class NotCovered(Exception):
    """A proof whose form depends on more than the branches it took, such as on how long a list is."""


class Writer:
    """The code written so far, and the constants it names."""

    def __init__(self, verified: VerifiedProof) -> None:
        self.proof, self.outcome = verified.proof, verified.outcome
        self.names: dict[str, object] = dict(HELPERS)
        self.lines: list[str] = []
        self.whole: list[str] = []  # the document so far
        self.varying: set[int] = set()  # nodes that depend on facts
        self.texts: dict[int, Hole] = {}  # variables that hold the texts of their values
        self.facts: dict[tuple[str, str], int] = {}  # the first node that reads each fact
        self.readings: list[str] = []
        self.emissions: list[str] = []

    def add(self, *lines: str) -> None:
        """Lines of code."""
        self.lines += lines

    def require(self, condition: str) -> None:
        """Without this there is no answer."""
        self.add(f"if not ({condition}): return None")

    def constant(self, value: object) -> str:
        """The name of a constant."""
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def part(self, name: str) -> str:
        """A variable or text constant, for `joined`."""
        known = self.names.get(name)
        return known if isinstance(known, str) else Hole(name)

    def joined(self, parts: Parts) -> str:
        """The expression of a text."""
        pieces: list[str] = []
        for is_hole, run in groupby(parts, lambda part: isinstance(part, Hole)):
            pieces.extend(run if is_hole else [self.constant("".join(run))])  # noqa: B031
        return f'f"{"".join(f"{{{piece}}}" for piece in pieces)}"'

    def value(self, node: int) -> str:
        """The expression of a value."""
        return f"v{node}" if node in self.varying else self.constant(self.outcome.values[node])

    def known_text(self, node: int) -> str:
        """The value of a node that depends on no fact and is a Text."""
        value = None if node in self.varying else self.outcome.values[node]
        if type(value) is not str:
            raise NotCovered
        return value

    def text(self, node: int) -> str:
        """The canonical text of a value, for `joined`."""
        if node not in self.varying:
            written = form_text(self.outcome.values[node])
            if written is None:
                raise NotCovered
            return written
        if node not in self.texts:
            self.texts[node] = Hole(f"t{node}")
            self.add(f"t{node} = form_text(v{node})")
            self.require(f"t{node} is not None")
        return self.texts[node]

    def same(self, node: int, child: int, value: str) -> None:
        """A node whose value has the text of a child's value."""
        self.add(f"v{node} = {value}")
        if child in self.texts:
            self.texts[node] = self.texts[child]

    def call(self, node: int, operation: Callable[..., object], values: Sequence[str]) -> None:
        """A node whose value an operation gives."""
        self.add(f"v{node} = {self.constant(operation)}({', '.join(values)})")
        self.require(f"not isinstance(v{node}, Failure)")

    def emit(self, below: Sequence[int]) -> None:
        """A statement, of texts."""
        self.emissions.append(f"Emission({', '.join(map(self.value, below))})")


def make_template(verified: VerifiedProof) -> Template | None:
    """The function for proofs that differ from this one in their facts; None if it has no simple form."""
    if len(verified.proof.types) > MOST_NODES:
        return None
    writer = Writer(verified)
    try:
        _write(writer)
    except NotCovered:
        return None
    code = "\n    ".join(("def template(source):", *writer.lines))
    exec(compile(code, "<template of a proof>", "exec"), writer.names)
    return cast(Template, writer.names["template"])


def _write(writer: Writer) -> None:
    """The nodes in order, then the comparison, then what is answered."""
    proof = writer.proof
    index = sorted(zip(proof.fields, proof.definitions, strict=True))
    members = ",".join([f"{text(path)}:{node}" for path, node in index])
    writer.whole.append(f'{{"field_index":{{{members}}},"nodes":[')
    data: list[str] = []
    hashes: list[str] = []
    for node, (kind, below, stated) in enumerate(zip(proof.types, proof.children, proof.data, strict=True)):
        front = f'{"," if node else ""}{{"children":[{",".join(map(str, below))}],"data":'
        back = f',"id":{node},"type":"{kind}"}}'
        if kind != "FACT_GET" and writer.varying.isdisjoint(below):
            writer.whole.append(f'{front}{stated},"hash":"{proof.hashes[node]}"{back}')
            data.append(writer.constant(stated))
            hashes.append(writer.constant(proof.hashes[node]))
            if kind == "COMPLIANCE_EMIT":
                writer.emit(below)
            continue
        writer.whole.append(front)
        parts = [stated] if node == proof.root else WRITERS[kind](writer, node, below)
        hashed: list[str] = ['{"children":[']
        for place, child in enumerate(below):
            known = Hole(f"h{child}") if child in writer.varying else proof.hashes[child]
            hashed += [',"' if place else '"', known, '"']
        writer.varying.add(node)
        hashed += ['],"data":', Hole(f"d{node}"), back]
        writer.add(f"d{node} = {writer.joined(parts)}")
        writer.add(f"h{node} = sha256({writer.joined(hashed)}.encode()).hexdigest()")
        writer.whole += [Hole(f"d{node}"), ',"hash":"', Hole(f"h{node}"), f'"{back}']
        data.append(f"d{node}")
        hashes.append(f"h{node}")
    ending = f'],"proof_version":"{PROOF_VERSION}","root_hash":"'
    writer.whole += [ending, writer.part(hashes[-1]), '"}']
    writer.require(f"source == {writer.joined(writer.whole)}")
    fields = [
        f"{writer.constant(path)}: {writer.joined([writer.text(node)])}"
        for path, node in zip(proof.fields, proof.definitions, strict=True)
    ]
    types, children = writer.constant(proof.types), writer.constant(proof.children)
    paths, definitions = writer.constant(proof.fields), writer.constant(proof.definitions)
    values = map(writer.value, range(proof.root))
    writer.add(
        f"proof = Proof({types}, {children}, {_list(data)}, {_list(hashes)}, {paths}, {definitions})",
        f"outcome = Outcome({_list(values)}, {{{', '.join(fields)}}}, {_tuple(writer.emissions)}, "
        f"{_tuple(writer.readings)})",
        "return VerifiedProof(proof, outcome)",
    )


def _list(elements: Iterable[str]) -> str:
    return f"[{', '.join(elements)}]"


def _tuple(elements: Iterable[str]) -> str:
    return f"({''.join(f'{element}, ' for element in elements)})"


# Kinds of nodes: each writes the code of the value, and answers what the data says.


def _fact(writer: Writer, node: int, below: Sequence[int]) -> Parts:
    fact_type, key = writer.known_text(below[0]), writer.known_text(below[1])
    is_prefix = not writer.proof.data[node].startswith('{"fact_key"')
    if not is_prefix and (fact_type, key) in writer.facts:
        first = writer.facts[fact_type, key]
        writer.same(node, first, f"v{first}")
        return [Hole(f"d{first}")]
    names = (
        [f'{{"fact_type":{text(fact_type)},"key_prefix":{text(key)},"result":']
        if is_prefix
        else [f'{{"fact_key":{text(key)},"fact_type":{text(fact_type)},"result":']
    )
    writer.add(f"before = {writer.joined([*writer.whole, *names])}")
    writer.require("source.startswith(before)")
    writer.add("read = read_canonical(source, len(before))")
    writer.require("read is not None")
    writer.add(f"r{node}, t{node} = read")
    writer.texts[node] = Hole(f"t{node}")
    if is_prefix:
        writer.require(f"type(r{node}) is list and all([type(payload) is dict for payload in r{node}])")
        writer.add(f"v{node} = r{node}")
    else:
        writer.facts[fact_type, key] = node
        writer.require(f"r{node} is None or type(r{node}) is dict")
        writer.add(f"v{node} = None if r{node} is None else Some(r{node})")
    stated = ", ".join((str(node), *map(writer.constant, (fact_type, key, is_prefix))))
    writer.readings.append(f"Reading({stated}, r{node}, t{node})")
    return [*names, Hole(f"t{node}"), "}"]


def _field(writer: Writer, node: int, below: Sequence[int]) -> Parts:
    writer.same(node, below[0], writer.value(below[0]))
    return [writer.proof.data[node]]


def _assertion(writer: Writer, node: int, below: Sequence[int]) -> Parts:
    asserted = writer.value(below[0])
    for words in below[1:]:
        writer.require(f"type({writer.value(words)}) is str")
    if type(writer.outcome.values[below[0]]) is Some:
        writer.require(f"type({asserted}) is Some")
        writer.same(node, below[0], f"{asserted}.value")
    else:
        writer.require(f"{asserted} is True")
        writer.add(f"v{node} = True")
    return ['{"condition":true,"error_code":', writer.text(below[1]), "}"]


def _emission(writer: Writer, node: int, below: Sequence[int]) -> Parts:
    for words in below:
        writer.require(f"type({writer.value(words)}) is str")
    writer.add(f"v{node} = True")
    writer.emit(below)
    return ['{"id":', writer.text(below[0]), ',"status":', writer.text(below[1]), "}"]


def _operation(writer: Writer, node: int, below: Sequence[int]) -> Parts:
    data: Any = decode_strict(writer.proof.data[node].encode())
    name, values = data["op"], [writer.value(child) for child in below]
    texts: list[str] = []
    for child in below:
        texts += [writer.text(child), ","]
    if "left" in data:
        if name in DECIDING:
            writer.require(f"{values[0]} is {DECIDING[name] is (len(below) == 1)}")
            writer.require(f"type({values[-1]}) is bool")
            writer.add(f"v{node} = {values[-1]}")
        else:
            writer.call(node, BINARY[name], values)
        right = texts[2] if len(below) == 2 else "null"
        return ['{"left":', texts[0], f',"op":"{name}","right":', right, "}"]
    if name == "if":
        writer.require(f"type({values[0]}) is bool")
        writer.same(node, below[1], values[1])
    elif name == "list":
        writer.add(f"v{node} = [{', '.join(values)}]")
    elif name == "record":
        pairs = zip(below[::2], values[1::2], strict=True)
        members = [f"{writer.constant(writer.known_text(key))}: {value}" for key, value in pairs]
        writer.add(f"v{node} = {{{', '.join(members)}}}")
    elif name in BUILTINS:
        writer.call(node, BUILTINS[name].apply, values)
    else:
        raise NotCovered
    return ['{"args":[', *texts[:-1], f'],"op":"{name}"}}']


WRITERS: Final[Mapping[str, Callable[[Writer, int, Sequence[int]], Parts]]] = {
    "FACT_GET": _fact,
    "FIELD_REF": _field,
    "ASSERT": _assertion,
    "COMPLIANCE_EMIT": _emission,
    "OP": _operation,
}

# What generated code calls.
HELPERS: Final[Mapping[str, object]] = {
    "Emission": Emission,
    "Failure": Failure,
    "Outcome": Outcome,
    "Proof": Proof,
    "Reading": Reading,
    "Some": Some,
    "VerifiedProof": VerifiedProof,
    "form_text": form_text,
    "read_canonical": read_canonical,
    "sha256": sha256,
}
