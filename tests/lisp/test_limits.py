"""Macros that do not end: the limits of a compile stop them, and say which and where."""

from __future__ import annotations

import pytest

from clysm.bootstrap import toolchain
from clysm.bootstrap.project import load_project
from clysm.engine.limits import Limits
from clysm.workflow.compiled import module_reply
from clysm.workflow.feeder import Feeder
from clysm.workflow.pipeline import Prelude
from tests.lisp.workbench import Workbench
from tests.support.projects import REPOSITORY

DEFINITIONS = """
(defmacro forever () (loop))
(defmacro allocate () (let ((all '())) (loop (push (make-array 1000) all))))
(defmacro descend () (labels ((f (n) (cons n (f (+ n 1))))) (f 0)))
(defmacro by-helper () '(forever))
(defun harmless () 1)

(defun user ()
  (list 1 {form}))
"""
LIMITS = Limits(seconds=2.0, memory_bytes=256 << 20)


@pytest.mark.parametrize(
    ("form", "macro", "message"),
    [
        ("(forever)", "forever", "time limit of 2.0 s reached"),
        ("(allocate)", "allocate", "memory limit reached"),
        ("(descend)", "descend", "stack exhausted"),
        ("(by-helper)", "forever", "time limit of 2.0 s reached"),
        ("(macrolet ((spin () (loop))) (spin))", "spin", "time limit of 2.0 s reached"),
    ],
)
def test_the_macro_and_the_form_are_named(workbench: Workbench, form: str, macro: str, message: str) -> None:
    project = load_project(REPOSITORY)
    chosen = toolchain.choose(project)
    feeder = Feeder(toolchain.open_session(project, chosen, project.path(project.settings.cache), LIMITS))
    prelude = toolchain.load_prelude(project, chosen, feeder)
    assert isinstance(prelude, Prelude)
    source = DEFINITIONS.replace("{form}", form).encode()
    reply = module_reply(feeder.compile("loops.lisp", source, prelude.interfaces, {}), "loops.lisp", source)
    (problem,) = reply.errors
    assert problem.message.startswith(message)
    assert problem.message.endswith(f" while expanding `{macro}`")
    assert (problem.category, problem.path, problem.line, problem.column, problem.operator) == (
        "limit-exceeded", "loops.lisp", 8, 1, macro,
    )  # fmt: skip
