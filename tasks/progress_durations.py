"""How long tasks took when they last ran, as a guess for the next time. It decides nothing but a bar."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from clysm.workflow import atomic

_VERSION = 1


def read(path: Path) -> dict[str, int]:
    """Milliseconds by task; nothing where the file is absent or damaged."""
    try:
        data = json.loads(path.read_bytes())
        if data["version"] != _VERSION:
            return {}
        return {str(task): int(milliseconds) for task, milliseconds in data["tasks"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write(path: Path, known: Mapping[str, int], new: Mapping[str, int], tasks: Iterable[str]) -> None:
    """Write what is known of tasks that exist. A failure costs a guess, nothing else."""
    merged = {**known, **new}
    kept = {task: merged[task] for task in sorted(set(tasks) & merged.keys())}
    try:
        atomic.write_bytes(path, json.dumps({"version": _VERSION, "tasks": kept}).encode() + b"\n")
    except OSError:
        return
