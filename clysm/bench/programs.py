"""Compiled programs: run in this process on the engine, and compiled by other Lisps.

    programs/NAME.lisp  prints its result and times nothing
    programs/NAME.out   what it prints, everywhere

Three things are measured of a program: compiling and linking it with the newest stage, loading the image with
cached machine code (instantiation and `_initialize` included), and running it. In other Lisps COMPILE-FILE
compiles it, and loading the compiled file is the run.
"""

import io
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from clysm.bench.bench import Bench, BenchError
from clysm.bench.results import Baseline, Measurement, Result, Unmeasured, time_runs
from clysm.bootstrap import build, toolchain
from clysm.bootstrap.other_lisps import LispFailed, time_program
from clysm.engine.code_cache import CodeCache
from clysm.engine.errors import ProgramExitError
from clysm.engine.image import Image, load_image
from clysm.engine.instance import Instance
from clysm.engine.world import HostWorld
from clysm.workflow.errors import ClysmError
from clysm.workflow.feeder import PROGRAM_LINK, Feeder
from clysm.workflow.pipeline import Prelude

GROUP = "programs"
PROGRAMS: Final = Path(__file__).parent / "programs"


class ProgramCompiler:
    """The project's newest compiler with the library loaded; one session compiles, another links.

    Raises BenchError if there is no compiler, or the library does not compile.
    """

    def __init__(self, bench: Bench) -> None:
        project, cache = bench.project, bench.project.path(bench.project.settings.cache)
        try:
            tools = toolchain.choose(project)
            self._compiling = Feeder(toolchain.open_session(project, tools, cache))
            self._linking = Feeder(toolchain.open_session(project, tools, cache))
            prelude = toolchain.load_prelude(project, tools, self._compiling)
        except (ClysmError, OSError) as problem:
            raise BenchError(f"there is no compiler: {problem}") from problem
        if not isinstance(prelude, Prelude):
            raise BenchError(f"the library does not compile: {prelude[0].message}")
        self._prelude = prelude
        self.name = tools.name

    def compile(self, source: Path) -> bytes:
        """The image of a program. Raises BenchError if it does not compile."""
        name = source.name
        object_ = self._compiling.compile(
            name, source.read_bytes(), self._prelude.interfaces, build.CODE_OPTIONS
        )
        if object_.status:
            raise BenchError(f"{name} does not compile: {object_.diagnostics.decode(errors='replace')[:500]}")
        image = self._linking.link((*self._prelude.objects, object_.output), PROGRAM_LINK, build.CODE_OPTIONS)
        if image.status:
            raise BenchError(f"{name} does not link: {image.diagnostics.decode(errors='replace')[:500]}")
        return image.output


@dataclass(frozen=True, slots=True)
class Run:
    """`load` and `run` are seconds of processor time; `printed` is standard output."""

    load: float
    run: float
    printed: str


def run_once(bench: Bench, image: bytes, cache: CodeCache) -> Run:
    """Load an image and run it to its end. Raises EngineError, BenchError for an exit status other than 0."""
    out, err = io.BytesIO(), io.BytesIO()
    start = bench.processor_clock()
    loaded: Image = load_image(image, cache)
    with Instance(loaded, HostWorld(io.BytesIO(), out, err, clock=bench.program_clock)) as instance:
        instance.initialize()
        ready = bench.processor_clock()
        try:
            instance.call("_start")
        except ProgramExitError as ended:
            if ended.code:
                raise BenchError(f"exit status {ended.code}: {err.getvalue().decode()[-500:]}") from ended
        end = bench.processor_clock()
    return Run(ready - start, end - ready, out.getvalue().decode(errors="replace"))


def measure(bench: Bench, directory: Path = PROGRAMS) -> Iterator[Result]:
    """Every program of the directory; the times of compiling all of them are one measurement."""
    try:
        compiler = ProgramCompiler(bench)
    except BenchError as problem:
        yield Unmeasured(GROUP, "all", str(problem))
        return
    cache = CodeCache(bench.fresh_directory("program-code"))
    compile_times: list[float] = []
    for source in sorted(directory.glob("*.lisp")):
        bench.say(f"program {source.stem}")
        try:
            start = bench.processor_clock()
            image = compiler.compile(source)
            compile_times.append(bench.processor_clock() - start)
            yield from _measure_image(bench, image, source, cache)
        except ClysmError as problem:
            yield Unmeasured(GROUP, source.stem, str(problem))
    if compile_times:
        command = f"clysm compile each program with {compiler.name}"
        yield Measurement(GROUP, "compile and link", "s", tuple(compile_times), command)
        yield from _measure_process(bench)


def _measure_process(bench: Bench) -> Iterator[Result]:
    """A small program by the command line, and a form by the interactive loop, from the start of the process
    to its end.
    """
    source = bench.fresh_directory("small-program") / "small.lisp"
    source.write_text("(print (+ 1 2))\n")
    prompt = "COMMON-LISP-USER>"
    for name, arguments, given, expected in (
        ("compile and run a small program, as a process", ("run", str(source)), "", ["3"]),
        ("answer of the interactive loop, as a process", ("repl",), "(+ 1 2)\n", [prompt, "3", prompt]),
    ):
        printed: list[str] = []
        command = (sys.executable, "-m", "clysm", *arguments)
        times = time_runs(partial(_run_process, bench, command, given, printed), bench.runs, bench.clock)
        if any(text.split() != expected for text in printed):
            yield Unmeasured(GROUP, name, f"it prints {printed[0][:200]!r}")
        else:
            yield Measurement(GROUP, name, "s", times, f"clysm {arguments[0]}")


def _run_process(bench: Bench, command: Sequence[str], given: str, printed: list[str]) -> None:
    """Add to `printed` what a process writes that reads `given`."""
    done = subprocess.run(
        command,
        cwd=bench.project.root,
        input=given,
        capture_output=True,
        text=True,
        timeout=bench.seconds,
        check=False,
    )
    printed.append(done.stdout + done.stderr)


def _measure_image(bench: Bench, image: bytes, source: Path, cache: CodeCache) -> Iterator[Result]:
    name, command = source.stem, f"clysm run {source.name}"
    expected = source.with_suffix(".out").read_text("utf-8")
    run_once(bench, image, cache)  # makes the machine code
    runs = [run_once(bench, image, cache) for _ in range(bench.runs)]
    if any(run.printed != expected for run in runs):
        raise BenchError(f"it prints {runs[0].printed[:200]!r}, not {expected[:200]!r}")
    baselines, missing = _baselines(bench, source, expected)
    yield Measurement(GROUP, f"{name}: run", "s", tuple(run.run for run in runs), command, baselines)
    yield Measurement(GROUP, f"{name}: load", "s", tuple(run.load for run in runs), command)
    yield from missing


def _baselines(bench: Bench, source: Path, expected: str) -> tuple[tuple[Baseline, ...], list[Unmeasured]]:
    baselines: list[Baseline] = []
    missing: list[Unmeasured] = []
    for lisp in bench.lisps:
        if not lisp.installed:
            missing.append(Unmeasured(GROUP, f"{source.stem}: {lisp.name}", "not installed"))
            continue
        directory = bench.fresh_directory(f"{source.stem}-{lisp.name}")
        try:
            times, printed = time_program(lisp, source, bench.runs, directory, bench.seconds)
        except LispFailed as problem:
            missing.append(Unmeasured(GROUP, f"{source.stem}: {lisp.name}", str(problem)))
            continue
        if printed.split() != expected.split():  # PRINT breaks long lines in some
            reason = f"it prints {printed[:200]!r}"
            missing.append(Unmeasured(GROUP, f"{source.stem}: {lisp.name}", reason))
        else:
            baselines.append(Baseline(lisp.name, times))
    return tuple(baselines), missing
