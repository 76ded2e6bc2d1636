"""One product of a series by itself, as if the catalog listed it."""

from pathlib import Path

from clysm.issuing.catalogs import CatalogFault, fault
from clysm.issuing.faults import in_words
from clysm.issuing.shards import MAX_LINE
from clysm.passport.catalog.facts import Facts, parse_series_line
from clysm.passport.catalog.values import CatalogError, Product, Series
from clysm.passport.errors import Failure
from clysm.passport.snapshot import SealedSnapshot, seal_facts


def read_product(
    root: Path, folder: str, series: Series, offset: int, shared: Facts, sealed_at: str
) -> tuple[Product, SealedSnapshot]:
    """The product whose line begins at `offset`, with its facts and those it shares. Raises CatalogFault."""
    try:
        with (root / folder / series.products).open("rb") as stream:
            number = 1
            while stream.tell() < offset:
                number += stream.readline(MAX_LINE).endswith(b"\n")
            line = stream.readline(MAX_LINE).rstrip(b"\r\n")
    except OSError as problem:
        raise CatalogFault(f"cannot read `{folder}/{series.products}`: {problem.strerror}") from problem
    found = parse_series_line(series, line, number)
    if isinstance(found, CatalogError):
        raise fault(found, folder)
    sealed = seal_facts(found.snapshot_id, (*found.facts, *shared), sealed_at)
    if isinstance(sealed, Failure):
        raise CatalogFault(f"{folder}/{series.products}:{number}: {in_words(sealed)}")
    product = Product(
        sku=found.sku,
        name=found.name,
        battery_product_id=found.battery_product_id,
        category=series.category,
        snapshot="",
        rules=series.rules,
    )
    return product, sealed
