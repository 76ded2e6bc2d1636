"""Receipts: vectors, every rule of 10.2, the fast reader against the exact one, and the size limit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clysm.passport.digests import sha256_hex
from clysm.passport.errors import Failure, record
from clysm.passport.keyring import Keyring, read_keyring, verify_signature
from clysm.passport.receipt import Receipt, SignedReceipt, read_exactly, read_receipt, signed_receipt, unsigned_receipt
from clysm.passport.signing import (
    PrivateKey,
    PublicKey,
    private_key,
    read_public_key,
    sign_receipt_hash,
    verify_receipt_hash,
)
from tests.passport.vectors import group, matches


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
@pytest.mark.parametrize("read", [read_receipt, read_exactly])
def test_receipt_verify_vector(item: Any, read: Any) -> None:
    outcome = read(item["receipt"].encode())
    if isinstance(outcome, SignedReceipt):
        failure = verify(item, outcome)
        outcome = outcome if failure is None else failure
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
