"""What is wrong with a module, in the words of the compiler: category, line, column, message and form of each
failure, also of those inside what macros wrote (N36), for every category that a source can have (N45).
"""

from __future__ import annotations

import pytest

from clysm.workflow.categories import CATEGORIES
from clysm.workflow.diagnostics import CompilationError
from clysm.workflow.states import FormStatus
from tests.lisp.workbench import Workbench

# Text, category, line, column, part of the message, and the form that is blamed, if one was read.
FAILURES = (
    ("(print 1)\n  (car 'a", "read-error", 2, 3, "end of file inside a list", None),
    ("(print 1)\n\t )", "read-error", 2, 3, "unmatched close parenthesis", None),
    ("(print 1)\n(list 'é '(1 . 2 3))", "read-error", 2, 14, "more than one datum after the dot", None),
    ("(list\n  #<x>)", "read-error", 2, 3, "unknown sharp sign syntax", None),
    ("(list\n  #.(car 1))", "read-error", 2, 3, "the value 1 is not of type LIST", None),
    ("(list\n  1e999)", "read-error", 2, 3, "float out of range", None),
    ("(list\n  1d99999)", "read-error", 2, 3, "float out of range", None),
    ("(print 1)\n (list nowhere:x)", "package-error", 2, 8, "no package named NOWHERE", None),
    ("(print 1)\n (list cl:x)", "package-error", 2, 8, "symbol X is not external in package CL", None),
    ('\n(in-package "NOWHERE")', "package-error", 2, 1, "NOWHERE", '(in-package "NOWHERE")'),
    ("(defun f ()\n  (if))", "syntax-error", 2, 3, "`if` does not take 0 operands", "(if)"),
    ("(defun f ()\n  (list (let ((x 1 2)) x)))", "syntax-error", 2, 9, "(x 1 2)", "(let ((x 1 2)) x)"),
    ("(defun f ()\n  (lambda (&rest) 1))", "syntax-error", 2, 3, "`&rest` needs", "(lambda (&rest) 1)"),
    ("(call-method a ())", "unsupported-macro", 1, 1, "`call-method`", "(call-method a nil)"),
    ("(list\n (clysm.kernel::%no 1))", "unsupported-special-form", 2, 2, "no primitive `%no`", "(%no 1)"),
    ("(defun f (x)\n (declare (odd x)) x)", "unsupported-declaration", 2, 11, "`(odd x)`", "(odd x)"),
    ("(defmacro m ()\n  '#1=(a . #1#))\n(print (m))", "unsupported-literal", 3, 8, "circular", None),
    ("(defmacro m (x) (car x))\n(list\n (m 5))", "macro-error", 3, 2, "macro `m` signalled", "(m 5)"),
    ('(eval-when (:compile-toplevel)\n  (error "x"))', "macro-error", 2, 3, "signalled: x", '(error "x")'),
    ("(defstruct (b (:include nowhere)))", "missing-type", 1, 1, "no structure named `nowhere`", None),
    ("(print 1)\n(defstruct a x x)", "duplicate-definition", 2, 1, "`x`", "(defstruct a x x)"),
    ("(defmacro m () (list 'm))\n(list\n (m))", "limit-exceeded", 3, 2, "1000 macro expansion steps", "(m)"),
    ("(print 1)\n" + "(" * 1002, "limit-exceeded", 2, 1001, "more than 1000 nested parentheses", None),
)
# The form that is to blame has its place if it was read, else that of the macro form around it.
IN_EXPANSIONS = (
    ("(defmacro m (x) `(list ,x))\n(defun f (y)\n  (when y\n    (m (go away))))", 4, 8, "(go away)"),
    ("(defmacro m (x) `(progn (go ,x)))\n(defun f (y)\n  (when y\n    (m away)))", 4, 5, "(go away)"),
    ("(defmacro m () (list 'if))\n(defmacro n () (list 'm))\n(list\n (cond (t\n  (n))))", 5, 3, "(if)"),
    ("(defun f (x)\n  (dolist (y (return-from g x))\n    y))", 2, 14, "(return-from g x)"),
    ("(defun f (x)\n  (loop for y in x\n    collect (setq 5 y)))", 3, 13, "(setq 5 y)"),
    ("(defun f ()\n  (macrolet ((m (x) `(let ((,x 1)) ,x)))\n    (list (m 5))))", 3, 11, "(let ((5 1)) 5)"),
)
# Failures of the workflow, the host and the compiler itself, which no text of one module has.
ELSEWHERE = {
    "missing-module", "dependency-cycle", "dependency-failed", "type-error", "host-error",
    "wasm-validation-error", "internal-error",
}  # fmt: skip


def only_error(workbench: Workbench, text: str) -> CompilationError:
    """The one error of a module, which has one failed form."""
    (reply,) = workbench.compile([("a.lisp", text)])
    (problem,) = reply.errors
    (form,) = (form for form in reply.forms if form.status is FormStatus.FAILED)
    assert (form.error_category, form.error_message) == (problem.category, problem.message)
    return problem


@pytest.mark.parametrize(("text", "category", "line", "column", "message", "form"), FAILURES)
def test_failure(
    workbench: Workbench, text: str, category: str, line: int, column: int, message: str, form: str | None
) -> None:
    problem = only_error(workbench, text)
    assert (problem.category, problem.path, problem.line, problem.column) == (
        category,
        "a.lisp",
        line,
        column,
    )
    assert message in problem.message
    assert form is None or problem.form == form


@pytest.mark.parametrize(("text", "line", "column", "form"), IN_EXPANSIONS)
def test_failure_in_an_expansion(workbench: Workbench, text: str, line: int, column: int, form: str) -> None:
    problem = only_error(workbench, text)
    assert (problem.category, problem.line, problem.column, problem.form) == (
        "syntax-error",
        line,
        column,
        form,
    )


UNDEFINED = """\
(defun f (x)
  (list x
        (list nowhere)))
(defun g ()
  (when t (setq elsewhere 1)))
(defmacro m () (list 'list 'unknown))
(list
 (m))
 (anywhere 1)
"""


def test_undefined_names(workbench: Workbench) -> None:
    (reply,) = workbench.compile([("a.lisp", UNDEFINED)])
    errors = workbench.link([reply.output], strict=True).errors
    assert {(item.category, item.operator, item.line, item.column) for item in errors} == {
        ("missing-variable", "nowhere", 3, 9),
        ("missing-variable", "elsewhere", 5, 11),
        ("missing-variable", "unknown", 8, 2),
        ("missing-function", "anywhere", 9, 2),
    }


def test_every_category_is_provoked() -> None:
    provoked = {category for _, category, *_ in FAILURES} | {"missing-variable", "missing-function"}
    assert provoked == CATEGORIES - ELSEWHERE


# N30: what is not implemented is an error, macro or function, and never a call that returns something.
def test_what_is_not_implemented_is_an_error(workbench: Workbench) -> None:
    macros = ("call-method", "make-method")
    text = "".join(f"(defun f{n} () ({name} a))\n" for n, name in enumerate(macros))
    (reply,) = workbench.compile([("a.lisp", text)])
    assert [(item.category, item.operator) for item in reply.errors] == [
        ("unsupported-macro", name) for name in macros
    ]
    (reply,) = workbench.compile([("a.lisp", "(defun f (a) (compile-file a :force t))\n")])
    missing = workbench.link([reply.output], strict=True).errors
    assert [(item.category, item.operator) for item in missing] == [("missing-function", "compile-file")]


def test_warnings_have_places_too(workbench: Workbench) -> None:
    (reply,) = workbench.compile([("a.lisp", "(defun f () 1)\n(list\n  (car))\n (defun f () 2)\n")])
    assert reply.ok
    assert [(item.category, item.line, item.column) for item in reply.warnings] == [
        ("syntax-error", 3, 3), ("duplicate-definition", 4, 2),
    ]  # fmt: skip


def test_all_failures_of_a_module_are_told(workbench: Workbench) -> None:
    (reply,) = workbench.compile(
        [("a.lisp", "(if)\n(print 1)\n (go x)\n(print 2) (list nowhere:x)\n(print 3)")]
    )
    assert [(item.category, item.line, item.column) for item in reply.errors] == [
        ("syntax-error", 1, 1), ("syntax-error", 3, 2), ("package-error", 4, 17),
    ]  # fmt: skip
    assert [str(form.status) for form in reply.forms] == ["failed", "success", "failed", "success", "failed"]
