"""The report of one stage build, `build/reports/stageN.json`: its table, its making and its self-check."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clysm.bootstrap.blockers import BlockerReport, blocker_report, is_acyclic
from clysm.bootstrap.module_results import FORM_TABLE
from clysm.workflow import forms as form_records
from clysm.workflow.categories import CATEGORIES
from clysm.workflow.checks import require, truncated_rate
from clysm.workflow.digests import sha256_items
from clysm.workflow.errors import InvalidRecord, SchemaError
from clysm.workflow.forms import CompilationForm
from clysm.workflow.jsonfile import Json, encode, read_report, write_report
from clysm.workflow.schema import (
    NON_EMPTY,
    PATH,
    SHA256,
    TIMESTAMP,
    Boolean,
    Integer,
    ListOf,
    MapOf,
    Nullable,
    Number,
    OneOf,
    Record,
    Schema,
    Text,
)
from clysm.workflow.states import FormStatus, ModuleStatus, RunStatus, Verdict

SCHEMA_VERSION = 1

BINARY_FIELDS: Mapping[str, Schema] = {
    "path": PATH,
    "size_bytes": Integer(1),
    "sha256": SHA256,
    "valid": Boolean(),
}

TABLE = Record(
    {
        "schema_version": Integer(SCHEMA_VERSION, SCHEMA_VERSION),
        "stage": Integer(),
        "timestamp": TIMESTAMP,
        "status": OneOf(tuple(RunStatus)),
        "binary": Nullable(Record(BINARY_FIELDS)),
        "compiler": Record(
            {"kind": OneOf(("hosted", "stage")), "stage": Nullable(Integer()), "sha256": SHA256}
        ),
        "sources_sha256": SHA256,
        "total_forms": Integer(),
        "success_count": Integer(),
        "fail_count": Integer(),
        "skipped_count": Integer(),
        "compilation_rate": Number(0, 100),
        "modules": ListOf(
            Record(
                {
                    "path": PATH,
                    "hash": SHA256,
                    "status": OneOf(("compiled", "failed", "skipped")),
                    "form_count": Integer(),
                    "forms_compiled": Integer(),
                    "forms_failed": Integer(),
                    "forms_skipped": Integer(),
                    "byte_count": Integer(),
                }
            )
        ),
        "failures": ListOf(FORM_TABLE),
        "categories": ListOf(
            Record(
                {
                    "name": OneOf(tuple(sorted(CATEGORIES))),
                    "count": Integer(1),
                    "root_count": Integer(),
                    "examples": ListOf(Text(), 5),
                    "remediation": NON_EMPTY,
                }
            )
        ),
        "top_blockers": ListOf(Text(), 5),
        "fixpoint_status": OneOf(tuple(Verdict)),
        "run": Record(
            {
                "duration_ms": Integer(),
                "cache_hits": Integer(),
                "module_ms": MapOf(Integer()),
                "engine": Text(),
            }
        ),
    }
)


@dataclass(frozen=True, slots=True)
class CompilerIdentity:
    """Which compiler made a stage: the hosted one (stage None), or an earlier stage, and its hash."""

    kind: str
    stage: int | None
    sha256: str

    def __post_init__(self) -> None:
        require(self.kind in ("hosted", "stage"), "CompilerIdentity", "kind", f"`{self.kind}`")
        require(
            (self.stage is None) == (self.kind == "hosted"), "CompilerIdentity", "stage", "None iff hosted"
        )


@dataclass(frozen=True, slots=True)
class Binary:
    """A produced image."""

    path: str
    size_bytes: int
    sha256: str
    valid: bool


@dataclass(frozen=True, slots=True)
class ModuleOutcome:
    """What became of one module of a stage, with all its forms in a final state."""

    path: str
    hash: str
    status: ModuleStatus
    forms: tuple[CompilationForm, ...]
    byte_count: int
    compile_time_ms: int | None  # None if it was not compiled in this run


@dataclass(frozen=True, slots=True)
class StageReport:
    """All a stage's report says; `blockers` is computed from the forms of the modules."""

    stage: int
    timestamp: str
    binary: Binary | None
    compiler: CompilerIdentity
    sources_sha256: str
    modules: tuple[ModuleOutcome, ...]
    blockers: BlockerReport
    fixpoint_status: Verdict
    duration_ms: int
    engine: str

    @property
    def status(self) -> RunStatus:
        """Success only with every form compiled, none skipped, and a valid image."""
        if self.binary is None:
            return RunStatus.FAILURE
        whole = self.blockers.fail_count == 0 and self.blockers.skipped_count == 0 and self.binary.valid
        return RunStatus.SUCCESS if whole else RunStatus.PARTIAL


def sources_sha256(modules: Iterable[tuple[str, str]]) -> str:
    """The hash over path and hash of every module, in compilation order."""
    return sha256_items(item.encode() for pair in modules for item in pair)


def stage_report(
    stage: int,
    timestamp: str,
    binary: Binary | None,
    compiler: CompilerIdentity,
    modules: Sequence[ModuleOutcome],
    *,
    fixpoint_status: Verdict = Verdict.PENDING,
    duration_ms: int,
    engine: str,
) -> StageReport:
    """The report on a stage whose modules are given in compilation order."""
    all_forms = [form for module in modules for form in module.forms]
    form_records.check_ids(all_forms)
    require(is_acyclic(all_forms), "StageReport", "causes", "a form is its own cause")
    failed = {form.key for form in all_forms if form.status is FormStatus.FAILED}
    dangling = {cause for form in all_forms for cause in form.causes} - failed
    require(not dangling, "StageReport", "causes", f"not a failed form: {', '.join(sorted(dangling))}")
    return StageReport(
        stage=stage,
        timestamp=timestamp,
        binary=binary,
        compiler=compiler,
        sources_sha256=sources_sha256((module.path, module.hash) for module in modules),
        modules=tuple(modules),
        blockers=blocker_report(stage, all_forms, timestamp),
        fixpoint_status=fixpoint_status,
        duration_ms=duration_ms,
        engine=engine,
    )


def to_json(report: StageReport) -> Json:
    """The JSON object of a report."""
    blockers = report.blockers
    binary = report.binary
    return {
        "schema_version": SCHEMA_VERSION,
        "stage": report.stage,
        "timestamp": report.timestamp,
        "status": str(report.status),
        "binary": binary
        and {
            "path": binary.path,
            "size_bytes": binary.size_bytes,
            "sha256": binary.sha256,
            "valid": binary.valid,
        },
        "compiler": {
            "kind": report.compiler.kind,
            "stage": report.compiler.stage,
            "sha256": report.compiler.sha256,
        },
        "sources_sha256": report.sources_sha256,
        "total_forms": blockers.total_forms,
        "success_count": blockers.success_count,
        "fail_count": blockers.fail_count,
        "skipped_count": blockers.skipped_count,
        "compilation_rate": blockers.compilation_rate,
        "modules": [_module_json(module) for module in report.modules],
        "failures": [
            form_records.to_json(form)
            for module in report.modules
            for form in module.forms
            if form.status is not FormStatus.SUCCESS
        ],
        "categories": [
            {
                "name": category.name,
                "count": category.count,
                "root_count": category.root_count,
                "examples": list(category.examples),
                "remediation": category.remediation,
            }
            for category in blockers.categories
        ],
        "top_blockers": list(blockers.top_blockers),
        "fixpoint_status": str(report.fixpoint_status),
        "run": {
            "duration_ms": report.duration_ms,
            "cache_hits": sum(module.compile_time_ms is None for module in report.modules),
            "module_ms": {m.path: m.compile_time_ms for m in report.modules if m.compile_time_ms is not None},
            "engine": report.engine,
        },
    }


def _module_json(module: ModuleOutcome) -> Json:
    def number(status: FormStatus) -> int:
        return sum(form.status is status for form in module.forms)

    return {
        "path": module.path,
        "hash": module.hash,
        "status": str(module.status),
        "form_count": len(module.forms),
        "forms_compiled": number(FormStatus.SUCCESS),
        "forms_failed": number(FormStatus.FAILED),
        "forms_skipped": number(FormStatus.SKIPPED),
        "byte_count": module.byte_count,
    }


def write(path: Path, report: StageReport) -> None:
    """Check and write the report. Raises SchemaError, InvalidRecord or OSError."""
    data = to_json(report)
    self_check(data)
    write_report(path, data, TABLE)


def read(path: Path) -> Json | None:
    """The checked JSON object of a report; None if it is missing, damaged or contradicts itself."""
    try:
        data = read_report(path, TABLE)
        self_check(data)
    except (OSError, SchemaError, InvalidRecord):
        return None
    return data


def set_fixpoint_status(path: Path, image_sha256: str, verdict: Verdict) -> bool:
    """Enter the gate's verdict in the report at `path` if it describes exactly the judged image; True if it
    did.
    """
    data = read(path)
    if data is None or data["binary"] is None or data["binary"]["sha256"] != image_sha256:
        return False
    if data["fixpoint_status"] != str(verdict):
        write_report(path, {**data, "fixpoint_status": str(verdict)}, TABLE)
    return True


def self_check(data: Mapping[str, Any]) -> None:
    """Raise InvalidRecord where numbers of a stage report that must agree do not; the shape is checked
    already.
    """

    def agree(condition: bool, field: str, problem: str) -> None:
        require(condition, "StageReport", field, problem)

    modules = data["modules"]
    sums = {key: sum(m[key] for m in modules) for key in ("forms_compiled", "forms_failed", "forms_skipped")}
    agree(data["success_count"] == sums["forms_compiled"], "success_count", "not the sum over modules")
    agree(data["fail_count"] == sums["forms_failed"], "fail_count", "not the sum over modules")
    agree(data["skipped_count"] == sums["forms_skipped"], "skipped_count", "not the sum over modules")
    agree(
        data["total_forms"] == data["success_count"] + data["fail_count"], "total_forms", "not success + fail"
    )
    rate = truncated_rate(data["success_count"], data["total_forms"])
    agree(data["compilation_rate"] == rate, "compilation_rate", f"not {rate}")
    agree(len({m["path"] for m in modules}) == len(modules), "modules", "one of them twice")
    for module in modules:
        parts = module["forms_compiled"] + module["forms_failed"] + module["forms_skipped"]
        agree(module["form_count"] == parts, "modules", f"`{module['path']}`: form_count is not the sum")
    failures = [form_records.from_json(item) for item in data["failures"]]
    agree(all(f.status in (FormStatus.FAILED, FormStatus.SKIPPED) for f in failures), "failures", "a success")
    agree(len({f.key for f in failures}) == len(failures), "failures", "one of them twice")
    found = Counter((f.source_file, f.status) for f in failures)
    counted = {
        (module["path"], status): module[key]
        for module in modules
        for status, key in ((FormStatus.FAILED, "forms_failed"), (FormStatus.SKIPPED, "forms_skipped"))
    }
    agree(found == Counter(counted), "failures", "not complete")
    form_counts = {module["path"]: module["form_count"] for module in modules}
    agree(all(f.id < form_counts[f.source_file] for f in failures), "failures", "an id beyond the module")
    places = {path: place for place, path in enumerate(form_counts)}
    ordered = sorted(failures, key=lambda f: (places[f.source_file], f.id))
    agree(failures == ordered, "failures", "not in the order of the modules")
    failed = {f.key for f in failures if f.status is FormStatus.FAILED}
    agree(all(failed.issuperset(f.causes) for f in failures), "causes", "not a failed form")
    agree(is_acyclic(failures), "failures", "a form is its own cause")
    recomputed = blocker_report(data["stage"], failures, data["timestamp"])
    agree(list(recomputed.top_blockers) == data["top_blockers"], "top_blockers", "not what the causes give")
    stored = [(c["name"], c["count"], c["root_count"], tuple(c["examples"])) for c in data["categories"]]
    grouped = [(c.name, c.count, c.root_count, c.examples) for c in recomputed.categories]
    agree(stored == grouped, "categories", "not what the failures give")
    whole = data["fail_count"] == 0 and data["skipped_count"] == 0
    binary = data["binary"]
    valid = binary is not None and binary["valid"]
    expected = "failure" if binary is None else "success" if whole and valid else "partial"
    agree(data["status"] == expected, "status", f"should be `{expected}`")
    compiler = data["compiler"]
    hosted = compiler["kind"] == "hosted"
    agree(hosted == (data["stage"] == 0), "compiler", "hosted iff stage 0")
    agree(compiler["stage"] == (None if hosted else data["stage"] - 1), "compiler", "not the stage before")


def encoded(report: StageReport) -> bytes:
    """The text of the report's file."""
    return encode(to_json(report))
