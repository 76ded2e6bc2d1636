"""The errors of running images, and the trap as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EngineError(Exception):
    """Base of the family."""


class ImageError(EngineError):
    """The bytes are no image that this engine can run: invalid, unknown import, missing or wrong export."""


class DiscardedError(EngineError):
    """The instance was thrown away after a trap or exit and is called again."""


class ExitRefusedError(EngineError):
    """The image called the import `exit` where the world does not grant it; the call has failed."""


class ProgramExitError(EngineError):
    """The image ended itself through the import `exit`. `code` is 0-255."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit {code}")
        self.code = code


class TrapKind(StrEnum):
    """Why the engine stopped the code, as far as a caller decides by it."""

    STACK = "stack"
    TIME = "time"
    HEAP = "heap"
    EXCEPTION = "exception"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Frame:
    """One Wasm function on the stack. `offset` is the file offset of the instruction, None if unknown."""

    index: int
    name: str | None
    module: str | None
    offset: int | None


class TrapError(EngineError):
    """The engine stopped the code. `frames` are newest first; wasmtime records the newest 20 only. `place` is
    line and column of the source form that a stage was at, 0 where it was at none.
    """

    def __init__(
        self, kind: TrapKind, message: str, frames: tuple[Frame, ...], place: tuple[int, int] = (0, 0)
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.frames = frames
        self.place = place
