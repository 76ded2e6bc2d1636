"""A worker process as the build holds it: two pipes, the log, and how it ended, whoever started it."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, BinaryIO, Protocol

GRACE_SECONDS = 2.0  # that a worker may take to end when its input has closed
TAIL = 4000  # bytes shown of what a worker wrote to stderr


class WorkerProcess(Protocol):
    """`requests` is what the worker reads, `replies` what it writes."""

    requests: BinaryIO
    replies: BinaryIO
    pid: int

    def status(self) -> int | None:
        """How it ended, as `subprocess` says it; None while it lives."""

    def wait(self) -> int | None:
        """How it ended; it is killed if it does not end soon. None if nobody can tell any more."""

    def kill(self) -> None:
        """End it at once. May be called by any thread."""

    def tail(self) -> str:
        """The end of what it wrote to stderr; nothing after `close`."""

    def close(self, keep: bool) -> None:
        """Have no more to do with it: it ends, unless it may be kept and someone keeps it."""


Start = Callable[[Sequence[str], Path], WorkerProcess]  # command line, working directory; raises OSError


class StartedProcess:
    """A process of our own; it ends when it is closed."""

    def __init__(self, command: Sequence[str], directory: Path) -> None:
        self.log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `close`)
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.log,
                cwd=directory,
                start_new_session=True,  # an interrupt at the terminal is the build's to handle
            )
        except OSError:
            self.log.close()
            raise
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.requests: BinaryIO = self._process.stdin  # type: ignore[assignment]  # Popen says IO[bytes]
        self.replies: BinaryIO = self._process.stdout  # type: ignore[assignment]
        self.pid = self._process.pid

    def status(self) -> int | None:
        return self._process.poll()

    def wait(self) -> int:
        try:
            return self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def kill(self) -> None:
        self._process.kill()

    def tail(self) -> str:
        return end_of(self.log)

    def close(self, keep: bool = False) -> None:
        """End the process: its input closes, and it is killed if it does not go at once. May be repeated."""
        for pipe in (self.requests, self.replies):
            with contextlib.suppress(OSError):
                pipe.close()
        self.wait()
        self.log.close()


def end_of(log: IO[bytes]) -> str:
    """The last of a worker's log, nothing if another thread closes it; its position, which the worker shares,
    stays.
    """
    try:
        size = os.fstat(log.fileno()).st_size
        start = max(0, size - TAIL)
        return os.pread(log.fileno(), size - start, start).decode(errors="replace").strip()
    except (OSError, ValueError):
        return ""
