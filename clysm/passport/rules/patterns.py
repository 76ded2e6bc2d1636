"""Patterns of `matches`, spec 6.7: reading them, their size, and matching in time linear in the text.

    compile_pattern:  text --_Reader--> tree --Pattern--> (at the first match) automaton

Left to others: how long a text may be (4096 code points) is the business of the operation.

The automaton is Glushkov's: one state for each character that the pattern takes, at most 500 since the size
of a pattern counts every copy that `{n,m}` makes, and none for anything else.  Sets of states are made as
texts need them and kept, which makes a DFA step by step.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Final, TypeAlias

MAX_SIZE: Final = 500
MAX_REPEAT: Final = 200
MAX_GROUPS: Final = 50  # open at once
MAX_KEPT: Final = 20_000  # transitions of the lazily built DFA, before it starts anew

# The tree


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


def compile_pattern(pattern: str) -> Pattern | None:
    """The pattern written so, None if it is ill-formed or too large (BadPattern)."""
    reader = _Reader(pattern)
    try:
        tree = reader.choice(0)
    except _Bad:
        return None
    return Pattern(tree) if reader.at == len(pattern) and tree.size <= MAX_SIZE else None


# Matching


class Pattern:
    """A compiled pattern; what it keeps between matches makes them faster and never changes an answer."""

    __slots__ = ("_automaton", "_tree")

    def __init__(self, tree: Node) -> None:
        self._tree = tree
        self._automaton: _Automaton | None = None

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        if self._automaton is None or self._automaton.kept > MAX_KEPT:
            self._automaton = _Automaton(self._tree)
        return self._automaton.accepts(text)


@dataclass(frozen=True, slots=True)
class _Fragment:
    """What a part of a pattern can do; a set of states is an int with a bit for each.

    A state is a character that the part takes.  An anchor takes none, it only holds in some places, so what
    can be done without taking a character depends on the place: at the start of the text, in its middle, at
    its end, or, in an empty text, at both its start and its end.
    """

    null_middle: bool  # whether it matches without taking a character
    null_start: bool
    null_end: bool
    null_empty: bool
    first_middle: int = 0  # the states it can begin with
    first_start: int = 0
    last_middle: int = 0  # the states it can stop in while more follows
    last_end: int = 0


_NOTHING: Final = _Fragment(True, True, True, True)
_ANCHORS: Final = {"^": _Fragment(False, True, False, True), "$": _Fragment(False, False, True, True)}


class _State(dict[str, "_State"]):
    """A state of the DFA: the states of the automaton a text can be in, and the transitions made so far."""

    __slots__ = ("automaton", "members")

    def __init__(self, automaton: _Automaton, members: int) -> None:
        self.automaton = automaton
        self.members = members

    def __missing__(self, character: str) -> _State:
        self[character] = successor = self.automaton.step(self.members, character)
        return successor


class _Automaton:
    """The automaton of a tree and the part of its DFA that was needed so far."""

    def __init__(self, tree: Node) -> None:
        self._follow: list[int] = []  # by state: the states that can come next
        self._taking: dict[Characters, int] = {}  # the states that take one of these characters
        self._alphabet: dict[str, int] = {}  # the states that take this character
        self._states: dict[int, _State] = {}
        self.kept = 0
        whole = self._build(tree)
        self._follow.append(whole.first_start)
        self._begin = 1 << len(self._follow) - 1  # an extra state in front of the text
        self._last = whole.last_end
        self._accepts_empty = whole.null_empty

    def accepts(self, text: str) -> bool:
        """Whether the whole text matches."""
        if not text:
            return self._accepts_empty
        state = self._state(self._begin)
        for character in text:
            state = state[character]
        return state.members & self._last != 0

    def step(self, members: int, character: str) -> _State:
        """The state behind a character."""
        self.kept += 1
        following = 0
        for state in _bits(members):
            following |= self._follow[state]
        taking = self._alphabet.get(character)
        if taking is None:
            taking = 0
            for characters, states in self._taking.items():
                if characters.contains(ord(character)):
                    taking |= states
            self._alphabet[character] = taking
        return self._state(following & taking)

    def _state(self, members: int) -> _State:
        state = self._states.get(members)
        if state is None:
            state = self._states[members] = _State(self, members)
        return state

    def _build(self, node: Node) -> _Fragment:
        """The fragment of a node, with new states for its characters."""
        match node:
            case Characters():
                state = 1 << len(self._follow)
                self._follow.append(0)
                self._taking[node] = self._taking.get(node, 0) | state
                return _Fragment(False, False, False, False, state, state, state, state)
            case Anchor(character):
                return _ANCHORS[character]
            case Sequence(parts):
                return self._sequence(map(self._build, parts))
            case Choice(options):
                return reduce(_union, map(self._build, options))
            case Repeat(part, least, most):
                copies = [self._build(part) for _ in range(least + 1 if most is None else most)]
                if most is None:
                    self._connect(copies[least], copies[least])
                return self._sequence(copies[:least] + [_optional(copy) for copy in copies[least:]])

    def _sequence(self, fragments: Iterable[_Fragment]) -> _Fragment:
        whole = _NOTHING
        for fragment in fragments:
            self._connect(whole, fragment)
            whole = _concatenation(whole, fragment)
        return whole

    def _connect(self, a: _Fragment, b: _Fragment) -> None:
        """b can follow a."""
        for state in _bits(a.last_middle):
            self._follow[state] |= b.first_middle


def _concatenation(a: _Fragment, b: _Fragment) -> _Fragment:
    return _Fragment(
        null_middle=a.null_middle and b.null_middle,
        null_start=a.null_start and b.null_start,
        null_end=a.null_end and b.null_end,
        null_empty=a.null_empty and b.null_empty,
        first_middle=a.first_middle | (b.first_middle if a.null_middle else 0),
        first_start=a.first_start | (b.first_start if a.null_start else 0),
        last_middle=b.last_middle | (a.last_middle if b.null_middle else 0),
        last_end=b.last_end | (a.last_end if b.null_end else 0),
    )


def _union(a: _Fragment, b: _Fragment) -> _Fragment:
    return _Fragment(
        null_middle=a.null_middle or b.null_middle,
        null_start=a.null_start or b.null_start,
        null_end=a.null_end or b.null_end,
        null_empty=a.null_empty or b.null_empty,
        first_middle=a.first_middle | b.first_middle,
        first_start=a.first_start | b.first_start,
        last_middle=a.last_middle | b.last_middle,
        last_end=a.last_end | b.last_end,
    )


def _optional(a: _Fragment) -> _Fragment:
    return _Fragment(True, True, True, True, a.first_middle, a.first_start, a.last_middle, a.last_end)


def _bits(states: int) -> Iterator[int]:
    """The members of a set of states."""
    while states:
        lowest = states & -states
        yield lowest.bit_length() - 1
        states ^= lowest
