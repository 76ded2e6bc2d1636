"""The shards of every series, remembered across runs: a file is read again only if its stat says it changed.

Without this a build with nothing to do would read every product. The rule of belief is that of
`clysm.workflow.digests`.
"""

import json
import os
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Final

from clysm.issuing.shards import Shard, cut
from clysm.workflow import atomic
from clysm.workflow.digests import SETTLED_NS, Signature, stat_signature

VERSION: Final = 1
_Plan = tuple[Signature, int, tuple[Shard, ...]]


class Plans:
    """`now_ns` is the system's clock: it tells whether a file's times are old enough to be trusted."""

    def __init__(self, store: Path, now_ns: Callable[[], int]) -> None:
        self._store = store
        self._now_ns = now_ns
        self._plans: dict[str, _Plan] = {}
        self._load()

    def shards(self, path: Path, size: int) -> tuple[Shard, ...]:
        """The shards of `size` lines, from memory where the stat is the one remembered. Raises OSError."""
        signature = stat_signature(os.stat(path))
        key = str(path)
        known = self._plans.get(key)
        if known is not None and known[:2] == (signature, size):
            return known[2]
        shards = cut(path, size)
        settled = self._now_ns() - max(signature[3], signature[4]) > SETTLED_NS
        if settled and stat_signature(os.stat(path)) == signature:
            self._plans[key] = (signature, size, shards)
            self._save()
        return shards

    def _save(self) -> None:
        series = {
            path: [list(signature), size, [list(astuple(shard)) for shard in shards]]
            for path, (signature, size, shards) in sorted(self._plans.items())
            if os.path.exists(path)
        }
        text = json.dumps({"version": VERSION, "series": series})
        atomic.write_bytes(self._store, text.encode() + b"\n")

    def _load(self) -> None:
        try:
            data = json.loads(self._store.read_bytes())
            if data["version"] != VERSION:
                return
            for path, (signature, size, shards) in data["series"].items():
                device, inode, length, mtime, ctime = (int(number) for number in signature)
                found = tuple(
                    Shard(int(start), int(end), int(first), int(lines), str(digest))
                    for start, end, first, lines, digest in shards
                )
                self._plans[path] = ((device, inode, length, mtime, ctime), int(size), found)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._plans = {}
