"""Generated values of properties, spec 6.11 (BPC-PRNG-1).

Left to others: what is done with the values is the business of testing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from clysm.passport.decimals import Dec, power_of_ten
from clysm.passport.rules.types import (
    Atom,
    DecType,
    ListType,
    MapType,
    OptType,
    QtyType,
    RecordType,
    Type,
)
from clysm.passport.units import QTY_SCALE, Qty
from clysm.passport.values import Some, Value

SMALL_INTEGERS: Final = (0, 1, -1, 2, 10, 100, 1000, 1000000)
RANGES: Final = (10**3, 10**9, 10**15)  # of the other integers, both signs
MAX_CHARACTERS: Final = 8
ASCII: Final = range(0x20, 0x7F)
OTHER_CHARACTERS: Final = "\u00e9\u03bb\u20ac\u4e2d\U0001f50b"
FIRST_DAY: Final = date(2000, 1, 1)
DAYS: Final = 36525
MAX_ELEMENTS: Final = 5
MAX_MEMBERS: Final = 4

# Values are given up when they have more parts, options aside, than a proof has bytes (9.3, step 7).
MAX_PARTS: Final = 1_048_576

_BLOCK: Final = struct.Struct(">4Q")


def draws(seed: int, test_name: str, case: int) -> Iterator[int]:
    """The stream of a case as numbers of 64 bits."""
    start = sha256(b"BPC-PRNG-1\0%d\0%s\0%d\0" % (seed, test_name.encode(), case))
    block = 0
    while True:
        digest = start.copy()
        digest.update(b"%d" % block)
        yield from _BLOCK.unpack(digest.digest())
        block += 1


def generate(types: Iterable[Type], stream: Iterator[int]) -> list[Value] | None:
    """A value of each type, in order; None if they have too many parts to stand in any proof."""
    generator = _Generator(stream)
    try:
        return [generator.value(wanted) for wanted in types]
    except _TooManyParts:
        return None


class _TooManyParts(Exception):
    """Never leaves this module."""


class _Generator:
    """Values from a stream; recursion is as deep as types are written, at most 64."""

    def __init__(self, stream: Iterator[int]) -> None:
        self._stream = stream
        self._parts = 0

    def below(self, m: int) -> int:
        """A number from 0 to m - 1, each as likely."""
        limit = 2**64 - 2**64 % m
        drawn = next(self._stream)
        while drawn >= limit:
            drawn = next(self._stream)
        return drawn % m

    def value(self, wanted: Type) -> Value:
        """A value of a type that can be written."""
        if not isinstance(wanted, OptType):
            self._parts += 1
            if self._parts > MAX_PARTS:
                raise _TooManyParts
        match wanted:
            case Atom.BOOL:
                return self.below(2) == 1
            case Atom.INT:
                return self.integer()
            case Atom.TEXT:
                return self.text()
            case Atom.DATE:
                return FIRST_DAY + timedelta(days=self.below(DAYS))
            case DecType(scale):
                return Dec(self.coefficient(scale), scale)
            case QtyType(unit):
                return Qty(unit, self.coefficient(QTY_SCALE))
            case OptType(content):
                return None if self.below(4) == 0 else Some(self.value(content))
            case ListType(element):
                return [self.value(element) for _ in range(self.below(MAX_ELEMENTS + 1))]
            case MapType(value):
                return {f"k{index}": self.value(value) for index in range(self.below(MAX_MEMBERS + 1))}
            case RecordType(members):
                return {name: self.value(member) for name, member in members.items()}
            case _:
                return {}  # the open record; Any cannot be written

    def integer(self) -> int:
        """An Int: one of a few small ones, or one of a range around 0."""
        kind = self.below(4)
        if kind == 0:
            return SMALL_INTEGERS[self.below(len(SMALL_INTEGERS))]
        m = RANGES[kind - 1]
        return self.below(2 * m + 1) - m

    def coefficient(self, scale: int) -> int:
        """The coefficient of a Dec or Qty: an Int as it is, or as often a whole number."""
        integer = self.integer()
        return integer * power_of_ten(scale) if self.below(2) == 0 else integer

    def text(self) -> str:
        """A Text of printable ASCII, and now and then another character."""
        return "".join([self.character() for _ in range(self.below(MAX_CHARACTERS + 1))])

    def character(self) -> str:
        index = self.below(len(ASCII) + len(OTHER_CHARACTERS))
        return chr(ASCII[index]) if index < len(ASCII) else OTHER_CHARACTERS[index - len(ASCII)]
