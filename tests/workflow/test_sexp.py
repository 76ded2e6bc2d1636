"""The reader of system definitions and of the cache file."""

import pytest

from clysm.workflow import sexp
from clysm.workflow.errors import ReadError
from clysm.workflow.sexp import List, Number, String, Symbol, read_data, read_system


def test_everything_it_knows_with_its_place() -> None:
    text = '(:Key nil 42 "a\\"b\\\\c"\n  (x))  y'
    assert read_data(text, max_depth=8) == (
        List(
            (
                Symbol(":key", 1, 2),
                Symbol("nil", 1, 7),
                Number(42, 1, 11),
                String('a"b\\c', 1, 14),
                List((Symbol("x", 2, 4),), 2, 3),
            ),
            1,
            1,
        ),
        Symbol("y", 2, 9),
    )


def test_system_definitions_may_have_comments_and_uninterned_symbols() -> None:
    text = "; one\n#| two #| nested |# |#\n(defsystem #:Name)"
    assert read_system(text) == (List((Symbol("defsystem", 3, 2), Symbol("name", 3, 12)), 3, 1),)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("(a\n (b)", 1, 1, "never closed"),
        ("a)\n", 1, 2, "unmatched"),
        ('("abc', 1, 2, "never closed"),
        ('"a\\n"', 1, 4, "only"),
        ("(a\n  #.b)", 2, 3, "`#` is not allowed"),
        ("'a", 1, 1, "`'` is not allowed"),
        ("(a |b|)", 1, 4, "`|` is not allowed"),
        ("(((((", 1, 4, "deeper than 3"),
        ("; no comments in data", 1, 1, "not allowed"),
    ],
)
def test_errors_have_places(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(ReadError, match=message) as caught:
        read_data(text, max_depth=3)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_depth_is_bounded_by_the_limit_only() -> None:
    depth = 50_000
    (outer,) = sexp.read_data("(" * depth + ")" * depth, max_depth=depth)
    for _ in range(depth - 1):
        assert isinstance(outer, List)
        (outer,) = outer.items
    assert outer == List((), 1, depth)
