"""Keyring files, and which key signs: its id, and that the keyring lets it sign.

Source: specification, section 11. A file is only ever added to; a key id keeps its key.
"""

import hashlib
from pathlib import Path
from typing import Final

from clysm.issuing.errors import KeyringFileError
from clysm.issuing.keysource import KeySource
from clysm.passport.errors import Failure, ValidationError
from clysm.passport.keyring import Keyring, Status, add_key, may_sign, read_keyring, set_status, write_keyring
from clysm.passport.signing import PublicKey
from clysm.workflow import atomic

DEMO: Final = "demo"
_DIGITS: Final = 16  # of the hash in a derived id


def key_id(source: KeySource, public_key: PublicKey) -> str:
    """The id of the key in receipts; that of a demo key says so."""
    if source.key_id and not source.demo:
        return source.key_id
    digits = hashlib.sha256(public_key.raw).hexdigest()[:_DIGITS]
    return f"{DEMO if source.demo else 'key'}-{digits}"


def read_keyring_file(path: Path) -> Keyring:
    """The keyring of a file. Raises KeyringFileError, or FileNotFoundError where there is none."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise KeyringFileError(f"the keyring `{path}` cannot be read: {problem.strerror}") from problem
    keyring = read_keyring(data)
    if isinstance(keyring, ValidationError):
        raise KeyringFileError(f"`{path}` is not a keyring: {keyring.reason}")
    if isinstance(keyring, Failure):
        place = f"{keyring.line}:{keyring.column}: " if keyring.line is not None else ""
        raise KeyringFileError(f"`{path}` is not a keyring: {place}{keyring.kind}")
    return keyring


def enter_key(path: Path, name: str, public_key: PublicKey) -> Keyring:
    """See that the keyring at `path` has the key and lets it sign; a file is made where there is none.

    Raises KeyringFileError where the id belongs to another key or the key may not sign any more.
    """
    try:
        keyring = read_keyring_file(path)
    except FileNotFoundError:
        keyring = Keyring()
    entered = add_key(keyring, name, public_key)
    if isinstance(entered, ValidationError):
        raise KeyringFileError(f"keyring `{path}`: {entered.reason}")
    if not may_sign(entered, name, public_key):
        status = entered.keys[name].status.value
        raise KeyringFileError(f"keyring `{path}`: key `{name}` is {status} and signs no more")
    _write(path, entered)
    return entered


def change_status(path: Path, name: str, status: Status) -> None:
    """Retire or revoke a key. Raises KeyringFileError."""
    try:
        changed = set_status(read_keyring_file(path), name, status)
    except FileNotFoundError:
        raise KeyringFileError(f"there is no keyring `{path}`") from None
    if isinstance(changed, ValidationError):
        raise KeyringFileError(f"keyring `{path}`: {changed.reason}")
    _write(path, changed)


def _write(path: Path, keyring: Keyring) -> None:
    document = write_keyring(keyring)
    if isinstance(document, Failure):
        raise KeyringFileError(f"the keyring `{path}` cannot be written: a key id is not encodable")
    try:
        atomic.write_if_changed(path, document)
    except OSError as problem:
        raise KeyringFileError(f"the keyring `{path}` cannot be written: {problem.strerror}") from problem
