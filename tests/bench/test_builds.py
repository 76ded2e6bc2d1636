"""Measuring builds, on a toy project."""

import shutil
from pathlib import Path

import pytest

from clysm.bench import builds
from clysm.bench.bench import BenchError
from clysm.bench.builds import change_function_body
from clysm.bench.results import Measurement, Unmeasured
from clysm.bootstrap.project import load_project
from tests.bench.benches import make_bench
from tests.support.projects import REPOSITORY, make_project


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    return make_project(tmp_path / "toy")


def test_builds_are_measured(toy: Path, tmp_path: Path) -> None:
    (toy / "build").mkdir()
    (toy / "build" / "old").touch()
    results = {result.name: result for result in builds.measure(make_bench(toy, tmp_path / "work"))}
    phases = [f"first build: {name}" for name in (
        "whole", "stage 0", "stage 1", "stage 2", "one job at a time",
    )]  # fmt: skip
    changes = [f"{what} module changed" for what in ("library", "compiler", "program")]
    for name in (*phases, *changes, "program module changed, watched"):
        result = results[name]
        assert isinstance(result, Measurement), result
        assert len(result.samples) == 1
    idle = results["nothing to do"]
    assert isinstance(idle, Unmeasured)  # the gate has no corpus to pass
    assert "something to do" in idle.reason
    copy = tmp_path / "work" / "first-build-0"
    assert not (copy / "build" / "old").exists()
    assert "(vector 0)" in (copy / "lisp/library/loop.lisp").read_text()
    (reports,) = builds._reports(make_bench(toy, tmp_path), load_project(copy))
    assert isinstance(reports, Measurement), reports


def test_failing_build_is_not_measured(toy: Path, tmp_path: Path) -> None:
    (toy / "lisp/compiler/main.lisp").write_text("(unbalanced")
    (result,) = builds.measure(make_bench(toy, tmp_path / "work"))
    assert isinstance(result, Unmeasured)
    assert result.reason.startswith("the build fails")


def test_copy_leaves_out_what_is_built(toy: Path, tmp_path: Path) -> None:
    for directory in ("build", ".clysm-cache", ".git", "clysm/__pycache__"):
        (toy / directory).mkdir(parents=True)
        (toy / directory / "file").touch()
    bench = make_bench(toy, tmp_path)
    copy = builds.copy_project(bench.project, tmp_path / "copy")
    assert not list(copy.root.rglob("file"))
    assert (copy.root / "lisp/toy.asd").is_file()
    shutil.rmtree(copy.root)


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("(defun f () 1)", "(defun f () (vector 7) 1)"),
        ("(defun f (a &optional (b (g 2)))\n  a)", "(defun f (a &optional (b (g 2))) (vector 7)\n  a)"),
        ("(defvar *x* '(defun))\n(defun g (x) x)", "(defvar *x* '(defun))\n(defun g (x) (vector 7) x)"),
        (
            '(defun (setf f) (v) v)\n(defun h () "doc" 1)',
            '(defun (setf f) (v) v)\n(defun h () (vector 7) "doc" 1)',
        ),
    ],
)
def test_change_function_body(source: str, changed: str) -> None:
    assert change_function_body(source, 7) == changed


@pytest.mark.parametrize("source", ["", "(defmacro m () 1)", "(defun f (a"])
def test_nothing_to_change(source: str) -> None:
    with pytest.raises(BenchError):
        change_function_body(source, 1)
