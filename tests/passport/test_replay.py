"""Replay: a stored version is reproduced, and whatever was changed is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from clysm.passport.builds import BUILD_ID
from clysm.passport.cjson import encode
from clysm.passport.codes import code
from clysm.passport.compilation import (
    CompileInput,
    CompileOutput,
    RulesInput,
    SnapshotInput,
    compile_passport,
)
from clysm.passport.errors import ReplayMismatch, ValidationError, record
from clysm.passport.facts import Fact, make_fact
from clysm.passport.keyring import Keyring, add_key, set_status
from clysm.passport.keyring import Status as KeyStatus
from clysm.passport.payload import BatteryProduct
from clysm.passport.qr import QrValues, build_qr
from clysm.passport.replay import ReplayReport, replay
from clysm.passport.signing import PrivateKey, private_key
from clysm.passport.snapshot import SealedSnapshot, seal_facts
from clysm.passport.versions import Status, Version
from tests.passport.passports import derived

KEY_ID = "key-1"
RULES = b"""
field mass: Qty(kg) =
  let battery = requireSome(getFact("Battery", "b"), "E1", "none");
  toQty("kg", requireSome(recordGet(battery, "kg"), "E2", "none"));
field light: Bool = emitCompliance("ART-1", "PASS", "b") && field("mass") < qty(500.0, kg);
"""
TESTS = b'example e: { fact b("Battery", "b") = { "kg": 1 }; } => expect(light, ==, true);'


def fact(kind: str, key: str, payload: Any) -> Fact:
    made = make_fact(kind, key, 1, payload)
    assert isinstance(made, Fact)
    return made


def key_of(number: int) -> PrivateKey:
    key = private_key(bytes([number]) * 32)
    assert isinstance(key, PrivateKey)
    return key


def sealed(*facts: Fact) -> SnapshotInput:
    snapshot = seal_facts(derived("snapshot"), facts, "2026-01-01T00:00:00Z")
    assert isinstance(snapshot, SealedSnapshot)
    return SnapshotInput(snapshot.snapshot_id, "SEALED", snapshot.facts, snapshot.canonical, snapshot.hash)


BATTERY = fact("Battery", "b", {"kg": "450.5"})


@cache
def stored_inputs() -> CompileInput:
    return CompileInput(
        tenant_id=derived("tenant"),
        passport_id=None,
        passport_version_id=None,
        battery_product=BatteryProduct(derived("product"), "SKU-1", "Name"),
        snapshot=sealed(BATTERY, fact("Other", "o", {})),
        rules=RulesInput(derived("rules"), "PUBLISHED", RULES, TESTS),
        issued_at="2026-08-01T00:00:00Z",
        compiler_build_id=BUILD_ID,
        signing_key_id=KEY_ID,
    )


def version_of(inputs: CompileInput) -> Version:
    """The version that compiling and signing these inputs gives."""
    made = compile_passport(inputs)
    assert isinstance(made, CompileOutput), made
    qr = build_qr(
        QrValues(made.passport_version_id, made.payload_hash, made.proof_root_hash, made.receipt_hash)
    )
    assert isinstance(qr, str)
    signature = key_of(1).sign(bytes.fromhex(made.receipt_hash))
    return Version(made, Status.ACTIVE, signature, qr)


@cache
def stored_version() -> Version:
    return version_of(stored_inputs())


def keyring(number: int = 1, key_id: str = KEY_ID) -> Keyring:
    ring = add_key(Keyring(), key_id, key_of(number).public_key)
    assert isinstance(ring, Keyring)
    return ring


def output(**changes: Any) -> Version:
    """The stored version with members of its artifacts changed."""
    version = stored_version()
    assert isinstance(version.artifacts, CompileOutput)
    return replace(version, artifacts=replace(version.artifacts, **changes))


def fields_that_differ(
    version: Version | None = None, inputs: CompileInput | None = None, ring: Keyring | None = None
) -> list[str]:
    report = replay(version or stored_version(), inputs or stored_inputs(), ring or keyring())
    assert isinstance(report, ReplayReport)
    assert report.verified is (report.mismatches == ())
    assert isinstance(encode(report.record()), bytes)
    return [mismatch.field for mismatch in report.mismatches]


def test_a_version_is_reproduced() -> None:
    report = replay(stored_version(), stored_inputs(), keyring())
    assert isinstance(report, ReplayReport)
    assert report.record() == {"mismatches": [], "replay_version": "BPC-REPLAY-1", "verified": True}
    assert report.failure is None


@pytest.mark.parametrize("status", list(Status))
def test_versions_by_status(status: Status) -> None:
    report = replay(replace(stored_version(), status=status), stored_inputs(), keyring())
    assert isinstance(report, ValidationError if status is Status.COMPILING else ReplayReport)


def test_what_is_not_needed_may_be_absent_or_other() -> None:
    assert fields_that_differ(replace(stored_version(), qr_text=None)) == []
    for status in ("DEPRECATED", "RETIRED"):
        inputs = stored_inputs()
        assert fields_that_differ(inputs=replace(inputs, rules=replace(inputs.rules, status=status))) == []
    retired = set_status(keyring(), KEY_ID, KeyStatus.RETIRED)
    assert isinstance(retired, Keyring)
    assert fields_that_differ(ring=retired) == []


def test_a_passport_id_may_be_given_or_derived() -> None:
    given = replace(stored_inputs(), passport_id=derived("x"))
    version = version_of(given)
    assert fields_that_differ(version, given) == []
    assert fields_that_differ(version, stored_inputs()) == ["passport_id"]
    same = replace(stored_inputs(), passport_id=stored_version().artifacts.passport_id)
    assert fields_that_differ(inputs=same) == []
    same = replace(same, passport_version_id=stored_version().artifacts.passport_version_id)
    assert fields_that_differ(inputs=same) == []


def test_a_mismatch_names_what_is_stored_and_what_was_found() -> None:
    report = replay(output(payload_hash="0" * 64), stored_inputs(), keyring())
    assert isinstance(report, ReplayReport)
    made = stored_version().artifacts.payload_hash
    lines = [
        {"field": "payload_hash", "expected": "0" * 64, "actual": made},
        {"field": "payload_hash", "expected": made, "actual": "0" * 64},  # the receipt against the row
    ]
    assert report.record()["mismatches"][:2] == lines
    assert isinstance(report.failure, ReplayMismatch)
    assert record(report.failure)["error"] == "REPLAY_MISMATCH"
    assert code(report.failure).name == "REPLAY_MISMATCH"


CHANGED_INPUTS: list[tuple[str, Callable[[CompileInput], CompileInput], set[str]]] = [
    (
        "product name",
        lambda i: replace(i, battery_product=replace(i.battery_product, name="Other")),
        {"payload_hash", "receipt_hash", "payload", "receipt_unsigned"},
    ),
    (
        "product sku",
        lambda i: replace(i, battery_product=replace(i.battery_product, sku="Other")),
        {"payload_hash", "receipt_hash", "payload", "receipt_unsigned"},
    ),
    (
        "product id",
        lambda i: replace(i, battery_product=replace(i.battery_product, battery_product_id=derived("x"))),
        {"battery_product_id"},
    ),
    ("tenant", lambda i: replace(i, tenant_id=derived("x")), {"tenant_id"}),
    ("passport id", lambda i: replace(i, passport_id=derived("x")), {"passport_id"}),
    ("version id", lambda i: replace(i, passport_version_id=derived("x")), {"passport_version_id"}),
    ("time", lambda i: replace(i, issued_at="2026-08-02T00:00:00Z"), {"issued_at"}),
    ("key id", lambda i: replace(i, signing_key_id="x"), {"signing_key_id"}),
    ("build id", lambda i: replace(i, compiler_build_id="x"), {"compiler_build_id"}),
    (
        "package id",
        lambda i: replace(i, rules=replace(i.rules, rule_package_version_id=derived("x"))),
        {"rule_package_version_id"},
    ),
    (
        "rules, same meaning",
        lambda i: replace(i, rules=replace(i.rules, rules=RULES + b" ")),
        {"dsl_sha256", "receipt_hash", "passport_version_id", "receipt_unsigned"},
    ),
    (
        "rules, another meaning",
        lambda i: replace(i, rules=replace(i.rules, rules=RULES.replace(b"500.0", b"400.0"))),
        {
            "dsl_sha256",
            "payload_hash",
            "proof_root_hash",
            "receipt_hash",
            "passport_version_id",
            "payload",
            "proof",
            "receipt_unsigned",
        },
    ),
    (
        "rules that do not check",
        lambda i: replace(i, rules=replace(i.rules, rules=b"field")),
        {"dsl_sha256", "compilation"},
    ),
    (
        "tests",
        lambda i: replace(i, rules=replace(i.rules, tests=b"")),
        {"tests_sha256", "receipt_hash", "passport_version_id", "receipt_unsigned"},
    ),
    (
        "rules as a draft",
        lambda i: replace(i, rules=replace(i.rules, status="DRAFT")),
        {"compilation"},
    ),
    (
        "fact changed",
        lambda i: replace(
            i,
            snapshot=replace(
                i.snapshot, facts={**i.snapshot.facts, ("Battery", "b"): fact("Battery", "b", {"kg": 1})}
            ),
        ),
        {"facts/Battery/b", "compilation"},
    ),
    (
        "fact removed",
        lambda i: replace(i, snapshot=replace(i.snapshot, facts={("Battery", "b"): BATTERY})),
        {"facts/Other/o", "compilation"},
    ),
    (
        "fact under another key",
        lambda i: replace(
            i, snapshot=replace(i.snapshot, facts={**i.snapshot.facts, ("Other", "o"): BATTERY})
        ),
        {"facts/Other/o", "compilation"},
    ),
    (
        "payload of a fact changed in place",
        lambda i: replace(
            i,
            snapshot=replace(
                i.snapshot, facts={**i.snapshot.facts, ("Battery", "b"): replace(BATTERY, payload={"kg": 1})}
            ),
        ),
        {"facts/Battery/b", "compilation"},
    ),
    (
        "snapshot sealed anew",
        lambda i: replace(i, snapshot=sealed(BATTERY)),
        {"snapshot_hash", "receipt_hash", "passport_version_id", "receipt_unsigned"},
    ),
    (
        "snapshot of another fact",
        lambda i: replace(i, snapshot=sealed(fact("Battery", "b", {"kg": 1}), fact("Other", "o", {}))),
        {
            "snapshot",
            "snapshot_hash",
            "payload_hash",
            "proof_root_hash",
            "receipt_hash",
            "passport_version_id",
            "payload",
            "proof",
            "receipt_unsigned",
        },
    ),
    (
        "snapshot hash",
        lambda i: replace(i, snapshot=replace(i.snapshot, hash="0" * 64)),
        {"snapshot_hash", "compilation"},
    ),
    (
        "snapshot id",
        lambda i: replace(i, snapshot=replace(i.snapshot, snapshot_id=derived("x"))),
        {"snapshot_id", "compilation"},
    ),
    (
        "snapshot opened",
        lambda i: replace(i, snapshot=replace(i.snapshot, status="READY")),
        {"compilation"},
    ),
]


@pytest.mark.parametrize(
    ("change", "expected"), [c[1:] for c in CHANGED_INPUTS], ids=[c[0] for c in CHANGED_INPUTS]
)
def test_changed_inputs_are_named(change: Callable[[CompileInput], CompileInput], expected: set[str]) -> None:
    assert set(fields_that_differ(inputs=change(stored_inputs()))) == expected


HASHES = ("payload_hash", "proof_root_hash", "receipt_hash")


@pytest.mark.parametrize("name", [*HASHES, "passport_id", "passport_version_id"])
def test_changed_rows_are_named(name: str) -> None:
    value = getattr(stored_version().artifacts, name)
    other = output(**{name: ("0" if value[0] != "0" else "1") + value[1:]})
    assert name in fields_that_differ(other)


def test_a_wrong_key_is_noticed() -> None:
    assert fields_that_differ(ring=keyring(2)) == ["signature"]
    assert fields_that_differ(ring=keyring(1, "key-2")) == ["signature"]
    revoked = set_status(keyring(), KEY_ID, KeyStatus.REVOKED)
    assert isinstance(revoked, Keyring)
    assert fields_that_differ(ring=revoked) == ["signature"]
    assert fields_that_differ(replace(stored_version(), signature=bytes(64))) == ["signature"]


def test_a_version_of_another_build_is_a_mismatch() -> None:
    inputs = replace(stored_inputs(), compiler_build_id="clysm-passport-0")
    report = replay(version_of(inputs), inputs, keyring())
    assert isinstance(report, ReplayReport)
    assert report.record()["mismatches"] == [
        {"field": "compiler_build_id", "expected": "clysm-passport-0", "actual": BUILD_ID}
    ]


def one_byte(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("name", ["payload", "proof", "receipt_unsigned"])
def test_every_changed_byte_of_an_artifact_is_noticed(name: str) -> None:
    data = getattr(stored_version().artifacts, name)
    hashed = {"payload": "payload_hash", "proof": "proof", "receipt_unsigned": "receipt_hash"}[name]
    for at in range(len(data)):
        assert hashed in fields_that_differ(output(**{name: one_byte(data, at)}))


def test_every_changed_byte_of_signature_qr_and_snapshot_is_noticed() -> None:
    version, inputs = stored_version(), stored_inputs()
    assert version.signature is not None
    assert version.qr_text is not None
    for at in range(64):
        changed = replace(version, signature=one_byte(version.signature, at))
        assert fields_that_differ(changed) == ["signature"]
    for at in range(len(version.qr_text)):
        text = one_byte(version.qr_text.encode(), at).decode()
        assert fields_that_differ(replace(version, qr_text=text)) == ["qr_text"]
    for at in range(len(inputs.snapshot.canonical)):
        snapshot = replace(inputs.snapshot, canonical=one_byte(inputs.snapshot.canonical, at))
        assert "snapshot_hash" in fields_that_differ(inputs=replace(inputs, snapshot=snapshot))


def test_rows_of_nonsense_have_a_report() -> None:
    broken = output(
        payload=b"", proof=b"\xff", receipt_unsigned=b"{}", receipt_hash="x", passport_version_id=""
    )
    inputs = stored_inputs()
    snapshot = replace(inputs.snapshot, canonical=b"", facts={("a", "b"): BATTERY})
    differing = fields_that_differ(replace(broken, signature=None), replace(inputs, snapshot=snapshot))
    assert {"payload_hash", "proof", "receipt", "snapshot", "snapshot_hash", "qr_text"} <= set(differing)
