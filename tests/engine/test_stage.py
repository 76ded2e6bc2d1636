"""StageCompiler against a stand-in stage that answers with what it was given."""

from __future__ import annotations

import gc
import hashlib
import io
import json
from collections.abc import Iterator

import pytest
import wasmtime

from clysm.engine.abi import IMAGE_EXPORTS, STAGE_EXPORTS, AbiReply, CompilerSession, Status
from clysm.engine.errors import ImageError
from clysm.engine.image import load_image
from clysm.engine.limits import Limits
from clysm.engine.stage import StageCall, StageCompiler
from tests.engine.images import assemble, image

# Every call answers with its first buffer. The first byte of it chooses what else happens:
# 1 traps, 2 asks for the clock, 3 exits, 4 loops, 5 writes itself to descriptor 1, 6 offers itself as a unit,
# 7 is answered by the number of calls since the session began.
STAGE = """
  (global $calls (mut i32) (i32.const 0))
  (func $act (param $at i32) (param $len i32) (param $ret i32) (result i32) (local $what i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.store (local.get $ret) (local.get $at))
    (i32.store offset=4 (local.get $ret) (local.get $len))
    (local.set $what (i32.load8_u (local.get $at)))
    (if (i32.eq (local.get $what) (i32.const 1)) (then unreachable))
    (if (i32.eq (local.get $what) (i32.const 2)) (then (drop (call $clock_read (i32.const 0)))))
    (if (i32.eq (local.get $what) (i32.const 3)) (then (call $exit (i32.const 0))))
    (if (i32.eq (local.get $what) (i32.const 4)) (then (loop $l (br $l))))
    (if (i32.eq (local.get $what) (i32.const 5))
      (then (drop (call $fd_write (i32.const 1) (local.get $at) (local.get $len)))))
    (if (i32.eq (local.get $what) (i32.const 6))
      (then (drop (call $unit_instantiate (local.get $at) (local.get $len)))))
    (if (i32.eq (local.get $what) (i32.const 7))
      (then (i32.store8 (local.get $at) (global.get $calls))))
    (i32.const 0))
  (func $three (export "session_begin") (param i32 i32 i32) (result i32)
    (call $act (local.get 0) (local.get 1) (local.get 2)))
  (export "load_interface" (func $three)) (export "load_object" (func $three)) (export "link" (func $three))
  (func $five (export "compile_module") (param i32 i32 i32 i32 i32) (result i32)
    (i32.store offset=8 (local.get 4) (local.get 2))
    (i32.store offset=12 (local.get 4) (local.get 3))
    (call $act (local.get 0) (local.get 1) (local.get 4)))
  (export "compile_form" (func $five))
"""
IMPORTS = "fd_write clock_read exit unit_instantiate"


@pytest.fixture
def stderr() -> io.BytesIO:
    return io.BytesIO()


@pytest.fixture
def stage(stderr: io.BytesIO) -> Iterator[StageCompiler]:
    with StageCompiler(image(STAGE, imports=IMPORTS), stderr, Limits(seconds=0.1)) as stage:
        yield stage


def message(reply: AbiReply) -> str:
    return str(json.loads(reply.diagnostics)["diagnostics"][0]["message"])


def test_calls_carry_buffers_and_options(stage: StageCompiler) -> None:
    session: CompilerSession = stage
    assert session.session_begin({"code-options": {}}).output == b"(:code-options nil)"
    assert session.load_interface(b"interface").output == b"interface"
    assert session.load_object(b"object").output == b"object"
    reply = session.compile_module(b"(defun f ())", {"path": "f.lisp"})
    assert (reply.status, reply.output, reply.interface) == (
        Status.OK,
        b"(defun f ())",
        b'(:path "f.lisp")',
    )
    assert session.compile_form(b"(+ 1 2)", {"print": True}).interface == b"(:print t)"
    assert session.link({"entry": "main"}).output == b'(:entry "main")'


def test_calls_are_logged_with_hashes(stage: StageCompiler) -> None:
    """Guard 5: the host saw each source."""
    stage.session_begin({})
    stage.compile_module(b"(f)", {"path": "f.lisp"})
    stage.session_begin({})
    assert stage.calls == tuple(
        StageCall(name, hashlib.sha256(data).hexdigest())
        for name, data in (("session_begin", b"nil"), ("compile_module", b"(f)"), ("session_begin", b"nil"))
    )


def test_without_a_session_calls_are_bad(stage: StageCompiler) -> None:
    reply = stage.compile_form(b"(f)", {})
    assert reply.status is Status.BAD_CALL
    assert "without a session" in message(reply)
    assert stage.calls == ()


def test_session_begin_forgets_everything(stage: StageCompiler) -> None:
    """A10: one store per session."""
    for _ in range(2):
        stage.session_begin({})
        stage.load_object(b"x")
        assert stage.load_object(b"\7").output == b"\3"


@pytest.mark.parametrize(
    ("what", "status", "text"),
    [
        (b"\1", Status.TRAP, "unreachable"),
        (b"\3", Status.HOST_ERROR, "`exit` is not granted"),
        (b"\4", Status.LIMIT, "time limit"),
    ],
)
def test_what_ends_a_session(stage: StageCompiler, what: bytes, status: Status, text: str) -> None:
    stage.session_begin({})
    reply = stage.load_object(what)
    assert reply.status is status
    assert text in message(reply)
    assert stage.load_object(b"x").status is Status.BAD_CALL
    assert stage.session_begin({}).status is Status.OK
    assert stage.load_object(b"x").status is Status.OK


def test_output_goes_to_the_tools_stderr(stage: StageCompiler, stderr: io.BytesIO) -> None:
    stage.session_begin({})
    stage.load_object(b"\5text")
    assert stderr.getvalue() == b"\5text"


def test_refused_imports_are_recorded_over_all_sessions(stage: StageCompiler) -> None:
    stage.session_begin({})
    assert stage.load_object(b"\2").status is Status.OK, "the stage sees a code and goes on"
    assert list(stage.refused_imports) == ["clock_read"]
    stage.load_object(b"\3")
    stage.session_begin({})
    assert list(stage.refused_imports) == ["clock_read", "exit"]


def test_a_refused_unit_leaves_a_note(stage: StageCompiler) -> None:
    stage.session_begin({})
    assert stage.load_object(b"\6").notes == (
        "unit_instantiate: invalid module: not a WebAssembly module of version 1",
    )
    assert stage.load_object(b"x").notes == ()


def test_an_instance_that_does_not_fit_is_a_reply(stderr: io.BytesIO) -> None:
    with StageCompiler(image(STAGE, imports=IMPORTS), stderr, Limits(memory_bytes=1 << 16)) as stage:
        reply = stage.session_begin({})
        assert reply.status is Status.HOST_ERROR
        assert "memory" in message(reply)


def test_initialization_that_traps_is_a_reply(stderr: io.BytesIO) -> None:
    trapping = assemble(
        '(module (memory (export "memory") 1)'
        + "".join(
            f'(func (export "{name}") {"(param i32) " * len(params)} {"(result i32) " * len(results)} {code})'
            for name, (params, results) in {**IMAGE_EXPORTS, **STAGE_EXPORTS}.items()
            for code in ["(i32.const 1)" if name == "abi_version" else "unreachable"]
        )
        + ")"
    )
    with StageCompiler(load_image(trapping), stderr) as stage:
        reply = stage.session_begin({})
        assert (reply.status, reply.notes) == (Status.TRAP, ("in func[1]",))
        assert stage.link({}).status is Status.BAD_CALL


def test_a_program_is_no_stage(stderr: io.BytesIO) -> None:
    with pytest.raises(ImageError, match="does not export the function `session_begin`"):
        StageCompiler(image(), stderr)


def test_many_sessions_release_their_stores(stage: StageCompiler) -> None:
    for _ in range(20):
        stage.session_begin({})
    gc.collect()
    assert sum(isinstance(thing, wasmtime.Store) for thing in gc.get_objects()) < 10
