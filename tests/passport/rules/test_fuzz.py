"""Any source gives a value, well-typed ones a package, and an error stands where it must."""

from __future__ import annotations

import inspect
import sys

from hypothesis import example, given, settings
from hypothesis import strategies as st

from clysm.passport.errors import CycleDetected, RuleTypeError
from clysm.passport.rules.check import CheckedRules, check_rules
from clysm.passport.rules.parser import parse
from clysm.passport.rules.testing import run_tests
from tests.passport.rules.programs import blanks, large_source, packages
from tests.passport.rules.sources import RULES, TESTS

OUTCOMES = (CheckedRules, RuleTypeError, CycleDetected)


def examine(rules: bytes, tests: bytes = b"") -> None:
    result = check_rules(rules, tests)
    assert isinstance(result, OUTCOMES)
    if isinstance(result, RuleTypeError):
        assert inside(tests if result.in_tests else rules, result.line, result.column)
        assert result.message == result.message.strip()
        assert "\n" not in result.message


def inside(source: bytes, line: int, column: int) -> bool:
    lines = source.decode(errors="replace").split("\n")
    return 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1


@settings(max_examples=300)
@given(st.binary(max_size=200), st.binary(max_size=50))
def test_any_bytes(rules: bytes, tests: bytes) -> None:
    examine(rules, tests)


WORDS = [
    *(
        "field",
        "let",
        "if",
        "then",
        "else",
        "assert",
        "example",
        "property",
        "fact",
        "expect",
        "forall",
        "true",
    ),
    *(
        "implies",
        "cases",
        "seed",
        "none",
        "date",
        "qty",
        "Bool",
        "Int",
        "Text",
        "Dec",
        "Qty",
        "Opt",
        "List",
        "Map",
    ),
    *(
        "Record",
        "a",
        "b.c",
        "x",
        "kg",
        "map",
        "fold",
        "min",
        "toDec",
        "getFact",
        "recordGet",
        "convert",
        "matches",
    ),
    *(
        "==",
        "<",
        "&&",
        "||",
        "=>",
        "->",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ";",
        ":",
        ".",
        "=",
        "+",
        "-",
        "*",
    ),
    *(
        "/",
        "!",
        "\\",
        "0",
        "1",
        "19",
        "1.5",
        "007",
        "5kg",
        '""',
        '"kg"',
        '"a"',
        '"\\q"',
        '"',
        "--",
        "\n",
        "#",
        "\u00e9",
    ),
]


@settings(max_examples=500)
@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from(["", " "]))
def test_any_tokens(words: list[str], between: str) -> None:
    examine(between.join(words).encode(), b"")


@settings(max_examples=500)
@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_any_tokens_as_an_expression(words: list[str]) -> None:
    examine(f"field f: Int = {' '.join(words)};".encode())


@st.composite
def mutated(draw: st.DrawFn, source: str = RULES + TESTS) -> str:
    """A valid source with a few characters dropped, doubled, moved or put in."""
    text = source
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text) - 1))
        end = min(len(text), start + draw(st.integers(0, 8)))
        piece = draw(
            st.one_of(
                st.just(""),
                st.just(text[start:end] * 2),
                st.sampled_from(WORDS),
                st.characters(codec="utf-8"),
                st.integers(0, len(source) - 1).map(lambda at: source[at : at + 12]),
            )
        )
        text = text[:start] + piece + text[end:]
    return text


@settings(max_examples=1000, deadline=None)
@given(mutated())
def test_mutated_sources(source: str) -> None:
    examine(source.encode())


@settings(max_examples=1000, deadline=None)
@given(mutated())
@example("field f: Int = " + "if a then 1 else " * 200 + "1;")
@example("field f: Int = " + "1 + " * 200 + "1;")
@example("property p: cases(0) seed(1)")
def test_a_parse_error_is_the_first_token_that_cannot_continue(source: str) -> None:
    """What stands before a ParseError can be continued: alone it is a module, or its end is what is wrong."""
    error = parse(source.encode())
    if isinstance(error, RuleTypeError):
        lines = source.split("\n")[: error.line]
        before = "\n".join([*lines[:-1], lines[-1][: error.column - 1]])
        cut = parse(before.encode())
        if isinstance(cut, RuleTypeError):
            assert (cut.line, cut.column) == (error.line, error.column)


@settings(max_examples=300)
@given(
    st.sampled_from(
        [
            "(",
            "[",
            "{",
            '{"a":',
            "f(",
            "f(\\x -> ",
            "-",
            "- ",
            "!",
            "if ",
            "let x = ",
            "assert(",
            "Opt(",
            "1+",
        ]
    ),
    st.integers(0, 3000),
    st.sampled_from(["field f: Int = ", "field f: ", 'example e: { fact f("T", "k") = ', "property p: "]),
    st.sampled_from(["", "1", "1;", "x)", "}"]),
)
def test_deep_nesting(opening: str, times: int, before: str, after: str) -> None:
    examine((before + opening * times + after).encode())


@settings(max_examples=150, deadline=None)
@given(packages(), st.data())
def test_well_typed_packages_check(source: str, data: st.DataObject) -> None:
    apart = data.draw(st.lists(blanks, min_size=1, max_size=7))
    pieces = source.split(" ")
    spread = "".join(piece + apart[index % len(apart)] for index, piece in enumerate(pieces))
    close, wide = (check_rules(text.encode(), b"") for text in (source, spread))
    assert isinstance(close, CheckedRules), close
    assert isinstance(wide, CheckedRules), wide
    assert [test.passed for test in run_tests(close).outcomes] == [
        test.passed for test in run_tests(wide).outcomes
    ]


# What wraps an expression: its text, how much higher it gets, and how many brackets are open around it
WRAPPERS = [
    ("( {} )", 0, 1),
    ("- ({})", 1, 1),
    ("a + ({})", 1, 1),
    ("1 * ({})", 1, 1),
    ("({}) < 2", 1, 1),
    ("[2, {}]", 1, 1),
    ('{{"k": {}}}', 1, 1),
    ("f({}, 1)", 1, 1),
    ("f(\\x -> {})", 2, 1),
    ("let x = {}; x", 1, 0),
    ("let x = 1; {}", 1, 0),
    ('assert({}, "E", "m"); x', 1, 1),
    ('assert(x, "E", "m"); {}', 1, 0),
    ("if {} then 1 else 2", 1, 0),
    ("if a then {} else 2", 1, 0),
    ("if a then 1 else {}", 1, 0),
]
LEAVES = [
    ("1", 1, 0),
    ("-1.5", 1, 0),
    ("qty(1, kg)", 1, 1),
    ("[]", 1, 1),
    ("f()", 1, 1),
    ('date("2025-01-01")', 2, 1),
]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(LEAVES),
    st.lists(st.sampled_from(WRAPPERS), min_size=1, max_size=12),
    st.integers(50, 135),
)
def test_the_limits_are_exact(
    leaf: tuple[str, int, int], wrappers: list[tuple[str, int, int]], times: int
) -> None:
    """128 high and 64 brackets are accepted, more is not, whatever the shape."""
    text, height, brackets = leaf
    for index in range(times):
        template, higher, opened = wrappers[index % len(wrappers)]
        text, height = template.format(text), height + higher
        brackets = max(brackets + opened, template.count("("))
    result = parse(f"field f: Int = {text};".encode())
    assert isinstance(result, RuleTypeError) is (height > 128 or brackets > 64)


def test_the_stack_needed_is_bounded() -> None:
    """Sources at the limits need far fewer frames than Python grants."""
    deepest = [
        "fold([1], 0, \\a x -> " * 63 + "1" + ")" * 63,
        "f(\\x -> " * 63 + "1" + ")" * 63,
        "[if true then " * 63 + "1" + " else 1]" * 63,
        "if true then " * 126 + "1" + " else 1" * 126,
        "let x = " * 126 + "1" + "; 1" * 126,
        "(" * 64 + "if true then " * 126 + "1" + " else 1" * 126 + ")" * 64,
        '{"a": ' * 64 + "1" + "}" * 64,
        "if true then " * 3000,
        "f(" * 3000,
    ]
    limit = sys.getrecursionlimit()
    frames = len(inspect.stack(0))
    try:
        sys.setrecursionlimit(frames + 650)
        for expression in deepest:
            examine(f"field f: Int = {expression};".encode())
    finally:
        sys.setrecursionlimit(limit)


def test_ten_thousand_lines() -> None:
    source = large_source(10_000)
    assert source.count("\n") >= 10_000
    result = check_rules(source.encode(), b"")
    assert isinstance(result, CheckedRules)
    assert len(result.order) == 2000
