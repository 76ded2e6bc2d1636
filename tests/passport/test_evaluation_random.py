"""Random packages: interpreter, generated code and naive evaluator agree on every byte and every error.

And every proof holds for a verifier.
"""

from __future__ import annotations

import json
from collections import Counter
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from clysm.passport.errors import Failure, record
from clysm.passport.evaluation import reference
from clysm.passport.evaluation.evaluator import Evaluator
from clysm.passport.evaluation.proof import MAX_PROOF_SIZE
from clysm.passport.evaluation.reference import Evaluation
from clysm.passport.rules.check import CheckedRules, check_rules
from clysm.passport.verification.proof import VerifiedProof, verify_proof
from tests.passport import naive
from tests.passport.evaluations import evaluate, without_text
from tests.passport.random_rules import Programs, random_facts

Outcome = tuple[str, bytes]  # what came out, in short; the proof, if any


def outcome(source: str, seed: int) -> Outcome | None:
    """Evaluate a package over the facts of a seed in all ways; None if it does not check."""
    rules = check_rules(source.encode(), b"")
    if not isinstance(rules, CheckedRules):
        return None
    facts = random_facts(seed)
    expected = naive.evaluate(rules, facts)
    found = evaluate(rules, facts)
    if isinstance(expected, Failure):
        assert isinstance(found, Failure), found
        failed = without_text(record(found))
        assert failed == without_text(record(expected))
        return str(failed.get("cause", failed)["error"]), b""
    assert isinstance(found, Evaluation), found
    assert found.proof == naive.canonical(expected["proof"])
    assert found.root_hash == expected["proof"]["root_hash"]
    assert found.fields.encode() == naive.canonical(expected["fields"])
    assert found.compliance.encode() == naive.canonical(expected["compliance"])
    if len(found.proof) <= MAX_PROOF_SIZE:
        verified = verify_proof(found.proof)
        assert isinstance(verified, VerifiedProof), verified
        shown = {path: json.loads(value or "") for path, value in verified.outcome.fields.items()}
        assert shown == expected["fields"]
    return "Evaluation", found.proof


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(min_value=0, max_value=2**63))
def test_all_evaluators_agree(seed: int) -> None:
    source = Programs(seed).package()
    note(source)
    outcome(source, seed)


def test_random_packages_are_worth_their_name() -> None:
    """Most check, most of these succeed, and each kind of failure is met."""
    outcomes = [outcome(Programs(seed).package(), seed) for seed in range(500)]
    counted = Counter(found[0] for found in outcomes if found is not None)
    assert outcomes.count(None) < 125
    assert counted["Evaluation"] > 250
    assert {"TypeError", "RequireSomeFailed", "AssertFailed", "CanonicalEncodingFailed"} <= set(counted)
    kinds = (b"COMPLIANCE_EMIT", b"FACT_GET", b"ASSERT", b'"item"', b'"fold"', b'"filter"', b'"if"', b'"&&"')
    for kind in kinds:
        assert any(found is not None and kind in found[1] for found in outcomes), kind


@pytest.mark.parametrize("seed", range(100))
def test_what_succeeds_succeeds_as_generated_code(seed: int) -> None:
    """Generated code leaves only failures to the interpreter."""
    rules = check_rules(Programs(seed).package().encode(), b"")
    if not isinstance(rules, CheckedRules):
        return
    facts = random_facts(seed)
    if isinstance(reference.evaluate(rules, facts), Evaluation):
        with patch.object(reference, "evaluate", side_effect=AssertionError("not generated")):
            assert isinstance(Evaluator(rules).evaluate(facts), Evaluation)
