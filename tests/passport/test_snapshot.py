"""Snapshots: vectors, the table of states, the document, and sealing of shuffled facts."""

from __future__ import annotations

from typing import Any

import pytest

from clysm.passport.errors import Failure, record
from clysm.passport.ingest.json import ingest_json
from clysm.passport.snapshot import SealedSnapshot, read_snapshot, seal_facts
from tests.passport.vectors import group, matches

SEALED_AT = "2025-01-01T00:00:00Z"


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
    assert [{"canonical": f.payload_text, "payload_hash": f.payload_hash} for f in facts] == expected["payloads"]
    assert sealed.canonical.decode() == expected["canonical"]
    assert len(sealed.canonical) == expected["bytes"]
    assert sealed.hash == expected["hash"]
    document = read_snapshot(sealed.canonical)
    assert not isinstance(document, Failure)
    assert document.snapshot_id == item["snapshot_id"]
    assert document.items == {name: fact.payload_hash for name, fact in sealed.facts.items()}
