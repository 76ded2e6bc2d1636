"""One instance of an image: its calls, its buffers, and what is left of it after a trap."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TypeVar

import wasmtime

from clysm.engine.abi import ABI_NUMBER, AbiReply, Status, host_reply
from clysm.engine.backtrace import describe_trap, frame_name
from clysm.engine.bindings import find_export
from clysm.engine.engine import run_with_big_stack
from clysm.engine.errors import (
    DiscardedError,
    EngineError,
    ExitRefusedError,
    ImageError,
    ProgramExitError,
    TrapError,
    TrapKind,
)
from clysm.engine.guest_memory import GuestMemory, RangeError
from clysm.engine.host import Host
from clysm.engine.image import Image
from clysm.engine.limits import Limits, apply_memory_limit, time_limit
from clysm.engine.traps import translate_trap
from clysm.engine.world import HostWorld

T = TypeVar("T")

# Output, interface and diagnostics, an address and a length each.
_RETURN_RECORD = struct.Struct("<6I")


class Instance:
    """An instance in a store of its own. After a trap or an exit it refuses further calls.

    Close it (or use it in a `with` block): only then are store and files released at once.
    Creating one raises ImageError if it does not link or has another ABI number.
    """

    def __init__(self, image: Image, world: HostWorld, limits: Limits | None = None) -> None:
        self._image = image
        self._limits = limits or Limits()
        self._engine = image.engine
        self._host = Host(world)
        self._store = wasmtime.Store(self._engine)
        self._lock = threading.Lock()
        self._usable = True
        self._closing = False
        apply_memory_limit(self._store, self._limits)
        try:
            self._run(self._instantiate)
            self._check_version()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Instance:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def usable(self) -> bool:
        """False after a trap, an exit or `close`."""
        return self._usable

    @property
    def refused_imports(self) -> tuple[str, ...]:
        """The imports called without being granted, one item per call."""
        return tuple(self._host.refused)

    @property
    def notes(self) -> tuple[str, ...]:
        """The messages behind the codes INVALID_UNIT and IO_ERROR that imports answered, in order."""
        return tuple(self._host.notes)

    def close(self) -> None:
        """Release the store and the files that are open. May be repeated.

        If the caller of a running call was interrupted, the release happens when that call ends.
        """
        self._usable = False
        self._closing = True
        if self._lock.acquire(blocking=False):
            try:
                self._release()
            finally:
                self._lock.release()

    def initialize(self) -> None:
        """Create the image's objects. Errors as for `call`."""
        self.call("_initialize")

    def call(self, name: str, *arguments: int) -> int | None:
        """Call an exported function of i32 parameters and at most one i32 result.

        Raises ProgramExitError or ExitRefusedError if the image called `exit`, TrapError if the engine
        stopped it, DiscardedError if that happened before, ImageError if there is no such function.
        """
        return self._run(lambda: self._call(name, arguments))

    def call_abi(self, name: str, *buffers: bytes) -> AbiReply:
        """A stage call: the buffers go in as address and length, the return record comes out as bytes.

        What is raised in `call` for traps, limits and refused exits is here a reply of status TRAP, LIMIT or
        HOST_ERROR.
        """
        return self._run(lambda: self._call_abi(name, buffers))

    def read_global(self, name: str) -> int | None:
        """The value of an exported i32 global; None if there is none. Works after a trap, until `close`."""
        found = find_export(self._store, self._instance, name)
        if not isinstance(found, wasmtime.Global):
            return None
        try:
            value = found.value(self._store)
        except wasmtime.WasmtimeError:  # a type that Python cannot hold
            return None
        return value if isinstance(value, int) else None

    def _run(self, function: Callable[[], T]) -> T:
        """Run one call at a time, on a big stack."""

        def alone() -> T:
            with self._lock:
                try:
                    return function()
                finally:
                    if self._closing:
                        self._release()

        return run_with_big_stack(alone)

    def _release(self) -> None:
        self._host.close()
        self._store.close()

    def _instantiate(self) -> None:
        functions = self._host.make_functions(self._store)
        imports = [functions[name] for name in self._image.imports]
        try:
            with time_limit(self._store, self._engine, self._limits):
                self._instance = wasmtime.Instance(self._store, self._image.module, imports)
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            raise ImageError(" ".join(str(error).split())) from None
        memory = find_export(self._store, self._instance, "memory")
        assert isinstance(memory, wasmtime.Memory)  # load_image has checked
        self._memory = GuestMemory(memory, self._store)
        self._host.attach(self._instance, memory, self._image.cache)

    def _check_version(self) -> None:
        try:
            version = self.call("abi_version")
        except EngineError as error:
            raise ImageError(f"`abi_version` failed: {error}") from error
        if version != ABI_NUMBER:
            raise ImageError(f"the image has ABI number {version}, expected {ABI_NUMBER}")

    def _call(self, name: str, arguments: Sequence[int]) -> int | None:
        if not self._usable:
            raise DiscardedError(f"`{name}` called on an instance that was thrown away")
        params, results = self._image.functions.get(name, (("",), ()))
        if params != ("i32",) * len(arguments) or results not in ((), ("i32",)):
            raise ImageError(f"no function `{name}` of {len(arguments)} i32 parameters")
        function = find_export(self._store, self._instance, name)
        assert isinstance(function, wasmtime.Func)
        try:
            with time_limit(self._store, self._engine, self._limits):
                result: int | None = function(self._store, *arguments)
        except BaseException as error:
            self._usable = False
            raise self._ending(error) from None
        return result

    def _ending(self, error: BaseException) -> BaseException:
        """Why a call ended. wasmtime keeps a host function's exception in a variable of the whole process, so
        with several threads it may raise another run's: what our own host recorded comes first."""
        if self._host.ended is not None:
            return self._host.ended
        if isinstance(error, (wasmtime.Trap, wasmtime.WasmtimeError)):
            return translate_trap(error)
        if isinstance(error, EngineError):
            return TrapError(TrapKind.FAULT, "trap at the same time as another run's end", ())
        return error

    def _call_abi(self, name: str, buffers: Sequence[bytes]) -> AbiReply:
        noted = len(self._host.notes)
        try:
            reply = self._exchange(name, buffers)
        except TrapError as trap:
            notes = (*self._host.notes[noted:], *(f"in {frame_name(frame)}" for frame in trap.frames))
            status = _STATUS_BY_TRAP.get(trap.kind, Status.TRAP)
            return host_reply(status, describe_trap(trap, self._limits), notes, trap.place)
        except ExitRefusedError as error:
            return host_reply(Status.HOST_ERROR, str(error), tuple(self._host.notes[noted:]))
        except ProgramExitError as error:
            return host_reply(Status.HOST_ERROR, f"the image ended itself: {error}")
        notes = tuple(self._host.notes[noted:])
        return AbiReply(
            reply.status, reply.output, reply.interface, reply.diagnostics, (*reply.notes, *notes)
        )

    def _exchange(self, name: str, buffers: Sequence[bytes]) -> AbiReply:
        arguments: list[int] = []
        for buffer in (*buffers, bytes(_RETURN_RECORD.size)):
            # An empty buffer gets an address too, so that no call sees address 0.
            address = self._call("buffer_alloc", [max(1, len(buffer))])
            if not address:
                self._call("buffer_reset", ())
                return host_reply(Status.LIMIT, f"no memory for a buffer of {len(buffer)} bytes")
            try:
                self._memory.write(address, buffer)
            except RangeError as error:
                return host_reply(Status.INTERNAL, f"buffer_alloc answered outside the memory: {error}")
            arguments += [address, len(buffer)]
        *inputs, record, _ = arguments
        try:
            status = self._call(name, [*inputs, record])
        except TrapError as trap:
            raise TrapError(trap.kind, trap.message, trap.frames, self._place(record)) from None
        try:
            fields = _RETURN_RECORD.unpack(self._memory.read(record, _RETURN_RECORD.size))
            parts = [self._memory.read(fields[i], fields[i + 1]) for i in (0, 2, 4)]
        except RangeError as error:
            return host_reply(
                Status.INTERNAL, f"the return record of `{name}` points outside the memory: {error}"
            )
        self._call("buffer_reset", ())
        if status not in _RETURNABLE:
            return host_reply(Status.INTERNAL, f"`{name}` returned the unknown status {status}")
        output, interface, diagnostics = parts
        return AbiReply(Status(status), output, interface, diagnostics)

    def _place(self, record: int) -> tuple[int, int]:
        """Line and column that a stage that was stopped has left in its return record: zeros at first."""
        line, column, *_ = _RETURN_RECORD.unpack(self._memory.read(record, _RETURN_RECORD.size))
        return line, column


_RETURNABLE = frozenset(Status) - {Status.TRAP}
_STATUS_BY_TRAP = {
    TrapKind.TIME: Status.LIMIT,
    TrapKind.HEAP: Status.LIMIT,
    TrapKind.STACK: Status.LIMIT,
}
