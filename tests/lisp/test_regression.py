"""The regression list of the contracts (N1 to N53, as far as it concerns the language) in emitted programs.

Rows about modules, the host and the loop have files of their own beside this one. Each file of `regression/`
is a program that prints one line for each check. SBCL runs them too, so that what they expect is not only our
opinion.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lisp.workbench import Workbench

DIRECTORY = Path(__file__).parent / "regression"
CHECKS = "checks.lisp"
PROGRAMS = tuple(sorted(path.stem for path in DIRECTORY.glob("*.lisp") if path.name != CHECKS))
ROWS = {f"N{n}" for n in (1, *range(3, 29), 31, 32, 33, 48, 49, 51, 52, 53)}
FOLDING_OFF = {"fold-constants": "off"}

SBCL = shutil.which("sbcl")
SLOW_IN_SBCL = {"scale"}  # minutes, for its large constants
SBCL_PROGRAMS = tuple(program for program in PROGRAMS if program not in SLOW_IN_SBCL)
# Checks that SBCL fails for a reason of its own; each expectation is right by the standard or by IEEE 754.
SBCL_FAULTS = {
    "N12 the hard one": "SBCL 2.2.9 reads 2.2250738585072012d-308 one bit too low",
    "N25 restarts do not outlive": "SBCL invokes a restart object whose form has been left",
    "N16 an array of NIL": "SBCL 2.2.9 makes vectors of NIL that are no strings",
    "N12 a ratio above halfway": "SBCL 2.2.9 rounds a ratio with a long tail twice",
    "row 7 an accessor": "SBCL reads at the place of the slot in the instance that was dispatched on",
    "subtypep: members are compared": "SBCL 2.2.9 takes two lists for one",
    "subtypep: classes with": "SBCL 2.2.9 does not answer",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program's checks said: the text of each failed check, or None, by name. `problems` are lines and
    counts that are not as they should be.
    """

    failures: Mapping[str, str | None]
    problems: tuple[str, ...]


def source(name: str) -> str:
    return (DIRECTORY / name).read_text(encoding="utf-8")


def expected_count(program: str) -> int:
    """The number in the program's last form."""
    found = re.search(r"^\(end-checks (\d+)\)\s*\Z", source(f"{program}.lisp"), re.MULTILINE)
    assert found is not None, f"{program}.lisp does not end with its number of checks"
    return int(found[1])


def read_outcome(text: str, expected: int) -> Outcome:
    """The outcome of one program that has `expected` checks."""
    failures: dict[str, str | None] = {}
    problems = []
    done = False
    for line in text.splitlines():
        passed, failed = re.fullmatch("ok (.+)", line), re.fullmatch("FAIL (.+?) got (.*)", line)
        match = passed or failed
        if match is not None and not done:
            if match[1] in failures:
                problems.append(f"two checks are called `{match[1]}`")
            failures[match[1]] = f"got {failed[2]}" if failed is not None else None
        elif line == f"done {len(failures)} of {expected}":
            done = True
        else:
            problems.append(f"unexpected line `{line}`")
    if not done:
        problems.append("the program did not reach its end")
    if len(failures) != expected:
        problems.append(f"{len(failures)} checks, expected {expected}")
    return Outcome(failures, tuple(problems))


def report(program: str, outcome: Outcome, subtests: pytest.Subtests, end: str = "") -> None:
    """Turn every line into a result. `end` says how the program ended, if not well."""
    for name, failure in outcome.failures.items():
        with subtests.test(msg=name, program=program):
            assert failure is None, failure
    assert not outcome.problems, "\n".join((*outcome.problems, end))


def test_every_row_is_cited() -> None:
    texts = [path.read_text("utf-8") for path in (*DIRECTORY.glob("*.lisp"), *DIRECTORY.parent.glob("*.py"))]
    cited = {row for text in texts for row in re.findall(r"^(?:;;;|#) (N\d+)\b", text, re.MULTILINE)}
    assert cited >= ROWS, sorted(ROWS - cited)


@pytest.mark.parametrize("program", PROGRAMS)
def test_program(program: str, workbench: Workbench, subtests: pytest.Subtests) -> None:
    run = workbench.run(workbench.build([(name, source(name)) for name in (CHECKS, f"{program}.lisp")]))
    report(program, read_outcome(run.stdout, expected_count(program)), subtests, run.stderr)
    assert run.code == 0, run.stderr


# N9: the same with constant folding switched off, all programs in one image.
def test_without_folding(workbench: Workbench, subtests: pytest.Subtests) -> None:
    sources = [(name, source(name)) for name in (CHECKS, *(f"{program}.lisp" for program in PROGRAMS))]
    run = workbench.run(workbench.build(sources, FOLDING_OFF))
    report_sections(run.stdout, subtests, run.stderr)
    assert run.code == 0, run.stderr


# N9: the option has an effect, so that the test above means something.
def test_folding_can_be_switched_off(workbench: Workbench) -> None:
    text = "(defun f () (* 12345 (+ 1000 1)))\n(print (f))\n"
    on, off = (workbench.build([("fold.lisp", text)], options) for options in ({}, FOLDING_OFF))
    assert on != off
    assert workbench.run(on).stdout == workbench.run(off).stdout == "\n12357345 "


@pytest.mark.skipif(SBCL is None, reason="sbcl is not installed")
def test_in_sbcl(subtests: pytest.Subtests) -> None:
    muffled = "(declaim (sb-ext:muffle-conditions warning sb-ext:compiler-note))"
    command = [str(SBCL), "--noinform", "--no-userinit", "--disable-debugger", "--eval", muffled]
    for name in (CHECKS, *(f"{program}.lisp" for program in SBCL_PROGRAMS)):
        command += ["--load", str(DIRECTORY / name)]
    run = subprocess.run(
        [*command, "--eval", "(sb-ext:exit)"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    report_sections(run.stdout, subtests, run.stderr[-2000:], SBCL_PROGRAMS, SBCL_FAULTS)


def report_sections(
    text: str,
    subtests: pytest.Subtests,
    end: str,
    programs: tuple[str, ...] = PROGRAMS,
    faults: Mapping[str, str] | None = None,
) -> None:
    """Report an output that has a section for each of `programs`. Checks whose names start as those of
    `faults` are expected to fail.
    """
    sections = re.findall(r"(?:^.*\n)*?^done \d+ of \d+\n", text, re.MULTILINE)
    rest = text[sum(map(len, sections)) :]
    for program, section in zip(programs, sections, strict=False):
        # A compiler may print notes.
        lines = [line for line in section.splitlines() if line and not line.startswith(";")]
        outcome = read_outcome("\n".join(lines), expected_count(program))
        failures = {
            name: None if faults and name.startswith(tuple(faults)) else failure
            for name, failure in outcome.failures.items()
        }
        report(program, Outcome(failures, outcome.problems), subtests, end)
    assert len(sections) == len(programs), f"the output ends with `{rest[-500:]}`\n{end}"
