"""What a worker is told about a series: where the private key is among it, but not the key."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clysm.issuing.keysource import KeySource
from clysm.passport.catalog.values import RulePackage, Series


@dataclass(frozen=True, slots=True)
class Order:
    """What to make of a series. Paths are relative to the project root, the working directory.

    `inputs` are hashes of the files that are read; they only tell one order from another.
    """

    folder: str
    tenant_id: str
    issued_at: str
    compiler_build_id: str
    rules: RulePackage
    series: Series
    facts: str | None
    key: KeySource
    signing_key_id: str
    inputs: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """As JSON for `read`."""
        return {**asdict(self), "key": {**asdict(self.key), "file": str(self.key.file)}}

    @staticmethod
    def read(members: Mapping[str, Any]) -> "Order":
        """The order of a record."""
        key = {**members["key"], "file": Path(members["key"]["file"])}
        parts = {"rules": RulePackage(**members["rules"]), "series": Series(**members["series"])}
        return Order(**{**members, **parts, "key": KeySource(**key), "inputs": tuple(members["inputs"])})
