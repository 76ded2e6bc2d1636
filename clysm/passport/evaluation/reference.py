"""A whole package evaluated by the interpreter: the reference for every other way to evaluate it."""

from __future__ import annotations

from dataclasses import dataclass

from clysm.passport.cjson import text
from clysm.passport.evaluation.interpreter import EvaluationError, Facts, Interpreter
from clysm.passport.evaluation.proof import ProofBuilder
from clysm.passport.rules.check import CheckedRules


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a package says about some facts."""

    proof: bytes  # canonical; it may exceed the limit of 9.3, step 9
    root_hash: str
    fields: str  # the member `fields` of the payload (8.1), canonical
    compliance: str  # the member `compliance`


def evaluate(rules: CheckedRules, facts: Facts) -> Evaluation | EvaluationError:
    """Step 7 of 9.3: the fields in dependency order, each once, then the root."""
    nodes = ProofBuilder()
    interpreter = Interpreter(facts, nodes)
    for path in rules.order:
        failure = interpreter.define(rules.fields[path])
        if failure is not None:
            return failure
    too_large = interpreter.root(rules.order)
    if too_large is not None:
        return too_large
    fields = [f"{text(path)}:{interpreter.field_text(path)}" for path in sorted(rules.order)]
    return Evaluation(
        nodes.document({path: interpreter.fields[path].node for path in rules.order}),
        nodes.hashes[-1].decode(),
        f"{{{','.join(fields)}}}",
        f"[{','.join([member for _, member in interpreter.emissions])}]",
    )
