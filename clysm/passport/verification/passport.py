"""Verification of a whole passport for outsiders (specification, 9.5): its files and a keyring, nothing else.

`CHECKS` lists what is checked, in order. All checks are made, except where one needs what another one has
not found: that one fails then, and this one says why it was not made. `accepts` makes the same checks, the
cheap ones first, and stops at the first that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from clysm.passport.digests import sha256_hex
from clysm.passport.errors import (
    FactConflict,
    Failure,
    InvalidNodeData,
    QrError,
    ReceiptInvalid,
    SemanticMismatch,
    SnapshotMismatch,
    ValidationError,
)
from clysm.passport.keyring import Keyring, read_keyring, verify_signature
from clysm.passport.payload import BatteryProduct
from clysm.passport.qr import PREFIXES, QrValues, parse_qr
from clysm.passport.receipt import SignedReceipt, read_receipt
from clysm.passport.snapshot import SnapshotDocument, read_snapshot
from clysm.passport.verification.binding import verify_binding
from clysm.passport.verification.payload import verify_payload
from clysm.passport.verification.proof import VerifiedProof, judge_proof, verify_proof
from clysm.passport.verification.report import Check, Report, Verdict

PAYLOAD: Final = "payload.json"
PROOF: Final = "proof.json"
RECEIPT: Final = "receipt.json"
QR: Final = "qr.txt"
SNAPSHOT: Final = "snapshot.json"
KEYRING: Final = "keyring"  # no file of the directory

FILES: Final = frozenset((PAYLOAD, PROOF, RECEIPT, QR, SNAPSHOT))
MISSING: Final = ValidationError("the file is missing")
FOREIGN: Final = ValidationError("the file does not belong to a passport")
OF_MEANING: Final = (InvalidNodeData, SemanticMismatch, FactConflict)

NO_PROOF: Final = "the proof does not hold"
NO_PAYLOAD: Final = "the payload does not hold"
NO_RECEIPT: Final = "the receipt does not hold"
NO_SNAPSHOT: Final = "there is no snapshot that can be read"

Answer: TypeAlias = Failure | str | None  # what fails, why the check was not made, or None: it holds


def verify_passport(files: Mapping[str, bytes], keyring: bytes) -> Report:
    """The report on the files of a directory, by name, and a keyring document."""
    return verify_with_keyring(files, read_keyring(keyring))


def verify_with_keyring(files: Mapping[str, bytes], keyring: Keyring | Failure) -> Report:
    """The same report with a keyring that was read before, as for many passports."""
    evidence = Evidence(files, keyring, verify_proof)
    answers = [check.make(evidence) for check in CHECKS]
    if answers == NOTHING_AMISS and files.keys() <= FILES:
        return WHOLE
    checks = [_judged(check, answer) for check, answer in zip(CHECKS, answers, strict=True)]
    if not files.keys() <= FILES:
        checks += [Check("file", name, Verdict.FAILS, FOREIGN) for name in sorted(files.keys() - FILES)]
    return Report(tuple(checks))


def accepts(files: Mapping[str, bytes], keyring: Keyring | Failure) -> bool:
    """Whether the report has no failure."""
    evidence = Evidence(files, keyring, judge_proof)
    return files.keys() <= FILES and not any(
        isinstance(check.make(evidence), Failure) for check in CHEAPEST_FIRST
    )


def _judged(check: Made, answer: Answer) -> Check:
    if answer is None:
        return HELD[check.name]
    if isinstance(answer, str):
        return Check(check.name, check.file, Verdict.NOT_CHECKED, reason=answer)
    return Check(check.name, check.file, Verdict.FAILS, answer)


class Evidence:
    """The files, and what can be read of each, or why not. A file is read when a check first asks for it."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        keyring: Keyring | Failure,
        prove: Callable[[bytes], VerifiedProof | Failure],
    ) -> None:
        self.files: Final = files
        self.keyring: Final = keyring
        self.prove: Final = prove

    @cached_property
    def proof(self) -> VerifiedProof | Failure:
        return self.prove(self.files[PROOF]) if PROOF in self.files else MISSING

    @cached_property
    def payload(self) -> BatteryProduct | Failure | None:
        """None: it is not known without a proof that holds."""
        if PAYLOAD not in self.files:
            return MISSING
        proof = self.proof
        return (
            verify_payload(self.files[PAYLOAD], proof.outcome) if isinstance(proof, VerifiedProof) else None
        )

    @cached_property
    def receipt(self) -> SignedReceipt | Failure:
        return read_receipt(self.files[RECEIPT]) if RECEIPT in self.files else MISSING

    @cached_property
    def qr(self) -> QrValues | Failure:
        # Every byte is some character here, so that a byte that is no ASCII spoils the part it stands in.
        return parse_qr(self.files[QR].decode("latin-1")) if QR in self.files else MISSING

    @cached_property
    def snapshot(self) -> SnapshotDocument | Failure:
        return read_snapshot(self.files[SNAPSHOT]) if SNAPSHOT in self.files else MISSING


# The checks


def _structure(evidence: Evidence) -> Answer:
    """7.5."""
    proof = evidence.proof
    return proof if isinstance(proof, Failure) and not isinstance(proof, OF_MEANING) else None


def _meaning(evidence: Evidence) -> Answer:
    """7.6."""
    proof = evidence.proof
    if isinstance(proof, VerifiedProof):
        return None
    return proof if isinstance(proof, OF_MEANING) else "the structure of the proof does not hold"


def _payload(evidence: Evidence) -> Answer:
    """8.2."""
    if evidence.payload is None:
        return NO_PROOF
    return evidence.payload if isinstance(evidence.payload, Failure) else None


def _receipt(evidence: Evidence) -> Answer:
    """10.2, but for the members that other files bear out."""
    return evidence.receipt if isinstance(evidence.receipt, Failure) else None


def _payload_hash(evidence: Evidence) -> Answer:
    """10.2."""
    if isinstance(evidence.receipt, Failure):
        return NO_RECEIPT
    if PAYLOAD not in evidence.files:
        return NO_PAYLOAD
    return _agrees(sha256_hex(evidence.files[PAYLOAD]) == evidence.receipt.receipt.payload_hash)


def _proof_root_hash(evidence: Evidence) -> Answer:
    """10.2."""
    if isinstance(evidence.receipt, Failure):
        return NO_RECEIPT
    if isinstance(evidence.proof, Failure):
        return NO_PROOF
    return _agrees(evidence.proof.root_hash == evidence.receipt.receipt.proof_root_hash)


def _product(evidence: Evidence) -> Answer:
    """10.2."""
    if isinstance(evidence.receipt, Failure):
        return NO_RECEIPT
    if not isinstance(evidence.payload, BatteryProduct):
        return NO_PAYLOAD
    return _agrees(evidence.payload.battery_product_id == evidence.receipt.receipt.battery_product_id)


def _agrees(whether: bool) -> Answer:
    return None if whether else ReceiptInvalid()


def _keyring(evidence: Evidence) -> Answer:
    """11."""
    return evidence.keyring if isinstance(evidence.keyring, Failure) else None


def _signature(evidence: Evidence) -> Answer:
    """11."""
    if isinstance(evidence.receipt, Failure):
        return NO_RECEIPT
    if isinstance(evidence.keyring, Failure):
        return "the keyring cannot be read"
    signed = evidence.receipt
    return verify_signature(
        evidence.keyring, signed.receipt.signing_key_id, signed.receipt_hash, signed.signature
    )


def _qr(evidence: Evidence) -> Answer:
    """12.2, the text by itself."""
    return evidence.qr if isinstance(evidence.qr, Failure) else None


def _qr_values(evidence: Evidence) -> Answer:
    """12.2: the first part that differs from the receipt."""
    if isinstance(evidence.receipt, Failure):
        return NO_RECEIPT
    if isinstance(evidence.qr, Failure):
        return "the QR text does not hold"
    said, receipt = evidence.qr, evidence.receipt.receipt
    pairs = (
        (said.passport_version_id, receipt.passport_version_id),
        (said.payload_hash, receipt.payload_hash),
        (said.proof_root_hash, receipt.proof_root_hash),
        (said.receipt_hash, evidence.receipt.receipt_hash),
    )
    for part, (stated, expected) in zip(PREFIXES, pairs, strict=True):
        if stated != expected:
            return QrError(part)
    return None


def _snapshot(evidence: Evidence) -> Answer:
    """5.1: the document by itself."""
    if SNAPSHOT not in evidence.files:
        return "there is no snapshot"
    return evidence.snapshot if isinstance(evidence.snapshot, Failure) else None


def _snapshot_hash(evidence: Evidence) -> Answer:
    """The snapshot is that of the receipt."""
    if isinstance(evidence.snapshot, Failure):
        return NO_SNAPSHOT
    if isinstance(evidence.receipt, Failure):
        return NO_RECEIPT
    receipt = evidence.receipt.receipt
    same = sha256_hex(evidence.files[SNAPSHOT]) == receipt.snapshot_hash
    return None if same and evidence.snapshot.snapshot_id == receipt.snapshot_id else SnapshotMismatch()


def _facts(evidence: Evidence) -> Answer:
    """7.7."""
    if isinstance(evidence.snapshot, Failure):
        return NO_SNAPSHOT
    if isinstance(evidence.proof, Failure):
        return NO_PROOF
    return verify_binding(evidence.proof.outcome, evidence.snapshot)


class Made(NamedTuple):
    """A check: its name, the file that is at fault if it fails, and how it is made."""

    name: str
    file: str
    make: Callable[[Evidence], Answer]
    needs_proof: bool = False


CHECKS: Final = (
    Made("proof structure", PROOF, _structure, needs_proof=True),
    Made("proof meaning", PROOF, _meaning, needs_proof=True),
    Made("payload", PAYLOAD, _payload, needs_proof=True),
    Made("receipt", RECEIPT, _receipt),
    Made("payload hash", RECEIPT, _payload_hash),
    Made("proof root hash", RECEIPT, _proof_root_hash, needs_proof=True),
    Made("product", RECEIPT, _product, needs_proof=True),
    Made("keyring", KEYRING, _keyring),
    Made("signature", RECEIPT, _signature),
    Made("qr text", QR, _qr),
    Made("qr values", QR, _qr_values),
    Made("snapshot", SNAPSHOT, _snapshot),
    Made("snapshot hash", SNAPSHOT, _snapshot_hash),
    Made("facts", SNAPSHOT, _facts, needs_proof=True),
)
CHEAPEST_FIRST: Final = sorted(
    CHECKS, key=lambda check: (check.make is _signature, check.file == SNAPSHOT, check.needs_proof)
)

HELD: Final[Mapping[str, Check]] = {
    check.name: Check(check.name, check.file, Verdict.HOLDS) for check in CHECKS
}
NOTHING_AMISS: Final = [None] * len(CHECKS)
WHOLE: Final = Report(tuple(HELD.values()))
