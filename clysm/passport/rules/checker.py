"""Types, names and scopes of a package, spec 6.5.

Left to others: what the builtins take (builtins), which types go together (types), cycles (graph) and reading
the sources (parser).

The steps of `check` are those of the specification, in its order; the first fault is the answer.  Recursion
goes as deep as expressions are high, at most 128.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from clysm.passport.errors import RuleTypeError
from clysm.passport.rules.builtins import (
    BUILTINS,
    Arguments,
    Builtin,
    Complaint,
    Function,
    Types,
    literal_of,
    mismatch,
    text_of,
)
from clysm.passport.rules.syntax import (
    Assert,
    Binary,
    Call,
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
    RecordOf,
    Test,
    Unary,
    Variable,
)
from clysm.passport.rules.types import (
    EMPTY_LIST_TYPE,
    Atom,
    DecType,
    ListType,
    QtyType,
    Type,
    describe,
    fits,
    join,
    record_type,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking finds out about a package without faults, cycles aside."""

    fields: Mapping[str, FieldRule]  # in source order
    tests: tuple[Test, ...]  # those of the rules source first
    types: Mapping[Expression, Type]
    references: Mapping[str, Set[str]]  # of each field: the fields its body refers to
    needs: Mapping[Expression, Set[str]]  # the same of each condition of a test


def check(rules: Module, tests: Module) -> Checked | RuleTypeError:
    """The package of these two sources, or its first fault."""
    checker = _Checker()
    in_tests = True  # whether the positions are of the tests source
    try:
        # 1. The tests source has no field rules.
        if tests.fields:
            raise _Stop("MisplacedItem", tests.fields[0].at, "the tests source holds tests only")
        in_tests = False
        # 2. Every field name.
        for rule in rules.fields:
            checker.declare(rule)
        # 3. Every declared type.
        for rule in rules.fields:
            checker.check_declared_type(rule)
        # 4. Every body.
        for rule in rules.fields:
            checker.check_body(rule)
        # 5. Every test.
        for test in rules.tests:
            checker.check_test(test)
        in_tests = True
        for test in tests.tests:
            checker.check_test(test)
    except _Stop as stop:
        line, column = stop.at
        return RuleTypeError(stop.kind, checker.field, line, column, stop.message, in_tests)
    all_tests = (*rules.tests, *tests.tests)
    return Checked(checker.fields, all_tests, checker.types, checker.references, checker.needs)


class _Stop(Exception):
    """A RuleTypeError on its way to `check`."""

    def __init__(self, kind: str, at: Position, message: str) -> None:
        self.kind = kind
        self.at = at
        self.message = message


class _Checker:
    """What is known so far; `infer` and the methods it calls are the rows of the table in spec 6.5."""

    def __init__(self) -> None:
        self.field: str | None = None  # whose rule is being checked
        self.fields: dict[str, FieldRule] = {}
        self.references: dict[str, set[str]] = {}
        self.needs: dict[Expression, set[str]] = {}
        self.referred: set[str] = set()  # the fields that the expression being checked refers to
        self.types: dict[Expression, Type] = {}
        self.scope: Mapping[str, Type] = {}  # the variables that can be seen
        self.test_names: set[str] = set()
        declared = Builtin((literal_of(Atom.TEXT, self.judge_path),), self.declared_type)
        self.builtins = {**BUILTINS, "field": declared}

    # Fields

    def declare(self, rule: FieldRule) -> None:
        """No two fields have one name."""
        self.field = rule.path
        if rule.path in self.fields:
            raise _Stop("DuplicateName", rule.at, f"there is a field `{rule.path}` already")
        self.fields[rule.path] = rule

    def check_declared_type(self, rule: FieldRule) -> None:
        """The type of a field is one."""
        self.field = rule.path
        _report(rule.fault)

    def check_body(self, rule: FieldRule) -> None:
        """The body of a field fits its type."""
        self.field = rule.path
        self.scope = {}
        self.referred = self.references[rule.path] = set()
        body = self.infer(rule.body)
        if not fits(body, rule.type):
            _complain(mismatch(body, rule.type), rule.at)

    # Tests

    def check_test(self, test: Test) -> None:
        """The name of a test, its variables and their types, its fixtures, its expressions."""
        self.field = None
        if test.name in self.test_names:
            raise _Stop("DuplicateName", test.at, f"there is a test `{test.name}` already")
        self.test_names.add(test.name)
        scope: dict[str, Type] = {}
        for variable in test.variables if isinstance(test, Property) else ():
            if variable.name in scope:
                raise _Stop("DuplicateName", variable.at, f"there is a variable `{variable.name}` already")
            _report(variable.fault)
            scope[variable.name] = variable.type
        _check_fixtures(test.fixtures, scope)
        self.scope = scope
        for condition in (test.premise, test.conclusion) if isinstance(test, Property) else test.expectations:
            self.referred = self.needs[condition] = set()
            self.infer_bool(condition)

    # Expressions

    def infer(self, expression: Expression) -> Type:
        """The type of an expression."""
        inferred = self.types[expression] = _ROWS[type(expression)](self, expression)
        return inferred

    def infer_bool(self, expression: Expression) -> None:
        """An expression that must be a Bool."""
        _demand(self.infer(expression), Atom.BOOL, expression.at)

    def literal(self, literal: Literal) -> Type:
        _report(literal.fault)
        return literal.type

    def variable(self, variable: Variable) -> Type:
        inferred = self.scope.get(variable.name)
        if inferred is None:
            raise _Stop("UnknownIdentifier", variable.at, f"there is no variable `{variable.name}` here")
        return inferred

    def let(self, let: Let) -> Type:
        value = self.infer(let.value)
        outer = self.scope
        self.scope = {**outer, let.name: value}
        body = self.infer(let.body)
        self.scope = outer
        return body

    def assertion(self, assertion: Assert) -> Type:
        self.infer_bool(assertion.condition)
        return self.infer(assertion.body)

    def conditional(self, conditional: If) -> Type:
        self.infer_bool(conditional.condition)
        consequent = self.infer(conditional.consequent)
        alternative = self.infer(conditional.alternative)
        joined = join(consequent, alternative)
        if joined is None:
            _complain(mismatch(alternative, consequent), conditional.at)
        return joined

    def binary(self, binary: Binary) -> Type:
        left = self.infer(binary.left)
        right = self.infer(binary.right)
        if binary.operator in ("&&", "||"):
            _demand(left, Atom.BOOL, binary.left.at)
            _demand(right, Atom.BOOL, binary.right.at)
            return Atom.BOOL
        return _accept(_OPERATORS[binary.operator](left, right), binary.at)

    def unary(self, unary: Unary) -> Type:
        operand = self.infer(unary.operand)
        if unary.operator == "!":
            _demand(operand, Atom.BOOL, unary.operand.at)
            return Atom.BOOL
        if operand is Atom.INT or isinstance(operand, DecType | QtyType):
            return operand
        raise _Stop("TypeMismatch", unary.at, f"`-` of {describe(operand)}")

    def list_of(self, list_of: ListOf) -> Type:
        if not list_of.elements:
            return EMPTY_LIST_TYPE
        joined = self.infer(list_of.elements[0])
        for expression in list_of.elements[1:]:
            element = self.infer(expression)
            wider = join(joined, element)
            if wider is None:
                _complain(mismatch(element, joined), expression.at)
            joined = wider
        return ListType(joined)

    def record_of(self, record_of: RecordOf) -> Type:
        return record_type([(name, self.infer(member)) for name, member in record_of.members])

    def call(self, call: Call) -> Type:
        builtin = self.builtins.get(call.name)
        if builtin is None:
            raise _Stop("UnknownFunction", call.at, f"there is no function `{call.name[:40]}`")
        if len(call.arguments) != len(builtin.parameters):
            wanted = f"`{call.name}` takes {len(builtin.parameters)} arguments"
            raise _Stop("ArityMismatch", call.at, wanted)
        arguments: list[Expression | Lambda] = []
        types: list[Type] = []
        for parameter, argument in zip(builtin.parameters, call.arguments, strict=True):
            arguments.append(argument)
            if isinstance(parameter, Function):
                types.append(self.function(parameter, argument, types))
            elif isinstance(argument, Lambda):
                raise _Stop("TypeMismatch", argument.at, "a lambda where a value is needed")
            else:
                types.append(self.infer(argument))
                complaint = parameter(arguments, types)
                if complaint is not None:
                    _complain(complaint, argument.at)
        return _accept(builtin.result(arguments, types), call.at)

    def function(self, wanted: Function, argument: Expression | Lambda, types: Types) -> Type:
        """The type of the body of a lambda, the last argument of a call."""
        if not isinstance(argument, Lambda):
            self.infer(argument)
            raise _Stop("TypeMismatch", argument.at, "a value where a lambda is needed")
        parameters = wanted.parameters(types)
        if len(argument.parameters) != len(parameters):
            raise _Stop("ArityMismatch", argument.at, f"this lambda takes {len(parameters)} parameters")
        outer = self.scope
        own: dict[str, Type] = {}
        for (name, at), parameter in zip(argument.parameters, parameters, strict=True):
            if name in own:
                raise _Stop("DuplicateName", at, f"there is a parameter `{name}` already")
            own[name] = parameter
        self.scope = {**outer, **own}
        body = self.infer(argument.body)
        self.scope = outer
        _demand(body, wanted.body(types), argument.body.at)
        return body

    # The builtin `field`

    def judge_path(self, path: str) -> Complaint | None:
        """The package has this field."""
        return None if path in self.fields else Complaint("UnknownField", f"there is no field `{path[:80]}`")

    def declared_type(self, arguments: Arguments, _types: Types) -> Type:
        """The declared type of a field that the package has."""
        path = text_of(arguments[0])
        self.referred.add(path)
        return self.fields[path].type


def _report(fault: Fault | None) -> None:
    if fault is not None:
        raise _Stop(fault.kind, fault.at, fault.message)


def _complain(complaint: Complaint, at: Position) -> NoReturn:
    raise _Stop(complaint.kind, at, complaint.message)


def _accept(result: Type | Complaint, at: Position) -> Type:
    if isinstance(result, Complaint):
        _complain(result, at)
    return result


def _demand(found: Type, wanted: Type, at: Position) -> None:
    if not fits(found, wanted):
        _complain(mismatch(found, wanted), at)


# Fixtures


def _check_fixtures(fixtures: Iterable[Fixture], variables: Container[str]) -> None:
    """Aliases, then types with keys, then payloads, fixture by fixture."""
    aliases: set[str] = set()
    facts: set[tuple[str, str]] = set()
    for fixture in fixtures:
        if fixture.alias in aliases:
            raise _Stop("DuplicateName", fixture.alias_at, f"there is a fact `{fixture.alias}` already")
        aliases.add(fixture.alias)
        if (fixture.fact_type, fixture.fact_key) in facts:
            raise _Stop("DuplicateName", fixture.type_at, "there is a fact with this type and key already")
        facts.add((fixture.fact_type, fixture.fact_key))
        _check_payload(fixture.payload, variables)


def _check_payload(payload: FixtureJson, variables: Container[str]) -> None:
    """Every variable in a payload is one of the property; payloads are at most 63 levels deep."""
    match payload:
        case FixtureVariable(name, at):
            if name not in variables:
                raise _Stop("UnknownIdentifier", at, f"there is no variable `{name}` here")
        case dict():
            for member in payload.values():
                _check_payload(member, variables)
        case list():
            for element in payload:
                _check_payload(element, variables)


# Operators


def _is_number(operand: Type) -> bool:
    return operand is Atom.INT or isinstance(operand, DecType)


def _typed(left: Type, right: Type) -> tuple[Type, Type]:
    """An operand of type Any takes the type of the other one."""
    return (right if left is Atom.ANY else left), (left if right is Atom.ANY else right)


def _equality(left: Type, right: Type) -> Type | Complaint:
    if (_is_number(left) and _is_number(right)) or join(left, right) is not None:
        return Atom.BOOL
    return mismatch(right, left)


def _order(left: Type, right: Type) -> Type | Complaint:
    left, right = _typed(left, right)
    if _is_number(left) and _is_number(right):
        return Atom.BOOL
    if left == right and (left is Atom.DATE or isinstance(left, QtyType)):
        return Atom.BOOL
    return mismatch(right, left)


def _sum(left: Type, right: Type) -> Type | Complaint:
    left, right = _typed(left, right)
    if left is Atom.TEXT and right is Atom.TEXT:
        return left
    return _difference(left, right)


def _difference(left: Type, right: Type) -> Type | Complaint:
    left, right = _typed(left, right)
    if left == right and (left is Atom.INT or isinstance(left, DecType | QtyType)):
        return left
    return mismatch(right, left)


def _product(left: Type, right: Type) -> Type | Complaint:
    left, right = _typed(left, right)
    if left is Atom.INT and right is Atom.INT:
        return left
    if isinstance(left, DecType | QtyType) and isinstance(right, DecType):
        return left
    return mismatch(right, left)


_OPERATORS: Final[Mapping[str, Callable[[Type, Type], Type | Complaint]]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _product,
    "==": _equality,
    "!=": _equality,
    "<": _order,
    "<=": _order,
    ">": _order,
    ">=": _order,
}

_ROWS: Final[Mapping[type, Callable[[_Checker, Any], Type]]] = {
    Literal: _Checker.literal,
    Variable: _Checker.variable,
    Let: _Checker.let,
    Assert: _Checker.assertion,
    If: _Checker.conditional,
    Binary: _Checker.binary,
    Unary: _Checker.unary,
    ListOf: _Checker.list_of,
    RecordOf: _Checker.record_of,
    Call: _Checker.call,
}
