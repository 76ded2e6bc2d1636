"""`python -m clysm.bench [--runs N] [GROUP...]`: measure, write `build/reports/bench.json`, print a table."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from clysm.bench import (
    REPORT,
    builds,
    compilers,
    operations,
    passports,
    programs,
    report,
    scheduling,
    stages,
)
from clysm.bench.bench import PASSPORTS, Bench
from clysm.bench.results import Result
from clysm.bootstrap.project import load_project
from clysm.engine.engine import engine_version
from clysm.engine.world import Clock
from clysm.workflow.errors import ClysmError
from clysm.workflow.times import timestamp, wall_clock

GROUPS: Final[Mapping[str, Callable[[Bench], Iterator[Result]]]] = {
    "builds": builds.measure,
    "scheduling": scheduling.measure,
    "stages": stages.measure,
    "compilers": compilers.measure,
    "programs": programs.measure,
    "operations": operations.measure,
    "passports": passports.measure,
}
_RUNS = 5


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The command line: runs and groups, which are all without any."""
    parser = argparse.ArgumentParser(prog="clysm.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=_RUNS, metavar="N", help="samples of each thing")
    parser.add_argument(
        "--passports", type=int, default=PASSPORTS, metavar="N", help="products of the long series"
    )
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    arguments = parser.parse_args(argv)
    if arguments.runs < 1 or arguments.passports < 1:
        parser.error("at least one run and one passport")
    if unknown := [group for group in arguments.groups if group not in GROUPS]:
        parser.error(f"no group `{unknown[0]}`")
    return arguments


def main(argv: Sequence[str]) -> int:
    """0 when there is a report, also if some things could not be measured."""
    arguments = parse(argv)
    groups = [group for group in GROUPS if group in arguments.groups or not arguments.groups]
    try:
        project = load_project(Path.cwd())
        with tempfile.TemporaryDirectory(prefix="clysm-bench-") as directory:
            bench = Bench(
                project=project,
                runs=arguments.runs,
                clock=time.monotonic,
                processor_clock=time.process_time,
                program_clock=Clock(time.time_ns, time.process_time_ns),
                directory=Path(directory),
                say=lambda line: print(line, file=sys.stderr, flush=True),
                passports=arguments.passports,
            )
            results = [result for group in groups for result in GROUPS[group](bench)]
        written = report.write(
            project.path(f"{project.settings.build}/{REPORT}"),
            results,
            groups,
            timestamp(wall_clock(os.environ, time.time)()),
            {"engine": engine_version(), "processors": os.cpu_count() or 1, "runs": arguments.runs},
        )
    except (ClysmError, OSError) as problem:
        print(f"clysm.bench: error: {problem}", file=sys.stderr)
        return 1
    print("\n".join(report.table_lines(written)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
