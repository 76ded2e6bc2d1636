"""The command and its task."""

import subprocess
import sys
from pathlib import Path

import pytest

from clysm.bench import REPORT, report
from clysm.bench.__main__ import GROUPS, main, parse
from tasks.configuration import configuration
from tests.support.projects import make_project, run_doit


def test_groups_and_runs() -> None:
    assert parse([]).runs >= 5
    assert parse(["--runs", "9", "programs", "stages"]).groups == ["programs", "stages"]


@pytest.mark.parametrize("argv", [["--runs", "0"], ["everything"], ["--slow"]])
def test_usage_errors(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(argv)
    assert caught.value.code == 2


def test_report_of_a_project_without_stages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_project(tmp_path / "toy"))
    assert main(["--runs", "1", "stages"]) == 0
    written = report.read(Path("build") / REPORT)
    assert written is not None
    assert [row["group"] for row in written["unmeasured"]] == ["stages"]
    assert "not measured: stages" in capsys.readouterr().out


def test_task_is_listed_and_not_default(tmp_path: Path) -> None:
    listing = run_doit(make_project(tmp_path / "toy"), "list")
    assert "bench" in listing.stdout
    assert "bench" not in configuration()["default_tasks"]


def test_module_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clysm.bench", "--help"], capture_output=True, text=True, check=True
    )
    assert all(group in done.stdout for group in GROUPS)
