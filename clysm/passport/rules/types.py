"""The types of the rule language, spec 6.4: what they are, `fits` and `join`.

Left to others: which expression has which type is the checker's business.

Types are values: immutable, compared by structure.  A chain of lets can nest a type thousands deep and share
its parts so often that written out it would not fit into memory, so nothing here recurses, and a pair of parts
is looked at once: the hash of a type is computed when it is made, and comparing, `fits` and `join` are steps
that ask for the answers of smaller pairs, run by `_solve`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from enum import Enum
from typing import Final, TypeAlias, TypeVar


class Atom(Enum):
    """A type without parts.  RECORD is the open record; ANY cannot be written."""

    BOOL = "Bool"
    INT = "Int"
    TEXT = "Text"
    DATE = "Date"
    RECORD = "Record"
    ANY = "Any"


class _Compound:
    """A type with parts: slots, structural equality, a hash made once."""

    __slots__ = ("_hash",)
    _hash: int

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, _Compound) and self._hash == other._hash and _solve(_equal, self, other)
        )

    def __repr__(self) -> str:
        return describe(self)
