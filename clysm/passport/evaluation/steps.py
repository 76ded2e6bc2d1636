"""The steps of operations, written out where the kinds of the operands are known, else as calls.

What an operation means is in `clysm.passport.operations`; here is what that comes to for certain kinds, when
it succeeds. The values of operands are stated in the node of the operation, so an Int among them is in the
safe range and needs no other bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, cast

from clysm.passport import operations
from clysm.passport.decimals import ROUNDINGS
from clysm.passport.evaluation.holding import Held, Holder, is_raw
from clysm.passport.evaluation.kinds import BOOL, DATE, INT, NEVER, TEXT, Kind, list_of, literal, qty
from clysm.passport.evaluation.pieces import code
from clysm.passport.evaluation.writer import Cell
from clysm.passport.rules.patterns import Pattern, compile_pattern
from clysm.passport.rules.syntax import Call, Expression, Unary
from clysm.passport.units import QTY_SCALE, UNITS


class Step(NamedTuple):
    """What comes of a step. The text is None if it follows from the value."""

    value: str
    text: Cell | None = None


def builtin_step(h: Holder, e: Expression, name: str, parts: Sequence[Held]) -> Step:
    """The step of a builtin, by the name it has in a proof."""
    special = _STEPS.get(name)
    step = special(h, e, *parts) if special is not None else None
    if step is not None:
        return step
    called = h.out.named(f"do_{_NAMES.get(name, name)}", operations.BUILTINS[name].apply)
    return Step(h.apply(called, parts, h.kinds[e]))


def operator_step(h: Holder, operator: str, left: Held, right: Held, kind: Kind) -> str:
    """The step of a binary operator other than `&&` and `||`."""
    value = _OPERATORS[operator](h, operator, left, right)
    if value is not None:
        return value
    called = h.out.named(f"do_{_NAMES[operator]}", operations.BINARY[operator])
    return h.apply(called, (left, right), kind)


# Steps written out. Each gives None where the kinds of the arguments do not allow it.


def _decimal(kind: Kind) -> int | None:
    """The scale of a number: Int or Dec."""
    return 0 if kind == INT else cast(int, kind.parameter) if kind.name == "dec" else None


def _same_scale(left: Held, right: Held) -> tuple[str, str] | None:
    """Two numbers as integers at one scale."""
    s, t = _decimal(left.kind), _decimal(right.kind)
    if s is None or t is None:
        return None
    return _times(left.value, 10 ** max(t - s, 0)), _times(right.value, 10 ** max(s - t, 0))


def _times(value: str, factor: int) -> str:
    return value if factor == 1 else f"{value} * {factor}"


def _comparable(left: Held, right: Held) -> tuple[str, str] | None:
    """Two values that Python compares as the language does."""
    if left.kind == right.kind and left.kind.name in ("date", "qty"):
        return left.value, right.value
    return _same_scale(left, right)


def _equality(h: Holder, operator: str, left: Held, right: Held) -> str | None:
    pair = _comparable(left, right)
    if pair is None and left.kind == right.kind == BOOL:
        pair = left.value, right.value
    if pair is None and TEXT in (left.kind, right.kind):
        pair = h.plain(left), h.plain(right)
    return None if pair is None else h.out.assign("v", f"{pair[0]} {operator} {pair[1]}")


def _order(h: Holder, operator: str, left: Held, right: Held) -> str | None:
    pair = _comparable(left, right)
    return None if pair is None else h.out.assign("v", f"{pair[0]} {operator} {pair[1]}")


def _sum(h: Holder, operator: str, left: Held, right: Held) -> str | None:
    expression = f"{left.value} {operator} {right.value}"
    if left.kind != right.kind:
        return None
    if left.kind == INT:
        return h.out.assign("v", expression)
    if left.kind.name in ("dec", "qty"):
        return h.in_bounds(expression)
    if left.kind == TEXT and operator == "+":
        return h.out.assign("v", expression)
    return None


def _product(h: Holder, operator: str, left: Held, right: Held) -> str | None:
    if left.kind == right.kind == INT:
        return h.out.assign("v", f"{left.value} * {right.value}")
    if left.kind.name in ("dec", "qty") and right.kind.name == "dec":
        return h.in_bounds(f"{left.value} * {right.value} // {10 ** cast(int, right.kind.parameter)}")
    return None


def _quotient(h: Holder, operator: str, left: Held, right: Held) -> str | None:
    if left.kind == right.kind == INT:
        h.out.unless(right.value)
        return h.out.assign("v", f"{left.value} // {right.value}")
    if left.kind.name in ("dec", "qty") and right.kind.name == "dec":
        h.out.unless(right.value)
        return h.in_bounds(f"{left.value} * {10 ** cast(int, right.kind.parameter)} // {right.value}")
    return None


def _not(h: Holder, e: Unary, operand: Held) -> Step | None:
    return Step(h.out.assign("v", f"not {operand.value}")) if operand.kind == BOOL else None


def _negative(h: Holder, e: Unary, operand: Held) -> Step | None:
    return Step(h.out.assign("v", f"-{operand.value}")) if operand.kind.name in _SIGNED else None


def _absolute(h: Holder, e: Call, operand: Held) -> Step | None:
    return Step(h.out.assign("v", f"abs({operand.value})")) if operand.kind.name in _SIGNED else None


def _record_get(h: Holder, e: Call, record: Held, name: Held) -> Step:
    if record.kind.name not in ("record", "closed"):
        h.out.unless(f"type({h.plain(record)}) is dict")
    h.require(name, TEXT)
    return Step(h.out.assign("v", f"{h.plain(record)}.get({name.value})"))


def _is_some(h: Holder, e: Call, option: Held) -> Step | None:
    return Step(h.out.assign("v", f"{option.value} is not None")) if option.kind.name == "opt" else None


def _some(h: Holder, e: Call, content: Held) -> Step:
    plain = h.plain(content)
    return Step(h.out.assign("v", plain if is_raw(h.kinds[e]) else f"Some({plain})"), content.text)


def _unwrap_or(h: Holder, e: Call, option: Held, default: Held) -> Step | None:
    kind = h.kinds[e]
    if not is_raw(option.kind) or is_raw(kind):
        return None
    found = f"{option.value}.coefficient" if kind.name in ("dec", "qty") else option.value
    other = h.as_kind(default, kind)
    value = h.out.assign("v", f"{other} if {option.value} is None else {found}")
    stated = h.out.get(default.text).expression, h.out.get(option.text).expression
    text_name = h.out.assign("t", f"{stated[0]} if {option.value} is None else {stated[1]}")
    return Step(value, h.written(code(text_name)))


def _exact(h: Holder, wanted: int, number: Held) -> Step | None:
    """The coefficient of a number at a scale, exactly."""
    scale = _decimal(number.kind)
    if scale is None:
        return None
    if scale <= wanted:
        return Step(h.in_bounds(_times(number.value, 10 ** (wanted - scale))))
    unit = 10 ** (scale - wanted)
    h.out.unless(f"{number.value} % {unit} == 0")
    return Step(h.out.assign("v", f"{number.value} // {unit}"))


def _to_dec(h: Holder, e: Call, scale: Held, number: Held) -> Step | None:
    return _exact(h, cast(int, literal(e.arguments[0])), number)


def _to_qty(h: Holder, e: Call, unit: Held, number: Held) -> Step | None:
    return _exact(h, QTY_SCALE, number)


def _scaled(h: Holder, e: Call, scale: Held, coefficient: Held) -> Step | None:
    return Step(coefficient.value) if coefficient.kind == INT else None


def _round(h: Holder, e: Call, scale: Held, number: Held, mode: Held) -> Step | None:
    wanted, given, name = literal(e.arguments[0]), _decimal(number.kind), cast(str, literal(e.arguments[2]))
    if given is None:
        return None
    rounding = h.out.named(name, ROUNDINGS[name])
    return Step(h.in_bounds(f"{rounding}({number.value}, {given}, {wanted})"))


def _amount(h: Holder, e: Call, unit: Held, quantity: Held) -> Step | None:
    return Step(quantity.value) if quantity.kind == qty(cast(str, literal(e.arguments[0]))) else None


def _convert(h: Holder, e: Call, first: Held, other: Held, quantity: Held) -> Step | None:
    if quantity.kind.name != "qty":
        return None
    factors = [UNITS[cast(str, kind.parameter)].factor for kind in (quantity.kind, h.kinds[e])]
    return Step(h.in_bounds(f"{quantity.value} * {factors[0]} // {factors[1]}"))


def _one_of(h: Holder, e: Call, sought: Held, choices: Held) -> Step | None:
    if choices.kind not in (list_of(TEXT), list_of(NEVER)):
        return None
    h.require(sought, TEXT)
    return Step(h.out.assign("v", f"{sought.value} in {choices.value}"))


def _matches(h: Holder, e: Call, subject: Held, pattern: Held) -> Step:
    compiled = cast(Pattern, compile_pattern(cast(str, literal(e.arguments[1]))))
    h.require(subject, TEXT)
    h.out.unless(f"len({subject.value}) <= {operations.MATCHED_LENGTH}")
    return Step(h.out.assign("v", f"{h.out.constant(compiled.matches)}({subject.value})"))


def _length(h: Holder, e: Call, counted: Held) -> Step | None:
    has_length = counted.kind.name in ("text", "list")
    return Step(h.out.assign("v", f"len({counted.value})")) if has_length else None


def _extreme(operator: str) -> Callable[..., Step | None]:
    """min replaces the left one if it is greater, max if it is less: the first of equals stays."""

    def step(h: Holder, e: Call, left: Held, right: Held) -> Step | None:
        if left.kind != right.kind or left.kind.name not in ("int", "date", "dec", "qty"):
            return None
        return Step(
            h.out.assign("v", f"{right.value} if {left.value} {operator} {right.value} else {left.value}")
        )

    return step


def _days_between(h: Holder, e: Call, start: Held, end: Held) -> Step | None:
    if start.kind != DATE or end.kind != DATE:
        return None
    return Step(h.out.assign("v", f"({end.value} - {start.value}).days"))


_OPERATORS: Final[Mapping[str, Callable[[Holder, str, Held, Held], str | None]]] = {
    "==": _equality,
    "!=": _equality,
    "<": _order,
    "<=": _order,
    ">": _order,
    ">=": _order,
    "+": _sum,
    "-": _sum,
    "*": _product,
    "/": _quotient,
}

_STEPS: Final[Mapping[str, Callable[..., Step | None]]] = {
    "!": _not,
    "neg": _negative,
    "abs": _absolute,
    "recordGet": _record_get,
    "isSome": _is_some,
    "some": _some,
    "unwrapOr": _unwrap_or,
    "toDec": _to_dec,
    "toQty": _to_qty,
    "scaled": _scaled,
    "round": _round,
    "amount": _amount,
    "convert": _convert,
    "oneOf": _one_of,
    "matches": _matches,
    "length": _length,
    "min": _extreme(">"),
    "max": _extreme("<"),
    "daysBetween": _days_between,
}

# The parts of the names of operations in generated code that are no words.
_NAMES: Final[Mapping[str, str]] = {
    "!": "not",
    "==": "equal",
    "!=": "unequal",
    "<": "less",
    "<=": "at_most",
    ">": "greater",
    ">=": "at_least",
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
}

_SIGNED: Final = frozenset(("int", "dec", "qty"))
