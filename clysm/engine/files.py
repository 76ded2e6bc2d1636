"""Files as imports see them: granted paths, and descriptors."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from clysm.engine.imports import HostCode
from clysm.engine.world import HostWorld

READ, WRITE, CREATE, TRUNCATE, APPEND, EXCLUSIVE = 1, 2, 4, 8, 16, 32
_ALL_FLAGS = READ | WRITE | CREATE | TRUNCATE | APPEND | EXCLUSIVE
_MAX_TRANSFER = 1 << 30  # bytes per call; the operating system moves at most about 2 GiB

_CODE_BY_ERRNO: Mapping[int, HostCode] = {
    errno.ENOENT: HostCode.NOT_FOUND,
    errno.EEXIST: HostCode.EXISTS,
    errno.ENOTEMPTY: HostCode.EXISTS,
    errno.EACCES: HostCode.DENIED,
    errno.EPERM: HostCode.DENIED,
    errno.EROFS: HostCode.DENIED,
    errno.EBADF: HostCode.BAD_DESCRIPTOR,
    errno.EISDIR: HostCode.WRONG_KIND,
    errno.ENOTDIR: HostCode.WRONG_KIND,
    errno.ESPIPE: HostCode.WRONG_KIND,
    errno.ENXIO: HostCode.WRONG_KIND,
    errno.ENOSPC: HostCode.NO_SPACE,
    errno.EDQUOT: HostCode.NO_SPACE,
    errno.EFBIG: HostCode.NO_SPACE,
    errno.EINVAL: HostCode.INVALID_ARGUMENT,
    errno.ENAMETOOLONG: HostCode.INVALID_ARGUMENT,
    errno.ELOOP: HostCode.INVALID_ARGUMENT,
}


class HostCodeError(Exception):
    """An import ends with this code."""

    def __init__(self, code: HostCode) -> None:
        super().__init__(code)
        self.code = code


def code_of(error: OSError) -> HostCode:
    """The result code for an error of the operating system."""
    return _CODE_BY_ERRNO.get(error.errno or 0, HostCode.IO_ERROR)


@dataclass(frozen=True, slots=True)
class PathGrants:
    """The directories a program may touch, as real paths. The first is where relative paths start."""

    roots: tuple[str, ...]

    @classmethod
    def of(cls, world: HostWorld) -> PathGrants:
        return cls(tuple(os.path.realpath(directory) for directory in world.directories))

    def resolve(self, raw: bytes, *, follow: bool = True) -> str:
        """The real path that a program's path stands for.

        Without `follow`, a link in the last place stands for itself. Raises HostCodeError: INVALID_ARGUMENT
        for a path that is empty, holds NUL or is not UTF-8, DENIED outside the granted directories.
        """
        try:
            path = raw.decode()
        except UnicodeDecodeError as error:
            raise HostCodeError(HostCode.INVALID_ARGUMENT) from error
        if not path or "\0" in path:
            raise HostCodeError(HostCode.INVALID_ARGUMENT)
        if not self.roots:
            raise HostCodeError(HostCode.DENIED)
        path = os.path.join(self.roots[0], path)
        parent, leaf = os.path.split(path.rstrip("/") or "/")
        if follow or leaf in ("", ".", ".."):
            real = os.path.realpath(path)
        else:
            real = os.path.join(os.path.realpath(parent), leaf)
        if not any(real == root or real.startswith(root.rstrip("/") + "/") for root in self.roots):
            raise HostCodeError(HostCode.DENIED)
        return real

    def resolve_changeable(self, raw: bytes) -> str:
        """As `resolve` without following; the granted directories themselves may not be changed."""
        real = self.resolve(raw, follow=False)
        if real in self.roots:
            raise HostCodeError(HostCode.DENIED)
        return real


class Descriptor(Protocol):
    """What a descriptor can do. A wrong direction or kind raises HostCodeError(WRONG_KIND)."""

    def read(self, length: int) -> bytes: ...

    def write(self, data: bytes) -> int: ...

    def seek(self, offset: int, whence: int) -> int: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class StreamDescriptor:
    """One of the three standard streams, one way only. Closing it leaves the Python stream open."""

    source: BinaryIO | None
    sink: BinaryIO | None

    def read(self, length: int) -> bytes:
        if self.source is None:
            raise HostCodeError(HostCode.WRONG_KIND)
        # A buffered stream would wait for all `length` bytes; read1 gives what there is.
        read = getattr(self.source, "read1", self.source.read)
        data: bytes | None = read(length)
        return data or b""

    def write(self, data: bytes) -> int:
        if self.sink is None:
            raise HostCodeError(HostCode.WRONG_KIND)
        written = self.sink.write(data)
        self.sink.flush()
        return written

    def seek(self, offset: int, whence: int) -> int:
        raise HostCodeError(HostCode.WRONG_KIND)

    def close(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class FileDescriptor:
    """A regular file, by its descriptor of the operating system."""

    number: int
    readable: bool
    writable: bool

    def read(self, length: int) -> bytes:
        if not self.readable:
            raise HostCodeError(HostCode.WRONG_KIND)
        return os.read(self.number, length)

    def write(self, data: bytes) -> int:
        if not self.writable:
            raise HostCodeError(HostCode.WRONG_KIND)
        return os.write(self.number, data)

    def seek(self, offset: int, whence: int) -> int:
        return os.lseek(self.number, offset, whence)

    def close(self) -> None:
        os.close(self.number)


def open_file(path: str, flags: int) -> FileDescriptor:
    """Open a regular file at a resolved path. Raises OSError or HostCodeError."""
    rules = (
        not flags & ~_ALL_FLAGS,
        flags & (READ | WRITE),
        flags & WRITE or not flags & (CREATE | TRUNCATE | APPEND),
        flags & CREATE or not flags & EXCLUSIVE,
    )
    if not all(rules):
        raise HostCodeError(HostCode.INVALID_ARGUMENT)
    mode = os.O_RDWR if flags & READ and flags & WRITE else os.O_WRONLY if flags & WRITE else os.O_RDONLY
    # The path is resolved, so a link here appeared meanwhile; a pipe must not make the open wait.
    mode |= os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    for flag, bit in (
        (CREATE, os.O_CREAT),
        (TRUNCATE, os.O_TRUNC),
        (APPEND, os.O_APPEND),
        (EXCLUSIVE, os.O_EXCL),
    ):
        mode |= bit if flags & flag else 0
    number = os.open(path, mode, 0o666)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise HostCodeError(HostCode.WRONG_KIND)
    return FileDescriptor(number, bool(flags & READ), bool(flags & WRITE))


class DescriptorTable:
    """The open descriptors of one run; 0, 1 and 2 are the standard streams."""

    def __init__(self, world: HostWorld) -> None:
        self._open: dict[int, Descriptor] = {
            0: StreamDescriptor(world.stdin, None),
            1: StreamDescriptor(None, world.stdout),
            2: StreamDescriptor(None, world.stderr),
        }

    def get(self, number: int) -> Descriptor:
        """Raises HostCodeError(BAD_DESCRIPTOR) for a number that is not open."""
        descriptor = self._open.get(number)
        if descriptor is None:
            raise HostCodeError(HostCode.BAD_DESCRIPTOR)
        return descriptor

    def add(self, descriptor: Descriptor) -> int:
        """The lowest free number from 3."""
        number = next(n for n in range(3, len(self._open) + 4) if n not in self._open)
        self._open[number] = descriptor
        return number

    def close(self, number: int) -> None:
        descriptor = self.get(number)
        del self._open[number]
        descriptor.close()

    def close_all(self) -> None:
        for number in list(self._open):
            self.close(number)


def clamp_transfer(length: int) -> int:
    """The bytes to move in one call when `length` are wanted."""
    return min(length, _MAX_TRANSFER)
