"""The report: its table, what stays of earlier ones, and the lines for people."""

import json
from pathlib import Path

import pytest

from clysm.bench import report
from clysm.bench.results import Baseline, Measurement, Result, Unmeasured
from clysm.workflow.errors import SchemaError

RUN = {"engine": "wasmtime 0", "processors": 2, "runs": 3}
TIME = "2025-12-27T12:00:00Z"
TAK = Measurement(
    "programs", "tak: run", "s", (0.5, 0.25, 1.0), "clysm run tak.lisp", (Baseline("SBCL", (0.1,)),)
)
IDLE = Measurement("builds", "nothing to do", "s", (0.2,), "doit")
MISSING = Unmeasured("programs", "fib: ECL", "not installed")


def write(path: Path, results: list[Result], *groups: str) -> dict[str, object]:
    return report.write(path, results, groups, TIME, RUN)


def test_report_holds_samples_medians_and_ratios(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "bench.json"
    write(path, [TAK, MISSING], "programs")
    data = json.loads(path.read_text())
    assert data["results"] == [
        {
            "group": "programs",
            "name": "tak: run",
            "unit": "s",
            "samples": [0.5, 0.25, 1.0],
            "median": 0.5,
            "baselines": [{"name": "SBCL", "samples": [0.1], "median": 0.1, "ratio": 5.0}],
            "command": "clysm run tak.lisp",
        }
    ]
    assert data["unmeasured"] == [{"group": "programs", "name": "fib: ECL", "reason": "not installed"}]
    assert report.read(path) == data


def test_other_groups_stay(tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    write(path, [TAK, MISSING], "programs")
    write(path, [IDLE], "builds")
    write(path, [TAK], "programs")
    data = report.read(path)
    assert data is not None
    assert [row["name"] for row in data["results"]] == ["nothing to do", "tak: run"]
    assert data["unmeasured"] == []


def test_damaged_report_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    path.write_text('{"results": [}')
    write(path, [IDLE], "builds")
    data = report.read(path)
    assert data is not None
    assert len(data["results"]) == 1


def test_meaningless_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError):
        write(tmp_path / "bench.json", [Measurement("builds", "x", "s", (float("nan"),), "doit")], "builds")


def test_table_lines(tmp_path: Path) -> None:
    written = write(tmp_path / "bench.json", [TAK, IDLE, MISSING], "programs", "builds")
    assert [" ".join(line.split()) for line in report.table_lines(written)] == [
        "programs:",
        "tak: run 0.5 s SBCL 0.1 (x 5)",
        "builds:",
        "nothing to do 0.2 s",
        "not measured: programs, fib: ECL: not installed",
    ]
