"""The instructions of WebAssembly 3.0 without SIMD, as data: opcode, mnemonic, kinds of the immediates.

Source: Wasm specification 3.0, Binary Format, Instructions. Vector instructions (0xFD) and atomics (0xFE) are
not in the table: the engine is configured without threads, and the compiler emits no vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType


class Immediate(Enum):
    """What follows an opcode. An index is a u32 unless the decoder says otherwise."""

    BLOCK = auto()
    LABEL = auto()
    LABELS = auto()
    CATCHES = auto()
    FUNCTION = auto()
    TYPE = auto()
    TABLE = auto()
    MEMORY = auto()
    GLOBAL = auto()
    LOCAL = auto()
    TAG = auto()
    FIELD = auto()
    DATA = auto()
    ELEMENT = auto()
    COUNT = auto()
    MEMARG = auto()
    I32 = auto()
    I64 = auto()
    F32 = auto()
    F64 = auto()
    HEAP_TYPE = auto()
    NULLABLE_HEAP_TYPE = auto()
    VALUE_TYPES = auto()
    CAST = auto()


@dataclass(frozen=True, slots=True)
class Opcode:
    """A mnemonic of the text format and the immediates in binary order."""

    mnemonic: str
    immediates: tuple[Immediate, ...]


_I = Immediate
_Row = tuple[str, tuple[Immediate, ...]]

_PLAIN: dict[int, _Row] = {
    0x00: ("unreachable", ()),
    0x01: ("nop", ()),
    0x02: ("block", (_I.BLOCK,)),
    0x03: ("loop", (_I.BLOCK,)),
    0x04: ("if", (_I.BLOCK,)),
    0x05: ("else", ()),
    0x08: ("throw", (_I.TAG,)),
    0x0A: ("throw_ref", ()),
    0x0B: ("end", ()),
    0x0C: ("br", (_I.LABEL,)),
    0x0D: ("br_if", (_I.LABEL,)),
    0x0E: ("br_table", (_I.LABELS, _I.LABEL)),
    0x0F: ("return", ()),
    0x10: ("call", (_I.FUNCTION,)),
    0x11: ("call_indirect", (_I.TYPE, _I.TABLE)),
    0x12: ("return_call", (_I.FUNCTION,)),
    0x13: ("return_call_indirect", (_I.TYPE, _I.TABLE)),
    0x14: ("call_ref", (_I.TYPE,)),
    0x15: ("return_call_ref", (_I.TYPE,)),
    0x1A: ("drop", ()),
    0x1B: ("select", ()),
    0x1C: ("select", (_I.VALUE_TYPES,)),
    0x1F: ("try_table", (_I.BLOCK, _I.CATCHES)),
    0x20: ("local.get", (_I.LOCAL,)),
    0x21: ("local.set", (_I.LOCAL,)),
    0x22: ("local.tee", (_I.LOCAL,)),
    0x23: ("global.get", (_I.GLOBAL,)),
    0x24: ("global.set", (_I.GLOBAL,)),
    0x25: ("table.get", (_I.TABLE,)),
    0x26: ("table.set", (_I.TABLE,)),
    0x3F: ("memory.size", (_I.MEMORY,)),
    0x40: ("memory.grow", (_I.MEMORY,)),
    0x41: ("i32.const", (_I.I32,)),
    0x42: ("i64.const", (_I.I64,)),
    0x43: ("f32.const", (_I.F32,)),
    0x44: ("f64.const", (_I.F64,)),
    0xD0: ("ref.null", (_I.HEAP_TYPE,)),
    0xD1: ("ref.is_null", ()),
    0xD2: ("ref.func", (_I.FUNCTION,)),
    0xD3: ("ref.eq", ()),
    0xD4: ("ref.as_non_null", ()),
    0xD5: ("br_on_null", (_I.LABEL,)),
    0xD6: ("br_on_non_null", (_I.LABEL,)),
}

# Contiguous runs without immediates of their own, in opcode order.
_MEMORY_ACCESS_FROM_28 = """
i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u
i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u
i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32
"""
_NUMERIC_FROM_45 = """
i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u
i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u
f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge
i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u
i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr
i64.clz i64.ctz i64.popcnt i64.add i64.sub i64.mul i64.div_s i64.div_u i64.rem_s i64.rem_u
i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr
f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt
f32.add f32.sub f32.mul f32.div f32.min f32.max f32.copysign
f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt
f64.add f64.sub f64.mul f64.div f64.min f64.max f64.copysign
i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u
i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u
f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote_f64
f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32
i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64
i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s
"""

_GC: Mapping[int, _Row] = {
    0: ("struct.new", (_I.TYPE,)),
    1: ("struct.new_default", (_I.TYPE,)),
    2: ("struct.get", (_I.TYPE, _I.FIELD)),
    3: ("struct.get_s", (_I.TYPE, _I.FIELD)),
    4: ("struct.get_u", (_I.TYPE, _I.FIELD)),
    5: ("struct.set", (_I.TYPE, _I.FIELD)),
    6: ("array.new", (_I.TYPE,)),
    7: ("array.new_default", (_I.TYPE,)),
    8: ("array.new_fixed", (_I.TYPE, _I.COUNT)),
    9: ("array.new_data", (_I.TYPE, _I.DATA)),
    10: ("array.new_elem", (_I.TYPE, _I.ELEMENT)),
    11: ("array.get", (_I.TYPE,)),
    12: ("array.get_s", (_I.TYPE,)),
    13: ("array.get_u", (_I.TYPE,)),
    14: ("array.set", (_I.TYPE,)),
    15: ("array.len", ()),
    16: ("array.fill", (_I.TYPE,)),
    17: ("array.copy", (_I.TYPE, _I.TYPE)),
    18: ("array.init_data", (_I.TYPE, _I.DATA)),
    19: ("array.init_elem", (_I.TYPE, _I.ELEMENT)),
    20: ("ref.test", (_I.HEAP_TYPE,)),
    21: ("ref.test", (_I.NULLABLE_HEAP_TYPE,)),
    22: ("ref.cast", (_I.HEAP_TYPE,)),
    23: ("ref.cast", (_I.NULLABLE_HEAP_TYPE,)),
    24: ("br_on_cast", (_I.CAST,)),
    25: ("br_on_cast_fail", (_I.CAST,)),
    26: ("any.convert_extern", ()),
    27: ("extern.convert_any", ()),
    28: ("ref.i31", ()),
    29: ("i31.get_s", ()),
    30: ("i31.get_u", ()),
}

_MISCELLANEOUS: Mapping[int, _Row] = {
    0: ("i32.trunc_sat_f32_s", ()),
    1: ("i32.trunc_sat_f32_u", ()),
    2: ("i32.trunc_sat_f64_s", ()),
    3: ("i32.trunc_sat_f64_u", ()),
    4: ("i64.trunc_sat_f32_s", ()),
    5: ("i64.trunc_sat_f32_u", ()),
    6: ("i64.trunc_sat_f64_s", ()),
    7: ("i64.trunc_sat_f64_u", ()),
    8: ("memory.init", (_I.DATA, _I.MEMORY)),
    9: ("data.drop", (_I.DATA,)),
    10: ("memory.copy", (_I.MEMORY, _I.MEMORY)),
    11: ("memory.fill", (_I.MEMORY,)),
    12: ("table.init", (_I.ELEMENT, _I.TABLE)),
    13: ("elem.drop", (_I.ELEMENT,)),
    14: ("table.copy", (_I.TABLE, _I.TABLE)),
    15: ("table.grow", (_I.TABLE,)),
    16: ("table.size", (_I.TABLE,)),
    17: ("table.fill", (_I.TABLE,)),
}


def _table(rows: Mapping[int, _Row]) -> Mapping[int, Opcode]:
    return MappingProxyType({code: Opcode(*row) for code, row in rows.items()})


PLAIN: Mapping[int, Opcode] = _table(
    _PLAIN
    | {0x28 + i: (name, (_I.MEMARG,)) for i, name in enumerate(_MEMORY_ACCESS_FROM_28.split())}
    | {0x45 + i: (name, ()) for i, name in enumerate(_NUMERIC_FROM_45.split())}
)
# Instructions of a prefix byte and a u32: prefix -> number -> instruction.
PREFIXED: Mapping[int, Mapping[int, Opcode]] = MappingProxyType(
    {0xFB: _table(_GC), 0xFC: _table(_MISCELLANEOUS)}
)
