"""The states of a rule package and its publish gate, spec 6.12."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from clysm.passport.errors import Failure, RuleTestsFailed, ValidationError
from clysm.passport.rules.check import CheckedRules, check_rules
from clysm.passport.rules.package import (
    COMPILABLE,
    RulePackage,
    Status,
    create,
    deprecate,
    is_publishable,
    publish,
    retire,
    validate,
)
from clysm.passport.rules.testing import Outcome, Report, run_tests

ID = "880b1442-c01f-5e40-a2e8-247b8b408b5e"
RULES = b"field a: Int = 1;"
TESTS = b"property p: cases(500) seed(1) => forall x: Int. implies(true, x == x);"


def report(passed: int, failed: int = 0, rules: bytes = RULES, tests: bytes = TESTS) -> Report:
    outcome = Outcome("p", "property", passed + failed, passed, None)
    return Report(sha256(rules).hexdigest(), sha256(tests).hexdigest(), (outcome,))


def package(status: Status) -> RulePackage:
    return RulePackage(ID, RULES, TESTS, status)


@pytest.mark.parametrize(
    ("passed", "failed", "opens"),
    [(500, 0, True), (499, 0, False), (500, 1, False), (100_000, 0, True), (0, 0, False), (0, 500, False)],
)
def test_gate(passed: int, failed: int, opens: bool) -> None:
    assert is_publishable(report(passed, failed)) is opens
    after = validate(package(Status.DRAFT), report(passed, failed))
    assert after == (package(Status.VALIDATED) if opens else RuleTestsFailed())
    after = publish(package(Status.VALIDATED), report(passed, failed))
    assert after == (package(Status.PUBLISHED) if opens else RuleTestsFailed())


def test_the_gate_counts_all_tests_together() -> None:
    halves = replace(report(250), outcomes=report(250).outcomes * 2)
    assert is_publishable(halves)


def test_the_run_must_be_one_of_these_sources() -> None:
    for other in (report(500, rules=RULES + b" "), report(500, tests=TESTS + b" ")):
        assert validate(package(Status.DRAFT), other) == RuleTestsFailed()
        assert publish(package(Status.VALIDATED), other) == RuleTestsFailed()


OPERATIONS: dict[str, Callable[[RulePackage], RulePackage | Failure]] = {
    "validate": lambda before: validate(before, report(500)),
    "publish": lambda before: publish(before, report(500)),
    "deprecate": deprecate,
    "retire": retire,
}
NEXT = {
    ("validate", Status.DRAFT): Status.VALIDATED,
    ("publish", Status.VALIDATED): Status.PUBLISHED,
    ("deprecate", Status.PUBLISHED): Status.DEPRECATED,
    ("retire", Status.PUBLISHED): Status.RETIRED,
    ("retire", Status.DEPRECATED): Status.RETIRED,
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("status", Status)
def test_every_operation_in_every_state(operation: str, status: Status) -> None:
    before = package(status)
    after = OPERATIONS[operation](before)
    if (operation, status) in NEXT:
        assert after == package(NEXT[operation, status])
    else:
        assert isinstance(after, ValidationError)
        assert status.value in after.reason
    assert before == package(status)


def test_a_state_that_forbids_it_counts_before_the_gate() -> None:
    assert isinstance(publish(package(Status.RETIRED), report(0)), ValidationError)


def test_create() -> None:
    assert create(ID, RULES, TESTS) == package(Status.DRAFT)
    assert create(ID, RULES) == RulePackage(ID, RULES, b"", Status.DRAFT)
    assert isinstance(create("x", RULES), ValidationError)


def test_compilable() -> None:
    assert {status.value for status in COMPILABLE} == {"PUBLISHED", "DEPRECATED", "RETIRED"}


def test_from_sources_to_a_published_package() -> None:
    draft = create(ID, RULES, TESTS)
    checked = check_rules(RULES, TESTS)
    assert isinstance(draft, RulePackage)
    assert isinstance(checked, CheckedRules)
    validated = validate(draft, run_tests(checked))
    assert isinstance(validated, RulePackage)
    assert publish(validated, run_tests(checked)) == package(Status.PUBLISHED)
