"""Character output streams: strings, and Python text files for standard output."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO


class Stream:
    """A stream that takes text."""

    __slots__ = ()
    write: Callable[[str], None]
    """Takes some text."""

    def column(self) -> int:
        """Number of characters since the last newline."""
        raise NotImplementedError


def _column_after(text: str, column: int) -> int:
    """The column after a text that starts at a column."""
    newline = text.rfind("\n")
    return column + len(text) if newline < 0 else len(text) - newline - 1


class StringOutput(Stream):
    """A stream that collects what is written."""

    __slots__ = ("parts", "write")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.write = self.parts.append

    def column(self) -> int:
        return _column_after("".join(self.parts), 0)

    def take(self) -> str:
        """Everything written since the last call."""
        result = "".join(self.parts)
        self.parts.clear()
        return result


class FileOutput(Stream):
    """A stream to a Python text file."""

    __slots__ = ("_column", "file", "write")

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.write = self._write
        self._column = 0

    def _write(self, text: str) -> None:
        self.file.write(text)
        self._column = _column_after(text, self._column)

    def column(self) -> int:
        return self._column
