"""The code, HTTP status and retry with which the interface answers an error of the core.

Source: specification, section 16.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from clysm.passport.errors import (
    AssertFailed,
    Base32Error,
    Base64Error,
    CanonicalDecodeFailed,
    CanonicalEncodingFailed,
    CanonicalNumberNotAllowed,
    ChildOrder,
    CycleDetected,
    DivisionByZero,
    DuplicateFact,
    EmptyProof,
    EvalError,
    EventVersionConflict,
    FactConflict,
    FactNotFound,
    Failure,
    FieldNotFound,
    InexactDecimal,
    IngestError,
    InvalidDefinition,
    InvalidFieldIndex,
    InvalidNodeData,
    InvalidNodeHash,
    InvalidNodeId,
    InvalidNodeType,
    InvalidReference,
    InvalidRootHash,
    InvalidRootNode,
    InvalidVersion,
    MissingInputNode,
    NotFound,
    PayloadInvalid,
    PayloadTooLarge,
    ProofParseError,
    ProofTooLarge,
    QrError,
    ReceiptInvalid,
    ReceiptTooLarge,
    ReplayMismatch,
    RequireSomeFailed,
    RulesNotPublished,
    RuleTestsFailed,
    RuleTypeError,
    SchemaError,
    SemanticMismatch,
    SignatureInvalid,
    SigningKeyMissing,
    SnapshotMismatch,
    SnapshotNotReady,
    SnapshotNotSealed,
    SnapshotSealed,
    TooLarge,
    TypeFailure,
    UnitMismatch,
    UnreachableNode,
    ValidationError,
)


@dataclass(frozen=True, slots=True)
class Code:
    """What the interface answers: the code, its HTTP status, and whether trying again may help."""

    name: str
    http: int
    retry: bool = False


CODES: Final[Mapping[str, Code]] = {
    code.name: code
    for code in (
        Code("CONFIG_MISSING", 500),
        Code("UNAUTHORIZED", 401),
        Code("API_KEY_REVOKED", 401),
        Code("FORBIDDEN", 403),
        Code("NOT_FOUND", 404),
        Code("VALIDATION_ERROR", 422),
        Code("IDEMPOTENCY_CONFLICT", 409),
        Code("EVENT_VERSION_CONFLICT", 409, retry=True),
        Code("SNAPSHOT_SEALED", 409),
        Code("SNAPSHOT_NOT_READY", 409),
        Code("RULE_PKG_NOT_PUBLISHED", 409),
        Code("RULE_TESTS_FAILED", 409),
        Code("RULE_PARSE_ERROR", 422),
        Code("RULE_TYPE_ERROR", 422),
        Code("RULE_CYCLE_DETECTED", 422),
        Code("DIVISION_BY_ZERO", 422),
        Code("UNIT_MISMATCH", 422),
        Code("PROOF_TOO_LARGE", 422),
        Code("PAYLOAD_TOO_LARGE", 422),
        Code("RECEIPT_TOO_LARGE", 422),
        Code("SIGNING_KEY_MISSING", 500),
        Code("SIGNATURE_INVALID", 422),
        Code("REPLAY_MISMATCH", 409),
        Code("RATE_LIMITED", 429, retry=True),
        Code("QUEUE_UNAVAILABLE", 503, retry=True),
        Code("DB_UNAVAILABLE", 503, retry=True),
        Code("INTERNAL_ERROR", 500, retry=True),
    )
}

CODES_BY_FAILURE: Final[Mapping[type[Failure], str]] = {
    CanonicalNumberNotAllowed: "VALIDATION_ERROR",
    CanonicalDecodeFailed: "VALIDATION_ERROR",
    CanonicalEncodingFailed: "VALIDATION_ERROR",
    Base32Error: "VALIDATION_ERROR",
    Base64Error: "VALIDATION_ERROR",
    IngestError: "VALIDATION_ERROR",
    DuplicateFact: "VALIDATION_ERROR",
    SnapshotSealed: "SNAPSHOT_SEALED",
    SnapshotNotReady: "SNAPSHOT_NOT_READY",
    SnapshotNotSealed: "SNAPSHOT_NOT_READY",
    CycleDetected: "RULE_CYCLE_DETECTED",
    RulesNotPublished: "RULE_PKG_NOT_PUBLISHED",
    RuleTestsFailed: "RULE_TESTS_FAILED",
    TypeFailure: "VALIDATION_ERROR",
    DivisionByZero: "DIVISION_BY_ZERO",
    UnitMismatch: "UNIT_MISMATCH",
    InexactDecimal: "VALIDATION_ERROR",
    RequireSomeFailed: "VALIDATION_ERROR",
    AssertFailed: "VALIDATION_ERROR",
    FactNotFound: "VALIDATION_ERROR",
    FieldNotFound: "VALIDATION_ERROR",
    PayloadTooLarge: "PAYLOAD_TOO_LARGE",
    ProofTooLarge: "PROOF_TOO_LARGE",
    ReceiptTooLarge: "RECEIPT_TOO_LARGE",
    TooLarge: "REPLAY_MISMATCH",
    ProofParseError: "REPLAY_MISMATCH",
    SchemaError: "REPLAY_MISMATCH",
    InvalidVersion: "REPLAY_MISMATCH",
    EmptyProof: "REPLAY_MISMATCH",
    InvalidNodeId: "REPLAY_MISMATCH",
    InvalidNodeType: "REPLAY_MISMATCH",
    MissingInputNode: "REPLAY_MISMATCH",
    ChildOrder: "REPLAY_MISMATCH",
    InvalidNodeHash: "REPLAY_MISMATCH",
    InvalidRootHash: "REPLAY_MISMATCH",
    InvalidRootNode: "REPLAY_MISMATCH",
    InvalidFieldIndex: "REPLAY_MISMATCH",
    UnreachableNode: "REPLAY_MISMATCH",
    InvalidReference: "REPLAY_MISMATCH",
    InvalidDefinition: "REPLAY_MISMATCH",
    InvalidNodeData: "REPLAY_MISMATCH",
    SemanticMismatch: "REPLAY_MISMATCH",
    FactConflict: "REPLAY_MISMATCH",
    SnapshotMismatch: "REPLAY_MISMATCH",
    PayloadInvalid: "REPLAY_MISMATCH",
    ReceiptInvalid: "REPLAY_MISMATCH",
    ReplayMismatch: "REPLAY_MISMATCH",
    SignatureInvalid: "SIGNATURE_INVALID",
    SigningKeyMissing: "SIGNING_KEY_MISSING",
    QrError: "VALIDATION_ERROR",
    ValidationError: "VALIDATION_ERROR",
    NotFound: "NOT_FOUND",
    EventVersionConflict: "EVENT_VERSION_CONFLICT",
}
UNFORESEEN: Final = (
    "INTERNAL_ERROR"  # of every other failure; section 16 has no row for a stored chain that breaks
)

# RuleTypeError is told apart by its kind; every kind not listed is RULE_TYPE_ERROR.
CODES_BY_RULE_KIND: Final[Mapping[str, str]] = {
    "ParseError": "RULE_PARSE_ERROR",
    "UnitMismatch": "UNIT_MISMATCH",
    "UnknownUnit": "UNIT_MISMATCH",
}


def code(failure: Failure) -> Code:
    """The interface code of a failure (section 16). An EvalError has the code of its cause.

    Failures that other modules define for their own edges are unforeseen here.
    """
    match failure:
        case EvalError(cause=cause):
            return code(cause)
        case RuleTypeError(kind=kind):
            return CODES[CODES_BY_RULE_KIND.get(kind, "RULE_TYPE_ERROR")]
    return CODES[CODES_BY_FAILURE.get(type(failure), UNFORESEEN)]
