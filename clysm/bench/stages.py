"""The stage image: making its machine code, and loading it when that is cached."""

from collections.abc import Iterator

from clysm.bench.bench import Bench
from clysm.bench.results import Measurement, Result, Unmeasured, time_runs
from clysm.bootstrap.layout import LAST_STAGE
from clysm.engine.code_cache import CodeCache, compile_image
from clysm.engine.engine import shared_engine
from clysm.engine.image import load_image
from clysm.engine.instance import Instance
from clysm.engine.world import compile_world
from clysm.workflow.errors import ClysmError

GROUP = "stages"


def measure(bench: Bench) -> Iterator[Result]:
    """The last stage, from the build directory."""
    path = bench.project.layout.stage(LAST_STAGE)
    bench.say(path)
    try:
        data = bench.project.path(path).read_bytes()
        cache = CodeCache(bench.fresh_directory("stage-code"))
        log = (bench.directory / "stages.log").open("wb")

        def load() -> None:
            with Instance(load_image(data, cache), compile_world(log)) as instance:
                instance.initialize()

        with log:
            code_times = time_runs(lambda: compile_image(shared_engine(), data), bench.runs, bench.clock)
            load()
            load_times = time_runs(load, bench.runs, bench.clock)
    except (ClysmError, OSError) as problem:
        yield Unmeasured(GROUP, path, str(problem))
        return
    yield Measurement(GROUP, "machine code", "s", code_times, f"compile {path}, {len(data)} bytes")
    yield Measurement(GROUP, "load with cached code", "s", load_times, f"load and initialize {path}")
