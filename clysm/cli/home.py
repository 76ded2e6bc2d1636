"""Where the compiler lives, and the clocks and facts of the machine that commands hand on."""

import os
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import clysm
from clysm.bootstrap.project import Project, load_project
from clysm.workflow.excerpt import Paint, coloured, plain
from clysm.workflow.registry import Search, source_folders
from clysm.workflow.settings import Settings, read_settings
from clysm.workflow.times import Clock, wall_clock


def find_home(directory: Path) -> Path:
    """The nearest directory, from the given one up, whose pyproject.toml has [tool.clysm] `system`; else the
    one that the clysm package itself lies in.
    """
    for candidate in (directory, *directory.parents):
        if "system" in (_table(candidate) or {}):
            return candidate
    return Path(clysm.__file__).resolve().parents[1]


def settings_here() -> Settings:
    """The settings of the nearest project from the working directory up, whether it holds a compiler or not.
    Raises SettingsError.
    """
    here = Path.cwd()
    found = next((place for place in (here, *here.parents) if _table(place) is not None), None)
    return read_settings(found) if found is not None else Settings()


def _table(directory: Path) -> dict[str, Any] | None:
    """[tool.clysm] of the directory's pyproject.toml; None if there is none."""
    try:
        table = tomllib.loads((directory / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    found = table.get("tool", {}).get("clysm")
    return found if isinstance(found, dict) else None


def home_project() -> Project:
    """The project whose compiler is used from the working directory. Raises SettingsError."""
    return load_project(find_home(Path.cwd()))


def source_registry() -> Search:
    """Where installed systems are searched: see CL_SOURCE_REGISTRY of ASDF."""
    return Search(source_folders(os.environ.get("CL_SOURCE_REGISTRY")))


def paint() -> Paint:
    """Colours for stderr if it is a terminal and nobody forbids them; see https://no-color.org."""
    wanted = sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return coloured if wanted else plain


def wall() -> Clock:
    """Seconds since the Unix epoch; SOURCE_DATE_EPOCH where it is set."""
    return wall_clock(os.environ, time.time)


def monotonic() -> Clock:
    return time.monotonic


def git_commit(root: Path) -> str | None:
    """The commit that is checked out at `root`, read from .git without running git; None if there is none."""
    try:
        directory = root / ".git"
        head = (directory / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        if (directory / name).is_file():
            return (directory / name).read_text(encoding="utf-8").strip()
        for line in (directory / "packed-refs").read_text(encoding="utf-8").splitlines():
            if line.endswith(f" {name}"):
                return line.split()[0]
    except (OSError, UnicodeDecodeError):
        pass
    return None
