"""The independent reader: what a form is, where it is, what it is called, and where text stops being Lisp."""

import pytest

from clysm.workflow.formcount import form_name, form_type, scan, scan_bytes

TEXT = """;;; header
(in-package "FOO")
#| a #| b |# c |#
(defun foo (x) "str(" #\\( #\\Space '(a . b) `(,@x ,y) #'car #(1 2) |a b| \\( pkg:sym :kw #:g
 #x1F #*101)
#+sbcl (defun no ())
#-sbcl (defun yes ()) #+(or clysm x) 42
#+(and a b) #+c d e
'q é (defstruct (pt (:conc-name p-)) x) (defun (setf foo) (v)) (DEFMACRO |Odd Name| ())
"""


def test_forms_places_types_and_names() -> None:
    found = scan_bytes(TEXT.encode())
    assert found.error is None
    assert [(f.line, f.column, form_type(f.datum), form_name(f.datum)) for f in found.forms] == [
        (2, 1, "in-package", None),
        (4, 1, "defun", "foo"),
        (7, 8, "defun", "yes"),
        (7, 38, "atom", None),
        (9, 1, "quote", None),
        (9, 4, "atom", None),
        (9, 6, "defstruct", "pt"),
        (9, 41, "defun", "(setf foo)"),
        (9, 64, "defmacro", "odd name"),
    ]
    data = TEXT.encode()
    assert data[found.forms[5].start : found.forms[5].end].decode() == "é"
    assert data[found.forms[7].start : found.forms[7].end] == b"(defun (setf foo) (v))"


@pytest.mark.parametrize(
    ("text", "forms", "line", "column", "message"),
    [
        ("(a)\n(b (c)", 1, 2, 1, "this form is never closed"),
        ("(a))", 1, 1, 4, "unmatched close parenthesis"),
        ('(a) "abc', 1, 1, 5, "this string is never closed"),
        ("x #| y", 1, 1, 3, "this comment is never closed"),
        ("(a)\n #<b>", 1, 2, 2, "`#<b>` cannot be read"),
        ("(a '", 0, 1, 1, "this form is never closed"),
    ],
)
def test_errors(text: str, forms: int, line: int, column: int, message: str) -> None:
    found = scan(text)
    assert len(found.forms) == forms
    assert found.error is not None
    assert (found.error.line, found.error.column, found.error.message) == (line, column, message)


def test_bytes_that_are_not_utf_8() -> None:
    found = scan_bytes(b'(a)\n(b "\xff")')
    assert len(found.forms) == 1
    assert found.error is not None
    assert (found.error.line, found.error.column) == (2, 5)


def test_deep_nesting_needs_no_python_stack() -> None:
    assert len(scan("(" * 100_000 + ")" * 100_000).forms) == 1
