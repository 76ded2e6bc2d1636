"""EQL, EQUAL and EQUALP, as Python truth values, and the hash keys that agree with them."""

from __future__ import annotations

import math
from typing import Any, Final

from clysm.host.numbers import Complex, Ratio, Single
from clysm.host.objects import Array, BitVector, Char, Cons, FillVector, OctetBuffer, Structure

_NUMBERS: Final = frozenset({int, float, Ratio, Single, Complex})
_VECTORS: Final = frozenset({list, BitVector, FillVector, bytearray, OctetBuffer, str})


def eql(left: Any, right: Any) -> bool:
    """EQL: identity, but numbers of the same type by value (0.0 and -0.0 differ)."""
    if left is right:
        return True
    kind = type(left)
    if kind not in _NUMBERS or kind is not type(right):
        return False
    if kind is float:
        return left == right and math.copysign(1.0, left) == math.copysign(1.0, right)
    if kind is Single:
        return eql(left.value, right.value)
    if kind is Complex:
        return eql(left.real, right.real) and eql(left.imag, right.imag)
    return bool(left == right)


def equal(left: Any, right: Any) -> bool:
    """EQUAL: conses by structure, strings and bit vectors by contents, everything else by EQL."""
    while True:
        if left is right:
            return True
        kind = type(left)
        if kind is not type(right):
            return False
        if kind is Cons:
            if not equal(left.car, right.car):
                return False
            left, right = left.cdr, right.cdr
            continue
        if kind is str or kind is BitVector:
            return bool(left == right)
        return eql(left, right)


def equalp(left: Any, right: Any) -> bool:
    """EQUALP: numbers by value, characters and strings without case, vectors and structures by elements."""
    if left is right:
        return True
    kind, other = type(left), type(right)
    if kind in _NUMBERS:
        return other in _NUMBERS and (eql(left, right) if Complex in (kind, other) else bool(left == right))
    if kind is Char:
        return other is Char and left.text.lower() == right.text.lower()
    if kind is str and other is str:
        return bool(left.lower() == right.lower())
    if kind in _VECTORS:
        if other not in _VECTORS or len(left) != len(right):
            return False
        return all(equalp(a, b) for a, b in zip(_elements(left), _elements(right), strict=True))
    if kind is Cons:
        return other is Cons and equalp(left.car, right.car) and equalp(left.cdr, right.cdr)
    if isinstance(left, Structure):
        slots = left.layout.python
        return kind is other and all(equalp(getattr(left, slot), getattr(right, slot)) for slot in slots)
    if kind is Array and other is Array:
        return bool(left.dimensions == right.dimensions) and equalp(left.items, right.items)
    return False


def _elements(vector: Any) -> Any:
    from clysm.host.objects import CHARACTERS

    return [CHARACTERS[text] for text in vector] if type(vector) is str else vector


class Identity:
    """Hash key of an object that Python compares by contents or cannot hash."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return type(other) is Identity and other.value is self.value


INDIRECT: Final = frozenset(
    {str, float, Single, Ratio, Complex, list, BitVector, FillVector, bytearray, OctetBuffer}
)
"""Types whose objects are not their own EQL keys; everything else hashes by identity, or is an int."""


def eql_key(value: Any) -> Any:
    """A Python hash key for a value of an INDIRECT type that agrees with EQL."""
    kind = type(value)
    if kind is float:
        return ("double", value.hex())
    if kind is Single:
        return ("single", value.value.hex())
    if kind is Ratio:
        return ("ratio", value.num, value.den)
    if kind is Complex:
        parts = [part if type(part) is int else eql_key(part) for part in (value.real, value.imag)]
        return ("complex", *parts)
    return Identity(value)


EQUAL_INDIRECT: Final = INDIRECT - {str} | {Cons}
"""Types whose objects are not their own EQUAL keys."""


def equal_key(value: Any) -> Any:
    """A Python hash key for a value of an EQUAL_INDIRECT type that agrees with EQUAL."""
    if type(value) is BitVector:
        return ("bits", *value)
    if type(value) is not Cons:
        return eql_key(value)
    items: list[Any] = []
    while type(value) is Cons:
        car = value.car
        items.append(equal_key(car) if type(car) in EQUAL_INDIRECT else car)
        value = value.cdr
    items.append(equal_key(value) if type(value) in EQUAL_INDIRECT else value)
    return ("list", *items)
