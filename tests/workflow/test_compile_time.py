"""Modules whose code others need at compile time."""

import pytest

from clysm.workflow.compile_time import modules_for_compile_time
from clysm.workflow.formcount import scan

HELP = "(defun help (x) (list x))"


@pytest.mark.parametrize(
    ("user", "needed"),
    [
        ("(defmacro m (x) (help x))", True),
        ("(defmacro m (x) (mapcar #'help x))", True),
        ("(defmacro m (x) (mapcar 'help x))", True),
        ("(defmacro m (x) `(f ,(help x)))", True),
        ("(defmacro m (x) `(f ,@(mapcar (lambda (y) `(g ,(help y))) x)))", True),
        ("(eval-when (:compile-toplevel :execute) (help 1))", True),
        ("(eval-when (:compile-toplevel) (defun own (x) (help x)))", True),
        ("(print '#.(help 1))", True),
        ("(defun f () (macrolet ((m () (help 1))) (m)))", True),
        ("(progn (deftype d () (help 1)))", True),
        ("(define-compiler-macro f (x) (help x))", True),
        ("(defmacro m () (via 1)) (defun via (x) (help x))", True),
        ("(defmacro m (x) `(help ,x))", False),
        ("(defmacro m (x) (list 'help x))", False),
        ("(defmacro m (x) `(f ,(g `(help ,x))))", False),
        ("(defun f () (help 1))", False),
        ("(print (help 1))", False),
        ("(eval-when (:load-toplevel :execute) (help 1))", False),
        ("(defmacro m () 1) (defun f () (help 1))", False),
        ("(in-package :other) (defmacro m (x) (help x))", False),
        ("(in-package :other) (defmacro m (x) (cl-user::help x))", False),
        ("(in-package :other) (defmacro m (x) (common-lisp-user::help x))", True),
    ],
)
def test_functions(user: str, needed: bool) -> None:
    found = modules_for_compile_time({"user.lisp": scan(user).forms, "help.lisp": scan(HELP).forms})
    assert ("help.lisp" in found) is needed


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("(defvar *table* 1) (defmacro m () (cdr *table*))", True),
        ("(defstruct point x) (defmacro m (p) (point-x p))", True),
        ("(defun help ()) (defmacro m () (help))", True),
        (
            "(eval-when (:compile-toplevel :load-toplevel :execute) (defun help ())) (defmacro m () (help))",
            False,
        ),
        ("(defvar *table* 1) (defmacro m () '*table*)", False),
    ],
)
def test_of_the_same_file_what_its_users_need(text: str, needed: bool) -> None:
    assert modules_for_compile_time({"a.lisp": scan(text).forms}) == ({"a.lisp"} if needed else frozenset())


def test_what_a_needed_module_does_when_it_is_loaded_is_needed_too() -> None:
    files = {
        "macros.lisp": "(defmacro m () (first *rows*))",
        "rows.lisp": "(defvar *rows* (list 1)) (add-row 2)",
        "rows-tools.lisp": "(defun add-row (x) (push x *rows*))",
        "unrelated.lisp": "(defun other () (add-row 3))",
    }
    found = modules_for_compile_time({path: scan(text).forms for path, text in files.items()})
    assert found == {"rows.lisp", "rows-tools.lisp"}
