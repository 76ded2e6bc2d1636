"""One changed byte of a catalog passport: `verify` refuses, whichever file and position.

All bytes of all passports, but for the proofs of the large ones: verifying such a proof takes milliseconds,
and all of its bytes hours. Of these, one byte per node and those around the nodes are changed here, and all
of them where the environment variable CLYSM_EVERY_BYTE is set (some 90 minutes of one core).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

import pytest

from clysm.passport.catalog.facts import SeriesProduct, parse_series_line
from clysm.passport.errors import Failure
from clysm.passport.keyring import Keyring, read_keyring
from clysm.passport.payload import BatteryProduct
from clysm.passport.verification import passport as verification
from clysm.passport.verification.passport import verify_with_keyring
from clysm.passport.verification.proof import VerifiedProof, verify_proof
from tests.passport.test_catalog import FOLDER
from tests.passport.test_catalog_compile import compiled, directory, keyring
from tests.passport.test_catalog_rules import catalog, facts_of, snapshot

SHARDS: Final = 16  # parts of an exhaustive run, each a test
LINES: Final = range(24)  # of the series


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


@pytest.fixture
def _good_proofs_are_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beside an unchanged proof is changed thousands of times; its proof gives the same answer."""
    answers: dict[bytes, VerifiedProof | Failure] = {}

    def remembered(data: bytes) -> VerifiedProof | Failure:
        if data not in answers:
            answers[data] = verify_proof(data)
        return answers[data]

    monkeypatch.setattr(verification, "verify_proof", remembered)


def accepted(files: Mapping[str, bytes], name: str, positions: Iterable[int]) -> Iterator[int]:
    """The positions of a file whose byte can be another one without `verify` noticing.

    The lowest bit is changed: a letter or digit stays one, which is the change that is the hardest to see.
    """
    data = files[name]
    for at in positions:
        changed = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        if verify_with_keyring({**files, name: changed}, ring()).holds:
            yield at


def one_per_node(proof: bytes) -> list[int]:
    """A position in each node, here in one member, there in another, and positions around the nodes."""
    starts = [found.start() for found in re.finditer(rb'\{"children":', proof)]
    ends = [*starts[1:], proof.index(b'],"proof_version":')]
    inside = [
        start + int.from_bytes(hashlib.sha256(proof[start:end]).digest()[:4]) % (end - start)
        for start, end in zip(starts, ends, strict=True)
    ]
    return [*inside, *range(0, starts[0], 7), *range(ends[-1], len(proof))]


@pytest.mark.slow
@pytest.mark.usefixtures("_good_proofs_are_verified_once")
@pytest.mark.parametrize("name", ["payload.json", "receipt.json", "qr.txt", "snapshot.json"])
@pytest.mark.parametrize("sku", catalog().products)
def test_every_byte_beside_the_proof(sku: str, name: str) -> None:
    files = passport(sku)
    assert verify_with_keyring(files, ring()).holds
    assert list(accepted(files, name, range(len(files[name])))) == []


@pytest.mark.slow
@pytest.mark.parametrize("sku", catalog().products)
def test_every_node_of_the_proof(sku: str) -> None:
    files = passport(sku)
    positions = one_per_node(files["proof.json"])
    assert len(positions) > 1200
    assert list(accepted(files, "proof.json", positions)) == []


@pytest.mark.slow
@pytest.mark.usefixtures("_good_proofs_are_verified_once")
@pytest.mark.parametrize("line", LINES)
def test_every_byte_of_a_series(line: int) -> None:
    """Every byte of each file; of the proofs, which are much alike, every eighth, each three times over."""
    files = passport_of_series(line)
    assert verify_with_keyring(files, ring()).holds
    for name, data in files.items():
        step = 8 if name == "proof.json" else 1
        assert list(accepted(files, name, range(line % step, len(data), step))) == []


@pytest.mark.slow
@pytest.mark.skipif(
    "CLYSM_EVERY_BYTE" not in os.environ, reason="CLYSM_EVERY_BYTE is not set; it takes hours"
)
@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("sku", catalog().products)
def test_every_byte_of_the_proof(sku: str, shard: int) -> None:
    files = passport(sku)
    assert list(accepted(files, "proof.json", range(shard, len(files["proof.json"]), SHARDS))) == []
