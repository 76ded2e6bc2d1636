"""Programs of several modules: what the image holds, and what the linker says is missing."""

from __future__ import annotations

import re

import pytest

from tests.lisp.workbench import Workbench

# N31: the image holds every module in full; an object that is left out is missed.

MODULES = {
    "first.lisp": """
(defpackage "FIRST" (:use "COMMON-LISP")
  (:export "WRAP" "VALUE-OF-FIRST" "POINT" "MAKE-POINT" "POINT-X" "*SHARED*"))
(in-package "FIRST")
(defvar *shared* (list :first))
(defstruct point x (y 2))
(defmacro wrap (form) `(list :wrapped (helper ,form)))
(defun helper (x) (list :helped x))
(defun value-of-first () (list :first (second::value-of-second)))
(format t "first ~S~%" *shared*)
""",
    "second.lisp": """
(in-package "SECOND")
(push :second first:*shared*)
(defun value-of-second () (first:wrap (first:point-x (first:make-point :x 5))))
(defstruct (point-3d (:include first:point (y 20))) z)
(format t "second ~S~%" first:*shared*)
""",
    "third.lisp": """
(defpackage "THIRD" (:use "COMMON-LISP" "FIRST"))
(in-package "THIRD")
(push :third *shared*)
(format t "third ~S~%" *shared*)
(format t "~S~%" (value-of-first))
(format t "~S~%" (wrap (point-x (second::make-point-3d :x 1 :z 3))))
(format t "~S~%" (first::point-y (second::make-point-3d)))
(dotimes (i 3) (format t "last form ~D~%" i))
""",
}
SECOND_PACKAGE = '(defpackage "SECOND" (:use "COMMON-LISP"))\n'


def modules(**changes: str) -> list[tuple[str, str]]:
    """The three modules; the package of the second is made by the first, which mentions it."""
    texts = {**MODULES, "first.lisp": SECOND_PACKAGE + MODULES["first.lisp"]}
    return [(path, changes.get(path.removesuffix(".lisp"), text)) for path, text in texts.items()]


# N33: forms and files use each other's functions, macros and structures.
def test_three_modules(workbench: Workbench) -> None:
    run = workbench.run(workbench.build(modules()))
    assert run.stdout.splitlines() == [
        "first (:FIRST)",
        "second (:SECOND :FIRST)",
        "third (:THIRD :SECOND :FIRST)",
        "(:FIRST (:WRAPPED (:HELPED 5)))",
        "(:WRAPPED (:HELPED 1))",
        "20",
        "last form 0",
        "last form 1",
        "last form 2",
    ]
    assert run.code == 0


@pytest.mark.parametrize("left_out", [0, 1])
def test_a_missing_object_is_a_link_error(left_out: int, workbench: Workbench) -> None:
    objects = [reply.output for reply in workbench.compile(modules())]
    del objects[left_out]
    linked = workbench.link(objects, strict=True)
    assert not linked.ok
    assert {item.category for item in linked.errors} == {"missing-function"}


def test_fourteen_hundred_forms_are_all_there(workbench: Workbench) -> None:
    forms = "".join(f"(defun f{n} () {n})\n(incf *sum* (f{n}))\n" for n in range(700))
    run = workbench.run_source(f"(defvar *sum* 0)\n{forms}(print *sum*)\n")
    assert run.stdout.split() == [str(sum(range(700)))]


def test_forms_of_a_file_use_each_other(workbench: Workbench) -> None:
    run = workbench.run_source(
        """
(defun uses-later () (later-function 1))
(defmacro doubled (x) `(list ,x ,x))
(defun later-function (x) (doubled (make-item :x x)))
(defstruct item x)
(eval-when (:compile-toplevel :load-toplevel :execute) (defun at-expansion (x) (list 'quote (list x x))))
(defmacro computed (x) (at-expansion x))
(defconstant +size+ 3)
(deftype small () `(integer 0 ,+size+))
(define-symbol-macro sized (list +size+))
(print (list (mapcar #'item-x (uses-later)) (computed a) (typep 3 'small) (typep 4 'small) sized))
"""
    )
    assert run.stdout.split("\n")[1] == "((1 1) (A A) T NIL (3)) "


# N32: an unresolved call is a diagnostic with file, line and the definition around it.
UNRESOLVED = """\
(defun in-call ()
  (list 1
        (missing-1 2)))
(defun in-lambda (x)
  (mapcar (lambda (y) (missing-2 y x)) x))
(defun later () 1)
(defun misspelt () (latter))
(print #'missing-3)
(print (list (missing-4 1)))
(defun in-macro (x) (when x (push (missing-5 1) x)))
(defmacro around (form) `(list ,form))
(defun through-macro () (around (missing-6)))
(defun local () (labels ((f () (missing-7))) (f)))
"""


def test_unresolved_calls(workbench: Workbench) -> None:
    (reply,) = workbench.compile([("calls.lisp", UNRESOLVED)])
    assert reply.ok, reply.errors
    linked = workbench.link([reply.output], strict=True)
    assert not linked.ok
    assert {(item.category, item.path) for item in linked.errors} == {("missing-function", "calls.lisp")}
    found = {re.findall(r"`(.*?)`", item.message)[0]: item for item in linked.errors}
    assert {name: (item.line, item.column) for name, item in found.items()} == {
        "missing-1": (3, 9),
        "missing-2": (5, 23),
        "latter": (7, 20),
        "missing-3": (8, 8),
        "missing-4": (9, 14),
        "missing-5": (10, 35),
        "missing-6": (12, 33),
        "missing-7": (13, 32),
    }
    for name, definition in {
        "missing-1": "in-call",
        "missing-2": "in-lambda",
        "latter": "misspelt",
        "missing-5": "in-macro",
        "missing-6": "through-macro",
        "missing-7": "local",
    }.items():
        assert f"`{definition}`" in found[name].message, found[name]


# N32: without `strict` the program is linked, warns, and the call signals when it is reached.
def test_unresolved_call_at_run_time(workbench: Workbench) -> None:
    (reply,) = workbench.compile(
        [
            (
                "late.lisp",
                "(print (handler-case (missing 1) (undefined-function (c) (cell-error-name c))))\n"
                "(setf (symbol-function 'missing) #'list)\n(print (missing 2))\n",
            )
        ]
    )
    linked = workbench.link([reply.output])
    assert [(item.category, item.line) for item in linked.warnings] == [
        ("missing-function", 1),
        ("missing-function", 3),
    ]
    assert workbench.run(linked.output).stdout.split() == ["MISSING", "(2)"]


# N32: forward calls, and functions that only the program's own EVAL defines, are no errors.
def test_forward_calls_resolve(workbench: Workbench) -> None:
    text = "(defun f () (g))\n(defun g () (h 1))\n(defun h (x) (list x))\n(print (f))\n"
    (reply,) = workbench.compile([("calls.lisp", text)])
    linked = workbench.link([reply.output], strict=True)
    assert (linked.errors, linked.warnings) == ((), ())
    assert workbench.run(linked.output).stdout == "\n(1) "
