"""Proofs: the vectors, the order of nodes, loose nodes, and every limit at its exact value."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from clysm.passport.errors import ProofTooLarge, record
from clysm.passport.evaluation.proof import (
    ARGUMENT_DEPTH,
    HASHED,
    MAX_NODES_SIZE,
    MAX_PROOF_SIZE,
    NodeCounter,
    ProofBuilder,
    node_hash,
)
from clysm.passport.evaluation.reference import Evaluation
from clysm.passport.facts import MAX_PAYLOAD_DEPTH
from tests.passport.evaluations import (
    checked,
    evaluate,
    evaluated,
    facts,
    failure,
    fields,
    nodes,
    read_facts,
)
from tests.passport.vectors import group


@pytest.mark.parametrize("item", group("node"))
def test_node_vector(item: dict[str, Any]) -> None:
    kind, hashes = item["type"].encode(), [child.encode() for child in item["child_hashes"]]
    data = json.dumps(item["data"], sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert node_hash(item["id"], kind, data, hashes).decode() == item["expect"]["hash"]
    quoted = b",".join(b'"%b"' % child for child in hashes)
    assert HASHED % (quoted, data, item["id"], kind) == item["expect"]["bytes"].encode()


@pytest.mark.parametrize("item", group("proof"))
def test_proof_vector(item: dict[str, Any]) -> None:
    evaluation = evaluated(item["rules"], read_facts(item.get("facts", "[]")))
    assert {
        "proof": evaluation.proof.decode(),
        "length": len(evaluation.proof),
        "sha256": hashlib.sha256(evaluation.proof).hexdigest(),
        "root_hash": evaluation.root_hash,
    } == item["expect"]


def outline(rules: str) -> list[tuple[Any, ...]]:
    """Each node as its operation or type, and its children."""
    return [
        (node["data"].get("op", node["type"]), *node["children"])
        for node in nodes(rules, facts(("T", "k", {"a": 1})))
    ]


def test_the_examples_of_the_specification() -> None:
    assert outline("field a: List(Int) = map([1, 2], \\x -> x * 10);")[:10] == [
        ("CONST",), ("CONST",), ("list", 0, 1), ("item", 2), ("CONST",), ("*", 3, 4),
        ("item", 2), ("CONST",), ("*", 6, 7), ("map", 2, 5, 8),
    ]  # fmt: skip
    rules = """field a: Int = let k = 3; assert(k > 0, "E1", "positive");
        let e = emitCompliance("ART-7", "PASS", "doc:1"); if k == 3 && e then k else 0;"""
    assert outline(rules) == [
        ("CONST",), ("CONST",), (">", 0, 1), ("CONST",), ("CONST",), ("ASSERT", 2, 3, 4),
        ("CONST",), ("CONST",), ("CONST",), ("COMPLIANCE_EMIT", 6, 7, 8), ("CONST",), ("==", 0, 10),
        ("&&", 11, 9), ("if", 12, 0), ("FIELD_REF", 13, 5), ("passport", 14, 9),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "body", "definition"),
    [
        ("an unused let", "let x = 1; 2", (1, 0)),
        ("a let that is the value", "let x = 1; let y = 2; x", (0, 1)),
        ("a let used in the branch taken", "let x = 1; let y = 2; if true then x else y", (3, 1)),
        ("a let used in the branch not taken", "let x = 1; let y = 2; if false then x else y", (3, 0)),
        ("used behind a short circuit", "let x = true; if false && x then 1 else 2", (4, 0)),
        ("not behind a short circuit", "let x = true; if true && x then 1 else 2", (4,)),
        ("an unused let in a branch", "if true then (let x = 7; 1) else 0", (3, 1)),
        ("an assertion in a branch", 'if true then (assert(true, "E", "m"); 1) else 0', (6, 4)),
        ("an unused parameter", "length(map([1, 2], \\x -> 3))", (8, 3, 5)),
        ("used by one element", "let k = 5; length(map([1, 2], \\x -> if x == 2 then k else x))", (13,)),
        ("used by no element", "let k = 5; length(map([1, 2], \\x -> if x == 3 then k else x))", (13, 0)),
        ("a let used by a body over nothing", "let k = 5; length(map([], \\x -> k))", (3, 0)),
        ("a body that is a variable", "let k = 5; length(map([1], \\x -> k))", (5, 3)),
        ("an unused let in a body", "length(map([1, 2], \\x -> (let y = 9; x)))", (8, 4, 6)),
        ("an initial value that is the last", "let s = 5; fold([1], s, \\a x -> a)", (4, 3)),
        ("an unused accumulator", "let s = 5; fold([1], s, \\a x -> x)", (4,)),
        ("an emission in a body", 'length(map([1], \\x -> emitCompliance("A", "B", "C")))', (8, 2)),
    ],
)  # fmt: skip
def test_loose_nodes_hang_on_the_definition(name: str, body: str, definition: tuple[int, ...]) -> None:
    defined = outline(f"field a: Int = {body};")[-2]
    assert defined == ("FIELD_REF", *definition)


def test_a_node_of_another_field_is_never_loose() -> None:
    rules = 'field a: Int = let x = 1; 2; field b: Int = field("a");'
    assert outline(rules)[-4:] == [
        ("FIELD_REF", 1, 0),
        ("FIELD_REF", 2),
        ("FIELD_REF", 3),
        ("passport", 2, 4),
    ]


def test_a_variable_stands_for_its_node() -> None:
    assert outline("field a: Int = let x = 2; x * x;")[:2] == [("CONST",), ("*", 0, 0)]


def test_emissions_are_children_of_the_root_and_statements_of_the_payload() -> None:
    rules = """field b: Bool = emitCompliance("A-2", if 1 == 1 then "PASS" else "FAIL", "é");
        field a: List(Bool) = map(["x", "y"], \\d -> emitCompliance("A-1", "PASS", d));"""
    evaluation = evaluated(rules)
    assert json.loads(evaluation.compliance) == [
        {"evidence": "x", "id": "A-1", "status": "PASS"},
        {"evidence": "y", "id": "A-1", "status": "PASS"},
        {"evidence": "é", "id": "A-2", "status": "PASS"},
    ]
    root = json.loads(evaluation.proof)["nodes"][-1]
    assert root["data"]["fields"] == ["a", "b"]
    kinds = [json.loads(evaluation.proof)["nodes"][child]["type"] for child in root["children"]]
    assert kinds == ["FIELD_REF"] * 2 + ["COMPLIANCE_EMIT"] * 3


# Limits


def size_of_nodes(rules: str) -> int:
    return sum(len(canonical(node)) for node in nodes(rules))


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_the_sum_of_the_nodes_at_its_limit(letter: str) -> None:
    """Limits count bytes, so one ASCII letter more is one too many, whatever the text is made of."""
    rules = 'field a: Int = let unused = "{}"; 1;'
    width = len(letter.encode())
    free = MAX_NODES_SIZE - size_of_nodes(rules.format(""))
    fill = letter * (free // width - 1)
    fill += "x" * (free - len(fill.encode()))
    assert size_of_nodes(rules.format(fill)) == MAX_NODES_SIZE
    assert failure(rules.format(fill + "x")) == {"error": "ProofTooLarge", "actual": MAX_NODES_SIZE + 1}


def test_evaluation_stops_at_the_first_node_beyond_the_limit() -> None:
    text = "x" * 400000
    rules = f'field a: Int = let t = "{text}"; let u = t + t; let v = t + u; 1 / 0;'
    first = size_of_nodes(f'field a: Int = let t = "{text}"; 1;') - size_of_nodes(
        'field a: Int = let t = ""; 1;'
    )
    found = failure(rules)
    assert found["error"] == "ProofTooLarge"
    assert first < MAX_NODES_SIZE < found["actual"] < 3 * 400000 + 1000


def test_the_document_at_its_limit_is_for_compilation_to_judge() -> None:
    """Generated code gives up beyond the limit of 9.3, step 9; the interpreter does not."""
    rules = 'field a: Int = let unused = "{}"; 1;'
    free = MAX_PROOF_SIZE - len(evaluated(rules.format("")).proof)
    for extra in (0, 1, 2, 5000):
        assert len(evaluated(rules.format("x" * (free + extra))).proof) == MAX_PROOF_SIZE + extra


def nested(levels: int, use: str) -> str:
    """A rule that wraps `[]` until it has this many levels, and then uses it as `v`."""
    ones = ", ".join(["1"] * (levels - 1))
    return f"field a: Bool = let v = fold([{ones}], [], \\a x -> [a]); {use};"


@pytest.mark.parametrize(
    ("levels", "use", "is_encoded"),
    [
        (507, "length(v) == 1", True),  # an element of args
        (508, "true", False),  # the same, of the fold
        (507, "[v] == []", True),  # left
        (507, "[] == [v]", True),  # right
        (507, "length([v]) == 1", False),
        (507, "[[v]] == []", False),
        (507, "isSome(some(some(v)))", True),  # Some is no level
        (506, '{"k": v} == {"k": v}', True),
        (507, '{"k": {"k": v}} == {"k": {"k": v}}', False),
        (506, "filter([v], \\x -> true) == []", True),
        (507, "filter([v], \\x -> true) == []", False),
        (507, 'oneOf("]]]", [""]) == isSome(some("[[[" == ""))', True),  # brackets in texts are none
    ],
)
def test_nesting_at_its_place_in_the_proof(levels: int, use: str, is_encoded: bool) -> None:
    """512 levels in a document: four lead to an operand, five to an argument."""
    found = evaluate(checked(nested(levels, use)), {})
    if is_encoded:
        assert isinstance(found, Evaluation), record(found)
    else:
        assert not isinstance(found, Evaluation), "it is encoded"
        assert record(found) == {"error": "CanonicalEncodingFailed", "field": "a"}


def test_no_proof_within_its_limit_is_nested_too_deeply() -> None:
    """Why generated code need not look at nesting: the texts on the way to one level too many."""
    levels = range(
        MAX_PAYLOAD_DEPTH + 1, ARGUMENT_DEPTH + 1
    )  # of values stated on the way, from a list of facts
    least = sum(2 * level for level in levels)
    assert least + 129 * len(levels) > MAX_PROOF_SIZE


def test_counting_is_measuring_without_keeping() -> None:
    counter, builder = NodeCounter(), ProofBuilder()
    for nodes_so_far in range(12):
        data = [b"{", b'"args":[]', b',"op":"list"}']
        children = list(range(nodes_so_far))
        assert counter.add(b"OP", data, children) == builder.add(b"OP", data, children) == nodes_so_far
        assert counter.size == builder.size == sum(map(len, builder.nodes))
    too_large = counter.add(b"CONST", [b"x" * MAX_NODES_SIZE], [])
    assert isinstance(too_large, ProofTooLarge)
    assert too_large == builder.add(b"CONST", [b"x" * MAX_NODES_SIZE], [])
    assert len(builder.nodes) == 12


def test_field_values_share_their_text() -> None:
    assert fields(
        'field a: Dec(2) = -0.05; field b: Dec(2) = field("a"); field c: Bool = field("b") == -0.05;'
    ) == {
        "a": "-0.05",
        "b": "-0.05",
        "c": True,
    }
