"""What people read after a trap: its cause, and the functions that were active, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from clysm.engine.errors import Frame, TrapError, TrapKind
from clysm.engine.limits import Limits

MAX_FRAMES = 30
ENGINE_MAX_FRAMES = 20  # wasmtime records no more, and its C interface cannot change that
# Names of kernel functions begin so. At the top of a trace they say only how the failing function failed.
KERNEL_PREFIXES = ("%", "rt.")


def frame_name(frame: Frame) -> str:
    """The function's name from the name section, or `func[i]`."""
    return frame.name or f"func[{frame.index}]"


def backtrace_lines(frames: Sequence[Frame], limit: int = MAX_FRAMES) -> tuple[str, ...]:
    """At most `limit` frames, numbered from 0; kernel functions at the top are dropped, unless all are."""
    names = [frame_name(frame) for frame in frames]
    first = next((i for i, name in enumerate(names) if not name.startswith(KERNEL_PREFIXES)), 0)
    shown = names[first : first + limit]
    lines = [f"  {number}: {name}" for number, name in enumerate(shown)]
    hidden = len(names) - first - len(shown)
    if hidden:
        lines.append(f"  and {hidden} more")
    elif len(frames) == ENGINE_MAX_FRAMES:
        lines.append("  older frames are not recorded")
    return tuple(lines)


def describe_trap(trap: TrapError, limits: Limits) -> str:
    """The cause in one line, in the user's words where a limit was reached."""
    if trap.kind is TrapKind.TIME:
        return f"time limit of {limits.seconds} s reached"
    if trap.kind is TrapKind.HEAP:
        return f"memory limit reached: {trap.message}"
    if trap.kind is TrapKind.STACK:
        return "stack exhausted"
    return trap.message
