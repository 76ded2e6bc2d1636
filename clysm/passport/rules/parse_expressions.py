"""Expressions, spec 6.2 and 6.3, from production `expr` down to literals.

Recursion is bounded: a bracket too many is an ERROR token already, and what nests without brackets (the value
of a let, the parts of an if, operands) is told the number of nodes above it, `depth`, which the limit of
height bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from clysm.passport.decimals import MAX_SCALE, Dec, power_of_ten, text_integer
from clysm.passport.rules.cursor import Cursor, Stop
from clysm.passport.rules.lexer import DEC, IDENT, INT, TEXT
from clysm.passport.rules.syntax import (
    Assert,
    Binary,
    Call,
    Expression,
    Fault,
    If,
    Lambda,
    Let,
    ListOf,
    Literal,
    Position,
    RecordOf,
    Unary,
    Variable,
)
from clysm.passport.rules.types import NONE_TYPE, Atom, DecType, QtyType, Type
from clysm.passport.timestamps import read_date
from clysm.passport.units import QTY_SCALE, UNITS, Qty

MAX_HEIGHT: Final = 128  # of an expression

COMPARISON: Final = 3
PRECEDENCE: Final = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), COMPARISON),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys("*/", 5),
}

_NUMBERS: Final = frozenset((INT, DEC))
_CONSTANTS: Final[dict[str, tuple[bool | None, Type]]] = {
    "true": (True, Atom.BOOL),
    "false": (False, Atom.BOOL),
    "none": (None, NONE_TYPE),
}

Item = TypeVar("Item")


class ExpressionParser(Cursor):
    """Each method is given the number of nodes above and leaves the height of what it reads in `height`."""

    def __init__(self, source: bytes) -> None:
        super().__init__(source)
        self.height = 0  # of the expression read last

    def raised(self, height: int) -> int:
        """One more than the height of a part, or than the depth of the node above; at most 128."""
        if height >= MAX_HEIGHT:
            raise Stop(self.here(), f"an expression is more than {MAX_HEIGHT} high")
        return height + 1

    def expression(self, depth: int) -> Expression:
        """{ let | assertion } ( conditional | or )"""
        self.raised(depth)
        opened: list[tuple[Callable[[Expression], Expression], int]] = []
        while (kind := self.kinds[self.next]) in ("let", "assert"):
            opening = self.let if kind == "let" else self.assertion
            opened.append((opening(depth + len(opened) + 1), self.height))
        innermost = self.conditional if kind == "if" else self.operation
        expression = innermost(depth + len(opened))
        for enclose, height in reversed(opened):
            expression = enclose(expression)
            self.height = self.raised(max(height, self.height))
        return expression

    def let(self, depth: int) -> Callable[[Expression], Expression]:
        """let ident = expr ; as a function of what follows"""
        at = self.here()
        self.take("let")
        name = self.take(IDENT, "a name")
        self.take("=")
        value = self.expression(depth)
        self.take(";")
        return lambda body: Let(name, value, body, at)

    def assertion(self, depth: int) -> Callable[[Expression], Expression]:
        """assert ( expr , text , text ) ; as a function of what follows"""
        at = self.here()
        self.take("assert")
        self.take("(")
        condition = self.expression(depth)
        self.take(",")
        code = self.take(TEXT, "an error code")
        self.take(",")
        message = self.take(TEXT, "a message")
        self.take(")")
        self.take(";")
        return lambda body: Assert(condition, code, message, body, at)

    def conditional(self, depth: int) -> Expression:
        """if expr then expr else expr"""
        at = self.here()
        self.take("if")
        condition = self.expression(depth + 1)
        height = self.height
        self.take("then")
        consequent = self.expression(depth + 1)
        height = max(height, self.height)
        self.take("else")
        alternative = self.expression(depth + 1)
        self.height = self.raised(max(height, self.height))
        return If(condition, consequent, alternative, at)

    def operation(self, depth: int) -> Expression:
        """or, with all that binds tighter: binary operators over unary ones, by precedence"""
        # Left operands that wait for the end of their right ones, the loosest operator first.
        waiting: list[tuple[Expression, int, str, int, Position]] = []
        right = self.unary(depth)
        while True:
            operator = self.kinds[self.next]
            precedence = PRECEDENCE.get(operator, 0)
            while waiting and waiting[-1][3] >= precedence:
                left, height, waiting_operator, waiting_precedence, at = waiting.pop()
                if waiting_precedence == precedence == COMPARISON:
                    raise self.unexpected("no second comparison")
                self.height = self.raised(max(height, self.height))
                right = Binary(waiting_operator, left, right, at)
            if precedence == 0:
                return right
            waiting.append((right, self.height, operator, precedence, self.here()))
            self.next += 1
            right = self.unary(depth + len(waiting))

    def unary(self, depth: int) -> Expression:
        """! unary | - ( int | dec ) | - unary | primary"""
        first = self.next
        kinds = self.kinds
        while (kind := kinds[self.next]) == "!" or (kind == "-" and kinds[self.next + 1] not in _NUMBERS):
            self.next += 1
        operators = range(first, self.next)
        depth += len(operators)
        self.raised(depth)
        primary = _PRIMARIES.get(kind)
        if primary is None:
            raise self.unexpected("an expression")
        operand = primary(self, depth)
        for token in reversed(operators):
            self.height = self.raised(self.height)
            operand = Unary(kinds[token], operand, self.positions[token])
        return operand

    def name(self, depth: int) -> Expression:
        """ident, or a call if ( follows"""
        if self.kinds[self.next + 1] == "(":
            return self.call(depth)
        self.next += 1
        self.height = 1
        return Variable(self.values[self.next - 1], self.positions[self.next - 1])

    def call(self, depth: int) -> Expression:
        """( ident | field | date ) ( [ arg { , arg } ] )"""
        at = self.here()
        self.next += 1
        name = self.values[self.next - 1]
        self.take("(")
        arguments = self.parts(self.argument, ")", depth)
        if name == "date" and len(arguments) == 1:
            text = arguments[0]
            if isinstance(text, Literal) and isinstance(text.value, str):
                return _date_literal(text.value, text.at, at)
        return Call(name, arguments, at)

    def argument(self, depth: int) -> Expression | Lambda:
        """lambda | expr"""
        return self.function(depth) if self.kinds[self.next] == "\\" else self.expression(depth)

    def function(self, depth: int) -> Lambda:
        """\\ ident [ ident ] -> expr"""
        at = self.here()
        self.next += 1
        parameters = [(self.here(), self.take(IDENT, "a parameter"))]
        if self.kinds[self.next] == IDENT:
            parameters.append((self.here(), self.take(IDENT)))
        self.take("->")
        body = self.expression(depth + 1)
        self.height = self.raised(self.height)
        return Lambda(tuple((name, name_at) for name_at, name in parameters), body, at)

    def parts(self, part: Callable[[int], Item], close: str, depth: int) -> tuple[Item, ...]:
        """[ part { , part } ] close, for a node with this depth"""
        items: list[Item] = []
        height = 0
        if not self.skip(close):
            while True:
                items.append(part(depth + 1))
                height = max(height, self.height)
                if not self.skip(","):
                    break
            self.take(close, f"`,` or `{close}`")
        self.height = self.raised(height)
        return tuple(items)

    def list_of(self, depth: int) -> Expression:
        """[ [ expr { , expr } ] ]"""
        at = self.here()
        self.next += 1
        return ListOf(self.parts(self.expression, "]", depth), at)

    def record_of(self, depth: int) -> Expression:
        """{ [ text : expr { , text : expr } ] }"""
        at = self.here()
        self.next += 1
        keys: set[str] = set()

        def member(depth: int) -> tuple[str, Expression]:
            key = self.key(keys)
            keys.add(key)
            return key, self.expression(depth)

        return RecordOf(self.parts(member, "}", depth), at)

    def parenthesised(self, depth: int) -> Expression:
        """( expr ), which is the expression"""
        self.next += 1
        expression = self.expression(depth)
        self.take(")")
        return expression

    def constant(self, _depth: int) -> Literal:
        """true | false | none"""
        value, constant_type = _CONSTANTS[self.kinds[self.next]]
        self.next += 1
        self.height = 1
        return Literal(value, constant_type, self.positions[self.next - 1])

    def text(self, _depth: int) -> Literal:
        """text"""
        self.next += 1
        self.height = 1
        return Literal(self.values[self.next - 1], Atom.TEXT, self.positions[self.next - 1])

    def number(self, _depth: int) -> Literal:
        """[ - ] ( int | dec )"""
        at = self.here()
        sign = -1 if self.skip("-") else 1
        number_at = self.here()
        coefficient, scale = self.digits()
        self.height = 1
        if scale is None:
            return Literal(sign * coefficient, Atom.INT, at)
        fault = None
        if scale > MAX_SCALE:
            fault = Fault("ScaleOutOfRange", number_at, f"a decimal has at most {MAX_SCALE} decimals")
        return Literal(Dec(sign * coefficient, scale), DecType(scale), at, fault)

    def digits(self) -> tuple[int, int | None]:
        """int | dec, as a coefficient with a scale, None for an int"""
        if self.kinds[self.next] not in _NUMBERS:
            raise self.unexpected("a number")
        whole, point, fraction = self.values[self.next].partition(".")
        self.next += 1
        return text_integer(whole + fraction), len(fraction) if point else None

    def quantity(self, _depth: int) -> Literal:
        """qty ( [ - ] ( int | dec ) , word )"""
        at = self.here()
        self.next += 1
        self.take("(")
        sign = -1 if self.skip("-") else 1
        number_at = self.here()
        coefficient, scale = self.digits()
        scale = scale or 0
        self.take(",")
        unit_at = self.here()
        unit = self.word("a unit")
        self.take(")")
        self.height = 1
        fault = None
        if scale > QTY_SCALE:
            fault = Fault("ScaleOutOfRange", number_at, f"a quantity has at most {QTY_SCALE} decimals")
        elif unit not in UNITS:
            fault = Fault("UnknownUnit", unit_at, f"`{unit[:40]}` is no unit")
        value = None if fault else Qty(unit, sign * coefficient * power_of_ten(QTY_SCALE - scale))
        return Literal(value, QtyType(unit), at, fault)


def _date_literal(text: str, text_at: Position, at: Position) -> Literal:
    """date("YYYY-MM-DD")"""
    day = read_date(text)
    fault = None if day else Fault("BadDate", text_at, f"`{text[:40]}` is no date of the calendar")
    return Literal(day, Atom.DATE, at, fault)


_PRIMARIES: Final[dict[str, Callable[[ExpressionParser, int], Expression]]] = {
    IDENT: ExpressionParser.name,
    "field": ExpressionParser.call,
    "date": ExpressionParser.call,
    INT: ExpressionParser.number,
    DEC: ExpressionParser.number,
    "-": ExpressionParser.number,
    TEXT: ExpressionParser.text,
    "true": ExpressionParser.constant,
    "false": ExpressionParser.constant,
    "none": ExpressionParser.constant,
    "qty": ExpressionParser.quantity,
    "(": ExpressionParser.parenthesised,
    "[": ExpressionParser.list_of,
    "{": ExpressionParser.record_of,
}
