"""What the host reports to its caller: kind, file, line, column."""

from __future__ import annotations

from pathlib import Path

import pytest

from clysm.host import Host, HostError, LispFailure, ReadError, TranslateError


@pytest.mark.parametrize(
    ("text", "kind", "line", "column", "message"),
    [
        ("(defun f (x)\n  (if))", TranslateError, 2, 3, "`if` with 0 parts"),
        ("(let ((x 1 2)) x)", TranslateError, 1, 1, "malformed binding"),
        ("\n(return-from nowhere 1)", TranslateError, 2, 1, "no block `NOWHERE`"),
        ("(tagbody (go away))", TranslateError, 1, 10, "no tag"),
        ("(setq 5 1)", TranslateError, 1, 1, "cannot be assigned"),
        ("(setq x)", TranslateError, 1, 1, "odd number"),
        ("(setf x)", TranslateError, 1, 1, "odd number"),
        ("(setq t 1)", TranslateError, 1, 1, "constant `T` cannot be bound"),
        ("(let ((:a 1)) 1)", TranslateError, 1, 1, "constant `A` cannot be bound"),
        ("(defconstant +c+ 1) (let ((+c+ 2)) 1)", TranslateError, 1, 21, "constant `+C+`"),
        ("(defun 5 ())", TranslateError, 1, 1, "not a function name"),
        ("(defun f (x &optional) x) (defun f (&rest) 1)", TranslateError, 1, 27, "`&REST` wants a variable"),
        ("(defun f (&key a &optional b) 1)", TranslateError, 1, 1, "misplaced `&OPTIONAL`"),
        ('("f" 1)', TranslateError, 1, 1, "cannot be called"),
        ("(quote)", TranslateError, 1, 1, "malformed `QUOTE`"),
        ("(let x)", TranslateError, 1, 1, "malformed `LET`"),
        ("(let ((x . 1)) x)", TranslateError, 1, 1, "malformed `LET`"),
        ("(defstruct (a (:type list)) x)", TranslateError, 1, 1, "`:type` is not in the dialect"),
        ("(defstruct (a (:include b)) x)", TranslateError, 1, 1, "structure `B` is not defined"),
        ("(loop for x in y do (print x))", TranslateError, 1, 1, "extended `loop`"),
        ("#'when", TranslateError, 1, 1, "is a macro"),
        ("(defmacro m (x) (car x))\n\n(list\n (m 5))", TranslateError, 4, 2, "expanding `M` failed"),
        ("(defmacro m ((x)) x)\n(m 5)", TranslateError, 2, 1, "expanding `M` failed"),
        ("(list 1\n(2 3)", ReadError, 1, 1, "list without end"),
        ("\n(car 5)", LispFailure, 2, 0, "'int' object has no attribute 'car'"),
        ('(defun f (x)\n  (list\n   (error "bad ~A" x)))\n(f 3)', LispFailure, 3, 0, "bad 3"),
        ("\n\n(no-such-function 1)", LispFailure, 3, 0, "function `NO-SUCH-FUNCTION` is not defined"),
        ("no-such-variable", LispFailure, 1, 0, "variable `NO-SUCH-VARIABLE` is not defined"),
        ("(defun f (x) x)\n(f)", LispFailure, 2, 0, "missing 1 required"),
        ("(throw 'nobody 1)", LispFailure, 1, 0, "no catch for the tag"),
        ("(funcall (block b (lambda () (return-from b 1))))", LispFailure, 1, 0, "not active"),
        (
            "(defun f () 1) (defun g () (list (f))) (defun f () (values 1 2))",
            LispFailure,
            1,
            0,
            "load its definition",
        ),
        ("(ecase 5\n (1 2))", LispFailure, 1, 0, "`5` fell through"),
    ],
)
def test_failure(
    text: str, kind: type[HostError], line: int, column: int, message: str, cache_dir: Path, tmp_path: Path
) -> None:
    host = Host(cache_dir)
    source = tmp_path / "bad.lisp"
    source.write_text(text, "utf-8")
    for run in (lambda: host.load(source), lambda: Host(cache_dir).eval_string(text, "bad.lisp")):
        with pytest.raises(HostError) as caught:
            run()
        assert type(caught.value) is kind, caught.value
        assert message in caught.value.message
        assert Path(caught.value.position.file).name == "bad.lisp"
        assert (caught.value.position.line, caught.value.position.column) == (line, column)


def test_missing_file(host: Host, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot read the file"):
        host.load(tmp_path / "nothing.lisp")


def test_file_that_is_not_utf8(host: Host, tmp_path: Path) -> None:
    source = tmp_path / "latin.lisp"
    source.write_bytes(b'(list 1)\n(list "\xe9")\n')
    with pytest.raises(ReadError, match=r"latin\.lisp:2:0: the file is not UTF-8"):
        host.load(source)


def test_package_is_restored_after_a_failure(host: Host, tmp_path: Path) -> None:
    source = tmp_path / "package.lisp"
    source.write_text('(in-package "CLYSM.LIBRARY")\n(car 5)', "utf-8")
    with pytest.raises(LispFailure):
        host.load(source)
    assert host.prin1(host.eval_string("(package-name *package*)")) == '"COMMON-LISP-USER"'


def test_condition_of_a_failure_is_kept(host: Host) -> None:
    host.eval_string("(define-condition odd-thing (error) ((what :initarg :what :reader what)))")
    with pytest.raises(LispFailure) as caught:
        host.eval_string("(error 'odd-thing :what 5)")
    assert host.call("COMMON-LISP-USER", "WHAT", caught.value.condition) == 5
