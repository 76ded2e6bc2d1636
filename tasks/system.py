"""The list of modules: that it can be read, has no cycle, and names exactly the Lisp files that are there.
What was made of modules that are no longer listed is removed.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from doit.exceptions import TaskFailed

from clysm.workflow.diagnostics import error, render
from tasks.database import adapt
from tasks.freshness import Step
from tasks.leftovers import discard_unlisted
from tasks.run import run


def unlisted() -> tuple[str, ...]:
    """Lisp files beside the system file, in directories where it lists modules, that it does not list."""
    project = run().project
    listed = set(project.system.components)
    directories = {str(PurePosixPath(path).parent) for path in listed}
    found = {
        path.relative_to(project.root).as_posix()
        for directory in directories
        for path in project.path(directory).glob("*.lisp")
    }
    return tuple(sorted(found - listed))


def check() -> TaskFailed | None:
    """Every problem of the list of modules, as one failure. Of a list without problems, what is made of
    others is removed.
    """
    project = run().project
    file = project.settings.system
    problems = list(project.system.problems)
    problems += [error("missing-module", f"`{path}` exists but is not listed", file) for path in unlisted()]
    if problems:
        return TaskFailed("\n".join(render(problem) for problem in problems))
    try:
        discard_unlisted(project)
    except OSError as problem:
        return TaskFailed(str(problem))
    return None


def task_system() -> Iterator[dict[str, Any]]:
    """check the list of modules: readable, complete, without cycles"""
    adapt()
    project = run().project
    file = project.settings.system
    inputs = [file] if project.path(file).is_file() else []
    listing = "\n".join((*sorted(project.system.components), "", *unlisted(), "", *project.settings.programs))
    yield {"basename": "system", "doc": task_system.__doc__, **Step(check, inputs, (), listing).task()}
