"""The least that counts as a real compiler: the floors of the gate's guard.

They are lowered only with a reason in the commit that does it.
"""

from dataclasses import dataclass

# Rows of the language checklist by ANSI chapter. Where chapters share a row, its first chapter stands for
# both.
ROWS = (*(str(chapter) for chapter in range(2, 26) if chapter not in (20, 23)), "tools")
ROW_OF_CHAPTER = {"23": "2", "20": "19"}


@dataclass(frozen=True, slots=True)
class Floors:
    """`corpus_rows` are the rows of which each needs a program of the corpus."""

    modules: int = 20
    forms: int = 1_000
    functions: int = 500
    image_bytes: int = 102_400
    corpus_programs: int = 40
    corpus_rows: tuple[str, ...] = ROWS


FLOORS = Floors()
