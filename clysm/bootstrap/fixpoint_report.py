"""`build/reports/fixpoint.json` and the lines of `history.jsonl`: their tables, and the JSON of a gate's
result.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clysm.bootstrap.fixpoint import FixpointResult, FunctionDiff
from clysm.bootstrap.stage_report import BINARY_FIELDS
from clysm.workflow import atomic
from clysm.workflow.checks import require
from clysm.workflow.errors import InvalidRecord, SchemaError
from clysm.workflow.jsonfile import Json, check, read_report, write_report
from clysm.workflow.schema import (
    NON_EMPTY,
    PATH,
    SHA256,
    TIMESTAMP,
    Boolean,
    Integer,
    ListOf,
    Nullable,
    Number,
    OneOf,
    Record,
    Schema,
    Text,
)
from clysm.workflow.states import Verdict

SCHEMA_VERSION = 1
VERDICTS = OneOf(tuple(verdict for verdict in Verdict if verdict is not Verdict.PENDING))
_ANY_INTEGER = Integer(-(1 << 53))

_DIFFERENCE: Mapping[str, Schema] = {
    "index": Integer(),
    "name": Text(),
    "stage1_offset": Integer(),
    "stage2_offset": Integer(),
    "stage1_text": Text(),
    "stage2_text": Text(),
}

_COMPARISON = Record(
    {
        "identical": Boolean(),
        "first_diff_offset": Nullable(Integer()),
        "diff_bytes": Integer(),
        "size_delta": _ANY_INTEGER,
        "section_diffs": ListOf(
            Record(
                {
                    "section_id": Integer(0, 13),
                    "section_name": NON_EMPTY,
                    "stage1_size": Integer(),
                    "stage2_size": Integer(),
                    "first_diff_offset": Integer(),
                }
            )
        ),
        "function_diff": Nullable(
            Record(
                {
                    "only_in_1": ListOf(Text()),
                    "only_in_2": ListOf(Text()),
                    "changed": ListOf(Text()),
                    "first": Nullable(Record({**_DIFFERENCE, "instruction": Nullable(Integer())})),
                    "entries": ListOf(Record({**_DIFFERENCE, "section_name": NON_EMPTY})),
                }
            )
        ),
    }
)

TABLE = Record(
    {
        "schema_version": Integer(SCHEMA_VERSION, SCHEMA_VERSION),
        "timestamp": TIMESTAMP,
        "sources_sha256": SHA256,
        "status": VERDICTS,
        "exit_code": Integer(0, 3),
        "stage0": Nullable(Record(BINARY_FIELDS)),
        "stage1": Nullable(Record(BINARY_FIELDS)),
        "stage2": Nullable(
            Record(
                {
                    **BINARY_FIELDS,
                    "compilation_rate": Number(0, 100),
                    "modules_compiled": Integer(),
                    "modules_total": Integer(),
                    "total_forms": Integer(),
                }
            )
        ),
        "comparison": Nullable(_COMPARISON),
        "host_parity": Nullable(
            Record(
                {
                    "identical": Boolean(),
                    "compared": Integer(),
                    "differing": ListOf(PATH, 5),
                    "first": Nullable(Record({"path": PATH, "offset": Integer()})),
                    "images_identical": Nullable(Boolean()),
                }
            )
        ),
        "guard": ListOf(
            Record({"check": NON_EMPTY, "required": NON_EMPTY, "actual": NON_EMPTY, "passed": Boolean()})
        ),
        "corpus": Nullable(Record({"total": Integer(), "passed": Integer(), "failures": ListOf(Text(), 5)})),
        "error": Nullable(Record({"type": NON_EMPTY, "message": NON_EMPTY})),
        "run": Record(
            {
                "stage2_generation_ms": Integer(),
                "comparison_ms": Integer(),
                "corpus_ms": Integer(),
                "total_ms": Integer(),
                "engine": Text(),
            }
        ),
    }
)

HISTORY_TABLE = Record(
    {
        "timestamp": TIMESTAMP,
        "status": VERDICTS,
        "diff_bytes": Nullable(Integer()),
        "stage1_size": Nullable(Integer()),
        "stage2_size": Nullable(Integer()),
        "stage1_sha256": Nullable(SHA256),
        "stage2_sha256": Nullable(SHA256),
        "sources_sha256": SHA256,
        "git_commit": Nullable(Text()),
    }
)


def comparison_json(result: FixpointResult) -> Json:
    """The `comparison` object of a result."""
    return {
        "identical": result.identical,
        "first_diff_offset": result.first_diff_offset,
        "diff_bytes": result.diff_bytes,
        "size_delta": result.size_delta,
        "section_diffs": [asdict(section) for section in result.section_diffs],
        "function_diff": _function_diff_json(result.function_diff),
    }


def _function_diff_json(found: FunctionDiff | None) -> Json | None:
    if found is None:
        return None
    return {
        "only_in_1": list(found.only_in_1),
        "only_in_2": list(found.only_in_2),
        "changed": list(found.changed),
        "first": asdict(found.first) if found.first else None,
        "entries": [asdict(entry) for entry in found.entries],
    }


def write(path: Path, data: Mapping[str, Any]) -> None:
    """Check and write the report. Raises SchemaError, InvalidRecord or OSError."""
    self_check(data)
    write_report(path, data, TABLE)


def read(path: Path) -> Json | None:
    """The checked report; None if it is missing, damaged or contradicts itself."""
    try:
        data = read_report(path, TABLE)
        self_check(data)
    except (OSError, SchemaError, InvalidRecord):
        return None
    return data


def self_check(data: Mapping[str, Any]) -> None:
    """Raise InvalidRecord where parts of a report that must agree do not."""

    def agree(condition: bool, field: str, problem: str) -> None:
        require(condition, "FixpointReport", field, problem)

    error = data["status"] == "ERROR"
    agree((data["error"] is not None) == error, "error", "present iff the status is ERROR")
    allowed = {"ACHIEVED": (0,), "NOT_ACHIEVED": (1,), "TRIVIAL": (1,), "ERROR": (2, 3)}
    agree(data["exit_code"] in allowed[data["status"]], "exit_code", "not one of the status")
    comparison = data["comparison"]
    if comparison is not None:
        stage1, stage2 = data["stage1"], data["stage2"]
        agree(stage1 is not None and stage2 is not None, "comparison", "of images that are absent")
        delta = stage2["size_bytes"] - stage1["size_bytes"]
        agree(comparison["size_delta"] == delta, "size_delta", "not the difference of the sizes")
        same = comparison["identical"]
        agree(same == (stage1["sha256"] == stage2["sha256"]), "identical", "the hashes say otherwise")
        agree(same == (comparison["first_diff_offset"] is None), "first_diff_offset", "null iff identical")
        agree(same == (not comparison["section_diffs"]), "section_diffs", "empty iff identical")
    if data["status"] == "ACHIEVED":
        agree(comparison is not None and comparison["identical"], "status", "ACHIEVED without identity")
        agree(
            bool(data["guard"]) and all(c["passed"] for c in data["guard"]),
            "status",
            "ACHIEVED without guard",
        )


def history_line(report: Mapping[str, Any], git_commit: str | None) -> str:
    """The line of `history.jsonl` for a report. Raises SchemaError."""
    comparison, stage1, stage2 = report["comparison"], report["stage1"], report["stage2"]
    line = {
        "timestamp": report["timestamp"],
        "status": report["status"],
        "diff_bytes": comparison["diff_bytes"] if comparison else None,
        "stage1_size": stage1["size_bytes"] if stage1 else None,
        "stage2_size": stage2["size_bytes"] if stage2 else None,
        "stage1_sha256": stage1["sha256"] if stage1 else None,
        "stage2_sha256": stage2["sha256"] if stage2 else None,
        "sources_sha256": report["sources_sha256"],
        "git_commit": git_commit,
    }
    check("history.jsonl", line, HISTORY_TABLE)
    return json.dumps(line, sort_keys=True)


def append_history(path: Path, line: str) -> None:
    """Append a line to the history."""
    atomic.append_line(path, line)


def read_history(path: Path) -> tuple[Json, ...]:
    """The readable lines of the history, oldest first; () if there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    result = []
    for line in lines:
        try:
            entry = json.loads(line)
            check("history.jsonl", entry, HISTORY_TABLE)
        except (ValueError, SchemaError):
            continue
        result.append(entry)
    return tuple(result)
