"""What a run of doit shows: phases and failures as lines, the present task in place on a terminal, a report
of every stage that failed, and one closing line.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from doit.exceptions import UnmetDependency

from clysm.bootstrap.summary import stage_lines
from clysm.workflow.action_cache import Use
from tasks.action_cache import action_cache
from tasks.passports import lines_of
from tasks.progress import PROGRESS
from tasks.run import run

_QUARTERS = 4


class Reporter:
    """Called by doit; `execute_task` comes from several threads."""

    desc = "phases, failures, one line of progress on a terminal"

    def __init__(self, outstream: TextIO, options: Mapping[str, Any]) -> None:
        self._out = outstream
        self._lock = threading.Lock()
        self._terminal = outstream.isatty()
        self._in_place = False  # whether the present line is to be overwritten
        self._modules: Counter[int] = Counter()  # per stage, in this run's graph
        self._done: Counter[int] = Counter()
        self._executed = 0
        self._uptodate = 0
        self._failed: list[str] = []
        self._skipped: dict[str, tuple[str, ...]] = {}  # with the failed tasks that are the reason
        self._messages: list[str] = []

    def initialize(self, tasks: Mapping[str, Any], selected_tasks: Iterable[str]) -> None:
        """Count the modules of each stage."""
        self._modules = Counter(stage for name in tasks if (stage := _stage_of(name)) is not None)

    def get_status(self, task: Any) -> None:
        pass

    def execute_task(self, task: Any) -> None:
        """Announce the first module of a stage, and what is under way."""
        if not task.actions:
            return
        with self._lock:
            self._executed += 1
            stage = _stage_of(task.name)
            if stage is not None and self._started(stage):
                host = "the hosted compiler" if stage == 0 else f"stage {stage - 1}"
                self._line(f"stage {stage}: compiling {self._modules[stage]} modules with {host}")
            elif stage is None and task.name.startswith("stage:"):
                self._line(f"stage {task.name.removeprefix('stage:')}: linking")
            self._transient(task.name)

    def add_success(self, task: Any) -> None:
        with self._lock:
            self._count(task)
            if task.name.startswith("stage:"):
                for line in stage_lines(run().project, int(task.name.removeprefix("stage:"))):
                    self._line(line)
            elif lines_of(task.name) is not None and not self._terminal:
                self._line(f"{task.name}: {PROGRESS.line()}")

    def skip_uptodate(self, task: Any) -> None:
        passports = lines_of(task.name)
        if passports is not None:
            PROGRESS.skip(passports)
        with self._lock:
            if task.actions:
                self._uptodate += 1
            self._count(task)

    def skip_ignore(self, task: Any) -> None:
        with self._lock:
            self._line(f"IGNORED {task.name}")

    def add_failure(self, task: Any, fail: Any) -> None:
        with self._lock:
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
            for stage in sorted({stage for name in self._failed if (stage := _stage_of(name)) is not None}):
                for line in stage_lines(run().project, stage):
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
                self._line(f"tasks: {counts}, {len(self._failed)} failed, {len(self._skipped)} skipped")
            else:
                self._line(f"nothing to do, {self._uptodate} tasks up to date")
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
            self._line(f"stage {stage}: {done}/{total} modules, {done * 100 // total}%")

    def _line(self, text: str) -> None:
        if PROGRESS.bar_is_shown:
            PROGRESS.print(text)
            return
        clear = "\r\x1b[K" if self._in_place else ""
        self._out.write(f"{clear}{text}\n")
        self._out.flush()
        self._in_place = False

    def _transient(self, text: str) -> None:
        if self._terminal and not PROGRESS.bar_is_shown:
            done, total = sum(n for stage, n in self._done.items() if stage >= 0), sum(self._modules.values())
            self._out.write(f"\r\x1b[K[{done}/{total}] {text[:100]}")
            self._out.flush()
            self._in_place = True


def _stage_of(name: str) -> int | None:
    """The stage of a task `module:N/PATH`; None for other tasks."""
    if not name.startswith("module:"):
        return None
    stage = name.removeprefix("module:").split("/", 1)[0]
    return int(stage) if stage.isdecimal() else None
