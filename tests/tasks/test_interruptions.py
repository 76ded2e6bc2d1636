"""Builds that are killed, interrupted, edited while they run, or doubled (I7, I8)."""

import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.builds import digests, executed
from tests.support.projects import SOURCES, make_project, run_doit, start_doit

LOOP = "lisp/library/loop.lisp"
HANG = {LOOP: SOURCES[LOOP] + "(hang)\n"}


@pytest.fixture(scope="module")
def clean(built_stages: Path) -> dict[str, str]:
    """The hashes of an undisturbed build."""
    return digests(built_stages)


def wait_for(path: Path, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} does not appear"
        time.sleep(0.02)


def workers_of(root: Path) -> list[str]:
    """Processes whose working directory is the project."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve() == root.resolve():
                found.append(process.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_build_leaves_no_process_and_is_picked_up(
    tmp_path: Path, clean: dict[str, str], number: signal.Signals
) -> None:
    root = make_project(tmp_path, HANG)
    process = start_doit(root, "stage")
    wait_for(root / "build/objects/1/lisp/library/lists.json")
    time.sleep(0.5)
    process.send_signal(number)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == (-9 if number == signal.SIGKILL else 128 + number)
    assert "Traceback" not in output
    deadline = time.monotonic() + 5
    while workers_of(root) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers_of(root) == []
    (root / LOOP).write_text(SOURCES[LOOP])
    ran = executed(root)
    assert not any(name.startswith("module:0/") for name in ran)
    assert digests(root) == clean


def test_an_edit_during_the_compile_fails_the_task_and_is_built_next(tmp_path: Path) -> None:
    slow = SOURCES["lisp/compiler/writer.lisp"] + "(wait 2)\n"
    root = make_project(tmp_path, {"lisp/compiler/writer.lisp": slow})
    process = start_doit(root, "stage:0")
    wait_for(root / "build/objects/0/lisp/compiler/packages.json")
    time.sleep(1)
    (root / "lisp/compiler/writer.lisp").write_text(
        SOURCES["lisp/compiler/writer.lisp"] + "(defun edited ())\n"
    )
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "input changed during the build: lisp/compiler/writer.lisp" in output
    assert "module:0/lisp/compiler/writer.lisp" in executed(root, "stage:0")
    assert b"edited" in (root / "build/stage0.wasm").read_bytes()


def test_two_builds_at_once(tmp_path: Path, clean: dict[str, str]) -> None:
    root = make_project(tmp_path)
    both: list[subprocess.Popen[str]] = [start_doit(root, "stage") for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert digests(root) == clean
    assert executed(root) == []


def test_a_module_that_hangs_is_stopped(tmp_path: Path) -> None:
    root = make_project(tmp_path, HANG)
    text = (root / "pyproject.toml").read_text().replace("worker-seconds = 20", "worker-seconds = 2")
    (root / "pyproject.toml").write_text(text)
    result = run_doit(root, "stage:1")
    assert result.returncode == 1
    assert "limit-exceeded: the worker gave no answer within 2 s" in result.stdout


def test_a_read_only_build_directory_is_told(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    (root / "build").write_text("a file where a directory should be")
    result = run_doit(root, "stage:0")
    assert result.returncode != 0
    assert "build" in result.stdout
    shutil.rmtree(root / ".clysm-cache")
