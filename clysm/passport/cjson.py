"""Canonical JSON (BPC-CJSON-1): one spelling for every value, and a decoder that accepts no other.

Source: specification, section 1. A canonical document is, byte for byte, the RFC 8785 form of its value.
Both directions use the interpreter's C code where it gives the same answer, and exact code of our own for the
rest: values nested deeply, and bytes that are refused, whose first fault has to be named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from json.encoder import encode_basestring
from typing import Any, Final, cast

from clysm.passport.errors import CanonicalDecodeFailed, CanonicalEncodingFailed, CanonicalNumberNotAllowed
from clysm.passport.reader import Dialect, Fault, Json, Token, read

__all__ = [
    "LAST_KEY_CHARACTER",
    "MAX_DEPTH",
    "SAFE_INTEGER",
    "Json",
    "decode_exactly",
    "decode_strict",
    "encode",
    "encode_measured",
    "is_key",
    "measure",
    "read_canonical",
    "read_unchecked",
    "text",
]

SAFE_INTEGER: Final = 2**53 - 1  # integers from -SAFE_INTEGER to SAFE_INTEGER are allowed
MAX_DEPTH: Final = 512  # levels of arrays and objects; [] alone is one
LAST_KEY_CHARACTER: Final = "\ud7ff"  # up to here UTF-8 and UTF-16 sort alike

SHALLOW: Final = 64  # levels that the recursive C encoder is trusted with
NUMBER_KINDS: Final = (int, float, complex, Decimal, Fraction)

_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
)


def text(characters: str) -> str:
    """The canonical JSON text of a text, quotes included."""
    return encode_basestring(characters)


def is_key(key: object) -> bool:
    """Whether this may be a key: a text without code points above U+D7FF."""
    return type(key) is str and (key.isascii() or max(key) <= LAST_KEY_CHARACTER)


def encode(value: object) -> bytes | CanonicalNumberNotAllowed | CanonicalEncodingFailed:
    """The canonical bytes of None, bool, int, str, list and dict; subclasses of these are other kinds."""
    return encode_measured(value, measure(value))


def encode_measured(
    value: object, depth: int | CanonicalNumberNotAllowed | CanonicalEncodingFailed
) -> bytes | CanonicalNumberNotAllowed | CanonicalEncodingFailed:
    """The canonical bytes of a value for which `measure` has answered this depth, or this fault."""
    if not isinstance(depth, int):
        return depth
    written = _ENCODER.encode(value) if depth <= SHALLOW else write_deep(value)
    try:
        return written.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return CanonicalEncodingFailed()


def measure(value: object) -> int | CanonicalNumberNotAllowed | CanonicalEncodingFailed:
    """How many levels a value has, 0 for a scalar; or a fault, if one shows without encoding texts."""
    is_scalar = type(value) is not dict and type(value) is not list
    pending: list[tuple[Any, int]] = [([value], 0)] if is_scalar else [(value, 1)]
    deepest = 0
    while pending:
        container, depth = pending.pop()
        if depth > deepest:
            if depth > MAX_DEPTH:
                return CanonicalEncodingFailed()
            deepest = depth
        if type(container) is dict:
            for key in container:
                if not (type(key) is str and (key.isascii() or max(key) <= LAST_KEY_CHARACTER)):
                    return CanonicalEncodingFailed()
            container = container.values()
        for element in container:
            kind = type(element)
            if kind is str:
                continue
            if kind is int:
                if not -SAFE_INTEGER <= element <= SAFE_INTEGER:
                    return CanonicalNumberNotAllowed()
            elif kind is dict or kind is list:
                pending.append((element, depth + 1))
            elif element is not None and kind is not bool:
                is_number = issubclass(kind, NUMBER_KINDS)
                return CanonicalNumberNotAllowed() if is_number else CanonicalEncodingFailed()
    return deepest


def write_deep(value: object) -> str:
    """The canonical text of a value that `measure` finds no fault in, nested however deeply."""
    pieces: list[str] = []
    pending: list[Any] = [
        value
    ]  # what is still to be written, the next one last; a tuple holds a finished piece
    while pending:
        item = pending.pop()
        if type(item) is tuple:
            pieces.append(item[0])
        elif type(item) is dict:
            pending.append(("}",))
            keys = sorted(item)
            for key in reversed(keys):
                mark = "{" if key is keys[0] else ","
                pending += (item[key], (f"{mark}{text(key)}:",))
            if not keys:
                pending.append(("{",))
        elif type(item) is list:
            pending.append(("]",))
            for index in range(len(item) - 1, -1, -1):
                pending += (item[index], (",",)) if index else (item[0],)
            pending.append(("[",))
        else:
            pieces.append(_ENCODER.encode(item))
    return "".join(pieces)


def decode_strict(data: bytes) -> Json | CanonicalDecodeFailed | CanonicalNumberNotAllowed:
    """The value of canonical bytes. For every value it answers, `encode(value) == data`."""
    value = read_unchecked(data)
    try:
        if not isinstance(value, CanonicalDecodeFailed) and _ENCODER.encode(value).encode() == data:
            return value
    except (UnicodeEncodeError, RecursionError):  # a lone surrogate; or nested too deeply for C
        pass
    return decode_exactly(data)


def read_unchecked(data: bytes) -> Json | CanonicalDecodeFailed:
    """The value of JSON bytes that may be spelled otherwise than canonically.

    It is for a caller that builds the canonical text anyway, out of parts. If that text equals the data, this
    is what `decode_strict` answers; if not, `decode_strict` names the error.
    """
    try:
        value, _ = _DECODER.raw_decode(data.decode())
    except (ValueError, RecursionError):  # not UTF-8, not JSON; or nested too deeply for C
        return CanonicalDecodeFailed()
    if _needs_measuring(data) and not isinstance(measure(value), int):
        return CanonicalDecodeFailed()
    read_value: Json = value
    return read_value


def read_canonical(source: str, at: int) -> tuple[Json, str] | None:
    """The value at a place of a longer text, and its own text; None if that may not be canonical."""
    try:
        value, end = _DECODER.raw_decode(source, at)
        written = source[at:end]
        if _ENCODER.encode(value) != written:
            return None
        if _needs_measuring(written.encode()) and not isinstance(measure(value), int):
            return None
    except (ValueError, RecursionError):  # no JSON; or nested too deeply for C
        return None
    return value, written


def _needs_measuring(data: bytes) -> bool:
    """Whether bytes that encode their own value may still hold what only `measure` sees.

    That is more than 512 levels, a code point above U+D7FF in a key, or an integer outside the safe range.
    """
    if data.count(b"[") + data.count(b"{") > MAX_DEPTH:
        return True
    outline = b":" + data.translate(_OUTLINE)
    return _LONG_NUMBER in outline or _HIGH in outline


def decode_exactly(data: bytes) -> Json | CanonicalDecodeFailed | CanonicalNumberNotAllowed:
    """The same answer as `decode_strict`, read from left to right (1.2), more than ten times slower."""
    try:
        source = data.decode()
    except UnicodeDecodeError:
        return CanonicalDecodeFailed()
    value = read(source, _CANONICAL)
    if isinstance(value, Fault):
        return CanonicalNumberNotAllowed() if value.kind == "BadNumber" else CanonicalDecodeFailed()
    return value


def _read_text(source: str, at: int) -> Token | Fault:
    """A text with the escapes of 1.1 and no others."""
    pieces: list[str] = []
    while True:
        run = cast(re.Match[str], _PLAIN.match(source, at))
        at = run.end()
        pieces.append(run.group())
        mark = source[at : at + 1]
        if mark == '"':
            return Token("".join(pieces), at + 1)
        length = 6 if source.startswith("\\u", at) else 2
        character = _ESCAPES.get(source[at : at + length])
        if character is None:
            return Fault("Malformed", at)
        pieces.append(character)
        at += length


def _read_number(lexeme: str, at: int) -> int | Fault:
    if len(lexeme) <= _LONGEST_NUMBER and _INTEGER.fullmatch(lexeme):
        number = int(lexeme)
        if -SAFE_INTEGER <= number <= SAFE_INTEGER:
            return number
    return Fault("BadNumber", at)


def _key_fault(key: str, members: dict[str, Json]) -> str | None:
    if not is_key(key):
        return "BadKey"
    return "KeyOrder" if members and key <= next(reversed(members)) else None


# Floats and NaN become null, which then differs from the bytes they were read from.
_DECODER: Final = json.JSONDecoder(parse_float=lambda _: None, parse_constant=lambda _: None)

# Digits become 0, what can stand before a number becomes :, and the first byte of a character above U+D7FF !.
_OUTLINE: Final = bytes(
    ord("0")
    if 0x30 <= byte <= 0x39
    else ord(":")
    if byte in b":,[-"
    else ord("!")
    if byte >= 0xEE
    else ord("x")
    for byte in range(256)
)
_LONG_NUMBER: Final = b":" + b"0" * len(str(SAFE_INTEGER))
_HIGH: Final = b"!"

_PLAIN: Final = re.compile(r'[^"\\\x00-\x1f]*')
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]*")
_LONGEST_NUMBER: Final = len(str(-SAFE_INTEGER))
_ESCAPES: Final[Mapping[str, str]] = {text(c)[1:-1]: c for c in ['"', "\\", *map(chr, range(32))]}

_CANONICAL: Final = Dialect(
    blank=re.compile(""),
    max_depth=MAX_DEPTH,
    read_text=_read_text,
    read_number=_read_number,
    key_fault=_key_fault,
)
