"""Tables of forms: each case is a form, on one or more lines, and `=>` with its values as PRIN1 prints them.

Forms of one table share a world and run in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """A form and the text of its values; `line` is where the table has it."""

    line: int
    form: str
    values: str


def read_table(path: Path) -> list[Case]:
    """The cases of a table, separated by empty lines."""
    cases = []
    line = 1
    for block in path.read_text("utf-8").rstrip("\n").split("\n\n"):
        form, _, values = block.rpartition("\n=>")
        cases.append(Case(line, form, values.strip()))
        line += block.count("\n") + 2
    return cases


def tables() -> list[Path]:
    """The files of all tables."""
    return sorted(CASES.glob("*.txt"))
