"""The line under a diagnostic: the caret stands where the column says, nothing escapes to the terminal."""

import pytest

from clysm.workflow.diagnostics import error, render
from clysm.workflow.excerpt import WIDTH, coloured, excerpt, printable


@pytest.mark.parametrize(
    ("source", "line", "column", "expected"),
    [
        (b"(a b)\n(c d)\n", 2, 4, ("    2 | (c d)", "      |    ^")),
        (b"(a b)", 1, 6, ("    1 | (a b)", "      |      ^")),
        (b"\t(x)\r\n", 1, 2, ("    1 |  (x)", "      |  ^")),
        ("(漢字 x)".encode(), 1, 5, ("    1 | (漢字 x)", "      |       ^")),
        ("(e\u0301 x)".encode(), 1, 5, ("    1 | (e\u0301 x)", "      |    ^")),
        (b"(\xff x)", 1, 4, ("    1 | (\ufffd x)", "      |    ^")),
        (b"(\x1b[31m x)", 1, 2, ("    1 | (\ufffd[31m x)", "      |  ^")),
        (b"a\nb", 3, 1, ()),
        (b"a\n", 2, 1, ()),
        (b"a", 1, 3, ()),
        (b"a", 0, 0, ()),
        (b"", 1, 1, ()),
    ],
)
def test_line_and_caret(source: bytes, line: int, column: int, expected: tuple[str, ...]) -> None:
    assert excerpt(source, line, column) == expected


@pytest.mark.parametrize("column", [1, 50, 5_000, 10_000])
def test_of_a_long_line_the_part_around_the_caret_is_shown(column: int) -> None:
    source = ("x" * (column - 1) + "Y" + "z" * (10_000 - column)).encode()
    line, caret = excerpt(source, 1, column)
    assert line[caret.index("^")] == "Y"
    assert len(line) <= WIDTH + 10


def test_what_could_move_a_cursor_is_replaced() -> None:
    assert printable("a\x1b]0;t\x07\u202eb\ud800\tc\nd") == "a\ufffd]0;t\ufffd\ufffdb\ufffd c d"
    shown = render(error("read-error", "bad \x1b[2J", "a\x9bb.lisp", 1, 1, form="(\x07)"), b"\x1b")
    assert not set("\x1b\x9b\x07") & set(shown)


def test_colours_change_nothing_but_colours() -> None:
    item = error("read-error", "bad", "a.lisp", 1, 2, suggestion="do so", form="(x)")
    plain, painted = render(item, b"(x)"), render(item, b"(x)", coloured)
    assert "\x1b[" in painted
    while "\x1b[" in painted:
        before, _, after = painted.partition("\x1b[")
        painted = before + after.partition("m")[2]
    assert painted == plain
    assert plain.splitlines() == [
        "error: a.lisp:1:2",
        "  read-error: bad",
        "    1 | (x)",
        "      |  ^",
        "  in form: (x)",
        "  do so",
    ]
