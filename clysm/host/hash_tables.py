"""Hash tables: a Python dict from keys that agree with the test to values, in order of insertion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clysm.host.equality import EQUAL_INDIRECT, INDIRECT, eql_key, equal_key


class HashTable:
    """A table with test EQ, EQL (both by EQL) or EQUAL.

    `data` maps hash keys to values; `keys` has the Lisp key for those hash keys that stand for another
    object.
    """

    __slots__ = ("_indirect", "_key", "data", "keys", "test")

    def __init__(self, test: str) -> None:
        self.test = test
        self.data: dict[Any, Any] = {}
        self.keys: dict[Any, Any] = {}
        self._indirect = EQUAL_INDIRECT if test == "EQUAL" else INDIRECT
        self._key = equal_key if test == "EQUAL" else eql_key

    def get(self, key: Any, default: Any) -> Any:
        """The value of a key, or the default."""
        if type(key) in self._indirect:
            key = self._key(key)
        return self.data.get(key, default)

    def put(self, key: Any, value: Any) -> None:
        """Set the value of a key."""
        if type(key) in self._indirect:
            hashed = self._key(key)
            if hashed not in self.data:
                self.keys[hashed] = key
            self.data[hashed] = value
        else:
            self.data[key] = value

    def remove(self, key: Any) -> bool:
        """Remove a key; whether it was there."""
        if type(key) in self._indirect:
            key = self._key(key)
            self.keys.pop(key, None)
        if key in self.data:
            del self.data[key]
            return True
        return False

    def clear(self) -> None:
        """Remove everything."""
        self.data.clear()
        self.keys.clear()

    def items(self) -> Iterator[tuple[Any, Any]]:
        """Keys and values as of now, oldest first; entries removed meanwhile are skipped."""
        if not self.keys:
            for key in list(self.data):
                if key in self.data:
                    yield key, self.data[key]
            return
        for key in list(self.data):
            if key in self.data:
                yield self.keys.get(key, key), self.data[key]
