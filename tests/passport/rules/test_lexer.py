"""Tokens, spec 6.1: which characters are one token, where tokens stand, what is none."""

from __future__ import annotations

import pytest

from clysm.passport.rules.lexer import MAX_SOURCE, RESERVED, lex


def tokens(source: str | bytes) -> list[tuple[str, str]]:
    read = lex(source.encode() if isinstance(source, str) else source)
    return list(zip(read.kinds, read.values, strict=True))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        (" \t\r\n", []),
        ('-- comment \u00e9 " # \x00', []),
        ("3--2", [("INT", "3")]),
        ("3 - - 2", [("INT", "3"), ("-", "-"), ("-", "-"), ("INT", "2")]),
        ("--x\ny", [("IDENT", "y")]),
        ("letter let _x x9", [("IDENT", "letter"), ("let", "let"), ("IDENT", "_x"), ("IDENT", "x9")]),
        ("0 10 0.5 1.50 9.0", [("INT", "0"), ("INT", "10"), ("DEC", "0.5"), ("DEC", "1.50"), ("DEC", "9.0")]),
        ("1.x", [("INT", "1"), (".", "."), ("IDENT", "x")]),
        ("1..5", [("INT", "1"), (".", "."), (".", "."), ("INT", "5")]),
        ("1.5.2", [("DEC", "1.5"), (".", "."), ("INT", "2")]),
        ("1" * 1000, [("INT", "1" * 1000)]),
        ("0." + "1" * 999, [("DEC", "0." + "1" * 999)]),
        ("<== => =>= ->-> ===", [(s, s) for s in ["<=", "=", "=>", "=>", "=", "->", "->", "==", "="]]),
        ("!=!", [("!=", "!="), ("!", "!")]),
        ("a.b:c", [("IDENT", "a"), (".", "."), ("IDENT", "b"), (":", ":"), ("IDENT", "c")]),
        ('""', [("TEXT", "")]),
        ('"a\u00e9\U0001f50b\x7f\u2028"', [("TEXT", "a\u00e9\U0001f50b\x7f\u2028")]),
        (r'"\" \\ \/ \b\f\n\r\t"', [("TEXT", '" \\ / \b\f\n\r\t')]),
        (r'"\u0000\u00E9\ud83d\uDD0B\uffff"', [("TEXT", "\0\u00e9\U0001f50b\uffff")]),
        ('"--" --"', [("TEXT", "--")]),
    ],
)
def test_tokens(source: str, expected: list[tuple[str, str]]) -> None:
    assert tokens(source) == [*expected, ("END", "")]


def test_reserved_words_are_their_own_kinds() -> None:
    assert len(RESERVED) == 29
    assert tokens(" ".join(sorted(RESERVED)))[:-1] == [(word, word) for word in sorted(RESERVED)]


@pytest.mark.parametrize("symbol", [*"()[]{},;:.=<>+-*/!\\", "==", "!=", "<=", ">=", "&&", "||", "=>", "->"])
def test_symbols(symbol: str) -> None:
    assert tokens(symbol) == [(symbol, symbol), ("END", "")]


@pytest.mark.parametrize(
    ("source", "at"),
    [
        ("a #", (1, 3)),
        ("a\n \u00e9", (2, 2)),
        ("& x", (1, 1)),
        ("x | y", (1, 3)),
        ("007", (1, 1)),
        ("00", (1, 1)),
        ("1 5kg", (1, 3)),
        ("5_0", (1, 1)),
        ("1.5x", (1, 1)),
        ("01.5", (1, 1)),
        ("5\u00e9", (1, 2)),  # only ASCII letters run into a number
        ("1" * 1001, (1, 1)),
        ("0." + "1" * 1000, (1, 1)),
        ('x "abc', (1, 3)),
        ('"a\nb"', (1, 1)),
        ('"a\tb"', (1, 1)),
        ('"\x00"', (1, 1)),
        (r'"\q"', (1, 1)),
        (r'"\u12g4"', (1, 1)),
        (r'"\U00e9"', (1, 1)),
        (r'"\ud800"', (1, 1)),
        (r'"\udc00"', (1, 1)),
        (r'"\ud800\ud800"', (1, 1)),
        (r'"\ud800x"', (1, 1)),
        ('"\\"', (1, 1)),
        ("\ufeffx", (1, 1)),
        ("x \ufeff", (1, 3)),
        ("x\u00a0y", (1, 2)),
        ("x\x0by", (1, 2)),
        ("x\u2028y", (1, 2)),
        ("x\x85y", (1, 2)),
        ("(" * 64 + "\n[", (2, 1)),
    ],
)
def test_faults_end_the_tokens(source: str, at: tuple[int, int]) -> None:
    read = lex(source.encode())
    assert (read.kinds[-1], read.positions[-1]) == ("ERROR", at)
    assert "END" not in read.kinds


@pytest.mark.parametrize(
    "source",
    [b"\xff", b"x \xc3", b"\xed\xa0\x80", b"\xc0\xaf", b"\xef\xbb\xbfx", b"x" * (MAX_SOURCE + 1)],
    ids=["byte", "cut", "surrogate", "overlong", "bom", "too long"],
)
def test_faults_of_the_whole_source_stand_at_its_start(source: bytes) -> None:
    read = lex(source)
    assert (read.kinds, read.positions) == (["ERROR"], [(1, 1)])


def test_the_longest_source() -> None:
    assert lex(b" " * MAX_SOURCE).kinds == ["END"]


def test_positions_count_code_points_and_lines() -> None:
    read = lex("a \u00e9".replace("\u00e9", '"\U0001f50b" b').encode() + b"\r\n\tc -- d\n\n e")
    assert read.positions == [(1, 1), (1, 3), (1, 7), (2, 2), (4, 2), (4, 3)]


@pytest.mark.parametrize(("source", "end"), [("", (1, 1)), ("ab", (1, 3)), ("a\n", (2, 1)), ("a\n ", (2, 2))])
def test_the_end_is_behind_the_last_character(source: str, end: tuple[int, int]) -> None:
    assert lex(source.encode()).positions[-1] == end


@pytest.mark.parametrize("unit", [b'"', b"\\", b"1", b"-", b"\n", b'"\\n', b"a1 ", b"\xc3\xa9", b"--", b"(("])
def test_any_long_source_is_read_in_linear_time(unit: bytes) -> None:
    assert lex(unit * (MAX_SOURCE // len(unit))).kinds[-1] in ("END", "ERROR")
