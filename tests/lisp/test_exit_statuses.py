"""What `clysm run` ends with and writes, for real programs and each way in which they end (I13)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.images import image_bytes
from tests.lisp.workbench import Workbench
from tests.support.projects import run_clysm

PROGRAM = """
(format t "begun ~S~%" *command-line-arguments*)
(defun outer (x) (list (inner x)))
(defun inner (x) (if (eq x :error) (error "no ~A" x) (exit 7)))
(outer (if (equal *command-line-arguments* '("error")) :error :exit))
"""


@pytest.fixture(scope="module")
def programs(workbench: Workbench, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a program, one that traps, and one that is none."""
    folder = tmp_path_factory.mktemp("programs")
    (folder / "program.wasm").write_bytes(workbench.build([("program.lisp", PROGRAM)]))
    (folder / "trap.wasm").write_bytes(image_bytes(start="unreachable"))
    (folder / "junk.wasm").write_bytes(b"junk")
    return folder


@pytest.mark.parametrize(
    ("arguments", "status", "out", "err"),
    [
        (["program.wasm"], 7, "begun NIL\n", ()),
        (["program.wasm", "a b", "ü"], 7, 'begun ("a b" "ü")\n', ()),
        (["program.wasm", "error"], 1, 'begun ("error")\n', ("no ERROR", "backtrace:", ": outer\n")),
        (["trap.wasm"], 70, "", ("trap", "unreachable")),
        (["junk.wasm"], 2, "", ("clysm: error: ",)),
        (["--nonsense"], 3, "", ("clysm: error: ",)),
        (["gone.wasm"], 4, "", ("clysm: error: ", "`gone.wasm`")),
    ],
)
def test_every_status_of_run(
    programs: Path, arguments: list[str], status: int, out: str, err: tuple[str, ...]
) -> None:
    done = run_clysm(programs, "run", *arguments)
    assert (done.returncode, done.stdout) == (status, out), done.stderr
    assert [text for text in err if text not in done.stderr] == []
    assert (done.stderr == "") == (err == ())
