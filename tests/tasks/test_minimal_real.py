"""What an edit of a program makes doit do when the compiler is the real one, as built in this checkout: what
it writes into interfaces decides which modules are compiled again.
"""

from pathlib import Path

import pytest

from clysm.bootstrap import toolchain
from clysm.bootstrap.project import load_project
from tests.support.builds import copy_project, edit, executed
from tests.support.projects import REPOSITORY, run_clysm

FILES = {
    "pyproject.toml": '[tool.clysm]\nsystems = ["app.asd"]\n',
    "dodo.py": (REPOSITORY / "dodo.py").read_text(),
    "app.asd": '(defsystem "app" :components ((:file "base") (:file "other")\n'
    ' (:file "user" :depends-on ("base" "other"))))\n',
    "base.lisp": "(defmacro twice (form) `(progn ,form ,form))\n"
    "(declaim (inline double))\n(defun double (x) (+ x x))\n"
    "(defstruct point x)\n(defconstant +limit+ 10)\n(defun plain (x) (list x))\n",
    "other.lisp": "(defun other () (list 7))\n",
    "user.lisp": "(twice (print (list (double 2) (point-x (make-point :x 3)) +limit+ (plain 4) (other))))\n",
}
BASE, USER, LINKED = "object:app/base.lisp", "object:app/user.lisp", "program:app"

# kind of edit, file, old text, new text, tasks that run, what the program prints afterwards
CASES = [
    ("nothing", "user.lisp", "4", "4", [], 2 * ["(4 3 10 (4) (7))"]),
    ("comment", "base.lisp", "(defun p", ";\n(defun p", [BASE, LINKED], 2 * ["(4 3 10 (4) (7))"]),
    ("body", "base.lisp", "(list x)", "(list x x)", [BASE, LINKED], 2 * ["(4 3 10 (4 4) (7))"]),
    ("macro", "base.lisp", ",form ,form", ",form", [BASE, LINKED, USER], ["(4 3 10 (4) (7))"]),
    ("inline", "base.lisp", "(+ x x)", "(* 3 x)", [BASE, LINKED, USER], 2 * ["(6 3 10 (4) (7))"]),
    ("structure", "base.lisp", "point x", "point y x", [BASE, LINKED, USER], 2 * ["(4 3 10 (4) (7))"]),
    ("constant", "base.lisp", "10", "11", [BASE, LINKED, USER], 2 * ["(4 3 11 (4) (7))"]),
    ("user", "user.lisp", "(plain 4)", "(plain 5)", [LINKED, USER], 2 * ["(4 3 10 (5) (7))"]),
]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chosen = toolchain.choose(load_project(REPOSITORY))
    if not chosen.stage:
        pytest.skip("no stage with the library is built from the current sources: run `doit stage`")
    root = tmp_path_factory.mktemp("program")
    for name, text in FILES.items():
        (root / name).write_text(text)
    assert LINKED in executed(root, "program")
    return root


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "old", "new", "tasks", "lines"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_an_edit_of_a_program(
    pristine: Path, tmp_path: Path, path: str, old: str, new: str, tasks: list[str], lines: list[str]
) -> None:
    root = copy_project(pristine, tmp_path / "p")
    edit(root, path, old, new)
    assert executed(root, "program") == sorted(tasks)
    printed = run_clysm(root, "run", "build/programs/app.wasm").stdout.splitlines()
    assert [text.strip() for text in printed if text] == lines
    assert executed(root, "program") == []
