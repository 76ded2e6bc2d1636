"""Compilation: one pure function from an input to payload, proof and unsigned receipt, or to an error.

Source: specification, section 9. `compile_passport` is the reference: it trusts nothing in its input and
walks the tree of the rules. `batch` gives the same bytes for many products of one package.

The steps of 9.3, of which the first failure is the answer:
 1. every id, timestamp, text and key id has its canonical form;
 2. the snapshot is sealed;
 3. the rules are published, deprecated or retired;
 4. facts, canonical bytes and hash of the snapshot agree;
 5. the rules check;
 6. a given version id is the derived one;
 7. evaluation with proof;
 8. to 10. the sizes of payload, proof and receipt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias, cast

from clysm.passport.digests import sha256_hex
from clysm.passport.errors import (
    CanonicalEncodingFailed,
    CycleDetected,
    EvalError,
    Failure,
    PayloadTooLarge,
    ProofTooLarge,
    ReceiptTooLarge,
    RulesNotPublished,
    RuleTypeError,
    SnapshotMismatch,
    SnapshotNotSealed,
)
from clysm.passport.evaluation import reference
from clysm.passport.evaluation.proof import MAX_PROOF_SIZE
from clysm.passport.evaluation.reference import Evaluation
from clysm.passport.facts import Fact, make_fact
from clysm.passport.payload import MAX_PAYLOAD_SIZE, BatteryProduct, build_payload
from clysm.passport.receipt import MAX_BYTES as MAX_RECEIPT_SIZE
from clysm.passport.receipt import Receipt, is_key_id, unsigned_receipt
from clysm.passport.rules.check import CheckedRules, remembered_rules
from clysm.passport.rules.package import COMPILABLE
from clysm.passport.snapshot import FactName, Status, canonical_snapshot
from clysm.passport.timestamps import is_timestamp
from clysm.passport.uuids import is_uuid, passport_id, passport_version_id


@dataclass(frozen=True, slots=True)
class SnapshotInput:
    """A snapshot as it is stored. It is compiled from only if it is sealed and its parts agree."""

    snapshot_id: str
    status: str
    facts: Mapping[FactName, Fact]
    canonical: bytes
    hash: str


@dataclass(frozen=True, slots=True)
class RulesInput:
    """A version of a rule package as it is stored."""

    rule_package_version_id: str
    status: str
    rules: bytes
    tests: bytes


@dataclass(frozen=True, slots=True)
class CompileInput:
    """What a passport is compiled from (9.1). An id that is None is derived."""

    tenant_id: str
    passport_id: str | None
    passport_version_id: str | None
    battery_product: BatteryProduct
    snapshot: SnapshotInput
    rules: RulesInput
    issued_at: str
    compiler_build_id: str
    signing_key_id: str


@dataclass(frozen=True, slots=True)
class CompileOutput:
    """What is compiled (9.2): canonical bytes, their hashes, the root hash of the proof, and ids."""

    payload: bytes
    payload_hash: str
    proof: bytes
    proof_root_hash: str
    receipt_unsigned: bytes
    receipt_hash: str
    passport_id: str
    passport_version_id: str


CompileError: TypeAlias = (
    SnapshotNotSealed
    | RulesNotPublished
    | CycleDetected
    | EvalError
    | PayloadTooLarge
    | ProofTooLarge
    | ReceiptTooLarge
    | CanonicalEncodingFailed
    | SnapshotMismatch
    | RuleTypeError
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes that are allowed. They may be lower than those of 9.3; a higher one changes nothing."""

    payload: int = MAX_PAYLOAD_SIZE
    proof: int = MAX_PROOF_SIZE
    receipt: int = MAX_RECEIPT_SIZE


class Ids(NamedTuple):
    """The ids of a passport and of this version of it."""

    passport_id: str
    passport_version_id: str


LIMITS: Final = Limits()
COMPILABLE_STATUS: Final = frozenset(status.value for status in COMPILABLE)


def compile_passport(source: CompileInput, limits: Limits = LIMITS) -> CompileOutput | CompileError:
    """The passport compiled from an input, or the first error of 9.3. Equal inputs give equal bytes."""
    if not is_well_formed(source):
        return CanonicalEncodingFailed()
    if source.snapshot.status != Status.SEALED.value:
        return SnapshotNotSealed()
    if source.rules.status not in COMPILABLE_STATUS:
        return RulesNotPublished()
    facts = sealed_facts(source.snapshot)
    if isinstance(facts, SnapshotMismatch):
        return facts
    rules = remembered_rules(source.rules.rules, source.rules.tests)
    if not isinstance(rules, CheckedRules):
        return rules
    ids = derive_ids(source, rules)
    if source.passport_version_id not in (None, ids.passport_version_id):
        return CanonicalEncodingFailed()
    evaluation = reference.evaluate(rules, facts)
    if not isinstance(evaluation, Evaluation):
        return evaluation
    return assemble(source, rules, ids, evaluation, limits)


def is_well_formed(source: CompileInput) -> bool:
    """Step 1."""
    return (
        is_uuid(source.tenant_id)
        and (source.passport_id is None or is_uuid(source.passport_id))
        and (source.passport_version_id is None or is_uuid(source.passport_version_id))
        and is_uuid(source.battery_product.battery_product_id)
        and is_text(source.battery_product.sku)
        and is_text(source.battery_product.name)
        and is_uuid(source.snapshot.snapshot_id)
        and is_uuid(source.rules.rule_package_version_id)
        and is_timestamp(source.issued_at)
        and is_text(source.compiler_build_id)
        and source.compiler_build_id != ""
        and is_key_id(source.signing_key_id)
    )


def is_text(value: object) -> bool:
    """Whether this is a text without surrogates."""
    return type(value) is str and (value.isascii() or _SURROGATE.search(value) is None)


def sealed_facts(snapshot: SnapshotInput) -> dict[FactName, Fact] | SnapshotMismatch:
    """Step 4: the facts, made anew from their records, if bytes and hash are theirs."""
    facts: dict[FactName, Fact] = {}
    for name in sorted(snapshot.facts):
        given = snapshot.facts[name]
        fact = make_fact(given.fact_type, given.fact_key, given.schema_version, given.payload)
        if isinstance(fact, Failure) or name != (fact.fact_type, fact.fact_key):
            return SnapshotMismatch()
        facts[name] = fact
    agrees = (
        canonical_snapshot(snapshot.snapshot_id, facts) == snapshot.canonical
        and sha256_hex(snapshot.canonical) == snapshot.hash
    )
    return facts if agrees else SnapshotMismatch()


def derive_ids(source: CompileInput, rules: CheckedRules) -> Ids:
    """The ids of section 2. After step 1 no name of an id has surrogates, so each can be derived."""
    product_id = source.battery_product.battery_product_id
    passport = source.passport_id or cast(str, passport_id(source.tenant_id, product_id))
    hashes = (source.snapshot.hash, rules.dsl_sha256, rules.tests_sha256)
    return Ids(passport, cast(str, passport_version_id(passport, *hashes, source.compiler_build_id)))


def assemble(
    source: CompileInput, rules: CheckedRules, ids: Ids, evaluation: Evaluation, limits: Limits
) -> CompileOutput | PayloadTooLarge | ProofTooLarge | ReceiptTooLarge:
    """Steps 8 to 10, and the output. After step 1 no text of the receipt has surrogates."""
    payload = build_payload(source.battery_product, evaluation.compliance, evaluation.fields)
    if len(payload) > min(limits.payload, MAX_PAYLOAD_SIZE):
        return PayloadTooLarge(len(payload))
    if len(evaluation.proof) > min(limits.proof, MAX_PROOF_SIZE):
        return ProofTooLarge(len(evaluation.proof))
    payload_hash = sha256_hex(payload)
    members = Receipt(
        battery_product_id=source.battery_product.battery_product_id,
        compiler_build_id=source.compiler_build_id,
        dsl_sha256=rules.dsl_sha256,
        issued_at=source.issued_at,
        passport_id=ids.passport_id,
        passport_version_id=ids.passport_version_id,
        payload_hash=payload_hash,
        proof_root_hash=evaluation.root_hash,
        rule_package_version_id=source.rules.rule_package_version_id,
        signing_key_id=source.signing_key_id,
        snapshot_hash=source.snapshot.hash,
        snapshot_id=source.snapshot.snapshot_id,
        tenant_id=source.tenant_id,
        tests_sha256=rules.tests_sha256,
    )
    receipt = cast(bytes, unsigned_receipt(members))
    if len(receipt) > min(limits.receipt, MAX_RECEIPT_SIZE):
        return ReceiptTooLarge(len(receipt))
    return CompileOutput(
        payload=payload,
        payload_hash=payload_hash,
        proof=evaluation.proof,
        proof_root_hash=evaluation.root_hash,
        receipt_unsigned=receipt,
        receipt_hash=sha256_hex(receipt),
        passport_id=ids.passport_id,
        passport_version_id=ids.passport_version_id,
    )


_SURROGATE: Final = re.compile("[\ud800-\udfff]")
