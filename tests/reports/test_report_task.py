"""`doit report` on real builds: the page beside its JSON, made when it should be, also of failures."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from clysm.reports.published import schema_of
from tests.passport import projects as passport_projects
from tests.reports import shown_values
from tests.support.builds import copy_project, successful
from tests.support.projects import make_project, run_doit
from tests.tasks.test_fixpoint import DODO, PROGRAM

REPORTS = ("stage0.json", "stage1.json", "stage2.json", "fixpoint.json", "modules.json", "passports.json")


def written(root: Path) -> dict[str, Any]:
    """Every report that was written, by file name."""
    folder = root / "build/reports"
    found = {name: json.loads((folder / name).read_bytes()) for name in REPORTS if (folder / name).exists()}
    history = folder / "history.jsonl"
    lines = history.read_text().splitlines() if history.exists() else []
    return {**found, "history.jsonl": [json.loads(line) for line in lines]}


def page(root: Path) -> str:
    return (root / "build/reports/index.html").read_text(encoding="utf-8")


def check(root: Path) -> shown_values.Shown:
    """What the page shows, all of which the reports beside it say, which have the published shape."""
    reports = written(root)
    for name, report in reports.items():
        if name == "history.jsonl":
            for line in report:
                Draft202012Validator(schema_of("history")).validate(line)
        else:
            kind = "stage" if name.startswith("stage") else name.removesuffix(".json")
            Draft202012Validator(schema_of(kind)).validate(report)
    shown = shown_values.read(page(root))
    assert shown_values.disagreements(reports, shown) == []
    return shown


def ran(root: Path, *arguments: str) -> set[str]:
    """The tasks of reports that a successful run executed."""
    path = root / "out.json"
    result = run_doit(root, "-r", "json", "-o", str(path), *arguments)
    assert result.returncode == 0, result.stdout
    return {name for name in successful(path) if name.startswith("report:")}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy project after a complete successful build."""
    root = make_project(tmp_path_factory.mktemp("toy"), {"dodo.py": DODO, **PROGRAM})
    result = run_doit(root)
    assert result.returncode == 0, result.stdout
    return root


@pytest.fixture
def project(pristine: Path, tmp_path: Path) -> Path:
    return copy_project(pristine, tmp_path / "p")


def test_a_build_writes_the_page_and_its_json(pristine: Path) -> None:
    origins = {value.origin for value in check(pristine).values}
    assert {"stage0.json#/binary/size_bytes", "history.jsonl#/0/stage1_size"} <= origins
    assert "fixpoint.json#/sources_sha256" in origins
    times = written(pristine)["modules.json"]["run"]["compile_ms"]
    assert [len(times[stage]) for stage in ("0", "1", "2")] == [4, 6, 6]
    for path in (pristine / "build/objects").rglob("*.json"):
        Draft202012Validator(schema_of("module-results")).validate(json.loads(path.read_bytes()))


def test_it_is_made_when_what_it_shows_changed_and_at_no_other_time(project: Path) -> None:
    assert ran(project) == set()
    (project / "build/reports/index.html").write_text("damaged")
    assert ran(project) == {"report:page"}
    check(project)
    history = project / "build/reports/history.jsonl"
    history.write_text(history.read_text() * 2)
    assert ran(project) == {"report:page"}
    assert len(written(project)["history.jsonl"]) == 2
    check(project)
    stage = project / "build/reports/stage1.json"
    stage.write_text(stage.read_text().replace('"duration_ms": ', '"duration_ms": 7'))
    assert ran(project, "report:page", "stage") <= {"report:page"}
    check(project)
    assert ran(project) <= {"report:page"}
    assert ran(project) == set()


def test_the_same_reports_give_the_same_page(project: Path) -> None:
    before = page(project)
    (project / "build/reports/index.html").unlink()
    assert ran(project, "report") == {"report:page", "report:summary"}
    assert page(project) == before


def test_named_it_tells_what_there_is_and_builds_nothing(project: Path) -> None:
    (project / "build/reports/fixpoint.json").unlink()
    (project / "build/stage2.wasm").unlink()
    result = run_doit(project, "report")
    assert result.returncode == 0
    assert "fixpoint: no report" in result.stdout
    assert not (project / "build/stage2.wasm").exists()
    assert "The gate has not run: there is no report of it." in check(project).prose


def test_with_nothing_built_there_is_a_page_too(tmp_path: Path) -> None:
    root = make_project(tmp_path / "p")
    assert run_doit(root, "report").returncode == 0
    assert "No stage has a report." in check(root).prose


def test_a_failed_build_has_a_page_with_its_blockers(tmp_path: Path) -> None:
    source = '(in-package "TOY")\n(defun one ())\n  (fail unsupported-macro <script>alert)\n'
    root = make_project(tmp_path / "p", {"lisp/compiler/reader.lisp": source})
    assert run_doit(root).returncode == 1
    shown = check(root)
    assert [v.text for v in shown.values if v.how == "explains"] == ["5"]
    assert any("add the macro to the library module" in text for text in shown.prose)
    assert [element for element, _ in shown.elements].count("script") == 1
    assert "`&lt;script&gt;alert` does not compile" in page(root)


def test_passports_that_are_built_and_those_that_are_not(tmp_path: Path) -> None:
    lines = [passport_projects.line(number) for number in range(6)]
    root = passport_projects.make_project(tmp_path / "p", passport_projects.series_files(lines))
    assert run_doit(root, "report").returncode == 0
    check(root)
    report = written(root)["passports.json"]
    assert [product["built"] for product in report["products"]] == [None] * 3
    assert run_doit(root, "passports").returncode == 0
    receipt = root / "build/passports/TWO/receipt.json"
    receipt.write_text(receipt.read_text()[:-9])
    (root / "build/series/cells/0002.passports").write_bytes(b"nothing")
    assert run_doit(root, "report").returncode == 0
    check(root)
    report = written(root)["passports.json"]
    states = {
        product["sku"]: (product["built"] is not None, product["problem"]) for product in report["products"]
    }
    assert states["ONE"] == states["ALONE"] == (True, None)
    assert states["TWO"][0] is False
    assert "not what the build writes" in str(states["TWO"][1])
    one = report["products"][0]["built"]
    assert one["proof_bytes"] == (root / "build/passports/ONE/proof.json").stat().st_size
    assert one["compliance"] == {"DECLARED": 1}
    series = report["series"][0]
    assert (series["products"], series["passports"]) == (6, 4)
    assert [container["problem"] is None for container in series["containers"]] == [True, False]
    assert {package["name"]: package["built"]["cases_passed"] for package in report["rules"]} == {
        "full": 500,
        "short": 500,
    }
