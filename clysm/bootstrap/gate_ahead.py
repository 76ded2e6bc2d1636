"""A gate that begins before Stage 2 is there: it makes its own while the build makes the other.

The build starts it with `clysm fixpoint --await`. When the gate has its Stage 2, it prints WAITING and waits
for a line of its standard input: how much it may do at a time from then on. It ends when that stream does.
"""

import contextlib
import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

WAITING: Final = "fixpoint: waiting for stage 2"
_END_STATUS: Final = 3  # of a gate whose build is gone
_TIDY_SECONDS: Final = 5.0
_END_SECONDS: Final = 2 * _TIDY_SECONDS  # before it is killed


class Gate:
    """On the side of the build: a gate as a process."""

    def __init__(self, command: Sequence[str], directory: Path, jobs: int, *, ahead: bool = False) -> None:
        """Start it. Raises OSError."""
        options = ["--jobs", str(jobs), *(["--await"] if ahead else [])]
        output = subprocess.PIPE if ahead else None
        self._process = subprocess.Popen(
            [*command, *options], stdin=subprocess.PIPE, stdout=output, cwd=directory, text=True
        )
        self._said: list[str] = []

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def generate(self) -> bool:
        """Whether it has made its Stage 2 and waits, for one that was started ahead; returns when it does, or
        when it ended.
        """
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.rstrip("\n") == WAITING:
                return True
            self._said.append(line)
        return False

    def finish(self, jobs: int) -> int:
        """Have it judge, and print what it prints; its exit status."""
        process = self._process
        assert process.stdin is not None
        try:
            if process.stdout is not None:
                with contextlib.suppress(OSError):  # it died: its status tells
                    process.stdin.write(f"{jobs}\n")
                    process.stdin.flush()
                for line in itertools.chain(self._said, process.stdout):
                    sys.stdout.write(line)
                    sys.stdout.flush()
            return process.wait()
        finally:
            self.end()

    def end(self) -> None:
        """End it, if it has not ended by itself. May be repeated."""
        process = self._process
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # what it did not read is lost with it
                    stream.close()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def follow_build() -> Callable[[], int]:
    """On the side of the gate: have this process end when standard input does, which is with the build that
    started it, and only then. What is returned waits for the build's line and gives the number in it.
    """
    lines: queue.SimpleQueue[int] = queue.SimpleQueue()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    def listen() -> None:
        for line in sys.stdin:
            lines.put(int(line))
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)  # so that it tidies up
        time.sleep(_TIDY_SECONDS)
        os._exit(_END_STATUS)

    def wait() -> int:
        print(WAITING, flush=True)
        return lines.get()

    threading.Thread(target=listen, name="build", daemon=True).start()
    return wait
