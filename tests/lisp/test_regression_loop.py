"""The interactive loop of a stage."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from tests.lisp.workbench import Run, Workbench

# N53: the interactive loop reads with the reader.


def session(workbench: Workbench, *lines: str) -> Run:
    return workbench.run(workbench.stage_image, "".join(f"{line}\n" for line in lines).encode())


def answers(run: Run) -> Sequence[str]:
    """What was printed, prompts removed."""
    text = re.sub(r"[A-Z0-9-]+> ", "", run.stdout)
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize(
    ("lines", "printed"),
    [
        (["#\\(", "1"], ["#\\(", "1"]),
        (["#\\)", "#\\;", '#\\"', "2"], ["#\\)", "#\\;", '#\\"', "2"]),
        (["(list 1 ; a ( comment", "2)"], ["(1 2)"]),
        (["; only ( a comment", "3"], ["3"]),
        (["#| a ( block", "#| nested |# ) |# 4"], ["4"]),
        (["'|(|", "'|a", "b|"], ["|(|", "|a", "b|"]),
        (['"a ( string ; with', 'two lines"'], ['"a ( string ; with', 'two lines"']),
        (["(defun f (x)", "  (* x", "     2))", "(f 21)"], ["F", "42"]),
        (["1 2", "(+ 1", "", "2)"], ["1", "2", "3"]),
        (["(values 1 2)", "(values)", ":after"], ["1", "2", ":AFTER"]),
        (["(+ 1 2)", "(* * 10)", "(list * ** +)", "/"], ["3", "30", "(30 3 (* * 10))", "((30 3 (* * 10)))"]),
        (["'(a . b)", "`(1 ,(+ 1 1))", "#'car", "#(1)"], ["(A . B)", "(1 2)", "#<FUNCTION CAR>", "#(1)"]),
        (['(defpackage "P" (:use "COMMON-LISP"))', '(in-package "P")', "(defun g () 'x)", "(g)"],
         ['#<PACKAGE "P">', '#<PACKAGE "P">', "G", "X"]),
    ],
)  # fmt: skip
def test_loop_reads(lines: list[str], printed: list[str], workbench: Workbench) -> None:
    run = session(workbench, *lines)
    assert (answers(run), run.stderr, run.code) == (printed, "", 0)


def test_loop_recovers_from_errors(workbench: Workbench) -> None:
    run = session(
        workbench,
        "(car 5)",
        "(no-such-function)",
        "no-such-variable",
        '(error "own ~A" 1)',
        "(let ((x",
        "2)) (* x 10))",
        "(throw 'nowhere 1)",
        "(defun f () 1)",
        "(f 2)",
        "(+ (f) 41)",
    )
    assert answers(run) == ["20", "F", "42"]
    reported = run.stderr.splitlines()
    assert len(reported) == 6, reported
    for line, word in zip(
        reported, ("5", "NO-SUCH-FUNCTION", "NO-SUCH-VARIABLE", "own 1", "NOWHERE", "F"), strict=True
    ):
        assert word in line


def test_loop_ends_with_a_status(workbench: Workbench) -> None:
    assert session(workbench, "(exit 3)", "(print :never)").code == 3
    assert session(workbench).code == 0
    assert session(workbench, "(+ 1").code == 0
