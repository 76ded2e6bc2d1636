"""A value together with where it stands, so that everything shown of it can say where it is from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """A value in the JSON file `file` at `pointer` (RFC 6901). The document of a file of JSON lines is the
    list of its readable lines.
    """

    file: str
    pointer: str
    value: Any

    @property
    def origin(self) -> str:
        """`stage1.json#/binary/size_bytes`."""
        return f"{self.file}#{self.pointer}"

    def __getitem__(self, key: str | int) -> "Place":
        step = str(key).replace("~", "~0").replace("/", "~1")
        return Place(self.file, f"{self.pointer}/{step}", self.value[key])

    def __len__(self) -> int:
        return len(self.value)

    def __bool__(self) -> bool:
        """Whether there is a value, be it zero or empty."""
        return self.value is not None

    def __iter__(self) -> Iterator["Place"]:
        """The elements of a list."""
        return (self[index] for index in range(len(self.value)))

    def names(self) -> tuple[str, ...]:
        """The keys of an object, sorted."""
        return tuple(sorted(self.value))
