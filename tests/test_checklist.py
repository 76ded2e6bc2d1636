"""The checklist of the contracts: every row is cited by a test that holds it (I15).

A test cites a row by its number in a docstring or comment, a program of the corpus in its line `;; rows:`, a
regression program in a comment. What is not held in full is named below, with the reason and the test that
proves the reason still true.
"""

from __future__ import annotations

import ast
import functools
import os
import re
import socket
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from clysm.bench.__main__ import GROUPS
from clysm.bootstrap.corpus import missing_rows, read_corpus
from clysm.bootstrap.floors import ROWS
from clysm.bootstrap.project import load_project
from clysm.engine.limits import Limits
from clysm.workflow.diagnostics import MESSAGE_LIMIT
from clysm.workflow.modules import SOURCE_LIMIT
from tests.support.projects import REPOSITORY

CHECKLIST = (*(f"N{number}" for number in range(1, 59)), *(f"I{number}" for number in range(1, 16)))
ROW = re.compile(r"(?<![\w.*-])([NI][1-9]\d?)(?!\w)")
RANGE = re.compile(r"\b[NI]\d+ to [NI]\d+\b")
TESTS = REPOSITORY / "tests"
CORPUS = read_corpus(REPOSITORY, load_project(REPOSITORY).settings.corpus)

# Rows that tests cite, but for a clause.
PARTLY_HELD = {
    "N41": (
        "there is no COMPILE-FILE, so it takes no :force",
        "tests/test_checklist.py::test_there_is_no_compile_file",
    ),
    "N56": (
        "there are more than about 100 primitives",
        "tests/test_documents.py::test_the_code_generator_holds_primitives_only",
    ),
}


def cited_in_python(path: Path) -> Iterator[str]:
    """The rows in docstrings and comments."""
    with tokenize.open(path) as file:
        text = file.read()
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    texts = [
        ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, documented)
    ]
    lines = iter(text.splitlines(keepends=True))
    tokens = tokenize.generate_tokens(lambda: next(lines, ""))
    texts += [token.string for token in tokens if token.type == tokenize.COMMENT]
    for each in texts:
        yield from ROW.findall(RANGE.sub("", each))


@functools.cache
def cited() -> dict[str, list[str]]:
    """The files that cite each row."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("*.py")):
        for row in cited_in_python(path):
            found.setdefault(row, []).append(path.name)
    for program in CORPUS:
        for row in program.rows:
            found.setdefault(row, []).append(program.path)
    for path in sorted((TESTS / "lisp/regression").glob("*.lisp")):
        comments = re.findall(r"^;;;+ (.*)", path.read_text("utf-8"), re.MULTILINE)
        for row in (row for comment in comments for row in ROW.findall(comment)):
            found.setdefault(row, []).append(path.name)
    return found


def test_every_row_is_cited(subtests: pytest.Subtests) -> None:
    by_row = cited()
    for row in CHECKLIST:
        with subtests.test(row=row):
            assert row in by_row, "no test cites it"


def test_citations_are_of_rows_that_exist() -> None:
    unknown = {row: files for row, files in cited().items() if row[0] in "NI" and row not in CHECKLIST}
    assert unknown == {}


def test_every_row_of_the_language_has_a_program() -> None:
    assert missing_rows(CORPUS, ROWS) == ()


# The budgets: subject and figure, and what holds it: a result of a benchmark as `group/name`, or a test.
BUDGETS: dict[str, tuple[str, ...]] = {
    "a stage compiles the compiler, 5 min": ("builds/first build: stage 1", "builds/first build: stage 2"),
    "Stage 0, 5 min with any -n": ("builds/first build: stage 0", "builds/first build: one job at a time"),
    "gate, 5 min": ("builds/first build: gate",),
    "verdict after a commit, 10 min": ("builds/first build: whole",),
    "two images compared, 1 s": ("tests/wasm/test_diff.py::test_five_megabytes_in_less_than_a_second",),
    "all differing bytes attributed": ("tests/wasm/test_diff.py::test_random_mutations_of_bytes",),
    "full build by a stage, 60 s": ("builds/first build: stage 1",),
    "one changed file, 5 s": (
        "builds/compiler module changed",
        "builds/library module changed",
        "builds/program module changed",
        "builds/program module changed, watched",
    ),
    "no change, 1 s": ("builds/nothing to do",),
    "small program, 5 s; script, 10 s": ("programs/compile and run a small program, as a process",),
    "answer of the loop, 1 s": ("programs/answer of the interactive loop, as a process",),
    "reports, 5 s": ("builds/reports",),
    "compile speed, 1,000 lines in 100 ms": ("compilers/Stage 2: lines", "programs/compile and link"),
    "analysis, 15 % of it": ("compilers/analysis: lines",),
    "compiler image, 100 KiB to 5 MiB": (
        "tests/bootstrap/test_compiler_sessions.py::test_a_stage_has_the_exports_and_imports_of_the_abi",
    ),
    "macro expansion, 1 ms": ("operations/expand a macro",),
    "chain of 100 macros, 10 ms": ("operations/expand a chain of 100 macros",),
    "1,000 steps of expansion": ("tests/lisp/test_limits.py::test_a_form_is_expanded_a_thousand_times",),
    "fixnum arithmetic, 1.5 x native": (
        "operations/add small integers",
        "operations/multiply small integers",
    ),
    "indirect call, 5 ns": ("operations/funcall a closure",),
    "conses, 10 M/s": ("operations/cons",),
    "instance creation, 1 us": ("operations/make an instance", "operations/make a structure"),
    "single dispatch, 100 ns": ("operations/single dispatch",),
    "type predicate, 1 ms": ("operations/typep of a structure", "operations/typecase"),
    "unmatched throw, 1 ms": ("operations/throw without a catch",),
    "control string, 1 ms": ("operations/format with a control string of its own",),
    "interpreted form, 10 ms": ("operations/evaluate a form",),
    "host call, 100 us; value, 10 us": ("operations/read the clock of the host",),
    "tail calls, loops, throws": (
        "tests/lisp/regression/control.lisp::N26 a state machine of five functions",
        "tests/lisp/regression/scale.lisp::N26 loops of a million",
        "tests/lisp/regression/control.lisp::N24 10,000 throws through 100 frames",
    ),
    "10,000 elements, 100 ms": (
        "operations/reverse 10000",
        "operations/sort 10000",
        "operations/remove-if of 10000",
        "operations/coerce 10000 to a vector",
        "tests/lisp/regression/scale.lisp::N3 lists of 100,000 elements",
    ),
    "integers of 1,000 digits": ("tests/lisp/regression/integers.lisp::N7 1000 digits",),
    "rank 8": ("tests/lisp/regression/data.lisp::N16 rank 8",),
    "quotation, FORMAT, inheritance, slots, re-entry, files of 1 MiB, sources of 100 KB": (
        "tests/lisp/test_limits.py::test_sizes_that_must_do",
    ),
    "destructuring, 5 levels": ("tests/lisp/test_corpus.py::test_program_runs",),
    "floats": ("tests/lisp/regression/floats.lisp::N12 elementary functions",),
    "bit operations": ("tests/lisp/regression/integers.lisp::N7 logical operations bit by bit",),
    "forms per stage": ("tests/bootstrap/test_guard.py::test_the_floors_are_those_of_the_reference",),
    "45 modules in one command": ("tests/cli/test_commands.py::test_fifty_modules_in_one_command",),
    "blocker categories": ("tests/bootstrap/test_blockers.py::test_the_report",),
    "section differences": ("tests/wasm/test_diff.py::test_other_sections",),
    "source, 16 MiB": (
        "tests/cli/test_robustness.py::test_fifty_megabytes_are_refused_at_once",
        "tests/bootstrap/test_compiler_sessions.py::test_every_compiler_follows_the_protocol",
    ),
    "object, 64 MiB": (
        "tests/bootstrap/test_compiler_sessions.py::test_every_compiler_follows_the_protocol",
        "tests/bootstrap/test_compiler_sessions.py::test_the_statuses_that_need_help",
    ),
    "diagnostics, 1,000 per module": ("tests/lisp/test_limits.py::test_a_thousand_diagnostics",),
    "nesting, 1,000": ("tests/lisp/test_limits.py::test_a_thousand_levels_of_parentheses",),
    "message, 1,000 characters": ("tests/workflow/test_records.py::test_diagnostics_round_trip_and_text",),
    "linear memory, 1 GiB": ("tests/engine/test_program.py::test_the_memory_limit",),
    "ANSI runs: a test, 30 s": ("tests/conformance/test_runner.py::test_a_test_that_hangs_is_stopped",),
    "ANSI runs: category, 2 min; all, 30 min": (
        "tests/conformance/test_command.py::test_a_run_and_its_comparison",
    ),
    "ANSI runs: alarm, 5 points": (
        "tests/conformance/test_baseline.py::test_a_fall_of_five_points_is_an_alarm",
    ),
}


def result_names(group: str) -> Iterator[re.Pattern[str]]:
    """What results of a group of benchmarks are called, from its source."""
    if group == "operations":
        source = (REPOSITORY / "clysm/bench/operations.lisp").read_text("utf-8")
        yield from (
            re.compile(re.escape(name)) for name in re.findall(r'\(define-operation "([^"]+)"', source)
        )
    source = (REPOSITORY / f"clysm/bench/{group}.py").read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.compile(re.escape(node.value))
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            text = "".join(re.escape(str(part)) if part is not None else "[^:]+" for part in parts)
            if any(isinstance(part, str) and len(part) > 5 for part in parts):
                yield re.compile(text)


def exists(reference: str) -> bool:
    """Whether there is such a test, check or result."""
    path, separator, name = reference.partition("::")
    if not separator:
        group, _, name = reference.partition("/")
        return group in GROUPS and any(pattern.fullmatch(name) for pattern in result_names(group))
    text = (REPOSITORY / path).read_text("utf-8")
    if path.endswith(".lisp"):
        return f'"{name}' in text
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in ast.parse(text).body)


def test_every_budget_has_a_benchmark_or_a_test(subtests: pytest.Subtests) -> None:
    for budget, references in BUDGETS.items():
        with subtests.test(budget=budget):
            assert references
            assert [reference for reference in references if not exists(reference)] == []


def test_every_exception_has_a_test_of_its_reason() -> None:
    assert [test for reason, test in PARTLY_HELD.values() if not reason or not exists(test)] == []
    assert cited().keys() >= PARTLY_HELD.keys()


@pytest.mark.parametrize(
    "reference", ["builds/no such thing", "nothing/loop", "tests/test_checklist.py::gone"]
)
def test_what_does_not_exist_is_told(reference: str) -> None:
    assert not exists(reference)


def test_there_is_no_compile_file() -> None:
    sources = (REPOSITORY / "clysm/lisp").rglob("*.lisp")
    assert not any("(defun compile-file " in path.read_text("utf-8") for path in sources)


def test_the_hard_limits() -> None:
    assert (SOURCE_LIMIT, MESSAGE_LIMIT, Limits().memory_bytes) == (16 << 20, 1000, 1 << 30)


def skips(path: Path) -> Iterator[tuple[int, bool]]:
    """Line of each skip, and whether it says why."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            keywords = {keyword.arg for keyword in node.keywords}
            if node.func.attr in ("skip", "xfail", "importorskip"):
                yield node.lineno, bool(node.args) or "reason" in keywords
            elif node.func.attr == "skipif":
                yield node.lineno, "reason" in keywords


# N54: a test is passed, failed, or skipped for a reason.
def test_every_skip_has_a_reason() -> None:
    found = [(path, *skip) for path in TESTS.rglob("*.py") for skip in skips(path)]
    assert found
    assert [f"{path}:{line}" for path, line, reason in found if not reason] == []


def test_no_test_needs_another_lisp() -> None:
    """Without any program on the path, the tests that compare with other Lisps are skipped, not failed."""
    users = ["tests/parity", "tests/host/test_forms.py", "tests/host/test_random_programs.py"]
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", *users]
    done = subprocess.run(
        [*command, "-k", "random_programs or literals or core or sbcl"],
        cwd=REPOSITORY, env={**os.environ, "PATH": ""}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert "is not installed" in done.stdout
    assert " passed" not in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
def test_no_test_reaches_the_network(address: tuple[str, int]) -> None:
    with socket.socket() as outside:
        outside.settimeout(1)
        with pytest.raises(PermissionError, match="tests need no network"):
            outside.connect(address)
