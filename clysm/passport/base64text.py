"""Base64 with padding, in the one spelling that encoding gives. Source: specification, section 2."""

from __future__ import annotations

from base64 import b64encode
from binascii import Error, a2b_base64

from clysm.passport.errors import Base64Error


def encode(data: bytes) -> str:
    """The standard alphabet, padded."""
    return b64encode(data).decode("ascii")


def decode(text: str, size: int | None = None) -> bytes | Base64Error:
    """The bytes of a text that encoding them reproduces; exactly `size` of them if that is given."""
    if not text.isascii():
        return Base64Error()
    try:
        data = a2b_base64(text)
    except Error:
        return Base64Error()
    if encode(data) != text or (size is not None and len(data) != size):
        return Base64Error()
    return data
