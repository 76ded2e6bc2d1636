"""The artifacts of one passport, and the folder that tools exchange (specification, 9.5)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clysm.workflow import atomic

FILES: Final = ("payload.json", "proof.json", "receipt.json", "qr.txt", "snapshot.json")


@dataclass(frozen=True, slots=True)
class Artifacts:
    """Canonical bytes without a final newline; `receipt` is the signed one."""

    payload: bytes
    proof: bytes
    receipt: bytes
    qr: bytes
    snapshot: bytes

    def files(self) -> dict[str, bytes]:
        """The content of each of FILES, in that order."""
        contents = (self.payload, self.proof, self.receipt, self.qr, self.snapshot)
        return dict(zip(FILES, contents, strict=True))


def write_folder(folder: Path, artifacts: Artifacts) -> None:
    """Write the files, the receipt last: with it the folder is complete. Raises OSError."""
    files = artifacts.files()
    for name in sorted(files, key=lambda name: name == "receipt.json"):
        atomic.write_if_changed(folder / name, files[name])
