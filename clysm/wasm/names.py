"""The name section: the module's name and the functions' names. Names of locals are not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from clysm.wasm.reader import Reader
from clysm.wasm.sections import Section, find_section

_MODULE, _FUNCTIONS = 0, 1  # subsection ids


@dataclass(frozen=True, slots=True)
class Names:
    """`functions` maps an index of the function index space (imports first) to the name."""

    module: str | None = None
    functions: Mapping[int, str] = field(default_factory=dict)

    def function(self, index: int) -> str:
        """The function's name, or `func[i]`."""
        return self.functions.get(index, f"func[{index}]")


def parse_names(image: bytes, sections: Sequence[Section]) -> Names:
    """The names of `image`; empty if it has no name section.

    Raises MalformedImageError if the section breaks the format (an engine ignores such a section).
    """
    section = find_section(sections, "custom:name")
    if section is None:
        return Names()
    module: str | None = None
    functions: dict[int, str] = {}
    reader = Reader(image, section.content, section.end)
    while not reader.at_end():
        kind = reader.byte()
        size = reader.u32()
        start = reader.position
        reader.take(size)
        inside = Reader(image, start, reader.position)
        if kind == _MODULE:
            module = inside.name()
        elif kind == _FUNCTIONS:
            functions = {inside.u32(): inside.name() for _ in range(inside.u32())}
    return Names(module, MappingProxyType(functions))
