"""The action cache: what an action made, by the hash of everything that went into it.

    key  ->  entry: names and hashes of the outputs  ->  outputs by hash

An action is a compile or a link. Its key covers all inputs, so an entry never becomes stale; it is only
evicted. Each output is hashed when it is read: what is cut off, altered or absent makes the entry a miss, and
is removed. The store may be wiped at any time.

The gate must not know this module: at a fixpoint, the answer to "what does Stage 1 make of these sources" is
here, and taking it would prove nothing.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clysm.workflow.action_cache_entry import DamagedEntry, Output, decode, encode, outputs_of
from clysm.workflow.action_cache_local import ENTRIES, OUTPUTS, LocalStore
from clysm.workflow.action_cache_shared import SharedStore, SharedStoreFailed
from clysm.workflow.digests import sha256_bytes, sha256_items


@dataclass(frozen=True, slots=True)
class Use:
    """How the cache served a run. `notes` are for people."""

    hits: int = 0
    shared_hits: int = 0  # among them, those from the shared store
    misses: int = 0
    damaged: int = 0  # entries that were dropped
    notes: tuple[str, ...] = ()


def action_key(kind: str, items: Iterable[str]) -> str:
    """The key of an action of this kind, `items` being everything that can influence what it makes."""
    return sha256_items(item.encode() for item in (kind, *items))


class ActionCache:
    """A local store and perhaps a shared one; safe to use from several threads. No method raises.

    `write_shared` tells whether results are also given to the shared store. One that fails is left alone for
    the rest of the run.
    """

    def __init__(
        self, local: LocalStore, shared: SharedStore | None = None, *, write_shared: bool = False
    ) -> None:
        self._local = local
        self._shared = shared
        self._write_shared = write_shared
        self._lock = threading.Lock()
        self._hits = self._shared_hits = self._misses = self._damaged = 0
        self._notes: list[str] = []

    @property
    def use(self) -> Use:
        with self._lock:
            return Use(self._hits, self._shared_hits, self._misses, self._damaged, tuple(self._notes))

    def get(self, key: str) -> Mapping[str, bytes] | None:
        """The outputs of the action by name, or None."""
        found = self._from_local(key)
        shared = found is None
        if found is None:
            found = self._from_shared(key)
        with self._lock:
            self._hits += found is not None
            self._shared_hits += found is not None and shared
            self._misses += found is None
        return found

    def put(self, key: str, outputs: Mapping[str, bytes]) -> None:
        """Keep the outputs of an action that went well."""
        self._store(key, outputs)
        if self._shared is None or not self._write_shared:
            return
        named = outputs_of(outputs)
        try:
            for output in named:
                self._shared.write(OUTPUTS, output.sha256, outputs[output.name])
            self._shared.write(ENTRIES, key, encode(key, named))
        except SharedStoreFailed as problem:
            self._leave_shared(problem)

    def reject(self, key: str) -> None:
        """The outputs are those of the entry, but they make no sense: forget the entry and the hit."""
        self._drop(key)
        with self._lock:
            self._hits -= 1
            self._misses += 1

    def _from_local(self, key: str) -> Mapping[str, bytes] | None:
        data = self._local.read(ENTRIES, key)
        if data is None:
            return None
        try:
            outputs = decode(key, data)
        except DamagedEntry:
            self._drop(key)
            return None
        found: dict[str, bytes] = {}
        for output in outputs:
            blob = self._local.read(OUTPUTS, output.sha256)
            if blob is None or not _is(output, blob):
                self._drop(key)
                self._local.drop(OUTPUTS, output.sha256)
                return None
            found[output.name] = blob
        self._local.use(key)
        return found

    def _from_shared(self, key: str) -> Mapping[str, bytes] | None:
        """From the shared store, kept in the local one; damage there is the matter of who writes it."""
        shared = self._shared
        if shared is None:
            return None
        try:
            data = shared.read(ENTRIES, key)
            if data is None:
                return None
            found: dict[str, bytes] = {}
            for output in decode(key, data):
                blob = shared.read(OUTPUTS, output.sha256)
                if blob is None or not _is(output, blob):
                    raise DamagedEntry(f"`{output.name}` is absent or damaged")
                found[output.name] = blob
        except SharedStoreFailed as problem:
            self._leave_shared(problem)
            return None
        except DamagedEntry:
            with self._lock:
                self._damaged += 1
            return None
        self._store(key, found)
        return found

    def _store(self, key: str, outputs: Mapping[str, bytes]) -> None:
        named = outputs_of(outputs)
        blobs = {output.sha256: outputs[output.name] for output in named}
        self._local.write(key, encode(key, named), blobs)

    def _drop(self, key: str) -> None:
        self._local.drop(ENTRIES, key)
        with self._lock:
            self._damaged += 1

    def _leave_shared(self, problem: SharedStoreFailed) -> None:
        with self._lock:
            if self._shared is not None:
                self._shared = None
                self._notes.append(f"going on without the shared cache: {problem}")


def _is(output: Output, data: bytes) -> bool:
    return len(data) == output.size and sha256_bytes(data) == output.sha256
