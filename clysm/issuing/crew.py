"""Worker processes that fill containers: one per thread of the build, started on demand, ended with it.

A thread of the build computes nothing itself, so the shards of several threads run on several processors.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from clysm.issuing.errors import ShardFailed

COMMAND: Final = (sys.executable, "-m", "clysm.issuing.worker")
STDERR_TAIL: Final = 4000  # bytes shown of a dead worker's stderr
_GRACE_SECONDS: Final = 2.0

Progress = Callable[[int], None]  # is told how many more passports are made


class Worker:
    """A worker process. Not for use by two threads at a time."""

    def __init__(self, directory: Path) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `close`)
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=directory,
            start_new_session=True,  # an interrupt at the terminal is the build's to handle
        )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def run(self, request: dict[str, Any], progress: Progress) -> dict[str, Any]:
        """The last answer to a request, after those that tell of progress. Raises ShardFailed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):  # it died or is being ended: reading tells
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        try:
            for line in self._process.stdout:
                answer: dict[str, Any] = json.loads(line)
                if "more" in answer:
                    progress(int(answer["more"]))
                elif "failed" in answer:
                    raise ShardFailed(str(answer["failed"]))
                else:
                    return answer
        except ValueError as problem:  # the pipe was closed, or a line was cut short
            raise ShardFailed(f"the worker was stopped: {self._tail()}") from problem
        raise ShardFailed(f"the worker ended with status {self._process.wait()}: {self._tail()}")

    def close(self) -> None:
        """End the process. It removes what it has not finished. May be repeated."""
        self._process.terminate()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _tail(self) -> str:
        size = self._log.seek(0, 2)
        self._log.seek(max(0, size - STDERR_TAIL))
        return self._log.read().decode(errors="replace").strip()


class Crew:
    """The workers of one build. `close` ends all of them, also from another thread while they are at work."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._own = threading.local()
        self._lock = threading.Lock()
        self._workers: list[Worker] = []
        self._closed = False

    def worker(self) -> Worker:
        """This thread's worker. Raises ShardFailed when the build is being stopped."""
        current: Worker | None = getattr(self._own, "worker", None)
        if current is not None and current.alive:
            return current
        with self._lock:
            if self._closed:
                raise ShardFailed("the build is being stopped")
            worker = Worker(self._directory)
            self._workers.append(worker)
        self._own.worker = worker
        return worker

    def close(self) -> None:
        """End every worker. May be repeated."""
        with self._lock:
            self._closed = True
            workers, self._workers = self._workers, []
        for worker in workers:
            worker.close()
