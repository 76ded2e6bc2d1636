"""Event chains (BPC-EVENT-1): every write and every denied access, each event sealed onto the one before.

Source: specification, section 15. Events are never changed or deleted. Cutting off the newest ones leaves a
valid chain, so a reader who fears that keeps the head of the chain somewhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from clysm.passport.cjson import Json, encode
from clysm.passport.digests import sha256_hex
from clysm.passport.errors import (
    CanonicalEncodingFailed,
    ChainBroken,
    ChainEmpty,
    ChainInvalidGenesis,
    EventVersionConflict,
    ValidationError,
)
from clysm.passport.timestamps import is_timestamp
from clysm.passport.uuids import is_uuid

Aggregate: TypeAlias = tuple[str, str, str]  # tenant_id, aggregate_type, aggregate_id


@dataclass(frozen=True, slots=True)
class Happening:
    """What an event says, before it has its place in a chain."""

    tenant_id: str
    aggregate_type: str
    aggregate_id: str
    event_type: str
    occurred_at: str
    actor_id: str | None
    payload: Json

    @property
    def aggregate(self) -> Aggregate:
        """Which chain it belongs to."""
        return (self.tenant_id, self.aggregate_type, self.aggregate_id)


@dataclass(frozen=True, slots=True)
class Event:
    """A happening in its chain. An id that a store gives the event is not part of it and not hashed."""

    happening: Happening
    aggregate_version: int
    payload_hash: str
    prev_event_hash: str | None
    event_hash: str


@dataclass(frozen=True, slots=True)
class EventLog:
    """The chains of all aggregates."""

    chains: Mapping[Aggregate, tuple[Event, ...]] = field(default_factory=dict)


def append(
    log: EventLog, happening: Happening, aggregate_version: int
) -> EventLog | EventVersionConflict | ValidationError | CanonicalEncodingFailed:
    """The log with one more event, which must have the next version of its aggregate."""
    chain = log.chains.get(happening.aggregate, ())
    if aggregate_version != len(chain) + 1:
        return EventVersionConflict()
    event = next_event(chain[-1] if chain else None, happening)
    if not isinstance(event, Event):
        return event
    return EventLog({**log.chains, happening.aggregate: (*chain, event)})


def next_event(
    previous: Event | None, happening: Happening
) -> Event | ValidationError | CanonicalEncodingFailed:
    """The event that continues a chain; `previous` is its newest event, None for a chain that begins."""
    if not is_uuid(happening.tenant_id) or not (happening.actor_id is None or is_uuid(happening.actor_id)):
        return ValidationError("an event's tenant, and its actor unless it has none, are UUIDs")
    if not is_timestamp(happening.occurred_at):
        return ValidationError("the time of an event is no timestamp")
    if previous is not None and previous.happening.aggregate != happening.aggregate:
        return ValidationError("the previous event is of another aggregate")
    version = 1 if previous is None else previous.aggregate_version + 1
    prev_event_hash = None if previous is None else previous.event_hash
    payload = encode(happening.payload)
    if not isinstance(payload, bytes):
        return CanonicalEncodingFailed()
    payload_hash = sha256_hex(payload)
    hashed = canonical_event(happening, version, payload_hash, prev_event_hash)
    if not isinstance(hashed, bytes):
        return hashed
    return Event(happening, version, payload_hash, prev_event_hash, sha256_hex(hashed))


def canonical_event(
    happening: Happening, aggregate_version: int, payload_hash: str, prev_event_hash: str | None
) -> bytes | CanonicalEncodingFailed:
    """What the hash of an event is over: exactly the members of section 15."""
    data = encode(
        {
            "actor_id": happening.actor_id,
            "aggregate_id": happening.aggregate_id,
            "aggregate_type": happening.aggregate_type,
            "aggregate_version": aggregate_version,
            "event_type": happening.event_type,
            "occurred_at": happening.occurred_at,
            "payload_hash": payload_hash,
            "prev_event_hash": prev_event_hash,
            "tenant_id": happening.tenant_id,
        }
    )
    return data if isinstance(data, bytes) else CanonicalEncodingFailed()


def verify_chain(events: Iterable[Event]) -> ChainEmpty | ChainInvalidGenesis | ChainBroken | None:
    """None if these events, in order, are the chain of one aggregate from its beginning."""
    chain = list(events)
    if not chain:
        return ChainEmpty()
    if chain[0].prev_event_hash is not None:
        return ChainInvalidGenesis()
    for index, event in enumerate(chain):
        link = chain[index - 1].event_hash if index else None
        if not (
            event.happening.aggregate == chain[0].happening.aggregate
            and type(event.aggregate_version) is int
            and event.aggregate_version == index + 1
            and event.prev_event_hash == link
            and _hashes_hold(event)
        ):
            return ChainBroken(index)
    return None


def _hashes_hold(event: Event) -> bool:
    payload = encode(event.happening.payload)
    hashed = canonical_event(
        event.happening, event.aggregate_version, event.payload_hash, event.prev_event_hash
    )
    return (
        isinstance(payload, bytes)
        and isinstance(hashed, bytes)
        and event.payload_hash == sha256_hex(payload)
        and event.event_hash == sha256_hex(hashed)
    )
