"""Verification of a payload against what its proof shows (specification, 8.2)."""

from __future__ import annotations

from typing import Final

from clysm.passport.cjson import decode_strict, text
from clysm.passport.errors import PayloadInvalid
from clysm.passport.payload import MAX_PAYLOAD_SIZE, VERSION, BatteryProduct
from clysm.passport.uuids import is_uuid
from clysm.passport.verification.semantics import Outcome

FRONT: Final = '{"battery_product":'
PRODUCT_MEMBERS: Final = {"battery_product_id", "name", "sku"}


def verify_payload(data: bytes, outcome: Outcome) -> BatteryProduct | PayloadInvalid:
    """The product of a payload whose fields and statements are exactly those of the outcome.

    All but the product follows from the outcome, so it is written and compared. What stands between, if it is
    the canonical form of a product, makes the whole the canonical form of a payload.
    """
    behind = _behind_product(outcome)
    if len(data) > MAX_PAYLOAD_SIZE or behind is None:
        return PayloadInvalid()
    end = len(data) - len(behind)
    if end < len(FRONT) or not data.startswith(FRONT.encode()) or not data.endswith(behind):
        return PayloadInvalid()
    product = decode_strict(data[len(FRONT) : end])
    if type(product) is not dict or product.keys() != PRODUCT_MEMBERS:
        return PayloadInvalid()
    product_id, name, sku = product["battery_product_id"], product["name"], product["sku"]
    if not is_uuid(product_id) or type(name) is not str or type(sku) is not str:
        return PayloadInvalid()
    return BatteryProduct(product_id, sku, name)


def _behind_product(outcome: Outcome) -> bytes | None:
    """The bytes of a payload behind its product; None if a field has no JSON form."""
    fields: list[str] = []
    for path in sorted(outcome.fields):
        value = outcome.fields[path]
        if value is None:
            return None
        fields.append(f"{text(path)}:{value}")
    statements = [
        f'{{"evidence":{text(evidence)},"id":{text(identifier)},"status":{text(status)}}}'
        for identifier, status, evidence in outcome.emissions
    ]
    return (
        f',"compliance":[{",".join(statements)}],"fields":{{{",".join(fields)}}},'
        f'"payload_version":"{VERSION}"}}'
    ).encode()
