"""The compiler with a type, a global and an import more, each before all others: every index is another one,
so that one which stands anywhere but in the tables would be wrong (N2).

Modules of the compiler with a row more are loaded over its own in the Python host. What it compiles then
brings the little of a library that an image needs, so that all of the image comes from the changed tables.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from clysm.bootstrap.project import load_project
from clysm.engine.engine import shared_engine
from clysm.engine.program import run_program
from clysm.engine.world import HostWorld
from clysm.host.compiler import LISP, HostedCompiler
from clysm.host.objects import items_of
from clysm.wasm.interface import parse_imports, parse_types
from clysm.wasm.sections import parse_sections
from clysm.wasm.validate import validate
from clysm.workflow.compiled import link_reply, module_reply
from clysm.workflow.feeder import PROGRAM_LINK, Feeder
from tests.support.projects import REPOSITORY

# None of these globals has the type of the one whose place it takes.
GLOBAL_TYPES = ("i32", "i32", "$vector", "i32", "$vector", "$vector", "$vector", "$vector")
GLOBALS = " ".join(f"(first-global-{n} {kind} var)" for n, kind in enumerate(GLOBAL_TYPES))
# Module of the compiler, its table, and the rows that are put before the others.
ROWS = (
    ("types", "*heap-types*", "($first-type array i64 var)"),
    ("kernel", "*image-globals*", GLOBALS),
)
FIRST_TYPE = "(sub final (array (mut i64)))"
FIRST_IMPORT = "(%host-clock-read 1)"
# A loop that assigns a captured variable, an exit from a closure, conses, sums: the status is 10 + 2.
PROGRAM = """(in-package "CLYSM.LIBRARY")
(defun %load-image (data) data)
(defun second-of (list) (%car (%cdr list)))
(defun sum (n)
  (let ((total 0))
    (labels ((add (k) (if (eql k 0) total (progn (setq total (%add2 total k)) (add (%sub2 k 1))))))
      (add n))))
(defun %run-program (main)
  FIRST-IMPORT
  (let ((found (block found (let ((leave (lambda (x) (return-from found (sum x))))) (funcall leave 4) 0))))
    (%host-exit (%add2 found (second-of (cons main (cons 2 nil)))))))
"""


def hosted_compiler(changed: bool, folder: Path) -> HostedCompiler:
    project = load_project(REPOSITORY)
    compiler = HostedCompiler(project.path(project.settings.cache) / "host")
    for module, table, rows in ROWS if changed else ():
        text = (LISP / f"compiler/{module}.lisp").read_text(encoding="utf-8")
        text, count = re.subn(rf"(\(defparameter {re.escape(table)}\s+'\()", rf"\1{rows}\n", text)
        assert count == 1
        (folder / f"{module}.lisp").write_text(text, encoding="utf-8")
        compiler._host.load(folder / f"{module}.lisp")
    return compiler


def image_of(compiler: HostedCompiler, text: str, *, keep_all: bool) -> bytes:
    """The text compiled and linked with nothing else; object and image are valid."""
    feeder, source = Feeder(compiler), text.encode()
    reply = module_reply(feeder.compile("a.lisp", source, (), {}), "a.lisp", source)
    assert reply.ok, reply.errors
    linked = link_reply(feeder.link([reply.output], {**PROGRAM_LINK, "keep-all": keep_all}, {}))
    assert linked.ok, linked.errors
    assert [validate(shared_engine(), wasm) for wasm in (reply.output, linked.output)] == [None, None]
    return linked.output


def calls_of_primitives(compiler: HostedCompiler) -> str:
    """A function for every primitive, which calls it."""
    table = compiler._host.eval_string(
        """(in-package "CLYSM.COMPILER")
        (let ((rows '()))
          (maphash (lambda (name row) (push (list name (length (first row))) rows)) *primitives*)
          rows)"""
    )
    lines = []
    for number, row in enumerate(items_of(table)):
        name, count = items_of(row)
        arguments = " ".join("abcdefgh"[:count])
        lines.append(f"(defun caller-{number} ({arguments}) (clysm.kernel::{name.lower()} {arguments}))\n")
    assert len(lines) > 100
    return "".join(lines)


@pytest.mark.parametrize("changed", [False, True])
def test_rows_before_all_others(changed: bool, tmp_path: Path) -> None:
    compiler = hosted_compiler(changed, tmp_path)
    text = PROGRAM.replace("FIRST-IMPORT", FIRST_IMPORT if changed else "")
    image = image_of(compiler, text, keep_all=False)
    sections = parse_sections(image)
    assert (parse_types(image, sections)[0].text == FIRST_TYPE) == changed
    names = [item.name for item in parse_imports(image, sections)]
    assert names == (["clock_read", "exit"] if changed else ["exit"])
    errors = io.BytesIO()
    status = run_program(image, HostWorld(io.BytesIO(), io.BytesIO(), errors))
    assert (status.code, errors.getvalue()) == (12, b"")
    image_of(compiler, calls_of_primitives(compiler), keep_all=True)
