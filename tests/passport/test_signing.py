"""Signatures, private keys and keyrings: RFC 8032, the W3C's vector, tampering, secrecy, states."""

from __future__ import annotations

import copy
import json
import pickle
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.passport import base64text
from clysm.passport.cjson import encode
from clysm.passport.digests import sha256_hex
from clysm.passport.errors import (
    Base64Error,
    Failure,
    IngestError,
    ReceiptInvalid,
    SignatureInvalid,
    SigningKeyMissing,
    ValidationError,
)
from clysm.passport.keyring import (
    Keyring,
    Status,
    add_key,
    may_sign,
    read_keyring,
    set_status,
    verify_signature,
    write_keyring,
)
from clysm.passport.signing import (
    GROUP_ORDER,
    PrivateKey,
    PublicKey,
    private_key,
    read_private_key,
    read_public_key,
    sign_receipt_hash,
    verify_receipt_hash,
)
from tests.passport.vectors import real

SEED = bytes(range(32))
HASH = sha256_hex(b"receipt")


def key_of(seed: bytes = SEED) -> PrivateKey:
    key = private_key(seed)
    assert isinstance(key, PrivateKey)
    return key


def signature_of(key: PrivateKey, receipt_hash: str = HASH) -> bytes:
    signature = sign_receipt_hash(key, receipt_hash)
    assert isinstance(signature, bytes)
    return signature


def test_rfc8032() -> None:
    items = json.loads(real("crypto/rfc8032-ed25519.json").read_text(encoding="utf-8"))
    assert len(items) == 5
    for item in items:
        key = key_of(bytes.fromhex(item["seed"]))
        message, signature = bytes.fromhex(item["msg"]), bytes.fromhex(item["sig"])
        assert key.public_key.raw.hex() == item["public"]
        assert key.sign(message) == signature
        assert key.public_key.verifies(message, signature)
        assert not key.public_key.verifies(message + b"x", signature)


BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def from_base58(text: str) -> bytes:
    number = 0
    for character in text:
        number = number * 58 + BASE58.index(character)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def test_eddsa_jcs_2022() -> None:
    """The W3C's vector applies step by step: canonical JSON, SHA-256, and Ed25519 over two hashes.

    What its signature is over is 64 bytes, two hashes, where ours is over one.
    """
    folder = "vc/eddsa-jcs-2022-"
    hashes = []
    for source, canonical, digest in (
        (folder + "proofConfigJCS.json", "proofCanonJCS.txt", "proofHashJCS.txt"),
        ("vc/unsigned.json", "canonDocJCS.txt", "docHashJCS.txt"),
    ):
        data = encode(json.loads(real(source).read_text(encoding="utf-8")))
        assert isinstance(data, bytes)
        assert data.decode() == real(folder + canonical).read_text(encoding="utf-8")
        hashes.append(sha256_hex(data))
        assert hashes[-1] == real(folder + digest).read_text(encoding="ascii")
    message = "".join(hashes)
    assert message == real(folder + "combinedHashJCS.txt").read_text(encoding="ascii")
    keys = json.loads(real("vc/keyPair.json").read_text(encoding="ascii"))
    public_key = PublicKey(from_base58(keys["publicKeyMultibase"][1:])[2:])
    signature = bytes.fromhex(real(folder + "sigHexJCS.txt").read_text(encoding="ascii"))
    assert public_key.verifies(bytes.fromhex(message), signature)
    key = key_of(from_base58(keys["privateKeyMultibase"][1:])[2:])
    assert key.public_key == public_key
    assert key.sign(bytes.fromhex(message)) == signature


def test_a_thousand_signatures_verify() -> None:
    random = Random("signatures")
    key, other = key_of(), key_of(bytes(32))
    for _ in range(1_000):
        receipt_hash = random.randbytes(32).hex()
        signature = signature_of(key, receipt_hash)
        assert verify_receipt_hash(key.public_key, receipt_hash, signature) is None
        assert verify_receipt_hash(other.public_key, receipt_hash, signature) == SignatureInvalid()


def test_what_is_signed_are_the_bytes_of_the_hash() -> None:
    key = key_of()
    signature = signature_of(key)
    assert key.public_key.verifies(bytes.fromhex(HASH), signature)
    assert not key.public_key.verifies(HASH.encode(), signature)


def test_every_changed_bit_is_noticed() -> None:
    key = key_of()
    signature = signature_of(key)
    for bit in range(8 * len(signature)):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert verify_receipt_hash(key.public_key, HASH, bytes(changed)) == SignatureInvalid()
    for bit in range(256):
        changed = bytearray(bytes.fromhex(HASH))
        changed[bit // 8] ^= 1 << bit % 8
        assert verify_receipt_hash(key.public_key, changed.hex(), signature) == SignatureInvalid()


def test_a_scalar_that_is_not_reduced_is_refused() -> None:
    """S + L makes the same point as S; RFC 8032 refuses it, and so does 11."""
    key = key_of()
    signature = signature_of(key)
    scalar = int.from_bytes(signature[32:], "little")
    assert scalar < GROUP_ORDER
    for multiple in range(1, 16):
        larger = (scalar + multiple * GROUP_ORDER).to_bytes(33, "little")
        if larger[32] == 0:
            assert not key.public_key.verifies(bytes.fromhex(HASH), signature[:32] + larger[:32])


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(64), bytes(65), b"\xff" * 64])
def test_what_is_no_signature(signature: bytes) -> None:
    assert verify_receipt_hash(key_of().public_key, HASH, signature) == SignatureInvalid()


@pytest.mark.parametrize("receipt_hash", ["", "0" * 63, "A" * 64, "0" * 62 + " 0"])
def test_what_is_no_hash_is_neither_signed_nor_verified(receipt_hash: str) -> None:
    key = key_of()
    assert sign_receipt_hash(key, receipt_hash) == ReceiptInvalid()
    assert verify_receipt_hash(key.public_key, receipt_hash, signature_of(key)) == SignatureInvalid()


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_any_32_bytes_are_a_public_key_and_nothing_raises(raw: bytes, signature: bytes) -> None:
    key = read_public_key(base64text.encode(raw))
    assert isinstance(key, PublicKey)
    assert not key.verifies(b"message", signature)


# Private keys


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(size: int) -> None:
    assert private_key(bytes(size)) == SigningKeyMissing()
    assert read_private_key(base64text.encode(bytes(size))) == SigningKeyMissing()


@pytest.mark.parametrize("text", [None, "", "x", "AAA", base64text.encode(SEED) + "\n", SEED.hex()])
def test_a_missing_or_malformed_key_is_missing(text: str | None) -> None:
    assert read_private_key(text) == SigningKeyMissing()


def test_a_configured_key() -> None:
    key = read_private_key(base64text.encode(SEED))
    assert isinstance(key, PrivateKey)
    assert signature_of(key) == signature_of(key_of())


def test_a_private_key_shows_nothing() -> None:
    key = key_of()
    secrets = (SEED.hex(), base64text.encode(SEED), repr(SEED)[2:-1])
    for text in (repr(key), str(key), f"{key}", f"{key!r}", "%s" % key, repr([key]), repr({"key": key})):  # noqa: UP031
        assert not any(secret in text for secret in secrets)
    for name in dir(key):
        value = getattr(key, name)
        assert value != SEED
        assert not any(secret in repr(value) for secret in secrets)
    assert not hasattr(key, "__dict__")


@pytest.mark.parametrize("escape", [copy.copy, copy.deepcopy, pickle.dumps, json.dumps, bytes, list, vars])
def test_a_private_key_goes_nowhere(escape: Any) -> None:
    with pytest.raises(TypeError) as caught:
        escape(key_of())
    assert SEED.hex() not in str(caught.value)


def test_two_private_keys_are_not_compared_by_their_bytes() -> None:
    assert key_of() != key_of()
    assert key_of().public_key == key_of().public_key
    assert hash(key_of().public_key) == hash(key_of().public_key)
    assert base64text.encode(key_of().public_key.raw) in repr(key_of().public_key)


# Keyrings

ENTRY = {"alg": "ED25519", "public_key": key_of().public_key.text, "status": "ACTIVE"}


def document(keys: Any, **more: Any) -> bytes:
    return json.dumps({"keyring_version": "BPC-KEYRING-1", "keys": keys, **more}).encode()


def ring(*operations: tuple[str, Status]) -> Keyring:
    """A keyring with this key under each id, in this state."""
    keyring: Any = Keyring()
    for key_id, status in operations:
        keyring = set_status(add_key_to(keyring, key_id), key_id, status)
        assert isinstance(keyring, Keyring)
    assert isinstance(keyring, Keyring)
    return keyring


def add_key_to(keyring: Keyring, key_id: str) -> Keyring:
    added = add_key(keyring, key_id, key_of().public_key)
    assert isinstance(added, Keyring)
    return added


def test_a_keyring_is_read_as_it_is_written() -> None:
    keyring = ring(("a", Status.ACTIVE), ("b", Status.RETIRED), ("c.-_9", Status.REVOKED))
    data = write_keyring(keyring)
    assert isinstance(data, bytes)
    assert read_keyring(data) == keyring
    assert data == encode(json.loads(data))
    assert json.loads(data)["keys"]["a"] == ENTRY


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{}",
        document({}, more=1),
        document([]),
        document({}).replace(b"KEYRING-1", b"KEYRING-2"),
        document({"": ENTRY}),
        document({"a/b": ENTRY}),
        document({"x" * 129: ENTRY}),
        document({"a": []}),
        document({"a": {**ENTRY, "more": 1}}),
        document({"a": {"alg": "ED25519", "status": "ACTIVE"}}),
        document({"a": {**ENTRY, "alg": "ed25519"}}),
        document({"a": {**ENTRY, "status": "active"}}),
        document({"a": {**ENTRY, "status": None}}),
        document({"a": {**ENTRY, "status": []}}),
        document({"a": {**ENTRY, "public_key": "AAAA"}}),
        document({"a": {**ENTRY, "public_key": None}}),
        document({"a": {**ENTRY, "public_key": ENTRY["public_key"] + "\n"}}),
    ],
)
def test_no_keyring(data: bytes) -> None:
    assert isinstance(read_keyring(data), ValidationError)


def test_a_key_id_twice_is_a_fault() -> None:
    entry = json.dumps(ENTRY)
    data = f'{{"keyring_version":"BPC-KEYRING-1","keys":{{"a":{entry},"a":{entry}}}}}'.encode()
    failure = read_keyring(data)
    assert isinstance(failure, IngestError)
    assert failure.kind == "DuplicateKey"


@given(st.binary())
def test_reading_a_keyring_never_raises(data: bytes) -> None:
    assert isinstance(read_keyring(data), Failure)


def test_a_key_id_never_changes_its_key() -> None:
    keyring = ring(("a", Status.RETIRED))
    assert add_key(keyring, "a", key_of().public_key) == keyring
    assert isinstance(add_key(keyring, "a", key_of(bytes(32)).public_key), ValidationError)
    assert isinstance(add_key(keyring, "a b", key_of().public_key), ValidationError)
    assert isinstance(set_status(keyring, "b", Status.RETIRED), ValidationError)


@pytest.mark.parametrize(
    ("status", "following", "allowed"),
    [
        (Status.ACTIVE, Status.ACTIVE, True),
        (Status.ACTIVE, Status.RETIRED, True),
        (Status.ACTIVE, Status.REVOKED, True),
        (Status.RETIRED, Status.ACTIVE, False),
        (Status.RETIRED, Status.RETIRED, True),
        (Status.RETIRED, Status.REVOKED, True),
        (Status.REVOKED, Status.ACTIVE, False),
        (Status.REVOKED, Status.RETIRED, False),
        (Status.REVOKED, Status.REVOKED, True),
    ],
)
def test_a_status_never_goes_back(status: Status, following: Status, allowed: bool) -> None:
    keyring = ring(("a", status))
    assert (
        set_status(keyring, "a", following) == ring(("a", following))
        if allowed
        else isinstance(set_status(keyring, "a", following), ValidationError)
    )


@pytest.mark.parametrize(
    ("status", "signs", "verifies"),
    [(Status.ACTIVE, True, True), (Status.RETIRED, False, True), (Status.REVOKED, False, False)],
)
def test_what_a_key_may_do(status: Status, signs: bool, verifies: bool) -> None:
    keyring, key = ring(("a", status)), key_of()
    assert may_sign(keyring, "a", key.public_key) is signs
    assert (verify_signature(keyring, "a", HASH, signature_of(key)) is None) is verifies
    assert verify_signature(keyring, "b", HASH, signature_of(key)) == SignatureInvalid()
    assert not may_sign(keyring, "b", key.public_key)
    assert not may_sign(keyring, "a", key_of(bytes(32)).public_key)


def test_the_base64_of_a_public_key_has_one_spelling() -> None:
    text = key_of().public_key.text
    assert isinstance(read_public_key(text), PublicKey)
    for other in (text[:-1], text + "=", text.rstrip("="), text + "\n", ""):
        assert read_public_key(other) == Base64Error()
