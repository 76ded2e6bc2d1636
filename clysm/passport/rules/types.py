"""The types of the rule language, spec 6.4: what they are, `fits` and `join`.

Left to others: which expression has which type is the checker's business.

Types are values: immutable, compared by structure.  A chain of lets can nest a type thousands deep and share
its parts so often that written out it would not fit into memory.  So nothing here recurses and no pair of
parts is looked at twice: a type's hash is computed when it is made, and equality, `fits` and `join` are steps
that ask for the answers of pairs of parts, run by `_solve`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias, TypeVar, cast


class Atom(Enum):
    """A type without parts.  RECORD is the open record; ANY cannot be written."""

    BOOL = "Bool"
    INT = "Int"
    TEXT = "Text"
    DATE = "Date"
    RECORD = "Record"
    ANY = "Any"


class _Compound:
    """A type made of a shape (its constructor, with a scale, a unit or names) and of parts that are types."""

    __slots__ = ("_hash", "_parts", "_shape")
    _hash: int
    _parts: tuple[Type, ...]
    _shape: tuple[str | int, ...]

    def _consist_of(self, shape: tuple[str | int, ...], *parts: Type) -> None:
        object.__setattr__(self, "_shape", shape)
        object.__setattr__(self, "_parts", parts)
        object.__setattr__(self, "_hash", hash((shape, parts)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, _Compound) or self._hash != other._hash:
            return False
        return _solve(_equal, cast("Type", self), cast("Type", other))

    def __repr__(self) -> str:
        return describe(cast("Type", self))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DecType(_Compound):
    """Dec(scale)"""

    scale: int

    def __post_init__(self) -> None:
        self._consist_of(("Dec", self.scale))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class QtyType(_Compound):
    """Qty(unit)"""

    unit: str

    def __post_init__(self) -> None:
        self._consist_of(("Qty", self.unit))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OptType(_Compound):
    """Opt(content)"""

    content: Type

    def __post_init__(self) -> None:
        self._consist_of(("Opt",), self.content)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ListType(_Compound):
    """List(element)"""

    element: Type

    def __post_init__(self) -> None:
        self._consist_of(("List",), self.element)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MapType(_Compound):
    """Map(Text, value)"""

    value: Type

    def __post_init__(self) -> None:
        self._consist_of(("Map",), self.value)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RecordType(_Compound):
    """The closed Record(name: type, ...), its members in UTF-8 order of names: `record_type` sorts them."""

    members: Mapping[str, Type]

    def __post_init__(self) -> None:
        self._consist_of(("Record", *self.members), *self.members.values())


Type: TypeAlias = Atom | DecType | QtyType | OptType | ListType | MapType | RecordType

NONE_TYPE: Final = OptType(Atom.ANY)  # of none
EMPTY_LIST_TYPE: Final = ListType(Atom.ANY)  # of []
SCALES: Final = range(19)  # of a Dec


def record_type(members: Iterable[tuple[str, Type]]) -> RecordType:
    """The closed record with these members, in any order."""
    return RecordType(dict(sorted(members, key=_name)))


def _name(member: tuple[str, Type]) -> str:
    return member[0]


def fits(a: Type, e: Type) -> bool:
    """Whether a value of type a may stand where e is needed (spec 6.4)."""
    if a is e or a is Atom.ANY or e is Atom.ANY:
        return True
    return _solve(_fits, a, e)


def join(a: Type, b: Type) -> Type | None:
    """The type of what is an a or a b (spec 6.4); None where there is none."""
    return a if a is b else _solve(_join, a, b)


Answer = TypeVar("Answer")
# The answer for one pair of types; yields pairs of their parts and is sent the answers for these.
Step: TypeAlias = Generator[tuple["Type", "Type"], Answer, Answer]


def _equal(a: Type, b: Type) -> Step[bool]:
    if isinstance(a, Atom) or isinstance(b, Atom):
        return a is b
    if a._shape != b._shape:
        return False
    for parts in zip(a._parts, b._parts, strict=True):
        if not (yield parts):
            return False
    return True


def _fits(a: Type, e: Type) -> Step[bool]:
    if a is e or a is Atom.ANY or e is Atom.ANY:
        return True
    if a is Atom.RECORD or e is Atom.RECORD:
        return _is_record_or_map(a) and _is_record_or_map(e)
    if isinstance(a, Atom) or isinstance(e, Atom):
        return False
    if isinstance(a, RecordType) and isinstance(e, MapType):
        pairs = [(member, e.value) for member in a._parts]
    elif a._shape == e._shape:
        pairs = list(zip(a._parts, e._parts, strict=True))
    else:
        return False
    for pair in pairs:
        if not (yield pair):
            return False
    return True


def _join(a: Type, b: Type) -> Step[Type | None]:
    if a is b:
        return a
    if a is Atom.ANY or b is Atom.ANY:
        return Atom.ANY
    if isinstance(a, Atom) or isinstance(b, Atom) or a._shape != b._shape:
        return Atom.RECORD if _is_record_or_map(a) and _is_record_or_map(b) else None
    joined: list[Type] = []
    for pair in zip(a._parts, b._parts, strict=True):
        part = yield pair
        if part is None:
            return None
        joined.append(part)
    return _rebuild(a, joined)


def _rebuild(shaped: Type, parts: list[Type]) -> Type:
    """The type with the shape of one and these parts."""
    match shaped:
        case OptType():
            return OptType(parts[0])
        case ListType():
            return ListType(parts[0])
        case MapType():
            return MapType(parts[0])
        case RecordType(members):
            return RecordType(dict(zip(members, parts, strict=True)))
        case _:
            return shaped  # without parts


def _is_record_or_map(t: Type) -> bool:
    return t is Atom.RECORD or isinstance(t, RecordType | MapType)


def _solve(step: Callable[[Type, Type], Step[Answer]], a: Type, b: Type) -> Answer:
    """The answer of step for the pair (a, b); each pair of parts is asked for once, on a stack of our own."""
    answers: dict[tuple[int, int], Answer] = {}  # by identity; a and b keep their parts alive
    running = [((id(a), id(b)), step(a, b))]
    send: Answer | None = None  # to the innermost step; None starts one
    while True:
        key, steps = running[-1]
        try:
            part_a, part_b = steps.send(send)  # type: ignore[arg-type]
        except StopIteration as stop:
            answer: Answer = stop.value
            running.pop()
            if not running:
                return answer
            send = answers[key] = answer
            continue
        part_key = (id(part_a), id(part_b))
        if part_key in answers:
            send = answers[part_key]
        else:
            running.append((part_key, step(part_a, part_b)))
            send = None


def describe(t: Type, depth: int = 3) -> str:
    """The type as it is written, for messages; what is deeper or longer is cut to `...`."""
    if isinstance(t, Atom):
        return t.value
    if depth == 0:
        return "..."
    match t:
        case DecType(scale):
            return f"Dec({scale})"
        case QtyType(unit):
            return f"Qty({unit})"
        case OptType(content):
            return f"Opt({describe(content, depth - 1)})"
        case ListType(element):
            return f"List({describe(element, depth - 1)})"
        case MapType(value):
            return f"Map(Text, {describe(value, depth - 1)})"
        case RecordType(members):
            shown = [f"{name}: {describe(member, depth - 1)}" for name, member in list(members.items())[:6]]
            return f"Record({', '.join(shown + ['...'] * (len(members) > 6))})"
