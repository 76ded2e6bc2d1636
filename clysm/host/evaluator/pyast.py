"""Constructors for the Python syntax trees that the generator builds.

Names may be any strings: the compiler takes them as they are, so no Lisp name needs mangling. Only nodes that
can fail get a line of their own; the others use the line of the class attribute, which is enough for
tracebacks.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any, Final

LOAD: Final = ast.Load()
STORE: Final = ast.Store()
DELETE: Final = ast.Del()


class _Located:
    """Default position, so that creating a node does not have to set it."""

    lineno = 1
    col_offset = 0


class Name(_Located, ast.Name):
    """A name. `mutable`: code that runs later in the same expression may assign it."""

    mutable = False


class Const(_Located, ast.Constant):
    pass


class Call(_Located, ast.Call):
    pass


class Attr(_Located, ast.Attribute):
    pass


class Item(_Located, ast.Subscript):
    pass


class Compare(_Located, ast.Compare):
    pass


class IfExp(_Located, ast.IfExp):
    pass


class BoolOp(_Located, ast.BoolOp):
    pass


class Unary(_Located, ast.UnaryOp):
    pass


class Binary(_Located, ast.BinOp):
    pass


class Walrus(_Located, ast.NamedExpr):
    pass


class TupleExp(_Located, ast.Tuple):
    pass


class ListExp(_Located, ast.List):
    pass


class Starred(_Located, ast.Starred):
    pass


class Assign(_Located, ast.Assign):
    pass


class ExprStmt(_Located, ast.Expr):
    pass


class Return(_Located, ast.Return):
    pass


class IfStmt(_Located, ast.If):
    pass


class While(_Located, ast.While):
    pass


class For(_Located, ast.For):
    pass


class Break(_Located, ast.Break):
    pass


class Continue(_Located, ast.Continue):
    pass


class Raise(_Located, ast.Raise):
    pass


class Try(_Located, ast.Try):
    pass


class Handler(_Located, ast.ExceptHandler):
    pass


class Delete(_Located, ast.Delete):
    pass


class FunctionDef(_Located, ast.FunctionDef):
    pass


class ClassDef(_Located, ast.ClassDef):
    pass


class Global(_Located, ast.Global):
    pass


class Nonlocal(_Located, ast.Nonlocal):
    pass


class Pass(_Located, ast.Pass):
    pass


class Arg(_Located, ast.arg):
    pass


class Keyword(_Located, ast.keyword):
    pass


NONE: Final = Const(None)
TRUE: Final = Const(True)
FALSE: Final = Const(False)
T_NAME: Final = Name("$T", LOAD)
IS: Final = ast.Is()
IS_NOT: Final = ast.IsNot()
EQ: Final = ast.Eq()
NOT_EQ: Final = ast.NotEq()
LT: Final = ast.Lt()
GT: Final = ast.Gt()
LTE: Final = ast.LtE()
GTE: Final = ast.GtE()
IN: Final = ast.In()
AND: Final = ast.And()
OR: Final = ast.Or()
NOT: Final = ast.Not()
_OPPOSITE: Final[dict[type[ast.cmpop], ast.cmpop]] = {
    ast.Is: IS_NOT,
    ast.IsNot: IS,
    ast.Eq: NOT_EQ,
    ast.NotEq: EQ,
    ast.In: ast.NotIn(),
    ast.NotIn: IN,
}


def name(text: str) -> Name:
    return Name(text, LOAD)


def store(text: str) -> Name:
    return Name(text, STORE)


def located(node: Any, line: int) -> Any:
    """The same node, at a line."""
    if line:
        node.lineno = line
    return node


def call(function: str, *args: ast.expr) -> Call:
    return Call(Name(function, LOAD), list(args), [])


def attr(value: ast.expr, field: str) -> Attr:
    return Attr(value, field, LOAD)


def item(value: ast.expr, index: ast.expr) -> Item:
    return Item(value, index, LOAD)


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Compare:
    return Compare(left, [operator], [right])


def is_nil(value: ast.expr) -> Compare:
    return Compare(value, [IS], [NONE])


def not_nil(value: ast.expr) -> Compare:
    return Compare(value, [IS_NOT], [NONE])


def negate(test: ast.expr) -> ast.expr:
    """The opposite of a Python truth value."""
    if isinstance(test, Compare) and len(test.ops) == 1:
        opposite = _OPPOSITE.get(type(test.ops[0]))
        if opposite is not None:
            return Compare(test.left, [opposite], test.comparators)
    if isinstance(test, Unary) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, Const):
        return FALSE if test.value else TRUE
    return Unary(NOT, test)


def boolean(operator: ast.boolop, items: list[ast.expr]) -> ast.expr:
    return items[0] if len(items) == 1 else BoolOp(operator, items)


def walrus(target: str, value: ast.expr) -> Walrus:
    return Walrus(Name(target, STORE), value)


def assign(target: str, value: ast.expr) -> Assign:
    return Assign([Name(target, STORE)], value)


def assign_to(target: ast.expr, value: ast.expr) -> Assign:
    return Assign([target], value)


def is_type(value: ast.expr, *types: str) -> ast.expr:
    """Test that the exact type of a value is one of some; one of several is looked up in a set of types."""
    return compare(call("type", value), IS, Name(types[0], LOAD))


def tuple_of(items: Sequence[ast.expr]) -> TupleExp:
    return TupleExp(list(items), LOAD)


def parameters(
    positional: list[str],
    defaults: list[ast.expr],
    rest: str | None = None,
    keywords: Sequence[str] = (),
    keyword_default: ast.expr | None = None,
) -> ast.arguments:
    """A Python parameter list; `defaults` belong to the last positional parameters."""
    return ast.arguments(
        posonlyargs=[],
        args=[Arg(text) for text in positional],
        vararg=Arg(rest) if rest is not None else None,
        kwonlyargs=[Arg(text) for text in keywords],
        kw_defaults=[keyword_default for _ in keywords],
        kwarg=None,
        defaults=defaults,
    )


def function_def(text: str, arguments: ast.arguments, body: list[ast.stmt], line: int) -> FunctionDef:
    node = FunctionDef(
        name=text, args=arguments, body=body or [Pass()], decorator_list=[], returns=None, type_comment=None
    )
    return located(_without_type_parameters(node), line)  # type: ignore[no-any-return]


def class_def(text: str, base: ast.expr, body: list[ast.stmt]) -> ClassDef:
    """A class with one base."""
    node = ClassDef(name=text, bases=[base], keywords=[], body=body, decorator_list=[])
    return _without_type_parameters(node)  # type: ignore[no-any-return]


def _without_type_parameters(node: Any) -> Any:
    """Set a field that Python 3.12 added and 3.11 ignores."""
    node.type_params = []
    return node
