"""The translation cache: same results warm and cold, keys that cover what translation depends on, damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from clysm.host import Host

LIBRARY = """
(defpackage "CACHED" (:use "COMMON-LISP") (:export "RUN"))
(in-package "CACHED")
(defmacro twice (form) `(list ,form ,form))
(defstruct thing (size 1) (tags '(a "b" #\\c 1.5 2/3 #(1 2))))
(define-condition trouble (error) ((code :initarg :code :reader trouble-code)))
(deftype small () '(integer 0 9))
(defconstant +limit+ 10)
(defvar *state* (list 'initial))
(defsetf size-of (thing) (value) `(setf (thing-size ,thing) ,value))
(defun size-of (thing) (thing-size thing))
(defun many (x) (values x (* x 2)))
(defun keys (&key (a 1) b) (list a b))
"""
USER = """
(in-package "CACHED")
(defun run (x)
  (let ((thing (make-thing :size x)))
    (setf (size-of thing) (+ x +limit+))
    (list (twice (thing-size thing)) (thing-tags thing) (multiple-value-list (many x)) (keys :b 2)
          (typep 5 'small) (handler-case (error 'trouble :code x) (trouble (c) (trouble-code c)))
          (case x (1 'one) (#\\a 'char) ((2 3 4 5 6 7 8 9 10) 'several))
          (let ((fns '())) (dolist (y '(1 2)) (push (lambda () (+ x y)) fns)) (mapcar #'funcall fns))
          '#:uninterned (load-time-value (list 1 2)))))
"""


def write_sources(directory: Path) -> list[Path]:
    paths = [directory / "library.lisp", directory / "user.lisp"]
    paths[0].write_text(LIBRARY, "utf-8")
    paths[1].write_text(USER, "utf-8")
    return paths


def load(cache: Path, paths: list[Path]) -> Host:
    host = Host(cache)
    host.load_system(paths)
    return host


def translations(cache: Path) -> dict[str, float]:
    return {path.name: path.stat().st_mtime_ns for path in cache.iterdir()}


def test_warm_load_gives_the_same_world(tmp_path: Path) -> None:
    paths = write_sources(tmp_path)
    cache = tmp_path / "cache"
    cold = load(cache, paths)
    written = translations(cache)
    warm = load(cache, paths)
    assert translations(cache) == written
    for host in (cold, warm):
        assert host.prin1(host.call("CACHED", "RUN", 3)) == (
            '((13 13) (A "b" #\\c 1.5 2/3 #(1 2)) (3 6) (1 2) T 3 SEVERAL (5 4) #:UNINTERNED (1 2))'.replace(
                "(A ", "(CACHED::A "
            ).replace("SEVERAL", "CACHED::SEVERAL")
        )
        assert host.eval_string("(cached::twice 1)") is not None
    assert cold.world.fingerprint.hexdigest() == warm.world.fingerprint.hexdigest()
    assert cold.world.signatures == warm.world.signatures
    assert set(cold.world.packages["CACHED"].present) == set(warm.world.packages["CACHED"].present)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("(defun many (x) (values x (* x 2)))", "(defun many (x) (values x (* x 3)))", 2),
        ("`(list ,form ,form)", "`(list ,form ,form 0)", 2),
        ("(size 1)", "(size 2)", 2),
        ("+limit+ 10", "+limit+ 11", 2),
    ],
)
def test_key_covers_macros_of_earlier_files(tmp_path: Path, old: str, new: str, changed: int) -> None:
    paths = write_sources(tmp_path)
    cache = tmp_path / "cache"
    load(cache, paths)
    before = set(translations(cache))
    assert old in LIBRARY
    paths[0].write_text(LIBRARY.replace(old, new), "utf-8")
    load(cache, paths)
    assert len(set(translations(cache)) - before) == changed


def test_function_bodies_of_earlier_files_do_not_matter_without_macros(tmp_path: Path) -> None:
    first, second = tmp_path / "first.lisp", tmp_path / "second.lisp"
    first.write_text("(defun f (x) (+ x 1))", "utf-8")
    second.write_text("(defun g (x) (list (f x)))", "utf-8")
    cache = tmp_path / "cache"
    load(cache, [first, second])
    before = set(translations(cache))
    first.write_text("(defun f (x) (+ x 2))", "utf-8")
    host = load(cache, [first, second])
    assert len(set(translations(cache)) - before) == 1
    assert host.prin1(host.eval_string("(g 1)")) == "(3)"
    before = set(translations(cache))
    first.write_text("(defun f (x) (values x 2))", "utf-8")  # callers must now drop the second value
    host = load(cache, [first, second])
    assert len(set(translations(cache)) - before) == 2
    assert host.prin1(host.eval_string("(g 1)")) == "(1)"


def test_damaged_translation_is_replaced(tmp_path: Path) -> None:
    paths = write_sources(tmp_path)
    cache = tmp_path / "cache"
    load(cache, paths)
    for path in cache.iterdir():
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    damaged = {path.name: path.read_bytes() for path in cache.iterdir()}
    host = load(cache, paths)
    assert host.prin1(host.eval_string("(cached:run 1)")).startswith("((11 11)")
    assert all(path.read_bytes() != damaged[path.name] for path in cache.iterdir())


def test_truncated_translation_is_replaced(tmp_path: Path) -> None:
    paths = write_sources(tmp_path)
    cache = tmp_path / "cache"
    load(cache, paths)
    for path in cache.iterdir():
        path.write_bytes(path.read_bytes()[:50])
    assert load(cache, paths).eval_string("(cached:run 1)") is not None


def test_constants_are_one_object_each(tmp_path: Path) -> None:
    source = tmp_path / "constants.lisp"
    source.write_text(
        "(defun f () '(1 2)) (defun g () '#1=x) (defun h () '(a . #:b))".replace("#1=", "")
        + "(defun again () (eq (f) (f)))",
        "utf-8",
    )
    for _ in range(2):
        host = load(tmp_path / "cache", [source])
        assert host.prin1(host.eval_string("(again)")) == "T"


def test_objects_that_cannot_be_stored_are_named(tmp_path: Path) -> None:
    source = tmp_path / "table.lisp"
    source.write_text("(defmacro table () (make-hash-table))\n\n(defun f () (table))", "utf-8")
    with pytest.raises(Exception, match=r"table\.lisp:3.*cannot be stored"):
        load(tmp_path / "cache", [source])
