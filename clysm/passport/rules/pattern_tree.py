"""The trees of patterns, spec 6.7: what a pattern says, read from its text, and its size.

What a tree matches is left to `patterns`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

MAX_SIZE: Final = 500
MAX_REPEAT: Final = 200
MAX_GROUPS: Final = 50  # open at once


@dataclass(frozen=True, slots=True, eq=False)
class Characters:
    """One of a set of characters: sorted, disjoint ranges of code points, both ends included."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    size = 1

    def contains(self, code_point: int) -> bool:
        """Whether the character with this code point is in the set."""
        index = bisect_right(self.starts, code_point)
        return index > 0 and code_point <= self.ends[index - 1]


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """^ or $"""

    character: str
    size = 1


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """xyz"""

    parts: tuple[Node, ...]
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """x|y|z"""

    options: tuple[Node, ...]
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """x{least,most}; most is None for x{least,}."""

    part: Node
    least: int
    most: int | None
    size: int


Node: TypeAlias = Characters | Anchor | Sequence | Choice | Repeat

LAST_CODE_POINT: Final = 0x10FFFF
Range: TypeAlias = tuple[int, int]


def _characters(ranges: Iterable[Range]) -> Characters:
    """The union of ranges."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(ranges):
        if ends and start <= ends[-1] + 1:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return Characters(tuple(starts), tuple(ends))


def _single(character: str) -> Characters:
    code_point = (ord(character),)
    return Characters(code_point, code_point)


def _ranges(characters: Characters) -> Iterator[Range]:
    return zip(characters.starts, characters.ends, strict=True)


def _complement(characters: Characters) -> Characters:
    edges = [-1, *(edge for pair in _ranges(characters) for edge in pair), LAST_CODE_POINT + 1]
    gaps = [(end + 1, start - 1) for end, start in zip(edges[::2], edges[1::2], strict=True)]
    return _characters((start, end) for start, end in gaps if start <= end)


def _one_of(*ranges: str) -> Characters:
    return _characters((ord(text[0]), ord(text[-1])) for text in ranges)


_DOT: Final = _complement(_one_of("\n"))
_DIGITS: Final = _one_of("09")
_WORDS: Final = _one_of("09", "AZ", "az", "_")
_SPACES: Final = _one_of("\t", "\n", "\f", "\r", " ")
_CLASS_ESCAPES: Final = {
    "d": _DIGITS,
    "D": _complement(_DIGITS),
    "w": _WORDS,
    "W": _complement(_WORDS),
    "s": _SPACES,
    "S": _complement(_SPACES),
}
_CHARACTER_ESCAPES: Final = {"t": "\t", "n": "\n", "r": "\r"} | {c: c for c in "\\.[]()|*+?{}^$-/"}

# Reading

_QUANTIFIER: Final = re.compile(r"[*+?]|\{(0|[1-9][0-9]{0,2})(?:(,)(0|[1-9][0-9]{0,2})?)?\}")
_SHORT_QUANTIFIERS: Final[dict[str, tuple[int, int | None]]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


class _Bad(Exception):
    """The pattern is none; never leaves this module."""


class _Reader:
    """Reads a pattern from left to right; recursion is bounded by MAX_GROUPS."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def peek(self) -> str:
        """The next character, "" at the end."""
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        """The next character, which must be there."""
        if self.at == len(self.pattern):
            raise _Bad
        self.at += 1
        return self.pattern[self.at - 1]

    def choice(self, groups: int) -> Node:
        """x|y, up to the `)` or the end that follows."""
        options = [self.sequence(groups)]
        while self.peek() == "|":
            self.at += 1
            options.append(self.sequence(groups))
        if len(options) == 1:
            return options[0]
        return Choice(tuple(options), sum(option.size for option in options) + len(options) - 1)

    def sequence(self, groups: int) -> Node:
        """Quantified atoms, up to the `|`, `)` or end that follows.

        What has size 0 takes no character and always matches, so it is left out: the tree is no larger than
        the size.
        """
        parts: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            part = self.atom(groups)
            quantifier = _QUANTIFIER.match(self.pattern, self.at)
            if quantifier is not None and type(part) is not Anchor:
                self.at = quantifier.end()
                part = _repeat(part, quantifier)
            if part.size > 0:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts), sum(part.size for part in parts))

    def atom(self, groups: int) -> Node:
        """A character, class, dot, anchor or group."""
        character = self.take()
        match character:
            case "(":
                return self.group(groups + 1)
            case "[":
                return self.character_class()
            case ".":
                return _DOT
            case "^" | "$":
                return Anchor(character)
            case "\\":
                return self.escape()
            case "*" | "+" | "?" | "{" | "}" | "]":
                raise _Bad
            case _:
                return _single(character)

    def group(self, groups: int) -> Node:
        """Behind `(`.  A group is an atom even where it holds just an anchor, hence the sequence of one."""
        if groups > MAX_GROUPS:
            raise _Bad
        if self.peek() == "?":
            self.at += 1
            if self.take() != ":":
                raise _Bad
        content = self.choice(groups)
        if self.peek() != ")":
            raise _Bad
        self.at += 1
        return Sequence((content,), content.size)

    def escape(self) -> Characters:
        """Behind a backslash, inside and outside of classes."""
        character = self.take()
        if character in _CLASS_ESCAPES:
            return _CLASS_ESCAPES[character]
        if character in _CHARACTER_ESCAPES:
            return _single(_CHARACTER_ESCAPES[character])
        raise _Bad

    def character_class(self) -> Characters:
        """Behind `[`."""
        negated = self.peek() == "^"
        self.at += negated
        first = self.at
        ranges: list[Range] = []
        while self.peek() != "]":
            item = self.class_item(first)
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] != "]":
                self.at += 1
                item = _range(item, self.class_item())
            ranges.extend(_ranges(item))
        if not ranges:
            raise _Bad
        self.at += 1
        return _complement(_characters(ranges)) if negated else _characters(ranges)

    def class_item(self, first: int | None = None) -> Characters:
        """A character or an escape; `-` stands for itself in the first place and before the `]`."""
        start = self.at
        character = self.take()
        if character == "\\":
            return self.escape()
        if character in "[]^" or (character == "-" and start != first and self.peek() != "]"):
            raise _Bad
        return _single(character)


def _range(low: Characters, high: Characters) -> Characters:
    """a-b"""
    if low.starts != low.ends or high.starts != high.ends or low.starts > high.starts:
        raise _Bad
    return Characters(low.starts, high.ends)


def _repeat(part: Node, quantifier: re.Match[str]) -> Repeat:
    """The atom with its quantifier, and the size that 6.7 gives it."""
    if quantifier[0] in _SHORT_QUANTIFIERS:
        least, most = _SHORT_QUANTIFIERS[quantifier[0]]
    else:
        least = int(quantifier[1])
        most = int(quantifier[3]) if quantifier[3] else None if quantifier[2] else least
    size = (least + 1) * part.size + 1 if most is None else most * part.size + most - least
    if least > MAX_REPEAT or (most is not None and not least <= most <= MAX_REPEAT):
        raise _Bad
    return Repeat(part, least, most, size) if part.size > 0 else Repeat(part, 0, 0, size)


def read_pattern(pattern: str) -> Node | None:
    """The tree of the pattern written so, None if it is ill-formed or too large (BadPattern)."""
    reader = _Reader(pattern)
    try:
        tree = reader.choice(0)
    except _Bad:
        return None
    return tree if reader.at == len(pattern) and tree.size <= MAX_SIZE else None
