"""Explanations: every construct has words, shared nodes stand once, and nothing grows without bound."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.passport.errors import Failure, FieldNotFound, InvalidNodeHash, ProofParseError, SemanticMismatch
from clysm.passport.explain import DEPTH, OPERATIONS, explain
from clysm.passport.operations import BINARY, BUILTINS, DECIDING
from clysm.passport.verification.shapes import CONSTRUCTS
from tests.passport.proofs import binary, compiled, const, field_of, op, sample
from tests.passport.vectors import group

BATTERY = """
field capacity: Dec(1) =
  let battery = requireSome(getFact("Battery", "b:1"), "E1", "no battery");
  let stated = requireSome(recordGet(battery, "kWh"), "E2", "no capacity");
  let capacity = toDec(1, stated);
  assert(capacity > 0, "E3", "not positive");
  capacity;
field mass: Qty(kg) =
  sumQty("kg", map(getFactsByPrefix("Part", "p:"), \\p -> toQty("kg", unwrapOr(recordGet(p, "kg"), 0))));
field dense: Bool =
  let d = toDec(3, 500.0) * field("capacity") / amount("kg", field("mass"));
  emitCompliance("ART-10", if d > 100 then "PASS" else "FAIL", "b:1") && d > 100;
"""
FACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("Battery", "b:1", {"kWh": "75.5"}),
    ("Part", "p:1", {"kg": 200}),
    ("Part", "p:2", {"kg": "100.5"}),
]


def lines(proof: bytes, path: str, **limits: int) -> tuple[str, ...]:
    found = explain(proof, path, **limits)
    assert not isinstance(found, Failure), found
    return found


def test_a_value_from_a_fact() -> None:
    assert lines(compiled(BATTERY, FACTS).proof, "capacity") == (
        "#18 the field capacity: 75.5",
        '  #12 "75.5" as a decimal of scale 1: 75.5',
        '    #10 required, or else error "E2", "no capacity": "75.5"',
        '      #7 the member "kWh" of the record: "75.5"',
        '        #5 required, or else error "E1", "no battery": {"kWh":"75.5"}',
        '          #2 the fact "Battery" "b:1": {"kWh":"75.5"}',
        '  #17 required, or else error "E3", "not positive": true',
        "    #14 whether 75.5 is greater than 0: true",
        "      #12 (see above)",
    )


def test_a_value_from_other_fields_and_a_statement() -> None:
    found = lines(compiled(BATTERY, FACTS).proof, "dense")
    text = "\n".join(found)
    for words in (
        "the field capacity: 75.5",
        "the field mass: 300.500000 kg",
        'the 2 facts of type "Part" whose key begins with "p:"',
        "element 1 of the list, counted from 0",
        'the compliance statement "ART-10" is "PASS", on the evidence of "b:1": true',
        "chosen because the condition is true",
        "whether both hold, true and true: true",
        "(see above)",
    ):
        assert words in text
    numbers = [line.split()[0] for line in found if "(see above)" not in line]
    assert len(numbers) == len(set(numbers))


def test_every_operation_has_words() -> None:
    named = {*BINARY, *DECIDING, *BUILTINS, *CONSTRUCTS} - {"item"}
    assert OPERATIONS.keys() == named
    for path in json.loads(sample())["field_index"]:
        found = lines(sample(), path)
        assert found[0].startswith("#")
        assert f"the field {path}" in found[0]


@pytest.mark.parametrize(
    ("nodes", "line"),
    [
        ([const(5)], "  #0 the constant: 5"),
        ([const("2025-01-01", "Date")], "  #0 the constant of type Date: 2025-01-01"),
        (
            [const({"unit": "kg", "value": "1.500000"}, "Qty(kg)")],
            "  #0 the constant of type Qty(kg): 1.500000 kg",
        ),
        ([const(False), binary("&&", False, None, [0])], "  #1 whether both hold; the first does not: false"),
        ([const(True), binary("||", True, None, [0])], "  #1 whether one holds; the first does: true"),
        ([const(None), op("some", [None], [0])], "  #1 the value none, which is present: none"),
        ([const("\u202e\x9b\n")], '  #0 the constant: "\\u202e\\u009b\\n"'),
        ([const("x" * 100)], f'  #0 the constant: "{"x" * 59}...'),
        (
            [const(2**53 - 1), const(1), binary("+", 2**53 - 1, 1, [0, 1])],
            "  #2 9007199254740991 plus 1: a number too large to be written",
        ),
    ],
)
def test_single_nodes(nodes: Any, line: str) -> None:
    assert lines(field_of(nodes), "f")[1] == line


def test_a_fact_that_does_not_exist() -> None:
    found = lines(compiled('field f: Bool = isSome(getFact("T", "k"));').proof, "f")
    assert found[-1] == '    #2 the fact "T" "k", which does not exist: none'


def test_what_cannot_be_explained() -> None:
    proof = field_of([const(1)])
    assert explain(proof, "g") == FieldNotFound("g")
    assert explain(b"", "f") == ProofParseError()
    assert explain(proof.replace(b'"value":1', b'"value":2'), "f") == InvalidNodeHash(0)
    assert explain(field_of([const(1), op("some", [2], [0])]), "f") == SemanticMismatch(1)


def test_lines_and_levels_are_limited() -> None:
    deep = field_of([const(1), *[op("some", [1], [below]) for below in range(1000)]])
    found = lines(deep, "f", lines=2000)
    assert len(found) == DEPTH + 1
    assert found[-1].endswith(" ...")
    wide = field_of(
        [const(1), *[op("some", [1], [0]) for _ in range(1000)], op("list", [1] * 1000, range(1, 1001))]
    )
    assert len(lines(wide, "f", lines=2000)) == 1002
    cut = lines(wide, "f", lines=10)
    assert len(cut) == 10
    assert cut[-1] == "... and more; 992 branches are left out"
    assert lines(wide, "f", lines=0) == ()
    assert max(map(len, lines(wide, "f"))) < 300


@pytest.mark.parametrize("item", [*group("proof"), *group("compile")])
def test_every_field_of_the_vectors(item: dict[str, Any]) -> None:
    if "expect" in item:
        proof = item["expect"]["proof"].encode()
        for path in json.loads(proof)["field_index"]:
            assert all(line.isprintable() for line in lines(proof, path))


@given(st.binary(max_size=50), st.text(max_size=5))
def test_any_input_has_an_answer(data: bytes, path: str) -> None:
    assert isinstance(explain(data, path), Failure)
