"""The baseline: which tests of the pinned suite fail, and how a run compares with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clysm.conformance.results import SCHEMA_VERSION, CategoryResult
from clysm.workflow import jsonfile
from clysm.workflow.schema import NON_EMPTY, Integer, ListOf, MapOf, Record

BASELINE = Path(__file__).with_name("baseline.json")
ALARM_POINTS = 5.0  # contracts, section 7: a fall of the pass rate, in percent of the tests

TABLE = Record(
    {
        "schema_version": Integer(SCHEMA_VERSION, SCHEMA_VERSION),
        "commit": NON_EMPTY,
        "categories": MapOf(Record({"tests": Integer(), "failed": ListOf(NON_EMPTY)})),
    }
)


@dataclass(frozen=True, slots=True)
class Expected:
    """A category of the baseline."""

    tests: int
    failed: frozenset[str]

    @property
    def rate(self) -> float:
        """Percent of the tests that pass."""
        return _percent(self.tests - len(self.failed), self.tests)


@dataclass(frozen=True, slots=True)
class Baseline:
    """`commit` is that of the suite."""

    commit: str
    categories: Mapping[str, Expected]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a category changed. `missing` are tests that the baseline counts and that did not run."""

    category: str
    rate: float
    worse: tuple[str, ...]
    better: tuple[str, ...]
    missing: int
    fall: float

    @property
    def alarm(self) -> bool:
        """True if the pass rate fell by as much as is never an accident."""
        return self.fall >= ALARM_POINTS

    @property
    def regressed(self) -> bool:
        """True if a test fails, or is missing, that was there and passed."""
        return bool(self.worse or self.missing > 0 or self.alarm)


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 100.0


def read_baseline(path: Path) -> Baseline:
    """Raises OSError, or SchemaError for a file that does not match the table."""
    value = jsonfile.read_report(path, TABLE)
    return Baseline(
        value["commit"],
        {
            name: Expected(category["tests"], frozenset(category["failed"]))
            for name, category in value["categories"].items()
        },
    )


def baseline_json(
    old: Baseline, categories: Sequence[str], results: Iterable[CategoryResult]
) -> dict[str, Any]:
    """The JSON of the baseline that expects these results; what it does of the other `categories` stays."""
    expected = {name: old.categories[name] for name in categories if name in old.categories}
    expected |= {result.name: Expected(len(result.tests), frozenset(result.failed)) for result in results}
    return {
        "schema_version": SCHEMA_VERSION,
        "commit": old.commit,
        "categories": {
            name: {"tests": each.tests, "failed": sorted(each.failed)} for name, each in expected.items()
        },
    }


def compare(expected: Expected | None, result: CategoryResult) -> Comparison:
    """A category that the baseline does not have has not become worse."""
    rate = _percent(result.passed, len(result.tests))
    if expected is None:
        return Comparison(result.name, rate, (), (), 0, 0.0)
    failed = frozenset(result.failed)
    ran = frozenset(test.name for test in result.tests)
    return Comparison(
        result.name,
        rate,
        tuple(sorted(failed - expected.failed)),
        tuple(sorted((expected.failed & ran) - failed)),
        max(0, expected.tests - len(result.tests)),
        expected.rate - rate,
    )
