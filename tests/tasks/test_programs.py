"""Programs of one's own, built by doit from system files in a toy project."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clysm.bootstrap.stage_report import TABLE
from clysm.workflow.schema import problems
from tests.support.builds import edit
from tests.support.projects import PYPROJECT, environment, make_project, run_clysm, run_doit

FILES = {
    "pyproject.toml": PYPROJECT + 'systems = ["app/app.asd"]\n',
    "app/app.asd": '(defsystem "app" :depends-on ("util") :serial t\n'
    ' :components ((:file "package") (:module "src" :serial t :components ((:file "one") (:file "two")))))\n',
    "app/package.lisp": "(defun base ())\n",
    "app/src/one.lisp": '(use helper)\n(defmacro local () 1)\n(print "one")\n',
    "app/src/two.lisp": '(use local)\n(call base)\n(print "two")\n',
    "util/util.asd": '(defsystem util :components ((:file "u")))\n',
    "util/u.lisp": '(defmacro helper () 1)\n(print "util")\n',
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path, FILES)


def report(project: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((project / "build/reports/programs/app.json").read_text())
    assert problems(data, TABLE) == ()
    return data


def counts(output: str) -> str:
    """The closing line."""
    return output.splitlines()[-1]


def run_toy_clysm(project: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.support.toy_clysm", *arguments],
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_system_with_a_dependency_becomes_a_program(project: Path) -> None:
    assert run_doit(project, "program").returncode == 0
    ran = run_clysm(project, "run", "build/programs/app.wasm")
    assert (ran.returncode, ran.stdout) == (0, "util\none\ntwo\n")
    found = report(project)
    assert (found["status"], found["compilation_rate"], found["skipped_count"]) == ("success", 100, 0)
    assert [module["path"] for module in found["modules"]] == [
        "util/u.lisp", "app/package.lisp", "app/src/one.lisp", "app/src/two.lisp",
    ]  # fmt: skip
    assert "nothing to do" in run_doit(project, "program").stdout


@pytest.mark.parametrize(
    ("path", "old", "new", "tasks"),
    [
        ("app/src/two.lisp", "two", "second", 2),  # the module and the program
        ("app/src/one.lisp", "(print", "(defun f ()) (print", 2),  # a body: no dependent
        ("app/src/one.lisp", "local () 1", "local () 2", 3),  # a macro: its user too
        ("util/u.lisp", "helper () 1", "helper () 2", 5),  # everything after it
        ("util/util.asd", "(defsystem", "\n(defsystem", 1),  # the plan is checked
    ],
)
def test_only_what_an_edit_reaches_is_made_again(
    project: Path, path: str, old: str, new: str, tasks: int
) -> None:
    run_doit(project, "program")
    edit(project, path, old, new)
    done = run_doit(project, "program")
    assert done.returncode == 0
    assert counts(done.stdout).startswith(f"tasks: {tasks} run,")
    after = (project / "build/programs/app.wasm").read_bytes()
    assert run_doit(project, "clean", "program", "object").returncode == 0
    assert run_doit(project, "program").returncode == 0
    assert (project / "build/programs/app.wasm").read_bytes() == after


def test_a_failed_module_is_told_with_its_line_and_in_the_report(project: Path) -> None:
    run_doit(project, "program")
    edit(project, "app/src/one.lisp", '(print "one")', "  (fail macro-error thing)")
    done = run_doit(project, "program")
    assert done.returncode == 1
    assert (
        "FAILED object:app/app/src/one.lisp\nerror: app/src/one.lisp:3:3\n"
        "  macro-error: `thing` does not compile\n"
        "    3 |   (fail macro-error thing)\n"
        "      |   ^"
    ) in done.stdout
    assert "SKIPPED program:app (needs object:app/app/src/one.lisp)" in done.stdout
    assert not (project / "build/programs/app.wasm").exists()
    found = report(project)
    assert (found["status"], found["fail_count"]) == ("failure", 1)
    assert found["top_blockers"][0].startswith("macro-error: app/src/one.lisp#2 (app/src/one.lisp:3,")
    assert {m["path"]: m["status"] for m in found["modules"]} == {
        "util/u.lisp": "compiled",
        "app/package.lisp": "compiled",
        "app/src/one.lisp": "failed",
        "app/src/two.lisp": "skipped",
    }
    edit(project, "app/src/one.lisp", "  (fail macro-error thing)", '(print "one")')
    assert run_doit(project, "program").returncode == 0
    assert report(project)["status"] == "success"


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        ("app/app.asd", '("util")', '("util" "gone")', "system `gone` is not found"),
        ("app/app.asd", '(:file "two")', '(:file "three")', "`app/src/three.lisp` does not exist"),
        ("app/app.asd", "(defsystem", "(defsystem (", "never closed"),
        ("util/util.asd", '(:file "u")', '(:file "u" :depends-on ("u"))', "files need each other"),
    ],
)
def test_a_definition_that_is_wrong_fails_its_program_only(
    project: Path, path: str, old: str, new: str, message: str
) -> None:
    edit(project, path, old, new)
    done = run_doit(project, "program", "stage:1")
    assert done.returncode == 1
    assert "FAILED plan:app" in done.stdout
    assert message in done.stdout
    assert "SKIPPED program:app (needs plan:app" in done.stdout
    assert (project / "build/stage1.wasm").exists()


def test_the_command_and_doit_give_the_same_program(project: Path) -> None:
    run_doit(project, "program")
    built = (project / "build/programs/app.wasm").read_bytes()
    status = run_toy_clysm(project, "compile", "app/app.asd", "-o", "by-command.wasm").returncode
    assert status == 0
    assert (project / "by-command.wasm").read_bytes() == built


def test_installed_systems_have_names_without_their_place(tmp_path: Path) -> None:
    project = make_project(tmp_path / "one", {**FILES, "util/util.asd": None, "util/u.lisp": None})
    for place in ("here", "somewhere/else"):
        folder = tmp_path / place / "lib"
        folder.mkdir(parents=True)
        (folder / "util.asd").write_text(FILES["util/util.asd"])
        (folder / "u.lisp").write_text(FILES["util/u.lisp"])
    images = []
    for place in ("here", "somewhere/else"):
        done = run_doit(project, "program", CL_SOURCE_REGISTRY=f"{tmp_path / place}//")
        assert done.returncode == 0
        images.append((project / "build/programs/app.wasm").read_bytes())
    assert images[0] == images[1]
    assert "common-lisp/lib/u.lisp" in {module["path"] for module in report(project)["modules"]}
