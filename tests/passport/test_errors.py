"""Errors as values: every one has its record and its code, and the codes are those of section 16."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

from clysm.passport import errors
from clysm.passport.codes import CODES, CODES_BY_FAILURE, CODES_BY_RULE_KIND, Code, code
from clysm.passport.errors import (
    BESIDE_THE_RECORD,
    CanonicalEncodingFailed,
    ChainBroken,
    ChainEmpty,
    ChainInvalidGenesis,
    CycleDetected,
    DivisionByZero,
    EvalError,
    Failure,
    IngestError,
    InvalidFieldIndex,
    Mismatch,
    ReplayMismatch,
    RuleTypeError,
    SnapshotMismatch,
    TypeFailure,
    UnitMismatch,
    record,
)

SAMPLES: dict[str, Any] = {
    "kind": "ParseError",
    "cause": DivisionByZero(),
    "fields": ("a", "b"),
    "mismatches": (Mismatch("payload_hash", "0", "1"),),
}
NUMBERS = {"line", "column", "node", "index", "actual", "scale"}
UNFORESEEN = (ChainEmpty, ChainInvalidGenesis, ChainBroken)  # section 16 has no row for them
CLASSES = [
    c
    for c in vars(errors).values()
    if isinstance(c, type) and issubclass(c, Failure) and c not in (Failure, errors.OfNode)
]


def sample(failure: type[Failure]) -> Failure:
    """A failure with every member set."""
    names = [member.name for member in fields(failure)]
    return failure(**{name: SAMPLES.get(name, 1 if name in NUMBERS else "x") for name in names})


@pytest.mark.parametrize("failure", CLASSES, ids=lambda failure: failure.__name__)
def test_every_failure_has_a_record_and_a_code(failure: type[Failure]) -> None:
    value = sample(failure)
    stated = [member.name for member in fields(failure) if member.metadata != BESIDE_THE_RECORD]
    assert list(record(value)) == ["error", *stated]
    assert json.loads(json.dumps(record(value))) == record(value)
    assert code(value) in CODES.values()
    assert not isinstance(value, BaseException)
    assert failure in CODES_BY_FAILURE or failure in (EvalError, RuleTypeError, *UNFORESEEN)


def test_names_of_records_are_unique() -> None:
    names = [record(sample(failure))["error"] for failure in CLASSES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (CanonicalEncodingFailed(), {"error": "CanonicalEncodingFailed", "field": None}),
        (SnapshotMismatch(), {"error": "SnapshotMismatch"}),
        (SnapshotMismatch(0), {"error": "SnapshotMismatch", "node": 0}),
        (InvalidFieldIndex(), {"error": "InvalidFieldIndex"}),
        (IngestError("BadRecord"), {"error": "IngestError", "kind": "BadRecord"}),
        (IngestError("BadKey", 2, 7), {"error": "IngestError", "kind": "BadKey", "line": 2, "column": 7}),
        (CycleDetected(("a", "b")), {"error": "CycleDetected", "fields": ["a", "b"]}),
        (
            EvalError(UnitMismatch("kg", "g"), None, 1, 2),
            {
                "error": "EvalError",
                "cause": {"error": "UnitMismatch", "expected": "kg", "actual": "g"},
                "field": None,
                "line": 1,
                "column": 2,
            },
        ),
        (
            RuleTypeError("BadDate", None, 1, 2, "why", in_tests=True),
            {
                "error": "RuleTypeError",
                "kind": "BadDate",
                "field": None,
                "line": 1,
                "column": 2,
                "message": "why",
            },
        ),
        (TypeFailure("why"), {"error": "TypeError", "message": "why"}),
        (
            ReplayMismatch((Mismatch("proof", "0", None),)),
            {"error": "REPLAY_MISMATCH", "mismatches": [{"field": "proof", "expected": "0", "actual": None}]},
        ),
    ],
)
def test_record(failure: Failure, expected: dict[str, Any]) -> None:
    assert record(failure) == expected


# The rows of section 16 that name records; every name stands for a record's member `error`.
ROWS = {
    "VALIDATION_ERROR": "IngestError DuplicateFact CanonicalNumberNotAllowed CanonicalDecodeFailed "
    "CanonicalEncodingFailed QrError Base32Error Base64Error TypeError InexactDecimal RequireSomeFailed "
    "AssertFailed FactNotFound FieldNotFound",
    "EVENT_VERSION_CONFLICT": "EVENT_VERSION_CONFLICT",
    "SNAPSHOT_SEALED": "SNAPSHOT_SEALED",
    "SNAPSHOT_NOT_READY": "SNAPSHOT_NOT_READY SnapshotNotSealed",
    "RULE_PKG_NOT_PUBLISHED": "RulesNotPublished",
    "RULE_TESTS_FAILED": "RULE_TESTS_FAILED",
    "RULE_CYCLE_DETECTED": "CycleDetected",
    "DIVISION_BY_ZERO": "DivisionByZero",
    "UNIT_MISMATCH": "UnitMismatch",
    "PROOF_TOO_LARGE": "ProofTooLarge",
    "PAYLOAD_TOO_LARGE": "PayloadTooLarge",
    "RECEIPT_TOO_LARGE": "ReceiptTooLarge",
    "SIGNING_KEY_MISSING": "SIGNING_KEY_MISSING",
    "SIGNATURE_INVALID": "SignatureInvalid",
    "INTERNAL_ERROR": "ChainEmpty ChainInvalidGenesis ChainBroken",
    "REPLAY_MISMATCH": "REPLAY_MISMATCH SnapshotMismatch PayloadInvalid "
    "ReceiptInvalid TooLarge ParseError "
    "SchemaError InvalidVersion EmptyProof InvalidNodeId InvalidNodeType MissingInputNode "
    "ChildOrder InvalidNodeHash InvalidRootHash InvalidRootNode InvalidFieldIndex "
    "UnreachableNode InvalidReference InvalidDefinition InvalidNodeData SemanticMismatch "
    "FactConflict",
}


def test_codes_of_records() -> None:
    by_name = {record(sample(failure))["error"]: failure for failure in CLASSES}
    for name, row in ROWS.items():
        for word in row.split():
            assert code(sample(by_name[word])).name == name, word


def test_codes_by_kind_and_cause() -> None:
    for kind in ("TypeMismatch", "DuplicateName", "BadPattern"):
        assert code(RuleTypeError(kind, "a", 1, 1, "")).name == "RULE_TYPE_ERROR"
        assert kind not in CODES_BY_RULE_KIND
    assert code(RuleTypeError("ParseError", None, 1, 1, "")).name == "RULE_PARSE_ERROR"
    assert code(RuleTypeError("UnitMismatch", "a", 1, 1, "")).name == "UNIT_MISMATCH"
    assert code(RuleTypeError("UnknownUnit", "a", 1, 1, "")).name == "UNIT_MISMATCH"
    assert code(EvalError(DivisionByZero(), "a", 1, 1)).name == "DIVISION_BY_ZERO"
    assert code(EvalError(TypeFailure(""), "a", 1, 1)).name == "VALIDATION_ERROR"


@pytest.mark.parametrize(
    ("http", "names"),
    [
        (401, "UNAUTHORIZED API_KEY_REVOKED"),
        (403, "FORBIDDEN"),
        (404, "NOT_FOUND"),
        (
            409,
            "IDEMPOTENCY_CONFLICT EVENT_VERSION_CONFLICT SNAPSHOT_SEALED SNAPSHOT_NOT_READY "
            "RULE_PKG_NOT_PUBLISHED RULE_TESTS_FAILED REPLAY_MISMATCH",
        ),
        (
            422,
            "VALIDATION_ERROR RULE_PARSE_ERROR RULE_TYPE_ERROR RULE_CYCLE_DETECTED DIVISION_BY_ZERO "
            "UNIT_MISMATCH PROOF_TOO_LARGE PAYLOAD_TOO_LARGE RECEIPT_TOO_LARGE SIGNATURE_INVALID",
        ),
        (429, "RATE_LIMITED"),
        (500, "CONFIG_MISSING SIGNING_KEY_MISSING INTERNAL_ERROR"),
        (503, "QUEUE_UNAVAILABLE DB_UNAVAILABLE"),
    ],
)
def test_http_status(http: int, names: str) -> None:
    assert {name for name, entry in CODES.items() if entry.http == http} == set(names.split())


def test_what_may_be_retried() -> None:
    retried = "EVENT_VERSION_CONFLICT RATE_LIMITED QUEUE_UNAVAILABLE DB_UNAVAILABLE INTERNAL_ERROR"
    assert {name for name, entry in CODES.items() if entry.retry} == set(retried.split())
    assert all(entry == Code(name, entry.http, entry.retry) for name, entry in CODES.items())
