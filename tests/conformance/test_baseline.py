"""Comparing a run with the baseline, and the project's own baseline."""

from pathlib import Path

import pytest

from clysm.conformance.baseline import (
    BASELINE,
    TABLE,
    Baseline,
    Expected,
    baseline_json,
    compare,
    read_baseline,
)
from clysm.conformance.results import REPORT, CategoryResult, Outcome, Verdict, report
from clysm.workflow.errors import SchemaError
from clysm.workflow.schema import problems

# Least pass rates by chapter, in percent: errors and tests that do not run count as failed.
FLOORS = {
    "types-and-classes": 50,
    "data-and-control-flow": 55,
    "iteration": 60,
    "conditions": 45,
    "symbols": 60,
    "numbers": 60,
    "characters": 80,
    "cons": 80,
    "arrays": 50,
    "strings": 70,
    "sequences": 60,
    "hash-tables": 70,
}
OVERALL_FLOOR = 80


def category(**statuses: str) -> CategoryResult:
    tests = tuple(Outcome(name, Verdict(status), "", "", 1) for name, status in statuses.items())
    return CategoryResult("cons", tests, (), 1.0)


def test_nothing_changed() -> None:
    found = compare(Expected(3, frozenset({"c"})), category(a="pass", b="pass", c="fail"))
    assert (found.worse, found.better, found.missing, found.regressed) == ((), (), 0, False)


def test_a_test_that_fails_now_is_a_regression() -> None:
    found = compare(Expected(3, frozenset({"c"})), category(a="fail", b="pass", c="pass"))
    assert (found.worse, found.better, found.fall, found.regressed) == (("a",), ("c",), 0.0, True)


def test_a_test_that_is_gone_is_a_regression() -> None:
    found = compare(Expected(3, frozenset()), category(a="pass", b="pass"))
    assert (found.worse, found.missing, found.regressed) == ((), 1, True)


@pytest.mark.parametrize(("failed", "alarm"), [(4, False), (5, True)])
def test_a_fall_of_five_points_is_an_alarm(failed: int, alarm: bool) -> None:
    statuses = {f"t{n}": "fail" if n < failed else "pass" for n in range(100)}
    assert compare(Expected(100, frozenset()), category(**statuses)).alarm is alarm


def test_a_new_category_has_nothing_to_lose() -> None:
    assert not compare(None, category(a="fail")).regressed


def test_a_written_baseline_expects_the_run() -> None:
    old = Baseline("1" * 40, {"numbers": Expected(7, frozenset({"x"})), "gone": Expected(1, frozenset())})
    written = baseline_json(old, ("cons", "numbers"), [category(a="pass", b="fail")])
    assert problems(written, TABLE) == ()
    assert written["categories"] == {
        "cons": {"tests": 2, "failed": ["b"]},
        "numbers": {"tests": 7, "failed": ["x"]},
    }


def test_the_report_has_every_result() -> None:
    written = report("1" * 40, [category(a="pass", b="fail")])
    assert problems(written, REPORT) == ()
    assert [test["status"] for test in written["categories"]["cons"]["tests"]] == ["pass", "fail"]


def test_a_damaged_baseline_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text('{"schema_version": 1, "commit": "", "categories": {}}')
    with pytest.raises(SchemaError):
        read_baseline(path)


def test_the_floors_of_the_chapters(subtests: pytest.Subtests) -> None:
    categories = read_baseline(BASELINE).categories
    for name, floor in FLOORS.items():
        with subtests.test(category=name):
            assert categories[name].rate >= floor
    tests = sum(each.tests for each in categories.values())
    failed = sum(len(each.failed) for each in categories.values())
    assert 100 * (tests - failed) / tests >= OVERALL_FLOOR
