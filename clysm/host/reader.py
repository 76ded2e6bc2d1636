"""The reader of the dialect: text -> objects, with the position of every list.

Backquote reads as (CLYSM.KERNEL::QUASIQUOTE x), a comma as UNQUOTE, comma-at as UNQUOTE-SPLICING of the same
package. The syntax is fixed: no readtable, no #+ and #-, no #. and no #S.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable
from typing import Any, Final

from clysm.host.errors import Position, ReadError
from clysm.host.numbers import Ratio, Single
from clysm.host.objects import Char, Cons, Symbol, char_of, cl, kernel, list_of

SymbolLookup = Callable[[str | None, str, bool], Any]
"""(package name or None for the current one, symbol name, whether `::` was written) -> the symbol's value."""

CHARACTER_NAMES: Final = {
    "NULL": 0,
    "NUL": 0,
    "BACKSPACE": 8,
    "TAB": 9,
    "NEWLINE": 10,
    "LINEFEED": 10,
    "PAGE": 12,
    "RETURN": 13,
    "ESCAPE": 27,
    "ESC": 27,
    "SPACE": 32,
    "RUBOUT": 127,
    "DELETE": 127,
}

_ESCAPED_PART: Final = r"\|(?:[^|\\]|\\[\s\S])*\||\\[\s\S]"
_NAME_PART: Final = rf"(?:{_ESCAPED_PART}|[^\s()\"';`,|\\])"
_TOKEN: Final = re.compile(
    rf"""[ \t\n\r\f]+
    | ;[^\n]*
    | (?P<open>\()
    | (?P<close>\))
    | (?P<string>"(?:[^"\\]|\\[\s\S])*")
    | (?P<quote>')
    | (?P<back>`)
    | (?P<splice>,@)
    | (?P<comma>,)
    | (?P<char>\#\\(?:[^\s()"';`,\\|]+|[\s\S]))
    | (?P<function>\#')
    | (?P<vector>\#\()
    | (?P<radix>\#[xXbBoO][-+0-9a-zA-Z/]+)
    | (?P<uninterned>\#:{_NAME_PART}+)
    | (?P<comment>\#\|)
    | (?P<atom>(?!\#){_NAME_PART}+)
    """,
    re.VERBOSE,
)
_PLAIN: Final = re.compile(r"[^:|\\]+")
_INTEGER: Final = re.compile(r"[+-]?[0-9]+\.?")
_RATIO: Final = re.compile(r"([+-]?[0-9]+)/([0-9]+)")
_FLOAT: Final = re.compile(
    r"([+-]?[0-9]*\.[0-9]+|[+-]?[0-9]+(?:\.[0-9]*)?(?=[esdflESDFL]))(?:([esdflESDFL])([+-]?[0-9]+))?"
)
_ESCAPE: Final = re.compile(r"\\([\s\S])")
_BARS: Final = re.compile(r"\|((?:[^|\\]|\\[\s\S])*)\|")
_COMMENT_EDGE: Final = re.compile(r"\|\#|\#\|")
_RADIX: Final = {"x": 16, "b": 2, "o": 8}
_NUMBER_START: Final = frozenset("0123456789+-.")
_FUNCTION: Final = cl("FUNCTION")
_QUOTE: Final = cl("QUOTE")
_QUASIQUOTE: Final = kernel("QUASIQUOTE")
_UNQUOTE: Final = kernel("UNQUOTE")
_UNQUOTE_SPLICING: Final = kernel("UNQUOTE-SPLICING")


class _Close:
    """What reading yields at a closing parenthesis."""


class _Dot:
    """What reading yields at a lone dot."""


_CLOSE: Final = _Close()
_DOT: Final = _Dot()
END: Final = object()
"""What `Reader.read` returns at the end of the text."""


class Reader:
    """Reads the forms of one text. `positions` maps each list that was read to its (line, column), from 1."""

    def __init__(self, text: str, file: str, lookup: SymbolLookup) -> None:
        self.text = text
        self.file = file
        self.lookup = lookup
        self.positions: dict[Cons, tuple[int, int]] = {}
        self._at = 0
        self._line_starts = [0] + [m.end() for m in re.finditer("\n", text)]
        self._plain_symbols: dict[str, Any] = {}

    def read(self) -> Any:
        """The next form, or END. Raises ReadError."""
        self._plain_symbols.clear()  # evaluating the last form may have changed the current package
        form = self._next()
        if form is _CLOSE or form is _DOT:
            raise self._error("unmatched `)`" if form is _CLOSE else "lone `.`", self._at - 1, "a form")
        return form

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset."""
        line = bisect.bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def _error(self, message: str, offset: int, expected: str = "", advice: str = "") -> ReadError:
        return ReadError(message, Position(self.file, *self.position(offset)), expected, advice)

    def _next(self) -> Any:
        """The next object, or _CLOSE, _DOT or END."""
        text = self.text
        while True:
            match = _TOKEN.match(text, self._at)
            if match is None:
                return self._no_token()
            kind = match.lastgroup
            start = self._at
            self._at = match.end()
            if kind is None:
                continue
            if kind == "atom":
                return self._atom(match[0], start)
            if kind == "open":
                return self._list(start)
            if kind == "close":
                return _CLOSE
            if kind == "comment":
                self._skip_comment(start)
                continue
            return getattr(self, "_" + kind)(match[0], start)

    def _no_token(self) -> Any:
        at = self._at
        if at >= len(self.text):
            return END
        if self.text[at] == '"':
            raise self._error("string without end", at, 'a closing `"`')
        if self.text[at] == "|":
            raise self._error("symbol without end", at, "a closing `|`")
        if self.text.startswith("#*", at) or self.text[at] != "#":
            raise self._error(f"unexpected `{self.text[at : at + 2]}`", at)
        raise self._error(
            f"dispatch character `{self.text[at : at + 2]}` is not in the dialect",
            at,
            "one of #' #\\ #( #| #x #b #o #:",
            "write the object in another way",
        )

    def _skip_comment(self, start: int) -> None:
        depth = 1
        while depth:
            edge = _COMMENT_EDGE.search(self.text, self._at)
            if edge is None:
                raise self._error("comment without end", start, "a closing `|#`")
            self._at = edge.end()
            depth += 1 if edge[0] == "#|" else -1

    def _list(self, start: int) -> Any:
        items: list[Any] = []
        tail: Any = None
        while True:
            item = self._next()
            if item is _CLOSE:
                break
            if item is END:
                raise self._error("list without end", start, "a closing `)`")
            if item is _DOT:
                tail = self._object(start) if items else _DOT
                if tail is _DOT or self._next() is not _CLOSE:
                    raise self._error("misplaced `.`", start, "one object between `.` and `)`")
                break
            items.append(item)
        if not items:
            return None
        result = list_of(items, tail)
        self.positions[result] = self.position(start)
        return result

    def _object(self, start: int) -> Any:
        """The next object, which must be there."""
        item = self._next()
        if item is END or item is _CLOSE or item is _DOT:
            raise self._error("missing object", start, "an object after the prefix")
        return item

    def _prefixed(self, symbol: Symbol, start: int) -> Any:
        form = Cons(symbol, Cons(self._object(start), None))
        self.positions[form] = self.position(start)
        return form

    def _quote(self, _: str, start: int) -> Any:
        return self._prefixed(_QUOTE, start)

    def _back(self, _: str, start: int) -> Any:
        return self._prefixed(_QUASIQUOTE, start)

    def _comma(self, _: str, start: int) -> Any:
        return self._prefixed(_UNQUOTE, start)

    def _splice(self, _: str, start: int) -> Any:
        return self._prefixed(_UNQUOTE_SPLICING, start)

    def _function(self, _: str, start: int) -> Any:
        return self._prefixed(_FUNCTION, start)

    def _vector(self, _: str, start: int) -> list[Any]:
        items: list[Any] = []
        while (item := self._next()) is not _CLOSE:
            if item is END or item is _DOT:
                raise self._error("vector without end", start, "a closing `)`")
            items.append(item)
        return items

    def _string(self, token: str, start: int) -> str:
        body = token[1:-1]
        return _ESCAPE.sub(r"\1", body) if "\\" in body else body

    def _char(self, token: str, start: int) -> Char:
        name = token[2:]
        if len(name) == 1:
            return char_of(ord(name))
        code = CHARACTER_NAMES.get(name.upper())
        if code is None and re.fullmatch(r"[uU]\+?[0-9a-fA-F]{1,6}", name):
            code = int(name[1:].lstrip("+"), 16)
        if code is None:
            raise self._error(f"unknown character name `{name}`", start)
        return char_of(code)

    def _radix(self, token: str, start: int) -> Any:
        base = _RADIX[token[1].lower()]
        try:
            if "/" in token:
                num, den = token[2:].split("/")
                return Ratio.make(int(num, base), int(den, base))
            return int(token[2:], base)
        except (ValueError, ZeroDivisionError):
            raise self._error(f"`{token}` is not a number in base {base}", start) from None

    def _uninterned(self, token: str, start: int) -> Symbol:
        return Symbol(self._unescape(token[2:], start)[1], None)

    def _atom(self, token: str, start: int) -> Any:
        if token[0] in _NUMBER_START:
            number = self._number(token, start)
            if number is not None:
                return number
        if _PLAIN.fullmatch(token):
            name = token.upper()
            if name not in self._plain_symbols:
                self._plain_symbols[name] = self._symbol(None, name, False, start)
            return self._plain_symbols[name]
        return self._symbol(*self._split(token, start), start)

    def _number(self, token: str, start: int) -> Any:
        """The number or dot that the token stands for, or None for a symbol."""
        if _INTEGER.fullmatch(token):
            return int(token.rstrip("."))
        if match := _RATIO.fullmatch(token):
            if int(match[2]) == 0:
                raise self._error(f"ratio `{token}` has denominator 0", start)
            return Ratio.make(int(match[1]), int(match[2]))
        if match := _FLOAT.fullmatch(token):
            value = float(match[1] + "e" + (match[3] or "0"))
            return value if match[2] in ("d", "D", "l", "L") else Single(value)
        return _DOT if token == "." else None

    def _unescape(self, token: str, start: int) -> tuple[str, str]:
        """Package part (with its colons, may be empty) and name of a token with escapes."""
        prefix, name, at = "", "", 0
        while at < len(token):
            char = token[at]
            if char == "\\":
                name += token[at + 1]
                at += 2
            elif char == "|":
                quoted = _BARS.match(token, at)
                assert quoted is not None
                name += _ESCAPE.sub(r"\1", quoted[1])
                at = quoted.end()
            elif char == ":":
                end = at + 2 if token.startswith("::", at) else at + 1
                if prefix:
                    raise self._error(f"`{token}` has two package prefixes", start)
                prefix, name = name + token[at:end], ""
                at = end
            else:
                name += char.upper()
                at += 1
        return prefix, name

    def _split(self, token: str, start: int) -> tuple[str | None, str, bool]:
        """Package name or None, symbol name, whether `::` was written."""
        prefix, name = self._unescape(token, start)
        if not prefix:
            return None, name, False
        package = prefix.rstrip(":")
        return package or "KEYWORD", name, prefix.endswith("::") or package in ("", "KEYWORD")

    def _symbol(self, package: str | None, name: str, internal: bool, start: int) -> Any:
        try:
            return self.lookup(package, name, internal)
        except LookupError as problem:
            raise self._error(str(problem.args[0]), start) from None
