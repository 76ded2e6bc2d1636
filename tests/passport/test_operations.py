"""Operators and builtins: value and every error of each, then properties against exact fractions."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.passport import operations
from clysm.passport.decimals import Dec
from clysm.passport.errors import (
    AssertFailed,
    DivisionByZero,
    Failure,
    InexactDecimal,
    RequireSomeFailed,
    TypeFailure,
    UnitMismatch,
)
from clysm.passport.operations import BINARY, BUILTINS
from clysm.passport.units import UNITS, Qty
from clysm.passport.values import Some, Value, equal
from tests.passport.test_values import fraction, integers, keys, units, values

TYPE_ERROR = TypeFailure  # the message is free text

NINES = 10**1000 - 1  # the largest Int that arithmetic makes


def agrees(result: Any, expected: Any) -> bool:
    """Whether a result is the expected value in kind and content, or the expected failure or a kind of it."""
    if isinstance(expected, type):
        return type(result) is expected
    if isinstance(expected, Failure):
        return bool(result == expected)
    if type(result) is not type(expected):
        return False
    if type(result) is Some:
        return agrees(result.value, expected.value)
    if isinstance(result, list):
        return len(result) == len(expected) and all(map(agrees, result, expected))
    return bool(result == expected)


KG = Qty("kg", 1_000_000)
JANUARY = date(2025, 1, 31)

OPERATORS: list[tuple[str, Any, Any, Any]] = [
    ("+", 1, 2, 3),
    ("+", Dec(5, 2), Dec(-10, 2), Dec(-5, 2)),
    ("+", KG, Qty("kg", 2_500_000), Qty("kg", 3_500_000)),
    ("+", "a", "\u00e9", "a\u00e9"),
    ("+", 1, "x", TYPE_ERROR),
    ("+", 1, Dec(1, 0), TYPE_ERROR),
    ("+", Dec(100, 2), Dec(10, 1), TYPE_ERROR),
    ("+", KG, Qty("g", 1), UnitMismatch("kg", "g")),
    ("+", True, 1, TYPE_ERROR),
    ("+", [1], [2], TYPE_ERROR),
    ("+", JANUARY, 1, TYPE_ERROR),
    ("+", NINES, 1, TYPE_ERROR),
    ("+", NINES, 0, NINES),
    ("+", Dec(NINES, 3), Dec(1, 3), TYPE_ERROR),
    ("+", Qty("g", -NINES), Qty("g", -1), TYPE_ERROR),
    ("-", 5, 3, 2),
    ("-", Dec(5, 2), Dec(10, 2), Dec(-5, 2)),
    ("-", KG, KG, Qty("kg", 0)),
    ("-", "a", "a", TYPE_ERROR),
    ("-", Dec(1, 0), Dec(1, 1), TYPE_ERROR),
    ("-", KG, Qty("g", 1), UnitMismatch("kg", "g")),
    ("-", KG, Dec(1, 6), TYPE_ERROR),
    ("*", 4, 3, 12),
    ("*", Dec(5, 2), Dec(5, 2), Dec(0, 2)),
    ("*", Dec(-5, 2), Dec(5, 2), Dec(-1, 2)),
    ("*", Dec(125, 2), Dec(333333, 6), Dec(41, 2)),
    ("*", Qty("kg", 1_000_000_000), Dec(19, 10), Qty("kg", 1)),
    ("*", 2, Dec(100, 2), TYPE_ERROR),
    ("*", Dec(100, 2), 2, TYPE_ERROR),
    ("*", KG, KG, TYPE_ERROR),
    ("*", Dec(1, 0), KG, TYPE_ERROR),
    ("*", 10**500, 10**500, TYPE_ERROR),
    ("*", 10**500, 10**499, 10**999),
    ("*", "a", 3, TYPE_ERROR),
    ("/", 10, 3, 3),
    ("/", -10, 3, -4),
    ("/", 10, -3, -4),
    ("/", 1, 0, DivisionByZero()),
    ("/", Dec(1_000_000, 6), Dec(3_000_000, 6), Dec(333_333, 6)),
    ("/", Dec(-1_000_000, 6), Dec(3_000_000, 6), Dec(-333_334, 6)),
    ("/", Dec(300_000_000, 2), Dec(50_000_000, 6), Dec(6_000_000, 2)),
    ("/", Dec(100, 2), Dec(0, 1), DivisionByZero()),
    ("/", KG, Dec(300, 2), Qty("kg", 333_333)),
    ("/", KG, Dec(0, 0), DivisionByZero()),
    ("/", KG, KG, TYPE_ERROR),
    ("/", 1, Dec(0, 0), TYPE_ERROR),
    ("/", "a", 0, TYPE_ERROR),
    ("/", Dec(10**999, 0), Dec(1, 1), TYPE_ERROR),
    ("==", 2, Dec(20, 1), True),
    ("==", 1, True, False),
    ("!=", "a", 1, True),
    ("!=", [1], [1], False),
    ("<", Dec(50_000_000, 6), 0, False),
    ("<", JANUARY, date(2025, 2, 1), True),
    ("<", "a", "b", TYPE_ERROR),
    ("<", KG, Qty("g", 1), UnitMismatch("kg", "g")),
    ("<=", KG, KG, True),
    ("<=", KG, 1, TYPE_ERROR),
    (">", Dec(1, 0), Dec(1, 5), True),
    (">", None, None, TYPE_ERROR),
    (">=", 3, 4, False),
    (">=", True, False, TYPE_ERROR),
]


@pytest.mark.parametrize(("name", "left", "right", "expected"), OPERATORS)
def test_operator(name: str, left: Value, right: Value, expected: Any) -> None:
    assert agrees(BINARY[name](left, right), expected)


CALLS: list[tuple[str, tuple[Any, ...], Any]] = [
    ("!", (True,), False),
    ("!", (0,), TYPE_ERROR),
    ("neg", (2,), -2),
    ("neg", (Dec(0, 2),), Dec(0, 2)),
    ("neg", (KG,), Qty("kg", -1_000_000)),
    ("neg", ("x",), TYPE_ERROR),
    ("neg", (True,), TYPE_ERROR),
    ("recordGet", ({"a": 1}, "a"), Some(1)),
    ("recordGet", ({"a": 1}, "b"), None),
    ("recordGet", ({"a": None}, "a"), None),
    ("recordGet", ({"a": False}, "a"), Some(False)),
    ("recordGet", ({"a": Some(None)}, "a"), Some(Some(None))),
    ("recordGet", ([1], "a"), TYPE_ERROR),
    ("recordGet", ({"a": 1}, 1), TYPE_ERROR),
    ("recordGet", (None, "a"), TYPE_ERROR),
    ("isSome", (None,), False),
    ("isSome", (Some(None),), True),
    ("isSome", (1,), TYPE_ERROR),
    ("unwrapOr", (None, 5), 5),
    ("unwrapOr", (Some(3), 5), 3),
    ("unwrapOr", (3, 5), TYPE_ERROR),
    ("some", (3,), Some(3)),
    ("toDec", (6, 75), Dec(75_000_000, 6)),
    ("toDec", (2, "75.5"), Dec(7550, 2)),
    ("toDec", (1, "75.500"), Dec(755, 1)),
    ("toDec", (2, Dec(15, 1)), Dec(150, 2)),
    ("toDec", (0, "-0"), Dec(0, 0)),
    ("toDec", (2, "75.555"), InexactDecimal("75.555", 2)),
    ("toDec", (1, Dec(-1250, 3)), InexactDecimal("-1.25", 1)),
    ("toDec", (0, "0.50"), InexactDecimal("0.5", 0)),
    ("toDec", (2, "abc"), TYPE_ERROR),
    ("toDec", (2, "1e3"), TYPE_ERROR),
    ("toDec", (2, "+1"), TYPE_ERROR),
    ("toDec", (2, " 1"), TYPE_ERROR),
    ("toDec", (2, "01"), TYPE_ERROR),
    ("toDec", (2, "1."), TYPE_ERROR),
    ("toDec", (2, ".5"), TYPE_ERROR),
    ("toDec", (2, ""), TYPE_ERROR),
    ("toDec", (2, "-"), TYPE_ERROR),
    ("toDec", (2, "\u0661"), TYPE_ERROR),
    ("toDec", (2, True), TYPE_ERROR),
    ("toDec", (2, KG), TYPE_ERROR),
    ("toDec", (2, None), TYPE_ERROR),
    ("toDec", (0, "9" * 1000), Dec(NINES, 0)),
    ("toDec", (1, "9" * 1000), TYPE_ERROR),
    ("toDec", (0, "9" * 1001), TYPE_ERROR),
    ("toDec", (18, "0." + "0" * 17 + "1" + "0" * 900), Dec(1, 18)),
    ("toDec", (19, 1), TYPE_ERROR),
    ("toDec", (-1, 1), TYPE_ERROR),
    ("toDec", (True, 1), TYPE_ERROR),
    ("scaled", (6, 50_000_000), Dec(50_000_000, 6)),
    ("scaled", (2, -5), Dec(-5, 2)),
    ("scaled", (2, "5"), TYPE_ERROR),
    ("scaled", (2, Dec(5, 0)), TYPE_ERROR),
    ("scaled", (19, 5), TYPE_ERROR),
    ("round", (0, Dec(25, 1), "floor"), Dec(2, 0)),
    ("round", (0, Dec(-25, 1), "floor"), Dec(-3, 0)),
    ("round", (0, Dec(25, 1), "half_even"), Dec(2, 0)),
    ("round", (0, Dec(35, 1), "half_even"), Dec(4, 0)),
    ("round", (0, Dec(-25, 1), "half_even"), Dec(-2, 0)),
    ("round", (0, Dec(25, 1), "half_up"), Dec(3, 0)),
    ("round", (0, Dec(-25, 1), "half_up"), Dec(-3, 0)),
    ("round", (1, "-0.2499", "half_up"), Dec(-2, 1)),
    ("round", (2, "1.005", "half_even"), Dec(100, 2)),
    ("round", (4, Dec(15, 1), "floor"), Dec(15_000, 4)),
    ("round", (2, 3, "half_up"), Dec(300, 2)),
    ("round", (2, "x", "half_up"), TYPE_ERROR),
    ("round", (2, 3, "up"), TYPE_ERROR),
    ("round", (2, 3, 1), TYPE_ERROR),
    ("round", (19, 3, "floor"), TYPE_ERROR),
    ("round", (1, NINES, "floor"), TYPE_ERROR),
    ("toQty", ("kg", 2), Qty("kg", 2_000_000)),
    ("toQty", ("kg", "0.000001"), Qty("kg", 1)),
    ("toQty", ("kg", Dec(125, 2)), Qty("kg", 1_250_000)),
    ("toQty", ("kg", "0.0000001"), InexactDecimal("0.0000001", 6)),
    ("toQty", ("kg", KG), TYPE_ERROR),
    ("toQty", ("lb", 1), TYPE_ERROR),
    ("toQty", (1, 1), TYPE_ERROR),
    ("toQty", ("kg", NINES), TYPE_ERROR),
    ("amount", ("kg", Qty("kg", 1_250_000)), Dec(1_250_000, 6)),
    ("amount", ("g", KG), UnitMismatch("g", "kg")),
    ("amount", ("kg", Dec(1, 6)), TYPE_ERROR),
    ("amount", ("lb", KG), TYPE_ERROR),
    ("convert", ("g", "kg", Qty("g", 2_000_000_000)), Qty("kg", 2_000_000)),
    ("convert", ("kg", "g", Qty("g", 5_000_000)), Qty("kg", 5_000)),
    ("convert", ("g", "kg", Qty("g", -500)), Qty("kg", -1)),
    ("convert", ("pct", "pct", Qty("pct", 5)), Qty("pct", 5)),
    ("convert", ("kg", "kg", Qty("g", 5)), UnitMismatch("kg", "g")),
    ("convert", ("kg", "g", Qty("Wh", 5)), UnitMismatch("kg", "Wh")),
    ("convert", ("kg", "Wh", KG), TYPE_ERROR),
    ("convert", ("kg", 1, KG), TYPE_ERROR),
    ("convert", ("kg", "g", Dec(1, 6)), TYPE_ERROR),
    ("convert", ("kg", "g", Qty("kg", NINES)), TYPE_ERROR),
    ("sumQty", ("kg", [KG, KG]), Qty("kg", 2_000_000)),
    ("sumQty", ("kg", []), Qty("kg", 0)),
    ("sumQty", ("kg", [KG, Qty("g", 1)]), UnitMismatch("kg", "g")),
    ("sumQty", ("kg", [KG, 1]), TYPE_ERROR),
    ("sumQty", ("kg", KG), TYPE_ERROR),
    ("sumQty", ("lb", []), TYPE_ERROR),
    ("sumQty", ("kg", [Qty("kg", NINES)] * 2), TYPE_ERROR),
    ("sumDec", (2, [Dec(15, 1), Dec(25, 1)]), Dec(400, 2)),
    ("sumDec", (2, []), Dec(0, 2)),
    ("sumDec", (0, [Dec(25, 1), Dec(15, 1)]), InexactDecimal("2.5", 0)),
    ("sumDec", (0, [1]), TYPE_ERROR),
    ("sumDec", (0, ["1"]), TYPE_ERROR),
    ("sumDec", (0, {}), TYPE_ERROR),
    ("sumDec", (19, []), TYPE_ERROR),
    ("sumDec", (0, [Dec(NINES, 0), Dec(1, 0)]), TYPE_ERROR),
    ("oneOf", ("NMC", ["LFP", "NMC"]), True),
    ("oneOf", ("NMC", []), False),
    ("oneOf", ("NMC", ["NMC", 1]), TYPE_ERROR),
    ("oneOf", (1, ["NMC"]), TYPE_ERROR),
    ("oneOf", ("NMC", "NMC"), TYPE_ERROR),
    ("matches", ("SKU-123", "[A-Z]+-\\d+"), True),
    ("matches", ("xSKU-123", "[A-Z]+-\\d+"), False),
    ("matches", ("a" * 4096, "a*"), True),
    ("matches", ("a" * 4097, "a*"), TYPE_ERROR),
    ("matches", ("\U0001f50b" * 4096, ".*"), True),
    ("matches", ("a", "(?=a)"), TYPE_ERROR),
    ("matches", (1, "a"), TYPE_ERROR),
    ("matches", ("a", 1), TYPE_ERROR),
    ("length", ("e\u0301\U0001f50b",), 3),
    ("length", ([1, 2],), 2),
    ("length", ({"a": 1},), TYPE_ERROR),
    ("min", (3, 2), 2),
    ("min", (Dec(1, 1), Dec(2, 1)), Dec(1, 1)),
    ("min", (Dec(1, 1), Dec(1, 2)), TYPE_ERROR),
    ("min", (1, Dec(1, 0)), TYPE_ERROR),
    ("min", (KG, Qty("g", 1)), UnitMismatch("kg", "g")),
    ("min", ("a", "b"), TYPE_ERROR),
    ("max", (JANUARY, date(2024, 12, 31)), JANUARY),
    ("max", (KG, Qty("kg", 2_000_000)), Qty("kg", 2_000_000)),
    ("max", (True, False), TYPE_ERROR),
    ("abs", (-3,), 3),
    ("abs", (Dec(-15, 1),), Dec(15, 1)),
    ("abs", (Qty("g", -1),), Qty("g", 1)),
    ("abs", ("-1",), TYPE_ERROR),
    ("daysBetween", (date(2024, 2, 28), date(2024, 3, 1)), 2),
    ("daysBetween", (date(2025, 1, 1), date(2024, 1, 1)), -366),
    ("daysBetween", (date(2025, 1, 1), "2024-01-01"), TYPE_ERROR),
    ("date", ("2025-03-01",), date(2025, 3, 1)),
    ("date", ("0001-01-01",), date(1, 1, 1)),
    ("date", ("0000-01-01",), TYPE_ERROR),
    ("date", ("2025-02-29",), TYPE_ERROR),
    ("date", ("2025-W01-1",), TYPE_ERROR),
    ("date", ("20250301",), TYPE_ERROR),
    ("date", ("2025-03-01T00:00:00Z",), TYPE_ERROR),
    ("date", ("\u0662025-03-01",), TYPE_ERROR),
    ("date", (JANUARY,), TYPE_ERROR),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CALLS)
def test_builtin(name: str, arguments: tuple[Value, ...], expected: Any) -> None:
    assert len(arguments) == BUILTINS[name].arity
    assert agrees(BUILTINS[name].apply(*arguments), expected)


def test_every_operator_and_builtin_is_tested() -> None:
    assert {name for name, *_ in OPERATORS} == BINARY.keys()
    assert {name for name, *_ in CALLS} == BUILTINS.keys()


CONSTRUCTS: list[tuple[Callable[..., Any], tuple[Any, ...], Any]] = [
    (operations.condition, (True,), True),
    (operations.condition, (1,), TYPE_ERROR),
    (operations.decided, (False, False), True),
    (operations.decided, (True, False), False),
    (operations.decided, (None, False), TYPE_ERROR),
    (operations.second, (True, False), False),
    (operations.second, (True, 0), TYPE_ERROR),
    (operations.assertion, (True, "E", "m"), True),
    (operations.assertion, (False, "E", "m"), AssertFailed("E", "m")),
    (operations.assertion, (1, "E", "m"), TYPE_ERROR),
    (operations.require_some, (Some(3), "E", "m"), 3),
    (operations.require_some, (None, "E", "m"), RequireSomeFailed("E", "m")),
    (operations.require_some, (3, "E", "m"), TYPE_ERROR),
    (operations.require_some, (None, 1, "m"), TYPE_ERROR),
    (operations.require_some, (Some(3), "E", None), TYPE_ERROR),
    (operations.emit_compliance, ("A", "PASS", "e"), True),
    (operations.emit_compliance, ("A", True, "e"), TYPE_ERROR),
    (operations.fact_names, ("T", "k"), ("T", "k")),
    (operations.fact_names, ("T", 1), TYPE_ERROR),
    (operations.elements, ([1],), [1]),
    (operations.elements, ({},), TYPE_ERROR),
    (operations.kept, ([1, 2, 3], [True, False, True]), [1, 3]),
]


@pytest.mark.parametrize(("operation", "arguments", "expected"), CONSTRUCTS)
def test_construct(operation: Callable[..., Any], arguments: tuple[Value, ...], expected: Any) -> None:
    assert agrees(operation(*arguments), expected)


def test_min_and_max_answer_the_first_of_equals() -> None:
    first, second = Dec(1, 1), Dec(1, 1)
    assert BUILTINS["min"].apply(first, second) is first
    assert BUILTINS["max"].apply(first, second) is first


# Properties

small = st.integers(-(10**6), 10**6)
scales = st.integers(0, 18)
decimals = st.builds(Dec, small, scales)


@given(small, small, scales, scales)
def test_products_and_quotients_round_down_once(a: int, b: int, s: int, t: int) -> None:
    left, right, quantity = Dec(a, s), Dec(b, t), Qty("Wh", a)
    exact = fraction(left) * fraction(right)
    assert agrees(operations.multiply(left, right), Dec(math.floor(exact * 10**s), s))
    assert agrees(
        operations.multiply(quantity, right),
        Qty("Wh", math.floor(Fraction(a, 10**6) * fraction(right) * 10**6)),
    )
    if b:
        assert agrees(
            operations.divide(left, right), Dec(math.floor(fraction(left) / fraction(right) * 10**s), s)
        )
        assert agrees(
            operations.divide(quantity, right),
            Qty("Wh", math.floor(Fraction(a, 10**6) / fraction(right) * 10**6)),
        )
        assert operations.divide(a, b) == math.floor(Fraction(a, b))


@given(decimals | small, scales, st.sampled_from(["floor", "half_even", "half_up"]))
def test_rounding_is_the_nearest_or_the_floor(number: Any, scale: int, mode: str) -> None:
    rounded = operations.round_number(scale, number, mode)
    assert type(rounded) is Dec
    exact = fraction(number) * 10**scale
    expected = {
        "floor": math.floor(exact),
        "half_even": round(exact),
        "half_up": math.floor(abs(exact) + Fraction(1, 2)) * (-1 if exact < 0 else 1),
    }
    assert rounded.coefficient == expected[mode]


@given(decimals | small, scales)
def test_to_dec_is_exact_or_fails(number: Any, scale: int) -> None:
    made = operations.to_dec(scale, number)
    if (fraction(number) * 10**scale).denominator == 1:
        assert type(made) is Dec
        assert made.scale == scale
        assert fraction(made) == fraction(number)
    else:
        assert type(made) is InexactDecimal
        assert Fraction(made.value) == fraction(number)
        assert not made.value.endswith("0")


@pytest.mark.parametrize("u", sorted(UNITS))
@pytest.mark.parametrize("v", sorted(UNITS))
def test_every_pair_of_units(u: str, v: str) -> None:
    for coefficient in (0, 1, -1, 1500, -500, 10**9, 999_999_999):
        made = operations.convert(u, v, Qty(u, coefficient))
        if UNITS[u].base != UNITS[v].base:
            assert isinstance(made, TypeFailure)
            continue
        assert isinstance(made, Qty)
        exact = Fraction(coefficient * UNITS[u].factor, UNITS[v].factor)
        assert agrees(made, Qty(v, math.floor(exact)))
        if exact.denominator == 1:
            assert agrees(operations.convert(u, v, made), Qty(u, coefficient))


@given(st.dates(), st.dates())
def test_days_between_is_the_length_of_the_way(start: date, end: date) -> None:
    days = operations.days_between(start, end)
    assert isinstance(days, int)
    assert start + timedelta(days=days) == end


@given(st.sampled_from(sorted(BINARY)), values, values)
def test_operators_answer_a_value_or_a_cause_for_any_operands(name: str, left: Value, right: Value) -> None:
    result = BINARY[name](left, right)
    if isinstance(result, Failure):
        assert type(result) in (TypeFailure, UnitMismatch, DivisionByZero)
        assert name not in ("==", "!=")
    elif name in ("+", "-", "*", "/"):
        assert type(result) is type(left)
    else:
        assert type(result) is bool


likely = st.one_of(
    values,
    st.integers(-1, 20),
    units,
    st.sampled_from(["floor", "half_even", "[a-z]*", "(", "1.50", "2025-01-31"]),
    st.lists(decimals, max_size=3),
    st.lists(st.builds(Qty, units, integers), max_size=3),
    st.dictionaries(keys, values, max_size=2),
)


@given(st.data(), st.sampled_from(sorted(BUILTINS)))
def test_builtins_answer_a_value_or_a_cause_for_any_arguments(data: st.DataObject, name: str) -> None:
    arguments = [data.draw(likely) for _ in range(BUILTINS[name].arity)]
    result = BUILTINS[name].apply(*arguments)
    again = BUILTINS[name].apply(*arguments)
    if isinstance(result, Failure) or isinstance(again, Failure):
        assert result == again
    else:
        assert equal(result, again)
