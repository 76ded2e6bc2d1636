"""The state machines of modules, forms, sessions and gate verdicts, as tables.

A status changes only through `advance`, so that an impossible history is an error where it happens.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from clysm.workflow.errors import InvalidTransition


class ModuleStatus(StrEnum):
    PENDING = "pending"
    COMPILING = "compiling"
    COMPILED = "compiled"
    FAILED = "failed"
    SKIPPED = "skipped"


class FormStatus(StrEnum):
    PENDING = "pending"
    COMPILING = "compiling"
    SUCCESS = "success"
    FAILED = "failed"
    SKIPPED = "skipped"


class Phase(StrEnum):
    INIT = "init"
    READING = "reading"
    ANALYZING = "analyzing"
    COMPILING = "compiling"
    LINKING = "linking"
    DONE = "done"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Verdict(StrEnum):
    """What the fixpoint gate says; the only upper-case words among the statuses."""

    PENDING = "PENDING"
    ACHIEVED = "ACHIEVED"
    NOT_ACHIEVED = "NOT_ACHIEVED"
    TRIVIAL = "TRIVIAL"
    ERROR = "ERROR"


class RunStatus(StrEnum):
    """Outcome of a stage build or of a `clysm compile`."""

    SUCCESS = "success"
    PARTIAL = "partial"
    FAILURE = "failure"


class EdgeKind(StrEnum):
    """Why one module needs another: compile and load edges order modules, call edges do not."""

    COMPILE = "compile"
    LOAD = "load"
    CALL = "call"


class SkipReason(StrEnum):
    DEPENDENCY_FAILED = "dependency-failed"
    STOPPED = "stopped"


# A cache hit goes from pending to compiled at once.
MODULE_TRANSITIONS: Mapping[ModuleStatus, tuple[ModuleStatus, ...]] = {
    ModuleStatus.PENDING: (ModuleStatus.COMPILING, ModuleStatus.COMPILED, ModuleStatus.SKIPPED),
    ModuleStatus.COMPILING: (ModuleStatus.COMPILED, ModuleStatus.FAILED),
    ModuleStatus.COMPILED: (),
    ModuleStatus.FAILED: (),
    ModuleStatus.SKIPPED: (),
}

FORM_TRANSITIONS: Mapping[FormStatus, tuple[FormStatus, ...]] = {
    FormStatus.PENDING: (FormStatus.COMPILING, FormStatus.SKIPPED),
    FormStatus.COMPILING: (FormStatus.SUCCESS, FormStatus.FAILED),
    FormStatus.SUCCESS: (),
    FormStatus.FAILED: (),
    FormStatus.SKIPPED: (),
}

PHASE_TRANSITIONS: Mapping[Phase, tuple[Phase, ...]] = {
    Phase.INIT: (Phase.READING,),
    Phase.READING: (Phase.ANALYZING,),
    Phase.ANALYZING: (Phase.COMPILING,),
    Phase.COMPILING: (Phase.LINKING,),
    Phase.LINKING: (Phase.DONE,),
    Phase.DONE: (),
}

VERDICT_TRANSITIONS: Mapping[Verdict, tuple[Verdict, ...]] = {
    Verdict.PENDING: (Verdict.ACHIEVED, Verdict.NOT_ACHIEVED, Verdict.TRIVIAL, Verdict.ERROR),
    Verdict.ACHIEVED: (),
    Verdict.NOT_ACHIEVED: (),
    Verdict.TRIVIAL: (),
    Verdict.ERROR: (),
}

S = TypeVar("S", bound=StrEnum)


def advance(table: Mapping[S, tuple[S, ...]], old: S, new: S) -> S:
    """Return `new` if the table has the edge from `old`; otherwise raise InvalidTransition."""
    if new not in table[old]:
        raise InvalidTransition(type(old).__name__, old.value, new.value)
    return new
