"""The evaluator that walks the syntax tree, exact for every outcome.

Source: specification, 6.9, 7.3, 7.4 and step 7 of 9.3.

A construct evaluates its parts, left to right; performs its own step, whose failure is an EvalError at the
construct; and completes its node, which fails if a value cannot be encoded there (CanonicalEncodingFailed) or
the nodes have become too many (ProofTooLarge). What operations mean is in `clysm.passport.operations`.

An expression is at most 128 high (6.3), so the recursion here is bounded; a chain of lets is a loop.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NoReturn, TypeAlias, TypeVar, cast

from clysm.passport import operations
from clysm.passport.cjson import text
from clysm.passport.errors import CanonicalEncodingFailed, EvalError, Failure, ProofTooLarge
from clysm.passport.evaluation.conformance import misfit
from clysm.passport.evaluation.proof import (
    ARGUMENT_DEPTH,
    ASSERT,
    COMPLIANCE_EMIT,
    CONST,
    FACT_GET,
    FIELD_REF,
    OP,
    OPERAND_DEPTH,
    NodeCounter,
    ProofBuilder,
    constant_type,
)
from clysm.passport.facts import Fact
from clysm.passport.rules.syntax import (
    Assert,
    Binary,
    Call,
    Expression,
    FieldRule,
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
from clysm.passport.values import Some, Value, form_text, nesting

EvaluationError: TypeAlias = EvalError | CanonicalEncodingFailed | ProofTooLarge
Facts: TypeAlias = Mapping[tuple[str, str], Fact]  # by type and key


class Stopped(Exception):
    """Evaluation is over. It never leaves this package: `Interpreter` answers the failure as a value."""

    def __init__(self, failure: EvaluationError) -> None:
        super().__init__()
        self.failure = failure


class Held:
    """A value with the node that stands for it, and its canonical text once something asked for it."""

    __slots__ = ("levels", "node", "value", "written")

    def __init__(self, value: Value, node: int) -> None:
        self.value = value
        self.node = node
        self.written: bytes | None = None
        self.levels: int | None = None  # of brackets in the text


SHORT: Final = 256  # characters of a literal worth remembering

T = TypeVar("T")
Scope: TypeAlias = Mapping[str, Held]  # what the names in scope are bound to


class FactIndex:
    """Facts by type and key, and by prefix of the key."""

    __slots__ = ("_facts", "_keys")

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._keys: dict[str, list[str]] = {}  # type -> its keys, ascending; made when first asked for

    def get(self, fact_type: str, key: str) -> Fact | None:
        """The fact, if there is one."""
        return self._facts.get((fact_type, key))

    def prefixed(self, fact_type: str, prefix: str) -> list[Fact]:
        """The facts of a type whose keys start with a prefix, by key in UTF-8 order."""
        keys = self._keys.get(fact_type)
        if keys is None:
            keys = self._keys[fact_type] = sorted(key for kind, key in self._facts if kind == fact_type)
        found: list[Fact] = []
        for at in range(bisect_left(keys, prefix), len(keys)):
            if not keys[at].startswith(prefix):
                break
            found.append(self._facts[fact_type, keys[at]])
        return found


class Interpreter:
    """One evaluation over some facts, whose nodes go to a builder. Fields are evaluated once each."""

    def __init__(self, facts: Facts, nodes: NodeCounter) -> None:
        self.nodes = nodes
        self.fields: dict[str, Held] = {}  # value and definition node of the fields evaluated so far
        self.emissions: list[tuple[int, str]] = []  # node, and element of `compliance` in the payload
        self._facts = FactIndex(facts)
        self._field: str | None = None  # the one being evaluated

    # Entries: failures become values here

    def define(self, rule: FieldRule) -> EvaluationError | None:
        """Evaluate a field whose dependencies have been evaluated."""
        self._field = rule.path
        try:
            self._define(rule)
        except Stopped as stopped:
            return stopped.failure
        return None

    def evaluate(self, expression: Expression, scope: Scope) -> Held | EvaluationError:
        """Evaluate an expression that belongs to no field, as rule tests have them."""
        self._field = None
        try:
            return self._evaluate(expression, scope)
        except Stopped as stopped:
            return stopped.failure

    def constant(self, value: Value) -> Held | EvaluationError:
        """A CONST node for a value from elsewhere: the variable of a property."""
        self._field = None
        try:
            return self._constant(value)
        except Stopped as stopped:
            return stopped.failure

    def root(self, order: Sequence[str]) -> ProofTooLarge | None:
        """Complete the proof (7.4): over all fields, in dependency order, and all emissions."""
        definitions = [self.fields[path].node for path in order]
        paths = ",".join(map(text, order)).encode()
        emissions = [node for node, _ in self.emissions]
        root = self.nodes.add(OP, (b'{"fields":[', paths, b'],"op":"passport"}'), definitions + emissions)
        return root if isinstance(root, ProofTooLarge) else None

    def field_text(self, path: str) -> str:
        """The canonical text of the value of an evaluated field."""
        return self._written(self.fields[path]).decode()

    # Fields

    def _define(self, rule: FieldRule) -> None:
        start = self.nodes.count
        value = self._evaluate(rule.body, {})
        fault = misfit(value.value, rule.type)
        if fault is not None:
            self._fail(fault, rule.at)
        self._written(value)  # the payload must hold it, which gives it more levels than a proof
        loose = self.nodes.loose(start, value.node) if isinstance(self.nodes, ProofBuilder) else []
        data = (b'{"field":', _text(rule.path), b"}")
        defined = self._node(value.value, FIELD_REF, data, (value.node, *loose))
        defined.written = value.written
        self.fields[rule.path] = defined

    # Expressions, by kind

    def _evaluate(self, expression: Expression, scope: Scope) -> Held:
        while isinstance(expression, Let | Assert):
            if isinstance(expression, Let):
                scope = {**scope, expression.name: self._evaluate(expression.value, scope)}
            else:
                self._assert(expression, scope)
            expression = expression.body
        return _EVALUATE[type(expression)](self, expression, scope)

    def _assert(self, e: Assert, scope: Scope) -> None:
        condition = self._evaluate(e.condition, scope)
        code, message = self._constant(e.error_code), self._constant(e.message)
        self._checked(operations.assertion(condition.value, e.error_code, e.message), e.at)
        self._assertion(True, e.error_code, (condition, code, message))

    def _literal(self, e: Literal, scope: Scope) -> Held:
        return self._constant(e.value)

    def _variable(self, e: Variable, scope: Scope) -> Held:
        return scope[e.name]

    def _if(self, e: If, scope: Scope) -> Held:
        condition = self._evaluate(e.condition, scope)
        holds = self._checked(operations.condition(condition.value), e.at)
        branch = self._evaluate(e.consequent if holds else e.alternative, scope)
        return self._operation("if", branch.value, (condition, branch))

    def _binary(self, e: Binary, scope: Scope) -> Held:
        left = self._evaluate(e.left, scope)
        deciding = operations.DECIDING.get(e.operator)
        if deciding is None:
            right = self._evaluate(e.right, scope)
            value = self._checked(operations.BINARY[e.operator](left.value, right.value), e.at)
        elif self._checked(operations.decided(left.value, deciding), e.at):
            stated = self._text(left, OPERAND_DEPTH)
            decided = (b'{"left":', stated, b',"op":"%b","right":null}' % e.operator.encode())
            return self._node(left.value, OP, decided, (left.node,))
        else:
            right = self._evaluate(e.right, scope)
            value = self._checked(operations.second(left.value, right.value), e.at)
        first, second = self._text(left, OPERAND_DEPTH), self._text(right, OPERAND_DEPTH)
        data = (b'{"left":', first, b',"op":"%b","right":' % e.operator.encode(), second, b"}")
        return self._node(value, OP, data, (left.node, right.node))

    def _unary(self, e: Unary, scope: Scope) -> Held:
        return self._builtin(_UNARY[e.operator], (self._evaluate(e.operand, scope),), e.at)

    def _list(self, e: ListOf, scope: Scope) -> Held:
        elements: list[Held] = []
        for element in e.elements:
            elements.append(self._evaluate(element, scope))
        return self._operation("list", [element.value for element in elements], elements)

    def _record(self, e: RecordOf, scope: Scope) -> Held:
        parts: list[Held] = []
        for name, member in e.members:
            parts += (self._constant(name), self._evaluate(member, scope))
        members = zip(e.members, parts[1::2], strict=True)
        return self._operation("record", {name: part.value for (name, _), part in members}, parts)

    # Calls

    def _call(self, e: Call, scope: Scope) -> Held:
        if e.name == "field":
            return self._field_reference(e)
        arguments: list[Held] = []
        for argument in e.arguments:
            if not isinstance(argument, Lambda):
                arguments.append(self._evaluate(argument, scope))
        if e.name in _OVER_ELEMENTS:
            return _OVER_ELEMENTS[e.name](self, e, arguments, scope)
        if e.name in _OWN_NODES:
            return _OWN_NODES[e.name](self, e, *arguments)
        return self._builtin(e.name, arguments, e.at)

    def _builtin(self, name: str, arguments: Sequence[Held], at: Position) -> Held:
        apply = operations.BUILTINS[name].apply
        return self._operation(name, self._checked(apply(*[held.value for held in arguments]), at), arguments)

    def _field_reference(self, e: Call) -> Held:
        path = cast(str, cast(Literal, e.arguments[0]).value)
        field = self.fields[path]
        reference = self._node(field.value, FIELD_REF, (b'{"field":', _text(path), b"}"), (field.node,))
        reference.written = field.written
        return reference

    def _get_fact(self, e: Call, kind: Held, key: Held) -> Held:
        names = self._checked(operations.fact_names(kind.value, key.value), e.at)
        fact = self._facts.get(*names)
        result = b"null" if fact is None else fact.payload_text.encode()
        data = (b'{"fact_key":%b,"fact_type":%b,"result":' % (_text(names[1]), _text(names[0])), result, b"}")
        value = None if fact is None else Some(_payload(fact))
        held = self._node(value, FACT_GET, data, (kind.node, key.node))
        held.written = result
        return held

    def _get_facts_by_prefix(self, e: Call, kind: Held, prefix: Held) -> Held:
        names = self._checked(operations.fact_names(kind.value, prefix.value), e.at)
        facts = self._facts.prefixed(*names)
        result = [b"[", *_separated([fact.payload_text.encode() for fact in facts]), b"]"]
        data = (b'{"fact_type":%b,"key_prefix":%b,"result":' % tuple(map(_text, names)), *result, b"}")
        held = self._node([_payload(fact) for fact in facts], FACT_GET, data, (kind.node, prefix.node))
        held.written = b"".join(result)
        return held

    def _require_some(self, e: Call, option: Held, code: Held, message: Held) -> Held:
        value = self._checked(operations.require_some(option.value, code.value, message.value), e.at)
        held = self._assertion(value, cast(str, code.value), (option, code, message))
        held.written = option.written
        return held

    def _emit_compliance(self, e: Call, *parts: Held) -> Held:
        values = [part.value for part in parts]
        value = self._checked(operations.emit_compliance(*values), e.at)
        identifier, status, evidence = (_text(cast(str, stated)) for stated in values)
        data = (b'{"id":', identifier, b',"status":', status, b"}")
        held = self._node(value, COMPLIANCE_EMIT, data, [part.node for part in parts])
        emission = b'{"evidence":%b,"id":%b,"status":%b}' % (evidence, identifier, status)
        self.emissions.append((held.node, emission.decode()))
        return held

    def _map(self, e: Call, arguments: Sequence[Held], scope: Scope) -> Held:
        elements, function = self._over(e, arguments)
        bodies: list[Held] = []
        for index, element in enumerate(elements):
            item = self._item(arguments[0], index, element)
            bodies.append(self._evaluate(function.body, _bound(scope, function, item)))
        return self._operation("map", [body.value for body in bodies], (*arguments, *bodies))

    def _filter(self, e: Call, arguments: Sequence[Held], scope: Scope) -> Held:
        elements, function = self._over(e, arguments)
        verdicts: list[Held] = []
        for index, element in enumerate(elements):
            item = self._item(arguments[0], index, element)
            verdicts.append(self._evaluate(function.body, _bound(scope, function, item)))
            self._checked(operations.condition(verdicts[-1].value), e.at)
        kept = operations.kept(elements, [verdict.value for verdict in verdicts])
        return self._operation("filter", kept, (*arguments, *verdicts))

    def _fold(self, e: Call, arguments: Sequence[Held], scope: Scope) -> Held:
        elements, function = self._over(e, arguments)
        accumulators = [arguments[1]]
        for index, element in enumerate(elements):
            item = self._item(arguments[0], index, element)
            inner = _bound(scope, function, accumulators[-1], item)
            accumulators.append(self._evaluate(function.body, inner))
        return self._operation("fold", accumulators[-1].value, (arguments[0], *accumulators))

    def _over(self, e: Call, arguments: Sequence[Held]) -> tuple[list[Value], Lambda]:
        """The elements a lambda runs over, and the lambda."""
        elements = self._checked(operations.elements(arguments[0].value), e.at)
        return elements, cast(Lambda, e.arguments[-1])

    def _item(self, over: Held, index: int, element: Value) -> Held:
        return self._node(element, OP, (b'{"args":[%d],"op":"item"}' % index,), (over.node,))

    # Nodes

    def _constant(self, value: Value) -> Held:
        held = Held(value, -1)
        if type(value) is str:
            held.written = _remembered_text(value) if len(value) <= SHORT else _text(value)
        name = None if type(value) is str else constant_type(value)
        front = b'{"value":' if name is None else b'{"type":"%b","value":' % name.encode()
        held.node = self._add(CONST, (front, self._text(held, OPERAND_DEPTH), b"}"), ())
        return held

    def _operation(self, name: str, value: Value, parts: Sequence[Held]) -> Held:
        """A node that states the values of its children in `args`."""
        stated = [self._text(part, ARGUMENT_DEPTH) for part in parts]
        data = [b'{"args":[', *_separated(stated), b'],"op":"%b"}' % name.encode()]
        return self._node(value, OP, data, [part.node for part in parts])

    def _assertion(self, value: Value, error_code: str, parts: Sequence[Held]) -> Held:
        data = (b'{"condition":true,"error_code":', _text(error_code), b"}")
        return self._node(value, ASSERT, data, [part.node for part in parts])

    def _node(self, value: Value, kind: bytes, data: Sequence[bytes], children: Sequence[int]) -> Held:
        return Held(value, self._add(kind, data, children))

    def _add(self, kind: bytes, data: Sequence[bytes], children: Sequence[int]) -> int:
        node = self.nodes.add(kind, data, children)
        if isinstance(node, ProofTooLarge):
            raise Stopped(node)
        return node

    def _text(self, held: Held, depth: int) -> bytes:
        """The canonical text of a value at a place where it may have `depth` levels of brackets."""
        written = self._written(held)
        if len(written) > 2 * depth:
            if held.levels is None:
                held.levels = nesting(held.value)
            if cast(int, held.levels) > depth:
                raise Stopped(CanonicalEncodingFailed(self._field))
        return written

    def _written(self, held: Held) -> bytes:
        if held.written is None:
            written = form_text(held.value)
            if written is None:
                raise Stopped(CanonicalEncodingFailed(self._field))
            held.written = written.encode()
        return held.written

    # Failures

    def _checked(self, result: T | Failure, at: Position) -> T:
        """The result of a construct's own step, unless it is a failure."""
        if isinstance(result, Failure):
            self._fail(result, at)
        return result

    def _fail(self, cause: Failure, at: Position) -> NoReturn:
        raise Stopped(EvalError(cause, self._field, *at))


def _payload(fact: Fact) -> Value:
    """The JSON of a fact is its own value (6.9)."""
    return cast(Value, fact.payload)


def _text(characters: str) -> bytes:
    return text(characters).encode()


_remembered_text = lru_cache(maxsize=4096)(_text)  # a package's cases have the same literals in them


def _separated(texts: Sequence[bytes]) -> list[bytes]:
    """The texts with a comma between each two."""
    pieces = [b","] * (2 * len(texts) - 1) if texts else []
    pieces[::2] = texts
    return pieces


def _bound(scope: Scope, function: Lambda, *arguments: Held) -> Scope:
    """The scope of a lambda's body."""
    names = [name for name, _ in function.parameters]
    return {**scope, **dict(zip(names, arguments, strict=True))}


_EVALUATE: Final[Mapping[type, Callable[[Interpreter, Any, Scope], Held]]] = {
    Literal: Interpreter._literal,
    Variable: Interpreter._variable,
    If: Interpreter._if,
    Binary: Interpreter._binary,
    Unary: Interpreter._unary,
    ListOf: Interpreter._list,
    RecordOf: Interpreter._record,
    Call: Interpreter._call,
}

# Builtins that evaluate a lambda, and those whose node is no OP; all others are in `operations.BUILTINS`.
_OVER_ELEMENTS: Final[Mapping[str, Callable[[Interpreter, Call, Sequence[Held], Scope], Held]]] = {
    "map": Interpreter._map,
    "filter": Interpreter._filter,
    "fold": Interpreter._fold,
}
_OWN_NODES: Final[Mapping[str, Callable[..., Held]]] = {
    "getFact": Interpreter._get_fact,
    "getFactsByPrefix": Interpreter._get_facts_by_prefix,
    "requireSome": Interpreter._require_some,
    "emitCompliance": Interpreter._emit_compliance,
}

_UNARY: Final = {"!": "!", "-": "neg"}  # operator -> the operation's name in a proof
