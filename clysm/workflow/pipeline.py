"""A compilation session over source files: read, analyze, compile what changed, link.

The caller chooses files, compiler, prelude (the compiled library that every module sees) and cache; this
module decides order, reuse and what becomes of modules whose dependencies failed. It reads source files, each
once, and the cache; it writes the cache only. Problems of the sources are values in the session; nothing here
raises for them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from clysm.engine.abi import ABI_NUMBER, AbiReply
from clysm.workflow.cache import VERSION, CachedModule, CompilationCache
from clysm.workflow.cachestore import CacheStore
from clysm.workflow.compile_time import CODE_OPTION, modules_for_compile_time
from clysm.workflow.compiled import Reply, failure, link_reply, module_reply, skipped_forms
from clysm.workflow.definitions import first_package
from clysm.workflow.diagnostics import CompilationError, error
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.feeder import Feeder, Interface
from clysm.workflow.formcount import Scan, scan_bytes
from clysm.workflow.graph import (
    DependencyGraph,
    GraphSnapshot,
    build_graph,
    detect_cycles,
    get_dependencies,
)
from clysm.workflow.inference import infer_edges
from clysm.workflow.keys import cache_key
from clysm.workflow.modules import (
    SOURCE_LIMIT,
    SourceForm,
    SourceModule,
    SourceText,
    read_source,
    source_module,
    with_status,
)
from clysm.workflow.progress import Progress
from clysm.workflow.session import (
    CompilationOptions,
    CompilationResult,
    CompilationSession,
    SessionOutcome,
)
from clysm.workflow.states import EdgeKind, FormStatus, ModuleStatus, Phase, RunStatus
from clysm.workflow.systems import Systems, undeclared_edges
from clysm.workflow.times import Clock, elapsed_ms, timestamp

Linker = Callable[[Sequence[bytes], Mapping[str, str], bool], AbiReply]


@dataclass(frozen=True, slots=True)
class Prelude:
    """The compiled modules that come before the session's own: interfaces for compiling, objects for linking,
    in order.
    """

    interfaces: tuple[Interface, ...]
    objects: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What to compile. `files` are absolute paths of Lisp files below the root; `systems` what the system
    files among the patterns stand for. `is_present` tells whether a module that the cache knows still has a
    file.
    """

    project_root: Path
    patterns: tuple[str, ...]
    files: tuple[Path, ...]
    systems: Systems
    is_present: Callable[[str], bool]
    options: CompilationOptions


@dataclass(frozen=True, slots=True)
class Tools:
    """What compiles. `compiler_sha256` is the compiler's identity; `link` takes objects, code options and
    whether to link them anew in any case; `stopped` tells whether the user interrupted.
    """

    feeder: Feeder
    compiler_sha256: str
    prelude: Prelude
    cache: CacheStore
    link: Linker
    monotonic: Clock
    wall: Clock
    stopped: Callable[[], bool]


@dataclass(slots=True)
class _State:
    """A session while it runs."""

    request: Request
    tools: Tools
    progress: Progress
    sources: dict[str, SourceText] = field(default_factory=dict)
    modules: dict[str, SourceModule] = field(default_factory=dict)
    graph: DependencyGraph | None = None
    for_compile_time: frozenset[str] = frozenset()  # modules whose code others need while they are compiled
    results: dict[str, CompilationResult] = field(default_factory=dict)
    errors: list[CompilationError] = field(default_factory=list)
    dirty: list[str] = field(default_factory=list)
    interfaces: dict[str, Interface] = field(default_factory=dict)
    entries: dict[str, CachedModule] = field(default_factory=dict)
    failed_forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)  # module -> what it needs that there is not
    halted: bool = False  # no further module is attempted


def compile_session(request: Request, tools: Tools) -> SessionOutcome:
    """Run a session to its end. The image of the outcome is not yet written anywhere."""
    state = _State(request, tools, Progress(request.options.progress_callback))
    start = tools.wall()
    image = _run(state)
    done = state.progress.info.phase is Phase.DONE
    session = CompilationSession(
        start_time=int(start * 1000),
        project_root=request.project_root,
        output_path=request.project_root / request.options.output,
        input_patterns=request.patterns,
        modules=tuple(state.modules.values()),
        dirty_modules=tuple(state.dirty),
        graph=state.graph,
        results=tuple(state.results.values()),
        errors=tuple(state.errors),
        progress=state.progress.info,
        options=request.options,
        failed_phase=None if done else state.progress.info.phase,
    )
    whole = (
        image is not None and all(result.success for result in state.results.values()) and not state.errors
    )
    status = RunStatus.SUCCESS if whole else RunStatus.PARTIAL if image is not None else RunStatus.FAILURE
    return SessionOutcome(session, status, image, sha256_bytes(image) if image is not None else None)


def _run(state: _State) -> bytes | None:
    """The phases; the linked image, or None where one of them ends the session."""
    state.progress.enter(Phase.READING)
    _read(state)
    state.progress.enter(Phase.ANALYZING, total_modules=len(state.modules))
    if not _analyze(state) or state.graph is None:
        return None
    state.progress.enter(Phase.COMPILING)
    _compile_all(state, state.graph)
    compiled = [path for path in state.graph.order if state.results[path].success]
    if state.tools.stopped():
        again = "run the command again: what was compiled is kept"
        state.errors.append(error("host-error", "interrupted", suggestion=again))
    if not compiled or state.tools.stopped() or state.halted:
        return None
    state.progress.enter(Phase.LINKING)
    objects = [*state.tools.prelude.objects, *(state.results[path].wasm_bytes or b"" for path in compiled)]
    options = state.request.options
    reply = link_reply(state.tools.link(objects, options.code_options, options.force))
    state.errors += reply.errors
    for warning in reply.warnings:  # such as an undefined function: a matter of the module that refers to it
        if warning.path in state.results:
            result = state.results[warning.path]
            state.results[warning.path] = replace(result, warnings=(*result.warnings, warning))
    if not reply.ok:
        return None
    state.progress.enter(Phase.DONE)
    return reply.output


# Reading


def _read(state: _State) -> None:
    """Read every file once; what cannot be read is an error and no module."""
    root = state.request.project_root
    files = {path.relative_to(root).as_posix(): path for path in state.request.files}
    for relative, path in sorted({**state.request.systems.files, **files}.items()):
        try:
            source = read_source(path)
        except OSError as problem:
            state.errors.append(error("missing-module", f"cannot read it: {problem.strerror}", relative))
            continue
        state.sources[relative] = source
        state.modules[relative] = source_module(replace(source, path=path), relative)


# Analyzing


def _analyze(state: _State) -> bool:
    """Parse, find the edges and order the modules; False if there is no order."""
    scans = {path: _scan(source.data) for path, source in state.sources.items()}
    state.modules = {path: _parsed(module, scans[path]) for path, module in state.modules.items()}
    systems = state.request.systems
    state.absent.update(systems.absent)
    edges = []
    for edge in systems.edges:
        if edge.user in state.modules and edge.used in state.modules:
            edges.append(edge)
        else:
            state.absent.setdefault(edge.user, edge.used)
    edges += undeclared_edges(
        systems, lambda group: infer_edges({path: scans[path].forms for path in group if path in scans})
    )
    if scans.keys() - systems.files.keys():
        inferred = infer_edges({path: scan.forms for path, scan in scans.items()})
        edges += [edge for edge in inferred if edge.user not in systems.files]
    state.for_compile_time = modules_for_compile_time({path: scan.forms for path, scan in scans.items()})
    graph = build_graph(state.modules.values(), edges)
    state.modules = {
        path: replace(module, dependencies=graph.dependencies[path]) for path, module in state.modules.items()
    }
    state.graph = build_graph(state.modules.values(), edges)
    state.errors += systems.problems
    for cycle in detect_cycles(state.graph):
        state.errors.append(_cycle_error(state.graph, cycle))
    blocking = any(problem.category != "missing-module" for problem in systems.problems)
    return bool(state.graph.order) and not blocking


def _scan(data: bytes) -> Scan:
    """The forms of a source; none of one that is too large to be compiled."""
    return Scan((), None) if len(data) > SOURCE_LIMIT else scan_bytes(data)


def _parsed(module: SourceModule, scan: Scan) -> SourceModule:
    forms = tuple(SourceForm(f.datum, f.start, f.end, f.line, f.column) for f in scan.forms)
    return replace(module, package=first_package(scan.forms), forms=forms, form_count=len(forms))


def _cycle_error(graph: DependencyGraph, cycle: tuple[str, ...]) -> CompilationError:
    """Every edge of the cycle with the name that causes it."""
    steps = []
    for user, used in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
        edge = next(
            e for e in graph.edges if (e.user, e.used) == (user, used) and e.kind is not EdgeKind.CALL
        )
        steps.append(f"`{user}` needs `{used}` ({edge.kind} {edge.name})")
    return error("dependency-cycle", ", ".join(steps), cycle[0], 1, 1)


# Compiling


def _compile_all(state: _State, graph: DependencyGraph) -> None:
    """Every module in order: from the cache, by the compiler, or skipped."""
    cache = state.tools.cache
    known = cache.load(state.request.is_present)
    for path in graph.order:
        module = state.modules[path]
        closure = get_dependencies(graph, path)
        needs = [used for used in closure if not state.results[used].success]
        needs += [state.absent[path]] if path in state.absent else []
        if needs or state.halted or state.tools.stopped():
            causes = tuple(key for used in needs for key in state.failed_forms.get(used, ()))
            _skip(state, module, needs[0] if needs else None, causes)
            continue
        interfaces = (*state.tools.prelude.interfaces, *(state.interfaces[used] for used in closure))
        key = cache_key(
            ABI_NUMBER,
            state.tools.compiler_sha256,
            _code_options(state, path),
            path,
            module.hash,
            ((interface.path, interface.sha256) for interface in interfaces),
        )
        entry = known.modules.get(path) if known is not None and not state.request.options.force else None
        if entry is None or entry.key != key or not _reuse(state, module, entry):
            state.dirty.append(path)
            _compile(state, module, interfaces, key)
            if not state.results[path].success and not state.request.options.continue_on_error:
                state.halted = True
    _save(state, graph, known)


def _code_options(state: _State, path: str) -> Mapping[str, str]:
    """Those of the request, and what the module's users need of it."""
    own = CODE_OPTION if path in state.for_compile_time else {}
    return {**state.request.options.code_options, **own}


def _reuse(state: _State, module: SourceModule, entry: CachedModule) -> bool:
    """Take the module's result from the cache; False if a stored file is absent or damaged."""
    code = state.tools.cache.read_blob(entry.object)
    interface = state.tools.cache.read_blob(entry.interface)
    if code is None or interface is None or len(code) != entry.compiled_size:
        return False
    path = module.relative_path
    state.interfaces[path] = Interface(path, entry.interface, interface)
    state.entries[path] = entry
    _finish(state, module, entry.form_results, Reply(True, code, interface, (), entry.warnings, ()), 0, True)
    return True


def _compile(state: _State, module: SourceModule, interfaces: tuple[Interface, ...], key: str) -> None:
    path = module.relative_path
    source = state.sources[path].data
    start = state.tools.monotonic()
    if len(source) > SOURCE_LIMIT:
        too_large = f"larger than {SOURCE_LIMIT >> 20} MiB"
        reply = failure(path, b"", error("limit-exceeded", too_large, path, 1, 1))
    else:
        answer: AbiReply = state.tools.feeder.compile(path, source, interfaces, _code_options(state, path))
        reply = module_reply(answer, path, source)
    milliseconds = elapsed_ms(start, state.tools.monotonic())
    forms = tuple((form.form_type, form.form_name) for form in reply.forms)
    if reply.ok:
        interface = state.interfaces[path] = Interface(path, sha256_bytes(reply.interface), reply.interface)
        if state.tools.cache.write_blobs(reply.output, reply.interface):
            state.entries[path] = CachedModule(
                path=path,
                mtime=module.mtime,
                hash=module.hash,
                compiled_size=len(reply.output),
                compile_time_ms=milliseconds,
                dependencies=module.dependencies,
                compiled_bytes=reply.output,
                form_results=forms,
                warnings=reply.warnings,
                key=key,
                object=sha256_bytes(reply.output),
                interface=interface.sha256,
            )
    else:
        state.failed_forms[path] = tuple(form.key for form in reply.forms if form.status is FormStatus.FAILED)
    _finish(state, module, forms, reply, milliseconds, False)


def _finish(
    state: _State,
    module: SourceModule,
    forms: tuple[tuple[str, str | None], ...],
    reply: Reply,
    milliseconds: int,
    from_cache: bool,
) -> None:
    """Record the result of an attempted or cached module and tell the progress."""
    compiling = module if from_cache else with_status(module, ModuleStatus.COMPILING)
    final = with_status(compiling, ModuleStatus.COMPILED if reply.ok else ModuleStatus.FAILED)
    failed = sum(form.status is FormStatus.FAILED for form in reply.forms)
    skipped = sum(form.status is FormStatus.SKIPPED for form in reply.forms)
    state.modules[module.relative_path] = final
    state.results[module.relative_path] = CompilationResult(
        module=final,
        success=reply.ok,
        wasm_bytes=reply.output if reply.ok else None,
        byte_count=len(reply.output),
        form_count=len(forms),
        forms_compiled=len(forms) - failed - skipped,
        forms_failed=failed,
        forms_skipped=skipped,
        errors=reply.errors,
        warnings=reply.warnings,
        compile_time_ms=milliseconds,
        from_cache=from_cache,
    )
    message = "CACHED" if from_cache else f"OK ({milliseconds}ms)" if reply.ok else "FAILED"
    state.progress.module(module.relative_path, message)


def _skip(state: _State, module: SourceModule, needs: str | None, causes: tuple[str, ...]) -> None:
    """Record a module that is not attempted, because of one it needs or because the session is stopping."""
    path = module.relative_path
    final = with_status(module, ModuleStatus.SKIPPED)
    count = len(skipped_forms(path, state.sources[path].data, causes))
    state.modules[path] = final
    state.results[path] = CompilationResult(
        final, False, None, 0, count, 0, 0, count, (), (), compile_time_ms=0, from_cache=False
    )
    state.progress.module(path, f"SKIPPED (needs {needs})" if needs else "SKIPPED (stopped)")


def _save(state: _State, graph: DependencyGraph, known: CompilationCache | None) -> None:
    """Save what this session knows; entries of other modules that are still there are kept."""
    cache = state.tools.cache
    if not cache.usable:
        return
    others = known.modules if known is not None else {}
    entries: Mapping[str, CachedModule] = {**others, **state.entries}
    order = (*graph.order, *sorted(path for path in entries if path not in graph.path_index))
    cache.save(
        CompilationCache(
            version=VERSION,
            timestamp=timestamp(state.tools.wall()),
            project_root=str(state.request.project_root),
            modules=entries,
            dependency_graph=GraphSnapshot(order, graph.dependencies),
        )
    )
