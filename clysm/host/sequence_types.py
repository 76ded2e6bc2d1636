"""Sequences of any type as Python lists of elements, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from clysm.host.objects import (
    CHARACTERS,
    BitVector,
    Char,
    Cons,
    FillVector,
    OctetBuffer,
    items_of,
    list_of,
)

_PLAIN: Final = frozenset({list, BitVector, FillVector, bytearray, OctetBuffer})


def elements(sequence: Any) -> list[Any]:
    """The elements of a sequence as a new Python list. Raises TypeError for anything else."""
    if sequence is None:
        return []
    kind = type(sequence)
    if kind is Cons:
        return items_of(sequence)
    if kind in _PLAIN:
        return list(sequence)
    if kind is str:
        return [CHARACTERS[text] for text in sequence]
    raise TypeError(f"`{sequence!r}` is not a sequence")


def part(sequence: Any, start: int, end: int | None) -> list[Any]:
    """The elements from start to end. Raises IndexError for bounds outside the sequence."""
    start, limit = bounds(sequence, start, end)
    if type(sequence) in _PLAIN:
        return list(sequence[start:limit])
    return elements(sequence)[start:limit]


def bounds(sequence: Any, start: int, end: int | None) -> tuple[int, int]:
    """Start and end of a part of a sequence. Raises IndexError for bounds outside the sequence."""
    kind = type(sequence)
    size = len(sequence) if kind in _PLAIN or kind is str else len(elements(sequence))
    limit = size if end is None else end
    if not 0 <= start <= limit <= size:
        raise IndexError(f"bounds {start} and {end} of a sequence of length {size}")
    return start, limit


def like(sequence: Any, items: Sequence[Any]) -> Any:
    """A new sequence of the type of another one (simple, for a vector)."""
    kind = type(sequence)
    if sequence is None or kind is Cons:
        return list_of(items)
    if kind is str:
        return text_of(items)
    if kind is BitVector:
        return BitVector(items)
    return bytearray(items) if kind in (bytearray, OctetBuffer) else list(items)


def simple_vector(kind: str, items: list[Any]) -> Any:
    """A simple vector of CHARACTER, OCTET, BIT or other elements."""
    match kind:
        case "CHARACTER":
            return text_of(items)
        case "OCTET":
            return bytearray(items)
        case "BIT":
            return BitVector(items)
        case _:
            return items


def text_of(items: Sequence[Any]) -> str:
    """A string of characters. Raises TypeError for anything else."""
    for item in items:
        if type(item) is not Char:
            raise TypeError(f"`{item!r}` is not a character")
    return "".join([item.text for item in items])


def store(sequence: Any, start: int, items: Sequence[Any]) -> None:
    """Store items into a sequence from an index on. Raises TypeError for strings, which do not change in the
    host.
    """
    kind = type(sequence)
    if kind is str:
        raise TypeError("strings of the host cannot be changed: build a new one")
    if kind in _PLAIN:
        for offset, item in enumerate(items):
            sequence[start + offset] = item
        return
    for _ in range(start):
        sequence = sequence.cdr
    for item in items:
        sequence.car = item
        sequence = sequence.cdr
