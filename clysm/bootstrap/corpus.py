"""The corpus: programs with expected output, which Stage 2 compiles and which then run.

NAME.lisp    the program; a comment line `;; rows: 3 N19 tools` says what it covers
NAME.out     the expected standard output
NAME.status  the expected exit status, 0 if there is no such file
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clysm.bootstrap.build import CODE_OPTIONS
from clysm.bootstrap.fixpoint import CorpusResult
from clysm.bootstrap.floors import ROW_OF_CHAPTER
from clysm.bootstrap.pool import Worker, WorkerFailed
from clysm.workflow.compiled import link_reply, module_reply
from clysm.workflow.feeder import PROGRAM_LINK, Interface

PROGRAM_SECONDS = 30.0
_ROWS = re.compile(r"^;+ *rows:(.*)$", re.MULTILINE)
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class CorpusProgram:
    """`stdout` is None if the file of the expected output is missing, which no program can meet."""

    name: str
    path: str
    source: bytes
    stdout: bytes | None
    status: int | None
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProgramOutcome:
    """`problem` is None iff the program did what is expected, else why not, on one line."""

    name: str
    problem: str | None


def read_corpus(root: Path, directory: str) -> tuple[CorpusProgram, ...]:
    """The programs of the directory, relative to the root, by name."""
    return tuple(_read_program(root, path) for path in sorted((root / directory).glob("*.lisp")))


def _read_program(root: Path, path: Path) -> CorpusProgram:
    source = path.read_bytes()
    expected, status = path.with_suffix(".out"), path.with_suffix(".status")
    text = status.read_text().strip() if status.is_file() else "0"
    return CorpusProgram(
        name=path.stem,
        path=path.relative_to(root).as_posix(),
        source=source,
        stdout=expected.read_bytes() if expected.is_file() else None,
        status=int(text) if text.isdecimal() else None,
        rows=covered_rows(source.decode(errors="replace")),
    )


def covered_rows(source: str) -> tuple[str, ...]:
    """The rows that the header comments of a program name; chapters that share a row give its first
    chapter.
    """
    words = [word.strip(",") for match in _ROWS.finditer(source) for word in match[1].split()]
    return tuple(dict.fromkeys(ROW_OF_CHAPTER.get(word, word) for word in words))


def try_program(
    worker: Worker, program: CorpusProgram, interfaces: Sequence[Interface], objects: Sequence[bytes]
) -> ProgramOutcome:
    """Compile the program with the worker's compiler, link it with the objects and run it."""
    try:
        answer = worker.compile(program.path, program.source, interfaces, CODE_OPTIONS)
        compiled = module_reply(answer, program.path, program.source)
        if not compiled.ok:
            return ProgramOutcome(program.name, f"does not compile: {compiled.errors[0].message}")
        linked = link_reply(worker.link([*objects, compiled.output], PROGRAM_LINK, CODE_OPTIONS))
        if not linked.ok:
            return ProgramOutcome(program.name, f"does not link: {linked.errors[0].message}")
        run = worker.run(linked.output, b"", (), PROGRAM_SECONDS)
    except WorkerFailed as failure:
        return ProgramOutcome(program.name, failure.message)
    if program.stdout is None or program.status is None:
        return ProgramOutcome(program.name, "its expected output or status is missing")
    if run.stdout != program.stdout:
        return ProgramOutcome(program.name, f"wrong output: {_excerpt(run.stdout, program.stdout)}")
    if run.code != program.status:
        return ProgramOutcome(program.name, f"status {run.code}, expected {program.status}")
    return ProgramOutcome(program.name, None)


def corpus_result(outcomes: Mapping[str, ProgramOutcome]) -> CorpusResult:
    """The counts of all outcomes."""
    failures = tuple(name for name in sorted(outcomes) if outcomes[name].problem is not None)
    return CorpusResult(len(outcomes), len(outcomes) - len(failures), failures[:_SHOWN])


def missing_rows(programs: Sequence[CorpusProgram], required: Sequence[str]) -> tuple[str, ...]:
    """The required rows that no program covers."""
    covered = {row for program in programs for row in program.rows}
    return tuple(row for row in required if row not in covered)


def _excerpt(actual: bytes, expected: bytes) -> str:
    """The first line that differs."""
    found, wanted = (text.decode(errors="replace").splitlines() for text in (actual, expected))
    for number, (one, two) in enumerate(zip(found, wanted, strict=False), 1):
        if one != two:
            return f"line {number} is `{one[:80]}`, expected `{two[:80]}`"
    return f"{len(found)} lines, expected {len(wanted)}"
