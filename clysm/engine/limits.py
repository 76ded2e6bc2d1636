"""Limits of a run: wall-clock time through the engine's epoch, and memory through the store."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import wasmtime

TICK_S = 0.01  # while a run with a time limit is under way, the epoch advances once per tick
_NEVER_TICKS = 1 << 60
_MANY = 1 << 24  # units make an instance each; wasmtime's own limit is 10,000


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` of wall-clock time for one call (None: unlimited), to one tick.

    `memory_bytes` bounds the linear memory and, separately, the heap of Lisp objects.
    """

    seconds: float | None = None
    memory_bytes: int = 1 << 30


def apply_memory_limit(store: wasmtime.Store, limits: Limits) -> None:
    store.set_limits(memory_size=limits.memory_bytes, instances=_MANY, tables=_MANY, memories=_MANY)


@contextmanager
def time_limit(store: wasmtime.Store, engine: wasmtime.Engine, limits: Limits) -> Iterator[None]:
    """Within the block, code in `store` is interrupted by a trap (kind TIME) after `limits.seconds`."""
    if limits.seconds is None:
        store.set_epoch_deadline(_NEVER_TICKS)
        yield
        return
    # One tick more, as the first may come at once.
    store.set_epoch_deadline(math.ceil(limits.seconds / TICK_S) + 1)
    with _ticking(engine):
        yield


@dataclass(slots=True)
class _Clockwork:
    """How many limited runs are under way, and the thread that ticks for all of them."""

    runs: int = 0
    stop: threading.Event | None = None


_clockwork = _Clockwork()
_clockwork_lock = threading.Lock()


@contextmanager
def _ticking(engine: wasmtime.Engine) -> Iterator[None]:
    """Advance the epoch of the process's one engine as long as any block like this is entered."""
    with _clockwork_lock:
        _clockwork.runs += 1
        if _clockwork.stop is None:
            _clockwork.stop = threading.Event()
            threading.Thread(target=_tick, args=(engine, _clockwork.stop), name="epoch", daemon=True).start()
    try:
        yield
    finally:
        with _clockwork_lock:
            _clockwork.runs -= 1
            if _clockwork.runs == 0 and _clockwork.stop is not None:
                _clockwork.stop.set()
                _clockwork.stop = None


def _tick(engine: wasmtime.Engine, stop: threading.Event) -> None:
    while not stop.wait(TICK_S):
        engine.increment_epoch()
