"""What `clysm compile` prints: progress and summary on stdout, diagnostics on stderr, or one JSON object."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from clysm.workflow import diagnostics
from clysm.workflow.diagnostics import CompilationError, render
from clysm.workflow.excerpt import Paint, plain
from clysm.workflow.progress import ProgressInfo
from clysm.workflow.rootcauses import RootCause, summary_lines
from clysm.workflow.session import CompilationResult
from clysm.workflow.states import ModuleStatus, Phase

SCHEMA_VERSION = 1
_STATUS = {0: "success", 1: "partial"}


@dataclass(slots=True)
class ProgressLines:
    """Prints a line per module; on a terminal the line of a module that went well is overwritten by
    the next.
    """

    terminal: bool
    _in_place: bool = False

    def __call__(self, info: ProgressInfo) -> None:
        if info.phase is Phase.COMPILING and info.current_module == 0:
            plural = "" if info.total_modules == 1 else "s"
            print(f"Compiling {info.total_modules} module{plural}...")
        elif info.phase is Phase.COMPILING:
            line = f"[{info.current_module}/{info.total_modules}] {info.current_path} ... {info.message}"
            start = "\r\x1b[K" if self._in_place else ""
            self._in_place = self.terminal and info.message.startswith(("OK", "CACHED"))
            print(start + line, end="" if self._in_place else "\n", flush=True)

    def finish(self) -> None:
        """Leave the line that might still be overwritten."""
        if self._in_place:
            print()
            self._in_place = False


SourceOf = Callable[[str], bytes | None]


def no_source(path: str) -> bytes | None:
    """Where sources are not at hand."""
    return None


def print_diagnostics(
    items: Iterable[CompilationError], source_of: SourceOf = no_source, paint: Paint = plain
) -> None:
    """Errors and warnings on stderr, with the lines they are about where `source_of` a path is known."""
    sys.stdout.flush()
    for item in items:
        source = source_of(item.path) if item.path and item.line else None
        print(render(item, source, paint), file=sys.stderr)


def print_causes(causes: Sequence[RootCause]) -> None:
    """What the errors come down to, on stderr."""
    print("\n".join(summary_lines(causes)), file=sys.stderr)


def print_details(results: Iterable[CompilationResult]) -> None:
    """What --verbose adds: forms, bytes, dependencies and the cache's verdict of each module."""
    for result in results:
        module = result.module
        verdict = "from the cache" if result.from_cache else f"{module.status} in {result.compile_time_ms} ms"
        needs = ", ".join(module.dependencies) or "nothing"
        counts = f"{result.forms_compiled}/{result.form_count} forms, {result.byte_count} bytes"
        print(f"  {module.relative_path}: {counts}, {verdict}, needs {needs}")


def print_json(
    exit_code: int,
    results: Iterable[CompilationResult],
    errors: Iterable[CompilationError],
    warnings: Iterable[CompilationError],
    *,
    output: str | None,
    output_size: int | None,
    output_sha256: str | None,
    compiler: str | None,
    duration_ms: int,
) -> None:
    """The one JSON object of `clysm compile --json`."""
    statuses = [result.module.status for result in results]
    data: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "status": _STATUS.get(exit_code, "failure"),
        "exit_code": exit_code,
        "modules": {
            "total": len(statuses),
            "compiled": statuses.count(ModuleStatus.COMPILED),
            "failed": statuses.count(ModuleStatus.FAILED),
            "skipped": statuses.count(ModuleStatus.SKIPPED),
        },
        "errors": [diagnostics.to_json(item) for item in errors],
        "warnings": [diagnostics.to_json(item) for item in warnings],
        "output": output,
        "output_size": output_size,
        "output_sha256": output_sha256,
        "compiler": compiler,
        "duration_ms": duration_ms,
    }
    print(json.dumps(data, sort_keys=True, indent=2, ensure_ascii=False))
