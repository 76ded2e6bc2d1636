"""Base32 in the alphabet of RFC 4648, without padding. Source: specification, section 2."""

from __future__ import annotations

import re
from base64 import b32encode
from typing import Final

from clysm.passport.errors import Base32Error

BITS: Final = 5  # of one character
BLOCK: Final = 8  # characters that stand for five whole bytes

_ANY_CASE: Final = re.compile(r"[A-Za-z2-7]*")
_UPPER_CASE: Final = re.compile(r"[A-Z2-7]*")
_TO_DIGITS: Final = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abcdefghijklmnopqrstuvwxyz",
    "0123456789ABCDEFGHIJKLMNOPQRSTUV0123456789ABCDEFGHIJKLMNOP",
)


def encode(data: bytes) -> str:
    """Upper-case Base32 without padding: 32 bytes give 52 characters."""
    return b32encode(data).decode("ascii").rstrip("=")


def decode(text: str) -> bytes | Base32Error:
    """The bytes of a text in either case, without padding or with exactly what RFC 4648 asks for."""
    body = text.rstrip("=")
    padding = len(text) - len(body)
    if padding and padding != -len(body) % BLOCK:
        return Base32Error()
    return _decode(body, _ANY_CASE)


def decode_strict(text: str) -> bytes | Base32Error:
    """The bytes of exactly the text that `encode` produces: upper case, no padding."""
    return _decode(text, _UPPER_CASE)


def _decode(body: str, alphabet: re.Pattern[str]) -> bytes | Base32Error:
    if len(body) % BLOCK in (1, 3, 6) or not alphabet.fullmatch(body):
        return Base32Error()
    size, left_over = divmod(len(body) * BITS, 8)
    number = int(body.translate(_TO_DIGITS) or "0", 2**BITS)
    if number & ((1 << left_over) - 1):
        return Base32Error()
    return (number >> left_over).to_bytes(size, "big")
