"""Workers that outlive a build: a keeper has them, and lends them to the builds that it invited.

    build  -> keeper   on the invitation, for each worker: JSON of `command` and `directory`, and one end of a
                       new socket, on which all the rest is said
    keeper -> build    JSON of `pid` and with it the worker's two pipes and its log; or JSON of `error`
    build  -> keeper   `status` and `wait`, answered with JSON of a number or null; `kill`; `keep`, the last

A worker comes back by `keep` alone, which is said of one that owes no reply. Where the socket ends without
it, because the build was stopped or killed, or has no more use for the worker, the worker is killed: those
that are kept are always at the beginning of a request. The sockets keep messages apart: each arrives whole.
"""

import contextlib
import json
import os
import socket
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final

from clysm.bootstrap.process import GRACE_SECONDS, Start, StartedProcess, end_of
from clysm.bootstrap.wire import write_message

INVITATION: Final = "CLYSM_WORKERS"  # the environment variable that tells a build its invitation's descriptor
_MESSAGE_BYTES: Final = 1 << 16  # the longest
_REST: Final = {"op": "rest"}

Task = tuple[tuple[str, ...], str]  # command line and directory: all that makes a worker what it is


class Keeper:
    """Owns workers until it is closed. The idle ones are all for the task that was asked for last, and never
    more than were in use at one time: a new one is started where none of them is left.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[StartedProcess] = []  # given back last is last
        self._lent: set[StartedProcess] = set()
        self._newest: Task | None = None
        self._closed = False

    def __enter__(self) -> "Keeper":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def invite(self) -> socket.socket:
        """What a build needs to borrow workers, for as long as it has it open. Raises OSError."""
        ours, theirs = _socket_pair()
        threading.Thread(target=self._serve, args=(ours,), name="invitation", daemon=True).start()
        return theirs

    def close(self) -> None:
        """End every worker. May be repeated."""
        with self._lock:
            self._closed = True
            for process in self._lent:
                process.kill()
        self.end_idle()

    def end_idle(self) -> None:
        """End the workers that no build has at present."""
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            process.close()

    def _serve(self, invitation: socket.socket) -> None:
        """Lend a worker for each request until the build has ended."""
        with invitation:
            while True:
                request, files = _receive(invitation, 1)
                if not files:
                    return
                loan = socket.socket(fileno=files[0])
                threading.Thread(target=self._lend, args=(loan, request), name="loan", daemon=True).start()

    def _lend(self, loan: socket.socket, request: bytes) -> None:
        asked = json.loads(request)
        task = (tuple(asked["command"]), asked["directory"])
        with loan:
            try:
                process = self._take(task)
            except OSError as problem:
                _say(loan, {"error": str(problem)})
                return
            kept = False
            try:
                kept = _is_kept(loan, process)
            finally:
                self._take_back(process, task, kept)

    def _take(self, task: Task) -> StartedProcess:
        """An idle worker for the task, or a new one; those for another task end. Raises OSError."""
        with self._lock:
            fitting = [process for process in self._idle if self._newest == task and process.status() is None]
            others = [process for process in self._idle if process not in fitting]
            self._newest = task
            found = fitting.pop() if fitting else None
            self._idle = fitting
            if found is not None:
                self._lent.add(found)
        for process in others:
            process.close()
        if found is not None:
            return found
        command, directory = task
        started = StartedProcess(command, Path(directory))
        with self._lock:
            self._lent.add(started)
        return started

    def _take_back(self, process: StartedProcess, task: Task, kept: bool) -> None:
        with self._lock:
            self._lent.discard(process)
            kept = kept and task == self._newest and not self._closed and _rest(process)
            if kept:
                self._idle.append(process)
        if not kept:
            process.kill()
            process.close()


class LentProcess:
    """A worker of a keeper, as the build holds it that borrowed it."""

    def __init__(self, invitation: socket.socket, command: Sequence[str], directory: Path) -> None:
        """Borrow a worker. Raises OSError if the keeper is gone or cannot start one."""
        self._loan, theirs = _socket_pair()
        try:
            with theirs:
                _say(invitation, {"command": list(command), "directory": str(directory)}, theirs.fileno())
            answer, files = _receive(self._loan, 3)
            if not files:
                raise OSError(json.loads(answer)["error"] if answer else "workers are no longer kept")
        except OSError:
            self._loan.close()
            raise
        requests, replies, log = files
        self.pid = int(json.loads(answer)["pid"])
        self.requests: BinaryIO = os.fdopen(requests, "wb")
        self.replies: BinaryIO = os.fdopen(replies, "rb")
        self.log: BinaryIO = os.fdopen(log, "rb")

    def status(self) -> int | None:
        return self._ask(b"status")

    def wait(self) -> int | None:
        return self._ask(b"wait")

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            self._loan.send(b"kill")

    def tail(self) -> str:
        return end_of(self.log)

    def close(self, keep: bool) -> None:
        """Give the worker back: to be kept, of which the keeper's end is the answer, or else to be killed,
        which ends whoever waits for its reply. May be repeated.
        """
        with contextlib.suppress(OSError):
            if keep:
                self._loan.send(b"keep")
                self._loan.settimeout(GRACE_SECONDS)
                self._loan.recv(_MESSAGE_BYTES)
            self._loan.shutdown(socket.SHUT_RDWR)
        self._loan.close()
        for pipe in (self.requests, self.replies, self.log):
            with contextlib.suppress(OSError):
                pipe.close()

    def _ask(self, question: bytes) -> int | None:
        """The keeper's answer; None also if there is no keeper any more."""
        try:
            self._loan.send(question)
            answer = self._loan.recv(_MESSAGE_BYTES)
        except OSError:
            return None
        status: int | None = json.loads(answer) if answer else None
        return status


def borrower(descriptor: str) -> Start | None:
    """Borrows workers by the invitation with that descriptor, which no process started from here inherits;
    None if it is no invitation.
    """
    try:
        invitation = socket.socket(fileno=int(descriptor))
    except (OSError, ValueError):
        return None
    if invitation.family != socket.AF_UNIX or invitation.type != socket.SOCK_SEQPACKET:
        invitation.detach()
        return None
    invitation.set_inheritable(False)
    return lambda command, directory: LentProcess(invitation, command, directory)


def _is_kept(loan: socket.socket, process: StartedProcess) -> bool:
    """Lend a worker, and do with it what the build says; whether it may be kept afterwards."""
    try:
        files = (process.requests.fileno(), process.replies.fileno(), process.log.fileno())
        _say(loan, {"pid": process.pid}, *files)
        while said := loan.recv(_MESSAGE_BYTES):
            match said:
                case b"status":
                    loan.send(json.dumps(process.status()).encode())
                case b"wait":
                    loan.send(json.dumps(process.wait()).encode())
                case b"kill":
                    process.kill()
                case b"keep":
                    return True
    except OSError:  # the build is gone
        pass
    return False


def _rest(process: StartedProcess) -> bool:
    """Have a worker prepare for the next build, with an empty log; whether it lives."""
    os.ftruncate(process.log.fileno(), 0)
    os.lseek(process.log.fileno(), 0, os.SEEK_SET)
    try:
        write_message(process.requests, _REST)
    except OSError:
        return False
    return True


def _socket_pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def _say(to: socket.socket, message: Mapping[str, Any], *files: int) -> None:
    """Send a message and open files. Raises OSError."""
    socket.send_fds(to, [json.dumps(message).encode()], files)


def _receive(origin: socket.socket, files: int) -> tuple[bytes, list[int]]:
    """A message and as many files as expected, closed in processes that are started from here; nothing at
    the end.
    """
    try:
        message, received, _, _ = socket.recv_fds(origin, _MESSAGE_BYTES, files, socket.MSG_CMSG_CLOEXEC)
    except OSError:
        return b"", []
    return message, received
