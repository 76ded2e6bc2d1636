"""The families of documents that can be read, each with its table. The names stand in catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clysm.passport.documents.battery_pass import BATTERY_PASS
from clysm.passport.documents.openepcis import OPENEPCIS
from clysm.passport.documents.rows import Row
from clysm.passport.documents.tractus_x import TRACTUS_X

FAMILIES: Final[Mapping[str, tuple[Row, ...]]] = {
    "battery-pass": BATTERY_PASS,
    "tractus-x": TRACTUS_X,
    "openepcis": OPENEPCIS,
}
