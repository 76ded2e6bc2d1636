"""Benches for tests: one run of everything, no other Lisps unless asked for."""

import time
from pathlib import Path

from clysm.bench.bench import Bench
from clysm.bootstrap.other_lisps import Lisp
from clysm.bootstrap.project import load_project
from clysm.engine.world import Clock


def make_bench(root: Path, directory: Path, *, runs: int = 1, lisps: tuple[Lisp, ...] = ()) -> Bench:
    return Bench(
        project=load_project(root),
        runs=runs,
        clock=time.monotonic,
        processor_clock=time.process_time,
        program_clock=Clock(time.time_ns, time.process_time_ns),
        directory=directory,
        say=lambda line: None,
        lisps=lisps,
        seconds=120.0,
    )
