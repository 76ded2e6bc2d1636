"""The life of a rule package: drafted, validated, published, deprecated, retired (spec 6.12).

A state is a value; an operation answers the next one or the reason why not.  Left to others: checking (check)
and running the tests (testing), whose report opens the publish gate or does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from clysm.passport.digests import sha256_hex
from clysm.passport.errors import RuleTestsFailed, ValidationError
from clysm.passport.rules.testing import Report
from clysm.passport.uuids import is_uuid

MIN_PASSED: Final = 500  # cases


class Status(Enum):
    """The states of 6.12."""

    DRAFT = "DRAFT"
    VALIDATED = "VALIDATED"
    PUBLISHED = "PUBLISHED"
    DEPRECATED = "DEPRECATED"
    RETIRED = "RETIRED"


# What the pure compilation accepts (9.3, step 3); new versions are compiled from PUBLISHED packages.
COMPILABLE: Final = frozenset((Status.PUBLISHED, Status.DEPRECATED, Status.RETIRED))


@dataclass(frozen=True, slots=True)
class RulePackage:
    """A version of a rule package with its sources as raw bytes; other sources are another version."""

    rule_package_version_id: str
    rules: bytes
    tests: bytes
    status: Status = Status.DRAFT


def create(rule_package_version_id: str, rules: bytes, tests: bytes = b"") -> RulePackage | ValidationError:
    """A package in DRAFT."""
    if not is_uuid(rule_package_version_id):
        return ValidationError("rule_package_version_id is no UUID")
    return RulePackage(rule_package_version_id, rules, tests)


def is_publishable(report: Report) -> bool:
    """The publish gate: at least 500 cases pass and none fails."""
    return report.passed >= MIN_PASSED and report.failed == 0


def validate(package: RulePackage, report: Report) -> RulePackage | RuleTestsFailed | ValidationError:
    """DRAFT to VALIDATED, after a run of the tests.  Sources that do not check have no report."""
    return _through_gate(package, report, Status.VALIDATED)


def publish(package: RulePackage, latest: Report) -> RulePackage | RuleTestsFailed | ValidationError:
    """VALIDATED to PUBLISHED, with the report of the latest run."""
    return _through_gate(package, latest, Status.PUBLISHED)


def deprecate(package: RulePackage) -> RulePackage | ValidationError:
    """PUBLISHED to DEPRECATED."""
    return _move(package, Status.DEPRECATED)


def retire(package: RulePackage) -> RulePackage | ValidationError:
    """PUBLISHED or DEPRECATED to RETIRED."""
    return _move(package, Status.RETIRED)


_BEFORE: Final = {
    Status.VALIDATED: (Status.DRAFT,),
    Status.PUBLISHED: (Status.VALIDATED,),
    Status.DEPRECATED: (Status.PUBLISHED,),
    Status.RETIRED: (Status.PUBLISHED, Status.DEPRECATED),
}


def _move(package: RulePackage, status: Status) -> RulePackage | ValidationError:
    if package.status not in _BEFORE[status]:
        return ValidationError(f"a package that is {package.status.value} cannot become {status.value}")
    return replace(package, status=status)


def _through_gate(
    package: RulePackage, report: Report, status: Status
) -> RulePackage | RuleTestsFailed | ValidationError:
    """The next state, if the report is one on exactly these sources and opens the gate."""
    moved = _move(package, status)
    hashes = sha256_hex(package.rules), sha256_hex(package.tests)
    if isinstance(moved, RulePackage) and not (
        is_publishable(report) and (report.dsl_sha256, report.tests_sha256) == hashes
    ):
        return RuleTestsFailed()
    return moved
