"""What every operator and builtin of the rule language does to values (specification, 3.3, 6.6, 6.9).

There is one definition of each: generated evaluators call it, and so does the verification of proofs.
An operation takes values of any kind and answers a value or the cause of its failure, one of the failures
that 6.9 lists; it trusts no static type and never raises. `BINARY` and `BUILTINS` name the operations as
proofs do. Constructs that choose what is evaluated (`if`, `&&`, `||`, lambdas, facts, fields) are left to the
caller; the checks they make on values are here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias, TypeGuard

from clysm.passport.decimals import (
    BOUND,
    MAX_SCALE,
    POWERS_OF_TEN,
    ROUNDINGS,
    Dec,
    canonical_text,
    read_decimal,
    rescale,
)
from clysm.passport.errors import (
    AssertFailed,
    DivisionByZero,
    Failure,
    InexactDecimal,
    RequireSomeFailed,
    TypeFailure,
    UnitMismatch,
)
from clysm.passport.rules.patterns import compile_pattern
from clysm.passport.timestamps import read_date
from clysm.passport.units import QTY_SCALE, UNITS, Qty, convertible
from clysm.passport.units import convert as convert_units
from clysm.passport.values import Some, Value, compare, equal, kind_of

Result: TypeAlias = "Value | Failure"

MATCHED_LENGTH: Final = 4096  # code points that `matches` looks at (6.7)


# Operators


def add(left: Value, right: Value) -> Result:
    """Int, Dec of one scale, Qty of one unit, Text."""
    if type(left) is int and type(right) is int:
        return _int(left + right)
    if type(left) is Dec and type(right) is Dec and left.scale == right.scale:
        return _dec(left.coefficient + right.coefficient, left.scale)
    if type(left) is Qty and type(right) is Qty:
        if left.unit != right.unit:
            return UnitMismatch(left.unit, right.unit)
        return _qty(left.unit, left.coefficient + right.coefficient)
    if type(left) is str and type(right) is str:
        return left + right
    return _operands("+", left, right)


def subtract(left: Value, right: Value) -> Result:
    """Int, Dec of one scale, Qty of one unit."""
    if type(left) is int and type(right) is int:
        return _int(left - right)
    if type(left) is Dec and type(right) is Dec and left.scale == right.scale:
        return _dec(left.coefficient - right.coefficient, left.scale)
    if type(left) is Qty and type(right) is Qty:
        if left.unit != right.unit:
            return UnitMismatch(left.unit, right.unit)
        return _qty(left.unit, left.coefficient - right.coefficient)
    return _operands("-", left, right)


def multiply(left: Value, right: Value) -> Result:
    """Int by Int; Dec or Qty by Dec, rounded down to the scale of the left side."""
    if type(left) is int and type(right) is int:
        return _int(left * right)
    if type(right) is Dec:
        if type(left) is Dec:
            return _dec(left.coefficient * right.coefficient // POWERS_OF_TEN[right.scale], left.scale)
        if type(left) is Qty:
            return _qty(left.unit, left.coefficient * right.coefficient // POWERS_OF_TEN[right.scale])
    return _operands("*", left, right)


def divide(left: Value, right: Value) -> Result:
    """Int by Int; Dec or Qty by Dec, rounded down to the scale of the left side."""
    if type(left) is int and type(right) is int:
        return _int(left // right) if right else DivisionByZero()
    if type(right) is Dec:
        if type(left) is Dec:
            if right.coefficient == 0:
                return DivisionByZero()
            return _dec(left.coefficient * POWERS_OF_TEN[right.scale] // right.coefficient, left.scale)
        if type(left) is Qty:
            if right.coefficient == 0:
                return DivisionByZero()
            return _qty(left.unit, left.coefficient * POWERS_OF_TEN[right.scale] // right.coefficient)
    return _operands("/", left, right)


def unequal(left: Value, right: Value) -> bool:
    """The opposite of equality. It never fails."""
    return not equal(left, right)


def less(left: Value, right: Value) -> Result:
    """Numbers by value, dates, quantities of one unit."""
    order = compare(left, right)
    return order < 0 if type(order) is int else order


def at_most(left: Value, right: Value) -> Result:
    """Numbers by value, dates, quantities of one unit."""
    order = compare(left, right)
    return order <= 0 if type(order) is int else order


def greater(left: Value, right: Value) -> Result:
    """Numbers by value, dates, quantities of one unit."""
    order = compare(left, right)
    return order > 0 if type(order) is int else order


def at_least(left: Value, right: Value) -> Result:
    """Numbers by value, dates, quantities of one unit."""
    order = compare(left, right)
    return order >= 0 if type(order) is int else order


def decided(left: Value, deciding: bool) -> bool | TypeFailure:
    """Whether the left side alone decides `&&` (deciding False) or `||` (deciding True)."""
    if type(left) is bool:
        return left is deciding
    return TypeFailure(f"an operand of `&&` and `||` is no Bool but {kind_of(left)}")


def second(left: Value, right: Value) -> Result:
    """`&&` and `||` where the left side, already known to be a Bool, does not decide."""
    if type(right) is bool:
        return right
    return TypeFailure(f"an operand of `&&` and `||` is no Bool but {kind_of(right)}")


def negation(operand: Value) -> Result:
    """`!` of a Bool."""
    if type(operand) is bool:
        return not operand
    return TypeFailure(f"`!` of {kind_of(operand)}")


def negative(operand: Value) -> Result:
    """Unary `-` of Int, Dec or Qty."""
    if type(operand) is int:
        return -operand
    if type(operand) is Dec:
        return Dec(-operand.coefficient, operand.scale)
    if type(operand) is Qty:
        return Qty(operand.unit, -operand.coefficient)
    return TypeFailure(f"`-` of {kind_of(operand)}")


# Conditions, assertions, statements


def condition(value: Value) -> bool | TypeFailure:
    """The condition of `if` or `assert`, or the verdict of a filter's body: it must be a Bool."""
    if type(value) is bool:
        return value
    return TypeFailure(f"a condition is no Bool but {kind_of(value)}")


def assertion(value: Value, code: Value, message: Value) -> Result:
    """`assert`: true, or AssertFailed."""
    if type(value) is bool and type(code) is str and type(message) is str:
        return True if value else AssertFailed(code, message)
    return TypeFailure("`assert` takes a Bool and two Texts")


def require_some(option: Value, code: Value, message: Value) -> Result:
    """The content of a Some, or RequireSomeFailed."""
    if type(code) is str and type(message) is str:
        if type(option) is Some:
            return option.value
        if option is None:
            return RequireSomeFailed(code, message)
    return TypeFailure(f"`requireSome` of {kind_of(option)}, {kind_of(code)} and {kind_of(message)}")


def emit_compliance(identifier: Value, status: Value, evidence: Value) -> Result:
    """True; recording the statement is the caller's part."""
    if type(identifier) is str and type(status) is str and type(evidence) is str:
        return True
    return TypeFailure("`emitCompliance` takes three Texts")


def fact_names(fact_type: Value, key: Value) -> tuple[str, str] | TypeFailure:
    """The two arguments of `getFact` and `getFactsByPrefix`: they must be Texts."""
    if type(fact_type) is str and type(key) is str:
        return fact_type, key
    return TypeFailure(f"a fact is named by two Texts, not by {kind_of(fact_type)} and {kind_of(key)}")


# Options and records


def record_get(record: Value, name: Value) -> Result:
    """None for an absent or None member, otherwise Some(member)."""
    if type(record) is dict and type(name) is str:
        member = record.get(name)
        return None if member is None else Some(member)
    return TypeFailure(f"`recordGet` of {kind_of(record)} and {kind_of(name)}")


def some(value: Value) -> Some:
    """The option that holds the value."""
    return Some(value)


def is_some(option: Value) -> Result:
    """Whether an option holds a value."""
    if type(option) is Some:
        return True
    return False if option is None else TypeFailure(f"`isSome` of {kind_of(option)}")


def unwrap_or(option: Value, default: Value) -> Result:
    """The content of an option, or the default."""
    if type(option) is Some:
        return option.value
    return default if option is None else TypeFailure(f"`unwrapOr` of {kind_of(option)}")


# Numbers


def to_dec(scale: Value, number: Value) -> Result:
    """The value of an Int, Dec or decimal Text at a scale, exactly."""
    if not _is_scale(scale):
        return _no_scale("toDec")
    coefficient = _exactly(number, scale)
    return _dec(coefficient, scale) if type(coefficient) is int else coefficient


def scaled(scale: Value, coefficient: Value) -> Result:
    """The Dec with this coefficient."""
    if _is_scale(scale) and type(coefficient) is int:
        return Dec(coefficient, scale)
    return TypeFailure("`scaled` takes a scale and an Int")


def round_number(scale: Value, number: Value, mode: Value) -> Result:
    """The value of an Int, Dec or decimal Text rounded to a scale (3.3)."""
    if not _is_scale(scale):
        return _no_scale("round")
    rounding = ROUNDINGS.get(mode) if type(mode) is str else None
    if rounding is None:
        return TypeFailure("`round` knows no such mode")
    read = _number(number)
    return read if isinstance(read, TypeFailure) else _dec(rounding(*read, scale), scale)


def to_qty(unit: Value, number: Value) -> Result:
    """The value of an Int, Dec or decimal Text as a quantity, exactly at scale 6."""
    if type(unit) is not str or unit not in UNITS:
        return _no_unit("toQty")
    coefficient = _exactly(number, QTY_SCALE)
    return _qty(unit, coefficient) if type(coefficient) is int else coefficient


def amount(unit: Value, quantity: Value) -> Result:
    """The number of a quantity that has this unit."""
    if type(unit) is not str or unit not in UNITS:
        return _no_unit("amount")
    if type(quantity) is not Qty:
        return TypeFailure(f"`amount` of {kind_of(quantity)}")
    return (
        Dec(quantity.coefficient, QTY_SCALE) if quantity.unit == unit else UnitMismatch(unit, quantity.unit)
    )


def convert(first: Value, other: Value, quantity: Value) -> Result:
    """A quantity that has one of two units, in the other one."""
    if type(first) is not str or type(other) is not str or not convertible(first, other):
        return TypeFailure("`convert` takes two units that belong together")
    if type(quantity) is not Qty:
        return TypeFailure(f"`convert` of {kind_of(quantity)}")
    if quantity.unit == first:
        return _qty(other, convert_units(quantity.coefficient, first, other))
    if quantity.unit == other:
        return _qty(first, convert_units(quantity.coefficient, other, first))
    return UnitMismatch(first, quantity.unit)


def sum_qty(unit: Value, quantities: Value) -> Result:
    """The sum of quantities that have this unit."""
    if type(unit) is not str or unit not in UNITS:
        return _no_unit("sumQty")
    if type(quantities) is not list:
        return TypeFailure(f"`sumQty` of {kind_of(quantities)}")
    total = 0
    for quantity in quantities:
        if type(quantity) is not Qty:
            return TypeFailure(f"`sumQty` of a list with {kind_of(quantity)}")
        if quantity.unit != unit:
            return UnitMismatch(unit, quantity.unit)
        total += quantity.coefficient
    return _qty(unit, total)


def sum_dec(scale: Value, decimals: Value) -> Result:
    """The sum of decimals, each of which must be exact at the scale."""
    if not _is_scale(scale):
        return _no_scale("sumDec")
    if type(decimals) is not list:
        return TypeFailure(f"`sumDec` of {kind_of(decimals)}")
    total = 0
    for decimal in decimals:
        if type(decimal) is not Dec:
            return TypeFailure(f"`sumDec` of a list with {kind_of(decimal)}")
        coefficient = _exactly(decimal, scale)
        if type(coefficient) is not int:
            return coefficient
        total += coefficient
    return _dec(total, scale)


def absolute(operand: Value) -> Result:
    """The absolute value of Int, Dec or Qty."""
    if type(operand) is int:
        return abs(operand)
    if type(operand) is Dec:
        return Dec(abs(operand.coefficient), operand.scale)
    if type(operand) is Qty:
        return Qty(operand.unit, abs(operand.coefficient))
    return TypeFailure(f"`abs` of {kind_of(operand)}")


def smaller(left: Value, right: Value) -> Result:
    """`min`: the first of equals. Int, Dec of one scale, Qty of one unit, Date."""
    order = _order_alike("min", left, right)
    return (right if order > 0 else left) if type(order) is int else order


def larger(left: Value, right: Value) -> Result:
    """`max`: the first of equals. Int, Dec of one scale, Qty of one unit, Date."""
    order = _order_alike("max", left, right)
    return (right if order < 0 else left) if type(order) is int else order


# Texts, lists, dates


def one_of(text: Value, choices: Value) -> Result:
    """Whether a text is among the texts of a list."""
    if type(text) is str and type(choices) is list and all(type(choice) is str for choice in choices):
        return text in choices
    return TypeFailure("`oneOf` takes a Text and a List of Texts")


def matches(text: Value, pattern: Value) -> Result:
    """Whether the whole text matches the pattern (6.7)."""
    if type(text) is not str or type(pattern) is not str:
        return TypeFailure(f"`matches` of {kind_of(text)} and {kind_of(pattern)}")
    if len(text) > MATCHED_LENGTH:
        return TypeFailure(f"`matches` of a text of more than {MATCHED_LENGTH} characters")
    matcher = _compiled(pattern)
    return matcher.matches(text) if matcher is not None else TypeFailure("`matches` of an ill-formed pattern")


def length(counted: Value) -> Result:
    """Code points of a Text, elements of a List."""
    if type(counted) is str or type(counted) is list:
        return len(counted)
    return TypeFailure(f"`length` of {kind_of(counted)}")


def to_date(text: Value) -> Result:
    """The date written `YYYY-MM-DD`, a real one of the years 0001 to 9999."""
    read = read_date(text) if type(text) is str else None
    return read if read is not None else TypeFailure("`date` of what is no date")


def days_between(start: Value, end: Value) -> Result:
    """The second date minus the first, in days."""
    if type(start) is date and type(end) is date:
        return (end - start).days
    return TypeFailure(f"`daysBetween` of {kind_of(start)} and {kind_of(end)}")


def elements(value: Value) -> list[Value] | TypeFailure:
    """The elements a lambda runs over: map, filter and fold take a List."""
    if type(value) is list:
        return value
    return TypeFailure(f"a lambda runs over a List, not over {kind_of(value)}")


def kept(candidates: Sequence[Value], verdicts: Sequence[Value]) -> list[Value]:
    """The elements a filter keeps, given its body's Bool for each."""
    return [candidate for candidate, verdict in zip(candidates, verdicts, strict=True) if verdict is True]


# Tables


class Builtin(NamedTuple):
    """An operation whose node states its arguments in `args` (7.3)."""

    arity: int
    apply: Callable[..., Result]


BINARY: Final[Mapping[str, Callable[[Value, Value], Result]]] = {
    "==": equal,
    "!=": unequal,
    "<": less,
    "<=": at_most,
    ">": greater,
    ">=": at_least,
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
}

# The left value that decides, so that the right side is not evaluated.
DECIDING: Final[Mapping[str, bool]] = {"&&": False, "||": True}

BUILTINS: Final[Mapping[str, Builtin]] = {
    "!": Builtin(1, negation),
    "neg": Builtin(1, negative),
    "recordGet": Builtin(2, record_get),
    "isSome": Builtin(1, is_some),
    "unwrapOr": Builtin(2, unwrap_or),
    "some": Builtin(1, some),
    "toDec": Builtin(2, to_dec),
    "scaled": Builtin(2, scaled),
    "round": Builtin(3, round_number),
    "toQty": Builtin(2, to_qty),
    "amount": Builtin(2, amount),
    "convert": Builtin(3, convert),
    "sumQty": Builtin(2, sum_qty),
    "sumDec": Builtin(2, sum_dec),
    "oneOf": Builtin(2, one_of),
    "matches": Builtin(2, matches),
    "length": Builtin(1, length),
    "min": Builtin(2, smaller),
    "max": Builtin(2, larger),
    "abs": Builtin(1, absolute),
    "daysBetween": Builtin(2, days_between),
    "date": Builtin(1, to_date),
}


# Helpers

_compiled = lru_cache(maxsize=1024)(compile_pattern)


def _is_scale(scale: Value) -> TypeGuard[int]:
    return type(scale) is int and 0 <= scale <= MAX_SCALE


def _int(n: int) -> Result:
    return n if -BOUND < n < BOUND else _TOO_LONG


def _dec(coefficient: int, scale: int) -> Result:
    return Dec(coefficient, scale) if -BOUND < coefficient < BOUND else _TOO_LONG


def _qty(unit: str, coefficient: int) -> Result:
    return Qty(unit, coefficient) if -BOUND < coefficient < BOUND else _TOO_LONG


_TOO_LONG: Final = TypeFailure("a number of more than 1000 digits")


def _number(number: Value) -> tuple[int, int] | TypeFailure:
    """Coefficient and scale of an Int, Dec or decimal Text; the scale may be above 18."""
    if type(number) is str:
        return read_decimal(number) or TypeFailure("a text is no decimal")
    if type(number) is Dec:
        return number.coefficient, number.scale
    if type(number) is int:
        return number, 0
    return TypeFailure(f"{kind_of(number)} is no number")


def _exactly(number: Value, scale: int) -> int | Failure:
    """The coefficient of a number at a scale."""
    read = _number(number)
    if isinstance(read, TypeFailure):
        return read
    coefficient = rescale(*read, scale)
    return coefficient if coefficient is not None else InexactDecimal(canonical_text(*read), scale)


def _order_alike(name: str, left: Value, right: Value) -> int | Failure:
    """The order of two values that `min` and `max` take."""
    if type(left) is type(right) and not (
        type(left) is Dec and type(right) is Dec and left.scale != right.scale
    ):
        return compare(left, right)
    return _operands(name, left, right)


def _operands(name: str, left: Value, right: Value) -> TypeFailure:
    return TypeFailure(f"`{name}` of {_described(left)} and {_described(right)}")


def _described(value: Value) -> str:
    return f"Dec({value.scale})" if type(value) is Dec else kind_of(value)


def _no_scale(name: str) -> TypeFailure:
    return TypeFailure(f"`{name}` takes a scale of 0 to {MAX_SCALE}")


def _no_unit(name: str) -> TypeFailure:
    return TypeFailure(f"`{name}` takes one of the units")
