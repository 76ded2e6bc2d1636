"""Where a key stands in a TOML document, for messages: line and column from 1, in code points.

The standard library's reader gives values without places. This one finds the places of a document that it has
accepted, and is used only once a fault has been found. Keys inside an inline table or an array have the place
of the key in front of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]  # keys, and the index of a table in its array

TOKEN: Final = re.compile(
    r"""
      (?P<string> \"\"\"(?:[^\\]|\\.)*?\"{3,5} | '''.*?'{3,5} | \"(?:[^\"\\\n]|\\.)*\" | '[^'\n]*' )
    | (?P<comment> \#[^\n]* )
    | (?P<space> [\ \t\r]+ )
    | (?P<newline> \n )
    | (?P<bare> [A-Za-z0-9_-]+ )
    | (?P<symbol> . )
    """,
    re.VERBOSE | re.DOTALL,
)

ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
ESCAPES: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The place of a code point: both count from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def place(text: str, path: Path) -> tuple[int, int]:
    """The place of `path` in a valid document, or of its longest part that has one, or the start."""
    offsets = dict(_keys(text))
    while path and path not in offsets:
        path = path[:-1]
    return line_and_column(text, offsets.get(path, 0))


def _keys(text: str) -> Iterator[tuple[Path, int]]:
    """Every header and every key at the start of a statement, with its offset, in the order of the text."""
    table: Path = ()
    counts: dict[Path, int] = {}  # tables seen of each array of tables
    for tokens in _statements(text):
        start = tokens[0].start()
        words = [token[0] for token in tokens]
        if words[0] != "[":
            yield table + _path(words[: words.index("=")]), start
            continue
        if words[1] == "[":
            name = _path(words[2 : words.index("]")])
            counts[name] = counts.get(name, -1) + 1
            table = (*name, counts[name])
        else:
            table = _path(words[1 : words.index("]")])
        yield table, start


def _statements(text: str) -> Iterator[list[re.Match[str]]]:
    """The tokens of each header and each `key = value`, without space and comments."""
    tokens: list[re.Match[str]] = []
    depth = 0
    for token in TOKEN.finditer(text):
        match token.lastgroup:
            case "newline" if not depth:
                if tokens:
                    yield tokens
                tokens = []
            case "newline" | "space" | "comment":
                pass
            case kind:
                if kind == "symbol":
                    depth += (token[0] in "[{") - (token[0] in "]}")
                tokens.append(token)
    if tokens:
        yield tokens


def _path(words: list[str]) -> Path:
    return tuple(_key(word) for word in words if word != ".")


def _key(word: str) -> str:
    match word[0]:
        case "'":
            return word[1:-1]
        case '"':
            return ESCAPE.sub(_unescaped, word[1:-1])
    return word


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else ESCAPES[found[3]]
