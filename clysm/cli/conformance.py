"""`clysm conformance SUITE [CATEGORY...]`: run a conformance suite and compare with the baseline."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from clysm.cli.run import compile_in_memory
from clysm.conformance import results
from clysm.conformance.baseline import (
    BASELINE,
    TABLE,
    Baseline,
    Comparison,
    baseline_json,
    compare,
    read_baseline,
)
from clysm.conformance.results import CategoryResult
from clysm.conformance.runner import ALL_SECONDS, CATEGORY_SECONDS, Runner, program_command
from clysm.conformance.suite import Suite, SuiteProblem, open_suite
from clysm.workflow import jsonfile
from clysm.workflow.errors import ClysmError

REGRESSED = 1
NOT_RUN = 2
HARNESS = Path(results.__file__).with_name("harness.lisp")
NAMES_SHOWN = 20


def conformance_command(arguments: argparse.Namespace) -> int:
    """0 if nothing became worse, 1 if something did, 2 if the suite could not be run."""
    path = BASELINE if arguments.baseline is None else Path(arguments.baseline)
    try:
        baseline = read_baseline(path)
    except (OSError, ClysmError) as problem:
        return _not_run(f"no baseline: {problem}")
    suite = open_suite(Path(arguments.suite).resolve(), baseline.commit)
    if isinstance(suite, SuiteProblem):
        return _not_run(suite.message)
    unknown = [name for name in arguments.categories if name not in suite.categories]
    if unknown:
        return _not_run(f"no category `{unknown[0]}`: the suite has {', '.join(suite.categories)}")
    chosen = tuple(arguments.categories) or suite.categories
    start = time.monotonic()
    image = compile_in_memory(str(HARNESS), arguments.cache_dir)
    if image is None:
        return _not_run("the harness does not compile")
    with tempfile.TemporaryDirectory(prefix="clysm-conformance-") as directory:
        program = Path(directory, "harness.wasm")
        program.write_bytes(image)
        runner = Runner(program_command(program, Path(arguments.cache_dir).resolve()))
        found = _run(runner, suite, chosen, baseline, arguments.jobs)
    seconds = time.monotonic() - start
    total = sum(len(result.tests) for result in found)
    passed = sum(result.passed for result in found)
    rate = 100 * passed / max(1, total)
    print(f"{passed} of {total} tests pass ({rate:.1f} %), {_time(seconds, ALL_SECONDS)}")
    if arguments.json is not None:
        jsonfile.write_report(Path(arguments.json), results.report(suite.commit, found), results.REPORT)
    if arguments.write_baseline:
        jsonfile.write_report(path, baseline_json(baseline, suite.categories, found), TABLE)
        return 0
    worse = [result for result in found if compare(baseline.categories.get(result.name), result).regressed]
    return REGRESSED if worse else 0


def _not_run(message: str) -> int:
    print(f"clysm: error: {message}", file=sys.stderr)
    return NOT_RUN


def _run(
    runner: Runner, suite: Suite, chosen: tuple[str, ...], baseline: Baseline, jobs: int
) -> list[CategoryResult]:
    """Run the categories; each is shown when it is done."""
    found = []
    for number, result in enumerate(runner.run(suite, chosen, jobs), 1):
        comparison = compare(baseline.categories.get(result.name), result)
        print(f"[{number}/{len(chosen)}] {_summary(result, comparison)}", flush=True)
        _show_changes(comparison)
        found.append(result)
    return found


def _summary(result: CategoryResult, comparison: Comparison) -> str:
    problems = f", {len(result.problems)} forms outside of tests failed" if result.problems else ""
    return (
        f"{result.name}: {result.passed} of {len(result.tests)} tests pass ({comparison.rate:.1f} %), "
        f"{_time(result.seconds, CATEGORY_SECONDS)}{problems}"
    )


def _time(seconds: float, budget: float) -> str:
    over = f" (more than {budget:.0f})" if seconds > budget else ""
    return f"{seconds:.0f} s{over}"


def _show_changes(comparison: Comparison) -> None:
    for word, names in (("now failing", comparison.worse), ("now passing", comparison.better)):
        for name in names[:NAMES_SHOWN]:
            print(f"  {word}: {name}")
        if len(names) > NAMES_SHOWN:
            print(f"  {word}: {len(names) - NAMES_SHOWN} more")
    if comparison.missing:
        print(f"  {comparison.missing} tests did not run")
    if comparison.alarm:
        print(f"  ALARM: the pass rate fell by {comparison.fall:.1f} points")
