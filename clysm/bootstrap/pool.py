"""Worker processes on the side of the build: started on demand, reused, replaced when they die or grow, ended
with the pool, or given back to who keeps them. Each is lent to one thread of the build at a time.
"""

import contextlib
import json
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from clysm.bootstrap.process import Start, StartedProcess, WorkerProcess
from clysm.bootstrap.wire import Message, WireError, read_message, write_message
from clysm.engine.abi import AbiReply, Options, Status
from clysm.workflow import diagnostics
from clysm.workflow.diagnostics import error
from clysm.workflow.errors import ClysmError
from clysm.workflow.feeder import Interface


class WorkerFailed(ClysmError):
    """A worker died, hung or answered nonsense; `tail` is the end of what it wrote to stderr."""

    def __init__(self, message: str, tail: str) -> None:
        super().__init__(message + (f"\n{tail}" if tail else ""))
        self.message = message
        self.tail = tail


@dataclass(frozen=True, slots=True)
class Compiler:
    """Which compiler a worker holds: the hosted one (`image` is None), or the stage at `image`.

    `sha256` is its identity: of the image, or of the hosted compiler's sources.
    """

    image: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """`command` starts a worker; kind and options follow it. `directory` is where it runs, `cache` for
    machine code. A worker that gives no answer within `seconds` is killed; a stage in it ends a call by
    itself after `compile_seconds`, and can then tell what it was doing.
    """

    command: tuple[str, ...]
    directory: Path
    cache: str
    memory_bytes: int
    seconds: float
    independent: bool = False
    compile_seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """How a program ended in a worker."""

    code: int
    kind: str
    stdout: bytes
    stderr: bytes


class Worker:
    """One worker process and what it holds. Not for use by two threads at a time."""

    def __init__(self, settings: WorkerSettings, compiler: Compiler, start: Start = StartedProcess) -> None:
        """Raises WorkerFailed if it does not come up, OSError if its command cannot be started."""
        self.compiler = compiler
        self.memory_bytes = 0
        self._settings = settings
        self._lock = threading.Lock()
        self._in_step = True  # it owes no reply
        self._closed = False
        self._process: WorkerProcess = start(_command(settings, compiler), settings.directory)
        self.pid = self._process.pid
        try:
            hello = self._request({"op": "hello"}, ()).header
        except WorkerFailed:
            self.close()
            raise
        self.engine = str(hello["engine"])
        self.outdated = bool(hello["outdated"])
        self._sent = set(hello["held"])

    @property
    def alive(self) -> bool:
        return self._process.status() is None

    @property
    def fit(self) -> bool:
        """Whether it can be asked more."""
        return self._in_step and not self.outdated and self.memory_bytes <= self._settings.memory_bytes

    def compile(
        self, path: str, source: bytes, interfaces: Sequence[Interface], code_options: Mapping[str, str]
    ) -> AbiReply:
        """Compile one module. Raises WorkerFailed."""
        new = list({i.sha256: i.data for i in interfaces if i.sha256 not in self._sent}.items())
        header = {
            "op": "compile",
            "path": path,
            "interfaces": [[interface.path, interface.sha256] for interface in interfaces],
            "code_options": dict(code_options),
        }
        reply = self._request(header, (source, *(data for _, data in new)))
        self._sent.update(sha for sha, _ in new)
        return _abi_reply(reply)

    def link(self, objects: Sequence[bytes], options: Options, code_options: Mapping[str, str]) -> AbiReply:
        """Link objects to an image. Raises WorkerFailed."""
        header = {"op": "link", "options": dict(options), "code_options": dict(code_options)}
        return _abi_reply(self._request(header, objects))

    def prepare(
        self, interfaces: Sequence[Interface], objects: Sequence[bytes], code_options: Mapping[str, str]
    ) -> None:
        """Have a worker that has done nothing yet load what compiles and links to come will need. Raises
        WorkerFailed.
        """
        if all(interface.sha256 in self._sent for interface in interfaces):
            return
        header = {
            "op": "prepare",
            "interfaces": [[interface.path, interface.sha256] for interface in interfaces],
            "code_options": dict(code_options),
        }
        self._request(header, (*(interface.data for interface in interfaces), *objects))
        self._sent.update(interface.sha256 for interface in interfaces)

    def run(
        self,
        image: bytes,
        standard_input: bytes,
        arguments: Sequence[str],
        seconds: float,
        *,
        directory: Path | None = None,
    ) -> ProgramRun:
        """Run a program, which may use the files of the directory; None: of a new and empty one. Raises
        WorkerFailed, also if the program takes the worker down with it.
        """
        where = None if directory is None else str(directory)
        header = {"op": "run", "arguments": list(arguments), "seconds": seconds, "directory": where}
        reply = self._request(header, (image, standard_input))
        return ProgramRun(reply.header["code"], reply.header["kind"], *reply.blobs)

    def evidence(self) -> dict[str, Any]:
        """What the process did, for the guard of the gate. Raises WorkerFailed."""
        return self._request({"op": "evidence"}, ()).header

    def close(self) -> None:
        """Have no more to do with the process: it ends, unless it is fit and someone keeps it. May be
        repeated.
        """
        with self._lock:  # it must not be given back when a request is about to be sent
            self._closed = True
            keep = self.fit
        self._process.close(keep)

    def _request(self, header: dict[str, Any], blobs: Sequence[bytes]) -> Message:
        with self._lock:
            if self._closed:
                raise WorkerFailed("the build is being stopped", "")
            self._in_step = False
        try:
            write_message(self._process.requests, header, blobs)
        except OSError:
            pass  # it died before it read all: receiving tells how
        except ValueError as closed:  # the pipe was closed while the build is being stopped
            raise WorkerFailed("the build is being stopped", "") from closed
        reply = self._receive(self._settings.seconds)
        self._in_step = True
        return reply

    def _receive(self, seconds: float) -> Message:
        """The next reply. A worker that does not answer in time is killed."""
        expired = threading.Event()

        def expire() -> None:
            expired.set()  # before the kill: what follows from it comes after
            self._process.kill()

        timer = threading.Timer(seconds, expire)
        timer.daemon = True
        timer.start()
        try:
            message = read_message(self._process.replies)
        except (WireError, OSError, ValueError) as problem:
            message = None
            if not isinstance(problem, ValueError):
                self._process.kill()
        timer.cancel()
        if message is None:
            raise self._failure(expired.is_set())
        self.memory_bytes = message.header.get("memory_bytes", 0)
        return message

    def _failure(self, expired: bool) -> WorkerFailed:
        code = self._process.wait()
        if expired:
            message = f"the worker gave no answer within {self._settings.seconds:g} s and was stopped"
        elif code is None:
            message = "the worker is gone"
        elif code < 0:
            message = f"the worker was killed by signal {-code}"
        else:
            message = f"the worker ended with status {code}"
        return WorkerFailed(message, self._process.tail())


def _command(settings: WorkerSettings, compiler: Compiler) -> tuple[str, ...]:
    """The command line of a worker; it says all that one depends on."""
    kind = ("hosted",) if compiler.image is None else ("stage", compiler.image, compiler.sha256)
    options = ("--cache", settings.cache, "--seconds", str(settings.compile_seconds))
    return (*settings.command, *kind, *options, *(("--independent",) if settings.independent else ()))


def _abi_reply(message: Message) -> AbiReply:
    """The reply of a message; output that the engine does not accept is our compiler's bug."""
    header = message.header
    if header["fault"] is not None:
        invalid = diagnostics.to_json(error("wasm-validation-error", header["fault"]))
        text = json.dumps({"diagnostics": [invalid], "forms": []})
        return AbiReply(Status.INTERNAL, diagnostics=text.encode(), notes=tuple(header["notes"]))
    output, interface = message.blobs
    found = header["diagnostics"].encode()
    return AbiReply(Status(header["status"]), output, interface, found, tuple(header["notes"]))


class WorkerPool:
    """The workers of one build. `close` ends all of them, also from another thread while they are at work.

    There are never more than were in use at one time. What was used last is taken first: it has loaded most
    of what the next request needs, whichever thread that is from.

    `borrow` lends workers that were used before, and takes them back. It is asked for stages only: they check
    that they are the image which was asked for, as the hosted compiler cannot.
    """

    def __init__(self, settings: WorkerSettings, borrow: Start | None = None) -> None:
        self.settings = settings
        self._borrow = None if settings.independent else borrow
        self._lock = threading.Lock()
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []  # used last is last
        self._evidence: list[dict[str, Any]] = []  # of workers that are gone
        self._closed = False

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def worker(self, compiler: Compiler) -> Iterator[Worker]:
        """A worker for the compiler, for the caller alone until the block ends; started or replaced where
        necessary. Raises WorkerFailed.
        """
        worker = self._take(compiler)
        try:
            yield worker
        finally:
            with self._lock:
                self._idle.append(worker)

    def _take(self, compiler: Compiler) -> Worker:
        with self._lock:
            fitting = [worker for worker in self._idle if worker.compiler == compiler]
            candidates = fitting[-1:] or self._idle[:1]
            found = candidates[0] if candidates else None
            if found is not None:
                self._idle.remove(found)
        if found is not None:
            if found.compiler == compiler and found.fit and found.alive:
                return found
            self._forget(found)
        if self._closed:
            raise WorkerFailed("the build is being stopped", "")
        worker = self._start(compiler)
        with self._lock:
            self._workers.add(worker)
        return worker

    def _start(self, compiler: Compiler) -> Worker:
        """A new worker, or one that was used before. Raises WorkerFailed."""
        while self._borrow is not None and compiler.image is not None:
            try:
                worker = Worker(self.settings, compiler, self._borrow)
            except OSError:  # who kept workers is gone
                self._borrow = None
            except WorkerFailed:  # perhaps from what it did before: a new one tells
                break
            else:
                if not worker.outdated:
                    return worker
                worker.close()
        return Worker(self.settings, compiler)

    @property
    def borrows(self) -> bool:
        """Whether its workers outlive the build."""
        return self._borrow is not None

    def workers(self) -> tuple[Worker, ...]:
        """All workers that are alive."""
        with self._lock:
            return tuple(self._workers)

    def evidence(self) -> tuple[dict[str, Any], ...]:
        """What the workers of an independent pool did, replaced ones included, dead ones not. None may be at
        work.
        """
        return (*self._evidence, *(worker.evidence() for worker in self.workers() if worker.alive))

    def close(self) -> None:
        """End every worker. May be repeated."""
        self._closed = True
        with self._lock:
            workers, self._workers = self._workers, set()
        for worker in workers:
            worker.close()

    def _forget(self, worker: Worker) -> None:
        with self._lock:
            self._workers.discard(worker)
        if self.settings.independent and worker.alive:
            with contextlib.suppress(WorkerFailed):
                self._evidence.append(worker.evidence())
        worker.close()


def expand_command(command: Sequence[str]) -> tuple[str, ...]:
    """A command of the settings with `{python}` replaced by the running interpreter."""
    return tuple(sys.executable if part == "{python}" else part for part in command)
