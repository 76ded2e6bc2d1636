"""The one way in which files are written: complete, or not at all.

The text goes to a temporary name in the same directory, is flushed to the disk and renamed over the target.
On any failure the temporary file is removed and the old target stays.
"""

import contextlib
import os
import re
from pathlib import Path

_NAME_BYTES = 100  # of the target's name in the temporary one
_RANDOM_BYTES = 8
_TEMPORARY = re.compile(rf"\..*\.[0-9a-f]{{{2 * _RANDOM_BYTES}}}\.tmp", re.DOTALL)


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path` atomically, creating its directory; raises OSError and leaves the old file on
    failure.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_beside(path)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def temporary_beside(path: Path) -> Path:
    """A name that nothing has, in the directory of `path`."""
    beginning = os.fsdecode(os.fsencode(path.name)[:_NAME_BYTES])
    return path.parent / f".{beginning}.{os.urandom(_RANDOM_BYTES).hex()}.tmp"


def is_temporary(path: Path) -> bool:
    """Whether the name is one that only unfinished files and folders have: of a writer at work, or killed."""
    return _TEMPORARY.fullmatch(path.name) is not None


def write_if_changed(path: Path, data: bytes) -> bool:
    """Write unless the file already holds exactly these bytes; True if it was written."""
    try:
        if path.read_bytes() == data:
            return False
    except OSError:
        pass
    write_bytes(path, data)
    return True


def append_line(path: Path, line: str) -> None:
    """Append one line by a single write, so that concurrent appenders never mix within a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        os.write(descriptor, line.encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file that may be absent."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
