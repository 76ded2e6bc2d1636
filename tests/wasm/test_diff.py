"""The difference report (section 5 of the contracts), its equations (1.3, I4) and its speed."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clysm.wasm.diff import EntryDiff, FunctionDiff, ImageDiff, SectionDiff, diff_images
from clysm.wasm.diff_report import report_lines
from clysm.wasm.errors import MalformedImageError, WasmError
from clysm.wasm.sections import HEADER, find_section, parse_sections
from tests.support.projects import REPOSITORY
from tests.wasm.images import EVERYTHING, assemble, custom, everything, leb, section


def edited(old: str, new: str) -> bytes:
    assert old in EVERYTHING
    return assemble(EVERYTHING.replace(old, new))


def slow_first_difference(one: bytes, two: bytes) -> int | None:
    for position in range(max(len(one), len(two))):
        if one[position : position + 1] != two[position : position + 1]:
            return position
    return None


def check_equations(one: bytes, two: bytes, diff: ImageDiff) -> None:
    """What must hold for any two images."""
    assert diff.first_diff_offset == slow_first_difference(one, two)
    differing = sum(a != b for a, b in zip(one, two, strict=False)) + abs(len(one) - len(two))
    assert diff.diff_bytes == differing
    assert sum(count for _, count in diff.bytes_by_section) == differing
    assert diff.size_delta == diff.stage2_size - diff.stage1_size == len(two) - len(one)
    assert sum(item.stage2_size - item.stage1_size for item in diff.section_diffs) == diff.size_delta
    assert diff.identical == (one == two) == (not diff.section_diffs) == (diff.first_diff_offset is None)
    for item in diff.section_diffs:
        assert 0 <= item.section_id <= 13
        assert 0 <= item.first_diff_offset <= max(item.stage1_size, item.stage2_size)
    if diff.identical:
        assert (diff.functions_changed, diff.function_diff, diff.entry_diffs) == ((), None, ())
    function = diff.function_diff
    if function is not None:
        assert any(item.section_name == "code" for item in diff.section_diffs)
        if function.instruction is not None:
            assert one[function.stage1_offset :] != two[function.stage2_offset :]
    if len(one) == len(two) and all(item.stage1_size == item.stage2_size for item in diff.section_diffs):
        listed = {item.section_name for item in diff.section_diffs}
        assert {name for name, _ in diff.bytes_by_section} <= listed
    assert report_lines(diff)


def test_identical() -> None:
    diff = diff_images(everything(), everything())
    check_equations(everything(), everything(), diff)
    assert diff.identical
    assert report_lines(diff) == (f"identical, {len(everything())} bytes",)


# N42: offsets and indices of functions and instructions count from 0, in the file.
def test_one_instruction() -> None:
    two = edited("(call $fd-write (i32.const 1)", "(call $fd-write (i32.const 2)")
    diff = diff_images(everything(), two)
    check_equations(everything(), two, diff)
    offset = diff.first_diff_offset
    assert offset is not None
    assert diff.function_diff == FunctionDiff(
        "list", 2, 10, offset - 1, offset - 1, "i32.const 1", "i32.const 2"
    )
    assert diff.functions_changed == ("list",)
    assert [item.section_name for item in diff.section_diffs] == ["code"]
    assert diff.bytes_by_section == (("code", 1),)
    assert "first differing function: list (index 2), instruction 10" in report_lines(diff)


def test_called_functions_are_named() -> None:
    """A call is shown with the name in its own image."""
    diff = diff_images(
        assemble("(module (func $a) (func $b) (func $main call $a))"),
        assemble("(module (func $a) (func $b) (func $main call $b))"),
    )
    assert diff.function_diff is not None
    assert (diff.function_diff.stage1_text, diff.function_diff.stage2_text) == ("call 0 $a", "call 1 $b")


def test_local_declarations() -> None:
    two = edited("(local $n i32) (local $x", "(local $n i64) (local $x")
    diff = diff_images(everything(), two)
    assert diff.function_diff is not None
    assert diff.function_diff.instruction is None
    assert diff.function_diff.stage2_text == "(local 1 i64) (local 1 (ref null 0))"


def test_a_longer_body() -> None:
    diff = diff_images(
        assemble("(module (func $f nop) (func $g nop nop))"),
        assemble("(module (func $f nop) (func $g nop nop nop))"),
    )
    assert diff.function_diff is not None
    assert (diff.function_diff.name, diff.function_diff.instruction) == ("g", 2)
    assert (diff.function_diff.stage1_text, diff.function_diff.stage2_text) == ("end", "nop")


def test_functions_added_and_removed() -> None:
    one = assemble("(module (func $a) (func $b) (func $c nop))")
    two = assemble("(module (func $b) (func $c nop) (func $d))")
    diff = diff_images(one, two)
    check_equations(one, two, diff)
    assert (diff.functions_only_in_1, diff.functions_only_in_2, diff.functions_changed) == (
        ("a",),
        ("d",),
        (),
    )
    assert diff.function_diff is not None
    assert (diff.function_diff.name, diff.function_diff.index, diff.function_diff.instruction) == (
        "a",
        0,
        None,
    )
    assert (diff.function_diff.stage1_text, diff.function_diff.stage2_text) == ("function a", "function b")


def test_a_function_at_the_end() -> None:
    diff = diff_images(assemble("(module (func $a))"), assemble("(module (func $a) (func $b nop))"))
    assert diff.function_diff is not None
    assert (diff.function_diff.stage1_text, diff.function_diff.stage2_text) == ("no function", "function b")


def test_unnamed_and_repeated_names() -> None:
    unnamed = diff_images(assemble("(module (func) (func nop))"), assemble("(module (func) (func drop))"))
    assert unnamed.functions_changed == ("func[1]",)
    repeated = '(module (func (@name "f")) (func (@name "f") {}) (func (@name "f")))'
    diff = diff_images(assemble(repeated.format("nop")), assemble(repeated.format("drop")))
    assert diff.functions_changed == ("f#2",)


ENTRIES: tuple[tuple[str, str, str, int, str, str, str], ...] = (
    (
        "(i32.const 41)",
        "(i32.const 42)",
        "global",
        0,
        "global[0]",
        "(mut i32) i32.const 41",
        "(mut i32) i32.const 42",
    ),
    ('"counter"', '"comnter"', "export", 2, "counter", "global 1", "global 1"),
    ('"hello"', '"hallo"', "data", 0, "data[0]", "memory 1 offset i32.const 8, 5 bytes", "61 6c"),
    ("func $list $start)", "func $start $list)", "element", 0, "element[0]", "func 2 1", "func 1 2"),
    (
        '(table $units (export "rt.units") 10',
        '(table $units (export "rt.units") 11',
        "table",
        0,
        "table[0]",
        "10",
        "11",
    ),
    ("(start $start)", "(start $spare)", "start", 0, "start[0]", "func 1", "func 5"),
    ("(param i32 (ref null any))", "(param i64 (ref null any))", "type", 6, "type[6]", "i32", "i64"),
    ("odd name", "odd nome", "custom:name", 5, "func[4]", "odd name", "odd nome"),
    ("(:abi 1)", "(:abi 2)", "custom:clysm.object", 0, "custom:clysm.object[0]", "31 29", "32 29"),
    ('"env" "memory" (memory 1 2)', '"env" "memory" (memory 1 3)', "import", 2, "env.memory", "1 2", "1 3"),
)


@pytest.mark.parametrize(("old", "new", "name", "index", "entry", "text1", "text2"), ENTRIES)
def test_other_sections(
    old: str, new: str, name: str, index: int, entry: str, text1: str, text2: str
) -> None:
    two = edited(old, new)
    diff = diff_images(everything(), two)
    check_equations(everything(), two, diff)
    assert diff.function_diff is None
    found = [item for item in diff.entry_diffs if item.section_name == name]
    assert [(item.index, item.name) for item in found] == [(index, entry)]
    if text1 in found[0].stage1_text:
        assert text1 != text2 or found[0].stage1_text != found[0].stage2_text
    assert text1.split(", at")[0] in found[0].stage1_text
    assert text2 in found[0].stage2_text
    assert found[0].stage1_offset >= 8
    assert everything()[found[0].stage1_offset] != two[found[0].stage2_offset]
    assert any(f"section {name}" in line for line in report_lines(diff))


def test_an_entry_more() -> None:
    one = assemble("(module (global i32 (i32.const 1)))")
    two = assemble("(module (global i32 (i32.const 1)) (global i32 (i32.const 2)))")
    diff = diff_images(one, two)
    check_equations(one, two, diff)
    (entry,) = diff.entry_diffs
    assert entry == EntryDiff("global", 1, "global[1]", len(one), len(two) - 5, "no entry", "i32 i32.const 2")


def test_sections_that_move_come_or_go() -> None:
    a, b = custom("a", b"1"), custom("b", b"22")
    for one, two, expected in (
        (HEADER + a, HEADER, [SectionDiff(0, "custom:a", len(a), 0, 0)]),
        (HEADER, HEADER + a, [SectionDiff(0, "custom:a", 0, len(a), 0)]),
        (
            HEADER + a + b,
            HEADER + b + a,
            [SectionDiff(0, "custom:b", 0, len(b), 0), SectionDiff(0, "custom:b", len(b), 0, 0)],
        ),
    ):
        diff = diff_images(one, two)
        check_equations(one, two, diff)
        assert list(diff.section_diffs) == expected


def test_only_the_encoding_of_a_size_differs() -> None:
    one = HEADER + b"\x00\x02\x01a"
    two = HEADER + b"\x00\x82\x00\x01a"
    diff = diff_images(one, two)
    check_equations(one, two, diff)
    assert diff.entry_diffs == ()
    assert diff.section_diffs == (SectionDiff(0, "custom:a", 4, 5, 1),)


def test_damaged_code_is_noted_or_shown() -> None:
    one = HEADER + section(1, b"\x01\x60\0\0") + section(3, b"\x01\0") + section(10, b"\x01\x03\0\x01\x0b")
    unknown = one[:-2] + b"\x06\x0b"
    diff = diff_images(one, unknown)
    check_equations(one, unknown, diff)
    assert diff.function_diff is not None
    assert diff.function_diff.stage2_text == "<unknown opcode 0x06>"
    oversized = one[:-4] + b"\x04" + one[-3:]
    diff = diff_images(one, oversized)
    check_equations(one, oversized, diff)
    assert diff.notes == ("functions of image 2: function body exceeds the code section at offset 21",)
    assert any(line.startswith("note: ") for line in report_lines(diff))


def test_damaged_entries_and_names_are_noted() -> None:
    one = HEADER + section(6, b"\x01\x7f\0\x41\0\x0b") + custom("name", b"\x01\x04\x01\0\x01f")
    two = HEADER + section(6, b"\x01\x7f\x02\x41\0\x0b") + custom("name", b"\x01\x04\x01\0\x05f")
    diff = diff_images(one, two)
    check_equations(one, two, diff)
    assert diff.notes == (
        "names of image 2: unexpected end at offset 28",
        "section global of image 2: mutability flag is 2 at offset 12",
        "section custom:name of image 2: unexpected end at offset 28",
    )


@pytest.mark.parametrize("bad", [b"", everything()[:-1], b"(module)", everything() + b"\0"])
def test_what_cannot_be_compared(bad: bytes) -> None:
    with pytest.raises(MalformedImageError):
        diff_images(everything(), bad)
    with pytest.raises(MalformedImageError):
        diff_images(bad, everything())


def parses(image: bytes) -> bool:
    try:
        parse_sections(image)
    except WasmError:
        return False
    return True


@settings(max_examples=400)
@given(
    st.lists(st.tuples(st.integers(8, len(everything()) - 1), st.integers(0, 255)), min_size=1, max_size=8)
)
def test_random_mutations_of_bytes(edits: list[tuple[int, int]]) -> None:
    image = bytearray(everything())
    for position, value in edits:
        image[position] = value
    two = bytes(image)
    assume(parses(two))
    check_equations(everything(), two, diff_images(everything(), two))
    check_equations(two, everything(), diff_images(two, everything()))


@settings(max_examples=200)
@given(st.data())
def test_random_changes_of_length(data: st.DataObject) -> None:
    """Contents of a random section are replaced by others of another length."""
    image = everything()
    chosen = data.draw(st.sampled_from(parse_sections(image)))
    start = data.draw(st.integers(chosen.content, chosen.end))
    end = data.draw(st.integers(start, chosen.end))
    content = image[chosen.content : start] + data.draw(st.binary(max_size=6)) + image[end : chosen.end]
    if chosen.id == 0:
        name = chosen.name.removeprefix("custom:").encode()
        content = leb(len(name)) + name + content
    two = image[: chosen.start] + section(chosen.id, content) + image[chosen.end :]
    check_equations(image, two, diff_images(image, two))
    check_equations(two, image, diff_images(two, image))


@pytest.mark.parametrize("seed", [1, 2])
def test_random_mutations_of_a_stage(seed: int) -> None:
    """Bytes changed within functions, and a section that grows, in the image of Stage 0."""
    path = REPOSITORY / "build/stage0.wasm"
    if not path.is_file():
        pytest.skip("there is no stage: run `doit stage`")
    image = path.read_bytes()
    choice = random.Random(seed)
    code = find_section(parse_sections(image), "code")
    assert code is not None
    changed = bytearray(image)
    for _ in range(seed * 3):
        changed[choice.randrange(code.content + 8, code.end)] ^= choice.randrange(1, 256)
    two = bytes(changed) + (custom("more", bytes(seed)) if seed > 1 else b"")
    check_equations(image, two, diff_images(image, two))


def large_image(functions: int) -> bytes:
    """About 250 bytes of code per function, all with names."""
    body = b"\0" + b"\x20\0\x20\x01\x10\x05\x1a" * 35 + b"\x0b"
    code = leb(functions) + (leb(len(body)) + body) * functions
    names = b"".join(leb(i) + leb(8) + b"fn%06d" % i for i in range(functions))
    subsection = leb(functions) + names
    return b"".join(
        (
            HEADER,
            section(1, b"\x01\x60\0\0"),
            section(3, leb(functions) + b"\0" * functions),
            section(10, code),
            custom("name", b"\x01" + leb(len(subsection)) + subsection),
        )
    )


def test_five_megabytes_in_less_than_a_second() -> None:
    one = large_image(20_000)
    assert len(one) > 5_000_000
    changed = bytearray(one)
    changed[4_000_000:4_000_007] = b"\x01" * 7
    shifted = HEADER + custom("early", b"x") + one[8:]
    for two in (bytes(changed), shifted):
        started = time.perf_counter()
        diff = diff_images(one, two)
        assert time.perf_counter() - started < 1.0
        assert sum(count for _, count in diff.bytes_by_section) == diff.diff_bytes
        assert not diff.identical
