"""Proofs of one form with different facts: accepted by code made for the form, refused as exactly as ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from clysm.passport.errors import Failure
from clysm.passport.evaluation.reference import Evaluation, evaluate
from clysm.passport.rules.check import CheckedRules, check_rules
from clysm.passport.verification import slices
from clysm.passport.verification.proof import VerifiedProof, judge_proof, verify_exactly, verify_proof
from clysm.passport.verification.templates import Template, make_template
from tests.passport.proofs import FACTS, RULES, assemble, compiled, index_of, nodes_of, sample
from tests.passport.random_rules import Programs, random_facts

# Whatever makes a node, but for lambdas over facts.
COVERED = re.sub(
    r"(?s)field d\.parts.*?;", 'field d.parts: Int = length(getFactsByPrefix("Part", "part:"));', RULES
)
OVER_FACTS = r"""
field g.battery: Record = requireSome(getFact("Battery", "battery:1"), "E", "no battery");
field g.mass: Dec(1) = toDec(1, requireSome(recordGet(field("g.battery"), "mass"), field("d.fact"), "none"));
field g.heavy: Bool = field("g.mass") > 50.0 && !(field("g.mass") == 0.0) || field("g.mass") < -1.0;
field g.words: Text = if field("g.heavy") then "heavy" else "light";
field g.list: List(Dec(1)) = [field("g.mass"), -field("g.mass"), field("g.mass") / 2.0];
field g.record: Record = {"mass": field("g.mass"), "words": field("g.words")};
field g.said: Bool =
  assert(field("g.heavy"), "E5", "not heavy"); emitCompliance("ART-9", field("g.words"), "-");
"""


def proof(mass: str, chemistry: str = "NMC", rules: str = COVERED + OVER_FACTS) -> bytes:
    battery: dict[str, Any] = {"chemistry": chemistry, "mass": mass, "cells": [1, {"\u00e9": None}]}
    return compiled(rules, [("Battery", "battery:1", battery), *FACTS[1:]]).proof


def answers_agree(data: bytes) -> VerifiedProof | Failure:
    """The answer; whether by a template or not, it is that of the exact way."""
    found = verify_proof(data)
    assert found == verify_exactly(data)
    assert isinstance(judge_proof(data), VerifiedProof) == isinstance(found, VerifiedProof)
    return found


def template_of(data: bytes) -> Template | None:
    start, end = len(slices.FRONT), data.decode().index(slices.MIDDLE)
    index = slices.remembered_index(data.decode()[start:end])
    assert index is not None
    return index.template


@pytest.fixture
def template() -> Iterator[Template]:
    """What is made of two proofs of one form."""
    slices.remembered_index.cache_clear()
    for mass in ("75.5", "75.5", "80.1"):
        assert template_of(proof(mass)) is None
        assert isinstance(answers_agree(proof(mass)), VerifiedProof)
    made = template_of(proof("75.5"))
    assert made is not None
    yield made
    slices.remembered_index.cache_clear()


@pytest.mark.parametrize(("mass", "chemistry"), [("99.9", "NMC"), ("1000000000.1", "LFP"), ("50.1", "NMC")])
def test_a_proof_with_other_facts_is_written_anew(template: Template, mass: str, chemistry: str) -> None:
    data = proof(mass, chemistry)
    written = template(data.decode())
    assert written is not None
    assert written == verify_exactly(data)
    assert [*written.outcome.values] != []
    assert answers_agree(data) == written


def test_a_proof_of_another_form_is_verified_otherwise(template: Template) -> None:
    other = proof("80.1", rules=COVERED.replace('"no battery"', '"not a battery"') + OVER_FACTS)
    assert template_of(other) is template
    assert template(other.decode()) is None
    assert isinstance(answers_agree(other), VerifiedProof)


@pytest.mark.usefixtures("template")
def test_no_changed_byte_is_accepted() -> None:
    data = proof("60.5")
    for at in range(0, len(data), 43):
        changed = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        assert isinstance(answers_agree(changed), Failure), at


def test_no_wrong_statement_with_right_hashes_is_accepted(template: Template) -> None:
    """Every node that depends on a fact, with something else in its data."""
    data = proof("60.5")
    nodes = nodes_of(data)
    forged = 0
    for place, (kind, stated, children) in enumerate(nodes):
        for old, new in (("60.5", "60.6"), ("true", "false"), ("heavy", "light"), ("NMC", "LFP")):
            if old in stated:
                other = [*nodes]
                other[place] = (kind, stated.replace(old, new, 1), children)
                document = assemble(other, index_of(data))
                assert template(document.decode()) is None or kind == "FACT_GET"
                answers_agree(document)
                forged += 1
    assert forged > 30


@pytest.mark.parametrize(
    "result", ['{"mass":1.5}', '{"b":1,"a":2}', "null", "[]", '{"n":9007199254740992}', "{"]
)
def test_what_facts_say_is_canonical(template: Template, result: str) -> None:
    data = proof("60.5")
    nodes = [
        (kind, re.sub(r'"result":\{"c.*\}\}$', lambda _: f'"result":{result}}}', stated), children)
        for kind, stated, children in nodes_of(data)
    ]
    document = assemble(nodes, index_of(data))
    assert template(document.decode()) is None
    assert isinstance(answers_agree(document), Failure)


def test_a_form_that_depends_on_the_length_of_a_list_has_no_template() -> None:
    verified = verify_exactly(sample())
    assert isinstance(verified, VerifiedProof)
    assert make_template(verified) is None


def test_random_packages_over_different_facts() -> None:
    """Each package over several sets of facts, so that many proofs share a form with the one before."""
    slices.remembered_index.cache_clear()
    made = 0
    for seed in range(300):
        rules = check_rules(Programs(seed).package().encode(), b"")
        if not isinstance(rules, CheckedRules):
            continue
        for facts in range(6):
            found = evaluate(rules, random_facts(facts))
            if isinstance(found, Evaluation):
                assert isinstance(answers_agree(found.proof), VerifiedProof)
                made += template_of(found.proof) is not None
    assert made > 100
