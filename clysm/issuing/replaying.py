"""Replay of a passport that lies in a folder, against the facts, rules, product and key of today.

Source: specification, section 13. What is stored is the folder; what it is made from again is the caller's.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from clysm.issuing.errors import IssuingError
from clysm.passport.compilation import CompileInput, CompileOutput
from clysm.passport.errors import Failure, Mismatch
from clysm.passport.keyring import Keyring
from clysm.passport.receipt import SignedReceipt, read_receipt
from clysm.passport.replay import replay
from clysm.passport.verification.report import in_words
from clysm.passport.versions import Status, Version


class ReplayFault(IssuingError):
    """A folder in which there is nothing to replay."""


def replay_folder(files: Mapping[str, bytes], inputs: CompileInput, keyring: Keyring) -> tuple[str, ...]:
    """What differs, a line each; nothing if the passport can be made again. Raises ReplayFault.

    The snapshot that the facts of `inputs` are compared with is that of the folder.
    """
    missing = [name for name in ("payload.json", "proof.json", "receipt.json", "qr.txt") if name not in files]
    if missing:
        raise ReplayFault(f"there is no {' and no '.join(f'`{name}`' for name in missing)}")
    signed = read_receipt(files["receipt.json"])
    if isinstance(signed, Failure):
        raise ReplayFault(f"receipt.json: {in_words(signed)}")
    snapshot = inputs.snapshot
    if "snapshot.json" in files:
        canonical, stated = files["snapshot.json"], signed.receipt.snapshot_hash
        snapshot = replace(snapshot, canonical=canonical, hash=stated)
    report = replay(_stored(files, signed), replace(inputs, snapshot=snapshot), keyring)
    if isinstance(report, Failure):
        raise ReplayFault(report.reason)
    return tuple(_line(mismatch) for mismatch in report.mismatches)


def _stored(files: Mapping[str, bytes], signed: SignedReceipt) -> Version:
    """The version as a store would hold it; its hashes are those that the receipt states."""
    receipt = signed.receipt
    output = CompileOutput(
        payload=files["payload.json"],
        payload_hash=receipt.payload_hash,
        proof=files["proof.json"],
        proof_root_hash=receipt.proof_root_hash,
        receipt_unsigned=signed.unsigned,
        receipt_hash=signed.receipt_hash,
        passport_id=receipt.passport_id,
        passport_version_id=receipt.passport_version_id,
    )
    return Version(output, Status.SIGNED, signed.signature, files["qr.txt"].decode("latin-1"))


def _line(mismatch: Mismatch) -> str:
    expected, actual = (
        json.dumps(value, ensure_ascii=False) for value in (mismatch.expected, mismatch.actual)
    )
    return f"{mismatch.field}: stored {expected}, now {actual}"
