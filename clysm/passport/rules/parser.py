"""From tokens to the syntax tree, spec 6.2 and 6.3.

Left to others: names, types and scopes are the checker's business.  A mistake that a literal or a written
type shows by itself is noted in the tree as a `Fault`, which the checker reports when it gets there.

The parser stops at the first token that nothing allowed can have there.  Its recursion is bounded: a bracket
too many is an ERROR token already, and what nests without brackets (the value of a let, the parts of an if,
operands) is told the number of nodes above it, `depth`, which the limit of height bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Final, TypeVar

from clysm.passport.cjson import is_key
from clysm.passport.decimals import MAX_SCALE, Dec, power_of_ten, text_integer
from clysm.passport.errors import IngestError, RuleTypeError
from clysm.passport.ingest.numbers import exact_number
from clysm.passport.rules.lexer import DEC, END, ERROR, IDENT, INT, RESERVED, TEXT, lex
from clysm.passport.rules.syntax import (
    Assert,
    Binary,
    Call,
    Example,
    Expression,
    Fault,
    FieldRule,
    Fixture,
    FixtureJson,
    FixtureVariable,
    If,
    Lambda,
    Let,
    ListOf,
    Literal,
    Module,
    Position,
    Property,
    PropertyVariable,
    RecordOf,
    Test,
    Unary,
    Variable,
)
from clysm.passport.rules.types import (
    NONE_TYPE,
    Atom,
    DecType,
    ListType,
    MapType,
    OptType,
    QtyType,
    Type,
    record_type,
)
from clysm.passport.timestamps import read_date
from clysm.passport.units import QTY_SCALE, UNITS, Qty

MAX_HEIGHT: Final = 128  # of an expression
MAX_PATH: Final = 200  # characters
MAX_CASES: Final = 100_000
MAX_SEED: Final = 2**63 - 1

COMPARISON: Final = 3
PRECEDENCE: Final = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), COMPARISON),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys("*/", 5),
}

_WORDS: Final = RESERVED | {IDENT}
_NUMBERS: Final = frozenset((INT, DEC))
_CONSTANTS: Final[dict[str, tuple[bool | None, Type]]] = {
    "true": (True, Atom.BOOL),
    "false": (False, Atom.BOOL),
    "none": (None, NONE_TYPE),
}
_ATOMS: Final = {atom.value: atom for atom in (Atom.BOOL, Atom.INT, Atom.TEXT, Atom.DATE)}
_FOUND: Final = {END: "the end of the source", TEXT: "a text"}

Item = TypeVar("Item")


def parse(source: bytes) -> Module | RuleTypeError:
    """The tree of a source, or its ParseError."""
    parser = _Parser(source)
    try:
        return parser.module()
    except _Stop as stop:
        line, column = stop.at
        return RuleTypeError("ParseError", None, line, column, stop.message)


class _Stop(Exception):
    """A ParseError on its way to `parse`."""

    def __init__(self, at: Position, message: str) -> None:
        self.at = at
        self.message = message


class _Parser:
    """Reads tokens from left to right; the methods are the productions of spec 6.2."""

    def __init__(self, source: bytes) -> None:
        self.kinds, self.values, self.positions = lex(source)
        self.next = 0  # index of the next token
        self.height = 0  # of the expression read last
        self.fault: Fault | None = None  # the first one in the type being read

    # Tokens

    def here(self) -> Position:
        """The position of the next token."""
        return self.positions[self.next]

    def unexpected(self, wanted: str) -> _Stop:
        """The error that the next token is none of those wanted."""
        kind, value = self.kinds[self.next], self.values[self.next]
        found = value if kind == ERROR else _FOUND.get(kind, f"`{value[:40]}`")
        return _Stop(self.here(), f"expected {wanted}, found {found}")

    def take(self, kind: str, wanted: str = "") -> str:
        """The value of the next token, which must be of this kind."""
        if self.kinds[self.next] != kind:
            raise self.unexpected(wanted or f"`{kind}`")
        self.next += 1
        return self.values[self.next - 1]

    def skip(self, kind: str) -> bool:
        """Whether the next token is of this kind; if so it is taken."""
        if self.kinds[self.next] != kind:
            return False
        self.next += 1
        return True

    def word(self, wanted: str) -> str:
        """The next token, which must be a word, reserved or not."""
        if self.kinds[self.next] not in _WORDS:
            raise self.unexpected(wanted)
        self.next += 1
        return self.values[self.next - 1]

    def integer(self, least: int, most: int) -> int:
        """( int ), a number from least to most"""
        self.take("(")
        at = self.here()
        number = text_integer(self.take(INT, "an integer"))
        if not least <= number <= most:
            raise _Stop(at, f"this number must be from {least} to {most}")
        self.take(")")
        return number

    def key(self, keys: Container[str]) -> str:
        """text : where the text is a key other than these"""
        at = self.here()
        key = self.take(TEXT, "a key")
        if key in keys:
            raise _Stop(at, "this key stands here already")
        if not is_key(key):
            raise _Stop(at, "a key has no character above U+D7FF")
        self.take(":")
        return key

    def path(self) -> str:
        """word { . word } with nothing between the parts and at most 200 characters"""
        line, column = self.here()
        path = ""
        while True:
            at = self.here()
            if at != (line, column + len(path)):
                raise _Stop(at, "nothing may stand between the parts of a path")
            path += self.word("the path of a field" if path == "" else "the next part of the path")
            if len(path) > MAX_PATH:
                raise _Stop(at, f"a path has at most {MAX_PATH} characters")
            at = self.here()
            if at != (line, column + len(path)) or self.kinds[self.next] != ".":
                return path
            if len(path) + len(".x") > MAX_PATH:
                raise _Stop(at, f"a path has at most {MAX_PATH} characters")
            self.next += 1
            path += "."

    # Items

    def module(self) -> Module:
        """{ field_rule | example | property }"""
        fields: list[FieldRule] = []
        tests: list[Test] = []
        while not self.skip(END):
            if self.skip("field"):
                fields.append(self.field_rule())
            elif self.skip("example"):
                tests.append(self.example())
            elif self.skip("property"):
                tests.append(self.property())
            else:
                raise self.unexpected("`field`, `example` or `property`")
        return Module(tuple(fields), tuple(tests))

    def field_rule(self) -> FieldRule:
        """field path : type = expr ;"""
        at = self.here()
        path = self.path()
        self.take(":")
        written, fault = self.written_type()
        self.take("=")
        body = self.expression(0)
        self.take(";")
        return FieldRule(path, written, fault, body, at)

    def example(self) -> Example:
        """example ident : fixtures => expect { expect }"""
        at = self.here()
        name = self.take(IDENT, "the name of the example")
        self.take(":")
        fixtures = self.fixtures()
        self.take("=>")
        expectations = [self.expectation()]
        while self.kinds[self.next] == "expect":
            expectations.append(self.expectation())
        return Example(name, fixtures, tuple(expectations), at)

    def expectation(self) -> Binary:
        """expect ( path , cmpop , expr ) ;"""
        self.take("expect")
        self.take("(")
        path_at = self.here()
        path = self.path()
        self.take(",")
        at = self.here()
        operator = self.kinds[self.next]
        if PRECEDENCE.get(operator) != COMPARISON:
            raise self.unexpected("a comparison")
        self.next += 1
        self.take(",")
        expected = self.expression(0)
        self.take(")")
        self.take(";")
        actual = Call("field", (Literal(path, Atom.TEXT, path_at),), path_at)
        return Binary(operator, actual, expected, at)

    def property(self) -> Property:
        """property ident : cases ( int ) seed ( int ) [ fixtures ] => forall ... implies ( expr , expr ) ;"""
        at = self.here()
        name = self.take(IDENT, "the name of the property")
        self.take(":")
        self.take("cases")
        cases = self.integer(1, MAX_CASES)
        self.take("seed")
        seed = self.integer(0, MAX_SEED)
        fixtures = self.fixtures() if self.kinds[self.next] == "{" else ()
        self.take("=>")
        self.take("forall")
        variables = [self.variable()]
        while self.skip(","):
            variables.append(self.variable())
        self.take(".")
        self.take("implies")
        self.take("(")
        premise = self.expression(0)
        self.take(",")
        conclusion = self.expression(0)
        self.take(")")
        self.take(";")
        return Property(name, cases, seed, fixtures, tuple(variables), premise, conclusion, at)

    def variable(self) -> PropertyVariable:
        """ident : type"""
        at = self.here()
        name = self.take(IDENT, "a variable")
        self.take(":")
        return PropertyVariable(name, *self.written_type(), at)

    # Fixtures

    def fixtures(self) -> tuple[Fixture, ...]:
        """{ fact ... }, in braces"""
        self.take("{")
        fixtures: list[Fixture] = []
        while not self.skip("}"):
            fixtures.append(self.fixture())
        return tuple(fixtures)

    def fixture(self) -> Fixture:
        """fact ident ( text , text ) = object ;"""
        self.take("fact", "`fact` or `}`")
        alias_at = self.here()
        alias = self.take(IDENT, "an alias")
        self.take("(")
        type_at = self.here()
        fact_type = self.take(TEXT, "a fact type")
        self.take(",")
        fact_key = self.take(TEXT, "a fact key")
        self.take(")")
        self.take("=")
        self.take("{")
        payload = self.json_members()
        self.take(";")
        return Fixture(alias, alias_at, fact_type, type_at, fact_key, payload)

    def json(self) -> FixtureJson:
        """object | list | text | number | true | false | null | variable"""
        kind = self.kinds[self.next]
        at = self.here()
        if kind == "-" or kind in _NUMBERS:
            return self.json_number()
        self.next += 1
        value = self.values[self.next - 1]
        match kind:
            case "{":
                return self.json_members()
            case "[":
                return self.json_elements()
            case "TEXT":
                return value
            case "true" | "false":
                return kind == "true"
            case "IDENT":
                return None if value == "null" else FixtureVariable(value, at)
            case _:
                self.next -= 1
                raise self.unexpected("a value")

    def json_members(self) -> dict[str, FixtureJson]:
        """[ text : json { , text : json } ] }"""
        members: dict[str, FixtureJson] = {}
        if not self.skip("}"):
            key = self.key(members)
            members[key] = self.json()
            while self.skip(","):
                key = self.key(members)
                members[key] = self.json()
            self.take("}", "`,` or `}`")
        return members

    def json_elements(self) -> list[FixtureJson]:
        """[ json { , json } ] ]"""
        elements: list[FixtureJson] = []
        if not self.skip("]"):
            elements.append(self.json())
            while self.skip(","):
                elements.append(self.json())
            self.take("]", "`,` or `]`")
        return elements

    def json_number(self) -> int | str:
        """[ - ] ( int | dec ), as ingest reads a number (spec 4.2)"""
        sign = "-" if self.skip("-") else ""
        at = self.here()
        if self.kinds[self.next] not in _NUMBERS:
            raise self.unexpected("a number")
        self.next += 1
        number = exact_number(sign + self.values[self.next - 1])
        if isinstance(number, IngestError):
            raise _Stop(at, "a fact cannot hold this number")
        return number

    # Types

    def written_type(self) -> tuple[Type, Fault | None]:
        """A type and the first fault in it; the type of a faulty one is of no use."""
        self.fault = None
        written = self.type()
        return written, self.fault

    def note(self, kind: str, at: Position, message: str) -> None:
        """Remember the first fault of a type."""
        self.fault = self.fault or Fault(kind, at, message)

    def type(self) -> Type:
        """Bool | ... | Record [ ( word : type { , word : type } ) ]"""
        kind = self.kinds[self.next]
        if kind in _ATOMS:
            self.next += 1
            return _ATOMS[kind]
        match kind:
            case "Opt":
                return OptType(self.type_argument())
            case "List":
                return ListType(self.type_argument())
            case "Map":
                return MapType(self.type_argument("Text", ","))
            case "Dec":
                return self.dec_type()
            case "Qty":
                return self.qty_type()
            case "Record":
                self.next += 1
                return self.record_members() if self.skip("(") else Atom.RECORD
            case _:
                raise self.unexpected("a type")

    def type_argument(self, *before: str) -> Type:
        """( type ), with these tokens before the type; the name of the constructor is the next token."""
        self.next += 1
        self.take("(")
        for kind in before:
            self.take(kind)
        argument = self.type()
        self.take(")")
        return argument

    def dec_type(self) -> Type:
        """Dec ( int )"""
        self.next += 1
        self.take("(")
        at = self.here()
        scale = text_integer(self.take(INT, "a scale"))
        if scale > MAX_SCALE:
            self.note("ScaleOutOfRange", at, f"a scale is at most {MAX_SCALE}")
        self.take(")")
        return DecType(scale)

    def qty_type(self) -> Type:
        """Qty ( word )"""
        self.next += 1
        self.take("(")
        at = self.here()
        unit = self.word("a unit")
        if unit not in UNITS:
            self.note("UnknownUnit", at, f"`{unit}` is no unit")
        self.take(")")
        return QtyType(unit)

    def record_members(self) -> Type:
        """word : type { , word : type } )"""
        members: dict[str, Type] = {}
        while True:
            at = self.here()
            name = self.word("the name of a member")
            if name in members:
                self.note("DuplicateName", at, f"the record has a member `{name}` already")
            self.take(":")
            members[name] = self.type()
            if not self.skip(","):
                self.take(")", "`,` or `)`")
                return record_type(members.items())

    # Expressions.  Each method is given the number of nodes above and leaves the height in self.height.

    def raised(self, height: int) -> int:
        """One more than the height of a part, or than the depth of the node above; at most 128."""
        if height >= MAX_HEIGHT:
            raise _Stop(self.here(), f"an expression is more than {MAX_HEIGHT} high")
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


_PRIMARIES: Final[dict[str, Callable[[_Parser, int], Expression]]] = {
    IDENT: _Parser.name,
    "field": _Parser.call,
    "date": _Parser.call,
    INT: _Parser.number,
    DEC: _Parser.number,
    "-": _Parser.number,
    TEXT: _Parser.text,
    "true": _Parser.constant,
    "false": _Parser.constant,
    "none": _Parser.constant,
    "qty": _Parser.quantity,
    "(": _Parser.parenthesised,
    "[": _Parser.list_of,
    "{": _Parser.record_of,
}
