"""A project as the bootstrap sees it: its root, its settings, its one list of modules, and who
compiles what.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from clysm.bootstrap.layout import Layout
from clysm.bootstrap.pool import Compiler, WorkerSettings, expand_command
from clysm.workflow.digests import sha256_bytes, sha256_file
from clysm.workflow.settings import Settings, read_settings

if TYPE_CHECKING:
    from clysm.workflow.asd import SystemFile

COMPILER_FOLDER = "compiler"  # of the system's modules


@dataclass(frozen=True)
class Project:
    """`root` is absolute and for I/O only; every other path is relative to it."""

    root: Path
    settings: Settings
    layout: Layout

    @cached_property
    def system(self) -> "SystemFile":
        """The system file, read when it is first asked for; what is wrong with it is a value in it."""
        from clysm.workflow.asd import read_system_file  # passports never need it

        return read_system_file(self.root, self.settings.system)

    def modules(self, stage: int) -> tuple[str, ...]:
        """The modules of a stage in compilation order: the core for stage 0, core and library for the
        others.
        """
        systems = (self.settings.core,) if stage == 0 else (self.settings.core, self.settings.library)
        return self.system.modules_of(*systems)

    def for_programs(self, stage: int) -> tuple[str, ...]:
        """The modules of a stage whose definitions programs see: all but those of the compiler itself."""
        paths = self.modules(stage)
        return tuple(path for path in paths if PurePosixPath(path).parent.name != COMPILER_FOLDER)

    def path(self, relative: str) -> Path:
        return self.root / relative


def load_project(root: Path) -> Project:
    """The project in a folder. Raises SettingsError."""
    settings = read_settings(root)
    return Project(root.resolve(), settings, Layout(settings.build))


def hosted_sources(project: Project) -> tuple[str, ...]:
    """The files that make up the hosted compiler: the host's, tables included, then the core in load
    order.
    """
    host = project.path(project.settings.host)
    files = (path for path in host.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    python = sorted(path.relative_to(project.root).as_posix() for path in files)
    return (*python, *(path for path in project.modules(0) if project.path(path).is_file()))


def hosted_listing(sources: Iterable[str], digest: Callable[[str], str]) -> bytes:
    """One line `hash  path` per source of the hosted compiler. Raises what `digest` raises."""
    return "".join(f"{digest(path)}  {path}\n" for path in sources).encode()


def hosted_compiler(project: Project) -> Compiler:
    """The hosted compiler; its identity is the hash of its listing. Raises OSError."""
    listing = hosted_listing(hosted_sources(project), lambda path: sha256_file(project.path(path)))
    return Compiler(None, sha256_bytes(listing))


def stage_compiler(project: Project, stage: int, image_sha256: str) -> Compiler:
    """The image of `stage` as a compiler."""
    return Compiler(project.layout.stage(stage), image_sha256)


def worker_settings(project: Project) -> WorkerSettings:
    """How the project starts its workers."""
    return WorkerSettings(
        command=expand_command(project.settings.worker),
        directory=project.root,
        cache=project.settings.cache,
        memory_bytes=project.settings.worker_memory_mb << 20,
        seconds=project.settings.worker_seconds,
        compile_seconds=project.settings.compile_seconds,
    )
