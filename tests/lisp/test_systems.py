"""Systems whose files need each other's code while they are compiled, as files of ASDF systems do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lisp.workbench import Workbench
from tests.support.projects import run_clysm

FILES = {
    "app.asd": """(defsystem "app" :serial t :components ((:file "package") (:file "tools") (:file "macros")
 (:file "main")))""",
    "package.lisp": '(defpackage "APP" (:use "COMMON-LISP"))\n',
    "tools.lisp": """(in-package "APP")
(defvar *names* '())
(defun note-name (name) (push name *names*) name)
(note-name 'first)
(defun print-form (x) (list 'print x))
""",
    "macros.lisp": """(in-package "APP")
(defun pair-of (x) (list 'list x x))
(defmacro show-pair (x) (print-form (pair-of x)))
(defmacro all-names () (list 'quote (reverse *names*)))
""",
    "main.lisp": """(in-package "APP")
(show-pair 7)
(print (all-names))
(print '#.(pair-of 1))
""",
}
SYSTEMS = Path("/usr/share/common-lisp/source")


@pytest.fixture
def folder(tmp_path: Path, workbench: Workbench) -> Path:
    """A folder with a system; skips where no stage is built."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_macros_call_functions_of_files_before(folder: Path) -> None:
    compiled = run_clysm(folder, "compile", "app.asd", "-o", "app.wasm")
    assert compiled.returncode == 0, compiled.stderr
    assert run_clysm(folder, "run", "app.wasm").stdout.split("\n")[1:] == [
        "(7 7) ",
        "(FIRST) ",
        "(LIST 1 1) ",
    ]


def test_a_changed_function_reaches_the_users_of_the_macros_that_call_it(folder: Path) -> None:
    run_clysm(folder, "compile", "app.asd", "-o", "app.wasm")
    tools = folder / "tools.lisp"
    tools.write_text(tools.read_text().replace("(list 'print x)", "(list 'print (list 'car x))"))
    compiled = run_clysm(folder, "compile", "app.asd", "-o", "app.wasm")
    assert [line.split()[-1] for line in compiled.stdout.splitlines() if line.startswith("[1/4]")] == [
        "CACHED"
    ]
    assert run_clysm(folder, "run", "app.wasm").stdout.split("\n")[1] == "7 "


USES_ALEXANDRIA = """(in-package "COMMON-LISP-USER")
(print (alexandria:flatten '(1 (2 (3)))))
(print (alexandria:switch ("b" :test #'equal) ("a" 1) ("b" 2)))
(print (let ((list (list 1 2 3))) (alexandria:removef list 2) list))
(print (multiple-value-list (alexandria:parse-body '((declare (ignore x)) 1))))
(print (funcall (alexandria:compose #'1+ #'1+) 1))
"""


@pytest.mark.skipif(not (SYSTEMS / "alexandria").is_dir(), reason="Debian's cl-alexandria is not installed")
def test_a_program_uses_alexandria(folder: Path) -> None:
    (folder / "main.lisp").write_text(USES_ALEXANDRIA)
    (folder / "app.asd").write_text(
        '(defsystem "app" :depends-on ("alexandria") :components ((:file "main")))\n'
    )
    compiled = run_clysm(folder, "compile", "app.asd", "-o", "app.wasm")
    assert compiled.returncode == 0, compiled.stderr
    printed = run_clysm(folder, "run", "app.wasm").stdout.split("\n")[1:]
    assert printed == ["(1 2 3) ", "2 ", "(1 3) ", "((1) ((DECLARE (IGNORE X))) NIL) ", "3 "]


PERL_DATA = SYSTEMS / "cl-ppcre/test/perltestdata"


@pytest.mark.battery
@pytest.mark.skipif(not PERL_DATA.is_file(), reason="Debian's cl-ppcre is not installed")
def test_cl_ppcre_agrees_with_perl(folder: Path) -> None:
    """1,600 regular expressions, whose matches cl-ppcre has from Perl."""
    (folder / "main.lisp").write_bytes(Path(__file__).with_name("systems").joinpath("perl.lisp").read_bytes())
    (folder / "app.asd").write_text(
        '(defsystem "app" :depends-on ("cl-ppcre") :components ((:file "main")))\n'
    )
    (folder / "rows.lisp").write_text(PERL_DATA.read_text(encoding="latin-1"), encoding="utf-8")
    compiled = run_clysm(folder, "compile", "app.asd", "-o", "app.wasm")
    assert compiled.returncode == 0, compiled.stderr
    assert run_clysm(folder, "run", "app.wasm", "rows.lisp").stdout == "1624 ()\n"
