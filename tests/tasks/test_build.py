"""doit for real on toy projects: what runs, what does not, and what the files say."""

import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.support.builds import ALL_STAGE, CORE, EVERYTHING, digests, edit, executed, modules, report
from tests.support.projects import ASD, SOURCES, make_project, run_doit

STAGE_FILES = ("build/stage0.wasm", "build/stage1.wasm", "build/stage2.wasm")


# I1: each report names the compiler that made its stage. N37: the modules are those of the system file.
def test_the_first_build(built_stages: Path) -> None:
    images = [hashlib.sha256((built_stages / path).read_bytes()).hexdigest() for path in STAGE_FILES]
    reports = [report(built_stages, f"stage{number}") for number in range(3)]
    for data, image, count in zip(reports, images, (4, 6, 6), strict=True):
        assert (data["status"], data["compilation_rate"], len(data["modules"])) == ("success", 100.0, count)
        assert data["binary"]["sha256"] == image
    assert [data["compiler"]["sha256"] for data in reports[1:]] == images[:2]
    assert reports[0]["compiler"]["kind"] == "hosted"
    assert [module["path"] for module in reports[2]["modules"]] == [f"lisp/{name}.lisp" for name in ALL_STAGE]
    assert images[1] == images[2]
    assert not list((built_stages / "build").rglob("*.tmp"))


def test_nothing_to_do(stages: Path) -> None:
    assert executed(stages) == []
    assert executed(stages) == []
    assert "nothing to do" in run_doit(stages, "stage").stdout


def test_touching_everything_runs_nothing(stages: Path) -> None:
    for path in [*stages.rglob("*.lisp"), *(stages / "build").rglob("*")]:
        os.utime(path)
    assert executed(stages) == []


def test_an_edit_that_keeps_size_and_mtime_is_noticed(stages: Path) -> None:
    path = stages / "lisp/library/loop.lisp"
    before = path.stat()
    edit(stages, "lisp/library/loop.lisp", "(defun loop-it () 5)", "(defun loop-it () 6)")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert executed(stages, "module") == sorted(
        [*modules(1, "library/loop"), *modules(2, *ALL_STAGE), "stage:1"]
    )


def test_a_comment_recompiles_one_module_per_stage(stages: Path) -> None:
    path = stages / "lisp/library/loop.lisp"
    path.write_text("; a comment\n" + path.read_text())
    ran = executed(stages)
    assert ran == sorted([*modules(1, "library/loop"), "stage:1", *modules(2, "library/loop"), "stage:2"])


def test_a_changed_body_of_the_library_recompiles_no_dependent_of_stage_1(stages: Path) -> None:
    edit(stages, "lisp/library/lists.lisp", "(defun mapcar-it () 4)", "(defun mapcar-it () 44)")
    ran = executed(stages, "stage:1")
    assert ran == sorted([*modules(1, "library/lists"), "stage:1"])


def test_a_changed_macro_recompiles_its_users_and_nothing_else(stages: Path) -> None:
    edit(stages, "lisp/library/lists.lisp", "(defmacro dolist-it (x) x)", "(defmacro dolist-it (x) (x))")
    assert executed(stages, "stage:1") == sorted([*modules(1, "library/lists", "library/loop"), "stage:1"])


def test_a_changed_host_makes_stage_0_again_and_equal_bytes_stop_there(stages: Path) -> None:
    (stages / "host/evaluator.py").write_text("# another host, same results\n")
    ran = executed(stages)
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
    stages: Path, path: str, rerun: list[str], damage: str
) -> None:
    before = digests(stages)
    target = stages / path
    data = bytearray(target.read_bytes())
    data[-3] ^= 1
    if damage == "flip":
        target.write_bytes(data)
    else:
        target.unlink()
    assert executed(stages) == rerun
    assert digests(stages) == before


def test_clean_and_lost_database_give_the_same_bytes(stages: Path) -> None:
    before = digests(stages)
    shutil.rmtree(stages / ".clysm-cache")
    assert len(executed(stages)) == EVERYTHING
    shutil.rmtree(stages / "build")
    assert len(executed(stages)) == EVERYTHING - 1  # the list of modules is still checked
    assert digests(stages) == before


def test_doit_clean_removes_what_was_built(stages: Path) -> None:
    assert run_doit(stages, "clean", "system", "host", "module", "stage").returncode == 0
    assert [path for path in (stages / "build").rglob("*") if path.is_file()] == []
    assert len(executed(stages)) == EVERYTHING


def test_a_damaged_database_is_replaced(stages: Path) -> None:
    database = stages / ".clysm-cache/doit.sqlite3"
    database.write_bytes(b"SQLite format 3\0" + b"junk" * 500)
    assert len(executed(stages)) == EVERYTHING
    assert executed(stages) == []
    with sqlite3.connect(database) as connection:
        assert connection.execute("pragma quick_check").fetchone() == ("ok",)


# I9, C2.
@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        (("-n", "1"), {"PYTHONHASHSEED": "1"}),
        (("-n", "8"), {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu", "LC_ALL": "C"}),
        (("-n", "0"), {"SOURCE_DATE_EPOCH": "1"}),
    ],
)
def test_the_same_bytes_however_it_is_built(
    built_stages: Path, tmp_path: Path, arguments: tuple[str, ...], changes: dict[str, str]
) -> None:
    root = make_project(tmp_path / "another directory")
    result = run_doit(root, *arguments, "stage", **changes)
    assert result.returncode == 0, result.stdout
    assert digests(root) == digests(built_stages)


# I10
def test_reports_differ_in_run_only_with_a_fixed_clock(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        root = make_project(tmp_path / name)
        assert run_doit(root, "stage:0", SOURCE_DATE_EPOCH="1000").returncode == 0
        found.append({key: value for key, value in report(root, "stage0").items() if key != "run"})
    assert found[0] == found[1]
    assert found[0]["timestamp"] == "1970-01-01T00:16:40Z"


def test_the_list_of_tasks(stages: Path) -> None:
    result = run_doit(stages, "list")
    assert result.returncode == 0
    lines = {line.split(None, 1)[0]: line.split(None, 1)[1] for line in result.stdout.splitlines()}
    assert {"module", "stage", "fixpoint", "report", "system"} <= lines.keys()
    assert all(lines.values())


def test_report_prints_what_there_is_and_builds_nothing(stages: Path) -> None:
    (stages / "build/stage2.wasm").unlink()
    result = run_doit(stages, "report")
    assert result.returncode == 0
    assert "stage 1: success, 6/6 modules" in result.stdout
    assert "fixpoint: no report" in result.stdout
    assert not (stages / "build/stage2.wasm").exists()


def test_a_task_by_its_name(stages: Path) -> None:
    edit(stages, "lisp/library/loop.lisp", "5", "6")
    edit(stages, "lisp/library/lists.lisp", "4", "5")
    assert executed(stages, "module:1/lisp/library/loop.lisp") == sorted(
        modules(1, "library/lists", "library/loop")
    )
    assert run_doit(stages, "module:1/nothing").returncode == 3


# N37: a source that is not listed is an error.
def test_adding_a_module(stages: Path) -> None:
    (stages / "lisp/library/extra.lisp").write_text("(defun extra ())\n")
    result = run_doit(stages, "system")
    assert result.returncode == 1
    assert "`lisp/library/extra.lisp` exists but is not listed" in result.stdout
    text = ASD.replace('(:file "loop"', '(:file "extra") (:file "loop"')
    (stages / "lisp/toy.asd").write_text(text)
    assert "module:1/lisp/library/extra.lisp" in executed(stages, "system", "stage")
    assert len(report(stages, "stage1")["modules"]) == 7
    assert SOURCES
