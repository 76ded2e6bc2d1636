"""Evaluation for rule tests: what a case evaluates, how often, and what fails it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from clysm.passport.decimals import Dec
from clysm.passport.errors import CanonicalEncodingFailed, DivisionByZero, EvalError, ProofTooLarge
from clysm.passport.evaluation.cases import Case, Cases
from clysm.passport.rules.syntax import Example, Expression, Property
from clysm.passport.units import Qty
from clysm.passport.values import Some, Value
from tests.passport.evaluations import checked, facts


def expectations(rules: str, example: str) -> tuple[Case, list[Expression]]:
    """A case and the expectations of an example without fixtures."""
    package = checked(rules, f"example e: {{ }} => {example}")
    test = package.tests[0]
    assert isinstance(test, Example)
    return Cases(package).case({}), list(test.expectations)


def implication(
    rules: str, variable: str, premise: str, conclusion: str
) -> tuple[Cases, Expression, Expression]:
    """The parts of a property with one variable `v`."""
    source = f"property p: cases(1) seed(1) => forall v: {variable}. implies({premise}, {conclusion});"
    package = checked(rules, source)
    test = package.tests[0]
    assert isinstance(test, Property)
    return Cases(package), test.premise, test.conclusion


def test_only_needed_fields_are_evaluated() -> None:
    rules = 'field a: Int = 1; field b: Int = field("a") + 1; field bad: Int = 1 / 0;'
    case, (first, second) = expectations(rules, 'expect(b, ==, 2); expect(a, <, field("b"));')
    assert case.holds(first) is True
    assert case.holds(second) is True


def test_fields_are_evaluated_in_dependency_order() -> None:
    rules = (
        'field z: Int = 1 / 0; field a: Int = field("z"); field y: Int = 2 / 0; field b: Int = field("y");'
    )
    case, (expectation,) = expectations(rules, 'expect(a, ==, field("b"));')
    assert case.holds(expectation) == EvalError(DivisionByZero(), "y", 1, 67)


def test_a_failure_fails_the_whole_case() -> None:
    case, (first, second, third) = expectations(
        "field a: Int = 1;", "expect(a, ==, 1); expect(a, ==, 1 / 0); expect(a, ==, 1);"
    )
    assert case.holds(first) is True
    failure = EvalError(DivisionByZero(), None, 1, 53)
    assert case.holds(second) == failure
    assert case.holds(third) == failure


def test_the_nodes_of_a_case_are_limited_together() -> None:
    """Each field is evaluated once, so asking again costs little; another one is too much."""
    rules = "".join(f'field {name}: Text = let x = "{"x" * 600000}"; "short";' for name in "ab")
    case, (first, again, second) = expectations(
        rules, 'expect(a, ==, "short"); expect(a, !=, ""); expect(b, ==, "short");'
    )
    assert case.holds(first) is True
    assert case.holds(again) is True
    assert isinstance(case.holds(second), ProofTooLarge)


def test_values_that_cannot_be_encoded_fail_a_case() -> None:
    case, (expectation,) = expectations("field a: Int = 1;", "expect(a, <, 9007199254740991 + 1);")
    assert case.holds(expectation) == CanonicalEncodingFailed(None)


@pytest.mark.parametrize(
    ("variable", "value", "conclusion"),
    [
        ("Bool", True, "v"),
        ("Int", -7, "v + 7 == 0"),
        ("Text", "é", 'v == "é"'),
        ("Date", date(2025, 1, 1), 'v == date("2025-01-01")'),
        ("Dec(2)", Dec(150, 2), "v == 1.5"),
        ("Qty(kg)", Qty("kg", 1500000), "v == qty(1.5, kg)"),
        ("Opt(Int)", Some(1), "v == some(1)"),
        ("Opt(Int)", None, "!isSome(v)"),
        ("List(Dec(0))", [Dec(5, 0)], "sumDec(0, v) == 5"),
        ("Map(Text, Int)", {"k0": 1}, 'v == {"k0": 1}'),
    ],
)
def test_variables_are_constants(variable: str, value: Value, conclusion: str) -> None:
    cases, premise, conclude = implication("", variable, "true", conclusion)
    case = cases.case({}, [("v", value)])
    assert case.holds(premise) is True
    assert case.holds(conclude) is True


def test_variables_count_as_nodes() -> None:
    cases, premise, conclusion = implication("", "Text", "true", "v == v")
    assert cases.case({}, [("v", "x" * 300000)]).holds(conclusion) is True
    assert isinstance(cases.case({}, [("v", "x" * 400000)]).holds(conclusion), ProofTooLarge)
    case = cases.case({}, [("v", "x" * 1048576)])
    assert isinstance(case.holds(premise), ProofTooLarge)


@pytest.mark.parametrize("payload", [{"n": 1}, {"n": True}])
def test_a_condition_must_be_a_bool(payload: dict[str, Any]) -> None:
    rules = 'field a: Record = unwrapOr(getFact("T", "k"), {});'
    read = 'requireSome(recordGet(field("a"), "n"), "E", "m")'
    cases, premise, _ = implication(rules, "Int", read, "true")
    verdict = cases.case(facts(("T", "k", payload)), [("v", 1)]).holds(premise)
    if payload["n"] is True:
        assert verdict is True
    else:
        assert isinstance(verdict, EvalError)
        assert verdict.field is None
