"""The cache on disk: the property list, objects and interfaces by content, and the lock that guards both.

A session holds the lock from load to save. Whatever is unreadable, foreign or damaged is a miss; it never
fails a build.
"""

import errno
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from clysm.workflow import atomic, cache
from clysm.workflow.cache import CacheDamaged, CompilationCache
from clysm.workflow.digests import sha256_bytes

_FILE = "compilation-cache.sexp"
LOCK_SECONDS = 10.0
_POLL_SECONDS = 0.05


class CacheStore:
    """The cache directory of one session.

    `usable` is False if another session holds the lock after the waiting time or the directory cannot be
    written: such a session neither reads nor writes. `note` says in a line why nothing was found, or is None.
    """

    def __init__(self, directory: Path, project_root: Path, sleep: Callable[[float], None]) -> None:
        self.directory = directory
        self.project_root = project_root
        self.usable = False
        self.note: str | None = None
        self._sleep = sleep
        self._lock: int | None = None

    def __enter__(self) -> "CacheStore":
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            self.note = f"the cache cannot be used: {error.strerror}"
            return self
        waited = 0.0
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES) or waited >= LOCK_SECONDS:
                    self.note = "another session holds the cache; going on without it"
                    return self
                self._sleep(_POLL_SECONDS)
                waited += _POLL_SECONDS
            else:
                self.usable = True
                return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            os.close(self._lock)  # also gives up the lock
            self._lock = None
        self.usable = False

    def load(self, is_present: Callable[[str], bool]) -> CompilationCache | None:
        """The cache without entries of sources that are gone; None (with `note`) if there is none for this
        project.
        """
        if not self.usable:
            return None
        try:
            found = cache.from_bytes((self.directory / _FILE).read_bytes())
        except FileNotFoundError:
            self.note = "there is no cache yet"
            return None
        except (OSError, CacheDamaged) as error:
            self.note = f"the cache is not readable: {error}"
            return None
        if found.project_root != str(self.project_root):
            self.note = "the cache belongs to another project root"
            return None
        kept = {path: entry for path, entry in found.modules.items() if is_present(path)}
        return CompilationCache(
            found.version, found.timestamp, found.project_root, kept, found.dependency_graph
        )

    def read_blob(self, digest: str) -> bytes | None:
        """The object or interface with this hash; None if it is absent or does not have the hash."""
        try:
            data = self._blob(digest).read_bytes()
        except OSError:
            return None
        return data if sha256_bytes(data) == digest else None

    def write_blobs(self, *blobs: bytes) -> bool:
        """Store byte strings by content; False if they are not stored."""
        if not self.usable:
            return False
        try:
            for data in blobs:
                digest = sha256_bytes(data)
                if self.read_blob(digest) is None:
                    atomic.write_bytes(self._blob(digest), data)
        except OSError as error:
            self._give_up(error)
            return False
        return True

    def save(self, state: CompilationCache) -> None:
        """Write the cache, then delete every object that no entry names, and what a killed session left; a
        failure becomes the note.
        """
        if not self.usable:
            return
        try:
            atomic.write_bytes(self.directory / _FILE, cache.to_text(state).encode())
        except OSError as error:
            self._give_up(error)
            return
        named = {digest for entry in state.modules.values() for digest in (entry.object, entry.interface)}
        for path in self._blob("x").parent.glob("*"):
            if path.name not in named:
                atomic.remove(path)
        for path in self.directory.glob(f".{_FILE}.*"):
            if atomic.is_temporary(path):
                atomic.remove(path)

    def _give_up(self, error: OSError) -> None:
        self.usable = False
        self.note = f"the cache cannot be written: {error.strerror}"

    def _blob(self, digest: str) -> Path:
        return self.directory / "objects" / digest
