"""Ingest: vectors, the JSON test suite, faults with their place, and the fast reader against the exact one."""

from __future__ import annotations

from typing import Any

import pytest

from clysm.passport.cjson import encode
from clysm.passport.errors import Failure, IngestError, record
from clysm.passport.ingest.json import ingest_json, read_exactly, read_json
from clysm.passport.ingest.numbers import decimal_text
from clysm.passport.ingest.toml import ingest_toml
from tests.passport.vectors import document_bytes, group, matches


def canonical_record(fact: Any) -> str:
    """A fact as the vectors write it."""
    data = encode(
        {
            "fact_type": fact.fact_type,
            "fact_key": fact.fact_key,
            "schema_version": fact.schema_version,
            "payload": fact.payload,
        }
    )
    assert isinstance(data, bytes)
    return data.decode()


def check(item: Any, facts: Any) -> None:
    if "error" in item:
        assert isinstance(facts, Failure)
        assert matches(record(facts), item["error"])
    else:
        assert not isinstance(facts, Failure), facts
        assert [canonical_record(fact) for fact in facts] == item["expect"]


@pytest.mark.parametrize("item", group("decimal_text"))
def test_decimal_text_vector(item: Any) -> None:
    text = decimal_text(item["lexeme"])
    if "error" in item:
        assert isinstance(text, Failure)
        assert matches(record(text), item["error"])
    else:
        assert text == item["expect"]


@pytest.mark.parametrize("item", group("ingest_json"))
def test_json_vector(item: Any) -> None:
    document = document_bytes(item)
    check(item, ingest_json(document))
    assert read_json(document) == read_exactly(document)


@pytest.mark.parametrize("item", group("ingest_toml"))
def test_toml_vector(item: Any) -> None:
    check(item, ingest_toml(document_bytes(item)))
