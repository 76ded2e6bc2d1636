"""Tests of one's own, which doit builds from system files and runs (N54)."""

from pathlib import Path

import pytest

from clysm.bootstrap import toolchain
from clysm.bootstrap.project import load_project
from tests.support.builds import edit, executed
from tests.support.projects import PYPROJECT, REPOSITORY, make_project, run_clysm, run_doit

FILES = {
    "pyproject.toml": PYPROJECT + 'systems = ["app/app.asd"]\ntests = ["app/app-tests.asd"]\n',
    "app/app.asd": '(defsystem "app" :components ((:file "one") (:file "two")))\n',
    "app/one.lisp": '(defun base ())\n(print "one")\n',
    "app/two.lisp": '(print "two")\n',
    "app/app-tests.asd": '(defsystem "app-tests" :depends-on ("app") :components ((:file "check")))\n',
    "app/check.lisp": '(call base)\n(print "checked")\n',
}
PRINTED = "build/programs/app-tests.txt"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path, FILES)


def test_a_test_is_run_when_its_program_changed(project: Path) -> None:
    assert "test:app-tests" in executed(project, "test")
    assert (project / PRINTED).read_text() == "one\ntwo\nchecked\n"
    assert executed(project, "test") == ["test"]  # the group
    edit(project, "app/check.lisp", "(call", "; a comment\n(call")
    assert "test:app-tests" not in executed(project, "test")
    edit(project, "app/two.lisp", "two", "three")
    assert "test:app-tests" in executed(project, "test")
    assert (project / PRINTED).read_text() == "one\nthree\nchecked\n"


def test_a_test_that_fails_tells_what_it_printed_and_runs_again(project: Path) -> None:
    edit(project, "app/check.lisp", "(call", "(exit 3)\n(call")
    for _ in range(2):
        result = run_doit(project, "program", "test")
        assert result.returncode == 1
        assert "FAILED test:app-tests\none\ntwo\nchecked\nit ended with status 3\n" in result.stdout
        assert "1 failed, 0 skipped" in result.stdout
    edit(project, "app/check.lisp", "(exit 3)\n", "")
    assert run_doit(project, "program", "test").returncode == 0


def test_a_test_whose_program_is_not_made_is_skipped(project: Path) -> None:
    edit(project, "app/one.lisp", "(defun base ())", "(fail unsupported-macro loop)")
    result = run_doit(project, "test")
    assert result.returncode == 1
    assert "SKIPPED test:app-tests (needs object:app-tests/app/one.lisp" in result.stdout
    assert not (project / PRINTED).exists()


def test_what_a_test_that_is_no_longer_one_has_printed_goes(project: Path) -> None:
    assert run_doit(project, "test").returncode == 0
    edit(project, "pyproject.toml", 'tests = ["app/app-tests.asd"]', "")
    assert run_doit(project, "system").returncode == 0
    assert not (project / PRINTED).exists()


@pytest.mark.parametrize(
    ("tests", "problem"),
    [
        ('["app/app.asd"]', "`systems` and `tests` in [tool.clysm] name two programs alike"),
        ('["app/app.lisp"]', "bad value of `tests`"),
        ('"app/app-tests.asd"', "bad value of `tests`"),
    ],
)
def test_settings(project: Path, tests: str, problem: str) -> None:
    edit(project, "pyproject.toml", '["app/app-tests.asd"]', tests)
    result = run_doit(project, "test")
    assert result.returncode != 0
    assert problem in result.stdout + result.stderr


REAL = {
    "pyproject.toml": '[tool.clysm]\nsystems = ["app.asd"]\ntests = ["app-tests.asd"]\ntest-seconds = 2\n',
    "dodo.py": "from tasks.configuration import configuration, prepare\n"
    "from tasks.programs import task_object, task_plan, task_program, task_test\n"
    'DOIT_CONFIG = configuration("plan", "program", "test")\nprepare()\n',
    "app.asd": '(defsystem "app" :components ((:file "app")))\n',
    "app.lisp": "(defun twice (x) (* 2 x))\n",
    "app-tests.asd": '(defsystem "app-tests" :depends-on ("app") :components ((:file "tests")))\n',
    "numbers.txt": "21",
    "tests.lisp": '(assert (= (twice (with-open-file (in "numbers.txt") (read in))) 42))\n(princ "good")\n',
}


@pytest.mark.slow
def test_with_the_real_compiler(tmp_path: Path) -> None:
    if not toolchain.choose(load_project(REPOSITORY)).stage:
        pytest.skip("no stage with the library is built from the current sources: run `doit stage`")
    for name, text in REAL.items():
        (tmp_path / name).write_text(text)
    result = run_doit(tmp_path)
    assert result.returncode == 0, result.stdout
    assert (tmp_path / PRINTED).read_text() == "good"
    assert run_clysm(tmp_path, "run", "build/programs/app-tests.wasm").stdout == "good"
    edit(tmp_path, "app.lisp", "(* 2 x)", "(* 3 x)")
    result = run_doit(tmp_path)
    assert result.returncode == 1
    assert "SIMPLE-ERROR" in result.stdout
    assert "it ended with status 1" in result.stdout
    edit(tmp_path, "app.lisp", "(* 3 x)", "(loop)")
    result = run_doit(tmp_path)
    assert result.returncode == 1
    assert "time" in result.stdout
