"""The `clysm` command: every option, every exit status, and what is printed and written each time (I13, N41).

The commands run in this process with the toy compiler in place of the real one.
"""

import io
import itertools
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from clysm.bootstrap import toolchain
from clysm.bootstrap.module_results import DIAGNOSTIC_TABLE
from clysm.cli import run as run_module
from clysm.cli.compile import compile_files
from clysm.cli.main import main
from clysm.engine.abi import AbiReply, Options
from clysm.engine.limits import Limits
from clysm.engine.program import ExitKind, ExitStatus, run_program
from clysm.engine.world import HostWorld
from clysm.workflow.patterns import expand
from clysm.workflow.progress import ProgressInfo
from clysm.workflow.schema import SHA256, Integer, ListOf, Nullable, OneOf, Record, Text, problems
from clysm.workflow.session import CompilationOptions
from clysm.workflow.states import Phase
from tests.support.projects import make_project, run_clysm
from tests.support.toy_compiler import ToyCompiler

JSON_TABLE = Record(
    {
        "schema_version": Integer(1, 1),
        "status": OneOf(("success", "partial", "failure")),
        "exit_code": Integer(0, 5),
        "modules": Record({key: Integer() for key in ("total", "compiled", "failed", "skipped")}),
        "errors": ListOf(DIAGNOSTIC_TABLE),
        "warnings": ListOf(DIAGNOSTIC_TABLE),
        "output": Nullable(Text()),
        "output_size": Nullable(Integer(1)),
        "output_sha256": Nullable(SHA256),
        "compiler": Nullable(Text()),
        "duration_ms": Integer(),
    }
)
VERDICT = {
    "timestamp": "2025-12-27T12:00:00Z", "diff_bytes": 0, "stage1_size": 8, "stage2_size": 8,
    "stage1_sha256": "a" * 64, "stage2_sha256": "a" * 64, "sources_sha256": "b" * 64, "git_commit": None,
}  # fmt: skip
PROGRAM = {
    "src/base.lisp": "(defmacro twice (x) x)\n(defun helper ())\n",
    "src/user.lisp": '(use twice)\n(twice 1)\n(call helper)\n(print "user")\n',
    "src/other.lisp": '(defun other ())\n(print "other")\n',
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory inside a toy project, whose compiler is the toy."""
    make_project(tmp_path, PROGRAM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(toolchain, "open_session", lambda *arguments: ToyCompiler("hosted"))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """Run with --json; the one object on stdout, checked."""
    status, out, _ = run(capsys, *arguments, "--json")
    data: dict[str, Any] = json.loads(out)
    assert problems(data, JSON_TABLE) == ()
    assert data["exit_code"] == status
    counts = data["modules"]
    assert counts["total"] == counts["compiled"] + counts["failed"] + counts["skipped"]
    assert (data["output"] is None) == (data["output_sha256"] is None) == (data["output_size"] is None)
    return data


def test_compile_and_run(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "compile", "src/*.lisp", "-o", "out/program.wasm")
    assert (status, err) == (0, "")
    lines = [line.rsplit(" (", 1)[0] if line.startswith("[") else line for line in out.splitlines()]
    assert lines == [
        "Compiling 3 modules...",
        "[1/3] src/base.lisp ... OK",
        "[2/3] src/other.lisp ... OK",
        "[3/3] src/user.lisp ... OK",
        "Compilation complete: 3/3 modules, 0 errors",
        f"Output: out/program.wasm ({(home / 'out/program.wasm').stat().st_size} bytes)",
    ]


FAILING = {"src/base.lisp": "(fail macro-error x)\n(defmacro twice (x) x)"}
ALL_FAILING = FAILING | {"src/other.lisp": "(fail macro-error x)"}
CYCLE = {"src/base.lisp": "(defmacro a ()) (b)", "src/user.lisp": "(defmacro b ()) (a)"}


# I5: what a callback sees is a path through the phases, with every module once.
@pytest.mark.parametrize(
    ("changes", "runs", "last", "modules"),
    [
        ({}, 1, Phase.DONE, ["compiled", "compiled", "compiled"]),
        ({}, 2, Phase.DONE, ["compiled", "compiled", "compiled"]),
        (FAILING, 1, Phase.DONE, ["failed", "compiled", "skipped"]),
        (ALL_FAILING, 1, Phase.COMPILING, ["failed", "failed", "skipped"]),
        (CYCLE, 1, Phase.ANALYZING, ["pending", "pending", "pending"]),
    ],
)  # fmt: skip
def test_progress_is_a_path_through_the_phases(
    home: Path, changes: dict[str, str], runs: int, last: Phase, modules: list[str]
) -> None:
    for path, text in changes.items():
        (home / path).write_text(text)
    patterns = ("src/*.lisp",)
    for _ in range(runs):
        seen: list[ProgressInfo] = []
        options = CompilationOptions("a.wasm", False, False, True, ".clysm-cache", seen.append, {})
        outcome = compile_files(patterns, expand(patterns, home), options).outcome
    assert outcome is not None
    phases = [phase for phase, _ in itertools.groupby(seen, key=lambda info: info.phase)]
    assert phases == list(Phase)[1 : list(Phase).index(last) + 1]
    percentages = [info.percentage for info in seen]
    assert percentages == sorted(percentages)
    assert (percentages[-1] == 100.0) == (last is Phase.DONE)
    assert outcome.session.failed_phase == (None if last is Phase.DONE else last)
    assert [module.status.value for module in outcome.session.modules] == modules
    told = [info.current_path for info in seen if info.phase is Phase.COMPILING and info.current_module]
    assert sorted(told) == ([] if last is Phase.ANALYZING else sorted(PROGRAM))


def test_the_cache_changes_nothing_but_time(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = run_json(capsys, "compile", "src/*.lisp", "-o", "a.wasm")
    status, out, _ = run(capsys, "compile", "src/*.lisp", "-o", "b.wasm")
    assert status == 0
    assert "[1/3] src/base.lisp ... CACHED" in out
    assert "No changes detected" in out
    assert (home / "a.wasm").read_bytes() == (home / "b.wasm").read_bytes()
    forced = run(capsys, "compile", "src/*.lisp", "-o", "c.wasm", "--force")[1]
    assert "CACHED" not in forced
    elsewhere = run(capsys, "compile", "src/*.lisp", "-o", "c.wasm", "--cache-dir", "other")[1]
    assert "CACHED" not in elsewhere
    assert (home / "other/compilation-cache.sexp").exists()
    again = run_json(capsys, "compile", "src/*.lisp", "-o", "a.wasm")
    assert {**first, "duration_ms": 0} == {**again, "duration_ms": 0}


def test_an_unchanged_program_is_not_linked_again(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "src/user.lisp").write_text("(call nowhere)\n")
    first = run_json(capsys, "compile", "src/*.lisp", "-o", "a.wasm")
    linked: list[Options] = []
    link = ToyCompiler.link

    def noted_link(self: ToyCompiler, options: Options) -> AbiReply:
        linked.append(options)
        return link(self, options)

    monkeypatch.setattr(ToyCompiler, "link", noted_link)
    again = run_json(capsys, "compile", "src/*.lisp", "-o", "b.wasm")
    assert {**first, "duration_ms": 0, "output": ""} == {**again, "duration_ms": 0, "output": ""}
    assert [warning["category"] for warning in again["warnings"]] == ["missing-function"]
    assert (home / "a.wasm").read_bytes() == (home / "b.wasm").read_bytes()
    assert linked == []
    for path in (home / ".clysm-cache/actions/cas").rglob("*"):
        if path.is_file():
            path.write_bytes(b"damaged")
    assert (
        run_json(capsys, "compile", "src/*.lisp", "-o", "b.wasm")["output_sha256"] == first["output_sha256"]
    )
    assert len(linked) == 1
    run(capsys, "compile", "src/*.lisp", "-o", "b.wasm", "--force")
    assert len(linked) == 2


# N38: `src/base.lisp` is the first file, and not all that follow need it.
def test_only_what_changed_is_compiled(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")
    (home / "src/base.lisp").write_text(
        PROGRAM["src/base.lisp"].replace("(defun helper ())", "(defun helper (x))")
    )
    out = run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")[1]
    assert [line.split(" ... ")[1].split(" ")[0] for line in out.splitlines() if line.startswith("[")] == [
        "OK",
        "CACHED",
        "CACHED",
    ]
    (home / "src/base.lisp").write_text(PROGRAM["src/base.lisp"].replace("(x) x", "(x) y"))
    out = run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")[1]
    assert [line.split(" ... ")[1].split(" ")[0] for line in out.splitlines() if line.startswith("[")] == [
        "OK",
        "CACHED",
        "OK",
    ]


def test_a_damaged_cache_means_a_rebuild(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")
    for path in (home / ".clysm-cache/objects").iterdir():
        path.write_bytes(b"junk")
    assert "CACHED" not in run(capsys, "compile", "src/*.lisp", "-o", "b.wasm")[1]
    (home / ".clysm-cache/compilation-cache.sexp").write_text("(((")
    status, out, err = run(capsys, "compile", "src/*.lisp", "-o", "b.wasm", "-v")
    assert status == 0
    assert "CACHED" not in out
    assert "the cache is not readable" in err
    assert (home / "a.wasm").read_bytes() == (home / "b.wasm").read_bytes()


def printed(path: Path) -> list[str]:
    """The lines that a program prints."""
    out = io.BytesIO()
    run_program(path.read_bytes(), HostWorld(io.BytesIO(), out, io.BytesIO()), Limits(seconds=10))
    return out.getvalue().decode().splitlines()


# I8: the table of situations. A cache that is useless is told of with -v, and replaced.
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (":version 1", ":version 2"),
        (':project-root "/', ':project-root "/elsewhere/'),
        (":modules", ")"),
        (":timestamp", "\xff"),
        ("(:version", ""),
        ("", None),  # there is none
    ],
)
def test_a_useless_cache_is_told_and_replaced(
    home: Path, capsys: pytest.CaptureFixture[str], old: str, new: str | None
) -> None:
    file = home / ".clysm-cache/compilation-cache.sexp"
    run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")
    good = file.read_bytes()
    for options, warnings in ((["-v"], 1), ([], 0)):
        if new is None:
            file.unlink()
        else:
            file.write_bytes(good.replace(old.encode(), new.encode("latin-1"), 1))
        status, out, err = run(capsys, "compile", "src/*.lisp", "-o", "b.wasm", *options)
        assert (status, "CACHED" in out, err.count("warning: ")) == (0, False, warnings)
        assert "No changes detected" in run(capsys, "compile", "src/*.lisp", "-o", "b.wasm")[1]
    assert (home / "a.wasm").read_bytes() == (home / "b.wasm").read_bytes()


def test_what_is_missing_of_the_cache_is_made_again_and_nothing_else(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")
    text = (home / ".clysm-cache/compilation-cache.sexp").read_text()
    kept = re.findall(r':(?:object|interface) "(\w+)"', text[text.index("src/base") :])[:2]
    for name in kept:
        (home / ".clysm-cache/objects" / name).unlink()
        out = run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")[1]
        assert re.findall(r"\.\.\. (\w+)", out) == ["OK", "CACHED", "CACHED"]


def test_the_program_is_what_the_patterns_match_now(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    objects, text = home / ".clysm-cache/objects", home / ".clysm-cache/compilation-cache.sexp"
    run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")
    (home / "src/new.lisp").write_text('(print "new")\n')
    run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")
    assert printed(home / "a.wasm") == ["new", "other", "user"]
    run(capsys, "compile", "src/[!n]*.lisp", "-o", "a.wasm")
    assert printed(home / "a.wasm") == ["other", "user"]
    count = len(list(objects.iterdir()))
    (home / "src/new.lisp").unlink()
    out = run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")[1]
    assert "No changes detected" in out
    assert printed(home / "a.wasm") == ["other", "user"]
    assert "src/new.lisp" not in text.read_text()
    assert len(list(objects.iterdir())) < count


def test_force_writes_what_it_does_not_read(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")
    for path in (home / ".clysm-cache/objects").iterdir():
        path.write_bytes(b"junk")
    assert "CACHED" not in run(capsys, "compile", "src/*.lisp", "-o", "b.wasm", "--force")[1]
    assert "No changes detected" in run(capsys, "compile", "src/*.lisp", "-o", "b.wasm")[1]


# What each option of `clysm compile` changes in a run that has compiled all but `src/bad.lisp` before:
# options, status, what it says and what it does not, other than without the option.
OPTIONS: list[tuple[list[str], int, str, str]] = [
    (["-o", "q.wasm"], 1, "Output: q.wasm", "Output: p.wasm"),
    (["-oq.wasm"], 1, "Output: q.wasm", "Output: p.wasm"),
    (["--output", "q.wasm"], 1, "Output: q.wasm", "Output: p.wasm"),
    (["--output=q.wasm"], 1, "Output: q.wasm", "Output: p.wasm"),
    (["-v"], 1, "compiler: hosted", ""),
    (["--verbose"], 1, "compiler: hosted", ""),
    (["-f"], 1, "OK (", "CACHED"),
    (["--force"], 1, "OK (", "CACHED"),
    (["-c"], 1, "", ""),  # which is so without it
    (["--continue"], 1, "", ""),
    (["--no-continue"], 2, "SKIPPED (stopped)", "Output: p.wasm"),
    (["--cache-dir", "other"], 1, "OK (", "CACHED"),
    (["--json"], 1, '"schema_version": 1', "Compiling"),
    (["--no-progress"], 1, "", "Compiling"),
    (["-h"], 0, "usage: clysm compile", "Compilation complete"),
    (["--help"], 0, "usage: clysm compile", "Compilation complete"),
    (["-V"], 0, "clysm 0.", "Compilation complete"),
    (["--version"], 0, "clysm 0.", "Compilation complete"),
]


@pytest.mark.parametrize(
    ("options", "status", "said", "unsaid"), OPTIONS, ids=[case[0][0] for case in OPTIONS]
)
def test_each_option_acts(
    home: Path, capsys: pytest.CaptureFixture[str], options: list[str], status: int, said: str, unsaid: str
) -> None:
    (home / "src/bad.lisp").write_text("(fail macro-error x)\n")
    run(capsys, "compile", "**/src/*.lisp", "-o", "p.wasm")
    usual = run(capsys, "compile", "**/src/*.lisp", "-o", "p.wasm")[1]
    found, out, _ = run(capsys, "compile", "**/src/*.lisp", "-o", "p.wasm", *options)
    assert found == status
    assert (said in out, said in usual) == (True, not said)
    assert not unsaid or (unsaid in out, unsaid in usual) == (False, True)
    assert bool(said or unsaid) != (out == usual)


def test_every_option_is_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    listed = re.findall(r"(?:^  |, )(--?[\w-]+)", run(capsys, "compile", "--help")[1], re.MULTILINE)
    assert {options[0].split("=")[0] for options, *_ in OPTIONS} - {"-oq.wasm"} == set(listed)


# N40: users of a module that failed are skipped and say why, the others are compiled and linked.
@pytest.mark.parametrize(
    ("broken", "status", "said", "lines"),
    [
        ("a", 2, {"a": "FAILED", "b": "needs a", "c": "needs a", "d": "needs a"}, None),
        ("b", 1, {"a": "OK", "b": "FAILED", "c": "OK", "d": "needs b"}, ["a", "c"]),
        ("c", 1, {"a": "OK", "b": "OK", "c": "FAILED", "d": "needs c"}, ["a", "b"]),
        ("d", 1, {"a": "OK", "b": "OK", "c": "OK", "d": "FAILED"}, ["a", "b", "c"]),
    ],
)
def test_a_diamond_with_a_failure(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    broken: str,
    status: int,
    said: dict[str, str],
    lines: list[str] | None,
) -> None:
    (home / "four").mkdir()
    for name, uses in {"a": "", "b": "a", "c": "a", "d": "bc"}.items():
        text = "".join(f"(use m{used})\n(m{used} 1)\n" for used in uses)
        wrong = "(fail macro-error x)\n" if name == broken else ""
        (home / f"four/{name}.lisp").write_text(f'{text}{wrong}(defmacro m{name} () 1)\n(print "{name}")\n')
    found, out, err = run(capsys, "compile", "four/*.lisp", "-o", "p.wasm")
    done = re.findall(r"four/(\w)\.lisp \.\.\. (?:SKIPPED \()?(\w+(?: four/\w)?)", out)
    assert {name: words.replace("four/", "") for name, words in done} == said
    assert (found, err.count("macro-error: ")) == (status, 1)
    assert (printed(home / "p.wasm") if lines else lines) == lines
    assert (home / "p.wasm").exists() == (lines is not None)


def test_order_of_patterns_does_not_matter(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")
    run(capsys, "compile", "src/user.lisp", "src/other.lisp", "./src/base.lisp", "-ob.wasm", "-f")
    assert (home / "a.wasm").read_bytes() == (home / "b.wasm").read_bytes()


def test_a_partial_program(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "src/base.lisp").write_text("(fail macro-error x)\n" + PROGRAM["src/base.lisp"])
    status, out, err = run(capsys, "compile", "src/*.lisp", "--output=a.wasm")
    assert status == 1
    assert "[1/3] src/base.lisp ... FAILED" in out
    assert "[3/3] src/user.lisp ... SKIPPED (needs src/base.lisp)" in out
    assert "Compilation complete: 1/3 modules, 1 errors" in out
    assert err.startswith("error: src/base.lisp:1:1\n  macro-error: `x` does not compile")
    assert (home / "a.wasm").exists()
    data = run_json(capsys, "compile", "src/*.lisp", "-o", "b.wasm")
    assert (data["status"], data["exit_code"], data["output"]) == ("partial", 1, "b.wasm")
    assert data["modules"] == {"total": 3, "compiled": 1, "failed": 1, "skipped": 1}


@pytest.mark.parametrize(
    ("changes", "arguments", "category"),
    [
        ({"src/base.lisp": "(fail macro-error x)"}, ["--no-continue"], "macro-error"),
        (dict.fromkeys(PROGRAM, "(fail macro-error x)"), [], "macro-error"),
        (
            {"src/base.lisp": "(defmacro a ()) (b)", "src/user.lisp": "(defmacro b ()) (a)"},
            [],
            "dependency-cycle",
        ),
    ],
)
def test_failure_leaves_the_output_alone(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, str],
    arguments: list[str],
    category: str,
) -> None:
    (home / "a.wasm").write_bytes(b"old")
    for path, text in changes.items():
        (home / path).write_text(text)
    data = run_json(capsys, "compile", "src/*.lisp", "-o", "a.wasm", *arguments)
    assert (data["exit_code"], data["output"]) == (2, None)
    assert data["errors"][0]["category"] == category
    assert (home / "a.wasm").read_bytes() == b"old"


# I13: stdout, stderr and the output file at each status; what `--json` says at each is tested below.
@pytest.mark.parametrize(
    ("arguments", "status", "out", "err", "written"),
    [
        (["src/*.lisp"], 0, "Output: a.wasm", "", True),
        (["src/other.lisp", "bad.lisp"], 1, "Output: a.wasm", "error: bad.lisp:1:1\n  macro-error: ", True),
        (["bad.lisp"], 2, "Compilation complete: 0/1 modules, 1 errors", "error: bad.lisp:1:1\n", False),
        (["src/*.lisp", "bad.lisp", "--no-continue"], 2, "FAILED", "error: bad.lisp:1:1\n", False),
        (["src/*.lisp", "--nonsense"], 3, "", "clysm: error: ", False),
        (["gone.lisp"], 4, "", "`gone.lisp`", False),
        (["src/*.lisp", "--output=src"], 5, "[3/3] src/user.lisp ... OK", "`src` ", False),
    ],
)
def test_every_status_of_compile(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    out: str,
    err: str,
    written: bool,
) -> None:
    (home / "bad.lisp").write_text("(fail macro-error x)")
    (home / "a.wasm").write_bytes(b"old")
    found = run(capsys, "compile", "-o", "a.wasm", *arguments)
    assert found[0] == status
    assert out in found[1]
    assert (found[1] == "") == (out == "")
    assert err in found[2]
    assert (found[2] == "") == (err == "")
    assert ((home / "a.wasm").read_bytes() != b"old") == written
    assert ("Output: " in found[1]) == written


@pytest.mark.parametrize(
    "arguments",
    [
        ["compile"],
        ["compile", "a.lisp"],
        ["compile", "-o", "x"],
        ["compile", "a.lisp", "-o", "x", "--continue", "--no-continue"],
        ["compile", "a.lisp", "-o", "x", "--colour"],
        ["compile", "a.lisp", "-o", ""],
        ["compile", "a.lisp", "-o", "x", "--verb"],
        ["nothing"],
        ["fixpoint", "-j", "0"],
        ["run"],
        ["diff", "a"],
    ],
)
def test_bad_arguments(home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (3, "")
    assert err.startswith("clysm: error: ")
    if arguments[0] == "compile":
        assert run_json(capsys, *arguments)["exit_code"] == 3


@pytest.mark.parametrize("patterns", [["gone.lisp"], ["*.cl"], ["src/user.lisp", "gone.lisp"]])
def test_no_match(home: Path, capsys: pytest.CaptureFixture[str], patterns: list[str]) -> None:
    data = run_json(capsys, "compile", *patterns, "-o", "a.wasm")
    assert (data["exit_code"], data["output"]) == (4, None)
    assert not (home / "a.wasm").exists()


def test_a_pattern_without_match_beside_others_warns(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = run_json(capsys, "compile", "src/other.lisp", "*.cl", "-o", "a.wasm")
    assert data["exit_code"] == 0
    assert [item["message"] for item in data["warnings"]] == ["no file matches `*.cl`"]


def test_an_output_that_cannot_be_written(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "directory").mkdir()
    data = run_json(capsys, "compile", "src/other.lisp", "-o", "directory")
    assert (data["exit_code"], data["status"], data["output"]) == (5, "failure", None)
    (home / "file").write_text("")
    assert run(capsys, "compile", "src/other.lisp", "-o", "file/a.wasm")[0] == 5


def test_fifty_modules_in_one_command(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "many").mkdir()
    for number in range(50):
        used = f"(m{(number - 1) // 2})" if number else ""
        (home / f"many/m{number}.lisp").write_text(f"(defmacro m{number} ())\n{used}\n")
    data = run_json(capsys, "compile", "many/*.lisp", "-o", "a.wasm")
    assert (data["exit_code"], data["modules"]["compiled"]) == (0, 50)


def test_a_system(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "src/my.asd").write_text(
        '(defsystem my :components ((:file "base") (:file "user" :depends-on ("base"))))'
    )
    data = run_json(capsys, "compile", "src/my.asd", "-o", "a.wasm")
    assert (data["exit_code"], data["modules"]["compiled"]) == (0, 2)
    (home / "src/base.lisp").unlink()
    data = run_json(capsys, "compile", "src/my.asd", "src/other.lisp", "-o", "a.wasm")
    assert (data["exit_code"], data["modules"]) == (1, {"total": 2, "compiled": 1, "failed": 0, "skipped": 1})
    assert [(item["category"], item["path"], item["line"]) for item in data["errors"]] == [
        ("missing-module", "src/my.asd", 1)
    ]


def test_no_progress_and_verbose(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "compile", "src/*.lisp", "-o", "a.wasm", "--no-progress")[1]
    assert out.splitlines()[0] == "Compilation complete: 3/3 modules, 0 errors"
    out = run(capsys, "compile", "src/*.lisp", "-o", "a.wasm", "--verbose")[1]
    assert "  compiler: hosted" in out
    assert "  src/user.lisp: 4/4 forms" in out
    assert "from the cache, needs src/base.lisp" in out


def test_an_undefined_function_is_a_warning_with_its_place(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "src/other.lisp").write_text("(defun f ())\n  (call nowhere)\n")
    data = run_json(capsys, "compile", "src/other.lisp", "-o", "a.wasm")
    assert data["exit_code"] == 0
    (warning,) = data["warnings"]
    assert (warning["category"], warning["path"], warning["line"], warning["column"]) == (
        "missing-function", "src/other.lisp", 2, 3,
    )  # fmt: skip


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("clysm 0.1.0")
    for arguments in ([], ["--help"], ["compile", "-h"]):
        assert main(arguments) == 0
        assert "usage: clysm" in capsys.readouterr().out


def test_run_passes_output_and_status_on(home: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (home / "src/other.lisp").write_text('(print "hello")\n(exit 7)\n')
    assert main(["run", "src/other.lisp"]) == 7
    assert capfdbinary.readouterr().out == b"hello\n"
    assert main(["compile", "src/other.lisp", "-o", "p.wasm", "--no-progress"]) == 0
    capfdbinary.readouterr()
    assert main(["run", "p.wasm", "--", "argument", "--option"]) == 7
    assert capfdbinary.readouterr().out == b"hello\n"


@pytest.mark.parametrize(
    ("options", "granted"),
    [([], ["."]), (["--dir", "src"], ["src"]), (["--dir", "src", "--dir", "host"], ["src", "host"])],
)
def test_run_grants_directories(
    home: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], granted: list[str]
) -> None:
    worlds: list[HostWorld] = []

    def program(image: bytes, world: HostWorld, cache: object) -> ExitStatus:
        worlds.append(world)
        return ExitStatus(0, ExitKind.EXIT)

    monkeypatch.setattr(run_module, "run_program", program)
    assert main(["run", *options, "--cache-dir", "kept", "src/other.lisp", "argument"]) == 0
    assert worlds[0].directories == tuple((home / place).resolve() for place in granted)
    assert worlds[0].arguments == ("argument",)
    assert (home / "kept/compilation-cache.sexp").exists()
    assert not (home / ".clysm-cache").exists()


def test_the_gate_without_stages(home: Path) -> None:
    """In a process of its own, as the gate forbids the import of the host."""
    done = run_clysm(home, "fixpoint")
    assert (done.returncode, "fixpoint: ERROR" in done.stdout.splitlines()) == (3, True)
    done = run_clysm(home, "fixpoint", "--json")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (3, "ERROR")


def test_the_history_of_the_gate(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "fixpoint", "--history") == (0, "", "")
    assert json.loads(run(capsys, "fixpoint", "--history", "--json")[1]) == []
    (home / "build/reports").mkdir(parents=True)
    lines = [json.dumps({**VERDICT, "status": status}) for status in ("TRIVIAL", "ACHIEVED")]
    (home / "build/reports/history.jsonl").write_text("\n".join(lines) + "\n")
    status, out, _ = run(capsys, "fixpoint", "--history")
    assert (status, re.findall("[A-Z]{5,}", out)) == (0, ["TRIVIAL", "ACHIEVED"])
    found = json.loads(run(capsys, "fixpoint", "--history", "--json")[1])
    assert [entry["status"] for entry in found] == ["TRIVIAL", "ACHIEVED"]


@pytest.mark.parametrize(
    ("file", "content", "status", "message"),
    [
        ("gone.lisp", None, 4, "`gone.lisp` does not exist"),
        ("bad.lisp", b"(fail macro-error x)", 2, "`bad.lisp` does not compile"),
        ("bad.wasm", b"junk", 2, "clysm: error: "),
    ],
)
def test_run_fails_before_the_program_starts(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    content: bytes | None,
    status: int,
    message: str,
) -> None:
    if content is not None:
        (home / file).write_bytes(content)
    found, _, err = run(capsys, "run", file)
    assert found == status
    assert message in err


def test_diff(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "compile", "src/other.lisp", "-o", "a.wasm")
    run(capsys, "compile", "src/base.lisp", "-o", "b.wasm")
    assert run(capsys, "diff", "a.wasm", "a.wasm")[:2] == (
        0,
        f"identical, {os.path.getsize('a.wasm')} bytes\n",
    )
    status, out, _ = run(capsys, "diff", "a.wasm", "b.wasm")
    assert status == 1
    assert "functions only in 1" in out
    (home / "junk").write_text("junk")
    for other in ("gone", "junk"):
        status, _, err = run(capsys, "diff", "a.wasm", other)
        assert status == 2
        assert err.startswith("clysm: error: ")


def test_a_project_without_any_stage_has_no_repl(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "repl")
    assert status == 2
    assert "run `doit stage:1`" in err


def test_errors_show_their_line_and_are_summed_up(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "src/base.lisp").write_text("(defun f ())\n  (fail macro-error x)\n(fail macro-error x)\n")
    (home / "src/user.lisp").write_text("(use twice)\n")
    (home / "src/other.lisp").write_text("(fail type-error y)\n")
    status, _, err = run(capsys, "compile", "src/*.lisp", "-o", "a.wasm")
    assert status == 2
    assert err.startswith(
        "error: src/base.lisp:2:3\n  macro-error: `x` does not compile\n"
        "    2 |   (fail macro-error x)\n      |   ^\n"
    )
    assert err.endswith(
        "3 root causes:\n"
        "  macro-error `x`: 2 errors in 1 module\n"
        "    first at src/base.lisp:2:3: `x` does not compile\n"
        "    fix the macro; its definition's position is attached\n"
        "  type-error `y`: 1 error in 1 module\n"
        "    first at src/other.lisp:1:1: `y` does not compile\n"
        "    correct the operand; expected and actual types are attached\n"
        "  unsupported-macro `twice`: 1 error in 1 module\n"
        "    first at src/user.lisp:1:1: the macro `twice` is not known\n"
        "    add the macro to the library module\n"
    )


def test_colours_are_for_terminals(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "src/other.lisp").write_text("(fail type-error y)\n")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" not in run(capsys, "compile", "src/other.lisp", "-o", "a.wasm")[2]
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert "\x1b[1;31merror:\x1b[0m" in run(capsys, "compile", "src/other.lisp", "-o", "a.wasm")[2]
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as changed:
            changed.setenv(name, value)
            assert "\x1b" not in run(capsys, "compile", "src/other.lisp", "-o", "a.wasm")[2]


def test_a_system_and_an_installed_one(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: Any
) -> None:
    installed = tmp_path_factory.mktemp("installed")
    (installed / "lib").mkdir()
    (installed / "lib/lib.asd").write_text('(defsystem lib :components ((:file "l")))')
    (installed / "lib/l.lisp").write_text('(defmacro from-lib () 1)\n(print "lib")\n')
    (home / "app.asd").write_text(
        '(defsystem app :depends-on (lib) :serial t :components ((:file "a") (:file "b")))\n'
        '(defsystem app/tests :depends-on (app gone) :components ((:file "t")))\n'
    )
    (home / "a.lisp").write_text("(use from-lib)\n(defmacro from-a () 1)\n")
    (home / "b.lisp").write_text('(use from-a)\n(print "app")\n')
    monkeypatch.setenv("CL_SOURCE_REGISTRY", f"{installed}//:")
    status, out, err = run(capsys, "compile", "app.asd", "-o", "a.wasm")
    assert (status, err) == (0, "")
    assert [line.split()[1] for line in out.splitlines() if line.startswith("[")] == [
        "common-lisp/lib/l.lisp", "a.lisp", "b.lisp",
    ]  # fmt: skip
    assert "No changes detected" in run(capsys, "compile", "app.asd", "-o", "a.wasm")[1]
    run(capsys, "compile", "src/other.lisp", "-o", "b.wasm")  # which leaves what is compiled of others
    assert "No changes detected" in run(capsys, "compile", "app.asd", "-o", "a.wasm")[1]
    (installed / "lib/l.lisp").write_text("(fail macro-error z)")
    status, out, err = run(capsys, "compile", "app.asd", "-o", "a.wasm")
    assert status == 2
    assert "[2/3] a.lisp ... SKIPPED (needs common-lisp/lib/l.lisp)" in out
    assert "    1 | (fail macro-error z)" in err
    monkeypatch.delenv("CL_SOURCE_REGISTRY")
    data = run_json(capsys, "compile", "app.asd", "-o", "a.wasm")
    assert [(e["path"], e["line"], e["column"], e["operator"]) for e in data["errors"]] == [
        ("app.asd", 1, 29, "lib")
    ]
    assert data["modules"] == {"total": 2, "compiled": 0, "failed": 0, "skipped": 2}
    assert str(installed) not in (home / ".clysm-cache/compilation-cache.sexp").read_text()
