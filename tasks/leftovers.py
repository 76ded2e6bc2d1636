"""What builds leave behind that no clean build would have: files of modules and programs that are no longer
listed, and temporary files and folders of a build that was killed.
"""

import fcntl
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from clysm.bootstrap.layout import LAST_STAGE, ModuleFiles, program_name
from clysm.bootstrap.project import Project
from clysm.workflow import atomic


def keep_only(folder: Path, wanted: Iterable[Path]) -> None:
    """Remove every other file below the folder, and folders that become empty; temporary files are left to
    whoever writes them. Raises OSError.
    """
    kept = set(wanted)
    for place, folders, names in os.walk(folder, topdown=False):
        paths = {Path(place, name) for name in names}
        extra = [path for path in paths - kept if not atomic.is_temporary(path)]
        for path in extra:
            atomic.remove(path)
        if (extra or folders) and not os.listdir(place):
            os.rmdir(place)


def keep_files(project: Project, folder: str, files: Iterable[ModuleFiles]) -> None:
    """Remove from a folder what belongs to no module of these. Raises OSError."""
    names = (name for file in files for name in (file.object, file.interface, file.results))
    keep_only(project.path(folder), map(project.path, names))


def discard_unlisted(project: Project) -> None:
    """Remove the products of modules that no stage has, and of programs that the settings do not name.
    Raises OSError.
    """
    layout = project.layout
    for stage in range(LAST_STAGE + 1):
        modules = (layout.module(stage, path) for path in project.modules(stage))
        keep_files(project, layout.stage_modules(stage), modules)
    named = {program_name(definition) for definition in project.settings.programs}
    tests = {program_name(definition) for definition in project.settings.tests}
    for report in project.path(layout.program_reports).glob("*.json"):
        if report.stem not in tests:
            atomic.remove(project.path(layout.test_output(report.stem)))
        if report.stem not in named:  # a report says that the program was made here
            keep_only(project.path(layout.program_modules(report.stem)), ())
            atomic.remove(project.path(layout.program(report.stem)))
            atomic.remove(report)


class Presence:
    """That this build is at work, as others see it: a lock that all builds of a project share while they are,
    on a file with a mark in it until the last of them has ended. A mark that nobody holds tells of a build
    that was killed; its temporary files are removed.
    """

    def __init__(self, file: Path, folders: Iterable[Path]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        if self._alone():
            if os.pread(self._descriptor, 1, 0):
                for folder in folders:
                    _remove_temporary(folder)
            os.pwrite(self._descriptor, b"x", 0)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def close(self) -> None:
        """Take the mark away if no other build is at work."""
        if self._alone():
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)

    def _alone(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _remove_temporary(folder: Path) -> None:
    for place, folders, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            if atomic.is_temporary(path):
                atomic.remove(path)
        for path in (Path(place, name) for name in folders):
            if atomic.is_temporary(path):
                shutil.rmtree(path, ignore_errors=True)
