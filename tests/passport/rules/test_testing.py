"""Running examples and properties, spec 6.10, and the publish gate of 6.12."""

from __future__ import annotations

from typing import Any

import pytest

from clysm.passport.errors import (
    CanonicalEncodingFailed,
    DivisionByZero,
    EvalError,
    IngestError,
    ProofTooLarge,
)
from clysm.passport.rules import generation
from clysm.passport.rules.check import CheckedRules, check_rules
from clysm.passport.rules.package import is_publishable
from clysm.passport.rules.testing import FailedCase, Outcome, Report, run_tests
from tests.passport.rules.sources import RULES, TESTS
from tests.passport.vectors import group

FACT = 'requireSome(recordGet(requireSome(getFact("T", "k"), "E1", "m"), "n"), "E2", "m")'


def report(rules: str, tests: str = "") -> Report:
    package = check_rules(rules.encode(), tests.encode())
    assert isinstance(package, CheckedRules), package
    return run_tests(package)


def outcome(rules: str, tests: str) -> Outcome:
    (only,) = report(rules, tests).outcomes
    return only


@pytest.mark.parametrize("item", group("tests"))
def test_vector(item: dict[str, Any]) -> None:
    result = report(item["rules"], item.get("tests", ""))
    assert {
        "passed": result.passed,
        "failed": result.failed,
        "publishable": is_publishable(result),
        "tests": [
            {
                "name": test.name,
                "kind": test.kind,
                "cases": test.cases,
                "passed": test.passed,
                "failure": test.failure and {"case": test.failure.case},
            }
            for test in result.outcomes
        ],
    } == item["expect"]


def test_a_whole_package() -> None:
    result = report(RULES, TESTS)
    assert (result.passed, result.failed) == (501, 0)


@pytest.mark.parametrize(
    ("field", "facts", "expected", "passes"),
    [
        ("1", "", "1", True),
        ("1", "", "2", False),
        ("1", "", 'field("a") + 0', True),
        (f"{FACT} + 0", 'fact f("T", "k") = {"n": 7};', "7", True),
        (f"{FACT} + 0", 'fact f("T", "other") = {"n": 7};', "7", False),
        ('length(getFactsByPrefix("T", ""))', 'fact f("T", "k") = {}; fact g("T", "l") = {};', "2", True),
        ('length(getFactsByPrefix("T", ""))', "", "0", True),
    ],
)
def test_examples_see_their_fixtures_and_nothing_else(
    field: str, facts: str, expected: str, passes: bool
) -> None:
    result = outcome(f"field a: Int = {field};", f"example e: {{ {facts} }} => expect(a, ==, {expected});")
    assert (result.kind, result.cases, result.passed) == ("example", 1, int(passes))
    assert (result.failure is None) is passes


@pytest.mark.parametrize("operator", ["==", "!=", "<", "<=", ">", ">="])
def test_every_comparison(operator: str) -> None:
    result = report(
        "field a: Int = 2;",
        "".join(f"example e{n}: {{ }} => expect(a, {operator}, {n});" for n in (1, 2, 3)),
    )
    expected = {"==": "010", "!=": "101", "<": "001", "<=": "011", ">": "100", ">=": "110"}[operator]
    assert "".join(str(test.passed) for test in result.outcomes) == expected


def test_all_expectations_must_hold() -> None:
    rules = "field a: Int = 1; field b: Int = 1 / 0;"
    assert outcome(rules, "example e: { } => expect(a, ==, 1); expect(a, <, 2);").passed == 1
    assert outcome(rules, "example e: { } => expect(a, ==, 1); expect(a, >, 2);").passed == 0
    false_first = outcome(rules, "example e: { } => expect(a, ==, 2); expect(b, ==, 1);")
    assert false_first.failure == FailedCase(0, {}, None)


def test_the_reason_of_a_failure_names_the_place() -> None:
    failure = outcome(
        "field a: Int = 1;\nfield b: Int = 1 / 0;", "example e: { } => expect(b, ==, 1);"
    ).failure
    assert failure == FailedCase(0, {}, EvalError(DivisionByZero(), "b", 2, 18))
    failure = outcome("field a: Int = 1;", "example e: { } => expect(a, ==, 1 / 0);").failure
    assert failure == FailedCase(0, {}, EvalError(DivisionByZero(), None, 1, 35))
    failure = outcome("field a: Int = 9007199254740992;", "example e: { } => expect(a, ==, 1);").failure
    assert failure == FailedCase(0, {}, CanonicalEncodingFailed("a"))


def test_an_implication() -> None:
    rules = "field bad: Int = 1 / 0;"
    cases = "cases(50) seed(3) => forall x: Int, b: Bool."
    for implies, passed in [
        ("implies(true, true)", 50),
        ("implies(false, false)", 50),
        ("implies(false, 1 / 0 == 1)", 50),
        ('implies(false, field("bad") == 1)', 50),
        ("implies(true, false)", 0),
        ("implies(1 / 0 == 1, true)", 0),
        ('implies(field("bad") == 1, true)', 0),
        ("implies(b, b)", 50),
        ("implies(x > 0, x >= 1)", 50),
    ]:
        assert outcome(rules, f"property p: {cases} {implies};").passed == passed, implies


def test_the_first_failing_case_comes_with_its_inputs() -> None:
    tests = "property p: cases(20) seed(3) => forall x: Int, d: Dec(2). implies(true, x < 5);"
    result = outcome("", tests)
    assert result.failure is not None
    assert result.failure.reason is None
    assert set(result.failure.inputs) == {"x", "d"}
    assert 0 < result.passed < 20
    x = result.failure.inputs["x"]
    assert isinstance(x, int)
    assert x >= 5
    again = outcome("", tests)
    assert again == result


def test_variables_reach_fixtures_in_their_json_form() -> None:
    rules = f"""
    field n: Int = {FACT};
    field d: Dec(2) = toDec(2, {FACT});
    field k: Int = length({FACT});
    """
    for variable, implies in [
        ("Int", 'field("n") == x'),
        ("Dec(2)", 'field("d") == x'),
        ("List(Int)", 'field("k") == length(x)'),
    ]:
        tests = f"""property p: cases(30) seed(5) {{ fact f("T", "k") = {{"n": x, "m": [{{"x": x}}]}}; }}
            => forall x: {variable}. implies(true, {implies});"""
        assert outcome(rules, tests).passed == 30


def test_fixtures_that_are_no_facts_fail_the_case() -> None:
    result = outcome("field a: Int = 1;", 'example e: { fact f("", "k") = {}; } => expect(a, ==, 1);')
    assert result.failure == FailedCase(0, {}, IngestError("BadRecord"))
    tests = 'property p: cases(2) seed(1) { fact f("T", "\\n") = {}; } => forall x: Int. implies(true, true);'
    assert outcome("", tests).passed == 0


def test_values_too_large_for_a_proof_fail_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "MAX_PARTS", 3)
    tests = "property p: cases(20) seed(1) => forall x: List(Int). implies(true, true);"
    result = outcome("", tests)
    assert 0 < result.passed < 20
    assert result.failure is not None
    assert isinstance(result.failure.reason, ProofTooLarge)


def test_fields_are_evaluated_once_and_only_if_needed() -> None:
    rules = 'field a: Int = 1; field b: Int = field("a") + 1; field bad: Int = 1 / 0;'
    assert (
        outcome(rules, "example e: { } => expect(b, ==, 2); expect(a, ==, 1); expect(b, >, 1);").passed == 1
    )


def test_counts() -> None:
    result = report(
        "field a: Int = 1;", "example e: { } => expect(a, ==, 2); example f: { } => expect(a, ==, 1);"
    )
    assert (result.passed, result.failed, is_publishable(result)) == (1, 1, False)
