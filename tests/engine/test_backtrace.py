"""Which frames are shown, and how many."""

from __future__ import annotations

import pytest

from clysm.engine.backtrace import backtrace_lines, describe_trap, frame_name
from clysm.engine.errors import Frame, TrapError, TrapKind
from clysm.engine.limits import Limits


def frames(*names: str | None) -> list[Frame]:
    return [Frame(index, name, None, None) for index, name in enumerate(names)]


CASES: tuple[tuple[tuple[str | None, ...], tuple[str, ...]], ...] = (
    ((), ()),
    (("f", "g"), ("  0: f", "  1: g")),
    (("%car", "rt.signal", "f", "%g", "h"), ("  0: f", "  1: %g", "  2: h")),
    (("%car", "%cdr"), ("  0: %car", "  1: %cdr")),
    ((None, "(setf ä)"), ("  0: func[0]", "  1: (setf ä)")),
)


@pytest.mark.parametrize(("names", "lines"), CASES)
def test_lines(names: tuple[str | None, ...], lines: tuple[str, ...]) -> None:
    assert backtrace_lines(frames(*names)) == lines


def test_the_rest_is_counted() -> None:
    lines = backtrace_lines(frames("%k", *(f"f{i}" for i in range(45))))
    assert len(lines) == 31
    assert lines[29:] == ("  29: f29", "  and 15 more")


def test_a_full_record_says_that_older_frames_are_missing() -> None:
    lines = backtrace_lines(frames(*("f" for _ in range(20))))
    assert lines[-1] == "  older frames are not recorded"
    assert backtrace_lines(frames(*("f" for _ in range(19))))[-1] == "  18: f"


def test_frame_names() -> None:
    assert frame_name(Frame(7, None, None, None)) == "func[7]"
    assert frame_name(Frame(7, "list", "program", 12)) == "list"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TrapKind.TIME, "time limit of 1.5 s reached"),
        (TrapKind.STACK, "stack exhausted"),
        (TrapKind.HEAP, "memory limit reached: m"),
        (TrapKind.EXCEPTION, "m"),
        (TrapKind.FAULT, "m"),
    ],
)
def test_descriptions(kind: TrapKind, text: str) -> None:
    assert describe_trap(TrapError(kind, "m", ()), Limits(seconds=1.5)) == text
