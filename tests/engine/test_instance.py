"""Loading images, calling them, moving buffers, and what a trap leaves behind."""

from __future__ import annotations

import io
import json
import threading
from pathlib import Path

import pytest

from clysm.engine.abi import STAGE_EXPORTS, Status
from clysm.engine.errors import DiscardedError, ImageError, ProgramExitError, TrapError, TrapKind
from clysm.engine.image import load_image
from clysm.engine.instance import Instance
from clysm.engine.limits import Limits
from tests.engine.images import Streams, assemble, image, image_bytes

# Calls of the ABI's shape: (bytes, len, ret) -> status.
ABI_BODY = """
  (func $answer (param $ret i32) (param $at i32) (param $len i32)
    (i32.store (local.get $ret) (local.get $at))
    (i32.store offset=4 (local.get $ret) (local.get $len))
    (i32.store offset=16 (local.get $ret) (local.get $at))
    (i32.store offset=20 (local.get $ret) (local.get $len)))
  (func (export "echo") (param $at i32) (param $len i32) (param $ret i32) (result i32)
    (call $answer (local.get $ret) (local.get $at) (local.get $len))
    (i32.and (local.get $ret) (i32.const 3)))
  (func (export "status") (param $at i32) (param $len i32) (param $ret i32) (result i32)
    (i32.load8_u (local.get $at)))
  (func (export "outside") (param $at i32) (param $len i32) (param $ret i32) (result i32)
    (call $answer (local.get $ret) (i32.const -16) (i32.const 17))
    (i32.const 0))
  (func (export "quit") (param $at i32) (param $len i32) (param $ret i32) (result i32)
    (call $exit (i32.const 0)) (i32.const 0))
  (func $spin (export "spin") (param $at i32) (param $len i32) (param $ret i32) (result i32)
    (loop $l (br $l)) (i32.const 0))
  (func $fail (export "fail") (param $at i32) (param $len i32) (param $ret i32) (result i32)
    unreachable)
  (func (export "stuck") (param $at i32) (param $len i32) (param $ret i32) (result i32)
    (i32.store (local.get $ret) (i32.const 7))
    (i32.store offset=4 (local.get $ret) (i32.const 3))
    unreachable)
  (func (export "gc") (param anyref) (result anyref) (local.get 0))
  (func (export "long") (param i64))
  (global (export "flag") (mut i32) (i32.const 1))
  (global (export "object") (mut anyref) (ref.null any))
"""


@pytest.fixture(scope="module")
def abi_image() -> bytes:
    return image_bytes(ABI_BODY, imports="exit")


def test_buffers_go_in_and_come_out(abi_image: bytes) -> None:
    with Instance(load_image(abi_image), Streams().world()) as instance:
        for data in (b"", b"x", "Grüße 中文 🎈".encode(), bytes(range(256)) * 4096):
            reply = instance.call_abi("echo", data)
            assert (reply.status, reply.output, reply.diagnostics) == (Status.OK, data, data)
            assert (reply.interface, reply.notes) == (b"", ())


def test_ten_thousand_calls_do_not_grow_the_memory(abi_image: bytes) -> None:
    """I8: buffers are freed after each call."""
    with Instance(load_image(abi_image), Streams().world()) as instance:
        first = instance.call("buffer_alloc", 1)
        instance.call("buffer_reset")
        kept = instance.call_abi("echo", b"an earlier text.")
        for _ in range(10_000):
            instance.call_abi("echo", b"some source text")
        assert kept.output == kept.diagnostics == b"an earlier text.", "copied before the next call"
        assert instance.call("buffer_alloc", 1) == first


# I11: TRAP is the host's own word.
@pytest.mark.parametrize("status", [status for status in Status if status is not Status.TRAP])
def test_each_status_comes_through(abi_image: bytes, status: Status) -> None:
    with Instance(load_image(abi_image), Streams().world()) as instance:
        assert instance.call_abi("status", bytes([status])).status is status


@pytest.mark.parametrize(
    ("name", "argument", "status", "message"),
    [
        ("status", b"\x80", Status.INTERNAL, "unknown status 128"),
        ("status", b"\x63", Status.INTERNAL, "unknown status 99"),
        ("outside", b"", Status.INTERNAL, "points outside the memory"),
        ("fail", b"", Status.TRAP, "unreachable"),
        ("spin", b"", Status.LIMIT, "time limit of 0.1 s reached"),
        ("quit", b"", Status.HOST_ERROR, "exit"),
    ],
)
def test_failed_calls_are_replies(
    abi_image: bytes, name: str, argument: bytes, status: Status, message: str
) -> None:
    with Instance(load_image(abi_image), Streams().world(), Limits(seconds=0.1)) as instance:
        reply = instance.call_abi(name, argument)
    assert reply.status is status
    (diagnostic,) = json.loads(reply.diagnostics)["diagnostics"]
    assert message in diagnostic["message"]
    assert diagnostic["severity"] == "error"


def test_a_trap_reply_notes_the_functions(abi_image: bytes) -> None:
    with Instance(load_image(abi_image), Streams().world()) as instance:
        assert instance.call_abi("fail", b"").notes == ("in fail",)


@pytest.mark.parametrize(("name", "place"), [("fail", (0, 0)), ("stuck", (7, 3))])
def test_a_trap_reply_has_the_place_that_the_stage_was_at(
    abi_image: bytes, name: str, place: tuple[int, int]
) -> None:
    with Instance(load_image(abi_image), Streams().world()) as instance:
        (diagnostic,) = json.loads(instance.call_abi(name, b"").diagnostics)["diagnostics"]
    assert (diagnostic["line"], diagnostic["column"]) == place


def test_no_room_for_a_buffer_is_a_limit(abi_image: bytes) -> None:
    with Instance(load_image(abi_image), Streams().world(), Limits(memory_bytes=4 << 20)) as instance:
        reply = instance.call_abi("echo", bytes(8 << 20))
        assert reply.status is Status.LIMIT
        assert instance.call_abi("echo", b"small").output == b"small", "the instance goes on"


def test_after_a_trap_the_instance_is_thrown_away(abi_image: bytes) -> None:
    with Instance(load_image(abi_image), Streams().world()) as instance:
        with pytest.raises(TrapError):
            instance.call("fail", 0, 0, 0)
        assert not instance.usable
        with pytest.raises(DiscardedError):
            instance.call("abi_version")
        assert instance.read_global("flag") == 1
    instance.close()
    with pytest.raises(DiscardedError):
        instance.call_abi("echo", b"")


def test_globals(abi_image: bytes) -> None:
    with Instance(load_image(abi_image), Streams().world()) as instance:
        assert instance.read_global("flag") == 1
        assert instance.read_global("object") is None
        assert instance.read_global("absent") is None
        assert instance.read_global("echo") is None


@pytest.mark.parametrize(("name", "count"), [("absent", 0), ("echo", 2), ("gc", 1), ("long", 1), ("flag", 0)])
def test_calls_of_another_shape_are_refused(abi_image: bytes, name: str, count: int) -> None:
    """A GC argument would abort the process, so the type is checked before the engine is asked."""
    with Instance(load_image(abi_image), Streams().world()) as instance:
        with pytest.raises(ImageError):
            instance.call(name, *[0] * count)
        assert instance.usable


def test_an_image_from_a_file(tmp_path: Path, abi_image: bytes) -> None:
    path = tmp_path / "image.wasm"
    path.write_bytes(abi_image)
    with Instance(load_image(path), Streams().world()) as instance:
        instance.initialize()
        assert instance.call("abi_version") == 1
    with pytest.raises(ImageError, match="cannot read"):
        load_image(tmp_path / "absent.wasm")


UNLOADABLE: tuple[tuple[bytes, str], ...] = (
    (b"", "invalid module"),
    (b"(module)", "invalid module"),
    (image_bytes()[:-1], "invalid module"),
    (assemble("(module)"), "memory `memory`"),
    (assemble('(module (memory (export "memory") 1))'), "does not export the function `abi_version`"),
    (
        assemble('(module (memory (export "memory") 1) (func (export "abi_version")))'),
        r"export `abi_version` has type \(\) -> \(\), expected \(\) -> \(i32\)",
    ),
    (assemble('(module (import "clysm" "nope" (func)))'), "unknown import `clysm` `nope`"),
    (assemble('(module (import "env" "fd_read" (func)))'), "unknown import `env` `fd_read`"),
    (assemble('(module (import "clysm" "exit" (memory 1)))'), "unknown import"),
    (assemble('(module (import "clysm" "exit" (func)))'), r"import `exit` has type \(\) -> \(\)"),
    (assemble("(module (func $f) (start $f))"), "no start function"),
)


@pytest.mark.parametrize(("wasm", "message"), UNLOADABLE, ids=[row[1] for row in UNLOADABLE])
def test_what_is_no_image(wasm: bytes, message: str) -> None:
    with pytest.raises(ImageError, match=message):
        load_image(wasm)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('(data (i32.const 131072) "x")', "out of bounds"),
        ("(memory 20000)", "memory"),
    ],
)
def test_images_that_do_not_instantiate(body: str, message: str) -> None:
    with pytest.raises(ImageError, match=message):
        Instance(image(body), Streams().world())


def test_another_abi_number_is_refused() -> None:
    with pytest.raises(ImageError, match="ABI number 2, expected 1"):
        Instance(load_image(image_bytes(version=2)), Streams().world())


def test_stage_exports_are_checked_by_type(abi_image: bytes) -> None:
    with pytest.raises(ImageError, match="does not export the function `session_begin`"):
        load_image(abi_image).require(STAGE_EXPORTS)


class _Announcing(io.BytesIO):
    """A stream that tells when something is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def write(self, data: object) -> int:
        self.written.set()
        return 1


def test_closing_during_a_call_waits_for_its_end() -> None:
    """As when the caller is interrupted: the store may not go while its code runs."""
    stdout = _Announcing()
    program = image(
        start="(drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1))) (loop $l (br $l))",
        imports="fd_write",
    )
    instance = Instance(program, Streams(stdout=stdout).world(), Limits(seconds=0.2))
    outcomes: list[TrapKind] = []

    def run() -> None:
        try:
            instance.call("_start")
        except TrapError as error:
            outcomes.append(error.kind)

    thread = threading.Thread(target=run)
    thread.start()
    assert stdout.written.wait(5)
    instance.close()
    assert instance._store._context(), "still there for the running code"
    thread.join()
    assert outcomes == [TrapKind.TIME]
    with pytest.raises(ValueError, match="already closed"):
        instance._store._context()


def test_exits_and_traps_of_many_threads_are_told_apart() -> None:
    """wasmtime keeps a host function's exception in one variable of the process."""
    program = image('(func (export "trap") unreachable)', start="(call $exit (i32.const 3))", imports="exit")
    outcomes: list[str] = []

    def run(name: str) -> None:
        for _ in range(25):
            with Instance(program, Streams().world()) as instance:
                try:
                    instance.call(name)
                except ProgramExitError as error:
                    outcomes.append(f"{name} {error.code}")
                except TrapError as error:
                    outcomes.append(f"{name} {error.kind}")

    threads = [threading.Thread(target=run, args=(name,)) for name in ("_start", "trap") * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(set(outcomes)) == ["_start 3", f"trap {TrapKind.FAULT}"]
    assert len(outcomes) == 150
