"""What the tasks of programs do: plan, compile, link, report. Loaded only where there are programs."""

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from doit.exceptions import TaskFailed

import clysm
from clysm.bootstrap import actions, build, module_results, stage_report
from clysm.bootstrap.build import ModuleInputs
from clysm.bootstrap.layout import ModuleFiles
from clysm.bootstrap.pool import Compiler, WorkerFailed
from clysm.bootstrap.programs import PROGRAM_STAGE, Program, plan_program
from clysm.bootstrap.project import Project, load_project
from clysm.bootstrap.stage_report import Binary, CompilerIdentity, ModuleOutcome
from clysm.workflow import atomic
from clysm.workflow.compile_time import CODE_OPTION, modules_for_compile_time
from clysm.workflow.compiled import link_reply, skipped_forms
from clysm.workflow.diagnostics import CompilationError, error, render
from clysm.workflow.digests import sha256_bytes, sha256_items
from clysm.workflow.errors import ClysmError
from clysm.workflow.feeder import PROGRAM_LINK, Interface
from clysm.workflow.formcount import ScannedForm, scan_bytes
from clysm.workflow.forms import blame
from clysm.workflow.graph import DependencyEdge
from clysm.workflow.inference import infer_edges
from clysm.workflow.links import link_key
from clysm.workflow.modules import SOURCE_LIMIT
from clysm.workflow.registry import Registry, source_folders
from clysm.workflow.states import EdgeKind, FormStatus, ModuleStatus
from tasks.action_cache import action_cache, cached_image, keep_image
from tasks.leftovers import keep_files
from tasks.run import run

Find = Callable[[Mapping[str, Sequence[ScannedForm]]], list[Any]]

_SHOWN_LINES = 40  # of what a test that failed has printed
FORMAT = "program 1"  # raise it when the same inputs should give other results


# The plan


@cache
def home() -> Project:
    """The project that holds the compiler: this one, or the one that Clysm was installed from."""
    own = run().project
    if own.path(own.settings.system).is_file():
        return own
    return load_project(Path(clysm.__file__).resolve().parents[1])


@cache
def programs() -> tuple[Program, ...]:
    """The programs of this project. Files are read only where they changed since they were read last."""
    project = run().project
    registry = Registry(project.root, source_folders(os.environ.get("CL_SOURCE_REGISTRY")))
    memory = SourceMemory(project.path(project.settings.cache) / "sources.json")
    found = tuple(plan_program(path, registry, memory) for path in project.settings.programs)
    memory.save()
    return found


class SourceMemory:
    """What the files of systems say of each other, by the hash of those files."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._used: dict[str, list[Any]] = {}
        try:
            self._known: dict[str, list[Any]] = json.loads(store.read_bytes())
        except (OSError, ValueError):
            self._known = {}

    def edges(self, files: Mapping[str, Path]) -> tuple[DependencyEdge, ...]:
        """The edges among the files; those of a file that cannot be read are left to its compilation."""
        find: Find = lambda scans: [[e.user, e.used, str(e.kind), e.name] for e in infer_edges(scans)]  # noqa: E731
        rows = self._remember("edges", files, find)
        return tuple(DependencyEdge(user, used, EdgeKind(kind), name) for user, used, kind, name in rows)

    def for_compile_time(self, files: Mapping[str, Path]) -> frozenset[str]:
        """The modules whose code others need while they are compiled."""
        return frozenset(
            self._remember("compile time", files, lambda scans: sorted(modules_for_compile_time(scans)))
        )

    def _remember(self, kind: str, files: Mapping[str, Path], find: Find) -> list[Any]:
        """What `find` says of the files, or said of the same files before."""
        texts = ((path, _digest(file)) for path, file in sorted(files.items()))
        key = f"{kind} {sha256_items(item.encode() for pair in texts for item in pair)}"
        found = self._known.get(key)
        if found is None:
            found = find({path: scan_bytes(_text(file)).forms for path, file in files.items()})
        self._used[key] = found
        return found

    def save(self) -> None:
        """Write what was asked for in this run, if it is not what is there."""
        if self._used != self._known:
            with contextlib.suppress(OSError):
                atomic.write_bytes(self._store, (json.dumps(self._used, sort_keys=True) + "\n").encode())


def _digest(file: Path) -> str:
    try:
        return run().digests.digest(input_path(file))
    except OSError:
        return "unreadable"


def _text(file: Path) -> bytes:
    """The text to look for uses in; nothing of what is too large to be compiled."""
    try:
        return file.read_bytes() if file.stat().st_size <= SOURCE_LIMIT else b""
    except OSError:
        return b""


def input_path(file: Path) -> str:
    """A file as doit names it: relative to the project where it lies there."""
    root = run().project.root
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


# The library


@cache
def library() -> Mapping[str, ModuleFiles]:
    """The files of each module of the library, as the compiler's project has them."""
    found = {}
    for path in home().modules(PROGRAM_STAGE):
        files = home().layout.module(PROGRAM_STAGE, path)
        names = (files.object, files.interface, files.results)
        found[path] = ModuleFiles(*(input_path(home().path(name)) for name in names))
    return found


def listings() -> dict[str, list[str]]:
    """Two lists that stand for hundreds of files: what modules are compiled with, and what programs are
    linked with.
    """
    layout = run().project.layout
    return {
        layout.library_interfaces: [library()[path].interface for path in home().for_programs(PROGRAM_STAGE)],
        layout.library_objects: [files.object for files in library().values()],
    }


def compiler_image() -> str:
    return input_path(home().path(home().layout.stage(PROGRAM_STAGE)))


def compiler() -> Compiler:
    image = compiler_image()
    return Compiler(image, run().digests.digest(image))


_reading = threading.Lock()


def interfaces() -> tuple[Interface, ...]:
    """What modules are compiled with. Raises ClysmError if a file is not what is listed."""
    listed = _read_once(run().project.layout.library_interfaces)
    paths = home().for_programs(PROGRAM_STAGE)
    return tuple(Interface(path, sha256, data) for path, (sha256, data) in zip(paths, listed, strict=True))


def objects() -> tuple[bytes, ...]:
    """What programs are linked with. Raises ClysmError if a file is not what is listed."""
    return tuple(data for _, data in _read_once(run().project.layout.library_objects))


def _read_once(listing: str) -> tuple[tuple[str, bytes], ...]:
    with _reading:
        return _read_listed(listing, run().digests.digest(listing))


@cache
def _read_listed(listing: str, listing_sha256: str) -> tuple[tuple[str, bytes], ...]:
    """Hash and content of the files of a listing."""
    found = []
    for file in listings()[listing]:
        data = Path(file).read_bytes()
        found.append((sha256_bytes(data), data))
    lines = [_line(file, sha256) for file, (sha256, _) in zip(listings()[listing], found, strict=True)]
    if "".join(lines) != run().project.path(listing).read_text():
        raise ClysmError("the library changed during the build: run doit again")
    return tuple(found)


def _line(file: str, sha256: str) -> str:
    """A file in a listing."""
    return f"{sha256}  {Path(file).name}\n"


def write_listings() -> TaskFailed | None:
    """Write the hashes of the files of the library."""
    for listing, paths in listings().items():
        try:
            lines = [_line(path, run().digests.digest(path)) for path in paths]
        except OSError as problem:
            return TaskFailed(f"the library is not complete: cannot read `{problem.filename}`")
        atomic.write_if_changed(run().project.path(listing), "".join(lines).encode())
    return None


# Modules


def files_of(program: Program, path: str) -> ModuleFiles:
    return run().project.layout.program_module(program.name, path)


def compile_one(program: Program, path: str) -> TaskFailed | None:
    """Compile one module of a program, or take it from the action cache."""
    project = run().project
    if path in program.absent:
        return TaskFailed(f"`{path}` needs {program.absent[path]}, which is not there")
    try:
        inputs = read_inputs(program, path)
        key = actions.module_key(inputs, FORMAT)
        outputs = action_cache().get(key)
        products = None if outputs is None else actions.unpack_module(inputs, outputs)
        if products is None:
            if outputs is not None:
                action_cache().reject(key)
            missing = error("missing-module", "cannot read it", path, 1, 1)
            products = build.compile_module(run().worker, inputs, missing, run().clock)
            made = actions.pack_module(products)
            if made is not None:
                action_cache().put(key, made)
        build.write_files(project, files_of(program, path), products)
    except WorkerFailed as problem:
        return TaskFailed(f"the compiler does not start: {problem}")
    except (ClysmError, OSError) as problem:
        return TaskFailed(str(problem))
    if products.results.status is ModuleStatus.COMPILED:
        return None
    return TaskFailed(_described(program, products.results.errors, products.notes))


def read_inputs(program: Program, path: str) -> ModuleInputs:
    """The inputs of a module. Raises ClysmError or OSError."""
    project = run().project
    seen = list(interfaces())
    for used in program.closure[path]:
        data = project.path(files_of(program, used).interface).read_bytes()
        seen.append(Interface(used, sha256_bytes(data), data))
    source = program.files[path].read_bytes()
    return ModuleInputs(path, source, tuple(seen), compiler(), code_options(program, path))


def code_options(program: Program, path: str) -> Mapping[str, str]:
    return {**build.CODE_OPTIONS, **(CODE_OPTION if path in program.for_compile_time else {})}


def _described(program: Program, errors: Iterable[CompilationError], notes: Iterable[str] = ()) -> str:
    """Errors with the lines that they are about."""
    texts: dict[str, bytes | None] = {}
    for item in errors:
        file = program.files.get(item.path) or program.definitions.get(item.path)
        with contextlib.suppress(OSError):
            texts[item.path] = file.read_bytes() if file is not None else None
    return "\n".join((*(render(item, texts.get(item.path)) for item in errors), *notes))


# Programs


def check(program: Program) -> TaskFailed | None:
    """What is wrong with the definitions of a program, as one failure. If nothing is, what was made of
    modules that it no longer has is removed.
    """
    if program.problems:
        return TaskFailed(described_problems(program))
    project = run().project
    try:
        folder = project.layout.program_modules(program.name)
        keep_files(project, folder, (files_of(program, path) for path in program.order))
    except OSError as problem:
        return TaskFailed(str(problem))
    return None


def described_problems(program: Program) -> str:
    return _described(program, program.problems)


def definition_files(program: Program) -> list[str]:
    """The system files that a program was planned from."""
    return [input_path(file) for file in program.definitions.values() if file.is_file()]


def link(program: Program) -> TaskFailed | None:
    """Link a program from its objects and write image and report."""
    project = run().project
    try:
        using = compiler()
        results = {
            path: module_results.read(project.path(files_of(program, path).results)) for path in program.order
        }
        own = [project.path(files_of(program, path).object).read_bytes() for path in program.order]
        for code, (path, result) in zip(own, results.items(), strict=True):
            if result is None or result.object_sha256 != sha256_bytes(code):
                return TaskFailed(f"the object of `{path}` is damaged")
        codes = (*objects(), *own)
        key = link_key(using.sha256, codes, PROGRAM_LINK, build.CODE_OPTIONS, FORMAT)
        linked = cached_image(key)
        if linked is None:
            with run().worker(using) as worker:
                reply = link_reply(worker.link(codes, PROGRAM_LINK, build.CODE_OPTIONS))
            if not reply.ok:
                write_report(program, None, reply.errors)
                return TaskFailed(_described(program, reply.errors))
            linked = reply.output
            keep_image(key, linked)
        image = project.layout.program(program.name)
        atomic.write_if_changed(project.path(image), linked)
        write_report(program, Binary(image, len(linked), sha256_bytes(linked), True), ())
    except WorkerFailed as problem:
        return TaskFailed(f"the compiler failed: {problem}")
    except (ClysmError, OSError) as problem:
        return TaskFailed(str(problem))
    return None


def run_test(name: str) -> TaskFailed | None:
    """Run a program that is a test, in the project's root, and keep what it prints."""
    project = run().project
    try:
        image = project.path(project.layout.program(name)).read_bytes()
        with run().worker(compiler()) as worker:
            seconds = project.settings.test_seconds
            ended = worker.run(image, b"", (), seconds, directory=project.root)
        printed = ended.stdout + ended.stderr
        atomic.write_bytes(project.path(project.layout.test_output(name)), printed)
    except WorkerFailed as problem:
        return TaskFailed(f"it cannot be run: {problem}")
    except (ClysmError, OSError) as problem:
        return TaskFailed(str(problem))
    if ended.code == 0:
        return None
    lines = printed.decode(errors="replace").splitlines()
    left_out = [f"... {len(lines) - _SHOWN_LINES} lines before"] if len(lines) > _SHOWN_LINES else []
    return TaskFailed("\n".join((*left_out, *lines[-_SHOWN_LINES:], f"it ended with status {ended.code}")))


def write_report(program: Program, binary: Binary | None, link_errors: Iterable[CompilationError]) -> None:
    """Write what became of a program, in the shape of a stage's report."""
    project = run().project
    report = stage_report.stage_report(
        PROGRAM_STAGE + 1,  # made by the stage before, like any other
        run().timestamp(),
        binary,
        CompilerIdentity("stage", PROGRAM_STAGE, compiler().sha256),
        _outcomes(program, tuple(link_errors)),
        duration_ms=0,
        engine="none",
    )
    stage_report.write(project.path(project.layout.program_report(program.name)), report)


def _outcomes(program: Program, link_errors: tuple[CompilationError, ...]) -> tuple[ModuleOutcome, ...]:
    """Every module with its forms: as compiled from its present text, else skipped."""
    found: list[ModuleOutcome] = []
    failed: dict[str, tuple[str, ...]] = {}
    for path in program.order:
        try:
            text = program.files[path].read_bytes()
        except OSError:
            text = b""
        digest = sha256_bytes(text)
        results = module_results.read(run().project.path(files_of(program, path).results))
        blocked = path in program.absent or any(used in failed for used in program.closure[path])
        if results is None or results.hash != digest or blocked:
            causes = tuple(key for used in program.closure[path] for key in failed.get(used, ()))
            failed.setdefault(path, ())
            forms = skipped_forms(path, text, causes)
            found.append(ModuleOutcome(path, digest, ModuleStatus.SKIPPED, forms, 0, None))
            continue
        forms = blame(results.forms, [item for item in link_errors if item.path == path])
        bad = tuple(form.key for form in forms if form.status is FormStatus.FAILED)
        if bad:
            failed[path] = bad
        status = ModuleStatus.FAILED if bad else results.status
        found.append(ModuleOutcome(path, digest, status, forms, results.object_size, results.compile_time_ms))
    return tuple(found)


def prepare_worker() -> None:
    """Where workers outlive the build, have one ready for the first edit, if this build needed none."""
    if not run().pool.borrows or run().pool.workers():
        return
    with contextlib.suppress(ClysmError, OSError), run().worker(compiler()) as worker:
        worker.prepare(interfaces(), objects(), build.CODE_OPTIONS)


def report_failures() -> None:
    """Report the programs that could not be linked because of a module, and remove the image of before."""
    project = run().project
    for program in programs():
        outcomes = _outcomes(program, ())
        if any(outcome.status is ModuleStatus.FAILED for outcome in outcomes):
            with contextlib.suppress(ClysmError, OSError):
                write_report(program, None, ())
                atomic.remove(project.path(project.layout.program(program.name)))
