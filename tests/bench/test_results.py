"""Samples, medians and ratios."""

import itertools

import pytest

from clysm.bench.results import Baseline, Measurement, per_second, time_runs


@pytest.mark.parametrize(
    ("own", "other", "ratio"),
    [
        ((2.0,), (1.0,), 2.0),
        ((3.0, 1.0, 2.0), (8.0, 1.0, 4.0), 0.5),
        ((1.0, 3.0), (1.0,), 2.0),
        ((1.0,), (0.0,), None),  # a clock that does not move
    ],
)
def test_ratio_of_medians(own: tuple[float, ...], other: tuple[float, ...], ratio: float | None) -> None:
    baseline = Baseline("other", other)
    assert Measurement("group", "name", "s", own, "command", (baseline,)).ratio(baseline) == ratio


def test_time_runs() -> None:
    ticks = itertools.accumulate([0, 1, 10, 2, 10, 3])
    calls: list[int] = []
    assert time_runs(lambda: calls.append(1), 3, lambda: float(next(ticks))) == (1.0, 2.0, 3.0)
    assert len(calls) == 3


def test_rates() -> None:
    assert per_second(100, (0.5, 2.0)) == (200.0, 50.0)
