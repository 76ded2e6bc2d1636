"""JSON documents, exactly: every number as it is written, the first fault with its line and column.

Source: specification, 4.2. `read_json` reads any document; `ingest_json` reads facts.
A document without faults is read by the interpreter's C code with hooks for numbers and members. Any doubt
sends it to the exact reader, which goes from left to right and names what it finds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, cast

from clysm.passport.cjson import Json, is_key, measure
from clysm.passport.errors import IngestError
from clysm.passport.facts import Fact, read_records
from clysm.passport.ingest.numbers import MAX_SIGNIFICANT, exact_number
from clysm.passport.reader import Dialect, Fault, Token, read

MAX_DEPTH: Final = 200  # levels of a document

_CERTAINLY_SAFE: Final = 15  # characters of an integer that needs no look at its value


def ingest_json(document: bytes) -> tuple[Fact, ...] | IngestError:
    """The facts of a document that is one record or an array of records."""
    value = read_json(document)
    return value if isinstance(value, IngestError) else read_records(value)


def read_json(document: bytes) -> Json | IngestError:
    """The value of a JSON document in UTF-8, its numbers integers or decimal texts."""
    try:
        source = document.decode()
        value: Json = _DECODER.decode(source)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, refused by a hook; or nested too deeply for C
        return read_exactly(document)
    simple = source.isascii() and "\\u" not in source
    if not simple or document.count(b"[") + document.count(b"{") > MAX_DEPTH:
        depth = measure(value)
        if not isinstance(depth, int) or depth > MAX_DEPTH or _SURROGATE_ESCAPE.search(source):
            return read_exactly(document)
    return value


def read_exactly(document: bytes) -> Json | IngestError:
    """The same answer as `read_json`, reading from left to right with code that can name every fault."""
    try:
        source, whole = document.decode(), True
    except UnicodeDecodeError as error:
        source, whole = document[: error.start].decode(), False
    value = read(source, _INGESTED)
    if whole:
        return _error(source, value) if isinstance(value, Fault) else value
    # The bytes end where they stop being UTF-8. What stands before that may hold an earlier fault.
    if isinstance(value, Fault) and value.offset < len(source):
        return _error(source, value)
    return _error(source, Fault("BadEncoding", len(source)))


def _error(source: str, fault: Fault) -> IngestError:
    line = source.count("\n", 0, fault.offset) + 1
    line_start = source.rfind("\n", 0, fault.offset) + 1
    return IngestError(fault.kind, line, fault.offset - line_start + 1)


def _exact(lexeme: str) -> int | str:
    number = exact_number(lexeme)
    if isinstance(number, IngestError):
        raise ValueError(number.kind)
    return number


def _exact_int(lexeme: str) -> int | str:
    return int(lexeme) if len(lexeme) <= _CERTAINLY_SAFE else _exact(lexeme)


def _exact_float(lexeme: str) -> int | str:
    """A number with a fraction or an exponent, which the C reader has found to be a JSON number."""
    if len(lexeme) > MAX_SIGNIFICANT or "e" in lexeme or "E" in lexeme:
        return _exact(lexeme)
    text = lexeme.rstrip("0").rstrip(".")
    return text if text != "-0" else "0"


def _refuse_constant(lexeme: str) -> Json:
    raise ValueError(lexeme)


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key twice")
    return members


def _read_text(source: str, at: int) -> Token | Fault:
    pieces: list[str] = []
    while True:
        run = cast(re.Match[str], _PLAIN.match(source, at))
        at = run.end()
        pieces.append(run.group())
        mark = source[at : at + 1]
        if mark == '"':
            return Token("".join(pieces), at + 1)
        if mark != "\\":
            return Fault("Malformed", at)
        kind = source[at + 1 : at + 2]
        if kind in _ESCAPES:
            pieces.append(_ESCAPES[kind])
            at += 2
            continue
        if kind != "u":
            return Fault("Malformed", at + 1)
        character = _read_unicode_escape(source, at)
        if isinstance(character, Fault):
            return character
        pieces.append(character.text)
        at = character.end


def _read_unicode_escape(source: str, at: int) -> Token | Fault:
    r"""The character of `\uXXXX` or of a pair of surrogates, and the offset behind it."""
    digits = cast(re.Match[str], _HEX.match(source, at + 2)).group()
    if len(digits) < 4:
        return Fault("Malformed", at + 2 + len(digits))
    unit = int(digits, 16)
    if not 0xD800 <= unit <= 0xDFFF:
        return Token(chr(unit), at + 6)
    low = _LOW_SURROGATE.match(source, at + 6)
    if unit > 0xDBFF or low is None:
        return Fault("BadEncoding", at)
    return Token(chr(0x10000 + ((unit - 0xD800) << 10) + (int(low[1], 16) - 0xDC00)), low.end())


def _read_number(lexeme: str, at: int) -> int | str | Fault:
    number = exact_number(lexeme)
    return Fault(number.kind, at) if isinstance(number, IngestError) else number


def _key_fault(key: str, members: dict[str, Json]) -> str | None:
    if not is_key(key):
        return "BadKey"
    return "DuplicateKey" if key in members else None


_DECODER: Final = json.JSONDecoder(
    parse_float=_exact_float,
    parse_int=_exact_int,
    parse_constant=_refuse_constant,
    object_pairs_hook=_members,
)

_PLAIN: Final = re.compile(r'[^"\\\x00-\x1f]*')
_HEX: Final = re.compile(r"[0-9A-Fa-f]{0,4}")
_LOW_SURROGATE: Final = re.compile(r"\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})")
_SURROGATE_ESCAPE: Final = re.compile(r"\\u[Dd][89A-Fa-f]")
_ESCAPES: Final[Mapping[str, str]] = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}

_INGESTED: Final = Dialect(
    blank=re.compile(r"[ \t\n\r]*"),
    max_depth=MAX_DEPTH,
    read_text=_read_text,
    read_number=_read_number,
    key_fault=_key_fault,
)
