"""doit's database made durable and fast: every finished task is committed at once, a damaged file is
replaced, and what is up to date takes one look.

As it comes, doit 0.37 writes its records when it exits, so a killed build forgets all it did, and a failed
task keeps the write lock, so a second build dies. The private attributes used here are those of the pinned
version.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from doit.dependency import DependencyStatus
from doit.globals import Globals

from tasks.freshness import step_of


def discard_if_damaged(path: Path) -> None:
    """Remove a database that SQLite cannot read; everything is then checked anew."""
    if not path.exists():
        return
    try:
        connection = sqlite3.connect(path)
        try:
            sound = connection.execute("pragma quick_check(1)").fetchone() == ("ok",)
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        for suffix in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def before_close(action: Callable[[], None]) -> None:
    """Have the action called when doit has run its last task, whatever reporter is in use."""
    manager: Any = Globals.dep_manager
    close = manager.close

    def act_and_close() -> None:
        if not manager._closed:
            action()
        close()

    manager.close = act_and_close


def adapt() -> None:
    """Make the open database write each record when its task ends, and decide by the steps of tasks alone
    what is up to date. Called by a task creator; may be repeated.
    """
    manager: Any = Globals.dep_manager
    backend: Any = getattr(manager, "backend", None)
    connection: Any = getattr(backend, "_conn", None)
    if connection is None or getattr(manager, "is_adapted", False):
        return
    manager.is_adapted = True
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=normal")
    save_success, remove_success, get_status = (
        manager.save_success,
        manager.remove_success,
        manager.get_status,
    )

    def save(task: Any, result_hash: str | None = None) -> None:
        step = step_of(task)
        if step is None:
            save_success(task, result_hash)
        else:  # what doit would record, but of the inputs as they were when the action began
            names = {"_values_:": task.values, "checker:": type(manager.checker).__name__}
            backend._cache[task.name] = {**names, **step.seen, "deps:": tuple(task.file_dep)}
        row = (task.name, backend.codec.encode(backend._cache[task.name]))
        connection.execute("insert or replace into doit values (?,?)", row)
        connection.commit()
        backend._dirty.discard(task.name)

    def remove(task: Any) -> None:
        remove_success(task)
        connection.commit()

    def status(task: Any, tasks: Any, get_log: bool = False) -> Any:
        """What is up to date by its step needs none of doit's looks at each of its files."""
        step = step_of(task)
        alone = len(task.uptodate) == 1
        if step and step.looks_at_outputs and alone and step(task, manager.get_values(task.name)):
            task.dep_changed = []
            return DependencyStatus(get_log)
        return get_status(task, tasks, get_log)

    manager.save_success, manager.remove_success, manager.get_status = save, remove, status
