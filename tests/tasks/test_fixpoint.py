"""The gate as a task: when it runs, what it judges, and what doit's exit status says."""

import json
from pathlib import Path

import pytest

from clysm.workflow.atomic import is_temporary, temporary_beside
from tests.support.builds import copy_project, report
from tests.support.projects import REPOSITORY, make_project, run_doit

# The build of the repository, with the gate's floors lowered to what a toy can reach.
DODO = (REPOSITORY / "dodo.py").read_text() + (
    "\nimport sys\nimport tasks.fixpoint\n"
    f'tasks.fixpoint.GATE = [sys.executable, "{REPOSITORY}/tests/support/toy_gate.py", "--follow"]\n'
)
PROGRAM = {"corpus/hello.lisp": ';; rows: 3\n(print "hello")\n', "corpus/hello.out": "hello\n"}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy project after a complete successful build."""
    root = make_project(tmp_path_factory.mktemp("toy"), {"dodo.py": DODO, **PROGRAM})
    result = run_doit(root)
    assert result.returncode == 0, result.stdout
    assert "fixpoint: ACHIEVED" in result.stdout
    return root


@pytest.fixture
def project(pristine: Path, tmp_path: Path) -> Path:
    return copy_project(pristine, tmp_path / "p")


def status(root: Path, name: str) -> str:
    data = json.loads((root / f"build/reports/{name}.json").read_text())
    return str(data["status"] if name == "fixpoint" else data["fixpoint_status"])


def test_an_achieved_verdict_stands_until_something_changes(project: Path) -> None:
    assert "nothing to do" in run_doit(project).stdout
    assert (status(project, "stage1"), status(project, "stage2")) == ("ACHIEVED", "ACHIEVED")
    (project / "corpus/hello.out").write_text("goodbye\n")
    result = run_doit(project)
    assert result.returncode == 1
    assert "fixpoint: TRIVIAL" in result.stdout
    (project / "corpus/hello.out").write_text("hello\n")
    assert run_doit(project).returncode == 0


def test_named_it_always_runs(project: Path) -> None:
    found = []
    for _ in range(2):
        result = run_doit(project, "fixpoint", SOURCE_DATE_EPOCH="1000")
        assert result.returncode == 0
        assert "compiles 6 modules again" in result.stdout
        found.append([{**report(project, name), "run": None} for name in ("stage2", "fixpoint")])
    assert found[0] == found[1], "I10: with a fixed clock reports differ in `run` only"
    assert found[0][1]["timestamp"] == "1970-01-01T00:16:40Z"
    assert len((project / "build/reports/history.jsonl").read_text().splitlines()) == 3
    assert "nothing to do" in run_doit(project).stdout


def test_a_doctored_stage_2_is_judged_when_named_and_mended_otherwise(project: Path) -> None:
    image = project / "build/stage2.wasm"
    good = image.read_bytes()
    offset = good.rindex(b"\x0b") - 3
    image.write_bytes(good[:offset] + bytes([good[offset] ^ 1]) + good[offset + 1 :])
    result = run_doit(project, "fixpoint")
    assert result.returncode == 1
    assert f"first at offset {offset}" in result.stdout
    assert status(project, "fixpoint") == "NOT_ACHIEVED"
    result = run_doit(project)
    assert result.returncode == 0, result.stdout
    assert image.read_bytes() == good
    assert status(project, "fixpoint") == "ACHIEVED"


def test_the_summary(project: Path) -> None:
    text = (project / "build/reports/summary.txt").read_text()
    assert text.splitlines() == [
        "stage 0: success, 4/4 modules, 14/14 forms, 100.00%, 0 skipped, build/stage0.wasm (375 bytes)",
        "stage 1: success, 6/6 modules, 21/21 forms, 100.00%, 0 skipped, build/stage1.wasm (480 bytes)",
        "stage 2: success, 6/6 modules, 21/21 forms, 100.00%, 0 skipped, build/stage2.wasm (480 bytes)",
        "fixpoint: ACHIEVED",
        "  host parity: 4 core objects identical",
        "  corpus: 1/1 programs",
    ]
    assert run_doit(project, "report").stdout.startswith(text)


def test_the_real_gate_finds_the_toy_trivial(project: Path) -> None:
    (project / "dodo.py").write_text((REPOSITORY / "dodo.py").read_text())
    result = run_doit(project, "fixpoint")
    assert result.returncode == 1
    assert "fixpoint: TRIVIAL" in result.stdout


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_the_gate_works_on_as_much_at_a_time_as_doit(project: Path, jobs: str) -> None:
    with (project / "dodo.py").open("a") as dodo:
        dodo.write('tasks.fixpoint.GATE = [sys.executable, "-c", "import sys; print(*sys.argv[1:])"]\n')
    assert "--jobs " + jobs in run_doit(project, "-n", jobs, "fixpoint").stdout


def test_the_gate_makes_its_stage_2_while_the_build_makes_the_other(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    root = make_project(tmp_path / "p", {"dodo.py": DODO, **PROGRAM})
    said = run_doit(root, "-n", "2", "-v", "2").stdout
    assert "fixpoint: ACHIEVED" in said
    assert (
        said.index("\ngeneration: ") < said.index("compiles 6 modules again") < said.index("\nfixpoint: ACH")
    )
    assert len((root / "build/reports/history.jsonl").read_text().splitlines()) == 1
    assert "nothing to do" in run_doit(root, "-n", "2").stdout


FAILING = """
import tasks.stages
from doit.exceptions import TaskFailed

link = tasks.stages.link
tasks.stages.link = lambda stage: TaskFailed("no") if stage == 2 else link(stage)
"""
KILLED = """
import tasks.fixpoint
from tasks.run import run

generate = tasks.fixpoint.generate


def generate_and_kill():
    generate()
    run().gate_ahead._process.kill()
    run().gate_ahead._process.wait()


tasks.fixpoint.generate = generate_and_kill
"""


def test_a_gate_that_is_not_needed_leaves_nothing(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"dodo.py": FAILING + DODO, **PROGRAM})
    result = run_doit(root, "-n", "2")
    assert result.returncode == 1
    assert "SKIPPED fixpoint (needs stage:2)" in result.stdout
    assert not (root / "build/reports/fixpoint.json").exists()
    assert not [path for path in (root / "build").iterdir() if is_temporary(path)]


def test_a_gate_that_was_killed_while_it_waited_is_started_anew(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"dodo.py": KILLED + DODO, **PROGRAM})
    result = run_doit(root, "-n", "2")
    assert result.returncode == 0, result.stdout
    assert "fixpoint: ACHIEVED" in result.stdout


def test_what_a_killed_gate_left_is_removed_by_the_next_build(project: Path) -> None:
    left = temporary_beside(project / "build/gate")
    (left / "cache").mkdir(parents=True)
    (left / "cache/file").write_text("x")
    (project / ".clysm-cache/running").write_bytes(b"x")  # the mark of a build that was killed
    run_doit(project)
    assert not left.exists()
