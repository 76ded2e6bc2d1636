"""What is measured for passports, written by hand for one package of rules: json, hashlib, cryptography.

It gives the same bytes as the compiler and knows nothing of rules, which makes it the yardstick. It is
written plainly, as one would without caring for speed.
"""

import hashlib
import json
import uuid
from base64 import b32encode, b64encode
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clysm.bench.passport_products import KEY_ID, PACKAGE, RULES, SEED, TESTS, order
from clysm.issuing.artifacts import Artifacts

_NAMESPACE: Final = uuid.UUID("880b1442-c01f-5e40-a2e8-247b8b408b5e")
_MICRO: Final = 1000  # coefficient of one at scale 3


class Baseline:
    """The key and the hashes of the sources, which are the same for all products."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(SEED)
        self._dsl = hashlib.sha256(RULES.read_bytes()).hexdigest()
        self._tests = hashlib.sha256(TESTS.read_bytes()).hexdigest()
        self._order = order()

    def issue(self, line: bytes) -> Artifacts:
        """The passport of a line."""
        product = json.loads(line)
        battery = product["facts"][0]["payload"]
        whole, _, fraction = battery["capacity_kwh"].partition(".")
        capacity = int(whole + fraction.ljust(3, "0"))
        per_kwh = battery["total_gco2e"] * 100 * _MICRO // capacity
        texts = (f"{capacity // _MICRO}.{capacity % _MICRO:03}", f"{per_kwh // 100}.{per_kwh % 100:02}")
        proof, root_hash = _proof(battery, *texts)
        payload = _canonical(_payload(product, battery, *texts))
        snapshot = _canonical(_snapshot(product, battery))
        hashes = (_sha256(payload), root_hash, _sha256(snapshot))
        unsigned = self._receipt(product, *hashes)
        receipt_hash = hashlib.sha256(_canonical(unsigned))
        signature = b64encode(self._key.sign(receipt_hash.digest())).decode()
        encoded = [_base32(text) for text in (hashes[0], hashes[1], receipt_hash.hexdigest())]
        qr = f"BPC1|pv={unsigned['passport_version_id']}|ph={encoded[0]}|pr={encoded[1]}|rh={encoded[2]}"
        receipt = _canonical({**unsigned, "signature": signature})
        return Artifacts(payload, proof, receipt, qr.encode(), snapshot)

    def _receipt(
        self, product: dict[str, Any], payload_hash: str, root_hash: str, snapshot_hash: str
    ) -> dict[str, str]:
        tenant, build = self._order.tenant_id, self._order.compiler_build_id
        passport = _derived("passport", tenant, product["battery_product_id"])
        version = _derived("passport_version", passport, snapshot_hash, self._dsl, self._tests, build)
        return {
            "battery_product_id": product["battery_product_id"],
            "compiler_build_id": build,
            "dsl_sha256": self._dsl,
            "issued_at": self._order.issued_at,
            "passport_id": passport,
            "passport_version_id": version,
            "payload_hash": payload_hash,
            "proof_root_hash": root_hash,
            "receipt_version": "BPC-RECEIPT-1",
            "rule_package_version_id": PACKAGE.rule_package_version_id,
            "signature_alg": "ED25519",
            "signing_key_id": KEY_ID,
            "snapshot_hash": snapshot_hash,
            "snapshot_id": product["snapshot_id"],
            "tenant_id": tenant,
            "tests_sha256": self._tests,
        }


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _base32(digest: str) -> str:
    return b32encode(bytes.fromhex(digest)).decode().rstrip("=")


def _derived(*name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, _canonical(name).decode()))


def _payload(product: dict[str, Any], battery: dict[str, Any], capacity: str, per_kwh: str) -> dict[str, Any]:
    return {
        "battery_product": {key: product[key] for key in ("battery_product_id", "name", "sku")},
        "compliance": [
            {"evidence": "the footprint of the model and its plant", "id": "ART-7", "status": "DECLARED"}
        ],
        "fields": {
            "battery": battery,
            "battery.capacity_kwh": capacity,
            "compliance.footprint": True,
            "footprint.gco2e_per_kwh": per_kwh,
        },
        "payload_version": "BPC-PASSPORT-1",
    }


def _snapshot(product: dict[str, Any], battery: dict[str, Any]) -> dict[str, Any]:
    fact = {"fact_key": "battery", "fact_type": "Battery", "payload_hash": _sha256(_canonical(battery))}
    return {
        "facts": [fact],
        "snapshot_id": product["snapshot_id"],
        "snapshot_version": "BPC-SNAPSHOT-1",
    }


def _proof(battery: dict[str, Any], capacity: str, per_kwh: str) -> tuple[bytes, str]:
    """The nodes as the rules make them, in the order in which they are completed."""
    nodes: list[dict[str, Any]] = []
    hashes: list[str] = []

    def add(kind: str, data: dict[str, Any], *children: int) -> int:
        node = {
            "children": [hashes[child] for child in children],
            "data": data,
            "id": len(nodes),
            "type": kind,
        }
        hashes.append(_sha256(_canonical(node)))
        nodes.append({**node, "children": children, "hash": hashes[-1]})
        return len(nodes) - 1

    def const(value: object) -> int:
        return add("CONST", {"value": value})

    def required(option: int, code: str, message: str) -> int:
        return add("ASSERT", {"condition": True, "error_code": code}, option, const(code), const(message))

    def number(member: str, scale: int, code: str, message: str) -> int:
        place = const(scale)
        record = add("FIELD_REF", {"field": "battery"}, index["battery"])
        got = add("OP", {"args": [battery, member], "op": "recordGet"}, record, const(member))
        value = required(got, code, message)
        return add("OP", {"args": [scale, battery[member]], "op": "toDec"}, place, value)

    index: dict[str, int] = {}
    read = {"fact_key": "battery", "fact_type": "Battery", "result": battery}
    fact = add("FACT_GET", read, const("Battery"), const("battery"))
    value = required(fact, "NO-BATTERY", "there is no fact of the battery")
    index["battery"] = add("FIELD_REF", {"field": "battery"}, value)
    value = number("capacity_kwh", 3, "NO-CAPACITY", "the capacity is missing")
    index["battery.capacity_kwh"] = add("FIELD_REF", {"field": "battery.capacity_kwh"}, value)
    texts = (const("ART-7"), const("DECLARED"), const("the footprint of the model and its plant"))
    emitted = add("COMPLIANCE_EMIT", {"id": "ART-7", "status": "DECLARED"}, *texts)
    index["compliance.footprint"] = add("FIELD_REF", {"field": "compliance.footprint"}, emitted)
    total = number("total_gco2e", 2, "NO-TOTAL", "the footprint is missing")
    reference = add("FIELD_REF", {"field": "battery.capacity_kwh"}, index["battery.capacity_kwh"])
    operands = {"left": f"{battery['total_gco2e']}.00", "op": "/", "right": capacity}
    ratio = add("OP", operands, total, reference)
    index["footprint.gco2e_per_kwh"] = add("FIELD_REF", {"field": "footprint.gco2e_per_kwh"}, ratio)
    fields = list(index)
    add("OP", {"fields": fields, "op": "passport"}, *index.values(), emitted)
    document = {
        "field_index": index,
        "nodes": nodes,
        "proof_version": "BPC-PROOF-1",
        "root_hash": hashes[-1],
    }
    return _canonical(document), hashes[-1]
