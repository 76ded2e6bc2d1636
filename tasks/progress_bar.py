"""The bar on a terminal: a row for the run, and one for the passports of a series while they are made.

Nothing of rich is loaded before a bar is shown. What prints by itself has the bar taken away meanwhile.
"""

import atexit
import threading
from typing import TYPE_CHECKING, Final, TextIO

from clysm.workflow.states import Phase
from tasks.progress_build import BuildState

if TYPE_CHECKING:
    from rich.progress import Progress as Rich
    from rich.progress import TaskID

RUN: Final = "run"
_REFRESH_HZ: Final = 8
_DOING: Final = {Phase.COMPILING: "", Phase.LINKING: ", linking"}


class Bar:
    """At most one per process; safe to use from several threads. Without `show`, everything else does
    nothing.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._rich: Rich | None = None
        self._rows: dict[str, TaskID] = {}
        self._pauses = 0

    @property
    def is_shown(self) -> bool:
        """Whether there is a bar, be it taken away at the moment."""
        return self._rich is not None

    def show(self, out: TextIO) -> None:
        """Begin to show a bar."""
        with self._lock:
            if self._rich is None:
                self._rich = _rich(out)
                atexit.register(self.hide)  # the cursor comes back with it
                if not self._pauses:
                    self._rich.start()

    def hide(self) -> None:
        """Remove the bar for good."""
        with self._lock:
            if self._rich is not None:
                self._rich.stop()
                self._rich = None
                self._rows = {}

    def pause(self) -> None:
        """Take the bar away until `resume` was called as often as this."""
        with self._lock:
            self._pauses += 1
            if self._rich is not None and self._pauses == 1:
                self._rich.stop()

    def resume(self) -> None:
        with self._lock:
            self._pauses -= 1
            if self._rich is not None and not self._pauses:
                self._rich.start()

    def update(self, row: str, what: str, percentage: float, detail: str) -> None:
        """Set a row, a new one if need be."""
        with self._lock:
            if self._rich is None:
                return
            if row not in self._rows:
                self._rows[row] = self._rich.add_task(what, total=100.0, detail=detail)
            self._rich.update(self._rows[row], description=what, completed=percentage, detail=detail)

    def remove(self, row: str) -> None:
        with self._lock:
            if self._rich is not None and row in self._rows:
                self._rich.remove_task(self._rows.pop(row))

    def print(self, text: str) -> None:
        """Print above the bar."""
        with self._lock:
            if self._rich is not None:
                self._rich.console.print(text, markup=False, highlight=False, emoji=False, soft_wrap=True)


BAR: Final = Bar()


def row_of(state: BuildState) -> tuple[str, float, str]:
    """What, percentage and detail of a run's row."""
    info = state.info
    parts = [f"{info.current_module}/{info.total_modules}"] if info.total_modules else []
    if state.failures:
        parts.append(f"{state.failures} failed")
    if state.seconds_left is not None:
        parts.append(f"{_time(state.seconds_left)} left")
    if state.subject:
        parts.append(state.subject)
    return state.group + _DOING.get(info.phase, ""), state.percentage, ", ".join(parts)


def _time(seconds: float) -> str:
    whole = int(seconds + 0.5)
    return f"{whole // 60}:{whole % 60:02d}"


def _rich(out: TextIO) -> "Rich":
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Rich
    from rich.table import Column

    return Rich(
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f}%", table_column=Column(no_wrap=True)),
        TextColumn(
            "{task.fields[detail]}",
            markup=False,
            table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1),
        ),
        console=Console(file=out, highlight=False),
        refresh_per_second=_REFRESH_HZ,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
