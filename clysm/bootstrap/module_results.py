"""What compiling one module for one stage found: the `.json` file beside its object.

It names the hashes of everything that went in and came out, so that a link can verify that the objects it
reads are the ones these inputs give. Durations are in `run` and count as no change.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clysm.workflow import diagnostics, forms
from clysm.workflow.checks import is_relative_path, is_sha256, require
from clysm.workflow.diagnostics import CompilationError
from clysm.workflow.errors import InvalidRecord, SchemaError
from clysm.workflow.forms import CompilationForm
from clysm.workflow.jsonfile import check, encode
from clysm.workflow.schema import (
    NON_EMPTY,
    PATH,
    SHA256,
    Integer,
    ListOf,
    Nullable,
    OneOf,
    Record,
    Text,
)
from clysm.workflow.states import FormStatus, ModuleStatus, Severity

SCHEMA_VERSION = 1

FORM_TABLE = Record(
    {
        "source_file": PATH,
        "id": Integer(),
        "line": Integer(),
        "column": Integer(),
        "form_type": NON_EMPTY,
        "form_name": Nullable(Text()),
        "status": OneOf(tuple(FormStatus)),
        "error_category": Nullable(Text()),
        "error_message": Nullable(Text()),
        "causes": ListOf(Text()),
    }
)

DIAGNOSTIC_TABLE = Record(
    {
        "severity": OneOf(tuple(Severity)),
        "category": NON_EMPTY,
        "message": NON_EMPTY,
        "suggestion": Nullable(Text()),
        "path": Text(),
        "line": Integer(),
        "column": Integer(),
        "form": Nullable(Text()),
        "operator": Nullable(Text()),
    }
)

TABLE = Record(
    {
        "schema_version": Integer(SCHEMA_VERSION, SCHEMA_VERSION),
        "path": PATH,
        "hash": SHA256,
        "compiler_sha256": SHA256,
        "key": SHA256,
        "status": OneOf(("compiled", "failed")),
        "object_sha256": Nullable(SHA256),
        "object_size": Integer(),
        "interface_sha256": Nullable(SHA256),
        "forms": ListOf(FORM_TABLE),
        "errors": ListOf(DIAGNOSTIC_TABLE),
        "warnings": ListOf(DIAGNOSTIC_TABLE),
        "run": Record({"compile_time_ms": Integer()}),
    }
)


@dataclass(frozen=True, slots=True)
class ModuleResults:
    """`hash` is of the source, `key` of all inputs; object and interface are None iff the module failed."""

    path: str
    hash: str
    compiler_sha256: str
    key: str
    status: ModuleStatus
    object_sha256: str | None
    object_size: int
    interface_sha256: str | None
    forms: tuple[CompilationForm, ...]
    errors: tuple[CompilationError, ...]
    warnings: tuple[CompilationError, ...]
    compile_time_ms: int

    def __post_init__(self) -> None:
        name = "ModuleResults"
        require(is_relative_path(self.path), name, "path", f"`{self.path}`")
        for field in ("hash", "compiler_sha256", "key"):
            require(is_sha256(getattr(self, field)), name, field, "not a SHA-256")
        compiled = self.status is ModuleStatus.COMPILED
        require(compiled or self.status is ModuleStatus.FAILED, name, "status", f"`{self.status}`")
        require((self.object_sha256 is not None) == compiled, name, "object_sha256", "present iff compiled")
        require(
            (self.interface_sha256 is not None) == compiled, name, "interface_sha256", "present iff compiled"
        )
        require((self.object_size > 0) == compiled, name, "object_size", "positive iff compiled")
        require(bool(self.errors) != compiled, name, "errors", "present iff failed")
        attempted_well = all(form.status is FormStatus.SUCCESS for form in self.forms)
        require(attempted_well == compiled, name, "forms", "all successful iff compiled")
        require(all(form.source_file == self.path for form in self.forms), name, "forms", "of another file")
        forms.check_ids(self.forms)


def count(module_forms: Iterable[CompilationForm], status: FormStatus) -> int:
    """How many of the forms have the status."""
    return sum(form.status is status for form in module_forms)


def to_bytes(results: ModuleResults) -> bytes:
    """The text of the file."""
    return encode(
        {
            "schema_version": SCHEMA_VERSION,
            "path": results.path,
            "hash": results.hash,
            "compiler_sha256": results.compiler_sha256,
            "key": results.key,
            "status": str(results.status),
            "object_sha256": results.object_sha256,
            "object_size": results.object_size,
            "interface_sha256": results.interface_sha256,
            "forms": [forms.to_json(form) for form in results.forms],
            "errors": [diagnostics.to_json(item) for item in results.errors],
            "warnings": [diagnostics.to_json(item) for item in results.warnings],
            "run": {"compile_time_ms": results.compile_time_ms},
        }
    )


def read(path: Path) -> ModuleResults | None:
    """The results of a file; None if it is missing, damaged or breaks a rule, which all mean: compile
    again.
    """
    try:
        return from_bytes(path.read_bytes())
    except OSError:
        return None


def from_bytes(text: bytes) -> ModuleResults | None:
    """The results of a file's text; None as for `read`."""
    try:
        data = json.loads(text)
        check("module results", data, TABLE)
        return _from_json(data)
    except (ValueError, RecursionError, SchemaError, InvalidRecord):
        return None


def _from_json(data: Mapping[str, Any]) -> ModuleResults:
    return ModuleResults(
        path=data["path"],
        hash=data["hash"],
        compiler_sha256=data["compiler_sha256"],
        key=data["key"],
        status=ModuleStatus(data["status"]),
        object_sha256=data["object_sha256"],
        object_size=data["object_size"],
        interface_sha256=data["interface_sha256"],
        forms=tuple(forms.from_json(item) for item in data["forms"]),
        errors=tuple(diagnostics.from_json(item) for item in data["errors"]),
        warnings=tuple(diagnostics.from_json(item) for item in data["warnings"]),
        compile_time_ms=data["run"]["compile_time_ms"],
    )
