"""`ProgressInfo`, and `Progress`, which keeps its rules while a session runs: phases in order, a percentage
that never falls.

Every step is given to a callback; what is shown, and where, is the caller's business.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from clysm.workflow.checks import require
from clysm.workflow.states import PHASE_TRANSITIONS, Phase, advance


@dataclass(frozen=True, slots=True)
class ProgressInfo:
    """`current_module` is 0 before the first, then 1 to `total_modules`; `percentage` is 0.0 to 100.0."""

    phase: Phase
    total_modules: int
    current_module: int
    current_path: str
    percentage: float
    message: str

    def __post_init__(self) -> None:
        name = "ProgressInfo"
        require(
            0 <= self.current_module <= self.total_modules, name, "current_module", "not within the total"
        )
        require(0.0 <= self.percentage <= 100.0, name, "percentage", "not a percentage")


START = ProgressInfo(Phase.INIT, 0, 0, "", 0.0, "")
ProgressCallback = Callable[[ProgressInfo], None]

# Where each phase begins on the scale of 100; compiling is shared out among the modules.
_PHASE_START = {
    Phase.INIT: 0.0,
    Phase.READING: 0.0,
    Phase.ANALYZING: 2.0,
    Phase.COMPILING: 4.0,
    Phase.LINKING: 95.0,
    Phase.DONE: 100.0,
}


class Progress:
    """The progress of one session; safe to use from several threads."""

    def __init__(self, callback: ProgressCallback | None = None) -> None:
        self.info = START
        self._callback = callback
        self._lock = threading.Lock()

    def enter(self, phase: Phase, message: str = "", total_modules: int | None = None) -> None:
        """Go on to the next phase."""
        with self._lock:
            total = self.info.total_modules if total_modules is None else total_modules
            percentage = max(self.info.percentage, _PHASE_START[phase])
            phase = advance(PHASE_TRANSITIONS, self.info.phase, phase)
            self._emit(
                replace(self.info, phase=phase, total_modules=total, percentage=percentage, message=message)
            )

    def module(self, path: str, message: str) -> None:
        """One more module is done, whatever became of it."""
        with self._lock:
            current = self.info.current_module + 1
            share = current / self.info.total_modules
            width = _PHASE_START[Phase.LINKING] - _PHASE_START[Phase.COMPILING]
            percentage = max(self.info.percentage, _PHASE_START[Phase.COMPILING] + share * width)
            self._emit(
                replace(
                    self.info,
                    current_module=current,
                    current_path=path,
                    percentage=percentage,
                    message=message,
                )
            )

    def _emit(self, info: ProgressInfo) -> None:
        self.info = info
        if self._callback is not None:
            self._callback(info)
