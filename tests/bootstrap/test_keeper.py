"""Workers that outlive a build: which come back, which are killed, and that they compile as new ones do."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import pytest

from clysm.bootstrap import pool as pool_module
from clysm.bootstrap.keeper import Keeper, borrower
from clysm.bootstrap.pool import Compiler, Worker, WorkerFailed, WorkerPool, WorkerSettings
from clysm.bootstrap.wire import write_message
from clysm.engine.abi import Status
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.feeder import STAGE_LINK, Interface
from tests.support.projects import REPOSITORY, environment

STAGE = Compiler("stage0.wasm", sha256_bytes(b"image"))
HOSTED = Compiler(None, "0" * 64)
MACRO, USER = b"(defmacro m (x) x) (defun f)", b"(use m) (call f) (host-dependent)"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkerSettings:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    (tmp_path / "stage0.wasm").write_bytes(b"image")
    (tmp_path / "tools").mkdir()
    program = shutil.copy(REPOSITORY / "tests/support/toy_worker.py", tmp_path / "tools")
    return WorkerSettings((sys.executable, str(program)), tmp_path, str(tmp_path / "cache"), 1 << 40, 20.0)


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    with Keeper() as opened:
        yield opened


Build = Callable[[], WorkerPool]


@pytest.fixture
def build(keeper: Keeper, settings: WorkerSettings) -> Build:
    """Makes the pool of another build that the keeper invites."""
    return lambda: invited(keeper, settings)


def invited(keeper: Keeper, settings: WorkerSettings) -> WorkerPool:
    return WorkerPool(settings, borrower(str(keeper.invite().detach())))


def compiled(worker: Worker, number: int = 1) -> bytes:
    """A module with a macro, its user, and the image of both."""
    base = worker.compile("base.lisp", MACRO, (), {})
    user = worker.compile(
        f"user{number}.lisp",
        USER,
        (Interface("base.lisp", sha256_bytes(base.interface), base.interface),),
        {},
    )
    assert (base.status, user.status) == (Status.OK, Status.OK)
    return base.output + user.output + worker.link((base.output, user.output), STAGE_LINK, {}).output


def used(pool: WorkerPool, compiler: Compiler = STAGE) -> int:
    """The process that a build uses for a compile."""
    with pool, pool.worker(compiler) as worker:
        compiled(worker)
        return worker.pid


def has_ended(process: int, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):  # gone before the file was opened, or read
            return True
        time.sleep(0.02)
    return False


def test_a_worker_serves_one_build_after_the_other(build: Build) -> None:
    assert len({used(build()) for _ in range(3)}) == 1


def test_a_used_worker_makes_the_bytes_of_a_new_one(build: Build, settings: WorkerSettings) -> None:
    with WorkerPool(settings) as pool, pool.worker(STAGE) as fresh:
        expected = {number: compiled(fresh, number) for number in (1, 2)}
    for number in (1, 1, 2, 1):
        with build() as pool, pool.worker(STAGE) as worker:
            assert compiled(worker, number) == expected[number]


def test_what_a_worker_holds_is_not_sent_again(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    used(build())
    sent: list[int] = []

    def note(stream: IO[bytes], header: dict[str, Any], blobs: Sequence[bytes]) -> None:
        sent.append(len(blobs))
        write_message(stream, header, blobs)

    monkeypatch.setattr(pool_module, "write_message", note)
    used(build())
    assert sent == [0, 1, 1, 2]  # hello, a source each, two objects


def test_builds_at_once_have_workers_of_their_own(build: Build) -> None:
    with build() as one, build() as two, one.worker(STAGE) as first, two.worker(STAGE) as second:
        pids = {first.pid, second.pid}
    assert len(pids) == 2
    assert used(build()) in pids


def test_only_workers_of_the_newest_compiler_are_kept(build: Build, settings: WorkerSettings) -> None:
    first = used(build())
    (settings.directory / "stage0.wasm").write_bytes(b"another image")
    second = used(build(), Compiler("stage0.wasm", sha256_bytes(b"another image")))
    assert second != first
    assert has_ended(first)
    (settings.directory / "stage0.wasm").write_bytes(b"image")
    assert used(build()) not in (first, second)
    assert has_ended(second)


def test_within_a_build_too(build: Build, settings: WorkerSettings) -> None:
    (settings.directory / "stage1.wasm").write_bytes(b"image")
    with build() as pool:
        with pool.worker(STAGE) as first:
            pass
        with pool.worker(replace(STAGE, image="stage1.wasm")) as second:
            pass
        assert has_ended(first.pid)
    assert used(build(), second.compiler) == second.pid


def test_a_worker_of_edited_code_is_replaced(build: Build, settings: WorkerSettings) -> None:
    first = used(build())
    with Path(settings.command[-1]).open("a") as program:
        program.write("\n")
    second = used(build())
    assert second != first
    assert has_ended(first)
    assert used(build()) == second


def test_a_grown_worker_is_not_kept(keeper: Keeper, settings: WorkerSettings) -> None:
    small = replace(settings, memory_bytes=1)
    first = used(invited(keeper, small))
    assert has_ended(first)
    assert used(invited(keeper, small)) != first


def test_a_worker_that_died_meanwhile_is_replaced(build: Build) -> None:
    first = used(build())
    os.kill(first, signal.SIGKILL)
    assert has_ended(first)
    assert used(build()) != first


def test_a_worker_that_dies_tells_how(build: Build) -> None:
    with build() as pool:
        with (
            pytest.raises(WorkerFailed, match="killed by signal 9") as caught,
            pool.worker(STAGE) as worker,
        ):
            worker.compile("a.lisp", b"(crash)", (), {})
        assert caught.value.tail == "the toy crashes"
        with pool.worker(STAGE) as other:
            assert other.pid != worker.pid
            compiled(other)


def test_a_worker_that_hangs_is_stopped(keeper: Keeper, settings: WorkerSettings) -> None:
    with (
        invited(keeper, replace(settings, seconds=1.0)) as pool,
        pytest.raises(WorkerFailed, match="no answer within 1 s"),
        pool.worker(STAGE) as worker,
    ):
        worker.compile("a.lisp", b"(hang)", (), {})
    assert has_ended(worker.pid)


def test_a_worker_in_the_middle_of_a_compile_is_not_kept(build: Build) -> None:
    pool = build()
    failures: list[WorkerFailed] = []

    def work() -> None:
        try:
            with pool.worker(STAGE) as worker:
                worker.compile("a.lisp", b"(hang)", (), {})
        except WorkerFailed as failure:
            failures.append(failure)

    thread = threading.Thread(target=work)
    thread.start()
    while not pool.workers():
        time.sleep(0.01)
    time.sleep(0.3)
    (busy,) = pool.workers()
    pool.close()
    thread.join(5)
    assert failures
    assert has_ended(busy.pid)
    assert used(build()) != busy.pid


def test_a_command_that_does_not_start(keeper: Keeper, settings: WorkerSettings) -> None:
    with (
        invited(keeper, replace(settings, command=("/nonexistent/worker",))) as pool,
        pytest.raises(FileNotFoundError, match="/nonexistent/worker"),
        pool.worker(STAGE),
    ):
        pass


def test_an_image_that_changed_is_refused(build: Build) -> None:
    with (
        build() as pool,
        pytest.raises(WorkerFailed, match="ended with status 1") as caught,
        pool.worker(Compiler("stage0.wasm", "1" * 64)),
    ):
        pass
    assert "not the image" in caught.value.tail


def test_the_hosted_compiler_is_never_kept(build: Build) -> None:
    first = used(build(), HOSTED)
    assert has_ended(first)


def test_an_independent_pool_never_borrows(keeper: Keeper, settings: WorkerSettings) -> None:
    with invited(keeper, replace(settings, independent=True)) as pool:
        with pool.worker(STAGE) as worker:
            compiled(worker)
        (evidence,) = pool.evidence()
        assert evidence["watched"]["host_importable"] is False
    assert has_ended(worker.pid)


def test_without_a_keeper_a_build_starts_its_own(build: Build, keeper: Keeper) -> None:
    with build() as pool, pool.worker(STAGE) as worker:
        keeper.close()
        assert has_ended(worker.pid)
    own = used(build())
    assert has_ended(own)


@pytest.mark.parametrize("invitation", ["", "x", "-1", "999999"])
def test_no_invitation(invitation: str) -> None:
    assert borrower(invitation) is None


def test_another_socket_is_no_invitation() -> None:
    with closing(socket.socket()) as other:
        assert borrower(str(other.fileno())) is None
        assert other.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0  # it is still open


BUILD = """
import os, sys
from pathlib import Path
from clysm.bootstrap.keeper import Keeper, borrower
from clysm.bootstrap.pool import Compiler, WorkerPool, WorkerSettings
command, what = tuple(sys.argv[1].split("|")), sys.argv[3]
keeper = Keeper()
invitation = sys.argv[4] if len(sys.argv) > 4 else str(keeper.invite().detach())
pool = WorkerPool(WorkerSettings(command, Path("."), "c", 1 << 40, 60), borrower(invitation))
with pool.worker(Compiler("stage0.wasm", sys.argv[2])) as worker:
    pass
print(worker.pid, flush=True)
if what == "busy":
    worker.compile("a.lisp", b"(hang)", (), {})
if what == "idle":
    pool.close()
sys.stdin.read()
"""


@pytest.mark.parametrize("what", ["busy", "lent", "idle"])
def test_all_workers_end_with_the_keeper(settings: WorkerSettings, what: str) -> None:
    command = "|".join(settings.command)
    with subprocess.Popen(
        [sys.executable, "-c", BUILD, command, STAGE.sha256, what],
        cwd=settings.directory,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        time.sleep(0.3)
        assert not has_ended(worker, 0.1)
        process.kill()
    assert has_ended(worker)


@pytest.mark.parametrize("what", ["busy", "lent"])
def test_the_worker_of_a_killed_build_is_not_used_again(
    keeper: Keeper, build: Build, settings: WorkerSettings, what: str
) -> None:
    with keeper.invite() as invitation:
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", BUILD, "|".join(settings.command), STAGE.sha256, what),
                str(invitation.fileno()),
            ],
            cwd=settings.directory,
            env=environment(),
            pass_fds=(invitation.fileno(),),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
    with process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        time.sleep(0.3)
        process.kill()
    assert has_ended(worker)
    assert used(build()) != worker
