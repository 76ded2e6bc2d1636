"""Running the categories of a suite, each in a process of its own that is started again behind a test that
ends or blocks it.
"""

import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from clysm.conformance.protocol import Begin, Done, End, Event, parse_line
from clysm.conformance.results import CategoryResult, Outcome, Problem, Verdict
from clysm.conformance.suite import LEFT_BEHIND, Suite

TEST_SECONDS = 30.0  # the budgets of the contracts, section 7: of a test, a category, all
CATEGORY_SECONDS = 120.0
ALL_SECONDS = 1800.0
LOAD_SECONDS = 120.0  # for all that a category loads before a test
STDERR_LINES = 3


@dataclass(frozen=True, slots=True)
class Ended:
    """The process has ended."""

    status: int
    stderr: str


@dataclass(slots=True)
class _Process:
    """A running harness, whose events come through a queue."""

    process: "subprocess.Popen[str]"
    errors: Path
    events: "queue.Queue[Event | None]" = field(default_factory=queue.Queue)

    def read(self) -> None:
        """Put every event into the queue, then None."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event = parse_line(line)
            if event is not None:
                self.events.put(event)
        self.events.put(None)

    def stop(self) -> Ended:
        """End the process, if it runs, with what it started."""
        self.process.kill()
        status = self.process.wait()
        lines = self.errors.read_text(encoding="utf-8", errors="replace").splitlines()
        return Ended(status, "; ".join(lines[:STDERR_LINES]))


@dataclass(frozen=True, slots=True)
class Runner:
    """`command` starts a harness that may use the given directory; its arguments are that of the suite, the
    category and the number of tests to leave out.
    """

    command: Callable[[Path], list[str]]
    test_seconds: float = TEST_SECONDS
    load_seconds: float = LOAD_SECONDS

    def run(self, suite: Suite, categories: tuple[str, ...], jobs: int) -> Iterator[CategoryResult]:
        """The results of the categories in their order, each when it and those before it are done."""
        with ThreadPoolExecutor(jobs) as pool:
            yield from pool.map(lambda category: self.run_category(suite, category), categories)

    def run_category(self, suite: Suite, category: str) -> CategoryResult:
        """Every test of one category, in a copy of the suite, which tests may write to."""
        start = time.monotonic()
        tests: list[Outcome] = []
        problems: list[Problem] = []
        with tempfile.TemporaryDirectory(prefix="clysm-conformance-") as directory:
            root = Path(directory, "suite")
            shutil.copytree(suite.root, root, ignore=shutil.ignore_patterns(".git"))
            for name in LEFT_BEHIND.get(category, ()):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).touch()
            while not self._run_from(root, category, Path(directory, "stderr"), tests, problems):
                pass
        return CategoryResult(
            category, tuple(tests), tuple(dict.fromkeys(problems)), time.monotonic() - start
        )

    def _run_from(
        self, root: Path, category: str, errors: Path, tests: list[Outcome], problems: list[Problem]
    ) -> bool:
        """Run the tests behind those that have results. True if there is no more to do."""
        with errors.open("w", encoding="utf-8") as stderr:
            process = _Process(
                subprocess.Popen(
                    [*self.command(root), f"{root}/", category, str(len(tests))],
                    cwd=root,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=stderr,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                ),
                errors,
            )
        reader = threading.Thread(target=process.read, daemon=True)
        reader.start()
        known = len(tests)
        name: str | None = None
        limit = self.load_seconds
        try:
            while True:
                try:
                    event = process.events.get(timeout=limit)
                except queue.Empty:
                    process.stop()
                    reason = f"stopped after {limit:.0f} s"
                    break
                match event:
                    case Begin(name):
                        limit = self.test_seconds
                    case End() if name is not None:
                        tests.append(event.result(name))
                        name, limit = None, self.load_seconds
                    case Problem():
                        problems.append(event)
                    case Done():
                        return True
                    case _:
                        reason = _ending(process.stop())
                        break
        finally:
            process.stop()
        if name is not None:
            tests.append(Outcome(name, Verdict.FAIL, "", reason, round(1000 * self.test_seconds)))
            return False
        problems.append(Problem(f"{category}/load.lsp", f"between two tests, behind {len(tests)}: {reason}"))
        return len(tests) == known


def _ending(ended: Ended) -> str:
    """How a process ended that had more to do."""
    how = (
        f"the program was ended by {signal.Signals(-ended.status).name}"
        if ended.status < 0
        else f"the program ended with status {ended.status}"
    )
    return f"{how}: {ended.stderr}" if ended.stderr else how


def program_command(image: Path, cache: Path) -> Callable[[Path], list[str]]:
    """The command that runs the harness's image with access to the copy of the suite."""
    return lambda root: [
        *(sys.executable, "-m", "clysm", "run", "--cache-dir", str(cache), "--dir", str(root)),
        str(image),
    ]
