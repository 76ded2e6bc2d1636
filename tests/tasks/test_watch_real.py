"""Watching a program with the real compiler, as built in this checkout: a worker that has compiled a module
before compiles it as a new one does.
"""

import shutil
from collections.abc import Callable

import pytest

from clysm.bootstrap import toolchain
from clysm.bootstrap.project import load_project
from tests.support.builds import digests, edit
from tests.support.projects import REPOSITORY, run_clysm, run_doit
from tests.tasks.test_minimal_real import FILES
from tests.tasks.test_watch import DONE, Watching, watch

__all__ = ["watch"]  # a fixture

PROJECT: dict[str, str | bytes | None] = {
    **dict.fromkeys(("lisp/toy.asd", "host/evaluator.py")),
    **FILES,
}
# file, old text, new text, what the program prints afterwards
EDITS = [
    ("user.lisp", "(plain 4)", "(loop for i from 4 to 5 collect i)", "(4 3 10 (4 5) (7))"),
    ("user.lisp", "(double 2)", "(double 3)", "(6 3 10 (4 5) (7))"),
    ("base.lisp", "(+ x x)", "(* 3 x)", "(9 3 10 (4 5) (7))"),
    ("base.lisp", "point x", "point y x", "(9 3 10 (4 5) (7))"),
    ("user.lisp", "to 5", "to 6", "(9 3 10 (4 5 6) (7))"),
]


@pytest.mark.slow
@pytest.mark.parametrize("built", [False, True])
def test_edits_of_a_program(watch: Callable[..., Watching], built: bool) -> None:
    if not toolchain.choose(load_project(REPOSITORY)).stage:
        pytest.skip("no stage with the library is built from the current sources: run `doit stage`")
    task = "program" if built else None
    watching = watch(PROJECT, task, built=built)
    command = f"doit {task}" if task else "doit"
    assert watching.until(DONE, 120)[0] == f"watching {watching.root} for `{command}`; Ctrl-C ends it"
    kept = watching.workers() if built else set()
    assert len(kept) == built
    for path, old, new, printed in EDITS:
        edit(watching.root, path, old, new)
        watching.until(DONE, 120)
        lines = run_clysm(watching.root, "run", "build/programs/app.wasm").stdout.split("\n")
        assert [line.strip() for line in lines if line] == [printed] * 2
        assert not kept or watching.workers() <= kept
        kept = watching.workers()
    watched = digests(watching.root)
    shutil.rmtree(watching.root / "build")
    shutil.rmtree(watching.root / ".clysm-cache")
    assert run_doit(watching.root, "program").returncode == 0
    assert digests(watching.root) == watched
