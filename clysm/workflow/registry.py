"""Where system definitions are: which `.asd` file defines a system, and by which names its modules go.

A module's name is its path from the project root. Libraries that are installed elsewhere have no such path:
the name of theirs begins with `common-lisp/` and goes on from the folder that was searched, so that nothing
compiled tells where on this machine a library lies.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

INSTALLED = "common-lisp"  # where the names of installed modules begin
STANDARD_FOLDERS = ("/usr/local/share/common-lisp/source", "/usr/share/common-lisp/source")
_MAX_DEPTH = 6  # of folders below one that is searched


@dataclass(frozen=True, slots=True)
class SystemSource:
    """A definition file: its name, which is a relative path, and where it is."""

    name: str
    file: Path


@dataclass(frozen=True, slots=True)
class Search:
    """The folders in which installed systems are looked for, nearest first."""

    folders: tuple[Path, ...]

    def holds(self, file: Path, directory: Path) -> bool:
        """Whether a file is an installed one, and not of the project in `directory`."""
        below = any(file.is_relative_to(folder) for folder in self.folders)
        return below and not file.is_relative_to(directory)

    def at(self, root: Path) -> "Registry":
        """The registry of a project."""
        return Registry(root, self.folders)


@dataclass(slots=True)
class Registry:
    """`root` is the project's. The folders are walked when a system is first looked for in them."""

    root: Path
    folders: tuple[Path, ...]
    _found: dict[str, SystemSource] | None = field(default=None)  # by file name without suffix

    def source(self, file: Path) -> SystemSource:
        """The definition file at a path in the project or in a folder."""
        if file.is_relative_to(self.root) and self.root != Path("/"):
            return SystemSource(file.relative_to(self.root).as_posix(), file)
        for folder in self.folders:
            if file.is_relative_to(folder):
                return SystemSource((INSTALLED / file.relative_to(folder)).as_posix(), file)
        return SystemSource(file.relative_to(self.root).as_posix(), file)

    def is_present(self, module: str) -> bool:
        """Whether a module has a file, in the project or installed."""
        installed = module.removeprefix(f"{INSTALLED}/")
        places = self.folders if installed != module else ()
        return (self.root / module).is_file() or any((place / installed).is_file() for place in places)

    def find(self, system: str, user: SystemSource) -> SystemSource | None:
        """The file that should define a system: beside the file of its user, in a folder beside that or
        further up in the project, else in the searched folders. `a/b` is looked for in `a.asd`.
        """
        stem = system.split("/", 1)[0]
        folder = user.file.parent
        inside = folder.is_relative_to(self.root)
        while True:
            for candidate in (folder / f"{stem}.asd", folder / stem / f"{stem}.asd"):
                if candidate.is_file():
                    return self.source(candidate)
            if not inside or folder == self.root:
                return self._installed().get(stem)
            folder = folder.parent

    def _installed(self) -> dict[str, SystemSource]:
        """What the folders hold; the first that has a system wins."""
        if self._found is None:
            self._found = {}
            for file in (file for folder in self.folders for file in _definitions(folder)):
                self._found.setdefault(file.stem, self.source(file))
        return self._found


def source_folders(variable: str | None, standard: Iterable[str] = STANDARD_FOLDERS) -> tuple[Path, ...]:
    """The folders to search, each with all below it: those of ASDF's variable CL_SOURCE_REGISTRY, in which
    two slashes at the end say the same, then the standard ones.
    """
    named = [part.rstrip("/") or "/" for part in (variable or "").split(":") if part.startswith("/")]
    return tuple(dict.fromkeys(Path(part).resolve() for part in (*named, *standard)))


def _definitions(folder: Path) -> Iterator[Path]:
    """The `.asd` files below a folder, nearer ones first; links to folders are not followed."""
    level = [folder]
    for _ in range(_MAX_DEPTH):
        below: list[Path] = []
        for directory in level:
            for entry in _entries(directory):
                if entry.is_dir(follow_symlinks=False):
                    below.append(Path(entry.path))
                elif entry.name.endswith(".asd") and entry.is_file():
                    yield Path(entry.path)
        level = below


def _entries(directory: Path) -> list["os.DirEntry[str]"]:
    """What is in a directory, by name, without hidden things; nothing if it cannot be read."""
    try:
        with os.scandir(directory) as found:
            entries = [entry for entry in found if not entry.name.startswith(".")]
    except OSError:
        return []
    return sorted(entries, key=lambda entry: entry.name)
