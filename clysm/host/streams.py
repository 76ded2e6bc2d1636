"""Character output streams: strings, and Python text files for standard output."""

from __future__ import annotations

from typing import TextIO


class Stream:
    """A stream that takes text. `column` is 0 at the start of a line."""

    __slots__ = ("column",)

    def __init__(self) -> None:
        self.column = 0

    def write(self, text: str) -> None:
        """Take some text."""
        if text:
            newline = text.rfind("\n")
            self.column = self.column + len(text) if newline < 0 else len(text) - newline - 1
            self.put(text)

    def put(self, text: str) -> None:
        """Store some text."""
        raise NotImplementedError


class StringOutput(Stream):
    """A stream that collects what is written."""

    __slots__ = ("parts",)

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def put(self, text: str) -> None:
        self.parts.append(text)

    def take(self) -> str:
        """Everything written since the last call."""
        result = "".join(self.parts)
        self.parts.clear()
        return result


class FileOutput(Stream):
    """A stream to a Python text file."""

    __slots__ = ("file",)

    def __init__(self, file: TextIO) -> None:
        super().__init__()
        self.file = file

    def put(self, text: str) -> None:
        self.file.write(text)
