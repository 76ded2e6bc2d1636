"""The records of one compilation run: its options, the result of each module, and the session as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clysm.workflow.checks import is_sha256, require
from clysm.workflow.diagnostics import CompilationError
from clysm.workflow.graph import DependencyGraph
from clysm.workflow.modules import SourceModule
from clysm.workflow.progress import ProgressCallback, ProgressInfo
from clysm.workflow.states import ModuleStatus, Phase, RunStatus, Severity


@dataclass(frozen=True, slots=True)
class CompilationOptions:
    """`code_options` is the only part that may influence emitted bytes."""

    output: str
    verbose: bool
    force: bool
    continue_on_error: bool
    cache_path: str
    progress_callback: ProgressCallback | None
    code_options: Mapping[str, str]

    def __post_init__(self) -> None:
        require(bool(self.output), "CompilationOptions", "output", "empty")
        require(bool(self.cache_path), "CompilationOptions", "cache_path", "empty")


@dataclass(frozen=True, slots=True)
class CompilationResult:
    """What became of one module; success means no failed and no skipped form, no error, and valid bytes."""

    module: SourceModule
    success: bool
    wasm_bytes: bytes | None
    byte_count: int
    form_count: int
    forms_compiled: int
    forms_failed: int
    forms_skipped: int
    errors: tuple[CompilationError, ...]
    warnings: tuple[CompilationError, ...]
    compile_time_ms: int
    from_cache: bool

    def __post_init__(self) -> None:
        name = "CompilationResult"
        counts = (self.forms_compiled, self.forms_failed, self.forms_skipped)
        require(min(counts) >= 0, name, "form_count", "a negative count")
        require(self.form_count == sum(counts), name, "form_count", "not the sum of its parts")
        require(self.byte_count == len(self.wasm_bytes or b""), name, "byte_count", "not the number of bytes")
        require(self.compile_time_ms >= 0, name, "compile_time_ms", "negative")
        require(
            all(e.severity is Severity.ERROR for e in self.errors), name, "errors", "a warning among them"
        )
        require(
            all(w.severity is Severity.WARNING for w in self.warnings),
            name,
            "warnings",
            "an error among them",
        )
        good = (
            not self.errors
            and not self.forms_failed
            and not self.forms_skipped
            and self.wasm_bytes is not None
        )
        require(self.success == good, name, "success", "does not agree with the counts, errors and bytes")
        compiled = self.module.status is ModuleStatus.COMPILED
        require(self.success == compiled, name, "module", f"status `{self.module.status}`")


@dataclass(frozen=True, slots=True)
class CompilationSession:
    """`start_time` is in ms since the Unix epoch; `failed_phase` is where the session stopped, None if it is
    done.
    """

    start_time: int
    project_root: Path
    output_path: Path
    input_patterns: tuple[str, ...]
    modules: tuple[SourceModule, ...]
    dirty_modules: tuple[str, ...]
    graph: DependencyGraph | None
    results: tuple[CompilationResult, ...]
    errors: tuple[CompilationError, ...]
    progress: ProgressInfo
    options: CompilationOptions
    failed_phase: Phase | None

    def __post_init__(self) -> None:
        name = "CompilationSession"
        paths = {module.relative_path for module in self.modules}
        require(self.project_root.is_absolute(), name, "project_root", "not absolute")
        require(set(self.dirty_modules) <= paths, name, "dirty_modules", "not among the modules")
        done = self.progress.phase is Phase.DONE
        require(done == (self.failed_phase is None), name, "failed_phase", "None iff the session is done")


@dataclass(frozen=True, slots=True)
class SessionOutcome:
    """What a finished session leaves: the record, its verdict, and the linked image, if there is one."""

    session: CompilationSession
    status: RunStatus
    image: bytes | None
    image_sha256: str | None

    def __post_init__(self) -> None:
        require(
            (self.image is None) == (self.image_sha256 is None),
            "SessionOutcome",
            "image_sha256",
            "iff an image",
        )
        require(
            self.image_sha256 is None or is_sha256(self.image_sha256),
            "SessionOutcome",
            "image_sha256",
            "shape",
        )
