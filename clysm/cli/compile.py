"""`clysm compile PATTERNS -o OUTPUT`: files or systems to one program."""

import argparse
import errno
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from clysm.bootstrap import toolchain
from clysm.bootstrap.toolchain import Toolchain
from clysm.cli.home import home_project, monotonic, paint, settings_here, source_registry, wall
from clysm.cli.output import (
    ProgressLines,
    print_causes,
    print_details,
    print_diagnostics,
    print_json,
)
from clysm.engine.abi import AbiReply
from clysm.engine.errors import EngineError
from clysm.engine.limits import Limits
from clysm.workflow import atomic
from clysm.workflow.action_cache import ActionCache
from clysm.workflow.action_cache_local import ACTIONS, LocalStore
from clysm.workflow.cachestore import CacheStore
from clysm.workflow.diagnostics import CompilationError, error, one_line
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.errors import ClysmError
from clysm.workflow.feeder import PROGRAM_LINK, Feeder
from clysm.workflow.links import link_key, link_once
from clysm.workflow.patterns import Matches, expand, project_root
from clysm.workflow.pipeline import Linker, Prelude, Request, Tools, compile_session
from clysm.workflow.progress import ProgressCallback
from clysm.workflow.rootcauses import root_causes
from clysm.workflow.session import CompilationOptions, CompilationResult, SessionOutcome
from clysm.workflow.states import RunStatus, Severity
from clysm.workflow.systems import NO_SYSTEMS, load_systems
from clysm.workflow.times import elapsed_ms

_LINK_FORMAT = "compile 1"  # raise it when the same inputs should give another program
SUCCESS, PARTIAL, FAILURE, USAGE, NO_MATCH, NO_OUTPUT = range(6)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A finished compilation: its outcome, and the compiler that did it. `problems` ended it before it
    began; `definitions` are the system files that were read.
    """

    outcome: SessionOutcome | None
    compiler: str | None
    problems: tuple[CompilationError, ...]
    notes: tuple[str, ...]
    definitions: Mapping[str, Path]

    def source_of(self, path: str) -> bytes | None:
        """The text that was compiled under a name; None if it is no longer that."""
        modules = self.outcome.session.modules if self.outcome is not None else ()
        module = next((module for module in modules if module.relative_path == path), None)
        file = module.path if module is not None else self.definitions.get(path)
        try:
            text = file.read_bytes() if file is not None else None
        except OSError:
            return None
        return None if module is not None and text and sha256_bytes(text) != module.hash else text


def compile_command(arguments: argparse.Namespace) -> int:
    """The exit status of the command; see the table of the reference."""
    start = monotonic()()
    matches = expand(arguments.patterns, Path.cwd())
    warnings = [_warning(note) for note in matches.notes]
    if matches.missing or matches.refused or not matches.files:
        missing = [error("missing-module", f"`{name}` does not exist") for name in matches.missing]
        missing += [error("missing-module", f"{name!a} is no name for a module") for name in matches.refused]
        problems = missing or [error("missing-module", "no source file matches")]
        return _end(arguments, NO_MATCH, (), problems, warnings, None, start)
    if Path(os.path.realpath(arguments.output)) in matches.files:
        problems = [error("host-error", f"the output `{arguments.output}` is one of the sources")]
        return _end(arguments, USAGE, (), problems, warnings, None, start)
    lines = ProgressLines(sys.stdout.isatty())
    silent = arguments.json or arguments.no_progress
    compiled = compile_files(arguments.patterns, matches, options_of(arguments, None if silent else lines))
    lines.finish()
    if compiled.outcome is None:
        return _end(arguments, FAILURE, (), compiled.problems, warnings, compiled.compiler, start)
    if arguments.verbose and not arguments.json:
        print(f"  compiler: {compiled.compiler}")
        print_details(compiled.outcome.session.results)
        warnings += [_warning(note) for note in compiled.notes]
    return _write(arguments, compiled, warnings, start)


def options_of(arguments: argparse.Namespace, callback: ProgressCallback | None) -> CompilationOptions:
    """The options of a command line."""
    return CompilationOptions(
        output=str(Path.cwd() / arguments.output),
        verbose=arguments.verbose,
        force=arguments.force,
        continue_on_error=not arguments.stop,
        cache_path=arguments.cache_dir,
        progress_callback=callback,
        code_options={},
    )


def compile_files(patterns: Sequence[str], matches: Matches, options: CompilationOptions) -> Compiled:
    """Choose the compiler, load its library and run the session."""
    definitions = tuple(path for path in matches.files if path.suffix == ".asd")
    files = tuple(path for path in matches.files if path.suffix != ".asd")
    search = source_registry()
    own = tuple(path for path in definitions if not search.holds(path, Path.cwd()))
    root = project_root(Path.cwd(), (*files, *own))
    registry = search.at(root)
    systems = (
        load_systems((registry.source(path) for path in definitions), registry) if definitions else NO_SYSTEMS
    )
    cache = Path.cwd() / options.cache_path
    home = home_project()
    try:
        chosen: Toolchain = toolchain.choose(home)
        settings = settings_here()
        limits = Limits(settings.compile_seconds, settings.compile_memory_mb << 20)
        feeder = Feeder(toolchain.open_session(home, chosen, cache, limits))
        prelude = toolchain.load_prelude(home, chosen, feeder)
    except (EngineError, ClysmError, OSError, ImportError) as problem:
        failed = error("internal-error", one_line(f"the compiler cannot be started: {problem}"))
        return Compiled(None, None, (failed,), (), systems.definitions)
    if not isinstance(prelude, Prelude):
        return Compiled(None, chosen.name, prelude, (), systems.definitions)
    with CacheStore(cache, root, time.sleep) as store, _interruptible() as stopped:
        links = ActionCache(LocalStore(cache / ACTIONS, settings.action_cache_mb << 20))
        compiler = chosen.compiler.sha256
        link = _linker(feeder, compiler, store, links)
        tools = Tools(feeder, compiler, prelude, store, link, monotonic(), wall(), stopped)
        request = Request(root, tuple(patterns), files, systems, registry.is_present, options)
        outcome = compile_session(request, tools)
        notes = (store.note,) if store.note else ()
    return Compiled(outcome, chosen.name, (), notes, systems.definitions)


def _linker(feeder: Feeder, compiler: str, store: CacheStore, links: ActionCache) -> Linker:
    """Links what was not linked before; anything, if the cache cannot be used."""

    def link(objects: Sequence[bytes], code_options: Mapping[str, str], anew: bool) -> AbiReply:
        def link_now() -> AbiReply:
            return feeder.link(objects, PROGRAM_LINK, code_options)

        if not store.usable:
            return link_now()
        key = link_key(compiler, objects, PROGRAM_LINK, code_options, _LINK_FORMAT)
        return link_once(links, key, link_now, read=not anew)

    return link


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Within the block, the first interrupt only sets a flag: the module at hand is finished. A second one
    ends all, with KeyboardInterrupt.
    """
    received: list[int] = []

    def note(number: int, frame: object) -> None:
        received.append(number)
        os.write(2, b"clysm: finishing the module at hand; interrupt again to stop at once\n")
        for other in (signal.SIGINT, signal.SIGTERM):
            signal.signal(other, signal.default_int_handler)

    old = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


def _write(
    arguments: argparse.Namespace, compiled: Compiled, warnings: list[CompilationError], start: float
) -> int:
    """Write the image if there is one, and end with the summary."""
    outcome = compiled.outcome
    assert outcome is not None
    results = outcome.session.results
    errors = [item for result in results for item in result.errors] + list(outcome.session.errors)
    warnings = [item for result in results for item in result.warnings] + warnings
    status = {RunStatus.SUCCESS: SUCCESS, RunStatus.PARTIAL: PARTIAL, RunStatus.FAILURE: FAILURE}[
        outcome.status
    ]
    if outcome.image is not None:
        try:
            _check_output(outcome)
            atomic.write_bytes(outcome.session.output_path, outcome.image)
        except OSError as problem:
            reason = f"`{arguments.output}` cannot be written: {problem.strerror}"
            errors.append(error("host-error", reason))
            return _end(arguments, NO_OUTPUT, results, errors, warnings, compiled.compiler, start)
    if not arguments.json:
        print_diagnostics([*errors, *warnings], compiled.source_of, paint())
        if len(errors) > 1:
            print_causes(root_causes(errors, results, outcome.session.graph))
        if results and all(result.from_cache for result in results):
            print("No changes detected")
        succeeded = sum(result.success for result in results)
        print(f"Compilation complete: {succeeded}/{len(results)} modules, {len(errors)} errors")
        if outcome.image is not None:
            print(f"Output: {arguments.output} ({len(outcome.image)} bytes)")
        return status
    _print_json(arguments, status, results, errors, warnings, compiled.compiler, start, outcome)
    return status


def _check_output(outcome: SessionOutcome) -> None:
    """Raise FileExistsError if the output would take the place of a source."""
    place = Path(os.path.realpath(outcome.session.output_path))
    if any(module.path == place for module in outcome.session.modules):
        raise FileExistsError(errno.EEXIST, "it is one of the sources")


def _end(
    arguments: argparse.Namespace,
    status: int,
    results: Sequence[CompilationResult],
    errors: Sequence[CompilationError],
    warnings: Sequence[CompilationError],
    compiler: str | None,
    start: float,
) -> int:
    """End without an output file."""
    if arguments.json:
        _print_json(arguments, status, results, errors, warnings, compiler, start, None)
    else:
        print_diagnostics([*errors, *warnings])
    return status


def _print_json(
    arguments: argparse.Namespace,
    status: int,
    results: Sequence[CompilationResult],
    errors: Sequence[CompilationError],
    warnings: Sequence[CompilationError],
    compiler: str | None,
    start: float,
    outcome: SessionOutcome | None,
) -> None:
    image = outcome.image if outcome is not None else None
    print_json(
        status,
        results,
        errors,
        warnings,
        output=arguments.output if image is not None else None,
        output_size=len(image) if image is not None else None,
        output_sha256=outcome.image_sha256 if outcome is not None else None,
        compiler=compiler,
        duration_ms=elapsed_ms(start, monotonic()()),
    )


def print_empty_json(status: int, problem: str) -> None:
    """The JSON object of a command line that could not be understood."""
    print_json(
        status,
        (),
        (error("host-error", problem),),
        (),
        output=None,
        output_size=None,
        output_sha256=None,
        compiler=None,
        duration_ms=0,
    )


def _warning(note: str) -> CompilationError:
    return replace(error("missing-module", note), severity=Severity.WARNING)
