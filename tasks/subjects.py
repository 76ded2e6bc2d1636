"""The products that passport tasks are named after: all of the catalog, and those asked for of a series.

A series has no task for each of its products; `doit passport:SKU` makes one for the product it names.
"""

import sys
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from clysm.issuing.names import safe_name
from clysm.issuing.search import find_line
from clysm.passport.catalog.values import Product, Series
from tasks.catalog import issuing

KINDS = ("passport", "verify", "replay", "qr")  # tasks that are named after a product


@dataclass(frozen=True, slots=True)
class InSeries:
    """A product of a series: where its line begins, and the number of the shard it is in, from 1."""

    sku: str
    series: Series
    offset: int
    shard: int


@cache
def subjects() -> tuple[Product | InSeries, ...]:
    """All of them, those of the catalog first."""
    products = tuple(issuing().catalog.products.values())
    names = {safe_name(product.sku) for product in products}
    return (*products, *(found for name in _asked_for() - names if (found := _in_series(unquote(name)))))


def _asked_for() -> set[str]:
    """The names on the command line behind `passport:` and the like."""
    parts = [argument.partition(":") for argument in sys.argv[1:]]
    return {name for kind, _, name in parts if kind in KINDS and name and safe_name(unquote(name)) == name}


def _in_series(sku: str) -> InSeries | None:
    shared = issuing()
    for series in shared.catalog.series.values():
        try:
            offset = find_line(shared.root / shared.path(series.products), sku)
        except OSError:
            continue
        if offset is not None:
            shards = shared.shards(series)
            number = next(n for n, shard in enumerate(shards, 1) if shard.start <= offset < shard.end)
            return InSeries(sku, series, offset, number)
    return None
