"""SHA-256, and its spelling in documents (BPC-HASH-1). Source: specification, section 2."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final, TypeGuard

_HASH: Final = re.compile(r"[0-9a-f]{64}")


def sha256_hex(data: bytes) -> str:
    """The SHA-256 as 64 lower-case hex digits."""
    return sha256(data).hexdigest()


def is_hash(text: object) -> TypeGuard[str]:
    """Whether this is a text of exactly 64 lower-case hex digits."""
    return type(text) is str and _HASH.fullmatch(text) is not None
