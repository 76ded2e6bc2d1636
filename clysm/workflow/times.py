"""Timestamps: ISO 8601 UTC to the second, made from a clock that the caller supplies."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

Clock = Callable[[], float]  # seconds since the Unix epoch, or since any fixed point for durations


def timestamp(seconds: float) -> str:
    """`2025-12-27T12:00:00Z` for a Unix time; fractions are cut."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def wall_clock(environment: Mapping[str, str], system_clock: Clock) -> Clock:
    """The clock of a run: the constant SOURCE_DATE_EPOCH where the environment sets it, else the system's.

    A value that is not a decimal integer is ignored, as the reproducible-builds specification leaves it open.
    """
    fixed = environment.get("SOURCE_DATE_EPOCH", "")
    if fixed.isdecimal():
        return lambda: float(fixed)
    return system_clock


def elapsed_ms(start: float, end: float) -> int:
    """Whole milliseconds between two readings in seconds, never negative (clocks may go backwards)."""
    return max(0, int((end - start) * 1000))
