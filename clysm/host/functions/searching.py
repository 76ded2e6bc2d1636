"""Finding, counting and removing elements of sequences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clysm.host.functions.calling import keyed, matcher, predicate
from clysm.host.functions.registry import lisp
from clysm.host.objects import Cons
from clysm.host.sequence_types import elements, like, part

Test = Callable[[Any], bool]


def _opposite(test: Test) -> Test:
    return lambda element: not test(element)


def _position(sequence: Any, test: Test, start: int, end: int | None, from_end: Any) -> int | None:
    items = part(sequence, start, end)
    order = range(len(items) - 1, -1, -1) if from_end is not None else range(len(items))
    return next((start + index for index in order if test(items[index])), None)


def _find(sequence: Any, test: Test, start: int, end: int | None, from_end: Any) -> Any:
    if from_end is None and start == 0 and end is None and type(sequence) is Cons:
        while sequence is not None:
            if test(sequence.car):
                return sequence.car
            sequence = sequence.cdr
        return None
    items = part(sequence, start, end)
    return next((item for item in (reversed(items) if from_end is not None else items) if test(item)), None)


def _count(sequence: Any, test: Test, start: int, end: int | None) -> int:
    return sum(1 for item in part(sequence, start, end) if test(item))


def _remove(sequence: Any, test: Test, start: int, end: int | None, count: int | None, from_end: Any) -> Any:
    items = elements(sequence)
    limit = len(items) if end is None else end
    if count is None:
        return like(
            sequence, items[:start] + [item for item in items[start:limit] if not test(item)] + items[limit:]
        )
    order = range(limit - 1, start - 1, -1) if from_end is not None else range(start, limit)
    gone: set[int] = set()
    for index in order:
        if len(gone) >= count:
            break
        if test(items[index]):
            gone.add(index)
    return like(sequence, [item for index, item in enumerate(items) if index not in gone])


@lisp("FIND")
def _find_item(
    item: Any,
    sequence: Any,
    *,
    test: Any = None,
    test_not: Any = None,
    key: Any = None,
    start: int = 0,
    end: int | None = None,
    from_end: Any = None,
) -> Any:
    return _find(sequence, keyed(matcher(item, test, test_not), key), start, end, from_end)


@lisp("FIND-IF")
def _find_if(
    test: Any, sequence: Any, *, key: Any = None, start: int = 0, end: int | None = None, from_end: Any = None
) -> Any:
    return _find(sequence, keyed(predicate(test), key), start, end, from_end)


@lisp("FIND-IF-NOT")
def _find_if_not(
    test: Any, sequence: Any, *, key: Any = None, start: int = 0, end: int | None = None, from_end: Any = None
) -> Any:
    return _find(sequence, keyed(_opposite(predicate(test)), key), start, end, from_end)


@lisp("POSITION")
def _position_of(
    item: Any,
    sequence: Any,
    *,
    test: Any = None,
    test_not: Any = None,
    key: Any = None,
    start: int = 0,
    end: int | None = None,
    from_end: Any = None,
) -> Any:
    return _position(sequence, keyed(matcher(item, test, test_not), key), start, end, from_end)


@lisp("POSITION-IF")
def _position_if(
    test: Any, sequence: Any, *, key: Any = None, start: int = 0, end: int | None = None, from_end: Any = None
) -> Any:
    return _position(sequence, keyed(predicate(test), key), start, end, from_end)


@lisp("POSITION-IF-NOT")
def _position_if_not(
    test: Any, sequence: Any, *, key: Any = None, start: int = 0, end: int | None = None, from_end: Any = None
) -> Any:
    return _position(sequence, keyed(_opposite(predicate(test)), key), start, end, from_end)


@lisp("COUNT")
def _count_item(
    item: Any,
    sequence: Any,
    *,
    test: Any = None,
    test_not: Any = None,
    key: Any = None,
    start: int = 0,
    end: int | None = None,
    from_end: Any = None,
) -> Any:
    return _count(sequence, keyed(matcher(item, test, test_not), key), start, end)


@lisp("COUNT-IF")
def _count_if(
    test: Any, sequence: Any, *, key: Any = None, start: int = 0, end: int | None = None, from_end: Any = None
) -> Any:
    return _count(sequence, keyed(predicate(test), key), start, end)


@lisp("COUNT-IF-NOT")
def _count_if_not(
    test: Any, sequence: Any, *, key: Any = None, start: int = 0, end: int | None = None, from_end: Any = None
) -> Any:
    return _count(sequence, keyed(_opposite(predicate(test)), key), start, end)


@lisp("REMOVE", "DELETE")
def _remove_item(
    item: Any,
    sequence: Any,
    *,
    test: Any = None,
    test_not: Any = None,
    key: Any = None,
    start: int = 0,
    end: int | None = None,
    count: int | None = None,
    from_end: Any = None,
) -> Any:
    return _remove(sequence, keyed(matcher(item, test, test_not), key), start, end, count, from_end)


@lisp("REMOVE-IF", "DELETE-IF")
def _remove_if(
    test: Any,
    sequence: Any,
    *,
    key: Any = None,
    start: int = 0,
    end: int | None = None,
    count: int | None = None,
    from_end: Any = None,
) -> Any:
    return _remove(sequence, keyed(predicate(test), key), start, end, count, from_end)


@lisp("REMOVE-IF-NOT", "DELETE-IF-NOT")
def _remove_if_not(
    test: Any,
    sequence: Any,
    *,
    key: Any = None,
    start: int = 0,
    end: int | None = None,
    count: int | None = None,
    from_end: Any = None,
) -> Any:
    return _remove(sequence, keyed(_opposite(predicate(test)), key), start, end, count, from_end)
