"""What a benchmark gives: samples with their median, beside those of others; and how samples are taken."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from clysm.workflow.times import Clock


@dataclass(frozen=True, slots=True)
class Baseline:
    """The same measured elsewhere, in the unit of the measurement that it belongs to."""

    name: str
    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.samples)


@dataclass(frozen=True, slots=True)
class Measurement:
    """`group` and `name` identify it; `command` says what was run. There is at least one sample."""

    group: str
    name: str
    unit: str
    samples: tuple[float, ...]
    command: str
    baselines: tuple[Baseline, ...] = ()

    @property
    def median(self) -> float:
        return median(self.samples)

    def ratio(self, baseline: Baseline) -> float | None:
        """How many times the baseline's median; None if that is zero."""
        return self.median / baseline.median if baseline.median else None


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Why there is no measurement, or no baseline of it."""

    group: str
    name: str
    reason: str


Result = Measurement | Unmeasured


def time_runs(action: Callable[[], object], runs: int, clock: Clock) -> tuple[float, ...]:
    """Seconds of each run of the action."""
    samples = []
    for _ in range(runs):
        start = clock()
        action()
        samples.append(clock() - start)
    return tuple(samples)


def per_second(amount: int, seconds: tuple[float, ...]) -> tuple[float, ...]:
    """Rates from the times that the same amount took."""
    return tuple(amount / max(second, 1e-9) for second in seconds)
