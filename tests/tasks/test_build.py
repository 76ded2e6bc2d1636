"""doit for real on toy projects: what runs, what does not, and what the files say."""

import hashlib
import json
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.support.projects import ASD, SOURCES, make_project, run_doit

EVERYTHING = 21  # tasks: system, host, 16 modules and 3 stages
CORE = ["packages", "reader", "writer", "main"]
STAGE_FILES = ("build/stage0.wasm", "build/stage1.wasm", "build/stage2.wasm")


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy project with all stages built; tests work on copies."""
    root = make_project(tmp_path_factory.mktemp("toy"))
    result = run_doit(root, "system", "stage")
    assert result.returncode == 0, result.stdout
    return root


@pytest.fixture
def project(pristine: Path, tmp_path: Path) -> Path:
    """A copy in which nothing is to be done."""
    shutil.copytree(pristine, tmp_path / "p", copy_function=shutil.copy2)
    return tmp_path / "p"


def executed(root: Path, *arguments: str) -> list[str]:
    """The tasks that a successful run of doit executed, groups left out."""
    path = root / "out.json"
    result = run_doit(root, "-r", "json", "-o", str(path), *(arguments or ("stage",)))
    assert result.returncode == 0, result.stdout
    tasks = json.loads(path.read_text())["tasks"]
    successful = {task["name"] for task in tasks if task["result"] == "success"}
    return sorted(successful - {"module", "stage"})


def digests(root: Path) -> dict[str, str]:
    """The hash of every object, interface and image."""
    files = (path for path in (root / "build").rglob("*") if path.suffix in (".wasm", ".sexp"))
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def report(root: Path, name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((root / f"build/reports/{name}.json").read_text())
    return data


def modules(stage: int, *names: str) -> list[str]:
    return [f"module:{stage}/lisp/{name}.lisp" for name in names]


ALL_STAGE = [*(f"compiler/{name}" for name in CORE), "library/lists", "library/loop"]


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def test_the_first_build(pristine: Path) -> None:
    for number, (stage, count) in enumerate([("stage0", 4), ("stage1", 6), ("stage2", 6)]):
        data = report(pristine, stage)
        assert (data["status"], data["compilation_rate"], len(data["modules"])) == ("success", 100.0, count)
        assert (
            data["binary"]["sha256"]
            == hashlib.sha256((pristine / STAGE_FILES[number]).read_bytes()).hexdigest()
        )
    assert report(pristine, "stage1")["compiler"]["sha256"] == report(pristine, "stage0")["binary"]["sha256"]
    assert report(pristine, "stage0")["compiler"]["kind"] == "hosted"
    assert (pristine / "build/stage1.wasm").read_bytes() == (pristine / "build/stage2.wasm").read_bytes()
    assert not list((pristine / "build").rglob("*.tmp"))


def test_nothing_to_do(project: Path) -> None:
    assert executed(project) == []
    assert executed(project) == []
    assert "nothing to do" in run_doit(project, "stage").stdout


def test_touching_everything_runs_nothing(project: Path) -> None:
    for path in [*project.rglob("*.lisp"), *(project / "build").rglob("*")]:
        os.utime(path)
    assert executed(project) == []


def test_an_edit_that_keeps_size_and_mtime_is_noticed(project: Path) -> None:
    path = project / "lisp/library/loop.lisp"
    before = path.stat()
    edit(project, "lisp/library/loop.lisp", "(defun loop-it () 5)", "(defun loop-it () 6)")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert executed(project, "module") == sorted(
        [*modules(1, "library/loop"), *modules(2, *ALL_STAGE), "stage:1"]
    )


def test_a_comment_recompiles_one_module_per_stage(project: Path) -> None:
    path = project / "lisp/library/loop.lisp"
    path.write_text("; a comment\n" + path.read_text())
    ran = executed(project)
    assert ran == sorted([*modules(1, "library/loop"), "stage:1", *modules(2, "library/loop"), "stage:2"])


def test_a_changed_body_of_the_library_recompiles_no_dependent_of_stage_1(project: Path) -> None:
    edit(project, "lisp/library/lists.lisp", "(defun mapcar-it () 4)", "(defun mapcar-it () 44)")
    ran = executed(project, "stage:1")
    assert ran == sorted([*modules(1, "library/lists"), "stage:1"])


def test_a_changed_macro_recompiles_its_users_and_nothing_else(project: Path) -> None:
    edit(project, "lisp/library/lists.lisp", "(defmacro dolist-it (x) x)", "(defmacro dolist-it (x) (x))")
    assert executed(project, "stage:1") == sorted([*modules(1, "library/lists", "library/loop"), "stage:1"])


def test_a_changed_host_makes_stage_0_again_and_equal_bytes_stop_there(project: Path) -> None:
    (project / "host/evaluator.py").write_text("# another host, same results\n")
    ran = executed(project)
    assert ran == sorted(["host", *modules(0, *(f"compiler/{name}" for name in CORE)), "stage:0"])


@pytest.mark.parametrize(
    ("path", "rerun"),
    [
        ("build/stage1.wasm", ["stage:1"]),
        ("build/stage2.wasm", ["stage:2"]),
        ("build/reports/stage2.json", ["stage:2"]),
        ("build/objects/1/lisp/library/loop.wasm", modules(1, "library/loop")),
        ("build/objects/0/lisp/compiler/main.sexp", modules(0, "compiler/main")),
        ("build/objects/2/lisp/compiler/main.json", modules(2, "compiler/main")),
        ("build/hosted-compiler.txt", ["host"]),
    ],
)
@pytest.mark.parametrize("damage", ["flip", "remove"])
def test_damage_is_noticed_and_mended_and_nothing_else_runs(
    project: Path, path: str, rerun: list[str], damage: str
) -> None:
    before = digests(project)
    target = project / path
    data = bytearray(target.read_bytes())
    data[-3] ^= 1
    if damage == "flip":
        target.write_bytes(data)
    else:
        target.unlink()
    assert executed(project) == rerun
    assert digests(project) == before


def test_clean_and_lost_database_give_the_same_bytes(project: Path) -> None:
    before = digests(project)
    shutil.rmtree(project / ".clysm-cache")
    assert len(executed(project)) == EVERYTHING
    shutil.rmtree(project / "build")
    assert len(executed(project)) == EVERYTHING - 1  # the list of modules is still checked
    assert digests(project) == before


def test_doit_clean_removes_what_was_built(project: Path) -> None:
    assert run_doit(project, "clean", "system", "host", "module", "stage").returncode == 0
    assert [path for path in (project / "build").rglob("*") if path.is_file()] == []
    assert len(executed(project)) == EVERYTHING


def test_a_damaged_database_is_replaced(project: Path) -> None:
    database = project / ".clysm-cache/doit.sqlite3"
    database.write_bytes(b"SQLite format 3\0" + b"junk" * 500)
    assert len(executed(project)) == EVERYTHING
    assert executed(project) == []
    with sqlite3.connect(database) as connection:
        assert connection.execute("pragma quick_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        (("-n", "1"), {"PYTHONHASHSEED": "1"}),
        (("-n", "8"), {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu", "LC_ALL": "C"}),
        (("-n", "0"), {"SOURCE_DATE_EPOCH": "1"}),
    ],
)
def test_the_same_bytes_however_it_is_built(
    pristine: Path, tmp_path: Path, arguments: tuple[str, ...], changes: dict[str, str]
) -> None:
    root = make_project(tmp_path / "another directory")
    result = run_doit(root, *arguments, "stage", **changes)
    assert result.returncode == 0, result.stdout
    assert digests(root) == digests(pristine)


def test_reports_differ_in_run_only_with_a_fixed_clock(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        root = make_project(tmp_path / name)
        assert run_doit(root, "stage:0", SOURCE_DATE_EPOCH="1000").returncode == 0
        found.append({key: value for key, value in report(root, "stage0").items() if key != "run"})
    assert found[0] == found[1]
    assert found[0]["timestamp"] == "1970-01-01T00:16:40Z"


def test_the_list_of_tasks(project: Path) -> None:
    result = run_doit(project, "list")
    assert result.returncode == 0
    lines = {line.split(None, 1)[0]: line.split(None, 1)[1] for line in result.stdout.splitlines()}
    assert {"module", "stage", "fixpoint", "report", "system"} <= lines.keys()
    assert all(lines.values())


def test_report_prints_what_there_is_and_builds_nothing(project: Path) -> None:
    (project / "build/stage2.wasm").unlink()
    result = run_doit(project, "report")
    assert result.returncode == 0
    assert "stage 1: success, 6/6 modules" in result.stdout
    assert "fixpoint: no report" in result.stdout
    assert not (project / "build/stage2.wasm").exists()


def test_a_task_by_its_name(project: Path) -> None:
    edit(project, "lisp/library/loop.lisp", "5", "6")
    edit(project, "lisp/library/lists.lisp", "4", "5")
    assert executed(project, "module:1/lisp/library/loop.lisp") == sorted(
        modules(1, "library/lists", "library/loop")
    )
    assert run_doit(project, "module:1/nothing").returncode == 3


def test_adding_a_module(project: Path) -> None:
    (project / "lisp/library/extra.lisp").write_text("(defun extra ())\n")
    result = run_doit(project, "system")
    assert result.returncode == 1
    assert "`lisp/library/extra.lisp` exists but is not listed" in result.stdout
    text = ASD.replace('(:file "loop"', '(:file "extra") (:file "loop"')
    (project / "lisp/toy.asd").write_text(text)
    assert "module:1/lisp/library/extra.lisp" in executed(project, "system", "stage")
    assert len(report(project, "stage1")["modules"]) == 7
    assert SOURCES
