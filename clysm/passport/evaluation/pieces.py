"""Pieces of generated text: each the inside of a Python f-string, and its value where that is known already.

A canonical document is written from constant text and from what is computed at run time. Joining pieces keeps
the constant parts together, so that a whole node that depends on nothing becomes one constant.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Piece(NamedTuple):
    """`source` is the inside of an f-string in single quotes, `constant` its value if that is known now."""

    source: str
    constant: str | None

    @property
    def expression(self) -> str:
        """A Python expression for the text."""
        if self.constant is not None:
            return repr(self.constant)
        variable = self.source[1:-1]
        return variable if variable.isidentifier() else f"f'{self.source}'"


def constant(text: str) -> Piece:
    """Text known now."""
    escaped = text.encode("unicode_escape").decode().replace("'", "\\'")
    return Piece(escaped.replace("{", "{{").replace("}", "}}"), text)


def code(expression: str) -> Piece:
    """Text computed by an expression without quotes, braces and backslashes: a name or a sum."""
    return Piece(f"{{{expression}}}", None)


def join(*parts: Piece | str) -> Piece:
    """The parts one after the other; a str is text known now."""
    pieces = [constant(part) if isinstance(part, str) else part for part in parts]
    constants = [piece.constant for piece in pieces if piece.constant is not None]
    source = "".join([piece.source for piece in pieces])
    return Piece(source, "".join(constants) if len(constants) == len(pieces) else None)


def separated(parts: Iterable[Piece]) -> Piece:
    """The parts with a comma between each two."""
    listed: list[Piece | str] = []
    for part in parts:
        listed += (",", part) if listed else (part,)
    return join(*listed)
