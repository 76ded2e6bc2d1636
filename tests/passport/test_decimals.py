"""Decimals, quantities and units: texts, every rounding, every pair of units, with `decimal` as oracle."""

from __future__ import annotations

import decimal
import itertools
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.passport.decimals import (
    BOUND,
    MAX_DIGITS,
    MAX_SCALE,
    ROUNDINGS,
    Dec,
    canonical_text,
    decimal_text,
    in_range,
    integer_text,
    power_of_ten,
    read_decimal,
    read_form,
    rescale,
    text_integer,
)
from clysm.passport.units import QTY_SCALE, UNITS, Qty, convert, convertible, qty_text, read_qty

coefficients = st.integers() | st.integers(-(10**30), 10**30) | st.integers(-BOUND, BOUND)
scales = st.integers(0, MAX_SCALE)


@pytest.mark.parametrize(
    ("coefficient", "scale", "text", "canonical"),
    [
        (0, 0, "0", "0"),
        (0, 3, "0.000", "0"),
        (5, 0, "5", "5"),
        (-5, 0, "-5", "-5"),
        (500, 0, "500", "500"),
        (500, 2, "5.00", "5"),
        (550, 2, "5.50", "5.5"),
        (-5, 2, "-0.05", "-0.05"),
        (5, 2, "0.05", "0.05"),
        (-10, 1, "-1.0", "-1"),
        (123456789, 6, "123.456789", "123.456789"),
        (1, 18, "0.000000000000000001", "0.000000000000000001"),
        (10**1000 - 1, 0, "9" * 1000, "9" * 1000),
        (-(10**1500) - 7, 0, "-1" + "0" * 1499 + "7", "-1" + "0" * 1499 + "7"),
        (10**4000, 6, "1" + "0" * 3994 + ".000000", "1" + "0" * 3994),
    ],
)
def test_texts(coefficient: int, scale: int, text: str, canonical: str) -> None:
    assert decimal_text(coefficient, scale) == text
    assert canonical_text(coefficient, scale) == canonical
    assert read_form(text, min(scale, MAX_SCALE)) == Dec(coefficient, scale)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("0", (0, 0)),
        ("-0", (0, 0)),
        ("-0.00", (0, 2)),
        ("12.340", (12340, 3)),
        ("-12.34", (-1234, 2)),
        ("0." + "0" * 998 + "1", (1, 999)),
        ("9" * 1000, (10**1000 - 1, 0)),
        ("9" * 1001, None),
        ("9" * 500 + "." + "9" * 501, None),
        ("", None),
        ("-", None),
        ("+1", None),
        ("00", None),
        ("01.5", None),
        ("-01", None),
        (".5", None),
        ("5.", None),
        ("1e3", None),
        ("1_000", None),
        ("--1", None),
        (" 1", None),
        ("1\n", None),
        ("٣", None),
        ("1.²", None),
        ("1.5.5", None),
        ("NaN", None),
    ],
)
def test_read_decimal(text: str, read: tuple[int, int] | None) -> None:
    assert read_decimal(text) == read


@pytest.mark.parametrize(
    ("text", "scale"),
    [("-0", 0), ("-0.00", 2), ("1.5", 2), ("1.50", 1), ("1", 1), ("1.0", 0), ("01", 0), ("", 0), ("1.", 0)],
)
def test_no_form(text: str, scale: int) -> None:
    assert read_form(text, scale) is None


def test_the_limit_of_a_decimal_does_not_hold_for_forms() -> None:
    text = "9" * MAX_DIGITS + ".000000"
    assert read_decimal(text) is None
    assert read_form(text, 6) == Dec((10**MAX_DIGITS - 1) * 10**6, 6)


@given(coefficients, scales)
def test_form_and_value_name_each_other(coefficient: int, scale: int) -> None:
    text = decimal_text(coefficient, scale)
    assert read_form(text, scale) == Dec(coefficient, scale)
    with decimal.localcontext(prec=MAX_DIGITS + 20):
        assert Decimal(text) == Decimal(coefficient).scaleb(-scale)
        assert Decimal(canonical_text(coefficient, scale)) == Decimal(text)
    assert not (scale and canonical_text(coefficient, scale).endswith((".", ".0")))


@given(st.text("0123456789.-+eE_ \n٣") | st.text())
def test_reading_never_raises(text: str) -> None:
    read = read_decimal(text)
    if read is not None:
        assert Fraction(text) == Fraction(read[0], 10 ** read[1])
    for scale in range(3):
        form = read_form(text, scale)
        assert form is None or decimal_text(form.coefficient, scale) == text


@given(st.integers(0, 5000).map(lambda digits: 10**digits - 1) | coefficients.map(abs))
def test_long_integers(n: int) -> None:
    text = integer_text(n)
    assert text_integer(text) == n
    assert len(text) < 600 or text[:1] in "123456789"
    assert integer_text(-n) == ("-" + text if n else "0")


def test_the_environment_does_not_limit_digits() -> None:
    """The interpreter refuses to convert integers beyond a number of digits that the environment may set."""
    program = (
        "from clysm.passport.decimals import *; n = (10**1000 - 1) * 10**18\n"
        "assert read_form(decimal_text(n, 18), 18) == Dec(n, 18)\n"
        "assert read_decimal('9' * 1000) == (10**1000 - 1, 0)"
    )
    subprocess.run([sys.executable, "-X", "int_max_str_digits=640", "-c", program], check=True)


@pytest.mark.parametrize(
    ("n", "inside"), [(BOUND - 1, True), (1 - BOUND, True), (BOUND, False), (-BOUND, False), (0, True)]
)
def test_range(n: int, inside: bool) -> None:
    assert in_range(n) is inside
    assert inside is (len(integer_text(abs(n))) <= MAX_DIGITS)


def test_powers() -> None:
    assert [power_of_ten(n) for n in range(30)] == [10**n for n in range(30)]


MODES = {"floor": decimal.ROUND_FLOOR, "half_even": decimal.ROUND_HALF_EVEN, "half_up": decimal.ROUND_HALF_UP}


def test_the_modes_are_those_of_the_language() -> None:
    assert ROUNDINGS.keys() == MODES.keys()


@pytest.mark.parametrize("mode", MODES)
def test_ties_and_signs(mode: str) -> None:
    for tenths, wanted in itertools.product(range(-40, 41), (0, 1, 2)):
        expected = Decimal(tenths).scaleb(-1).quantize(Decimal(1).scaleb(-wanted), MODES[mode])
        assert ROUNDINGS[mode](tenths, 1, wanted) == int(expected.scaleb(wanted))


@given(coefficients, st.integers(0, 1000), scales, st.sampled_from(sorted(MODES)))
def test_rounding_agrees_with_decimal(coefficient: int, scale: int, wanted: int, mode: str) -> None:
    with decimal.localcontext(prec=3 * MAX_DIGITS):
        value = Decimal(coefficient).scaleb(-scale)
        expected = int(value.quantize(Decimal(1).scaleb(-wanted), MODES[mode]).scaleb(wanted))
    assert ROUNDINGS[mode](coefficient, scale, wanted) == expected


@given(coefficients, st.integers(0, 40), scales)
def test_rescaling_is_exact_or_refused(coefficient: int, scale: int, wanted: int) -> None:
    value = Fraction(coefficient, 10**scale) * 10**wanted
    assert rescale(coefficient, scale, wanted) == (value.numerator if value.denominator == 1 else None)


PAIRS = list(itertools.product(UNITS, repeat=2))
BASES = [{"kg", "g"}, {"kWh", "Wh"}, {"kgCO2e", "gCO2e"}, {"gCO2e_per_kWh"}, {"pct"}, {"each"}]


def test_the_table_of_units() -> None:
    assert len(PAIRS) == 81
    assert {unit for base in BASES for unit in base} == UNITS.keys()
    assert {unit for unit, entry in UNITS.items() if entry.factor == 1000} == {"kg", "kWh", "kgCO2e"}


@pytest.mark.parametrize(("source", "target"), PAIRS)
@given(coefficient=coefficients)
def test_every_pair_of_units(source: str, target: str, coefficient: int) -> None:
    share_a_base = any({source, target} <= base for base in BASES)
    assert convertible(source, target) is share_a_base
    if not share_a_base:
        return
    there = convert(coefficient, source, target)
    factor = Fraction(UNITS[source].factor, UNITS[target].factor)
    assert there == coefficient * factor // 1
    back = convert(there, target, source)
    if factor >= 1:
        assert back == coefficient
    else:
        assert 0 <= coefficient - back < 1 / factor  # what the floor took


@given(coefficients)
def test_kg_to_g_to_kg(coefficient: int) -> None:
    assert convert(convert(coefficient, "kg", "g"), "g", "kg") == coefficient


@pytest.mark.parametrize(("source", "target"), [("kg", "stone"), ("stone", "kg"), ("", "")])
def test_what_is_no_unit_converts_to_nothing(source: str, target: str) -> None:
    assert not convertible(source, target)


def test_quantities() -> None:
    assert qty_text(Qty("kg", 1_500_000)) == "1.500000"
    assert read_qty("kg", "1.500000") == Qty("kg", 1_500_000)
    assert read_qty("kg", "1.5") is None
    assert read_qty("stone", "1.500000") is None
    assert QTY_SCALE == 6
    assert Qty("kg", 1) != Qty("g", 1)
    assert Dec(10, 1) != Dec(1, 0)  # equality of values is the rule language's affair
    assert len({Dec(1, 0), Dec(1, 0), Dec(1, 1)}) == 2
