"""TYPEP for the type specifiers of the dialect, and TYPE-OF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from clysm.host.conditions import Condition, simple_error
from clysm.host.equality import eql
from clysm.host.hash_tables import HashTable
from clysm.host.numbers import Complex, Ratio, Single
from clysm.host.objects import (
    Array,
    BitVector,
    Char,
    Cons,
    FillVector,
    OctetBuffer,
    Structure,
    Symbol,
    T,
    items_of,
    symbol_name,
)
from clysm.host.packages import Package
from clysm.host.values import one_value
from clysm.host.world import World

MOST_POSITIVE_FIXNUM: Final = 2**62 - 1
MOST_NEGATIVE_FIXNUM: Final = -(2**62)

_REAL: Final = frozenset({int, float, Ratio, Single})
VECTOR_TYPES: Final = frozenset({list, BitVector, FillVector, bytearray, OctetBuffer, str})


def is_function(value: Any) -> bool:
    """Whether a value is a function."""
    return callable(value) and type(value) is not Symbol


def is_stream(value: Any) -> bool:
    """Whether a value is a stream."""
    from clysm.host.streams import Stream

    return isinstance(value, Stream)


TYPE_TESTS: Final[dict[str, Callable[[Any], bool]]] = {
    "T": lambda x: True,
    "NIL": lambda x: False,
    "NULL": lambda x: x is None,
    "SYMBOL": lambda x: x is None or type(x) is Symbol,
    "KEYWORD": lambda x: type(x) is Symbol and x.package == "KEYWORD",
    "BOOLEAN": lambda x: x is None or x is T,
    "CONS": lambda x: type(x) is Cons,
    "LIST": lambda x: x is None or type(x) is Cons,
    "ATOM": lambda x: type(x) is not Cons,
    "SEQUENCE": lambda x: x is None or type(x) is Cons or type(x) in VECTOR_TYPES,
    "NUMBER": lambda x: type(x) in _REAL or type(x) is Complex,
    "REAL": lambda x: type(x) in _REAL,
    "RATIONAL": lambda x: type(x) is int or type(x) is Ratio,
    "RATIO": lambda x: type(x) is Ratio,
    "INTEGER": lambda x: type(x) is int,
    "FIXNUM": lambda x: type(x) is int and MOST_NEGATIVE_FIXNUM <= x <= MOST_POSITIVE_FIXNUM,
    "BIGNUM": lambda x: type(x) is int and not MOST_NEGATIVE_FIXNUM <= x <= MOST_POSITIVE_FIXNUM,
    "BIT": lambda x: type(x) is int and 0 <= x <= 1,
    "UNSIGNED-BYTE": lambda x: type(x) is int and x >= 0,
    "SIGNED-BYTE": lambda x: type(x) is int,
    "FLOAT": lambda x: type(x) is float or type(x) is Single,
    "DOUBLE-FLOAT": lambda x: type(x) is float,
    "LONG-FLOAT": lambda x: type(x) is float,
    "SINGLE-FLOAT": lambda x: type(x) is Single,
    "SHORT-FLOAT": lambda x: type(x) is Single,
    "COMPLEX": lambda x: type(x) is Complex,
    "CHARACTER": lambda x: type(x) is Char,
    "BASE-CHAR": lambda x: type(x) is Char and x.code < 128,
    "STANDARD-CHAR": lambda x: type(x) is Char and (32 <= x.code < 127 or x.code == 10),
    "STRING": lambda x: type(x) is str,
    "SIMPLE-STRING": lambda x: type(x) is str,
    "BASE-STRING": lambda x: type(x) is str and x.isascii(),
    "VECTOR": lambda x: type(x) in VECTOR_TYPES,
    "SIMPLE-VECTOR": lambda x: type(x) is list,
    "ARRAY": lambda x: type(x) in VECTOR_TYPES or type(x) is Array,
    "SIMPLE-ARRAY": lambda x: type(x) in (list, BitVector, bytearray, str, Array),
    "BIT-VECTOR": lambda x: type(x) is BitVector,
    "SIMPLE-BIT-VECTOR": lambda x: type(x) is BitVector,
    "FUNCTION": is_function,
    "COMPILED-FUNCTION": is_function,
    "HASH-TABLE": lambda x: type(x) is HashTable,
    "PACKAGE": lambda x: type(x) is Package,
    "STREAM": is_stream,
    "STRUCTURE-OBJECT": lambda x: isinstance(x, Structure),
    "CONDITION": lambda x: isinstance(x, Condition),
}


def typep(world: World, value: Any, specifier: Any) -> bool:
    """Whether a value is of a type. Raises an error condition for a specifier that is not known."""
    if type(specifier) is Cons:
        return _compound(world, value, symbol_name(specifier.car), items_of(specifier.cdr), specifier)
    name = symbol_name(specifier)
    expander = world.types.get(specifier) if specifier is not None else None
    if expander is not None:
        return typep(world, value, expander(Cons(specifier, None), None))
    layout = world.layouts.get(specifier) if specifier is not None else None
    if layout is not None:
        return isinstance(value, layout.cls)
    condition = world.conditions.get(specifier) if specifier is not None else None
    if condition is not None:
        return isinstance(value, condition)
    test = TYPE_TESTS.get(name) if specifier is None or specifier.package == "COMMON-LISP" else None
    if test is None:
        raise simple_error(f"unknown type specifier `{specifier!r}`")
    return test(value)


def _compound(world: World, value: Any, name: str, args: list[Any], specifier: Cons) -> bool:
    if name == "OR":
        return any(typep(world, value, part) for part in args)
    if name == "AND":
        return all(typep(world, value, part) for part in args)
    if name == "NOT":
        return not typep(world, value, args[0])
    if name == "MEMBER":
        return any(eql(value, item) for item in args)
    if name == "EQL":
        return eql(value, args[0])
    if name == "SATISFIES":
        return one_value(args[0](value)) is not None
    if name in ("INTEGER", "RATIONAL", "REAL", "FLOAT", "SINGLE-FLOAT", "DOUBLE-FLOAT"):
        return TYPE_TESTS[name](value) and _within(value, args)
    if name == "UNSIGNED-BYTE":
        return type(value) is int and value >= 0 and (not args or _any(args[0]) or value < 2 ** args[0])
    if name == "SIGNED-BYTE":
        return type(value) is int and (
            not args or _any(args[0]) or -(2 ** (args[0] - 1)) <= value < 2 ** (args[0] - 1)
        )
    if name == "MOD":
        return type(value) is int and 0 <= value < args[0]
    if name == "CONS":
        return (
            type(value) is Cons
            and (len(args) < 1 or _any(args[0]) or typep(world, value.car, args[0]))
            and (len(args) < 2 or _any(args[1]) or typep(world, value.cdr, args[1]))
        )
    if name in ("VECTOR", "ARRAY", "SIMPLE-ARRAY"):
        return _is_array(world, value, name, args)
    if name in ("STRING", "SIMPLE-STRING", "SIMPLE-VECTOR"):
        return TYPE_TESTS[name](value) and (not args or _any(args[0]) or len(value) == args[0])
    if name in ("FUNCTION", "VALUES"):
        return is_function(value)
    expander = world.types.get(specifier.car)
    if expander is not None:
        return typep(world, value, expander(specifier, None))
    raise simple_error(f"unknown type specifier `{specifier!r}`")


def _any(part: Any) -> bool:
    """Whether a part of a type specifier is `*`."""
    return type(part) is Symbol and part.name == "*"


def _within(value: Any, limits: list[Any]) -> bool:
    for limit, sign in zip(limits, (1, -1), strict=False):
        if _any(limit):
            continue
        if type(limit) is Cons:
            if not (value - limit.car) * sign > 0:
                return False
        elif not (value - limit) * sign >= 0:
            return False
    return True


def element_type_name(value: Any) -> str:
    """CHARACTER, OCTET, BIT or T: what the elements of an array are."""
    if type(value) is str:
        return "CHARACTER"
    if type(value) is BitVector:
        return "BIT"
    return "OCTET" if isinstance(value, bytearray) else "T"


def element_kind(world: World, specifier: Any) -> str:
    """The kind of array that an element type is upgraded to: CHARACTER, OCTET, BIT or T."""
    if type(specifier) is Cons:
        name = symbol_name(specifier.car)
        if name == "UNSIGNED-BYTE" and specifier.cdr is not None and specifier.cdr.car == 8:
            return "OCTET"
        expander = world.types.get(specifier.car)
        return element_kind(world, expander(specifier, None)) if expander is not None else "T"
    if specifier in world.types if type(specifier) is Symbol else False:
        return element_kind(world, world.types[specifier](Cons(specifier, None), None))
    if symbol_name(specifier) == "BIT":
        return "BIT"
    return "CHARACTER" if symbol_name(specifier) in ("CHARACTER", "BASE-CHAR", "STANDARD-CHAR") else "T"


def _is_array(world: World, value: Any, name: str, args: list[Any]) -> bool:
    if not TYPE_TESTS[name](value):
        return False
    if args and not _any(args[0]) and element_kind(world, args[0]) != element_type_name(value):
        return False
    if len(args) < 2 or _any(args[1]):
        return True
    dimensions = value.dimensions if type(value) is Array else (len(value),)
    wanted = args[1]
    if name == "VECTOR":
        return dimensions == (wanted,)
    if type(wanted) is int:
        return len(dimensions) == wanted
    sizes = items_of(wanted)
    return len(sizes) == len(dimensions) and all(
        _any(a) or a == b for a, b in zip(sizes, dimensions, strict=True)
    )
