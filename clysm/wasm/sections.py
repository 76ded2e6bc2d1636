"""The sections of an image: which there are, and which bytes belong to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from clysm.wasm.errors import MalformedImageError
from clysm.wasm.reader import Reader

HEADER = b"\0asm\1\0\0\0"

SECTION_NAMES: Mapping[int, str] = MappingProxyType(
    {
        0: "custom",
        1: "type",
        2: "import",
        3: "function",
        4: "table",
        5: "memory",
        6: "global",
        7: "export",
        8: "start",
        9: "element",
        10: "code",
        11: "data",
        12: "datacount",
        13: "tag",
    }
)


@dataclass(frozen=True, slots=True)
class Section:
    """One section. `start` is its id byte, `content` the first byte after the size (custom: after the name).

    `name` is the word of SECTION_NAMES, or `custom:<name>`. `end` is exclusive.
    """

    id: int
    name: str
    start: int
    content: int
    end: int

    @property
    def size(self) -> int:
        """Bytes from the id byte through the last: with the 8 of the header, sizes add up to the file."""
        return self.end - self.start


def parse_sections(image: bytes) -> tuple[Section, ...]:
    """The sections in file order. Their order and contents are not judged here.

    Raises MalformedImageError if the header, a size or a section id is wrong.
    """
    if image[:8] != HEADER:
        raise MalformedImageError("not a WebAssembly module of version 1", 0)
    reader = Reader(image, len(HEADER))
    sections = []
    while not reader.at_end():
        start = reader.position
        section_id = reader.byte()
        if section_id not in SECTION_NAMES:
            raise MalformedImageError(f"unknown section id {section_id}", start)
        size = reader.u32()
        content = reader.position
        reader.take(size)
        end = reader.position
        name = SECTION_NAMES[section_id]
        if section_id == 0:
            inside = Reader(image, content, end)
            name = f"custom:{inside.name()}"
            content = inside.position
        sections.append(Section(section_id, name, start, content, end))
    return tuple(sections)


def find_section(sections: Sequence[Section], name: str) -> Section | None:
    """The first section of that name (`code`, `custom:name` ...), or None."""
    return next((section for section in sections if section.name == name), None)
