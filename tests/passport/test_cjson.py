"""Canonical JSON: vectors, RFC 8785's own data, the JSON test suite, edges, and properties against rfc8785."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from clysm.passport import cjson
from clysm.passport.cjson import MAX_DEPTH, SAFE_INTEGER, Json, decode_exactly, decode_strict, encode
from clysm.passport.errors import (
    CanonicalDecodeFailed,
    CanonicalEncodingFailed,
    CanonicalNumberNotAllowed,
    Failure,
    record,
)
from tests.passport.vectors import document_bytes, group, matches, real


def nest(levels: int) -> Any:
    """`levels` nested lists."""
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


@pytest.mark.parametrize("item", group("cjson_encode"))
def test_encode_vector(item: Any) -> None:
    data = encode(item["value"])
    assert isinstance(data, bytes)
    assert data.hex() == item["expect"]["bytes_hex"]
    assert len(data) == item["expect"]["length"]
    assert hashlib.sha256(data).hexdigest() == item["expect"]["sha256"]
    assert decode_strict(data) == item["value"]


@pytest.mark.parametrize("item", group("cjson_encode_reject"))
def test_encode_reject_vector(item: Any) -> None:
    value = eval(item["python"], {"decimal": Decimal, "nest": nest, "float": float, "chr": chr})
    failure = encode(value)
    assert isinstance(failure, Failure)
    assert matches(record(failure), item["error"])


@pytest.mark.parametrize("item", group("cjson_decode_accept"))
@pytest.mark.parametrize("decode", [decode_strict, decode_exactly])
def test_decode_accept_vector(item: Any, decode: Any) -> None:
    data = document_bytes(item)
    value = decode(data)
    assert not isinstance(value, Failure)
    assert encode(value) == data


@pytest.mark.parametrize("item", group("cjson_decode_reject"))
@pytest.mark.parametrize("decode", [decode_strict, decode_exactly])
def test_decode_reject_vector(item: Any, decode: Any) -> None:
    failure = decode(document_bytes(item))
    assert isinstance(failure, Failure)
    assert matches(record(failure), item["error"])
