"""The life of a passport's versions: compiled, signed, active, superseded, revoked.

Source: specification, section 14. The store is a value; an operation answers the next store, or why it is
refused, and a refused operation changes nothing. Times are arguments. Stored artifacts never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, Protocol, TypeAlias

from clysm.passport import receipt
from clysm.passport.errors import NotFound, QrError, ValidationError
from clysm.passport.qr import QrValues, build_qr
from clysm.passport.timestamps import is_timestamp


class Status(Enum):
    """The states of section 14."""

    COMPILING = "COMPILING"
    SIGNED = "SIGNED"
    ACTIVE = "ACTIVE"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"


REVOCABLE: Final = frozenset((Status.SIGNED, Status.ACTIVE, Status.SUPERSEDED))


class Artifacts(Protocol):
    """What compilation gives (9.2)."""

    @property
    def passport_id(self) -> str: ...
    @property
    def passport_version_id(self) -> str: ...
    @property
    def payload(self) -> bytes: ...
    @property
    def payload_hash(self) -> str: ...
    @property
    def proof(self) -> bytes: ...
    @property
    def proof_root_hash(self) -> str: ...
    @property
    def receipt_unsigned(self) -> bytes: ...
    @property
    def receipt_hash(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a passport. A member is None until the operation that sets it."""

    artifacts: Artifacts
    status: Status = Status.COMPILING
    signature: bytes | None = None
    qr_text: str | None = None
    superseded_at: str | None = None
    revoked_at: str | None = None
    revocation_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Passport:
    """The one passport of a tenant and product. At most one of its versions is ACTIVE: the one named here."""

    passport_id: str
    tenant_id: str
    battery_product_id: str
    active_version_id: str | None = None


@dataclass(frozen=True, slots=True)
class Passports:
    """All passports and their versions, by id."""

    passports: Mapping[str, Passport] = field(default_factory=dict)
    versions: Mapping[str, Version] = field(default_factory=dict)


Refusal: TypeAlias = NotFound | ValidationError


def store_compiled(
    store: Passports, tenant_id: str, battery_product_id: str, artifacts: Artifacts
) -> Passports | ValidationError:
    """Store artifacts as a version in COMPILING; what is there already stays as it is.

    The version id is derived from the inputs, so compiling the same thing again finds its version. Other
    hashes under one id are refused, and so is a second passport of one tenant and product.
    """
    passport = store.passports.get(artifacts.passport_id)
    if passport is None:
        if any(
            (other.tenant_id, other.battery_product_id) == (tenant_id, battery_product_id)
            for other in store.passports.values()
        ):
            return ValidationError("this tenant and product have another passport")
        passport = Passport(artifacts.passport_id, tenant_id, battery_product_id)
    elif (passport.tenant_id, passport.battery_product_id) != (tenant_id, battery_product_id):
        return ValidationError("this passport is of another tenant or product")
    version = store.versions.get(artifacts.passport_version_id)
    if version is None:
        return _with(store, passport, Version(artifacts))
    stored = version.artifacts
    same = (stored.passport_id, stored.payload_hash, stored.proof_root_hash) == (
        artifacts.passport_id,
        artifacts.payload_hash,
        artifacts.proof_root_hash,
    )
    return store if same else ValidationError("this version has another payload or proof")


def store_signature(store: Passports, version_id: str, signature: bytes) -> Passports | Refusal:
    """COMPILING to SIGNED. Whether the signature verifies is the caller's to know."""
    version = store.versions.get(version_id)
    if version is None:
        return NotFound()
    if version.status is not Status.COMPILING:
        return _refused(version, "signed")
    if len(signature) != receipt.SIGNATURE_BYTES:
        return ValidationError("a signature has 64 bytes")
    return _with_version(store, replace(version, status=Status.SIGNED, signature=signature))


def generate_qr(store: Passports, version_id: str) -> Passports | Refusal | QrError:
    """Store the QR text of a SIGNED version."""
    version = store.versions.get(version_id)
    if version is None:
        return NotFound()
    if version.status is not Status.SIGNED:
        return _refused(version, "given a QR text")
    stored = version.artifacts
    qr_text = build_qr(QrValues(version_id, stored.payload_hash, stored.proof_root_hash, stored.receipt_hash))
    return (
        qr_text if isinstance(qr_text, QrError) else _with_version(store, replace(version, qr_text=qr_text))
    )


def activate(store: Passports, version_id: str, at: str) -> Passports | Refusal:
    """SIGNED to ACTIVE. The version that was ACTIVE is superseded at this time, in the same step."""
    version = store.versions.get(version_id)
    if version is None:
        return NotFound()
    if version.status is not Status.SIGNED:
        return _refused(version, "activated")
    if not is_timestamp(at):
        return ValidationError("the time of activation is no timestamp")
    passport = store.passports[version.artifacts.passport_id]
    if passport.active_version_id is not None:
        former = store.versions[passport.active_version_id]
        store = _with_version(store, replace(former, status=Status.SUPERSEDED, superseded_at=at))
    passport = replace(passport, active_version_id=version_id)
    return _with(store, passport, replace(version, status=Status.ACTIVE))


def revoke(store: Passports, version_id: str, at: str, reason: str) -> Passports | Refusal:
    """SIGNED, ACTIVE or SUPERSEDED to REVOKED. A passport whose ACTIVE version goes points to none."""
    version = store.versions.get(version_id)
    if version is None:
        return NotFound()
    if version.status not in REVOCABLE:
        return _refused(version, "revoked")
    if not is_timestamp(at):
        return ValidationError("the time of revocation is no timestamp")
    if not reason:
        return ValidationError("a revocation has a reason")
    passport = store.passports[version.artifacts.passport_id]
    if passport.active_version_id == version_id:
        passport = replace(passport, active_version_id=None)
    revoked = replace(version, status=Status.REVOKED, revoked_at=at, revocation_reason=reason)
    return _with(store, passport, revoked)


def served_receipt(version: Version) -> bytes | ValidationError:
    """The signed receipt document, which is put together from what is stored."""
    if version.signature is None:
        return _refused(version, "served")
    return receipt.signed_receipt(version.artifacts.receipt_unsigned, version.signature)


def _refused(version: Version, participle: str) -> ValidationError:
    return ValidationError(f"a version in {version.status.value} cannot be {participle}")


def _with(store: Passports, passport: Passport, version: Version) -> Passports:
    passports = {**store.passports, passport.passport_id: passport}
    return _with_version(replace(store, passports=passports), version)


def _with_version(store: Passports, version: Version) -> Passports:
    versions = {**store.versions, version.artifacts.passport_version_id: version}
    return replace(store, versions=versions)
