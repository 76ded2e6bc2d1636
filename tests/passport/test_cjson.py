"""Canonical JSON: vectors, RFC 8785's data, the JSON test suite, edges, and properties against rfc8785."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from clysm.passport import cjson
from clysm.passport.cjson import MAX_DEPTH, SAFE_INTEGER, SHALLOW, decode_exactly, decode_strict, encode
from clysm.passport.errors import (
    CanonicalDecodeFailed,
    CanonicalEncodingFailed,
    CanonicalNumberNotAllowed,
    Failure,
    record,
)
from tests.passport.random_values import random_value
from tests.passport.vectors import document_bytes, group, matches, real

DECODERS = (decode_strict, decode_exactly)


def nest(levels: int) -> Any:
    """`levels` nested lists."""
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


def encoded(value: object) -> bytes:
    data = encode(value)
    assert isinstance(data, bytes)
    return data


@pytest.mark.parametrize("item", group("cjson_encode"))
def test_encode_vector(item: Any) -> None:
    data = encoded(item["value"])
    assert data.hex() == item["expect"]["bytes_hex"]
    assert len(data) == item["expect"]["length"]
    assert hashlib.sha256(data).hexdigest() == item["expect"]["sha256"]
    assert decode_strict(data) == item["value"]


@pytest.mark.parametrize("item", group("cjson_encode_reject"))
def test_encode_reject_vector(item: Any) -> None:
    value = eval(item["python"], {"decimal": Decimal, "nest": nest})
    failure = encode(value)
    assert isinstance(failure, Failure)
    assert matches(record(failure), item["error"])


@pytest.mark.parametrize("item", group("cjson_decode_accept"))
@pytest.mark.parametrize("decode", DECODERS)
def test_decode_accept_vector(item: Any, decode: Any) -> None:
    data = document_bytes(item)
    assert encoded(decode(data)) == data


@pytest.mark.parametrize("item", group("cjson_decode_reject"))
@pytest.mark.parametrize("decode", DECODERS)
def test_decode_reject_vector(item: Any, decode: Any) -> None:
    failure = decode(document_bytes(item))
    assert isinstance(failure, Failure)
    assert matches(record(failure), item["error"])


# The data of RFC 8785: how encoding its input and decoding its output fail, None where both agree with it.
# `structures` has 56.0, a float and thus outside our subset, although its canonical form 56 is inside;
# `values` has fractions, `weird` has keys above U+D7FF.
JCS: list[tuple[str, type[Failure] | None, type[Failure] | None]] = [
    ("arrays", None, None),
    ("french", None, None),
    ("structures", CanonicalNumberNotAllowed, None),
    ("unicode", None, None),
    ("values", CanonicalNumberNotAllowed, CanonicalNumberNotAllowed),
    ("weird", CanonicalEncodingFailed, CanonicalDecodeFailed),
]


@pytest.mark.parametrize(("name", "encoding_fault", "decoding_fault"), JCS)
def test_jcs_data(
    name: str, encoding_fault: type[Failure] | None, decoding_fault: type[Failure] | None
) -> None:
    value = json.loads(real(f"jcs/input/{name}.json").read_text(encoding="utf-8"))
    output = real(f"jcs/output/{name}.json").read_bytes()
    assert bytes.fromhex(real(f"jcs/outhex/{name}.txt").read_text(encoding="ascii")) == output
    if encoding_fault is None:
        assert encode(value) == output
    else:
        assert isinstance(encode(value), encoding_fault)
    for decode in DECODERS:
        if decoding_fault is None:
            assert encoded(decode(output)) == output
        else:
            assert isinstance(decode(output), decoding_fault)


def test_json_test_suite() -> None:
    """What no parser may accept is refused; what every parser must accept is accepted if it is canonical."""
    items = json.loads(real("json/JSONTestSuite.json").read_text(encoding="utf-8"))
    assert len(items) == 132
    for item in items:
        data = base64.b64decode(item["base64"])
        value = decode_strict(data)
        assert value == decode_exactly(data), item["name"]
        canonical = item["expect"] == "accept" and is_canonical_by_rfc8785(data)
        assert isinstance(value, Failure) is not canonical, item["name"]


def is_canonical_by_rfc8785(data: bytes) -> bool:
    """Whether a JSON document without fractions is in the subset, judged by other code than ours."""
    try:
        value = json.loads(data, parse_float=lambda _: None)
        return rfc8785.dumps(value) == data and all(max(key, default="") < "\ud800" for key in keys_of(value))
    except rfc8785.CanonicalizationError:
        return False


def keys_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *keys_of(list(value.values()))]
    return [key for element in value for key in keys_of(element)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (True, None),
        (SAFE_INTEGER, None),
        (SAFE_INTEGER + 1, CanonicalNumberNotAllowed),
        (-SAFE_INTEGER - 1, CanonicalNumberNotAllowed),
        ([10**5000], CanonicalNumberNotAllowed),
        ({"a": [1.0]}, CanonicalNumberNotAllowed),
        (1j, CanonicalNumberNotAllowed),
        (Fraction(1), CanonicalNumberNotAllowed),
        (Decimal("NaN"), CanonicalNumberNotAllowed),
        ("\ud800", CanonicalEncodingFailed),
        ({"\udfff": 1}, CanonicalEncodingFailed),
        ({"\ue000": 1}, CanonicalEncodingFailed),
        ({None: 1}, CanonicalEncodingFailed),
        ({True: 1}, CanonicalEncodingFailed),
        ((1, 2), CanonicalEncodingFailed),
        ({1, 2}, CanonicalEncodingFailed),
        (bytearray(b"x"), CanonicalEncodingFailed),
        (type("Text", (str,), {})("x"), CanonicalEncodingFailed),
        (type("Record", (dict,), {})(), CanonicalEncodingFailed),
        (type("Number", (int,), {})(1), CanonicalNumberNotAllowed),
        (object, CanonicalEncodingFailed),
        (..., CanonicalEncodingFailed),
    ],
)
def test_kinds(value: object, fault: type[Failure] | None) -> None:
    assert isinstance(encode(value), bytes if fault is None else fault)


def test_a_value_that_contains_itself_is_refused() -> None:
    circle: list[Any] = []
    circle += [circle, circle]
    assert encode(circle) == CanonicalEncodingFailed()


@pytest.mark.parametrize("levels", [1, 2, SHALLOW, SHALLOW + 1, MAX_DEPTH])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[0,{"b":7,"c":', "}]")])
def test_depth(levels: int, opening: str, closing: str) -> None:
    steps = levels // (opening.count("[") + opening.count("{")) or 1
    data = (opening * steps + "1" + closing * steps).encode()
    for decode in DECODERS:
        assert encoded(decode(data)) == data


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_one_level_too_deep(opening: str, closing: str) -> None:
    data = (opening * (MAX_DEPTH + 1) + "1" + closing * (MAX_DEPTH + 1)).encode()
    for decode in DECODERS:
        assert decode(data) == CanonicalDecodeFailed()
    value = json.loads(data)
    assert encode(value) == CanonicalEncodingFailed()


def test_wide_is_not_deep() -> None:
    value = [[[index]] for index in range(2000)]
    assert decode_strict(encoded(value)) == value


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        # The first fault from left to right names the error.
        (b"[1.5,}", CanonicalNumberNotAllowed),
        (b"[},1.5", CanonicalDecodeFailed),
        (b'{"b":1,"a":1.5}', CanonicalDecodeFailed),
        (b'{"b":1.5,"a":1}', CanonicalNumberNotAllowed),
        (b"1-", CanonicalNumberNotAllowed),
        (b"1e5.e-+", CanonicalNumberNotAllowed),
        (b"00", CanonicalNumberNotAllowed),
        (b"1 ", CanonicalDecodeFailed),
        (b"1.5\xff", CanonicalDecodeFailed),  # the whole input is checked for UTF-8 before
        ("{}\ufeff".encode(), CanonicalDecodeFailed),
        ('{"\ue000":1}'.encode(), CanonicalDecodeFailed),
        ('{"a":"\ue000","\U0001f600":1}'.encode(), CanonicalDecodeFailed),
        (b"[9007199254740992]", CanonicalNumberNotAllowed),
        (b'{"a":-9007199254740992}', CanonicalNumberNotAllowed),
        (b"[0,12345678901234567]", CanonicalNumberNotAllowed),
        (b'"\\ud83d\\ude00"', CanonicalDecodeFailed),
        (b'{"a":1', CanonicalDecodeFailed),
        (b'{"a"1}', CanonicalDecodeFailed),
        (b"{1:1}", CanonicalDecodeFailed),
        (b"[1}", CanonicalDecodeFailed),
        (b"9" * 5000, CanonicalNumberNotAllowed),
    ],
)
def test_refused(data: bytes, fault: type[Failure]) -> None:
    for decode in DECODERS:
        assert decode(data) == fault()


@pytest.mark.parametrize(
    "data", [b'["9007199254740993"]', b'{"a":"x, 12345678901234567890"}', b'["\xee\x80\x80"]']
)
def test_texts_may_look_like_what_keys_and_numbers_may_not(data: bytes) -> None:
    for decode in DECODERS:
        assert encoded(decode(data)) == data


def test_every_character_is_spelled_as_rfc8785_spells_it() -> None:
    every = [chr(point) for point in range(0x110000) if not 0xD800 <= point <= 0xDFFF]
    assert encoded(every) == rfc8785.dumps(every)
    assert cjson.text("".join(every)).encode() == encoded("".join(every))


def sample(count: int) -> list[Any]:
    random = Random("canonical JSON")
    return [[random_value(random), {"k": random_value(random)}] for _ in range(count)]


def test_ten_thousand_values_agree_with_rfc8785() -> None:
    for value in sample(10_000):
        data = encoded(value)
        assert data == rfc8785.dumps(value)
        decoded = decode_strict(data)
        assert decoded == value
        assert encode(decoded) == data


def digest_of_sample() -> str:
    """The hash of all encodings of a sample; the other process prints this."""
    digest = hashlib.sha256()
    for value in sample(2_000):
        digest.update(encoded(value))
    return digest.hexdigest()


@pytest.mark.parametrize("seed", ["1", "4711"])
def test_another_process_gives_the_same_bytes(seed: str) -> None:
    program = "from tests.passport.test_cjson import digest_of_sample; print(digest_of_sample())"
    root = Path(__file__).resolve().parents[2]
    surroundings = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Pacific/Chatham", "LC_ALL": "C"}
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env=surroundings,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == digest_of_sample()


def test_deep_and_shallow_writer_agree() -> None:
    for value in sample(2_000):
        assert cjson.write_deep(value).encode() == encode(value)


def test_fast_and_exact_decoder_agree_on_damaged_documents() -> None:
    random = Random("damage")
    refused = 0
    for value in sample(3_000):
        data = bytearray(encoded(value))
        for _ in range(random.randrange(1, 3)):
            place = random.randrange(len(data) + 1)
            data[place : place + random.randrange(2)] = random.choice(
                (
                    b"",
                    b" ",
                    b"0",
                    b"-",
                    b".",
                    b"e1",
                    b'"',
                    b"\\",
                    b"\\u0041",
                    b"[",
                    b"}",
                    b",",
                    b"\xff",
                    b"\xee\x80\x80",
                )
            )
        decoded = decode_strict(bytes(data))
        assert decoded == decode_exactly(bytes(data))
        if isinstance(decoded, Failure):
            refused += 1
        else:
            assert encode(decoded) == bytes(data)
    assert refused > 1_000


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.decimals()
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner)
        | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(anything)
def test_encoding_never_raises(value: object) -> None:
    data = encode(value)
    assert isinstance(data, bytes | CanonicalNumberNotAllowed | CanonicalEncodingFailed)
    if isinstance(data, bytes):
        assert decode_strict(data) == value
        assert data == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(
    st.binary() | st.text().map(str.encode) | st.text('{}[]",:0123456789.-eE\\unultrfas \n').map(str.encode)
)
@settings(max_examples=500)
def test_decoding_never_raises(data: bytes) -> None:
    value = decode_strict(data)
    assert value == decode_exactly(data)
    if not isinstance(value, Failure):
        assert encode(value) == data


def test_typical_values_take_less_than_a_ten_thousandth_of_a_second() -> None:
    value = {f"field.number{index}": [index, "text of a usual length", {"unit": "kg"}] for index in range(10)}
    start = time.process_time()
    for _ in range(2_000):
        encode(value)
    assert time.process_time() - start < 0.2
