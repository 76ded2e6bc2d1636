"""Proofs for tests of verification: one of every construct, and proofs put together node by node.

A node here is (type, text of its data, children). The text is taken as it is, canonical or not, so that
hashes can be right where only the meaning, or only the spelling, is wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from clysm.passport.evaluation.reference import Evaluation, evaluate
from clysm.passport.facts import Fact, make_fact
from clysm.passport.rules.check import CheckedRules, check_rules
from tests.passport.passports import canonical

RawNode = tuple[str, str, Sequence[int]]

# Every operator, every builtin, every construct that makes a node.
RULES = r"""
field a.number: Int = let k = 3; assert(k > 0, "E1", "positive"); (k + 4) * 2 - 7 / 2;
field a.flags: Bool = !(1 == 2) && (2 < 1 || 1 <= 1) && (false && true || 3 >= 2) && 1 != 2;
field a.text: Text = if length("ab" + "c") > 2 then "long" else "short";
field b.lists: List(Int) = filter(map([1, 2, 3], \x -> x * 10), \x -> x > 10);
field b.fold: Int = fold(field("b.lists"), 0, \sum x -> sum + x);
field b.record: Record(a: Opt(Int), d: Date) = {"d": date("2025-" + "03-01"), "a": some(-(3))};
field c.decimal: Dec(2) = max(round(2, "1.005", "half_even"), abs(-(toDec(2, 1)) * 1.50)) + scaled(2, 5)
  + sumDec(2, [1.5, 2.5]) + min(1.00, 2.00);
field c.quantity: Qty(kg) = convert("g", "kg", toQty("g", 1500)) + sumQty("kg", [qty(1.5, kg)]) * 2.0;
field c.amount: Dec(6) = amount("kg", field("c.quantity"));
field c.days: Int = daysBetween(date("2025-01-01"), date("2025-02-01"));
field d.fact: Text =
  let battery = requireSome(getFact("Battery", "battery:1"), "E2", "no battery");
  let chemistry = requireSome(recordGet(battery, "chemistry"), "E3", "no chemistry");
  assert(oneOf(chemistry, ["LFP", "NMC"]) && matches(chemistry, "[A-Z]+"), "E4", "unknown");
  chemistry;
field d.again: Bool = isSome(getFact("Battery", "battery:1")) && !isSome(getFact("Battery", "none"));
field d.parts: Int =
  fold(getFactsByPrefix("Part", "part:"), 0, \sum part -> sum + unwrapOr(recordGet(part, "g"), 0));
field e.statement: Bool = emitCompliance("ART-7", if field("d.parts") > 5 then "PASS" else "FAIL", "part:1");
"""

FACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("Battery", "battery:1", {"chemistry": "NMC", "mass": "75.5", "cells": [1, {"a": None}]}),
    ("Part", "part:1", {"g": 10}),
    ("Part", "part:2", {"name": "\u00e9\U0001f50b"}),
    ("Part", "other", {"g": 1000}),
]


@cache
def sample() -> bytes:
    """The proof of RULES over FACTS."""
    return compiled(RULES, FACTS).proof


def compiled(rules: str, facts: Sequence[tuple[str, str, dict[str, Any]]] = ()) -> Evaluation:
    """The evaluation of some rules over some facts."""
    checked = check_rules(rules.encode(), b"")
    assert isinstance(checked, CheckedRules), checked
    records = {(kind, key): make_fact(kind, key, 1, payload) for kind, key, payload in facts}
    found = evaluate(checked, {name: fact for name, fact in records.items() if isinstance(fact, Fact)})
    assert isinstance(found, Evaluation), found
    return found


def nodes_of(proof: bytes) -> list[RawNode]:
    """The nodes of a proof."""
    return [
        (node["type"], canonical(node["data"]).decode(), node["children"])
        for node in json.loads(proof)["nodes"]
    ]


def index_of(proof: bytes) -> dict[str, int]:
    """The field index of a proof."""
    index: dict[str, int] = json.loads(proof)["field_index"]
    return index


def assemble(nodes: Sequence[RawNode], index: Mapping[str, int]) -> bytes:
    """The document with right hashes, whatever the data say."""
    hashes: list[str] = []
    documents: list[str] = []
    for number, (kind, data, children) in enumerate(nodes):
        below = json.dumps([hashes[child] for child in children], separators=(",", ":"))
        hashed = f'{{"children":{below},"data":{data},"id":{number},"type":"{kind}"}}'
        hashes.append(hashlib.sha256(hashed.encode()).hexdigest())
        listed = json.dumps(list(children), separators=(",", ":"))
        documents.append(
            f'{{"children":{listed},"data":{data},"hash":"{hashes[-1]}","id":{number},"type":"{kind}"}}'
        )
    return (
        f'{{"field_index":{canonical(dict(index)).decode()},"nodes":[{",".join(documents)}],'
        f'"proof_version":"BPC-PROOF-1","root_hash":"{hashes[-1]}"}}'
    ).encode()


def field_of(nodes: Sequence[RawNode], path: str = "f") -> bytes:
    """A proof of one field whose value is the last of these nodes; nodes without parent are adopted."""
    value = len(nodes) - 1
    used = {child for _, _, children in nodes for child in children}
    loose = [node for node in range(value) if node not in used]
    emissions = [node for node, (kind, _, _) in enumerate(nodes) if kind == "COMPLIANCE_EMIT"]
    definition: RawNode = ("FIELD_REF", canonical({"field": path}).decode(), [value, *loose])
    root: RawNode = (
        "OP",
        canonical({"fields": [path], "op": "passport"}).decode(),
        [value + 1, *emissions],
    )
    return assemble([*nodes, definition, root], {path: value + 1})


def const(value: Any, kind: str | None = None) -> RawNode:
    """A constant."""
    data = {"value": value} if kind is None else {"type": kind, "value": value}
    return ("CONST", canonical(data).decode(), [])


def op(name: str, args: Sequence[Any], children: Sequence[int]) -> RawNode:
    """An operation over args."""
    return ("OP", canonical({"args": list(args), "op": name}).decode(), children)


def binary(name: str, left: Any, right: Any, children: Sequence[int]) -> RawNode:
    """A binary operator."""
    return ("OP", canonical({"left": left, "op": name, "right": right}).decode(), children)
