"""Verification of a proof, structure and meaning (specification, 7.5 and 7.6)."""

from __future__ import annotations

from dataclasses import dataclass

from clysm.passport.errors import Failure
from clysm.passport.verification.nodes import Proof
from clysm.passport.verification.semantics import Outcome, recompute
from clysm.passport.verification.slices import slice_proof
from clysm.passport.verification.structure import check_layout, verify_structure


@dataclass(frozen=True, slots=True)
class VerifiedProof:
    """A proof that holds, and what it shows."""

    proof: Proof
    outcome: Outcome

    @property
    def root_hash(self) -> str:
        """The hash that commits to every node."""
        return self.proof.hashes[-1]


def verify_proof(data: bytes) -> VerifiedProof | Failure:
    """The proof and its outcome, or the first failure of 7.5, then of 7.6."""
    sliced = slice_proof(data)
    if sliced is not None and check_layout(sliced) is None:
        outcome = recompute(sliced)
        if isinstance(outcome, Outcome):
            return VerifiedProof(sliced, outcome)
    return verify_exactly(data)


def verify_exactly(data: bytes) -> VerifiedProof | Failure:
    """The same answer as `verify_proof`, slower, naming the failure."""
    proof = verify_structure(data)
    if isinstance(proof, Failure):
        return proof
    outcome = recompute(proof)
    return outcome if isinstance(outcome, Failure) else VerifiedProof(proof, outcome)
