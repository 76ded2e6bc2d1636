"""doit's database made durable: every finished task is committed at once, and a damaged file is replaced.

As it comes, doit 0.37 writes its records when it exits, so a killed build forgets all it did, and a failed
task keeps the write lock, so a second build dies. The private attributes used here are those of the pinned
version.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from doit.globals import Globals


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


def commit_each_task() -> None:
    """Make the open database write each record when its task ends. Called by a task creator; may be
    repeated.
    """
    manager: Any = Globals.dep_manager
    backend: Any = getattr(manager, "backend", None)
    connection: Any = getattr(backend, "_conn", None)
    if connection is None or getattr(manager, "commits_each_task", False):
        return
    manager.commits_each_task = True
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=normal")
    save_success, remove_success = manager.save_success, manager.remove_success

    def save(task: Any, result_hash: str | None = None) -> None:
        save_success(task, result_hash)
        row = (task.name, backend.codec.encode(backend._cache[task.name]))
        connection.execute("insert or replace into doit values (?,?)", row)
        connection.commit()
        backend._dirty.discard(task.name)

    def remove(task: Any) -> None:
        remove_success(task)
        connection.commit()

    manager.save_success, manager.remove_success = save, remove
