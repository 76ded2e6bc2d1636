"""The text of a QR code (BPC-QR-1): the version's id and three hashes, always 212 characters.

Source: specification, section 12. The image is made elsewhere; it is neither hashed nor signed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from clysm.passport import base32
from clysm.passport.digests import is_hash
from clysm.passport.errors import QrError
from clysm.passport.uuids import is_uuid

VERSION: Final = "BPC1"
PREFIXES: Final = ("pv", "ph", "pr", "rh")
HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class QrValues:
    """What the text says; the hashes in their document spelling."""

    passport_version_id: str
    payload_hash: str
    proof_root_hash: str
    receipt_hash: str


def build_qr(values: QrValues) -> str | QrError:
    """The text, or the first part that has no such value."""
    version_id = values.passport_version_id
    if not is_uuid(version_id):
        return QrError("pv")
    hashes = (values.payload_hash, values.proof_root_hash, values.receipt_hash)
    for part, digest in zip(PREFIXES[1:], hashes, strict=True):
        if not is_hash(digest):
            return QrError(part)
    ph, pr, rh = (base32.encode(bytes.fromhex(digest)) for digest in hashes)
    return f"{VERSION}|pv={version_id}|ph={ph}|pr={pr}|rh={rh}"


def parse_qr(text: str) -> QrValues | QrError:
    """What a text says, or the first part of it that fails."""
    version, *parts = text.split("|")
    if len(parts) != len(PREFIXES):
        return QrError("parts")
    if version != VERSION:
        return QrError("version")
    values: list[str] = []
    for prefix, part in zip(PREFIXES, parts, strict=True):
        name, _, written = part.partition("=")
        value = _READERS[prefix](written) if name == prefix else None
        if value is None:
            return QrError(prefix)
        values.append(value)
    return QrValues(*values)


def _read_uuid(text: str) -> str | None:
    return text if is_uuid(text) else None


def _read_hash(text: str) -> str | None:
    data = base32.decode_strict(text)
    return data.hex() if isinstance(data, bytes) and len(data) == HASH_BYTES else None


_READERS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "pv": _read_uuid,
    "ph": _read_hash,
    "pr": _read_hash,
    "rh": _read_hash,
}
