"""The artifacts of one passport, and the folder that tools exchange (specification, 9.5)."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clysm.issuing.staging import temporary_folder
from clysm.workflow import atomic

RECEIPT: Final = "receipt.json"
FILES: Final = ("payload.json", "proof.json", RECEIPT, "qr.txt", "snapshot.json")


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
    """Write the files, each by rename, the receipt last: with it the folder is complete. Raises OSError.

    They are written beside the folder, in which there is never a file that does not belong there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = artifacts.files()
    with temporary_folder(folder) as temporary:
        for name in sorted(files, key=lambda name: name == RECEIPT):
            atomic.write_bytes(temporary / name, files[name])
            os.replace(temporary / name, folder / name)
