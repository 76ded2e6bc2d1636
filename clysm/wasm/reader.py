"""The few primitives in which the binary format is read: bytes, LEB128 integers, names.

Source: Wasm specification, Binary Format, Values.
"""

from __future__ import annotations

from clysm.wasm.errors import MalformedImageError


class Reader:
    """A position that moves through `data[start:end]`. All offsets are file offsets.

    Every method raises MalformedImageError, with the offset where the value begins, when the bytes end too
    early or break the format.
    """

    __slots__ = ("data", "end", "position")

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        self.data = data
        self.position = start
        self.end = len(data) if end is None else end

    def at_end(self) -> bool:
        return self.position >= self.end

    def byte(self) -> int:
        position = self.position
        if position >= self.end:
            raise MalformedImageError("unexpected end", position)
        self.position = position + 1
        return self.data[position]

    def peek(self) -> int:
        """The next byte, not consumed."""
        if self.position >= self.end:
            raise MalformedImageError("unexpected end", self.position)
        return self.data[self.position]

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        start = self.position
        if size > self.end - start:
            raise MalformedImageError("unexpected end", start)
        self.position = start + size
        return self.data[start : self.position]

    def u32(self) -> int:
        """Unsigned LEB128, at most five bytes, below 2**32."""
        start = self.position
        if start < self.end:
            first = self.data[start]
            if first < 0x80:
                self.position = start + 1
                return first
        value = 0
        for shift in range(0, 35, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if value >> 32:
                    raise MalformedImageError("integer too large", start)
                return value
        raise MalformedImageError("integer too long", start)

    def u64(self) -> int:
        """Unsigned LEB128, at most ten bytes, below 2**64."""
        start = self.position
        value = 0
        for shift in range(0, 70, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if value >> 64:
                    raise MalformedImageError("integer too large", start)
                return value
        raise MalformedImageError("integer too long", start)

    def signed(self, bits: int) -> int:
        """Signed LEB128 of `bits` bits (32, 33 or 64): -2**(bits-1) <= result < 2**(bits-1)."""
        start = self.position
        value = 0
        for shift in range(0, bits, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if byte & 0x40:
                    value -= 1 << (shift + 7)
                if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
                    raise MalformedImageError("integer too large", start)
                return value
        raise MalformedImageError("integer too long", start)

    def name(self) -> str:
        """A length and that many bytes of UTF-8."""
        start = self.position
        raw = self.take(self.u32())
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise MalformedImageError("name is not UTF-8", start) from error
