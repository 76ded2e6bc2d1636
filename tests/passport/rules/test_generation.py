"""Generated values, spec 6.11."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clysm.passport.decimals import Dec
from clysm.passport.rules import generation
from clysm.passport.rules.generation import MAX_PARTS, draws, generate
from clysm.passport.rules.parser import parse
from clysm.passport.rules.syntax import Module
from clysm.passport.rules.types import Atom, DecType, ListType, MapType, OptType, QtyType, RecordType, Type
from clysm.passport.units import Qty
from clysm.passport.values import Some, Value, form
from tests.passport.rules.programs import types
from tests.passport.vectors import group


def written(text: str) -> Type:
    module = parse(f"field f: {text} = none;".encode())
    assert isinstance(module, Module)
    return module.fields[0].type


@pytest.mark.parametrize("item", group("prng"))
def test_vector(item: dict[str, Any]) -> None:
    stream = draws(item["seed"], item["test_name"], item["index"])
    if "u64" in item["expect"]:
        assert list(islice(stream, item["count"])) == item["expect"]["u64"]
    else:
        values = generate([written(text) for text in item["types"]], stream)
        assert values is not None
        assert [form(value) for value in values] == item["expect"]["values"]


@given(st.integers(0, 2**63 - 1), st.text("ab_Z9", min_size=1), st.integers(0, 99_999), st.integers(0, 30))
def test_the_stream_is_the_blocks_in_a_row(seed: int, name: str, case: int, count: int) -> None:
    blocks = [
        sha256(
            b"\0".join([b"BPC-PRNG-1", *(str(part).encode() for part in (seed, name, case, block))])
        ).digest()
        for block in range(count // 4 + 1)
    ]
    words = [b"".join(blocks)[start : start + 8] for start in range(0, count * 8, 8)]
    assert list(islice(draws(seed, name, case), count)) == [int.from_bytes(word, "big") for word in words]


def scripted(*numbers: int) -> Iterator[int]:
    return iter(numbers)


def test_draws_that_would_favour_small_numbers_are_thrown_away() -> None:
    """2**64 mod 8 is 0, so every draw serves; 2**64 mod 100 is 16, so the last 16 do not."""
    last = 2**64 - 1
    assert generate([Atom.INT], scripted(0, last)) == [1000000]
    assert generate([Atom.TEXT], scripted(1, last, 2**64 - 16, 2**64 - 17)) == ["\U0001f50b"]


@pytest.mark.parametrize(
    ("text", "numbers", "expected"),
    [
        ("Bool", [0], False),
        ("Bool", [1], True),
        *[("Int", [0, k], n) for k, n in enumerate([0, 1, -1, 2, 10, 100, 1000, 1000000])],
        ("Int", [1, 0], -1000),
        ("Int", [1, 2000], 1000),
        ("Int", [2, 10**9], 0),
        ("Int", [3, 2 * 10**15], 10**15),
        ("Dec(2)", [0, 3, 0], Dec(200, 2)),
        ("Dec(2)", [0, 3, 1], Dec(2, 2)),
        ("Qty(g)", [0, 2, 0], Qty("g", -1000000)),
        ("Qty(g)", [0, 2, 1], Qty("g", -1)),
        ("Text", [0], ""),
        ("Text", [8, 0, 94, 95, 96, 97, 98, 99, 1], " ~\u00e9\u03bb\u20ac\u4e2d\U0001f50b!"),
        ("Date", [0], datetime.date(2000, 1, 1)),
        ("Date", [36524], datetime.date(2099, 12, 31)),
        ("Opt(Bool)", [0], None),
        ("List(Bool)", [0], []),
        ("List(Bool)", [5, 0, 1, 0, 1, 1], [False, True, False, True, True]),
        ("Map(Text, Bool)", [4, 1, 0, 1, 0], {"k0": True, "k1": False, "k2": True, "k3": False}),
        ("Record", [], {}),
        ("Record(b: Bool, B: Int, a: Bool)", [0, 3, 0, 1], {"B": 2, "a": False, "b": True}),
    ],
)
def test_value(text: str, numbers: list[int], expected: Value) -> None:
    stream = scripted(*numbers, -1)
    assert generate([written(text)], stream) == [expected]
    assert next(stream) == -1


def test_some() -> None:
    values = generate([written("Opt(Opt(Bool))")], scripted(1, 3, 1))
    assert values is not None
    (outer,) = values
    assert isinstance(outer, Some)
    assert isinstance(outer.value, Some)
    assert outer.value.value is True


def test_variables_share_a_stream() -> None:
    assert generate([Atom.BOOL, Atom.INT, Atom.BOOL], scripted(1, 0, 4, 0)) == [True, 10, False]


def belongs(value: Value, wanted: Type) -> bool:
    match wanted:
        case OptType(content):
            return value is None or (isinstance(value, Some) and belongs(value.value, content))
        case ListType(element):
            return isinstance(value, list) and len(value) <= 5 and all(belongs(v, element) for v in value)
        case MapType(part):
            return isinstance(value, dict) and all(belongs(v, part) for v in value.values())
        case RecordType(members):
            return (
                isinstance(value, dict)
                and list(value) == sorted(members)
                and all(belongs(value[name], member) for name, member in members.items())
            )
        case DecType(scale):
            return (
                isinstance(value, Dec)
                and value.scale == scale
                and abs(value.coefficient) <= 10 ** (15 + scale)
            )
        case QtyType(unit):
            return isinstance(value, Qty) and value.unit == unit and abs(value.coefficient) <= 10**21
        case Atom.INT:
            return type(value) is int and abs(value) <= 10**15
    return type(value) in {Atom.BOOL: (bool,), Atom.TEXT: (str,), Atom.DATE: (datetime.date,)}[wanted]


@settings(deadline=None)
@given(types, st.integers(0, 2**63 - 1), st.integers(0, 9))
def test_values_belong_to_their_type_and_repeat(wanted: Type, seed: int, case: int) -> None:
    values = generate([wanted], draws(seed, "p", case))
    assert values is not None
    assert belongs(values[0], wanted)
    again = generate([wanted], draws(seed, "p", case))
    assert again is not None
    assert form(again[0]) == form(values[0])


def test_values_with_too_many_parts_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_PARTS == 1_048_576
    monkeypatch.setattr(generation, "MAX_PARTS", 10)
    five = [5, 0, 0, 0, 0, 0]
    assert generate([ListType(Atom.BOOL)], scripted(*five)) == [[False] * 5]
    assert generate([ListType(Atom.BOOL), ListType(Atom.BOOL)], scripted(*five, *five)) is None
    options = written("Opt(" * 20 + "Bool" + ")" * 20)
    assert generate([options], scripted(*[1] * 21)) is not None


def test_wide_types_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty lists in each other hold 2.5**60 elements on average."""
    monkeypatch.setattr(generation, "MAX_PARTS", 10_000)
    wide = written("List(" * 60 + "Int" + ")" * 60)
    found = [generate([wide], draws(seed, "p", 0)) for seed in range(3)]
    assert None in found
