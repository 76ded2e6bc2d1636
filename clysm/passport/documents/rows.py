"""A row of a family's table, and the words and units that families share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from clysm.passport.cjson import Json
from clysm.passport.documents.readings import Reading, listed, scaled, word


class Row(NamedTuple):
    """Where a member of a fact is found in a document, and how it is read there.

    Fact types and members are those of the rule package `eu-battery-passport`. Where several rows read the
    same member, the first that finds something counts.
    """

    fact_type: str
    member: str
    pointer: str  # RFC 6901
    reading: Reading


def share(value: Json) -> Json:
    """A percentage as parts of a hundred."""
    parts = scaled(0)(value)
    return None if parts is None else {"contained": 100, "recovered": parts}


CATEGORIES: Final[Mapping[str, str]] = {
    "ev": "EV",
    "evbattery": "EV",
    "lmt": "LMT",
    "lmtbattery": "LMT",
    "industrial": "INDUSTRIAL",
    "industrialbattery": "INDUSTRIAL",
    "stationarybattery": "INDUSTRIAL",
}
STATUSES: Final[Mapping[str, str]] = {
    "original": "original",
    "repurposed": "repurposed",
    "reused": "re-used",
    "re-used": "re-used",
    "remanufactured": "remanufactured",
    "waste": "waste",
}

# Units as documents spell them, UN/CEFACT codes among them, and the power of ten into the unit of ours.
KILOGRAMS: Final = {"KGM": 0, "GRM": -3, "unit:kilogram": 0, "unit:gram": -3}
KILOWATT_HOURS: Final = {"KWH": 0, "WHR": -3}
AMPERE_HOURS: Final = {"AMH": 0}
VOLTS: Final = {"VLT": 0}
WATTS: Final = {"WTT": 0, "KWT": 3}
OHMS: Final = {"OHM": 0}
PER_CENT: Final = {"P1": 0}

category: Final = word(CATEGORIES)
status: Final = word(STATUSES)
links: Final = listed("/content")  # of documents that are linked to
