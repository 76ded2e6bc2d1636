"""Instructions, decoded to text: one instruction at a time, or a whole expression up to its `end`."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clysm.wasm.errors import MalformedImageError, UnknownOpcodeError
from clysm.wasm.opcodes import PLAIN, PREFIXED, Immediate, Opcode
from clysm.wasm.reader import Reader
from clysm.wasm.types import read_block_type, read_heap_type, read_value_type, read_vector

NO_NAMES: Mapping[int, str] = {}

_OPENING = frozenset({"block", "loop", "if", "try_table"})
_CATCH_CLAUSES: Mapping[int, tuple[str, bool]] = {
    0: ("catch", True),
    1: ("catch_ref", True),
    2: ("catch_all", False),
    3: ("catch_all_ref", False),
}


@dataclass(frozen=True, slots=True)
class Instruction:
    """`offset` and `end` delimit the bytes in the file; `operands` are the immediates as text."""

    offset: int
    end: int
    mnemonic: str
    operands: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join((self.mnemonic, *self.operands))


def read_instruction(reader: Reader, function_names: Mapping[int, str] = NO_NAMES) -> Instruction:
    """The instruction at the reader's position. A function index is followed by its name: `call 3 $car`.

    Raises UnknownOpcodeError or MalformedImageError, with the offset of the instruction or of the immediate.
    """
    start = reader.position
    opcode = _read_opcode(reader)
    operands = []
    for kind in opcode.immediates:
        operand = _READERS[kind](reader)
        if kind is Immediate.FUNCTION and int(operand) in function_names:
            operand = f"{operand} ${function_names[int(operand)]}"
        if operand:
            operands.append(operand)
    return Instruction(start, reader.position, opcode.mnemonic, tuple(operands))


def read_expression(reader: Reader, function_names: Mapping[int, str] = NO_NAMES) -> tuple[Instruction, ...]:
    """Instructions up to and with the `end` that closes the expression."""
    instructions = []
    depth = 1
    while depth:
        instruction = read_instruction(reader, function_names)
        if instruction.mnemonic in _OPENING:
            depth += 1
        elif instruction.mnemonic == "end":
            depth -= 1
        instructions.append(instruction)
    return tuple(instructions)


def _read_opcode(reader: Reader) -> Opcode:
    start = reader.position
    byte = reader.byte()
    table = PREFIXED.get(byte)
    if table is None:
        opcode = PLAIN.get(byte)
        if opcode is None:
            raise UnknownOpcodeError(f"unknown opcode 0x{byte:02x}", start)
        return opcode
    number = reader.u32()
    opcode = table.get(number)
    if opcode is None:
        raise UnknownOpcodeError(f"unknown opcode 0x{byte:02x} {number}", start)
    return opcode


def _index(reader: Reader) -> str:
    return str(reader.u32())


def _read_memarg(reader: Reader) -> str:
    """`offset=8 align=4`; bit 6 of the alignment says that a memory index follows."""
    alignment = reader.u32()
    words = []
    if alignment & 0x40:
        words.append(str(reader.u32()))
        alignment &= ~0x40
    if alignment > 31:
        raise MalformedImageError("alignment too large", reader.position)
    offset = reader.u64()
    words += [f"offset={offset}"] if offset else []
    return " ".join([*words, f"align={1 << alignment}"])


def _read_catch(reader: Reader) -> str:
    start = reader.position
    clause = _CATCH_CLAUSES.get(reader.byte())
    if clause is None:
        raise MalformedImageError("unknown catch clause", start)
    word, has_tag = clause
    operands = (_index(reader), _index(reader)) if has_tag else (_index(reader),)
    return f"({' '.join((word, *operands))})"


def _read_cast(reader: Reader) -> str:
    """Flags (bit 0: source nullable, bit 1: target nullable), label, source and target heap types."""
    start = reader.position
    flags = reader.byte()
    if flags > 3:
        raise MalformedImageError(f"cast flags are {flags}", start)
    label = reader.u32()
    source = _reference(read_heap_type(reader), bool(flags & 1))
    target = _reference(read_heap_type(reader), bool(flags & 2))
    return f"{label} {source} {target}"


def _reference(heap_type: str, nullable: bool) -> str:
    return f"(ref null {heap_type})" if nullable else f"(ref {heap_type})"


def _float_text(raw: bytes) -> str:
    """Shortest text that reads back as the same bits; NaNs show their bits."""
    value: float = struct.unpack("<f" if len(raw) == 4 else "<d", raw)[0]
    return f"nan:0x{raw[::-1].hex()}" if math.isnan(value) else repr(value)


_READERS: Mapping[Immediate, Callable[[Reader], str]] = {
    Immediate.BLOCK: read_block_type,
    Immediate.LABEL: _index,
    Immediate.LABELS: lambda reader: " ".join(read_vector(reader, _index)),
    Immediate.CATCHES: lambda reader: " ".join(read_vector(reader, _read_catch)),
    Immediate.FUNCTION: _index,
    Immediate.TYPE: _index,
    Immediate.TABLE: _index,
    Immediate.MEMORY: _index,
    Immediate.GLOBAL: _index,
    Immediate.LOCAL: _index,
    Immediate.TAG: _index,
    Immediate.FIELD: _index,
    Immediate.DATA: _index,
    Immediate.ELEMENT: _index,
    Immediate.COUNT: _index,
    Immediate.MEMARG: _read_memarg,
    Immediate.I32: lambda reader: str(reader.signed(32)),
    Immediate.I64: lambda reader: str(reader.signed(64)),
    Immediate.F32: lambda reader: _float_text(reader.take(4)),
    Immediate.F64: lambda reader: _float_text(reader.take(8)),
    Immediate.HEAP_TYPE: lambda reader: f"{read_heap_type(reader)}",
    Immediate.NULLABLE_HEAP_TYPE: lambda reader: f"null {read_heap_type(reader)}",
    Immediate.VALUE_TYPES: lambda reader: f"(result {' '.join(read_vector(reader, read_value_type))})",
    Immediate.CAST: _read_cast,
}
