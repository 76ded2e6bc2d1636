"""The nodes of a proof as a verifier holds them, and the hash of one (specification, 7.1 and 7.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from clysm.passport.cjson import text
from clysm.passport.evaluation.proof import MAX_PROOF_SIZE

__all__ = ["MAX_PROOF_SIZE", "NODE_TYPES", "PROOF_VERSION", "Proof", "node_hash", "reference_data"]

PROOF_VERSION: Final = "BPC-PROOF-1"
NODE_TYPES: Final = frozenset({"CONST", "FACT_GET", "FIELD_REF", "OP", "ASSERT", "COMPLIANCE_EMIT"})


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that was read: node i has `types[i]`, `children[i]`, `data[i]`, `hashes[i]`; the last is root.

    `data` are canonical JSON texts, not parsed, since a verifier mostly rebuilds them and compares.
    `definitions` are the ids of the field index in the order of `fields`.
    """

    types: list[str]
    children: list[tuple[int, ...]]
    data: list[str]
    hashes: list[str]
    fields: tuple[str, ...]
    definitions: list[int]

    @property
    def root(self) -> int:
        """The id of the last node."""
        return len(self.types) - 1


def node_hash(node: int, kind: str, data: str, child_hashes: Iterable[str]) -> str:
    """BPC-PROOF-HASH-1 of a node whose data has this canonical text and whose type is one of the six."""
    joined = '","'.join(child_hashes)
    children = f'"{joined}"' if joined else ""
    return sha256(
        f'{{"children":[{children}],"data":{data},"id":{node},"type":"{kind}"}}'.encode()
    ).hexdigest()


def reference_data(path: str) -> str:
    """The data of a FIELD_REF node, reference or definition."""
    return f'{{"field":{text(path)}}}'
