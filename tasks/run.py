"""What one run of doit shares: the project, the memory of hashes, the workers, the clocks, and what it has
compiled.
"""

import atexit
import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from clysm.bootstrap.gate_ahead import Gate
from clysm.bootstrap.keeper import INVITATION, borrower
from clysm.bootstrap.pool import Compiler, Worker, WorkerPool
from clysm.bootstrap.project import Project, load_project, stage_compiler, worker_settings
from clysm.workflow.digests import DigestCache
from clysm.workflow.times import Clock, elapsed_ms, timestamp, wall_clock
from tasks.leftovers import Presence
from tasks.slots import Slots


class Run:
    """Created at the first use, ended by the interpreter's exit: workers are stopped and the hashes saved."""

    def __init__(self, root: Path) -> None:
        self.project: Project = load_project(root)
        cache = self.project.path(self.project.settings.cache)
        self._presence = Presence(cache / "running", (cache, self.project.path(self.project.settings.build)))
        self.digests = DigestCache(cache / "digests.json", time.time_ns)
        self.glances: dict[str, str | None] = {}  # hashes of files since the last action ended
        invitation = os.environ.pop(INVITATION, "")  # what is started from here has none
        self.pool = WorkerPool(worker_settings(self.project), borrower(invitation))
        self.slots = Slots(1)
        self.waited: dict[str, float] = {}  # seconds, for a slot, of tasks that were executed
        self.gate_ahead: Gate | None = None
        self.clock: Clock = time.monotonic
        self._wall = wall_clock(os.environ, time.time)
        self._lock = threading.Lock()
        self._compiled: set[tuple[int, str]] = set()
        self._linked: set[int] = set()
        self._started: dict[int, float] = {}
        atexit.register(self.close)

    def timestamp(self) -> str:
        return timestamp(self._wall())

    def compiler(self, stage: int) -> Compiler:
        """Who compiles the modules of a stage: the hosted compiler, or the image of the stage before."""
        if stage == 0:
            return Compiler(None, self.digests.digest(self.project.layout.hosted_compiler))
        image = self.project.layout.stage(stage - 1)
        return stage_compiler(self.project, stage - 1, self.digests.digest(image))

    @contextlib.contextmanager
    def worker(self, compiler: Compiler) -> Iterator[Worker]:
        """A slot and a worker for the compiler until the block ends. Raises WorkerFailed."""
        with self.slots.held(), self.pool.worker(compiler) as worker:
            yield worker

    def start_stage(self, stage: int) -> None:
        """Note that work on a stage began, if it did not before."""
        with self._lock:
            self._started.setdefault(stage, self.clock())

    def stage_ms(self, stage: int) -> int:
        """Milliseconds since work on the stage began in this run."""
        with self._lock:
            now = self.clock()
            return elapsed_ms(self._started.get(stage, now), now)

    def note_compiled(self, stage: int, path: str) -> None:
        with self._lock:
            self._compiled.add((stage, path))

    def compiled(self, stage: int) -> frozenset[str]:
        """The modules compiled for a stage in this run, with or without success."""
        with self._lock:
            return frozenset(path for number, path in self._compiled if number == stage)

    def note_linked(self, stage: int) -> None:
        with self._lock:
            self._linked.add(stage)

    def linked(self, stage: int) -> bool:
        """Whether the stage was linked in this run, with or without success."""
        with self._lock:
            return stage in self._linked

    def close(self) -> None:
        if self.gate_ahead is not None:
            self.gate_ahead.end()
        self.pool.close()
        self.digests.save()
        self._presence.close()


@cache
def run() -> Run:
    """The run in the working directory, which doit has set to the project's root."""
    return Run(Path.cwd())


PASSPORT_GROUPS = frozenset({"keygen", "passport", "qr", "replay", "rules", "snapshot", "verify"})


def concerns_passports_only() -> bool:
    """Whether the command line names tasks of single passports and nothing else, as in `doit passport:SKU`:
    the hundreds of tasks that compile modules, and what they need, are left out then.
    """
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    return bool(words) and all(word.partition(":")[0] in PASSPORT_GROUPS for word in words)


def is_selected(task: str) -> bool:
    """Whether the command line names the task, as in `doit fixpoint`."""
    return task in sys.argv[1:]
