"""The records of the gate, and the rules of `fixpoint.json` and the history."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clysm.bootstrap import fixpoint_report
from clysm.bootstrap.fixpoint import CorpusResult, FixpointResult, FunctionDiff, GuardCheck, HostParity
from clysm.bootstrap.gate import fixpoint_result
from clysm.wasm.diff import SectionDiff, diff_images
from clysm.workflow.errors import InvalidRecord, SchemaError
from clysm.workflow.states import Verdict
from tests.support.toy_compiler import image_of

PASSED = GuardCheck("modules", "20", "20", True)
ONE, TWO = image_of({"f": "1", "g": "2"}), image_of({"f": "1", "g": "3"})
SAME = FixpointResult(
    "build/stage1.wasm",
    "build/stage2.wasm",
    True,
    8,
    8,
    None,
    (),
    Verdict.ACHIEVED,
    0,
    0,
    0,
    None,
    None,
    (PASSED,),
    None,
)
CHANGED = fixpoint_result(
    "build/stage1.wasm", "build/stage2.wasm", diff_images(ONE, TWO), Verdict.NOT_ACHIEVED, 1,
    parity=None, checks=(), corpus=None,
)  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"exit_code": 1},
        {"identical": False},
        {"first_diff_offset": 3},
        {"diff_bytes": 1},
        {"size_delta": 1},
        {"stage2_size": 9, "size_delta": 1},
        {"section_diffs": (SectionDiff(1, "type", 2, 2, 0),)},
        {"function_diff": FunctionDiff((), (), (), None, ())},
        {"guard": ()},
        {"guard": (replace(PASSED, passed=False),)},
        {"verdict": Verdict.TRIVIAL},
        {"verdict": Verdict.PENDING},
    ],
)
def test_rules_of_a_result(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord):
        replace(SAME, **change)


@pytest.mark.parametrize(
    "make",
    [
        lambda: HostParity(True, 1, ("a",), None, None),
        lambda: HostParity(False, 1, ("a",), None, None),
        lambda: HostParity(False, 9, tuple("abcdef"), ("a", 0), None),
        lambda: CorpusResult(1, 2, ()),
        lambda: CorpusResult(2, 1, ()),
        lambda: CorpusResult(9, 1, tuple("abcdef")),
    ],
)
def test_rules_of_the_parts(make: Any) -> None:
    with pytest.raises(InvalidRecord):
        make()


def test_a_difference_names_section_function_and_instruction() -> None:
    data = fixpoint_report.comparison_json(CHANGED)
    assert [section["section_name"] for section in data["section_diffs"]] == ["code"]
    assert data["function_diff"]["changed"] == ["g"]
    first = data["function_diff"]["first"]
    assert (first["name"], first["instruction"]) == ("g", 0)
    assert first["stage1_text"].startswith("i32.const")
    assert data["size_delta"] == len(TWO) - len(ONE)


def report() -> dict[str, Any]:
    binary = {"path": "build/stage1.wasm", "size_bytes": 8, "sha256": "1" * 64, "valid": True}
    return {
        "schema_version": 1,
        "timestamp": "2025-12-27T12:00:00Z",
        "sources_sha256": "0" * 64,
        "status": "ACHIEVED",
        "exit_code": 0,
        "stage0": binary,
        "stage1": binary,
        "stage2": {
            **binary, "compilation_rate": 100.0, "modules_compiled": 1, "modules_total": 1, "total_forms": 1,
        },
        "comparison": fixpoint_report.comparison_json(SAME),
        "host_parity": {
            "identical": True, "compared": 1, "differing": [], "first": None, "images_identical": None,
        },
        "guard": [{"check": "modules", "required": "20", "actual": "20", "passed": True}],
        "corpus": {"total": 1, "passed": 1, "failures": []},
        "error": None,
        "run": {"stage2_generation_ms": 1, "comparison_ms": 1, "corpus_ms": 1, "total_ms": 3, "engine": "e"},
    }  # fmt: skip


def test_report_and_history(tmp_path: Path) -> None:
    fixpoint_report.write(tmp_path / "f.json", report())
    assert fixpoint_report.read(tmp_path / "f.json") == report()
    history = tmp_path / "h.jsonl"
    line = fixpoint_report.history_line(report(), "abc")
    for _ in range(2):
        fixpoint_report.append_history(history, line)
    history.write_text(history.read_text() + "not json\n{}\n")
    entries = fixpoint_report.read_history(history)
    assert [entry["git_commit"] for entry in entries] == ["abc", "abc"]
    assert json.loads(line)["diff_bytes"] == 0


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        (("extra",), 1, SchemaError),
        (("status",), "PENDING", KeyError),
        (("exit_code",), 1, InvalidRecord),
        (("error",), {"type": "x", "message": "y"}, InvalidRecord),
        (("guard",), [], InvalidRecord),
        (("guard", 0, "passed"), False, InvalidRecord),
        (("comparison",), None, InvalidRecord),
        (("comparison", "size_delta"), 4, InvalidRecord),
        (("comparison", "identical"), False, InvalidRecord),
        (("stage1",), None, InvalidRecord),
        (("stage2", "sha256"), "2" * 64, InvalidRecord),
        (("corpus", "failures"), list("abcdef"), SchemaError),
    ],
)
def test_a_report_that_contradicts_itself_is_refused(
    tmp_path: Path, path: tuple[str | int, ...], value: object, kind: type[Exception]
) -> None:
    data: Any = report()
    target = data
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    with pytest.raises(kind):
        fixpoint_report.write(tmp_path / "f.json", data)
    assert not (tmp_path / "f.json").exists()
