"""How far the shards of this run are: a row of the bar on a terminal, lines elsewhere."""

import threading
import time
from typing import Final

from tasks.progress_bar import BAR

SECONDS: Final = 5.0  # between two lines
ROW: Final = "passports"


class Progress:
    """Counts the passports of all shards of a run; safe to use from several threads."""

    def __init__(self) -> None:
        self.quiet = False  # whether lines are left out
        self._lock = threading.Lock()
        self._total = 0  # of all shards that there are
        self._made = 0  # in this run
        self._there = 0  # in shards that were up to date
        self._running = 0
        self._start = 0.0
        self._last = 0.0

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
            self._show()

    def advance(self, passports: int) -> None:
        """Some more passports of a shard are made."""
        with self._lock:
            self._made += passports
            if BAR.is_shown:
                self._show()
            elif time.monotonic() - self._last >= SECONDS:
                self._last = time.monotonic()
                if not self.quiet:
                    print(self.line(), flush=True)

    def end(self) -> None:
        """A shard is made, or failed; with the last one under way the row goes."""
        with self._lock:
            self._running -= 1
            if not self._running:
                BAR.remove(ROW)

    def line(self) -> str:
        """The same as a row, in words."""
        return f"{ROW}: {self._detail()}"

    def _show(self) -> None:
        done = self._there + self._made
        percentage = min(100.0, 100.0 * done / self._total) if self._total else 0.0
        BAR.update(ROW, ROW, percentage, self._detail())

    def _detail(self) -> str:
        done = self._there + self._made
        speed = self._made / max(time.monotonic() - self._start, 1e-3)
        left = f", {(self._total - done) / speed:.0f} s left" if speed and done < self._total else ""
        return f"{done}/{self._total}, {speed:.0f} passports/s{left}"


PROGRESS: Final = Progress()
