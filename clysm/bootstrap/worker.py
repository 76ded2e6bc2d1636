"""The worker process: it holds one compiler and serves requests from its standard input until that closes.

    python -m clysm.bootstrap.worker hosted --cache DIR
    python -m clysm.bootstrap.worker stage IMAGE SHA256 --cache DIR [--seconds N] [--independent]

Requests are hello, compile, link, prepare, run and evidence (see `Server`), each with a reply, and rest,
without one: it is for a worker that is kept for a later build. The process ends at once when its input
closes, even in the middle of a compile, so that no worker outlives the build that started it. What
compile-time code prints goes to stderr.

With --independent the Python host cannot be imported, and everything the process does is watched for the
gate.
"""

import argparse
import contextlib
import io
import os
import queue
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, runtime_checkable

from clysm.bootstrap.independence import Watch, block_host
from clysm.bootstrap.own_code import is_edited, loaded_code
from clysm.bootstrap.wire import Message, WireError, read_message, write_message
from clysm.engine.abi import AbiReply, CompilerSession
from clysm.engine.code_cache import CodeCache
from clysm.engine.engine import Effort, engine_version, shared_engine
from clysm.engine.image import load_image
from clysm.engine.limits import Limits
from clysm.engine.program import run_program
from clysm.engine.stage import StageCall, StageCompiler
from clysm.engine.world import Clock, HostWorld
from clysm.wasm.validate import validate
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.feeder import Feeder, Interface

Header = dict[str, Any]
Answer = tuple[Header, Sequence[bytes]]

_NOWHERE: Final = "(nowhere)"  # the path of a module that is compiled for the sake of its session


@runtime_checkable
class Witness(Protocol):
    """A compiler session that can tell which calls reached it, and which forbidden imports it made."""

    @property
    def calls(self) -> Sequence[StageCall]: ...

    @property
    def refused_imports(self) -> Sequence[str]: ...


class Server:
    """Answers requests; keeps every interface it was sent, by hash, until it rests.

    Linking has a session of its own, made when first needed: the one for compiling keeps its interfaces.
    """

    def __init__(self, make_session: Callable[[], CompilerSession], watch: Watch | None = None) -> None:
        self._make_session = make_session
        self._sessions = [make_session()]
        self._compiling = Feeder(self._sessions[0])
        self._linking: Feeder | None = None
        self._interfaces: dict[str, bytes] = {}
        self._compiled: set[str] = set()  # paths, ever
        # What was compiled last with which options, since the last rest.
        self._last: tuple[Sequence[Interface], Mapping[str, str]] | None = None
        self._watch = watch
        self._code = loaded_code()

    def answer(self, request: Message) -> Answer:
        """The header and byte strings of the reply. Raises WireError for a request it does not know."""
        operations: dict[str, Callable[[Message], Answer]] = {
            "hello": self._hello,
            "compile": self._compile,
            "link": self._link,
            "prepare": self._prepare,
            "run": self._run,
            "evidence": self._evidence,
        }
        operation = operations.get(request.header.get("op", ""))
        if operation is None:
            raise WireError(f"unknown request {request.header.get('op')!r}")
        return operation(request)

    def rest(self) -> None:
        """Make a session that holds what the last module was compiled with, but for modules that were
        compiled here: those are what is edited, and a session that holds a module cannot compile it again.
        """
        self._code = {**loaded_code(), **self._code}
        if self._last is None:
            return
        interfaces, code_options = self._last
        self._last = None
        self._interfaces = {interface.sha256: interface.data for interface in interfaces}
        self._compiling = Feeder(self._sessions[0])
        stable = [interface for interface in interfaces if interface.path not in self._compiled]
        self._compiling.compile(_NOWHERE, b"", stable, code_options)

    def _hello(self, request: Message) -> Answer:
        """The reply: engine; held, the hashes of interfaces that need not be sent; outdated, whether the code
        of this process has been edited.
        """
        held, outdated = sorted(self._interfaces), is_edited(self._code)
        return {"engine": engine_version(), "held": held, "outdated": outdated}, ()

    def _compile(self, request: Message) -> Answer:
        """path, code_options, interfaces [[path, sha256]]; blobs: the source, then interfaces not sent
        before.
        """
        source, *new = request.blobs
        self._interfaces.update((sha256_bytes(data), data) for data in new)
        header = request.header
        interfaces = [Interface(path, sha, self._interfaces[sha]) for path, sha in header["interfaces"]]
        self._compiled.add(header["path"])
        self._last = interfaces, header["code_options"]
        return _reply(self._compiling.compile(header["path"], source, interfaces, header["code_options"]))

    def _link(self, request: Message) -> Answer:
        """options, code_options; blobs: the objects in link order."""
        header = request.header
        return _reply(self._linker().link(request.blobs, header["options"], header["code_options"]))

    def _linker(self) -> Feeder:
        if self._linking is None:
            self._sessions.append(self._make_session())
            self._linking = Feeder(self._sessions[-1])
        return self._linking

    def _prepare(self, request: Message) -> Answer:
        """code_options, interfaces [[path, sha256]]; blobs: their data, then objects. Hold all that for
        compiles and links to come; what is refused is refused again then.
        """
        header = request.header
        listed = header["interfaces"]
        interfaces = [
            Interface(path, sha256, data) for (path, sha256), data in zip(listed, request.blobs, strict=False)
        ]
        self._interfaces.update((interface.sha256, interface.data) for interface in interfaces)
        self._compiling.compile(_NOWHERE, b"", interfaces, header["code_options"])
        self._linker().load(request.blobs[len(listed) :], header["code_options"])
        return {}, ()

    def _run(self, request: Message) -> Answer:
        """arguments, seconds, directory; blobs: the image, standard input. The reply: code, kind; blobs:
        stdout, stderr. Without a directory the program has one that is new and empty, and is removed behind
        it.
        """
        image, standard_input = request.blobs
        out, err = io.BytesIO(), io.BytesIO()
        given = request.header["directory"]
        with tempfile.TemporaryDirectory() if given is None else contextlib.nullcontext(given) as directory:
            world = HostWorld(
                io.BytesIO(standard_input),
                out,
                err,
                arguments=tuple(request.header["arguments"]),
                directories=(Path(directory).resolve(),),
                clock=Clock(time.time_ns, time.monotonic_ns),
            )
            status = run_program(image, world, Limits(seconds=request.header["seconds"]), effort=Effort.BRIEF)
        return {"code": status.code, "kind": str(status.kind)}, (out.getvalue(), err.getvalue())

    def _evidence(self, request: Message) -> Answer:
        """What this process did, for the gate's guard."""
        witnesses = [session for session in self._sessions if isinstance(session, Witness)]
        watched = self._watch.findings() if self._watch else {}
        return {
            "calls": [[call.name, call.sha256] for witness in witnesses for call in witness.calls],
            "refused_imports": [name for witness in witnesses for name in witness.refused_imports],
            "watched": watched,
        }, ()


def _reply(reply: AbiReply) -> Answer:
    """An ABI reply as a message, with the engine's verdict on the output added."""
    fault = validate(shared_engine(), reply.output) if reply.output else None
    header = {
        "status": int(reply.status),
        "diagnostics": reply.diagnostics.decode(errors="replace"),
        "notes": list(reply.notes),
        "fault": None if fault is None else str(fault),
    }
    return header, (reply.output, reply.interface)


def serve(make_server: Callable[[], Server], requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until the stream ends, which ends the process."""
    pending: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, pending), name="requests", daemon=True).start()
    server = make_server()
    while True:
        request = pending.get()
        if request.header.get("op") == "rest":
            server.rest()
        else:
            header, blobs = server.answer(request)
            write_message(replies, {**header, "memory_bytes": memory_bytes()}, blobs)


def _listen(requests: BinaryIO, pending: "queue.SimpleQueue[Message]") -> None:
    """Queue requests. When the build closes the stream or dies, nobody waits for an answer: end at once."""
    try:
        while (message := read_message(requests)) is not None:
            pending.put(message)
    finally:
        os._exit(0)


def memory_bytes() -> int:
    """The resident memory of this process; its peak where the system does not tell the present value."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def private_streams() -> tuple[BinaryIO, BinaryIO]:
    """The request and reply streams; afterwards descriptor 0 is empty and 1 is stderr, for whoever prints."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return requests, replies


def session_factory(arguments: argparse.Namespace) -> Callable[[], CompilerSession]:
    """Makes sessions of the compiler that the command line names. Raises ImageError, or ImportError if
    blocked.
    """
    if arguments.kind == "stage":
        data = Path(arguments.image).read_bytes()
        if sha256_bytes(data) != arguments.sha256:
            raise SystemExit(f"`{arguments.image}` is not the image that was asked for")
        image = load_image(data, CodeCache(Path(arguments.cache) / "code"))
        return lambda: StageCompiler(image, sys.stderr.buffer, Limits(seconds=arguments.seconds))
    from clysm.host.compiler import HostedCompiler  # only here: the gate's workers must not have it

    return lambda: HostedCompiler(Path(arguments.cache) / "host")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The command line: kind, image, sha256, cache, independent. Interrupts are ignored from here on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build decides when a worker ends
    parser = argparse.ArgumentParser(prog="clysm.bootstrap.worker")
    kinds = parser.add_subparsers(dest="kind", required=True)
    hosted = kinds.add_parser("hosted")
    stage = kinds.add_parser("stage")
    stage.add_argument("image")
    stage.add_argument("sha256")
    for kind in (hosted, stage):
        kind.add_argument("--cache", required=True)
        kind.add_argument("--seconds", type=float)  # for one call of a stage
        kind.add_argument("--independent", action="store_true")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> None:
    """Serve until the input closes; does not return."""
    arguments = parse(argv)
    watch = None
    if arguments.independent:
        block_host()
        watch = Watch()
    requests, replies = private_streams()
    serve(lambda: Server(session_factory(arguments), watch), requests, replies)


if __name__ == "__main__":
    main(sys.argv[1:])
