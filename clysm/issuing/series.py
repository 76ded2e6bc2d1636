"""The shards of a series: every line of the file compiled, signed and put into a container.

The order says everything that the shards of a series have in common; what follows from it (the checked
rules, the shared facts, the key) is made once. A shard with a product that does not compile is not written.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from clysm.issuing import rulebook
from clysm.issuing.catalogs import fault, read_rules
from clysm.issuing.container import ContainerWriter
from clysm.issuing.errors import KeyFileError, ShardFailed
from clysm.issuing.faults import in_rules
from clysm.issuing.issue import sign
from clysm.issuing.keyfiles import load_key
from clysm.issuing.keyrings import key_id
from clysm.issuing.order import Order
from clysm.issuing.shards import MAX_LINE, Shard
from clysm.issuing.thinning import Lines, thin_compiled
from clysm.passport.batch import batch
from clysm.passport.catalog.facts import parse_series_line
from clysm.passport.catalog.values import CatalogError
from clysm.passport.compilation import RulesInput
from clysm.passport.errors import Failure
from clysm.passport.facts import Fact
from clysm.passport.ingest.json import ingest_json
from clysm.passport.payload import BatteryProduct
from clysm.passport.rules.package import Status

STEP: Final = 500  # passports between two calls of progress
MAX_FAULTS: Final = 10  # products that a failing shard names


class Issuer:
    """An order with what it needs, made ready once. Raises IssuingError."""

    def __init__(self, order: Order, environment: Mapping[str, str]) -> None:
        self.order = order
        root = Path()
        rules, tests = read_rules(root, order.folder, order.rules)
        rulebook.check(order.rules, order.folder, rules, tests)
        self._key = load_key(order.key, environment)
        if key_id(order.key, self._key.public_key) != order.signing_key_id:
            raise KeyFileError("the private key is not the one that signs in this build")
        self._shared = _read_facts(root, order.facts)
        source = RulesInput(order.rules.rule_package_version_id, Status.PUBLISHED.value, rules, tests)
        self._batch = batch(order.tenant_id, source, order.compiler_build_id, order.signing_key_id)

    def make(self, shard: Shard, target: Path, progress: Callable[[int], None]) -> tuple[int, int]:
        """Write the container of a shard: passports made, and its size. Raises IssuingError or OSError."""
        faults: list[str] = []
        failed = 0
        lines: dict[str, int] = {}
        with self._file().open("rb") as stream, ContainerWriter(target) as writer:
            for place, line in enumerate(_lines(stream, shard)):
                number = shard.first + place
                made = self._passport(line, number)
                if not isinstance(made, str) and (first := lines.setdefault(made[0], number)) != number:
                    made = f"{self._file()}:{number}: `{made[0]}` stands in line {first} already"
                if isinstance(made, str):
                    failed += 1
                    faults += [made] if failed <= MAX_FAULTS else []
                elif not failed:
                    writer.add(*made)
                if place % STEP == STEP - 1:
                    progress(STEP)
            progress(shard.lines % STEP)
            if failed:
                more = [f"and {failed - MAX_FAULTS} more"] if failed > MAX_FAULTS else []
                raise ShardFailed("\n".join((f"{failed} of {shard.lines} products fail", *faults, *more)))
            return len(writer.skus), writer.finish()

    def _file(self) -> Path:
        return Path(self.order.folder) / self.order.series.products

    def _passport(self, line: bytes, number: int) -> tuple[str, Lines] | str:
        """The passport of a line with its SKU, or what is wrong with it."""
        product = parse_series_line(self.order.series, line, number)
        if isinstance(product, CatalogError):
            return str(fault(product, self.order.folder))
        battery = BatteryProduct(product.battery_product_id, product.sku, product.name)
        facts = (*product.facts, *self._shared)
        compiled = self._batch.compile(battery, product.snapshot_id, facts, self.order.issued_at)
        if isinstance(compiled, Failure):
            reason = in_rules(compiled, f"{self.order.folder}/{self.order.rules.rules}")
            return f"{self._file()}:{number}: `{product.sku}`: {reason}"
        return product.sku, thin_compiled(compiled, sign(compiled.output, self._key))


def _lines(stream: BinaryIO, shard: Shard) -> Iterator[bytes]:
    """The lines of a shard without their ends. Raises ShardFailed if the file is not what was planned."""
    stream.seek(shard.start)
    digest = hashlib.sha256()
    while stream.tell() < shard.end:
        line = stream.readline(MAX_LINE)
        if not line:
            break
        digest.update(line)
        yield line.rstrip(b"\r\n")
    if digest.hexdigest() != shard.sha256:
        raise ShardFailed("the file of the series changed while it was read")


def _read_facts(root: Path, path: str | None) -> tuple[Fact, ...]:
    if path is None:
        return ()
    facts = ingest_json((root / path).read_bytes())
    if isinstance(facts, Failure):
        raise ShardFailed(f"the shared facts `{path}` cannot be read")
    return facts
