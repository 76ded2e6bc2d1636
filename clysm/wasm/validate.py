"""Validation by the engine, in process. "Invalid" is an ordinary answer, so it is a value."""

from __future__ import annotations

import re
from dataclasses import dataclass

import wasmtime

from clysm.wasm.errors import InvalidImageError

_OFFSET = re.compile(r" \(at offset 0x([0-9a-f]+)\)")


@dataclass(frozen=True, slots=True)
class ValidationFault:
    """The validator's text without the offset, and the 0-based offset in the file (None if it gave none)."""

    message: str
    offset: int | None

    def __str__(self) -> str:
        return self.message if self.offset is None else f"{self.message} at offset {self.offset}"


def validate(engine: wasmtime.Engine, image: bytes) -> ValidationFault | None:
    """None if `image` is a valid module for the features that `engine` has on, else the first fault."""
    try:
        wasmtime.Module.validate(engine, image)
    except wasmtime.WasmtimeError as error:
        text = " ".join(str(error).split())
        found = _OFFSET.search(text)
        return ValidationFault(_OFFSET.sub("", text), int(found[1], 16) if found else None)
    return None


def require_valid(engine: wasmtime.Engine, image: bytes) -> None:
    """Raises InvalidImageError unless `image` validates. A fault without a place is put at offset 0."""
    fault = validate(engine, image)
    if fault is not None:
        raise InvalidImageError(fault.message, fault.offset or 0)
