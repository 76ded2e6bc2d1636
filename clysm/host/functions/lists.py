"""Lists as sets, and mapping over lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from clysm.host.functions.calling import comparer, keyed, matcher, predicate
from clysm.host.functions.registry import lisp
from clysm.host.objects import Cons, T, items_of, iterate, list_of
from clysm.host.values import one_value as first


def _find_tail(value: Any, test: Callable[[Any], bool]) -> Any:
    while value is not None:
        if test(value.car):
            return value
        value = value.cdr
    return None


@lisp("MEMBER")
def _member(item: Any, value: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    return _find_tail(value, keyed(matcher(item, test, test_not), key))


@lisp("MEMBER-IF")
def _member_if(test: Any, value: Any, *, key: Any = None) -> Any:
    return _find_tail(value, keyed(predicate(test), key))


@lisp("MEMBER-IF-NOT")
def _member_if_not(test: Any, value: Any, *, key: Any = None) -> Any:
    holds = keyed(predicate(test), key)
    return _find_tail(value, lambda element: not holds(element))


@lisp("ADJOIN")
def _adjoin(item: Any, value: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    wanted = first(key(item)) if key is not None else item
    found = _find_tail(value, keyed(matcher(wanted, test, test_not), key))
    return value if found is not None else Cons(item, value)


def _contains(test: Any, test_not: Any, key: Any, items: list[Any]) -> Callable[[Any], bool]:
    """Whether the key of an element is among the keys of items."""
    same = comparer(test, test_not)
    keys = [first(key(item)) if key is not None else item for item in items]

    def contains(element: Any) -> bool:
        wanted = first(key(element)) if key is not None else element
        return any(same(wanted, one) for one in keys)

    return contains


def _pushed(items: Iterable[Any]) -> Any:
    """A list of the items, the last one first: the order that other Lisps leave set operations in."""
    result: Any = None
    for item in items:
        result = Cons(item, result)
    return result


@lisp("UNION", "NUNION")
def _union(left: Any, right: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    known = _contains(test, test_not, key, items_of(right))
    result = right
    for item in iterate(left):
        if not known(item):
            result = Cons(item, result)
    return result


@lisp("INTERSECTION", "NINTERSECTION")
def _intersection(left: Any, right: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    known = _contains(test, test_not, key, items_of(right))
    return _pushed(item for item in iterate(left) if known(item))


@lisp("SET-DIFFERENCE", "NSET-DIFFERENCE")
def _set_difference(left: Any, right: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    known = _contains(test, test_not, key, items_of(right))
    return _pushed(item for item in iterate(left) if not known(item))


@lisp("SUBSETP")
def _subsetp(left: Any, right: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    known = _contains(test, test_not, key, items_of(right))
    return T if all(known(item) for item in iterate(left)) else None


# Mapping


def _calls_on_cars(function: Any, lists: tuple[Any, ...]) -> list[Any]:
    """The first values of calls on the first elements, the second elements, ..."""
    results = []
    if len(lists) == 1:
        rest = lists[0]
        while rest is not None:
            result = function(rest.car)
            results.append(first(result) if type(result) is tuple else result)
            rest = rest.cdr
        return results
    tails = list(lists)
    while all(tail is not None for tail in tails):
        results.append(first(function(*(tail.car for tail in tails))))
        tails = [tail.cdr for tail in tails]
    return results


def _calls_on_tails(function: Any, lists: tuple[Any, ...]) -> list[Any]:
    """The first values of calls on the lists, their cdrs, ..."""
    results = []
    tails = list(lists)
    while all(tail is not None for tail in tails):
        results.append(first(function(*tails)))
        tails = [tail.cdr for tail in tails]
    return results


def _concatenated(lists: list[Any]) -> Any:
    """The lists joined destructively."""
    from clysm.host.functions.conses import _nconc

    return _nconc(*lists)


@lisp("MAPCAR")
def _mapcar(function: Any, value: Any, *more: Any) -> Any:
    return list_of(_calls_on_cars(function, (value, *more)))


@lisp("MAPC")
def _mapc(function: Any, value: Any, *more: Any) -> Any:
    if more:
        _calls_on_cars(function, (value, *more))
        return value
    rest = value
    while rest is not None:
        function(rest.car)
        rest = rest.cdr
    return value


@lisp("MAPCAN")
def _mapcan(function: Any, value: Any, *more: Any) -> Any:
    return _concatenated(_calls_on_cars(function, (value, *more)))


@lisp("MAPLIST")
def _maplist(function: Any, value: Any, *more: Any) -> Any:
    return list_of(_calls_on_tails(function, (value, *more)))


@lisp("MAPL")
def _mapl(function: Any, value: Any, *more: Any) -> Any:
    _calls_on_tails(function, (value, *more))
    return value


@lisp("MAPCON")
def _mapcon(function: Any, value: Any, *more: Any) -> Any:
    return _concatenated(_calls_on_tails(function, (value, *more)))
