"""Calls of standard functions that become Python expressions.

Arguments arrive as expressions in order of evaluation. A rule that uses an argument twice goes through
`g.once`. A rule returns None where it does not apply; then the function is called. What Python rejects (an
attribute of the wrong type, a missing index) is turned into a Lisp condition where it is caught. Not checked:
a negative index, and arithmetic on two strings or two lists.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from clysm.host.evaluator import pyast as py
from clysm.host.evaluator.tree import LocalRef, Node
from clysm.host.objects import cl

if TYPE_CHECKING:
    from clysm.host.evaluator.generate import Generator

InlineRule = Callable[["Generator", list[Any]], ast.expr | None]
EffectRule = Callable[["Generator", list[Node]], bool]

INLINE: Final[dict[str, InlineRule]] = {}
"""Cell of a function -> rule for its value."""

INLINE_TESTS: Final[dict[str, InlineRule]] = {}
"""Cell of a predicate -> rule for a Python truth value."""

INLINE_EFFECTS: Final[dict[str, EffectRule]] = {}
"""Cell of a function -> rule that emits a call whose value is not used; false if it does not apply."""

FIRST_VALUE: Final = {
    cl(name).fkey: f"${name}"
    for name in ("GETHASH", "FLOOR", "CEILING", "TRUNCATE", "ROUND", "INTERN", "FIND-SYMBOL", "PARSE-INTEGER")
}
"""Cell of a function with several values -> cell of the variant that returns only the first."""


def _value(*names: str) -> Callable[[InlineRule], InlineRule]:
    def register(rule: InlineRule) -> InlineRule:
        for name in names:
            INLINE[cl(name).fkey] = rule
        return rule

    return register


def _setter(*names: str) -> Callable[[InlineRule], InlineRule]:
    def register(rule: InlineRule) -> InlineRule:
        for name in names:
            INLINE["s" + cl(name).fkey[1:]] = rule
        return rule

    return register


def _test(*names: str) -> Callable[[InlineRule], InlineRule]:
    def register(rule: InlineRule) -> InlineRule:
        for name in names:
            INLINE_TESTS[cl(name).fkey] = rule
        return rule

    return register


# Conses


def _path(steps: str) -> InlineRule:
    """Rule for a composition of CAR (a) and CDR (d), the last letter first."""

    def rule(g: Generator, args: list[Any]) -> Any:
        if len(args) != 1:
            return None
        value = args[0]
        for step in reversed(steps):
            first, again = g.once([value], 0)
            access = py.attr(again, "car" if step == "a" else "cdr")
            access.lineno = g.line
            value = py.IfExp(py.not_nil(first), access, py.NONE)
        return value

    return rule


for _length in (1, 2, 3, 4):
    for _number in range(2**_length):
        _steps = "".join("ad"[_number >> _bit & 1] for _bit in range(_length))
        INLINE[cl(f"C{_steps.upper()}R").fkey] = _path(_steps)
for _index, _name in enumerate(("FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH")):
    INLINE[cl(_name).fkey] = _path("a" + "d" * _index)
INLINE[cl("REST").fkey] = _path("d")


@_value("CONS")
def _cons(g: Generator, args: list[Any]) -> Any:
    return py.call("$Cons", *args) if len(args) == 2 else None


@_value("LIST")
def _list(g: Generator, args: list[Any]) -> Any:
    if len(args) > 4:
        return py.call("$list", py.tuple_of(args))
    result: ast.expr = py.NONE
    for arg in reversed(args):
        result = py.call("$Cons", arg, result)
    return result


@_value("LIST*")
def _list_star(g: Generator, args: list[Any]) -> Any:
    if not 1 <= len(args) <= 4:
        return None
    result = args[-1]
    for arg in reversed(args[:-1]):
        result = py.call("$Cons", arg, result)
    return result


def _store_attribute(field: str, result_index: int) -> InlineRule:
    """Rule that stores args[1 - result_index] ... of RPLACA (cons, value) or of a setter (value, cons)."""

    def rule(g: Generator, args: list[Any]) -> Any:
        if len(args) != 2:
            return None
        saved = [g.save(arg) for arg in args]
        cons, value = (saved[0], saved[1]) if result_index == 0 else (saved[1], saved[0])
        target = py.Attr(cons, field, py.STORE)
        target.lineno = g.line
        g.emit(py.assign_to(target, value))
        return saved[0]

    return rule


INLINE[cl("RPLACA").fkey] = _store_attribute("car", 0)
INLINE[cl("RPLACD").fkey] = _store_attribute("cdr", 0)
_setter("CAR", "FIRST")(_store_attribute("car", 1))
_setter("CDR", "REST")(_store_attribute("cdr", 1))


# Identity and types


@_test("EQ")
def _eq(g: Generator, args: list[Any]) -> Any:
    if len(args) != 2 or any(isinstance(arg, py.Const) and arg.value is not None for arg in args):
        return _eql(g, args)
    return py.compare(args[0], py.IS, args[1])


@_test("EQL")
def _eql(g: Generator, args: list[Any]) -> Any:
    if len(args) != 2:
        return None
    left, right = args
    for one, other in ((left, right), (right, left)):
        if isinstance(one, py.Name) and one.id[:2] in ("q:", "$T", "h:"):
            return py.compare(left, py.IS, right)
        if isinstance(one, py.Const):
            if one.value is None:
                return py.is_nil(other)
            if type(one.value) is int and isinstance(other, py.Name):
                return py.boolean(py.AND, [py.compare(other, py.EQ, one), py.is_type(other, "$int")])
    general = py.call("$eql", left, right)
    if isinstance(left, (py.Const, py.Name)) and isinstance(right, (py.Const, py.Name)):
        return py.boolean(py.OR, [py.compare(left, py.IS, right), general])
    return general


@_test("NULL", "NOT")
def _null(g: Generator, args: list[Any]) -> Any:
    return py.is_nil(args[0]) if len(args) == 1 else None


def _type_test(*types: str) -> InlineRule:
    def rule(g: Generator, args: list[Any]) -> Any:
        if len(args) != 1:
            return None
        if len(types) == 1:
            return py.is_type(args[0], types[0])
        return py.compare(py.call("$type", args[0]), py.IN, py.name(types[0]))

    return rule


_test("CONSP")(_type_test("$Cons"))
_test("STRINGP", "SIMPLE-STRING-P")(_type_test("$str"))
_test("INTEGERP")(_type_test("$int"))
_test("CHARACTERP")(_type_test("$Char"))
_test("SIMPLE-VECTOR-P")(_type_test("$list_type"))
_test("HASH-TABLE-P")(_type_test("$HashTable"))


@_test("ATOM")
def _atom(g: Generator, args: list[Any]) -> Any:
    return py.negate(py.is_type(args[0], "$Cons")) if len(args) == 1 else None


@_test("LISTP")
def _listp(g: Generator, args: list[Any]) -> Any:
    if len(args) != 1:
        return None
    first, again = g.once(args, 0)
    return py.boolean(py.OR, [py.is_nil(first), py.is_type(again, "$Cons")])


@_test("SYMBOLP")
def _symbolp(g: Generator, args: list[Any]) -> Any:
    if len(args) != 1:
        return None
    first, again = g.once(args, 0)
    return py.boolean(py.OR, [py.is_nil(first), py.is_type(again, "$Symbol")])


# Numbers


def _operator(operator: ast.operator, unit: int | None) -> InlineRule:
    """Rule for an operation on two or more numbers; `unit` is its neutral element."""

    def rule(g: Generator, args: list[Any]) -> Any:
        if len(args) < 2:
            return py.Const(unit) if not args and unit is not None else None
        result = args[0]
        for arg in args[1:]:
            result = py.Binary(result, operator, arg)
            result.lineno = g.line
        return result

    return rule


_value("+")(_operator(ast.Add(), 0))
_value("*")(_operator(ast.Mult(), 1))
_value("LOGAND")(_operator(ast.BitAnd(), -1))
_value("LOGIOR")(_operator(ast.BitOr(), 0))
_value("LOGXOR")(_operator(ast.BitXor(), 0))


@_value("-")
def _minus(g: Generator, args: list[Any]) -> Any:
    if len(args) == 1:
        return py.Unary(ast.USub(), args[0])
    return _operator(ast.Sub(), None)(g, args) if args else None


@_value("1+")
def _one_plus(g: Generator, args: list[Any]) -> Any:
    return py.Binary(args[0], ast.Add(), py.Const(1)) if len(args) == 1 else None


@_value("1-")
def _one_minus(g: Generator, args: list[Any]) -> Any:
    return py.Binary(args[0], ast.Sub(), py.Const(1)) if len(args) == 1 else None


@_value("MOD")
def _mod(g: Generator, args: list[Any]) -> Any:
    if len(args) == 2 and isinstance(args[1], py.Const) and type(args[1].value) is int and args[1].value:
        return py.Binary(args[0], ast.Mod(), args[1])
    return None


@_value("LOGNOT")
def _lognot(g: Generator, args: list[Any]) -> Any:
    return py.Unary(ast.Invert(), args[0]) if len(args) == 1 else None


@_value("ASH")
def _ash(g: Generator, args: list[Any]) -> Any:
    if len(args) != 2:
        return None
    count = args[1]
    if isinstance(count, py.Const) and type(count.value) is int:
        if count.value >= 0:
            return py.Binary(args[0], ast.LShift(), count)
        return py.Binary(args[0], ast.RShift(), py.Const(-count.value))
    if isinstance(count, py.Unary) and isinstance(count.op, ast.USub) and isinstance(count.operand, py.Const):
        return py.Binary(args[0], ast.RShift(), count.operand)
    return None


def _comparison(operator: ast.cmpop) -> InlineRule:
    def rule(g: Generator, args: list[Any]) -> Any:
        if len(args) == 2:
            return py.compare(args[0], operator, args[1])
        if len(args) == 3 and isinstance(args[2], (py.Const, py.Name)):
            return py.Compare(args[0], [operator, operator], args[1:])
        return None

    return rule


_test("<")(_comparison(py.LT))
_test(">")(_comparison(py.GT))
_test("<=")(_comparison(py.LTE))
_test(">=")(_comparison(py.GTE))
_test("=")(_comparison(py.EQ))


@_test("/=")
def _not_equal(g: Generator, args: list[Any]) -> Any:
    return py.compare(args[0], py.NOT_EQ, args[1]) if len(args) == 2 else None


def _against_zero(operator: ast.cmpop) -> InlineRule:
    def rule(g: Generator, args: list[Any]) -> Any:
        return py.compare(args[0], operator, py.Const(0)) if len(args) == 1 else None

    return rule


_test("ZEROP")(_against_zero(py.EQ))
_test("PLUSP")(_against_zero(py.GT))
_test("MINUSP")(_against_zero(py.LT))


@_test("EVENP")
def _evenp(g: Generator, args: list[Any]) -> Any:
    if len(args) != 1:
        return None
    return py.compare(py.Binary(args[0], ast.BitAnd(), py.Const(1)), py.EQ, py.Const(0))


@_test("ODDP")
def _oddp(g: Generator, args: list[Any]) -> Any:
    if len(args) != 1:
        return None
    return py.compare(py.Binary(args[0], ast.BitAnd(), py.Const(1)), py.EQ, py.Const(1))


@_test("LOGBITP")
def _logbitp(g: Generator, args: list[Any]) -> Any:
    if len(args) != 2:
        return None
    if not (isinstance(args[0], (py.Const, py.Name)) or isinstance(args[1], (py.Const, py.Name))):
        return None  # Python would evaluate the second argument first
    shifted = py.Binary(args[1], ast.RShift(), args[0])
    return py.compare(py.Binary(shifted, ast.BitAnd(), py.Const(1)), py.EQ, py.Const(1))


# Characters


@_value("CHAR-CODE")
def _char_code(g: Generator, args: list[Any]) -> Any:
    return py.attr(args[0], "code") if len(args) == 1 else None


@_test("CHAR=")
def _char_equal(g: Generator, args: list[Any]) -> Any:
    return py.compare(args[0], py.IS, args[1]) if len(args) == 2 else None


@_value("CHAR", "SCHAR")
def _char(g: Generator, args: list[Any]) -> Any:
    return py.item(py.name("$characters"), py.item(args[0], args[1])) if len(args) == 2 else None


# Vectors


@_value("LENGTH")
def _length_of(g: Generator, args: list[Any]) -> Any:
    if len(args) != 1:
        return None
    first, again = g.once(args, 0)
    is_vector = py.compare(py.call("$type", first), py.IN, py.name("$vector_types"))
    return py.IfExp(is_vector, py.call("$len", again), py.call("$length", again))


@_value("SVREF")
def _svref(g: Generator, args: list[Any]) -> Any:
    return py.item(args[0], args[1]) if len(args) == 2 else None


@_value("AREF")
def _aref(g: Generator, args: list[Any]) -> Any:
    if len(args) != 2 or not all(isinstance(arg, (py.Const, py.Name)) for arg in args):
        return None
    vector, index = args
    return py.IfExp(
        py.compare(py.call("$type", vector), py.IS, py.name("$str")),
        py.item(py.name("$characters"), py.item(vector, index)),
        py.item(vector, index),
    )


@_setter("AREF", "SVREF")
def _set_aref(g: Generator, args: list[Any]) -> Any:
    if len(args) != 3:
        return None
    value, vector, index = (g.save(arg) for arg in args)
    target = py.Item(vector, index, py.STORE)
    target.lineno = g.line
    g.emit(py.assign_to(target, value))
    return value


# Hash tables: (gethash key table [default]) is inlined where one value is wanted


def inline_gethash(g: Generator, args: list[Any]) -> Any:
    """The first value of GETHASH."""
    if len(args) not in (2, 3):
        return None
    key, table = args[0], args[1]
    if not isinstance(table, (py.Const, py.Name)) and not isinstance(key, (py.Const, py.Name)):
        key = g.save(key)  # Python evaluates the table first
    default = args[2] if len(args) == 3 else py.NONE
    return g.call(py.attr(table, "get"), [key, default])


@_setter("GETHASH")
def _set_gethash(g: Generator, args: list[Any]) -> Any:
    if len(args) not in (3, 4):
        return None
    value, key, table = (g.save(arg) for arg in args[:3])
    g.emit(py.ExprStmt(g.call(py.attr(table, "put"), [key, value])))
    return value


# Streams


def _writer(text_of: Callable[[ast.expr], ast.expr]) -> EffectRule:
    """Rule for writing to a stream in a variable: string streams take the text at once."""

    def rule(g: Generator, nodes: list[Node]) -> bool:
        if len(nodes) != 2 or not isinstance(nodes[1], LocalRef):
            return False
        thing, stream = g.sequence(nodes)
        if not isinstance(stream, py.Name) or stream.mutable:
            return False
        text = text_of(thing)
        chosen = py.IfExp(py.is_type(stream, "$StringOutput"), stream, py.call("$output", stream))
        g.emit(py.ExprStmt(g.call(py.attr(chosen, "write"), [text])))
        return True

    return rule


def _checked_string(text: ast.expr) -> ast.expr:
    if isinstance(text, py.Const) and type(text.value) is str:
        return text
    if isinstance(text, py.Name):
        return py.IfExp(py.is_type(text, "$str"), text, py.call("$no_string", text))
    return py.call("$checked_string", text)


INLINE_EFFECTS[cl("WRITE-CHAR").fkey] = _writer(lambda char: py.attr(char, "text"))
INLINE_EFFECTS[cl("WRITE-STRING").fkey] = _writer(_checked_string)


# Control


@_value("IDENTITY")
def _identity(g: Generator, args: list[Any]) -> Any:
    return args[0] if len(args) == 1 else None
