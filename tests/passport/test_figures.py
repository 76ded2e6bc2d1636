"""The figures of section 17 that no other test states. Times are those of the processor, the best of five."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from random import Random

import pytest

from clysm.passport.compilation import CompileOutput, Limits, compile_passport
from clysm.passport.errors import PayloadTooLarge, ProofTooLarge, ReceiptTooLarge
from clysm.passport.evaluation.evaluator import Evaluator
from clysm.passport.evaluation.reference import Evaluation
from clysm.passport.rules.check import CheckedRules, check_rules
from clysm.passport.verification.nodes import MAX_PROOF_SIZE, Proof
from clysm.passport.verification.proof import VerifiedProof, verify_proof
from clysm.passport.verification.structure import verify_structure
from tests.passport.compilations import compile_input
from tests.passport.evaluations import evaluated
from tests.passport.random_rules import Programs, random_facts
from tests.passport.rules.programs import large_source


def seconds(work: Callable[[], object]) -> float:
    """The least time of five."""
    times = []
    for _ in range(5):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def test_ten_thousand_lines_check_within_a_second() -> None:
    source = large_source(10_000).encode()
    assert source.count(b"\n") >= 10_000
    assert seconds(lambda: check_rules(source, b"")) < 1


def test_the_structure_of_a_hundred_nodes_verifies_within_ten_milliseconds() -> None:
    proof = evaluated("".join(f"field f{n:02}: Int = {n} + {n};" for n in range(25))).proof
    read = verify_structure(proof)
    assert isinstance(read, Proof)
    assert 100 <= len(read.types) <= 110
    assert seconds(lambda: verify_structure(proof)) < 0.010
    assert seconds(lambda: verify_proof(proof)) < 0.010


@pytest.mark.slow
def test_a_thousand_generated_proofs_verify() -> None:
    verified = 0
    for seed in count():
        rules = check_rules(Programs(seed).package().encode(), b"")
        found = Evaluator(rules).evaluate(random_facts(seed)) if isinstance(rules, CheckedRules) else None
        if isinstance(found, Evaluation) and len(found.proof) <= MAX_PROOF_SIZE:
            assert isinstance(verify_proof(found.proof), VerifiedProof), seed
            verified += 1
            if verified == 1000:
                break


def test_a_thousand_limits_of_size() -> None:
    """Limits below, at and above each size: the first of three that is exceeded is named, with the size."""
    source = compile_input()
    output = compile_passport(source)
    assert isinstance(output, CompileOutput)
    sizes = len(output.payload), len(output.proof), len(output.receipt_unsigned)
    random = Random(17)
    answers = set()
    for _ in range(1000):
        limits = [size + random.choice((-size, -2, -1, 0, 0, 1, 2)) for size in sizes]
        exceeded = [
            error(size)
            for error, size, limit in zip(
                (PayloadTooLarge, ProofTooLarge, ReceiptTooLarge), sizes, limits, strict=True
            )
            if size > limit
        ]
        expected = exceeded[0] if exceeded else output
        assert compile_passport(source, Limits(*limits)) == expected
        answers.add(type(expected))
    assert len(answers) == 4
