"""Run-time values of the rule language (specification, 6.9): their kinds, JSON forms, equality and order.

A value is a `bool`, `int`, `str`, `datetime.date`, `Dec`, `Qty`, `None`, `Some`, `list` or `dict` and carries
its kind in its exact Python type: everything here dispatches on `type(value)`, so `True` is never an Int.
The JSON of a fact is its own value. Texts hold no surrogates. Values are never changed and may share parts;
they may be nested as deep as a proof allows, and `Some` deeper still, since it leaves no trace in JSON.
Nothing here recurses in Python.

What operators and builtins do with values is in `operations`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from json import JSONEncoder
from types import NoneType
from typing import Any, Final, TypeAlias, cast

from clysm.passport.cjson import MAX_DEPTH, SAFE_INTEGER, Json, text, write_deep
from clysm.passport.decimals import POWERS_OF_TEN, Dec, decimal_text
from clysm.passport.errors import Failure, TypeFailure, UnitMismatch
from clysm.passport.units import Qty, qty_text


class Some:
    """An option that holds `value`; None is the option that holds nothing."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "Some(...)"


Value: TypeAlias = "bool | int | str | date | Dec | Qty | Some | list[Value] | dict[str, Value] | None"

KINDS: Final[Mapping[type, str]] = {
    bool: "Bool",
    int: "Int",
    str: "Text",
    date: "Date",
    Dec: "Dec",
    Qty: "Qty",
    NoneType: "None",
    Some: "Some",
    list: "List",
    dict: "Record",
}

SHALLOW: Final = 64  # levels that the recursive C encoder is trusted with


# JSON forms


def form(value: Value) -> Json:
    """The JSON form of a value. An Int may lie outside the safe range; a form may be nested too deep."""
    top: list[Any] = [value]
    work: list[tuple[Any, Any, Value]] = [(top, 0, value)]  # (the container, the place in it, the value)
    while work:
        container, place, part = work.pop()
        while type(part) is Some:
            part = part.value
        kind = type(part)
        if kind is list:
            elements = cast("list[Value]", part)
            container[place] = made = list[Any](elements)
            work.extend((made, index, element) for index, element in enumerate(elements))
        elif kind is dict:
            members = cast("dict[str, Value]", part)
            container[place] = record = dict[str, Any](members)
            work.extend((record, name, member) for name, member in members.items())
        elif kind in _FORMS:
            container[place] = _FORMS[kind](part)
        else:
            container[place] = part
    return cast(Json, top[0])


def form_text(value: Value) -> str | None:
    """The canonical JSON text of the form of a value; None if it has none (9.3, step 7).

    It has none if an Int lies outside the safe range or it is nested deeper than 512 by itself; whether there
    is room at its place in a document is for the caller to see (`nesting`).
    """
    write = _TEXTS.get(type(value))
    if write is not None:
        return write(value)
    if type(value) is Some:
        while type(value) is Some:
            value = value.value
        return form_text(value)
    levels = nesting(value)
    if levels is None or levels > MAX_DEPTH:
        return None
    return _encode(value) if levels <= SHALLOW else write_deep(form(value))


def nesting(value: Value) -> int | None:
    """How many levels of brackets the form of a value has: 0 for a scalar, 1 for `[]` and for a quantity.

    None if an Int in it lies outside the safe range.
    """
    levels = 0
    level: list[Value] = [value]
    while level:
        below: list[Value] = []
        brackets = False
        for part in level:
            while type(part) is Some:
                part = part.value
            kind = type(part)
            if kind is int:
                if not -SAFE_INTEGER <= cast(int, part) <= SAFE_INTEGER:
                    return None
            elif kind is list:
                brackets = True
                below += cast("list[Value]", part)
            elif kind is dict:
                brackets = True
                below += cast("dict[str, Value]", part).values()
            elif kind is Qty:
                brackets = True
        levels += brackets
        level = below
    return levels


def _qty_form(quantity: Qty) -> Json:
    """The JSON form of a quantity (3.2)."""
    return {"unit": quantity.unit, "value": qty_text(quantity)}


def _dec_form(decimal: Dec) -> str:
    return decimal_text(decimal.coefficient, decimal.scale)


def _int_text(value: int) -> str | None:
    return str(value) if -SAFE_INTEGER <= value <= SAFE_INTEGER else None


def _qty_text(quantity: Qty) -> str:
    return f'{{"unit":"{quantity.unit}","value":"{qty_text(quantity)}"}}'


def _compound(value: object) -> Json:
    """What the C encoder shall write for a kind it does not know."""
    while type(value) is Some:
        value = value.value
    make = _FORMS.get(type(value))
    return cast(Json, value) if make is None else make(value)


_FORMS: Final[Mapping[type, Callable[[Any], Json]]] = {
    date: date.isoformat,
    Dec: _dec_form,
    Qty: _qty_form,
}

_TEXTS: Final[Mapping[type, Callable[[Any], str | None]]] = {
    bool: lambda value: "true" if value else "false",
    int: _int_text,
    str: text,
    date: lambda value: f'"{value.isoformat()}"',
    Dec: lambda value: f'"{decimal_text(value.coefficient, value.scale)}"',
    Qty: _qty_text,
    NoneType: lambda value: "null",
}

_encode = JSONEncoder(
    check_circular=False, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_compound
).encode


# Equality and order


def equal(left: Value, right: Value) -> bool:
    """Equality (6.9). It never fails: values of different kinds are unequal, except Int and Dec."""
    pairs: list[tuple[Value, Value]] = [(left, right)]
    while pairs:
        a, b = pairs.pop()
        if a is b:
            continue
        kind, other = type(a), type(b)
        if kind is Some and other is Some:
            pairs.append((cast(Some, a).value, cast(Some, b).value))
        elif kind is list and other is list:
            xs, ys = cast("list[Value]", a), cast("list[Value]", b)
            if len(xs) != len(ys):
                return False
            pairs.extend(zip(xs, ys, strict=True))
        elif kind is dict and other is dict:
            us, vs = cast("dict[str, Value]", a), cast("dict[str, Value]", b)
            if us.keys() != vs.keys():
                return False
            pairs.extend((u, vs[name]) for name, u in us.items())
        elif kind in _NUMBERS and other in _NUMBERS:
            if _order_numbers(cast("int | Dec", a), cast("int | Dec", b)) != 0:
                return False
        elif kind is Qty and other is Qty:
            p, q = cast(Qty, a), cast(Qty, b)
            if p.coefficient != q.coefficient or p.unit != q.unit:
                return False
        elif kind is not other or a != b:
            return False
    return True


def compare(left: Value, right: Value) -> int | Failure:
    """-1, 0 or 1 as left is less than, equal to or greater than right (6.9).

    Two numbers compare by value, two dates, two quantities of one unit (else UnitMismatch); else TypeFailure.
    """
    kind, other = type(left), type(right)
    if kind in _NUMBERS and other in _NUMBERS:
        return _order_numbers(cast("int | Dec", left), cast("int | Dec", right))
    if kind is Qty and other is Qty:
        p, q = cast(Qty, left), cast(Qty, right)
        if p.unit != q.unit:
            return UnitMismatch(p.unit, q.unit)
        return (p.coefficient > q.coefficient) - (p.coefficient < q.coefficient)
    if kind is date and other is date:
        d, e = cast(date, left), cast(date, right)
        return (d > e) - (d < e)
    return TypeFailure(f"{kind_of(left)} and {kind_of(right)} have no order")


def kind_of(value: Value) -> str:
    """The name of a value's kind, for messages."""
    return KINDS[type(value)]


_NUMBERS: Final = frozenset((int, Dec))


def _order_numbers(left: int | Dec, right: int | Dec) -> int:
    a, s = (left, 0) if isinstance(left, int) else (left.coefficient, left.scale)
    b, t = (right, 0) if isinstance(right, int) else (right.coefficient, right.scale)
    if s != t:
        a, b = a * POWERS_OF_TEN[t], b * POWERS_OF_TEN[s]
    return (a > b) - (a < b)
