"""From two sources to checked rules, or to the one error that is the answer (spec 6.5, 6.8)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from clysm.passport.digests import sha256_hex
from clysm.passport.errors import CycleDetected, RuleTypeError
from clysm.passport.rules.checker import check
from clysm.passport.rules.graph import dependency_order
from clysm.passport.rules.parser import parse
from clysm.passport.rules.syntax import Expression, FieldRule, Test
from clysm.passport.rules.types import Type


@dataclass(frozen=True, slots=True)
class CheckedRules:
    """A package that checks, ready to be evaluated and tested."""

    fields: Mapping[str, FieldRule]  # in source order
    order: tuple[str, ...]  # of evaluation: dependency order (6.8)
    references: Mapping[str, Set[str]]  # of each field: the fields its body refers to
    tests: tuple[Test, ...]  # those of the rules source first
    needs: Mapping[Expression, Set[str]]  # of each condition of a test: the fields it refers to
    types: Mapping[Expression, Type]  # the static type of every expression
    dsl_sha256: str
    tests_sha256: str


def check_rules(rules: bytes, tests: bytes) -> CheckedRules | RuleTypeError | CycleDetected:
    """The checked package; an absent tests source is the empty one."""
    parsed_rules = parse(rules)
    if isinstance(parsed_rules, RuleTypeError):
        return parsed_rules
    parsed_tests = parse(tests)
    if isinstance(parsed_tests, RuleTypeError):
        return replace(parsed_tests, in_tests=True)
    checked = check(parsed_rules, parsed_tests)
    if isinstance(checked, RuleTypeError):
        return checked
    order = dependency_order(checked.references)
    if isinstance(order, CycleDetected):
        return order
    return CheckedRules(
        fields=checked.fields,
        order=order,
        references=checked.references,
        tests=checked.tests,
        needs=checked.needs,
        types=checked.types,
        dsl_sha256=sha256_hex(rules),
        tests_sha256=sha256_hex(tests),
    )


# A process that publishes a package compiles with it afterwards.
remembered_rules = lru_cache(maxsize=2)(check_rules)
