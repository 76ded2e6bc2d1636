"""`clysm watch`: run doit whenever a file of the project is saved, until Ctrl-C.

A build that is under way when something is saved is stopped and begun anew: what it finished is kept. So are
its workers from one build to the next, until watching ends.
"""

import argparse
import contextlib
import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from clysm.bootstrap.keeper import INVITATION, Keeper
from clysm.bootstrap.project import Project, load_project
from clysm.cli.arguments import WATCHED
from clysm.cli.doit_ahead import DODO
from clysm.workflow.errors import ClysmError

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent

FAILURE_STATUS: Final = 2
QUIET_SECONDS: Final = 0.05  # without a further change, until a build begins: editors save in several steps
PATIENCE_SECONDS: Final = 1.0  # for that quiet
STOP_SECONDS: Final = 10.0  # that a build may take to end when it is told to
_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SHOWN: Final = 5  # changed files that are named
_AT_ROOT: Final = (DODO, "pyproject.toml")
_SOURCES: Final = (".asd", ".lisp")  # are watched at the root too
_CHANGES: Final = frozenset({"created", "modified", "moved", "deleted"})
_LEAVINGS: Final = (".pyc", ".swp", ".swx", ".tmp", "~", "#")  # of editors and interpreters
_FOLDER_LEAVINGS: Final = ("__pycache__", "node_modules")


def watch_command(arguments: argparse.Namespace) -> int:
    """0 when it was ended by an interrupt; 2 where there is nothing to watch."""
    for number in _ENDING:
        signal.signal(number, _interrupt)
    try:
        project = _project_here()
        compiles = project.path(project.settings.system).is_file()
        _watch(project, tuple(arguments.tasks) or (WATCHED if compiles else ()))
    except (ClysmError, OSError) as problem:
        print(f"clysm: error: {problem}", file=sys.stderr)
        return FAILURE_STATUS
    except KeyboardInterrupt:
        print("no longer watching", flush=True)
    return 0


def _project_here() -> Project:
    """The project that the working directory is in. Raises ClysmError if there is no dodo.py."""
    here = Path.cwd()
    found = next((place for place in (here, *here.parents) if (place / DODO).is_file()), None)
    if found is None:
        raise ClysmError(f"`{here}` has no {DODO}: there is nothing to run")
    return load_project(found)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _watch(project: Project, tasks: tuple[str, ...]) -> None:
    """Build, and build again after every change; ends by an exception only."""
    changes = Changes(project)
    with changes.observed(), Keeper() as keeper:
        print(f"watching {project.root} for `{' '.join(('doit', *tasks))}`; Ctrl-C ends it", flush=True)
        with _doit(project, tasks, keeper) as build:
            _run(build, changes)
        while True:
            with _doit(project, tasks, keeper) as build:
                paths = changes.settled()
                more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
                print(f"changed: {', '.join(paths[:_SHOWN])}{more}", flush=True)
                if not any(path.endswith(".py") for path in paths) and build.poll() is None:
                    _run(build, changes)
                    continue
            keeper.end_idle()  # what is loaded may be what was edited
            with _doit(project, tasks, keeper) as build:
                _run(build, changes)


@contextlib.contextmanager
def _doit(project: Project, tasks: Iterable[str], keeper: Keeper) -> "Iterator[subprocess.Popen[bytes]]":
    """A process that runs doit when it is told to. Whatever happens, it has ended afterwards."""
    process: subprocess.Popen[bytes] | None = None
    try:
        with _signals_held_back(), keeper.invite() as invitation:
            process = subprocess.Popen(
                [sys.executable, "-m", "clysm.cli.doit_ahead", *tasks],
                cwd=project.root,
                env={**os.environ, INVITATION: str(invitation.fileno())},
                pass_fds=(invitation.fileno(),),
                stdin=subprocess.PIPE,
                start_new_session=True,  # an interrupt at the terminal comes to us, and we end it
            )
        yield process
    finally:
        if process is not None:
            _end(process)


@contextlib.contextmanager
def _signals_held_back() -> Iterator[None]:
    """No interrupt meanwhile, so that what is started is known; it comes afterwards."""
    came: list[int] = []
    handlers = {number: signal.signal(number, lambda n, _: came.append(n)) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process that may have been told to run doit."""
    assert process.stdin is not None
    if not process.stdin.closed:  # it was not
        process.kill()
        process.stdin.close()
    _stop(process)


def _run(build: "subprocess.Popen[bytes]", changes: "Changes") -> None:
    """Have doit run to its end, or until a change comes."""
    assert build.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        build.stdin.write(b"\n")
        build.stdin.close()
    while build.poll() is None:
        if changes.come_within(QUIET_SECONDS):
            return
    print("waiting for changes", flush=True)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End a build in order, and by force if it takes too long."""
    if process.poll() is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Changes:
    """What is saved below a project's root, as a queue of relative paths that matter for a build."""

    def __init__(self, project: Project) -> None:
        self._root = project.root
        self._products = tuple(
            PurePosixPath(path) for path in (project.settings.build, project.settings.cache)
        )
        self._queue: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._waiting: list[str] = []
        self._observer: Any = None  # watchdog's classes are loaded with `observed`

    @contextlib.contextmanager
    def observed(self) -> Iterator[None]:
        """While changes are gathered. Raises OSError if the system cannot watch so many folders."""
        from watchdog.observers import Observer

        observer: Any = Observer()
        self._observer = observer
        try:
            observer.schedule(self, str(self._root), recursive=False)
            for folder in sorted(self._root.iterdir()):
                self._observe(folder)
            observer.start()
            yield
        finally:
            if observer.is_alive():
                observer.stop()
                observer.join()

    def come_within(self, seconds: float) -> bool:
        """Whether there is a change, or one comes in that time."""
        try:
            self._waiting.append(self._queue.get(timeout=seconds))
        except queue.Empty:
            return bool(self._waiting)
        return True

    def settled(self) -> tuple[str, ...]:
        """All changed files, when there was one and then none for a short time; sorted."""
        if not self._waiting:
            self._waiting.append(self._queue.get())
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                self._waiting.append(self._queue.get(timeout=QUIET_SECONDS))
            except queue.Empty:
                break
        paths = tuple(sorted(set(self._waiting)))
        self._waiting = []
        return paths

    def dispatch(self, event: "FileSystemEvent") -> None:
        """Called by the observer, in its thread."""
        if event.event_type not in _CHANGES:
            return
        for name in (event.src_path, event.dest_path):
            path = Path(os.fsdecode(name)) if name else self._root
            if event.is_directory and path.parent == self._root:
                self._observe(path)
            relative = PurePosixPath(os.path.relpath(path, self._root))
            if not (event.is_directory and event.event_type == "modified") and self.matters(relative):
                self._queue.put(str(relative))

    def matters(self, path: PurePosixPath) -> bool:
        """Whether a build may depend on the file; what a build itself writes must not."""
        parts = path.parts
        if not parts or any(part.startswith(".") or part in _FOLDER_LEAVINGS for part in parts):
            return False
        if path.name.endswith(_LEAVINGS) or any(path.is_relative_to(product) for product in self._products):
            return False
        return len(parts) > 1 or path.name in _AT_ROOT or path.suffix in _SOURCES

    def _observe(self, folder: Path) -> None:
        """Watch a folder at the root with all in it, unless nothing in it can matter."""
        inside = PurePosixPath(folder.name) / "x"
        if folder.is_dir() and self.matters(inside) and not (folder / "pyvenv.cfg").exists():
            with contextlib.suppress(FileNotFoundError):
                self._observer.schedule(self, str(folder), recursive=True)
