"""Structural verification of a proof (specification, 7.5): form, hashes, root, index, segments.

The steps bear the numbers of the specification and run in its order; the first failure is the answer.

    bytes --read_proof (1-6)--> Proof --check_layout (7-10)--> Proof

This is the exact way, which names every error; `slices` reads well-formed proofs faster.
What the nodes mean is left to `semantics`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Final, cast

from clysm.passport.cjson import Json, decode_strict, encode
from clysm.passport.digests import is_hash
from clysm.passport.errors import (
    ChildOrder,
    EmptyProof,
    Failure,
    InvalidDefinition,
    InvalidFieldIndex,
    InvalidNodeHash,
    InvalidNodeId,
    InvalidNodeType,
    InvalidReference,
    InvalidRootHash,
    InvalidRootNode,
    InvalidVersion,
    MissingInputNode,
    ProofParseError,
    SchemaError,
    TooLarge,
    UnreachableNode,
)
from clysm.passport.verification.nodes import (
    MAX_PROOF_SIZE,
    NODE_TYPES,
    PROOF_VERSION,
    Proof,
    node_hash,
    reference_data,
)

TOP_MEMBERS: Final = {"field_index", "nodes", "proof_version", "root_hash"}
NODE_MEMBERS: Final = {"children", "data", "hash", "id", "type"}


def verify_structure(data: bytes) -> Proof | Failure:
    """The proof these bytes hold, or the first failure of 7.5."""
    proof = read_proof(data)
    if isinstance(proof, Failure):
        return proof
    return check_layout(proof) or proof


def read_proof(data: bytes) -> Proof | Failure:
    """Steps 1 to 6."""
    # 1. Size and canonical form.
    if len(data) > MAX_PROOF_SIZE:
        return TooLarge()
    document = decode_strict(data)
    if isinstance(document, Failure):
        return ProofParseError()
    # 2. The document.
    if type(document) is not dict or document.keys() != TOP_MEMBERS:
        return SchemaError()
    nodes, index = document["nodes"], document["field_index"]
    version, root_hash = document["proof_version"], document["root_hash"]
    if type(version) is not str or not is_hash(root_hash) or type(nodes) is not list:
        return SchemaError()
    if type(index) is not dict or not all(type(node) is int for node in index.values()):
        return SchemaError()
    if version != PROOF_VERSION:
        return InvalidVersion()
    if not nodes:
        return EmptyProof()
    # 3. Each node.
    texts: list[str] = []
    hashes: list[str] = []
    for position, node in enumerate(nodes):
        fault = _node_fault(position, node, len(nodes)) or _hash_fault(position, node, hashes, texts)
        if fault is not None:
            return fault
    # 4. The root hash.
    if root_hash != hashes[-1]:
        return InvalidRootHash()
    # 5. The root.
    records: list[dict[str, Any]] = nodes  # type: ignore[assignment]  # step 3 has seen that
    fields = _root_fields(records[-1])
    if fields is None:
        return InvalidRootNode(len(nodes) - 1)
    for position, record in enumerate(records[:-1]):
        if record["type"] == "OP" and record["data"].get("op") == "passport":
            return InvalidRootNode(position)
    # 6. The field index.
    if index.keys() != set(fields):
        return InvalidFieldIndex()
    definitions: list[int] = [index[path] for path in fields]  # type: ignore[misc]  # step 2 has seen that
    types = [record["type"] for record in records]
    for path, node, before in zip(fields, definitions, [-1, *definitions], strict=False):
        if not before < node < len(nodes) - 1 or types[node] != "FIELD_REF":
            return InvalidFieldIndex(path)
        if texts[node] != reference_data(path):
            return InvalidFieldIndex(path)
    children = [tuple(record["children"]) for record in records]
    return Proof(types, children, texts, hashes, fields, definitions)


def check_layout(proof: Proof) -> Failure | None:
    """Steps 7 to 10."""
    root, types, children = proof.root, proof.types, proof.children
    # 7. The root's children.
    emissions = [node for node, kind in enumerate(types) if kind == "COMPLIANCE_EMIT"]
    if list(children[root]) != proof.definitions + emissions:
        return InvalidRootNode(root)
    # 8. Parents have greater ids than children, so the root reaches exactly the nodes that have a parent.
    used = set(chain.from_iterable(children))
    if len(used) != root:
        return UnreachableNode(_smallest_unreachable(children))
    # 9. The segments, each behind the previous definition.
    definition_by_data = {proof.data[node]: node for node in proof.definitions}
    start = 0
    for path, definition in zip(proof.fields, proof.definitions, strict=True):
        inner: set[int] = set()  # the children of the nodes of this segment
        for node in range(start, definition):
            below = children[node]
            if types[node] == "FIELD_REF":
                named = definition_by_data.get(proof.data[node])
                if named is None:
                    named = _named_definition(proof, node)
                if below != (named,):
                    return InvalidReference(node)
            elif below:
                if min(below) < start:
                    return InvalidReference(node)
                inner.update(below)
        parts = children[definition]
        if not parts or parts[0] < start:
            return InvalidDefinition(path)
        inner.add(parts[0])
        if list(parts[1:]) != [node for node in range(start, definition) if node not in inner]:
            return InvalidDefinition(path)
        start = definition + 1
    # 10. The root stands directly behind the last definition.
    return None if start == root else InvalidRootNode(root)


def _node_fault(position: int, node: Json, count: int) -> Failure | None:
    """Step 3 without the hash."""
    if type(node) is not dict or node.keys() != NODE_MEMBERS:
        return SchemaError(position)
    node_id, kind, children = node["id"], node["type"], node["children"]
    if type(node_id) is not int or type(kind) is not str or not is_hash(node["hash"]):
        return SchemaError(position)
    if type(node["data"]) is not dict or type(children) is not list:
        return SchemaError(position)
    if not all(type(child) is int for child in children):
        return SchemaError(position)
    if node_id != position:
        return InvalidNodeId(position)
    if kind not in NODE_TYPES:
        return InvalidNodeType(position)
    for child in children:
        if type(child) is int and not 0 <= child < count:
            return MissingInputNode(position)
        if type(child) is int and child >= position:
            return ChildOrder(position)
    return None


def _hash_fault(position: int, node: Any, hashes: list[str], texts: list[str]) -> Failure | None:
    """The hash of step 3, for a node without other fault; adds hash and text of the data to the lists."""
    text = cast(bytes, encode(node["data"])).decode()  # what was decoded can be encoded
    if node_hash(position, node["type"], text, [hashes[child] for child in node["children"]]) != node["hash"]:
        return InvalidNodeHash(position)
    texts.append(text)
    hashes.append(node["hash"])
    return None


def _root_fields(root: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The paths of a root node, None if it is none."""
    data = root["data"]
    if root["type"] != "OP" or data.keys() != {"fields", "op"} or data["op"] != "passport":
        return None
    fields = data["fields"]
    if type(fields) is not list or not all(type(path) is str for path in fields):
        return None
    return tuple(fields) if len(set(fields)) == len(fields) else None


def _named_definition(proof: Proof, node: int) -> int | None:
    """The definition of the field that a FIELD_REF names, whatever else its data holds."""
    data = decode_strict(proof.data[node].encode())
    path = data.get("field") if type(data) is dict else None
    return proof.definitions[proof.fields.index(path)] if path in proof.fields else None


def _smallest_unreachable(children: Sequence[Sequence[int]]) -> int:
    """The smallest id that the last node does not reach, given that there is one."""
    reached = bytearray(len(children))
    reached[-1] = 1
    for node in range(len(children) - 1, -1, -1):
        if reached[node]:
            for child in children[node]:
                reached[child] = 1
    return reached.index(0)
