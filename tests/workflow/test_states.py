"""The state machines, and the progress of a session as a path through them (I5)."""

import itertools
import re
from enum import StrEnum

import pytest

from clysm.workflow.categories import CATEGORIES
from clysm.workflow.errors import InvalidRecord, InvalidTransition
from clysm.workflow.progress import START, Progress, ProgressInfo
from clysm.workflow.states import (
    FORM_TRANSITIONS,
    MODULE_TRANSITIONS,
    PHASE_TRANSITIONS,
    VERDICT_TRANSITIONS,
    EdgeKind,
    FormStatus,
    ModuleStatus,
    Phase,
    RunStatus,
    Severity,
    SkipReason,
    Verdict,
    advance,
)
from tests.support.projects import REPOSITORY

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


STATUSES = (ModuleStatus, FormStatus, Phase, Severity, RunStatus, EdgeKind, SkipReason)
WORDS = frozenset(str(word) for status in STATUSES for word in status) | CATEGORIES
FOLDERS = ("clysm", "tasks", "tests/corpus", "tests/lisp")
TEXTS = {".py", ".lisp", ".asd", ".md", ".json", ".js", ".toml"}


# N42: a word of several parts has hyphens, a verdict underscores and capitals, and so wherever it is quoted.
def test_one_spelling_of_statuses_categories_and_verdicts() -> None:
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", word) for word in WORDS)
    assert all(re.fullmatch("[A-Z]+(_[A-Z]+)*", verdict) for verdict in Verdict)
    twins = {word.replace("-", "_") for word in WORDS if "-" in word}
    twins |= {
        twin for v in Verdict if "_" in v for twin in (v.lower(), v.replace("_", "-"), v.replace("_", " "))
    }
    quoted = re.compile(rf"""["'`]({"|".join(sorted(twins))})["'`]""")
    files = [path for folder in FOLDERS for path in (REPOSITORY / folder).rglob("*") if path.suffix in TEXTS]
    assert len(files) > 500
    found = [
        f"{path.relative_to(REPOSITORY)}: {match[0]}"
        for path in (REPOSITORY / "README.md", *files)
        for match in quoted.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


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
