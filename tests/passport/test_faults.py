"""Error values in words, whatever they hold, with the place in the rules where there is one."""

import dataclasses
from typing import Any

import pytest

from clysm.issuing.faults import in_rules, in_words
from clysm.passport import errors
from clysm.passport.errors import (
    AssertFailed,
    CycleDetected,
    DivisionByZero,
    EvalError,
    Failure,
    InexactDecimal,
    RuleTypeError,
    TypeFailure,
)

AWKWARD = '{text} "quoted" {0} %s \n{'
VALUES: dict[str, Any] = {
    "str": AWKWARD, "int": 3, "str | None": AWKWARD, "int | None": None, "bool": True,
    "tuple[str, ...]": (AWKWARD, "b"),
    "Failure": TypeFailure(AWKWARD), "tuple[Mismatch, ...]": (errors.Mismatch(AWKWARD, {"a": [1]}, None),),
}  # fmt: skip
CLASSES = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, Failure) and value not in (Failure, errors.OfNode)
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_failure_has_words(kind: type[Failure]) -> None:
    failure = kind(*(VALUES[str(member.type)] for member in dataclasses.fields(kind)))
    assert in_words(failure)
    assert in_rules(failure, "x.rules").startswith("error: ")


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (
            EvalError(DivisionByZero(), "a.b", 3, 7),
            "error: x.rules:3:7\n  division by zero in field `a.b`",
        ),
        (EvalError(AssertFailed("E1", "{no}"), "a", 1, 2), "error: x.rules:1:2\n  E1: {no} in field `a`"),
        (
            EvalError(InexactDecimal("1.25", 1), "a", 1, 2),
            "error: x.rules:1:2\n  `1.25` has more than 1 decimals in field `a`",
        ),
        (RuleTypeError("ParseError", None, 2, 1, "what"), "error: x.rules:2:1\n  ParseError: what"),
        (
            RuleTypeError("TypeMismatch", "a", 2, 1, "what"),
            "error: x.rules:2:1\n  TypeMismatch in field `a`: what",
        ),
        (CycleDetected(("a", "b")), "error: x.rules\n  fields need each other: `a`, `b`"),
        (errors.PayloadTooLarge(131073), "error: the payload has 131073 bytes, more than 131072"),
        (
            errors.CanonicalEncodingFailed("a"),
            "error: a value cannot be encoded as canonical JSON, in field `a`",
        ),
        (errors.CanonicalEncodingFailed(), "error: a value cannot be encoded as canonical JSON"),
    ],
)
def test_examples(failure: Failure, expected: str) -> None:
    assert in_rules(failure, "x.rules") == expected
