"""The gate end to end, on a toy compiler: it can say yes, and no in each of its ways (I13, I14)."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clysm.workflow.atomic import is_temporary
from tests.support.projects import (
    PYPROJECT,
    REPOSITORY,
    SOURCES,
    environment,
    make_project,
    run_clysm,
    run_doit,
)

PROGRAM = {
    "corpus/hello.lisp": ';; rows: 3\n(print "hello")\n(exit 3)\n',
    "corpus/hello.out": "hello\n",
    "corpus/hello.status": "3",
}
NONDETERMINISTIC = {"lisp/library/loop.lisp": SOURCES["lisp/library/loop.lisp"] + "(host-dependent)\n"}


def gate(root: Path) -> "subprocess.CompletedProcess[str]":
    """Run the gate with floors that a toy can reach."""
    return subprocess.run(
        [sys.executable, str(REPOSITORY / "tests/support/toy_gate.py")],
        cwd=root,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )


def report(root: Path, name: str = "fixpoint") -> dict[str, Any]:
    data: dict[str, Any] = json.loads((root / f"build/reports/{name}.json").read_text())
    return data


def built(root: Path, changes: dict[str, str]) -> Path:
    make_project(root, changes)
    result = run_doit(root, "stage")
    assert result.returncode == 0, result.stdout
    return root


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy project with all stages built; tests work on copies."""
    return built(tmp_path_factory.mktemp("toy"), PROGRAM)


@pytest.fixture
def project(pristine: Path, tmp_path: Path) -> Path:
    shutil.copytree(pristine, tmp_path / "p")
    return tmp_path / "p"


def test_achieved(project: Path) -> None:
    result = gate(project)
    assert result.returncode == 0, result.stdout + result.stderr
    data = report(project)
    assert data["status"] == "ACHIEVED"
    assert [check["check"] for check in data["guard"]] == [
        "modules", "forms", "definitions", "size", "executed", "independent", "corpus",
    ]  # fmt: skip
    assert data["corpus"] == {"total": 1, "passed": 1, "failures": []}
    assert data["host_parity"]["identical"] is True
    assert data["stage2"]["path"] == "build/stage2.wasm"
    assert (report(project, "stage1")["fixpoint_status"], report(project, "stage2")["fixpoint_status"]) == (
        "ACHIEVED",
    ) * 2
    assert report(project, "stage0")["fixpoint_status"] == "PENDING"
    history = (project / "build/reports/history.jsonl").read_text().splitlines()
    assert [json.loads(line)["status"] for line in history] == ["ACHIEVED"]
    assert not [path for path in (project / "build").iterdir() if is_temporary(path)]


def test_without_a_stage_2_on_disk_the_new_one_is_judged(project: Path) -> None:
    (project / "build/stage2.wasm").unlink()
    assert gate(project).returncode == 0
    assert report(project)["stage2"]["path"] == "build/gate/stage2.wasm"


def flip(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(data)


def test_a_flipped_byte_in_stage_2_is_found_and_named(project: Path) -> None:
    image = project / "build/stage2.wasm"
    offset = image.read_bytes().rindex(b"\x0b") - 3  # within the last function's constant
    flip(image, offset)
    result = gate(project)
    assert result.returncode == 1
    data = report(project)
    assert data["status"] == "NOT_ACHIEVED"
    assert data["comparison"]["first_diff_offset"] == offset
    assert data["comparison"]["diff_bytes"] == 1
    assert f"first at offset {offset}" in result.stdout


def test_two_stages_that_differ(tmp_path: Path) -> None:
    project = built(tmp_path, {**PROGRAM, **NONDETERMINISTIC})
    result = gate(project)
    assert result.returncode == 1
    data = report(project)
    assert data["status"] == "NOT_ACHIEVED"
    assert data["comparison"]["function_diff"]["changed"] == ["host-dependent"]
    assert data["comparison"]["function_diff"]["first"]["name"] == "host-dependent"
    assert "function host-dependent, instruction 0" in result.stdout


def test_host_parity_is_reported_and_does_not_decide(tmp_path: Path) -> None:
    core = {"lisp/compiler/main.lisp": SOURCES["lisp/compiler/main.lisp"] + "(host-dependent)\n"}
    project = built(tmp_path, {**PROGRAM, **core})
    gate(project)
    parity = report(project)["host_parity"]
    assert (parity["identical"], parity["compared"], parity["differing"]) == (
        False,
        4,
        ["lisp/compiler/main.lisp"],
    )
    assert parity["first"]["path"] == "lisp/compiler/main.lisp"


def drop_report(root: Path) -> None:
    (root / "build/reports/stage1.json").unlink()


def change_source(root: Path) -> None:
    (root / "lisp/library/loop.lisp").write_text("(defun other ())")


def change_host(root: Path) -> None:
    (root / "host/evaluator.py").write_text("# changed\n")


def remove_module(root: Path) -> None:
    (root / "lisp/compiler/writer.lisp").unlink()


def break_system(root: Path) -> None:
    (root / "lisp/toy.asd").write_text("(defsystem")


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (lambda root: (root / "build/stage0.wasm").unlink(), "stage0"),
        (lambda root: (root / "build/stage1.wasm").unlink(), "stage1"),
        (lambda root: flip(root / "build/stage1.wasm", 100), "stage1"),
        (lambda root: (root / "build/stage1.wasm").write_bytes(b"\0asm"), "stage1"),
        (drop_report, "stage1"),
        (change_source, "stage1"),
        (change_host, "stage0"),
        (remove_module, "system"),
        (break_system, "system"),
    ],
)
def test_a_missing_prerequisite_is_an_error(project: Path, damage: Callable[[Path], None], kind: str) -> None:
    damage(project)
    assert gate(project).returncode == 3
    data = report(project)
    assert (data["status"], data["exit_code"], data["error"]["type"]) == ("ERROR", 3, kind)
    assert data["comparison"] is None


def test_a_truncated_stage_2_is_no_image(project: Path) -> None:
    image = project / "build/stage2.wasm"
    image.write_bytes(image.read_bytes()[:200])
    assert gate(project).returncode == 2
    assert report(project)["error"]["type"] == "validation"


def test_the_engine_must_be_there(project: Path) -> None:
    script = (
        "import sys, importlib.util; real = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *a: None if name == 'wasmtime' else real(name, *a)\n"
        "from tests.support.toy_gate import main; sys.exit(main())"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=project, env=environment(), capture_output=True, timeout=60
    )
    assert result.returncode == 3
    assert report(project)["error"]["type"] == "engine"


EMPTY_MODULE = b"\0asm\1\0\0\0"
CONSTANT_WORKER = """import sys
from clysm.engine.abi import AbiReply, Status
from tests.support import toy_worker
from tests.support.toy_compiler import ToyCompiler
compile_module = ToyCompiler.compile_module
CONSTANT = ToyCompiler("", macros={}).compile_module(b"(defun constant ())", {"path": "constant.lisp"})

def compile_a_constant(self, source, options):
    reply = compile_module(self, source, options)
    return AbiReply(reply.status, CONSTANT.output, reply.interface, reply.diagnostics)

ToyCompiler.compile_module = compile_a_constant
toy_worker.main()
"""


def test_two_empty_stubs_are_no_stages(project: Path) -> None:
    for stage in (1, 2):
        (project / f"build/stage{stage}.wasm").write_bytes(EMPTY_MODULE)
        path = project / f"build/reports/stage{stage}.json"
        data = json.loads(path.read_text())
        digest = hashlib.sha256(EMPTY_MODULE).hexdigest()
        data["binary"] = {**data["binary"], "sha256": digest, "size_bytes": len(EMPTY_MODULE)}
        path.write_text(json.dumps(data))
    result = gate(project)
    data = report(project)
    assert (result.returncode, data["status"]) == (1, "NOT_ACHIEVED"), result.stdout
    assert data["comparison"]["identical"] is False


def test_a_compiler_that_answers_with_a_constant_is_trivial(tmp_path: Path) -> None:
    """Its stages are equal, byte for byte, and hold nothing of their sources."""
    pyproject = PYPROJECT.replace(f"{REPOSITORY}/tests/support/toy_worker.py", f"{tmp_path}/worker.py")
    project = built(tmp_path, {**PROGRAM, "pyproject.toml": pyproject, "worker.py": CONSTANT_WORKER})
    assert gate(project).returncode == 1
    data = report(project)
    assert (data["status"], data["comparison"]["identical"]) == ("TRIVIAL", True)
    assert [check["check"] for check in data["guard"] if not check["passed"]] == ["definitions", "corpus"]


# N44: a skipped form is an error, as a failed one is.
@pytest.mark.parametrize("form", ["(fail unsupported-macro loop)", "(skip-me)", "(call nowhere)", "(crash)"])
def test_a_stage_2_that_cannot_be_made(project: Path, form: str) -> None:
    """Stage 1 is made to look current although the module does not compile: as if only Stage 1 failed
    on it.
    """
    source = project / "lisp/library/loop.lisp"
    source.write_text(source.read_text() + form + "\n")
    claim_current_sources(project)
    assert gate(project).returncode == 2
    data = report(project)
    assert (data["status"], data["error"]["type"]) == ("ERROR", "generation")
    stage2 = report(project, "stage2")
    assert stage2["status"] == "failure"
    assert stage2["fail_count"] + stage2["skipped_count"] > 0
    assert stage2["fixpoint_status"] == "ERROR"


def claim_current_sources(project: Path) -> None:
    from clysm.bootstrap.project import load_project
    from clysm.bootstrap.stage_report import sources_sha256
    from clysm.workflow.digests import sha256_file

    loaded = load_project(project)
    path = project / "build/reports/stage1.json"
    data = json.loads(path.read_text())
    data["sources_sha256"] = sources_sha256((m, sha256_file(project / m)) for m in loaded.modules(1))
    path.write_text(json.dumps(data))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"corpus/hello.out": "goodbye\n"}, "line 1 is `hello`, expected `goodbye`"),
        ({"corpus/hello.status": "0"}, "status 3, expected 0"),
        ({"corpus/hello.status": "no number"}, "its expected output or status is missing"),
        ({"corpus/hello.lisp": ";; rows: 3\n(fail macro-error x)"}, "does not compile: `x` does not compile"),
        ({"corpus/hello.lisp": ";; rows: 3\n(crash)"}, "killed by signal 9"),
    ],
)
def test_a_wrong_corpus_answer_is_trivial(project: Path, changes: dict[str, str], problem: str) -> None:
    for path, text in changes.items():
        (project / path).write_text(text)
    result = gate(project)
    assert result.returncode == 1
    data = report(project)
    assert (data["status"], data["corpus"]["failures"]) == ("TRIVIAL", ["hello"])
    assert [check["check"] for check in data["guard"] if not check["passed"]] == ["corpus"]
    assert f"program hello: {problem}" in result.stdout or problem in result.stdout


def test_equal_but_small_images_are_trivial(project: Path) -> None:
    """With the real floors, the toy is far too small: `clysm fixpoint` says so, as text and as JSON."""
    result = run_clysm(project, "fixpoint", "--json")
    assert result.returncode == 1
    data = json.loads(result.stdout)
    assert data == report(project)
    assert data["status"] == "TRIVIAL"
    failed = [check["check"] for check in data["guard"] if not check["passed"]]
    assert failed == ["modules", "forms", "definitions", "size", "corpus"]
    history = run_clysm(project, "fixpoint", "--history")
    assert history.returncode == 0
    assert "TRIVIAL" in history.stdout
    assert len(json.loads(run_clysm(project, "fixpoint", "--history", "--json").stdout)) == 1


def test_the_gate_refuses_to_run_beside_the_host(project: Path) -> None:
    (project / "clysm_host_first.py").write_text(
        "import sys, types; sys.modules['clysm.host'] = types.ModuleType('clysm.host')"
    )
    script = "import clysm_host_first, sys; from clysm.cli.main import main; sys.exit(main(['fixpoint']))"
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 3
    assert "the Python host is already imported" in result.stderr
