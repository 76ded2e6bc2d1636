"""Whole passports: every check, every failure named, every byte of every artifact."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.passport.errors import (
    Base64Error,
    CanonicalDecodeFailed,
    Failure,
    FieldNotFound,
    IngestError,
    InvalidDefinition,
    InvalidFieldIndex,
    InvalidNodeHash,
    PayloadInvalid,
    ProofParseError,
    QrError,
    ReceiptInvalid,
    SemanticMismatch,
    SignatureInvalid,
    SnapshotMismatch,
    ValidationError,
)
from clysm.passport.keyring import Keyring, Status, add_key, set_status, write_keyring
from clysm.passport.payload import MAX_PAYLOAD_SIZE, BatteryProduct
from clysm.passport.receipt import signed_receipt
from clysm.passport.signing import PrivateKey, private_key
from clysm.passport.snapshot import read_snapshot
from clysm.passport.verification.binding import verify_binding
from clysm.passport.verification.passport import CHECKS, accepts, verify_passport, verify_with_keyring
from clysm.passport.verification.payload import verify_payload
from clysm.passport.verification.proof import VerifiedProof, verify_proof
from clysm.passport.verification.report import WORDS, Check, Report, Verdict, in_words
from tests.passport.passports import canonical, make_artifacts, sha256
from tests.passport.proofs import FACTS, RULES, binary, compiled, const, field_of, op, sample
from tests.passport.vectors import group

KEY_ID = "test-1"  # that of make_artifacts


def key_of(number: int) -> PrivateKey:
    key = private_key(bytes([number]) * 32)
    assert isinstance(key, PrivateKey)
    return key


@cache
def keyring() -> Keyring:
    ring = add_key(Keyring(), KEY_ID, key_of(1).public_key)
    assert isinstance(ring, Keyring)
    return ring


def signed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with the receipt signed by the key of the keyring, and nothing else changed."""
    document = json.loads(files["receipt.json"])
    unsigned = canonical({name: member for name, member in document.items() if name != "signature"})
    signature = key_of(1).sign(bytes.fromhex(sha256(unsigned)))
    return {**files, "receipt.json": signed_receipt(unsigned, signature)}


@cache
def small() -> Mapping[str, bytes]:
    """A small passport that holds, without snapshot."""
    artifacts = make_artifacts("SKU-1", {"m": "75.5"})
    return signed(
        {
            "payload.json": artifacts.payload,
            "proof.json": artifacts.proof,
            "receipt.json": artifacts.receipt,
            "qr.txt": artifacts.qr,
            "snapshot.json": artifacts.snapshot,
        }
    )


def report_on(changed: Mapping[str, bytes | None], ring: Keyring | None = None) -> Report:
    """The report on the small passport with some files changed or, by None, removed."""
    files = {name: data for name, data in {**small(), **changed}.items() if data is not None}
    known = keyring() if ring is None else ring
    report = verify_with_keyring(files, known)
    assert accepts(files, known) == report.holds
    return report


def failures(report: Report) -> dict[str, Failure | None]:
    return {check.name: check.failure for check in report.failures}


def not_checked(report: Report) -> set[str]:
    return {check.name for check in report.checks if check.verdict is Verdict.NOT_CHECKED}


def test_a_passport_that_holds() -> None:
    report = report_on({})
    assert report.holds
    assert [check.verdict for check in report.checks] == [Verdict.HOLDS] * len(CHECKS)
    assert report.record() == {
        "verified": True,
        "checks": [{"check": c.name, "file": c.file, "verdict": "holds"} for c in CHECKS],
    }


def test_the_snapshot_is_optional() -> None:
    report = report_on({"snapshot.json": None})
    assert report.holds
    assert not_checked(report) == {"snapshot", "snapshot hash", "facts"}


def test_the_keyring_may_be_a_document() -> None:
    document = write_keyring(keyring())
    assert isinstance(document, bytes)
    assert verify_passport(small(), document).holds
    report = verify_passport(small(), b"{")
    assert failures(report).keys() == {"keyring"}
    assert not_checked(report) == {"signature"}


def edited(name: str, change: Callable[[dict[str, Any]], object]) -> bytes:
    """A file of the small passport with its JSON changed."""
    document = json.loads(small()[name])
    change(document)
    return canonical(document)


def resigned(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The receipt changed and signed again, as only the holder of the key could."""
    return signed({"receipt.json": edited("receipt.json", change)})["receipt.json"]


MISSING = ValidationError("the file is missing")
CHANGES: list[tuple[str, dict[str, bytes | None], dict[str, Failure], set[str]]] = [
    (
        "everything missing",
        dict.fromkeys(small(), None),
        {"proof structure": MISSING, "payload": MISSING, "receipt": MISSING, "qr text": MISSING},
        {
            "proof meaning",
            "payload hash",
            "proof root hash",
            "product",
            "signature",
            "qr values",
            "snapshot",
            "snapshot hash",
            "facts",
        },
    ),
    (
        "payload missing",
        {"payload.json": None},
        {"payload": MISSING},
        {"payload hash", "product"},
    ),
    (
        "another name of the product",
        {"payload.json": edited("payload.json", lambda d: d["battery_product"].update(name="x"))},
        {"payload hash": ReceiptInvalid()},
        set(),
    ),
    (
        "another field",
        {"payload.json": edited("payload.json", lambda d: d["fields"].update({"battery.raw": 1}))},
        {"payload": PayloadInvalid(), "payload hash": ReceiptInvalid()},
        {"product"},
    ),
    (
        "proof cut",
        {"proof.json": small()["proof.json"][:-1]},
        {"proof structure": ProofParseError()},
        {"proof meaning", "payload", "proof root hash", "product", "facts"},
    ),
    (
        "proof of another value, hashes as they were",
        {"proof.json": small()["proof.json"].replace(b'"m":"75.5"', b'"m":"75.6"')},
        {"proof structure": InvalidNodeHash(2)},
        {"proof meaning", "payload", "proof root hash", "product", "facts"},
    ),
    (
        "proof without meaning",
        {"proof.json": field_of([const(1), op("some", [2], [0])])},
        {"proof meaning": SemanticMismatch(1)},
        {"payload", "proof root hash", "product", "facts"},
    ),
    (
        "another proof that holds",
        {"proof.json": field_of([const(1)])},
        {"payload": PayloadInvalid(), "proof root hash": ReceiptInvalid()},
        {"product"},
    ),
    (
        "receipt with white space",
        {"receipt.json": small()["receipt.json"].replace(b":", b": ", 1)},
        {"receipt": CanonicalDecodeFailed()},
        {"payload hash", "proof root hash", "product", "signature", "qr values", "snapshot hash"},
    ),
    (
        "signature cut",
        {"receipt.json": edited("receipt.json", lambda d: d.update(signature=d["signature"][4:]))},
        {"receipt": Base64Error()},
        {"payload hash", "proof root hash", "product", "signature", "qr values", "snapshot hash"},
    ),
    (
        "signature of zeros",
        {
            "receipt.json": edited(
                "receipt.json", lambda d: d.update(signature=base64.b64encode(bytes(64)).decode())
            )
        },
        {"signature": SignatureInvalid()},
        set(),
    ),
    (
        "another time",
        {"receipt.json": edited("receipt.json", lambda d: d.update(issued_at="2026-08-02T00:00:00Z"))},
        {"signature": SignatureInvalid(), "qr values": QrError("rh")},
        set(),
    ),
    (
        "another time, signed",
        {"receipt.json": resigned(lambda d: d.update(issued_at="2026-08-02T00:00:00Z"))},
        {"qr values": QrError("rh")},
        set(),
    ),
    (
        "another product, signed",
        {"receipt.json": resigned(lambda d: d.update(battery_product_id="0" * 8 + d["tenant_id"][8:]))},
        {"product": ReceiptInvalid(), "qr values": QrError("rh")},
        set(),
    ),
    (
        "another payload hash, signed",
        {"receipt.json": resigned(lambda d: d.update(payload_hash="0" * 64))},
        {"payload hash": ReceiptInvalid(), "qr values": QrError("ph")},
        set(),
    ),
    (
        "another root hash, signed",
        {"receipt.json": resigned(lambda d: d.update(proof_root_hash="0" * 64))},
        {"proof root hash": ReceiptInvalid(), "qr values": QrError("pr")},
        set(),
    ),
    (
        "another snapshot id, signed",
        {"receipt.json": resigned(lambda d: d.update(snapshot_id=d["tenant_id"]))},
        {"snapshot hash": SnapshotMismatch(), "qr values": QrError("rh")},
        set(),
    ),
    ("QR empty", {"qr.txt": b""}, {"qr text": QrError("parts")}, {"qr values"}),
    (
        "QR no ASCII",
        {"qr.txt": b"\xff" + small()["qr.txt"][1:]},
        {"qr text": QrError("version")},
        {"qr values"},
    ),
    (
        "QR of another version",
        {"qr.txt": small()["qr.txt"].replace(small()["qr.txt"][8:16], b"00000000")},
        {"qr values": QrError("pv")},
        set(),
    ),
    (
        "snapshot cut",
        {"snapshot.json": small()["snapshot.json"][:-1]},
        {"snapshot": SnapshotMismatch()},
        {"snapshot hash", "facts"},
    ),
    (
        "snapshot without the fact",
        {"snapshot.json": edited("snapshot.json", lambda d: d.update(facts=[]))},
        {"snapshot hash": SnapshotMismatch(), "facts": SnapshotMismatch(2)},
        set(),
    ),
    (
        "snapshot with another payload",
        {"snapshot.json": edited("snapshot.json", lambda d: d["facts"][0].update(payload_hash="0" * 64))},
        {"snapshot hash": SnapshotMismatch(), "facts": SnapshotMismatch(2)},
        set(),
    ),
    (
        "a foreign file",
        {"image.png": b""},
        {"file": ValidationError("the file does not belong to a passport")},
        set(),
    ),
]


@pytest.mark.parametrize(
    ("changed", "expected", "left_out"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES]
)
def test_every_failure_is_named(
    changed: dict[str, bytes | None], expected: dict[str, Failure], left_out: set[str]
) -> None:
    report = report_on(changed)
    assert not report.holds
    assert failures(report) == expected
    assert not_checked(report) == left_out
    for check in report.failures:
        assert check.line.startswith(f"{check.file}: {check.name}: ")
        assert "\n" not in check.line
    json.dumps(report.record())


def test_every_check_fails_in_some_case() -> None:
    failing = {name for case in CHANGES for name in case[2]}
    assert failing | {"keyring"} == {check.name for check in CHECKS} | {"file"}


@pytest.mark.parametrize(
    ("status", "holds"), [(Status.ACTIVE, True), (Status.RETIRED, True), (Status.REVOKED, False)]
)
def test_keys_by_status(status: Status, holds: bool) -> None:
    ring = set_status(keyring(), KEY_ID, status)
    assert isinstance(ring, Keyring)
    report = report_on({}, ring)
    assert report.holds is holds
    assert failures(report) == ({} if holds else {"signature": SignatureInvalid()})


def test_keys_that_did_not_sign() -> None:
    other = add_key(Keyring(), KEY_ID, key_of(2).public_key)
    assert isinstance(other, Keyring)
    assert failures(report_on({}, other)) == {"signature": SignatureInvalid()}
    assert failures(report_on({}, Keyring())) == {"signature": SignatureInvalid()}


LINES: list[tuple[Failure, str]] = [
    (SemanticMismatch(3), "node 3: it does not follow from its parts"),
    (InvalidFieldIndex("a\x9bb"), "field `a\\u009bb`: the field index does not lead to the definition"),
    (InvalidFieldIndex(), "the field index does not lead to the definition"),
    (
        InvalidDefinition("f" * 999),
        f"field `{'f' * 200}...`: the definition does not hold what belongs to it",
    ),
    (QrError("pv"), "the part `pv` is malformed or differs from the receipt"),
    (IngestError("Malformed", 1, 2), "line 1, column 2: this is no JSON (Malformed)"),
    (ValidationError("the file is missing"), "the file is missing"),
    (FieldNotFound("x"), "error FieldNotFound, field x"),
]


@pytest.mark.parametrize(("failure", "words"), LINES)
def test_a_failure_in_words(failure: Failure, words: str) -> None:
    assert in_words(failure) == words
    assert Check("check", "file", Verdict.FAILS, failure).line == f"file: check: {words}"


def test_a_check_in_one_line() -> None:
    assert Check("check", "file", Verdict.HOLDS).line == "file: check: holds"
    made = Check("check", "file", Verdict.NOT_CHECKED, reason="there is no snapshot")
    assert made.line == "file: check: not checked, there is no snapshot"
    assert all(not sentence.endswith(".") for sentence in WORDS.values())


# One changed byte


@pytest.mark.parametrize("name", sorted(small()))
def test_one_byte_changed_added_or_removed_is_refused(name: str) -> None:
    data = small()[name]
    for at in range(len(data)):
        byte = data[at]
        for other in {byte ^ 1, byte ^ 0x20, byte ^ 0x80, ord("0"), ord('"')} - {byte}:
            assert not report_on({name: data[:at] + bytes([other]) + data[at + 1 :]}).holds
        assert not report_on({name: data[:at] + data[at + 1 :]}).holds
    for at in range(len(data) + 1):
        for more in (b"0", b" ", b"\n"):
            assert not report_on({name: data[:at] + more + data[at:]}).holds


@given(st.sampled_from(sorted(small())), st.binary(max_size=64))
def test_any_other_content_is_refused(name: str, data: bytes) -> None:
    assert not report_on({name: data}).holds


@pytest.mark.parametrize(
    "data",
    [b"[" * 200_000, b'{"a":' * 100_000, b"9" * 300_000, b'"' + b"|" * 300_000, b"\xff" * 1000],
    ids=["brackets", "objects", "digits", "bars", "no text"],
)
def test_deep_and_huge_files_have_an_answer(data: bytes) -> None:
    assert not verify_passport(dict.fromkeys(small(), data), data).holds


@pytest.mark.parametrize("item", group("compile"))
def test_passports_of_the_vectors(item: dict[str, Any]) -> None:
    if "expect" not in item:
        return
    expected = item["expect"]
    files = {
        "payload.json": expected["payload"].encode(),
        "proof.json": expected["proof"].encode(),
        "receipt.json": expected["receipt_signed"].encode(),
        "qr.txt": expected["qr"].encode(),
        "snapshot.json": expected["snapshot"].encode(),
    }
    key = private_key(bytes.fromhex(item["signing_seed_hex"]))
    assert isinstance(key, PrivateKey)
    ring = add_key(Keyring(), item["input"]["signing_key_id"], key.public_key)
    assert isinstance(ring, Keyring)
    assert verify_with_keyring(files, ring).holds


# Payload


PRODUCT_ID = "9b2f6c1e-55d4-4f0e-8a6a-7f2d1c3b4a02"


def payload_of(fields: Any, compliance: Any = (), **more: Any) -> bytes:
    product = {"battery_product_id": PRODUCT_ID, "name": "n", "sku": "s"}
    return canonical(
        {
            "battery_product": product,
            "compliance": list(compliance),
            "fields": fields,
            "payload_version": "BPC-PASSPORT-1",
            **more,
        }
    )


def verified(data: bytes) -> VerifiedProof:
    found = verify_proof(data)
    assert isinstance(found, VerifiedProof)
    return found


def test_payload_of_the_sample() -> None:
    evaluation = compiled(RULES, FACTS)
    data = payload_of(json.loads(evaluation.fields), json.loads(evaluation.compliance))
    found = verify_payload(data, verified(sample()).outcome)
    assert found == BatteryProduct(PRODUCT_ID, "s", "n")


PAYLOADS: list[tuple[str, bytes]] = [
    ("no JSON", b"{"),
    ("empty", b""),
    ("newline behind", payload_of({"f": 1}) + b"\n"),
    ("field missing", payload_of({})),
    ("field added", payload_of({"f": 1, "g": 1})),
    ("true for 1", payload_of({"f": True})),
    ("text for 1", payload_of({"f": "1"})),
    ("statement added", payload_of({"f": 1}, [{"evidence": "e", "id": "i", "status": "s"}])),
    ("member added", payload_of({"f": 1}, x=1)),
    ("other version", payload_of({"f": 1}, payload_version="BPC-PASSPORT-2")),
    ("id in capitals", payload_of({"f": 1}).replace(b"9b2f", b"9B2F")),
    ("product without name", payload_of({"f": 1}).replace(b'"name":"n",', b"")),
    ("product says more", payload_of({"f": 1}).replace(b'"name":"n"', b'"name":"n","size":1')),
    ("name is a number", payload_of({"f": 1}).replace(b'"name":"n"', b'"name":1')),
    ("sku is null", payload_of({"f": 1}).replace(b'"sku":"s"', b'"sku":null')),
    ("white space in the product", payload_of({"f": 1}).replace(b'"sku":"s"', b'"sku": "s"')),
    ("product is a list", payload_of({"f": 1}, battery_product=[])),
    (
        "product twice",
        payload_of({"f": 1}).replace(b'{"battery_product":', b'{"battery_product":{},"battery_product":'),
    ),
    ("no UTF-8", payload_of({"f": 1}).replace(b'"n"', b'"\xff"')),
]


@pytest.mark.parametrize("data", [case[1] for case in PAYLOADS], ids=[case[0] for case in PAYLOADS])
def test_payloads_that_do_not_agree(data: bytes) -> None:
    outcome = verified(field_of([const(1)])).outcome
    assert isinstance(verify_payload(payload_of({"f": 1}), outcome), BatteryProduct)
    assert verify_payload(data, outcome) == PayloadInvalid()


def test_a_field_without_json_form_agrees_with_no_payload() -> None:
    proof = compiled("field f: Bool = let x = 9007199254740991 + 1; true;").proof
    assert isinstance(verify_payload(payload_of({"f": True}), verified(proof).outcome), BatteryProduct)
    beyond = field_of([const(2**53 - 1), const(1), binary("+", 2**53 - 1, 1, [0, 1])])
    assert verify_payload(payload_of({"f": 2**53}), verified(beyond).outcome) == PayloadInvalid()


def test_payload_size_is_limited_to_the_byte() -> None:
    room = MAX_PAYLOAD_SIZE - len(payload_of({"f": ""}))
    for length, expected in ((room, BatteryProduct), (room + 1, PayloadInvalid)):
        outcome = verified(field_of([const("x" * length)])).outcome
        assert type(verify_payload(payload_of({"f": "x" * length}), outcome)) is expected


# Binding


def snapshot_of(facts: list[tuple[str, str, Any]]) -> bytes:
    items = [
        {"fact_key": key, "fact_type": kind, "payload_hash": sha256(canonical(payload))}
        for kind, key, payload in sorted(facts, key=lambda fact: fact[:2])
    ]
    return canonical({"facts": items, "snapshot_id": PRODUCT_ID, "snapshot_version": "BPC-SNAPSHOT-1"})


def binding(facts: list[tuple[str, str, Any]]) -> SnapshotMismatch | None:
    """How the sample, which reads Battery battery:1 and none, and Part part:*, agrees with these facts."""
    snapshot = read_snapshot(snapshot_of(facts))
    assert not isinstance(snapshot, Failure)
    return verify_binding(verified(sample()).outcome, snapshot)


def test_binding_to_the_facts() -> None:
    battery, first, second = FACTS[:3]
    readings = verified(sample()).outcome.readings
    nodes = [reading.node for reading in readings]
    assert binding(FACTS) is None
    assert binding([battery, first, second]) is None  # a fact that nobody reads
    assert binding([first, second]) == SnapshotMismatch(nodes[0])
    assert binding([("Battery", "battery:1", {}), first, second]) == SnapshotMismatch(nodes[0])
    assert binding([*FACTS, ("Battery", "none", {})]) == SnapshotMismatch(nodes[1])
    assert binding([battery, first]) == SnapshotMismatch(nodes[2])
    assert binding([battery, second]) == SnapshotMismatch(nodes[2])
    assert binding([*FACTS, ("Part", "part:0", {})]) == SnapshotMismatch(nodes[2])
    assert binding([battery, ("Part", "part:1", second[2]), ("Part", "part:2", first[2])]) == (
        SnapshotMismatch(nodes[2])
    )
    assert binding([*FACTS, ("Other", "part:0", {})]) is None
