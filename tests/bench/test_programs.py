"""Measuring programs: the measured ones print what they should, and the measuring works on a small one."""

from pathlib import Path

import pytest

from clysm.bench import operations, programs
from clysm.bench.bench import BenchError
from clysm.bench.programs import PROGRAMS
from clysm.bench.results import Measurement, Unmeasured
from clysm.bootstrap import toolchain
from clysm.bootstrap.other_lisps import SBCL, Lisp, LispFailed, time_program
from clysm.bootstrap.project import load_project
from tests.bench.benches import make_bench
from tests.support.projects import REPOSITORY

NOT_BUILT = toolchain.choose(load_project(REPOSITORY)).stage is None
needs_stage = pytest.mark.skipif(NOT_BUILT, reason="no stage is built from the present sources: run doit")
needs_sbcl = pytest.mark.skipif(not SBCL.installed, reason="SBCL is not installed")
ABSENT = Lisp("absent", ("no-such-lisp",))


@needs_sbcl
@pytest.mark.parametrize("name", sorted(path.stem for path in PROGRAMS.glob("*.lisp")))
def test_programs_print_what_is_expected(name: str, tmp_path: Path) -> None:
    source = PROGRAMS / f"{name}.lisp"
    _, printed = time_program(SBCL, source, 1, tmp_path, 60)
    assert printed.split() == source.with_suffix(".out").read_text().split()


def write_program(directory: Path, expected: str) -> Path:
    directory.mkdir()
    (directory / "small.lisp").write_text("(defun f (x) (* x 7))\n(print (f 6))\n")
    (directory / "small.out").write_text(expected)
    return directory


@needs_stage
def test_small_program_is_measured(tmp_path: Path) -> None:
    lisps = (SBCL, ABSENT) if SBCL.installed else (ABSENT,)
    bench = make_bench(REPOSITORY, tmp_path / "work", runs=2, lisps=lisps)
    results = {
        result.name: result for result in programs.measure(bench, write_program(tmp_path / "p", "\n42 "))
    }
    loop = "answer of the interactive loop, as a process"
    for name, count in (("small: run", 2), ("small: load", 2), ("compile and link", 1), (loop, 2)):
        result = results[name]
        assert isinstance(result, Measurement), result
        assert len(result.samples) == count
    run = results["small: run"]
    assert isinstance(run, Measurement)
    assert [len(baseline.samples) for baseline in run.baselines] == [2] * SBCL.installed
    assert results["small: absent"] == Unmeasured("programs", "small: absent", "not installed")


@needs_stage
def test_wrong_result_is_not_measured(tmp_path: Path) -> None:
    bench = make_bench(REPOSITORY, tmp_path / "work")
    small, *_ = programs.measure(bench, write_program(tmp_path / "p", "\n43 "))
    assert isinstance(small, Unmeasured)
    assert small.reason.startswith("it prints")


@needs_stage
def test_operations_are_measured(tmp_path: Path) -> None:
    source = tmp_path / "few.lisp"
    source.write_text('(format t "cons: ~D~%call a function: ~D~%" 1500 (* 20 100))\n')
    bench = make_bench(REPOSITORY, tmp_path / "work", lisps=(ABSENT,))
    missing, cons, call = operations.measure(bench, source)
    assert missing == Unmeasured("operations", "absent", "not installed")
    assert isinstance(cons, Measurement)
    assert isinstance(call, Measurement)
    assert (cons.name, cons.samples, call.name, call.samples) == ("cons", (1.5,), "call a function", (2.0,))


def test_lines_of_operations() -> None:
    printed = "\nwarning: odd\nnth: 50: 30000\nread-from-string: 1500 \n"
    assert operations.parse(printed) == {"nth: 50": 30.0, "read-from-string": 1.5}
    with pytest.raises(BenchError):
        operations.parse("nothing\n")


@needs_sbcl
def test_failing_program(tmp_path: Path) -> None:
    source = tmp_path / "bad.lisp"
    source.write_text('(error "on purpose")\n')
    directory = tmp_path / "work"
    directory.mkdir()
    with pytest.raises(LispFailed) as caught:
        time_program(SBCL, source, 1, directory, 60)
    assert "on purpose" in caught.value.output
