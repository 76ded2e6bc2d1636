"""Standard functions that no other program of the tests calls: none is a stub (N30)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clysm.bootstrap.project import load_project
from clysm.host.packages import STANDARD_SYMBOLS
from tests.lisp.workbench import Workbench
from tests.support.projects import REPOSITORY

# A form, and its value as PRIN1 writes it.
VALUES = (
    ("(let* ((a (make-box :x 1)) (b (copy-structure a))) (list (eq a b) (equalp a b)))", "(NIL T)"),
    ("(mapcar #'standard-char-p '(#\\a #\\Newline #\\Tab))", "(T T NIL)"),
    ("(nsubst-if 0 #'integerp (list 1 'a (list 2)))", "(0 A (0))"),
    ("(nsubst-if-not 0 #'identity (list 1 nil))", "(1 0 . 0)"),
    ("(nsubstitute-if 0 #'oddp (list 1 2 3))", "(0 2 0)"),
    ("(nsubstitute-if-not 0 #'oddp (vector 1 2 3))", "#(1 0 3)"),
    ("(list (logorc1 5 3) (logorc1 0 0))", "(-5 -1)"),
    ("(upgraded-array-element-type 'bit)", "BIT"),
    ("(functionp (get-macro-character #\\())", "T"),
    ("(functionp (get-dispatch-macro-character #\\# #\\())", "T"),
    ("(let ((table (copy-readtable))) (list (make-dispatch-macro-character #\\$ nil table)"
     " (functionp (get-macro-character #\\$ table))))", "(T T)"),
    ('(with-input-from-string (s "a b") (list (read-preserving-whitespace s) (read-char s)))',
     "(A #\\ )"),
    ('(with-input-from-string (s "a") (list (read-char-no-hang s) (read-char-no-hang s nil :end)))',
     "(#\\a :END)"),
    ('(and (member (find-package "COMMON-LISP") (list-all-packages)) t)', "T"),
    ("(let ((found nil)) (do-all-symbols (s found) (when (eq s 'car) (setq found t))))", "T"),
    ("(let ((s (make-two-way-stream *standard-input* *standard-output*)))"
     " (eq (two-way-stream-output-stream s) *standard-output*))", "T"),
    ("(let ((s (make-echo-stream *standard-input* *standard-output*)))"
     " (list (eq (echo-stream-input-stream s) *standard-input*)"
     " (eq (echo-stream-output-stream s) *standard-output*)))", "(T T)"),
    ("(let ((table (make-hash-table))) (list (numberp (hash-table-rehash-size table))"
     " (numberp (hash-table-rehash-threshold table))))", "(T T)"),
    ("(progn (proclaim '(special *proclaimed*)) (boundp '*proclaimed*))", "NIL"),
    ("(with-output-to-string (s) (pprint '(a b) s))", '"\n(A B)"'),
    ("(with-output-to-string (s) (pprint-fill s '(1 2 3)))", '"(1 2 3)"'),
    ("(with-output-to-string (s) (pprint-linear s '(1 2) nil))", '"1 2"'),
    ("(with-output-to-string (s) (pprint-tabular s '(1 2)))", '"(1 2)"'),
    ("(let ((*print-pretty* t)) (with-output-to-string (s)"
     ' (pprint-logical-block (s \'(1 2) :prefix "<" :suffix ">") (loop (write (pprint-pop) :stream s)'
     " (pprint-exit-if-list-exhausted) (pprint-newline :mandatory s) (pprint-indent :block 1 s)))))",
     '"<1\n 2>"'),
    ("(let ((*print-pretty* t) (*print-pprint-dispatch* (copy-pprint-dispatch)))"
     ' (set-pprint-dispatch \'(eql 7) (lambda (s x) (declare (ignore x)) (write-string "seven" s)))'
     " (list (nth-value 1 (pprint-dispatch 7)) (with-output-to-string (s) (write 7 :stream s))))",
     '(T "seven")'),
    ("(list (stringp (namestring (truename \"here\"))) (pathnamep (user-homedir-pathname)))", "(T T)"),
    ('(let ((p (parse-namestring "a.b"))) (list (pathname-host p) (pathname-device p) (pathname-version p)'
     " (host-namestring p)))", "(NIL NIL NIL \"\")"),
    ("(clear-output (make-broadcast-stream))", "NIL"),
    ("(upgraded-complex-part-type 'single-float)", "SINGLE-FLOAT"),
    ("(symbolp (stream-external-format *standard-output*))", "T"),
    ("(flet ((ask (question answer) (with-input-from-string (in answer)"
     " (let ((*query-io* (make-two-way-stream in (make-broadcast-stream)))) (funcall question)))))"
     ' (list (ask #\'y-or-n-p "y") (ask #\'y-or-n-p "n") (ask #\'yes-or-no-p "yes")'
     ' (ask #\'yes-or-no-p "no")))', "(T NIL T NIL)"),
    ("(class-name (class-of (make-box)))", "BOX"),
    ("(eq (find-class 'box) (class-of (make-box)))", "T"),
    ('(file-author "here")', "NIL"),
    ('(progn (dribble "log") (dribble) (and (probe-file "log") t))', "T"),
    ('(with-open-file (s "new" :direction :output) (file-string-length s "ab"))', "2"),
    ("(let ((*print-pretty* t)) (with-output-to-string (s) (pprint-logical-block (s nil)"
     ' (write-string "ab" s) (pprint-tab :line 5 1 s) (write-string "c" s))))', '"ab   c"'),
    ("(catch 'out (let ((*debugger-hook* (lambda (c h) (declare (ignore c h)) (throw 'out :hook))))"
     " (invoke-debugger (make-condition 'error))))", ":HOOK"),
    ("(ed)", "(:ERROR SIMPLE-ERROR)"),
)  # fmt: skip


def test_values(workbench: Workbench, subtests: pytest.Subtests, tmp_path: Path) -> None:
    (tmp_path / "here").write_text("text")
    text = "(defstruct box x)\n" + "".join(
        f'(format t "~S~%~A" (handler-case {form} (error (c) (list :error (type-of c)))) (code-char 30))\n'
        for form, _ in VALUES
    )
    run = workbench.run_source(text, directories=(tmp_path,))
    answers = run.stdout.split("\n\x1e")
    assert len(answers) == len(VALUES) + 1, run.stderr
    for (form, value), answer in zip(VALUES, answers, strict=False):
        with subtests.test(msg=form):
            assert answer == value


def test_every_standard_operator_of_the_library_occurs_in_a_test() -> None:
    project = load_project(REPOSITORY)
    standard = set(STANDARD_SYMBOLS.read_text(encoding="utf-8").lower().split())
    library = "\n".join(project.path(path).read_text(encoding="utf-8") for path in project.modules(1))
    defined = set(re.findall(r"^\((?:defun|defmacro) ([^\s()]+)", library, re.MULTILINE)) & standard
    assert len(defined) > 400
    programs = (path for path in (REPOSITORY / "tests").rglob("*") if path.suffix in (".lisp", ".py", ".txt"))
    mentioned = set()
    for path in programs:
        mentioned.update(re.findall(r"[^\s()'\"`,;#\\]+", path.read_text(encoding="utf-8").lower()))
    assert sorted(defined - mentioned) == []
