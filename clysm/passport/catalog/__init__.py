"""Catalogs: which products there are, and which facts and rules make their passports.

A catalog is a TOML file; `clysm/catalog/catalog.toml` is the one of this project, and `[tool.clysm]` may
point at another. Everything here is pure: the caller reads the files and hands over bytes.

- `parse_catalog` reads the catalog file;
- `facts.snapshot_facts` reads the files of one snapshot;
- `facts.parse_series_line` reads one product of a series.
"""

from clysm.passport.catalog.reader import parse_catalog
from clysm.passport.catalog.values import (
    Catalog,
    CatalogError,
    Document,
    Product,
    RulePackage,
    Series,
    SnapshotSource,
)

__all__ = [
    "Catalog",
    "CatalogError",
    "Document",
    "Product",
    "RulePackage",
    "Series",
    "SnapshotSource",
    "parse_catalog",
]
