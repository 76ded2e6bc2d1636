"""Signatures (BPC-SIGN-1): Ed25519 over the 32 bytes of a receipt hash.

Source: specification, section 11; RFC 8032. Which public key belongs to a key id is said by a keyring
(`clysm.passport.keyring`). A private key lives in an object that gives its bytes to nobody.
"""

from __future__ import annotations

from typing import Final, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from clysm.passport import base64text
from clysm.passport.digests import is_hash
from clysm.passport.errors import Base64Error, ReceiptInvalid, SignatureInvalid, SigningKeyMissing

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
GROUP_ORDER: Final = 2**252 + 27742317777372353535851937790883648493  # L of RFC 8032, 5.1


class PublicKey:
    """An Ed25519 public key. Two are equal when their 32 bytes are."""

    __slots__ = ("_key", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw: Final = raw
        self._key: Final = Ed25519PublicKey.from_public_bytes(raw)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"PublicKey({self.text})"

    @property
    def text(self) -> str:
        """Base64, as a keyring has it."""
        return base64text.encode(self.raw)

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over the message, with a reduced scalar."""
        if len(signature) != SIGNATURE_BYTES or int.from_bytes(signature[32:], "little") >= GROUP_ORDER:
            return False
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class PrivateKey:
    """An Ed25519 private key. It has no text, no bytes, no copies and no pickle."""

    __slots__ = ("_key", "public_key")

    def __init__(self, seed: bytes) -> None:
        self._key: Final = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key: Final = PublicKey(self._key.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return "PrivateKey(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is neither copied nor pickled")

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature over a message."""
        return self._key.sign(message)


def private_key(seed: bytes) -> PrivateKey | SigningKeyMissing:
    """The key of a seed of 32 bytes."""
    return PrivateKey(seed) if len(seed) == KEY_BYTES else SigningKeyMissing()


def read_private_key(text: str | None) -> PrivateKey | SigningKeyMissing:
    """The key of a configured Base64 text. What is no such text counts as missing and is not repeated."""
    seed = Base64Error() if text is None else base64text.decode(text, KEY_BYTES)
    return SigningKeyMissing() if isinstance(seed, Base64Error) else PrivateKey(seed)


def read_public_key(text: str) -> PublicKey | Base64Error:
    """The key of the Base64 of its 32 bytes."""
    raw = base64text.decode(text, KEY_BYTES)
    return raw if isinstance(raw, Base64Error) else PublicKey(raw)


def sign_receipt_hash(key: PrivateKey, receipt_hash: str) -> bytes | ReceiptInvalid:
    """The signature over the raw bytes of a hash in its document spelling."""
    return key.sign(bytes.fromhex(receipt_hash)) if is_hash(receipt_hash) else ReceiptInvalid()


def verify_receipt_hash(key: PublicKey, receipt_hash: str, signature: bytes) -> SignatureInvalid | None:
    """None if the signature is this key's over the raw bytes of the hash."""
    if is_hash(receipt_hash) and key.verifies(bytes.fromhex(receipt_hash), signature):
        return None
    return SignatureInvalid()
