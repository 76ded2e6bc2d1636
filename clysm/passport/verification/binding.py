"""Binding of a proof to a snapshot (specification, 7.7): what it states of facts is what was sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from clysm.passport.cjson import Json, encode
from clysm.passport.digests import sha256_hex
from clysm.passport.errors import SnapshotMismatch
from clysm.passport.snapshot import SnapshotDocument
from clysm.passport.verification.semantics import Outcome, Reading


def verify_binding(outcome: Outcome, snapshot: SnapshotDocument) -> SnapshotMismatch | None:
    """The first node that states something else than the snapshot, if there is one."""
    keys_by_type: dict[str, dict[str, str]] = {}
    for (fact_type, key), payload_hash in snapshot.items.items():
        keys_by_type.setdefault(fact_type, {})[key] = payload_hash
    for reading in outcome.readings:
        if _stated(reading) != _sealed(reading, keys_by_type.get(reading.fact_type, {})):
            return SnapshotMismatch(reading.node)
    return None


def _stated(reading: Reading) -> list[str]:
    """The payload hashes a node states: those behind the prefix, or that of the one fact if there is one."""
    if reading.is_prefix:
        payloads = cast("list[Json]", reading.result)
        return [sha256_hex(cast(bytes, encode(payload))) for payload in payloads]
    return [] if reading.result is None else [sha256_hex(reading.written.encode())]


def _sealed(reading: Reading, hash_by_key: Mapping[str, str]) -> list[str]:
    """The payload hashes the snapshot has for it. The items of a snapshot are in key order."""
    if reading.is_prefix:
        return [payload_hash for key, payload_hash in hash_by_key.items() if key.startswith(reading.key)]
    payload_hash = hash_by_key.get(reading.key)
    return [] if payload_hash is None else [payload_hash]
