"""From catalogs and documents to signed passports that hold for outsiders, end to end."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import pytest

from clysm.passport.batch import Batch, Compiled, batch
from clysm.passport.builds import REPRODUCED
from clysm.passport.catalog.facts import SeriesProduct, parse_series_line
from clysm.passport.compilation import (
    CompileInput,
    CompileOutput,
    RulesInput,
    SnapshotInput,
    compile_passport,
)
from clysm.passport.facts import Fact
from clysm.passport.keyring import Keyring, add_key, write_keyring
from clysm.passport.payload import BatteryProduct
from clysm.passport.qr import QrValues, build_qr
from clysm.passport.receipt import signed_receipt
from clysm.passport.rules.package import Status
from clysm.passport.signing import PrivateKey, private_key, sign_receipt_hash
from clysm.passport.snapshot import SealedSnapshot, seal_facts
from clysm.passport.verification.passport import verify_passport
from tests.passport.test_catalog import FOLDER
from tests.passport.test_catalog_rules import catalog, facts_of, snapshot, sources
from tests.passport.test_documents import SAMPLES, sample_facts, subject_of

KEY_ID = "test-key"
PRODUCT_ID = "9b2f6c1e-55d4-4f0e-8a6a-7f2d1c3b4a02"
SNAPSHOT_ID = "11111111-1111-4111-8111-111111111111"


@cache
def key() -> PrivateKey:
    made = private_key(bytes(range(32)))
    assert isinstance(made, PrivateKey)
    return made


@cache
def keyring() -> bytes:
    ring = add_key(Keyring(), KEY_ID, key().public_key)
    assert isinstance(ring, Keyring)
    document = write_keyring(ring)
    assert isinstance(document, bytes)
    return document


def rules_input(name: str) -> RulesInput:
    return RulesInput(catalog().rules[name].rule_package_version_id, Status.PUBLISHED.value, *sources(name))


@cache
def batch_of(name: str) -> Batch:
    return batch(catalog().tenant_id, rules_input(name), catalog().compiler_build_id, KEY_ID)


def compiled(
    product: BatteryProduct, snapshot_id: str, facts: tuple[Fact, ...], package: str
) -> tuple[CompileOutput, bytes]:
    """The output and the canonical snapshot, the same from `compile_passport` and from `batch`."""
    sealed = seal_facts(snapshot_id, facts, catalog().issued_at)
    assert isinstance(sealed, SealedSnapshot)
    source = CompileInput(
        tenant_id=catalog().tenant_id,
        passport_id=None,
        passport_version_id=None,
        battery_product=product,
        snapshot=SnapshotInput(snapshot_id, sealed.status.value, sealed.facts, sealed.canonical, sealed.hash),
        rules=rules_input(package),
        issued_at=catalog().issued_at,
        compiler_build_id=catalog().compiler_build_id,
        signing_key_id=KEY_ID,
    )
    output = compile_passport(source)
    assert isinstance(output, CompileOutput), output
    other = batch_of(package).compile(product, snapshot_id, facts, catalog().issued_at)
    assert other == Compiled(output, sealed.canonical, sealed.hash)
    return output, sealed.canonical


def directory(output: CompileOutput, snapshot: bytes) -> dict[str, bytes]:
    """The files of a passport (9.5)."""
    signature = sign_receipt_hash(key(), output.receipt_hash)
    assert isinstance(signature, bytes)
    qr = build_qr(
        QrValues(output.passport_version_id, output.payload_hash, output.proof_root_hash, output.receipt_hash)
    )
    assert isinstance(qr, str)
    return {
        "payload.json": output.payload,
        "proof.json": output.proof,
        "receipt.json": signed_receipt(output.receipt_unsigned, signature),
        "qr.txt": qr.encode(),
        "snapshot.json": snapshot,
    }


def assert_holds(output: CompileOutput, snapshot: bytes) -> None:
    report = verify_passport(directory(output, snapshot), keyring())
    assert report.holds, report.failures


@pytest.mark.parametrize("sku", catalog().products)
def test_passports_of_the_catalog_hold(sku: str) -> None:
    product = catalog().products[sku]
    output, canonical = compiled(
        BatteryProduct(product.battery_product_id, product.sku, product.name),
        catalog().snapshots[product.snapshot].snapshot_id,
        facts_of(sku),
        product.rules,
    )
    assert_holds(output, canonical)


@pytest.mark.parametrize("name", catalog().series)
def test_passports_of_a_series_hold(name: str) -> None:
    series = catalog().series[name]
    shared = snapshot(series.snapshot) if series.snapshot is not None else ()
    for number, line in enumerate((FOLDER / series.products).read_bytes().splitlines(), 1):
        product = parse_series_line(series, line, number)
        assert isinstance(product, SeriesProduct)
        output, canonical = compiled(
            BatteryProduct(product.battery_product_id, product.sku, product.name),
            product.snapshot_id,
            (*shared, *product.facts),
            series.rules,
        )
        assert_holds(output, canonical)


@pytest.mark.parametrize("name", SAMPLES)
def test_passports_of_real_samples_hold(name: str) -> None:
    output, canonical = compiled(
        BatteryProduct(PRODUCT_ID, name, f"Sample {name}"),
        SNAPSHOT_ID,
        (*sample_facts(name), subject_of(name)),
        "eu-battery-passport",
    )
    assert_holds(output, canonical)


def test_the_build_of_the_catalog_is_one_that_is_reproduced() -> None:
    assert catalog().compiler_build_id in REPRODUCED


HASHES = """\
import hashlib
from tests.passport import test_catalog_compile as t
for sku, product in reversed(t.catalog().products.items()):
    output, _ = t.compiled(
        t.BatteryProduct(product.battery_product_id, product.sku, product.name),
        t.catalog().snapshots[product.snapshot].snapshot_id,
        t.facts_of(sku)[::-1],
        product.rules,
    )
    print(sku, output.payload_hash, hashlib.sha256(output.proof).hexdigest(), output.receipt_hash)
"""


def test_other_processes_compile_the_same_bytes() -> None:
    """With another hash seed, time zone and locale, and the facts in another order."""
    answers = set()
    for seed, zone, locale in (("0", "UTC", "C"), ("4711", "Pacific/Kiritimati", "tr_TR.UTF-8")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
        done = subprocess.run(
            [sys.executable, "-c", HASHES],
            cwd=FOLDER.parents[1],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        answers.add(done.stdout)
    assert len(answers) == 1
    assert answers.pop().count("\n") == len(catalog().products)
