"""Verification of a proof, structure and meaning (specification, 7.5 and 7.6)."""

from __future__ import annotations

from typing import Final

from clysm.passport.errors import Failure, ValidationError
from clysm.passport.verification.semantics import VerifiedProof, recompute
from clysm.passport.verification.slices import slice_proof
from clysm.passport.verification.structure import verify_structure

__all__ = ["VerifiedProof", "judge_proof", "verify_exactly", "verify_proof"]

REFUSED: Final = ValidationError("the proof does not hold")


def verify_proof(data: bytes) -> VerifiedProof | Failure:
    """The proof and its outcome, or the first failure of 7.5, then of 7.6."""
    found = slice_proof(data)
    return found if isinstance(found, VerifiedProof) else verify_exactly(data)


def judge_proof(data: bytes) -> VerifiedProof | Failure:
    """The same, but that a failure may have no name, which costs far more to find than that there is one."""
    found = slice_proof(data)
    if isinstance(found, VerifiedProof):
        return found
    return REFUSED if found is False else verify_exactly(data)


def verify_exactly(data: bytes) -> VerifiedProof | Failure:
    """The same answer as `verify_proof`, slower, naming the failure."""
    proof = verify_structure(data)
    if isinstance(proof, Failure):
        return proof
    outcome = recompute(proof)
    return outcome if isinstance(outcome, Failure) else VerifiedProof(proof, outcome)
