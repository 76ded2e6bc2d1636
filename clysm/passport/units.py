"""Units, quantities, and conversion between units of one base.

Source: specification, 3.2 and 3.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from clysm.passport.decimals import decimal_text, read_form

QTY_SCALE: Final = 6  # decimals of every quantity


class Unit(NamedTuple):
    """One of `factor` times its base."""

    base: str
    factor: int


UNITS: Final[Mapping[str, Unit]] = {
    "kg": Unit("g", 1000),
    "g": Unit("g", 1),
    "kWh": Unit("Wh", 1000),
    "Wh": Unit("Wh", 1),
    "kgCO2e": Unit("gCO2e", 1000),
    "gCO2e": Unit("gCO2e", 1),
    "gCO2e_per_kWh": Unit("gCO2e_per_kWh", 1),
    "pct": Unit("pct", 1),
    "each": Unit("each", 1),
}


@dataclass(slots=True, unsafe_hash=True)
class Qty:
    """`coefficient / 10**6` of a unit. Not frozen for the reason that `Dec` is not."""

    unit: Final[str]
    coefficient: Final[int]


def convertible(source: str, target: str) -> bool:
    """Whether both are units and share a base."""
    return source in UNITS and target in UNITS and UNITS[source].base == UNITS[target].base


def convert(coefficient: int, source: str, target: str) -> int:
    """The coefficient in the target unit, rounded down. The units must be convertible."""
    return coefficient * UNITS[source].factor // UNITS[target].factor


def qty_text(quantity: Qty) -> str:
    """The number of a quantity with its six decimals: the member `value` of the JSON form."""
    return decimal_text(quantity.coefficient, QTY_SCALE)


def read_qty(unit: str, value: str) -> Qty | None:
    """The quantity whose JSON form has exactly these members, else None."""
    number = read_form(value, QTY_SCALE)
    if unit not in UNITS or number is None:
        return None
    return Qty(unit, number.coefficient)
