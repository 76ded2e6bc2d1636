"""The life of versions: every operation in every state, one ACTIVE version, compiling a thing again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest

from clysm.passport.digests import sha256_hex
from clysm.passport.errors import NotFound, QrError, ValidationError
from clysm.passport.qr import QrValues, build_qr
from clysm.passport.versions import (
    Passports,
    Status,
    Version,
    activate,
    generate_qr,
    revoke,
    served_receipt,
    store_compiled,
    store_signature,
)

TENANT = "3f0c1a52-7d5e-4c7b-9a38-0b7a3b2a9e01"
PRODUCT = "9b2f6c1e-55d4-4f0e-8a6a-7f2d1c3b4a02"
PASSPORT = "ffd9e5ca-dddc-572a-9646-ccdc430283b0"
AT = "2025-01-01T00:00:00Z"
LATER = "2025-02-01T00:00:00Z"
SIGNATURE = bytes(64)


@dataclass(frozen=True)
class Compiled:
    """What compilation gives, as far as a store looks at it."""

    passport_version_id: str
    passport_id: str = PASSPORT
    payload: bytes = b"payload"
    payload_hash: str = sha256_hex(b"payload")
    proof: bytes = b"proof"
    proof_root_hash: str = sha256_hex(b"root")
    receipt_unsigned: bytes = b'{"rule_package_version_id":"x","signature_alg":"ED25519"}'
    receipt_hash: str = sha256_hex(b"receipt")


def version_id(number: int) -> str:
    return f"00000000-0000-5000-8000-{number:012d}"


FIRST, SECOND = version_id(1), version_id(2)


def stored(number: int = 1, store: Passports | None = None) -> Passports:
    """A store with a version in COMPILING."""
    after = store_compiled(store or Passports(), TENANT, PRODUCT, Compiled(version_id(number)))
    assert isinstance(after, Passports)
    return after


OPERATIONS: dict[str, Any] = {
    "sign": lambda store, name: store_signature(store, name, SIGNATURE),
    "generate QR": generate_qr,
    "activate": lambda store, name: activate(store, name, AT),
    "revoke": lambda store, name: revoke(store, name, AT, "recalled"),
}


def after(*operations: str, number: int = 1, store: Passports | None = None) -> Passports:
    """A store after operations on a version that was compiled before them."""
    current = stored(number, store)
    for operation in operations:
        current = OPERATIONS[operation](current, version_id(number))
        assert isinstance(current, Passports), operation
    return current


def superseded() -> Passports:
    return after("sign", "activate", number=2, store=after("sign", "activate"))


STATES = {
    Status.COMPILING: stored(),
    Status.SIGNED: after("sign"),
    Status.ACTIVE: after("sign", "activate"),
    Status.SUPERSEDED: superseded(),
    Status.REVOKED: after("sign", "revoke"),
}
ALLOWED = {
    (Status.COMPILING, "sign"): Status.SIGNED,
    (Status.SIGNED, "generate QR"): Status.SIGNED,
    (Status.SIGNED, "activate"): Status.ACTIVE,
    (Status.SIGNED, "revoke"): Status.REVOKED,
    (Status.ACTIVE, "revoke"): Status.REVOKED,
    (Status.SUPERSEDED, "revoke"): Status.REVOKED,
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("status", Status)
def test_every_operation_in_every_state(status: Status, operation: str) -> None:
    store = STATES[status]
    assert store.versions[FIRST].status is status
    outcome = OPERATIONS[operation](store, FIRST)
    expected = ALLOWED.get((status, operation))
    if expected is None:
        assert isinstance(outcome, ValidationError)
    else:
        assert outcome.versions[FIRST].status is expected
        assert outcome.versions[FIRST].artifacts == store.versions[FIRST].artifacts
    assert store.versions[FIRST].status is status  # the store before is what it was


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_unknown_version(operation: str) -> None:
    assert OPERATIONS[operation](Passports(), FIRST) == NotFound()


def test_signing_stores_the_signature_and_serves_it() -> None:
    version = after("sign").versions[FIRST]
    assert version.signature == SIGNATURE
    served = served_receipt(version)
    assert isinstance(served, bytes)
    assert b'"signature":"' in served
    assert len(served) == len(version.artifacts.receipt_unsigned) + 103
    assert isinstance(served_receipt(stored().versions[FIRST]), ValidationError)
    assert isinstance(store_signature(stored(), FIRST, bytes(63)), ValidationError)


def test_the_qr_text_is_that_of_the_stored_hashes() -> None:
    store = after("sign", "generate QR", "generate QR")
    kept = store.versions[FIRST].artifacts
    values = QrValues(FIRST, kept.payload_hash, kept.proof_root_hash, kept.receipt_hash)
    assert store.versions[FIRST].qr_text == build_qr(values)
    assert after("sign", "generate QR", "activate").versions[FIRST].qr_text == build_qr(values)


def test_no_qr_text_for_what_is_no_hash() -> None:
    store = store_compiled(Passports(), TENANT, PRODUCT, Compiled(FIRST, receipt_hash="x"))
    assert isinstance(store, Passports)
    signed = store_signature(store, FIRST, SIGNATURE)
    assert isinstance(signed, Passports)
    assert generate_qr(signed, FIRST) == QrError("rh")


def test_activation_supersedes_the_active_version() -> None:
    first = after("sign", "activate")
    assert first.passports[PASSPORT].active_version_id == FIRST
    both = after("sign", number=2, store=first)
    store = activate(both, SECOND, LATER)
    assert isinstance(store, Passports)
    assert store.passports[PASSPORT].active_version_id == SECOND
    assert store.versions[SECOND].status is Status.ACTIVE
    assert store.versions[FIRST].status is Status.SUPERSEDED
    assert store.versions[FIRST].superseded_at == LATER
    assert first.versions[FIRST].superseded_at is None


def test_revocation() -> None:
    revoked = revoke(after("sign", "activate"), FIRST, LATER, "recalled")
    assert isinstance(revoked, Passports)
    assert revoked.passports[PASSPORT].active_version_id is None
    assert revoked.versions[FIRST].revoked_at == LATER
    assert revoked.versions[FIRST].revocation_reason == "recalled"
    other = revoke(superseded(), FIRST, LATER, "recalled")
    assert isinstance(other, Passports)
    assert other.passports[PASSPORT].active_version_id == SECOND


def test_times_and_reasons() -> None:
    assert isinstance(activate(after("sign"), FIRST, "today"), ValidationError)
    assert isinstance(revoke(after("sign"), FIRST, "today", "recalled"), ValidationError)
    assert isinstance(revoke(after("sign"), FIRST, AT, ""), ValidationError)


def test_compiling_again_finds_the_version() -> None:
    store = after("sign", "activate")
    again = store_compiled(
        store,
        TENANT,
        PRODUCT,
        Compiled(FIRST, receipt_unsigned=b"another", receipt_hash=sha256_hex(b"another")),
    )
    assert again == store  # the first receipt stays


@pytest.mark.parametrize("change", [{"payload_hash": "0" * 64}, {"proof_root_hash": "0" * 64}])
def test_other_hashes_under_one_id_are_refused(change: Any) -> None:
    other = replace(Compiled(FIRST), **change)
    assert isinstance(store_compiled(stored(), TENANT, PRODUCT, other), ValidationError)


def test_there_is_one_passport_for_a_tenant_and_product() -> None:
    other = Compiled(SECOND, passport_id=version_id(9))
    assert isinstance(store_compiled(stored(), TENANT, PRODUCT, other), ValidationError)
    assert isinstance(store_compiled(stored(), TENANT, TENANT, Compiled(SECOND)), ValidationError)
    assert isinstance(store_compiled(stored(), PRODUCT, PRODUCT, Compiled(SECOND)), ValidationError)
    store = store_compiled(stored(), TENANT, TENANT, other)
    assert isinstance(store, Passports)
    assert len(store.passports) == 2


def test_a_version_belongs_to_one_passport() -> None:
    store = stored()
    other = Compiled(FIRST, passport_id=version_id(9))
    assert isinstance(store_compiled(store, TENANT, TENANT, other), ValidationError)


def test_at_most_one_version_is_ever_active() -> None:
    random = Random("versions")
    store = Passports()
    for _ in range(2_000):
        number = random.randrange(8)
        operation = random.choice(["compile", "compile", *OPERATIONS])
        artifacts = Compiled(version_id(number))
        outcome = (
            store_compiled(store, TENANT, PRODUCT, artifacts)
            if operation == "compile"
            else OPERATIONS[operation](store, version_id(number))
        )
        if isinstance(outcome, Passports):
            store = outcome
        active = [name for name, version in store.versions.items() if version.status is Status.ACTIVE]
        assert active == [
            p.active_version_id for p in store.passports.values() if p.active_version_id is not None
        ]
        assert all(isinstance(version, Version) for version in store.versions.values())
        if number == 0 and random.random() < 0.02:
            store = Passports()
    assert store.versions
