"""The errors of reading a binary. Each carries the 0-based file offset of the fault."""

from __future__ import annotations


class WasmError(Exception):
    """Base of the family. `offset` is a 0-based byte offset into the file that was read."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message, offset)
        self.message = message
        self.offset = offset

    def __str__(self) -> str:
        return f"{self.message} at offset {self.offset}"


class MalformedImageError(WasmError):
    """The bytes do not follow the binary format."""


class UnknownOpcodeError(WasmError):
    """An instruction outside the table of `clysm.wasm.opcodes`."""


class InvalidImageError(WasmError):
    """The bytes follow the format but break a rule of validation, or the engine lacks the feature."""
