"""Types of the binary format, read as text: `i32`, `(ref null 3)`, `(sub final 0 (struct (mut i8)))`.

Reading a type as text is also how a caller skips it. Source: Wasm specification 3.0, Binary Format, Types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from clysm.wasm.errors import MalformedImageError
from clysm.wasm.reader import Reader

NUMBER_TYPES: Mapping[int, str] = MappingProxyType(
    {0x7F: "i32", 0x7E: "i64", 0x7D: "f32", 0x7C: "f64", 0x7B: "v128"}
)
PACKED_TYPES: Mapping[int, str] = MappingProxyType({0x78: "i8", 0x77: "i16"})
# Abstract heap types; the same byte alone is the value type (ref null ht).
HEAP_TYPES: Mapping[int, str] = MappingProxyType(
    {
        0x74: "noexn",
        0x73: "nofunc",
        0x72: "noextern",
        0x71: "none",
        0x70: "func",
        0x6F: "extern",
        0x6E: "any",
        0x6D: "eq",
        0x6C: "i31",
        0x6B: "struct",
        0x6A: "array",
        0x69: "exn",
    }
)
EXTERNAL_KINDS: Mapping[int, str] = MappingProxyType(
    {0: "func", 1: "table", 2: "memory", 3: "global", 4: "tag"}
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SubType:
    """One defined type: its text, and for function types the parameter and result types as text."""

    text: str
    function: tuple[tuple[str, ...], tuple[str, ...]] | None


def read_vector(reader: Reader, read: Callable[[Reader], T]) -> tuple[T, ...]:
    """A count and that many items."""
    return tuple(read(reader) for _ in range(reader.u32()))


def read_heap_type(reader: Reader) -> str:
    start = reader.position
    byte = reader.peek()
    if byte in HEAP_TYPES:
        reader.byte()
        return HEAP_TYPES[byte]
    index = reader.signed(33)
    if index < 0:
        raise MalformedImageError(f"unknown heap type 0x{byte:02x}", start)
    return str(index)


def read_value_type(reader: Reader) -> str:
    start = reader.position
    byte = reader.byte()
    if byte in NUMBER_TYPES:
        return NUMBER_TYPES[byte]
    if byte == 0x64:
        return f"(ref {read_heap_type(reader)})"
    if byte == 0x63:
        return f"(ref null {read_heap_type(reader)})"
    if byte in HEAP_TYPES:
        return f"(ref null {HEAP_TYPES[byte]})"
    raise MalformedImageError(f"unknown value type 0x{byte:02x}", start)


def read_block_type(reader: Reader) -> str:
    """`` for no result, `(result t)`, or `(type i)`."""
    byte = reader.peek()
    if byte == 0x40:
        reader.byte()
        return ""
    if byte in NUMBER_TYPES or byte in HEAP_TYPES or byte in (0x63, 0x64):
        return f"(result {read_value_type(reader)})"
    start = reader.position
    index = reader.signed(33)
    if index < 0:
        raise MalformedImageError(f"unknown block type 0x{byte:02x}", start)
    return f"(type {index})"


def read_mutable(reader: Reader, text: str) -> str:
    start = reader.position
    flag = reader.byte()
    if flag > 1:
        raise MalformedImageError(f"mutability flag is {flag}", start)
    return f"(mut {text})" if flag else text


def read_global_type(reader: Reader) -> str:
    return read_mutable(reader, read_value_type(reader))


def read_field_type(reader: Reader) -> str:
    packed = PACKED_TYPES.get(reader.peek())
    if packed is None:
        return read_global_type(reader)
    reader.byte()
    return read_mutable(reader, packed)


def read_limits(reader: Reader) -> str:
    """`min` or `min max`; 64-bit indices and sharing are named."""
    start = reader.position
    flags = reader.byte()
    if flags > 7:
        raise MalformedImageError(f"limits flags are {flags}", start)
    words = ["i64"] if flags & 4 else []
    words.append(str(reader.u64()))
    if flags & 1:
        words.append(str(reader.u64()))
    if flags & 2:
        words.append("shared")
    return " ".join(words)


def read_table_type(reader: Reader) -> str:
    """`1 10 (ref null func)`: limits and element type."""
    element = read_value_type(reader)
    return f"{read_limits(reader)} {element}"


def read_tag_type(reader: Reader) -> str:
    start = reader.position
    if reader.byte() != 0:
        raise MalformedImageError("unknown tag attribute", start)
    return f"(type {reader.u32()})"


def read_composite_type(reader: Reader) -> SubType:
    start = reader.position
    form = reader.byte()
    if form == 0x60:
        params = read_vector(reader, read_value_type)
        results = read_vector(reader, read_value_type)
        words = ["func"]
        words += [f"(param {' '.join(params)})"] if params else []
        words += [f"(result {' '.join(results)})"] if results else []
        return SubType(f"({' '.join(words)})", (params, results))
    if form == 0x5F:
        return SubType(f"({' '.join(('struct', *read_vector(reader, read_field_type)))})", None)
    if form == 0x5E:
        return SubType(f"(array {read_field_type(reader)})", None)
    raise MalformedImageError(f"unknown composite type 0x{form:02x}", start)


def read_sub_type(reader: Reader) -> SubType:
    """A composite type, alone (then final, without supertype) or within `sub`."""
    form = reader.peek()
    if form not in (0x50, 0x4F):
        return read_composite_type(reader)
    reader.byte()
    supers = [str(index) for index in read_vector(reader, Reader.u32)]
    composite = read_composite_type(reader)
    words = ["sub", *(["final"] if form == 0x4F else []), *supers, composite.text]
    return SubType(f"({' '.join(words)})", composite.function)


def read_recursive_type(reader: Reader) -> tuple[SubType, ...]:
    """The types of one rec group; a type outside `rec` is a group of one."""
    if reader.peek() != 0x4E:
        return (read_sub_type(reader),)
    reader.byte()
    return read_vector(reader, read_sub_type)
