"""The products that passports are measured with: two kilobytes of payload, numbers and serials of their own.

Lines and order are made from a seed, so that every run measures the same work.
"""

import json
import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from clysm.issuing.keysource import KeySource
from clysm.issuing.order import Order
from clysm.passport.builds import BUILD_ID
from clysm.passport.catalog.values import RulePackage, Series

RULES: Final = Path(__file__).parent / "passports.rules"
TESTS: Final = Path(__file__).parent / "passports.tests"
SEED: Final = bytes(range(32))  # of the key that signs what is measured
KEY_VARIABLE: Final = "CLYSM_BENCH_KEY"
PACKAGE: Final = RulePackage("measured", "5c1d7f43-9a0b-4f57-b0f9-2f1f5d9e6b03", RULES.name, TESTS.name)
SERIES: Final = Series("measured", "EV", "series.jsonl", "measured", None)
KEY_ID: Final = "bench"

_SENTENCES: Final = {
    f"statement_{number:02}": f"Sentence {number}, which every battery of this model has in its passport."
    for number in range(17)
}


def lines(count: int) -> Iterator[bytes]:
    """The lines of a series of so many products, without line ends."""
    source = random.Random(1)
    for number in range(count):
        sku = f"CELL-{number:07}"
        payload = {
            **_SENTENCES,
            "serial": sku,
            "capacity_kwh": f"{source.randrange(40, 90)}.{source.randrange(10)}",
            "total_gco2e": source.randrange(3_000_000, 6_000_000),
            "made": f"2027-{source.randrange(1, 13):02}-{source.randrange(1, 29):02}",
            "weight_kg": source.randrange(300, 500),
            "cells": [f"{source.randrange(10**9):09}" for _ in range(8)],
        }
        yield json.dumps(_product(sku, payload, source)).encode()


def _product(sku: str, payload: dict[str, Any], source: random.Random) -> dict[str, Any]:
    fact = {"fact_type": "Battery", "fact_key": "battery", "schema_version": 1, "payload": payload}
    return {
        "sku": sku,
        "name": "Cell block of the measured series",
        "battery_product_id": str(uuid.UUID(int=source.getrandbits(128), version=4)),
        "snapshot_id": str(uuid.UUID(int=source.getrandbits(128), version=4)),
        "facts": [fact],
    }


def write_project(folder: Path, count: int) -> Order:
    """Write the files that the order names, with so many products."""
    for source in (RULES, TESTS):
        (folder / source.name).write_bytes(source.read_bytes())
    with (folder / SERIES.products).open("wb") as stream:
        stream.writelines(line + b"\n" for line in lines(count))
    return order()


def order() -> Order:
    """What is made of the series, for a worker in the folder of `write_project`."""
    return Order(
        folder=".",
        tenant_id="3f0c1a52-7d5e-4c7b-9a38-0b7a3b2a9e01",
        issued_at="2027-01-01T00:00:00Z",
        compiler_build_id=BUILD_ID,
        rules=PACKAGE,
        series=SERIES,
        facts=None,
        key=KeySource(KEY_VARIABLE, Path(), KEY_ID, False),
        signing_key_id=KEY_ID,
        inputs=(),
    )


def rule_lines(count: int) -> bytes:
    """A package of so many lines, in which every field needs the one before."""
    fields = [
        'field f0: Dec(2) = toDec(2, unwrapOr(recordGet(unwrapOr(getFact("T", "k"), {}), "n"), 1));\n',
    ]
    lines_left = count - 1
    number = 1
    while lines_left >= 5:
        fields.append(
            f"-- Field number {number}\n"
            f"field group{number % 7}.f{number}: Dec(2) =\n"
            f'  let before = field("{_path(number - 1)}");\n'
            f'  assert(before >= 0.00 || true, "E{number}", "it is not negative");\n'
            f"  if before > 10.00 && before < 99.50 then before * 0.5 else before + {number}.25;\n"
        )
        lines_left -= 5
        number += 1
    return "".join([*fields, *["-- filler\n"] * lines_left]).encode()


def _path(number: int) -> str:
    return f"group{number % 7}.f{number}" if number else "f0"
