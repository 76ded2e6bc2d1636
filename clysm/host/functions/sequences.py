"""Sequence functions that build, copy, map, reduce, sort and combine."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from clysm.host.conditions import simple_error
from clysm.host.functions.calling import comparer, keyed, matcher, predicate
from clysm.host.functions.registry import in_world, lisp
from clysm.host.numbers import Ratio, Single
from clysm.host.objects import (
    CHARACTERS,
    UNSUPPLIED,
    BitVector,
    Char,
    Cons,
    FillVector,
    OctetBuffer,
    Symbol,
    T,
    list_of,
    symbol_name,
)
from clysm.host.sequence_types import bounds, elements, like, part, simple_vector, store
from clysm.host.type_system import element_kind
from clysm.host.values import one_value as first
from clysm.host.world import World


@lisp("LENGTH", "$length")
def length(sequence: Any) -> int:
    if type(sequence) is Cons:
        count = 0
        while sequence is not None:
            sequence = sequence.cdr
            count += 1
        return count
    if sequence is None:
        return 0
    if type(sequence) in (str, list, BitVector, bytearray, FillVector, OctetBuffer):
        return len(sequence)
    raise TypeError(f"`{sequence!r}` is not a sequence")


@lisp("ELT")
def elt(sequence: Any, index: int) -> Any:
    if index < 0:
        raise IndexError(f"index {index}")
    if type(sequence) is Cons:
        for _ in range(index):
            sequence = sequence.cdr
        return sequence.car
    return CHARACTERS[sequence[index]] if type(sequence) is str else sequence[index]


@lisp("(SETF ELT)")
def _set_elt(value: Any, sequence: Any, index: int) -> Any:
    if not 0 <= index < length(sequence):
        raise IndexError(f"index {index}")
    store(sequence, index, [value])
    return value


@lisp("SUBSEQ")
def _subseq(sequence: Any, start: int, end: int | None = None) -> Any:
    if type(sequence) is str:
        limit = len(sequence) if end is None else end
        if not 0 <= start <= limit <= len(sequence):
            raise IndexError(f"bounds {start} and {end} of a string of length {len(sequence)}")
        return sequence[start:limit]
    return like(sequence, part(sequence, start, end))


@lisp("(SETF SUBSEQ)")
def _set_subseq(new: Any, sequence: Any, start: int, end: int | None = None) -> Any:
    room = len(part(sequence, start, end))
    store(sequence, start, elements(new)[:room])
    return new


@lisp("COPY-SEQ")
def _copy_seq(sequence: Any) -> Any:
    return like(sequence, elements(sequence))


@lisp("REVERSE", "NREVERSE")
def reverse(sequence: Any) -> Any:
    result: Any = None
    if sequence is None or type(sequence) is Cons:
        while sequence is not None:
            result = Cons(sequence.car, result)
            sequence = sequence.cdr
        return result
    return like(sequence, elements(sequence)[::-1])


@lisp("FILL")
def _fill(sequence: Any, item: Any, *, start: int = 0, end: int | None = None) -> Any:
    begin, limit = bounds(sequence, start, end)
    store(sequence, begin, [item] * (limit - begin))
    return sequence


@lisp("REPLACE")
def _replace(
    target: Any,
    source: Any,
    *,
    start1: int = 0,
    end1: int | None = None,
    start2: int = 0,
    end2: int | None = None,
) -> Any:
    begin, limit1 = bounds(target, start1, end1)
    room = limit1 - begin
    if isinstance(target, bytearray) and isinstance(source, bytearray):
        limit = len(source) if end2 is None else end2
        taken = source[start2 : min(limit, start2 + room)]
        target[start1 : start1 + len(taken)] = taken
        return target
    store(target, start1, part(source, start2, end2)[:room])
    return target


# Mapping and reduction


def _rows(sequences: tuple[Any, ...]) -> Any:
    return zip(*(elements(one) for one in sequences), strict=False)


@lisp("MAP-INTO")
def _map_into(target: Any, function: Any, *sequences: Any) -> Any:
    if sequences:
        results = [first(function(*row)) for row in _rows(sequences)]
    else:
        results = [first(function()) for _ in range(length(target))]
    store(target, 0, results[: length(target)])
    return target


@lisp("EVERY")
def _every(test: Any, *sequences: Any) -> Any:
    return T if all(first(test(*row)) is not None for row in _rows(sequences)) else None


@lisp("SOME")
def _some(test: Any, *sequences: Any) -> Any:
    for row in _rows(sequences):
        result = first(test(*row))
        if result is not None:
            return result
    return None


@lisp("NOTANY")
def _notany(test: Any, *sequences: Any) -> Any:
    return T if _some(test, *sequences) is None else None


@lisp("NOTEVERY")
def _notevery(test: Any, *sequences: Any) -> Any:
    return T if _every(test, *sequences) is None else None


@lisp("REDUCE")
def _reduce(
    function: Any,
    sequence: Any,
    *,
    key: Any = None,
    from_end: Any = None,
    start: int = 0,
    end: int | None = None,
    initial_value: Any = UNSUPPLIED,
) -> Any:
    items = part(sequence, start, end)
    if key is not None:
        items = [first(key(item)) for item in items]
    if from_end is not None:
        items.reverse()
    if initial_value is not UNSUPPLIED:
        items.insert(0, initial_value)
    if not items:
        return first(function())
    result = items[0]
    for item in items[1:]:
        result = first(function(item, result) if from_end is not None else function(result, item))
    return result


# Sorting


def _sorted(sequence: Any, test: Any, key: Any) -> list[Any]:
    def compare(left: Any, right: Any) -> int:
        if first(test(left, right)) is not None:
            return -1
        return 1 if first(test(right, left)) is not None else 0

    order = functools.cmp_to_key(compare)
    return sorted(elements(sequence), key=order if key is None else lambda item: order(first(key(item))))


@lisp("SORT", "STABLE-SORT")
def _sort(sequence: Any, test: Any, *, key: Any = None) -> Any:
    items = _sorted(sequence, test, key)
    if type(sequence) is Cons or sequence is None or type(sequence) is str:
        return like(sequence, items)
    sequence[:] = items
    return sequence


# Duplicates, substitution, comparison


@lisp("REMOVE-DUPLICATES", "DELETE-DUPLICATES")
def _remove_duplicates(
    sequence: Any,
    *,
    test: Any = None,
    test_not: Any = None,
    key: Any = None,
    start: int = 0,
    end: int | None = None,
    from_end: Any = None,
) -> Any:
    same = comparer(test, test_not)
    items = elements(sequence)
    limit = len(items) if end is None else end
    middle = items[start:limit]
    keys = [first(key(item)) for item in middle] if key is not None else middle
    kept = []
    for index, item in enumerate(middle):
        others = keys[:index] if from_end is not None else keys[index + 1 :]
        earlier = from_end is not None
        if not any(same(other, keys[index]) if earlier else same(keys[index], other) for other in others):
            kept.append(item)
    return like(sequence, items[:start] + kept + items[limit:])


def _substitute(
    sequence: Any,
    new: Any,
    test: Callable[[Any], bool],
    start: int,
    end: int | None,
    count: int | None,
    from_end: Any,
) -> Any:
    items = elements(sequence)
    limit = len(items) if end is None else end
    order = range(limit - 1, start - 1, -1) if from_end is not None else range(start, limit)
    left = len(items) if count is None else count
    for index in order:
        if left > 0 and test(items[index]):
            items[index] = new
            left -= 1
    return like(sequence, items)


@lisp("SUBSTITUTE", "NSUBSTITUTE")
def _substitute_item(
    new: Any,
    old: Any,
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
    return _substitute(sequence, new, keyed(matcher(old, test, test_not), key), start, end, count, from_end)


@lisp("SUBSTITUTE-IF", "NSUBSTITUTE-IF")
def _substitute_if(
    new: Any,
    test: Any,
    sequence: Any,
    *,
    key: Any = None,
    start: int = 0,
    end: int | None = None,
    count: int | None = None,
    from_end: Any = None,
) -> Any:
    return _substitute(sequence, new, keyed(predicate(test), key), start, end, count, from_end)


def _compared(sequence: Any, start: int, end: int | None, key: Any) -> list[Any]:
    items = part(sequence, start, end)
    return [first(key(item)) for item in items] if key is not None else items


@lisp("MISMATCH")
def _mismatch(
    left: Any,
    right: Any,
    *,
    test: Any = None,
    test_not: Any = None,
    key: Any = None,
    start1: int = 0,
    end1: int | None = None,
    start2: int = 0,
    end2: int | None = None,
    from_end: Any = None,
) -> Any:
    same = comparer(test, test_not)
    a, b = _compared(left, start1, end1, key), _compared(right, start2, end2, key)
    if from_end is not None:
        size = next(
            (i for i, (x, y) in enumerate(zip(a[::-1], b[::-1], strict=False)) if not same(x, y)),
            min(len(a), len(b)),
        )
        return None if size == len(a) == len(b) else start1 + len(a) - size
    size = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if not same(x, y)), min(len(a), len(b))
    )
    return None if size == len(a) == len(b) else start1 + size


@lisp("SEARCH")
def _search(
    pattern: Any,
    sequence: Any,
    *,
    test: Any = None,
    test_not: Any = None,
    key: Any = None,
    start1: int = 0,
    end1: int | None = None,
    start2: int = 0,
    end2: int | None = None,
    from_end: Any = None,
) -> Any:
    same = comparer(test, test_not)
    a, b = _compared(pattern, start1, end1, key), _compared(sequence, start2, end2, key)
    starts = range(len(b) - len(a) + 1)
    for index in reversed(starts) if from_end is not None else starts:
        if all(same(x, b[index + offset]) for offset, x in enumerate(a)):
            return start2 + index
    return None


# Types of results


def _result_kind(world: World, specifier: Any) -> str:
    """LIST, STRING, OCTET, BIT, VECTOR: what a sequence type specifier asks for.

    Raises an error condition for others.
    """
    name = symbol_name(specifier.car) if type(specifier) is Cons else symbol_name(specifier)
    if name in ("LIST", "CONS", "NULL"):
        return "LIST"
    if name in ("STRING", "SIMPLE-STRING", "BASE-STRING"):
        return "STRING"
    if name in ("VECTOR", "SIMPLE-ARRAY", "ARRAY") and type(specifier) is Cons and specifier.cdr is not None:
        return {"CHARACTER": "STRING", "OCTET": "OCTET", "BIT": "BIT", "T": "VECTOR"}[
            element_kind(world, specifier.cdr.car)
        ]
    if name in ("BIT-VECTOR", "SIMPLE-BIT-VECTOR"):
        return "BIT"
    if name in ("VECTOR", "SIMPLE-VECTOR", "SIMPLE-ARRAY", "ARRAY"):
        return "VECTOR"
    expander = world.types.get(specifier.car if type(specifier) is Cons else specifier)
    if expander is not None:
        return _result_kind(
            world, expander(specifier if type(specifier) is Cons else Cons(specifier, None), None)
        )
    raise simple_error(f"`{specifier!r}` is not a sequence type of the dialect")


def _build(kind: str, items: list[Any]) -> Any:
    if kind == "LIST":
        return list_of(items)
    return simple_vector("CHARACTER" if kind == "STRING" else kind, items)


def _to_float(value: Any, single: bool) -> Any:
    number = float(value)
    return Single(number) if single else number


def _character(value: Any) -> Char:
    text = value if type(value) is str else symbol_name(value)
    if len(text) != 1:
        raise TypeError(f"`{text}` is not one character")
    return CHARACTERS[text]


@in_world
def _typed(world: World) -> dict[str, Callable[..., Any]]:
    def concatenate(specifier: Any, *sequences: Any) -> Any:
        if all(type(one) is str for one in sequences) and symbol_name_or_none(specifier) in (
            "STRING",
            "SIMPLE-STRING",
        ):
            return "".join(sequences)
        return _build(_result_kind(world, specifier), [item for one in sequences for item in elements(one)])

    def lisp_map(specifier: Any, function: Any, *sequences: Any) -> Any:
        if specifier is None:
            for row in _rows(sequences):
                function(*row)
            return None
        kind = _result_kind(world, specifier)
        return _build(kind, [first(function(*row)) for row in _rows(sequences)])

    def make_sequence(specifier: Any, size: int, *, initial_element: Any = UNSUPPLIED) -> Any:
        kind = _result_kind(world, specifier)
        default = {"STRING": CHARACTERS[" "], "OCTET": 0}.get(kind)
        return _build(kind, [default if initial_element is UNSUPPLIED else initial_element] * size)

    def merge(specifier: Any, left: Any, right: Any, test: Any, *, key: Any = None) -> Any:
        a, b = elements(left), elements(right)
        result = []
        i = j = 0
        while i < len(a) and j < len(b):
            x, y = (a[i], b[j]) if key is None else (first(key(a[i])), first(key(b[j])))
            if first(test(y, x)) is not None:
                result.append(b[j])
                j += 1
            else:
                result.append(a[i])
                i += 1
        return _build(_result_kind(world, specifier), result + a[i:] + b[j:])

    def coerce(value: Any, specifier: Any) -> Any:
        name = symbol_name_or_none(specifier)
        if specifier is T:
            return value
        if name == "CHARACTER":
            return value if type(value) is Char else _character(value)
        if name == "FUNCTION":
            return value if type(value) is not Symbol else world.cells[value.fkey]
        if name in ("SINGLE-FLOAT", "SHORT-FLOAT"):
            return _to_float(value, True)
        if name in ("DOUBLE-FLOAT", "LONG-FLOAT"):
            return _to_float(value, False)
        if name == "FLOAT":
            return value if type(value) in (float, Single) else _to_float(value, True)
        if name in ("INTEGER", "RATIONAL", "NUMBER", "REAL") and type(value) in (int, Ratio):
            return value
        kind = _result_kind(world, specifier)
        return value if _already(kind, value) else _build(kind, elements(value))

    return {
        "CONCATENATE": concatenate,
        "MAP": lisp_map,
        "MAKE-SEQUENCE": make_sequence,
        "MERGE": merge,
        "COERCE": coerce,
    }


def _already(kind: str, value: Any) -> bool:
    types = {
        "LIST": (Cons, type(None)),
        "STRING": (str,),
        "OCTET": (bytearray,),
        "BIT": (BitVector,),
        "VECTOR": (list,),
    }
    return type(value) in types[kind]


def symbol_name_or_none(specifier: Any) -> str | None:
    """The name of a symbol; None for a list."""
    return None if type(specifier) is Cons else symbol_name(specifier)
