"""The two steps of a stage build: compiling one module, and linking all objects. Inputs are values, outputs
are values.

Reading inputs from and writing outputs to the build directory are functions of their own, so that the gate
can do the same compile without touching what an earlier build left.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property

from clysm.bootstrap import module_results
from clysm.bootstrap.layout import ModuleFiles
from clysm.bootstrap.module_results import ModuleResults
from clysm.bootstrap.pool import Compiler, Worker, WorkerFailed
from clysm.bootstrap.project import Project
from clysm.bootstrap.stage_report import ModuleOutcome
from clysm.engine.abi import ABI_NUMBER, AbiReply
from clysm.workflow import atomic
from clysm.workflow.compiled import Reply, failure, link_reply, module_reply, skipped_forms
from clysm.workflow.diagnostics import CompilationError, error
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.errors import ClysmError
from clysm.workflow.feeder import STAGE_LINK, Interface
from clysm.workflow.forms import CompilationForm, blame
from clysm.workflow.keys import cache_key
from clysm.workflow.states import FormStatus, ModuleStatus
from clysm.workflow.times import Clock, elapsed_ms

CODE_OPTIONS: Mapping[str, str] = {}  # stages are all built with the compiler's defaults

Lend = Callable[[Compiler], AbstractContextManager[Worker]]


class StaleInput(ClysmError):
    """A file that another task should have made is missing, damaged, or was made from something else."""


@dataclass(frozen=True, slots=True)
class ModuleInputs:
    """All that goes into compiling one module; `source` is None if the listed file does not exist."""

    path: str
    source: bytes | None
    interfaces: tuple[Interface, ...]
    compiler: Compiler
    code_options: Mapping[str, str] = field(default_factory=lambda: dict(CODE_OPTIONS))

    @property
    def source_sha256(self) -> str:
        return sha256_bytes(self.source or b"")

    @property
    def key(self) -> str:
        return cache_key(
            ABI_NUMBER,
            self.compiler.sha256,
            self.code_options,
            self.path,
            self.source_sha256,
            ((interface.path, interface.sha256) for interface in self.interfaces),
        )


@dataclass(frozen=True)
class ModuleProducts:
    """What compiling a module gives; `object` and `interface` are empty iff it failed. `notes` are for
    people.
    """

    results: ModuleResults
    object: bytes
    interface: bytes
    notes: tuple[str, ...]

    @cached_property
    def results_text(self) -> bytes:
        """The content of the file of results."""
        return module_results.to_bytes(self.results)


@dataclass(frozen=True, slots=True)
class LinkProducts:
    """`image` is None iff the link failed, and then there is at least one error."""

    image: bytes | None
    errors: tuple[CompilationError, ...]
    warnings: tuple[CompilationError, ...]


def read_inputs(project: Project, stage: int, path: str, compiler: Compiler) -> ModuleInputs:
    """The inputs of a module from the disk. Raises StaleInput if an interface is missing."""
    interfaces = []
    for dependency in project.system.closure[path]:
        try:
            data = project.path(project.layout.module(stage, dependency).interface).read_bytes()
        except OSError as problem:
            raise StaleInput(f"the interface of `{dependency}` is missing") from problem
        interfaces.append(Interface(dependency, sha256_bytes(data), data))
    return ModuleInputs(path, read_module(project, path), tuple(interfaces), compiler)


def read_module(project: Project, path: str) -> bytes | None:
    """The bytes of a module; None if there is no readable file."""
    try:
        return project.path(path).read_bytes()
    except OSError:
        return None


def compile_module(
    lend: Lend, inputs: ModuleInputs, missing: CompilationError, clock: Clock
) -> ModuleProducts:
    """Compile one module in a worker that is lent for that alone. `missing` is the error of a module whose
    file does not exist.

    A worker that dies or hangs is a failure of the module, with the end of its stderr in the notes. Raises
    WorkerFailed if none can be lent.
    """
    if inputs.source is None:
        return _products(inputs, failure(inputs.path, b"", missing), (), 0)
    with lend(inputs.compiler) as worker:
        start = clock()
        answer: AbiReply | WorkerFailed
        try:
            answer = worker.compile(inputs.path, inputs.source, inputs.interfaces, inputs.code_options)
        except WorkerFailed as problem:
            answer = problem
        milliseconds = elapsed_ms(start, clock())
    if isinstance(answer, AbiReply):
        reply = module_reply(answer, inputs.path, inputs.source)
        return _products(inputs, reply, answer.notes, milliseconds)
    category = "limit-exceeded" if "no answer" in answer.message else "internal-error"
    reply = failure(inputs.path, inputs.source, error(category, answer.message, inputs.path))
    return _products(inputs, reply, tuple(answer.tail.splitlines()), milliseconds)


def _products(
    inputs: ModuleInputs, reply: Reply, notes: tuple[str, ...], milliseconds: int
) -> ModuleProducts:
    results = ModuleResults(
        path=inputs.path,
        hash=inputs.source_sha256,
        compiler_sha256=inputs.compiler.sha256,
        key=inputs.key,
        status=ModuleStatus.COMPILED if reply.ok else ModuleStatus.FAILED,
        object_sha256=sha256_bytes(reply.output) if reply.ok else None,
        object_size=len(reply.output),
        interface_sha256=sha256_bytes(reply.interface) if reply.ok else None,
        forms=reply.forms,
        errors=reply.errors,
        warnings=reply.warnings,
        compile_time_ms=milliseconds,
    )
    return ModuleProducts(results, reply.output, reply.interface, notes)


def missing_module(project: Project, path: str) -> CompilationError:
    """The error of a listed file that does not exist, at the place where it is listed."""
    place = project.system.components[path].place
    message = f"`{path}` does not exist or cannot be read"
    return error("missing-module", message, project.settings.system, place.line, place.column)


def write_products(project: Project, stage: int, products: ModuleProducts) -> None:
    """Write object, interface and results; a failed module has results only. Raises OSError."""
    write_files(project, project.layout.module(stage, products.results.path), products)


def write_files(project: Project, files: ModuleFiles, products: ModuleProducts) -> None:
    """The same, under given names."""
    if products.results.status is ModuleStatus.COMPILED:
        atomic.write_if_changed(project.path(files.object), products.object)
        atomic.write_if_changed(project.path(files.interface), products.interface)
    else:
        atomic.remove(project.path(files.object))
        atomic.remove(project.path(files.interface))
    atomic.write_bytes(project.path(files.results), products.results_text)


def read_object(project: Project, stage: int, results: ModuleResults) -> bytes:
    """The object that the results of a compiled module describe. Raises StaleInput if it is not that
    object.
    """
    try:
        data = project.path(project.layout.module(stage, results.path).object).read_bytes()
    except OSError as problem:
        raise StaleInput(f"the object of `{results.path}` is missing") from problem
    if sha256_bytes(data) != results.object_sha256:
        raise StaleInput(f"the object of `{results.path}` is damaged")
    return data


def link_stage(worker: Worker, objects: Sequence[bytes]) -> LinkProducts:
    """Link objects, in compilation order, to a stage image."""
    try:
        reply = link_reply(worker.link(objects, STAGE_LINK, CODE_OPTIONS))
    except WorkerFailed as problem:
        failed = error("internal-error", problem.message, suggestion=problem.tail[-200:] or None)
        return LinkProducts(None, (failed,), ())
    return LinkProducts(reply.output if reply.ok else None, reply.errors, reply.warnings)


def current_results(project: Project, stage: int, path: str, compiler: Compiler) -> ModuleResults | None:
    """The results of a module if they were made from its present source by this compiler; else None."""
    results = module_results.read(project.path(project.layout.module(stage, path).results))
    source = read_module(project, path)
    if (
        results is None
        or results.hash != sha256_bytes(source or b"")
        or results.compiler_sha256 != compiler.sha256
    ):
        return None
    return results


def outcomes(
    project: Project, stage: int, results: Mapping[str, ModuleResults | None], fresh: frozenset[str]
) -> tuple[ModuleOutcome, ...]:
    """What became of each module of a stage, in order; those without results are skipped because of failed
    ones.

    `fresh` are the modules compiled in this run, whose times are worth telling.
    """
    failed: dict[str, tuple[str, ...]] = {}
    found: list[ModuleOutcome] = []
    for path in project.modules(stage):
        result = results.get(path)
        if result is not None:
            if result.status is ModuleStatus.FAILED:
                failed[path] = tuple(form.key for form in result.forms if form.status is FormStatus.FAILED)
            milliseconds = result.compile_time_ms if path in fresh else None
            found.append(
                ModuleOutcome(
                    path, result.hash, result.status, result.forms, result.object_size, milliseconds
                )
            )
            continue
        causes = tuple(key for used in project.system.closure[path] for key in failed.get(used, ()))
        source = read_module(project, path) or b""
        skipped = skipped_forms(path, source, causes)
        found.append(ModuleOutcome(path, sha256_bytes(source), ModuleStatus.SKIPPED, skipped, 0, None))
    return tuple(found)


def blame_link(
    found: Sequence[ModuleOutcome], errors: Sequence[CompilationError]
) -> tuple[ModuleOutcome, ...]:
    """The outcomes after a failed strict link: modules with forms that refer to undefined or duplicate names
    failed.
    """
    result = []
    for outcome in found:
        own = [item for item in errors if item.path == outcome.path]
        if own:
            forms: tuple[CompilationForm, ...] = blame(outcome.forms, own)
            outcome = ModuleOutcome(
                outcome.path,
                outcome.hash,
                ModuleStatus.FAILED,
                forms,
                outcome.byte_count,
                outcome.compile_time_ms,
            )
        result.append(outcome)
    return tuple(result)
