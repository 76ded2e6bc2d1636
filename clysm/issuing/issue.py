"""From a compiled passport to a signed one, and the single passport from its product to its artifacts."""

from clysm.issuing.artifacts import Artifacts
from clysm.issuing.errors import IssuingError
from clysm.issuing.faults import in_rules
from clysm.passport.catalog.values import Catalog, Product
from clysm.passport.compilation import (
    CompileInput,
    CompileOutput,
    RulesInput,
    SnapshotInput,
    compile_passport,
)
from clysm.passport.errors import QrError
from clysm.passport.payload import BatteryProduct
from clysm.passport.qr import QrValues, build_qr
from clysm.passport.receipt import signed_receipt
from clysm.passport.rules.package import Status
from clysm.passport.signing import PrivateKey
from clysm.passport.snapshot import SealedSnapshot


class PassportFault(IssuingError):
    """A product whose passport cannot be compiled."""


def sign(output: CompileOutput, key: PrivateKey) -> bytes:
    """The signature over the receipt of what was compiled (11)."""
    return key.sign(bytes.fromhex(output.receipt_hash))


def issue(output: CompileOutput, snapshot: bytes, key: PrivateKey) -> Artifacts:
    """The artifacts of what was compiled from the snapshot, signed."""
    hashes = (output.payload_hash, output.proof_root_hash, output.receipt_hash)
    qr = build_qr(QrValues(output.passport_version_id, *hashes))
    assert not isinstance(qr, QrError)  # the compiler's own hashes
    receipt = signed_receipt(output.receipt_unsigned, sign(output, key))
    return Artifacts(output.payload, output.proof, receipt, qr.encode(), snapshot)


def compile_input(
    catalog: Catalog, product: Product, snapshot: SealedSnapshot, sources: tuple[bytes, bytes], key_id: str
) -> CompileInput:
    """What the passport of a product is compiled from; its rules count as published."""
    return CompileInput(
        tenant_id=catalog.tenant_id,
        passport_id=None,
        passport_version_id=None,
        battery_product=BatteryProduct(product.battery_product_id, product.sku, product.name),
        snapshot=SnapshotInput(
            snapshot.snapshot_id, snapshot.status.value, snapshot.facts, snapshot.canonical, snapshot.hash
        ),
        rules=RulesInput(
            catalog.rules[product.rules].rule_package_version_id, Status.PUBLISHED.value, *sources
        ),
        issued_at=catalog.issued_at,
        compiler_build_id=catalog.compiler_build_id,
        signing_key_id=key_id,
    )


def issue_one(source: CompileInput, rules_file: str, key: PrivateKey) -> Artifacts:
    """The artifacts of one passport. Raises PassportFault, with the place in `rules_file` if there is one."""
    output = compile_passport(source)
    if isinstance(output, CompileOutput):
        return issue(output, source.snapshot.canonical, key)
    raise PassportFault(in_rules(output, rules_file))
