"""Receipts (BPC-RECEIPT-1): what was compiled from what, in sixteen texts; a signature is the seventeenth.

Source: specification, section 10. Whether the signature verifies is asked in `clysm.passport.signing` and
`clysm.passport.keyring`; that payload, proof and receipt agree is checked where all three are at hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeGuard

from clysm.passport import base64text
from clysm.passport.cjson import decode_strict, text
from clysm.passport.digests import sha256_hex
from clysm.passport.errors import (
    Base64Error,
    CanonicalDecodeFailed,
    CanonicalEncodingFailed,
    CanonicalNumberNotAllowed,
    Failure,
    ReceiptInvalid,
)
from clysm.passport.timestamps import is_timestamp
from clysm.passport.uuids import passport_version_id

VERSION: Final = "BPC-RECEIPT-1"
ALGORITHM: Final = "ED25519"
MAX_BYTES: Final = 16384  # of the unsigned document
SIGNATURE_BYTES: Final = 64


class Receipt(NamedTuple):
    """The members that vary, in the order of the document."""

    battery_product_id: str
    compiler_build_id: str
    dsl_sha256: str
    issued_at: str
    passport_id: str
    passport_version_id: str
    payload_hash: str
    proof_root_hash: str
    rule_package_version_id: str
    signing_key_id: str
    snapshot_hash: str
    snapshot_id: str
    tenant_id: str
    tests_sha256: str


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """What was read from a signed document: members, signature, and what the signature is over."""

    receipt: Receipt
    signature: bytes
    unsigned: bytes
    receipt_hash: str


_UUID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_HASH: Final = "[0-9a-f]{64}"

# The form of each member that varies; a timestamp must also be real.
_FORMS: Final[Mapping[str, str]] = {
    "battery_product_id": _UUID,
    "compiler_build_id": "(?s:.+)",
    "dsl_sha256": _HASH,
    "issued_at": "[0-9TZ:-]{20}",
    "passport_id": _UUID,
    "passport_version_id": _UUID,
    "payload_hash": _HASH,
    "proof_root_hash": _HASH,
    "rule_package_version_id": _UUID,
    "signing_key_id": "[A-Za-z0-9._-]{1,128}",
    "snapshot_hash": _HASH,
    "snapshot_id": _UUID,
    "tenant_id": _UUID,
    "tests_sha256": _HASH,
}
_CONSTANTS: Final[Mapping[str, str]] = {"receipt_version": VERSION, "signature_alg": ALGORITHM}
_NAMES: Final = tuple(sorted({*_FORMS, *_CONSTANTS}))


def is_key_id(name: object) -> TypeGuard[str]:
    """Whether this may be the id of a signing key (9.1)."""
    return type(name) is str and _CHECKS["signing_key_id"].fullmatch(name) is not None


def unsigned_receipt(receipt: Receipt) -> bytes | CanonicalEncodingFailed:
    """The canonical bytes without signature, whose hash is signed. The members are taken as they are."""
    try:
        return (_UNSIGNED % tuple(map(text, receipt))).encode()
    except UnicodeEncodeError:  # a lone surrogate
        return CanonicalEncodingFailed()


def signed_receipt(unsigned: bytes, signature: bytes) -> bytes:
    """The canonical bytes with the signature, of those without."""
    member = f',"signature":"{base64text.encode(signature)}"'.encode()
    return unsigned.replace(_BEHIND_SIGNATURE, member + _BEHIND_SIGNATURE, 1)


def read_receipt(
    data: bytes,
) -> SignedReceipt | CanonicalDecodeFailed | CanonicalNumberNotAllowed | Base64Error | ReceiptInvalid:
    """The content of a signed document, or its first fault in the order of 10.2. No signature is verified."""
    return _read_plain(data) or read_exactly(data)


def _read_plain(data: bytes) -> SignedReceipt | None:
    """The content of a document without faults whose build id is plain ASCII, else None.

    Its spelling is canonical because nothing else matches.
    """
    found = _PLAIN_SIGNED.fullmatch(data.decode("latin-1"))
    if found is None:
        return None
    members = found.groups()
    receipt = Receipt._make(members[:_SIGNATURE] + members[_SIGNATURE + 1 :])
    signature = base64text.decode(members[_SIGNATURE], SIGNATURE_BYTES)
    if isinstance(signature, Base64Error):
        return None
    start, end = found.span(_SIGNATURE + 1)
    unsigned = data[: start - len(',"signature":"')] + data[end + len('"') :]
    return _checked(receipt, signature, unsigned)


def read_exactly(
    data: bytes,
) -> SignedReceipt | CanonicalDecodeFailed | CanonicalNumberNotAllowed | Base64Error | ReceiptInvalid:
    """The same answer as `read_receipt`, one check after the other."""
    document = decode_strict(data)
    if isinstance(document, Failure):
        return document
    if not isinstance(document, dict) or "signature" not in document:
        return ReceiptInvalid()
    stated = document.pop("signature")
    signature = base64text.decode(stated, SIGNATURE_BYTES) if isinstance(stated, str) else Base64Error()
    if isinstance(signature, Base64Error):
        return signature
    if document.keys() != set(_NAMES):
        return ReceiptInvalid()
    if any(document[name] != constant for name, constant in _CONSTANTS.items()):
        return ReceiptInvalid()
    members: list[str] = []
    for name, form in _CHECKS.items():
        member = document[name]
        if not isinstance(member, str) or not form.fullmatch(member):
            return ReceiptInvalid()
        members.append(member)
    receipt = Receipt._make(members)
    return _checked(receipt, signature, unsigned_receipt(receipt)) or ReceiptInvalid()


def _checked(
    receipt: Receipt, signature: bytes, unsigned: bytes | CanonicalEncodingFailed
) -> SignedReceipt | None:
    """The signed receipt, if a receipt whose members have their forms is a valid one."""
    derived = passport_version_id(
        receipt.passport_id,
        receipt.snapshot_hash,
        receipt.dsl_sha256,
        receipt.tests_sha256,
        receipt.compiler_build_id,
    )
    if (
        isinstance(unsigned, bytes)
        and len(unsigned) <= MAX_BYTES
        and is_timestamp(receipt.issued_at)
        and receipt.passport_version_id == derived
    ):
        return SignedReceipt(receipt, signature, unsigned, sha256_hex(unsigned))
    return None


def _document(member: Callable[[str], str], names: Iterable[str]) -> str:
    """The text of a document with the constants filled in and `member(name)` for every other value."""
    return ",".join(
        f'"{name}":"{_CONSTANTS[name]}"' if name in _CONSTANTS else f'"{name}":{member(name)}'
        for name in names
    )


_CHECKS: Final[Mapping[str, re.Pattern[str]]] = {name: re.compile(form) for name, form in _FORMS.items()}
_UNSIGNED: Final = "{" + _document(lambda _: "%s", _NAMES) + "}"
_PLAIN_FORMS: Final = {**_FORMS, "compiler_build_id": r"[ !#-\[\]-~]+", "signature": "[A-Za-z0-9+/]{86}=="}
_SIGNED_NAMES: Final = tuple(sorted({*_NAMES, "signature"}))
_PLAIN_SIGNED: Final = re.compile(
    r"\{" + _document(lambda name: f'"({_PLAIN_FORMS[name]})"', _SIGNED_NAMES) + r"\}"
)
_SIGNATURE: Final = sorted(_PLAIN_FORMS).index("signature")  # its place among the members that vary

# Behind the signature. No text of a document holds these bytes, since its quotes have a backslash in front.
_BEHIND_SIGNATURE: Final = b',"signature_alg":'
