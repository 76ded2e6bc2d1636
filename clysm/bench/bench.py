"""What every group of benchmarks is given."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clysm.bootstrap.other_lisps import OTHER_LISPS, Lisp
from clysm.bootstrap.project import Project
from clysm.engine.world import Clock as ProgramClock
from clysm.workflow.errors import ClysmError
from clysm.workflow.times import Clock

PASSPORTS = 100_000


class BenchError(ClysmError):
    """Something that is measured did not do what it should, so that its time means nothing."""


@dataclass(frozen=True, slots=True)
class Bench:
    """`runs` samples are taken of each thing. What waits for files or other processes is timed by `clock`,
    what only computes by `processor_clock`, which other work on the machine disturbs less; `program_clock` is
    what measured programs see, the processor's too. `directory` is empty and may be written to. `seconds`
    limits what runs in another process. The long series has so many `passports`.
    """

    project: Project
    runs: int
    clock: Clock
    processor_clock: Clock
    program_clock: ProgramClock
    directory: Path
    say: Callable[[str], None]
    lisps: tuple[Lisp, ...] = OTHER_LISPS
    seconds: float = 1800.0
    passports: int = PASSPORTS

    def fresh_directory(self, name: str) -> Path:
        """A new empty directory."""
        path = self.directory / name
        path.mkdir(parents=True)
        return path
