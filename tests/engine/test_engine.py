"""The engine's features, the big stack, traps and their kinds."""

from __future__ import annotations

import threading

import pytest
import wasmtime

from clysm.engine.engine import engine_version, run_with_big_stack, shared_engine
from clysm.engine.errors import TrapError, TrapKind
from clysm.engine.instance import Instance
from clysm.engine.limits import Limits
from tests.engine.images import Streams, image

# A10: one module per feature.
FEATURES = {
    "gc": "(module (type (struct (field (mut eqref)))) (func (drop (struct.new 0 (ref.null eq)))))",
    "function references": "(module (type $f (func)) (func (param (ref $f)) (call_ref $f (local.get 0))))",
    "exceptions": "(module (tag $t) (func (block (try_table (catch $t 0) (throw $t)))))",
    "exnref": "(module (func (param exnref) (throw_ref (local.get 0))))",
    "tail calls": "(module (func $f (return_call $f)))",
    "multi-value": "(module (func (result i32 i32) (i32.const 1) (i32.const 2)))",
    "bulk memory": "(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))",
}
REFUSED = {
    "threads": "(module (memory 1 1 shared))",
    "relaxed SIMD": "(module (func (drop (i32x4.relaxed_trunc_f32x4_s (v128.const i64x2 0 0)))))",
}


@pytest.mark.parametrize("text", FEATURES.values(), ids=FEATURES.keys())
def test_features_on(text: str) -> None:
    wasmtime.Module.validate(shared_engine(), wasmtime.wat2wasm(text))


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_features_off(text: str) -> None:
    with pytest.raises(wasmtime.WasmtimeError):
        wasmtime.Module.validate(shared_engine(), wasmtime.wat2wasm(text))


def test_one_engine_per_process() -> None:
    assert shared_engine() is shared_engine()
    assert engine_version().startswith("wasmtime ")


def test_big_stack_returns_raises_and_nests() -> None:
    before = threading.stack_size()
    main = threading.get_ident()
    outer = run_with_big_stack(lambda: (threading.get_ident(), run_with_big_stack(threading.get_ident)))
    assert outer[0] != main
    assert outer[0] == outer[1], "a nested call stays in the thread"

    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        run_with_big_stack(fail)
    assert threading.stack_size() == before


CODE = """
  (type $big (array (mut i64)))
  (type $list (struct (field (ref null $list))))
  (table $t 1 funcref)
  (tag $oops (param i32))
  (func $deep (export "deep") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0))
      (else (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))))
  (func (export "array") (param i32) (result i32) (array.len (array.new_default $big (local.get 0))))
  (func (export "list") (local $l (ref null $list))
    (loop $more (local.set $l (struct.new $list (local.get $l))) (br $more)))
  (func (export "spin") (loop $l (br $l)))
  (func (export "throw") (throw $oops (i32.const 1)))
  (func (export "null") (call_indirect $t (i32.const 0)))
  (func (export "load") (drop (i32.load (i32.const -1))))
  (func (export "divide") (drop (i32.div_s (i32.const 1) (i32.const 0))))
  (func (export "cast") (drop (ref.cast (ref $big) (ref.i31 (i32.const 0)))))
  (func (export "unreachable") unreachable)
"""


def test_a_million_frames() -> None:
    with Instance(image(CODE), Streams().world()) as instance:
        assert instance.call("deep", 1_000_000) == 1_000_000


def test_threads_of_callers_do_not_matter() -> None:
    results: list[int | None] = []
    with Instance(image(CODE), Streams().world()) as instance:
        for _ in range(3):
            thread = threading.Thread(target=lambda: results.append(instance.call("deep", 10)))
            thread.start()
            thread.join()
    assert results == [10, 10, 10]


KINDS: tuple[tuple[str, tuple[int, ...], TrapKind, str], ...] = (
    ("deep", (100_000_000,), TrapKind.STACK, "call stack exhausted"),
    ("array", (-1,), TrapKind.HEAP, "allocation size too large"),
    ("array", (1 << 24,), TrapKind.HEAP, "out of memory"),
    ("list", (), TrapKind.HEAP, "out of memory"),
    ("spin", (), TrapKind.TIME, "interrupt"),
    ("throw", (), TrapKind.EXCEPTION, "thrown Wasm exception"),
    ("null", (), TrapKind.FAULT, "uninitialized element"),
    ("load", (), TrapKind.FAULT, "out of bounds memory access"),
    ("divide", (), TrapKind.FAULT, "integer divide by zero"),
    ("cast", (), TrapKind.FAULT, "cast failure"),
    ("unreachable", (), TrapKind.FAULT, "wasm `unreachable` instruction executed"),
)


@pytest.mark.parametrize(("name", "arguments", "kind", "message"), KINDS)
def test_traps(name: str, arguments: tuple[int, ...], kind: TrapKind, message: str) -> None:
    seconds = 0.1 if kind is TrapKind.TIME else None
    with Instance(image(CODE), Streams().world(), Limits(seconds, 64 << 20)) as instance:
        with pytest.raises(TrapError) as caught:
            instance.call(name, *arguments)
        trap = caught.value
        assert trap.kind is kind
        assert message in trap.message
        assert "\n" not in trap.message
        assert "backtrace" not in trap.message
        assert trap.frames
        assert not instance.usable
