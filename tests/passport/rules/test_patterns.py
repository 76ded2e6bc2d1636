"""Patterns, spec 6.7: which are accepted, their size, what they match, and how long that takes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clysm.passport.rules.pattern_tree import MAX_SIZE
from clysm.passport.rules.patterns import MAX_KEPT, Pattern, compile_pattern
from tests.passport.vectors import group


def compiled(pattern: str) -> Pattern:
    read = compile_pattern(pattern)
    assert read is not None, pattern
    return read


@pytest.mark.parametrize("item", group("pattern"))
def test_vector(item: dict[str, Any]) -> None:
    pattern = compile_pattern(item["pattern"])
    if "error" in item:
        assert item["error"] == {"error": "BadPattern"}
        assert pattern is None
    else:
        assert pattern is not None
        assert [pattern.matches(text) for text in item["texts"]] == item["expect"]


@pytest.mark.parametrize(
    ("pattern", "accepted", "refused"),
    [
        ("", [""], ["a", "\n"]),
        ("|", [""], ["|"]),
        ("a|", ["a", ""], ["aa"]),
        ("()", [""], ["("]),
        ("(?:)*", [""], ["a"]),
        ("(a|b|)c", ["ac", "bc", "c"], ["ab"]),
        ("a.c", ["abc", "a\u2028c", "a\rc", "a\U0001f50bc"], ["a\nc", "ac"]),
        ("^$", [""], ["a", "\n"]),
        ("^a$", ["a"], ["", "a\n", "aa"]),
        ("a^b", [], ["ab", "a^b", "a\nb"]),
        ("a$b", [], ["ab", "a$b"]),
        ("^^a$$", ["a"], ["aa"]),
        ("(^)*a($)+", ["a"], ["aa"]),
        ("(^a|b)*", ["", "a", "ab", "abb", "bb"], ["aa", "ba"]),
        ("(a|b$)*", ["", "aa", "aab", "b"], ["ba", "bb"]),
        ("(^|a)b", ["b", "ab"], ["a", "bb"]),
        ("a($|b)", ["a", "ab"], ["abb", ""]),
        ("(^$|x)y?", ["", "x", "xy"], ["y"]),
        ("x{0}", [""], ["x"]),
        ("x{2}", ["xx"], ["x", "xxx"]),
        ("x{2,}", ["xx", "xxx"], ["x", ""]),
        ("x{0,}", ["", "x", "xx"], ["y"]),
        ("x{1,3}", ["x", "xx", "xxx"], ["", "xxxx"]),
        ("(ab){1,2}c", ["abc", "ababc"], ["c", "abababc"]),
        ("(a|b){0}c", ["c"], ["ac"]),
        ("(a{200}b{200}c{200}){0}", [""], ["a"]),
        ("(a?){3}", ["", "a", "aaa"], ["aaaa"]),
        ("(a*b?){2}", ["", "aab", "bb", "abaab"], ["bbb"]),
        (r"\d+", ["0", "99"], ["", "a", "\u0661"]),
        (r"\D", ["a", "\n", "\u0661"], ["5"]),
        (r"\w\W", ["a-", "_ ", "9\u00e9"], ["ab", "--"]),
        (r"\s\S", ["\ta", " a", "\f-", "\r\x0b", "\n\u00a0"], ["\x0ba", "\u00a0a", "aa", "  "]),
        (r"\t\n\r", ["\t\n\r"], ["tnr"]),
        (r"\\\.\[\]\(\)\|\*\+\?\{\}\^\$\-\/", ["\\.[]()|*+?{}^$-/"], [""]),
        ("a-b/,:\u00e9\U0001f50b", ["a-b/,:\u00e9\U0001f50b"], ["a"]),
        ("[abc]", ["a", "c"], ["d", "", "ab"]),
        ("[a-cx-z]", ["b", "y"], ["d", "-"]),
        ("[^a-c]", ["d", "\n", "\U0010ffff", "\0"], ["a", "c"]),
        ("[-a]", ["-", "a"], ["b"]),
        ("[a-]", ["-", "a"], ["b"]),
        ("[^-a]", ["b"], ["-", "a"]),
        ("[-]", ["-"], [""]),
        ("[--]", ["-"], [""]),
        ("[--a]", ["-", "0", "a"], ["b", ","]),
        ("[+--]", ["+", ",", "-"], ["."]),
        ("[a-b-]", ["a", "b", "-"], ["c"]),
        (r"[\d\-x]", ["0", "-", "x"], ["d"]),
        (r"[\d-]", ["0", "-"], ["d"]),
        (r"[^\D]", ["0"], ["d"]),
        (r"[\D5]", ["d", "5"], ["6"]),
        (r"[\W\w]", ["\n", "a"], [""]),
        (r"[^\W\w]", [], ["", "a", "\n"]),
        (r"[\t-\r]", ["\t", "\x0b", "\r"], [" "]),
        (r"[\[\]\^\\]", ["[", "]", "^", "\\"], ["a"]),
        (r"[+.*?(){}|$/]", list("+.*?(){}|$/"), ["\\"]),
        ("[a-a]", ["a"], ["b"]),
        ("[\n]", ["\n"], ["n"]),
        ("[a-\U0010ffff]", ["\u00e9", "\U0010ffff"], ["A"]),
    ],
)
def test_matches(pattern: str, accepted: list[str], refused: list[str]) -> None:
    read = compiled(pattern)
    assert [text for text in accepted if not read.matches(text)] == []
    assert [text for text in refused if read.matches(text)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        *("*", "+a", "?", "a|*", "(*a)", "a**", "a*+", "a+?", "a??", "a{2}{3}", "a{2}*"),
        *("^*", "$?", "^{2}", "a$+", "{", "}", "a{", "a{}", "a{,2}", "a{1", "a{1,", "a{a}", "a{ 1}", "a{01}"),
        *("a{1,02}", "a{-1}", "a{1,2,3}", "a{201}", "a{1,201}", "a{201,}", "a{3,2}", "a{1000}"),
        *(
            "a}",
            "]",
            "a]",
            "(",
            ")",
            "(a",
            "a)",
            "(a))",
            "((a)",
            "(?",
            "(?a)",
            "(?:",
            "(?:a",
            "(?=a)",
            "(?!a)",
        ),
        *("(?<=a)", "(?P<n>a)", "(?i)a", "(?#c)", "(?>a)", "(" * 51 + ")" * 51),
        *("[", "[]", "[^]", "[a", "[^a", "[]a]", "[b-a]", "[a-", "[a-\\d]", "[\\d-a]", "[a-b-c]", "[a--b]"),
        *("[+--a]", "[[]", "[a[]", "[a^]", "[^^]", "[\\q]", "[[:alpha:]]", "[a\\]"),
        *("\\", "a\\", "\\1", "\\b", "\\B", "\\A", "\\Z", "\\p{L}", "\\x41", "\\u0041", "\\0", "\\f", "\\v"),
        *("\\a", "\\ ", "\\,", "\\_", "\\\u00e9"),
    ],
)
def test_bad_patterns(pattern: str) -> None:
    assert compile_pattern(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "size"),
    [
        ("", 0),
        ("a", 1),
        ("[a-z0-9]", 1),
        (".", 1),
        ("^$", 2),
        ("abc", 3),
        ("a|b|c", 5),
        ("|", 1),
        ("(ab)(?:c)", 3),
        ("a?", 2),
        ("a*", 2),
        ("a+", 3),
        ("a{3}", 3),
        ("a{3,}", 5),
        ("a{3,5}", 7),
        ("(ab|c){2,4}", 18),
        ("(a?){3}", 6),
        ("((a{2,3}b)+){2}", 22),
        ("x{0}", 0),
        ("(){5}", 0),
        ("(){5,7}", 2),
        ("(){0,}", 1),
        ("(a{200}b{200}c{200}){0}d", 1),
    ],
)
def test_size(pattern: str, size: int) -> None:
    """Padded to 500 the pattern is accepted, to 501 it is not."""
    assert compile_pattern(f"(?:{pattern})" + "x" * (MAX_SIZE - size)) is not None
    assert compile_pattern(f"(?:{pattern})" + "x" * (MAX_SIZE - size + 1)) is None


def test_groups_may_be_fifty_deep() -> None:
    assert compiled("(" * 50 + "a" + ")" * 50).matches("a")
    assert compiled("(?:" * 50 + "a" + ")*" * 1 + ")" * 49).matches("aa")
    assert compile_pattern("(?:" * 51 + "a" + ")" * 51) is None
    assert compiled("(a)" * 100).matches("a" * 100)


# Against a matcher that follows the meaning of the tree, on patterns made from trees


class Tree:
    """A pattern as text, its size, and the ends of the matches that begin at an index of a text."""

    def __init__(self, text: str, size: int, ends: Callable[[str, int], set[int]], atom: bool) -> None:
        self.text = text
        self.size = size
        self.ends = ends
        self.quantifiable = atom

    def __repr__(self) -> str:
        return self.text


def character(text: str, accepts: Callable[[str], bool]) -> Tree:
    return Tree(text, 1, lambda t, i: {i + 1} if i < len(t) and accepts(t[i]) else set(), True)


ATOMS = [
    character("a", lambda c: c == "a"),
    character("b", lambda c: c == "b"),
    character(".", lambda c: c != "\n"),
    character(r"\d", lambda c: c in "0123456789"),
    character("[^a]", lambda c: c != "a"),
    character("[ab]", lambda c: c in "ab"),
    character(r"[\n-]", lambda c: c in "\n-"),
    Tree("^", 1, lambda _t, i: {i} if i == 0 else set(), False),
    Tree("$", 1, lambda t, i: {i} if i == len(t) else set(), False),
    Tree("()", 0, lambda _t, i: {i}, True),
]


def sequence(parts: list[Tree]) -> Tree:
    def ends(text: str, index: int) -> set[int]:
        found = {index}
        for part in parts:
            found = {end for start in found for end in part.ends(text, start)}
        return found

    return Tree("(" + "".join(p.text for p in parts) + ")", sum(p.size for p in parts), ends, True)


def choice(parts: list[Tree]) -> Tree:
    def ends(text: str, index: int) -> set[int]:
        return {end for part in parts for end in part.ends(text, index)}

    size = sum(p.size for p in parts) + len(parts) - 1
    return Tree("(?:" + "|".join(p.text for p in parts) + ")", size, ends, True)


def repeat(part: Tree, least: int, extra: int | None) -> Tree:
    inner = part if part.quantifiable else sequence([part])

    def ends(text: str, index: int) -> set[int]:
        found = {index}
        for _ in range(least):
            found = {end for start in found for end in inner.ends(text, start)}
        reached = set(found)
        rounds = extra
        while found and (rounds is None or rounds > 0):
            found = {end for start in found for end in inner.ends(text, start)} - reached
            reached |= found
            rounds = rounds if rounds is None else rounds - 1
        return reached

    if extra is None:
        suffix = {0: "*", 1: "+"}.get(least, f"{{{least},}}")
        size = (least + 1) * inner.size + 1
    else:
        suffix = (
            "?"
            if (least, extra) == (0, 1)
            else f"{{{least}}}"
            if not extra
            else f"{{{least},{least + extra}}}"
        )
        size = (least + extra) * inner.size + extra
    return Tree(inner.text + suffix, size, ends, False)


def bracketed(tree: Tree) -> Tree:
    return tree if tree.quantifiable else sequence([tree])


trees: st.SearchStrategy[Tree] = st.recursive(
    st.sampled_from(ATOMS),
    lambda part: st.one_of(
        st.lists(part, max_size=3).map(sequence),
        st.lists(part, min_size=1, max_size=3).map(choice),
        st.builds(repeat, part, st.integers(0, 3), st.none() | st.integers(0, 3)).map(bracketed),
    ),
    max_leaves=8,
)
texts = st.text("ab1\n-", max_size=7)


@settings(max_examples=500, deadline=None)
@given(trees, st.lists(texts, min_size=3, max_size=6))
def test_like_the_meaning_of_the_tree(tree: Tree, candidates: list[str]) -> None:
    pattern = compile_pattern(tree.text)
    assert (pattern is not None) is (tree.size <= MAX_SIZE)
    if pattern is not None:
        for text in ["", *candidates]:
            assert pattern.matches(text) is (len(text) in tree.ends(text, 0)), (tree.text, text)


# Against Python's `re`, on texts that may be patterns


def python_pattern(pattern: str) -> str:
    """An accepted pattern in the syntax of `re`: `$` outside of classes must not match before a newline."""
    return re.sub(r"(\\.|\[(?:\\.|[^\]\\])*\])|\$", lambda m: m[1] or r"\Z", pattern, flags=re.DOTALL)


@settings(max_examples=1500, deadline=None)
@given(
    st.text("ab1-^$.|()[]{},?*+\\dws2:\n", max_size=10), st.lists(st.text("ab1-\n", max_size=5), max_size=6)
)
def test_like_the_patterns_of_python(pattern: str, candidates: list[str]) -> None:
    read = compile_pattern(pattern)
    if read is not None:
        theirs = re.compile(python_pattern(pattern), re.ASCII)
        for text in ["", *candidates]:
            assert read.matches(text) is (theirs.fullmatch(text) is not None), (pattern, text)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_pattern_or_none(pattern: str) -> None:
    read = compile_pattern(pattern)
    if read is not None:
        assert read.matches(pattern) in (True, False)


# Time and memory

LONG = 4096  # the longest text that may be matched


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+b", "a" * LONG),
        ("(a*)*b", "a" * LONG),
        ("(a|a)*b", "a" * LONG),
        ("(a?){160}a{20}", "a" * LONG),
        ("(.*){199}x", "a" * LONG),
        ("((a|b)*c?){60}", "ab" * (LONG // 2)),
        ("(a|b)*a(a|b){150}", "".join("ab"[n * n % 7 % 2] for n in range(LONG))),
        ("(a|b)*a(a|b){150}", "".join("ab"[(n * 2654435761 >> 13) & 1] for n in range(LONG))),
        ("[^a]{200,}[^b]{200,}", "".join(chr(0x4E00 + n) for n in range(LONG))),
        ("(.{0,20}){12}", "".join(chr(0x4E00 + n) for n in range(LONG))),
    ],
    ids=lambda text: text[:24],
)
def test_no_pattern_is_slow(pattern: str, text: str) -> None:
    read = compiled(pattern)
    start = time.process_time()
    read.matches(text)
    assert time.process_time() - start < 5  # seconds, section 17


@pytest.mark.parametrize(
    "pattern",
    [
        *("()" * 500_000, "(" * 500_000, "(a{200}){0}" * 50_000, "a|" * 500_000, "(){200,}" * 100),
        *("[" + "ac" * 500_000 + "]{200}", "[" + "a-b" * 300_000 + "]"),
        *("((((a{200}){200}){200}){200}){0}", "((){200,}){200,}"),
    ],
    ids=lambda pattern: pattern[:12],
)
def test_reading_any_pattern_is_fast(pattern: str) -> None:
    start = time.process_time()
    read = compile_pattern(pattern)
    if read is not None:
        read.matches("acacacac")
    assert time.process_time() - start < 5


def test_what_is_kept_between_matches_is_bounded() -> None:
    read = compiled("(a|b)*a(a|b){100}")
    for round_ in range(8):
        text = "".join("ab"[(n * 2654435761 + round_ * 97 >> 11) & 1] for n in range(LONG))
        wanted = text[-101] == "a"
        assert read.matches(text) is wanted
        assert read._automaton is not None
        assert read._automaton.kept <= MAX_KEPT + LONG
    assert read.matches("a" * 101)


def test_matching_again_gives_the_same_answer() -> None:
    read = compiled("(ab)+")
    assert [read.matches(text) for text in ["ab", "aba", "abab", "", "ab"] * 2] == [
        True,
        False,
        True,
        False,
        True,
    ] * 2
