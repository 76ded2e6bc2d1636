"""Whether a field's value has its declared type: the check at the end of a field (specification, 6.9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, TypeAlias

from clysm.passport.decimals import Dec
from clysm.passport.errors import TypeFailure, UnitMismatch
from clysm.passport.rules.types import (
    Atom,
    DecType,
    ListType,
    MapType,
    OptType,
    QtyType,
    RecordType,
    Type,
    describe,
)
from clysm.passport.units import Qty
from clysm.passport.values import Some, Value, kind_of

Misfit: TypeAlias = TypeFailure | UnitMismatch | None

_KINDS: Final = {Atom.BOOL: bool, Atom.INT: int, Atom.TEXT: str, Atom.DATE: date, Atom.RECORD: dict}


def misfit(value: Value, declared: Type) -> Misfit:
    """Why the value is none of the declared type, None if it is one.

    A closed record must have exactly its members; these, like the members of a map, are looked at in UTF-8
    order of names and the first fault is the answer. Written types are at most 64 deep, so this may recurse.
    """
    match declared:
        case Atom():
            return None if type(value) is _KINDS[declared] else _mismatch(value, declared)
        case DecType(scale):
            fits = type(value) is Dec and value.scale == scale
            return None if fits else _mismatch(value, declared)
        case QtyType(unit):
            if type(value) is not Qty:
                return _mismatch(value, declared)
            return None if value.unit == unit else UnitMismatch(unit, value.unit)
        case OptType(content):
            if type(value) is Some:
                return misfit(value.value, content)
            return None if value is None else _mismatch(value, declared)
        case ListType(element):
            if type(value) is not list:
                return _mismatch(value, declared)
            return _first(misfit(part, element) for part in value)
        case MapType(member):
            if type(value) is not dict:
                return _mismatch(value, declared)
            return _first(misfit(value[name], member) for name in sorted(value))
        case RecordType(members):
            if type(value) is not dict or value.keys() != members.keys():
                return _mismatch(value, declared)
            return _first(misfit(value[name], member) for name, member in members.items())


def _first(misfits: Iterable[Misfit]) -> Misfit:
    return next((found for found in misfits if found is not None), None)


def _mismatch(value: Value, declared: Type) -> TypeFailure:
    return TypeFailure(f"the field is declared {describe(declared)}, its value is {kind_of(value)}")
