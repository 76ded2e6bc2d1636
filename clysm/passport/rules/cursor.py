"""A place among the tokens of a source: what every production reads with, and the error that ends reading."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from clysm.passport.cjson import is_key
from clysm.passport.decimals import text_integer
from clysm.passport.rules.lexer import END, ERROR, IDENT, INT, RESERVED, TEXT, lex
from clysm.passport.rules.syntax import Position

MAX_PATH: Final = 200  # characters

_WORDS: Final = RESERVED | {IDENT}
_FOUND: Final = {END: "the end of the source", TEXT: "a text"}


class Stop(Exception):
    """A ParseError on its way to `parse`."""

    def __init__(self, at: Position, message: str) -> None:
        self.at = at
        self.message = message


class Cursor:
    """Reads tokens from left to right. It stops at the first one that nothing allowed can have there."""

    def __init__(self, source: bytes) -> None:
        self.kinds, self.values, self.positions = lex(source)
        self.next = 0  # index of the next token

    def here(self) -> Position:
        """The position of the next token."""
        return self.positions[self.next]

    def unexpected(self, wanted: str) -> Stop:
        """The error that the next token is none of those wanted."""
        kind, value = self.kinds[self.next], self.values[self.next]
        found = value if kind == ERROR else _FOUND.get(kind, f"`{value[:40]}`")
        return Stop(self.here(), f"expected {wanted}, found {found}")

    def take(self, kind: str, wanted: str = "") -> str:
        """The value of the next token, which must be of this kind."""
        if self.kinds[self.next] != kind:
            raise self.unexpected(wanted or f"`{kind}`")
        self.next += 1
        return self.values[self.next - 1]

    def skip(self, kind: str) -> bool:
        """Whether the next token is of this kind; if so it is taken."""
        if self.kinds[self.next] != kind:
            return False
        self.next += 1
        return True

    def word(self, wanted: str) -> str:
        """The next token, which must be a word, reserved or not."""
        if self.kinds[self.next] not in _WORDS:
            raise self.unexpected(wanted)
        self.next += 1
        return self.values[self.next - 1]

    def integer(self, least: int, most: int) -> int:
        """( int ), a number from least to most"""
        self.take("(")
        at = self.here()
        number = text_integer(self.take(INT, "an integer"))
        if not least <= number <= most:
            raise Stop(at, f"this number must be from {least} to {most}")
        self.take(")")
        return number

    def key(self, keys: Container[str]) -> str:
        """text : where the text is a key other than these"""
        at = self.here()
        key = self.take(TEXT, "a key")
        if key in keys:
            raise Stop(at, "this key stands here already")
        if not is_key(key):
            raise Stop(at, "a key has no character above U+D7FF")
        self.take(":")
        return key

    def path(self) -> str:
        """word { . word } with nothing between the parts and at most 200 characters"""
        line, column = self.here()
        path = ""
        while True:
            at = self.here()
            if at != (line, column + len(path)):
                raise Stop(at, "nothing may stand between the parts of a path")
            path += self.word("the path of a field" if path == "" else "the next part of the path")
            if len(path) > MAX_PATH:
                raise Stop(at, f"a path has at most {MAX_PATH} characters")
            at = self.here()
            if at != (line, column + len(path)) or self.kinds[self.next] != ".":
                return path
            if len(path) + len(".x") > MAX_PATH:
                raise Stop(at, f"a path has at most {MAX_PATH} characters")
            self.next += 1
            path += "."
