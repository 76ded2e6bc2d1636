"""Function bodies: where each lies in the file, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clysm.wasm.errors import MalformedImageError
from clysm.wasm.instructions import NO_NAMES, Instruction, read_expression
from clysm.wasm.interface import count_imported_functions
from clysm.wasm.reader import Reader
from clysm.wasm.sections import Section, find_section
from clysm.wasm.types import read_value_type


@dataclass(frozen=True, slots=True)
class FunctionBody:
    """`index` counts imports first. `start` is the first byte of the size, `code` the first byte after it."""

    index: int
    start: int
    code: int
    end: int


@dataclass(frozen=True, slots=True)
class DecodedBody:
    """Local declarations as text, such as `(local 2 i32) (local 1 (ref eq))`, and the instructions."""

    locals: str
    instructions: tuple[Instruction, ...]


def parse_bodies(image: bytes, sections: Sequence[Section]) -> tuple[FunctionBody, ...]:
    """The bodies in index order, undecoded. Raises MalformedImageError unless they fill the section."""
    section = find_section(sections, "code")
    if section is None:
        return ()
    reader = Reader(image, section.content, section.end)
    first = count_imported_functions(image, sections)
    bodies = []
    for index in range(first, first + reader.u32()):
        start = reader.position
        size = reader.u32()
        code = reader.position
        if size > section.end - code:
            raise MalformedImageError("function body exceeds the code section", start)
        reader.position = code + size
        bodies.append(FunctionBody(index, start, code, code + size))
    if not reader.at_end():
        raise MalformedImageError("bytes after the last function body", reader.position)
    return tuple(bodies)


def decode_body(
    image: bytes, body: FunctionBody, function_names: Mapping[int, str] = NO_NAMES
) -> DecodedBody:
    """Locals and instructions of one body, the final `end` included.

    Raises UnknownOpcodeError or MalformedImageError unless the bytes are instructions that fill the body.
    """
    reader = Reader(image, body.code, body.end)
    groups = [f"(local {reader.u32()} {read_value_type(reader)})" for _ in range(reader.u32())]
    instructions = read_expression(reader, function_names)
    if not reader.at_end():
        raise MalformedImageError("bytes after the end of the function", reader.position)
    return DecodedBody(" ".join(groups), instructions)
