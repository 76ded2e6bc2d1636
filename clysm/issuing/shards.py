"""A series cut into shards of equally many lines: where each lies in its file, and the hash of its bytes.

A changed line changes one shard, an appended line the last one.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

MAX_LINE: Final = 1 << 20  # bytes of one product


@dataclass(frozen=True, slots=True)
class Shard:
    """Bytes `start` to `end` of the file: `lines` lines, the first of which is number `first`, from 1."""

    start: int
    end: int
    first: int
    lines: int
    sha256: str


def cut(path: Path, size: int) -> tuple[Shard, ...]:
    """The shards of a file, in order; none of an empty one. Raises OSError."""
    with path.open("rb") as stream:
        return tuple(_shards(stream, size))


def _shards(stream: BinaryIO, size: int) -> Iterator[Shard]:
    start = end = lines = 0
    first = 1
    digest = hashlib.sha256()
    complete = True  # whether the last part read ended its line
    while part := stream.readline(MAX_LINE):
        digest.update(part)
        end += len(part)
        complete = part.endswith(b"\n")
        lines += complete
        if lines == size:
            yield Shard(start, end, first, lines, digest.hexdigest())
            start, first, lines, digest = end, first + size, 0, hashlib.sha256()
    if end > start:
        yield Shard(start, end, first, lines + (not complete), digest.hexdigest())
