"""Proofs: structure and meaning, every error of 7.5 and 7.6, the fast way against the exact one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clysm.passport.cjson import MAX_DEPTH
from clysm.passport.errors import (
    ChildOrder,
    EmptyProof,
    FactConflict,
    Failure,
    IngestError,
    InvalidDefinition,
    InvalidFieldIndex,
    InvalidNodeData,
    InvalidNodeHash,
    InvalidNodeId,
    InvalidNodeType,
    InvalidReference,
    InvalidRootHash,
    InvalidRootNode,
    InvalidVersion,
    MissingInputNode,
    ProofParseError,
    SchemaError,
    SemanticMismatch,
    TooLarge,
    UnreachableNode,
    record,
)
from clysm.passport.evaluation.reference import Evaluation, evaluate
from clysm.passport.ingest.json import ingest_json
from clysm.passport.operations import BINARY, BUILTINS, DECIDING
from clysm.passport.rules.check import CheckedRules, check_rules
from clysm.passport.values import form_text
from clysm.passport.verification.nodes import MAX_PROOF_SIZE
from clysm.passport.verification.proof import VerifiedProof, judge_proof, verify_exactly, verify_proof
from clysm.passport.verification.semantics import Emission, Outcome
from clysm.passport.verification.shapes import CONSTRUCTS
from clysm.passport.verification.slices import slice_proof
from clysm.passport.verification.structure import verify_structure
from tests.passport.passports import canonical
from tests.passport.proofs import (
    FACTS,
    RawNode,
    assemble,
    binary,
    compiled,
    const,
    field_of,
    index_of,
    nodes_of,
    op,
    sample,
)
from tests.passport.random_rules import Programs, random_facts
from tests.passport.vectors import group, matches


def verified_both_ways(data: bytes) -> VerifiedProof | Failure:
    """The answer, after a look whether both ways give the same one."""
    found, exact = verify_proof(data), verify_exactly(data)
    assert found == exact
    assert isinstance(judge_proof(data), VerifiedProof) == isinstance(exact, VerifiedProof)
    return found


def outcome_of(data: bytes) -> Outcome:
    found = verified_both_ways(data)
    assert isinstance(found, VerifiedProof), found
    return found.outcome


def is_sliced(data: bytes) -> bool:
    """Whether the fast way accepts a proof by itself."""
    return isinstance(slice_proof(data), VerifiedProof)


# Vectors


@pytest.mark.parametrize("item", group("proof_verify"))
def test_vectors_of_verification(item: dict[str, Any]) -> None:
    found = verified_both_ways(item["proof"].encode())
    if isinstance(found, VerifiedProof):
        assert item["expect"] == "accepted"
    else:
        assert matches(record(found), item["error"])


@pytest.mark.parametrize("item", [*group("proof"), *group("compile")])
def test_every_proof_of_the_vectors_is_accepted_the_fast_way(item: dict[str, Any]) -> None:
    if "expect" in item:
        proof = item["expect"]["proof"].encode()
        assert isinstance(verified_both_ways(proof), VerifiedProof)
        assert is_sliced(proof)


@pytest.mark.parametrize("item", group("eval"))
def test_what_evaluation_proves_is_accepted_the_fast_way(item: dict[str, Any]) -> None:
    if "expect" not in item:
        return
    facts = ingest_json(item["facts"].encode()) if "facts" in item else ()
    assert not isinstance(facts, IngestError)
    rules = [(fact.fact_type, fact.fact_key, fact.payload) for fact in facts]
    proof = compiled(item["rules"], rules).proof
    outcome = outcome_of(proof)
    assert is_sliced(proof)
    assert {path: json.loads(text or "") for path, text in outcome.fields.items()} == item["expect"]["fields"]
    statements = [{"id": e.identifier, "status": e.status, "evidence": e.evidence} for e in outcome.emissions]
    assert statements == item["expect"]["compliance"]


@given(st.integers(0, 2**32))
def test_what_random_packages_prove_is_accepted_the_fast_way(seed: int) -> None:
    rules = check_rules(Programs(seed).package().encode(), b"")
    found = evaluate(rules, random_facts(seed)) if isinstance(rules, CheckedRules) else None
    if not isinstance(found, Evaluation) or len(found.proof) > MAX_PROOF_SIZE:
        return  # this package does not check, does not evaluate, or proves too much
    outcome = outcome_of(found.proof)
    assert is_sliced(found.proof)
    fields = [f"{canonical(path).decode()}:{outcome.fields[path]}" for path in sorted(outcome.fields)]
    assert f"{{{','.join(fields)}}}" == found.fields
    statements = [{"id": e.identifier, "status": e.status, "evidence": e.evidence} for e in outcome.emissions]
    assert canonical(statements).decode() == found.compliance


# Accepted


def test_the_sample_has_every_construct_and_is_accepted_the_fast_way() -> None:
    names = {json.loads(data).get("op") for kind, data, _ in nodes_of(sample()) if kind == "OP"}
    assert names == {*BINARY, *BUILTINS, *DECIDING, *CONSTRUCTS, "passport"}
    assert assemble(nodes_of(sample()), index_of(sample())) == sample()
    assert is_sliced(sample())


def test_the_outcome_is_fields_in_order_statements_and_readings() -> None:
    outcome = outcome_of(sample())
    assert list(outcome.fields) == json.loads(sample())["nodes"][-1]["data"]["fields"]
    assert outcome.fields["b.record"] == '{"a":-3,"d":"2025-03-01"}'
    assert outcome.fields["c.quantity"] == '{"unit":"kg","value":"4.500000"}'
    assert outcome.emissions == (Emission("ART-7", "PASS", "part:1"),)
    facts = {(kind, key): payload for kind, key, payload in FACTS}
    read = [(r.fact_type, r.key, r.is_prefix, r.result) for r in outcome.readings]
    assert read == [
        ("Battery", "battery:1", False, facts["Battery", "battery:1"]),
        ("Battery", "none", False, None),
        ("Part", "part:", True, [facts["Part", "part:1"], facts["Part", "part:2"]]),
    ]


def test_a_package_without_fields_has_one_node() -> None:
    outcome = outcome_of(compiled("").proof)
    assert (outcome.fields, outcome.emissions, outcome.readings, list(outcome.values)) == ({}, (), (), [])


ACCEPTED: list[tuple[str, list[RawNode], str | None]] = [
    ("null", [const(None)], "null"),
    (
        "quantity literal of 1006 digits",
        [const({"unit": "g", "value": "9" * 999 + ".000000"}, "Qty(g)")],
        None,
    ),
    ("decimal of scale 18", [const("-0." + "0" * 17 + "1", "Dec(18)")], None),
    (
        "integer beyond the range in no data",
        [const(2**53 - 1), const(1), binary("+", 2**53 - 1, 1, [0, 1])],
        "",
    ),
    (
        "the same child twice",
        [const(2), binary("*", 2, 2, [0, 0])],
        "4",
    ),
    (
        "a map whose body is a variable",
        [const(7), const(1), op("list", [1], [1]), op("item", [0], [2]), op("map", [[1], 7], [2, 0])],
        "[7]",
    ),
    ("and that stops", [const(False), binary("&&", False, None, [0])], "false"),
    ("or that goes on", [const(False), const(True), binary("||", False, True, [0, 1])], "true"),
    ("an option is written as its value", [const(3), op("some", [3], [0])], "3"),
    (
        "an option of none is some",
        [const(None), op("some", [None], [0]), op("isSome", [None], [1])],
        "true",
    ),
    ("a text that looks like a joint", [const('},{"children":[],"data":')], None),
]


@pytest.mark.parametrize(
    ("nodes", "value"), [case[1:] for case in ACCEPTED], ids=[case[0] for case in ACCEPTED]
)
def test_accepted(nodes: list[RawNode], value: str | None) -> None:
    proof = field_of(nodes)
    written = outcome_of(proof).fields["f"]
    assert is_sliced(proof)
    if value is None:
        stated = json.loads(nodes[-1][1])["value"]
        assert written == canonical(stated).decode()
    else:
        assert (written or "") == value


def fact_of(result: Any, key: str = "k", children: Sequence[int] = (0, 1)) -> RawNode:
    data = canonical({"fact_key": key, "fact_type": "T", "result": result}).decode()
    return ("FACT_GET", data, children)


def prefix_of(result: Any) -> RawNode:
    return ("FACT_GET", canonical({"fact_type": "T", "key_prefix": "k", "result": result}).decode(), [0, 1])


NAMED = [const("T"), const("k")]


@pytest.mark.parametrize(
    "hidden", [{"hash": "x", "z": 1}, {"a": [{"children": [], "data": {}, "hash": "0" * 64}]}]
)
def test_facts_that_look_like_nodes(hidden: dict[str, Any]) -> None:
    outcome = outcome_of(field_of([*NAMED, fact_of(hidden)]))
    assert outcome.fields["f"] == canonical(hidden).decode()


# Structure: every error of 7.5


def sum_nodes() -> list[RawNode]:
    """1 + 2 in field f: CONST, CONST, OP, definition, root."""
    return nodes_of(field_of([const(1), const(2), binary("+", 1, 2, [0, 1])]))


def document() -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(field_of([const(1), const(2), binary("+", 1, 2, [0, 1])]))
    return parsed


def with_change(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The proof of 1 + 2 with something changed and the hashes as they were."""
    changed = document()
    change(changed)
    return canonical(changed)


def with_node(node: int, raw: RawNode, index: dict[str, int] | None = None) -> bytes:
    """The proof of 1 + 2 with one node replaced and right hashes."""
    nodes = sum_nodes()
    nodes[node] = raw
    return assemble(nodes, {"f": 3} if index is None else index)


def root(fields: Sequence[str], children: Sequence[int]) -> RawNode:
    return ("OP", canonical({"fields": list(fields), "op": "passport"}).decode(), children)


def definition(path: str, children: Sequence[int]) -> RawNode:
    return ("FIELD_REF", canonical({"field": path}).decode(), children)


# 0 CONST 1, 1 definition a, 2 reference a, 3 CONST 2, 4 OP, 5 definition b, 6 root
TWO: list[RawNode] = [
    const(1),
    definition("a", [0]),
    definition("a", [1]),
    const(2),
    binary("+", 1, 2, [2, 3]),
    definition("b", [4]),
    root(["a", "b"], [1, 5]),
]
TWO_INDEX = {"a": 1, "b": 5}


def two(node: int, raw: RawNode) -> bytes:
    """The proof of `a = 1; b = field("a") + 2` with one node replaced."""
    return assemble([*TWO[:node], raw, *TWO[node + 1 :]], TWO_INDEX)


STRUCTURE: list[tuple[str, bytes, Failure]] = [
    ("too large", b" " * (MAX_PROOF_SIZE + 1), TooLarge()),
    ("large white space", b" " * MAX_PROOF_SIZE, ProofParseError()),
    ("empty", b"", ProofParseError()),
    ("no UTF-8", b"\xff", ProofParseError()),
    ("newline behind", sample() + b"\n", ProofParseError()),
    ("byte order mark", b"\xef\xbb\xbf" + sample(), ProofParseError()),
    ("a list", b"[]", SchemaError()),
    ("member missing", with_change(lambda d: d.pop("field_index")), SchemaError()),
    ("member added", with_change(lambda d: d.update(x=1)), SchemaError()),
    ("version is a number", with_change(lambda d: d.update(proof_version=1)), SchemaError()),
    ("root hash in capitals", with_change(lambda d: d.update(root_hash="A" * 64)), SchemaError()),
    ("nodes are an object", with_change(lambda d: d.update(nodes={})), SchemaError()),
    ("index is a list", with_change(lambda d: d.update(field_index=[])), SchemaError()),
    ("index of true", with_change(lambda d: d.update(field_index={"f": True})), SchemaError()),
    ("other version", with_change(lambda d: d.update(proof_version="BPC-PROOF-2")), InvalidVersion()),
    ("no nodes", with_change(lambda d: d.update(nodes=[])), EmptyProof()),
    ("node is a number", with_change(lambda d: d["nodes"].__setitem__(1, 5)), SchemaError(1)),
    ("node member missing", with_change(lambda d: d["nodes"][1].pop("type")), SchemaError(1)),
    ("id is true", with_change(lambda d: d["nodes"][1].update(id=True)), SchemaError(1)),
    ("type is null", with_change(lambda d: d["nodes"][1].update(type=None)), SchemaError(1)),
    ("hash too short", with_change(lambda d: d["nodes"][1].update(hash="0" * 63)), SchemaError(1)),
    ("data is null", with_change(lambda d: d["nodes"][1].update(data=None)), SchemaError(1)),
    ("children are null", with_change(lambda d: d["nodes"][1].update(children=None)), SchemaError(1)),
    ("child is false", with_change(lambda d: d["nodes"][2].update(children=[False, 1])), SchemaError(2)),
    ("id of another", with_change(lambda d: d["nodes"][1].update(id=2)), InvalidNodeId(1)),
    ("id negative", with_change(lambda d: d["nodes"][0].update(id=-1)), InvalidNodeId(0)),
    ("unknown type", with_change(lambda d: d["nodes"][1].update(type="CONS")), InvalidNodeType(1)),
    ("child beyond", with_change(lambda d: d["nodes"][2].update(children=[0, 5])), MissingInputNode(2)),
    ("child negative", with_change(lambda d: d["nodes"][2].update(children=[-1, 1])), MissingInputNode(2)),
    ("child is itself", with_change(lambda d: d["nodes"][2].update(children=[0, 2])), ChildOrder(2)),
    ("child is a parent", with_change(lambda d: d["nodes"][0].update(children=[4])), ChildOrder(0)),
    ("hash wrong", with_change(lambda d: d["nodes"][1].update(hash="0" * 64)), InvalidNodeHash(1)),
    ("data changed", with_change(lambda d: d["nodes"][1]["data"].update(value=3)), InvalidNodeHash(1)),
    ("root hash wrong", with_change(lambda d: d.update(root_hash="0" * 64)), InvalidRootHash()),
    ("root is a constant", with_node(4, const(1)), InvalidRootNode(4)),
    ("root has another op", with_node(4, op("list", [3], [3])), InvalidRootNode(4)),
    (
        "root has args",
        with_node(4, ("OP", '{"args":[],"fields":["f"],"op":"passport"}', [3])),
        InvalidRootNode(4),
    ),
    (
        "root fields are an object",
        with_node(4, ("OP", '{"fields":{},"op":"passport"}', [3])),
        InvalidRootNode(4),
    ),
    (
        "root field is null",
        with_node(4, ("OP", '{"fields":[null],"op":"passport"}', [3])),
        InvalidRootNode(4),
    ),
    ("root field twice", with_node(4, root(["f", "f"], [3])), InvalidRootNode(4)),
    ("passport in the middle", with_node(2, root([], [0, 1])), InvalidRootNode(2)),
    ("passport with args", with_node(2, op("passport", [1, 2], [0, 1])), InvalidRootNode(2)),
    ("index lacks the path", with_node(4, root(["f"], [3]), {}), InvalidFieldIndex()),
    ("index has another path", with_node(4, root(["f"], [3]), {"f": 3, "g": 2}), InvalidFieldIndex()),
    ("index to the root", with_node(4, root(["f"], [3]), {"f": 4}), InvalidFieldIndex("f")),
    ("index beyond", with_node(4, root(["f"], [3]), {"f": 99}), InvalidFieldIndex("f")),
    ("index negative", with_node(4, root(["f"], [3]), {"f": -2}), InvalidFieldIndex("f")),
    ("index to a value", with_node(4, root(["f"], [3]), {"f": 2}), InvalidFieldIndex("f")),
    ("definition of another", with_node(3, definition("g", [2])), InvalidFieldIndex("f")),
    ("definition says more", with_node(3, ("FIELD_REF", '{"field":"f","x":1}', [2])), InvalidFieldIndex("f")),
    ("definition of a constant", with_node(3, ("CONST", '{"field":"f"}', [2])), InvalidFieldIndex("f")),
    ("index not ascending", two(6, root(["b", "a"], [5, 1])), InvalidFieldIndex("a")),
    ("root without children", with_node(4, root(["f"], [])), InvalidRootNode(4)),
    ("root with the value too", with_node(4, root(["f"], [3, 2])), InvalidRootNode(4)),
    ("root with definitions turned", two(6, root(["a", "b"], [5, 1])), InvalidRootNode(6)),
    ("constant without parent", with_node(2, binary("+", 1, 1, [0, 0])), UnreachableNode(1)),
    ("two without parent", with_node(3, definition("f", [0])), UnreachableNode(1)),
    ("reference to nothing", two(2, ("FIELD_REF", "{}", [1])), InvalidReference(2)),
    ("reference to no field", two(2, definition("c", [1])), InvalidReference(2)),
    ("reference to a number", two(2, ("FIELD_REF", '{"field":0}', [1])), InvalidReference(2)),
    ("reference by the value", two(2, definition("a", [0])), InvalidReference(2)),
    ("reference twice", two(2, definition("a", [1, 1])), InvalidReference(2)),
    ("operand of another field", two(4, binary("+", 1, 2, [0, 2])), UnreachableNode(3)),
    ("operands of another field", two(4, op("list", [1, 1, 2], [0, 2, 3])), InvalidReference(4)),
    ("definition as operand", two(4, op("list", [1, 1, 2], [1, 2, 3])), InvalidReference(4)),
    ("value in another field", two(5, definition("b", [0, 4])), InvalidDefinition("b")),
    ("definition adopts a used node", two(5, definition("b", [4, 3])), InvalidDefinition("b")),
    ("definition names its value twice", two(5, definition("b", [4, 4])), InvalidDefinition("b")),
    (
        "definition without children",
        assemble([definition("f", []), root(["f"], [0])], {"f": 0}),
        InvalidDefinition("f"),
    ),
    (
        "definition leaves a statement out",
        assemble(
            [
                const("x"),
                ("COMPLIANCE_EMIT", '{"id":"x","status":"x"}', [0, 0, 0]),
                definition("f", [0]),
                root(["f"], [2, 1]),
            ],
            {"f": 2},
        ),
        InvalidDefinition("f"),
    ),
    (
        "loose nodes not ascending",
        assemble(
            [const(1), const(2), const(3), definition("f", [2, 1, 0]), root(["f"], [3])],
            {"f": 3},
        ),
        InvalidDefinition("f"),
    ),
    (
        "nodes behind the last definition",
        assemble(
            [
                const("x"),
                definition("f", [0]),
                const("y"),
                ("COMPLIANCE_EMIT", '{"id":"y","status":"y"}', [2, 2, 2]),
                root(["f"], [1, 3]),
            ],
            {"f": 1},
        ),
        InvalidRootNode(4),
    ),
    (
        "nodes without fields",
        assemble(
            [const("y"), ("COMPLIANCE_EMIT", '{"id":"y","status":"y"}', [0, 0, 0]), root([], [1])],
            {},
        ),
        InvalidRootNode(2),
    ),
]


@pytest.mark.parametrize(("data", "expected"), [c[1:] for c in STRUCTURE], ids=[c[0] for c in STRUCTURE])
def test_structure(data: bytes, expected: Failure) -> None:
    assert verified_both_ways(data) == expected
    assert verify_structure(data) == expected


def test_a_reference_that_says_more_passes_the_structure_only() -> None:
    data = two(2, ("FIELD_REF", '{"field":"a","x":1}', [1]))
    assert not isinstance(verify_structure(data), Failure)
    assert verified_both_ways(data) == InvalidNodeData(2)


def test_size_is_limited_to_the_byte() -> None:
    empty = len(field_of([const("")]))
    at_the_limit = field_of([const("x" * (MAX_PROOF_SIZE - empty))])
    assert len(at_the_limit) == MAX_PROOF_SIZE
    assert is_sliced(at_the_limit)
    outcome_of(at_the_limit)
    assert verified_both_ways(field_of([const("x" * (MAX_PROOF_SIZE - empty + 1))])) == TooLarge()


# Meaning: every error of 7.6


def emission(data: str, children: Sequence[int]) -> RawNode:
    return ("COMPLIANCE_EMIT", data, children)


def assertion(data: str, children: Sequence[int]) -> RawNode:
    return ("ASSERT", data, children)


E = const("E")
HELD = '{"condition":true,"error_code":"E"}'
LARGEST = 2**53 - 1
BEYOND = [const(LARGEST), const(1), binary("+", LARGEST, 1, [0, 1])]
DAY = "2025-01-01"
LIST_1 = [const(1), op("list", [1], [0])]
SHAPES: list[tuple[str, list[RawNode]]] = [
    ("constant is a list", [const([])]),
    ("constant is an object", [const({})]),
    ("constant without value", [("CONST", "{}", [])]),
    ("constant says more", [("CONST", '{"value":1,"x":1}', [])]),
    ("constant of unknown type", [const("1", "Int")]),
    ("type is no text", [("CONST", '{"type":1,"value":"1"}', [])]),
    ("scale 19", [const("0." + "0" * 19, "Dec(19)")]),
    ("scale with a zero in front", [const("0.0", "Dec(01)")]),
    ("decimal is a number", [const(1, "Dec(0)")]),
    ("decimal of another scale", [const("1.0", "Dec(2)")]),
    ("decimal with a sign of zero", [const("-0.00", "Dec(2)")]),
    ("decimal with zeros in front", [const("01.00", "Dec(2)")]),
    ("quantity of another unit", [const({"unit": "g", "value": "1.000000"}, "Qty(kg)")]),
    ("quantity of no unit", [const({"unit": "lb", "value": "1.000000"}, "Qty(lb)")]),
    ("quantity with 2 decimals", [const({"unit": "g", "value": "1.00"}, "Qty(g)")]),
    ("quantity is a text", [const("1.000000", "Qty(g)")]),
    ("quantity says more", [const({"unit": "g", "value": "1.000000", "x": 1}, "Qty(g)")]),
    ("quantity of a number", [const({"unit": "g", "value": 1}, "Qty(g)")]),
    ("date of no day", [const("2025-02-29", "Date")]),
    ("date is a number", [const(20250301, "Date")]),
    ("fact result is a number", [*NAMED, fact_of(1)]),
    ("fact result is a list", [*NAMED, fact_of([])]),
    ("prefix result is null", [*NAMED, prefix_of(None)]),
    ("prefix result is an object", [*NAMED, prefix_of({})]),
    ("prefix result has a number", [*NAMED, prefix_of([{}, 1])]),
    ("fact without result", [*NAMED, ("FACT_GET", '{"fact_key":"k","fact_type":"T"}', [0, 1])]),
    ("fact key is a number", [*NAMED, ("FACT_GET", '{"fact_key":1,"fact_type":"T","result":null}', [0, 1])]),
    (
        "assertion states false",
        [const(True), E, assertion('{"condition":false,"error_code":"E"}', [0, 1, 1])],
    ),
    (
        "assertion states 1",
        [const(True), E, assertion('{"condition":1,"error_code":"E"}', [0, 1, 1])],
    ),
    ("assertion without code", [const(True), E, assertion('{"condition":true}', [0, 1, 1])]),
    (
        "assertion code is a number",
        [const(True), E, assertion('{"condition":true,"error_code":1}', [0, 1, 1])],
    ),
    ("statement says more", [const("x"), emission('{"evidence":"x","id":"x","status":"x"}', [0, 0, 0])]),
    ("statement id is null", [const("x"), emission('{"id":null,"status":"x"}', [0, 0, 0])]),
    ("unknown operator", [const(1), binary("%", 1, 1, [0, 0])]),
    ("unknown builtin", [const(1), op("sqrt", [1], [0])]),
    ("operator in the shape of a builtin", [const(1), op("+", [1, 1], [0, 0])]),
    ("builtin in the shape of an operator", [const(1), binary("min", 1, 1, [0, 0])]),
    ("args are an object", [const(1), ("OP", '{"args":{},"op":"some"}', [0])]),
    ("operation without name", [const(1), ("OP", '{"args":[1]}', [0])]),
    ("operation by a number", [const(1), ("OP", '{"args":[1],"op":1}', [0])]),
    ("operation says more", [const(1), ("OP", '{"args":[1],"op":"some","x":1}', [0])]),
    ("fact builtin as operation", [*NAMED, op("getFact", ["T", "k"], [0, 1])]),
]
MISMATCHES: list[tuple[str, list[RawNode]]] = [
    ("constant with a child", [const(1), ("CONST", '{"value":1}', [0])]),
    ("fact with one child", [const("T"), fact_of(None, "T", [0])]),
    ("fact of another key", [*NAMED, fact_of(None, "l")]),
    ("fact named by a date", [const("T"), const(DAY, "Date"), fact_of(None, DAY)]),
    ("assertion of false", [const(False), E, assertion(HELD, [0, 1, 1])]),
    ("assertion of none", [const(None), E, assertion(HELD, [0, 1, 1])]),
    ("assertion of 1", [const(1), E, assertion(HELD, [0, 1, 1])]),
    (
        "assertion with another code",
        [const(True), E, assertion('{"condition":true,"error_code":"F"}', [0, 1, 1])],
    ),
    ("assertion with two children", [const(True), E, assertion(HELD, [0, 1])]),
    ("assertion with a number for message", [const(True), E, const(1), assertion(HELD, [0, 1, 2])]),
    (
        "assertion with a decimal for code",
        [const(True), const("1", "Dec(0)"), assertion('{"condition":true,"error_code":"1"}', [0, 1, 1])],
    ),
    ("assertion without children", [assertion(HELD, [])]),
    ("statement with another status", [const("x"), emission('{"id":"x","status":"y"}', [0, 0, 0])]),
    ("statement with two children", [const("x"), emission('{"id":"x","status":"x"}', [0, 0])]),
    (
        "statement with a number for evidence",
        [const("x"), const(1), emission('{"id":"x","status":"x"}', [0, 0, 1])],
    ),
    ("wrong left", [const(1), binary("+", 2, 1, [0, 0])]),
    ("wrong right", [const(1), binary("+", 1, 2, [0, 0])]),
    ("true for 1", [const(1), binary("+", True, 1, [0, 0])]),
    ("operator with one child", [const(1), binary("+", 1, None, [0])]),
    ("operator with three children", [const(1), binary("+", 1, 1, [0, 0, 0])]),
    ("operator without children", [binary("+", 1, 1, [])]),
    ("division by zero", [const(0), binary("/", 0, 0, [0, 0])]),
    ("sum of kinds", [const(1), const("1"), binary("+", 1, "1", [0, 1])]),
    ("comparison of texts", [const("a"), binary("<", "a", "a", [0, 0])]),
    ("and that did not stop", [const(False), const(True), binary("&&", False, True, [0, 1])]),
    ("and that stopped too early", [const(True), binary("&&", True, None, [0])]),
    ("or that stopped too early", [const(False), binary("||", False, None, [0])]),
    ("and that stopped with a value", [const(False), binary("&&", False, False, [0])]),
    ("and of 1", [const(True), const(1), binary("&&", True, 1, [0, 1])]),
    ("and of 0 that stops", [const(0), binary("&&", 0, None, [0])]),
    ("not of 1", [const(1), op("!", [1], [0])]),
    ("wrong number of arguments", [const(1), op("some", [1, 1], [0, 0])]),
    ("args short", [const(1), op("min", [1], [0, 0])]),
    ("args long", [const(1), op("some", [1, 1], [0])]),
    ("builtin fails", [const(1), op("isSome", [1], [0])]),
    ("scale out of range", [const(19), const(1), op("toDec", [19, 1], [0, 1])]),
    ("pattern refused", [const("("), op("matches", ["(", "("], [0, 0])]),
    ("if with three children", [const(True), op("if", [True, True, True], [0, 0, 0])]),
    ("if of 1", [const(1), op("if", [1, 1], [0, 0])]),
    ("if states another branch", [const(True), const(2), op("if", [True, 3], [0, 1])]),
    ("list states another element", [const(1), op("list", [2], [0])]),
    ("record of three", [const("a"), op("record", ["a", "a", "a"], [0, 0, 0])]),
    ("record key twice", [const("a"), const(1), op("record", ["a", 1, "a", 1], [0, 1, 0, 1])]),
    ("record key is a number", [const(1), op("record", [1, 1], [0, 0])]),
    ("record key above U+D7FF", [const("\ue000"), const(1), op("record", ["\ue000", 1], [0, 1])]),
    ("record states another value", [const("a"), const(1), op("record", ["a", 2], [0, 1])]),
    ("item of no list", [const(1), op("item", [0], [0])]),
    ("item out of range", [*LIST_1, op("item", [1], [1])]),
    ("item before the first", [*LIST_1, op("item", [-1], [1])]),
    ("item by a text", [*LIST_1, op("item", ["0"], [1])]),
    ("item by true", [*LIST_1, op("item", [False], [1])]),
    ("item by two indices", [*LIST_1, op("item", [0, 0], [1])]),
    ("item by none", [*LIST_1, op("item", [], [1])]),
    ("item of two lists", [*LIST_1, op("item", [0], [1, 1])]),
    ("item of nothing", [op("item", [0], [])]),
    ("map forgets an element", [*LIST_1, op("map", [[1]], [1])]),
    ("map adds an element", [*LIST_1, op("map", [[1], 1, 1], [1, 0, 0])]),
    ("map of no list", [const(1), op("map", [1, 1], [0, 0])]),
    ("map of nothing", [op("map", [], [])]),
    ("map states another result", [*LIST_1, op("map", [[1], 2], [1, 0])]),
    ("filter by a number", [*LIST_1, op("filter", [[1], 1], [1, 0])]),
    ("filter forgets an element", [*LIST_1, op("filter", [[1]], [1])]),
    ("filter states another verdict", [*LIST_1, const(True), op("filter", [[1], False], [1, 2])]),
    ("fold forgets an element", [*LIST_1, op("fold", [[1], 1], [1, 0])]),
    ("fold without start", [op("list", [], []), op("fold", [[]], [0])]),
    ("fold of nothing", [op("fold", [], [])]),
    ("integer beyond the range", [*BEYOND, op("some", [LARGEST], [2])]),
    ("integer beyond the range as left", [*BEYOND, binary("+", 1, 1, [2, 1])]),
    ("number of 1001 digits", [const("9" * 1000, "Dec(0)"), binary("*", "9" * 1000, "9" * 1000, [0, 0])]),
]


@pytest.mark.parametrize("nodes", [case[1] for case in SHAPES], ids=[case[0] for case in SHAPES])
def test_data_of_no_known_shape(nodes: list[RawNode]) -> None:
    assert verified_both_ways(field_of(nodes)) == InvalidNodeData(len(nodes) - 1)


@pytest.mark.parametrize("nodes", [case[1] for case in MISMATCHES], ids=[case[0] for case in MISMATCHES])
def test_data_that_does_not_follow(nodes: list[RawNode]) -> None:
    assert verified_both_ways(field_of(nodes)) == SemanticMismatch(len(nodes) - 1)


def test_facts_agree_with_each_other() -> None:
    assert verified_both_ways(field_of([*NAMED, fact_of({"a": 1}), fact_of(None)])) == FactConflict(3)
    assert verified_both_ways(field_of([*NAMED, fact_of({"a": 1}), fact_of({"a": True})])) == FactConflict(3)
    assert verified_both_ways(field_of([*NAMED, fact_of({"a": 1}), fact_of([])])) == InvalidNodeData(3)
    outcome_of(field_of([*NAMED, fact_of({"a": 1}), fact_of({"a": 1}), prefix_of([])]))
    outcome_of(field_of([*NAMED, prefix_of([]), prefix_of([{}])]))


# The fast way: nothing that is not canonical passes


SPELLINGS = [
    '{"value": 1}',
    '{"value":1 }',
    '{ "value":1}',
    '{"value":01}',
    '{"value":1.0}',
    '{"value":-0}',
    '{"value":1e0}',
    '{"value":9007199254740992}',
    '{"value":NaN}',
    '{"value":"\\u0041"}',
    '{"value":"\\/"}',
    '{"value":"\\ud83d\\udd0b"}',
    '{"value":"a\tb"}',
    '{"value":1,"value":1}',
    '{"value":"1.0","type":"Dec(1)"}',
    '{"value":1}}',
    '{"value":1},"x":{}',
    '{"value":1',
    "",
    "[]",
    "null",
]


@pytest.mark.parametrize("data", SPELLINGS)
def test_data_in_another_spelling(data: str) -> None:
    found = verified_both_ways(field_of([("CONST", data, [])]))
    assert found in (ProofParseError(), SchemaError(0))


@pytest.mark.parametrize(
    "nodes",
    [
        [*NAMED, ("FACT_GET", '{"fact_key":"k","fact_type":"T","result":{"a": 1}}', [0, 1])],
        [*NAMED, ("FACT_GET", '{"fact_key":"k","fact_type":"T","result":{"b":1,"a":1}}', [0, 1])],
        [*NAMED, ("FACT_GET", '{"fact_key":"k","fact_type":"T","result":{}},"x":{}', [0, 1])],
        [*NAMED, ("FACT_GET", '{"fact_type":"T","fact_key":"k","result":null}', [0, 1])],
        [const(1), ("OP", '{"op":"some","args":[1]}', [0])],
        [const(1), ("OP", '{"args":[1 ],"op":"some"}', [0])],
        [const(1), op("list", [1], [0]), ("OP", '{"args":[00],"op":"item"}', [1])],
        [const(1), op("list", [1], [0]), ("OP", '{"args":[0.0],"op":"item"}', [1])],
    ],
)
def test_data_of_other_nodes_in_another_spelling(nodes: list[RawNode]) -> None:
    assert verified_both_ways(field_of(nodes)) == ProofParseError()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"children":[0,1]', b'"children":[0, 1]'),
        (b'"children":[0,1]', b'"children":[00,1]'),
        (b'"children":[0,1]', b'"children":[0,1.0]'),
        (b'"children":[0,1]', b'"children":[0,1,]'),
        (b'"id":2', b'"id":02'),
        (b'"id":2', b'"id":2.0'),
        (b'"type":"OP"', b'"type":"O\\u0050"'),
        (b'{"field_index":{"f":3}', b'{"field_index":{"f":3 }'),
        (b'{"field_index":{"f":3}', b'{"field_index":{"f":3,"f":3}'),
        (b'],"proof_version"', b'] ,"proof_version"'),
        (b'"proof_version":"BPC-PROOF-1",', b""),
        (b'"nodes":[', b'"nodes":[['),
    ],
)
def test_the_rest_in_another_spelling(old: bytes, new: bytes) -> None:
    data = field_of([const(1), const(2), binary("+", 1, 2, [0, 1])])
    assert data.count(old) >= 1
    changed = data.replace(old, new, 1)
    assert isinstance(verified_both_ways(changed), ProofParseError | SchemaError)


def nested(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


def test_depth_is_counted_from_the_top_of_the_document() -> None:
    around = 4  # document, nodes, node, data
    deepest = field_of([*NAMED, fact_of(nested(MAX_DEPTH - around))])
    outcome_of(deepest)
    assert (
        verified_both_ways(field_of([*NAMED, fact_of(nested(MAX_DEPTH - around + 1))])) == ProofParseError()
    )
    value = nested(MAX_DEPTH - around)
    inside_args = field_of([*NAMED, fact_of(value), op("isSome", [value], [2])])
    assert verified_both_ways(inside_args) == ProofParseError()


# Any input


def test_no_input_costs_more_than_its_length() -> None:
    long_value = "x" * 60_000
    started = time.process_time()
    repeated = [const(long_value), op("list", [long_value], [0] * 40_000)]
    assert verified_both_ways(field_of(repeated)) == SemanticMismatch(1)
    digits: RawNode = ("CONST", '{"type":"Dec(0)","value":"' + "9" * 250_000 + '"}', [])
    assert isinstance(verified_both_ways(field_of([digits])), VerifiedProof)
    items: list[RawNode] = [const(long_value), op("list", [long_value], [0])]
    items += [op("item", [0], [1]) for _ in range(300)]
    assert isinstance(verified_both_ways(field_of(items)), VerifiedProof)
    assert time.process_time() - started < 5


def test_options_may_be_nested_as_deeply_as_there_is_room() -> None:
    nodes = [const(1), *[op("some", [1], [below]) for below in range(1400)]]
    nodes.append(binary("==", 1, 1, [1400, 1400]))
    assert outcome_of(field_of(nodes)).fields["f"] == "true"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    assert isinstance(verified_both_ways(data), Failure)


@given(st.data())
def test_a_proof_with_bytes_exchanged_is_refused(data: st.DataObject) -> None:
    proof = sample()
    start = data.draw(st.integers(0, len(proof) - 1))
    end = data.draw(st.integers(start, min(len(proof), start + 40)))
    new = data.draw(st.binary(max_size=5) | st.sampled_from([b"},{", b'"', b"[[", b"\\", b" "]))
    changed = proof[:start] + new + proof[end:]
    assert changed == proof or isinstance(verified_both_ways(changed), Failure)


leaves = st.none() | st.booleans() | st.integers(-3, 20) | st.text(max_size=3)
keys = st.text(st.characters(max_codepoint=0xD7FF), max_size=2)
jsons = st.recursive(
    leaves, lambda part: st.lists(part, max_size=3) | st.dictionaries(keys, part, max_size=3)
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every part of a JSON value."""
    found = [path]
    if isinstance(value, dict):
        for name, member in value.items():
            found += places(member, (*path, name))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            found += places(element, (*path, index))
    return found


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A JSON value with one part replaced."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_other_data_with_right_hashes_is_refused_or_another_truth(data: st.DataObject) -> None:
    nodes = nodes_of(sample())
    before = outcome_of(sample())
    node = data.draw(st.integers(0, len(nodes) - 2))
    kind, text, children = nodes[node]
    old = json.loads(text)
    path = data.draw(st.sampled_from(places(old)[1:]))
    new = replaced(old, path, data.draw(jsons))
    if canonical(new) == canonical(old):
        return
    nodes[node] = (kind, canonical(new).decode(), children)
    found = verified_both_ways(assemble(nodes, index_of(sample())))
    if kind in ("OP", "ASSERT", "COMPLIANCE_EMIT"):
        assert found in (InvalidNodeData(node), SemanticMismatch(node))
    elif kind == "FIELD_REF":
        assert isinstance(found, InvalidFieldIndex | InvalidReference)
    elif isinstance(found, Failure):
        assert isinstance(found, InvalidNodeData | SemanticMismatch | FactConflict)
    else:  # a message that nothing repeats, or a fact that only `requireSome` looks at
        assert list(map(form_text, found.outcome.values)) != list(map(form_text, before.values))


@given(st.data())
def test_other_children_with_right_hashes_are_refused_or_say_the_same(data: st.DataObject) -> None:
    nodes = nodes_of(sample())
    before = outcome_of(sample())
    node = data.draw(st.integers(1, len(nodes) - 1))
    kind, text, _ = nodes[node]
    others = data.draw(st.lists(st.integers(0, node - 1), max_size=4))
    nodes[node] = (kind, text, others)
    found = verified_both_ways(assemble(nodes, index_of(sample())))
    if isinstance(found, VerifiedProof):
        assert found.outcome.fields == before.fields
        assert found.outcome.emissions == before.emissions
    else:
        assert not isinstance(found, ProofParseError | SchemaError | InvalidNodeHash)


@given(st.data())
def test_other_documents_of_the_right_form_have_an_answer(data: st.DataObject) -> None:
    parsed = json.loads(field_of([const(1), const(2), binary("+", 1, 2, [0, 1])]))
    path = data.draw(st.sampled_from(places(parsed)))
    changed = replaced(parsed, path, data.draw(jsons))
    found = verified_both_ways(canonical(changed))
    assert isinstance(found, Failure) or canonical(changed) == canonical(parsed)
