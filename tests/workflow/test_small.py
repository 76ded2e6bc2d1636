"""Settings, keys, clocks and parallel runs."""

import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from clysm.workflow.errors import SettingsError
from clysm.workflow.keys import cache_key
from clysm.workflow.parallel import run_graph
from clysm.workflow.settings import Settings, read_settings
from clysm.workflow.times import elapsed_ms, timestamp, wall_clock


def test_settings_defaults_and_values(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()
    (tmp_path / "pyproject.toml").write_text(
        '[tool.clysm]\nbuild = "out"\nworker = ["x"]\nworker-seconds = 3\n'
    )
    assert read_settings(tmp_path) == Settings(build="out", worker=("x",), worker_seconds=3.0)


@pytest.mark.parametrize(
    "line",
    [
        'colour = "red"',
        "build = 1",
        'build = "../x"',
        "worker = []",
        "worker = [1]",
        "worker-seconds = 0",
        "build =",
        'systems = ["a.lisp"]',
        'systems = ["../a.asd"]',
        'systems = ["x/a.asd", "y/a.asd"]',
    ],
)
def test_settings_mistakes(tmp_path: Path, line: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.clysm]\n{line}\n")
    with pytest.raises(SettingsError, match=r"pyproject\.toml"):
        read_settings(tmp_path)


def test_every_input_changes_the_key() -> None:
    base = (1, "c", {"a": "b"}, "p", "s", (("d", "i"), ("e", "j")))
    keys = {
        cache_key(*base),
        cache_key(2, *base[1:]),
        cache_key(1, "x", *base[2:]),
        cache_key(1, "c", {"a": "x"}, *base[3:]),
        cache_key(1, "c", {}, *base[3:]),
        cache_key(*base[:3], "x", *base[4:]),
        cache_key(*base[:4], "x", base[5]),
        cache_key(*base[:5], (("d", "i"),)),
        cache_key(*base[:5], (("e", "j"), ("d", "i"))),
    }
    assert len(keys) == 9


def test_clocks() -> None:
    assert timestamp(0.9) == "1970-01-01T00:00:00Z"
    assert wall_clock({"SOURCE_DATE_EPOCH": "100"}, lambda: 5.0)() == 100.0
    assert wall_clock({"SOURCE_DATE_EPOCH": "soon"}, lambda: 5.0)() == 5.0
    assert elapsed_ms(2.0, 1.0) == 0


@pytest.mark.parametrize("jobs", [1, 4])
def test_run_graph_respects_dependencies(jobs: int) -> None:
    order = ["a", "b", "c", "d"]
    dependencies = {"a": (), "b": ("a",), "c": ("a", "outside"), "d": ("b", "c")}
    running = threading.Semaphore(jobs)

    def action(item: str, done: Mapping[str, str]) -> str:
        assert running.acquire(blocking=False)
        assert all(used in done for used in dependencies[item] if used != "outside")
        running.release()
        return item.upper()

    assert run_graph(order, dependencies, action, jobs) == {"a": "A", "b": "B", "c": "C", "d": "D"}


def test_run_graph_raises_what_an_action_raises() -> None:
    def action(item: str, done: Mapping[str, str]) -> str:
        raise ValueError(item)

    with pytest.raises(ValueError, match="a"):
        run_graph(["a", "b"], {"a": (), "b": ()}, action, 2)
