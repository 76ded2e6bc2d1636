"""wasmtime's traps and errors, translated once, into TrapError."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import wasmtime

from clysm.engine.bindings import error_frames
from clysm.engine.errors import Frame, TrapError, TrapKind

_UNKNOWN_OFFSET = (1 << 64) - 1
_KIND_BY_CODE: Mapping[wasmtime.TrapCode, TrapKind] = {
    wasmtime.TrapCode.STACK_OVERFLOW: TrapKind.STACK,
    wasmtime.TrapCode.INTERRUPT: TrapKind.TIME,
    wasmtime.TrapCode.ALLOCATION_TOO_LARGE: TrapKind.HEAP,
    wasmtime.TrapCode.UNCAUGHT_EXCEPTION: TrapKind.EXCEPTION,
}
# Causes that wasmtime gives as text only.
_KIND_BY_CAUSE = (
    ("GC heap out of memory", TrapKind.HEAP),
    ("thrown Wasm exception", TrapKind.EXCEPTION),
)


def translate_trap(error: wasmtime.Trap | wasmtime.WasmtimeError) -> TrapError:
    """The TrapError for what a call into Wasm raised."""
    if isinstance(error, wasmtime.Trap):
        cause = _cause(error.message)
        code = error.trap_code
        return TrapError(_kind(code, cause), cause, _frames(error.frames))
    cause = _cause(str(error))
    return TrapError(_kind(None, cause), cause, _frames(error_frames(error)))


def _cause(message: str) -> str:
    """One line: what follows `Caused by:`, without the frames and the word `wasm trap`."""
    text = " ".join(message.rpartition("Caused by:\n")[2].split())
    return text.removeprefix("wasm trap: ")


def _kind(code: wasmtime.TrapCode | None, cause: str) -> TrapKind:
    if code is not None and code in _KIND_BY_CODE:
        return _KIND_BY_CODE[code]
    return next((kind for text, kind in _KIND_BY_CAUSE if text in cause), TrapKind.FAULT)


def _frames(frames: Sequence[wasmtime.Frame]) -> tuple[Frame, ...]:
    return tuple(
        Frame(
            frame.func_index,
            frame.func_name,
            frame.module_name,
            None if frame.module_offset == _UNKNOWN_OFFSET else frame.module_offset,
        )
        for frame in frames
    )
