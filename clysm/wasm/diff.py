"""The difference between two images: by bytes, by sections, by functions, by instructions.

Bytes are compared first and only what differs is decoded, so that two images of several megabytes take a
fraction of a second. Damaged contents never stop the comparison: `notes` says what cannot be decoded, and the
section table still accounts for every byte.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from clysm.wasm.code import FunctionBody, parse_bodies
from clysm.wasm.entries import Entry, parse_entries
from clysm.wasm.errors import WasmError
from clysm.wasm.instructions import read_instruction
from clysm.wasm.names import Names, parse_names
from clysm.wasm.reader import Reader
from clysm.wasm.sections import Section, parse_sections
from clysm.wasm.types import read_value_type

_WINDOW = 16  # bytes shown where two entries have the same text


@dataclass(frozen=True, slots=True)
class SectionDiff:
    """A section that differs. Sizes are in bytes, id byte through last byte, 0 where it is absent.

    `first_diff_offset` counts from the section's id byte.
    """

    section_id: int
    section_name: str
    stage1_size: int
    stage2_size: int
    first_diff_offset: int


@dataclass(frozen=True, slots=True)
class FunctionDiff:
    """The first function that differs; `name` and `index` as in image 1 (as in image 2 if only there).

    `instruction` counts from 0; it is None where the local declarations or whole functions differ. Offsets
    are file offsets of the two instructions (or declarations).
    """

    name: str
    index: int
    instruction: int | None
    stage1_offset: int
    stage2_offset: int
    stage1_text: str
    stage2_text: str


@dataclass(frozen=True, slots=True)
class EntryDiff:
    """The first entry of a section that differs. Offsets are file offsets of the first differing byte."""

    section_name: str
    index: int
    name: str
    stage1_offset: int
    stage2_offset: int
    stage1_text: str
    stage2_text: str


@dataclass(frozen=True, slots=True)
class ImageDiff:
    """Everything that is known about the difference of image 1 and image 2.

    `first_diff_offset` is None iff identical; `diff_bytes` counts the differing positions of the common
    prefix plus the difference of the sizes. `bytes_by_section` gives each of these bytes to the section of
    image 1 that holds the position (beyond its end: of image 2), in file order; the counts add up to
    `diff_bytes`. Function names are in image order. `entry_diffs` is filled when no function differs.
    """

    identical: bool
    stage1_size: int
    stage2_size: int
    first_diff_offset: int | None
    diff_bytes: int
    size_delta: int
    section_diffs: tuple[SectionDiff, ...]
    bytes_by_section: tuple[tuple[str, int], ...]
    functions_only_in_1: tuple[str, ...]
    functions_only_in_2: tuple[str, ...]
    functions_changed: tuple[str, ...]
    function_diff: FunctionDiff | None
    entry_diffs: tuple[EntryDiff, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Functions:
    """One image's functions under unique names: a repeated name is followed by `#2`, `#3` ..."""

    image: bytes
    names: Names
    bodies: Mapping[str, FunctionBody]

    def code(self, name: str) -> bytes:
        body = self.bodies[name]
        return self.image[body.code : body.end]


def diff_images(image1: bytes, image2: bytes) -> ImageDiff:
    """Compare two images. Raises MalformedImageError if the sections of one of them cannot be told apart."""
    sections1, sections2 = parse_sections(image1), parse_sections(image2)
    mask = _difference_mask(image1, image2)
    diff_bytes = len(mask) - mask.count(0) + abs(len(image1) - len(image2))
    notes: list[str] = []
    functions1 = _parse_functions(image1, sections1, "1", notes)
    functions2 = _parse_functions(image2, sections2, "2", notes)
    common = [name for name in functions1.bodies if name in functions2.bodies]
    changed = tuple(name for name in common if functions1.code(name) != functions2.code(name))
    pairs = tuple(_pair_sections(sections1, sections2))
    section_diffs = tuple(_diff_sections(image1, image2, pairs))
    code_differs = any(item.section_name == "code" for item in section_diffs)
    function_diff = _first_function_diff(functions1, functions2, changed) if code_differs else None
    entry_diffs = () if function_diff else tuple(_diff_entries(image1, image2, pairs, notes))
    return ImageDiff(
        identical=diff_bytes == 0,
        stage1_size=len(image1),
        stage2_size=len(image2),
        first_diff_offset=len(mask) - len(mask.lstrip(b"\0")) if diff_bytes else None,
        diff_bytes=diff_bytes,
        size_delta=len(image2) - len(image1),
        section_diffs=section_diffs,
        bytes_by_section=_attribute(mask, sections1, sections2),
        functions_only_in_1=tuple(name for name in functions1.bodies if name not in functions2.bodies),
        functions_only_in_2=tuple(name for name in functions2.bodies if name not in functions1.bodies),
        functions_changed=changed,
        function_diff=function_diff,
        entry_diffs=entry_diffs,
        notes=tuple(notes),
    )


def _difference_mask(image1: bytes, image2: bytes) -> bytes:
    """One byte per position of the common prefix, 0 where the images agree."""
    size = min(len(image1), len(image2))
    return (int.from_bytes(image1[:size]) ^ int.from_bytes(image2[:size])).to_bytes(size)


def _attribute(
    mask: bytes, sections1: Sequence[Section], sections2: Sequence[Section]
) -> tuple[tuple[str, int], ...]:
    """Differing positions by section. Beyond the mask there are no zeros, so the tail counts as differing."""
    counts: Counter[str] = Counter()
    for section in sections1:
        counts[section.name] += section.end - section.start - mask.count(0, section.start, section.end)
    for section in sections2:
        counts[section.name] += max(0, section.end - max(section.start, len(mask)))
    return tuple((name, count) for name, count in counts.items() if count)


_Pair = tuple[Section | None, Section | None]


def _pair_sections(sections1: Sequence[Section], sections2: Sequence[Section]) -> Iterator[_Pair]:
    """Sections of the same name in the same order; one without partner stands alone, a moved one twice."""
    matcher = SequenceMatcher(None, [s.name for s in sections1], [s.name for s in sections2], autojunk=False)
    done1 = done2 = 0
    for block in matcher.get_matching_blocks():
        yield from ((section, None) for section in sections1[done1 : block.a])
        yield from ((None, section) for section in sections2[done2 : block.b])
        done1, done2 = block.a + block.size, block.b + block.size
        yield from zip(sections1[block.a : done1], sections2[block.b : done2], strict=True)


def _diff_sections(image1: bytes, image2: bytes, pairs: Sequence[_Pair]) -> Iterator[SectionDiff]:
    for one, two in pairs:
        bytes1 = image1[one.start : one.end] if one else b""
        bytes2 = image2[two.start : two.end] if two else b""
        section = one or two
        if section is not None and bytes1 != bytes2:
            first = _first_difference(bytes1, bytes2)
            yield SectionDiff(section.id, section.name, len(bytes1), len(bytes2), first)


def _first_difference(bytes1: bytes, bytes2: bytes) -> int:
    """The first position where they differ; the shorter length if one is a prefix of the other."""
    mask = _difference_mask(bytes1, bytes2)
    return len(mask) - len(mask.lstrip(b"\0"))


def _parse_functions(image: bytes, sections: Sequence[Section], which: str, notes: list[str]) -> _Functions:
    """Bodies by name. Damage is noted and leaves out names, or bodies too."""
    try:
        names = parse_names(image, sections)
    except WasmError as error:
        notes.append(f"names of image {which}: {error}")
        names = Names()
    try:
        bodies = parse_bodies(image, sections)
    except WasmError as error:
        notes.append(f"functions of image {which}: {error}")
        bodies = ()
    unique: dict[str, FunctionBody] = {}
    seen: Counter[str] = Counter()
    for body in bodies:
        name = names.function(body.index)
        seen[name] += 1
        unique[name if seen[name] == 1 else f"{name}#{seen[name]}"] = body
    return _Functions(image, names, unique)


def _first_function_diff(
    functions1: _Functions, functions2: _Functions, changed: Sequence[str]
) -> FunctionDiff | None:
    """The changed function of lowest index; without one, the first place where the names differ."""
    if changed:
        return _diff_function(functions1, functions2, changed[0])
    order1, order2 = list(functions1.bodies.items()), list(functions2.bodies.items())
    for place in range(max(len(order1), len(order2))):
        name1, body1 = order1[place] if place < len(order1) else (None, None)
        name2, body2 = order2[place] if place < len(order2) else (None, None)
        if name1 != name2:
            body = body1 or body2
            assert body is not None
            return FunctionDiff(
                name=name1 or name2 or "",
                index=body.index,
                instruction=None,
                stage1_offset=body1.start if body1 else len(functions1.image),
                stage2_offset=body2.start if body2 else len(functions2.image),
                stage1_text=f"function {name1}" if name1 else "no function",
                stage2_text=f"function {name2}" if name2 else "no function",
            )
    return None


def _diff_function(functions1: _Functions, functions2: _Functions, name: str) -> FunctionDiff:
    """Walk two bodies in step to the first instruction whose bytes differ."""
    walk1, walk2 = _walk_body(functions1, name), _walk_body(functions2, name)
    number, step1, step2 = next(
        (number, step1, step2)
        for number, (step1, step2) in enumerate(zip(walk1, walk2, strict=False), start=-1)
        if step1.raw != step2.raw
    )
    return FunctionDiff(
        name=name,
        index=functions1.bodies[name].index,
        instruction=None if number < 0 else number,
        stage1_offset=step1.offset,
        stage2_offset=step2.offset,
        stage1_text=step1.text,
        stage2_text=step2.text,
    )


@dataclass(frozen=True, slots=True)
class _Step:
    offset: int
    raw: bytes
    text: str


def _walk_body(functions: _Functions, name: str) -> Iterator[_Step]:
    """The local declarations, each instruction, then `end of function` or the undecodable rest."""
    image, body = functions.image, functions.bodies[name]
    reader = Reader(image, body.code, body.end)
    start = body.code
    try:
        groups = [f"(local {reader.u32()} {read_value_type(reader)})" for _ in range(reader.u32())]
        yield _Step(start, image[start : reader.position], " ".join(groups) or "no locals")
        while not reader.at_end():
            start = reader.position
            instruction = read_instruction(reader, functions.names.functions)
            yield _Step(start, image[start : reader.position], instruction.text)
    except WasmError as error:
        yield _Step(start, image[start : body.end], f"<{error.message}>")
    else:
        yield _Step(body.end, b"", "end of function")


@dataclass(frozen=True, slots=True)
class _Contents:
    """One image's section and its entries."""

    image: bytes
    section: Section
    entries: tuple[Entry, ...]

    def raw(self, entry: Entry | None) -> bytes:
        return self.image[entry.start : entry.end] if entry else b""

    def offset(self, entry: Entry | None, at: int) -> int:
        return entry.start + at if entry else self.section.end


def _diff_entries(
    image1: bytes, image2: bytes, pairs: Sequence[_Pair], notes: list[str]
) -> Iterator[EntryDiff]:
    """For each differing pair of sections other than code, the first entry that differs."""
    for one, two in pairs:
        if one is None or two is None or one.name == "code":
            continue
        if image1[one.start : one.end] == image2[two.start : two.end]:
            continue
        contents = []
        for which, image, section in (("1", image1, one), ("2", image2, two)):
            try:
                contents.append(_Contents(image, section, parse_entries(image, section)))
            except WasmError as error:
                notes.append(f"section {section.name} of image {which}: {error}")
        if len(contents) == 2 and (found := _first_entry_diff(*contents)):
            yield found


def _first_entry_diff(contents1: _Contents, contents2: _Contents) -> EntryDiff | None:
    """None if only the encoding of the section's size or count differs."""
    for index, (entry1, entry2) in enumerate(zip_longest(contents1.entries, contents2.entries)):
        raw1, raw2 = contents1.raw(entry1), contents2.raw(entry2)
        if raw1 == raw2 and entry1 and entry2:
            continue
        at = _first_difference(raw1, raw2)
        text1 = entry1.text if entry1 else "no entry"
        text2 = entry2.text if entry2 else "no entry"
        if text1 == text2:
            text1 += f", at +{at}: {raw1[at : at + _WINDOW].hex(' ')}"
            text2 += f", at +{at}: {raw2[at : at + _WINDOW].hex(' ')}"
        section_name = contents1.section.name
        names = [entry.name for entry in (entry1, entry2) if entry and entry.name]
        return EntryDiff(
            section_name=section_name,
            index=index,
            name=names[0] if names else f"{section_name}[{index}]",
            stage1_offset=contents1.offset(entry1, at),
            stage2_offset=contents2.offset(entry2, at),
            stage1_text=text1,
            stage2_text=text2,
        )
    return None
