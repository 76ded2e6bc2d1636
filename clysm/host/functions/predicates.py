"""Equality and type predicates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from clysm.host.equality import equalp
from clysm.host.functions.calling import lisp_eq, lisp_eql, lisp_equal
from clysm.host.functions.registry import in_world, lisp
from clysm.host.objects import Symbol, T, cl
from clysm.host.type_system import TYPE_TESTS as TESTS
from clysm.host.type_system import typep
from clysm.host.world import World

lisp("EQ")(lisp_eq)
lisp("EQL")(lisp_eql)
lisp("EQUAL")(lisp_equal)


@lisp("EQUALP")
def _equalp(left: Any, right: Any) -> Any:
    return T if equalp(left, right) else None


@lisp("NULL", "NOT")
def _null(value: Any) -> Any:
    return T if value is None else None


@lisp("IDENTITY")
def _identity(value: Any) -> Any:
    return value


_PREDICATES: Final = {
    "ATOM": "ATOM",
    "CONSP": "CONS",
    "LISTP": "LIST",
    "SYMBOLP": "SYMBOL",
    "STRINGP": "STRING",
    "SIMPLE-STRING-P": "SIMPLE-STRING",
    "CHARACTERP": "CHARACTER",
    "NUMBERP": "NUMBER",
    "REALP": "REAL",
    "INTEGERP": "INTEGER",
    "RATIONALP": "RATIONAL",
    "FLOATP": "FLOAT",
    "COMPLEXP": "COMPLEX",
    "FUNCTIONP": "FUNCTION",
    "COMPILED-FUNCTION-P": "COMPILED-FUNCTION",
    "VECTORP": "VECTOR",
    "SIMPLE-VECTOR-P": "SIMPLE-VECTOR",
    "ARRAYP": "ARRAY",
    "BIT-VECTOR-P": "BIT-VECTOR",
    "HASH-TABLE-P": "HASH-TABLE",
    "KEYWORDP": "KEYWORD",
    "PACKAGEP": "PACKAGE",
    "STREAMP": "STREAM",
}


def _predicate(test: Callable[[Any], bool]) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        return T if test(value) else None

    return check


for _name, _type in _PREDICATES.items():
    lisp(_name)(_predicate(TESTS[_type]))


@in_world
def _functions(world: World) -> dict[str, Callable[..., Any]]:
    def lisp_typep(value: Any, specifier: Any, environment: Any = None) -> Any:
        return T if typep(world, value, specifier) else None

    def type_of(value: Any) -> Any:
        for name in (
            "NULL",
            "BOOLEAN",
            "KEYWORD",
            "SYMBOL",
            "INTEGER",
            "RATIO",
            "SINGLE-FLOAT",
            "DOUBLE-FLOAT",
            "CHARACTER",
            "CONS",
            "STRING",
            "SIMPLE-VECTOR",
            "VECTOR",
            "HASH-TABLE",
            "PACKAGE",
        ):
            if TESTS[name](value):
                return cl(name)
        layout = getattr(value, "layout", None)
        found: Symbol | None = layout.name if layout is not None else getattr(value, "lisp_name", None)
        return found if found is not None else cl("FUNCTION" if callable(value) else "T")

    return {"TYPEP": lisp_typep, "TYPE-OF": type_of}
