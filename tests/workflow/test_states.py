"""The state machines, and the progress of a session as a path through them (I5)."""

import itertools
from enum import StrEnum

import pytest

from clysm.workflow.errors import InvalidRecord, InvalidTransition
from clysm.workflow.progress import START, Progress, ProgressInfo
from clysm.workflow.states import (
    FORM_TRANSITIONS,
    MODULE_TRANSITIONS,
    PHASE_TRANSITIONS,
    VERDICT_TRANSITIONS,
    FormStatus,
    ModuleStatus,
    Phase,
    advance,
)

ALLOWED = {
    ("pending", "compiling"), ("pending", "compiled"), ("pending", "skipped"), ("compiling", "compiled"),
    ("compiling", "failed"), ("compiling", "success"),
    ("init", "reading"), ("reading", "analyzing"), ("analyzing", "compiling"), ("compiling", "linking"),
    ("linking", "done"),
    ("PENDING", "ACHIEVED"), ("PENDING", "NOT_ACHIEVED"), ("PENDING", "TRIVIAL"), ("PENDING", "ERROR"),
}  # fmt: skip


@pytest.mark.parametrize(
    "table", [MODULE_TRANSITIONS, FORM_TRANSITIONS, PHASE_TRANSITIONS, VERDICT_TRANSITIONS], ids=str
)
def test_every_pair_of_states(table: dict[StrEnum, tuple[StrEnum, ...]]) -> None:
    for old, new in itertools.product(table, repeat=2):
        if new in table[old]:
            assert (old.value, new.value) in ALLOWED
            assert advance(table, old, new) is new
        else:
            with pytest.raises(InvalidTransition, match=f"from `{old}` to `{new}`"):
                advance(table, old, new)


def test_final_states_are_final() -> None:
    assert not MODULE_TRANSITIONS[ModuleStatus.SKIPPED]
    assert not FORM_TRANSITIONS[FormStatus.SUCCESS]
    assert not PHASE_TRANSITIONS[Phase.DONE]


def test_progress_never_falls_and_ends_at_100() -> None:
    seen: list[ProgressInfo] = []
    progress = Progress(seen.append)
    progress.enter(Phase.READING)
    progress.enter(Phase.ANALYZING, total_modules=3)
    progress.enter(Phase.COMPILING)
    for name in "abc":
        progress.module(name, "OK")
    progress.enter(Phase.LINKING)
    progress.enter(Phase.DONE)
    assert [info.percentage for info in seen] == sorted(info.percentage for info in seen)
    assert seen[-1].percentage == 100.0
    assert [info.current_module for info in seen] == [0, 0, 0, 1, 2, 3, 3, 3]
    assert [info.current_path for info in seen[3:6]] == ["a", "b", "c"]


def test_progress_refuses_to_skip_a_phase() -> None:
    with pytest.raises(InvalidTransition):
        Progress().enter(Phase.COMPILING)


@pytest.mark.parametrize(
    ("current", "total", "percentage"), [(2, 1, 0.0), (-1, 1, 0.0), (0, 0, 100.5), (0, 0, -1.0)]
)
def test_progress_info_rules(current: int, total: int, percentage: float) -> None:
    with pytest.raises(InvalidRecord):
        ProgressInfo(START.phase, total, current, "", percentage, "")
