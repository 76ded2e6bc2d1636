"""Single operations of the language, timed by the program `operations.lisp` itself, here and elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from clysm.bench.bench import Bench, BenchError
from clysm.bench.programs import ProgramCompiler, run_once
from clysm.bench.results import Baseline, Measurement, Result, Unmeasured
from clysm.bootstrap.other_lisps import LispFailed, time_program
from clysm.engine.code_cache import CodeCache
from clysm.workflow.errors import ClysmError

GROUP = "operations"
SOURCE: Final = Path(__file__).parent / "operations.lisp"
_PICOSECONDS_PER_NANOSECOND = 1000


def measure(bench: Bench, source: Path = SOURCE) -> Iterator[Result]:
    """Every operation of the program, in its order."""
    bench.say("operations")
    try:
        image = ProgramCompiler(bench).compile(source)
        cache = CodeCache(bench.fresh_directory("operations-code"))
        own = [parse(run_once(bench, image, cache).printed) for _ in range(bench.runs)]
    except ClysmError as problem:
        yield Unmeasured(GROUP, "all", str(problem))
        return
    others: dict[str, Sequence[Mapping[str, float]]] = {}
    for lisp in bench.lisps:
        if not lisp.installed:
            yield Unmeasured(GROUP, lisp.name, "not installed")
            continue
        bench.say(f"operations, {lisp.name}")
        try:
            others[lisp.name] = [
                parse(time_program(lisp, source, 1, directory, bench.seconds)[1])
                for directory in (
                    bench.fresh_directory(f"operations-{lisp.name}-{run}") for run in range(bench.runs)
                )
            ]
        except (LispFailed, BenchError) as problem:
            yield Unmeasured(GROUP, lisp.name, str(problem))
    for name in own[0]:
        baselines = tuple(
            Baseline(lisp, tuple(run[name] for run in runs))
            for lisp, runs in others.items()
            if all(name in run for run in runs)
        )
        samples = tuple(run[name] for run in own)
        yield Measurement(GROUP, name, "ns", samples, f"clysm run {source.name}", baselines)


def parse(printed: str) -> dict[str, float]:
    """Nanoseconds by operation from lines `name: picoseconds`. Raises BenchError if there are none."""
    found = {}
    for line in printed.splitlines():
        name, separator, value = line.rpartition(": ")
        if separator and value.strip().isdecimal():
            found[name] = int(value) / _PICOSECONDS_PER_NANOSECOND
    if not found:
        raise BenchError(f"no operation was timed: {printed[:200]!r}")
    return found
