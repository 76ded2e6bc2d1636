"""The translation cache: one file per translated source, named by the hash of all that the translation used.

A file is a line with the SHA-256 of the rest, then marshalled data. Files appear by rename. A file that does
not match its hash is ignored, and written again.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from clysm.host.errors import CacheDamage, Position
from clysm.host.evaluator.unit import Unit

_SOURCES: Final = Path(__file__).parent


@dataclass(frozen=True)
class Translation:
    """What is kept of a translated file.

    `interned`: (package, names of symbols) that reading it made. `assumed_single`: cells of functions that
    the code assumes to return one value.
    """

    units: tuple[Unit, ...]
    interned: tuple[tuple[str, tuple[str, ...]], ...]
    assumed_single: tuple[str, ...]


@cache
def evaluator_hash() -> str:
    """SHA-256 over the host's sources and the Python version: a change of either voids all translations."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(_SOURCES.rglob("*")):
        if path.suffix in (".py", ".txt"):
            digest.update(path.relative_to(_SOURCES).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def cache_key(*parts: str | bytes) -> str:
    """The key of a translation made from these parts."""
    digest = hashlib.sha256(evaluator_hash().encode())
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


def read_translation(directory: Path, key: str) -> Translation | None:
    """The translation with a key, None if there is none. Raises CacheDamage if the file was changed."""
    path = directory / f"{key}.host"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    digest, _, payload = content.partition(b"\n")
    if digest != hashlib.sha256(payload).hexdigest().encode():
        raise CacheDamage("translation is damaged", Position(str(path)), "", "it is made again")
    units, interned, assumed_single = marshal.loads(payload)
    return Translation(tuple(Unit(*unit) for unit in units), interned, assumed_single)


def write_translation(directory: Path, key: str, translation: Translation) -> None:
    """Store a translation under a key. A concurrent writer of the same key writes the same."""
    units = tuple((unit.code, unit.constants, unit.references) for unit in translation.units)
    payload = marshal.dumps((units, translation.interned, translation.assumed_single))
    directory.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=directory, prefix=f"{key[:16]}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload)
        os.replace(temporary, directory / f"{key}.host")
    except BaseException:
        os.unlink(temporary)
        raise
