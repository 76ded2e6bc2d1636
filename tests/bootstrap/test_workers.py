"""Worker processes: messages, reuse, death, hanging, growth and the end of the build."""

import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clysm.bootstrap.pool import Compiler, WorkerFailed, WorkerPool, WorkerSettings
from clysm.bootstrap.wire import Message, WireError, read_message, write_message
from clysm.engine.abi import Status
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.feeder import STAGE_LINK, Interface
from tests.support.projects import REPOSITORY, environment

HOSTED = Compiler(None, "0" * 64)


@pytest.mark.parametrize("blobs", [(), (b"",), (b"abc", b"", b"x" * 100_000)])
def test_messages_round_trip(blobs: tuple[bytes, ...]) -> None:
    stream = io.BytesIO()
    write_message(stream, {"op": "é", "n": 1}, blobs)
    stream.seek(0)
    assert read_message(stream) == Message({"op": "é", "n": 1}, blobs)
    assert read_message(stream) is None


@pytest.mark.parametrize(
    "data", [b"\0", b"\xff" * 8, b"\0\0\0\2{}", b'\0\0\0\x0c{"blobs":[9', b'\0\0\0\r{"blobs":[9]}x']
)
def test_bad_messages(data: bytes) -> None:
    with pytest.raises(WireError):
        read_message(io.BytesIO(data))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkerSettings:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    command = (sys.executable, str(REPOSITORY / "tests/support/toy_worker.py"))
    return WorkerSettings(command, tmp_path, str(tmp_path / "cache"), 1 << 40, 20.0)


@pytest.fixture
def pool(settings: WorkerSettings) -> Iterator[WorkerPool]:
    with WorkerPool(settings) as opened:
        yield opened


def test_compile_link_and_reuse(pool: WorkerPool) -> None:
    with pool.worker(HOSTED) as worker:
        pass
    base = worker.compile("a.lisp", b"(defmacro m) (defun f)", (), {})
    interface = Interface("a.lisp", sha256_bytes(base.interface), base.interface)
    user = worker.compile("b.lisp", b"(use m) (call f)", (interface,), {})
    again = worker.compile("c.lisp", b"(use m)", (interface,), {})
    assert (base.status, user.status, again.status) == (Status.OK, Status.OK, Status.OK)
    linked = worker.link((base.output, user.output), STAGE_LINK, {})
    assert linked.output.startswith(b"\0asm")
    with pool.worker(HOSTED) as again_lent:
        assert again_lent is worker
    assert worker.engine.startswith("wasmtime")
    assert worker.memory_bytes > 0


def test_a_program_runs(pool: WorkerPool) -> None:
    with pool.worker(HOSTED) as worker:
        code = worker.compile("a.lisp", b'(print "hello") (exit 3)', (), {}).output
        image = worker.link((code,), STAGE_LINK, {}).output
        run = worker.run(image, b"", (), 5.0)
    assert (run.code, run.stdout, run.kind) == (3, b"hello\n", "exit")


def test_a_dead_worker_tells_its_last_words_and_is_replaced(pool: WorkerPool) -> None:
    with (
        pytest.raises(WorkerFailed, match="killed by signal 9") as caught,
        pool.worker(HOSTED) as worker,
    ):
        worker.compile("a.lisp", b"(crash)", (), {})
    assert caught.value.tail == "the toy crashes"
    with pool.worker(HOSTED) as other:
        assert other is not worker
        assert other.compile("a.lisp", b"(defun f)", (), {}).status is Status.OK


def test_a_hanging_worker_is_stopped(settings: WorkerSettings) -> None:
    with (
        WorkerPool(replace(settings, seconds=1.0)) as pool,
        pytest.raises(WorkerFailed, match="no answer within 1 s"),
        pool.worker(HOSTED) as worker,
    ):
        worker.compile("a.lisp", b"(hang)", (), {})


def test_a_grown_worker_is_replaced(settings: WorkerSettings) -> None:
    with WorkerPool(replace(settings, memory_bytes=1)) as pool:
        with pool.worker(HOSTED) as first:
            pass
        with pool.worker(HOSTED) as second:
            assert second is not first
        assert not first.alive


def test_another_compiler_is_another_worker(pool: WorkerPool, tmp_path: Path) -> None:
    image = tmp_path / "stage0.wasm"
    image.write_bytes(b"image")
    staged = Compiler("stage0.wasm", sha256_bytes(b"image"))
    with pool.worker(HOSTED) as first:
        pass
    with pool.worker(staged) as second:
        assert second is not first
    assert not first.alive
    image.write_bytes(b"other")
    with (
        pytest.raises(WorkerFailed, match="ended with status 1") as caught,
        pool.worker(Compiler("stage0.wasm", "1" * 64)),
    ):
        pass
    assert "not the image" in caught.value.tail


def test_what_is_in_use_is_not_lent_again(pool: WorkerPool) -> None:
    with pool.worker(HOSTED) as one, pool.worker(HOSTED) as two:
        assert one is not two
    assert len(pool.workers()) == 2


def test_threads_take_turns_with_one_worker(pool: WorkerPool) -> None:
    lent = []

    def borrow() -> None:
        with pool.worker(HOSTED) as worker:
            lent.append(worker)

    for _ in range(3):
        thread = threading.Thread(target=borrow)
        thread.start()
        thread.join()
    assert len({id(worker) for worker in lent}) == 1


def test_closing_the_pool_ends_a_worker_in_the_middle_of_a_compile(settings: WorkerSettings) -> None:
    pool = WorkerPool(settings)
    failures: list[WorkerFailed] = []

    def work() -> None:
        try:
            with pool.worker(HOSTED) as worker:
                worker.compile("a.lisp", b"(hang)", (), {})
        except WorkerFailed as failure:
            failures.append(failure)

    thread = threading.Thread(target=work)
    thread.start()
    while not pool.workers():
        time.sleep(0.01)
    time.sleep(0.3)
    start = time.monotonic()
    pool.close()
    thread.join(5)
    assert not thread.is_alive()
    assert failures
    assert time.monotonic() - start < 4
    with pytest.raises(WorkerFailed, match="being stopped"), pool.worker(HOSTED):
        pass


def test_workers_die_with_the_build_that_started_them(tmp_path: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from clysm.bootstrap.pool import Compiler, WorkerPool, WorkerSettings
command = (sys.executable, {str(REPOSITORY / "tests/support/toy_worker.py")!r})
pool = WorkerPool(WorkerSettings(command, Path("."), "c", 1 << 40, 60))
with pool.worker(Compiler(None, "0" * 64)) as worker:
    print(worker.pid, flush=True)
    worker.compile("a.lisp", b"(hang)", (), {{}})
"""
    build = subprocess.Popen(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True
    )
    assert build.stdout is not None
    worker = int(build.stdout.readline())
    time.sleep(0.3)
    build.kill()
    build.wait()
    build.stdout.close()
    deadline = time.monotonic() + 5
    while _running(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _running(worker)


def _running(process: int) -> bool:
    """Whether the process exists and is not merely waiting to be reaped."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_an_independent_worker_cannot_import_the_host_and_is_watched(settings: WorkerSettings) -> None:
    with WorkerPool(replace(settings, independent=True)) as pool:
        with pool.worker(HOSTED) as worker:
            worker.compile("a.lisp", b"(defun f)", (), {})
        (evidence,) = pool.evidence()
        assert evidence["watched"]["host_importable"] is False
        assert evidence["watched"]["started"] == []
        assert [name for name, _ in evidence["calls"]] == ["session_begin", "compile_module"]
        assert evidence["calls"][1][1] == sha256_bytes(b"(defun f)")
