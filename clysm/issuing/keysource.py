"""Where the private key is. Naming the place reads nothing and needs no cryptography."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where the private key is: in the environment variable, if one is named, else in the file.

    `key_id` is its id in receipts, empty if it is to be derived; the id of a demo key always is.
    """

    variable: str | None
    file: Path
    key_id: str
    demo: bool
