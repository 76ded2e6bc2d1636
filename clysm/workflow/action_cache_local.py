"""The action cache of one machine: entries by key, outputs by content, and the record of their use.

    ac/KK/KEY        entries (see `action_cache_entry`); KK are the first two digits of KEY
    cas/HH/HASH      outputs
    uses             a line with the key for each use, the latest last
    lock             held shared while an entry is written, exclusively while others are evicted

If all is larger than the limit, the entries that were not used for longest go, and the outputs that no entry
names any more. To add it all up takes longer than to store an entry: a process does so once, when it stores
one that is large or, on average, sixteen small ones. Who reads takes no lock: what vanishes under a reader is
a miss. Nobody waits for a lock: what cannot be stored or evicted now is left for another time.
"""

import contextlib
import fcntl
import os
import stat
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from clysm.workflow import atomic
from clysm.workflow.action_cache_entry import DamagedEntry, decode
from clysm.workflow.checks import is_sha256

ACTIONS = "actions"  # the store's directory in a cache directory
ENTRIES, OUTPUTS = "ac", "cas"
USES_LIMIT = 4 << 20  # bytes of the record of uses before it is shortened
_KEEP_PERCENT = 80  # of the limit is what an eviction leaves, so that not every write evicts
_SMALL = 1024  # so many small entries make the limit
_COUNTED = "0"  # first digit of the keys of the small ones at which all is added up


class LocalStore:
    """The store in `directory`, of at most `limit` bytes; safe to use from threads and processes.

    Every method tells by its result that it could not do its work; none raises.
    """

    def __init__(self, directory: Path, limit: int) -> None:
        self.directory = directory
        self.limit = limit
        self._mutex = threading.Lock()
        self._total: int | None = None  # bytes in the store as far as this process knows

    def read(self, kind: str, name: str) -> bytes | None:
        """The bytes of an entry or output; None if there are none."""
        try:
            return self._path(kind, name).read_bytes()
        except OSError:
            return None

    def write(self, key: str, entry: bytes, blobs: Mapping[str, bytes]) -> bool:
        """Store outputs (by hash) and then the entry that names them, as the entry used last."""
        size = len(entry) + sum(len(data) for data in blobs.values())
        if size * 100 > self.limit * _KEEP_PERCENT:
            return False
        with self._mutex:
            try:
                with self._locked(fcntl.LOCK_SH) as held:
                    if not held:
                        return False
                    if self._total is None and (size * _SMALL > self.limit or key.startswith(_COUNTED)):
                        self._total = sum(size for _, size, _ in self._files())
                    for digest, data in blobs.items():
                        self._put(self._path(OUTPUTS, digest), data)
                    self._put(self._path(ENTRIES, key), entry)
                    recorded = self._record(key)
            except OSError:
                return False
            if recorded > USES_LIMIT or (self._total is not None and self._total > self.limit):
                self._evict()
            return True

    def use(self, key: str) -> None:
        """Record that an entry was of use."""
        with contextlib.suppress(OSError):
            self._record(key)

    def drop(self, kind: str, name: str) -> None:
        """Remove an entry or output that is not what it should be."""
        with contextlib.suppress(OSError):
            atomic.remove(self._path(kind, name))

    def _path(self, kind: str, name: str) -> Path:
        return stored_path(self.directory, kind, name)

    def _put(self, path: Path, data: bytes) -> None:
        """Write a file if need be. Raises OSError."""
        if atomic.write_if_changed(path, data) and self._total is not None:
            self._total += len(data)

    def _record(self, key: str) -> int:
        """Append to the record of uses; its size. Raises OSError."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        descriptor = os.open(self.directory / "uses", flags, 0o666)
        try:
            os.write(descriptor, key.encode() + b"\n")
            return os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)

    def _evict(self) -> None:
        """Keep what was used last, remove the rest, shorten the record of uses."""
        with contextlib.suppress(OSError), self._locked(fcntl.LOCK_EX) as held:
            if not held:
                return
            files = list(self._files())
            sizes = {path: size for path, size, _ in files}
            entries = {
                path.name: time
                for path, _, time in files
                if path.parent.parent.name == ENTRIES and is_sha256(path.name)
            }
            kept: set[Path] = set()
            latest: list[str] = []
            total = 0
            for key in self._by_use(entries):
                needed = self._needed(key)
                if needed is None or not needed <= sizes.keys():
                    continue
                total += sum(sizes[path] for path in needed - kept)
                if total * 100 > self.limit * _KEEP_PERCENT:
                    break
                kept |= needed
                latest.append(key)
            # Entries first: what is killed in between leaves outputs that nothing names, not the reverse.
            for path in sorted(sizes.keys() - kept, key=lambda path: path.parent.parent.name != ENTRIES):
                atomic.remove(path)
            uses = "".join(f"{key}\n" for key in reversed(latest))
            atomic.write_bytes(self.directory / "uses", uses.encode())
            self._total = sum(sizes[path] for path in kept)

    def _needed(self, key: str) -> set[Path] | None:
        """The files that make up an entry; None if it is damaged."""
        try:
            outputs = decode(key, self.read(ENTRIES, key) or b"")
        except DamagedEntry:
            return None
        return {self._path(ENTRIES, key), *(self._path(OUTPUTS, output.sha256) for output in outputs)}

    def _by_use(self, entries: Mapping[str, int]) -> list[str]:
        """Keys, the one used last first. Entries without a record of use come behind, by their time: the
        record was lost, or who wrote them was killed.
        """
        try:
            lines = (self.directory / "uses").read_bytes().decode(errors="replace").splitlines()
        except OSError:
            lines = []
        rank = {key: position for position, key in enumerate(lines)}
        return sorted(entries, key=lambda key: (rank.get(key, -1), entries[key], key), reverse=True)

    def _files(self) -> Iterator[tuple[Path, int, int]]:
        """Path, size and time of every file of entries and outputs, those of killed writers included."""
        for kind in (ENTRIES, OUTPUTS):
            for path in (self.directory / kind).glob("*/*"):
                with contextlib.suppress(OSError):
                    status = path.lstat()
                    if not stat.S_ISDIR(status.st_mode):
                        yield path, status.st_size, status.st_mtime_ns

    @contextlib.contextmanager
    def _locked(self, mode: int) -> Iterator[bool]:
        """Hold the lock; False if somebody else's use of it excludes ours. Raises OSError."""
        self.directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o666)
        try:
            try:
                fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)  # also gives up the lock


def stored_path(directory: Path, kind: str, name: str) -> Path:
    """Where a store in a directory keeps an entry or output."""
    assert is_sha256(name), name
    return directory / kind / name[:2] / name
