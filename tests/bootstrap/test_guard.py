"""The guard: evidence of a good run passes, and each check fails alone when its own part of the evidence is
wrong: another list of modules, a form too few, a definition that is not there (N37), a compile that Stage 1
did not do (N34, I14).
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clysm.bootstrap import stage_report
from clysm.bootstrap.corpus import CorpusProgram, covered_rows, missing_rows, read_corpus
from clysm.bootstrap.definitions import Definition, absent_definitions, source_definitions
from clysm.bootstrap.fixpoint import CorpusResult
from clysm.bootstrap.floors import FLOORS, Floors
from clysm.bootstrap.guard import Evidence, guard
from clysm.bootstrap.stage_report import CompilerIdentity, ModuleOutcome
from clysm.workflow.compiled import pending_forms
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.formcount import scan_bytes
from clysm.workflow.forms import finish
from clysm.workflow.states import FormStatus, ModuleStatus
from tests.support.toy_compiler import image_of

SOURCES = {"a.lisp": b"(defun f ()) (defmacro m ())", "b.lisp": b"(defvar *x* 1) (progn (defun (setf g) ()))"}
SCANS = {path: scan_bytes(source) for path, source in SOURCES.items()}
IMAGE = image_of({"f": "1", "(setf g)": "2", "macro m": "3"}, variables=("*x*",))


def outcome(path: str, status: FormStatus = FormStatus.SUCCESS) -> ModuleOutcome:
    forms = tuple(finish(form, status) for form in pending_forms(path, scan_bytes(SOURCES[path])))
    return ModuleOutcome(path, "0" * 64, ModuleStatus.COMPILED, forms, 1, 1)


def report(*outcomes: ModuleOutcome) -> stage_report.StageReport:
    compiler = CompilerIdentity("stage", 1, "0" * 64)
    return stage_report.stage_report(
        2, "2025-01-01T00:00:00Z", None, compiler, outcomes, duration_ms=1, engine="e"
    )


def worker(*calls: tuple[str, bytes], **changes: Any) -> dict[str, Any]:
    watched = {"opened": ["/p/lisp/a.lisp"], "started": [], "host_importable": False}
    made = [[name, sha256_bytes(data)] for name, data in calls]
    return {"calls": made, "refused_imports": [], "watched": watched, **changes}


GENERATION = (
    worker(("session_begin", b""), ("compile_module", SOURCES["a.lisp"])),
    worker(("compile_module", SOURCES["b.lisp"]), ("link", b"")),
)
GOOD = Evidence(
    listed=("a.lisp", "b.lisp"),
    sources=SOURCES,
    forms=sum(len(scan.forms) for scan in SCANS.values()),
    definitions=source_definitions(SCANS),
    report=report(outcome("a.lisp"), outcome("b.lisp")),
    image=IMAGE,
    generation=GENERATION,
    trial=(worker(),),
    gate={"opened": [], "started": ["python"], "host_importable": False},
    worker_command="python",
    forbidden=("/p/.clysm-cache", "/p/build/stage2.wasm"),
    floors=Floors(2, 4, 2, 100, 1, ("3",)),
    programs=(CorpusProgram("x", "x.lisp", b"", b"", 0, ("3",)),),
    corpus=CorpusResult(1, 1, ()),
    caches=("/p/.clysm-cache",),
)


def failed(evidence: Evidence) -> list[str]:
    checks = guard(evidence)
    assert [check.check for check in checks] == [
        "modules", "forms", "definitions", "size", "executed", "independent", "corpus",
    ]  # fmt: skip
    return [check.check for check in checks if not check.passed]


def watched(**changes: Any) -> dict[str, Any]:
    return worker(watched={"opened": [], "started": [], "host_importable": False, **changes})


def test_good_evidence_passes() -> None:
    assert failed(GOOD) == []


# N44: a skipped form fails the check of forms.
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"listed": ("a.lisp", "b.lisp", "c.lisp")}, ["modules"]),
        ({"listed": ("a.lisp", "a.lisp")}, ["modules"]),
        ({"floors": replace(GOOD.floors, modules=3)}, ["modules"]),
        ({"report": report(outcome("a.lisp"), outcome("b.lisp", FormStatus.SKIPPED))}, ["forms"]),
        ({"floors": replace(GOOD.floors, forms=5)}, ["forms"]),
        ({"sources": {**SOURCES, "b.lisp": SOURCES["b.lisp"] + b"(more)"}}, ["executed"]),
        ({"forms": GOOD.forms + 1}, ["forms"]),
        ({"definitions": (*GOOD.definitions, Definition("a.lisp", "function", "gone"))}, ["definitions"]),
        ({"definitions": (*GOOD.definitions, Definition("a.lisp", "variable", "*gone*"))}, ["definitions"]),
        ({"floors": replace(GOOD.floors, functions=3)}, ["definitions"]),
        ({"image": b""}, ["definitions", "size"]),
        ({"floors": replace(GOOD.floors, image_bytes=10_000)}, ["size"]),
        ({"generation": GENERATION[:1]}, ["executed"]),
        ({"generation": (*GENERATION, worker(("link", b"")))}, ["executed"]),
        ({"generation": (*GENERATION, worker(("compile_module", b"(other)")))}, ["executed"]),
        ({"generation": (*GENERATION, worker(refused_imports=["clock_read"]))}, ["executed"]),
        ({"generation": (*GENERATION, watched(opened=["/p/build/stage2.wasm"]))}, ["executed"]),
        ({"generation": (*GENERATION, watched(opened=["/p/.clysm-cache/objects/x"]))}, ["executed"]),
        ({"generation": (*GENERATION, watched(opened=["/p/.clysm-cache-other/x"]))}, []),
        ({"gate": {**GOOD.gate, "opened": ["/p/.clysm-cache/actions/ac/00/x"]}}, ["executed"]),
        ({"gate": {**GOOD.gate, "opened": ["/p/build/stage2.wasm"]}}, []),
        ({"generation": (*GENERATION, watched(host_importable=True))}, ["independent"]),
        ({"generation": (*GENERATION, watched(started=["sbcl"]))}, ["independent"]),
        ({"generation": (*GENERATION, worker(watched={}))}, ["independent"]),
        ({"trial": (watched(host_importable=True),)}, ["independent"]),
        ({"gate": {"started": ["python"], "host_importable": True}}, ["independent"]),
        ({"gate": {"started": ["python", "sbcl"], "host_importable": False}}, ["independent"]),
        ({"corpus": None}, ["corpus"]),
        ({"corpus": CorpusResult(2, 1, ("y",))}, ["corpus"]),
        ({"programs": ()}, ["corpus"]),
        ({"floors": replace(GOOD.floors, corpus_rows=("3", "4"))}, ["corpus"]),
        ({"floors": replace(GOOD.floors, corpus_programs=2)}, ["corpus"]),
    ],
)
def test_each_check_can_fail_alone(change: dict[str, Any], expected: list[str]) -> None:
    assert failed(replace(GOOD, **change)) == expected


# I14: evidence that is not there speaks for nothing.
@pytest.mark.parametrize(
    ("part", "missing"),
    [
        ("listed", ()), ("sources", {}), ("forms", 0), ("report", report()), ("image", b""),
        ("generation", ()), ("trial", ()), ("gate", {"opened": [], "started": []}), ("programs", ()),
        ("corpus", None),
    ],
)  # fmt: skip
def test_no_part_of_the_evidence_can_be_left_out(part: str, missing: Any) -> None:
    assert failed(replace(GOOD, **{part: missing})) != []


def test_the_floors_are_those_of_the_reference() -> None:
    assert (FLOORS.modules, FLOORS.forms, FLOORS.functions) == (20, 1_000, 500)
    assert (FLOORS.image_bytes, FLOORS.corpus_programs, len(FLOORS.corpus_rows)) == (102_400, 40, 23)


def test_definitions_by_name() -> None:
    assert [(d.kind, d.name) for d in GOOD.definitions] == [
        ("function", "f"),
        ("macro", "m"),
        ("variable", "*x*"),
        ("function", "(setf g)"),
    ]
    assert absent_definitions(GOOD.definitions, IMAGE) == ()
    qualified = image_of({"CLYSM.LIBRARY::F": "1", "(SETF LIB:G)": "2"}, variables=("M", "*X*"))
    assert absent_definitions(GOOD.definitions, qualified) == ()
    assert absent_definitions(GOOD.definitions, b"no image *x* m") == tuple(
        d for d in GOOD.definitions if d.kind == "function"
    )


def test_the_corpus_on_disk(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "one.lisp").write_text(";; rows: 3, N19 23\n;;; rows: tools\n(print 1)\n")
    (tmp_path / "c" / "one.out").write_text("1\n")
    (tmp_path / "c" / "one.status").write_text("7\n")
    (tmp_path / "c" / "two.lisp").write_text("(print 2)")
    one, two = read_corpus(tmp_path, "c")
    assert (one.name, one.path, one.stdout, one.status) == ("one", "c/one.lisp", b"1\n", 7)
    assert one.rows == ("3", "N19", "2", "tools")
    assert (two.stdout, two.status, two.rows) == (None, 0, ())
    assert missing_rows((one, two), ("2", "3", "4")) == ("4",)
    assert covered_rows("(rows: 3)") == ()
