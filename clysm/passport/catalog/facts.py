"""The facts of a snapshot, and of one product of a series, from the bytes of their files.

Two facts of one type and key are no fault here: sealing refuses them (specification, 5.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from clysm.passport.catalog.reader import ingest_fault
from clysm.passport.catalog.schema import TEXT, UUID, Kind
from clysm.passport.catalog.values import CatalogError, Series, SnapshotSource
from clysm.passport.documents.ingest import document_facts
from clysm.passport.errors import IngestError
from clysm.passport.facts import Fact, read_records
from clysm.passport.ingest.json import ingest_json, read_json
from clysm.passport.ingest.toml import ingest_toml

Facts = tuple[Fact, ...]

# How a file of facts is read, by the end of its name; the schema of the catalog allows no other ends.
READERS: Final[Mapping[str, Callable[[bytes], Facts | IngestError]]] = {
    "json": ingest_json,
    "toml": ingest_toml,
}

# The members of a line of a series; there are no others.
LINE: Final[Mapping[str, Kind]] = {
    "sku": TEXT,
    "name": TEXT,
    "battery_product_id": UUID,
    "snapshot_id": UUID,
    "facts": Kind(lambda value: isinstance(value, list), "a list of fact records"),
}


@dataclass(frozen=True, slots=True)
class SeriesProduct:
    """One product of a series. `facts` are those of its line, without the shared ones of the series."""

    sku: str
    name: str
    battery_product_id: str
    snapshot_id: str
    facts: Facts


def snapshot_facts(source: SnapshotSource, contents: Mapping[str, bytes]) -> Facts | CatalogError:
    """The facts of every file of a snapshot, in the order of the catalog. `contents` has them by path."""
    found: list[Fact] = []
    for path in source.files():
        if path not in contents:
            return CatalogError(path, 1, 1, "a file that can be read")
    for path in source.facts:
        facts = READERS[path.rpartition(".")[2]](contents[path])
        if isinstance(facts, IngestError):
            return ingest_fault(path, facts)
        found += facts
    for document in source.documents:
        facts = document_facts(contents[document.file], document.file, document.family, document.battery)
        if isinstance(facts, IngestError):
            return ingest_fault(document.file, facts)
        found += facts
    return tuple(found)


def parse_series_line(series: Series, line: bytes, number: int) -> SeriesProduct | CatalogError:
    """The product in line `number`, from 1, of the file of a series: one JSON object, and nothing else."""

    def fault(expected: str, column: int = 1) -> CatalogError:
        return CatalogError(series.products, number, column, expected)

    value: Any = read_json(line)
    if isinstance(value, IngestError):
        error = ingest_fault(series.products, value)
        return fault(error.expected, error.column)
    if not isinstance(value, dict) or value.keys() != LINE.keys():
        return fault("an object with the members " + ", ".join(LINE))
    for key, kind in LINE.items():
        if not kind.holds(value[key]):
            return fault(f"`{key}`: {kind.expected}")
    facts = read_records(value["facts"])
    if isinstance(facts, IngestError):
        return fault(ingest_fault(series.products, facts).expected)
    return SeriesProduct(
        value["sku"], value["name"], value["battery_product_id"], value["snapshot_id"], facts
    )
