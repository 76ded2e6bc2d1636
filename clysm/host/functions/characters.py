"""Characters."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from clysm.host.functions.registry import lisp
from clysm.host.objects import CHARACTERS, Char, T, char_of
from clysm.host.printer import CHARACTER_PRINT_NAMES
from clysm.host.reader import CHARACTER_NAMES


@lisp("CHAR-CODE", "CHAR-INT")
def _char_code(char: Char) -> int:
    return char.code


@lisp("CODE-CHAR")
def _code_char(code: int) -> Char:
    return char_of(code)


def _upper(char: Char) -> Char:
    text = char.text.upper()
    return CHARACTERS[text] if len(text) == 1 and text.lower() == char.text else char


def _lower(char: Char) -> Char:
    text = char.text.lower()
    return CHARACTERS[text] if len(text) == 1 and text.upper() == char.text else char


lisp("CHAR-UPCASE")(_upper)
lisp("CHAR-DOWNCASE")(_lower)


def _predicate(test: Callable[[str], bool]) -> Callable[[Char], Any]:
    def check(char: Char) -> Any:
        return T if test(char.text) else None

    return check


lisp("ALPHA-CHAR-P")(_predicate(str.isalpha))
lisp("ALPHANUMERICP")(_predicate(str.isalnum))
lisp("GRAPHIC-CHAR-P")(_predicate(lambda text: text.isprintable()))
lisp("STANDARD-CHAR-P")(_predicate(lambda text: " " <= text <= "~" or text == "\n"))


@lisp("UPPER-CASE-P")
def _upper_case_p(char: Char) -> Any:
    return T if _lower(char) is not char else None


@lisp("LOWER-CASE-P")
def _lower_case_p(char: Char) -> Any:
    return T if _upper(char) is not char else None


@lisp("BOTH-CASE-P")
def _both_case_p(char: Char) -> Any:
    return T if _upper(char) is not _lower(char) else None


@lisp("DIGIT-CHAR-P")
def _digit_char_p(char: Char, radix: int = 10) -> Any:
    text = char.text
    if not text.isascii() or not text.isalnum():
        return None
    weight = int(text, 36)
    return weight if weight < radix else None


@lisp("DIGIT-CHAR")
def _digit_char(weight: int, radix: int = 10) -> Any:
    return CHARACTERS["0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[weight]] if 0 <= weight < radix else None


@lisp("CHAR-NAME")
def _char_name(char: Char) -> Any:
    return CHARACTER_PRINT_NAMES.get(char.code)


@lisp("NAME-CHAR")
def _name_char(name: Any) -> Any:
    code = CHARACTER_NAMES.get((name if type(name) is str else name.name).upper())
    return None if code is None else char_of(code)


@lisp("CHARACTER")
def _character(designator: Any) -> Char:
    if type(designator) is Char:
        return designator
    text = designator if type(designator) is str else designator.name
    if len(text) != 1:
        raise TypeError(f"`{text}` is not one character")
    return CHARACTERS[text]


def _chain(compare: Callable[[Any, Any], bool], key: Callable[[Char], int]) -> Callable[..., Any]:
    def check(char: Char, *rest: Char) -> Any:
        codes = [key(char), *(key(other) for other in rest)]
        return T if all(compare(a, b) for a, b in pairwise(codes)) else None

    return check


def _different(key: Callable[[Char], int]) -> Callable[..., Any]:
    def check(*chars: Char) -> Any:
        codes = [key(char) for char in chars]
        return T if len(set(codes)) == len(codes) else None

    return check


def _code(char: Char) -> int:
    return char.code


def _folded(char: Char) -> int:
    return _upper(char).code


_COMPARISONS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("CHAR=", "CHAR-EQUAL", lambda a, b: a == b),
    ("CHAR<", "CHAR-LESSP", lambda a, b: a < b),
    ("CHAR>", "CHAR-GREATERP", lambda a, b: a > b),
    ("CHAR<=", "CHAR-NOT-GREATERP", lambda a, b: a <= b),
    ("CHAR>=", "CHAR-NOT-LESSP", lambda a, b: a >= b),
)
for _exact, _any_case, _compare in _COMPARISONS:
    lisp(_exact)(_chain(_compare, _code))
    lisp(_any_case)(_chain(_compare, _folded))
lisp("CHAR/=")(_different(_code))
lisp("CHAR-NOT-EQUAL")(_different(_folded))
