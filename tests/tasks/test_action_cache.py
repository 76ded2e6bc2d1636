"""doit and the action cache: what was built once is not compiled again, and nothing damaged is used."""

import json
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.builds import copy_project, digests, edit, executed
from tests.support.projects import PYPROJECT, REPOSITORY, SOURCES, make_project, run_doit
from tests.tasks.test_fixpoint import DODO, PROGRAM

ACTIONS = 19  # compiles of 4 + 6 + 6 modules, and 3 links
LOOP = "lisp/library/loop.lisp"

# The toy's worker, which writes down what it compiles and links; with the file `other` there, a Stage 1 that
# runs for the gate compiles to other bytes than before.
WORKER = f"""
import sys
from pathlib import Path
sys.path.insert(0, "{REPOSITORY}")
from tests.support import toy_compiler, toy_worker

class Logged(toy_compiler.ToyCompiler):
    def compile_module(self, source, options):
        with open("log", "a") as log:
            log.write(f"compile {{options['path']}}\\n")
        if Path("other").exists() and "--independent" in sys.argv:
            source += b"(defun another ())"
        return super().compile_module(source, options)

    def link(self, options):
        with open("log", "a") as log:
            log.write("link\\n")
        return super().link(options)

toy_worker.ToyCompiler = Logged
toy_worker.main()
"""


def settings(**changes: object) -> str:
    """The toy's settings with the logging worker."""
    text = re.sub(r"worker = .*", 'worker = ["{python}", "worker.py"]', PYPROJECT)
    return text + "".join(
        f"{name.replace('_', '-')} = {json.dumps(value)}\n" for name, value in changes.items()
    )


def project(root: Path, **changes: object) -> Path:
    return make_project(root, {"pyproject.toml": settings(**changes), "worker.py": WORKER})


def worked(root: Path) -> list[str]:
    """What the compilers did since the last call."""
    log = root / "log"
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return sorted(lines)


def build(root: Path, *arguments: str) -> str:
    result = run_doit(root, *(arguments or ("stage",)))
    assert result.returncode == 0, result.stdout
    return result.stdout


def wipe_build(root: Path) -> None:
    shutil.rmtree(root / "build")


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = project(tmp_path_factory.mktemp("toy"))
    build(root)
    assert len(worked(root)) == ACTIONS
    return root


@pytest.fixture
def built(pristine: Path, tmp_path: Path) -> Path:
    """A copy of a built project."""
    return copy_project(pristine, tmp_path / "p")


BRANCHES = {
    "body": ("lisp/compiler/writer.lisp", "(defun write-it () 2)", "(defun write-it () 22)"),
    "macro": ("lisp/compiler/packages.lisp", "(defmacro when-it (x) x)", "(defmacro when-it (x) (x))"),
    "library": (LOOP, "(defun loop-it () 5)", "(defun loop-it () 55)"),
    "host": ("host/evaluator.py", "# the toy's host", "# the toy's other host"),
}


@pytest.mark.parametrize("branch", BRANCHES)
def test_switching_branches_back_and_forth_compiles_each_once(built: Path, branch: str) -> None:
    path, old, new = BRANCHES[branch]
    first = digests(built)
    edit(built, path, old, new)
    build(built)
    assert worked(built)
    second = digests(built)
    for _ in range(2):
        edit(built, path, new, old)
        assert "from the cache" in build(built)
        assert (worked(built), digests(built)) == ([], first)
        assert "nothing to do" in build(built)
        edit(built, path, old, new)
        build(built)
        assert (worked(built), digests(built)) == ([], second)


def test_programs_are_compiled_and_linked_once_too(tmp_path: Path) -> None:
    root = project(tmp_path, systems=["app/app.asd"])
    (root / "app").mkdir()
    (root / "app/app.asd").write_text('(defsystem "app" :components ((:file "one") (:file "two")))')
    (root / "app/one.lisp").write_text('(print "one")\n')
    (root / "app/two.lisp").write_text('(print "two")\n')
    build(root, "program")
    assert [line for line in worked(root) if "app/" in line] == [
        "compile app/one.lisp", "compile app/two.lisp",
    ]  # fmt: skip
    edit(root, "app/one.lisp", '"one"', '"first"')
    build(root, "program")
    assert worked(root) == ["compile app/one.lisp", "link"]
    first = digests(root)
    edit(root, "app/one.lisp", '"first"', '"one"')
    build(root, "program")
    edit(root, "app/one.lisp", '"one"', '"first"')
    build(root, "program")
    wipe_build(root)
    build(root, "program")
    assert worked(root) == []
    compiler_only = {path for path in first if path.startswith(("build/stage2", "build/objects/2"))}
    assert digests(root) == {path: sha for path, sha in first.items() if path not in compiler_only}


def test_doit_clean_is_followed_by_no_compile(built: Path) -> None:
    before = digests(built)
    build(built, "clean", "system", "host", "module", "stage")
    assert digests(built) == {}
    assert f"({ACTIONS} from the cache)" in build(built)
    assert (worked(built), digests(built)) == ([], before)
    assert "nothing to do" in build(built)


def test_the_cache_may_be_wiped(built: Path) -> None:
    before = digests(built)
    shutil.rmtree(built / ".clysm-cache/actions")
    assert "nothing to do" in build(built)
    wipe_build(built)
    build(built)
    assert (len(worked(built)), digests(built)) == (ACTIONS, before)
    shutil.rmtree(built / ".clysm-cache")
    build(built)
    assert (len(worked(built)), digests(built)) == (ACTIONS, before)


def test_a_lost_database_compiles_nothing(built: Path) -> None:
    (built / ".clysm-cache/doit.sqlite3").unlink()
    for path in built.glob(".clysm-cache/doit.sqlite3-*"):
        path.unlink()
    assert len(executed(built)) > ACTIONS
    assert worked(built) == []


def test_reports_are_those_of_a_compile(built: Path) -> None:
    def reports() -> list[dict[str, object]]:
        found = []
        for stage in range(3):
            data = json.loads((built / f"build/reports/stage{stage}.json").read_text())
            found.append({name: value for name, value in data.items() if name not in ("run", "timestamp")})
        return found

    before = reports()
    wipe_build(built)
    build(built)
    assert reports() == before
    run = json.loads((built / "build/reports/stage1.json").read_text())["run"]
    assert (run["cache_hits"], run["module_ms"]) == (6, {})


@pytest.mark.parametrize("kind", ["ac", "cas"])
@pytest.mark.parametrize("damage", ["poison", "cut", "empty", "swap"])
def test_no_damaged_entry_is_used(built: Path, kind: str, damage: str) -> None:
    before = digests(built)
    paths = sorted((built / ".clysm-cache/actions" / kind).glob("*/*"))
    contents = [path.read_bytes() for path in paths]
    for number, (path, data) in enumerate(zip(paths, contents, strict=True)):
        bad = {"poison": data[:-2] + b"!!", "cut": data[: len(data) // 2], "empty": b""}
        path.write_bytes(contents[number - 1] if damage == "swap" else bad[damage])
    wipe_build(built)
    assert "damaged, dropped" in build(built)
    mended = kind == "cas"  # the image of stage 2, by the equal image of stage 1
    assert (len(worked(built)), digests(built)) == (ACTIONS - mended, before)
    wipe_build(built)
    assert "damaged" not in build(built)  # they were replaced
    assert (worked(built), digests(built)) == ([], before)


def test_a_failed_compile_is_not_kept(tmp_path: Path) -> None:
    root = project(tmp_path)
    good = (root / LOOP).read_text()
    for _ in range(2):
        (root / LOOP).write_text("(fail macro-error x)")
        assert run_doit(root, "stage:1").returncode == 1
        assert f"compile {LOOP}" in worked(root)
        (root / LOOP).write_text(good + "(call nowhere)")
        result = run_doit(root, "stage:1")
        assert "missing-function: `nowhere` is not defined" in result.stdout
        assert "link" in worked(root)


def test_an_edit_of_the_host_while_it_compiles_keeps_nothing(tmp_path: Path) -> None:
    worker = WORKER.replace("        source +=", "        pass\n            source +=").replace(
        "        return super().compile_module",
        "        if Path('edit').exists():\n"
        "            Path('host/evaluator.py').write_text('# edited')\n"
        "        return super().compile_module",
    )
    root = make_project(tmp_path, {"pyproject.toml": settings(), "worker.py": worker, "edit": ""})
    original = (root / "host/evaluator.py").read_text()
    run_doit(root, "module:0/lisp/compiler/packages.lisp")
    assert worked(root) == ["compile lisp/compiler/packages.lisp"]
    (root / "edit").unlink()
    (root / "host/evaluator.py").write_text(original)
    wipe_build(root)
    build(root, "module:0/lisp/compiler/packages.lisp")
    assert worked(root) == ["compile lisp/compiler/packages.lisp"]  # not taken from the doubtful compile


def test_the_limit_holds(tmp_path: Path) -> None:
    root = project(tmp_path, action_cache_mb=0)
    build(root)
    assert len(worked(root)) == ACTIONS
    assert not (root / ".clysm-cache/actions").exists()
    wipe_build(root)
    build(root)
    assert len(worked(root)) == ACTIONS


@pytest.mark.parametrize(
    "line",
    ["action-cache-mb = -1", "action-cache-mb = true", 'shared-cache-mode = "write"', "shared-cache = 1"],
)
def test_bad_settings_are_told(tmp_path: Path, line: str) -> None:
    root = make_project(tmp_path, {"pyproject.toml": f"{settings()}{line}\n"})
    result = run_doit(root, "list")
    assert result.returncode == 3
    assert f"bad value of `{line.split()[0]}` in [tool.clysm]" in result.stdout


# Shared


class Handler(BaseHTTPRequestHandler):
    """An HTTP cache that holds everything in memory, like bazel-remote at its simplest."""

    held: dict[str, bytes]

    def do_GET(self) -> None:
        data = self.held.get(self.path)
        self._answer(404 if data is None else 200, data or b"")

    def do_PUT(self) -> None:
        self.held[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, b"")

    def _answer(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, dict[str, bytes]]]:
    """The address of a server, and what it holds."""
    held: dict[str, bytes] = {}
    handler = type("OneHandler", (Handler,), {"held": held})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_address[1]}/clysm", held
        http.shutdown()
        thread.join()


@pytest.mark.parametrize("kind", ["http", "directory"])
def test_another_machine_compiles_nothing(
    tmp_path: Path, kind: str, server: tuple[str, dict[str, bytes]]
) -> None:
    (tmp_path / "shared").mkdir()
    place = server[0] if kind == "http" else str(tmp_path / "shared")
    one = project(tmp_path / "one", shared_cache=place, shared_cache_mode="read-write")
    build(one)
    assert len(worked(one)) == ACTIONS
    two = project(tmp_path / "two", shared_cache=place)
    assert f"({ACTIONS} from the cache)" in build(two)
    assert (worked(two), digests(two)) == ([], digests(one))


def test_reading_only_gives_nothing(tmp_path: Path, server: tuple[str, dict[str, bytes]]) -> None:
    address, held = server
    build(project(tmp_path, shared_cache=address))
    assert held == {}


def test_a_poisoned_server_costs_time_only(tmp_path: Path, server: tuple[str, dict[str, bytes]]) -> None:
    address, held = server
    one = project(tmp_path / "one", shared_cache=address, shared_cache_mode="read-write")
    build(one)
    for name in held:
        held[name] = held[name][:-1] + b"!"
    two = project(tmp_path / "two", shared_cache=address)
    assert f"action cache: {ACTIONS} damaged, dropped" in build(two)
    assert (len(worked(two)), digests(two)) == (ACTIONS, digests(one))


def test_a_server_that_is_down_is_told_and_does_not_stop_the_build(tmp_path: Path) -> None:
    root = project(tmp_path, shared_cache="http://127.0.0.1:9/")
    output = build(root)
    assert output.count("going on without the shared cache: `http://127.0.0.1:9`") == 1
    assert len(worked(root)) == ACTIONS


# The gate


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a verdict, and all its results in the action cache."""
    root = tmp_path_factory.mktemp("judged")
    make_project(root, {"pyproject.toml": settings(), "worker.py": WORKER, "dodo.py": DODO, **PROGRAM})
    assert "fixpoint: ACHIEVED" in build(root, "system", "host", "module", "stage", "fixpoint")
    return root


@pytest.fixture
def gate(judged: Path, tmp_path: Path) -> Path:
    root = copy_project(judged, tmp_path / "p")
    (root / "log").unlink(missing_ok=True)
    return root


def test_the_gate_compiles_stage_2_whatever_the_cache_holds(gate: Path) -> None:
    wipe_build(gate)
    build(gate, "stage")
    assert worked(gate) == []  # all is in the cache, the compile that the gate does among it
    build(gate, "fixpoint")
    compiled = worked(gate)
    modules = [f"compile {path}" for path in SOURCES]
    assert [line for line in compiled if line in modules] == sorted(modules)
    report = json.loads((gate / "build/reports/fixpoint.json").read_text())
    (check,) = (check for check in report["guard"] if check["check"] == "executed")
    assert (check["passed"], check["actual"]) == (
        True,
        "6 compiles, 1 links, 0 forbidden imports, 0 forbidden files",
    )


def test_a_stage_1_that_compiles_otherwise_is_not_hidden_by_the_cache(gate: Path) -> None:
    (gate / "other").write_text("")
    result = run_doit(gate, "fixpoint")
    assert result.returncode == 1
    assert "fixpoint: NOT_ACHIEVED" in result.stdout or "fixpoint: TRIVIAL" in result.stdout
    report = json.loads((gate / "build/reports/fixpoint.json").read_text())
    assert not report["comparison"]["identical"]


def test_the_gate_adds_nothing_to_the_cache(gate: Path) -> None:
    shutil.rmtree(gate / ".clysm-cache/actions")
    build(gate, "fixpoint")
    assert not (gate / ".clysm-cache/actions").exists()
