"""Run-time values of the rule language (specification, 6.9): their kinds, JSON forms, equality and order.

A value is a `bool`, `int`, `str`, `datetime.date`, `Dec`, `Qty`, `None`, `Some`, `list` or `dict` and carries
its kind in its exact Python type: everything here dispatches on `type(value)`, so `True` is never an Int.
The JSON of a fact is its own value. Values may share parts and may be nested as deep as a proof allows;
`Some` may be nested deeper still, since it leaves no trace in JSON. Nothing here recurses.

What operators and builtins do with values is in `operations`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from json import JSONEncoder
from types import NoneType
from typing import Final, TypeAlias

from clysm.passport.cjson import Json, text
from clysm.passport.decimals import Dec, dec_text
from clysm.passport.errors import Failure, TypeFailure, UnitMismatch
from clysm.passport.units import Qty, qty_number


class Some:
    """An option that holds `value`. The absent option is None. Never changed after it is made."""

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

SAFE: Final = 2**53 - 1  # the largest integer that canonical JSON holds (1.1)
POWERS: Final = tuple(10**scale for scale in range(19))  # 10^s for every scale
