"""Every error of the core, as a value.

A function of the core answers `T | SomeFailure` and never raises; the caller tests `isinstance(x, Failure)`.
`record` gives the JSON record; the codes of the interface are left to `codes`.
Source: specification, sections 1 to 15; the classes stand in the order of the sections.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from dataclasses import field as member
from typing import Any, Final

# How a member enters the record of its failure; any other does in every case, None as null.
ABSENT_WHEN_NONE: Final = {"absent_when_none": True}
BESIDE_THE_RECORD: Final = {"beside_the_record": True}  # it is in no record


@dataclass(frozen=True, slots=True)
class Failure:
    """Base of every error value. It is not an exception and is never raised.

    A failure that adds no members is no dataclass: making one takes 0.3 ms whenever this is loaded.
    """


@dataclass(frozen=True, slots=True)
class OfNode(Failure):
    """Base of the failures that name a node of a proof."""

    node: int


# Section 1: canonical JSON


class CanonicalNumberNotAllowed(Failure):
    """A number that is no integer or lies outside the safe range."""

    __slots__ = ()


class CanonicalDecodeFailed(Failure):
    """Bytes that encoding does not produce, for another reason than a number."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class CanonicalEncodingFailed(Failure):
    """A value that cannot be encoded. `field` is the rule field concerned (9.3), if there is one."""

    field: str | None = None


# Section 2: Base32 and Base64


class Base32Error(Failure):
    """A text that is not Base32 as section 2 wants it."""

    __slots__ = ()


class Base64Error(Failure):
    """A text that is not the Base64 of any bytes, or of another length than wanted."""

    __slots__ = ()


# Section 4: ingest


@dataclass(frozen=True, slots=True)
class IngestError(Failure):
    """A document that holds no facts. `kind` is one of section 4.2; line and column count code points from 1.

    The position is None where a fault has none: a record that parses but is none, and some faults of TOML.
    """

    kind: str
    line: int | None = member(default=None, metadata=ABSENT_WHEN_NONE)
    column: int | None = member(default=None, metadata=ABSENT_WHEN_NONE)


# Section 5: snapshots


@dataclass(frozen=True, slots=True)
class DuplicateFact(Failure):
    """Two facts of one type and key stand in the way of sealing."""

    fact_type: str
    fact_key: str


class SnapshotSealed(Failure):
    """A sealed snapshot never changes."""

    __slots__ = ()


class SnapshotNotReady(Failure):
    """Only a snapshot that was marked ready can be sealed."""

    __slots__ = ()


# Section 6: rules


@dataclass(frozen=True, slots=True)
class RuleTypeError(Failure):
    """The first fault of a rule package (6.5). `field` is None for parse errors and in tests.

    `in_tests` says of which source line and column are: the tests source or, if false, the rules source.
    """

    kind: str
    field: str | None
    line: int
    column: int
    message: str
    in_tests: bool = member(default=False, metadata=BESIDE_THE_RECORD)


@dataclass(frozen=True, slots=True)
class CycleDetected(Failure):
    """Fields that can reach themselves, in UTF-8 order (6.8)."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypeFailure(Failure):
    """Cause `TypeError` of 6.9: a value of the wrong kind or size."""

    message: str


class DivisionByZero(Failure):
    """Cause of 6.9."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class UnitMismatch(Failure):
    """Cause of 6.9: two quantities whose units differ."""

    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class InexactDecimal(Failure):
    """Cause of 6.9: `value`, a canonical decimal text, does not fit `scale` exactly."""

    value: str
    scale: int


@dataclass(frozen=True, slots=True)
class RequireSomeFailed(Failure):
    """Cause of 6.9, with the code and message of the rule's author."""

    error_code: str
    message: str


@dataclass(frozen=True, slots=True)
class AssertFailed(Failure):
    """Cause of 6.9, with the code and message of the rule's author."""

    error_code: str
    message: str


@dataclass(frozen=True, slots=True)
class FactNotFound(Failure):
    """Cause of 6.9 for callers that look facts up themselves; the language answers none instead."""

    fact_type: str
    fact_key: str


@dataclass(frozen=True, slots=True)
class FieldNotFound(Failure):
    """Cause of 6.9: the evaluator was asked for a path that the package does not define."""

    field: str


@dataclass(frozen=True, slots=True)
class EvalError(Failure):
    """A field could not be evaluated; the position is that of the construct whose own step failed.

    `field` is None for an expression of a rule test, which belongs to no field.
    """

    cause: Failure
    field: str | None
    line: int
    column: int


class RuleTestsFailed(Failure):
    """The publish gate (6.12) does not open."""

    __slots__ = ()


# Section 7: proof. `node` is None where no single node is at fault.


class TooLarge(Failure):
    """7.5, step 1."""

    __slots__ = ()


class ProofParseError(Failure):
    """`ParseError` of 7.5, step 1."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SchemaError(Failure):
    """7.5, steps 2 and 3."""

    node: int | None = member(default=None, metadata=ABSENT_WHEN_NONE)


class InvalidVersion(Failure):
    """7.5, step 2."""

    __slots__ = ()


class EmptyProof(Failure):
    """7.5, step 2."""

    __slots__ = ()


class InvalidNodeId(OfNode):
    """7.5, step 3."""

    __slots__ = ()


class InvalidNodeType(OfNode):
    """7.5, step 3."""

    __slots__ = ()


class MissingInputNode(OfNode):
    """7.5, step 3."""

    __slots__ = ()


class ChildOrder(OfNode):
    """7.5, step 3."""

    __slots__ = ()


class InvalidNodeHash(OfNode):
    """7.5, step 3."""

    __slots__ = ()


class InvalidRootHash(Failure):
    """7.5, step 4."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class InvalidRootNode(Failure):
    """7.5, steps 5, 7 and 10."""

    node: int | None = member(default=None, metadata=ABSENT_WHEN_NONE)


@dataclass(frozen=True, slots=True)
class InvalidFieldIndex(Failure):
    """7.5, step 6; `field` is the path whose id is wrong, None where the paths themselves are."""

    field: str | None = member(default=None, metadata=ABSENT_WHEN_NONE)


class UnreachableNode(OfNode):
    """7.5, step 8: the smallest id that the root does not reach."""

    __slots__ = ()


class InvalidReference(OfNode):
    """7.5, step 9."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class InvalidDefinition(Failure):
    """7.5, step 9."""

    field: str


class InvalidNodeData(OfNode):
    """7.6: the data has none of the shapes of 7.3."""

    __slots__ = ()


class SemanticMismatch(OfNode):
    """7.6: the node does not follow from its children."""

    __slots__ = ()


class FactConflict(OfNode):
    """7.6: two nodes state different results for one fact."""

    __slots__ = ()


# Sections 8 and 9: payload and compilation


class PayloadInvalid(Failure):
    """8.2."""

    __slots__ = ()


class SnapshotNotSealed(Failure):
    """9.3, step 2."""

    __slots__ = ()


class RulesNotPublished(Failure):
    """9.3, step 3."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SnapshotMismatch(Failure):
    """9.3, step 4, without a node; 7.7, with the node that states another fact."""

    node: int | None = member(default=None, metadata=ABSENT_WHEN_NONE)


@dataclass(frozen=True, slots=True)
class PayloadTooLarge(Failure):
    """9.3, step 8; `actual` is the size in bytes."""

    actual: int


@dataclass(frozen=True, slots=True)
class ProofTooLarge(Failure):
    """9.3, steps 7 and 9; `actual` is the size in bytes."""

    actual: int


@dataclass(frozen=True, slots=True)
class ReceiptTooLarge(Failure):
    """9.3, step 10; `actual` is the size in bytes."""

    actual: int


# Sections 10 to 15: receipt, signature, QR, replay, versions, events


class ReceiptInvalid(Failure):
    """10.2."""

    __slots__ = ()


class SignatureInvalid(Failure):
    """11: the signature does not verify, or its key is unknown or revoked."""

    __slots__ = ()


class SigningKeyMissing(Failure):
    """11: there is no private key, or none of 32 bytes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class QrError(Failure):
    """12.2: `part` is the first of parts, version, pv, ph, pr, rh that fails."""

    part: str


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One line of a replay report (13). Not a failure of its own."""

    field: str
    expected: Any
    actual: Any


@dataclass(frozen=True, slots=True)
class ReplayMismatch(Failure):
    """13: a stored version could not be reproduced."""

    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True, slots=True)
class ValidationError(Failure):
    """An operation that its state or its arguments do not allow (13, 14); `reason` is free text."""

    reason: str


class NotFound(Failure):
    """An id that names nothing."""

    __slots__ = ()


class EventVersionConflict(Failure):
    """15: the version of this aggregate is taken already; reading again and retrying may succeed."""

    __slots__ = ()


class ChainEmpty(Failure):
    """15: there are no events."""

    __slots__ = ()


class ChainInvalidGenesis(Failure):
    """15: the first event has a predecessor."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ChainBroken(Failure):
    """15: event `index`, from 0, does not continue the chain."""

    index: int


# The words of a record's member `error` where they are not the name of the class.
RECORD_NAMES: Final[Mapping[type[Failure], str]] = {
    TypeFailure: "TypeError",
    ProofParseError: "ParseError",
    SnapshotSealed: "SNAPSHOT_SEALED",
    SnapshotNotReady: "SNAPSHOT_NOT_READY",
    RuleTestsFailed: "RULE_TESTS_FAILED",
    SigningKeyMissing: "SIGNING_KEY_MISSING",
    ReplayMismatch: "REPLAY_MISMATCH",
    ValidationError: "VALIDATION_ERROR",
    NotFound: "NOT_FOUND",
    EventVersionConflict: "EVENT_VERSION_CONFLICT",
}


def record(failure: Failure) -> dict[str, Any]:
    """The JSON record of a failure: `error`, then the members the specification names."""
    name = RECORD_NAMES.get(type(failure), type(failure).__name__)
    return {"error": name, **_members(failure)}


def _members(value: Failure | Mismatch) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for each in fields(value):
        content = getattr(value, each.name)
        absent = content is None and each.metadata == ABSENT_WHEN_NONE
        if not absent and each.metadata != BESIDE_THE_RECORD:
            members[each.name] = _json(content)
    return members


def _json(content: Any) -> Any:
    match content:
        case Failure():
            return record(content)
        case Mismatch():
            return _members(content)
        case tuple():
            return [_json(element) for element in content]
    return content
