"""The tests of this folder can fail: a verdict is pass or fail, whatever a program does (N54)."""

from __future__ import annotations

import pytest

from clysm.engine.program import ExitKind
from tests.lisp.test_regression import CHECKS, Outcome, read_outcome, source
from tests.lisp.workbench import Workbench

END, COUNT = "the program did not reach its end", "1 checks, expected 2"
GOOD = "ok N1 a\nok N2 b\ndone 2 of 2\n"


@pytest.mark.parametrize(
    ("text", "failed", "problems"),
    [
        (GOOD, [], ()),
        ("ok N1 a\nFAIL N2 b got 1 expected 2\ndone 2 of 2\n", ["N2 b"], ()),
        ("ok N1 a\nok N2 b\n", [], (END,)),
        ("ok N1 a\ndone 1 of 1\n", [], (COUNT, END, "unexpected line `done 1 of 1`")),
        ("ok N1 a\nok N1 a\ndone 1 of 2\n", [], (COUNT, "two checks are called `N1 a`")),
        (GOOD.replace("ok N2 b", "ok"), [], (COUNT, END, "unexpected line `ok`")),
        (GOOD + "ok N3 late\n", [], ("unexpected line `ok N3 late`",)),
        ("", [], (END, "0 checks, expected 2")),
    ],
)  # fmt: skip
def test_outcomes(text: str, failed: list[str], problems: tuple[str, ...]) -> None:
    outcome = read_outcome(text, 2)
    assert [name for name, failure in outcome.failures.items() if failure is not None] == failed
    assert set(problems) <= set(outcome.problems)
    assert bool(problems) == bool(outcome.problems)


# Values of every kind, no two of which are the same.
KINDS = (
    *("nil", "t", "1", "-1", "(expt 3 100)", "1/2", "1.0", "1d0", "-0.0", "0.0", "#c(1 2)", "#c(1.0 2.0)"),
    *('#\\a', '#\\A', '"a"', '"A"', '""', "'a", "':a", "'(1 . 2)", "'(1 2)", "'(1 (2))"),
    *("#(1 2)", "#(1 2.0)", "#*10", "#*11", "#2A((1 2))", "#2A((1) (2))", "#0A1"),
    *('(find-package "CHECKS")', "#'car", "#'cdr"),
)  # fmt: skip


def test_every_kind_of_value_is_told_from_every_other(workbench: Workbench) -> None:
    """A check of two values passes only if they are the same; a condition is a value that no form expects."""
    program = f"""(defpackage "OWN" (:use "COMMON-LISP" "CHECKS")) (in-package "OWN")
(let ((kinds (list {" ".join(KINDS)})) (again (list {" ".join(KINDS)})))
  (loop for a in kinds for i from 0
        do (loop for b in again for j from 0
                 unless (eq (= i j) (same a b)) do (format t "~D ~D~%" i j))))
(check "N1 wrong" (list 1 2) '(1 3))
(check "N1 condition" (error "no") "no")
(signals "N1 nothing" 1 error)
(signals "N1 another" (error "no") warning)
(end-checks 4)
(car (hide 1))
"""
    run = workbench.run(workbench.build([(CHECKS, source(CHECKS)), ("own.lisp", program)]))
    outcome: Outcome = read_outcome(run.stdout, 4)
    assert outcome.problems == ()
    assert None not in outcome.failures.values()
    assert len(outcome.failures) == 4
    assert (run.code, run.kind) == (1, ExitKind.UNCAUGHT)


def test_what_does_not_compile_is_a_failure(workbench: Workbench) -> None:
    for text in ("(call-method a)", "(defun f ("):
        with pytest.raises(AssertionError, match=r"own\.lisp:1:"):
            workbench.build([("own.lisp", text)])
