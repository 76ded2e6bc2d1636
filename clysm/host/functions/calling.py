"""Calling Lisp functions from Python: first values, truth, and the :test and :key conventions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from clysm.host.equality import eql, equal
from clysm.host.numbers import Ratio, Single
from clysm.host.objects import Symbol, T, cl
from clysm.host.values import one_value as first

_IDENTITY_NAMES: Final = frozenset({cl("EQ"), cl("EQL")})
_BY_VALUE: Final = frozenset({int, float, Ratio, Single})


def lisp_eq(left: Any, right: Any) -> Any:
    """EQ as a Lisp function; numbers are compared as by EQL."""
    return T if eql(left, right) else None


def lisp_eql(left: Any, right: Any) -> Any:
    """EQL as a Lisp function."""
    return T if eql(left, right) else None


def lisp_equal(left: Any, right: Any) -> Any:
    """EQUAL as a Lisp function."""
    return T if equal(left, right) else None


def _is_identity(test: Any) -> bool:
    """Whether a test is the symbol EQ or EQL."""
    return type(test) is Symbol and test in _IDENTITY_NAMES


def matcher(item: Any, test: Any, test_not: Any) -> Callable[[Any], bool]:
    """The test of an item against elements, (test item element), as a Python predicate."""
    if test_not is not None:
        return lambda element: first(test_not(item, element)) is None
    if test is None or test is lisp_eql or test is lisp_eq or _is_identity(test):
        if type(item) in _BY_VALUE:
            return lambda element: eql(item, element)
        return lambda element: element is item
    if test is lisp_equal:
        return lambda element: equal(item, element)
    return lambda element: first(test(item, element)) is not None


def comparer(test: Any, test_not: Any) -> Callable[[Any, Any], bool]:
    """The test of two elements as a Python predicate."""
    if test_not is not None:
        return lambda left, right: first(test_not(left, right)) is None
    if test is None or test is lisp_eql or test is lisp_eq:
        return eql
    if test is lisp_equal:
        return equal
    return lambda left, right: first(test(left, right)) is not None


def predicate(function: Any) -> Callable[[Any], bool]:
    """A Lisp predicate of one argument as a Python predicate."""
    return lambda element: first(function(element)) is not None


def keyed(test: Callable[[Any], bool], key: Any) -> Callable[[Any], bool]:
    """A predicate applied to the key of an element."""
    if key is None:
        return test
    return lambda element: test(first(key(element)))
