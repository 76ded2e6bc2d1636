"""What a run may see of the outside: a value that the caller makes and the imports consult."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from clysm.engine.imports import HOST_IMPORTS

ALL_IMPORTS = frozenset(HOST_IMPORTS)
# While a stage compiles, everything it can depend on must come in through the call.
COMPILE_IMPORTS = frozenset({"fd_write", "unit_instantiate"})


@dataclass(frozen=True, slots=True)
class Clock:
    """Nanoseconds since the Unix epoch, and since an arbitrary fixed moment."""

    realtime_ns: Callable[[], int]
    monotonic_ns: Callable[[], int]


@dataclass(frozen=True, slots=True)
class HostWorld:
    """Streams are binary. Paths that a program names are granted only inside `directories`, after links are
    resolved; relative paths start at the first of them. An import outside `granted`, or one whose means are
    None or empty, answers DENIED.
    """

    stdin: BinaryIO
    stdout: BinaryIO
    stderr: BinaryIO
    arguments: tuple[str, ...] = ()
    directories: tuple[Path, ...] = ()
    clock: Clock | None = None
    granted: frozenset[str] = ALL_IMPORTS


def compile_world(tool_stderr: BinaryIO) -> HostWorld:
    """The world of compile calls: descriptors 1 and 2 write to the tool's stderr, units may be made."""
    return HostWorld(io.BytesIO(), tool_stderr, tool_stderr, granted=COMPILE_IMPORTS)
