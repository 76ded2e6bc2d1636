"""Compilation: the vectors, every error and their order, exact limits, equal bytes everywhere."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clysm.passport.batch import Compiled, batch
from clysm.passport.compilation import CompileInput, CompileOutput, Limits, RulesInput, compile_passport
from clysm.passport.errors import CanonicalEncodingFailed, DuplicateFact, Failure, PayloadTooLarge, record
from clysm.passport.facts import Fact
from clysm.passport.payload import BatteryProduct
from clysm.passport.qr import QrValues, build_qr
from clysm.passport.receipt import signed_receipt
from clysm.passport.signing import PrivateKey, private_key, sign_receipt_hash
from tests.passport import determinism
from tests.passport.compilations import FACTS, PRODUCT, RULES, compile_input, snapshot_input, vector_input
from tests.passport.evaluations import facts, without_text
from tests.passport.random_rules import Programs, random_facts
from tests.passport.vectors import group, matches

ROOT = Path(__file__).resolve().parents[2]


def compile_both(source: CompileInput) -> CompileOutput | Any:
    """Compile as such and, if the snapshot is in order, in a batch: they must agree."""
    output = compile_passport(source)
    if source.snapshot == snapshot_input(dict(source.snapshot.facts), source.snapshot.snapshot_id):
        compiler = batch(source.tenant_id, source.rules, source.compiler_build_id, source.signing_key_id)
        compiled = compiler.compile(
            source.battery_product,
            source.snapshot.snapshot_id,
            source.snapshot.facts.values(),
            source.issued_at,
            source.passport_id,
        )
        if isinstance(compiled, Compiled):
            assert (compiled.snapshot, compiled.snapshot_hash) == (
                source.snapshot.canonical,
                source.snapshot.hash,
            )
            compiled_output: Any = compiled.output
        else:
            compiled_output = compiled
        agree = compiled_output == output or source.passport_version_id is not None
        assert agree
    return output


def compiled(source: CompileInput) -> CompileOutput:
    output = compile_both(source)
    assert isinstance(output, CompileOutput), record(output)
    return output


def failed(output: CompileOutput | Any) -> dict[str, Any]:
    """The record of a failure."""
    assert isinstance(output, Failure), "it compiles"
    return record(output)


@pytest.mark.parametrize("item", group("compile"))
def test_vector(item: dict[str, Any]) -> None:
    source = vector_input(item["input"])
    output = compile_both(source)
    if "error" in item:
        assert matches(failed(output), item["error"])
        return
    assert isinstance(output, CompileOutput), record(output)
    key = private_key(bytes.fromhex(item["signing_seed_hex"]))
    assert isinstance(key, PrivateKey)
    signature = sign_receipt_hash(key, output.receipt_hash)
    assert isinstance(signature, bytes)
    signed = signed_receipt(output.receipt_unsigned, signature)
    values = (output.passport_version_id, output.payload_hash, output.proof_root_hash, output.receipt_hash)
    found = {
        "payload": output.payload.decode(),
        "payload_hash": output.payload_hash,
        "payload_bytes": len(output.payload),
        "proof": output.proof.decode(),
        "proof_root_hash": output.proof_root_hash,
        "proof_bytes": len(output.proof),
        "proof_sha256": hashlib.sha256(output.proof).hexdigest(),
        "receipt_unsigned": output.receipt_unsigned.decode(),
        "receipt_hash": output.receipt_hash,
        "receipt_unsigned_bytes": len(output.receipt_unsigned),
        "receipt_signed": signed.decode(),
        "receipt_signed_sha256": hashlib.sha256(signed).hexdigest(),
        "signature_base64": b64encode(signature).decode(),
        "qr": build_qr(QrValues(*values)),
        "snapshot": source.snapshot.canonical.decode(),
        "snapshot_hash": source.snapshot.hash,
        "passport_id": output.passport_id,
        "passport_version_id": output.passport_version_id,
        "public_key_base64": b64encode(key.public_key.raw).decode(),
    }
    assert {name: found[name] for name in item["expect"]} == item["expect"]


@pytest.mark.parametrize("item", group("compile_size"))
def test_size_vector(item: dict[str, Any]) -> None:
    output = compile_both(vector_input(item["input"], item["fill"]))
    if "error" in item:
        assert matches(failed(output), item["error"])
    else:
        assert isinstance(output, CompileOutput), record(output)
        assert {
            "payload_bytes": len(output.payload),
            "proof_bytes": len(output.proof),
            "receipt_unsigned_bytes": len(output.receipt_unsigned),
        } == item["expect"]


def test_the_hashes_are_those_of_the_bytes() -> None:
    output = compiled(compile_input())
    assert output.payload_hash == hashlib.sha256(output.payload).hexdigest()
    assert output.receipt_hash == hashlib.sha256(output.receipt_unsigned).hexdigest()
    assert json.loads(output.proof)["root_hash"] == output.proof_root_hash
    receipt = json.loads(output.receipt_unsigned)
    assert receipt["payload_hash"] == output.payload_hash
    assert receipt["proof_root_hash"] == output.proof_root_hash
    payload = json.loads(output.payload)
    assert payload["fields"] | {"battery.record": None} == {
        "battery.record": None,
        "battery.capacity_kwh": "75.500",
        "battery.mass": {"unit": "kg", "value": "415.000750"},
        "carbon.class": "A",
    }
    assert payload["compliance"] == [{"evidence": "pcf", "id": "ART-7", "status": "PASS"}]


# Errors, in the order of the steps

WRONG_HASH = replace(snapshot_input(FACTS), hash="0" * 64)


def rules_input(rules: str, status: str = "PUBLISHED") -> RulesInput:
    return replace(compile_input().rules, rules=rules.encode(), status=status)


# One fault for each step, which leaves the steps before in order.
FAULTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"tenant_id": "X"}, {"error": "CanonicalEncodingFailed", "field": None}),
    ({"snapshot": snapshot_input(FACTS, status="READY")}, {"error": "SnapshotNotSealed"}),
    ({"rules": rules_input(RULES, "DRAFT")}, {"error": "RulesNotPublished"}),
    ({"snapshot": WRONG_HASH}, {"error": "SnapshotMismatch"}),
    (
        {"rules": rules_input("field a: Int = true;")},
        {"error": "RuleTypeError", "kind": "TypeMismatch", "field": "a", "line": 1, "column": 7},
    ),
    (
        {"passport_version_id": "00000000-0000-0000-0000-000000000000"},
        {"error": "CanonicalEncodingFailed", "field": None},
    ),
    (
        {"rules": rules_input("field a: Int = 1 / 0;")},
        {"error": "EvalError", "cause": {"error": "DivisionByZero"}, "field": "a", "line": 1, "column": 18},
    ),
    (
        {"rules": rules_input(f'field a: Text = "{"x" * 300000}";')},
        {"error": "PayloadTooLarge", "actual": 300195},
    ),
    (
        {"rules": rules_input(f'field a: Int = let x = "{"x" * 300000}"; 1;')},
        {"error": "ProofTooLarge"},
    ),
    ({"compiler_build_id": "x" * 16384}, {"error": "ReceiptTooLarge"}),
]  # fmt: skip


@pytest.mark.parametrize("step", range(len(FAULTS)))
def test_each_step_has_its_error(step: int) -> None:
    change, error = FAULTS[step]
    assert matches(without_text(failed(compile_both(compile_input(**change)))), error)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (first, second)
        for second in range(len(FAULTS))
        for first in range(second)
        if not set(FAULTS[first][0]) & set(FAULTS[second][0])  # two faults of one member exclude each other
    ],
)
def test_the_first_failure_is_the_answer(first: int, second: int) -> None:
    (change, error), (other, _) = FAULTS[first], FAULTS[second]
    assert failed(compile_passport(compile_input(**change, **other)))["error"] == error["error"]


@pytest.mark.parametrize(
    "change",
    [
        {"tenant_id": "3F0C1A52-7d5e-4c7b-9a38-0b7a3b2a9e01"},
        {"passport_id": ""},
        {"passport_version_id": "latest"},
        {"battery_product": replace(PRODUCT, battery_product_id="9b2f6c1e55d44f0e8a6a7f2d1c3b4a02")},
        {"battery_product": replace(PRODUCT, sku="\ud800")},
        {"battery_product": replace(PRODUCT, name="a\udfffb")},
        {"snapshot": replace(snapshot_input(FACTS), snapshot_id="x")},
        {"rules": replace(compile_input().rules, rule_package_version_id="x")},
        {"issued_at": "2025-06-30T12:00:00+00:00"},
        {"issued_at": "2025-02-29T12:00:00Z"},
        {"compiler_build_id": ""},
        {"compiler_build_id": "\ud800"},
        {"signing_key_id": ""},
        {"signing_key_id": "key id"},
        {"signing_key_id": "k" * 129},
        {"tenant_id": None},
        {"battery_product": replace(PRODUCT, sku=cast(str, 7))},
        {"compiler_build_id": None},
    ],
)
def test_every_text_has_its_form(change: dict[str, Any]) -> None:
    assert compile_both(compile_input(**change)) == CanonicalEncodingFailed()


def test_texts_of_a_product_are_not_restricted() -> None:
    product = replace(PRODUCT, sku="", name='"\\\n\x00\u2028😀')
    payload = json.loads(compiled(compile_input(battery_product=product)).payload)
    assert payload["battery_product"] == {
        "battery_product_id": product.battery_product_id,
        "name": product.name,
        "sku": "",
    }


def test_rules_that_were_published_once_still_compile() -> None:
    published = compiled(compile_input())
    for status in ("DEPRECATED", "RETIRED"):
        assert compiled(compile_input(rules=rules_input(RULES, status))) == published
    for status in ("DRAFT", "VALIDATED", "published", ""):
        assert (
            failed(compile_both(compile_input(rules=rules_input(RULES, status))))["error"]
            == "RulesNotPublished"
        )


def changed(fact: Fact, **members: Any) -> Fact:
    return replace(fact, **members)


BATTERY = FACTS["Battery", "battery"]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("a fact changed", FACTS | {("PCF", "pcf"): facts(("PCF", "pcf", {"total": 1}))["PCF", "pcf"]}),
        ("a payload changed behind its text", FACTS | {("Battery", "battery"): changed(BATTERY, payload={})}),
        ("a fact added", FACTS | facts(("X", "x", {}))),
        ("a fact missing", {name: fact for name, fact in FACTS.items() if name[0] != "PCF"}),
        ("a fact under another name", FACTS | {("Battery", "other"): BATTERY}),
        ("a record without a version", FACTS | {("Battery", "battery"): changed(BATTERY, schema_version=0)}),
        ("a payload that is none", FACTS | {("Battery", "battery"): changed(BATTERY, payload=[])}),
        ("a payload with a fraction", FACTS | {("Battery", "battery"): changed(BATTERY, payload={"a": 1.5})}),
    ],
)
def test_facts_must_be_the_sealed_ones(name: str, given: Any) -> None:
    source = compile_input(snapshot=replace(snapshot_input(FACTS), facts=given))
    assert failed(compile_passport(source)) == {"error": "SnapshotMismatch"}


@pytest.mark.parametrize(
    "change",
    [
        {"hash": "0" * 64},
        {"canonical": b""},
        {"canonical": snapshot_input(FACTS).canonical + b" "},
        {"canonical": snapshot_input({}).canonical, "hash": snapshot_input({}).hash},
        {"snapshot_id": "22222222-2222-4222-8222-222222222222"},
    ],
)
def test_a_snapshot_must_be_its_own_document(change: dict[str, Any]) -> None:
    source = compile_input(snapshot=replace(snapshot_input(FACTS), **change))
    assert failed(compile_passport(source)) == {"error": "SnapshotMismatch"}


def test_payload_text_and_hash_of_a_fact_are_not_trusted() -> None:
    lying = changed(BATTERY, payload_text='{"capacity_kwh":"1"}', payload_hash="0" * 64)
    source = compile_input(
        snapshot=replace(snapshot_input(FACTS), facts=FACTS | {("Battery", "battery"): lying})
    )
    assert compile_passport(source) == compile_passport(compile_input())


def test_a_batch_refuses_a_snapshot_id_that_is_none() -> None:
    source = compile_input()
    compiler = batch(source.tenant_id, source.rules, source.compiler_build_id, source.signing_key_id)
    found = compiler.compile(PRODUCT, "x", FACTS.values(), source.issued_at)
    assert found == CanonicalEncodingFailed()


def test_a_batch_seals_no_duplicates() -> None:
    source = compile_input()
    compiler = batch(source.tenant_id, source.rules, source.compiler_build_id, source.signing_key_id)
    other = facts(("Battery", "battery", {}))["Battery", "battery"]
    given = [*FACTS.values(), other]
    found = compiler.compile(PRODUCT, source.snapshot.snapshot_id, given, source.issued_at)
    assert found == DuplicateFact("Battery", "battery")


# Limits


def test_configuration_lowers_limits_and_never_raises_them() -> None:
    source = compile_input()
    output = compiled(source)
    sizes = len(output.payload), len(output.proof), len(output.receipt_unsigned)
    assert compile_passport(source, Limits(*sizes)) == output
    for place, error in enumerate(("PayloadTooLarge", "ProofTooLarge", "ReceiptTooLarge")):
        lower = list(sizes)
        lower[place] -= 1
        found = compile_passport(source, Limits(*lower))
        assert failed(found) == {"error": error, "actual": sizes[place]}
    large = compile_input(
        f'field a: Text = "{"x" * 130876}";', {}, battery_product=replace(PRODUCT, sku="SKU-123")
    )
    assert (
        compile_passport(large)
        == compile_passport(large, Limits(10**9, 10**9, 10**9))
        == PayloadTooLarge(131073)
    )


@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_sizes_are_counted_in_bytes(letter: str) -> None:
    """131072, 262144 and 16384 bytes are allowed and one more is not, whatever the text is made of."""
    width = len(letter.encode())

    def exact(limit: int, empty: int) -> str:
        count, rest = divmod(limit - empty, width)
        return letter * count + "x" * rest

    text = 'field a: Text = "{}";'
    unused = 'field a: Int = let unused = "{}"; 1;'
    fill = exact(131072, len(compiled(compile_input(text.format(""), {})).payload))
    assert len(compiled(compile_input(text.format(fill), {})).payload) == 131072
    beyond = compile_both(compile_input(text.format(fill + "x"), {}))
    assert failed(beyond) == {"error": "PayloadTooLarge", "actual": 131073}
    fill = exact(262144, len(compiled(compile_input(unused.format(""), {})).proof))
    assert len(compiled(compile_input(unused.format(fill), {})).proof) == 262144
    beyond = compile_both(compile_input(unused.format(fill + "x"), {}))
    assert failed(beyond) == {"error": "ProofTooLarge", "actual": 262145}
    fill = exact(16384, len(compiled(compile_input("", {}, compiler_build_id="b")).receipt_unsigned) - 1)
    assert len(compiled(compile_input("", {}, compiler_build_id=fill)).receipt_unsigned) == 16384
    beyond = compile_both(compile_input("", {}, compiler_build_id=fill + "x"))
    assert failed(beyond) == {"error": "ReceiptTooLarge", "actual": 16385}


# Determinism


def test_compilation_repeats_itself_over_1000_inputs() -> None:
    """Other facts give another passport, the same facts the same one, singly and in a batch."""
    source = compile_input()
    compiler = batch(source.tenant_id, source.rules, source.compiler_build_id, source.signing_key_id)
    random = Random(1)
    seen = set()
    for number in range(1000):
        capacity = f"{random.randint(1, 10**6)}.{number:03}"
        given = FACTS | facts(("Battery", "battery", {"capacity_kwh": capacity, "n": number}))
        product = BatteryProduct(PRODUCT.battery_product_id, f"SKU-{number}", random.choice("aé😀"))
        source = compile_input(given=given, battery_product=product)
        output = compile_passport(source)
        assert output == compile_passport(source)
        shuffled = random.sample(list(given.values()), len(given))
        found = compiler.compile(product, source.snapshot.snapshot_id, shuffled, source.issued_at)
        assert isinstance(found, Compiled)
        assert found.output == output
        seen.add(found.output.receipt_hash)
    assert len(seen) == 1000


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=2**63))
def test_random_packages_compile_alike_in_a_batch(seed: int) -> None:
    compile_both(compile_input(Programs(seed).package(), random_facts(seed)))


ENVIRONMENTS = [
    {"PYTHONHASHSEED": str(seed), "TZ": zone, "LC_ALL": language, "PYTHONUTF8": str(seed % 2)}
    for seed, (zone, language) in enumerate(
        (zone, language)
        for zone in ("UTC", "America/St_Johns", "Asia/Kathmandu", "Pacific/Kiritimati", "XYZ+24")
        for language in ("C", "tr_TR.UTF-8", "de_DE.ISO-8859-1", "ja_JP.EUC-JP")
    )
]


def test_other_processes_give_equal_bytes() -> None:
    """Twenty processes, each with another hash seed, time zone, language and order of facts and members."""
    output = compiled(compile_input())
    expected = f"{determinism.digest(output)} {determinism.digest(output)}\n"
    running = []
    for seed, environment in enumerate(ENVIRONMENTS):
        command = [sys.executable, "-m", "tests.passport.determinism", str(seed)]
        variables = {**os.environ, **environment}
        running.append(subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True))
        if len(running) % 2 == 0:  # two at a time
            for process in running[-2:]:
                process.wait(60)
    assert [process.communicate()[0] for process in running] == [expected] * 20


def test_the_passport_does_not_depend_on_what_it_does_not_state() -> None:
    """The payload depends on facts, rules and product only (8.1)."""
    output = compiled(compile_input())
    later = compiled(
        compile_input(issued_at="2030-01-01T00:00:00Z", signing_key_id="other", compiler_build_id="b")
    )
    assert (later.payload, later.proof) == (output.payload, output.proof)
    assert later.receipt_hash != output.receipt_hash
