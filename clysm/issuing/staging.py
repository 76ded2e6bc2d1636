"""Temporary files and folders beside what they become; the next process removes what a killed one left.

Each is locked by its process as long as that lives, so one that can be locked is abandoned.
"""

import contextlib
import fcntl
import glob
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def open_temporary(path: Path) -> tuple[Path, BinaryIO]:
    """A new locked file beside `path`, in whose place it is to be renamed. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _discard_abandoned(path)
    while True:
        temporary = _name(path)
        created = temporary.open("xb")
        fcntl.flock(created, fcntl.LOCK_EX)
        if temporary.exists():  # or another process took it for abandoned just before it was locked
            return temporary, created
        created.close()


@contextmanager
def temporary_folder(path: Path) -> Iterator[Path]:
    """A new locked folder beside the folder `path`, for files that are to be renamed into that.

    It is removed afterwards. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _discard_abandoned(path)
    while True:
        temporary = _name(path)
        temporary.mkdir()
        try:
            descriptor = os.open(temporary, os.O_RDONLY)
        except FileNotFoundError:  # another process took it for abandoned before it was locked
            continue
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if temporary.exists():
            break
        os.close(descriptor)
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        os.close(descriptor)


def _name(path: Path) -> Path:
    return path.parent / f".{path.name}.{os.urandom(8).hex()}.tmp"


def _discard_abandoned(path: Path) -> None:
    for left in path.parent.glob(f".{glob.escape(path.name)}.{'[0-9a-f]' * 16}.tmp"):
        with contextlib.suppress(OSError):
            descriptor = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if left.is_dir():
                    shutil.rmtree(left)
                else:
                    left.unlink()
            finally:
                os.close(descriptor)
