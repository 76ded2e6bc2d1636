"""How doit runs: settings, signals and exit status. Everything that shapes behaviour is here and not in
pyproject.toml, which doit reads only from the directory it was called in.
"""

import contextlib
import signal
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import doit.cmd_run
import doit.runner
from doit.control import TaskControl
from doit.exceptions import TaskFailed, UnmetDependency
from doit.runner import MThreadRunner

from clysm.workflow.processors import default_jobs
from tasks.database import discard_if_damaged
from tasks.freshness import Sha256Checker, step_of
from tasks.order import Ready, chain_lengths
from tasks.reporter import NORMAL, Reporter
from tasks.run import run
from tasks.slots import Slots

CACHE = Path(".clysm-cache")
DATABASE = CACHE / "doit.sqlite3"
DEFAULT_TASKS = (
    "system",
    "host",
    "module",
    "stage",
    "program",
    "test",
    "fixpoint",
    "report",
    "catalog",
    "passports",
    "verify",
)


class Skipped(UnmetDependency, TaskFailed):  # type: ignore[misc]  # doit has no types
    """A task not run because one that it needs failed: a consequence, which leaves the exit status at 1."""


class Threads(MThreadRunner):  # type: ignore[misc]  # doit has no types
    """doit's threads, two for each task at a time if there are several: while the worker of one is at work,
    the other reads and writes files. A task that borrows workers holds a slot while it has one, others hold
    one all the time.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        run().slots = Slots(self.num_process)
        if self.num_process > 1:
            self.num_process *= 2
        self._in_order = False

    def get_next_job(self, completed: Any) -> Any:
        """From the first task that is executed on, the longest chain comes first."""
        job = super().get_next_job(completed)
        if job is not None and not self._in_order:
            self._in_order = True
            needs = {name: task.task_dep for name, task in self.tasks.items()}
            self.task_dispatcher.ready = Ready(self.task_dispatcher.ready, chain_lengths(needs))
        return job

    def execute_task(self, task: Any) -> Any:
        """In one of the threads; time spent on waiting for a slot is not the task's."""
        step = step_of(task)
        alone = contextlib.nullcontext() if step is not None and step.borrows else run().slots.held()
        with alone:
            run().slots.take_waited()
            failure = super().execute_task(task)
        run().waited[task.name] = run().slots.take_waited()
        return failure


def configuration(*default_tasks: str) -> dict[str, Any]:
    """DOIT_CONFIG; what plain `doit` does is what is named, or all of the compiler's project. Threads,
    because a killed worker process must fail its task and not hang the build.
    """
    return {
        "minversion": "0.37.0",
        "backend": "sqlite3",
        "dep_file": str(DATABASE),
        "check_file_uptodate": Sha256Checker,
        "reporter": Reporter,
        "par_type": "thread",
        "num_process": default_jobs(),
        "continue": True,
        "verbosity": NORMAL,
        "default_tasks": list(default_tasks or DEFAULT_TASKS),
        "cleanforget": True,
    }


def prepare() -> None:
    """Make ready for doit to open its database, and for signals to end the run in order."""
    CACHE.mkdir(exist_ok=True)
    discard_if_damaged(DATABASE)
    doit.runner.UnmetDependency = Skipped
    doit.cmd_run.MThreadRunner = Threads
    TaskControl.add_implicit_task_dep = staticmethod(add_makers)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)


def add_makers(targets: Mapping[str, str], task: Any, files: Iterable[str]) -> None:
    """Have a task depend on the tasks that make its files. In doit's own way that takes quadratic time, and
    the order differs from run to run.
    """
    makers = dict.fromkeys(targets[file] for file in sorted(files) if file in targets)
    known = set(task.task_dep)
    task.task_dep += [maker for maker in makers if maker not in known]


def _stop(number: int, frame: object) -> None:
    sys.exit(128 + number)
