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


# EVAL-WHEN: CLHS, figure 3-7.

EARLY = """
(eval-when (:compile-toplevel)
  (defmacro only-early () ''seen)
  (deftype early-type () 'integer)
  (defconstant +early+ (* 6 7))
  (defun early-function () 1))
(eval-when (:compile-toplevel :load-toplevel :execute)
  (defstruct point x (y 2))
  (defparameter *point* (make-point :x 1))
  (defmacro early-x () (point-x *point*)))
(eval-when (:compile-toplevel :execute)
  (defmacro at-once () (list 'quote (list (early-x) +early+ (early-function)))))
(defmacro early-y () (if (typep *point* 'point) (point-y *point*) :no-structure))
(print (list (only-early) (typep 1 'early-type) (at-once)))
(print (list (fboundp 'early-function) (boundp '+early+)))
(print (list (early-x) (early-y) (point-y *point*)))
(eval-when (:execute) (print :never))
(eval-when (:compile-toplevel)
  (eval-when (:execute) (defparameter *log* '(:execute)))
  (eval-when (:load-toplevel) (push :never *log*))
  (eval-when (:compile-toplevel) (push :never *log*)))
(print '#.*log*)
"""


def test_what_is_evaluated_at_compile_time(workbench: Workbench) -> None:
    run = workbench.run_source(EARLY)
    assert run.stdout.split("\n")[1:] == ["(SEEN T (1 42 1)) ", "(NIL NIL) ", "(1 2 2) ", "(:EXECUTE) "]


TEMPLATES = """
(defmacro define-walker (name)
  `(defun ,name (form) (list (macroexpand-1 form) (constantp 5) ',(constantp 5))))
(define-walker walk)
(defmacro known () 1)
(print (walk '(known)))
(defmacro define-place (name)
  `(define-setf-expander ,name (x &environment environment)
     (get-setf-expansion (list 'car x) environment)))
(define-place first-of)
(defun first-of (x) (car x))
(print (let ((x (list 1))) (setf (first-of x) 2) x))
"""


def test_code_that_macros_write_calls_the_functions_of_the_program(workbench: Workbench) -> None:
    run = workbench.run_source(TEMPLATES)
    assert run.stdout.split("\n")[1:] == ["(1 T T) ", "(2) "]


# The code option `compile-time`: what a module defines is there when modules that use it are compiled.

HELPERS = """
(defpackage "HELPERS" (:use "COMMON-LISP") (:export "DOUBLED" "*TABLE*" "NOTE" "ITEM" "ITEM-X" "LATE"))
(in-package "HELPERS")
(defvar *table* (list 1 2))
(defstruct item x)
(defun doubled (x) (list 'list x x))
(defun note (x) (push x *table*))
(note 0)
(unless (member 3 *table*) (note (item-x (make-item :x 3))))
(defun late () (undefined-at-compile-time))
"""
USER = """
(in-package "HELPERS")
(defmacro twice (x) (doubled x))
(defmacro table () (list 'quote *table*))
(format t "~S ~S ~S~%" (twice 3) (table) '#.(item-x (make-item :x 4)))
"""


def test_a_library_is_there_when_its_users_are_compiled(workbench: Workbench) -> None:
    helpers = [("helpers.lisp", HELPERS)]
    (library,) = workbench.compile(helpers, {"compile-time": "all"})
    assert library.ok, library.errors
    replies = workbench.compile([("helpers.lisp", HELPERS), ("user.lisp", USER)], {"compile-time": "all"})
    assert all(reply.ok for reply in replies), [reply.errors for reply in replies]
    assert replies[0].interface == library.interface
    linked = workbench.link([reply.output for reply in replies])
    assert workbench.run(linked.output).stdout == "(3 3) (3 0 1 2) 4\n"


def test_a_module_does_not_see_its_own_functions_before_it_is_loaded(workbench: Workbench) -> None:
    own = "(defun helper (x) x)\n(defmacro m (x) (helper x))\n(print (m 1))\n"
    (reply,) = workbench.compile([("own.lisp", own)], {"compile-time": "all"})
    assert [(item.category, item.line) for item in reply.errors] == [("macro-error", 3)]
    assert "HELPER" in reply.errors[0].message.upper()


def test_without_the_option_only_eval_when_counts(workbench: Workbench) -> None:
    replies = workbench.compile([("helpers.lisp", HELPERS), ("user.lisp", USER)])
    assert replies[0].ok
    assert {item.category for item in replies[1].errors} == {"macro-error"}
