"""Rule packages on their way to publication: checked, tested, and a report that says so.

Source: specification, 6.5, 6.10 and 6.12.
"""

import json
from typing import Any, Final

from clysm.issuing.errors import IssuingError
from clysm.issuing.faults import in_rules, in_words
from clysm.passport.catalog.values import RulePackage as Source
from clysm.passport.digests import sha256_hex
from clysm.passport.errors import Failure, RuleTypeError, record
from clysm.passport.rules import package, testing
from clysm.passport.rules.check import CheckedRules, remembered_rules
from clysm.workflow import jsonfile

SCHEMA_VERSION: Final = 1
_SHOWN: Final = 5  # failing tests that are told in full


class RulesFault(IssuingError):
    """A rule package that does not check or does not pass its tests."""


def check(source: Source, folder: str, rules: bytes, tests: bytes) -> CheckedRules:
    """The checked package. Raises RulesFault with the file at fault, line and column."""
    checked = remembered_rules(rules, tests)
    if isinstance(checked, CheckedRules):
        return checked
    in_tests = isinstance(checked, RuleTypeError) and checked.in_tests
    file = source.tests if in_tests else source.rules
    raise RulesFault(in_rules(checked, f"{folder}/{file}"))


def publish(source: Source, folder: str, rules: bytes, tests: bytes) -> bytes:
    """Check the package, run its tests and, if it may be published, give the report. Raises RulesFault."""
    checked = check(source, folder, rules, tests)
    report = testing.run_tests(checked)
    draft = package.create(source.rule_package_version_id, rules, tests)
    validated = draft if isinstance(draft, Failure) else package.validate(draft, report)
    published = validated if isinstance(validated, Failure) else package.publish(validated, report)
    if isinstance(published, Failure):
        raise RulesFault("\n".join(_failures(source, report)))
    return jsonfile.encode(_report(source, checked, report, published.status.value))


def is_published(report: bytes, rules: bytes, tests: bytes) -> bool:
    """Whether a report of `publish` is about exactly these sources."""
    try:
        stated: dict[str, Any] = json.loads(report)
        return (stated["status"], stated["dsl_sha256"], stated["tests_sha256"]) == (
            package.Status.PUBLISHED.value,
            sha256_hex(rules),
            sha256_hex(tests),
        )
    except (ValueError, KeyError, TypeError):
        return False


def _report(source: Source, checked: CheckedRules, report: testing.Report, status: str) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "name": source.name,
        "rule_package_version_id": source.rule_package_version_id,
        "status": status,
        "dsl_sha256": checked.dsl_sha256,
        "tests_sha256": checked.tests_sha256,
        "fields": list(checked.order),
        "cases_passed": report.passed,
        "tests": [
            {"name": outcome.name, "kind": outcome.kind, "cases": outcome.cases, "passed": outcome.passed}
            for outcome in report.outcomes
        ],
    }


def _failures(source: Source, report: testing.Report) -> list[str]:
    failing = [outcome for outcome in report.outcomes if outcome.failure is not None]
    if not failing:
        return [
            f"`{source.name}` may not be published: {report.passed} cases pass,"
            f" {package.MIN_PASSED} are needed"
        ]
    lines = [f"`{source.name}` may not be published: {report.failed} of its test cases fail"]
    for outcome in failing[:_SHOWN]:
        failure = outcome.failure
        assert failure is not None
        reason = "it does not hold" if failure.reason is None else _reason(failure.reason)
        inputs = json.dumps(dict(failure.inputs), ensure_ascii=False, sort_keys=True)
        given = f" with {inputs}" if failure.inputs else ""
        lines.append(
            f"  {outcome.kind} `{outcome.name}`, case {failure.case}{given}: {reason}"
            f" ({outcome.passed} of {outcome.cases} pass)"
        )
    if len(failing) > _SHOWN:
        lines.append(f"  and {len(failing) - _SHOWN} more tests")
    return lines


def _reason(failure: Failure) -> str:
    members = record(failure)
    place = f"{members['line']}:{members['column']}: " if "line" in members else ""
    cause = getattr(failure, "cause", failure)
    return place + in_words(cause)
