"""Run-time values: forms, texts, equality and order, against naive recursive versions."""

from __future__ import annotations

import json
import sys
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from clysm.passport.cjson import MAX_DEPTH, SAFE_INTEGER
from clysm.passport.decimals import Dec
from clysm.passport.errors import TypeFailure, UnitMismatch
from clysm.passport.units import UNITS, Qty
from clysm.passport.values import Some, Value, compare, equal, form, form_text, kind_of, nesting

units = st.sampled_from(sorted(UNITS))
integers = st.integers(-(10**18), 10**18) | st.sampled_from(
    [0, 1, SAFE_INTEGER, -SAFE_INTEGER, SAFE_INTEGER + 1]
)
scalars: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    integers,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.dates(),
    st.builds(Dec, st.integers(-(10**20), 10**20) | st.integers(-3, 3), st.integers(0, 18)),
    st.builds(Qty, units, st.integers(-(10**9), 10**9)),
)
keys = st.text(st.characters(max_codepoint=0xD7FF), max_size=3)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda part: st.builds(Some, part) | st.lists(part, max_size=4) | st.dictionaries(keys, part, max_size=4),
    max_leaves=12,
)


def naive_form(value: Any) -> Any:
    """The JSON form as section 6.9 words it."""
    match value:
        case Some():
            return naive_form(value.value)
        case date():
            return value.isoformat()
        case Dec():
            digits = str(abs(value.coefficient)).zfill(value.scale + 1)
            whole, fraction = digits[: len(digits) - value.scale], digits[len(digits) - value.scale :]
            return "-" * (value.coefficient < 0) + whole + ("." + fraction if fraction else "")
        case Qty():
            return {"unit": value.unit, "value": naive_form(Dec(value.coefficient, 6))}
        case list():
            return [naive_form(element) for element in value]
        case dict():
            return {name: naive_form(member) for name, member in value.items()}
    return value


def naive_nesting(json_value: Any) -> int:
    match json_value:
        case list():
            return 1 + max(map(naive_nesting, json_value), default=0)
        case dict():
            return 1 + max(map(naive_nesting, json_value.values()), default=0)
    return 0


def has_unsafe_int(json_value: Any) -> bool:
    match json_value:
        case list():
            return any(map(has_unsafe_int, json_value))
        case dict():
            return any(map(has_unsafe_int, json_value.values()))
        case bool():
            return False
        case int():
            return abs(json_value) > SAFE_INTEGER
    return False


def fraction(value: Any) -> Fraction:
    return Fraction(value) if isinstance(value, int) else Fraction(value.coefficient, 10**value.scale)


def naive_equal(a: Any, b: Any) -> bool:
    """Equality as section 6.9 words it."""
    numbers = (int, Dec)
    if type(a) in numbers and type(b) in numbers:
        return fraction(a) == fraction(b)
    if type(a) is not type(b):
        return False
    match a:
        case Some():
            return naive_equal(a.value, b.value)
        case Qty():
            return bool(a.unit == b.unit and a.coefficient == b.coefficient)
        case list():
            return len(a) == len(b) and all(map(naive_equal, a, b))
        case dict():
            return a.keys() == b.keys() and all(naive_equal(a[name], b[name]) for name in a)
    return bool(a == b)


FORMS: list[tuple[Any, str | None]] = [
    (None, "null"),
    (True, "true"),
    (False, "false"),
    (0, "0"),
    (SAFE_INTEGER, "9007199254740991"),
    (-SAFE_INTEGER, "-9007199254740991"),
    (SAFE_INTEGER + 1, None),
    (-SAFE_INTEGER - 1, None),
    ('a"\u000b\u007f\U0001f50b', '"a\\"\\u000b\u007f\U0001f50b"'),
    (date(1, 2, 3), '"0001-02-03"'),
    (Dec(-5, 2), '"-0.05"'),
    (Dec(0, 0), '"0"'),
    (Dec(10**999, 18), '"' + "1" + "0" * 981 + "." + "0" * 18 + '"'),
    (Qty("kg", 1500000), '{"unit":"kg","value":"1.500000"}'),
    (Some(Some(None)), "null"),
    (Some([Some(3), Some(Qty("g", 0))]), '[3,{"unit":"g","value":"0.000000"}]'),
    ({"b": 1, "a": date(2025, 1, 1), "ab": []}, '{"a":"2025-01-01","ab":[],"b":1}'),
    ([True, 1, 10**30], None),
    ({"a": [{"b": SAFE_INTEGER + 1}]}, None),
]


@pytest.mark.parametrize(("value", "expected"), FORMS)
def test_canonical_text_of_a_form(value: Value, expected: str | None) -> None:
    assert form_text(value) == expected


@given(values)
def test_form_and_text_agree_with_the_naive_form_and_an_rfc_8785_library(value: Value) -> None:
    naive = naive_form(value)
    made = form(value)
    assert made == naive
    assert json.dumps(made) == json.dumps(naive)  # True is not 1, and members keep their order
    written = form_text(value)
    if has_unsafe_int(naive):
        assert written is None
        assert nesting(value) is None
    else:
        assert written is not None
        assert written.encode() == rfc8785.dumps(naive)
        assert nesting(value) == naive_nesting(naive)


def nested(levels: int, wrap: Any, core: Any = 1) -> Any:
    value = core
    for _ in range(levels):
        value = wrap(value)
    return value


@pytest.mark.parametrize(
    ("wrap", "core"),
    [
        (lambda part: [part], []),
        (lambda part: {"a": part}, Qty("kg", 1)),
        (lambda part: Some([Some(part)]), {}),
    ],
)
def test_depth_is_limited_to_that_of_canonical_json(wrap: Any, core: Any) -> None:
    at_the_limit = nested(MAX_DEPTH - 1, wrap, core)
    assert nesting(at_the_limit) == MAX_DEPTH
    written = form_text(at_the_limit)
    assert written is not None
    assert written.count("[") + written.count("{") == MAX_DEPTH
    assert form_text(wrap(at_the_limit)) is None


def test_nothing_overflows_the_stack() -> None:
    deep = nested(100_000, lambda part: [part])
    assert form_text(deep) is None
    assert nesting(deep) == 100_000
    assert equal(deep, nested(100_000, lambda part: [part]))
    assert not equal(deep, nested(99_999, lambda part: [part]))
    options = nested(100_000, Some)
    assert form_text(options) == "1"
    assert form([options]) == [1]
    assert equal(options, nested(100_000, Some))
    assert not equal(options, nested(100_000, Some, 2))


def test_long_numbers_do_not_depend_on_a_setting_of_the_interpreter() -> None:
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(640)
    try:
        assert form_text(Qty("kg", 10**999)) == '{"unit":"kg","value":"1' + "0" * 993 + '.000000"}'
        assert form_text([10**999]) is None
        assert form_text(10**999) is None
        assert equal(10**999, Dec(10**999, 0))
    finally:
        sys.set_int_max_str_digits(limit)


def test_form_leaves_its_argument_alone() -> None:
    value: Value = {"a": [Some(1), Dec(5, 1)]}
    assert form(value) == {"a": [1, "0.5"]}
    assert type(value) is dict
    assert type(value["a"]) is list
    assert type(value["a"][0]) is Some


EQUALITIES: list[tuple[Any, Any, bool]] = [
    (1, True, False),
    (0, False, False),
    (1, Dec(100, 2), True),
    (Dec(15, 1), Dec(1500, 3), True),
    (Dec(15, 1), Dec(1501, 3), False),
    (Qty("kg", 1000000), Qty("g", 1000000000), False),
    (Qty("kg", 5), Qty("kg", 5), True),
    (date(2025, 1, 1), "2025-01-01", False),
    ("\u00e9", "e\u0301", False),
    (None, Some(None), False),
    (Some(1), 1, False),
    (Some(1), Some(Dec(10, 1)), True),
    ([1, [2]], [1, [Dec(20, 1)]], True),
    ([1], [1, 1], False),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
    ({"a": 1}, {"b": 1}, False),
    ([], {}, False),
]


@pytest.mark.parametrize(("left", "right", "expected"), EQUALITIES)
def test_equality(left: Value, right: Value, expected: bool) -> None:
    assert equal(left, right) is expected
    assert equal(right, left) is expected


@given(values, values)
def test_equality_agrees_with_the_naive_one(left: Value, right: Value) -> None:
    assert equal(left, right) is naive_equal(left, right)
    assert equal(left, left)


def test_shared_parts_are_compared_once() -> None:
    left = right = nested(1, lambda part: [part])
    for _ in range(200):
        left, right = [left, left], [right, right]
    assert equal(left, left)
    assert equal([left, 1], [left, Dec(1, 0)])


numbers = st.integers(-100, 100) | st.builds(Dec, st.integers(-1000, 1000), st.integers(0, 4))


@given(numbers, numbers)
def test_numbers_compare_by_value(left: Any, right: Any) -> None:
    a, b = fraction(left), fraction(right)
    assert compare(left, right) == (a > b) - (a < b)


def test_order_of_dates_and_quantities() -> None:
    assert compare(date(2025, 1, 31), date(2025, 2, 1)) == -1
    assert compare(Qty("kg", 2), Qty("kg", 1)) == 1
    assert compare(Qty("kg", 2), Qty("kg", 2)) == 0
    assert compare(Qty("kg", 2), Qty("g", 2)) == UnitMismatch("kg", "g")


UNORDERED: list[tuple[Any, Any]] = [
    ("a", "b"),
    (True, False),
    (1, True),
    (1, "1"),
    (None, None),
    (Some(1), Some(2)),
    ([1], [2]),
    ({}, {}),
    (date(2025, 1, 1), 1),
    (Qty("kg", 1), Dec(1, 6)),
]


@pytest.mark.parametrize(("left", "right"), UNORDERED)
def test_other_kinds_have_no_order(left: Value, right: Value) -> None:
    assert isinstance(compare(left, right), TypeFailure)


def test_every_kind_has_a_name() -> None:
    samples: list[Any] = [True, 1, "", date(1, 1, 1), Dec(0, 0), Qty("g", 0), None, Some(1), [], {}]
    assert [kind_of(sample) for sample in samples] == (
        ["Bool", "Int", "Text", "Date", "Dec", "Qty", "None", "Some", "List", "Record"]
    )
    assert "1" not in repr(Some(1))
