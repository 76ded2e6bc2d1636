"""The Host as its callers see it: values, worlds, diagnostics, deep recursion."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from clysm.host import Host, HostError
from clysm.host.objects import Cons, items_of, list_of


def test_values_cross_the_border(host: Host) -> None:
    host.eval_string("(defun f (x) (values x (length x)))")
    assert host.call("COMMON-LISP-USER", "F", bytearray(b"abc")) == (bytearray(b"abc"), 3)
    assert host.call("COMMON-LISP", "LIST", 1, None) is not None
    assert items_of(host.call("COMMON-LISP", "LIST", 1, "a")) == [1, "a"]
    assert host.eval_string("(values)") == ()
    assert host.eval_string("nil") is None
    assert host.eval_string("1 2 3") == 3
    assert host.call("COMMON-LISP", "CAR", list_of([1, 2])) == 1
    assert isinstance(host.eval_string("(cons 1 2)"), Cons)


def test_worlds_are_separate(cache_dir: Path) -> None:
    one, other = Host(cache_dir), Host(cache_dir)
    one.eval_string("(defvar *x* 1) (defun f () 'one) (defmacro m () 1) (setf (get 'a 'b) 5)")
    other.eval_string("(defun f () 'other)")
    assert one.prin1(one.eval_string("(list (f) (m) *x* (get 'a 'b) (funcall 'f))")) == "(ONE 1 1 5 ONE)"
    assert (
        other.prin1(other.eval_string("(list (f) (boundp '*x*) (get 'a 'b) (funcall 'f))"))
        == "(OTHER NIL NIL OTHER)"
    )


def test_loop_with_clauses_is_there_if_it_is_offered(cache_dir: Path) -> None:
    host = Host(cache_dir)
    with pytest.raises(HostError, match="the extended `loop` is not in the dialect"):
        host.eval_string("(loop for x in '(1 2) collect x)")
    host.offer_extended_loop()
    form = """(list (loop for (name . value) in '((a . 1) (b . 2)) when (oddp value) collect name)
                    (loop for i from 1 to 3 append (list i i) into all finally (return (reverse all)))
                    (loop for c across "abc" for i below 2 sum i)
                    (let ((n 0)) (loop (when (= n 3) (return n)) (incf n))))"""
    assert host.prin1(host.eval_string(form)) == "((A) (3 3 2 2 1 1) 1 3)"


def test_undefined_names_are_listed(host: Host, tmp_path: Path) -> None:
    source = tmp_path / "forward.lisp"
    source.write_text(
        "(defun f (x)\n  (later x)\n  (never x *nothing*))\n"
        "(defun later (x) x)\n(defun g (x)\n  (setf (spot x) 1))",
        "utf-8",
    )
    host.load(source)
    assert sorted((description, position.line) for description, position in host.undefined()) == [
        ("function COMMON-LISP-USER::NEVER", 3),
        ("setf function COMMON-LISP-USER::SPOT", 6),
        ("variable COMMON-LISP-USER::*NOTHING*", 3),
    ]


def test_deep_recursion(host: Host) -> None:
    host.eval_string(
        "(defun depth (n) (if (= n 0) 0 (+ 1 (depth (- n 1)))))"
        "(defun nest (n) (let ((x nil)) (dotimes (i n) (setq x (list x))) x))"
        "(defun map-depth (x) (if (consp x) (+ 1 (car (mapcar #'map-depth x))) 0))"
    )
    assert host.eval_string("(depth 100000)") == 100000
    assert host.eval_string("(map-depth (nest 20000))") == 20000
    assert host.eval_string("(equal (nest 20000) (nest 20000))") is not None


def test_endless_recursion_is_a_storage_condition(host: Host) -> None:
    host.eval_string("(defun endless (n) (+ 1 (endless n)))")
    assert (
        host.prin1(host.eval_string("(handler-case (endless 1) (storage-condition () 'stopped))"))
        == "STOPPED"
    )


def test_process_settings_are_restored(host: Host) -> None:
    before = sys.getrecursionlimit(), threading.stack_size()
    host.eval_string("(list 1)")
    with pytest.raises(HostError):
        host.eval_string("(car 1)")
    assert (sys.getrecursionlimit(), threading.stack_size()) == before


def test_late_binding_and_redefinition(host: Host) -> None:
    host.eval_string("(defun f () 1) (defun g () (f)) (defvar *old* #'f)")
    host.eval_string("(defun f () 2)")
    assert host.prin1(host.eval_string("(list (g) (f) (funcall 'f) (funcall *old*))")) == "(2 2 2 1)"


def test_same_code_for_any_hash_seed(tmp_path: Path) -> None:
    source = tmp_path / "source.lisp"
    source.write_text(
        "(defstruct s a b c)"
        "(defun f (x &key k) (flet ((g (y) (+ x y))) (values (mapcar #'g k) (make-s :a x))))"
        "(defun h (x) (case x ((a b c d e f g h i j) 1) (t 2)))",
        "utf-8",
    )
    names = []
    for seed in ("0", "1", "4711"):
        cache = tmp_path / f"cache{seed}"
        subprocess.run(
            [sys.executable, "-m", "clysm.host", "--cache", str(cache), str(source)],
            env={"PYTHONHASHSEED": seed, "PATH": ""}, check=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        names.append({path.name: path.read_bytes() for path in cache.iterdir()})
    assert names[0] == names[1] == names[2]


def test_command_prints_values(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "clysm.host", "--cache", str(tmp_path)],
        input="(list 1\n 2)\n(values 'a \"b\")\n(car 1)\n", text=True, capture_output=True, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert result.stdout == '(1 2)\nA\n"b"\n'
    assert "has no attribute 'car'" in result.stderr
    assert result.returncode == 1
