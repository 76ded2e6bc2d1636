"""Running categories: what ends or blocks the program is a failed test, and the rest goes on (N54)."""

import sys
from pathlib import Path

import pytest

from clysm.conformance.results import Problem, Verdict
from clysm.conformance.runner import Runner
from clysm.conformance.suite import Suite

FAKE = Path(__file__).with_name("fake_harness.py")


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    for category in ("one", "two"):
        (tmp_path / "suite" / category).mkdir(parents=True)
        (tmp_path / "suite" / category / "load.lsp").write_text("")
    return Suite(tmp_path / "suite", "0" * 40, ("one", "two"))


def runner(tmp_path: Path, script: str, test_seconds: float = 20.0) -> Runner:
    path = tmp_path / "script"
    path.write_text(script, encoding="utf-8")
    return Runner(lambda root: [sys.executable, str(FAKE), str(path)], test_seconds)


def test_every_test_has_a_result(tmp_path: Path, suite: Suite) -> None:
    result = runner(tmp_path, "a pass\nb fail\nc exit\nd kill\ne pass\n").run_category(suite, "one")
    assert [(test.name, test.status, test.reason, test.actual) for test in result.tests] == [
        ("a", Verdict.PASS, "", ""),
        ("b", Verdict.FAIL, "expected (1)", "(2)"),
        ("c", Verdict.FAIL, "the program ended with status 7", ""),
        ("d", Verdict.FAIL, "the program was ended by SIGKILL", ""),
        ("e", Verdict.PASS, "", ""),
    ]
    assert [test.ms for test in result.tests[:2]] == [3, 4]
    assert result.problems == (Problem("a.lsp", "one form"),)
    assert result.passed == 2
    assert result.failed == ("b", "c", "d")


def test_a_test_that_hangs_is_stopped(tmp_path: Path, suite: Suite) -> None:
    result = runner(tmp_path, "a hang\nb pass\n", test_seconds=1.0).run_category(suite, "one")
    assert [(test.name, test.status, test.reason) for test in result.tests] == [
        ("a", Verdict.FAIL, "stopped after 1 s"),
        ("b", Verdict.PASS, ""),
    ]


def test_a_program_that_ends_between_tests(tmp_path: Path, suite: Suite) -> None:
    result = runner(tmp_path, "a pass\ncrash\nb pass\n").run_category(suite, "one")
    assert [test.name for test in result.tests] == ["a"]
    assert result.problems[1].file == "one/load.lsp"
    assert "status 1: crashed" in result.problems[1].message


def test_categories_come_in_their_order(tmp_path: Path, suite: Suite) -> None:
    results = list(runner(tmp_path, "a pass\n").run(suite, ("two", "one"), 2))
    assert [result.name for result in results] == ["two", "one"]


def test_the_suite_itself_is_not_touched(tmp_path: Path, suite: Suite) -> None:
    roots = []

    def command(root: Path) -> list[str]:
        roots.append(root)
        return runner(tmp_path, "a pass\n").command(root)

    Runner(command).run_category(suite, "one")
    assert roots[0] != suite.root
    assert not roots[0].exists()
