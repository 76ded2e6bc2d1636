"""How much is done at a time: each task holds one of as many slots as `doit -n` says while it works."""

import contextlib
import threading
import time
from collections.abc import Iterator


class Slots:
    """Slots for threads. A thread that holds some gets more at once: it cannot wait for itself."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = threading.Semaphore(count)
        self._thread = threading.local()

    @contextlib.contextmanager
    def held(self, count: int = 1) -> Iterator[None]:
        """Wait until `count` slots are free, and hold them until the block ends. Only one thread at a time
        may ask for more than one.
        """
        if getattr(self._thread, "holds", False):
            yield
            return
        began = time.monotonic()
        for _ in range(count):
            self._free.acquire()
        self._thread.waited = getattr(self._thread, "waited", 0.0) + time.monotonic() - began
        self._thread.holds = True
        try:
            yield
        finally:
            self._thread.holds = False
            self._free.release(count)

    def take_waited(self) -> float:
        """The seconds that this thread has waited for slots since it last asked."""
        waited: float = getattr(self._thread, "waited", 0.0)
        self._thread.waited = 0.0
        return waited
