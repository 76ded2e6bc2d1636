"""Printing to streams and strings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from clysm.host.format import format_text
from clysm.host.functions.registry import in_world, lisp
from clysm.host.objects import Char, T, cl
from clysm.host.printer import prin1, princ
from clysm.host.streams import FileOutput, Stream, StringOutput
from clysm.host.world import World


@lisp("MAKE-STRING-OUTPUT-STREAM")
def _make_string_output_stream() -> StringOutput:
    return StringOutput()


@lisp("GET-OUTPUT-STREAM-STRING")
def _get_output_stream_string(stream: StringOutput) -> str:
    return stream.take()


lisp("PRIN1-TO-STRING")(lambda value: prin1(value))
lisp("PRINC-TO-STRING")(lambda value: princ(value))


@lisp("WRITE-TO-STRING")
def _write_to_string(value: Any, *, base: int = 10, radix: Any = None, escape: Any = T) -> str:
    if base != 10 and type(value) is int:
        return _digits(value, base)
    return prin1(value) if escape is not None else princ(value)


def _digits(value: int, base: int) -> str:
    digits = []
    rest = abs(value)
    while rest:
        rest, digit = divmod(rest, base)
        digits.append("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit])
    return ("-" if value < 0 else "") + ("".join(reversed(digits)) or "0")


def checked_string(value: Any) -> str:
    """The same value, if it is a string. Raises TypeError otherwise."""
    if type(value) is not str:
        raise TypeError(f"`{value!r}` is not a string")
    return value


@in_world
def _writers(world: World) -> dict[str, Callable[..., Any]]:
    cells = world.cells
    variable = cl("*STANDARD-OUTPUT*").vkey
    cells[variable] = FileOutput(sys.stdout)
    cells[cl("*ERROR-OUTPUT*").vkey] = FileOutput(sys.stderr)

    def target(stream: Any) -> Stream:
        if stream is None or stream is T:
            stream = cells[variable]
        if not isinstance(stream, Stream):
            raise TypeError(f"`{stream!r}` is not an output stream")
        return stream

    cells["$output"] = target
    cells["$no_string"] = cells["$checked_string"] = checked_string
    cells["$StringOutput"] = StringOutput

    def write_char(char: Char, stream: Any = None) -> Char:
        (stream if type(stream) is StringOutput else target(stream)).write(char.text)
        return char

    def write_string(text: str, stream: Any = None, *, start: int = 0, end: int | None = None) -> str:
        target(stream).write(text[start:end] if start or end is not None else text)
        return text

    def write_line(text: str, stream: Any = None, *, start: int = 0, end: int | None = None) -> str:
        target(stream).write(text[start:end] + "\n")
        return text

    def terpri(stream: Any = None) -> None:
        target(stream).write("\n")

    def fresh_line(stream: Any = None) -> Any:
        output = target(stream)
        if output.column() == 0:
            return None
        output.write("\n")
        return T

    def lisp_princ(value: Any, stream: Any = None) -> Any:
        target(stream).write(princ(value))
        return value

    def lisp_prin1(value: Any, stream: Any = None) -> Any:
        target(stream).write(prin1(value))
        return value

    def lisp_print(value: Any, stream: Any = None) -> Any:
        target(stream).write("\n" + prin1(value) + " ")
        return value

    def lisp_format(stream: Any, control: str, *arguments: Any) -> Any:
        if stream is None:
            return format_text(control, arguments)
        output = target(stream)
        output.write(format_text(control, arguments, output.column()))
        return None

    def finish(stream: Any = None) -> None:
        target(stream)

    return {
        "WRITE-CHAR": write_char,
        "WRITE-STRING": write_string,
        "WRITE-LINE": write_line,
        "TERPRI": terpri,
        "FRESH-LINE": fresh_line,
        "PRINC": lisp_princ,
        "PRIN1": lisp_prin1,
        "PRINT": lisp_print,
        "FORMAT": lisp_format,
        "FINISH-OUTPUT": finish,
        "FORCE-OUTPUT": finish,
    }
