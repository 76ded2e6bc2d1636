"""Many passports in one file: blocks of thinned passports under zstd, then an index of their SKUs.

    MAGIC  block ...  index  footer

A block holds the lines of up to BLOCK passports, four for each: payload, proof, receipt, snapshot
(`thinning`). The index is JSON: offset and length of each block, the SKUs in file order. The footer gives
the index's offset and length and ends with MAGIC. Blocks and index are zstd frames with a checksum, so
damage is noticed when they are read. Reading one passport touches footer, index and one block.

The same passports in the same order give the same bytes. A file has its name only when it is complete.
"""

import contextlib
import json
import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

import zstandard

from clysm.issuing.artifacts import Artifacts
from clysm.issuing.errors import ContainerError
from clysm.issuing.staging import open_temporary
from clysm.issuing.thinning import LINES, Lines, fill

MAGIC: Final = b"CLYSM PASSPORTS 1\n"
BLOCK: Final = 64  # passports; a block of typical ones is half a megabyte before compression
LEVEL: Final = 3  # of zstd; the file's bytes depend on it and on the pinned version of the library
_FOOTER: Final = struct.Struct("<QQ")
_FOOTER_SIZE: Final = _FOOTER.size + len(MAGIC)
_MAX_FRAME: Final = 1 << 28  # bytes that a damaged frame header may make us allocate


class ContainerWriter:
    """Writes a container beside its name; `finish` renames it into place, leaving without it removes it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._temporary, self._stream = open_temporary(path)
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True)
        self._lines: list[bytes] = []
        self.skus: list[str] = []
        self._blocks: list[tuple[int, int]] = []
        self._offset = 0
        self._write(MAGIC)

    def __enter__(self) -> "ContainerWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._stream.closed:
            self._stream.close()
            with contextlib.suppress(OSError):
                self._temporary.unlink()

    def add(self, sku: str, lines: Lines) -> None:
        """Append one passport as `thin` gives it. Raises OSError."""
        self.skus.append(sku)
        self._lines += lines
        if len(self._lines) == BLOCK * LINES:
            self._write_block()

    def finish(self) -> int:
        """Complete the file under its name; its size in bytes. Raises OSError."""
        if self._lines:
            self._write_block()
        index = {"blocks": self._blocks, "skus": self.skus}
        text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
        place = (self._offset, self._write(self._compressor.compress(text.encode())))
        self._write(_FOOTER.pack(*place) + MAGIC)
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        try:
            os.replace(self._temporary, self._path)
        except OSError:
            self._temporary.unlink()
            raise
        return self._offset

    def _write_block(self) -> None:
        frame = self._compressor.compress(b"\n".join(self._lines))
        self._blocks.append((self._offset, len(frame)))
        self._write(frame)
        self._lines.clear()

    def _write(self, data: bytes) -> int:
        self._stream.write(data)
        self._offset += len(data)
        return len(data)


class Container:
    """A finished container, open for reading. Raises ContainerError where it is not what was written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._decompressor = zstandard.ZstdDecompressor()
        self._stream: BinaryIO = path.open("rb")
        try:
            offset, length = self._footer()
            self._blocks, self.skus = self._read_index(offset, length)
        except BaseException:
            self._stream.close()
            raise

    def __enter__(self) -> "Container":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def __len__(self) -> int:
        return len(self.skus)

    def get(self, sku: str) -> Artifacts | None:
        """The passport of a SKU, byte for byte as it was added; None if it is not here."""
        try:
            position = self.skus.index(sku)
        except ValueError:
            return None
        lines = self._block(position // BLOCK)
        start = position % BLOCK * LINES
        return self._filled(lines[start : start + LINES])

    def __iter__(self) -> Iterator[tuple[str, Artifacts]]:
        """Every passport in file order, a block at a time."""
        for number in range(len(self._blocks)):
            lines = self._block(number)
            for place, sku in enumerate(self.skus[number * BLOCK : (number + 1) * BLOCK]):
                yield sku, self._filled(lines[place * LINES : (place + 1) * LINES])

    def _filled(self, lines: Sequence[bytes]) -> Artifacts:
        if len(lines) != LINES:
            raise self._damaged("a block ends early")
        return fill(lines)

    def _block(self, number: int) -> list[bytes]:
        return self._frame(*self._blocks[number]).split(b"\n")

    def _footer(self) -> tuple[int, int]:
        size = self._stream.seek(0, os.SEEK_END)
        if size < len(MAGIC) + _FOOTER_SIZE:
            raise self._damaged("too short")
        self._stream.seek(size - _FOOTER_SIZE)
        footer = self._stream.read(_FOOTER_SIZE)
        self._stream.seek(0)
        if self._stream.read(len(MAGIC)) != MAGIC or footer[_FOOTER.size :] != MAGIC:
            raise self._damaged("not a container of this version")
        offset, length = _FOOTER.unpack(footer[: _FOOTER.size])
        if offset + length + _FOOTER_SIZE != size:
            raise self._damaged("the index is not where it should be")
        return offset, length

    def _read_index(self, offset: int, length: int) -> tuple[list[tuple[int, int]], list[str]]:
        try:
            index = json.loads(self._frame(offset, length))
            blocks = [(int(start), int(size)) for start, size in index["blocks"]]
            skus = [str(sku) for sku in index["skus"]]
        except (ValueError, KeyError, TypeError) as problem:
            raise self._damaged(f"the index cannot be read: {problem}") from problem
        if len(blocks) != -(-len(skus) // BLOCK):
            raise self._damaged("the index names other blocks than it should")
        return blocks, skus

    def _frame(self, offset: int, length: int) -> bytes:
        self._stream.seek(offset)
        data = self._stream.read(length)
        try:
            size = zstandard.frame_content_size(data)
            if not 0 <= size <= _MAX_FRAME:
                raise self._damaged("a frame states no reasonable size")
            return self._decompressor.decompress(data)
        except zstandard.ZstdError as problem:
            raise self._damaged(str(problem)) from problem

    def _damaged(self, reason: str) -> ContainerError:
        return ContainerError(f"`{self._path}` is not a container of passports, or damaged: {reason}")
