"""Sections, names and bodies: where they are, and what is wrong with damaged ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.wasm.code import decode_body, parse_bodies
from clysm.wasm.entries import parse_entries
from clysm.wasm.errors import MalformedImageError, UnknownOpcodeError, WasmError
from clysm.wasm.interface import exported_function_types, parse_exports, parse_imports, parse_types
from clysm.wasm.names import parse_names
from clysm.wasm.reader import Reader
from clysm.wasm.sections import HEADER, SECTION_NAMES, find_section, parse_sections
from tests.wasm.images import assemble, custom, everything, leb, section


def test_sizes_account_for_every_byte() -> None:
    """1.3: from the id byte through the last byte."""
    image = everything()
    sections = parse_sections(image)
    assert 8 + sum(item.size for item in sections) == len(image)
    assert {item.id for item in sections} == set(SECTION_NAMES)
    assert [item.start for item in sections[1:]] == [item.end for item in sections[:-1]]
    assert [item.name for item in sections if item.id == 0] == ["custom:clysm.object", "custom:name"]
    assert find_section(sections, "custom:nope") is None
    for item in sections:
        assert image[item.start] == item.id


BROKEN: tuple[tuple[bytes, int, str], ...] = (
    (b"", 0, "version 1"),
    (b"\0asm\2\0\0\0", 0, "version 1"),
    (HEADER + b"\x0e\0", 8, "unknown section id 14"),
    (HEADER + b"\x01", 9, "unexpected end"),
    (HEADER + b"\x01\x05\0", 10, "unexpected end"),
    (HEADER + b"\x01\x80\x80\x80\x80\x80\0", 9, "integer too long"),
    (HEADER + b"\x01\xff\xff\xff\xff\x7f", 9, "integer too large"),
    (HEADER + b"\x00\x02\x01\xff", 10, "not UTF-8"),
    (HEADER + b"\x00\x01\x05", 11, "unexpected end"),
)


@pytest.mark.parametrize(("image", "offset", "message"), BROKEN)
def test_broken_sections(image: bytes, offset: int, message: str) -> None:
    with pytest.raises(MalformedImageError) as caught:
        parse_sections(image)
    assert caught.value.offset == offset
    assert message in str(caught.value)


def test_names() -> None:
    image = everything()
    names = parse_names(image, parse_sections(image))
    assert names.module == "everything"
    assert dict(names.functions) == {
        0: "fd-write",
        1: "start",
        2: "list",
        3: "describe",
        4: "odd name",
        5: "spare",
    }
    assert names.function(2) == "list"
    assert names.function(99) == "func[99]"


def test_no_names() -> None:
    image = HEADER + custom("other")
    names = parse_names(image, parse_sections(image))
    assert (names.module, dict(names.functions)) == (None, {})


def test_interface() -> None:
    image = everything()
    sections = parse_sections(image)
    assert [
        (item.module, item.name, item.kind, item.description) for item in parse_imports(image, sections)
    ] == [
        ("clysm", "fd_write", "func", "(type 6)"),
        ("env", "table", "table", "1 (ref null func)"),
        ("env", "memory", "memory", "1 2"),
        ("env", "global", "global", "i32"),
        ("env", "tag", "tag", "(type 7)"),
    ]
    assert [(item.name, item.kind, item.index) for item in parse_exports(image, sections)] == [
        ("rt.units", "table", 1),
        ("memory", "memory", 1),
        ("counter", "global", 1),
        ("list", "func", 2),
    ]
    assert [item.text for item in parse_types(image, sections)][:6] == [
        "(struct (mut i32) (mut (ref eq)) (mut (ref eq)))",
        "(sub (struct i8))",
        "(sub final 1 (struct i8 (mut i16)))",
        "(array (mut i8))",
        "(func (param (ref eq)) (result (ref eq) i32))",
        "(func)",
    ]
    assert exported_function_types(image, sections) == {"list": (("(ref eq)",), ("(ref eq)", "i32"))}


@pytest.mark.parametrize("index", [5, 1])
def test_an_export_without_a_function_type(index: int) -> None:
    """Index 5 is no function; function 1 has a struct for a type."""
    image = (
        HEADER
        + section(1, b"\x02\x60\0\0\x5f\0")
        + section(3, b"\x02\0\x01")
        + section(7, b"\x01\x01f\0" + leb(index))
    )
    with pytest.raises(MalformedImageError, match="export `f` has no function type"):
        exported_function_types(image, parse_sections(image))


def test_bodies() -> None:
    image = everything()
    sections = parse_sections(image)
    bodies = parse_bodies(image, sections)
    code = find_section(sections, "code")
    assert code
    assert [body.index for body in bodies] == [1, 2, 3, 4, 5]
    assert bodies[-1].end == code.end
    names = parse_names(image, sections)
    decoded = decode_body(image, bodies[1], names.functions)
    assert decoded.locals == "(local 1 i32) (local 1 (ref null 0))"
    texts = [instruction.text for instruction in decoded.instructions]
    assert "call 0 $fd-write" in texts
    assert texts[-1] == "end"
    assert decoded.instructions[0].offset > bodies[1].code
    assert decoded.instructions[-1].end == bodies[1].end
    assert [
        (a.end, b.offset) for a, b in zip(decoded.instructions, decoded.instructions[1:], strict=False)
    ] == [(b.offset, b.offset) for b in decoded.instructions[1:]]


CODE: tuple[tuple[bytes, type[WasmError], str], ...] = (
    (b"\x01\x09\0\x0b", MalformedImageError, "exceeds the code section"),
    (b"\x01\x02\0\x0b\0", MalformedImageError, "bytes after the last function body"),
    (b"\x02\x02\0\x0b", MalformedImageError, "unexpected end"),
    (b"\x01\x03\0\x0b\x0b", MalformedImageError, "bytes after the end of the function"),
    (b"\x01\x03\0\x06\x0b", UnknownOpcodeError, "unknown opcode 0x06"),
    (b"\x01\x04\0\xfb\x7f\x0b", UnknownOpcodeError, "unknown opcode 0xfb 127"),
    (b"\x01\x02\0\x01", MalformedImageError, "unexpected end"),
)


def decode_all(image: bytes) -> None:
    for body in parse_bodies(image, parse_sections(image)):
        decode_body(image, body)


@pytest.mark.parametrize(("content", "kind", "message"), CODE)
def test_broken_code(content: bytes, kind: type[WasmError], message: str) -> None:
    image = HEADER + section(10, content)
    with pytest.raises(kind, match=message):
        decode_all(image)


def test_entries_fill_their_sections() -> None:
    image = everything()
    for item in parse_sections(image):
        if item.name == "code":
            continue
        entries = parse_entries(image, item)
        assert entries
        assert entries[-1].end == item.end
        starts = [entry.start for entry in entries]
        assert starts == sorted(starts)


def entry_texts(name: str) -> list[tuple[str | None, str]]:
    image = everything()
    found = find_section(parse_sections(image), name)
    assert found
    return [(entry.name, entry.text) for entry in parse_entries(image, found)]


def test_entry_texts() -> None:
    assert entry_texts("global") == [
        (None, "(mut i32) i32.const 41"),
        (None, "(ref null any) ref.null none"),
        (None, "i64 i64.const 1; i64.const -2; i64.add"),
    ]
    assert entry_texts("table") == [
        (None, "10 20 (ref null func)"),
        (None, "2 (ref 5) ref.func 1"),
    ]
    assert entry_texts("element") == [
        (None, "table 1 offset i32.const 1 func 2 1"),
        (None, "passive func 2"),
        (None, "declare func 3"),
        (None, "passive (ref null func) ref.func 2 ref.null func"),
    ]
    assert entry_texts("data") == [
        (None, "memory 1 offset i32.const 8, 5 bytes"),
        (None, "passive, 7 bytes"),
    ]
    assert entry_texts("export")[0] == ("rt.units", "table 1")
    assert entry_texts("import")[0] == ("clysm.fd_write", "func (type 6)")
    assert entry_texts("start") == [(None, "func 1")]
    assert entry_texts("datacount") == [(None, "2")]
    assert entry_texts("tag") == [(None, "(type 8)")]
    assert entry_texts("memory") == [(None, "2")]
    assert ("func[2]", "list") in entry_texts("custom:name")
    assert entry_texts("type")[0][1].startswith("(rec (struct")


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_signed_integers_read_as_the_engine_writes_them(value: int) -> None:
    image = assemble(f"(module (global i64 (i64.const {value})))")
    found = find_section(parse_sections(image), "global")
    assert found
    assert parse_entries(image, found)[0].text == f"i64 i64.const {value}"


@given(st.integers(0, (1 << 32) - 1))
def test_unsigned_integers(value: int) -> None:
    assert Reader(leb(value)).u32() == value
    assert Reader(leb(value)).u64() == value


@pytest.mark.parametrize(
    ("bits", "data", "value"),
    [
        (32, b"\x7f", -1),
        (32, b"\xff\xff\xff\xff\x07", (1 << 31) - 1),
        (32, b"\x80\x80\x80\x80\x78", -(1 << 31)),
        (32, b"\xff\xff\xff\xff\x0f", None),
        (32, b"\x80\x80\x80\x80\x80\x00", None),
        (33, b"\xff\xff\xff\xff\x0f", (1 << 32) - 1),
        (64, b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f", -(1 << 63)),
        (64, b"\x80", None),
    ],
)
def test_signed_limits(bits: int, data: bytes, value: int | None) -> None:
    reader = Reader(data)
    if value is None:
        with pytest.raises(MalformedImageError):
            reader.signed(bits)
    else:
        assert reader.signed(bits) == value
        assert reader.at_end()


@given(st.data())
def test_damage_raises_wasm_errors_only(data: st.DataObject) -> None:
    image = bytearray(everything())
    for _ in range(data.draw(st.integers(1, 4))):
        image[data.draw(st.integers(8, len(image) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(image)
    if error_offset(lambda: parse_sections(damaged)) is not None:
        return
    sections = parse_sections(damaged)
    readers: list[Callable[[], object]] = [
        lambda: parse_names(damaged, sections),
        lambda: exported_function_types(damaged, sections),
        lambda: decode_all(damaged),
        *(partial(parse_entries, damaged, item) for item in sections),
    ]
    for read in readers:
        assert (error_offset(read) or 0) <= len(damaged)


def error_offset(read: Callable[[], object]) -> int | None:
    """The offset of the WasmError that `read` raises, None if it raises nothing."""
    try:
        read()
    except WasmError as error:
        return error.offset
    return None
