"""Snapshots: vectors, the table of states, the document, and sealing of shuffled facts."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.passport.cjson import encode
from clysm.passport.digests import sha256_hex
from clysm.passport.errors import (
    DuplicateFact,
    Failure,
    SnapshotMismatch,
    SnapshotNotReady,
    SnapshotSealed,
    ValidationError,
    record,
)
from clysm.passport.facts import Fact, make_fact
from clysm.passport.ingest.json import ingest_json
from clysm.passport.snapshot import (
    SealedSnapshot,
    Snapshot,
    Status,
    add_facts,
    create,
    mark_ready,
    read_snapshot,
    remove_fact,
    seal,
    seal_facts,
)
from tests.passport.random_values import KEY_CHARACTERS, random_value
from tests.passport.vectors import group, matches

SNAPSHOT_ID = "11111111-1111-4111-8111-111111111111"
SEALED_AT = "2025-01-01T00:00:00Z"


def fact(fact_type: str = "T", fact_key: str = "k", payload: Any = None, schema_version: int = 1) -> Fact:
    made = make_fact(fact_type, fact_key, schema_version, {} if payload is None else payload)
    assert isinstance(made, Fact)
    return made


def sealed_with(*facts: Fact) -> SealedSnapshot:
    sealed = seal_facts(SNAPSHOT_ID, facts, SEALED_AT)
    assert isinstance(sealed, SealedSnapshot)
    return sealed


@pytest.mark.parametrize("item", group("snapshot"))
def test_snapshot_vector(item: Any) -> None:
    facts = ingest_json(item["facts"].encode())
    assert isinstance(facts, tuple)
    sealed = seal_facts(item["snapshot_id"], facts, SEALED_AT)
    if "error" in item:
        assert isinstance(sealed, Failure)
        assert matches(record(sealed), item["error"])
        return
    expected = item["expect"]
    assert isinstance(sealed, SealedSnapshot)
    payloads = [{"canonical": f.payload_text, "payload_hash": f.payload_hash} for f in facts]
    assert payloads == expected["payloads"]
    assert sealed.canonical.decode() == expected["canonical"]
    assert len(sealed.canonical) == expected["bytes"]
    assert sealed.hash == expected["hash"]
    document = read_snapshot(sealed.canonical)
    assert not isinstance(document, Failure)
    assert document.snapshot_id == item["snapshot_id"]
    assert document.items == {name: stored.payload_hash for name, stored in sealed.facts.items()}


BUILDING = Snapshot(SNAPSHOT_ID, Status.BUILDING, (fact(),))
READY = Snapshot(SNAPSHOT_ID, Status.READY, (fact(),))
SEALED = sealed_with(fact())
OTHER = fact(fact_key="other")


OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "add": lambda snapshot: add_facts(snapshot, [OTHER]),
    "add again": lambda snapshot: add_facts(snapshot, [fact()]),
    "remove": lambda snapshot: remove_fact(snapshot, fact()),
    "remove what is not there": lambda snapshot: remove_fact(snapshot, OTHER),
    "mark ready": mark_ready,
    "seal": lambda snapshot: seal(snapshot, SEALED_AT),
}


@pytest.mark.parametrize(
    ("state", "operation", "expected"),
    [
        (BUILDING, "add", Snapshot(SNAPSHOT_ID, Status.BUILDING, (fact(), OTHER))),
        (READY, "add", Snapshot(SNAPSHOT_ID, Status.READY, (fact(), OTHER))),
        (SEALED, "add", SnapshotSealed()),
        (BUILDING, "add again", BUILDING),
        (READY, "add again", READY),
        (SEALED, "add again", SnapshotSealed()),
        (BUILDING, "remove", Snapshot(SNAPSHOT_ID, Status.BUILDING)),
        (READY, "remove", Snapshot(SNAPSHOT_ID, Status.READY)),
        (SEALED, "remove", SnapshotSealed()),
        (BUILDING, "remove what is not there", BUILDING),
        (READY, "remove what is not there", READY),
        (SEALED, "remove what is not there", SnapshotSealed()),
        (BUILDING, "mark ready", READY),
        (READY, "mark ready", READY),
        (SEALED, "mark ready", SnapshotSealed()),
        (BUILDING, "seal", SnapshotNotReady()),
        (READY, "seal", SEALED),
        (SEALED, "seal", SnapshotSealed()),
    ],
)
def test_states(state: Snapshot | SealedSnapshot, operation: str, expected: object) -> None:
    assert OPERATIONS[operation](state) == expected


def test_create() -> None:
    assert create(SNAPSHOT_ID) == Snapshot(SNAPSHOT_ID, Status.BUILDING, ())
    assert isinstance(create("x"), ValidationError)
    assert isinstance(seal_facts("x", [], SEALED_AT), ValidationError)
    assert isinstance(seal_facts(SNAPSHOT_ID, [], "now"), ValidationError)
    assert SEALED.status is Status.SEALED


@pytest.mark.parametrize("other", [fact(payload={"a": 1}), fact(schema_version=2)])
def test_another_fact_of_one_name_makes_sealing_fail(other: Fact) -> None:
    ready = add_facts(READY, [other])
    assert isinstance(ready, Snapshot)
    assert seal(ready, SEALED_AT) == DuplicateFact("T", "k")
    without = remove_fact(ready, other)
    assert isinstance(without, Snapshot)
    assert seal(without, SEALED_AT) == SEALED


def test_the_first_duplicate_is_named() -> None:
    facts = [fact("T", key, payload) for key in "ba" for payload in ({}, {"x": 1})]
    assert seal_facts(SNAPSHOT_ID, facts, SEALED_AT) == DuplicateFact("T", "a")


def test_a_sealed_snapshot_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        SEALED.facts[("T", "k")] = OTHER  # type: ignore[index]
    with pytest.raises(AttributeError):
        SEALED.hash = ""  # type: ignore[misc]


def test_a_thousand_shuffles_seal_to_the_same_bytes() -> None:
    random = Random("shuffle")
    names = {("".join(random.choices("abé€\U0001f50b", k=3)), str(number)) for number in range(12)}
    facts = [fact(kind, key, {"v": random_value(random)}) for kind, key in names]
    expected = sealed_with(*facts)
    for _ in range(1_000):
        random.shuffle(facts)
        sealed = sealed_with(*facts)
        assert sealed == expected
        assert list(sealed.facts) == sorted(names)


def test_the_document_is_canonical() -> None:
    random = Random("document")
    for _ in range(200):
        facts = {}
        for _ in range(random.randrange(6)):
            name = "x" + "".join(c for c in random.choices(KEY_CHARACTERS, k=4) if c > "\x1f" and c != "\x7f")
            facts[name] = fact(name, name, {"v": random_value(random)})
        sealed = sealed_with(*facts.values())
        items = [
            {"fact_key": f.fact_key, "fact_type": f.fact_type, "payload_hash": f.payload_hash}
            for _, f in sorted(facts.items())
        ]
        document = {"facts": items, "snapshot_id": SNAPSHOT_ID, "snapshot_version": "BPC-SNAPSHOT-1"}
        assert sealed.canonical == encode(document)
        assert sealed.hash == sha256_hex(sealed.canonical)
        assert all(f.payload_hash == sha256_hex(f.payload_text.encode()) for f in facts.values())


ITEM = {"fact_key": "k", "fact_type": "T", "payload_hash": "0" * 64}
DOCUMENT = {"facts": [ITEM], "snapshot_id": SNAPSHOT_ID, "snapshot_version": "BPC-SNAPSHOT-1"}


@pytest.mark.parametrize(
    "document",
    [
        [],
        {**DOCUMENT, "more": 1},
        {"facts": [], "snapshot_id": SNAPSHOT_ID},
        {**DOCUMENT, "snapshot_version": "BPC-SNAPSHOT-2"},
        {**DOCUMENT, "snapshot_id": SNAPSHOT_ID.replace("1", "A")},
        {**DOCUMENT, "facts": {}},
        {**DOCUMENT, "facts": [1]},
        {**DOCUMENT, "facts": [{**ITEM, "schema_version": 1}]},
        {**DOCUMENT, "facts": [{**ITEM, "payload_hash": "A" * 64}]},
        {**DOCUMENT, "facts": [{**ITEM, "fact_key": ""}]},
        {**DOCUMENT, "facts": [{**ITEM, "fact_type": "\n"}]},
        {**DOCUMENT, "facts": [{**ITEM, "fact_type": 1}]},
        {**DOCUMENT, "facts": [ITEM, ITEM]},
        {**DOCUMENT, "facts": [ITEM, {**ITEM, "payload_hash": "1" * 64}]},
        {**DOCUMENT, "facts": [ITEM, {**ITEM, "fact_key": "j"}]},
        {**DOCUMENT, "facts": [ITEM, {**ITEM, "fact_type": "S", "fact_key": "z"}]},
    ],
)
def test_no_snapshot_document(document: Any) -> None:
    data = encode(document)
    assert isinstance(data, bytes)
    assert read_snapshot(data) == SnapshotMismatch()


def test_only_canonical_bytes_are_a_snapshot_document() -> None:
    assert read_snapshot(json.dumps(DOCUMENT).encode()) == SnapshotMismatch()
    data = SEALED.canonical
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        document = read_snapshot(changed)
        assert isinstance(document, SnapshotMismatch) or sha256_hex(changed) != SEALED.hash


@given(st.binary())
def test_reading_never_raises(data: bytes) -> None:
    assert read_snapshot(data) == SnapshotMismatch()
