"""Every rule of the workflow's records, by one value that breaks it."""

import dataclasses
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clysm.workflow import diagnostics
from clysm.workflow.checks import truncated_rate
from clysm.workflow.diagnostics import CompilationError, error, render
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.errors import InvalidRecord
from clysm.workflow.modules import SourceForm, SourceModule, read_source, source_module, with_status
from clysm.workflow.progress import START
from clysm.workflow.session import CompilationOptions, CompilationResult, CompilationSession, SessionOutcome
from clysm.workflow.states import ModuleStatus, Phase, RunStatus

MODULE = SourceModule(Path("/p/a.lisp"), "a.lisp", "FOO", 1, "0" * 64, None, 0, (), ModuleStatus.COMPILED)
RESULT = CompilationResult(MODULE, True, b"wasm", 4, 1, 1, 0, 0, (), (), 5, from_cache=False)
OPTIONS = CompilationOptions("o", False, False, True, ".clysm-cache", None, {})
SESSION = CompilationSession(
    1,
    Path("/p"),
    Path("/p/o"),
    ("*",),
    (MODULE,),
    ("a.lisp",),
    None,
    (RESULT,),
    (),
    START,
    OPTIONS,
    Phase.INIT,
)
ERROR = error("macro-error", "no", "a.lisp", 3, 4)


@pytest.mark.parametrize(
    ("record", "change"),
    [
        (MODULE, {"path": Path("a.lisp")}),
        (MODULE, {"relative_path": ""}),
        (MODULE, {"relative_path": "../a.lisp"}),
        (MODULE, {"package": "foo"}),
        (MODULE, {"mtime": 0}),
        (MODULE, {"hash": "0" * 63}),
        (MODULE, {"form_count": 1}),
        (MODULE, {"dependencies": ("x", "x")}),
        (SourceForm("x", 0, 1, 1, 1), {"end": 0}),
        (SourceForm("x", 0, 1, 1, 1), {"line": 0}),
        (RESULT, {"form_count": 2}),
        (RESULT, {"forms_failed": 1, "form_count": 2}),
        (RESULT, {"forms_skipped": 1, "form_count": 2}),
        (RESULT, {"byte_count": 3}),
        (RESULT, {"wasm_bytes": None, "byte_count": 0}),
        (RESULT, {"errors": (ERROR,)}),
        (RESULT, {"warnings": (ERROR,)}),
        (RESULT, {"compile_time_ms": -1}),
        (RESULT, {"module": replace(MODULE, status=ModuleStatus.FAILED)}),
        (OPTIONS, {"output": ""}),
        (OPTIONS, {"cache_path": ""}),
        (SESSION, {"project_root": Path("p")}),
        (SESSION, {"dirty_modules": ("b.lisp",)}),
        (SESSION, {"failed_phase": None}),
        (SessionOutcome(SESSION, RunStatus.FAILURE, None, None), {"image": b"x"}),
        (SessionOutcome(SESSION, RunStatus.SUCCESS, b"x", "0" * 64), {"image_sha256": "x"}),
        (ERROR, {"category": "unknown-error"}),
        (ERROR, {"message": ""}),
        (ERROR, {"message": "a\nb"}),
        (ERROR, {"path": "/abs"}),
        (ERROR, {"line": -1}),
        (ERROR, {"form": "x" * 201}),
    ],
)
def test_rules(record: Any, change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord):
        replace(record, **change)


# N43: nothing can be changed that others hold: records are frozen, and what they list are tuples.
@pytest.mark.parametrize("record", [MODULE, RESULT, OPTIONS, SESSION, ERROR, START], ids=type)
def test_records_cannot_be_changed(record: Any) -> None:
    for field in dataclasses.fields(record):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, field.name, getattr(record, field.name))
        assert not isinstance(getattr(record, field.name), list | set | bytearray)
    assert not hasattr(record, "__dict__")


def test_a_source_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.lisp"
    path.write_bytes(b"(a)")
    source = read_source(path)
    path.write_bytes(b"(b)")
    module = source_module(source, "a.lisp")
    assert source.data == b"(a)"
    assert module.hash == sha256_bytes(b"(a)")
    assert with_status(module, ModuleStatus.COMPILING).status is ModuleStatus.COMPILING


@pytest.mark.parametrize(
    ("success", "total", "rate"),
    [
        (0, 0, 0.0),
        (1, 1, 100.0),
        (2, 3, 66.66),
        (99_999, 100_000, 99.99),
        (1, 100_000, 0.0),
        (1999, 2000, 99.95),
    ],
)
def test_rates_are_cut(success: int, total: int, rate: float) -> None:
    assert truncated_rate(success, total) == rate


def test_diagnostics_round_trip_and_text() -> None:
    full = error(
        "macro-error", "two\nlines", "a.lisp", 3, 4, suggestion="fix it", form="(foo)", operator="foo"
    )
    assert diagnostics.from_json(diagnostics.to_json(full)) == full
    assert render(full) == "error: a.lisp:3:4\n  macro-error: two lines\n  in form: (foo)\n  fix it"
    assert len(error("macro-error", "x" * 5000).message) == diagnostics.MESSAGE_LIMIT


@pytest.mark.parametrize(
    "change", [{"line": "3"}, {"severity": "bad"}, {"message": 3}, {"form": 3}, {"extra": 1}, {"line": True}]
)
def test_bad_diagnostics_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(InvalidRecord):
        diagnostics.from_json({**diagnostics.to_json(ERROR), **change})
    assert isinstance(ERROR, CompilationError)
