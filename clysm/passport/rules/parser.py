"""From tokens to the syntax tree, spec 6.2 and 6.3.

Left to others: names, types and scopes are the checker's business.  A mistake that a literal or a written
type shows by itself is noted in the tree as a `Fault`, which the checker reports when it gets there.

Types, fixtures and expressions have modules of their own, over one `cursor`.
"""

from __future__ import annotations

from typing import Final

from clysm.passport.errors import RuleTypeError
from clysm.passport.rules.cursor import Stop
from clysm.passport.rules.lexer import END, IDENT
from clysm.passport.rules.parse_expressions import COMPARISON, PRECEDENCE, ExpressionParser
from clysm.passport.rules.parse_fixtures import FixtureParser
from clysm.passport.rules.parse_types import TypeParser
from clysm.passport.rules.syntax import (
    Binary,
    Call,
    Example,
    FieldRule,
    Literal,
    Module,
    Property,
    PropertyVariable,
    Test,
)
from clysm.passport.rules.types import Atom

MAX_CASES: Final = 100_000
MAX_SEED: Final = 2**63 - 1


def parse(source: bytes) -> Module | RuleTypeError:
    """The tree of a source, or its ParseError."""
    parser = _Parser(source)
    try:
        return parser.module()
    except Stop as stop:
        line, column = stop.at
        return RuleTypeError("ParseError", None, line, column, stop.message)


class _Parser(TypeParser, FixtureParser, ExpressionParser):
    """The productions of a module, its rules and its tests."""

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
