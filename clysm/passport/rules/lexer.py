"""Tokens of a rules source, spec 6.1.

Left to others: which token may stand where is the parser's business.

A fault ends the tokens with one of kind ERROR: no production takes it, so the parser stops there unless it
has stopped before.  That makes the first fault of a source the answer, lexical or not.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import Final, NamedTuple

from clysm.passport.decimals import MAX_DIGITS
from clysm.passport.rules.syntax import Position

MAX_SOURCE: Final = 2_097_152  # bytes
MAX_OPEN_BRACKETS: Final = 64  # spec 6.3; it bounds the parser's recursion too

# Kinds of tokens besides the symbols and the reserved words, which are their own kinds.
IDENT: Final = "IDENT"
INT: Final = "INT"
DEC: Final = "DEC"
TEXT: Final = "TEXT"
END: Final = "END"  # of the source, behind its last character
ERROR: Final = "ERROR"

_EXPRESSION_WORDS: Final = ("let", "if", "then", "else", "assert", "true", "false", "none", "date", "qty")
_TYPE_WORDS: Final = ("Bool", "Int", "Text", "Date", "Dec", "Qty", "Opt", "List", "Map", "Record")
_ITEM_WORDS: Final = ("field", "example", "property", "fact", "expect", "forall", "implies", "cases", "seed")
RESERVED: Final = frozenset((*_EXPRESSION_WORDS, *_TYPE_WORDS, *_ITEM_WORDS))

_TOKEN: Final = re.compile(
    r"""
    (?P<blank> [ \t\r]++ | --[^\n]*+ )
  | (?P<word> [A-Za-z_][A-Za-z0-9_]*+ )
  | (?P<symbol> [=!<>]= | && | \|\| | => | -> | [()\[\]{},;:.=<>+\-*/!\\] )
  | (?P<number> (?: 0 | [1-9][0-9]*+ ) (?: \.[0-9]++ )?+ (?![A-Za-z0-9_]) )
  | (?P<text> "
        (?: [^"\\\x00-\x1f]++
          | \\ (?: ["\\/bfnrt]
                 | u (?: [dD][89abAB][0-9a-fA-F]{2} \\u[dD][c-fC-F][0-9a-fA-F]{2}
                       | (?![dD][89a-fA-F]) [0-9a-fA-F]{4} ) )
        )*+ " )
  | (?P<fault> . )
    """,
    re.VERBOSE,
)
_FAULTS: Final = {'"': "a malformed text", **dict.fromkeys("0123456789", "a malformed number")}


class Tokens(NamedTuple):
    """The tokens of a source in three columns; the last one is END or ERROR."""

    kinds: list[str]
    values: list[str]  # its characters; of a TEXT the text meant, of END nothing, of an ERROR what is there
    positions: list[Position]


def lex(source: bytes) -> Tokens:
    """The tokens of a source, up to its end or its first lexical fault."""
    if len(source) > MAX_SOURCE:
        return _refused(f"a source of more than {MAX_SOURCE} bytes")
    if source.startswith(codecs.BOM_UTF8):
        return _refused("a byte order mark")
    try:
        text = source.decode()
    except UnicodeDecodeError:
        return _refused("a source that is not UTF-8")
    return _lex_lines(text.split("\n"))


def _refused(found: str) -> Tokens:
    """A source that is at fault as a whole."""
    return Tokens([ERROR], [found], [(1, 1)])


def _lex_lines(lines: list[str]) -> Tokens:
    """The tokens of a source given by lines: no token reaches over the end of one."""
    kinds, values, positions = tokens = Tokens([], [], [])
    open_brackets = 0
    for number, line in enumerate(lines, 1):
        for match in _TOKEN.finditer(line):
            group = match.lastgroup
            if group == "blank":
                continue
            kind = value = match.group()
            positions.append((number, match.start() + 1))
            if group == "word":
                if value not in RESERVED:
                    kind = IDENT
            elif group == "symbol":
                if value in "([{":
                    open_brackets += 1
                elif value in ")]}":
                    open_brackets -= 1
                if open_brackets > MAX_OPEN_BRACKETS:
                    kind, value = ERROR, f"more than {MAX_OPEN_BRACKETS} open brackets"
            elif group == "text":
                kind = TEXT
                value = json.loads(value) if "\\" in value else value[1:-1]
            elif group == "number":
                kind = DEC if "." in value else INT
                if len(value) - (kind is DEC) > MAX_DIGITS:
                    kind, value = ERROR, f"a number of more than {MAX_DIGITS} digits"
            else:
                kind, value = ERROR, _FAULTS.get(value, "a character of no token")
            kinds.append(kind)
            values.append(value)
            if kind is ERROR:
                return tokens
    kinds.append(END)
    values.append("")
    positions.append((len(lines), len(lines[-1]) + 1))
    return tokens
