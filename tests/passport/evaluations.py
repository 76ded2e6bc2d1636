"""What the tests of evaluation and compilation share: checked rules, facts, and both ways to evaluate."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from typing import Any

from clysm.passport.errors import record
from clysm.passport.evaluation import reference
from clysm.passport.evaluation.evaluator import Evaluator
from clysm.passport.evaluation.interpreter import EvaluationError
from clysm.passport.evaluation.reference import Evaluation
from clysm.passport.facts import Fact
from clysm.passport.ingest.json import ingest_json
from clysm.passport.rules.check import CheckedRules, check_rules
from clysm.passport.snapshot import facts_by_name

Facts = dict[tuple[str, str], Fact]


def checked(rules: str, tests: str = "") -> CheckedRules:
    """The package of sources that check."""
    package = check_rules(rules.encode(), tests.encode())
    assert isinstance(package, CheckedRules), package
    return package


def facts(*records: tuple[str, str, Mapping[str, Any]]) -> Facts:
    """Facts of (type, key, payload)."""
    names = ("fact_type", "fact_key", "payload")
    members = [dict(zip(names, entry, strict=True)) | {"schema_version": 1} for entry in records]
    return read_facts(json.dumps(members))


def read_facts(document: str) -> Facts:
    """The facts of a JSON document."""
    found = ingest_json(document.encode())
    assert isinstance(found, tuple), found
    by_name = facts_by_name(found)
    assert isinstance(by_name, dict), by_name
    return by_name


def evaluate(rules: CheckedRules, given: Facts) -> Evaluation | EvaluationError:
    """The evaluation of a package, by the interpreter and as generated code: they must agree."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of the Python compiler about generated code
        evaluator = Evaluator(rules)
    expected = reference.evaluate(rules, given)
    found = evaluator.evaluate(given)
    agree = found == expected  # apart from the assertion, which would print a proof
    assert agree
    return found


def evaluated(rules: str, given: Facts | None = None) -> Evaluation:
    """The evaluation of a source that succeeds."""
    evaluation = evaluate(checked(rules), given or {})
    assert isinstance(evaluation, Evaluation), evaluation
    return evaluation


def fields(rules: str, given: Facts | None = None) -> Any:
    """The JSON forms of the fields."""
    return json.loads(evaluated(rules, given).fields)


def nodes(rules: str, given: Facts | None = None) -> list[dict[str, Any]]:
    """The nodes of the proof."""
    found: list[dict[str, Any]] = json.loads(evaluated(rules, given).proof)["nodes"]
    return found


def failure(rules: str, given: Facts | None = None) -> dict[str, Any]:
    """The record of the failure of a source, without free text."""
    found = evaluate(checked(rules), given or {})
    assert not isinstance(found, Evaluation), "it succeeds"
    return without_text(record(found))


def without_text(failed: dict[str, Any]) -> dict[str, Any]:
    """An error record without the free text of a TypeError."""
    cause = failed.get("cause")
    if cause and cause["error"] == "TypeError":
        return {**failed, "cause": {"error": "TypeError"}}
    return failed
