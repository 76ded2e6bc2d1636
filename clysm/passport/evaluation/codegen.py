"""Makes one Python function of a package: evaluation and proof without a tree to walk (6.9, 7.2-7.4).

The function knows the successful outcome only and raises `Unable` on any other, so it needs no positions, no
order of errors and no exact limits: the interpreter has them. Its lines are in the order of evaluation. Names
in it are a number behind a letter: `v` for values, `t` texts, `h` hashes, `o` ids that others are counted
from, `K` constants.

How lines and nodes are written is in `writer`, how values are held in `holding`, what operations come to in
`steps`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeAlias, cast

from clysm.passport import operations
from clysm.passport.cjson import text
from clysm.passport.evaluation.holding import FEW, Held, Holder, is_bounded, is_raw
from clysm.passport.evaluation.kinds import (
    BOOL,
    TEXT,
    Inference,
    Kind,
    implies,
    kind_of_type,
    literal,
    part_of,
)
from clysm.passport.evaluation.pieces import Piece, code, constant, join, separated
from clysm.passport.evaluation.proof import ASSERT, COMPLIANCE_EMIT, DOCUMENT, FACT_GET, FIELD_REF, OP
from clysm.passport.evaluation.steps import Step, builtin_step, operator_step
from clysm.passport.evaluation.writer import Cell, Node, Unsuited, Writer, fill, number
from clysm.passport.rules.check import CheckedRules
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
    RecordOf,
    Unary,
    Variable,
)
from clysm.passport.rules.types import Atom, Type

MAX_EXPRESSIONS: Final = 10_000  # of a package; above, generating costs more than it saves

Scope: TypeAlias = Mapping[str, Held]


def generate(rules: CheckedRules) -> tuple[str, dict[str, object]] | None:
    """The source of the function `evaluate`, and the constants it names; None if that is not worth it."""
    inference = Inference(rules.fields)
    for path in rules.order:
        inference.infer(rules.fields[path].body, {})
        if len(inference.kinds) > MAX_EXPRESSIONS:
            return None
    try:
        return _Generator(rules, inference.kinds).module()
    except Unsuited:
        return None


class _Generator:
    """Writes the fields in dependency order, then the root and the document."""

    def __init__(self, rules: CheckedRules, kinds: Mapping[Expression, Kind]) -> None:
        self._rules = rules
        self._fields: dict[str, Held] = {}  # with their definition nodes
        self._emits = False
        self._out = Writer()
        self._hold = Holder(self._out, kinds)

    def module(self) -> tuple[str, dict[str, object]]:
        for path in self._rules.order:
            self._fields[path] = self._define(self._rules.fields[path])
        self._finish()
        head = [
            "def evaluate(facts, prefixed):",
            "    nodes = []",
            "    add = nodes.append",
            "    emitted = []",
            "    size = 0",
        ]
        return "\n".join(head + self._out.lines()) + "\n", self._out.constants

    def _finish(self) -> None:
        out = self._out
        order = self._rules.order
        definitions = [self._fields[path].node for path in order]
        more, compliance = None, constant("[]")
        if self._emits:
            more = out.more_children("emitted")
            compliance = join(
                "[", code(out.assign("t", "','.join([emission[2] for emission in emitted])")), "]"
            )
        data = join('{"fields":[', separated(constant(text(path)) for path in order), '],"op":"passport"}')
        root = out.complete(OP, data, definitions, more)
        index = separated(join(text(path), ":", self._fields[path].node.id) for path in sorted(order))
        fields = separated(join(text(path), ":", out.get(self._fields[path].text)) for path in sorted(order))
        out.flush()
        nodes = code(out.assign("n", "','.join(nodes)"))
        results = (fill(DOCUMENT, index, nodes, root.hash), root.hash, join("{", fields, "}"), compliance)
        out.line(f"return {', '.join([result.expression for result in results])}")

    # Fields

    def _define(self, rule: FieldRule) -> Held:
        out = self._out
        out.start_field()
        value = self._evaluate(rule.body, {})
        if not implies(value.kind, rule.type):
            self._check_type(value, rule)
        stated = out.get(value.text)
        sure, more = out.loose(value.node)
        data = join('{"field":', text(rule.path), "}")
        node = out.complete(FIELD_REF, data, (value.node, *sure), more, bounded=True)
        kind = kind_of_type(rule.type)
        text_cell = Cell((), value.text.compute, [((), stated)])
        return Held(kind, self._hold.as_kind(value, kind), text_cell, node, value.elements)

    def _check_type(self, value: Held, rule: FieldRule) -> None:
        """The check at the end of a field (6.9)."""
        simple = _CHECKED_TYPES.get(rule.type)
        if simple is not None:
            self._out.unless(f"type({self._hold.plain(value)}) is {simple}")
        else:
            declared = self._out.constant(rule.type)
            self._out.unless(f"misfit({self._hold.plain(value)}, {declared}) is None")

    # Expressions, by kind

    def _evaluate(self, e: Expression, scope: Scope) -> Held:
        while isinstance(e, Let | Assert):
            if isinstance(e, Let):
                scope = {**scope, e.name: self._evaluate(e.value, scope)}
            else:
                self._assert(e, scope)
            e = e.body
        return _EXPRESSIONS[type(e)](self, e, scope)

    def _assert(self, e: Assert, scope: Scope) -> None:
        condition = self._evaluate(e.condition, scope)
        self._hold.require(condition, BOOL)
        self._out.unless(condition.value)
        parts = (condition.node, self._hold.constant(e.error_code).node, self._hold.constant(e.message).node)
        self._out.node(ASSERT, _assertion(constant(text(e.error_code))), parts, bounded=True)

    def _literal(self, e: Literal, scope: Scope) -> Held:
        return self._hold.constant(e.value)

    def _variable(self, e: Variable, scope: Scope) -> Held:
        return scope[e.name]

    def _if(self, e: If, scope: Scope) -> Held:
        out = self._out
        condition = self._evaluate(e.condition, scope)
        self._hold.require(condition, BOOL)
        out.use(condition.node)
        merge = _Merge(self._hold, self._hold.kinds[e], condition.node)

        def way(taken: Expression, stated: str) -> None:
            branch = self._evaluate(taken, scope)
            merge.end(
                branch, join('{"args":[', stated, ",", out.get(branch.text), '],"op":"if"}'), branch.node
            )

        out.branch(condition.value, lambda: way(e.consequent, "true"), lambda: way(e.alternative, "false"))
        return merge.held()

    def _binary(self, e: Binary, scope: Scope) -> Held:
        if e.operator in operations.DECIDING:
            return self._logic(e, scope)
        left, right = self._evaluate(e.left, scope), self._evaluate(e.right, scope)
        kind = self._hold.kinds[e]
        value = operator_step(self._hold, e.operator, left, right, kind)
        stated = self._out.get(left.text), self._out.get(right.text)
        data = join('{"left":', stated[0], f',"op":"{e.operator}","right":', stated[1], "}")
        bounded = is_bounded(left) and is_bounded(right)
        node = self._out.node(OP, data, (left.node, right.node), bounded=bounded)
        return self._hold.held(kind, value, node)

    def _logic(self, e: Binary, scope: Scope) -> Held:
        out = self._out
        left = self._evaluate(e.left, scope)
        self._hold.require(left, BOOL)
        out.use(left.node)
        merge = _Merge(self._hold, BOOL, left.node)
        deciding = operations.DECIDING[e.operator]

        def decided() -> None:
            data = f'{{"left":{_bool(deciding)},"op":"{e.operator}","right":null}}'
            merge.end(self._hold.known(BOOL, str(deciding), _bool(deciding)), constant(data))

        def open_yet() -> None:
            right = self._evaluate(e.right, scope)
            self._hold.require(right, BOOL)
            stated = out.get(right.text)
            data = join(f'{{"left":{_bool(not deciding)},"op":"{e.operator}","right":', stated, "}")
            merge.end(right, data, right.node)

        ways = (decided, open_yet) if deciding else (open_yet, decided)
        out.branch(left.value, *ways)
        return merge.held()

    def _unary(self, e: Unary, scope: Scope) -> Held:
        operand = self._evaluate(e.operand, scope)
        name = "!" if e.operator == "!" else "neg"
        return self._operation(e, name, (operand,), builtin_step(self._hold, e, name, (operand,)))

    def _list(self, e: ListOf, scope: Scope) -> Held:
        elements = [self._evaluate(element, scope) for element in e.elements]
        self._hold.bound_size(elements)
        stated = separated(self._out.get(element.text) for element in elements)
        value = self._out.assign("v", f"[{', '.join([self._hold.plain(element) for element in elements])}]")
        return self._operation(e, "list", elements, Step(value, self._hold.compound(join("[", stated, "]"))))

    def _record(self, e: RecordOf, scope: Scope) -> Held:
        parts: list[Held] = []
        for name, member in e.members:
            parts += (self._hold.constant(name), self._evaluate(member, scope))
        self._hold.bound_size(parts)
        members = {name: held for (name, _), held in zip(e.members, parts[1::2], strict=True)}
        shown = ", ".join([f"{name!r}: {self._hold.plain(held)}" for name, held in members.items()])
        stated = separated(
            join(text(name), ":", self._out.get(members[name].text)) for name in sorted(members)
        )
        value = self._out.assign("v", f"{{{shown}}}")
        return self._operation(e, "record", parts, Step(value, self._hold.compound(join("{", stated, "}"))))

    # Calls

    def _call(self, e: Call, scope: Scope) -> Held:
        if e.name == "field":
            return self._field_reference(cast(str, literal(e.arguments[0])))
        arguments = [
            self._evaluate(argument, scope) for argument in e.arguments if not isinstance(argument, Lambda)
        ]
        if e.name in _OVER_ELEMENTS:
            return _OVER_ELEMENTS[e.name](self, e, arguments, scope)
        if e.name in _OWN_NODES:
            return _OWN_NODES[e.name](self, e, *arguments)
        return self._operation(e, e.name, arguments, builtin_step(self._hold, e, e.name, arguments))

    def _field_reference(self, path: str) -> Held:
        field = self._fields[path]
        data = join('{"field":', text(path), "}")
        node = self._out.node(FIELD_REF, data, (field.node,), bounded=True)
        return Held(field.kind, field.value, field.text, node, field.elements)

    def _get_fact(self, e: Call, kind: Held, key: Held) -> Held:
        out = self._out
        self._hold.require(kind, TEXT)
        self._hold.require(key, TEXT)
        fact = out.assign("f", f"facts.get(({kind.value}, {key.value}))")
        value = out.assign("v", f"None if {fact} is None else {fact}.payload")
        stated = code(out.assign("t", f"'null' if {fact} is None else {fact}.payload_text"))
        names = join('{"fact_key":', out.get(key.text), ',"fact_type":', out.get(kind.text))
        data = join(names, ',"result":', stated, "}")
        node = out.node(FACT_GET, data, (kind.node, key.node))
        return self._hold.held(self._hold.kinds[e], value, node, self._hold.written(stated))

    def _get_facts_by_prefix(self, e: Call, kind: Held, prefix: Held) -> Held:
        out = self._out
        self._hold.require(kind, TEXT)
        self._hold.require(prefix, TEXT)
        facts = out.assign("f", f"prefixed({kind.value}, {prefix.value})")
        value = out.assign("v", f"[fact.payload for fact in {facts}]")
        elements = out.assign("q", f"[fact.payload_text for fact in {facts}]")
        stated = code(out.assign("t", f"'[' + ','.join({elements}) + ']'"))
        names = join('{"fact_type":', out.get(kind.text), ',"key_prefix":', out.get(prefix.text))
        data = join(names, ',"result":', stated, "}")
        node = out.node(FACT_GET, data, (kind.node, prefix.node))
        return self._hold.held(self._hold.kinds[e], value, node, self._hold.written(stated), elements)

    def _require_some(self, e: Call, option: Held, error_code: Held, message: Held) -> Held:
        out = self._out
        self._hold.require(error_code, TEXT)
        self._hold.require(message, TEXT)
        content = part_of(option.kind, "opt")
        if is_raw(option.kind):
            out.unless(f"{option.value} is not None")
            value = self._hold.from_plain(option.value, content)
        else:
            out.unless(f"type({option.value}) is Some")
            value = self._hold.from_plain(out.assign("v", f"{option.value}.value"), content)
        data = _assertion(out.get(error_code.text))
        children = (option.node, error_code.node, message.node)
        node = out.node(ASSERT, data, children, bounded=is_bounded(error_code))
        return self._hold.held(content, value, node, option.text)

    def _emit_compliance(self, e: Call, *parts: Held) -> Held:
        out = self._out
        self._emits = True
        for part in parts:
            self._hold.require(part, TEXT)
        identifier, status, evidence = (out.get(part.text) for part in parts)
        data = join('{"id":', identifier, ',"status":', status, "}")
        node = out.node(COMPLIANCE_EMIT, data, [part.node for part in parts])
        emission = join('{"evidence":', evidence, ',"id":', identifier, ',"status":', status, "}")
        out.line(f"emitted.append(({number(node.id)}, {node.hash.expression}, {emission.expression}))")
        return self._hold.known(BOOL, "True", "true", node)

    def _map(self, e: Call, arguments: Sequence[Held], scope: Scope) -> Held:
        out = self._out
        run = _Run(self, e, arguments, scope)
        values, texts = out.assign("v", "[]"), out.assign("q", "[]")
        with run.loop() as item:
            body = run.body(item)
            stated = out.get(body.text)
            out.line(f"{values}.append({self._hold.plain(body)})")
            out.line(f"{texts}.append({stated.expression})")
            run.note(body)
        return run.operation("map", arguments[:1], texts, Step(values, self._hold.joined(texts)), texts)

    def _filter(self, e: Call, arguments: Sequence[Held], scope: Scope) -> Held:
        out = self._out
        run = _Run(self, e, arguments, scope)
        values, texts = out.assign("v", "[]"), out.assign("q", "[]")
        with run.loop() as item:
            verdict = run.body(item)
            self._hold.require(verdict, BOOL)
            out.line(f"if {verdict.value}: {values}.append({run.element})")
            out.line(f"{texts}.append({out.get(verdict.text).expression})")
            run.note(verdict)
        return run.operation("filter", arguments[:1], texts, Step(values))

    def _fold(self, e: Call, arguments: Sequence[Held], scope: Scope) -> Held:
        out = self._out
        kind = self._hold.kinds[e]
        run = _Run(self, e, arguments, scope)
        initial = arguments[1]
        names = tuple(out.fresh(letter) for letter in "vtih")
        texts = out.assign("q", "[]")

        def step(held: Held) -> None:
            stated = out.get(held.text)
            node = number(held.node.id), held.node.hash.expression
            for name, part in zip(
                names, (self._hold.as_kind(held, kind), stated.expression, *node), strict=True
            ):
                out.line(f"{name} = {part}")

        step(initial)
        value, stated, node_id, digest = names
        with run.loop() as item:
            node = Node(code(node_id), code(digest))
            accumulator = self._hold.held(kind, value, node, self._hold.written(code(stated)))
            body = run.body(accumulator, item)
            run.note(body)
            step(body)
            out.line(f"{texts}.append({stated})")
        return run.operation("fold", arguments, texts, Step(value, self._hold.written(code(stated))))

    def _operation(self, e: Expression, name: str, parts: Sequence[Held], step: Step) -> Held:
        """A node that states the values of its children in `args`."""
        stated = separated(self._out.get(part.text) for part in parts)
        data = join('{"args":[', stated, f'],"op":"{name}"}}')
        bounded = all(map(is_bounded, parts)) and len(parts) <= FEW
        node = self._out.node(OP, data, [part.node for part in parts], bounded=bounded)
        return self._hold.held(self._hold.kinds[e], step.value, node, step.text)


class _Merge:
    """What both ways of a branch come to: a value, and as the last node of each way one OP of their own."""

    def __init__(self, hold: Holder, kind: Kind, condition: Node) -> None:
        self._hold = hold
        self._out = hold.out
        self._kind = kind
        self._condition = condition  # the first child of the OP, whichever way
        self._value, self._text, self._hash = (self._out.fresh(letter) for letter in "vth")

    def end(self, result: Held, data: Piece, *others: Node) -> None:
        """End a way; the OP has these other children in it."""
        for child in others:
            self._out.use(child)
        stated = self._out.get(result.text)
        node = self._out.complete(OP, data, (self._condition, *others), bounded=is_bounded(result))
        self._out.line(f"{self._value} = {self._hold.as_kind(result, self._kind)}")
        self._out.line(f"{self._text} = {stated.expression}")
        self._out.line(f"{self._hash} = {node.hash.expression}")

    def held(self) -> Held:
        """The value behind the branch."""
        stated = self._hold.written(code(self._text))
        return self._hold.held(self._kind, self._value, self._out.merged(self._hash), stated)


class _Run:
    """A lambda run over the elements of a list: map, filter or fold."""

    def __init__(self, generator: _Generator, e: Call, arguments: Sequence[Held], scope: Scope) -> None:
        self._generator = generator
        self._hold = generator._hold
        self._out = generator._out
        self._e = e
        self._function = cast(Lambda, e.arguments[-1])
        self._scope = scope
        self._over = arguments[0]
        if self._over.kind.name != "list":
            self._out.unless(f"type({self._hold.plain(self._over)}) is list")
        self._children = self._out.assign("n", "[]")  # ids and hashes of what the body came to
        self.element = self._out.fresh("x")  # the element as it is

    @contextmanager
    def loop(self) -> Iterator[Held]:
        """Write what is done for each element, which is given with its item node."""
        out, over, index = self._out, self._over, self._out.fresh("i")
        kind = part_of(over.kind, "list")
        with out.loop(f"for {index}, {self.element} in enumerate({self._hold.plain(over)}):"):
            data = join('{"args":[', code(index), '],"op":"item"}')
            node = out.node(OP, data, (over.node,), bounded=True)
            value = self._hold.from_plain(self.element, kind)
            stated = None
            if over.elements is not None:
                taken = f"{over.elements}[{index}]"
                stated = Cell(out.region, lambda: code(out.assign("t", taken)))
            yield self._hold.held(kind, value, node, stated)

    def body(self, *arguments: Held) -> Held:
        """Write the lambda's body."""
        names = [name for name, _ in self._function.parameters]
        scope = {**self._scope, **dict(zip(names, arguments, strict=True))}
        return self._generator._evaluate(self._function.body, scope)

    def note(self, body: Held) -> None:
        """Make what the body came to a child of the whole."""
        out = self._out
        out.use(body.node)
        out.line(f"{self._children}.append(({number(body.node.id)}, {body.node.hash.expression}))")
        if not is_bounded(body):
            out.line(f"size += len({out.get(body.text).expression})")
            out.unless("size <= MAX_WORK")

    def operation(
        self, name: str, arguments: Sequence[Held], texts: str, step: Step, elements: str | None = None
    ) -> Held:
        """The node of the whole.

        `texts` is the variable with what it states of the body for each element, `elements` that with the
        texts of the elements of the value, if there is one.
        """
        out = self._out
        stated = [out.get(argument.text).expression for argument in arguments]
        joined = out.assign("t", f"','.join([{', '.join(stated)}, *{texts}])")
        for argument in arguments:
            out.use(argument.node)
        data = join('{"args":[', code(joined), f'],"op":"{name}"}}')
        node = out.complete(
            OP, data, [argument.node for argument in arguments], out.more_children(self._children)
        )
        kind = self._hold.kinds[self._e]
        return self._hold.held(kind, step.value, out.made(node), step.text, elements)


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _assertion(error_code: Piece) -> Piece:
    return join('{"condition":true,"error_code":', error_code, "}")


_EXPRESSIONS: Final[Mapping[type, Callable[[_Generator, Any, Scope], Held]]] = {
    Literal: _Generator._literal,
    Variable: _Generator._variable,
    If: _Generator._if,
    Binary: _Generator._binary,
    Unary: _Generator._unary,
    ListOf: _Generator._list,
    RecordOf: _Generator._record,
    Call: _Generator._call,
}

_OVER_ELEMENTS: Final[Mapping[str, Callable[[_Generator, Call, Sequence[Held], Scope], Held]]] = {
    "map": _Generator._map,
    "filter": _Generator._filter,
    "fold": _Generator._fold,
}

_OWN_NODES: Final[Mapping[str, Callable[..., Held]]] = {
    "getFact": _Generator._get_fact,
    "getFactsByPrefix": _Generator._get_facts_by_prefix,
    "requireSome": _Generator._require_some,
    "emitCompliance": _Generator._emit_compliance,
}

_CHECKED_TYPES: Final[Mapping[Type, str]] = {
    Atom.BOOL: "bool",
    Atom.INT: "int",
    Atom.TEXT: "str",
    Atom.DATE: "date",
    Atom.RECORD: "dict",
}
