"""Proof nodes and the proof document (BPC-PROOF-1): their texts, hashes, sizes and limits.

Source: specification, 7.1 to 7.4 and step 7 of 9.3. Which construct makes which node is for `interpreter` and
`codegen`; data arrives here as canonical JSON text. Texts are bytes, since limits and hashes are over bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Final

from clysm.passport.cjson import MAX_DEPTH, text
from clysm.passport.decimals import Dec
from clysm.passport.errors import ProofTooLarge
from clysm.passport.units import Qty

MAX_NODES_SIZE: Final = 1048576  # bytes of all nodes of an evaluation (9.3, step 7)
MAX_PROOF_SIZE: Final = 262144  # bytes of the document (9.3, step 9)

# Levels of brackets a value may have at its places: {"nodes":[{"data":{ are four, "args":[ is a fifth.
OPERAND_DEPTH: Final = MAX_DEPTH - 4
ARGUMENT_DEPTH: Final = MAX_DEPTH - 5

# What a node's hash is over, with the hashes of the children (7.2), and the node, with their ids (7.1).
HASHED: Final = b'{"children":[%b],"data":%b,"id":%d,"type":"%b"}'
NODE: Final = b'{"children":[%b],"data":%b,"hash":"%b","id":%d,"type":"%b"}'
DOCUMENT: Final = b'{"field_index":{%b},"nodes":[%b],"proof_version":"BPC-PROOF-1","root_hash":"%b"}'

CONST: Final = b"CONST"
FACT_GET: Final = b"FACT_GET"
FIELD_REF: Final = b"FIELD_REF"
OP: Final = b"OP"
ASSERT: Final = b"ASSERT"
COMPLIANCE_EMIT: Final = b"COMPLIANCE_EMIT"

_FRAME: Final = len(NODE % (b"", b"", b"0" * 64, 0, b"")) - 1  # bytes of a node beside its variable parts


def node_hash(node_id: int, kind: bytes, data: bytes, children: Iterable[bytes]) -> bytes:
    """The hash of a node with children of these hashes, as lower-case hex."""
    hashes = b",".join([b'"%b"' % child for child in children])
    return sha256(HASHED % (hashes, data, node_id, kind)).hexdigest().encode()


def constant_type(value: object) -> str | None:
    """The type that a CONST node states beside its value; None if it states none (7.3)."""
    match value:
        case Dec():
            return f"Dec({value.scale})"
        case Qty():
            return f"Qty({value.unit})"
        case date():
            return "Date"
    return None


class NodeCounter:
    """The nodes of a test case (6.10): they are counted and measured, but neither hashed nor kept."""

    __slots__ = ("count", "size")

    def __init__(self) -> None:
        self.count = 0
        self.size = 0  # bytes of all nodes with their hashes

    def add(self, kind: bytes, data: Sequence[bytes], children: Sequence[int]) -> int | ProofTooLarge:
        """The id of the next node. `data` is given in pieces, whose sum may be too large to be joined."""
        node_id = self.count
        size = self.size + _FRAME + sum(map(len, data)) + len(str(node_id)) + len(kind)
        if children:
            size -= 1  # a comma less than ids
            for child in children:
                size += 2 if child < 10 else 3 if child < 100 else len(str(child)) + 1
        self.size = size
        if self.size > MAX_NODES_SIZE:
            return ProofTooLarge(self.size)
        self.count += 1
        return node_id


class ProofBuilder(NodeCounter):
    """The nodes of a proof in the order in which they are completed (7.4)."""

    __slots__ = ("hashes", "nodes", "parents")

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[bytes] = []
        self.hashes: list[bytes] = []
        self.parents: set[int] = set()  # ids that are a child of some node

    def add(self, kind: bytes, data: Sequence[bytes], children: Sequence[int]) -> int | ProofTooLarge:
        """Complete a node."""
        node_id = super().add(kind, data, children)
        if isinstance(node_id, int):
            joined = b"".join(data)
            digest = node_hash(node_id, kind, joined, [self.hashes[child] for child in children])
            ids = b",".join([b"%d" % child for child in children])
            self.nodes.append(NODE % (ids, joined, digest, node_id, kind))
            self.hashes.append(digest)
            self.parents.update(children)
        return node_id

    def loose(self, start: int, value: int) -> list[int]:
        """The nodes from `start` on that are no child of any node, other than the value node (7.4)."""
        return [node for node in range(start, self.count) if node != value and node not in self.parents]

    def document(self, field_index: Mapping[str, int]) -> bytes:
        """The proof: the last node is the root."""
        index = ",".join([f"{text(path)}:{field_index[path]}" for path in sorted(field_index)])
        return DOCUMENT % (index.encode(), b",".join(self.nodes), self.hashes[-1])
