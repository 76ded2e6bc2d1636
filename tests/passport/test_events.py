"""Event chains: vectors, appending, conflicts, ten thousand events, a thousand tampered chains."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from clysm.passport.cjson import encode
from clysm.passport.digests import sha256_hex
from clysm.passport.errors import (
    CanonicalEncodingFailed,
    ChainBroken,
    ChainEmpty,
    ChainInvalidGenesis,
    EventVersionConflict,
    Failure,
    ValidationError,
    record,
)
from clysm.passport.events import (
    Event,
    EventLog,
    Happening,
    append,
    canonical_event,
    next_event,
    verify_chain,
)
from tests.passport.vectors import group, matches

TENANT = "3f0c1a52-7d5e-4c7b-9a38-0b7a3b2a9e01"
ACTOR = "9b2f6c1e-55d4-4f0e-8a6a-7f2d1c3b4a02"
HAPPENING = Happening(TENANT, "passport", "p-1", "SIGNED", "2025-01-01T00:00:00Z", ACTOR, {"n": 1})


def happening_of(item: Any) -> Happening:
    names = (
        "tenant_id",
        "aggregate_type",
        "aggregate_id",
        "event_type",
        "occurred_at",
        "actor_id",
        "payload",
    )
    return Happening(**{name: item[name] for name in names})


def event_of(item: Any) -> Event:
    names = ("aggregate_version", "payload_hash", "prev_event_hash", "event_hash")
    return Event(happening_of(item), **{name: item[name] for name in names})


def chain_of(length: int, happening: Happening = HAPPENING) -> list[Event]:
    chain: list[Event] = []
    for number in range(length):
        event = next_event(chain[-1] if chain else None, replace(happening, payload={"n": number}))
        assert isinstance(event, Event)
        chain.append(event)
    return chain


@pytest.mark.parametrize("item", group("event_chain"))
def test_event_chain_vector(item: Any) -> None:
    log = EventLog()
    for version, given in enumerate(item["events"], 1):
        assert given["aggregate_version"] == version
        after = append(log, happening_of(given), version)
        assert isinstance(after, EventLog)
        log = after
    (chain,) = log.chains.values()
    for event, expected in zip(chain, item["expect"], strict=True):
        hashed = canonical_event(
            event.happening, event.aggregate_version, event.payload_hash, event.prev_event_hash
        )
        assert hashed == expected["bytes"].encode()
        assert event.payload_hash == expected["payload_hash"]
        assert event.prev_event_hash == expected["prev_event_hash"]
        assert event.event_hash == expected["event_hash"]
    assert verify_chain(chain) is None


@pytest.mark.parametrize("item", group("event_verify"))
def test_event_verify_vector(item: Any) -> None:
    failure = verify_chain([event_of(event) for event in item["events"]])
    if "error" in item:
        assert isinstance(failure, Failure)
        assert matches(record(failure), item["error"])
    else:
        assert item["expect"] == "accepted"
        assert failure is None


def test_what_is_hashed() -> None:
    (event,) = chain_of(1)
    members = {
        "actor_id": ACTOR,
        "aggregate_id": "p-1",
        "aggregate_type": "passport",
        "aggregate_version": 1,
        "event_type": "SIGNED",
        "occurred_at": "2025-01-01T00:00:00Z",
        "payload_hash": sha256_hex(b'{"n":0}'),
        "prev_event_hash": None,
        "tenant_id": TENANT,
    }
    data = encode(members)
    assert isinstance(data, bytes)
    assert event.event_hash == sha256_hex(data)
    assert event.payload_hash == members["payload_hash"]


def test_chains_of_aggregates_are_apart() -> None:
    log = EventLog()
    for version in (1, 2):
        for aggregate_id in ("a", "b"):
            after = append(log, replace(HAPPENING, aggregate_id=aggregate_id), version)
            assert isinstance(after, EventLog)
            log = after
    assert {name: len(chain) for name, chain in log.chains.items()} == {
        (TENANT, "passport", "a"): 2,
        (TENANT, "passport", "b"): 2,
    }
    assert all(verify_chain(chain) is None for chain in log.chains.values())


@pytest.mark.parametrize("version", [-1, 0, 1, 2, 4])
def test_a_version_that_is_taken_or_leaves_a_gap_is_a_conflict(version: int) -> None:
    log = EventLog({HAPPENING.aggregate: tuple(chain_of(2))})
    assert append(log, HAPPENING, version) == EventVersionConflict()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"tenant_id": "x"}, ValidationError),
        ({"actor_id": "x"}, ValidationError),
        ({"occurred_at": "now"}, ValidationError),
        ({"payload": 1.5}, CanonicalEncodingFailed),
        ({"payload": {"a": "\ud800"}}, CanonicalEncodingFailed),
        ({"event_type": "\ud800"}, CanonicalEncodingFailed),
        ({"aggregate_id": "\ud800"}, CanonicalEncodingFailed),
    ],
)
def test_what_cannot_be_an_event(change: dict[str, Any], kind: type[Failure]) -> None:
    happening = replace(HAPPENING, **change)
    assert isinstance(append(EventLog(), happening, 1), kind)
    assert isinstance(next_event(None, happening), kind)


def test_an_event_continues_its_own_aggregate_only() -> None:
    (event,) = chain_of(1)
    assert isinstance(next_event(event, replace(HAPPENING, aggregate_id="other")), ValidationError)


def rehashed(event: Event, **change: Any) -> Event:
    """The event with other members and an event hash that fits them."""
    changed = replace(event, **change)
    hashed = canonical_event(
        changed.happening, changed.aggregate_version, changed.payload_hash, changed.prev_event_hash
    )
    assert isinstance(hashed, bytes)
    return replace(changed, event_hash=sha256_hex(hashed))


def test_verification() -> None:
    first, second, third = chain_of(3)
    assert verify_chain([]) == ChainEmpty()
    assert verify_chain([first, second, third]) is None
    assert verify_chain([first]) is None  # cutting off the newest leaves a valid chain
    assert verify_chain([second]) == ChainInvalidGenesis()
    assert verify_chain([first, third]) == ChainBroken(1)
    assert verify_chain([first, second, second]) == ChainBroken(2)
    assert verify_chain([rehashed(first, aggregate_version=2)]) == ChainBroken(0)
    assert verify_chain([rehashed(first, aggregate_version=True)]) == ChainBroken(0)
    assert verify_chain([first, rehashed(second, prev_event_hash="0" * 64), third]) == ChainBroken(1)
    assert verify_chain([first, rehashed(second, prev_event_hash=None), third]) == ChainBroken(1)
    assert verify_chain([first, rehashed(second, payload_hash="0" * 64), third]) == ChainBroken(1)
    changes: list[dict[str, Any]] = [{"tenant_id": ACTOR}, {"aggregate_type": "x"}, {"aggregate_id": "x"}]
    for change in changes:
        other = rehashed(second, happening=replace(second.happening, **change))
        assert verify_chain([first, other, third]) == ChainBroken(1)
    changes = [{"actor_id": None}, {"event_type": "x"}, {"occurred_at": "2026-01-01T00:00:00Z"}]
    for change in changes:
        other = rehashed(second, happening=replace(second.happening, **change))
        assert verify_chain([first, other, third]) == ChainBroken(
            2
        )  # consistent in itself: the next link breaks


def test_a_thousand_tampered_chains_are_detected() -> None:
    random = Random("tampering")
    chain = chain_of(20)
    for _ in range(1_000):
        place = random.randrange(len(chain))
        tampered = chain.copy()
        event = chain[place]
        match random.randrange(8):
            case 0:
                tampered[place] = replace(event, happening=replace(event.happening, payload={"n": -1}))
            case 1:
                tampered[place] = replace(event, happening=replace(event.happening, event_type="REVOKED"))
            case 2:
                tampered[place] = replace(event, event_hash=flipped(random, event.event_hash))
            case 3:
                tampered[place] = replace(event, payload_hash=flipped(random, event.payload_hash))
            case 4:
                other = (place + random.randrange(1, len(chain))) % len(chain)
                tampered[place], tampered[other] = tampered[other], tampered[place]
            case 5:
                tampered.insert(place, event)
            case 6 if place < len(chain) - 1:
                del tampered[place]
            case _:
                tampered[place] = replace(event, aggregate_version=event.aggregate_version + 1)
        failure = verify_chain(tampered)
        assert isinstance(failure, ChainBroken | ChainInvalidGenesis)
        assert not isinstance(failure, ChainBroken) or failure.index <= place + 1


def flipped(random: Random, digest: str) -> str:
    place = random.randrange(len(digest))
    return digest[:place] + ("0" if digest[place] != "0" else "1") + digest[place + 1 :]


def test_ten_thousand_events_verify_in_time() -> None:
    chain = chain_of(10_000)
    start = time.process_time()
    assert verify_chain(chain) is None
    assert time.process_time() - start < 5
