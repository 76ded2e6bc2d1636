"""A table of `clysm.workflow.schema` as JSON Schema, draft 2020-12.

What a table cannot say, that numbers of a report agree with each other, its schema cannot either.
"""

from collections.abc import Mapping
from typing import Any, Final

from clysm.workflow.schema import (
    NON_EMPTY,
    PATH,
    SHA256,
    TIMESTAMP,
    Anything,
    Boolean,
    Integer,
    ListOf,
    MapOf,
    Nullable,
    Number,
    OneOf,
    Record,
    Schema,
    Text,
)

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_PART: Final = r"(?!\.{1,2}(?:/|$))[^/]+"

SHAPES: Final[Mapping[Text, Mapping[str, Any]]] = {
    Text(): {},
    NON_EMPTY: {"minLength": 1},
    SHA256: {"pattern": "^[0-9a-f]{64}$"},
    TIMESTAMP: {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"},
    PATH: {"pattern": f"^{_PART}(?:/{_PART})*$"},
}


def json_schema(name: str, title: str, table: Record) -> dict[str, Any]:
    """The document that is published for a table. Raises KeyError for a text of a shape without a pattern."""
    return {"$schema": DIALECT, "$id": f"urn:clysm:report:{name}", "title": title, **_schema(table)}


def _schema(table: Schema) -> dict[str, Any]:
    match table:
        case Anything():
            return {}
        case Boolean():
            return {"type": "boolean"}
        case Integer():
            limit = {} if table.maximum is None else {"maximum": table.maximum}
            return {"type": "integer", "minimum": table.minimum, **limit}
        case Number():
            return {"type": "number", "minimum": table.minimum, "maximum": table.maximum}
        case Text():
            return {"type": "string", **SHAPES[table]}
        case OneOf():
            return {"enum": [str(value) for value in table.values]}
        case Nullable():
            return {"anyOf": [_schema(table.of), {"type": "null"}]}
        case ListOf():
            limit = {} if table.maximum is None else {"maxItems": table.maximum}
            return {"type": "array", "items": _schema(table.of), **limit}
        case MapOf():
            return {"type": "object", "additionalProperties": _schema(table.of)}
        case Record():
            return {
                "type": "object",
                "properties": {key: _schema(field) for key, field in sorted(table.fields.items())},
                "required": sorted(table.fields.keys() - table.optional),
                "additionalProperties": False,
            }
