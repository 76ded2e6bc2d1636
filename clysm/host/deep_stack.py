"""Running on a stack that is large enough for deeply recursive Lisp code."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

STACK_BYTES: Final = 512 * 1024 * 1024
RECURSION_LIMIT: Final = 400_000
COLLECTION_THRESHOLDS: Final = (50_000, 20, 100)
"""For the garbage collector: Lisp makes many small objects, seldom in cycles."""

_inside = threading.local()


def call_deeply(action: Callable[[], Any]) -> Any:
    """Call a function in a thread with a large stack and return its result, or raise what it raises."""
    if getattr(_inside, "deep", False):
        return action()
    outcome: list[Any] = []
    failure: list[BaseException] = []

    def work() -> None:
        _inside.deep = True
        try:
            outcome.append(action())
        except BaseException as problem:  # handed to the caller's thread
            failure.append(problem)

    old_limit, old_size = sys.getrecursionlimit(), threading.stack_size()
    old_thresholds = gc.get_threshold()
    sys.setrecursionlimit(max(old_limit, RECURSION_LIMIT))
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    threading.stack_size(STACK_BYTES)
    try:
        thread = threading.Thread(target=work, name="lisp")
        thread.start()
    finally:
        threading.stack_size(old_size)
    thread.join()
    sys.setrecursionlimit(old_limit)
    gc.set_threshold(*old_thresholds)
    if failure:
        raise failure[0]
    return outcome[0]
