"""What a compile may use: macros that do not end are stopped, the message says which and where; sizes that
must do; calls leave nothing behind.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from clysm.bootstrap import toolchain
from clysm.bootstrap.project import load_project
from clysm.engine.abi import Status
from clysm.engine.code_cache import CodeCache
from clysm.engine.image import load_image
from clysm.engine.instance import Instance
from clysm.engine.limits import Limits
from clysm.engine.world import compile_world
from clysm.workflow.compiled import module_reply
from clysm.workflow.feeder import Feeder
from clysm.workflow.pipeline import Prelude
from tests.lisp.workbench import Workbench
from tests.support.projects import REPOSITORY

DEFINITIONS = """
(defmacro forever () (loop))
(defmacro allocate () (let ((all '())) (loop (push (make-array 1000) all))))
(defmacro descend () (labels ((f (n) (cons n (f (+ n 1))))) (f 0)))
(defmacro by-helper () '(forever))
(defun harmless () 1)

(defun user ()
  (list 1 {form}))
"""
LIMITS = Limits(seconds=2.0, memory_bytes=256 << 20)


@pytest.mark.parametrize(
    ("form", "macro", "message"),
    [
        ("(forever)", "forever", "time limit of 2.0 s reached"),
        ("(allocate)", "allocate", "memory limit reached"),
        ("(descend)", "descend", "stack exhausted"),
        ("(by-helper)", "forever", "time limit of 2.0 s reached"),
        ("(macrolet ((spin () (loop))) (spin))", "spin", "time limit of 2.0 s reached"),
    ],
)
def test_the_macro_and_the_form_are_named(workbench: Workbench, form: str, macro: str, message: str) -> None:
    project = load_project(REPOSITORY)
    chosen = toolchain.choose(project)
    feeder = Feeder(toolchain.open_session(project, chosen, project.path(project.settings.cache), LIMITS))
    prelude = toolchain.load_prelude(project, chosen, feeder)
    assert isinstance(prelude, Prelude)
    source = DEFINITIONS.replace("{form}", form).encode()
    reply = module_reply(feeder.compile("loops.lisp", source, prelude.interfaces, {}), "loops.lisp", source)
    (problem,) = reply.errors
    assert problem.message.startswith(message)
    assert problem.message.endswith(f" while expanding `{macro}`")
    assert (problem.category, problem.path, problem.line, problem.column, problem.operator) == (
        "limit-exceeded", "loops.lisp", 8, 1, macro,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("expansion", "form", "blamed"),
    [
        ("'(again)", "(again)", "(again)"),
        ("'(list 1 (again))", "(again)", "(again)"),
        ("(if (= n 0) 1 (list 'again (- n 1)))", "(again 999)", None),
        ("(if (= n 0) 1 (list 'again (- n 1)))", "(again 1001)", "(again 1)"),
    ],
)
def test_a_form_is_expanded_a_thousand_times(
    workbench: Workbench, expansion: str, form: str, blamed: str | None
) -> None:
    text = f"(defmacro again (&optional n) (declare (ignorable n)) {expansion})\n(defun f () {form})\n"
    (reply,) = workbench.compile([("again.lisp", text)])
    assert [(item.category, item.message, item.form) for item in reply.errors] == (
        [("limit-exceeded", "more than 1000 macro expansion steps", blamed)] if blamed else []
    )


@pytest.mark.parametrize(
    "text",
    [
        "(define-symbol-macro again again)\n(defun f () again)",
        "(defun f ()\n (symbol-macrolet ((again (list again))) again))",
        "(defun f ()\n (macrolet ((again () '(again))) (again)))",
        "(defun f ()\n (symbol-macrolet ((again again)) (setq again 1)))",
    ],
)
def test_expansions_of_every_kind_are_counted(workbench: Workbench, text: str) -> None:
    (reply,) = workbench.compile([("again.lisp", text)])
    (problem,) = reply.errors
    assert (problem.category, problem.message) == ("limit-exceeded", "more than 1000 macro expansion steps")
    assert problem.line == 2


SIZES = """
(defstruct s0 a b c d e f) (defstruct (s1 (:include s0)) g h) (defstruct (s2 (:include s1)) i j)
(defstruct (s3 (:include s2)) k) (defstruct (s4 (:include s3)) l) (defstruct (s5 (:include s4)) m)
(let ((x (make-s5 :a 1 :m 13)))
  (print (list (s0-p x) (s4-p x) (s0-a x) (s5-m x) (s5-p (make-s4)))))
(print (format nil "~{<~{(~{[~{~A~}]~})~}>~}" '((((1 2) (3))) (((4))))))
(let ((x 1) (form 'x))
  (dotimes (i 12) (setf form (list 'funcall (list 'eval (list 'quote (list 'lambda '() form))))))
  (print (eval `(let ((x ,x)) (declare (special x)) ,form))))
(print (eval '(macrolet ((a () (eval
 '(macrolet ((b () (eval '(macrolet ((c () (eval '(+ 1 2)))) (c))))) (b))))) (a))))
(let ((form 'x))
  (dotimes (i 12) (setf form (list 'quote form)))
  (print (length (prin1-to-string form)))
  (dotimes (i 12) (setf form (eval form)))
  (print form))
(with-open-file (in "large.txt")
  (let ((text (make-string (file-length in))))
    (print (list (read-sequence text in) (read-line in nil :end) (count #\\a text)))))
(print (reduce #'+ *many*))
"""
MANY = 20_000  # numbers of a constant that makes the source longer than 100 KB
LARGE = 1 << 20  # bytes of the file that is read whole


def test_sizes_that_must_do(workbench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_text("a" * LARGE)
    text = f"(defvar *many* '({' '.join(map(str, range(MANY)))}))\n{SIZES}"
    assert len(text) > 100_000
    run = workbench.run_source(text, directories=(tmp_path,))
    assert (run.stderr, run.stdout.split("\n")[1:]) == (
        "",
        [
            "(T T 1 13 NIL) ", '"<([12][3])><([4])>" ', "1 ", "3 ", "13 ", "X ",
            f"({LARGE} :END {LARGE}) ", f"{MANY * (MANY - 1) // 2} ",
        ],
    )  # fmt: skip


@pytest.mark.parametrize(("levels", "status"), [(1000, None), (1001, "limit-exceeded")])
def test_a_thousand_levels_of_parentheses(workbench: Workbench, levels: int, status: str | None) -> None:
    (reply,) = workbench.compile([("deep.lisp", f"'{'(' * levels}{')' * levels}\n")])
    assert [item.category for item in reply.errors] == ([status] if status else [])


@pytest.mark.parametrize(("count", "told", "status"), [(1000, 1000, 1), (1001, 999, 5), (1100, 999, 5)])
def test_a_thousand_diagnostics(workbench: Workbench, count: int, told: int, status: int) -> None:
    """Of more, the last tells how many there are; the forms are all told."""
    (reply,) = workbench.compile([("many.lisp", "(go nowhere)\n" * count)])
    lines = list(range(1, told + 1)) + ([told + 1] if status == Status.LIMIT else [])
    assert [item.line for item in reply.errors] == lines
    assert [form.error_category for form in reply.forms] == ["syntax-error"] * count
    if status == Status.LIMIT:
        assert reply.errors[-1].category == "limit-exceeded"
        assert f"{count - told} are not shown" in reply.errors[-1].message


def test_a_thousand_warnings(workbench: Workbench) -> None:
    (reply,) = workbench.compile([("many.lisp", "(defun f () (car))\n" * 1100)])
    assert reply.ok
    assert len(reply.warnings) == 1000
    assert reply.warnings[-1].category == "limit-exceeded"


# I8, of a real stage; tests/engine/test_instance.py has ten thousand calls of a small one.
def test_calls_leave_no_buffers(workbench: Workbench) -> None:
    project = load_project(REPOSITORY)
    code = CodeCache(project.path(project.settings.cache) / "code")
    with Instance(load_image(workbench.stage_image, code), compile_world(io.BytesIO())) as stage:
        stage.initialize()
        assert stage.call_abi("session_begin", b"nil").status is Status.OK
        first = stage.call("buffer_alloc", 1)
        stage.call("buffer_reset")
        for _ in range(200):
            assert stage.call_abi("load_interface", b"no interface").status is Status.BAD_OBJECT
            reply = stage.call_abi("compile_module", b"(defun f (x) (list x))", b'(:path "f.lisp")')
            assert reply.status is Status.OK
        assert stage.call("buffer_alloc", 1) == first
