"""Inputs for tests of compilation: those of the vectors, and a small package with facts."""

from __future__ import annotations

from typing import Any

from clysm.passport.compilation import CompileInput, RulesInput, SnapshotInput
from clysm.passport.digests import sha256_hex
from clysm.passport.payload import BatteryProduct
from clysm.passport.snapshot import canonical_snapshot
from tests.passport.evaluations import Facts, facts, read_facts

TENANT = "3f0c1a52-7d5e-4c7b-9a38-0b7a3b2a9e01"
PACKAGE = "5c1d7f43-9a0b-4f57-b0f9-2f1f5d9e6b03"
SNAPSHOT = "11111111-1111-4111-8111-111111111111"
PRODUCT = BatteryProduct("9b2f6c1e-55d4-4f0e-8a6a-7f2d1c3b4a02", "SKU-1", "Traction battery 75½")

RULES = """
field battery.record: Record = requireSome(getFact("Battery", "battery"), "E1", "no battery");
field battery.capacity_kwh: Dec(3) =
  toDec(3, requireSome(recordGet(field("battery.record"), "capacity_kwh"), "E2", "no capacity"));
field battery.mass: Qty(kg) =
  sumQty("kg", map(getFactsByPrefix("Part", "part:"),
    \\p -> convert("g", "kg", toQty("g", requireSome(recordGet(p, "mass_g"), "E3", "no mass")))));
field carbon.class: Text =
  let pcf = requireSome(getFact("PCF", "pcf"), "E4", "no footprint");
  let total = toDec(2, requireSome(recordGet(pcf, "total"), "E5", "no total"));
  let each = total / field("battery.capacity_kwh");
  let ok = emitCompliance("ART-7", if each <= 80000.00 then "PASS" else "FAIL", "pcf") && each < 70000.00;
  if ok then "A" else if each <= 80000.00 then "B" else "C";
"""
FACTS = facts(
    ("Battery", "battery", {"capacity_kwh": "75.5", "chemistry": "NMC", "name": "größer 😀"}),
    ("PCF", "pcf", {"total": 4530000}),
    ("Part", "part:cell", {"mass_g": "320000.75"}),
    ("Part", "part:case", {"mass_g": 95000}),
)


def snapshot_input(given: Facts, snapshot_id: str = SNAPSHOT, status: str = "SEALED") -> SnapshotInput:
    """A snapshot whose parts agree."""
    canonical = canonical_snapshot(snapshot_id, dict(sorted(given.items())))
    return SnapshotInput(snapshot_id, status, given, canonical, sha256_hex(canonical))


def compile_input(source: str = RULES, given: Facts = FACTS, **changed: Any) -> CompileInput:
    """An input that compiles, with some members changed."""
    members = {
        "tenant_id": TENANT,
        "passport_id": None,
        "passport_version_id": None,
        "battery_product": PRODUCT,
        "snapshot": snapshot_input(given),
        "rules": RulesInput(PACKAGE, "PUBLISHED", source.encode(), b""),
        "issued_at": "2025-06-30T12:00:00Z",
        "compiler_build_id": "passport-1.0.0",
        "signing_key_id": "dev-key-1",
    }
    return CompileInput(**{**members, **changed})


def vector_input(source: dict[str, Any], fill: int | None = None) -> CompileInput:
    """The input of a vector, with `fill` letters for its `@FILL@`."""
    if fill is not None:
        filled = _replace(source, "@FILL@", "x" * fill)
        assert isinstance(filled, dict)
        source = filled
    stored, package = source["snapshot"], source["rules"]
    sealed = snapshot_input(read_facts(stored["facts_json"]), stored["snapshot_id"], stored["status"])
    canonical = stored["canonical"].encode() if "canonical" in stored else sealed.canonical
    digest = stored.get("hash", sha256_hex(canonical))
    return CompileInput(
        tenant_id=source["tenant_id"],
        passport_id=source["passport_id"],
        passport_version_id=source["passport_version_id"],
        battery_product=BatteryProduct(**source["battery_product"]),
        snapshot=SnapshotInput(sealed.snapshot_id, sealed.status, sealed.facts, canonical, digest),
        rules=RulesInput(
            package["rule_package_version_id"],
            package["status"],
            package["dsl_source"].encode(),
            package["tests_source"].encode(),
        ),
        issued_at=source["issued_at"],
        compiler_build_id=source["compiler_build_id"],
        signing_key_id=source["signing_key_id"],
    )


def _replace(value: Any, mark: str, text: str) -> Any:
    if isinstance(value, dict):
        return {name: _replace(member, mark, text) for name, member in value.items()}
    return value.replace(mark, text) if isinstance(value, str) else value
