"""The written dialect (clysm/lisp/dialect.sexp): the names of COMMON-LISP that code may use, and does use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clysm.host.errors import Position, TranslateError
from clysm.host.loading import Host
from clysm.host.objects import items_of, symbol_name
from clysm.host.reader import END, Reader
from clysm.host.world import World

DIALECT_FILE: Final = Path(__file__).parent.parent / "lisp" / "dialect.sexp"
SECTIONS: Final = (
    "SPECIAL-OPERATORS", "MACROS", "FUNCTIONS", "SETF-FUNCTIONS", "VARIABLES", "TYPES", "CONDITIONS",
)  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """Names by section of the file, in upper case."""

    sections: dict[str, tuple[str, ...]]

    def operators(self) -> frozenset[str]:
        """The names that may stand at the head of a form or after #'."""
        names = (
            self.sections[name] for name in ("SPECIAL-OPERATORS", "MACROS", "FUNCTIONS", "SETF-FUNCTIONS")
        )
        return frozenset(name for section in names for name in section)

    def variables(self) -> frozenset[str]:
        """The names that may be used as variables."""
        return frozenset(self.sections["VARIABLES"])


def read_dialect(path: Path = DIALECT_FILE) -> Dialect:
    """Read the list. Raises ReadError if it is malformed, TranslateError if its sections are others."""
    reader = Reader(path.read_text("utf-8"), str(path), World().lookup)
    form = reader.read()
    sections: dict[str, tuple[str, ...]] = {}
    for section in items_of(form.cdr):
        name = symbol_name(section.car)
        sections[name] = tuple(symbol_name(item) for item in items_of(section.cdr))
    if tuple(sections) != SECTIONS or reader.read() is not END:
        raise TranslateError("the list has other sections", Position(str(path)), " ".join(SECTIONS))
    return Dialect(sections)


def names_outside(dialect: Dialect, paths: Iterable[Path], cache_dir: Path) -> list[tuple[str, Position]]:
    """What the code of files, loaded in order, uses of COMMON-LISP outside the dialect: (name, first place).

    Quoted data does not count. `cache_dir` must be empty: only translation sees the names. Raises HostError.
    """
    host = Host(cache_dir)
    host.world.used_names = {}
    host.load_system(paths)
    operators, variables = dialect.operators(), dialect.variables()
    return [
        (name, position)
        for (kind, name), position in host.world.used_names.items()
        if name not in (operators if kind == "operator" else variables)
    ]
