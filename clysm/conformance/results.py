"""What a run of a suite found: a result for each test, and what was in the way of tests.

A test passes or fails; what ends the program, and what takes too long, fails too. No test is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from clysm.workflow.schema import NON_EMPTY, Integer, ListOf, MapOf, OneOf, Record, Text

SCHEMA_VERSION = 1


class Verdict(StrEnum):
    """Of one test."""

    PASS = "pass"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one test. `actual`: the values as text, empty unless they are the wrong ones; `ms`: elapsed time."""

    name: str
    status: Verdict
    actual: str
    reason: str
    ms: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A form of a file, outside of any test, that could not be evaluated."""

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class CategoryResult:
    """`tests` are in the suite's order."""

    name: str
    tests: tuple[Outcome, ...]
    problems: tuple[Problem, ...]
    seconds: float

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the tests that failed, ascending, each once."""
        return tuple(sorted({test.name for test in self.tests if test.status is Verdict.FAIL}))

    @property
    def passed(self) -> int:
        """Number of tests that passed."""
        return sum(test.status is Verdict.PASS for test in self.tests)


TEST = Record(
    {
        "name": NON_EMPTY,
        "status": OneOf(tuple(Verdict)),
        "actual": Text(),
        "reason": Text(),
        "ms": Integer(),
    }
)
CATEGORY = Record(
    {
        "tests": ListOf(TEST),
        "problems": ListOf(Record({"file": NON_EMPTY, "message": Text()})),
        "seconds": Integer(),
    }
)
REPORT = Record(
    {
        "schema_version": Integer(SCHEMA_VERSION, SCHEMA_VERSION),
        "commit": NON_EMPTY,
        "categories": MapOf(CATEGORY),
    }
)


def report(commit: str, categories: Iterable[CategoryResult]) -> dict[str, Any]:
    """The JSON of a run, as REPORT describes it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "commit": commit,
        "categories": {
            category.name: {
                "tests": [
                    {
                        "name": test.name,
                        "status": str(test.status),
                        "actual": test.actual,
                        "reason": test.reason,
                        "ms": test.ms,
                    }
                    for test in category.tests
                ],
                "problems": [
                    {"file": problem.file, "message": problem.message} for problem in category.problems
                ],
                "seconds": round(category.seconds),
            }
            for category in categories
        },
    }
