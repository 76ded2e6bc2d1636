"""Benchmarks, in a process of their own: builds, scheduling, stages, compilers, programs, operations and
passports.

`doit bench` measures all, `doit bench --only programs --runs 9` a part.
"""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from doit.exceptions import TaskFailed

from clysm.bench import REPORT
from tasks.run import run

BENCH = [sys.executable, "-m", "clysm.bench"]


def measure(only: str, runs: int, passports: int) -> TaskFailed | None:
    """Measure the groups named in `only`, all if it is empty; they print as they go."""
    groups = only.replace(",", " ").split()
    options = ["--runs", str(runs), "--passports", str(passports)]
    done = subprocess.run([*BENCH, *options, *groups], cwd=run().project.root, check=False)
    return None if done.returncode == 0 else TaskFailed(f"the benchmarks ended with status {done.returncode}")


def task_bench() -> Iterator[dict[str, Any]]:
    """measure builds, compiled programs and passports; --only GROUPS --runs N --passports N"""
    yield {
        "basename": "bench",
        "doc": task_bench.__doc__,
        "actions": [(measure,)],
        "params": [
            {"name": "only", "long": "only", "type": str, "default": "", "help": "groups, with commas"},
            {"name": "runs", "long": "runs", "type": int, "default": 5, "help": "samples of each thing"},
            {
                "name": "passports",
                "long": "passports",
                "type": int,
                "default": 100_000,
                "help": "of a series",
            },
        ],
        "task_dep": ["stage"],
        "targets": [f"{run().project.settings.build}/{REPORT}"],
        "uptodate": [False],
        "clean": True,
        "io": {"capture": False},
        "verbosity": 2,
    }
