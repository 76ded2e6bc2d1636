"""Running the tests of a package, spec 6.10: examples and properties, case by case.

Left to others: evaluating a case (clysm.passport.evaluation.cases), generating values (generation), and what
a report is good for (package).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clysm.passport.cjson import Json
from clysm.passport.errors import Failure, IngestError, ProofTooLarge
from clysm.passport.evaluation.cases import Case, Cases
from clysm.passport.facts import Fact, make_fact
from clysm.passport.rules.check import CheckedRules
from clysm.passport.rules.generation import MAX_PARTS, draws, generate
from clysm.passport.rules.syntax import (
    Example,
    Expression,
    Fixture,
    FixtureJson,
    FixtureVariable,
    Property,
    Test,
)
from clysm.passport.values import form


@dataclass(frozen=True, slots=True)
class FailedCase:
    """The first case of a test that failed."""

    case: int  # from 0
    inputs: Mapping[str, Json]  # JSON forms of the generated values; none for an example
    reason: Failure | None  # None where an expectation or a conclusion is false


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test."""

    name: str
    kind: str  # example or property
    cases: int
    passed: int
    failure: FailedCase | None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of all tests of the sources that have these hashes."""

    dsl_sha256: str
    tests_sha256: str
    outcomes: tuple[Outcome, ...]

    @property
    def passed(self) -> int:
        """Cases that passed."""
        return sum(outcome.passed for outcome in self.outcomes)

    @property
    def failed(self) -> int:
        """Cases that did not."""
        return sum(outcome.cases - outcome.passed for outcome in self.outcomes)


def run_tests(checked: CheckedRules) -> Report:
    """The report on all tests of a package, in their order."""
    cases = Cases(checked)
    outcomes = tuple([_run_test(cases, test) for test in checked.tests])
    return Report(checked.dsl_sha256, checked.tests_sha256, outcomes)


def _run_test(cases: Cases, test: Test) -> Outcome:
    count = passed = 0
    failure: FailedCase | None = None
    for inputs, verdict in _example(cases, test) if isinstance(test, Example) else _property(cases, test):
        if verdict is True:
            passed += 1
        elif failure is None:
            failure = FailedCase(count, inputs, verdict or None)
        count += 1
    return Outcome(test.name, "example" if isinstance(test, Example) else "property", count, passed, failure)


# One case after the other: its inputs, and whether it passes or why it cannot be said


def _example(cases: Cases, test: Example) -> Iterator[tuple[Mapping[str, Json], bool | Failure]]:
    facts = _facts(test.fixtures, {})
    yield {}, facts if isinstance(facts, Failure) else _all_hold(cases.case(facts), test.expectations)


def _property(cases: Cases, test: Property) -> Iterator[tuple[Mapping[str, Json], bool | Failure]]:
    names = [variable.name for variable in test.variables]
    types = [variable.type for variable in test.variables]
    for number in range(test.cases):
        values = generate(types, draws(test.seed, test.name, number))
        if values is None:
            yield {}, ProofTooLarge(MAX_PARTS + 1)
            continue
        inputs = {name: form(value) for name, value in zip(names, values, strict=True)}
        facts = _facts(test.fixtures, inputs)
        if isinstance(facts, Failure):
            yield inputs, facts
        else:
            yield inputs, _follows(cases.case(facts, list(zip(names, values, strict=True))), test)


def _all_hold(case: Case, conditions: Iterable[Expression]) -> bool | Failure:
    """Whether all conditions are true, looked at up to the first that is not."""
    for condition in conditions:
        verdict = case.holds(condition)
        if verdict is not True:
            return verdict
    return True


def _follows(case: Case, test: Property) -> bool | Failure:
    """Whether the premise implies the conclusion, which is looked at if the premise is true."""
    premise = case.holds(test.premise)
    return case.holds(test.conclusion) if premise is True else premise is False or premise


# Fixtures


def _facts(
    fixtures: Iterable[Fixture], inputs: Mapping[str, Json]
) -> dict[tuple[str, str], Fact] | IngestError:
    """The facts of a case, with the inputs in the place of the variables."""
    facts: dict[tuple[str, str], Fact] = {}
    for fixture in fixtures:
        fact = make_fact(fixture.fact_type, fixture.fact_key, 1, _filled(fixture.payload, inputs))
        if isinstance(fact, IngestError):
            return fact
        facts[fixture.fact_type, fixture.fact_key] = fact
    return facts


def _filled(payload: FixtureJson, inputs: Mapping[str, Json]) -> Json:
    """A payload with its variables filled in; it is at most 63 levels deep, since brackets are."""
    match payload:
        case FixtureVariable(name):
            return inputs[name]
        case dict():
            return {key: _filled(member, inputs) for key, member in payload.items()}
        case list():
            return [_filled(element, inputs) for element in payload]
        case _:
            return payload
