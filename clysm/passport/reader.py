"""Read JSON text strictly from left to right and name the first fault with its place.

The grammar is written once, as a machine with an explicit stack, so that no input exhausts the interpreter's.
What differs between canonical JSON (1.2) and ingested JSON (4.2) is a `Dialect`.
It is exact rather than fast: its users try the interpreter's own reader first and come here when in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

NUMBER_START: Final = frozenset("-0123456789")
NUMBER_TOKEN: Final = re.compile(r"[0-9+\-.eE]*")  # the longest run of these characters (1.2)
WORDS: Final[Mapping[str, tuple[str, Json]]] = {
    "t": ("true", True),
    "f": ("false", False),
    "n": ("null", None),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """The first fault: its kind, in the words of section 4.2, and its offset in code points from 0."""

    kind: str
    offset: int


@dataclass(frozen=True, slots=True)
class Token:
    """A text that was read, and the offset behind its closing quote."""

    text: str
    end: int


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the two kinds of JSON do differently."""

    blank: re.Pattern[str]  # what may stand between tokens
    max_depth: int  # levels of arrays and objects
    read_text: Callable[[str, int], Token | Fault]  # source, offset behind the opening quote
    read_number: Callable[[str, int], int | str | Fault]  # a number token, its offset
    key_fault: Callable[[str, dict[str, Json]], str | None]  # a key, and the members of its object so far


def read(source: str, dialect: Dialect) -> Json | Fault:
    """The value of a JSON text, or its first fault."""
    end_of_blank = dialect.blank.match
    stack: list[list[Json] | dict[str, Json]] = []
    keys: list[str] = []  # the key whose value is being read, for each open object

    def skip(offset: int) -> int:
        blank = end_of_blank(source, offset)
        return blank.end() if blank else offset

    def read_key(offset: int, members: dict[str, Json]) -> int | Fault:
        """Read `"key":` and answer the offset of the value."""
        if source[offset : offset + 1] != '"':
            return Fault("Malformed", offset)
        token = dialect.read_text(source, offset + 1)
        if isinstance(token, Fault):
            return token
        fault = dialect.key_fault(token.text, members)
        if fault is not None:
            return Fault(fault, offset)
        colon = skip(token.end)
        if source[colon : colon + 1] != ":":
            return Fault("Malformed", colon)
        keys.append(token.text)
        return skip(colon + 1)

    at = skip(0)
    while True:
        # 1. A value begins here.
        value: Json
        first = source[at : at + 1]
        if first in ("[", "{"):
            if len(stack) == dialect.max_depth:
                return Fault("TooDeep", at)
            container: list[Json] | dict[str, Json] = [] if first == "[" else {}
            at = skip(at + 1)
            if source[at : at + 1] != ("]" if first == "[" else "}"):
                if isinstance(container, dict):
                    behind_key = read_key(at, container)
                    if isinstance(behind_key, Fault):
                        return behind_key
                    at = behind_key
                stack.append(container)
                continue
            value, at = container, at + 1
        elif first == '"':
            token = dialect.read_text(source, at + 1)
            if isinstance(token, Fault):
                return token
            value, at = token.text, token.end
        elif first in NUMBER_START:
            lexeme = cast(re.Match[str], NUMBER_TOKEN.match(source, at)).group()
            number = dialect.read_number(lexeme, at)
            if isinstance(number, Fault):
                return number
            value, at = number, at + len(lexeme)
        elif first in WORDS:
            word, value = WORDS[first]
            for expected in word:
                if source[at : at + 1] != expected:
                    return Fault("Malformed", at)
                at += 1
        else:
            return Fault("Malformed", at)
        # 2. It ends here; so may the containers around it.
        while True:
            at = skip(at)
            if not stack:
                return value if at == len(source) else Fault("Malformed", at)
            container = stack[-1]
            if isinstance(container, dict):
                container[keys.pop()] = value
                closing = "}"
            else:
                container.append(value)
                closing = "]"
            mark = source[at : at + 1]
            if mark == closing:
                value, at = stack.pop(), at + 1
                continue
            if mark != ",":
                return Fault("Malformed", at)
            at = skip(at + 1)
            if isinstance(container, dict):
                behind_key = read_key(at, container)
                if isinstance(behind_key, Fault):
                    return behind_key
                at = behind_key
            break
