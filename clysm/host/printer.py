"""PRIN1 and PRINC, as functions from objects to strings."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from clysm.host.conditions import Condition
from clysm.host.hash_tables import HashTable
from clysm.host.numbers import Complex, Ratio, Single
from clysm.host.objects import (
    Array,
    BitVector,
    Char,
    Cons,
    FillVector,
    OctetBuffer,
    Structure,
    Symbol,
    active_cells,
    items_of,
)
from clysm.host.packages import Package

_PLAIN_NAME: Final = re.compile(r"[^\sa-z()\"'`,;:|\\#][^\sa-z()\"'`,;:|\\]*")
_NUMBER_LIKE: Final = re.compile(r"[+-]?[0-9]+(/[0-9]+|\.[0-9]*)?(E[+-]?[0-9]+)?|\.+")
CHARACTER_PRINT_NAMES: Final = {
    0: "Nul",
    8: "Backspace",
    9: "Tab",
    10: "Newline",
    12: "Page",
    13: "Return",
    27: "Escape",
    32: "Space",
    127: "Rubout",
}


def prin1(value: Any) -> str:
    """The text that reads as the object."""
    return _text(value, True)


def princ(value: Any) -> str:
    """The text for people: no quotes, no escapes, no package prefixes."""
    return _text(value, False)


def _text(value: Any, escape: bool) -> str:
    if value is None:
        return "NIL"
    kind = type(value)
    printer = _PRINTERS.get(kind)
    if printer is not None:
        return printer(value, escape)
    if isinstance(value, Structure):
        return _structure(value, escape)
    if isinstance(value, Condition):
        return _condition(value, escape)
    if isinstance(value, tuple):
        return " ".join(_text(item, escape) for item in value)
    if callable(value):
        return f"#<function {getattr(value, '__name__', 'anonymous').removeprefix('f:')}>"
    return f"#<{kind.__name__}>"


def _symbol(symbol: Symbol, escape: bool) -> str:
    if not escape:
        return symbol.name
    name = _escaped(symbol.name)
    if symbol.package is None:
        return "#:" + name
    if symbol.package == "KEYWORD":
        return ":" + name
    package = _current_package()
    if package is not None and package.find(symbol.name)[0] is symbol:
        return name
    home = _package(symbol.package)
    external = home is not None and symbol.name in home.external
    return f"{_escaped(symbol.package)}{':' if external else '::'}{name}"


def _escaped(name: str) -> str:
    if _PLAIN_NAME.fullmatch(name) and not _NUMBER_LIKE.fullmatch(name):
        return name
    return "|" + name.replace("\\", "\\\\").replace("|", "\\|") + "|"


def _current_package() -> Package | None:
    return active_cells[-1].get("v:COMMON-LISP:*PACKAGE*") if active_cells else None


def _package(name: str) -> Package | None:
    return active_cells[-1]["$packages"].get(name) if active_cells else None


def _cons(value: Cons, escape: bool) -> str:
    parts = []
    rest: Any = value
    while type(rest) is Cons:
        parts.append(_text(rest.car, escape))
        rest = rest.cdr
    if rest is not None:
        parts += [".", _text(rest, escape)]
    return "(" + " ".join(parts) + ")"


def _string(value: str, escape: bool) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if escape else value


def _char(value: Char, escape: bool) -> str:
    if not escape:
        return value.text
    return "#\\" + CHARACTER_PRINT_NAMES.get(value.code, value.text)


def _vector(value: Any, escape: bool) -> str:
    return "#(" + " ".join(_text(item, escape) for item in value) + ")"


def _float(value: float, escape: bool) -> str:
    """Shortest digits, as a double; the default float format is single."""
    text = _digits(value, repr(value))
    return text.replace("e", "d") if "e" in text else text + "d0"


def _single(value: Single, escape: bool) -> str:
    for precision in range(6, 10):
        text = f"{value.value:.{precision}g}"
        if Single(float(text)).value == value.value:
            break
    return _digits(value.value, text)


def _digits(value: float, text: str) -> str:
    """Python's digits with a decimal point, plain between 1e-3 and 1e7, with exponent elsewhere."""
    if value in (float("inf"), float("-inf")) or value != value:
        return f"#<float {value}>"
    sign = "-" if text.startswith("-") else ""
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if not digits:
        return sign + "0.0"
    if -3 < point <= 7:
        if point <= 0:
            return f"{sign}0.{'0' * -point}{digits}"
        return f"{sign}{digits[:point].ljust(point, '0')}.{digits[point:] or '0'}"
    return f"{sign}{digits[0]}.{digits[1:] or '0'}e{point - 1}"


def _structure(value: Any, escape: bool) -> str:
    layout = value.layout
    parts = [_text(layout.name, escape)]
    for slot, python in zip(layout.slots, layout.python, strict=True):
        parts += [":" + _escaped(slot.name), _text(getattr(value, python), escape)]
    return "#S(" + " ".join(parts) + ")"


def _condition(value: Condition, escape: bool) -> str:
    report = value.report
    if escape:
        return f"#<{value.lisp_name.name}>"
    if isinstance(report, str):
        return report
    if report is not None:
        from clysm.host.streams import StringOutput

        stream = StringOutput()
        report(value, stream)
        return stream.take()
    control = value.slots.get("FORMAT-CONTROL")
    if control is not None:
        from clysm.host.format import format_text

        return format_text(control, items_of(value.slots.get("FORMAT-ARGUMENTS")))
    details = ", ".join(f"{name.lower()} {_text(item, True)}" for name, item in value.slots.items())
    return value.lisp_name.name.lower() + (f": {details}" if details else "")


_PRINTERS: Final[dict[type, Callable[[Any, bool], str]]] = {
    Symbol: _symbol,
    Cons: _cons,
    str: _string,
    int: lambda value, escape: str(value),
    Char: _char,
    Ratio: lambda value, escape: f"{value.num}/{value.den}",
    float: _float,
    Complex: lambda value, escape: f"#C({_text(value.real, escape)} {_text(value.imag, escape)})",
    Single: _single,
    list: _vector,
    BitVector: lambda value, escape: "#*" + "".join(map(str, value)),
    FillVector: _vector,
    bytearray: _vector,
    OctetBuffer: _vector,
    Array: lambda value, escape: f"#<array {'x'.join(map(str, value.dimensions))}>",
    HashTable: lambda value, escape: f"#<hash-table {value.test} {len(value.data)}>",
    Package: lambda value, escape: f'#<PACKAGE "{value.name}">',
}
