"""Compilation of many products of one package: the rules are checked once and run as generated code.

Every answer is the one of `compilation.compile_passport` for the same input. A snapshot is sealed for each
product, since rules see facts only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clysm.passport.compilation import (
    COMPILABLE_STATUS,
    LIMITS,
    CompileError,
    CompileInput,
    CompileOutput,
    RulesInput,
    SnapshotInput,
    assemble,
    compile_passport,
    derive_ids,
    is_well_formed,
)
from clysm.passport.digests import sha256_hex
from clysm.passport.errors import CanonicalEncodingFailed, DuplicateFact
from clysm.passport.evaluation.evaluator import Evaluator
from clysm.passport.evaluation.reference import Evaluation
from clysm.passport.facts import Fact
from clysm.passport.payload import BatteryProduct
from clysm.passport.rules.check import CheckedRules, check_rules
from clysm.passport.snapshot import Status, canonical_snapshot, facts_by_name
from clysm.passport.uuids import is_uuid


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled passport and the snapshot that was sealed for it."""

    output: CompileOutput
    snapshot: bytes  # canonical
    snapshot_hash: str


@dataclass(frozen=True, slots=True)
class Batch:
    """A compiler for the products of one tenant and package."""

    tenant_id: str
    rules: RulesInput
    compiler_build_id: str
    signing_key_id: str
    evaluator: Evaluator | None  # None if the rules may not be compiled from or do not check

    def compile(
        self,
        product: BatteryProduct,
        snapshot_id: str,
        facts: Iterable[Fact],
        issued_at: str,
        passport_id: str | None = None,
    ) -> Compiled | CompileError | DuplicateFact:
        """The passport of a product over these facts, which are sealed as a snapshot with this id first.

        Facts are taken as `make_fact` made them.
        """
        by_name = facts_by_name(facts)
        if isinstance(by_name, DuplicateFact):
            return by_name
        if not is_uuid(snapshot_id):
            return CanonicalEncodingFailed()
        canonical = canonical_snapshot(snapshot_id, by_name)
        snapshot = SnapshotInput(snapshot_id, Status.SEALED.value, by_name, canonical, sha256_hex(canonical))
        source = CompileInput(
            tenant_id=self.tenant_id,
            passport_id=passport_id,
            passport_version_id=None,
            battery_product=product,
            snapshot=snapshot,
            rules=self.rules,
            issued_at=issued_at,
            compiler_build_id=self.compiler_build_id,
            signing_key_id=self.signing_key_id,
        )
        output = _compile(source, self.evaluator)
        return Compiled(output, canonical, snapshot.hash) if isinstance(output, CompileOutput) else output


def batch(tenant_id: str, rules: RulesInput, compiler_build_id: str, signing_key_id: str) -> Batch:
    """Make ready what the products have in common. What is wrong with it shows when one is compiled."""
    checked = check_rules(rules.rules, rules.tests) if rules.status in COMPILABLE_STATUS else None
    evaluator = Evaluator(checked) if isinstance(checked, CheckedRules) else None
    return Batch(tenant_id, rules, compiler_build_id, signing_key_id, evaluator)


def _compile(source: CompileInput, evaluator: Evaluator | None) -> CompileOutput | CompileError:
    """The steps of 9.3 that depend on the product, if there is nothing wrong with the others."""
    if evaluator is None or not is_well_formed(source):
        return compile_passport(source)
    evaluation = evaluator.evaluate(source.snapshot.facts)
    if not isinstance(evaluation, Evaluation):
        return evaluation
    return assemble(source, evaluator.rules, derive_ids(source, evaluator.rules), evaluation, LIMITS)
