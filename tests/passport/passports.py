"""Passports for tests, put together with `json` and `hashlib` alone, as the specification describes them.

Nothing of the compiler is used, so that what is stored and restored can be compared with an independent form.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from base64 import b32encode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from clysm.issuing.artifacts import Artifacts

NAMESPACE = uuid.UUID("880b1442-c01f-5e40-a2e8-247b8b408b5e")
TENANT = "3f0c1a52-7d5e-4c7b-9a38-0b7a3b2a9e01"
Node = tuple[str, dict[str, Any], list[int]]  # type, data, children


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def derived(*name: str) -> str:
    return str(uuid.uuid5(NAMESPACE, canonical(list(name)).decode()))


def make_proof(nodes: Sequence[Node], field_index: Mapping[str, int]) -> bytes:
    """A proof document of these nodes (7.1, 7.2); the last is the root."""
    hashes: list[str] = []
    documents = []
    for number, (kind, data, children) in enumerate(nodes):
        hashed = {"children": [hashes[i] for i in children], "data": data, "id": number, "type": kind}
        hashes.append(sha256(canonical(hashed)))
        documents.append({**hashed, "children": children, "hash": hashes[-1]})
    return canonical(
        {
            "field_index": field_index,
            "nodes": documents,
            "proof_version": "BPC-PROOF-1",
            "root_hash": hashes[-1],
        }
    )


def fact_nodes(payload: Mapping[str, Any]) -> list[Node]:
    """A field that is a fact, and the root over it."""
    return [
        ("CONST", {"value": "Battery"}, []),
        ("CONST", {"value": "battery"}, []),
        ("FACT_GET", {"fact_key": "battery", "fact_type": "Battery", "result": dict(payload)}, [0, 1]),
        ("FIELD_REF", {"field": "battery.raw"}, [2]),
        ("OP", {"fields": ["battery.raw"], "op": "passport"}, [3]),
    ]


def make_artifacts(
    sku: str, fact: Mapping[str, Any], *, nodes: Sequence[Node] | None = None, signature: bytes = bytes(64)
) -> Artifacts:
    """A passport of one fact, well-formed in all its parts; the signature is whatever is given."""
    product_id = derived("product", sku)
    payload = canonical(
        {
            "battery_product": {"battery_product_id": product_id, "name": f"Name of {sku}", "sku": sku},
            "compliance": [],
            "fields": {"battery.raw": fact},
            "payload_version": "BPC-PASSPORT-1",
        }
    )
    proof = make_proof(fact_nodes(fact) if nodes is None else nodes, {"battery.raw": 3})
    snapshot = canonical(
        {
            "facts": [
                {"fact_key": "battery", "fact_type": "Battery", "payload_hash": sha256(canonical(fact))}
            ],
            "snapshot_id": derived("snapshot", sku),
            "snapshot_version": "BPC-SNAPSHOT-1",
        }
    )
    passport = derived("passport", TENANT, product_id)
    hashes = {"dsl_sha256": sha256(b"rules"), "snapshot_hash": sha256(snapshot), "tests_sha256": sha256(b"")}
    build = "passport-test \u00bd"
    version = derived(
        "passport_version",
        passport,
        hashes["snapshot_hash"],
        hashes["dsl_sha256"],
        hashes["tests_sha256"],
        build,
    )
    unsigned = {
        **hashes,
        "battery_product_id": product_id,
        "compiler_build_id": build,
        "issued_at": "2026-08-01T00:00:00Z",
        "passport_id": passport,
        "passport_version_id": version,
        "payload_hash": sha256(payload),
        "proof_root_hash": proof[-66:-2].decode(),
        "receipt_version": "BPC-RECEIPT-1",
        "rule_package_version_id": derived("rules"),
        "signature_alg": "ED25519",
        "signing_key_id": "test-1",
        "snapshot_id": derived("snapshot", sku),
        "tenant_id": TENANT,
    }
    receipt = canonical({**unsigned, "signature": b64encode(signature).decode()})
    encoded = [
        b32encode(bytes.fromhex(digest)).decode().rstrip("=")
        for digest in (unsigned["payload_hash"], unsigned["proof_root_hash"], sha256(canonical(unsigned)))
    ]
    qr = f"BPC1|pv={version}|ph={encoded[0]}|pr={encoded[1]}|rh={encoded[2]}".encode()
    return Artifacts(payload, proof, receipt, qr, snapshot)
