"""How far a run of doit is: what is under way, how much of it is done, how long the rest may take.

Each group of tasks is a session with a `ProgressInfo`: the modules of a stage are compiled and then linked,
the passports are made. The run as a whole is measured in the time that its tasks took when they last ran.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from clysm.workflow.progress import START, Progress, ProgressInfo
from clysm.workflow.states import Phase
from clysm.workflow.times import Clock

# Milliseconds that a task takes of which nothing is known, by the first part of its name.
_TYPICAL_MS: Final = {"module": 500, "stage": 3000, "fixpoint": 20_000, "passports": 2000}
_TYPICAL_OTHER_MS: Final = 50
_SETTLED_SECONDS: Final = 1.0  # before that, no speed is worth telling


@dataclass(frozen=True, slots=True)
class BuildState:
    """`group` is what is under way (`stage 1`, `passports`) and `info` its progress; `subject` is what the
    task begun last is about, empty if none is under way; `percentage` is of the whole run.
    """

    group: str
    subject: str
    info: ProgressInfo
    percentage: float
    seconds_left: float | None
    failures: int


def group_of(task: str) -> str:
    """The session that a task belongs to."""
    kind, _, rest = task.partition(":")
    if kind == "module":
        return f"stage {rest.partition('/')[0]}"
    return f"stage {rest}" if kind == "stage" else kind


class BuildProgress:
    """Is told when tasks begin and end. Not safe for several threads.

    `tasks` are those that may run, without groups; `expected` says how many milliseconds tasks took before.
    """

    def __init__(self, tasks: Iterable[str], expected: Mapping[str, int], clock: Clock) -> None:
        self._clock = clock
        self._expected = {task: max(1, expected.get(task, _typical(task))) for task in tasks}
        self._total = sum(self._expected.values())
        self._sizes = Counter(group_of(task) for task in self._expected if not _is_link(task))
        self._left = Counter(group_of(task) for task in self._expected)
        self._sessions: dict[str, Progress] = {}
        self._began: dict[str, float] = {}
        self._ended: set[str] = set()
        self._done = 0  # milliseconds expected of tasks that ended
        self._ran = 0  # of those among them that were executed
        self._start: float | None = None
        self._group = ""
        self._failures = 0
        self.durations: dict[str, int] = {}  # in milliseconds, of tasks executed with success

    def begin(self, task: str) -> None:
        """A task is being executed."""
        now = self._clock()
        self._began[task] = now
        if self._start is None:
            self._start = now
        self._group = group_of(task)
        session = self._session(self._group)
        if _is_link(task) and session.info.phase is Phase.COMPILING:
            session.enter(Phase.LINKING, "linking")

    def put_off(self, task: str, seconds: float) -> None:
        """A task under way did nothing for some time."""
        if task in self._began:
            self._began[task] += seconds

    def end(self, task: str, message: str, *, failed: bool = False) -> None:
        """A task is over, executed or not."""
        if task not in self._expected or task in self._ended:
            return
        self._ended.add(task)
        self._failures += failed
        self._done += self._expected[task]
        began = self._began.pop(task, None)
        if began is not None:
            self._ran += self._expected[task]
            if not failed:
                self.durations[task] = max(0, int((self._clock() - began) * 1000))
        group = group_of(task)
        session = self._session(group)
        if not _is_link(task):
            session.module(_subject(task) or task, message)
        self._left[group] -= 1
        if not self._left[group] and not failed:
            if session.info.phase is Phase.COMPILING:
                session.enter(Phase.LINKING)
            session.enter(Phase.DONE)

    def is_under_way(self, task: str) -> bool:
        """Whether the task has begun and not ended."""
        return task in self._began

    @property
    def state(self) -> BuildState:
        """Where the run is now."""
        session = self._sessions.get(self._group)
        return BuildState(
            group=self._group,
            subject=_subject(next(reversed(self._began), "")),
            info=session.info if session is not None else START,
            percentage=100.0 * self._done / self._total if self._total else 100.0,
            seconds_left=self._seconds_left(),
            failures=self._failures,
        )

    def _seconds_left(self) -> float | None:
        """At the speed so far, if all that is left must be executed: at most this long."""
        now = self._clock()
        if self._start is None or not self._ran or now - self._start < _SETTLED_SECONDS:
            return None
        under_way = sum(
            min(self._expected[task], int((now - began) * 1000))
            for task, began in self._began.items()
            if task in self._expected
        )
        return max(0.0, (self._total - self._done - under_way) * (now - self._start) / self._ran)

    def _session(self, group: str) -> Progress:
        session = self._sessions.get(group)
        if session is None:
            session = self._sessions[group] = Progress()
            session.enter(Phase.READING)
            session.enter(Phase.ANALYZING)
            session.enter(Phase.COMPILING, total_modules=self._sizes[group])
        return session


def _subject(task: str) -> str:
    """The module's path or whatever else a task is about."""
    kind, _, rest = task.partition(":")
    return rest.partition("/")[2] if kind == "module" else "" if kind == "stage" else rest


def _is_link(task: str) -> bool:
    return task.startswith("stage:")


def _typical(task: str) -> int:
    return _TYPICAL_MS.get(task.partition(":")[0], _TYPICAL_OTHER_MS)
