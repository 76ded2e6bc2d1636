"""What a verification found: every check with its verdict, every failure with its place and in words.

Source: specification, 9.5. A report is a value; printing it and the exit status are the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from clysm.passport.errors import Failure, record
from clysm.passport.verification.nodes import MAX_PROOF_SIZE, PROOF_VERSION


class Verdict(Enum):
    """The outcome of one check."""

    HOLDS = "holds"
    FAILS = "fails"
    NOT_CHECKED = "not checked"  # for want of something that fails elsewhere, or that is optional


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one file: its verdict, the failure if it fails, the reason if it was not made."""

    name: str
    file: str
    verdict: Verdict
    failure: Failure | None = None
    reason: str = ""

    @property
    def line(self) -> str:
        """The check in one line for people."""
        if self.failure is not None:
            return f"{self.file}: {self.name}: {in_words(self.failure)}"
        return f"{self.file}: {self.name}: {self.verdict.value}{f', {self.reason}' if self.reason else ''}"


@dataclass(frozen=True, slots=True)
class Report:
    """All checks, in the order in which they were made."""

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether the passport is verified. A check that was not made follows from another's failure."""
        return not self.failures

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that fail."""
        return tuple(check for check in self.checks if check.verdict is Verdict.FAILS)

    def record(self) -> dict[str, Any]:
        """The report as JSON."""
        return {"verified": self.holds, "checks": [_check_record(check) for check in self.checks]}


def _check_record(check: Check) -> dict[str, Any]:
    members: dict[str, Any] = {"check": check.name, "file": check.file, "verdict": check.verdict.value}
    if check.failure is not None:
        members |= {"failure": record(check.failure), "message": in_words(check.failure)}
    if check.reason:
        members["reason"] = check.reason
    return members


def in_words(failure: Failure) -> str:
    """A failure of verification in one line for people; its record where it is none of those."""
    members = {name: shown(str(content)) for name, content in record(failure).items()}
    if members["error"] not in WORDS:
        return ", ".join(f"{name} {content}" for name, content in members.items())
    places = [place.format_map(members) for name, place in PLACES.items() if name in members]
    return "".join(places) + WORDS[members["error"]].format_map(members)


def shown(text: str, width: int = 200) -> str:
    """A text cut to so many characters, none of which a terminal would obey."""
    safe = "".join([c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:width]])
    return safe if len(text) <= width else f"{safe}..."


# Where a failure is, by the members of its record.
PLACES: Final[Mapping[str, str]] = {
    "node": "node {node}: ",
    "field": "field `{field}`: ",
    "line": "line {line}, column {column}: ",
}

WORDS: Final[Mapping[str, str]] = {
    # 7.5
    "TooLarge": f"the proof exceeds {MAX_PROOF_SIZE} bytes",
    "ParseError": "this is no canonical JSON",
    "SchemaError": "members or kinds are not those of a proof",
    "InvalidVersion": f"the proof has another version than {PROOF_VERSION}",
    "EmptyProof": "the proof has no nodes",
    "InvalidNodeId": "the id is not the position",
    "InvalidNodeType": "the type is none of the six",
    "MissingInputNode": "a child does not exist",
    "ChildOrder": "a child does not come before its parent",
    "InvalidNodeHash": "the hash is not that of the content",
    "InvalidRootHash": "the root hash is not the hash of the last node",
    "InvalidRootNode": "the root is not the last node over all fields and statements, or not the only one",
    "InvalidFieldIndex": "the field index does not lead to the definition",
    "UnreachableNode": "the root does not reach it",
    "InvalidReference": "it refers to something outside its field",
    "InvalidDefinition": "the definition does not hold what belongs to it",
    # 7.6, 7.7
    "InvalidNodeData": "the data has no known shape",
    "SemanticMismatch": "it does not follow from its parts",
    "FactConflict": "it contradicts an earlier reading of the same fact",
    "SnapshotMismatch": "this is not what the snapshot holds",
    # 8.2, 10.2, 11, 12.2
    "PayloadInvalid": "the payload is not what the proof shows",
    "ReceiptInvalid": "the receipt does not fit its form or the other files",
    "CanonicalDecodeFailed": "this is no canonical JSON",
    "CanonicalNumberNotAllowed": "this is no canonical JSON, it has a number of another kind",
    "Base64Error": "the signature is not the Base64 of 64 bytes",
    "SignatureInvalid": "no key of the keyring that may verify has made this signature",
    "QrError": "the part `{part}` is malformed or differs from the receipt",
    "VALIDATION_ERROR": "{reason}",
    "IngestError": "this is no JSON ({kind})",
}
