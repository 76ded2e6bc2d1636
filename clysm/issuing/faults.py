"""Error values of the core in words, with file, line and column where they have a place in the rules."""

import json
from collections.abc import Mapping
from typing import Final

from clysm.passport.errors import CycleDetected, EvalError, Failure, RuleTypeError, record

WORDS: Final[Mapping[str, str]] = {
    "TypeError": "{message}",
    "DivisionByZero": "division by zero",
    "UnitMismatch": "the unit `{actual}` stands where `{expected}` is needed",
    "InexactDecimal": "`{value}` has more than {scale} decimals",
    "RequireSomeFailed": "{error_code}: {message}",
    "AssertFailed": "{error_code}: {message}",
    "CanonicalEncodingFailed": "a value cannot be encoded as canonical JSON",
    "PayloadTooLarge": "the payload has {actual} bytes, more than 131072",
    "ProofTooLarge": "the proof has {actual} bytes, more than is allowed",
    "ReceiptTooLarge": "the receipt has {actual} bytes, more than 16384",
    "SnapshotNotSealed": "the snapshot is not sealed",
    "SnapshotMismatch": "the facts are not those of the sealed snapshot",
    "RulesNotPublished": "the rule package is not published",
    "DuplicateFact": "there are two facts of type `{fact_type}` and key `{fact_key}`",
}


def in_words(failure: Failure) -> str:
    """A failure without place, in one line."""
    members = record(failure)
    name = members.pop("error")
    if name in WORDS:
        text = WORDS[name].format(**members)
    else:
        text = name + "".join(f", {key} {json.dumps(value)}" for key, value in members.items())
    field = members.get("field")
    return f"{text}, in field `{field}`" if field and not isinstance(failure, EvalError) else text


def in_rules(failure: Failure, file: str) -> str:
    """A failure of rules, or of compiling with the rules in `file`, as a diagnostic of two lines."""
    match failure:
        case EvalError(cause, field, line, column):
            where = "" if field is None else f" in field `{field}`"
            return f"error: {file}:{line}:{column}\n  {in_words(cause)}{where}"
        case RuleTypeError(kind, field, line, column, message):
            where = "" if field is None else f" in field `{field}`"
            return f"error: {file}:{line}:{column}\n  {kind}{where}: {message}"
        case CycleDetected(fields):
            return f"error: {file}\n  fields need each other: {', '.join(f'`{path}`' for path in fields)}"
        case _:
            return f"error: {in_words(failure)}"
