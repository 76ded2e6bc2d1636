"""Tree -> Python syntax tree. This file holds the generator's state and the rules that every construct relies
on.

A node is generated in one of three ways: as an expression (statements that it needs first go to the current
output), as a test (a Python truth value), or as statements that deliver its value to a destination.
Left-to-right order is kept by `sequence`: when a later operand needs statements, earlier operands are saved
in temporaries before them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from clysm.host.evaluator import pyast as py
from clysm.host.evaluator.multiplicity import many
from clysm.host.evaluator.tree import Exit, Node, Scope, Variable
from clysm.host.world import World

R = TypeVar("R")


@dataclass(frozen=True)
class Destination:
    """Where statements deliver a value: RETURN from the function, EFFECT (drop it), or a Python variable.

    `raw`: a tuple of values may be delivered as it is. `exits`: blocks whose value this destination receives
    when control falls off the end, so that leaving them from here needs no jump.
    """

    kind: str
    target: str = ""
    raw: bool = True
    exits: tuple[Exit, ...] = ()

    def ending(self, exit_: Exit) -> Destination:
        """The same destination at the end of one more block."""
        return Destination(self.kind, self.target, self.raw, (*self.exits, exit_))

    def inside(self) -> Destination:
        """The same destination where falling off the end does not leave any block."""
        return Destination(self.kind, self.target, self.raw)


RETURN: Final = Destination("return")
EFFECT: Final = Destination("effect")


@dataclass(eq=False)
class Loop:
    """A Python loop under construction. `escapes`: jumps from inside it to loops around it, (code, loop, is
    break).
    """

    repeats: bool
    used: bool = False
    escapes: dict[int, tuple[Loop, bool]] = field(default_factory=dict)


@dataclass(eq=False)
class PythonFunction:
    """A Python function under construction."""

    scope: Scope
    out: list[ast.stmt] = field(default_factory=list)
    temporaries: int = 0
    loops: list[Loop] = field(default_factory=list)
    stored_cells: dict[str, None] = field(default_factory=dict)
    outer_assigned: dict[str, None] = field(default_factory=dict)
    jump_codes: int = 0

    def repeating(self) -> bool:
        """Whether the code being generated may run more than once in one call."""
        return any(loop.repeats for loop in self.loops)


class UnitNames:
    """What the code of one top-level form needs from outside: constants by cell, and references for
    diagnostics.
    """

    def __init__(self) -> None:
        self.constants: dict[str, Any] = {}
        self.references: dict[str, int] = {}


ExpressionRule = Callable[["Generator", Any, bool], ast.expr]
StatementRule = Callable[["Generator", Any, Destination], None]
TestRule = Callable[["Generator", Any], ast.expr]

EXPRESSIONS: Final[dict[type[Node], ExpressionRule]] = {}
STATEMENTS: Final[dict[type[Node], StatementRule]] = {}
TESTS: Final[dict[type[Node], TestRule]] = {}

_FORBIDDEN: Final = frozenset({"None", "True", "False", "__debug__", ""})


class Generator:
    """Generates the code of one top-level form.

    `scope` is that of the form. `constant_cell` names the cell of an object that code refers to.
    """

    def __init__(
        self, world: World, scope: Scope, constant_cell: Callable[[Any], str], names: UnitNames
    ) -> None:
        self.world = world
        self.constant_cell = constant_cell
        self.names = names
        self.function = PythonFunction(scope)
        self.line = 1
        self._taken: dict[str, int] = {}
        self.load_time: list[ast.stmt] = []

    # The three ways to generate a node

    def value(self, node: Node) -> ast.expr:
        """An expression for the first value of a node."""
        return self.expression(node, False)

    def expression(self, node: Node, raw: bool) -> ast.expr:
        """An expression; with `raw` it may yield a tuple of values."""
        rule = EXPRESSIONS.get(type(node))
        if rule is not None:
            return rule(self, node, raw)
        target = self.temporary()
        self.statement(node, Destination("assign", target, raw))
        return py.name(target)

    def single(self, node: Node, raw: bool, expression: ast.expr) -> ast.expr:
        """Take the first value of what a call yields, where more may come and one is wanted."""
        if raw or not many(node, self.world):
            return expression
        target = self.temporary()
        test = py.compare(py.call("$type", py.walrus(target, expression)), py.IS, py.name("$tuple_type"))
        return py.IfExp(test, py.call("$first", py.name(target)), py.name(target))

    def test(self, node: Node) -> ast.expr:
        """A Python expression that is true iff the value of the node is not NIL."""
        rule = TESTS.get(type(node))
        return rule(self, node) if rule is not None else py.not_nil(self.value(node))

    def statement(self, node: Node, destination: Destination) -> None:
        """Generate statements that deliver the value of a node."""
        if node.line:
            self.line = node.line
        rule = STATEMENTS.get(type(node))
        if rule is not None:
            rule(self, node, destination)
        else:
            raw = destination.raw
            self.deliver(destination, EXPRESSIONS[type(node)](self, node, raw))

    def deliver(self, destination: Destination, expression: ast.expr) -> None:
        """Deliver an expression."""
        if destination.kind == "return":
            self.emit(py.Return(expression))
        elif destination.kind == "assign":
            if not (isinstance(expression, py.Name) and expression.id == destination.target):
                self.emit(py.assign(destination.target, expression))
        elif not isinstance(expression, (py.Const, py.Name)):
            self.emit(py.ExprStmt(expression))
        elif isinstance(expression, py.Name) and expression.id.startswith("v:"):
            self.emit(py.ExprStmt(expression))  # an unbound variable must be noticed

    # Output

    def emit(self, statement: ast.stmt) -> None:
        """Append a statement."""
        statement.lineno = self.line
        self.function.out.append(statement)

    def buffered(self, produce: Callable[[], R]) -> tuple[list[ast.stmt], R]:
        """Run a generating function with an output of its own; return that output and its result."""
        function = self.function
        saved = function.out
        function.out = []
        result = produce()
        statements = function.out
        function.out = saved
        return statements, result

    def block(self, node: Node, destination: Destination) -> list[ast.stmt]:
        """The statements of a node as a list of their own."""
        return self.buffered(lambda: self.statement(node, destination))[0]

    def effects(self, nodes: list[Node]) -> list[ast.stmt]:
        """The statements of nodes, for effect, as a list of their own."""

        def produce() -> None:
            for node in nodes:
                self.statement(node, EFFECT)

        return self.buffered(produce)[0]

    # Order of evaluation

    def sequence(self, nodes: list[Node]) -> list[ast.expr]:
        """Expressions for the first values of nodes, to be evaluated from left to right."""
        result: list[ast.expr] = []
        for node in nodes:
            out = self.function.out
            before = len(out)
            expression = self.value(node)
            if len(out) > before:
                for index, earlier in enumerate(result):
                    if not stable(earlier):
                        target = self.temporary()
                        saved = py.assign(target, earlier)
                        saved.lineno = self.line
                        out.insert(before, saved)
                        before += 1
                        result[index] = py.name(target)
            result.append(expression)
        return result

    def once(self, args: list[ast.expr], index: int) -> tuple[ast.expr, ast.expr]:
        """An operand that an inline rule uses twice: the expression for the first use, and that for later
        uses.
        """
        expression = args[index]
        if stable(expression) or (atom(expression) and all(atom(other) for other in args)):
            return expression, expression
        target = self.temporary()
        return py.walrus(target, expression), py.name(target)

    def save(self, expression: ast.expr) -> ast.expr:
        """A stable expression for a value: emits an assignment where needed."""
        if stable(expression):
            return expression
        target = self.temporary()
        self.emit(py.assign(target, expression))
        return py.name(target)

    # Names

    def temporary(self) -> str:
        """A new Python local."""
        self.function.temporaries += 1
        return f"${self.function.temporaries}"

    def declare(self, variable: Variable) -> str:
        """Give a variable its Python name, in the current function."""
        text = variable.name.replace(":", ";")
        if text in _FORBIDDEN or text[0] == "$":
            text = "_" + text
        count = self._taken.get(text, 0)
        self._taken[text] = count + 1
        variable.python = text if count == 0 else f"{text}:{count}"
        variable.fresh = variable.captured and self.function.repeating()
        variable.boxed = variable.fresh and variable.assigned
        return variable.python

    def is_alias(self, variable: Variable, other: Variable) -> bool:
        """Let a variable that is neither assigned nor captured share the Python name of another if it can."""
        if other.assigned or variable.captured:
            return False
        variable.python = other.python
        variable.fresh = other.fresh
        return True

    def initialize(self, variable: Variable, value: ast.expr) -> None:
        """Bind a variable that is declared."""
        self.emit(py.assign(variable.python, py.ListExp([value], py.LOAD) if variable.boxed else value))

    def reference(self, variable: Variable) -> ast.expr:
        """The value of a variable."""
        name = py.name(variable.python)
        if variable.boxed:
            return py.item(name, py.Const(0))
        name.mutable = variable.assigned
        return name

    def cell(self, cell: str) -> py.Name:
        """The content of a cell of the world."""
        if cell not in self.world.cells:
            self.names.references.setdefault(cell, self.line)
        name = py.name(cell)
        name.mutable = cell[0] == "v"
        name.lineno = self.line
        return name

    def store_cell(self, cell: str) -> str:
        """Note that the current function stores into a cell; returns it."""
        self.function.stored_cells[cell] = None
        return cell

    def call(self, function: ast.expr, args: list[ast.expr]) -> ast.expr:
        """A call at the current line."""
        node = py.Call(function, args, [])
        node.lineno = self.line
        return node


def stable(expression: ast.expr) -> bool:
    """Whether an expression has the same value, and no effect, whenever it is evaluated."""
    return isinstance(expression, py.Const) or (isinstance(expression, py.Name) and not expression.mutable)


def atom(expression: ast.expr) -> bool:
    """Whether evaluating an expression can not change anything."""
    return isinstance(expression, (py.Const, py.Name))


def expression_rule(*kinds: type[Node]) -> Callable[[ExpressionRule], ExpressionRule]:
    """Register a rule for expressions."""

    def register(rule: ExpressionRule) -> ExpressionRule:
        for kind in kinds:
            EXPRESSIONS[kind] = rule
        return rule

    return register


def statement_rule(*kinds: type[Node]) -> Callable[[StatementRule], StatementRule]:
    """Register a rule for statements."""

    def register(rule: StatementRule) -> StatementRule:
        for kind in kinds:
            STATEMENTS[kind] = rule
        return rule

    return register


def test_rule(*kinds: type[Node]) -> Callable[[TestRule], TestRule]:
    """Register a rule for tests."""

    def register(rule: TestRule) -> TestRule:
        for kind in kinds:
            TESTS[kind] = rule
        return rule

    return register
