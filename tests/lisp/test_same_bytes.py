"""What the built stage emits for a program depends on its text alone: it is the same whoever compiles it,
where, when and in which order, and tells nothing of that (A6, I9, I10).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clysm.bootstrap.project import load_project
from clysm.workflow.digests import sha256_bytes
from tests.lisp.workbench import Workbench
from tests.support.projects import REPOSITORY, run_clysm

SOURCES = {
    "a.lisp": "(defmacro twice (form) (let ((n (gensym))) `(let ((,n ,form)) (list ,n ,n))))\n"
    "(defstruct point x (y 1.5d0))\n(defconstant +small+ 1d-300)\n",
    "b.lisp": "(defun f (point &key (a 0.1)) (twice (list (point-x point) a +small+ 1/3 #\\a)))\n"
    "(print (f (make-point :x *features*)))\n",
}
# Names that no emitted file may hold.
USER, HOST, FOLDER = "wilhelmine", "kobold", "an-unlikely-place"
WHEN = "4102444800"  # in seconds since the epoch: the year 2100
SURROUNDINGS = {
    "USER": USER,
    "LOGNAME": USER,
    "HOSTNAME": HOST,
    "SOURCE_DATE_EPOCH": WHEN,
    "PYTHONHASHSEED": "4711",
    "TZ": "Asia/Kathmandu",
    "LC_ALL": "C.UTF-8",
}
PLACES = tuple(text.encode() for text in (USER, HOST, FOLDER, WHEN, str(REPOSITORY)))
DATE = re.compile(rb"\b(?:20\d\d|2100)-[01]\d-[0-3]\d\b")


def told(data: bytes) -> list[bytes]:
    """What a file says of where, when and by whom it was made."""
    return [place for place in PLACES if place in data] + DATE.findall(data)


def test_a_program_compiled_elsewhere(workbench: Workbench, tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    cache = folder / ".clysm-cache"
    cache.mkdir(parents=True)
    project = load_project(REPOSITORY)
    (cache / "code").symlink_to(project.path(project.settings.cache) / "code")  # the stage's machine code
    for name, text in SOURCES.items():
        (folder / name).write_text(text)
    done = run_clysm(folder, "compile", "b.lisp", "a.lisp", "-o", "p.wasm", **SURROUNDINGS)
    assert (done.returncode, done.stderr) == (0, "")
    image = (folder / "p.wasm").read_bytes()
    kept = {path.name: path.read_bytes() for path in (cache / "objects").iterdir()}
    assert "2100-01-01" in (cache / "compilation-cache.sexp").read_text()
    replies = workbench.compile(SOURCES.items())
    assert {sha256_bytes(data) for reply in replies for data in (reply.output, reply.interface)} == set(kept)
    linked = workbench.link([reply.output for reply in replies])
    assert linked.ok
    assert sha256_bytes(image) == sha256_bytes(linked.output)
    assert {name: told(data) for name, data in {**kept, "p.wasm": image}.items() if told(data)} == {}


def test_a_stage_tells_nothing_of_its_making(workbench: Workbench) -> None:
    assert told(workbench.stage_image) == []


@pytest.mark.parametrize("text", [f"/home/{USER}/x", f"{REPOSITORY}/x", "made on 2026-11-21", WHEN])
def test_what_would_be_found(text: str) -> None:
    assert told(text.encode()) != []
