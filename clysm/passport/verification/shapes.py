"""The shapes that the data of a node may have (specification, 7.3 and 7.6): members, kinds, constants.

A node whose data has one of them may still be wrong; `semantics` sees to that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from clysm.passport.cjson import Json
from clysm.passport.decimals import MAX_SCALE, read_form
from clysm.passport.operations import BINARY, BUILTINS, DECIDING
from clysm.passport.timestamps import read_date
from clysm.passport.units import read_qty
from clysm.passport.values import Value


def has_shape(kind: str, data: dict[str, Json]) -> bool:
    """Whether the data of a node of this type is as 7.3 draws it. The root is no such node."""
    return SHAPES[kind](data)


def constant(data: Mapping[str, Json]) -> tuple[Value] | None:
    """The value of a CONST node, alone in a tuple, if its data is a canonical constant."""
    if data.keys() == {"value"}:
        value = data["value"]
        return (value,) if value is None or type(value) in (bool, int, str) else None  # type: ignore[return-value]
    if data.keys() != {"type", "value"}:
        return None
    name, form = data["type"], data["value"]
    typed = _typed(name, form) if type(name) is str else None
    return None if typed is None else (typed,)


def _typed(name: str, form: Json) -> Value:
    """The value of a typed constant; None if the form is not the canonical one of that type."""
    if type(form) is str:
        if name == "Date":
            return read_date(form)
        scale = _DEC.fullmatch(name)
        if scale is not None and int(scale[1]) <= MAX_SCALE:
            return read_form(form, int(scale[1]))
    elif type(form) is dict and form.keys() == {"unit", "value"}:
        unit, number = form["unit"], form["value"]
        if type(unit) is str and type(number) is str and name == f"Qty({unit})":
            return read_qty(unit, number)
    return None


def _is_fact(data: dict[str, Json]) -> bool:
    result = data.get("result")
    if data.keys() == {"fact_key", "fact_type", "result"}:
        return _are_texts(data["fact_key"], data["fact_type"]) and (result is None or type(result) is dict)
    if data.keys() == {"fact_type", "key_prefix", "result"}:
        return (
            _are_texts(data["fact_type"], data["key_prefix"])
            and type(result) is list
            and all(type(payload) is dict for payload in result)
        )
    return False


def _is_reference(data: dict[str, Json]) -> bool:
    return data.keys() == {"field"} and _are_texts(data["field"])


def _is_assertion(data: dict[str, Json]) -> bool:
    return (
        data.keys() == {"condition", "error_code"}
        and data["condition"] is True
        and _are_texts(data["error_code"])
    )


def _is_emission(data: dict[str, Json]) -> bool:
    return data.keys() == {"id", "status"} and _are_texts(data["id"], data["status"])


def _is_operation(data: dict[str, Json]) -> bool:
    name = data.get("op")
    if type(name) is not str:
        return False
    if data.keys() == {"left", "op", "right"}:
        return name in BINARY or name in DECIDING
    return (
        data.keys() == {"args", "op"}
        and type(data["args"]) is list
        and (name in BUILTINS or name in CONSTRUCTS)
    )


def _are_texts(*members: Json) -> bool:
    return all(type(member) is str for member in members)


# Operations over `args` that are not in the table of builtins: constructs of the language, and lambdas.
CONSTRUCTS: Final = frozenset({"if", "list", "record", "item", "map", "filter", "fold"})

SHAPES: Final[Mapping[str, Callable[[dict[str, Json]], bool]]] = {
    "CONST": lambda data: constant(data) is not None,
    "FACT_GET": _is_fact,
    "FIELD_REF": _is_reference,
    "OP": _is_operation,
    "ASSERT": _is_assertion,
    "COMPLIANCE_EMIT": _is_emission,
}

_DEC: Final = re.compile(r"Dec\((0|[1-9][0-9]?)\)")
