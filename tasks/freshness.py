"""When a task is up to date: by content of inputs and outputs, never by time.

doit compares inputs only, after the action has run. `Step` adds what that misses: outputs that were damaged,
inputs that changed while the action ran, and a changed way of making things.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from doit.dependency import CHECKERS, FileChangedChecker
from doit.exceptions import TaskFailed

from tasks.run import run

Action = Callable[[], object]


class Sha256Checker(FileChangedChecker):  # type: ignore[misc]  # doit has no types
    """Dependencies by SHA-256, from the run's memory of hashes. Its name is stored with each task: the
    format's version.
    """

    def check_modified(self, file_path: str, file_stat: os.stat_result, state: str) -> bool:
        return run().digests.digest(file_path) != state

    def get_state(self, dep: str, current_state: str | None) -> str | None:
        digest = run().digests.digest(dep)
        return None if digest == current_state else digest


CHECKERS["sha256"] = Sha256Checker


def glance(path: str) -> str | None:
    """The hash of a file, or None, as it was when first asked for since the last action ended: many tasks
    need the same files, and between actions nothing changes them that the next run would not notice.
    """
    glances = run().glances
    try:
        return glances[path]
    except KeyError:
        pass
    try:
        digest: str | None = run().digests.digest(path)
    except OSError:
        digest = None
    glances[path] = digest
    return digest


class Step:
    """A task's action with its inputs, in the order in which it takes them, its outputs, and the signature of
    how it works.

    Recorded on success: the signature, the hashes of the inputs as they were when the action began, and of
    the outputs. Up to date means that all three, and the order, are still the same. If an input changes while
    the action runs, the task fails. `borrows` says that workers which the action borrows do all hard work.
    """

    def __init__(
        self,
        action: Action,
        inputs: Iterable[str],
        outputs: Iterable[str],
        signature: str,
        *,
        trust_outputs: bool = False,
        borrows: bool = False,
    ) -> None:
        self._action = action
        self._inputs = list(dict.fromkeys(inputs))
        self._outputs = sorted(outputs)
        self._signature = signature
        self._trust_outputs = trust_outputs
        self.borrows = borrows
        self._seen: dict[str, str] = {}
        self._reason = "never run"

    def task(self) -> dict[str, Any]:
        """The parts of a doit task that the step decides."""
        return {
            "actions": [(self.perform,)],
            "file_dep": self._inputs,
            "targets": self._outputs,
            "uptodate": [self],
            "clean": True,
            "io": {"capture": False},  # output of actions on several threads would be mixed up
        }

    @property
    def seen(self) -> Mapping[str, str]:
        """The hashes of the inputs as they were when the action began."""
        return self._seen

    def perform(self) -> object:
        """The action, between two looks at the inputs."""
        try:
            self._seen = self._digests(self._inputs)
        except OSError as error:
            return TaskFailed(f"cannot read `{error.filename}`: {error.strerror}")
        try:
            result = self._action()
        finally:
            run().glances.clear()
        if result is None or result is True:
            changed = [path for path in self._inputs if self._digest(path) != self._seen[path]]
            if changed:
                return TaskFailed(f"input changed during the build: {', '.join(changed)}")
        return result

    def configure_task(self, task: Any) -> None:
        """Called by doit: have the record saved with a successful task."""
        task.value_savers.append(self._record)

    def _record(self) -> dict[str, Any]:
        return {"step": [self._signature, self._seen, self._digests(self._outputs)]}

    def __call__(self, task: Any, values: dict[str, Any]) -> bool:
        """Called by doit: is the recorded state still that of the disk?"""
        record = values.get("step")
        if record is None:
            return False
        signature, inputs, outputs = record
        if signature != self._signature:
            return self._stale("the way it is made changed")
        if list(inputs) != self._inputs:
            return self._stale("the list of inputs changed")
        for path in self._inputs:
            if glance(path) != inputs[path]:
                return self._stale(f"`{path}` changed")
        if not self._trust_outputs:
            for path in self._outputs:
                if glance(path) != outputs.get(path):
                    return self._stale(f"`{path}` is not what was made")
        return True

    def __repr__(self) -> str:
        return f"<{self._reason}>"

    def _stale(self, reason: str) -> bool:
        self._reason = reason
        return False

    @property
    def looks_at_outputs(self) -> bool:
        """Whether up to date means that the outputs are there and are what was made."""
        return not self._trust_outputs

    @staticmethod
    def _digest(path: str) -> str | None:
        try:
            return run().digests.digest(path)
        except OSError:
            return None

    @staticmethod
    def _digests(paths: Iterable[str]) -> dict[str, str]:
        return {path: run().digests.digest(path) for path in paths}


def step_of(task: Any) -> Step | None:
    """The step that decides first whether a task is up to date, if one does."""
    first = task.uptodate[0][0] if task.uptodate else None
    return first if isinstance(first, Step) else None
