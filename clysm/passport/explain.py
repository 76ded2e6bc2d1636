"""Explain a field: the tree of facts, constants, operations and statements behind its value, in words.

Everything is taken from the proof, which is verified first; neither rules nor facts are needed. A node that
stands behind several others is explained once and referred to by its number afterwards. The explanation has
at most as many lines as asked for, whatever the proof, and each line is short and can be shown on a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from clysm.passport.cjson import decode_strict
from clysm.passport.decimals import Dec, decimal_text
from clysm.passport.errors import Failure, FieldNotFound
from clysm.passport.units import Qty, qty_text
from clysm.passport.values import Some, Value, form_text
from clysm.passport.verification.proof import VerifiedProof, verify_proof
from clysm.passport.verification.report import shown

LINES: Final = 200  # of an explanation, unless the caller wants more or less
WIDTH: Final = 60  # characters of a value
DEPTH: Final = 40  # levels of the tree
MENTIONED: Final = 3  # children that a sentence may mention
INDENT: Final = "  "


def explain(proof: bytes, path: str, lines: int = LINES) -> tuple[str, ...] | Failure:
    """The explanation of one field; a failure of the proof, or FieldNotFound."""
    verified = verify_proof(proof)
    if isinstance(verified, Failure):
        return verified
    if path not in verified.proof.fields:
        return FieldNotFound(path)
    return explain_verified(verified, path, lines)


def explain_verified(verified: VerifiedProof, path: str, lines: int = LINES) -> tuple[str, ...]:
    """The explanation of a field of a proof that was verified before."""
    start = verified.proof.definitions[verified.proof.fields.index(path)]
    explained: list[str] = []
    seen: set[int] = set()
    pending = [(start, 0)]  # nodes to explain, the next one last, with their level
    while pending and len(explained) < lines:
        node, level = pending.pop()
        if node in seen:
            explained.append(f"{INDENT * level}#{node} (see above)")
            continue
        seen.add(node)
        below = parts_to_explain(verified, node)
        hint = " ..." if below and level == DEPTH else ""
        explained.append(f"{INDENT * level}#{node} {sentence(verified, node)}{hint}")
        if level < DEPTH:
            pending += [(part, level + 1) for part in reversed(below)]
    if pending and lines > 0:
        explained[-1] = f"... and more; {len(pending)} branches are left out"
    return tuple(explained)


# One node


def sentence(verified: VerifiedProof, node: int) -> str:
    """What a node is, and its value."""
    data: Any = decode_strict(verified.proof.data[node].encode())
    children = verified.proof.children[node]
    parts = [words(verified.outcome.values[part]) for part in children[:MENTIONED]]
    said = SENTENCES[verified.proof.types[node]](data, parts, len(children))
    return f"{said}: {words(verified.outcome.values[node])}"


def parts_to_explain(verified: VerifiedProof, node: int) -> Sequence[int]:
    """The children that the sentence of a node does not already tell."""
    proof = verified.proof
    children = proof.children[node]
    if proof.types[node] == "FIELD_REF":
        is_definition = node in proof.definitions
        return children if is_definition else proof.children[children[0]][:1]
    return [part for part in children if proof.types[part] != "CONST"]


def words(value: Value) -> str:
    """A value for people, cut where it is long."""
    while type(value) is Some:
        value = value.value
    if value is None:
        return "none"
    if type(value) is date:
        return value.isoformat()
    if type(value) is Dec:
        return _cut(decimal_text(value.coefficient, value.scale))
    if type(value) is Qty:
        return _cut(f"{qty_text(value)} {value.unit}")
    return _cut(form_text(value) or "a number too large to be written")


def _cut(written: str) -> str:
    return shown(written, WIDTH)


# Sentences, by type and by operation; `parts` are the children's values in words


def _constant(data: Mapping[str, Any], parts: list[str], count: int) -> str:
    return f"the constant of type {data['type']}" if "type" in data else "the constant"


def _fact(data: Mapping[str, Any], parts: list[str], count: int) -> str:
    if "key_prefix" in data:
        return f"the {len(data['result'])} facts of type {parts[0]} whose key begins with {parts[1]}"
    if data["result"] is None:
        return f"the fact {parts[0]} {parts[1]}, which does not exist"
    return f"the fact {parts[0]} {parts[1]}"


def _field(data: Mapping[str, Any], parts: list[str], count: int) -> str:
    return f"the field {_cut(data['field'])}"


def _assertion(data: Mapping[str, Any], parts: list[str], count: int) -> str:
    return f"required, or else error {parts[1]}, {parts[2]}"


def _emission(data: Mapping[str, Any], parts: list[str], count: int) -> str:
    return f"the compliance statement {parts[0]} is {parts[1]}, on the evidence of {parts[2]}"


def _operation(data: Mapping[str, Any], parts: list[str], count: int) -> str:
    name = data["op"]
    if name in SHORT_CIRCUIT and count == 1:
        return SHORT_CIRCUIT[name]
    if name == "item":
        return f"element {data['args'][0]} of the list, counted from 0"
    return OPERATIONS[name].format(*parts, count=count)


SENTENCES: Final[Mapping[str, Callable[[Mapping[str, Any], list[str], int], str]]] = {
    "CONST": _constant,
    "FACT_GET": _fact,
    "FIELD_REF": _field,
    "OP": _operation,
    "ASSERT": _assertion,
    "COMPLIANCE_EMIT": _emission,
}

SHORT_CIRCUIT: Final[Mapping[str, str]] = {
    "&&": "whether both hold; the first does not",
    "||": "whether one holds; the first does",
}

OPERATIONS: Final[Mapping[str, str]] = {
    "+": "{0} plus {1}",
    "-": "{0} minus {1}",
    "*": "{0} times {1}",
    "/": "{0} divided by {1}",
    "==": "whether {0} equals {1}",
    "!=": "whether {0} differs from {1}",
    "<": "whether {0} is less than {1}",
    "<=": "whether {0} is at most {1}",
    ">": "whether {0} is greater than {1}",
    ">=": "whether {0} is at least {1}",
    "&&": "whether both hold, {0} and {1}",
    "||": "whether one holds, {0} or {1}",
    "!": "the opposite of {0}",
    "neg": "the negative of {0}",
    "if": "chosen because the condition is {0}",
    "list": "a list of {count}",
    "record": "a record put together",
    "map": "the list, each element computed anew",
    "filter": "the elements of the list that fulfil the condition",
    "fold": "the list, folded element by element from {1}",
    "recordGet": "the member {1} of the record",
    "isSome": "whether there is a value",
    "unwrapOr": "the value {0}, or else {1}",
    "some": "the value {0}, which is present",
    "toDec": "{1} as a decimal of scale {0}",
    "scaled": "{1} as the digits of a decimal of scale {0}",
    "round": "{1} rounded to scale {0} by the mode {2}",
    "toQty": "{1} in the unit {0}",
    "amount": "the number of {1}",
    "convert": "{2} converted between {0} and {1}",
    "sumQty": "the sum of the quantities in {0}",
    "sumDec": "the sum of the decimals at scale {0}",
    "oneOf": "whether {0} is one of {1}",
    "matches": "whether {0} matches the pattern {1}",
    "length": "the length of {0}",
    "min": "the smaller of {0} and {1}",
    "max": "the larger of {0} and {1}",
    "abs": "the absolute value of {0}",
    "daysBetween": "the days from {0} to {1}",
    "date": "the date {0}",
}
