"""One changed byte of a catalog passport: verification refuses, whichever file and position.

All bytes of all passports are a battery; otherwise it is one of STEP. `accepts` makes the checks that
`verify` reports on and stops at the first that fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import pytest

from clysm.passport.catalog.facts import SeriesProduct, parse_series_line
from clysm.passport.keyring import Keyring, read_keyring
from clysm.passport.payload import BatteryProduct
from clysm.passport.verification.passport import accepts
from tests.passport.test_catalog import FOLDER
from tests.passport.test_catalog_compile import compiled, directory, keyring
from tests.passport.test_catalog_rules import catalog, facts_of, snapshot

PARTS: Final = 6  # of each file, so that processes can share the work
LINES: Final = range(24)  # of the series
STEP: Final = 11


@cache
def ring() -> Keyring:
    read = read_keyring(keyring())
    assert isinstance(read, Keyring)
    return read


@cache
def passport(sku: str) -> Mapping[str, bytes]:
    product = catalog().products[sku]
    return directory(
        *compiled(
            BatteryProduct(product.battery_product_id, product.sku, product.name),
            catalog().snapshots[product.snapshot].snapshot_id,
            facts_of(sku),
            product.rules,
        )
    )


@cache
def passport_of_series(line: int) -> Mapping[str, bytes]:
    (series,) = catalog().series.values()
    lines = (FOLDER / series.products).read_bytes().splitlines()
    assert len(lines) == len(LINES)
    product = parse_series_line(series, lines[line], line + 1)
    assert isinstance(product, SeriesProduct)
    assert series.snapshot is not None
    return directory(
        *compiled(
            BatteryProduct(product.battery_product_id, product.sku, product.name),
            product.snapshot_id,
            (*snapshot(series.snapshot), *product.facts),
            series.rules,
        )
    )


def unnoticed(
    files: Mapping[str, bytes], part: int = 0, parts: int = 1, *, first: int = 0, step: int = 1
) -> list[tuple[str, int]]:
    """The files and positions whose byte can be another one without verification noticing; of each part of a
    file those from `first` on, by `step`.

    The lowest bit is changed: a letter or digit stays one, which is the change that is the hardest to see.
    The last bytes come first: verification forgets a proof after many that begin otherwise.
    """
    assert accepts(files, ring())
    return [
        (name, at)
        for name, data in files.items()
        for at in reversed(range(part * len(data) // parts + first, (part + 1) * len(data) // parts, step))
        if accepts({**files, name: data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]}, ring())
    ]


@pytest.mark.parametrize("number", range(len(catalog().products)))
def test_a_byte_here_and_there(number: int) -> None:
    sku = sorted(catalog().products)[number]
    assert unnoticed(passport(sku), first=number % STEP, step=STEP) == []


@pytest.mark.parametrize("line", LINES)
def test_a_byte_here_and_there_of_a_series(line: int) -> None:
    assert unnoticed(passport_of_series(line), first=line % STEP, step=STEP) == []


@pytest.mark.battery
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("sku", catalog().products)
def test_every_byte(sku: str, part: int) -> None:
    assert unnoticed(passport(sku), part, PARTS) == []


@pytest.mark.battery
@pytest.mark.parametrize("line", LINES)
def test_every_byte_of_a_series(line: int) -> None:
    assert unnoticed(passport_of_series(line)) == []
