"""Strings. They are Python strings and do not change; functions with an `n` in front return a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clysm.host.conditions import simple_error
from clysm.host.functions.registry import lisp
from clysm.host.objects import CHARACTERS, NIL_SYMBOL, Char, Symbol, T
from clysm.host.sequence_types import elements, text_of


@lisp("STRING")
def string(designator: Any) -> str:
    """The string that a string, symbol or character designates."""
    if type(designator) is str:
        return designator
    if type(designator) is Symbol:
        return designator.name
    if designator is None:
        return NIL_SYMBOL.name
    if type(designator) is Char:
        return designator.text
    raise TypeError(f"`{designator!r}` does not name a string")


@lisp("CHAR", "SCHAR")
def _char(text: str, index: int) -> Char:
    return CHARACTERS[text[index]]


@lisp("(SETF CHAR)", "(SETF SCHAR)")
def _set_char(value: Char, text: str, index: int) -> Any:
    raise TypeError("strings of the host cannot be changed: build a new one")


@lisp("MAKE-STRING")
def _make_string(size: int, *, initial_element: Any = None, element_type: Any = None) -> str:
    return (initial_element.text if initial_element is not None else " ") * size


def _bounded(designator: Any, start: int, end: int | None) -> str:
    text = string(designator)
    limit = len(text) if end is None else end
    if not 0 <= start <= limit <= len(text):
        raise IndexError(f"bounds {start} and {end} of a string of length {len(text)}")
    return text[start:limit]


def _equality(fold: bool, equal: bool) -> Callable[..., Any]:
    def compare(
        left: Any,
        right: Any,
        *,
        start1: int = 0,
        end1: int | None = None,
        start2: int = 0,
        end2: int | None = None,
    ) -> Any:
        a, b = _bounded(left, start1, end1), _bounded(right, start2, end2)
        if fold:
            a, b = a.lower(), b.lower()
        if equal:
            return T if a == b else None
        return None if a == b else start1 + _common(a, b)

    return compare


def _common(a: str, b: str) -> int:
    """Length of the common prefix."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _order(fold: bool, test: Callable[[str, str], bool]) -> Callable[..., Any]:
    def compare(
        left: Any,
        right: Any,
        *,
        start1: int = 0,
        end1: int | None = None,
        start2: int = 0,
        end2: int | None = None,
    ) -> Any:
        a, b = _bounded(left, start1, end1), _bounded(right, start2, end2)
        if fold:
            a, b = a.lower(), b.lower()
        return start1 + _common(a, b) if test(a, b) else None

    return compare


lisp("STRING=")(_equality(False, True))
lisp("STRING-EQUAL")(_equality(True, True))
lisp("STRING/=")(_equality(False, False))
lisp("STRING-NOT-EQUAL")(_equality(True, False))
_ORDERS: tuple[tuple[str, str, Callable[[str, str], bool]], ...] = (
    ("STRING<", "STRING-LESSP", lambda a, b: a < b),
    ("STRING>", "STRING-GREATERP", lambda a, b: a > b),
    ("STRING<=", "STRING-NOT-GREATERP", lambda a, b: a <= b),
    ("STRING>=", "STRING-NOT-LESSP", lambda a, b: a >= b),
)
for _exact, _any_case, _test in _ORDERS:
    lisp(_exact)(_order(False, _test))
    lisp(_any_case)(_order(True, _test))


def _converter(convert: Callable[[str], str]) -> Callable[..., str]:
    def apply(designator: Any, *, start: int = 0, end: int | None = None) -> str:
        text = string(designator)
        middle = convert(_bounded(text, start, end))
        return text[:start] + middle + (text[end:] if end is not None else "")

    return apply


def _capitalized(text: str) -> str:
    parts = []
    inside = False
    for char in text:
        parts.append(char.lower() if inside else char.upper())
        inside = char.isalnum()
    return "".join(parts)


lisp("STRING-UPCASE", "NSTRING-UPCASE")(_converter(str.upper))
lisp("STRING-DOWNCASE", "NSTRING-DOWNCASE")(_converter(str.lower))
lisp("STRING-CAPITALIZE", "NSTRING-CAPITALIZE")(_converter(_capitalized))


@lisp("STRING-TRIM")
def _string_trim(bag: Any, designator: Any) -> str:
    return string(designator).strip(text_of(elements(bag)))


@lisp("STRING-LEFT-TRIM")
def _string_left_trim(bag: Any, designator: Any) -> str:
    return string(designator).lstrip(text_of(elements(bag)))


@lisp("STRING-RIGHT-TRIM")
def _string_right_trim(bag: Any, designator: Any) -> str:
    return string(designator).rstrip(text_of(elements(bag)))


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WHITESPACE = " \t\n\r\f"


@lisp("PARSE-INTEGER")
def _parse_integer(
    text: str, *, start: int = 0, end: int | None = None, radix: int = 10, junk_allowed: Any = None
) -> tuple[int | None, int]:
    limit = len(text) if end is None else end
    at = start
    while at < limit and text[at] in _WHITESPACE:
        at += 1
    first_digit = at + 1 if at < limit and text[at] in "+-" else at
    stop = first_digit
    while stop < limit and text[stop].lower() in _DIGITS[:radix]:
        stop += 1
    value = int(text[at:stop], radix) if stop > first_digit else None
    rest = stop
    while rest < limit and text[rest] in _WHITESPACE:
        rest += 1
    if junk_allowed is not None:
        return value, stop
    if value is None or rest < limit:
        raise simple_error(f"`{text[start:limit]}` is not an integer in base {radix}", "SIMPLE-ERROR")
    return value, rest


@lisp("$PARSE-INTEGER")
def _parse_integer_only(*arguments: Any) -> int | None:
    keys = {
        arguments[i].name.lower().replace("-", "_"): arguments[i + 1] for i in range(1, len(arguments), 2)
    }
    return _parse_integer(arguments[0], **keys)[0]
