"""The part of FORMAT that the dialect has: ~A ~S ~D ~X ~C ~% ~& ~~ and a newline after a tilde."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clysm.host.conditions import simple_error
from clysm.host.printer import prin1, princ


def format_text(control: str, arguments: Sequence[Any], column: int = 0) -> str:
    """The text of a control string and its arguments, written at a column.

    Raises an error condition for other directives and missing arguments; surplus arguments are ignored.
    """
    parts: list[str] = []
    position = 0
    at = 0
    while True:
        tilde = control.find("~", at)
        if tilde < 0:
            parts.append(control[at:])
            return "".join(parts)
        parts.append(control[at:tilde])
        directive = control[tilde + 1 : tilde + 2].upper()
        at = tilde + 2
        if directive in ("A", "S", "D", "X", "C"):
            if position >= len(arguments):
                raise simple_error(f"format string `{control}` has too few arguments")
            parts.append(_argument(directive, arguments[position]))
            position += 1
        elif directive in ("%", "~"):
            parts.append("\n" if directive == "%" else "~")
        elif directive == "&":
            before = "".join(parts)
            if (before and not before.endswith("\n")) or (not before and column > 0):
                parts.append("\n")
        elif directive == "\n":
            while at < len(control) and control[at] in " \t":
                at += 1
        else:
            raise simple_error(f"format directive `~{directive}` is not in the dialect")


def _argument(directive: str, value: Any) -> str:
    if directive == "S":
        return prin1(value)
    if directive == "X" and type(value) is int:
        return f"{value:X}"
    return princ(value)
