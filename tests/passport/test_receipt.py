"""Receipts: vectors, every rule of 10.2, the fast reader against the exact one, the size limit, tampering."""

from __future__ import annotations

import json
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
    CanonicalDecodeFailed,
    CanonicalEncodingFailed,
    CanonicalNumberNotAllowed,
    Failure,
    ReceiptInvalid,
    record,
)
from clysm.passport.keyring import Keyring, read_keyring, verify_signature
from clysm.passport.receipt import (
    MAX_BYTES,
    Receipt,
    SignedReceipt,
    is_key_id,
    read_exactly,
    read_receipt,
    signed_receipt,
    unsigned_receipt,
)
from clysm.passport.signing import (
    PrivateKey,
    PublicKey,
    private_key,
    read_public_key,
    sign_receipt_hash,
    verify_receipt_hash,
)
from clysm.passport.uuids import passport_version_id
from tests.passport.random_values import random_text
from tests.passport.vectors import group, matches

READERS = (read_receipt, read_exactly)


@pytest.mark.parametrize("item", group("receipt"))
def test_receipt_vector(item: Any) -> None:
    expected = item["expect"]
    receipt = Receipt(**{name: item["members"][name] for name in Receipt._fields})
    unsigned = unsigned_receipt(receipt)
    assert isinstance(unsigned, bytes)
    assert unsigned.decode() == expected["unsigned"]
    assert len(unsigned) == expected["unsigned_bytes"]
    assert sha256_hex(unsigned) == expected["receipt_hash"]
    key = private_key(bytes.fromhex(item["signing_seed_hex"]))
    assert isinstance(key, PrivateKey)
    assert key.public_key.raw.hex() == expected["public_key_hex"]
    signature = sign_receipt_hash(key, expected["receipt_hash"])
    assert isinstance(signature, bytes)
    assert signature.hex() == expected["signature_hex"]
    signed = signed_receipt(unsigned, signature)
    assert signed.decode() == expected["signed"]
    assert len(signed) == len(unsigned) + 103


@pytest.mark.parametrize("item", group("receipt_verify"))
@pytest.mark.parametrize("read", READERS)
def test_receipt_verify_vector(item: Any, read: Any) -> None:
    outcome = read(item["receipt"].encode())
    if isinstance(outcome, SignedReceipt):
        outcome = verify(item, outcome) or outcome
    if "error" in item:
        assert isinstance(outcome, Failure)
        assert matches(record(outcome), item["error"])
    else:
        assert isinstance(outcome, SignedReceipt)
        assert outcome.receipt_hash == item["expect"]


def verify(item: Any, read: SignedReceipt) -> Failure | None:
    if "keyring" in item:
        keyring = read_keyring(json.dumps(item["keyring"]).encode())
        assert isinstance(keyring, Keyring)
        return verify_signature(keyring, read.receipt.signing_key_id, read.receipt_hash, read.signature)
    key = read_public_key(item["public_key_base64"])
    assert isinstance(key, PublicKey)
    return verify_receipt_hash(key, read.receipt_hash, read.signature)


def receipt_of(build_id: str = "build-1", **members: str) -> Receipt:
    """A valid receipt but for the members given."""
    uuid, digest = "3f0c1a52-7d5e-4c7b-9a38-0b7a3b2a9e01", sha256_hex(b"")
    version_id = passport_version_id(uuid, digest, digest, digest, build_id)
    assert isinstance(version_id, str)
    receipt = Receipt(
        battery_product_id=uuid,
        compiler_build_id=build_id,
        dsl_sha256=digest,
        issued_at="2025-01-01T00:00:00Z",
        passport_id=uuid,
        passport_version_id=version_id,
        payload_hash=digest,
        proof_root_hash=digest,
        rule_package_version_id=uuid,
        signing_key_id="key-1",
        snapshot_hash=digest,
        snapshot_id=uuid,
        tenant_id=uuid,
        tests_sha256=digest,
    )
    return receipt._replace(**members)


SIGNATURE = bytes(range(64))


def document_of(receipt: Receipt) -> bytes:
    unsigned = unsigned_receipt(receipt)
    assert isinstance(unsigned, bytes)
    return signed_receipt(unsigned, SIGNATURE)


@pytest.mark.parametrize(
    "build_id",
    [
        "x",
        "ü",
        '"',
        "\\",
        "\x00",
        "\n",
        '","signature":"x',
        ',"signature_alg":"',
        "a b",
        "\x7f",
        "\U0001f50b",
        "{}%s",
    ],
)
def test_any_build_id(build_id: str) -> None:
    receipt = receipt_of(build_id)
    data = document_of(receipt)
    for read in READERS:
        signed = read(data)
        assert isinstance(signed, SignedReceipt)
        assert signed.receipt == receipt
        assert signed.signature == SIGNATURE
        assert signed.unsigned == unsigned_receipt(receipt)
        assert signed.receipt_hash == sha256_hex(signed.unsigned)


def test_a_thousand_receipts_are_canonical() -> None:
    random = Random("receipts")
    for _ in range(1_000):
        receipt = receipt_of(random_text(random) or "x")
        data = document_of(receipt)
        members = {
            **receipt._asdict(),
            "receipt_version": "BPC-RECEIPT-1",
            "signature_alg": "ED25519",
            "signature": base64text.encode(SIGNATURE),
        }
        assert data == encode(members)
        signed = read_receipt(data)
        assert isinstance(signed, SignedReceipt)
        assert signed == read_exactly(data)
        assert signed.receipt == receipt


def test_a_build_id_without_canonical_form() -> None:
    assert unsigned_receipt(receipt_of()._replace(compiler_build_id="\ud800")) == CanonicalEncodingFailed()


HASHES = ("dsl_sha256", "payload_hash", "proof_root_hash", "snapshot_hash", "tests_sha256")
IDS = (
    "battery_product_id",
    "passport_id",
    "passport_version_id",
    "rule_package_version_id",
    "snapshot_id",
    "tenant_id",
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "A" * 64) for name in HASHES),
        *((name, "0" * 63) for name in HASHES),
        *((name, "A0000000-0000-0000-0000-000000000000") for name in IDS),
        *((name, "") for name in (*HASHES, *IDS)),
        ("issued_at", "2025-02-29T00:00:00Z"),
        ("issued_at", "2025-01-01T00:00:00z"),
        ("issued_at", ""),
        ("compiler_build_id", ""),
        ("compiler_build_id", "another"),
        ("signing_key_id", ""),
        ("signing_key_id", "a/b"),
        ("signing_key_id", "x" * 129),
        # Each of these changes what the version id is derived from.
        ("passport_id", "9b2f6c1e-55d4-4f0e-8a6a-7f2d1c3b4a02"),
        ("snapshot_hash", "0" * 64),
        ("dsl_sha256", "0" * 64),
        ("tests_sha256", "0" * 64),
        ("passport_version_id", "9b2f6c1e-55d4-4f0e-8a6a-7f2d1c3b4a02"),
    ],
)
def test_a_wrong_member(name: str, value: str) -> None:
    data = document_of(receipt_of(**{name: value}))
    for read in READERS:
        assert read(data) == ReceiptInvalid()


MEMBERS = json.loads(document_of(receipt_of()))


@pytest.mark.parametrize("name", [name for name in MEMBERS if name != "signature"])
@pytest.mark.parametrize("value", [None, 1, [], {}, True])
def test_a_member_that_is_no_text(name: str, value: Any) -> None:
    data = encode({**MEMBERS, name: value})
    assert isinstance(data, bytes)
    for read in READERS:
        assert read(data) == ReceiptInvalid()


@pytest.mark.parametrize(
    ("members", "failure"),
    [
        ([], ReceiptInvalid()),
        ("signature", ReceiptInvalid()),
        ({}, ReceiptInvalid()),
        ({**MEMBERS, "receipt_version": "BPC-RECEIPT-2"}, ReceiptInvalid()),
        ({**MEMBERS, "signature_alg": "ed25519"}, ReceiptInvalid()),
        ({**MEMBERS, "signature": None}, Base64Error()),
        ({**MEMBERS, "signature": ""}, Base64Error()),
        ({**MEMBERS, "signature": base64text.encode(bytes(63))}, Base64Error()),
        ({**MEMBERS, "signature": base64text.encode(bytes(65))}, Base64Error()),
        ({**MEMBERS, "signature": "A" * 85 + "B=="}, Base64Error()),  # bits left over
        # The signature is looked at before the other members.
        ({"signature": ""}, Base64Error()),
        ({"signature": base64text.encode(SIGNATURE)}, ReceiptInvalid()),
        ({**MEMBERS, "tenant_id": 1, "signature": ""}, Base64Error()),
    ],
)
def test_a_wrong_document(members: Any, failure: Failure) -> None:
    data = encode(members)
    assert isinstance(data, bytes)
    for read in READERS:
        assert read(data) == failure


@pytest.mark.parametrize(
    ("data", "failure"),
    [
        (json.dumps(MEMBERS).encode(), CanonicalDecodeFailed()),
        (document_of(receipt_of()) + b"\n", CanonicalDecodeFailed()),
        (b"", CanonicalDecodeFailed()),
        (b'{"a":1.5}', CanonicalNumberNotAllowed()),
        (document_of(receipt_of()).replace(b"build-1", b"build-\xff"), CanonicalDecodeFailed()),
    ],
)
def test_bytes_that_are_not_canonical(data: bytes, failure: Failure) -> None:
    for read in READERS:
        assert read(data) == failure


@pytest.mark.parametrize(("size", "valid"), [(MAX_BYTES, True), (MAX_BYTES + 1, False)])
@pytest.mark.parametrize("letter", ["x", "\x7f"])
def test_the_size_limit(size: int, valid: bool, letter: str) -> None:
    unsigned = unsigned_receipt(receipt_of(""))
    assert isinstance(unsigned, bytes)
    receipt = receipt_of(letter * (size - len(unsigned)))
    padded = unsigned_receipt(receipt)
    assert isinstance(padded, bytes)
    assert len(padded) == size
    for read in READERS:
        assert isinstance(read(signed_receipt(padded, SIGNATURE)), SignedReceipt if valid else ReceiptInvalid)


def test_every_changed_byte_is_noticed() -> None:
    """By the reader, by the hash that is signed, or by the signature. Adding and removing bytes likewise."""
    key = private_key(bytes(32))
    assert isinstance(key, PrivateKey)
    receipt = receipt_of()
    unsigned = unsigned_receipt(receipt)
    assert isinstance(unsigned, bytes)
    signature = sign_receipt_hash(key, sha256_hex(unsigned))
    assert isinstance(signature, bytes)
    data = signed_receipt(unsigned, signature)
    assert accepted(key.public_key, data)
    for place in range(len(data)):
        for middle in (
            bytes([data[place] ^ 1]),
            bytes([data[place] ^ 0x20]),
            b"",
            data[place : place + 1] * 2,
        ):
            assert not accepted(key.public_key, data[:place] + middle + data[place + 1 :])


def accepted(key: PublicKey, data: bytes) -> bool:
    signed = read_receipt(data)
    assert signed == read_exactly(data)
    return (
        isinstance(signed, SignedReceipt)
        and verify_receipt_hash(key, signed.receipt_hash, signed.signature) is None
    )


@given(st.binary())
def test_reading_never_raises(data: bytes) -> None:
    assert isinstance(read_receipt(data), Failure)


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("a", True),
        ("A-Z._09", True),
        ("x" * 128, True),
        ("x" * 129, False),
        ("", False),
        ("ä", False),
        ("a\n", False),
        ("a b", False),
        (None, False),
    ],
)
def test_key_ids(name: object, valid: bool) -> None:
    assert is_key_id(name) is valid
