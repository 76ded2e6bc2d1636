"""Replay (BPC-REPLAY-1): can a stored version be made again from its stored inputs, byte for byte?

Source: specification, section 13, whose steps bear their numbers here. A report lists all that differs; steps
that need a receipt are left out where there is none. Nothing stored is trusted, neither hashes nor facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from clysm.passport.builds import BUILD_ID, REPRODUCED
from clysm.passport.compilation import CompileInput, CompileOutput, SnapshotInput, compile_passport
from clysm.passport.digests import sha256_hex
from clysm.passport.errors import Failure, Mismatch, ReplayMismatch, SnapshotMismatch, ValidationError, record
from clysm.passport.facts import make_fact
from clysm.passport.keyring import Keyring, verify_signature
from clysm.passport.qr import QrValues, build_qr
from clysm.passport.receipt import Receipt, read_receipt, signed_receipt
from clysm.passport.snapshot import FactName, read_snapshot
from clysm.passport.uuids import passport_id
from clysm.passport.verification.binding import verify_binding
from clysm.passport.verification.payload import verify_payload
from clysm.passport.verification.proof import VerifiedProof, verify_proof
from clysm.passport.versions import Status, Version

REPLAY_VERSION: Final = "BPC-REPLAY-1"


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What differs: `expected` is what is stored, `actual` what was found or made again.

    Where something stored does not verify, nothing is expected and `actual` is the record of the failure.
    """

    mismatches: tuple[Mismatch, ...]

    @property
    def verified(self) -> bool:
        """Whether the version was reproduced."""
        return not self.mismatches

    @property
    def failure(self) -> ReplayMismatch | None:
        """The report as a failure, if it is one."""
        return ReplayMismatch(self.mismatches) if self.mismatches else None

    def record(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "mismatches": record(ReplayMismatch(self.mismatches))["mismatches"],
            "replay_version": REPLAY_VERSION,
            "verified": self.verified,
        }


def replay(version: Version, inputs: CompileInput, keyring: Keyring) -> ReplayReport | ValidationError:
    """The report on a stored version and the inputs stored with it; a version in COMPILING is refused."""
    # 1. The status.
    if version.status is Status.COMPILING:
        return ValidationError("a version in COMPILING cannot be replayed")
    found = [*_stored_hashes(version, inputs.snapshot), *_verification(version, inputs.snapshot)]
    found += _facts(inputs.snapshot)
    signed = read_receipt(signed_receipt(version.artifacts.receipt_unsigned, version.signature or b""))
    if isinstance(signed, Failure):
        found.append(_failed("receipt", signed))
    else:
        found += _stored_members(signed.receipt, version, inputs)
        found += _build(signed.receipt)
        found += _made_again(signed.receipt, version, inputs)
        found += _signature(signed.receipt, version, keyring)
    found += _qr(version)
    return ReplayReport(
        tuple(mismatch for place, mismatch in enumerate(found) if mismatch not in found[:place])
    )


# 2. What is stored, by itself


def _stored_hashes(version: Version, snapshot: SnapshotInput) -> Iterator[Mismatch]:
    """Each stored hash is that of the stored bytes; the root hash comes with the verified proof."""
    stored = version.artifacts
    yield from _compare("payload_hash", stored.payload_hash, sha256_hex(stored.payload))
    yield from _compare("receipt_hash", stored.receipt_hash, sha256_hex(stored.receipt_unsigned))
    yield from _compare("snapshot_hash", snapshot.hash, sha256_hex(snapshot.canonical))


def _verification(version: Version, snapshot: SnapshotInput) -> Iterator[Mismatch]:
    """Proof (7.5, 7.6), payload (8.2) and snapshot (7.7)."""
    stored = version.artifacts
    document = read_snapshot(snapshot.canonical)
    if isinstance(document, Failure):
        yield _failed("snapshot", document)
    proof = verify_proof(stored.proof)
    if not isinstance(proof, VerifiedProof):
        yield _failed("proof", proof)
        return
    yield from _compare("proof_root_hash", stored.proof_root_hash, proof.root_hash)
    payload = verify_payload(stored.payload, proof.outcome)
    if isinstance(payload, Failure):
        yield _failed("payload", payload)
    if not isinstance(document, Failure):
        unbound = verify_binding(proof.outcome, document)
        if unbound is not None:
            yield _failed("snapshot", unbound)


# 3. What was compiled from


def _facts(snapshot: SnapshotInput) -> Iterator[Mismatch]:
    """The stored facts are those of the canonical snapshot, which is compared fact by fact."""
    document = read_snapshot(snapshot.canonical)
    sealed = {} if isinstance(document, SnapshotMismatch) else document.items
    given = dict(_payload_hashes(snapshot))
    for name in sorted({*sealed, *given}):
        yield from _compare(f"facts/{'/'.join(name)}", sealed.get(name), given.get(name))


def _payload_hashes(snapshot: SnapshotInput) -> Iterator[tuple[FactName, str | None]]:
    """The hashes of the payloads of the stored facts; None for a fact that is none."""
    for name, given in snapshot.facts.items():
        fact = make_fact(given.fact_type, given.fact_key, given.schema_version, given.payload)
        if isinstance(fact, Failure) or (fact.fact_type, fact.fact_key) != name:
            yield name, None
        else:
            yield name, fact.payload_hash


def _stored_members(receipt: Receipt, version: Version, inputs: CompileInput) -> Iterator[Mismatch]:
    """What the receipt says is what is stored beside it: hashes, ids, and the sources (step 3)."""
    stored = {
        "battery_product_id": inputs.battery_product.battery_product_id,
        "compiler_build_id": inputs.compiler_build_id,
        "dsl_sha256": sha256_hex(inputs.rules.rules),
        "issued_at": inputs.issued_at,
        "passport_id": version.artifacts.passport_id,
        "passport_version_id": version.artifacts.passport_version_id,
        "payload_hash": version.artifacts.payload_hash,
        "proof_root_hash": version.artifacts.proof_root_hash,
        "rule_package_version_id": inputs.rules.rule_package_version_id,
        "signing_key_id": inputs.signing_key_id,
        "snapshot_hash": inputs.snapshot.hash,
        "snapshot_id": inputs.snapshot.snapshot_id,
        "tenant_id": inputs.tenant_id,
        "tests_sha256": sha256_hex(inputs.rules.tests),
    }
    for name, expected in receipt._asdict().items():
        yield from _compare(name, expected, stored[name])
    yield from _compare("passport_id", receipt.passport_id, _passport_id(receipt, inputs))
    if inputs.passport_version_id is not None:
        yield from _compare("passport_version_id", receipt.passport_version_id, inputs.passport_version_id)


def _passport_id(receipt: Receipt, inputs: CompileInput) -> str:
    """The id that was given or, if none was, is derived (2)."""
    if inputs.passport_id is not None:
        return inputs.passport_id
    return cast(str, passport_id(receipt.tenant_id, receipt.battery_product_id))  # ids of a receipt are texts


# 4. to 6. The version made again


def _build(receipt: Receipt) -> Iterator[Mismatch]:
    """This compiler implements the semantics of the build that is named."""
    if receipt.compiler_build_id not in REPRODUCED:
        yield Mismatch("compiler_build_id", receipt.compiler_build_id, BUILD_ID)


def _made_again(receipt: Receipt, version: Version, inputs: CompileInput) -> Iterator[Mismatch]:
    """Compiling again with the ids and the time of the receipt gives the same bytes and version id."""
    made = compile_passport(
        replace(
            inputs,
            tenant_id=receipt.tenant_id,
            passport_id=receipt.passport_id,
            passport_version_id=None,
            battery_product=replace(inputs.battery_product, battery_product_id=receipt.battery_product_id),
            rules=replace(inputs.rules, rule_package_version_id=receipt.rule_package_version_id),
            issued_at=receipt.issued_at,
            compiler_build_id=receipt.compiler_build_id,
            signing_key_id=receipt.signing_key_id,
        )
    )
    if not isinstance(made, CompileOutput):
        yield _failed("compilation", made)
        return
    stored = version.artifacts
    yield from _compare("payload_hash", stored.payload_hash, made.payload_hash)
    yield from _compare("proof_root_hash", stored.proof_root_hash, made.proof_root_hash)
    yield from _compare("receipt_hash", stored.receipt_hash, made.receipt_hash)
    yield from _compare("passport_version_id", stored.passport_version_id, made.passport_version_id)
    for name, ours, theirs in (
        ("payload", stored.payload, made.payload),
        ("proof", stored.proof, made.proof),
        ("receipt_unsigned", stored.receipt_unsigned, made.receipt_unsigned),
    ):
        if ours != theirs:
            yield Mismatch(name, f"sha256:{sha256_hex(ours)}", f"sha256:{sha256_hex(theirs)}")


# 7. Signature, and what else is stored


def _signature(receipt: Receipt, version: Version, keyring: Keyring) -> Iterator[Mismatch]:
    """The stored signature verifies over the stored hash with the key named."""
    refused = verify_signature(
        keyring, receipt.signing_key_id, version.artifacts.receipt_hash, version.signature or b""
    )
    if refused is not None:
        yield _failed("signature", refused)


def _qr(version: Version) -> Iterator[Mismatch]:
    """The stored QR text, if there is one, is that of the stored version."""
    stored = version.artifacts
    if version.qr_text is not None:
        made = build_qr(
            QrValues(
                stored.passport_version_id, stored.payload_hash, stored.proof_root_hash, stored.receipt_hash
            )
        )
        if isinstance(made, Failure):
            yield _failed("qr_text", made)
        else:
            yield from _compare("qr_text", version.qr_text, made)


def _compare(field: str, expected: str | None, actual: str | None) -> Iterator[Mismatch]:
    if expected != actual:
        yield Mismatch(field, expected, actual)


def _failed(field: str, failure: Failure) -> Mismatch:
    return Mismatch(field, None, record(failure))
