"""How far the shards of this run are: a bar with speed and remaining time on a terminal, lines elsewhere."""

import sys
import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

SECONDS: Final = 5.0  # between two lines


class Progress:
    """Counts the passports of all shards of a run; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total = 0  # of all shards that there are
        self._made = 0  # in this run
        self._there = 0  # in shards that were up to date
        self._running = 0
        self._start = 0.0
        self._last = 0.0
        self._bar: Bar | None = None

    @property
    def bar_is_shown(self) -> bool:
        """Whether a bar is on the terminal, so that lines must be printed by `print`."""
        return self._bar is not None

    def print(self, text: str) -> None:
        """Print a line above the bar."""
        bar = self._bar
        if bar is not None:
            bar.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def skip(self, passports: int) -> None:
        """A shard was up to date."""
        with self._lock:
            self._there += passports

    def begin(self, total: int) -> None:
        """A shard is being made, one of those that have `total` passports."""
        with self._lock:
            self._total = total
            self._running += 1
            if not self._start:
                self._start = self._last = time.monotonic()
            if self._bar is None and sys.stdout.isatty():
                self._bar = _bar(self._total)

    def advance(self, passports: int) -> None:
        """Some more passports of a shard are made."""
        with self._lock:
            self._made += passports
            if self._bar is not None:
                self._bar.update(
                    self._bar.task_ids[0], completed=self._there + self._made, speed=self._speed()
                )
            elif time.monotonic() - self._last >= SECONDS:
                self._last = time.monotonic()
                print(self.line(), flush=True)

    def end(self) -> None:
        """A shard is made, or failed; with the last one under way the bar goes."""
        with self._lock:
            self._running -= 1
            if not self._running and self._bar is not None:
                self._bar.stop()
                self._bar = None

    def line(self) -> str:
        """The same as a bar, in words."""
        done = self._there + self._made
        speed = self._speed()
        left = f", {(self._total - done) / speed:.0f} s left" if speed and done < self._total else ""
        return f"passports: {done}/{self._total}, {speed:.0f} passports/s{left}"

    def _speed(self) -> float:
        return self._made / max(time.monotonic() - self._start, 1e-3)


PROGRESS: Final = Progress()


def _bar(total: int) -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("passports"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]:.0f} passports/s"),
        TimeRemainingColumn(),
        console=Console(file=sys.stdout),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    bar.add_task("passports", total=total, speed=0.0)
    bar.start()
    return bar
