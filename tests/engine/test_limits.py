"""Time limits of runs that overlap."""

from __future__ import annotations

import threading
import time

import pytest

from clysm.engine.errors import TrapError, TrapKind
from clysm.engine.instance import Instance
from clysm.engine.limits import Limits
from tests.engine.images import Streams, image

SPIN = """
  (func (export "spin") (loop $l (br $l)))
  (func (export "work") (param i32) (result i32)
    (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (i32.const 1))
"""


def seconds_until_interrupt(limit: float) -> float:
    with Instance(image(SPIN), Streams().world(), Limits(seconds=limit)) as instance:
        started = time.monotonic()
        with pytest.raises(TrapError) as caught:
            instance.call("spin")
        assert caught.value.kind is TrapKind.TIME
        return time.monotonic() - started


def test_a_short_limit_does_not_end_a_longer_one() -> None:
    took: dict[float, float] = {}

    def run(limit: float) -> None:
        took[limit] = seconds_until_interrupt(limit)

    threads = [threading.Thread(target=run, args=(limit,)) for limit in (0.05, 0.4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert took[0.05] >= 0.05
    assert took[0.4] >= 0.4


def test_no_limit_beside_a_limited_run() -> None:
    with Instance(image(SPIN), Streams().world()) as unlimited:
        thread = threading.Thread(target=seconds_until_interrupt, args=(0.05,))
        thread.start()
        assert unlimited.call("work", 300_000_000) == 1
        thread.join()


def test_the_limit_is_per_call_and_the_ticker_stops() -> None:
    with Instance(image(SPIN), Streams().world(), Limits(seconds=0.2)) as instance:
        for _ in range(5):
            assert instance.call("work", 1_000_000) == 1
    deadline = time.monotonic() + 2
    while any(thread.name == "epoch" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
