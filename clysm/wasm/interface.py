"""What an image asks for and offers: imports, exports, and the types of its functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clysm.wasm.errors import MalformedImageError
from clysm.wasm.reader import Reader
from clysm.wasm.sections import Section, find_section
from clysm.wasm.types import (
    EXTERNAL_KINDS,
    SubType,
    read_global_type,
    read_limits,
    read_recursive_type,
    read_table_type,
    read_tag_type,
    read_vector,
)

FunctionType = tuple[tuple[str, ...], tuple[str, ...]]  # parameters, results


@dataclass(frozen=True, slots=True)
class Import:
    """`kind` is a word of EXTERNAL_KINDS, `description` the type; `type_index` is None but for functions."""

    module: str
    name: str
    kind: str
    description: str
    type_index: int | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """`index` counts in the index space of its kind, imports first."""

    name: str
    kind: str
    index: int


def read_import(reader: Reader) -> Import:
    module = reader.name()
    name = reader.name()
    start = reader.position
    kind = EXTERNAL_KINDS.get(reader.byte())
    if kind is None:
        raise MalformedImageError("unknown kind of import", start)
    if kind == "func":
        index = reader.u32()
        return Import(module, name, kind, f"(type {index})", index)
    if kind == "table":
        return Import(module, name, kind, read_table_type(reader))
    if kind == "memory":
        return Import(module, name, kind, read_limits(reader))
    if kind == "global":
        return Import(module, name, kind, read_global_type(reader))
    return Import(module, name, kind, read_tag_type(reader))


def read_export(reader: Reader) -> Export:
    name = reader.name()
    start = reader.position
    kind = EXTERNAL_KINDS.get(reader.byte())
    if kind is None:
        raise MalformedImageError("unknown kind of export", start)
    return Export(name, kind, reader.u32())


def parse_imports(image: bytes, sections: Sequence[Section]) -> tuple[Import, ...]:
    """All imports in order. Raises MalformedImageError."""
    section = find_section(sections, "import")
    return () if section is None else read_vector(Reader(image, section.content, section.end), read_import)


def parse_exports(image: bytes, sections: Sequence[Section]) -> tuple[Export, ...]:
    """All exports in order. Raises MalformedImageError."""
    section = find_section(sections, "export")
    return () if section is None else read_vector(Reader(image, section.content, section.end), read_export)


def parse_types(image: bytes, sections: Sequence[Section]) -> tuple[SubType, ...]:
    """All defined types by index, rec groups flattened. Raises MalformedImageError."""
    section = find_section(sections, "type")
    if section is None:
        return ()
    groups = read_vector(Reader(image, section.content, section.end), read_recursive_type)
    return tuple(member for group in groups for member in group)


def count_imported_functions(image: bytes, sections: Sequence[Section]) -> int:
    return sum(item.kind == "func" for item in parse_imports(image, sections))


def exported_function_types(image: bytes, sections: Sequence[Section]) -> Mapping[str, FunctionType]:
    """Name -> type of each exported function. Raises MalformedImageError if an index is out of range."""
    types = parse_types(image, sections)
    indices = [item.type_index for item in parse_imports(image, sections) if item.type_index is not None]
    section = find_section(sections, "function")
    if section is not None:
        indices += read_vector(Reader(image, section.content, section.end), Reader.u32)
    found: dict[str, FunctionType] = {}
    for export in parse_exports(image, sections):
        if export.kind == "func":
            in_range = export.index < len(indices) and indices[export.index] < len(types)
            function = types[indices[export.index]].function if in_range else None
            if function is None:
                raise MalformedImageError(f"export `{export.name}` has no function type", 0)
            found[export.name] = function
    return found
