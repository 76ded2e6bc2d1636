"""A naive evaluator, the oracle for those of the compiler: the proof as plain dicts, encoded in the end.

It walks the tree in the order of the specification (6.9, 7.3, 7.4, 9.3 step 7) and looks after nothing else:
not speed, not memory, not deep trees. Operations, forms and the syntax tree come from the compiler; they have
oracles of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, cast

from clysm.passport import errors, operations
from clysm.passport.cjson import encode
from clysm.passport.decimals import Dec
from clysm.passport.facts import Fact
from clysm.passport.rules import syntax, types
from clysm.passport.rules.check import CheckedRules
from clysm.passport.units import Qty
from clysm.passport.values import Some, form

Pair = tuple[Any, int]  # a value and its node


class Stop(Exception):
    """Evaluation is over; the argument is the failure."""


def evaluate(rules: CheckedRules, facts: Mapping[tuple[str, str], Fact]) -> dict[str, Any] | errors.Failure:
    """The proof, fields and compliance as plain values, or the failure."""
    try:
        return _Naive(rules, facts).run()
    except Stop as stop:
        failure: errors.Failure = stop.args[0]
        return failure


def canonical(value: object) -> bytes:
    """Canonical bytes of what can be encoded."""
    encoded = encode(value)
    assert isinstance(encoded, bytes), encoded
    return encoded


class _Naive:
    def __init__(self, rules: CheckedRules, facts: Mapping[tuple[str, str], Fact]) -> None:
        self.rules = rules
        self.facts = facts
        self.nodes: list[dict[str, Any]] = []
        self.size = 0
        self.path = ""
        self.defined: dict[str, Pair] = {}
        self.emissions: list[tuple[int, dict[str, str]]] = []

    def run(self) -> dict[str, Any]:
        for path in self.rules.order:
            self.define(self.rules.fields[path])
        children = [self.defined[path][1] for path in self.rules.order] + [node for node, _ in self.emissions]
        self.add("OP", {"op": "passport", "fields": list(self.rules.order)}, children)
        return {
            "proof": {
                "proof_version": "BPC-PROOF-1",
                "root_hash": self.nodes[-1]["hash"],
                "field_index": {path: node for path, (_, node) in self.defined.items()},
                "nodes": self.nodes,
            },
            "fields": {path: form(value) for path, (value, _) in self.defined.items()},
            "compliance": [emission for _, emission in self.emissions],
        }

    def define(self, rule: syntax.FieldRule) -> None:
        self.path = rule.path
        start = len(self.nodes)
        value, node = self.eval(rule.body, {})
        cause = misfit(value, rule.type)
        if cause is not None:
            self.fail(cause, rule.at)
        self.encodable({"fields": {rule.path: form(value)}})
        used = {child for made in self.nodes for child in made["children"]}
        loose = [n for n in range(start, len(self.nodes)) if n != node and n not in used]
        self.defined[rule.path] = value, self.add("FIELD_REF", {"field": rule.path}, [node, *loose])

    def encodable(self, document: object) -> None:
        if not isinstance(encode(document), bytes):
            raise Stop(errors.CanonicalEncodingFailed(self.path))

    def add(self, kind: str, data: dict[str, Any], children: Sequence[int]) -> int:
        self.encodable({"nodes": [{"data": data}]})
        number = len(self.nodes)
        hashes = [self.nodes[child]["hash"] for child in children]
        hashed = canonical({"children": hashes, "data": data, "id": number, "type": kind})
        node = {
            "children": list(children),
            "data": data,
            "hash": hashlib.sha256(hashed).hexdigest(),
            "id": number,
            "type": kind,
        }
        self.size += len(canonical(node))
        if self.size > 1048576:
            raise Stop(errors.ProofTooLarge(self.size))
        self.nodes.append(node)
        return number

    def fail(self, cause: errors.Failure, at: tuple[int, int]) -> None:
        raise Stop(errors.EvalError(cause, self.path, *at))

    def step(self, result: Any, at: tuple[int, int]) -> Any:
        if isinstance(result, errors.Failure):
            self.fail(result, at)
        return result

    def const(self, value: Any) -> Pair:
        data = {"value": form(value)}
        if isinstance(value, Dec):
            data["type"] = f"Dec({value.scale})"
        elif isinstance(value, Qty):
            data["type"] = f"Qty({value.unit})"
        elif type(value).__name__ == "date":
            data["type"] = "Date"
        return value, self.add("CONST", data, [])

    def op(self, name: str, parts: Sequence[Pair], value: Any) -> Pair:
        data = {"op": name, "args": [form(part) for part, _ in parts]}
        return value, self.add("OP", data, [node for _, node in parts])

    def eval(self, e: Any, scope: Mapping[str, Pair]) -> Pair:
        match e:
            case syntax.Literal():
                return self.const(e.value)
            case syntax.Variable():
                return scope[e.name]
            case syntax.Let():
                return self.eval(e.body, {**scope, e.name: self.eval(e.value, scope)})
            case syntax.Assert():
                condition = self.eval(e.condition, scope)
                parts = [condition, self.const(e.error_code), self.const(e.message)]
                if type(condition[0]) is not bool:
                    self.fail(errors.TypeFailure(""), e.at)
                if not condition[0]:
                    self.fail(errors.AssertFailed(e.error_code, e.message), e.at)
                data = {"condition": True, "error_code": e.error_code}
                self.add("ASSERT", data, [node for _, node in parts])
                return self.eval(e.body, scope)
            case syntax.If():
                condition = self.eval(e.condition, scope)
                if type(condition[0]) is not bool:
                    self.fail(errors.TypeFailure(""), e.at)
                branch = self.eval(e.consequent if condition[0] else e.alternative, scope)
                return self.op("if", [condition, branch], branch[0])
            case syntax.Binary():
                return self.binary(e, scope)
            case syntax.Unary():
                operand = self.eval(e.operand, scope)
                name = {"!": "!", "-": "neg"}[e.operator]
                return self.op(name, [operand], self.step(operations.BUILTINS[name].apply(operand[0]), e.at))
            case syntax.ListOf():
                elements = [self.eval(element, scope) for element in e.elements]
                return self.op("list", elements, [value for value, _ in elements])
            case syntax.RecordOf():
                parts = []
                for name, member in e.members:
                    parts += [self.const(name), self.eval(member, scope)]
                names = [name for name, _ in e.members]
                return self.op(
                    "record", parts, dict(zip(names, [value for value, _ in parts[1::2]], strict=True))
                )
        assert isinstance(e, syntax.Call)
        return self.call(e, scope)

    def binary(self, e: syntax.Binary, scope: Mapping[str, Pair]) -> Pair:
        left = self.eval(e.left, scope)
        if e.operator in ("&&", "||"):
            if type(left[0]) is not bool:
                self.fail(errors.TypeFailure(""), e.at)
            if left[0] is (e.operator == "||"):
                data = {"left": left[0], "op": e.operator, "right": None}
                return left[0], self.add("OP", data, [left[1]])
            right = self.eval(e.right, scope)
            if type(right[0]) is not bool:
                self.fail(errors.TypeFailure(""), e.at)
            value = right[0]
        else:
            right = self.eval(e.right, scope)
            value = self.step(operations.BINARY[e.operator](left[0], right[0]), e.at)
        data = {"left": form(left[0]), "op": e.operator, "right": form(right[0])}
        return value, self.add("OP", data, [left[1], right[1]])

    def call(self, e: syntax.Call, scope: Mapping[str, Pair]) -> Pair:
        if e.name == "field":
            argument = e.arguments[0]
            assert isinstance(argument, syntax.Literal)
            path = str(argument.value)
            value, node = self.defined[path]
            return value, self.add("FIELD_REF", {"field": path}, [node])
        args = [self.eval(a, scope) for a in e.arguments if not isinstance(a, syntax.Lambda)]
        values = [value for value, _ in args]
        children = [node for _, node in args]
        match e.name:
            case "getFact":
                self.step(operations.fact_names(*values), e.at)
                fact = self.facts.get((values[0], values[1]))
                data = {"fact_type": values[0], "fact_key": values[1], "result": fact and fact.payload}
                return fact and Some(cast(Any, fact.payload)), self.add("FACT_GET", data, children)
            case "getFactsByPrefix":
                self.step(operations.fact_names(*values), e.at)
                keys = sorted(k for t, k in self.facts if t == values[0] and k.startswith(values[1]))
                found = [self.facts[values[0], key].payload for key in keys]
                data = {"fact_type": values[0], "key_prefix": values[1], "result": found}
                return found, self.add("FACT_GET", data, children)
            case "requireSome":
                content = self.step(operations.require_some(*values), e.at)
                return content, self.add("ASSERT", {"condition": True, "error_code": values[1]}, children)
            case "emitCompliance":
                self.step(operations.emit_compliance(*values), e.at)
                node = self.add("COMPLIANCE_EMIT", {"id": values[0], "status": values[1]}, children)
                emission = {"id": values[0], "status": values[1], "evidence": values[2]}
                self.emissions.append((node, emission))
                return True, node
            case "map" | "filter" | "fold":
                return self.over(e, args, scope)
        return self.op(e.name, args, self.step(operations.BUILTINS[e.name].apply(*values), e.at))

    def over(self, e: syntax.Call, args: list[Pair], scope: Mapping[str, Pair]) -> Pair:
        function = e.arguments[-1]
        assert isinstance(function, syntax.Lambda)
        if type(args[0][0]) is not list:
            self.fail(errors.TypeFailure(""), e.at)
        bodies: list[Pair] = []
        last = args[-1]
        for index, element in enumerate(args[0][0]):
            item = element, self.add("OP", {"op": "item", "args": [index]}, [args[0][1]])
            names = [name for name, _ in function.parameters]
            bound = [last, item] if e.name == "fold" else [item]
            last = self.eval(function.body, {**scope, **dict(zip(names, bound, strict=True))})
            if e.name == "filter" and type(last[0]) is not bool:
                self.fail(errors.TypeFailure(""), e.at)
            bodies.append(last)
        if e.name == "fold":
            return self.op("fold", args + bodies, last[0])
        if e.name == "map":
            return self.op("map", args + bodies, [value for value, _ in bodies])
        kept = [element for element, (verdict, _) in zip(args[0][0], bodies, strict=True) if verdict]
        return self.op("filter", args + bodies, kept)


def misfit(value: Any, declared: types.Type) -> errors.Failure | None:
    """Why a value does not have its declared type."""
    wrong = errors.TypeFailure("")
    match declared:
        case types.DecType(scale):
            return None if isinstance(value, Dec) and value.scale == scale else wrong
        case types.QtyType(unit):
            if not isinstance(value, Qty):
                return wrong
            return None if value.unit == unit else errors.UnitMismatch(unit, value.unit)
        case types.OptType(content):
            if value is None:
                return None
            return misfit(value.value, content) if isinstance(value, Some) else wrong
        case types.ListType(element):
            return first([misfit(part, element) for part in value]) if isinstance(value, list) else wrong
        case types.MapType(member):
            if not isinstance(value, dict):
                return wrong
            return first(
                [misfit(part, member) for _, part in sorted(value.items(), key=lambda pair: pair[0])]
            )
        case types.RecordType(members):
            if not isinstance(value, dict) or set(value) != set(members):
                return wrong
            return first([misfit(value[name], members[name]) for name in sorted(members)])
    names = {"Bool": "bool", "Int": "int", "Text": "str", "Date": "date", "Record": "dict"}
    return None if type(value).__name__ == names[declared.value] else wrong


def first(faults: list[errors.Failure | None]) -> errors.Failure | None:
    """The first fault there is."""
    return next((fault for fault in faults if fault is not None), None)
