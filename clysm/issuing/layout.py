"""Where the products of issuing lie, relative to the project root and the build directory."""

from dataclasses import dataclass
from typing import Final

from clysm.issuing.artifacts import FILES
from clysm.issuing.names import safe_name

SHARD_SUFFIX: Final = ".passports"


@dataclass(frozen=True, slots=True)
class Layout:
    """All paths are relative to the project root and below the directory `build`, whatever a name is."""

    build: str

    @property
    def compiler(self) -> str:
        """The list of the sources that decide what passports say, with their hashes."""
        return f"{self.build}/passport-compiler.txt"

    @property
    def signing_key(self) -> str:
        """Id and public key of the key that signs."""
        return f"{self.build}/signing-key.json"

    @property
    def keyring(self) -> str:
        """The keyring as handed to those who verify."""
        return f"{self.build}/keyring.json"

    def rules(self, package: str) -> str:
        """The report of a rule package that may be published."""
        return f"{self.build}/rules/{safe_name(package)}.json"

    def snapshot(self, name: str) -> str:
        """The canonical document of a sealed snapshot."""
        return f"{self.build}/snapshots/{safe_name(name)}/snapshot.json"

    def facts(self, name: str) -> str:
        """The facts of a sealed snapshot."""
        return f"{self.build}/snapshots/{safe_name(name)}/facts.json"

    def passport(self, sku: str) -> str:
        """The artifact folder of a product."""
        return f"{self.build}/passports/{safe_name(sku)}"

    def artifacts(self, sku: str) -> tuple[str, ...]:
        """The files of the artifact folder."""
        return tuple(f"{self.passport(sku)}/{name}" for name in FILES)

    def image(self, sku: str, suffix: str) -> str:
        """The QR image of a product: `suffix` is png or svg."""
        return f"{self.build}/qr/{safe_name(sku)}.{suffix}"

    def manifest(self, series: str) -> str:
        """The list of the containers of a series."""
        return f"{self.build}/series/{safe_name(series)}/series.json"

    def container(self, series: str, number: int) -> str:
        """The container of a shard, numbered from 1."""
        return f"{self.build}/series/{safe_name(series)}/{number:04d}{SHARD_SUFFIX}"
