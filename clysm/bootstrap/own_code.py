"""Whether a process that lives long still runs what is in the files that its modules were loaded from."""

import os
import sys
from collections.abc import Mapping

State = tuple[int, ...]  # of a file: what changes when it is written or replaced; empty if there is none


def loaded_code() -> dict[str, State]:
    """The files of all modules that are loaded, as they are now."""
    paths = (getattr(module, "__file__", None) for module in tuple(sys.modules.values()))
    return {path: _state(path) for path in paths if path is not None}


def is_edited(loaded: Mapping[str, State]) -> bool:
    """Whether a file is not as it was."""
    return any(_state(path) != state for path, state in loaded.items())


def _state(path: str) -> State:
    try:
        status = os.stat(path)
    except OSError:
        return ()
    return (status.st_mtime_ns, status.st_size, status.st_ino)
