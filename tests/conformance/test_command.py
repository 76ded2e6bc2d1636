"""`clysm conformance` with a small suite: the harness is compiled, and its tests run, for real."""

import json
from pathlib import Path

import pytest

from clysm.bootstrap import toolchain
from clysm.bootstrap.project import load_project
from clysm.cli.main import main
from clysm.conformance.baseline import TABLE
from clysm.conformance.results import REPORT
from clysm.workflow import jsonfile
from tests.conformance.small_suite import FAILED, TESTS, make_suite
from tests.support.projects import REPOSITORY


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path]:
    """The suite, and an empty baseline for it."""
    commit = make_suite(tmp_path / "suite")
    baseline = tmp_path / "baseline.json"
    jsonfile.write_report(baseline, {"schema_version": 1, "commit": commit, "categories": {}}, TABLE)
    return tmp_path / "suite", baseline


def run(small: tuple[Path, Path], *more: str) -> int:
    cache = str(REPOSITORY / ".clysm-cache")
    suite, baseline = small
    return main(["conformance", "--baseline", str(baseline), "--cache-dir", cache, *more, "--", str(suite)])


def test_a_run_and_its_comparison(
    small: tuple[Path, Path],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not toolchain.choose(load_project(REPOSITORY)).stage:
        pytest.skip("no stage is built from the current sources: run `doit stage`")
    results = tmp_path / "results.json"
    assert run(small, "--json", str(results), "--write-baseline") == 0
    assert f"arithmetic: {TESTS - len(FAILED)} of {TESTS} tests pass (63.6 %)" in capfd.readouterr().out
    category = jsonfile.read_report(results, REPORT)["categories"]["arithmetic"]
    by_name = {test["name"]: test for test in category["tests"]}
    assert sorted(name for name, test in by_name.items() if test["status"] == "fail") == FAILED
    assert by_name["SUM.3"]["reason"] == "expected (3)"
    assert by_name["SUM.3"]["actual"] == "(2)"
    assert by_name["SUM.ERROR"]["reason"].startswith("type-error: ")
    assert by_name["EXIT.1"]["reason"] == "the program ended with status 7"
    assert [problem["file"] for problem in category["problems"]] == ["arithmetic/first.lsp"]
    assert "THIS-IS-NOT-DEFINED" in category["problems"][0]["message"]

    expected = json.loads(small[1].read_text())
    assert expected["categories"] == {"arithmetic": {"tests": TESTS, "failed": FAILED}}
    expected["categories"]["arithmetic"]["failed"] = [*FAILED[1:], "LAST.1"]
    small[1].write_text(json.dumps(expected))
    for name in ("CATEGORY_SECONDS", "ALL_SECONDS"):
        monkeypatch.setattr(f"clysm.cli.conformance.{name}", 0.0)
    assert run(small) == 1
    printed = capfd.readouterr().out
    assert f"now failing: {FAILED[0]}" in printed
    assert "now passing: LAST.1" in printed
    assert printed.count("s (more than 0)") == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--baseline", "none.json"), "no baseline"),
        ((), "is at commit"),
    ],
)
def test_what_cannot_be_run(
    tmp_path: Path, arguments: tuple[str, ...], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    make_suite(tmp_path / "suite")
    assert main(["conformance", *arguments, str(tmp_path / "suite")]) == 2
    assert message in capfd.readouterr().err


def test_an_unknown_category(small: tuple[Path, Path], capfd: pytest.CaptureFixture[str]) -> None:
    suite, baseline = small
    assert main(["conformance", "--baseline", str(baseline), str(suite), "conses"]) == 2
    assert "no category `conses`: the suite has arithmetic" in capfd.readouterr().err
