"""Tables of JSON files, and the canonical text of a report."""

from pathlib import Path

import pytest

from clysm.workflow.errors import SchemaError
from clysm.workflow.jsonfile import comparable, encode, read_report, write_report
from clysm.workflow.schema import (
    PATH,
    SHA256,
    TIMESTAMP,
    Anything,
    Boolean,
    Integer,
    ListOf,
    MapOf,
    Nullable,
    Number,
    OneOf,
    Record,
    Schema,
    Text,
    problems,
)

TABLE = Record({"a": Integer(1, 3), "b": Nullable(ListOf(Text(), 2)), "c": Record({"d": Boolean()})})


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        (1, Integer(), ()),
        (-1, Integer(), ("$: -1 is out of range",)),
        (True, Integer(), ("$: not an integer",)),
        (1.0, Integer(), ("$: not an integer",)),
        (0.5, Number(0, 100), ()),
        (float("nan"), Number(0, 100), ("$: not a number",)),
        (101, Number(0, 100), ("$: 101 is out of range",)),
        ("x", OneOf(("y",)), ("$: not one of y",)),
        ("0" * 64, SHA256, ()),
        ("A" * 64, SHA256, (f"$: `{'A' * 64}` is not 64 lower-case hexadecimal digits",)),
        ("2025-12-27T12:00:00Z", TIMESTAMP, ()),
        ("2025-12-27T12:00Z", TIMESTAMP, ("$: `2025-12-27T12:00Z` is not ISO 8601 UTC to the second",)),
        ("a/../b", PATH, ("$: `a/../b` is not relative path",)),
        (None, Nullable(Integer()), ()),
        ({"x": 1, "y": "z"}, MapOf(Integer()), ("$.y: not an integer",)),
        ([1], MapOf(Integer()), ("$: not an object",)),
        (object(), Anything(), ()),
        ({"a": 1, "b": None, "c": {"d": True}}, TABLE, ()),
        ({"a": 4, "b": ["x", 1, "y"], "c": {"e": 1}}, TABLE,
         ("$.a: 4 is out of range", "$.b: more than 2 elements", "$.b[1]: not a string", "$.c.e: unknown key",
          "$.c.d: missing")),
    ],
)  # fmt: skip
def test_problems(value: object, schema: Schema, expected: tuple[str, ...]) -> None:
    assert problems(value, schema) == expected


def test_text_of_a_report() -> None:
    assert encode({"b": [1], "a": "é"}) == '{\n  "a": "é",\n  "b": [\n    1\n  ]\n}\n'.encode()
    with pytest.raises(ValueError, match="Out of range"):
        encode({"a": float("inf")})
    assert comparable({"timestamp": 1, "run": 2, "x": 3}) == {"x": 3}


def test_reports_are_checked_both_ways(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    good = {"a": 1, "b": None, "c": {"d": True}}
    write_report(path, good, TABLE)
    assert read_report(path, TABLE) == good
    with pytest.raises(SchemaError, match=r"\$\.z: unknown key"):
        write_report(path, {**good, "z": 1}, TABLE)
    path.write_text("not json")
    with pytest.raises(SchemaError, match="not JSON"):
        read_report(path, TABLE)
