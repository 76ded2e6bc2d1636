"""An ImageDiff as lines of text: sections, functions, first difference, other entries, notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clysm.wasm.diff import ImageDiff

_SHOWN_NAMES = 20  # per list


def report_lines(diff: ImageDiff) -> tuple[str, ...]:
    """The report for people. Identical images give one line."""
    if diff.identical:
        return (f"identical, {diff.stage1_size} bytes",)
    return (
        f"{diff.diff_bytes} bytes differ, first at offset {diff.first_diff_offset}; "
        f"sizes {diff.stage1_size} and {diff.stage2_size} ({diff.size_delta:+d})",
        *_section_lines(diff),
        *_name_lines("only in 1", diff.functions_only_in_1),
        *_name_lines("only in 2", diff.functions_only_in_2),
        *_name_lines("changed", diff.functions_changed),
        *_first_difference_lines(diff),
        *(f"note: {note}" for note in diff.notes),
    )


def _section_lines(diff: ImageDiff) -> Iterator[str]:
    yield "sections (size in 1, size in 2, first difference):"
    for section in diff.section_diffs:
        yield (
            f"  {section.section_name:<16} {section.stage1_size:>9} {section.stage2_size:>9}  "
            f"+{section.first_diff_offset}"
        )
    spread = ", ".join(f"{name} {count}" for name, count in diff.bytes_by_section)
    yield f"differing bytes by section: {spread}"


def _name_lines(title: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"functions {title}: {len(names)}"
        yield from (f"  {name}" for name in names[:_SHOWN_NAMES])
        if len(names) > _SHOWN_NAMES:
            yield f"  and {len(names) - _SHOWN_NAMES} more"


def _first_difference_lines(diff: ImageDiff) -> Iterator[str]:
    function = diff.function_diff
    if function is not None:
        place = "declarations" if function.instruction is None else f"instruction {function.instruction}"
        yield f"first differing function: {function.name} (index {function.index}), {place}"
        yield f"  1: offset {function.stage1_offset}: {function.stage1_text}"
        yield f"  2: offset {function.stage2_offset}: {function.stage2_text}"
    for entry in diff.entry_diffs:
        yield f"first difference in section {entry.section_name}: entry {entry.index}, {entry.name}"
        yield f"  1: offset {entry.stage1_offset}: {entry.stage1_text}"
        yield f"  2: offset {entry.stage2_offset}: {entry.stage2_text}"
