"""Semantic verification of a proof (specification, 7.6): the value of every node, recomputed.

The data of a node follows from its children, except for constants and for what facts say. So a verifier need
not read data: it writes what the data must be, from the forms of the children's values, and compares texts.
Only where they differ is the data read, to tell data of no known shape from a wrong statement.

Bytes, hashes and layout are of no concern here. A step needs nothing but the nodes before its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias, cast

from clysm.passport.cjson import Json, decode_strict, is_key, text
from clysm.passport.errors import FactConflict, Failure, InvalidNodeData, SemanticMismatch
from clysm.passport.operations import (
    BINARY,
    BUILTINS,
    DECIDING,
    assertion,
    condition,
    decided,
    emit_compliance,
    fact_names,
    kept,
    require_some,
    second,
)
from clysm.passport.values import Some, Value, form_text
from clysm.passport.verification.nodes import Proof
from clysm.passport.verification.shapes import constant, has_shape

SHORT: Final = 256  # characters of a constant worth remembering
ARGS: Final = '{"args":['
LEFT: Final = '{"left":'


class Emission(NamedTuple):
    """One compliance statement."""

    identifier: str
    status: str
    evidence: str


class Reading(NamedTuple):
    """What a FACT_GET node states. Nodes that repeat what an earlier one said of one fact are left out."""

    node: int
    fact_type: str
    key: str  # or the prefix
    is_prefix: bool
    result: Json  # the payload or null; the payloads behind the prefix
    written: str  # the canonical text of the result


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a proof shows: the value of every node but the root, fields, emissions, facts read.

    Fields are canonical texts in the order of the root; None for a value that has no JSON form, with which no
    payload agrees.
    """

    values: Sequence[Value] = field(compare=False)  # two outcomes that agree show the same
    fields: Mapping[str, str | None]
    emissions: tuple[Emission, ...]
    readings: tuple[Reading, ...]


class Wrong(NamedTuple):
    """What a step answers where the data does not follow: the failure, provided that it has a shape."""

    failure: type[SemanticMismatch] | type[FactConflict]


WRONG: Final = Wrong(SemanticMismatch)
CONFLICT: Final = Wrong(FactConflict)
Found: TypeAlias = "Value | Wrong"
Constant: TypeAlias = "tuple[Value, str | None]"  # a value and its canonical text


@dataclass(frozen=True, slots=True)
class VerifiedProof:
    """A proof that holds, and what it shows."""

    proof: Proof
    outcome: Outcome

    @property
    def root_hash(self) -> str:
        """The hash that commits to every node."""
        return self.proof.hashes[-1]


class Recomputation:
    """What is known of the nodes so far. A text is written when it is first needed.

    `data` are those of the nodes so far at least; `references` what the data of each definition has to be.
    """

    __slots__ = ("data", "emissions", "facts", "readings", "references", "texts", "values")

    def __init__(self, data: list[str], references: Mapping[int, str]) -> None:
        self.data = data
        self.references = references
        self.values: list[Value] = []
        self.texts: list[str | None] = []
        self.emissions: list[Emission] = []
        self.readings: list[Reading] = []
        self.facts: dict[tuple[str, str], int] = {}  # the first node that reads each fact

    def before(self, node: int, emissions: int) -> Recomputation:
        """What was known before a node, in front of which there are so many emissions."""
        known = Recomputation(self.data[:node], self.references)
        known.values = self.values[:node]
        known.texts = self.texts[:node]
        known.emissions = self.emissions[:emissions]
        known.readings = [reading for reading in self.readings if reading.node < node]
        known.facts = {name: first for name, first in self.facts.items() if first < node}
        return known

    def outcome(self, proof: Proof) -> Outcome:
        """What the proof shows, once every node but the root is known."""
        fields = {
            path: self.text_of(node) for path, node in zip(proof.fields, proof.definitions, strict=True)
        }
        return Outcome(self.values, fields, tuple(self.emissions), tuple(self.readings))

    def text_of(self, node: int) -> str | None:
        """The canonical text of a node's value; None if it has none."""
        known = self.texts[node]
        if known is None:
            known = self.texts[node] = form_text(self.values[node])
        return known

    def texts_of(self, nodes: Sequence[int], room: int) -> str | None:
        """The canonical texts of nodes' values, separated by commas; None if one has none or room is short.

        The room keeps a node that lists a long value a thousand times from costing more than its own length.
        """
        parts: list[str] = []
        for node in nodes:
            known = self.texts[node] or self.text_of(node)
            if known is None:
                return None
            parts.append(known)
            room -= len(known)
            if room < 0:
                return None
        return ",".join(parts)


def recompute(proof: Proof) -> Outcome | Failure:
    """The outcome of a proof whose structure holds, or the first failure of 7.6."""
    references = {node: proof.data[node] for node in proof.definitions}
    state = Recomputation(proof.data, references)
    for node in range(proof.root):
        kind, data = proof.types[node], proof.data[node]
        state.texts.append(None)
        value = STEPS[kind](state, node, data, proof.children[node])
        if type(value) is Wrong:
            read = decode_strict(data.encode())
            shaped = type(read) is dict and has_shape(kind, read)
            return value.failure(node) if shaped else InvalidNodeData(node)
        state.values.append(cast(Value, value))
    return state.outcome(proof)


# Constants, facts, fields, statements


def _constant(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    read = remembered_constant(data) if len(data) <= SHORT else read_constant(data)
    if read is None or below:
        return WRONG
    value, state.texts[node] = read
    return value


def read_constant(data: str) -> Constant | None:
    """The value of a CONST node and its canonical text, None if the data is no constant."""
    read = decode_strict(data.encode())
    found = constant(read) if type(read) is dict else None
    return None if found is None else (found[0], form_text(found[0]))


remembered_constant = lru_cache(maxsize=4096)(read_constant)


def _fact(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    if len(below) != 2:
        return WRONG
    named = fact_names(state.values[below[0]], state.values[below[1]])
    if isinstance(named, Failure):
        return WRONG
    fact_type, key = named
    first = state.facts.get(named)
    if first is not None and state.data[first] == data:
        state.texts[node] = state.texts[first]
        return state.values[first]
    one = f'{{"fact_key":{text(key)},"fact_type":{text(fact_type)},"result":'
    many = f'{{"fact_type":{text(fact_type)},"key_prefix":{text(key)},"result":'
    is_prefix = not data.startswith(one)
    written = data[len(many if is_prefix else one) : -1]
    result = decode_strict(written.encode())
    if isinstance(result, Failure) or data != f"{many if is_prefix else one}{written}}}":
        return WRONG
    if is_prefix:
        if type(result) is not list or not all(type(payload) is dict for payload in result):
            return WRONG
    elif result is not None and type(result) is not dict:
        return WRONG
    elif first is not None:
        return CONFLICT
    else:
        state.facts[named] = node
    state.texts[node] = written
    state.readings.append(Reading(node, fact_type, key, is_prefix, result, written))
    value = cast(Value, result)
    return value if is_prefix or value is None else Some(value)


def _field(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    if not below:
        return WRONG
    first = below[0]
    # A reference has its definition as only child, and the same data.
    if data != state.references.get(node, state.data[first]):
        return WRONG
    state.texts[node] = state.texts[first]
    return state.values[first]


def _assertion(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    if len(below) != 3:
        return WRONG
    asserted, code, message = [state.values[child] for child in below]
    is_option = type(asserted) is Some
    value = (require_some if is_option else assertion)(asserted, code, message)
    if isinstance(value, Failure):
        return WRONG
    if data != f'{{"condition":true,"error_code":{state.text_of(below[1])}}}':
        return WRONG
    if is_option:
        state.texts[node] = state.texts[below[0]]
    return value


def _emission(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    if len(below) != 3:
        return WRONG
    statement = [state.values[child] for child in below]
    value = emit_compliance(*statement)
    if isinstance(value, Failure):
        return WRONG
    if data != f'{{"id":{state.text_of(below[0])},"status":{state.text_of(below[1])}}}':
        return WRONG
    state.emissions.append(Emission(*cast("list[str]", statement)))
    return value


# Operations


def _operation(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    if data.startswith(LEFT):
        return _binary(state, data, below)
    name = data[data.rfind('"', 0, -2) + 1 : -2]
    construct = CONSTRUCTS.get(name)
    if construct is not None:
        return construct(state, node, data, below)
    builtin = BUILTINS.get(name)
    if builtin is None or builtin.arity != len(below) or not _states_args(state, name, data, below):
        return WRONG
    value = builtin.apply(*[state.values[child] for child in below])
    return WRONG if isinstance(value, Failure) else value


def _states_args(state: Recomputation, name: str, data: str, below: Sequence[int]) -> bool:
    """Whether the data is that of this operation over the forms of the children's values."""
    args = state.texts_of(below, len(data))
    return args is not None and data == f'{{"args":[{args}],"op":"{name}"}}'


def _binary(state: Recomputation, data: str, below: Sequence[int]) -> Found:
    left = state.text_of(below[0]) if below else None
    if left is None:
        return WRONG
    behind = len(LEFT) + len(left) + len(',"op":"')
    name = data[behind : data.find('"', behind)]
    evaluated = len(below) == 2
    right = "null" if not evaluated else state.text_of(below[1])
    if right is None or len(below) > 2 or data != f'{LEFT}{left},"op":"{name}","right":{right}}}':
        return WRONG
    first = state.values[below[0]]
    deciding = DECIDING.get(name)
    if deciding is not None:
        stops = decided(first, deciding)
        if isinstance(stops, Failure) or stops is evaluated:
            return WRONG
        last = first if stops else second(first, state.values[below[1]])
        return WRONG if isinstance(last, Failure) else last
    operator = BINARY.get(name)
    if operator is None or not evaluated:
        return WRONG
    value = operator(first, state.values[below[1]])
    return WRONG if isinstance(value, Failure) else value


def _if(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    if len(below) != 2 or isinstance(condition(state.values[below[0]]), Failure):
        return WRONG
    if not _states_args(state, "if", data, below):
        return WRONG
    state.texts[node] = state.texts[below[1]]
    return state.values[below[1]]


def _list(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    if not _states_args(state, "list", data, below):
        return WRONG
    return [state.values[child] for child in below]


def _record(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    names = [state.values[child] for child in below[::2]]
    members = [state.values[child] for child in below[1::2]]
    if len(names) != len(members) or not all(is_key(name) for name in names):
        return WRONG
    if len(set(cast("list[str]", names))) != len(names) or not _states_args(state, "record", data, below):
        return WRONG
    return dict(zip(cast("list[str]", names), members, strict=True))


def _item(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    items = state.values[below[0]] if len(below) == 1 else None
    index = data[len(ARGS) : data.find("]")]
    if type(items) is not list or len(index) > len(str(len(items))) or not index.isdecimal():
        return WRONG
    place = int(index)
    if place >= len(items) or data != f'{{"args":[{place}],"op":"item"}}':
        return WRONG
    return items[place]


def _map(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    items = state.values[below[0]] if below else None
    if type(items) is not list or len(below) != len(items) + 1 or not _states_args(state, "map", data, below):
        return WRONG
    return [state.values[child] for child in below[1:]]


def _filter(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    items = state.values[below[0]] if below else None
    verdicts = [state.values[child] for child in below[1:]]
    if type(items) is not list or len(items) != len(verdicts):
        return WRONG
    if not all(type(verdict) is bool for verdict in verdicts) or not _states_args(
        state, "filter", data, below
    ):
        return WRONG
    return kept(items, verdicts)


def _fold(state: Recomputation, node: int, data: str, below: Sequence[int]) -> Found:
    items = state.values[below[0]] if below else None
    if (
        type(items) is not list
        or len(below) != len(items) + 2
        or not _states_args(state, "fold", data, below)
    ):
        return WRONG
    state.texts[node] = state.texts[below[-1]]
    return state.values[below[-1]]


# Tables

StepOf: TypeAlias = Callable[[Recomputation, int, str, Sequence[int]], Found]

STEPS: Final[Mapping[str, StepOf]] = {
    "CONST": _constant,
    "FACT_GET": _fact,
    "FIELD_REF": _field,
    "OP": _operation,
    "ASSERT": _assertion,
    "COMPLIANCE_EMIT": _emission,
}

# Operations whose children are not simply the arguments of a function from values to a value.
CONSTRUCTS: Final[Mapping[str, StepOf]] = {
    "if": _if,
    "list": _list,
    "record": _record,
    "item": _item,
    "map": _map,
    "filter": _filter,
    "fold": _fold,
}
