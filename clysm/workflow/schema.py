"""A small language for the tables that JSON files must match, and the checker of it.

A table is plain data. Unknown keys are refused and every field is required; what may be absent is `Nullable`
and present as null, save for the fields named in `Record.optional`.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from clysm.workflow.checks import is_relative_path, is_sha256, is_timestamp


@dataclass(frozen=True, slots=True)
class Integer:
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Number:
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Boolean:
    pass


@dataclass(frozen=True, slots=True)
class Text:
    """A string, of which `valid` (if given) says whether it has the shape called `shape`."""

    shape: str = "text"
    valid: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class OneOf:
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nullable:
    of: "Schema"


@dataclass(frozen=True, slots=True)
class ListOf:
    of: "Schema"
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class MapOf:
    of: "Schema"


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value; used only where the table of the reference leaves the type open."""


@dataclass(frozen=True, slots=True)
class Record:
    fields: Mapping[str, "Schema"]
    optional: frozenset[str] = field(default_factory=frozenset)


Schema = Integer | Number | Boolean | Text | OneOf | Nullable | ListOf | MapOf | Anything | Record

SHA256 = Text("64 lower-case hexadecimal digits", is_sha256)
TIMESTAMP = Text("ISO 8601 UTC to the second", is_timestamp)
PATH = Text("relative path", is_relative_path)
NON_EMPTY = Text("non-empty text", bool)


def problems(value: object, schema: Schema) -> tuple[str, ...]:
    """Every deviation of the value from the schema, each as `place: what is wrong`; empty if it matches."""
    return tuple(_problems(value, schema, "$"))


def _problems(value: object, schema: Schema, place: str) -> Iterator[str]:
    match schema:
        case Anything():
            return
        case Nullable():
            if value is not None:
                yield from _problems(value, schema.of, place)
        case Boolean():
            if not isinstance(value, bool):
                yield f"{place}: not a boolean"
        case Integer():
            if isinstance(value, bool) or not isinstance(value, int):
                yield f"{place}: not an integer"
            elif value < schema.minimum or (schema.maximum is not None and value > schema.maximum):
                yield f"{place}: {value} is out of range"
        case Number():
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                yield f"{place}: not a number"
            elif not schema.minimum <= value <= schema.maximum:
                yield f"{place}: {value} is out of range"
        case Text():
            if not isinstance(value, str):
                yield f"{place}: not a string"
            elif schema.valid is not None and not schema.valid(value):
                yield f"{place}: `{value[:80]}` is not {schema.shape}"
        case OneOf():
            if value not in schema.values:
                yield f"{place}: not one of {', '.join(schema.values)}"
        case ListOf():
            yield from _list_problems(value, schema, place)
        case MapOf():
            if not isinstance(value, dict):
                yield f"{place}: not an object"
                return
            for key, item in value.items():
                yield from _problems(item, schema.of, f"{place}.{key}")
        case Record():
            yield from _record_problems(value, schema, place)


def _list_problems(value: object, schema: ListOf, place: str) -> Iterator[str]:
    if not isinstance(value, list | tuple):
        yield f"{place}: not an array"
        return
    if schema.maximum is not None and len(value) > schema.maximum:
        yield f"{place}: more than {schema.maximum} elements"
    for index, item in enumerate(value):
        yield from _problems(item, schema.of, f"{place}[{index}]")


def _record_problems(value: object, schema: Record, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place}: not an object"
        return
    for key in sorted(value.keys() - schema.fields.keys()):
        yield f"{place}.{key}: unknown key"
    for key, field_schema in schema.fields.items():
        if key in value:
            yield from _problems(value[key], field_schema, f"{place}.{key}")
        elif key not in schema.optional:
            yield f"{place}.{key}: missing"
