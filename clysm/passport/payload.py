"""Building the payload (BPC-PASSPORT-1) from an evaluation: specification, 8.1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clysm.passport.cjson import text

VERSION: Final = "BPC-PASSPORT-1"
MAX_PAYLOAD_SIZE: Final = 131072  # bytes (9.3, step 8)


@dataclass(frozen=True, slots=True)
class BatteryProduct:
    """What a passport is for."""

    battery_product_id: str  # a UUID
    sku: str
    name: str


def build_payload(product: BatteryProduct, compliance: str, fields: str) -> bytes:
    """The canonical document; `compliance` and `fields` are canonical text already.

    The texts of the product hold no surrogates.
    """
    return (
        f'{{"battery_product":{{"battery_product_id":"{product.battery_product_id}",'
        f'"name":{text(product.name)},"sku":{text(product.sku)}}},'
        f'"compliance":{compliance},"fields":{fields},"payload_version":"{VERSION}"}}'
    ).encode()
