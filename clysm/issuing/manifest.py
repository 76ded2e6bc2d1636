"""The manifest of a series: its containers with their hashes, in which no product is twice."""

from array import array
from collections.abc import Sequence
from hashlib import blake2b, sha256
from itertools import pairwise
from pathlib import Path
from typing import Final

from clysm.issuing.container import Container
from clysm.issuing.errors import ContainerError
from clysm.workflow import jsonfile

SCHEMA_VERSION: Final = 1
_DIGEST: Final = 8  # bytes that stand for a SKU; what looks equal is looked at again


def manifest(series: str, containers: Sequence[Path]) -> bytes:
    """The manifest of containers in series order. Raises ContainerError if a SKU is there twice."""
    digests = array("Q")
    entries = []
    for path in containers:
        with Container(path) as container:
            digests.extend(_digest(sku) for sku in container.skus)
            entries.append(
                {
                    "file": path.name,
                    "passports": len(container),
                    "sha256": sha256(path.read_bytes()).hexdigest(),
                }
            )
    _refuse_repeated(digests, containers)
    return jsonfile.encode(
        {
            "schema_version": SCHEMA_VERSION,
            "series": series,
            "passports": len(digests),
            "containers": entries,
        }
    )


def _digest(sku: str) -> int:
    return int.from_bytes(blake2b(sku.encode(), digest_size=_DIGEST).digest())


def _refuse_repeated(digests: "array[int]", containers: Sequence[Path]) -> None:
    ordered = sorted(digests)
    repeated = {one for one, other in pairwise(ordered) if one == other}
    if not repeated:
        return
    where: dict[str, str] = {}
    for path in containers:
        with Container(path) as container:
            for sku in container.skus:
                if _digest(sku) in repeated and sku in where:
                    raise ContainerError(f"`{sku}` is in `{where[sku]}` and again in `{path.name}`")
                where |= {sku: path.name} if _digest(sku) in repeated else {}
