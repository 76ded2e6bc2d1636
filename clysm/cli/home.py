"""Where the compiler lives, and the clocks and facts of the machine that commands hand on."""

import os
import time
import tomllib
from pathlib import Path

import clysm
from clysm.bootstrap.project import Project, load_project
from clysm.workflow.registry import Search, source_folders
from clysm.workflow.times import Clock, wall_clock


def find_home(directory: Path) -> Path:
    """The nearest directory, from the given one up, whose pyproject.toml has [tool.clysm] `system`; else the
    one that the clysm package itself lies in.
    """
    for candidate in (directory, *directory.parents):
        try:
            table = tomllib.loads((candidate / "pyproject.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if "system" in table.get("tool", {}).get("clysm", {}):
            return candidate
    return Path(clysm.__file__).resolve().parents[1]


def home_project() -> Project:
    """The project whose compiler is used from the working directory. Raises SettingsError."""
    return load_project(find_home(Path.cwd()))


def source_registry() -> Search:
    """Where installed systems are searched: see CL_SOURCE_REGISTRY of ASDF."""
    return Search(source_folders(os.environ.get("CL_SOURCE_REGISTRY")))


def wall() -> Clock:
    """Seconds since the Unix epoch; SOURCE_DATE_EPOCH where it is set."""
    return wall_clock(os.environ, time.time)


def monotonic() -> Clock:
    return time.monotonic


def jobs() -> int:
    """How many workers this machine should run."""
    return max(1, min(4, len(os.sched_getaffinity(0))))


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
