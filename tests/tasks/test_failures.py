"""doit on projects that are broken: what fails, what is skipped and why, what the reports say, and the exit
status.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from clysm.workflow.categories import CATEGORIES, REMEDIATION
from tests.support.projects import ASD, SOURCES, make_project, run_doit

READER = "lisp/compiler/reader.lisp"


def report(root: Path, stage: int) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((root / f"build/reports/stage{stage}.json").read_text())
    return data


def statuses(data: dict[str, Any]) -> dict[str, str]:
    return {
        module["path"].split("/")[-1].removesuffix(".lisp"): module["status"] for module in data["modules"]
    }


# I1: there is a report of each stage that was built, and of no other. N40: the users of a failed module are
# skipped and say why; the others are compiled.
def test_one_failing_form(tmp_path: Path) -> None:
    root = make_project(
        tmp_path,
        {READER: '(in-package "TOY")\n(defun one ())\n  (fail unsupported-macro loop)\n(defun two ())\n'},
    )
    result = run_doit(root, "stage")
    assert result.returncode == 1
    assert (
        f"FAILED module:0/{READER}\nerror: {READER}:3:3\n  unsupported-macro: `loop` does not compile"
        in result.stdout
    )
    assert f"SKIPPED module:0/lisp/compiler/main.lisp (needs module:0/{READER})" in result.stdout
    assert result.stdout.count("SKIPPED module:1/") == 1
    data = report(root, 0)
    assert data["status"] == "failure"
    assert data["binary"] is None
    assert statuses(data) == {
        "packages": "compiled",
        "reader": "failed",
        "writer": "compiled",
        "main": "skipped",
    }
    assert data["top_blockers"] == [f"unsupported-macro: {READER}#2 ({READER}:3, 5 forms)"]
    failed = [form for form in data["failures"] if form["status"] == "failed"]
    assert [(form["line"], form["column"], form["id"]) for form in failed] == [(3, 3, 2)]
    skipped = [form for form in data["failures"] if form["status"] == "skipped"]
    assert len(skipped) == data["skipped_count"] == 4
    assert all(form["causes"] == [f"{READER}#2"] for form in skipped)
    assert not (root / "build/reports/stage1.json").exists()
    assert "remedy: add the macro to the library module" in result.stdout


def test_a_failure_makes_reports_of_later_stages_obsolete(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    assert run_doit(root, "stage").returncode == 0
    (root / READER).write_text("(fail macro-error x)")
    assert run_doit(root, "-r", "json", "-o", str(root / "out.json"), "stage").returncode == 1
    assert report(root, 0)["status"] == "failure"
    assert not (root / "build/reports/stage1.json").exists()
    assert not (root / "build/reports/stage2.json").exists()


def test_mending_one_of_two_by_itself_is_reported(tmp_path: Path) -> None:
    loop, lists = "lisp/library/loop.lisp", "lisp/library/lists.lisp"
    apart = ASD.replace(' :depends-on ("lists")', "")
    assert apart != ASD
    root = make_project(
        tmp_path, {"lisp/toy.asd": apart, loop: "(fail macro-error x)", lists: "(fail macro-error y)"}
    )
    assert run_doit(root, "stage").returncode == 1
    (root / lists).write_text(SOURCES[lists])
    assert run_doit(root, f"module:1/{lists}").returncode == 0
    made = statuses(report(root, 1))
    assert (made["lists"], made["loop"]) == ("compiled", "failed")


def test_mending_it_builds_the_rest(tmp_path: Path) -> None:
    root = make_project(tmp_path, {READER: "(fail macro-error x)"})
    assert run_doit(root, "stage").returncode == 1
    (root / READER).write_text(SOURCES[READER])
    result = run_doit(root, "stage")
    assert result.returncode == 0
    assert "tasks: 20 run" in result.stdout


# N37: a listed file that is missing is an error.
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"(in-package :a)\n(defun f (", "2:1\n  read-error: this form is never closed"),
        (b"(in-package :a)\n(defun f ())) (g)", "2:13\n  read-error: unmatched close parenthesis"),
        (b"(in-package :a)\n(defun \xff ())", "2:8\n  read-error: this is not UTF-8"),
        (b"(in-package :a)\n(use nothing)", "2:1\n  unsupported-macro: the macro `nothing` is not known"),
        (None, "lisp/toy.asd:4:30\n  missing-module: `lisp/compiler/reader.lisp` does not exist"),
    ],
)
def test_kinds_of_broken_modules(tmp_path: Path, content: bytes | None, expected: str) -> None:
    root = make_project(tmp_path, {READER: content})
    result = run_doit(root, "stage:0")
    assert result.returncode == 1
    assert expected in result.stdout
    data = report(root, 0)
    assert statuses(data) == {
        "packages": "compiled",
        "reader": "failed",
        "writer": "compiled",
        "main": "skipped",
    }
    assert data["fail_count"] == 1
    assert not (root / "build/stage0.wasm").exists()


def test_an_undefined_function_is_a_link_failure_of_its_form(tmp_path: Path) -> None:
    root = make_project(tmp_path, {READER: SOURCES[READER] + "(call nowhere)\n"})
    result = run_doit(root, "stage:0")
    assert result.returncode == 1
    assert f"error: {READER}:5:1\n  missing-function: `nowhere` is not defined" in result.stdout
    data = report(root, 0)
    assert statuses(data)["reader"] == "failed"
    assert data["categories"][0]["name"] == "missing-function"
    assert data["failures"][0]["id"] == 4
    assert not (root / "build/stage0.wasm").exists()


# N45: failures of each category keep their message, position and operator.
def test_failures_of_every_category(tmp_path: Path) -> None:
    categories = sorted(CATEGORIES - {"dependency-failed"})  # that one is of skipped forms only
    text = "".join(f" (fail {name} thing-{line})\n" for line, name in enumerate(categories, 1))
    root = make_project(tmp_path, {READER: text})
    said = run_doit(root, "stage:0").stdout
    data = report(root, 0)
    failed = [form for form in data["failures"] if form["status"] == "failed"]
    for line, (name, form) in enumerate(zip(categories, failed, strict=True), 1):
        message = f"`thing-{line}` does not compile"
        assert f"error: {READER}:{line}:2\n  {name}: {message}\n" in said
        assert (form["error_category"], form["error_message"]) == (name, message)
        assert (form["source_file"], form["line"], form["column"]) == (READER, line, 2)
    assert [item["name"] for item in data["categories"]] == categories
    assert [item["remediation"] for item in data["categories"]] == [REMEDIATION[name] for name in categories]


# N45: what the validator says of an object is told as it stands, with its place.
def test_an_invalid_object_is_a_failure_in_the_validators_words(tmp_path: Path) -> None:
    root = make_project(tmp_path, {READER: "(defun f ())\n(invalid)"})
    said = run_doit(root, "stage:0").stdout
    data = report(root, 0)
    (failed,) = (form for form in data["failures"] if form["status"] == "failed")
    assert failed["error_category"] == "wasm-validation-error"
    assert re.fullmatch(r"unexpected end-of-file at offset \d+", failed["error_message"])
    assert f"wasm-validation-error: {failed['error_message']}" in said
    assert not (root / "build/stage0.wasm").exists()


def test_a_crash_of_the_compiler_is_a_failure_with_its_last_words(tmp_path: Path) -> None:
    root = make_project(tmp_path, {READER: "(defun f ())\n(crash)"})
    result = run_doit(root, "stage:0")
    assert result.returncode == 1
    assert "the worker was killed by signal 9" in result.stdout
    assert "the toy crashes" in result.stdout
    assert statuses(report(root, 0)) == {
        "packages": "compiled", "reader": "failed", "writer": "compiled", "main": "skipped",
    }  # fmt: skip


def test_a_worker_that_does_not_start(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    text = (root / "pyproject.toml").read_text().replace("toy_worker.py", "no_such_worker.py")
    (root / "pyproject.toml").write_text(text)
    result = run_doit(root, "stage:0")
    assert result.returncode == 1
    assert "the compiler of stage 0 does not start" in result.stdout
    assert "no_such_worker" in result.stdout


@pytest.mark.parametrize(
    ("asd", "expected"),
    [
        (ASD.replace('"packages")', '"packages" :depends-on ("main"))', 1), "dependency-cycle: `lisp/"),
        (ASD + "(", "12:1\n  read-error: this list is never closed"),
        (ASD.replace('("lists")', '("nothing")'), "missing-module: no component `nothing`"),
        (ASD.replace("  :comp", "  :serial t\n  :comp", 1), "2:11\n  syntax-error: :serial is refused"),
    ],
)  # fmt: skip
def test_a_broken_list_of_modules(tmp_path: Path, asd: str, expected: str) -> None:
    root = make_project(tmp_path, {"lisp/toy.asd": asd})
    result = run_doit(root, "stage:0")
    assert result.returncode == 1
    assert expected in result.stdout
    assert run_doit(root, "list").returncode == 0


def test_bad_settings_are_told(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"pyproject.toml": "[tool.clysm]\ncolour = 1\n"})
    result = run_doit(root, "list")
    assert result.returncode == 3
    assert "unknown key `colour` in [tool.clysm]" in result.stdout
