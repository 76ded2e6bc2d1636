"""The spelling of UUIDs in documents, and the ids derived from names. Source: specification, section 2."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha1
from typing import Final, TypeGuard

from clysm.passport.cjson import text
from clysm.passport.errors import CanonicalEncodingFailed

NAMESPACE: Final = bytes.fromhex("880b1442c01f5e40a2e8247b8b408b5e")

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def is_uuid(text: object) -> TypeGuard[str]:
    """Whether this is a text of the form 8-4-4-4-12 in lower-case hex digits, of any version."""
    return type(text) is str and _UUID.fullmatch(text) is not None


def passport_id(tenant_id: str, battery_product_id: str) -> str | CanonicalEncodingFailed:
    """The id of the one passport of a tenant and product."""
    return _derived(("passport", tenant_id, battery_product_id))


def passport_version_id(
    passport_id: str, snapshot_hash: str, dsl_sha256: str, tests_sha256: str, compiler_build_id: str
) -> str | CanonicalEncodingFailed:
    """The id of what is compiled for a passport from these inputs by this compiler."""
    return _derived(
        ("passport_version", passport_id, snapshot_hash, dsl_sha256, tests_sha256, compiler_build_id)
    )


def _derived(name: Sequence[str]) -> str | CanonicalEncodingFailed:
    """UUID version 5 (RFC 4122, 4.3) of the canonical JSON of the name. A lone surrogate makes it fail."""
    try:
        encoded = f"[{','.join(map(text, name))}]".encode()
    except UnicodeEncodeError:
        return CanonicalEncodingFailed()
    octets = bytearray(sha1(NAMESPACE + encoded, usedforsecurity=False).digest()[:16])
    octets[6] = octets[6] & 0x0F | 0x50  # version
    octets[8] = octets[8] & 0x3F | 0x80  # variant
    digits = octets.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
