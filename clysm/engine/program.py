"""Run a program image to its end and say how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clysm.engine.backtrace import backtrace_lines, describe_trap
from clysm.engine.code_cache import CodeCache
from clysm.engine.engine import Effort
from clysm.engine.errors import ProgramExitError, TrapError, TrapKind
from clysm.engine.image import load_image
from clysm.engine.instance import Instance
from clysm.engine.limits import Limits
from clysm.engine.world import HostWorld

UNCAUGHT_STATUS = 1
TRAP_STATUS = 70
# An i32 global of the image: 1 once the program has reported an uncaught condition and is about to trap.
ABORT_GLOBAL = "rt.abort"


class ExitKind(StrEnum):
    """EXIT: by `exit` or by returning; UNCAUGHT: a condition nobody handled; TRAP: stopped by the engine."""

    EXIT = "exit"
    UNCAUGHT = "uncaught"
    TRAP = "trap"


@dataclass(frozen=True, slots=True)
class ExitStatus:
    """`code` is what the process should exit with."""

    code: int
    kind: ExitKind


def run_program(
    wasm: bytes,
    world: HostWorld,
    limits: Limits | None = None,
    cache: CodeCache | None = None,
    effort: Effort = Effort.FULL,
) -> ExitStatus:
    """Run `_start`. A trap writes its cause and a backtrace to the world's stderr, and gives status 70; after
    an uncaught condition, which the program has reported, only the backtrace follows, with status 1.

    Raises ImageError if the image cannot be loaded or instantiated.
    """
    limits = limits or Limits()
    with Instance(load_image(wasm, cache, effort), world, limits) as instance:
        try:
            instance.call("_start")
        except ProgramExitError as error:
            return ExitStatus(error.code, ExitKind.EXIT)
        except TrapError as trap:
            if trap.kind is not TrapKind.TIME and instance.read_global(ABORT_GLOBAL) == 1:
                _write_lines(world, ("backtrace:", *backtrace_lines(trap.frames)))
                return ExitStatus(UNCAUGHT_STATUS, ExitKind.UNCAUGHT)
            return _report_trap(trap, world, limits)
    return ExitStatus(0, ExitKind.EXIT)


def _report_trap(trap: TrapError, world: HostWorld, limits: Limits) -> ExitStatus:
    lines = [f"clysm: trap: {describe_trap(trap, limits)}"]
    if trap.frames:
        lines += ["backtrace:", *backtrace_lines(trap.frames)]
    _write_lines(world, lines)
    return ExitStatus(TRAP_STATUS, ExitKind.TRAP)


def _write_lines(world: HostWorld, lines: list[str] | tuple[str, ...]) -> None:
    world.stderr.write("".join(f"{line}\n" for line in lines).encode(errors="replace"))
    world.stderr.flush()
