"""Bytes in and out of an image's linear memory, with every range checked."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import wasmtime

from clysm.engine.bindings import Store, memory_address

ADDRESS_MASK = 0xFFFFFFFF  # i32 values arrive signed


class RangeError(Exception):
    """The range does not lie inside the memory."""


@dataclass(frozen=True, slots=True)
class GuestMemory:
    """A memory and the store, or the caller, through which it is reached now."""

    memory: wasmtime.Memory
    store: Store

    def read(self, address: int, length: int) -> bytes:
        """A copy. Both arguments are taken as unsigned 32-bit values. Raises RangeError."""
        address, length = self._checked(address, length)
        return ctypes.string_at(memory_address(self.store, self.memory) + address, length) if length else b""

    def write(self, address: int, data: bytes) -> None:
        """Raises RangeError and writes nothing if `data` does not fit."""
        address, length = self._checked(address, len(data))
        if length:
            ctypes.memmove(memory_address(self.store, self.memory) + address, data, length)

    def check(self, address: int, length: int) -> None:
        """Raises RangeError unless the range lies inside the memory."""
        self._checked(address, length)

    def _checked(self, address: int, length: int) -> tuple[int, int]:
        address &= ADDRESS_MASK
        length &= ADDRESS_MASK
        if address + length > self.memory.data_len(self.store):
            raise RangeError(f"{length} bytes at {address}")
        return address, length
