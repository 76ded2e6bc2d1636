"""What a catalog says, as values: products, the snapshots they are compiled from, and the rules they obey.

Nothing here is read or checked; `reader` makes these values from the text of a catalog.
All paths are POSIX paths relative to the folder of the catalog file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clysm.passport.errors import Failure


@dataclass(frozen=True, slots=True)
class CatalogError(Failure):
    """A file of the catalog that is not what it should be.

    `line` and `column` count from 1, in code points; a fault without a place of its own, such as an absent
    member, has the place of the table it belongs to. `expected` is one line without a final stop.
    """

    file: str
    line: int
    column: int
    expected: str


@dataclass(frozen=True, slots=True)
class RulePackage:
    """One version of a rule package: its sources, and the id that receipts name."""

    name: str
    rule_package_version_id: str
    rules: str  # path of the rules source
    tests: str | None  # path of the tests source; without it the tests source is empty


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the industry that becomes facts of the battery `battery` (see `documents`)."""

    file: str
    family: str
    battery: str


@dataclass(frozen=True, slots=True)
class SnapshotSource:
    """Where the facts of a snapshot come from. `facts` are .json and .toml files (specification, 4.2)."""

    name: str
    snapshot_id: str
    facts: tuple[str, ...]
    documents: tuple[Document, ...]

    def files(self) -> tuple[str, ...]:
        """Every file the snapshot is made from, in the order of the catalog."""
        return (*self.facts, *(document.file for document in self.documents))


@dataclass(frozen=True, slots=True)
class Product:
    """A battery product: one passport. `snapshot` and `rules` are names in the same catalog."""

    sku: str
    name: str
    battery_product_id: str
    category: str  # EV, LMT or INDUSTRIAL
    snapshot: str
    rules: str


@dataclass(frozen=True, slots=True)
class Series:
    """Many products of one kind: `products` is a JSON Lines file, a product with its own facts per line.

    The snapshot of each product holds the facts of its line and those of the snapshot named here, if any.
    """

    name: str
    category: str
    products: str
    rules: str
    snapshot: str | None


@dataclass(frozen=True, slots=True)
class Catalog:
    """A whole catalog. The mappings keep the order of the file, and every name in it is resolved."""

    tenant_id: str
    issued_at: str  # of every receipt; an input, never a clock
    compiler_build_id: str
    rules: Mapping[str, RulePackage]
    snapshots: Mapping[str, SnapshotSource]
    products: Mapping[str, Product]  # by sku
    series: Mapping[str, Series]
