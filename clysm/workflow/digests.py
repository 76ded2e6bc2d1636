"""Content hashes, and a memory of them that a file's stat can confirm.

A remembered hash is believed only while device, inode, size, mtime and ctime are all unchanged *and* the last
of the two times lay safely in the past when the file was hashed; so an edit that restores the mtime, or one
within the clock granularity of the file system, is still noticed.

Reports carry a timestamp, durations and the verdict of a later gate run. `content_digest` leaves those out,
so that a report rewritten with the same findings counts as unchanged.
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from clysm.workflow import atomic

VOLATILE_KEYS = ("timestamp", "run", "fixpoint_status")
SETTLED_NS = 50_000_000  # file systems stamp with a granularity of up to one scheduler tick
_BLOCK = 1 << 20

Signature = tuple[int, int, int, int, int]


def sha256_bytes(data: bytes) -> str:
    """SHA-256 of the bytes, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_items(items: Iterable[bytes]) -> str:
    """SHA-256 over a sequence of byte strings, each preceded by its length in eight bytes, so that no two
    lists collide.
    """
    digest = hashlib.sha256()
    for item in items:
        digest.update(len(item).to_bytes(8, "big"))
        digest.update(item)
    return digest.hexdigest()


def sha256_file(path: Path) -> str:
    """SHA-256 of a file, read in blocks. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def content_digest(path: Path) -> str:
    """The hash that decides whether a file changed: of its bytes, or, for a JSON report, of its lasting
    content.

    Raises OSError.
    """
    if path.suffix != ".json":
        return sha256_file(path)
    data = path.read_bytes()
    try:
        report = json.loads(data)
    except ValueError:
        return sha256_bytes(data)
    if not isinstance(report, dict) or "schema_version" not in report:
        return sha256_bytes(data)
    lasting = {key: value for key, value in report.items() if key not in VOLATILE_KEYS}
    return sha256_bytes(json.dumps(lasting, sort_keys=True).encode())


def stat_signature(status: os.stat_result) -> Signature:
    """What must be unchanged for a remembered finding about a file to be believed."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


class DigestCache:
    """Hashes by path, kept across runs in one file; safe to use from several threads.

    `now_ns` is the system's clock in nanoseconds: it tells whether a file's times are old enough to be
    trusted.
    """

    def __init__(self, store: Path, now_ns: Callable[[], int]) -> None:
        self._store = store
        self._now_ns = now_ns
        self._lock = threading.Lock()
        self._entries: dict[str, tuple[Signature, str]] = {}
        self._changed = False
        self._load()

    def digest(self, path: str) -> str:
        """`content_digest` of the path, from memory where the stat confirms it. Raises OSError."""
        signature = stat_signature(os.stat(path))
        with self._lock:
            known = self._entries.get(path)
        if known is not None and known[0] == signature:
            return known[1]
        digest = content_digest(Path(path))
        settled = self._now_ns() - max(signature[3], signature[4]) > SETTLED_NS
        with self._lock:
            if settled and stat_signature(os.stat(path)) == signature:
                self._entries[path] = (signature, digest)
                self._changed = True
            elif known is not None:
                del self._entries[path]
                self._changed = True
        return digest

    def save(self) -> None:
        """Write the memory if it changed, without entries of files that are gone."""
        with self._lock:
            if not self._changed:
                return
            entries = {p: [list(s), d] for p, (s, d) in sorted(self._entries.items()) if os.path.exists(p)}
            self._changed = False
        atomic.write_bytes(self._store, (json.dumps({"version": 1, "files": entries}) + "\n").encode())

    def _load(self) -> None:
        try:
            data = json.loads(self._store.read_bytes())
            if data["version"] == 1:
                for path, (signature, digest) in data["files"].items():
                    device, inode, size, mtime, ctime = (int(n) for n in signature)
                    self._entries[path] = ((device, inode, size, mtime, ctime), str(digest))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._entries = {}
