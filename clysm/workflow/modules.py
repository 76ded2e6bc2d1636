"""`SourceModule`: one Lisp source file, identified by its path relative to the project root."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from clysm.workflow.checks import is_relative_path, is_sha256, require
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.states import MODULE_TRANSITIONS, ModuleStatus, advance

SOURCE_LIMIT = 16 << 20  # bytes


@dataclass(frozen=True, slots=True)
class SourceForm:
    """A top-level form: what an independent reader saw of it, byte offsets (end exclusive) and 1-based
    position.
    """

    datum: object
    start: int
    end: int
    line: int
    column: int

    def __post_init__(self) -> None:
        require(0 <= self.start < self.end, "SourceForm", "start", "empty or negative range")
        require(self.line >= 1 and self.column >= 1, "SourceForm", "line", "not 1-based")


@dataclass(frozen=True, slots=True)
class SourceModule:
    """`path` is absolute and serves I/O only; `mtime` (s) is information only; `hash` is of the exact bytes
    compiled.

    `forms` is None and `form_count` 0 until the file is parsed, which happens on demand.
    """

    path: Path
    relative_path: str
    package: str | None
    mtime: int
    hash: str
    forms: tuple[SourceForm, ...] | None
    form_count: int
    dependencies: tuple[str, ...]
    status: ModuleStatus

    def __post_init__(self) -> None:
        name = "SourceModule"
        require(self.path.is_absolute(), name, "path", f"`{self.path}` is not absolute")
        require(is_relative_path(self.relative_path), name, "relative_path", f"`{self.relative_path}`")
        require(
            self.package is None or self.package == self.package.upper(), name, "package", "not upper case"
        )
        require(self.mtime >= 1, name, "mtime", "not positive")
        require(is_sha256(self.hash), name, "hash", "not 64 lower-case hexadecimal digits")
        require(self.form_count == len(self.forms or ()), name, "form_count", "not the number of forms")
        require(
            len(set(self.dependencies)) == len(self.dependencies), name, "dependencies", "one of them twice"
        )


@dataclass(frozen=True, slots=True)
class SourceText:
    """The bytes of a module as read once: exactly these are hashed and compiled, whatever happens to the
    file.
    """

    path: Path
    data: bytes
    mtime: int


def read_source(path: Path) -> SourceText:
    """Read a source file once, one byte more than may be compiled at most. Raises OSError, also for what is
    not a regular file.
    """
    with path.open("rb") as stream:
        status = os.fstat(stream.fileno())
        return SourceText(path.resolve(), stream.read(SOURCE_LIMIT + 1), max(1, int(status.st_mtime)))


def source_module(source: SourceText, relative_path: str) -> SourceModule:
    """The pending module of a source text, not yet parsed."""
    return SourceModule(
        path=source.path,
        relative_path=relative_path,
        package=None,
        mtime=source.mtime,
        hash=sha256_bytes(source.data),
        forms=None,
        form_count=0,
        dependencies=(),
        status=ModuleStatus.PENDING,
    )


def with_status(module: SourceModule, status: ModuleStatus) -> SourceModule:
    """The module one step further in its state machine. Raises InvalidTransition."""
    return replace(module, status=advance(MODULE_TRANSITIONS, module.status, status))
