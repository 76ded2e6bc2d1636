"""Ingest: vectors, the JSON test suite, faults with their place, the fast reader against the exact one."""

from __future__ import annotations

import base64
import json
import sys
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clysm.passport.cjson import SAFE_INTEGER, encode
from clysm.passport.errors import Failure, IngestError, record
from clysm.passport.facts import Fact, make_fact
from clysm.passport.ingest.json import MAX_DEPTH, ingest_json, read_exactly, read_json
from clysm.passport.ingest.numbers import MAX_CHARACTERS, MAX_SIGNIFICANT, decimal_text, exact_number
from clysm.passport.ingest.toml import ingest_toml, read_toml
from tests.passport.random_values import random_value
from tests.passport.vectors import document_bytes, group, matches, real

RECORD = '{"fact_type":"T","fact_key":"k","schema_version":1,"payload":%s}'


def canonical_record(fact: Fact) -> str:
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


def test_json_test_suite() -> None:
    """What no parser may accept is refused. Of the rest we refuse only what 4.2 refuses beyond RFC 8259."""
    items = json.loads(real("json/JSONTestSuite.json").read_text(encoding="utf-8"))
    for item in items:
        document = base64.b64decode(item["base64"])
        value = read_json(document)
        assert value == read_exactly(document), item["name"]
        if item["expect"] == "reject":
            assert isinstance(value, IngestError), item["name"]
        elif isinstance(value, IngestError):
            assert value.kind == "DuplicateKey", item["name"]
        else:
            assert without_numbers(value) == without_numbers(json.loads(document)), item["name"]


def without_numbers(value: Any) -> Any:
    """A value with 0 for every number and every text of digits, which a number may have become."""
    if isinstance(value, dict):
        return {key: without_numbers(element) for key, element in value.items()}
    if isinstance(value, list):
        return [without_numbers(element) for element in value]
    is_number = type(value) in (int, float) or (
        isinstance(value, str) and value.strip("-.0123456789") == "" != value
    )
    return 0 if is_number else value


# The first fault from left to right, with its kind, line and column.
FAULTS: list[tuple[bytes, str, int, int]] = [
    (b"", "Malformed", 1, 1),
    (b" \n ", "Malformed", 2, 2),
    (b"[1,\n 2,\n}", "Malformed", 3, 1),
    (b"[1,]", "Malformed", 1, 4),
    (b"{} {}", "Malformed", 1, 4),
    (b'{"a":1,"b":2,"a":01}', "DuplicateKey", 1, 14),
    (b'{"a":01,"a":2}', "BadNumber", 1, 6),
    (b'{"a":{"a":1},"\\u0061":2}', "DuplicateKey", 1, 14),
    (b'{"a" 1}', "Malformed", 1, 6),
    (b"{'a':1}", "Malformed", 1, 2),
    (b'{"a":1 "b":2}', "Malformed", 1, 8),
    (b"[tru]", "Malformed", 1, 5),
    (b"[True]", "Malformed", 1, 2),
    (b"[nul", "Malformed", 1, 5),
    (b"[NaN]", "Malformed", 1, 2),
    (b"[-NaN]", "BadNumber", 1, 2),
    (b"[+1]", "Malformed", 1, 2),
    (b"[.5]", "Malformed", 1, 2),
    (b"[5.]", "BadNumber", 1, 2),
    (b"[1.5.5]", "BadNumber", 1, 2),
    (b"[1-2]", "BadNumber", 1, 2),
    (b"[0x10]", "Malformed", 1, 3),
    (b"[1e400,01]", "NumberOutOfRange", 1, 2),
    (b'["a\tb"]', "Malformed", 1, 4),
    (b'["ab', "Malformed", 1, 5),
    (b'["a\\x"]', "Malformed", 1, 5),
    (b'["\\u12g4"]', "Malformed", 1, 7),
    (b'["\\u12', "Malformed", 1, 7),
    (b'["\xc3\xa9\\ud800"]', "BadEncoding", 1, 4),
    (b'["\\ud800\\u0041"]', "BadEncoding", 1, 3),
    (b'["\\ud800\\ud800"]', "BadEncoding", 1, 3),
    (b'["\\udc00"]', "BadEncoding", 1, 3),
    (b'{"\\ue000":1}', "BadKey", 1, 2),
    (b'{"\\ud83d\\ude00":NaN}', "BadKey", 1, 2),
    (b'{"\\ud83d":1}', "BadEncoding", 1, 3),
    (b'["\xff"]', "BadEncoding", 1, 3),
    (b'["\xed\xa0\x80"]', "BadEncoding", 1, 3),
    (b'["\xc0\xaf"]', "BadEncoding", 1, 3),
    (b'["\xc3', "BadEncoding", 1, 3),
    (b"[1,]\xff", "Malformed", 1, 4),  # what stands before the bad byte is the first fault
    (b"[1\xff]", "BadEncoding", 1, 3),
    (b"[tru\xff]", "BadEncoding", 1, 5),
    (b"[]\xff", "BadEncoding", 1, 3),
    (b"\xef\xbb\xbf[]", "Malformed", 1, 1),
    ("[1]".encode("utf-16"), "BadEncoding", 1, 1),
    ("[1]".encode("utf-16-le"), "Malformed", 1, 2),
    (b"[" * (MAX_DEPTH + 1), "TooDeep", 1, MAX_DEPTH + 1),
    (b"[" * 100_000, "TooDeep", 1, MAX_DEPTH + 1),
    (b'{"a":' * (MAX_DEPTH + 1) + b"01", "TooDeep", 1, 5 * MAX_DEPTH + 1),
    (b"[01" + b"[" * 300, "BadNumber", 1, 2),
    (b"[" + b"9" * 100_000 + b"]", "NumberOutOfRange", 1, 2),
    (b"[1e" + b"9" * 100_000 + b"]", "NumberOutOfRange", 1, 2),
]


@pytest.mark.parametrize(("document", "kind", "line", "column"), FAULTS, ids=lambda value: repr(value)[:40])
def test_fault_and_place(document: bytes, kind: str, line: int, column: int) -> None:
    assert read_json(document) == IngestError(kind, line, column)
    assert read_exactly(document) == IngestError(kind, line, column)
    assert ingest_json(document) == IngestError(kind, line, column)


@pytest.mark.parametrize(
    ("document", "value"),
    [
        (b" \r\n\t[ 1 , 2 ] ", [1, 2]),
        (b'"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00E9\\ud83D\\uDe00"', '"\\/\b\f\n\r\tAé😀'),
        ('["\x7f\u2028\ue000"]'.encode(), ["\x7f\u2028\ue000"]),
        (b'{"a":{"b":[]},"b":{}}', {"a": {"b": []}, "b": {}}),
        (b"[-0, -0.0, 0e9, 1E2, 9007199254740992]", [0, "0", "0", "100", "9007199254740992"]),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)),
        (b"[" + b"[{}]," * 500 + b"0]", [*([[{}]] * 500), 0]),
        (b"null", None),
    ],
)
def test_accepted(document: bytes, value: Any) -> None:
    assert read_json(document) == value
    assert read_exactly(document) == value


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (b"1", "BadRecord"),
        (b"null", "BadRecord"),
        (b"[[]]", "BadRecord"),
        (b"[null]", "BadRecord"),
        (b'{"fact_type":"T","fact_key":"k","schema_version":1}', "BadRecord"),
        (b'{"fact_type":"T","fact_key":"k","schema_version":true,"payload":{}}', "BadRecord"),
        (b'{"fact_type":"T","fact_key":"k","schema_version":2147483648,"payload":{}}', "BadRecord"),
        (b'{"fact_type":"T","fact_key":1,"schema_version":1,"payload":{}}', "BadRecord"),
        (b'{"fact_type":"T","fact_key":"a\\u0000","schema_version":1,"payload":{}}', "BadRecord"),
        (b'{"fact_type":"T\\u007f","fact_key":"a","schema_version":1,"payload":{}}', "BadRecord"),
        ((RECORD % "null").encode(), "BadRecord"),
        ((RECORD % "[]").encode(), "BadRecord"),
        ((RECORD % ('{"a":' * 64 + "{}" + "}" * 64)).encode(), "TooDeep"),
    ],
)
def test_no_record(document: bytes, kind: str) -> None:
    failure = ingest_json(document)
    assert isinstance(failure, IngestError)
    assert failure.kind == kind


def test_limits_of_a_record() -> None:
    name = "ü" * 200
    fact = make_fact(name, name, 2**31 - 1, json.loads('{"a":' * 63 + "{}" + "}" * 63))
    assert isinstance(fact, Fact)
    assert fact.payload_text == '{"a":' * 63 + "{}" + "}" * 63
    for wrong in ("", "ü" * 201, "\n", "\x1f", "\x7f", "\ud800", None, 1):
        assert isinstance(make_fact(wrong, "k", 1, {}), IngestError)
        assert isinstance(make_fact("T", wrong, 1, {}), IngestError)
    for payload in ({"a": 1.5}, {"a": 2**53}, {"\ue000": 1}, {"a": "\ud800"}):
        assert isinstance(make_fact("T", "k", 1, payload), IngestError)  # type: ignore[arg-type]


def test_of_several_bad_records_the_first_is_the_answer() -> None:
    too_deep, bad = RECORD % ('{"a":' * 64 + "{}" + "}" * 64), RECORD % "1"
    for documents, kind in (((too_deep, bad), "TooDeep"), ((bad, too_deep), "BadRecord")):
        failure = ingest_json(f"[{','.join(documents)}]".encode())
        assert isinstance(failure, IngestError)
        assert failure.kind == kind


# Numbers


def oracle(lexeme: str) -> int | str | None:
    """What a JSON number becomes, computed with fractions and `decimal`; None if it is out of range."""
    value = Fraction(lexeme)
    if lexeme.lstrip("-").isdigit() and abs(value) <= SAFE_INTEGER:
        return int(value)
    text = f"{Decimal(lexeme):f}"
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    significant = text.replace(".", "").strip("0")
    if value == 0:
        return "0"
    return sign + text if len(significant) <= MAX_SIGNIFICANT and len(text) <= MAX_CHARACTERS else None


digits = st.text("0123456789", min_size=1, max_size=40)
lexemes = st.builds(
    lambda sign, whole, fraction, exponent: sign + (whole.lstrip("0") or "0") + fraction + exponent,
    st.sampled_from(["", "-"]),
    digits | st.integers(0, 101).map(lambda count: "1" + "0" * count),
    st.just("")
    | digits.map(lambda text: "." + text)
    | st.integers(0, 101).map(lambda count: "." + "0" * count + "1"),
    st.just("")
    | st.builds(
        lambda e, sign, value: f"{e}{sign}{value}",
        st.sampled_from("eE"),
        st.sampled_from(["", "+", "-", "-0"]),
        st.integers(0, 120),
    ),
)


@given(lexemes)
@settings(max_examples=1000)
def test_numbers_agree_with_decimal(lexeme: str) -> None:
    expected = oracle(lexeme)
    number = exact_number(lexeme)
    assert number == (IngestError("NumberOutOfRange") if expected is None else expected)
    assert type(number) is type(expected) or expected is None
    document = f'{{"a":[{lexeme}]}}'.encode()
    value = {"a": [expected]} if expected is not None else IngestError("NumberOutOfRange", 1, 7)
    assert read_json(document) == value
    assert read_exactly(document) == value


@given(st.text("0123456789.-+eE", max_size=12))
def test_what_is_no_number_is_bad(lexeme: str) -> None:
    try:
        json.loads(lexeme)
        is_number = True
    except ValueError:
        is_number = False
    assert (exact_number(lexeme) == IngestError("BadNumber")) is not is_number


# The two readers


def test_fast_and_exact_reader_agree_on_damaged_documents() -> None:
    random = Random("ingest")
    insertions = '[]{}:,"\\ 01.-eE \n\ue000é\x01'
    faults = set()
    for _ in range(3_000):
        text = json.dumps(
            random_value(random), ensure_ascii=random.random() < 0.5, indent=random.choice((None, 1))
        )
        for _ in range(random.randrange(3)):
            place = random.randrange(len(text) + 1)
            text = (
                text[:place]
                + random.choice(insertions) * random.randrange(2)
                + text[place + random.randrange(2) :]
            )
        document = text.encode()
        value = read_json(document)
        assert value == read_exactly(document)
        if isinstance(value, IngestError):
            faults.add(value.kind)
            assert value.line is not None
            assert 1 <= value.line <= text.count("\n") + 1
    assert faults >= {"Malformed", "BadNumber", "BadKey", "NumberOutOfRange", "BadEncoding"}


@given(st.binary() | st.text('{}[]",:0123456789.-eE\\unultrfasd \n').map(str.encode))
@settings(max_examples=500)
def test_reading_never_raises(document: bytes) -> None:
    value = read_json(document)
    assert value == read_exactly(document)
    assert isinstance(ingest_json(document), tuple | IngestError)
    assert isinstance(value, IngestError) or isinstance(encode(value), bytes)


# TOML


def table(line: str) -> bytes:
    return f'[[fact]]\nfact_type = "T"\nfact_key = "k"\nschema_version = 1\n[fact.payload]\n{line}\n'.encode()


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("a = 1_000", 1000),
        ("a = +1", 1),
        ("a = -0", 0),
        ("a = 0xff", 255),
        ("a = 0b11", 3),
        ("a = 9223372036854775807", "9223372036854775807"),
        ("a = -9223372036854775808", "-9223372036854775808"),
        ("a = +0.0", "0"),
        ("a = 1e0_3", "1000"),
        ("a = 6.626e-34", "0.0000000000000000000000000000000006626"),
        ("a = true", True),
        ("a = 2025-03-01", "2025-03-01"),
        ("a = 0001-01-01", "0001-01-01"),
        ("a = 07:30:00", "07:30:00"),
        ("a = 07:30:00.999999999", "07:30:00.999999"),
        ("a = 07:30:00.0000001", "07:30:00"),
        ("a = 2025-03-01 07:30:00", "2025-03-01T07:30:00"),
        ("a = 2025-03-01t07:30:00z", "2025-03-01T07:30:00Z"),
        ("a = 2025-03-01T07:30:00+00:00", "2025-03-01T07:30:00Z"),
        ("a = 2025-03-01T07:30:00-00:00", "2025-03-01T07:30:00Z"),
        ("a = 2025-03-01T07:30:00.25-05:30", "2025-03-01T07:30:00.250000-05:30"),
        ("a = [1.50, [2], {b = 3.0}]", ["1.5", [2], {"b": "3"}]),
        ("a.b.c = '''x'''", {"b": {"c": "x"}}),
        ('a = "[[[[" # ]]]]', "[[[["),
        ('a = "' + "x." * 300 + "[" * 300 + '"', "x." * 300 + "[" * 300),
        ('a = """\n' + "x." * 300 + '\\"""" # ' + "x." * 300, "x." * 300 + '"'),
        ("a = '''" + "x." * 300 + "'''", "x." * 300),
        ("a = '" + "x." * 300 + "'", "x." * 300),
    ],
)
def test_toml_values(line: str, value: Any) -> None:
    facts = ingest_toml(table(line))
    assert not isinstance(facts, IngestError), facts
    assert facts[0].payload == {"a": value}


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (table("a = inf"), "BadNumber"),
        (table("a = -nan"), "BadNumber"),
        (table("a = 9223372036854775808"), "NumberOutOfRange"),
        (table("a = -9223372036854775809"), "NumberOutOfRange"),
        (table("a = " + "9" * 5000), "NumberOutOfRange"),
        (table("a = 1e400"), "NumberOutOfRange"),
        (table("a = 1\na = 2"), "Malformed"),
        (table('a = "\\ud800"'), "Malformed"),
        (table("a = 2025-02-29"), "Malformed"),
        (table("a = 00"), "Malformed"),
        (table("a = .5"), "Malformed"),
        (table("a = "), "Malformed"),
        (table("a = [1"), "Malformed"),
        (table('"\\ue000" = 1'), "BadKey"),
        (table("a = 1").replace(b"T", b"\xff"), "BadEncoding"),
        (b"\xef\xbb\xbf" + table("a = 1"), "Malformed"),
        (b"x = 1\n" + table("a = 1"), "BadRecord"),
        (b"", "BadRecord"),
        (b"fact = 1", "BadRecord"),
        (b"[fact]", "BadRecord"),
        (b"[[fact]]", "BadRecord"),
        (b"fact = [1]", "BadRecord"),
        (table("a = " + "[" * 64 + "]" * 64), "TooDeep"),
        (table("a = " + "[" * 5000), "TooDeep"),
        (table("a = " + "{a=" * 5000), "TooDeep"),
        (table("a" + ".a" * 5000 + " = 1"), "TooDeep"),
        (table("a" + " . 'a'" * 50_000 + " = 1"), "TooDeep"),
        (table("a" + ".a" * 150 + " = 1").replace(b"payload", b"payload" + b".b" * 150), "TooDeep"),
        (b"[" + b".".join([b'"a"'] * 50_000) + b"]", "TooDeep"),
    ],
)
def test_toml_faults(document: bytes, kind: str) -> None:
    failure = ingest_toml(document)
    assert isinstance(failure, IngestError)
    assert failure.kind == kind


@pytest.mark.parametrize(
    ("document", "line", "column"),
    [(b"a = 1\nb = ]", 2, 5), (b"a = 1\nb =", 2, 4), (b"a = [", 1, 6), (b"a = '", 1, 6)],
)
def test_toml_place(document: bytes, line: int, column: int) -> None:
    assert read_toml(document) == IngestError("Malformed", line, column)


def test_a_caller_that_has_used_up_the_stack() -> None:
    """The parser of TOML recurses; what it cannot finish for want of stack is too deep."""
    document = table("a = " + "[" * 150 + "]" * 150)
    value = read_toml(document)
    assert not isinstance(value, IngestError)

    def at_depth(frames: int) -> object:
        return at_depth(frames - 1) if frames else read_toml(document)

    outcomes = [at_depth(frames) for frames in range(0, sys.getrecursionlimit() - 200, 50)]
    assert outcomes[0] == value
    assert outcomes[-1] == IngestError("TooDeep")
    assert all(outcome in (value, IngestError("TooDeep")) for outcome in outcomes)


@given(st.binary() | st.text("[]{}=.,#'\"\\ab01-_:TZeinf+ \n").map(str.encode))
@settings(max_examples=500)
def test_reading_toml_never_raises(document: bytes) -> None:
    value = read_toml(document)
    assert isinstance(ingest_toml(document), tuple | IngestError)
    assert isinstance(value, IngestError) or isinstance(encode(value), bytes)


def test_json_and_toml_agree() -> None:
    line = 'a = 75.50\nb = [1_000, 1e3, true, "x"]\nc = {d = -2.5e-3}'
    document = RECORD % '{"a": 75.50, "b": [1000, 1e3, true, "x"], "c": {"d": -2.5e-3}}'
    assert ingest_toml(table(line)) == ingest_json(document.encode())


@pytest.mark.parametrize(
    "name",
    [
        "batterypass/Labels-1.2.0.payload.json",
        "batterypass/CarbonFootprint-1.2.0.payload.json",
        "openepcis/ev.source.json",
        "openepcis/examples-batterypass-ev-item.jsonld",
        "tractusx/battery_pass-6.1.0.sample.json",
        "tractusx/battery_pass-6.1.0.schema.json",
        "idta/IDTA_02035-1_DBP-Part-1_Digital_Nameplate.json",
        "vc/untp-shaped-ev-battery.json",
    ],
)
def test_real_documents(name: str) -> None:
    """Every leaf survives: numbers are compared with `decimal`, which reads the same characters."""
    document = real(name).read_bytes()
    value = read_json(document)
    assert value == read_exactly(document)
    if document.startswith((b"\xff\xfe", b"\xfe\xff")):
        assert value == IngestError("BadEncoding", 1, 1)
        return
    expected = list(leaves(json.loads(document, parse_float=Decimal)))
    assert len(expected) > 10
    for leaf, original in zip(leaves(value), expected, strict=True):
        assert leaf == original or Decimal(leaf) == original


def leaves(value: Any) -> Any:
    if isinstance(value, dict | list):
        for element in value.values() if isinstance(value, dict) else value:
            yield from leaves(element)
    else:
        yield value
