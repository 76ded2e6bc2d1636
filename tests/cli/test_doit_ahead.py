"""doit that is started before it is needed."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from clysm.cli.doit_ahead import imported
from tests.support.projects import environment

DODO = """
from doit.tools import run_once
import helper
from . import nothing
if True:
    import os

def task_say():
    return {"actions": [f"echo {helper.WORD} {open('data').read()} $CLYSM_TEST"], "verbosity": 2}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "dodo.py").write_text(DODO.replace("from . import nothing\n", ""))
    (tmp_path / "helper.py").write_text("from pathlib import Path\nWORD = 'one'\nPath('loaded').touch()\n")
    (tmp_path / "data").write_text("old")
    return tmp_path


def start(project: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Started, and its modules loaded."""
    process = subprocess.Popen(
        [sys.executable, "-m", "clysm.cli.doit_ahead", *arguments],
        cwd=project,
        env=environment(CLYSM_TEST="given"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + 2
    while not (project / "loaded").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    return process


def test_what_a_file_imports(tmp_path: Path) -> None:
    file = tmp_path / "dodo.py"
    assert list(imported(file)) == []
    file.write_text(DODO)
    assert list(imported(file)) == ["doit.tools", "helper", "os"]
    file.write_text(
        "if x:\n    import a, b\nelif y:\n    from c.d import e\nelse:\n    from . import f\nimport g\n"
    )
    assert list(imported(file)) == ["g", "a", "b", "c.d"]
    file.write_text("import (")
    assert list(imported(file)) == []


def test_it_runs_when_it_is_told_to(project: Path) -> None:
    process = start(project, "say")
    (project / "data").write_text("new")
    assert "one new given" in process.communicate("\n", timeout=10)[0]
    assert process.returncode == 0


def test_it_ends_if_it_is_not_told_to(project: Path) -> None:
    process = start(project, "say")
    assert process.communicate("", timeout=10)[0] == ""
    assert process.returncode == 0


def test_code_that_was_edited_meanwhile_is_loaded_anew(project: Path) -> None:
    process = start(project, "say")
    (project / "helper.py").write_text("WORD = 'another'\n")
    assert "another old given" in process.communicate("\n", timeout=10)[0]


@pytest.mark.parametrize("text", ["raise ValueError('no')", "import (", "import gone"])
def test_code_that_does_not_load_is_told_by_doit(project: Path, text: str) -> None:
    (project / "helper.py").write_text(text)
    process = start(project, "say")
    assert "helper.py" in process.communicate("\n", timeout=10)[0]
    assert process.returncode not in (0, None)


def test_its_status_is_that_of_doit(project: Path) -> None:
    process = start(project, "gone")
    assert "gone" in process.communicate("\n", timeout=10)[0]
    assert process.returncode == 3
