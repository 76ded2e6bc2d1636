"""Edges inferred from definitions and uses, wherever the files stand in their list (N38)."""

import pytest

from clysm.workflow.definitions import first_package
from clysm.workflow.formcount import scan
from clysm.workflow.inference import infer_edges

PACKAGES = """(defpackage "LIB" (:use :cl) (:nicknames :l))
(defpackage :app (:use #:cl "LIB") (:import-from :other #:thing))"""


@pytest.mark.parametrize(
    ("user", "used", "edges"),
    [
        ("(defun f () (when-it 1))", "(defmacro when-it (x) x)", ["compile WHEN-IT"]),
        ("(defun f () (g))", "(defun g ())", ["call G"]),
        ("(defun f () (mapcar #'g x))", "(defun g ())", ["call G"]),
        ("(print (g))", "(defun g ())", ["load G"]),
        ("(defvar *x* (g))", "(defun g ())", ["load G"]),
        ("(defmacro m () (g))", "(defun g ())", ["compile G"]),
        ("(eval-when (:compile-toplevel) (g))", "(defun g ())", ["compile G"]),
        ("(defun f () *x*)", "(defvar *x* 1)", ["compile *X*"]),
        ("(defun f () +limit+)", "(defconstant +limit+ 1)", ["compile +LIMIT+"]),
        ("(defun f (p) (point-x p))", "(defstruct point x y)", ["compile POINT-X"]),
        ("(defun f (p) (p-x p))", "(defstruct (point (:conc-name p-)) (x 0))", ["compile P-X"]),
        ("(defun f () (new-point))", "(defstruct (point (:constructor new-point)))", ["compile NEW-POINT"]),
        ("(defstruct (circle (:include point)) r)", "(defstruct point x)", ["compile POINT"]),
        ("(defun f (x) (typep x 'point))", "(defstruct point x)", ["compile POINT"]),
        ("(defun f () (g))", "(declaim (inline g)) (defun g ())", ["compile G"]),
        ("(defun f () (g))", "(progn (defun g ()))", ["call G"]),
        ("(defun f () (h))", "(defun g ())", []),
        ("(defun f () (g))", "(in-package :other) (defun g ())", []),
        ("(defun f () (o:g))", "(defpackage :o) (in-package :o) (defun g ())", ["call G", "compile O"]),
        ("(defun f () :g #:g \"g\")", "(defun g ())", []),
        ("(setf (place 1) 2)", "(defsetf place set-place)", ["compile PLACE"]),
        ("(push 1 (place 1))", "(defsetf place set-place)", ["compile PLACE"]),
        ("(print (place 1))", "(defsetf place set-place)", []),
        ("(handler-case 1 (oops () 2))", "(define-condition oops (error) ())", ["compile OOPS"]),
        ("(defun f () (size 1))", "(deftype size ()) (defun size (x))", ["call SIZE"]),
    ],
)  # fmt: skip
def test_edges(user: str, used: str, edges: list[str]) -> None:
    forms = {"user.lisp": scan(user).forms, "used.lisp": scan(used).forms}
    found = infer_edges(forms)
    assert infer_edges(dict(reversed(forms.items()))) == found
    assert [f"{edge.kind} {edge.name}" for edge in found] == edges
    assert {(edge.user, edge.used) for edge in found} <= {("user.lisp", "used.lisp")}


def test_packages() -> None:
    files = {
        "packages.lisp": PACKAGES,
        "lib.lisp": "(in-package :l) (defmacro mac ()) (defun fun ())",
        "app.lisp": "(in-package :app) (defun main () (mac) (l::fun))",
    }
    found = infer_edges({path: scan(text).forms for path, text in files.items()})
    assert {(e.user, e.used, str(e.kind)) for e in found} == {
        ("lib.lisp", "packages.lisp", "compile"),
        ("app.lisp", "packages.lisp", "compile"),
        ("app.lisp", "lib.lisp", "compile"),
        ("app.lisp", "lib.lisp", "call"),
    }


def test_first_package() -> None:
    assert first_package(scan("(in-package #:foo) (in-package :bar)").forms) == "FOO"
    assert first_package(scan("(defun f ())").forms) is None
