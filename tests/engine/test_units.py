"""Units: instantiated beside a running image, sharing its types, tables and exceptions (A8)."""

from __future__ import annotations

from pathlib import Path

import pytest

from clysm.engine.code_cache import CodeCache
from clysm.engine.engine import shared_engine
from clysm.engine.errors import TrapError
from clysm.engine.imports import HostCode
from clysm.engine.instance import Instance
from clysm.engine.units import compile_unit, split_bases
from tests.engine.images import Streams, assemble, data_segment, image

AT = 1024  # where the unit's bytes lie in the image's memory

# The same rec group in image and unit: structural equality makes the types one.
TYPES = """
  (rec (type $cons (struct (field (mut i32)) (field (mut (ref eq))) (field (mut (ref eq)))))
       (type $box (struct (field (mut (ref eq)))))
       (type $code (func (param (ref eq)) (result (ref eq) i32))))
"""
RUNTIME = (
    TYPES
    + """
  (table $units (export "rt.units") 16 (ref null func))
  (tag $condition (export "rt.condition") (param (ref eq)))
  (global $counter (export "rt.counter") (mut (ref eq)) (ref.i31 (i32.const 7)))
  (func $cons (export "rt.cons") (param (ref eq) (ref eq)) (result (ref $cons))
    (struct.new $cons (i32.const 0) (local.get 0) (local.get 1)))
  (func (export "run") (param $slot i32) (param $x i32) (result i32) (local $list (ref eq))
    (block $handler (result (ref eq))
      (try_table (result (ref eq) i32) (catch $condition $handler)
        (call_indirect $units (type $code) (ref.i31 (local.get $x)) (local.get $slot)))
      (drop)
      (local.set $list)
      (return (i31.get_s (ref.cast (ref i31)
        (struct.get $cons 1 (ref.cast (ref $cons) (local.get $list)))))))
    (i32.add (i31.get_s (ref.cast (ref i31))) (i32.const 1000)))
"""
)
UNIT = f"""(module {TYPES}
  (import "rt" "units" (table $units 16 (ref null func)))
  (import "rt" "cons" (func $cons (param (ref eq) (ref eq)) (result (ref $cons))))
  (import "rt" "counter" (global $counter (mut (ref eq))))
  (import "rt" "condition" (tag $condition (param (ref eq))))
  (func $pair (type $code)
    (global.set $counter (ref.i31 (i32.const 8)))
    (call $cons (local.get 0) (global.get $counter))
    (i32.const 1))
  (func $signal (type $code) (throw $condition (local.get 0)))
  (elem (table $units) (i32.const 3) func $pair $signal))"""


def instance_with(unit: bytes, streams: Streams | None = None) -> Instance:
    """An instance whose memory holds `unit` at AT; its export `load` instantiates the unit."""
    program = image(
        RUNTIME
        + data_segment({AT: unit})
        + f"""(func (export "load") (result i32)
                (call $unit_instantiate (i32.const {AT}) (i32.const {len(unit)})))""",
        imports="unit_instantiate fd_write",
    )
    return Instance(program, (streams or Streams()).world())


def test_a_unit_runs_in_the_image_through_a_shared_table() -> None:
    with instance_with(assemble(UNIT)) as instance:
        assert instance.call("load") == 0
        assert instance.call("run", 3, 42) == 42


def test_a_condition_thrown_in_a_unit_is_handled_in_the_image() -> None:
    with instance_with(assemble(UNIT)) as instance:
        assert instance.call("load") == 0
        assert instance.call("run", 4, 5) == 1005
        assert instance.call("run", 3, 6) == 6


def test_an_empty_slot_traps() -> None:
    with instance_with(assemble(UNIT)) as instance, pytest.raises(TrapError, match="uninitialized element"):
        instance.call("run", 3, 42)


def test_the_same_unit_again_and_more_units_than_the_engine_allows_by_default() -> None:
    """wasmtime's own limit is 10,000 instances per store."""
    with instance_with(assemble("(module)")) as instance:
        assert all(instance.call("load") == 0 for _ in range(20))
    program = image(
        data_segment({AT: assemble("(module)")})
        + f"""(func (export "many") (param $n i32) (result i32) (local $failed i32)
            (loop $again
              (local.set $failed (i32.or (local.get $failed)
                (call $unit_instantiate (i32.const {AT}) (i32.const 8))))
              (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (local.get $failed))""",
        imports="unit_instantiate",
    )
    with Instance(program, Streams().world()) as instance:
        assert instance.call("many", 10_050) == 0


def with_bases(unit: bytes, *bases: int) -> bytes:
    """The unit with a last section that gives its bases, each below 128."""
    content = b"\x0bclysm.bases" + bytes(bases)
    return unit + bytes((0, len(content))) + content


PLACED = UNIT.replace(
    '(import "rt" "units"',
    '(import "rt" "code-base" (global $base i32)) (import "rt" "constant-base" (global i32))'
    '(import "rt" "units"',
).replace("(elem (table $units) (i32.const 3)", "(elem (table $units) (global.get $base)")


@pytest.mark.parametrize("base", [0, 5])
def test_a_unit_is_placed_by_its_last_section(base: int) -> None:
    with instance_with(with_bases(assemble(PLACED), base, 1)) as instance:
        assert instance.call("load") == 0
        assert instance.call("run", base, 42) == 42
        assert instance.call("run", base + 1, 5) == 1005


def test_machine_code_of_a_unit_is_kept_without_its_place(tmp_path: Path) -> None:
    cache = CodeCache(tmp_path)
    unit = assemble(PLACED)
    for base in (0, 5):
        body, bases = split_bases(with_bases(unit, base, 1))
        assert (body, bases) == (unit, {"code-base": base, "constant-base": 1})
        compile_unit.cache_clear()
        compile_unit(shared_engine(), body, cache)
        assert len(list(tmp_path.iterdir())) == 1


def test_a_unit_imports_host_functions_as_usual() -> None:
    unit = f"""(module {TYPES}
      (import "clysm" "fd_write" (func $write (param i32 i32 i32) (result i32)))
      (import "rt" "units" (table $units 16 (ref null func)))
      (func $say (type $code)
        (struct.new $cons (i32.const 0)
          (ref.i31 (call $write (i32.const 1) (i32.const {AT}) (i32.const 4))) (local.get 0))
        (i32.const 1))
      (elem (table $units) (i32.const 0) func $say))"""
    streams = Streams()
    with instance_with(assemble(unit), streams) as instance:
        assert instance.call("load") == 0
        assert instance.call("run", 0, 0) == 4
    assert streams.stdout.getvalue() == b"\0asm"


REFUSED: tuple[tuple[str, bytes, str], ...] = (
    ("not a module", b"nonsense", "not a WebAssembly module"),
    ("text", b"(module)", "not a WebAssembly module"),
    ("truncated", assemble(UNIT)[:-3], "offset"),
    (
        "ill typed",
        assemble("(module (func (result i32) (i32.const 0)))").replace(b"\x41\0", b"\x42\0"),
        "expected i32",
    ),
    (
        "unknown runtime export",
        assemble('(module (import "rt" "nope" (func)))'),
        "unknown import `rt` `nope`",
    ),
    ("name without prefix", assemble('(module (import "rt" "memory" (memory 1)))'), "unknown import"),
    ("unknown host import", assemble('(module (import "clysm" "nope" (func)))'), "unknown import"),
    ("other module", assemble('(module (import "env" "cons" (func)))'), "unknown import `env` `cons`"),
    ("bases without their section", assemble(PLACED), "unknown import `rt` `code-base`"),
    ("bases cut off", with_bases(assemble(PLACED), 1), "unknown import `rt` `code-base`"),
    ("type of import", assemble('(module (import "rt" "cons" (func)))'), "incompatible import type"),
    ("type of host import", assemble('(module (import "clysm" "exit" (func)))'), "incompatible import type"),
    ("start function", assemble("(module (func $f) (start $f))"), "no start function"),
    (
        "segment out of bounds",
        assemble("""(module (import "rt" "units" (table 16 (ref null func)))
                            (func $f) (elem (i32.const 16) func $f))"""),
        "out of bounds",
    ),
)


@pytest.mark.parametrize(("unit", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_an_invalid_unit_is_a_code_and_a_note(unit: bytes, message: str) -> None:
    with instance_with(unit) as instance:
        assert instance.call("load") == HostCode.INVALID_UNIT
        (note,) = instance.notes
        assert message in note
        assert instance.call("abi_version") == 1, "the image goes on"


def test_a_unit_outside_memory_is_an_invalid_argument() -> None:
    program = image(
        '(func (export "load") (result i32) (call $unit_instantiate (i32.const 131000) (i32.const 100)))',
        imports="unit_instantiate",
    )
    with Instance(program, Streams().world()) as instance:
        assert instance.call("load") == HostCode.INVALID_ARGUMENT


def test_frames_of_a_unit_have_their_names() -> None:
    unit = f"""(module {TYPES} (import "rt" "units" (table $units 16 (ref null func)))
      (func $my-macro (type $code) unreachable)
      (elem (table $units) (i32.const 0) func $my-macro))"""
    with instance_with(assemble(unit)) as instance:
        assert instance.call("load") == 0
        with pytest.raises(TrapError) as caught:
            instance.call("run", 0, 0)
        assert [frame.name for frame in caught.value.frames] == ["my-macro", None]
