"""Snapshots (BPC-SNAPSHOT-1): a set of facts that is collected, marked ready and sealed.

Source: specification, section 5. A state is a value; an operation gives the next one or the reason why not.
The time of sealing is an argument and is not hashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Final, TypeAlias

from clysm.passport.cjson import decode_strict, text
from clysm.passport.digests import is_hash, sha256_hex
from clysm.passport.errors import (
    DuplicateFact,
    SnapshotMismatch,
    SnapshotNotReady,
    SnapshotSealed,
    ValidationError,
)
from clysm.passport.facts import Fact, is_name
from clysm.passport.timestamps import is_timestamp
from clysm.passport.uuids import is_uuid

VERSION: Final = "BPC-SNAPSHOT-1"
ITEM_MEMBERS: Final = {"fact_key", "fact_type", "payload_hash"}

FactName: TypeAlias = tuple[str, str]  # fact_type, fact_key


class Status(Enum):
    """The states of 5.2."""

    BUILDING = "BUILDING"
    READY = "READY"
    SEALED = "SEALED"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot before sealing; two of its facts may share type and key."""

    snapshot_id: str
    status: Status = Status.BUILDING
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class SealedSnapshot:
    """A snapshot that never changes. `facts` are in the order of the document, by type, then key."""

    snapshot_id: str
    facts: Mapping[FactName, Fact]
    canonical: bytes
    hash: str
    sealed_at: str

    @property
    def status(self) -> Status:
        """Always SEALED."""
        return Status.SEALED


def create(snapshot_id: str) -> Snapshot | ValidationError:
    """An empty snapshot in BUILDING."""
    return Snapshot(snapshot_id) if is_uuid(snapshot_id) else ValidationError("snapshot_id is no UUID")


def add_facts(snapshot: Snapshot | SealedSnapshot, facts: Iterable[Fact]) -> Snapshot | SnapshotSealed:
    """The snapshot with these facts as well; a fact that is there already changes nothing."""
    if isinstance(snapshot, SealedSnapshot):
        return SnapshotSealed()
    collected = {_identity(fact): fact for fact in snapshot.facts}
    for fact in facts:
        collected.setdefault(_identity(fact), fact)
    return replace(snapshot, facts=tuple(collected.values()))


def remove_fact(snapshot: Snapshot | SealedSnapshot, fact: Fact) -> Snapshot | SnapshotSealed:
    """The snapshot without this fact; one that is not there changes nothing."""
    if isinstance(snapshot, SealedSnapshot):
        return SnapshotSealed()
    return replace(snapshot, facts=tuple(f for f in snapshot.facts if _identity(f) != _identity(fact)))


def mark_ready(snapshot: Snapshot | SealedSnapshot) -> Snapshot | SnapshotSealed:
    """The snapshot in READY. Facts may still be added and removed."""
    if isinstance(snapshot, SealedSnapshot):
        return SnapshotSealed()
    return replace(snapshot, status=Status.READY)


def seal(
    snapshot: Snapshot | SealedSnapshot, sealed_at: str
) -> SealedSnapshot | SnapshotSealed | SnapshotNotReady | DuplicateFact | ValidationError:
    """The sealed snapshot, with its canonical bytes and their hash."""
    if isinstance(snapshot, SealedSnapshot):
        return SnapshotSealed()
    if snapshot.status is not Status.READY:
        return SnapshotNotReady()
    return seal_facts(snapshot.snapshot_id, snapshot.facts, sealed_at)


def seal_facts(
    snapshot_id: str, facts: Iterable[Fact], sealed_at: str
) -> SealedSnapshot | DuplicateFact | ValidationError:
    """Create, add, mark ready and seal in one step. The order of the facts does not matter."""
    if not is_uuid(snapshot_id):
        return ValidationError("snapshot_id is no UUID")
    if not is_timestamp(sealed_at):
        return ValidationError("sealed_at is no timestamp")
    by_name = facts_by_name(facts)
    if isinstance(by_name, DuplicateFact):
        return by_name
    canonical = canonical_snapshot(snapshot_id, by_name)
    return SealedSnapshot(snapshot_id, MappingProxyType(by_name), canonical, sha256_hex(canonical), sealed_at)


def facts_by_name(facts: Iterable[Fact]) -> dict[FactName, Fact] | DuplicateFact:
    """The facts by type and key, in that order. Of several duplicates the first in that order is named."""
    ordered = sorted(facts, key=_sort_key)
    by_name: dict[FactName, Fact] = {}
    for fact in ordered:
        name = (fact.fact_type, fact.fact_key)
        other = by_name.setdefault(name, fact)
        if other is not fact and _identity(other) != _identity(fact):
            return DuplicateFact(*name)
    return by_name


def canonical_snapshot(snapshot_id: str, facts: Mapping[FactName, Fact]) -> bytes:
    """The canonical document (5.1) of facts as `facts_by_name` gives them."""
    items = ",".join(
        [
            f'{{"fact_key":{text(fact_key)},"fact_type":{text(fact_type)},"payload_hash":"{fact.payload_hash}"}}'
            for (fact_type, fact_key), fact in facts.items()
        ]
    )
    return f'{{"facts":[{items}],"snapshot_id":"{snapshot_id}","snapshot_version":"{VERSION}"}}'.encode()


@dataclass(frozen=True, slots=True)
class SnapshotDocument:
    """What a canonical snapshot says: payload hashes by type and key, in that order."""

    snapshot_id: str
    items: Mapping[FactName, str]


def read_snapshot(data: bytes) -> SnapshotDocument | SnapshotMismatch:
    """The content of canonical bytes that are a snapshot document, else SnapshotMismatch (9.3, step 4)."""
    document = decode_strict(data)
    if not isinstance(document, dict) or document.keys() != {"facts", "snapshot_id", "snapshot_version"}:
        return SnapshotMismatch()
    snapshot_id, listed = document["snapshot_id"], document["facts"]
    if document["snapshot_version"] != VERSION or not is_uuid(snapshot_id) or not isinstance(listed, list):
        return SnapshotMismatch()
    items: dict[FactName, str] = {}
    last: FactName = ("", "")  # sorts before every name
    for item in listed:
        if not isinstance(item, dict) or item.keys() != ITEM_MEMBERS:
            return SnapshotMismatch()
        fact_type, fact_key, payload_hash = item["fact_type"], item["fact_key"], item["payload_hash"]
        if not (is_name(fact_type) and is_name(fact_key) and is_hash(payload_hash)):
            return SnapshotMismatch()
        name = (fact_type, fact_key)
        if name <= last:
            return SnapshotMismatch()
        items[name] = payload_hash
        last = name
    return SnapshotDocument(snapshot_id, items)


def _sort_key(fact: Fact) -> tuple[str, str, str]:
    return (fact.fact_type, fact.fact_key, fact.payload_hash)


def _identity(fact: Fact) -> tuple[str, str, int, str]:
    """What makes two facts the same. The payload hash stands for the payload."""
    return (fact.fact_type, fact.fact_key, fact.schema_version, fact.payload_hash)
