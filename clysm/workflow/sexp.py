"""A small reader of s-expressions for our own data files: system definitions and the compilation cache.

It is not the Lisp reader. It knows lists, strings, non-negative integers, symbols and keywords; system
definitions may also hold comments and uninterned symbols, and those of other people whatever else is written
in such files: feature conditionals are decided, quotations and `#` syntax become lists or symbols that nobody
evaluates. Everything else is refused with its line and column.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Union

from clysm.workflow.errors import ReadError

_CONSTITUENT_ENDS = frozenset("()\";' \t\r\n\f")
_FORBIDDEN = frozenset("#|`,\\")  # in a token
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_PLAIN = re.compile(r'[^"\\]+')  # within a string
_CONSTITUENTS = re.compile(r"""[^()";' \t\r\n\f#|`,\\]*""")
_SYSTEM_DEPTH = 100  # of lists, and of prefixes before one expression
_PREFIXES = {"'": "quote", "`": "quasiquote", ",@": "unquote", ",": "unquote", "#'": "function", "#.": "#."}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol or, with its colon, a keyword; always lower case."""

    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class String:
    value: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Number:
    value: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class List:
    items: tuple["Sexp", ...]
    line: int
    column: int


Sexp = Union[Symbol, String, Number, List]  # noqa: UP007 (the alias is recursive)


def read_data(text: str, *, max_depth: int) -> tuple[Sexp, ...]:
    """All expressions of a data file: no comments, no `#`. Raises ReadError, also for deeper nesting."""
    return tuple(_Reader(text, max_depth, system=False).top_level())


def read_system(text: str) -> tuple[Sexp, ...]:
    """All expressions of a system definition, in which `;` and `#|` comments and `#:name` are allowed. Raises
    ReadError.
    """
    return tuple(_Reader(text, _SYSTEM_DEPTH, system=True).top_level())


def read_foreign_system(text: str, features: frozenset[str]) -> tuple[Sexp, ...]:
    """All expressions of somebody's system definition that the features (upper case) leave in it. Raises
    ReadError.
    """
    return tuple(_ForeignReader(text, features).top_level())


def has_feature(expression: Sexp, features: frozenset[str]) -> bool:
    """Whether a feature expression such as `(:or :sbcl (:not :abcl))` holds."""
    match expression:
        case Symbol(name=name):
            return name.rpartition(":")[2].upper() in features
        case List(items=(Symbol(name=operator), *parts)):
            combine: dict[str, Callable[[Iterator[bool]], bool]] = {
                "and": all,
                "or": any,
                "not": lambda truths: not any(truths),
            }
            known = combine.get(operator.removeprefix(":"))
            return known is not None and known(has_feature(part, features) for part in parts)
    return False


class _Reader:
    """A cursor over the text that knows its line and column."""

    def __init__(self, text: str, max_depth: int, *, system: bool) -> None:
        self.text = text
        self.position = 0
        self.line = 1
        self.line_start = 0
        self.max_depth = max_depth
        self.system = system

    @property
    def column(self) -> int:
        return self.position - self.line_start + 1

    def fail(self, message: str, line: int | None = None, column: int | None = None) -> ReadError:
        return ReadError(message, line or self.line, column or self.column)

    def peek(self) -> str:
        return self.text[self.position] if self.position < len(self.text) else ""

    def advance(self) -> str:
        char = self.text[self.position]
        self.position += 1
        if char == "\n":
            self.line += 1
            self.line_start = self.position
        return char

    def take(self, pattern: re.Pattern[str]) -> str:
        """What of the text the pattern matches here."""
        found = pattern.match(self.text, self.position)
        taken = "" if found is None else found[0]
        if "\n" in taken:
            self.line += taken.count("\n")
            self.line_start = self.position + taken.rindex("\n") + 1
        self.position += len(taken)
        return taken

    def skip_blanks(self) -> None:
        while char := self.peek():
            if char in " \t\r\n\f":
                self.take(_BLANKS)
            elif char == ";" and self.system:
                while self.peek() not in ("", "\n"):
                    self.advance()
            elif self.text.startswith("#|", self.position) and self.system:
                self.block_comment()
            else:
                return

    def block_comment(self) -> None:
        line, column = self.line, self.column
        depth = 0
        while True:
            pair = self.text[self.position : self.position + 2]
            if not pair:
                raise self.fail("this comment is never closed", line, column)
            if pair in ("#|", "|#"):
                depth += 1 if pair == "#|" else -1
                self.advance()
            self.advance()
            if depth == 0:
                return

    def top_level(self) -> Iterator[Sexp]:
        self.skip_blanks()
        while self.peek():
            yield self.expression()
            self.skip_blanks()

    def expression(self) -> Sexp:
        """One expression, nested ones on an explicit stack, so that depth is bounded by `max_depth` alone."""
        open_lists: list[tuple[int, int, list[Sexp]]] = []
        while True:
            self.skip_blanks()
            line, column = self.line, self.column
            item: Sexp
            match self.peek():
                case "":
                    if not open_lists:
                        raise self.fail("unexpected end of text")
                    raise self.fail("this list is never closed", open_lists[-1][0], open_lists[-1][1])
                case "(":
                    if len(open_lists) >= self.max_depth:
                        raise self.fail(f"nested deeper than {self.max_depth} levels")
                    self.advance()
                    open_lists.append((line, column, []))
                    continue
                case ")":
                    if not open_lists:
                        raise self.fail("unmatched close parenthesis")
                    self.advance()
                    start_line, start_column, items = open_lists.pop()
                    item = List(tuple(items), start_line, start_column)
                case '"':
                    item = self.string()
                case _:
                    item = self.token()
            if not open_lists:
                return item
            open_lists[-1][2].append(item)

    def string(self) -> String:
        line, column = self.line, self.column
        self.advance()
        chars: list[str] = []
        while True:
            match self.peek():
                case "":
                    raise self.fail("this string is never closed", line, column)
                case '"':
                    self.advance()
                    return String("".join(chars), line, column)
                case "\\":
                    self.advance()
                    if self.peek() not in ('"', "\\"):
                        raise self.fail('only \\" and \\\\ may follow a backslash')
                    chars.append(self.advance())
                case _:
                    chars.append(self.take(_PLAIN))

    def token(self) -> Sexp:
        line, column = self.line, self.column
        if self.system and self.text.startswith("#:", self.position):
            self.position += 2
        name = self.take(_CONSTITUENTS)
        if not name or self.peek() in _FORBIDDEN:
            raise self.fail(f"`{self.peek()}` is not allowed here")
        if name.isascii() and name.isdecimal():
            return Number(int(name), line, column)
        return Symbol(name.lower(), line, column)


class _ForeignReader(_Reader):
    """The reader of other people's system definitions: it takes all of Lisp's syntax and evaluates none of
    it.
    """

    def __init__(self, text: str, features: frozenset[str]) -> None:
        super().__init__(text, _SYSTEM_DEPTH, system=True)
        self.features = features
        self.prefixes = 0

    def skip_blanks(self) -> None:
        """Blanks, comments, and what a feature conditional leaves out."""
        super().skip_blanks()
        while self.text.startswith(("#+", "#-"), self.position):
            wanted = self.text[self.position + 1] == "+"
            self.skip(2)
            condition = self.inner()
            if has_feature(condition, self.features) != wanted:
                self.inner()
            super().skip_blanks()

    def skip(self, count: int) -> None:
        for _ in range(count):
            self.advance()

    def inner(self) -> Sexp:
        """The expression after a prefix."""
        if self.prefixes >= self.max_depth:
            raise self.fail(f"more than {self.max_depth} prefixes")
        self.prefixes += 1
        try:
            return self.expression()
        finally:
            self.prefixes -= 1

    def string(self) -> String:
        line, column = self.line, self.column
        self.advance()
        chars: list[str] = []
        while (char := self.peek()) != '"':
            if char == "\\":
                self.advance()
            if not self.peek():
                raise self.fail("this string is never closed", line, column)
            chars.append(self.advance())
        self.advance()
        return String("".join(chars), line, column)

    def token(self) -> Sexp:
        line, column = self.line, self.column
        for prefix, operator in _PREFIXES.items():
            if self.text.startswith(prefix, self.position):
                self.skip(len(prefix))
                return List((Symbol(operator, line, column), self.inner()), line, column)
        if self.text[self.position : self.position + 3].lower() == '#p"':
            self.skip(2)
            return self.string()
        if self.text.startswith("#:", self.position):
            self.skip(2)
        name = self.name()
        if name.isascii() and name.isdecimal():
            return Number(int(name), line, column)
        return Symbol(name, line, column)

    def name(self) -> str:
        """The characters of a token: lower case, but as they stand after a backslash or between bars."""
        chars: list[str] = []
        barred = False
        line, column = self.line, self.column
        while char := self.peek():
            if char == "\\":
                self.advance()
                if self.peek():
                    chars.append(self.advance())
            elif char == "|":
                barred = not barred
                self.advance()
            elif not barred and char in _CONSTITUENT_ENDS:
                break
            else:
                chars.append(self.advance() if barred else self.advance().lower())
        if barred:
            raise self.fail("this symbol is never closed", line, column)
        return "".join(chars)
