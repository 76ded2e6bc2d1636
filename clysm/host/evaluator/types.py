"""Generation of type tests. A specifier is tested by Python type where it is known, else by `$typep`."""

from __future__ import annotations

import ast
from typing import Any, Final

from clysm.host.evaluator import pyast as py
from clysm.host.evaluator.calls import constant
from clysm.host.evaluator.generate import Generator, expression_rule, stable, test_rule
from clysm.host.evaluator.inline import INLINE_TESTS
from clysm.host.evaluator.tree import TypeTest
from clysm.host.objects import Cons, Symbol, T, cl, items_of, symbol_name

_PREDICATES: Final = {
    "CONS": "CONSP",
    "ATOM": "ATOM",
    "LIST": "LISTP",
    "SYMBOL": "SYMBOLP",
    "NULL": "NULL",
    "STRING": "STRINGP",
    "SIMPLE-STRING": "STRINGP",
    "INTEGER": "INTEGERP",
    "CHARACTER": "CHARACTERP",
    "SIMPLE-VECTOR": "SIMPLE-VECTOR-P",
    "HASH-TABLE": "HASH-TABLE-P",
}


@test_rule(TypeTest)
def _type_test(g: Generator, node: TypeTest) -> ast.expr:
    value = g.value(node.value)
    return _test_of(g, value, node.specifier)


@expression_rule(TypeTest)
def _type_value(g: Generator, node: TypeTest, raw: bool) -> ast.expr:
    return py.IfExp(_type_test(g, node), py.T_NAME, py.NONE)


def _test_of(g: Generator, value: ast.expr, specifier: Any) -> ast.expr:
    if type(specifier) is Symbol or specifier is None:
        return _named(g, value, specifier)
    if type(specifier) is Cons and not isinstance(specifier.car, Cons):
        operator = symbol_name(specifier.car)
        if operator in ("OR", "AND") and specifier.cdr is not None:
            value = value if stable(value) else g.save(value)
            parts = [_test_of(g, value, part) for part in items_of(specifier.cdr)]
            return py.boolean(py.OR if operator == "OR" else py.AND, parts)
        if operator == "NOT":
            return py.negate(_test_of(g, value, specifier.cdr.car))
    return _general(g, value, specifier)


def _named(g: Generator, value: ast.expr, name: Symbol | None) -> ast.expr:
    if name is None or name is T:
        g.save(value)
        return py.TRUE if name is T else py.FALSE
    predicate = _PREDICATES.get(name.name) if name.package == "COMMON-LISP" else None
    if predicate is not None:
        test = INLINE_TESTS[cl(predicate).fkey](g, [value])
        if test is not None:
            return test
    layout = g.world.layouts.get(name)
    if layout is not None:
        return py.call("$isinstance", value, py.name(layout.cell))
    return _general(g, value, name)


def _general(g: Generator, value: ast.expr, specifier: Any) -> ast.expr:
    return py.call("$typep", value, constant(g, specifier))
