"""Measuring what doit takes, on small graphs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clysm.bench import scheduling
from clysm.bench.results import Measurement, Unmeasured
from tests.bench.benches import make_bench
from tests.support.projects import REPOSITORY, environment, make_project


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.setattr(scheduling, "SIZES", (40,))
    monkeypatch.setattr(scheduling, "_WAITING_TASKS", 30)


def test_all_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "ninja" else which(name))
    results = list(scheduling.measure(make_bench(make_project(tmp_path / "toy"), tmp_path / "work")))
    assert [result.name for result in results] == [
        "ninja",
        *(["make"] if which("make") is None else []),
        "nothing to do, 40 tasks",
        "one of 40 tasks, without its action",
        "first run, 30 tasks that wait 20 ms, -n 1",
    ]
    assert results[0] == Unmeasured("scheduling", "ninja", "not installed")
    *_, idle, _, waiting = results
    assert isinstance(idle, Measurement)
    assert [baseline.name for baseline in idle.baselines] == (["make"] if which("make") else [])
    assert isinstance(waiting, Measurement)
    assert waiting.median > 30 * 0.020


def test_the_graph_is_that_of_doit(tmp_path: Path) -> None:
    project = scheduling.make_project(tmp_path / "many", 100)
    listing = subprocess.run(
        [sys.executable, "-m", "doit", "list", "--all", "--deps", "-q", "module", "stage"],
        cwd=project.root, env=environment(), capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    inputs = sorted(line.removeprefix(" -  ") for line in listing.splitlines() if line.startswith(" -  "))
    _, *edges = scheduling.edges(project)
    assert inputs == sorted(path for edge in edges for path in edge[0])
    assert len(edges) == 20 + 40 + 40 + 3


def test_a_build_that_does_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduling, "_DODO", "DOIT_CONFIG = {{}}\n")
    (result,) = scheduling.measure(make_bench(make_project(tmp_path / "toy"), tmp_path / "work"))
    assert isinstance(result, Unmeasured)
    assert result.reason.startswith("doit runs something else")
