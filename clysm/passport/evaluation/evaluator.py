"""A package made ready for many evaluations: its generated function, and the reference for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final

from clysm.passport.cjson import text
from clysm.passport.decimals import BOUND, Dec
from clysm.passport.errors import Failure
from clysm.passport.evaluation import reference, runtime
from clysm.passport.evaluation.codegen import generate
from clysm.passport.evaluation.conformance import misfit
from clysm.passport.evaluation.interpreter import EvaluationError, FactIndex, Facts
from clysm.passport.evaluation.proof import MAX_PROOF_SIZE
from clysm.passport.evaluation.reference import Evaluation
from clysm.passport.rules.check import CheckedRules
from clysm.passport.units import Qty
from clysm.passport.values import Some

# What generated code may name.
NAMES: Final[Mapping[str, object]] = {
    "BOUND": BOUND,
    "Dec": Dec,
    "Failure": Failure,
    "MAX_NODES": runtime.MAX_NODES,
    "MAX_WORK": runtime.MAX_WORK,
    "Qty": Qty,
    "Some": Some,
    "Unable": runtime.Unable,
    "date": date,
    "decimal": runtime.decimal,
    "misfit": misfit,
    "quantity": runtime.quantity,
    "quote": text,
    "sha256": sha256,
    "written": runtime.written,
}


class Evaluator:
    """A package made ready for many evaluations."""

    def __init__(self, rules: CheckedRules) -> None:
        self.rules = rules
        self._generated = _load(rules)

    def evaluate(self, facts: Facts) -> Evaluation | EvaluationError:
        """The same answer as `reference.evaluate`."""
        if self._generated is not None:
            try:
                proof, root_hash, fields, compliance = self._generated(facts, FactIndex(facts).prefixed)
            except runtime.Unable:
                pass
            else:
                document = proof.encode()
                if len(document) <= MAX_PROOF_SIZE:
                    return Evaluation(document, root_hash, fields, compliance)
        return reference.evaluate(self.rules, facts)


def _load(rules: CheckedRules) -> Callable[..., tuple[str, str, str, str]] | None:
    generated = generate(rules)
    if generated is None:
        return None
    source, constants = generated
    namespace: dict[str, Any] = {**NAMES, **constants}
    exec(compile(source, f"<rules {rules.dsl_sha256}>", "exec"), namespace)
    function: Callable[..., tuple[str, str, str, str]] = namespace["evaluate"]
    return function
