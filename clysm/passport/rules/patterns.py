"""Patterns of `matches`, spec 6.7: matching in time linear in the text.

    compile_pattern:  text --read_pattern--> tree --Pattern--> (at the first match) automaton

Left to others: how long a text may be (4096 code points) is the business of the operation.

The automaton is Glushkov's: one state for each character that the pattern takes, at most 500 since the size
of a pattern counts every copy that `{n,m}` makes, and none for anything else.  Sets of states are made as
texts need them and kept, which makes a DFA step by step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Final

from clysm.passport.rules.pattern_tree import Anchor, Characters, Choice, Node, Repeat, Sequence, read_pattern

MAX_KEPT: Final = 20_000  # transitions of the lazily built DFA, before it starts anew


def compile_pattern(pattern: str) -> Pattern | None:
    """The pattern written so, None if it is ill-formed or too large (BadPattern)."""
    tree = read_pattern(pattern)
    return None if tree is None else Pattern(tree)


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
