"""Programs end with a status and text (N52); traps and uncaught conditions with a backtrace."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from clysm.engine.code_cache import CodeCache
from clysm.engine.errors import ImageError
from clysm.engine.limits import Limits
from clysm.engine.program import ExitKind, ExitStatus, run_program
from tests.engine.images import Streams, data_segment, image_bytes

CALLS = """
  (func $main (call $factorial (i32.const 2)) drop)
  (func $factorial (param $n i32) (result i32)
    (if (result i32) (i32.eqz (local.get $n)) (then (call $die) (i32.const 1))
      (else (i32.mul (local.get $n) (call $factorial (i32.sub (local.get $n) (i32.const 1)))))))
  (func $die (@name "(setf account)") (call $fail))
  (func $fail (@name "%signal-abort") unreachable)
"""
BACKTRACE = """backtrace:
  0: (setf account)
  1: factorial
  2: factorial
  3: factorial
  4: main
  5: _start
"""


def run(wasm: bytes, limits: Limits | None = None) -> tuple[ExitStatus, str, str]:
    streams = Streams()
    status = run_program(wasm, streams.world(), limits)
    return status, streams.stdout.getvalue().decode(), streams.stderr.getvalue().decode()


def test_returning_is_exit_0() -> None:
    text = "Grüße 中文 🎈\n".encode()
    wasm = image_bytes(
        data_segment({64: text}),
        start=f"(drop (call $fd_write (i32.const 1) (i32.const 64) (i32.const {len(text)})))",
        imports="fd_write",
    )
    assert run(wasm) == (ExitStatus(0, ExitKind.EXIT), text.decode(), "")


@pytest.mark.parametrize("code", [0, 3, 255])
def test_exit_codes(code: int) -> None:
    wasm = image_bytes(start=f"(call $exit (i32.const {code})) unreachable", imports="exit")
    assert run(wasm) == (ExitStatus(code, ExitKind.EXIT), "", "")


def test_a_trap_is_70_with_a_backtrace() -> None:
    status, stdout, stderr = run(image_bytes(CALLS, start="call $main"))
    assert status == ExitStatus(70, ExitKind.TRAP)
    assert stdout == ""
    assert stderr == "clysm: trap: wasm `unreachable` instruction executed\n" + BACKTRACE


@pytest.mark.parametrize(("value", "code", "kind"), [(1, 1, ExitKind.UNCAUGHT), (0, 70, ExitKind.TRAP)])
def test_an_uncaught_condition_is_1_with_a_backtrace_only(value: int, code: int, kind: ExitKind) -> None:
    abort = f'(global (export "rt.abort") (mut i32) (i32.const {value}))'
    status, _, stderr = run(image_bytes(CALLS + abort, start="call $main"))
    assert status == ExitStatus(code, kind)
    assert stderr.endswith(BACKTRACE)
    assert stderr.startswith("backtrace:" if value else "clysm: trap:")


def test_an_exception_that_nobody_catches_is_a_trap() -> None:
    status, _, stderr = run(image_bytes("(tag $t)", start="(throw $t)"))
    assert status == ExitStatus(70, ExitKind.TRAP)
    assert "thrown Wasm exception" in stderr


@pytest.mark.parametrize("abort", [0, 1])
def test_the_time_limit(abort: int) -> None:
    """Whatever the program was about: a limit is no condition of its own."""
    body = f'(global (export "rt.abort") (mut i32) (i32.const {abort}))'
    status, _, stderr = run(image_bytes(body, start="(loop $l (br $l))"), Limits(seconds=0.05))
    assert status == ExitStatus(70, ExitKind.TRAP)
    assert stderr == "clysm: trap: time limit of 0.05 s reached\nbacktrace:\n  0: _start\n"


def test_the_memory_limit() -> None:
    body = "(type $a (array (mut i64)))"
    wasm = image_bytes(body, start="(drop (array.new_default $a (i32.const 10000000)))")
    status, _, stderr = run(wasm, Limits(memory_bytes=16 << 20))
    assert status == ExitStatus(70, ExitKind.TRAP)
    assert "memory limit reached" in stderr


def test_stack_exhaustion_names_the_newest_frames_only() -> None:
    body = "(func $loop (result i32) (i32.add (i32.const 1) (call $loop)))"
    status, _, stderr = run(image_bytes(body, start="(drop (call $loop))"))
    assert status == ExitStatus(70, ExitKind.TRAP)
    assert stderr.startswith("clysm: trap: stack exhausted\nbacktrace:\n  0: loop\n")
    assert stderr.endswith("older frames are not recorded\n")


def test_the_world_reaches_the_program(tmp_path: Path) -> None:
    wasm = image_bytes(
        start="""(drop (call $args_read (i32.const 64) (i32.const 10)))
                 (drop (call $fd_write (i32.const 1) (i32.const 64) (i32.const 6)))""",
        imports="args_read fd_write",
    )
    streams = Streams(stdin=io.BytesIO(b"in"))
    assert run_program(wasm, streams.world(("ab", "cd"))).code == 0
    assert streams.stdout.getvalue() == b"ab\0cd\0"


def test_with_a_cache(tmp_path: Path) -> None:
    wasm = image_bytes(CALLS, start="call $main")
    cache = CodeCache(tmp_path)
    outcomes = []
    for _ in range(2):
        streams = Streams()
        outcomes.append((run_program(wasm, streams.world(), None, cache), streams.stderr.getvalue()))
    assert outcomes[0] == outcomes[1], "names survive in the cached code"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_cannot_start_raises() -> None:
    with pytest.raises(ImageError):
        run(b"no image")
