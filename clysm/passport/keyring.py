"""Keyrings (BPC-KEYRING-1): public keys by id, of which none ever goes away or changes.

Source: specification, section 11. Where a keyring is stored is the caller's affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from clysm.passport import cjson
from clysm.passport.cjson import Json
from clysm.passport.errors import (
    Base64Error,
    CanonicalEncodingFailed,
    IngestError,
    SignatureInvalid,
    ValidationError,
)
from clysm.passport.ingest.json import read_json
from clysm.passport.receipt import ALGORITHM, is_key_id
from clysm.passport.signing import PublicKey, read_public_key, verify_receipt_hash

VERSION: Final = "BPC-KEYRING-1"


class Status(Enum):
    """What a key may still do. A key goes down this list and never up."""

    ACTIVE = "ACTIVE"  # signs and verifies
    RETIRED = "RETIRED"  # verifies only
    REVOKED = "REVOKED"  # neither


STATUSES: Final[Mapping[str, Status]] = {status.value: status for status in Status}
_ORDER: Final = tuple(Status)


@dataclass(frozen=True, slots=True)
class Key:
    """A public key and its status."""

    public_key: PublicKey
    status: Status


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys by id."""

    keys: Mapping[str, Key] = field(default_factory=dict)


def read_keyring(document: bytes) -> Keyring | IngestError | ValidationError:
    """The keyring of a JSON document; a key id that stands there twice is a fault."""
    value = read_json(document)
    if isinstance(value, IngestError):
        return value
    if not isinstance(value, dict) or value.keys() != {"keyring_version", "keys"}:
        return ValidationError("a keyring has exactly the members `keyring_version` and `keys`")
    if value["keyring_version"] != VERSION:
        return ValidationError(f"`keyring_version` is not `{VERSION}`")
    listed = value["keys"]
    if not isinstance(listed, dict):
        return ValidationError("`keys` is no object")
    keys: dict[str, Key] = {}
    for key_id, entry in listed.items():
        if not is_key_id(key_id):
            return ValidationError(f"`{key_id}` is no key id")
        key = _read_key(entry)
        if isinstance(key, ValidationError):
            return ValidationError(f"key `{key_id}`: {key.reason}")
        keys[key_id] = key
    return Keyring(keys)


def _read_key(entry: Json) -> Key | ValidationError:
    if not isinstance(entry, dict) or entry.keys() != {"alg", "public_key", "status"}:
        return ValidationError("it has exactly the members `alg`, `public_key` and `status`")
    alg, encoded, status = entry["alg"], entry["public_key"], entry["status"]
    if alg != ALGORITHM:
        return ValidationError(f"`alg` is not `{ALGORITHM}`")
    if not isinstance(status, str) or status not in STATUSES:
        return ValidationError("`status` is none of ACTIVE, RETIRED, REVOKED")
    public_key = read_public_key(encoded) if isinstance(encoded, str) else Base64Error()
    if isinstance(public_key, Base64Error):
        return ValidationError("`public_key` is not the Base64 of 32 bytes")
    return Key(public_key, STATUSES[status])


def write_keyring(keyring: Keyring) -> bytes | CanonicalEncodingFailed:
    """The document of a keyring, as canonical JSON."""
    keys = {
        key_id: {"alg": ALGORITHM, "public_key": key.public_key.text, "status": key.status.value}
        for key_id, key in keyring.keys.items()
    }
    document = cjson.encode({"keyring_version": VERSION, "keys": keys})
    return document if isinstance(document, bytes) else CanonicalEncodingFailed()


def add_key(keyring: Keyring, key_id: str, public_key: PublicKey) -> Keyring | ValidationError:
    """The keyring with one more ACTIVE key. One that is there changes nothing; an id keeps its key."""
    if not is_key_id(key_id):
        return ValidationError(f"`{key_id}` is no key id")
    present = keyring.keys.get(key_id)
    if present is None:
        return replace(keyring, keys={**keyring.keys, key_id: Key(public_key, Status.ACTIVE)})
    return keyring if present.public_key == public_key else ValidationError(f"`{key_id}` names another key")


def set_status(keyring: Keyring, key_id: str, status: Status) -> Keyring | ValidationError:
    """The keyring with the key retired or revoked. A status never goes back."""
    key = keyring.keys.get(key_id)
    if key is None:
        return ValidationError(f"no key has the id `{key_id}`")
    if _ORDER.index(status) < _ORDER.index(key.status):
        return ValidationError(f"key `{key_id}` is {key.status.value} and cannot become {status.value}")
    return replace(keyring, keys={**keyring.keys, key_id: replace(key, status=status)})


def may_sign(keyring: Keyring, key_id: str, public_key: PublicKey) -> bool:
    """Whether the id is this key's and ACTIVE."""
    key = keyring.keys.get(key_id)
    return key is not None and key.public_key == public_key and key.status is Status.ACTIVE


def verify_signature(
    keyring: Keyring, key_id: str, receipt_hash: str, signature: bytes
) -> SignatureInvalid | None:
    """None if a key of this id that is not revoked made the signature."""
    key = keyring.keys.get(key_id)
    if key is None or key.status is Status.REVOKED:
        return SignatureInvalid()
    return verify_receipt_hash(key.public_key, receipt_hash, signature)
