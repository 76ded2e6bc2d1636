"""The host imports at work, for one instance: ranges and grants checked, every failure a code.

No exception but the end of the program leaves a host function, because Wasm could not handle it.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Callable, Mapping

import wasmtime

from clysm.engine.code_cache import CodeCache
from clysm.engine.errors import EngineError, ExitRefusedError, ProgramExitError, TrapError, TrapKind
from clysm.engine.files import (
    DescriptorTable,
    HostCodeError,
    PathGrants,
    clamp_transfer,
    code_of,
    open_file,
)
from clysm.engine.guest_memory import ADDRESS_MASK, GuestMemory, RangeError
from clysm.engine.imports import HOST_IMPORTS, HostCode, Signature
from clysm.engine.units import RunningImage, UnitError, instantiate_unit
from clysm.engine.world import HostWorld

_VALUE_TYPES: Mapping[str, Callable[[], wasmtime.ValType]] = {
    "i32": wasmtime.ValType.i32,
    "i64": wasmtime.ValType.i64,
}
_DELETE, _RENAME, _MAKE_DIRECTORY = 1, 2, 3
_FILE, _DIRECTORY = 1, 2


class Host:
    """The imports of one instance.

    `refused` lists the imports that were called without being granted, in order; `notes` the messages behind
    INVALID_UNIT and IO_ERROR; `ended` is the error that ended the run from inside `exit`.
    It keeps no reference to the store: the functions live as long as the store, and would keep it alive.
    """

    def __init__(self, world: HostWorld) -> None:
        self.refused: list[str] = []
        self.notes: list[str] = []
        self.ended: EngineError | None = None
        self._world = world
        self._grants = PathGrants.of(world)
        self._descriptors = DescriptorTable(world)
        self._memory: wasmtime.Memory | None = None
        self._image: RunningImage | None = None
        self._engine: wasmtime.Engine | None = None
        self._functions: dict[str, wasmtime.Func] = {}

    def make_functions(self, store: wasmtime.Store) -> Mapping[str, wasmtime.Func]:
        """All imports by name, as functions of `store`."""
        self._engine = store.engine
        for name, signature in HOST_IMPORTS.items():
            self._functions[name] = self._make_function(store, name, signature)
        return self._functions

    def attach(self, instance: wasmtime.Instance, memory: wasmtime.Memory, cache: CodeCache | None) -> None:
        """Name the instance that the imports serve. Before this they fail with IO_ERROR."""
        self._image = RunningImage(instance, cache)
        self._memory = memory

    def close(self) -> None:
        """Close the files that the run left open."""
        self._descriptors.close_all()

    def _make_function(self, store: wasmtime.Store, name: str, signature: Signature) -> wasmtime.Func:
        perform: Callable[..., int] = getattr(self, f"_{name}")

        def call(caller: wasmtime.Caller, *arguments: int) -> int | None:
            result = self._guard(name, lambda: perform(caller, *arguments))
            return result if signature.result else None

        params = [_VALUE_TYPES[word]() for word in signature.params]
        results = [_VALUE_TYPES[signature.result]()] if signature.result else []
        return wasmtime.Func(store, wasmtime.FuncType(params, results), call, access_caller=True)

    def _guard(self, name: str, perform: Callable[[], int]) -> int:
        """The result of `perform`, or the code of its failure."""
        if name not in self._world.granted:
            self.refused.append(name)
            if name == "exit":
                self._end(ExitRefusedError("`exit` is not granted"))
            return HostCode.DENIED
        try:
            return perform()
        except EngineError:
            raise
        except HostCodeError as error:
            return error.code
        except RangeError:
            return HostCode.INVALID_ARGUMENT
        except UnitError as error:
            self.notes.append(f"unit_instantiate: {error}")
            return HostCode.INVALID_UNIT
        except OSError as error:
            return code_of(error)
        except Exception as error:  # a broken stream or our own mistake: the program gets a code, we a note
            self.notes.append(f"{name}: {type(error).__name__}: {error}")
            return HostCode.IO_ERROR

    def _end(self, error: EngineError) -> None:
        self.ended = error
        raise error

    def _reach(self, caller: wasmtime.Caller) -> GuestMemory:
        if self._memory is None:
            raise HostCodeError(HostCode.IO_ERROR)
        return GuestMemory(self._memory, caller)

    def _give(self, memory: GuestMemory, address: int, capacity: int, data: bytes) -> int:
        """Write `data` if it fits into `capacity`; the size needed either way."""
        memory.check(address, capacity)
        if len(data) <= capacity & ADDRESS_MASK:
            memory.write(address, data)
        return len(data)

    # One method per import, named `_<import>`.

    def _args_read(self, caller: wasmtime.Caller, address: int, capacity: int) -> int:
        try:
            data = b"".join(argument.encode() + b"\0" for argument in self._world.arguments)
        except UnicodeEncodeError as error:
            raise HostCodeError(HostCode.INVALID_ARGUMENT) from error
        return self._give(self._reach(caller), address, capacity, data)

    def _fd_read(self, caller: wasmtime.Caller, number: int, address: int, length: int) -> int:
        memory = self._reach(caller)
        descriptor = self._descriptors.get(number)
        memory.check(address, length)
        data = descriptor.read(clamp_transfer(length & ADDRESS_MASK))
        memory.write(address, data)
        return len(data)

    def _fd_write(self, caller: wasmtime.Caller, number: int, address: int, length: int) -> int:
        descriptor = self._descriptors.get(number)
        memory = self._reach(caller)
        memory.check(address, length)
        return descriptor.write(memory.read(address, clamp_transfer(length & ADDRESS_MASK)))

    def _fd_seek(self, caller: wasmtime.Caller, number: int, offset: int, whence: int) -> int:
        descriptor = self._descriptors.get(number)
        if whence not in (os.SEEK_SET, os.SEEK_CUR, os.SEEK_END):
            raise HostCodeError(HostCode.INVALID_ARGUMENT)
        return descriptor.seek(offset, whence)

    def _fd_close(self, caller: wasmtime.Caller, number: int) -> int:
        self._descriptors.close(number)
        return 0

    def _file_open(self, caller: wasmtime.Caller, path: int, length: int, flags: int) -> int:
        resolved = self._grants.resolve(self._reach(caller).read(path, length))
        return self._descriptors.add(open_file(resolved, flags))

    def _path_stat(self, caller: wasmtime.Caller, path: int, length: int, out: int) -> int:
        memory = self._reach(caller)
        status = os.stat(self._grants.resolve(memory.read(path, length)))
        if stat.S_ISREG(status.st_mode):
            kind = _FILE
        elif stat.S_ISDIR(status.st_mode):
            kind = _DIRECTORY
        else:
            raise HostCodeError(HostCode.WRONG_KIND)
        memory.write(out, struct.pack("<IIqq", kind, 0, status.st_size, int(status.st_mtime)))
        return 0

    def _path_change(
        self, caller: wasmtime.Caller, operation: int, a: int, a_length: int, b: int, b_length: int
    ) -> int:
        memory = self._reach(caller)
        if operation not in (_DELETE, _RENAME, _MAKE_DIRECTORY):
            raise HostCodeError(HostCode.INVALID_ARGUMENT)
        path = self._grants.resolve_changeable(memory.read(a, a_length))
        if operation == _DELETE:
            is_directory = stat.S_ISDIR(os.lstat(path).st_mode)
            (os.rmdir if is_directory else os.unlink)(path)
        elif operation == _RENAME:
            os.rename(path, self._grants.resolve_changeable(memory.read(b, b_length)))
        else:
            os.mkdir(path)
        return 0

    def _path_list(self, caller: wasmtime.Caller, path: int, length: int, out: int, capacity: int) -> int:
        """Names that are not UTF-8 are left out: no path of this interface could name them."""
        memory = self._reach(caller)
        names = sorted(os.listdir(self._grants.resolve(memory.read(path, length)).encode()))
        return self._give(memory, out, capacity, b"".join(name + b"\0" for name in names if _is_utf8(name)))

    def _clock_read(self, caller: wasmtime.Caller, kind: int) -> int:
        clock = self._world.clock
        if clock is None:
            raise HostCodeError(HostCode.DENIED)
        if kind not in (0, 1):
            raise HostCodeError(HostCode.INVALID_ARGUMENT)
        return clock.realtime_ns() if kind == 0 else clock.monotonic_ns()

    def _exit(self, caller: wasmtime.Caller, code: int) -> int:
        """An exit status outside 0-255 cannot be passed on: such a call traps."""
        if not 0 <= code <= 255:
            self._end(TrapError(TrapKind.FAULT, f"exit status {code} is not in 0-255", ()))
        self._end(ProgramExitError(code))
        return 0

    def _unit_instantiate(self, caller: wasmtime.Caller, address: int, length: int) -> int:
        unit = self._reach(caller).read(address, length)
        assert self._image is not None
        assert self._engine is not None
        instantiate_unit(self._engine, caller, self._image, self._functions, unit)
        return 0


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True
