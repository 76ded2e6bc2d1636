"""`clysm run FILE [ARGS...]`: run a program; Lisp is compiled in memory first."""

import argparse
import signal
import sys
import time
from pathlib import Path

from clysm.cli.compile import FAILURE, NO_MATCH, compile_files
from clysm.cli.output import print_diagnostics
from clysm.engine.code_cache import CodeCache
from clysm.engine.errors import EngineError
from clysm.engine.program import run_program
from clysm.engine.world import Clock, HostWorld
from clysm.workflow.patterns import Matches
from clysm.workflow.session import CompilationOptions
from clysm.workflow.states import RunStatus


def run_command(arguments: argparse.Namespace) -> int:
    """The program's exit status; 2 to 5 with `clysm: error:` for failures before it starts."""
    path = Path(arguments.file)
    if not path.is_file():
        print(f"clysm: error: `{arguments.file}` does not exist", file=sys.stderr)
        return NO_MATCH
    image = (
        path.read_bytes()
        if path.suffix == ".wasm"
        else compile_in_memory(arguments.file, arguments.cache_dir)
    )
    if image is None:
        print(f"clysm: error: `{arguments.file}` does not compile", file=sys.stderr)
        return FAILURE
    return run_image(image, tuple(arguments.arguments), arguments.dir, Path(arguments.cache_dir))


def compile_in_memory(file: str, cache: str) -> bytes | None:
    """The image of one Lisp file or system, diagnostics on stderr; None unless all of it compiles."""
    options = CompilationOptions(
        output=f"{file}.wasm",  # never written
        verbose=False,
        force=False,
        continue_on_error=True,
        cache_path=cache,
        progress_callback=None,
        code_options={},
    )
    compiled = compile_files((file,), Matches((Path(file).resolve(),), (), ()), options)
    outcome = compiled.outcome
    if outcome is None:
        print_diagnostics(compiled.problems)
        return None
    results = outcome.session.results
    print_diagnostics([item for result in results for item in (*result.errors, *result.warnings)])
    print_diagnostics(outcome.session.errors)
    return outcome.image if outcome.status is RunStatus.SUCCESS else None


def run_image(image: bytes, arguments: tuple[str, ...], directories: list[str], cache: Path) -> int:
    """Run an image with this process's streams and clocks."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # an interrupt ends the program as it ends any other
    world = HostWorld(
        stdin=sys.stdin.buffer,
        stdout=sys.stdout.buffer,
        stderr=sys.stderr.buffer,
        arguments=arguments,
        directories=tuple(Path(directory).resolve() for directory in directories or ["."]),
        clock=Clock(time.time_ns, time.monotonic_ns),
    )
    try:
        status = run_program(image, world, cache=CodeCache(cache / "code"))
    except EngineError as problem:
        print(f"clysm: error: {problem}", file=sys.stderr)
        return FAILURE
    finally:
        sys.stdout.flush()
    return status.code
