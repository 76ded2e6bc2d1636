"""The entries of a section other than code, each with its bytes and a text, for comparing two images."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from clysm.wasm.errors import MalformedImageError
from clysm.wasm.instructions import read_expression
from clysm.wasm.interface import read_export, read_import
from clysm.wasm.reader import Reader
from clysm.wasm.sections import Section
from clysm.wasm.types import (
    read_global_type,
    read_limits,
    read_recursive_type,
    read_table_type,
    read_tag_type,
    read_value_type,
    read_vector,
)

# What a subsection of the name section names, by its id.
_NAMED_SPACES = (
    *("module", "function", "local", "label", "type", "table", "memory", "global"),
    *("element", "data", "field", "tag"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """`image[start:end]` are the entry's bytes; `name` is None unless the section itself names the entry."""

    start: int
    end: int
    name: str | None
    text: str


def parse_entries(image: bytes, section: Section) -> tuple[Entry, ...]:
    """The entries of `section`. A custom section other than `name` is one entry.

    Raises MalformedImageError or UnknownOpcodeError if the contents break the format.
    """
    reader = Reader(image, section.content, section.end)
    if section.name == "custom:name":
        return _parse_subsections(reader)
    read = _ENTRY_READERS.get(section.name)
    if read is None:
        return (Entry(section.content, section.end, None, f"{section.end - section.content} bytes"),)
    count = 1 if section.name in _SINGLE else reader.u32()
    entries = []
    for _ in range(count):
        start = reader.position
        name, text = read(reader)
        entries.append(Entry(start, reader.position, name, text))
    if not reader.at_end():
        raise MalformedImageError(f"bytes after the last entry of section {section.name}", reader.position)
    return tuple(entries)


def _parse_subsections(reader: Reader) -> tuple[Entry, ...]:
    """One entry per function name; one for every other subsection."""
    entries = []
    while not reader.at_end():
        start = reader.position
        kind = reader.byte()
        size = reader.u32()
        inside = Reader(reader.data, reader.position, reader.position + size)
        reader.take(size)
        if kind == 1:
            for _ in range(inside.u32()):
                at = inside.position
                index, name = inside.u32(), inside.name()
                entries.append(Entry(at, inside.position, f"func[{index}]", name))
        else:
            space = _NAMED_SPACES[kind] if kind < len(_NAMED_SPACES) else f"subsection {kind}"
            entries.append(Entry(start, reader.position, None, f"{space} names, {size} bytes"))
    return tuple(entries)


def _expression(reader: Reader) -> str:
    """A constant expression without its `end`."""
    return "; ".join(instruction.text for instruction in read_expression(reader)[:-1])


def _type(reader: Reader) -> tuple[str | None, str]:
    texts = [member.text for member in read_recursive_type(reader)]
    return None, texts[0] if len(texts) == 1 else f"(rec {' '.join(texts)})"


def _import(reader: Reader) -> tuple[str | None, str]:
    item = read_import(reader)
    return f"{item.module}.{item.name}", f"{item.kind} {item.description}"


def _table(reader: Reader) -> tuple[str | None, str]:
    start = reader.position
    if reader.peek() != 0x40:
        return None, read_table_type(reader)
    if reader.take(2) != b"\x40\x00":
        raise MalformedImageError("unknown form of table", start)
    return None, f"{read_table_type(reader)} {_expression(reader)}"


def _global(reader: Reader) -> tuple[str | None, str]:
    return None, f"{read_global_type(reader)} {_expression(reader)}"


def _export(reader: Reader) -> tuple[str | None, str]:
    export = read_export(reader)
    return export.name, f"{export.kind} {export.index}"


def _element(reader: Reader) -> tuple[str | None, str]:
    """Flags: bit 0 passive or declarative, bit 1 explicit table or declarative, bit 2 expressions."""
    start = reader.position
    flags = reader.u32()
    if flags > 7:
        raise MalformedImageError(f"element segment flags are {flags}", start)
    words = []
    if flags & 1:
        words.append("declare" if flags & 2 else "passive")
    else:
        words.append(f"table {reader.u32() if flags & 2 else 0} offset {_expression(reader)}")
    if flags & 4:
        words.append(read_value_type(reader) if flags & 3 else "(ref null func)")
        words += read_vector(reader, _expression)
    else:
        words.append("func")
        if flags & 3 and reader.byte() != 0:
            raise MalformedImageError("unknown element kind", reader.position - 1)
        words += [str(index) for index in read_vector(reader, Reader.u32)]
    return None, " ".join(words)


def _data(reader: Reader) -> tuple[str | None, str]:
    start = reader.position
    flags = reader.u32()
    if flags > 2:
        raise MalformedImageError(f"data segment flags are {flags}", start)
    memory = reader.u32() if flags == 2 else 0
    mode = "passive" if flags == 1 else f"memory {memory} offset {_expression(reader)}"
    return None, f"{mode}, {len(reader.take(reader.u32()))} bytes"


_SINGLE = frozenset({"start", "datacount"})
_ENTRY_READERS: Mapping[str, Callable[[Reader], tuple[str | None, str]]] = {
    "type": _type,
    "import": _import,
    "function": lambda reader: (None, f"(type {reader.u32()})"),
    "table": _table,
    "memory": lambda reader: (None, read_limits(reader)),
    "global": _global,
    "export": _export,
    "start": lambda reader: (None, f"func {reader.u32()}"),
    "element": _element,
    "data": _data,
    "datacount": lambda reader: (None, str(reader.u32())),
    "tag": lambda reader: (None, read_tag_type(reader)),
}
