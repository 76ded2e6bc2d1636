"""The corpus of programs with expected output: its form, what SBCL says of it, and that the newest stage
compiles and runs it as the fixpoint gate has Stage 2 do. Each row of the language has a program (N54, I15).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clysm.bootstrap import toolchain
from clysm.bootstrap.corpus import CorpusProgram, ProgramOutcome, missing_rows, read_corpus, try_program
from clysm.bootstrap.floors import FLOORS, ROWS
from clysm.bootstrap.pool import WorkerPool
from clysm.bootstrap.project import load_project, worker_settings
from clysm.workflow.feeder import Feeder
from clysm.workflow.pipeline import Prelude
from tests.support.projects import REPOSITORY

DIRECTORY = load_project(REPOSITORY).settings.corpus
PROGRAMS = read_corpus(REPOSITORY, DIRECTORY)
# Programs whose output the standard leaves open say so, with the reason; SBCL is the judge of the others.
BY_HAND = re.compile(rb"^;; expected: by hand[,.] ", re.MULTILINE)
SBCL = shutil.which("sbcl")
SBCL_SECONDS = 60.0

each_program = pytest.mark.parametrize("program", PROGRAMS, ids=[program.name for program in PROGRAMS])


def test_enough_programs() -> None:
    assert len(PROGRAMS) >= FLOORS.corpus_programs
    assert missing_rows(PROGRAMS, FLOORS.corpus_rows) == ()


def test_no_file_without_a_program() -> None:
    names = {program.name for program in PROGRAMS}
    files = [path for path in (REPOSITORY / DIRECTORY).iterdir() if path.is_file()]
    assert [path.name for path in files if path.stem not in names] == []
    assert {path.suffix for path in files} == {".lisp", ".out", ".status"}


@each_program
def test_program_is_well_formed(program: CorpusProgram) -> None:
    assert program.stdout is not None, "NAME.out is missing"
    assert program.status is not None, "NAME.status is no number"
    assert program.rows, "no line `;; rows: ...`"
    assert [row for row in program.rows if row not in ROWS and not re.fullmatch(r"N[1-9]\d?", row)] == []


@each_program
@pytest.mark.skipif(SBCL is None, reason="sbcl is not installed")
def test_expected_output_is_sbcls(program: CorpusProgram, tmp_path: Path) -> None:
    if BY_HAND.search(program.source):
        pytest.skip("the expected output is derived by hand: the program says why")
    run = subprocess.run(
        [str(SBCL), "--script", str(REPOSITORY / program.path)],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SBCL_SECONDS,
    )
    assert run.stdout == program.stdout, run.stderr.decode(errors="replace")[-2000:]
    assert run.returncode == program.status
    assert list(tmp_path.iterdir()) == [], "the program leaves files behind"


@pytest.fixture(scope="module")
def attempt() -> Iterator[Callable[[CorpusProgram], ProgramOutcome]]:
    """Compiles, links and runs a program with the newest stage of this repository."""
    project = load_project(REPOSITORY)
    chosen = toolchain.choose(project)
    if not chosen.stage:
        pytest.skip("no stage with the library is built from the current sources: run `doit stage`")
    feeder = Feeder(toolchain.open_session(project, chosen, project.path(project.settings.cache)))
    prelude = toolchain.load_prelude(project, chosen, feeder)
    assert isinstance(prelude, Prelude), prelude
    with WorkerPool(worker_settings(project)) as pool, pool.worker(chosen.compiler) as worker:
        yield lambda program: try_program(worker, program, prelude.interfaces, prelude.objects)


@each_program
def test_program_runs(program: CorpusProgram, attempt: Callable[[CorpusProgram], ProgramOutcome]) -> None:
    assert attempt(program).problem is None
