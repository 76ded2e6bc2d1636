"""The syntax tree of the rule language, spec 6.2, as the parser builds it and every later step reads it.

Left to others: the lexer and the parser build it, the checker judges it, the code generator reads it.

* `at` is a position (line, column), both from 1, counted in code points.  An operator stands at its operator
  token, a call at its name, everything else at its first token (spec 6.5).  Parentheses leave no trace.
* Nodes are compared and hashed by identity, so a node is its own key: the static type of an expression `e`
  is `checked.types[e]`, with the `CheckedRules` of check.py; every expression but a lambda has one.  A static
  type is no promise about the value: what came from a fact is `Any`, and a body or an operand of type Any
  passes for the type beside it (a fold's body, the other operand of `*`).  So values carry their kinds and
  the operations check them.
* A `Fault` is a mistake in a literal or a written type that reading it shows (an unknown unit, scale 19, a
  day that does not exist).  It is no parse error: the checker reports it when it gets there.  A checked tree
  has none, and each of its literals has its run-time value.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TypeAlias

from clysm.passport.decimals import Dec
from clysm.passport.rules.types import Type
from clysm.passport.units import Qty

Position: TypeAlias = tuple[int, int]  # line, column


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of RuleTypeError and where it stands."""

    kind: str
    at: Position
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """A constant: true, false, none, 7, -1.50, "text", qty(1.5, kg), date("2025-01-01")."""

    value: bool | int | str | Dec | Qty | datetime.date | None
    type: Type  # the same as its static type
    at: Position
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A name bound by a let, a lambda or a property."""

    name: str
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class Let:
    """let name = value; body"""

    name: str
    value: Expression
    body: Expression
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class Assert:
    """assert(condition, "error code", "message"); body"""

    condition: Expression
    error_code: str
    message: str
    body: Expression
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class If:
    """if condition then consequent else alternative"""

    condition: Expression
    consequent: Expression
    alternative: Expression
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class Binary:
    """left operator right, the operator one of || && == != < <= > >= + - * /"""

    operator: str
    left: Expression
    right: Expression
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class Unary:
    """! operand, or - operand where the operand is no number token"""

    operator: str
    operand: Expression
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class ListOf:
    """[element, ...]"""

    elements: tuple[Expression, ...]
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class RecordOf:
    """{"key": value, ...}, in the order written, the keys distinct"""

    members: tuple[tuple[str, Expression], ...]
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """name(argument, ...): a builtin, also `field` and a `date` whose argument is no text literal.

    The only argument of `field` is a text Literal in a checked tree.
    """

    name: str
    arguments: tuple[Expression | Lambda, ...]
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class Lambda:
    """\\a -> body or \\a b -> body; in a checked tree the last argument of map, filter and fold only."""

    parameters: tuple[tuple[str, Position], ...]
    body: Expression
    at: Position


Expression: TypeAlias = Literal | Variable | Let | Assert | If | Binary | Unary | ListOf | RecordOf | Call


@dataclass(frozen=True, slots=True, eq=False)
class FieldRule:
    """field path: type = body;  `at` is the position of the path."""

    path: str
    type: Type
    fault: Fault | None  # the first one in the type
    body: Expression
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class FixtureVariable:
    """A variable of the property inside a fixture's payload."""

    name: str
    at: Position


FixtureJson: TypeAlias = (
    "bool | int | str | FixtureVariable | list[FixtureJson] | dict[str, FixtureJson] | None"
)


@dataclass(frozen=True, slots=True, eq=False)
class Fixture:
    """fact alias("type", "key") = {...};  Numbers in the payload are integers or texts already (spec 4.2)."""

    alias: str
    alias_at: Position
    fact_type: str
    type_at: Position
    fact_key: str
    payload: dict[str, FixtureJson]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """example name: { fixtures } => expect(path, operator, e); ...

    An expectation is kept as what it means, field("path") operator e, at its operator; call and path stand
    where the path is written.
    """

    name: str
    fixtures: tuple[Fixture, ...]
    expectations: tuple[Binary, ...]  # at least one
    at: Position  # of the name


@dataclass(frozen=True, slots=True, eq=False)
class PropertyVariable:
    """name: type, behind forall"""

    name: str
    type: Type
    fault: Fault | None
    at: Position


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """property name: cases(n) seed(s) { fixtures } => forall variables. implies(premise, conclusion);"""

    name: str
    cases: int  # 1 to 100000
    seed: int  # 0 to 2**63 - 1
    fixtures: tuple[Fixture, ...]
    variables: tuple[PropertyVariable, ...]  # at least one
    premise: Expression
    conclusion: Expression
    at: Position  # of the name


Test: TypeAlias = Example | Property


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """One source: its field rules and its tests, each in source order."""

    fields: tuple[FieldRule, ...]
    tests: tuple[Test, ...]
