"""Proving that a process builds without the Python host: the host is made unimportable, and the process
watched.

The gate uses this in itself and in its workers, so that Stage 2 cannot lean on anything but Stage 1.
"""

import importlib
import importlib.abc
import importlib.machinery
import os
import sys
import types
from collections.abc import Sequence
from typing import Any

HOST_PACKAGE = "clysm.host"
_PROCESS_EVENTS = frozenset(
    {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork"}
)


class _HostBlocker(importlib.abc.MetaPathFinder):
    """Refuses to find the host package and everything in it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name == HOST_PACKAGE or name.startswith(HOST_PACKAGE + "."):
            raise ImportError(f"`{name}` is blocked: this process must do without the Python host")
        return None


def block_host() -> None:
    """Make the host unimportable in this process. Raises ImportError if it is imported already."""
    loaded = [name for name in sys.modules if name == HOST_PACKAGE or name.startswith(HOST_PACKAGE + ".")]
    if loaded:
        raise ImportError(f"the Python host is already imported: {', '.join(sorted(loaded))}")
    sys.meta_path.insert(0, _HostBlocker())


def host_is_importable() -> bool:
    """Whether an import of the host succeeds here; tried, not assumed."""
    try:
        importlib.import_module(HOST_PACKAGE)
    except ImportError:
        return False
    return True


class Watch:
    """Records, from now on, every file that Python code of this process opens and every process it starts."""

    def __init__(self) -> None:
        self.opened: set[str] = set()
        self.started: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes):
            self.opened.add(os.path.abspath(os.fsdecode(arguments[0])))
        elif event in _PROCESS_EVENTS:
            self.started.append(str(arguments[0]) if arguments else event)

    def findings(self) -> dict[str, Any]:
        """The record so far, with the answer to whether the host can be imported."""
        importable = host_is_importable()
        return {"opened": sorted(self.opened), "started": list(self.started), "host_importable": importable}
