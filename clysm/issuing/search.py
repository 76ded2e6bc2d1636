"""Find one product in the file of a series, which may hold a million, without reading the others as JSON."""

import json
import mmap
from collections.abc import Iterator
from pathlib import Path


def find_line(path: Path, sku: str) -> int | None:
    """The offset of the first line whose product has the SKU, spelled as JSON usually is; else None.

    Raises OSError.
    """
    with path.open("rb") as stream:
        if not path.stat().st_size:
            return None
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            spellings = {json.dumps(sku, ensure_ascii=plain).encode() for plain in (False, True)}
            offsets = sorted(offset for spelling in spellings for offset in _lines_with(data, spelling, sku))
            return offsets[0] if offsets else None


def _lines_with(data: mmap.mmap, spelling: bytes, sku: str) -> Iterator[int]:
    """The first line in which the SKU stands in this spelling as the SKU of the product."""
    place = data.find(spelling)
    while place >= 0:
        start = data.rfind(b"\n", 0, place) + 1
        end = data.find(b"\n", place)
        end = len(data) if end < 0 else end
        try:
            product = json.loads(data[start:end])
        except ValueError:
            product = None
        if isinstance(product, dict) and product.get("sku") == sku:
            yield start
            return
        place = data.find(spelling, end)
