"""Every instruction of the table, assembled by wasmtime and decoded by us (N29)."""

from __future__ import annotations

import pytest

from clysm.wasm.code import decode_body, parse_bodies
from clysm.wasm.errors import MalformedImageError, UnknownOpcodeError
from clysm.wasm.instructions import read_instruction
from clysm.wasm.opcodes import PLAIN, PREFIXED, Immediate, Opcode
from clysm.wasm.reader import Reader
from clysm.wasm.sections import parse_sections
from tests.wasm.images import assemble

MODULE = """(module
  (type $s (struct (field (mut i32)) (field (mut i8))))
  (type $a (array (mut i8)))
  (type $f (func))
  (type $g (func (param i32) (result i32 i32)))
  (table $t0 1 funcref) (table $t1 1 funcref)
  (memory $m0 1) (memory $m1 1)
  (tag $e0) (tag $e1 (param i32))
  (global $g0 (mut i32) (i32.const 0))
  (elem $el0 func) (elem $el1 func)
  (data $d0 "") (data $d1 "")
  (func $f0) (func $f1)
  (func $test (local i32 i64) {code}))"""

# WAT -> our text, where the two differ or operands are needed; one row per form of operand.
SAMPLES: tuple[tuple[str, str], ...] = (
    ("block end", "block"),
    ("block (result i32) end", "block (result i32)"),
    ("block (result (ref null $s)) end", "block (result (ref null 0))"),
    ("block (type $g) end", "block (type 3)"),
    ("loop (result funcref) end", "loop (result (ref null func))"),
    ("if (result i64) else end", "if (result i64)"),
    ("throw $e1", "throw 1"),
    ("throw_ref", "throw_ref"),
    ("br 0", "br 0"),
    ("br_if 0", "br_if 0"),
    ("block br_table 0 1 0 end", "br_table 0 1 0"),
    ("call $f1", "call 1"),
    ("return_call $f1", "return_call 1"),
    ("call_indirect $t1 (type $f)", "call_indirect 2 1"),
    ("return_call_indirect $t1 (type $f)", "return_call_indirect 2 1"),
    ("call_ref $f", "call_ref 2"),
    ("return_call_ref $f", "return_call_ref 2"),
    ("select (result (ref $s))", "select (result (ref 0))"),
    ("try_table end", "try_table"),
    (
        "try_table (result i32) (catch $e0 0) (catch_ref $e1 0) (catch_all 0) (catch_all_ref 0) end",
        "try_table (result i32) (catch 0 0) (catch_ref 1 0) (catch_all 0) (catch_all_ref 0)",
    ),
    ("local.get 1", "local.get 1"),
    ("local.set 1", "local.set 1"),
    ("local.tee 1", "local.tee 1"),
    ("global.get 0", "global.get 0"),
    ("global.set 0", "global.set 0"),
    ("table.get $t1", "table.get 1"),
    ("table.set $t1", "table.set 1"),
    ("table.grow $t1", "table.grow 1"),
    ("table.size $t1", "table.size 1"),
    ("table.fill $t1", "table.fill 1"),
    ("table.copy $t0 $t1", "table.copy 0 1"),
    ("table.init $t1 $el1", "table.init 1 1"),
    ("elem.drop $el1", "elem.drop 1"),
    ("memory.size $m1", "memory.size 1"),
    ("memory.grow $m1", "memory.grow 1"),
    ("memory.fill $m1", "memory.fill 1"),
    ("memory.copy $m0 $m1", "memory.copy 0 1"),
    ("memory.init $m1 $d0", "memory.init 0 1"),
    ("data.drop $d1", "data.drop 1"),
    ("i32.load offset=8 align=2", "i32.load offset=8 align=2"),
    ("i64.store $m1 offset=70000", "i64.store 1 offset=70000 align=8"),
    ("i32.const -2147483648", "i32.const -2147483648"),
    ("i64.const -9223372036854775808", "i64.const -9223372036854775808"),
    ("f32.const 0.1", "f32.const 0.10000000149011612"),
    ("f32.const nan:0x200000", "f32.const nan:0x7fa00000"),
    ("f64.const -0.0", "f64.const -0.0"),
    ("f64.const 0.1", "f64.const 0.1"),
    ("f64.const inf", "f64.const inf"),
    ("f64.const nan", "f64.const nan:0x7ff8000000000000"),
    ("ref.null $s", "ref.null 0"),
    ("ref.null none", "ref.null none"),
    ("ref.null exn", "ref.null exn"),
    ("ref.func $f1", "ref.func 1"),
    ("br_on_null 0", "br_on_null 0"),
    ("br_on_non_null 0", "br_on_non_null 0"),
    ("struct.new $s", "struct.new 0"),
    ("struct.new_default $s", "struct.new_default 0"),
    ("struct.get $s 0", "struct.get 0 0"),
    ("struct.get_s $s 1", "struct.get_s 0 1"),
    ("struct.get_u $s 1", "struct.get_u 0 1"),
    ("struct.set $s 1", "struct.set 0 1"),
    ("array.new $a", "array.new 1"),
    ("array.new_default $a", "array.new_default 1"),
    ("array.new_fixed $a 5", "array.new_fixed 1 5"),
    ("array.new_data $a $d1", "array.new_data 1 1"),
    ("array.new_elem $a $el1", "array.new_elem 1 1"),
    ("array.get $a", "array.get 1"),
    ("array.get_s $a", "array.get_s 1"),
    ("array.get_u $a", "array.get_u 1"),
    ("array.set $a", "array.set 1"),
    ("array.fill $a", "array.fill 1"),
    ("array.copy $a $a", "array.copy 1 1"),
    ("array.init_data $a $d1", "array.init_data 1 1"),
    ("array.init_elem $a $el1", "array.init_elem 1 1"),
    ("ref.test (ref $s)", "ref.test 0"),
    ("ref.test (ref null i31)", "ref.test null i31"),
    ("ref.cast (ref eq)", "ref.cast eq"),
    ("ref.cast (ref null $a)", "ref.cast null 1"),
    ("br_on_cast 0 anyref (ref $s)", "br_on_cast 0 (ref null any) (ref 0)"),
    ("br_on_cast_fail 0 (ref eq) (ref i31)", "br_on_cast_fail 0 (ref eq) (ref i31)"),
    ("br_on_cast 0 anyref eqref", "br_on_cast 0 (ref null any) (ref null eq)"),
)


def table_rows() -> list[Opcode]:
    return [*PLAIN.values(), *(opcode for table in PREFIXED.values() for opcode in table.values())]


def decode(code: str) -> list[str]:
    image = assemble(MODULE.replace("{code}", code))
    body = parse_bodies(image, parse_sections(image))[-1]
    return [instruction.text for instruction in decode_body(image, body).instructions]


@pytest.mark.parametrize(("wat", "text"), SAMPLES)
def test_instructions_with_operands(wat: str, text: str) -> None:
    assert text in decode(wat)


@pytest.mark.parametrize("mnemonic", [row.mnemonic for row in table_rows() if not row.immediates])
def test_instructions_without_operands(mnemonic: str) -> None:
    if mnemonic in ("else", "end"):
        assert decode("if else end")[:3] == ["if", "else", "end"]
    else:
        assert decode(mnemonic) == [mnemonic, "end"]


@pytest.mark.parametrize(
    "mnemonic", [row.mnemonic for row in table_rows() if row.immediates == (Immediate.MEMARG,)]
)
def test_memory_access(mnemonic: str) -> None:
    assert decode(f"{mnemonic} offset=4 align=1") == [f"{mnemonic} offset=4 align=1", "end"]


def test_every_instruction_is_sampled() -> None:
    sampled = {text.split()[0] for _, text in SAMPLES}
    with_operands = {row.mnemonic for row in table_rows() if row.immediates not in ((), (Immediate.MEMARG,))}
    assert with_operands <= sampled


def test_the_numeric_runs_end_where_the_specification_says() -> None:
    assert PLAIN[0x3E].mnemonic == "i64.store32"
    assert PLAIN[0xA7].mnemonic == "i32.wrap_i64"
    assert PLAIN[0xC4].mnemonic == "i64.extend32_s"
    assert 0xC5 not in PLAIN


BROKEN: tuple[tuple[bytes, type[Exception], str], ...] = (
    (b"\xfd\x00", UnknownOpcodeError, "unknown opcode 0xfd at offset 0"),
    (b"\xfc\x12", UnknownOpcodeError, "unknown opcode 0xfc 18 at offset 0"),
    (b"\x02\x41", MalformedImageError, "unknown block type"),
    (b"\xd0\x41", MalformedImageError, "unknown heap type"),
    (b"\x1c\x01\x00", MalformedImageError, "unknown value type"),
    (b"\x1f\x40\x01\x04\x00", MalformedImageError, "unknown catch clause at offset 3"),
    (b"\xfb\x18\x04\x00\x6e\x6e", MalformedImageError, "cast flags are 4"),
    (b"\x28\x20\x00", MalformedImageError, "alignment too large"),
    (b"\x41", MalformedImageError, "unexpected end at offset 1"),
    (b"\x44\0\0", MalformedImageError, "unexpected end at offset 1"),
    (b"", MalformedImageError, "unexpected end at offset 0"),
)


@pytest.mark.parametrize(("code", "kind", "message"), BROKEN)
def test_broken_instructions(code: bytes, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        read_instruction(Reader(code))


def test_names_follow_function_indices() -> None:
    assert read_instruction(Reader(b"\x10\x02"), {2: "car"}).text == "call 2 $car"
    assert read_instruction(Reader(b"\xd2\x02"), {2: "car"}).text == "ref.func 2 $car"
    assert read_instruction(Reader(b"\x10\x03"), {2: "car"}).text == "call 3"
