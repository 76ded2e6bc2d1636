"""What must not upset `clysm compile`: signals, full and read-only disks, hostile files and names, other
builds, and inputs of any size and depth. Every case has its exit status, and no file is ever half written.
"""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clysm.bootstrap import toolchain
from clysm.cli import compile as command
from clysm.cli.main import main
from clysm.workflow import modules, pipeline
from clysm.workflow.modules import SOURCE_LIMIT, SourceText
from tests.support.projects import environment, make_project
from tests.support.toy_compiler import ToyCompiler

OLD = b"an older program"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory inside a toy project, with an output of before."""
    make_project(tmp_path, {"src/a.lisp": '(print "a")', "src/b.lisp": '(print "b")', "out.wasm": OLD})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(toolchain, "open_session", lambda *arguments: ToyCompiler("hosted"))
    return tmp_path


def compile_json(
    capsys: pytest.CaptureFixture[str], *arguments: str, output: str = "out.wasm"
) -> dict[str, Any]:
    status = main(["compile", *arguments, "-o", output, "--json"])
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert data["exit_code"] == status
    return data


def start(root: Path, *arguments: str, before: Callable[[], None] | None = None) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.toy_clysm", "compile", *arguments],
        cwd=root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )


def finish(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def leftovers(root: Path) -> list[str]:
    """Temporary files that a write left behind."""
    return [str(path) for path in root.rglob("*.tmp")]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# Signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_finishes_the_module_and_keeps_what_is_compiled(home: Path, number: int) -> None:
    (home / "src/b.lisp").write_text("(wait 3)")
    (home / "src/c.lisp").write_text('(print "c")')
    process = start(home, "src/*.lisp", "-o", "out.wasm", "--json")
    wait_for(lambda: len(list((home / ".clysm-cache/objects").glob("*"))) >= 2)
    time.sleep(0.5)  # until the second module has begun
    process.send_signal(number)
    status, out, err = finish(process)
    data = json.loads(out)
    assert (status, data["exit_code"], data["output"]) == (2, 2, None)
    assert data["modules"] == {"total": 3, "compiled": 2, "failed": 0, "skipped": 1}
    assert [item["message"] for item in data["errors"]] == ["interrupted"]
    assert "finishing the module at hand" in err
    assert (home / "out.wasm").read_bytes() == OLD
    status, out, _ = finish(start(home, "src/*.lisp", "-o", "out.wasm"))
    assert status == 0
    assert [line.split(" ... ")[1].split(" ")[0] for line in out.splitlines() if line.startswith("[")] == [
        "CACHED", "CACHED", "OK",
    ]  # fmt: skip
    assert leftovers(home) == []


def test_a_second_interrupt_ends_at_once_and_frees_the_cache(home: Path) -> None:
    (home / "src/b.lisp").write_text("(hang)")
    process = start(home, "src/*.lisp", "-o", "out.wasm", "--json")
    wait_for(lambda: len(list((home / ".clysm-cache/objects").glob("*"))) >= 2)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    status, out, err = finish(process)
    assert time.monotonic() - begun < 5
    assert (status, json.loads(out)["exit_code"]) == (2, 2)
    assert "Traceback" not in err
    assert (home / "out.wasm").read_bytes() == OLD
    (home / "src/b.lisp").write_text("(defun b ())")
    status, _, err = finish(start(home, "src/*.lisp", "-o", "out.wasm", "-v"))
    assert (status, "another session" in err) == (0, False)


# I8: a kill leaves old files or new ones, two builds both succeed.
def test_a_kill_leaves_nothing_half_written(home: Path) -> None:
    (home / "src/b.lisp").write_text("(hang)")
    process = start(home, "src/*.lisp", "-o", "out.wasm")
    wait_for(lambda: len(list((home / ".clysm-cache/objects").glob("*"))) >= 2)
    process.kill()
    finish(process)
    assert (home / "out.wasm").read_bytes() == OLD
    (home / "src/b.lisp").write_text("(defun b ())")
    assert finish(start(home, "src/*.lisp", "-o", "out.wasm"))[0] == 0


# Disks


def test_a_file_system_without_room_for_the_output(home: Path) -> None:
    """No file may grow beyond 200 bytes, which is less than any program has."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))

    status, out, err = finish(start(home, "src/*.lisp", "-o", "out.wasm", "--json", before=limit))
    data = json.loads(out)
    assert (status, data["exit_code"], data["output"]) == (5, 5, None)
    assert "`out.wasm` cannot be written: File too large" in [item["message"] for item in data["errors"]]
    assert (home / "out.wasm").read_bytes() == OLD
    assert leftovers(home) == []
    assert "Traceback" not in err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB, if this user may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    try:
        made = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("mounting a tmpfs takes privileges that are not there")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk(home: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small_disk / "out.wasm").write_bytes(OLD)
    with (small_disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(4096))
    data = compile_json(
        capsys, "src/*.lisp", "--cache-dir", str(small_disk / "cache"), output=str(small_disk / "out.wasm")
    )
    assert data["exit_code"] == 5
    assert "No space left on device" in data["errors"][-1]["message"]
    assert (small_disk / "out.wasm").read_bytes() == OLD
    (small_disk / "filler").unlink()
    data = compile_json(capsys, "src/*.lisp", output=str(small_disk / "out.wasm"))
    assert data["exit_code"] == 0


def test_a_cache_that_cannot_be_written_costs_time_only(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "nocache").write_text("a file where a directory should be")
    data = compile_json(capsys, "src/*.lisp", "--cache-dir", "nocache/x")
    assert data["exit_code"] == 0
    assert (home / "out.wasm").read_bytes() != OLD


@pytest.mark.parametrize("output", ["src", "src/a.lisp/out.wasm", "/proc/clysm/out.wasm", "x" * 300])
def test_places_where_no_output_can_be(home: Path, capsys: pytest.CaptureFixture[str], output: str) -> None:
    data = compile_json(capsys, "src/b.lisp", output=output)
    assert (data["exit_code"], data["output"]) == (5, None)
    assert leftovers(home) == []


def test_an_output_with_a_long_name(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "漢" * 80 + ".wasm"
    assert compile_json(capsys, "src/b.lisp", output=name)["exit_code"] == 0
    assert (home / name).is_file()


def test_the_output_is_relative_to_the_working_directory(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home / "src")
    (home / "c.lisp").write_text('(print "c")')
    assert compile_json(capsys, "../c.lisp", "a.lisp", output="new.wasm")["output"] == "new.wasm"
    assert (home / "src/new.wasm").is_file()


def test_an_output_over_a_source_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = (home / "src/a.lisp").read_bytes()
    data = compile_json(capsys, "src/*.lisp", output="src/a.lisp")
    assert (data["exit_code"], data["output"]) == (3, None)
    assert (home / "src/a.lisp").read_bytes() == source


# Files


def test_a_file_that_changes_meanwhile_is_compiled_as_it_was_read(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = compile_json(capsys, "src/*.lisp", "--cache-dir", "one")["output_sha256"]
    read = modules.read_source

    def read_and_change(path: Path) -> SourceText:
        text = read(path)
        path.write_text("(fail macro-error x)\n")
        return text

    monkeypatch.setattr(pipeline, "read_source", read_and_change)
    assert compile_json(capsys, "src/*.lisp", "--cache-dir", "two")["output_sha256"] == before
    monkeypatch.undo()
    monkeypatch.chdir(home)
    monkeypatch.setattr(toolchain, "open_session", lambda *arguments: ToyCompiler("hosted"))
    assert compile_json(capsys, "src/*.lisp", "--cache-dir", "two")["exit_code"] == 2


def test_no_line_is_shown_of_a_file_that_changed(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = modules.read_source
    (home / "src/a.lisp").write_text("(fail macro-error x)\n")
    assert main(["compile", "src/a.lisp", "-o", "x.wasm"]) == 2
    assert "    1 | (fail macro-error x)" in capsys.readouterr().err

    def read_and_change(path: Path) -> SourceText:
        text = read(path)
        path.write_text("(defun other ())\n")
        return text

    monkeypatch.setattr(pipeline, "read_source", read_and_change)
    assert main(["compile", "src/a.lisp", "-o", "x.wasm"]) == 2
    err = capsys.readouterr().err
    assert "macro-error" in err
    assert "other" not in err


def test_links_in_circles(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "src/up").symlink_to(home / "src")
    (home / "src/self.lisp").symlink_to(home / "src/self.lisp")
    (home / "src/one.lisp").symlink_to(home / "src/two.lisp")
    (home / "src/two.lisp").symlink_to(home / "src/one.lisp")
    (home / "src/gone.lisp").symlink_to(home / "src/nowhere")
    (home / "src/again.lisp").symlink_to(home / "src/a.lisp")
    data = compile_json(capsys, "src/**/*.lisp")
    assert (data["exit_code"], data["modules"]["total"]) == (0, 2)
    assert compile_json(capsys, "src/self.lisp")["exit_code"] == 4


def test_what_is_no_file_is_no_source(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(home / "src/pipe.lisp")
    (home / "src/folder.lisp").mkdir()
    (home / "src/zero.lisp").symlink_to("/dev/zero")
    assert compile_json(capsys, "src/*.lisp")["modules"]["total"] == 2
    for name in ("src/pipe.lisp", "src/folder.lisp", "src/zero.lisp"):
        assert compile_json(capsys, name)["exit_code"] == 4


HOSTILE = [
    "-o.lisp", "--json.lisp", "a b.lisp", "*.lisp", "[ab].lisp", "?.lisp", 'q"uote.lisp', "back\\slash.lisp",
    "$(touch pwned).lisp", ";ls.lisp", "'.lisp", "漢字.lisp", "e\u0301.lisp", "x" * 200 + ".lisp", "a#1.lisp",
    "a:1:2.lisp", "%s%n.lisp", "{python}.lisp", "(a).lisp", "nil.lisp",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_names(home: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (home / "names").mkdir()
    (home / "names" / name).write_text('(print "x")')
    for _ in range(2):  # from the source, then from the cache
        data = compile_json(capsys, "names/*.lisp")
        assert (data["exit_code"], data["modules"]["compiled"]) == (0, 1)
    (home / "names" / name).write_text("(fail macro-error x)")
    assert [item["path"] for item in compile_json(capsys, "names/*.lisp")["errors"]] == [f"names/{name}"]
    assert compile_json(capsys, "--", f"./names/{name}")["exit_code"] == 3  # options stand before
    assert not (home / "pwned").exists()


@pytest.mark.parametrize("name", [b"\xff.lisp", b"new\nline.lisp", b"\x1b[2J.lisp", b"tab\t.lisp"])
def test_names_that_cannot_be_written_down_are_refused(
    home: Path, capsys: pytest.CaptureFixture[str], name: bytes
) -> None:
    place = os.fsencode(home) + b"/src/" + name
    with open(place, "w") as file:
        file.write('(print "x")')
    data = compile_json(capsys, "src/*.lisp")
    assert (data["exit_code"], data["modules"]["total"]) == (0, 2)
    assert ["name" in item["message"] for item in data["warnings"]] == [True]
    data = compile_json(capsys, os.fsdecode(b"src/" + name))
    assert (data["exit_code"], data["output"]) == (4, None)
    main(["compile", os.fsdecode(b"src/" + name), "-o", "x.wasm"])
    assert "\x1b" not in capsys.readouterr().err


# Other builds (I8)


def test_two_builds_at_once(home: Path) -> None:
    for number in range(6):
        (home / f"src/m{number}.lisp").write_text(f'(print "{number}")\n(wait 0.05)')
    both = [start(home, "src/*.lisp", "-o", f"{n}.wasm", "-v") for n in range(2)]
    assert [finish(process)[0] for process in both] == [0, 0]
    assert (home / "0.wasm").read_bytes() == (home / "1.wasm").read_bytes()
    status, out, _ = finish(start(home, "src/*.lisp", "-o", "2.wasm"))
    assert (status, "No changes detected" in out) == (0, True)
    assert (home / "2.wasm").read_bytes() == (home / "1.wasm").read_bytes()


# Size and depth


def test_fifty_megabytes_are_refused_at_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "src/b.lisp").write_bytes(b"(defun f () 1)\n" * (50_000_000 // 15))
    begun = time.monotonic()
    data = compile_json(capsys, "src/*.lisp")
    assert time.monotonic() - begun < 10
    assert (data["exit_code"], data["modules"]) == (1, {"total": 2, "compiled": 1, "failed": 1, "skipped": 0})
    (problem,) = data["errors"]
    assert (problem["category"], problem["path"]) == ("limit-exceeded", "src/b.lisp")
    assert f"{SOURCE_LIMIT >> 20} MiB" in problem["message"]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + ")" * 10_000,
        "(progn " * 10_000 + ")" * 10_000,
        "'" * 10_000 + "x",
        "#+" + "(not " * 10_000 + "x" + ")" * 10_000 + " y",
        "#+a " * 10_000 + "x " * 10_001,
        "#|" * 10_000 + "|#" * 10_000,
        '(defmacro m () "' + "\\\\" * 10_000 + '")',
        "(defstruct (a " + "(b " * 10_000 + ")" * 10_002,
        "`" + "(a ,(b `" * 3_000 + "c" + "))" * 3_000,
    ],
    ids=lambda text: text[:12],
)
def test_nesting_of_any_depth_is_scanned(home: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """The toy compiler takes anything that can be read; what is tested is all that stands before it."""
    (home / "src/b.lisp").write_text(text)
    data = compile_json(capsys, "src/*.lisp")
    assert (data["exit_code"], data["errors"]) == (0, [])


@pytest.mark.parametrize("text", ["(" * 10_000, ")" * 10_000, '"', "#|" * 10_000, "(a #<x>)", "\0", "\x1b"])
def test_text_that_ends_too_soon_or_means_nothing(
    home: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (home / "src/b.lisp").write_text(text)
    data = compile_json(capsys, "src/*.lisp")
    assert data["exit_code"] in (0, 1)
    assert data["modules"]["compiled"] >= 1


def test_our_own_mistakes_have_an_exit_status_too(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(command, "compile_session", fail)
    data = compile_json(capsys, "src/*.lisp")
    assert (data["exit_code"], data["status"]) == (2, "failure")
    assert "ZeroDivisionError: on purpose" in data["errors"][0]["message"]
    assert (home / "out.wasm").read_bytes() == OLD
