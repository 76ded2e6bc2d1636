"""What a run of doit shows: phases and failures as lines, a bar on a terminal, a report of every stage that
failed, and one closing line.

`-v 0` is quiet: failures only. `-v 2` is verbose: also each task that was executed, with its time.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from doit.exceptions import UnmetDependency

from clysm.workflow.action_cache import Use
from tasks import progress_durations
from tasks.action_cache import action_cache
from tasks.passports import lines_of
from tasks.progress import PROGRESS
from tasks.progress_bar import BAR, RUN, row_of
from tasks.progress_build import BuildProgress
from tasks.run import run

QUIET, NORMAL, VERBOSE = 0, 1, 2  # doit's own numbers, option -v
PRINTING = ("fixpoint", "report", "bench")  # tasks that print by themselves
_DURATIONS = "durations.json"  # in the cache directory
_QUARTERS = 4


class Reporter:
    """Called by doit; `execute_task` comes from several threads."""

    desc = "phases, failures, a bar on a terminal"

    def __init__(self, outstream: TextIO, options: Mapping[str, Any]) -> None:
        self._out = outstream
        self._lock = threading.Lock()
        self._terminal = outstream.isatty() and os.environ.get("TERM") != "dumb"
        self._verbosity: int | None = None  # of the run, known with the first task that has none of its own
        self._unmarked: frozenset[str] = frozenset()  # tasks without a verbosity of their own
        self._all: frozenset[str] = frozenset()  # all tasks there are
        self._planned: tuple[str, ...] = ()  # what may run in this run, groups left out
        self._known: dict[str, int] = {}
        self._progress: BuildProgress | None = None  # from the first task that is executed
        self._before: list[tuple[str, str, bool]] = []  # tasks that ended before that
        self._modules: Counter[int] = Counter()  # per stage, in this run's graph
        self._done: Counter[int] = Counter()
        self._executed = 0
        self._uptodate = 0
        self._failed: list[str] = []
        self._skipped: dict[str, tuple[str, ...]] = {}  # with the failed tasks that are the reason
        self._messages: list[str] = []

    def initialize(self, tasks: Mapping[str, Any], selected_tasks: Iterable[str]) -> None:
        """Count the modules of each stage, and note what may run."""
        self._modules = Counter(stage for name in tasks if (stage := _stage_of(name)) is not None)
        self._all = frozenset(tasks)
        self._unmarked = frozenset(name for name, task in tasks.items() if task.verbosity is None)
        self._planned = _closure(tasks, selected_tasks)

    def get_status(self, task: Any) -> None:
        pass

    def execute_task(self, task: Any) -> None:
        """Announce the first module of a stage, and what is under way."""
        if not task.actions:
            return
        with self._lock:
            self._note_verbosity(task)
            self._executed += 1
            stage = _stage_of(task.name)
            if stage is not None and self._started(stage):
                host = "the hosted compiler" if stage == 0 else f"stage {stage - 1}"
                self._told(f"stage {stage}: compiling {self._modules[stage]} modules with {host}")
            elif stage is None and task.name.startswith("stage:"):
                self._told(f"stage {task.name.removeprefix('stage:')}: linking")
            if task.name in PRINTING:
                BAR.pause()
            self._begin(task.name)

    def add_success(self, task: Any) -> None:
        with self._lock:
            self._end(task, "OK")
            self._count(task)
            if task.name.startswith("stage:"):
                for line in _lines_of_stage(int(task.name.removeprefix("stage:"))):
                    self._told(line)
            elif lines_of(task.name) is not None and not self._terminal:
                self._told(f"{task.name}: {PROGRESS.line()}")
            if self._verbosity == VERBOSE and task.actions and self._progress is not None:
                self._line(f"{task.name}: {self._progress.durations.get(task.name, 0)} ms")

    def skip_uptodate(self, task: Any) -> None:
        passports = lines_of(task.name)
        if passports is not None:
            PROGRESS.skip(passports)
        with self._lock:
            self._note_verbosity(task)
            if task.actions:
                self._uptodate += 1
            self._end(task, "UP TO DATE")
            self._count(task)

    def skip_ignore(self, task: Any) -> None:
        with self._lock:
            self._end(task, "IGNORED")
            self._told(f"IGNORED {task.name}")

    def add_failure(self, task: Any, fail: Any) -> None:
        with self._lock:
            self._end(task, "FAILED", failed=not isinstance(fail, UnmetDependency))
            self._count(task)
            if not task.actions:  # a group fails with its members
                return
            if isinstance(fail, UnmetDependency):
                self._skip(task.name, fail.message.split())
            else:
                self._failed.append(task.name)
                self._line(f"FAILED {task.name}")
                self._line(fail.get_msg().rstrip())

    def cleanup_error(self, exception: Any) -> None:
        self._messages.append(exception.get_msg())

    def runtime_error(self, msg: str) -> None:
        self._messages.append(msg)

    def teardown_task(self, task: Any) -> None:
        pass

    def complete_run(self) -> None:
        """Show the reports of stages that could not be linked, and close with a line that tells what
        happened.
        """
        with self._lock:
            self._close_progress()
            for stage in sorted({stage for name in self._failed if (stage := _stage_of(name)) is not None}):
                for line in _lines_of_stage(stage):
                    self._line(line)
            use = action_cache().use if self._executed else Use()
            self._messages += use.notes
            if use.damaged:
                self._messages.append(f"action cache: {use.damaged} damaged, dropped")
            for message in self._messages:
                self._line(message)
            if self._executed or self._failed or self._skipped:
                kept = f" ({use.hits} from the cache)" if use.hits else ""
                counts = f"{self._executed} run{kept}, {self._uptodate} up to date"
                show = self._line if self._failed else self._told
                show(f"tasks: {counts}, {len(self._failed)} failed, {len(self._skipped)} skipped")
            else:
                self._told(f"nothing to do, {self._uptodate} tasks up to date")
            self._out.flush()

    def _skip(self, name: str, needed: list[str]) -> None:
        """Tell of a skipped task which failed ones it needs; of a later stage, only once that all of it is
        skipped.
        """
        roots = dict.fromkeys(root for task in needed for root in self._skipped.get(task, (task,)))
        self._skipped[name] = tuple(roots)
        stage = _stage_of(name)
        if stage is None or any(_stage_of(root) == stage for root in roots):
            self._line(f"SKIPPED {name} (needs {', '.join(roots)})")
        elif not any(_stage_of(other) == stage for other in self._skipped if other != name):
            self._line(f"SKIPPED module:{stage}/... (needs {', '.join(roots)})")

    def _started(self, stage: int) -> bool:
        """Whether this is the first module of the stage that is compiled in this run."""
        key = -1 - stage
        self._done[key] += 1
        return self._done[key] == 1

    def _count(self, task: Any) -> None:
        """One more module of a stage is done; every quarter is a line where nothing can be overwritten."""
        stage = _stage_of(task.name)
        if stage is None:
            return
        self._done[stage] += 1
        done, total = self._done[stage], self._modules[stage]
        quarter = done * _QUARTERS // total != (done - 1) * _QUARTERS // total
        if not self._terminal and quarter and self._done[-1 - stage]:
            self._told(f"stage {stage}: {done}/{total} modules, {done * 100 // total}%")

    def _note_verbosity(self, task: Any) -> None:
        """doit tells no reporter what `-v` says; but by now it has said so to the task."""
        if self._verbosity is None and task.name in self._unmarked:
            self._verbosity = task.verbosity
            PROGRESS.quiet = self._verbosity == QUIET

    def _begin(self, name: str) -> None:
        """Start the bar with the first task that is executed."""
        if self._progress is None:
            self._known = progress_durations.read(self._durations_file)
            self._progress = BuildProgress(self._planned, self._known, time.monotonic)
            for ended, message, failed in self._before:
                self._progress.end(ended, message, failed=failed)
            if self._terminal and self._verbosity != QUIET:
                BAR.show(self._out)
        self._progress.begin(name)
        BAR.update(RUN, *row_of(self._progress.state))

    def _end(self, task: Any, message: str, *, failed: bool = False) -> None:
        if not task.actions:
            return
        if self._progress is None:
            self._before.append((task.name, message, failed))
            return
        if task.name in PRINTING and self._progress.is_under_way(task.name):
            BAR.resume()
        self._progress.put_off(task.name, run().waited.pop(task.name, 0.0))
        self._progress.end(task.name, message, failed=failed)
        BAR.update(RUN, *row_of(self._progress.state))

    def _close_progress(self) -> None:
        """Remove the bar and remember how long tasks took; of modules, only if they were compiled."""
        BAR.hide()
        if self._progress is None:
            return
        taken = {
            name: milliseconds
            for name, milliseconds in self._progress.durations.items()
            if (stage := _stage_of(name)) is None or name.partition("/")[2] in run().compiled(stage)
        }
        if taken:
            progress_durations.write(self._durations_file, self._known, taken, self._all)

    @property
    def _durations_file(self) -> Path:
        return run().project.path(run().project.settings.cache) / _DURATIONS

    def _told(self, text: str) -> None:
        """A line that a quiet run leaves out."""
        if self._verbosity != QUIET:
            self._line(text)

    def _line(self, text: str) -> None:
        if BAR.is_shown:
            BAR.print(text)
            return
        self._out.write(f"{text}\n")
        self._out.flush()


def _closure(tasks: Mapping[str, Any], selected: Iterable[str]) -> tuple[str, ...]:
    """The selected tasks and all that they need, without groups."""
    found: dict[str, None] = {}
    waiting = list(selected)
    while waiting:
        name = waiting.pop()
        if name not in found and name in tasks:
            found[name] = None
            waiting += [*tasks[name].task_dep, *tasks[name].setup_tasks, *tasks[name].calc_dep]
    return tuple(name for name in found if tasks[name].actions)


def _stage_of(name: str) -> int | None:
    """The stage of a task `module:N/PATH`; None for other tasks."""
    if not name.startswith("module:"):
        return None
    stage = name.removeprefix("module:").split("/", 1)[0]
    return int(stage) if stage.isdecimal() else None


def _lines_of_stage(stage: int) -> tuple[str, ...]:
    from clysm.bootstrap.summary import stage_lines  # slow to load, and needed by few builds

    return stage_lines(run().project, stage)
