"""A stage as a compiler session: the compiler runs in wasmtime, one store per session."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO

from clysm.engine.abi import STAGE_EXPORTS, AbiReply, Options, Status, encode_options, host_reply
from clysm.engine.backtrace import describe_trap, frame_name
from clysm.engine.errors import EngineError, TrapError
from clysm.engine.image import Image
from clysm.engine.instance import Instance
from clysm.engine.limits import Limits
from clysm.engine.world import HostWorld, compile_world


@dataclass(frozen=True, slots=True)
class StageCall:
    """A call that reached the stage, and the SHA-256 of its first buffer (source, object or options)."""

    name: str
    sha256: str


class StageCompiler:
    """A CompilerSession whose compiler is an image. `calls` and `refused_imports` cover all sessions.

    A trap ends the session: later calls answer BAD_CALL until the next `session_begin`.
    Raises ImageError if the image does not export the stage calls.
    """

    def __init__(self, image: Image, tool_stderr: BinaryIO, limits: Limits | None = None) -> None:
        image.require(STAGE_EXPORTS)
        self._image = image
        self._world: HostWorld = compile_world(tool_stderr)
        self._limits = limits or Limits()
        self._instance: Instance | None = None
        self._calls: list[StageCall] = []
        self._refused: list[str] = []

    def __enter__(self) -> StageCompiler:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def calls(self) -> tuple[StageCall, ...]:
        """Every stage call made so far, in order."""
        return tuple(self._calls)

    @property
    def refused_imports(self) -> tuple[str, ...]:
        """Every call of an import that compile calls may not use. A correct stage makes none."""
        return (*self._refused, *(self._instance.refused_imports if self._instance else ()))

    def close(self) -> None:
        """End the session and release its store. May be repeated."""
        if self._instance is not None:
            self._refused += self._instance.refused_imports
            self._instance.close()
            self._instance = None

    def session_begin(self, options: Options) -> AbiReply:
        self.close()
        try:
            self._instance = Instance(self._image, self._world, self._limits)
            self._instance.initialize()
        except TrapError as trap:
            self.close()
            notes = tuple(f"in {frame_name(frame)}" for frame in trap.frames)
            return host_reply(Status.TRAP, describe_trap(trap, self._limits), notes)
        except EngineError as error:
            self.close()
            return host_reply(Status.HOST_ERROR, str(error))
        return self._call("session_begin", encode_options(options))

    def load_interface(self, interface: bytes) -> AbiReply:
        return self._call("load_interface", interface)

    def load_object(self, code: bytes) -> AbiReply:
        return self._call("load_object", code)

    def compile_module(self, source: bytes, options: Options) -> AbiReply:
        return self._call("compile_module", source, encode_options(options))

    def compile_form(self, source: bytes, options: Options) -> AbiReply:
        return self._call("compile_form", source, encode_options(options))

    def link(self, options: Options) -> AbiReply:
        return self._call("link", encode_options(options))

    def _call(self, name: str, *buffers: bytes) -> AbiReply:
        if self._instance is None:
            return host_reply(Status.BAD_CALL, f"`{name}` called without a session")
        self._calls.append(StageCall(name, hashlib.sha256(buffers[0]).hexdigest()))
        reply = self._instance.call_abi(name, *buffers)
        if not self._instance.usable:
            self.close()
        return reply
