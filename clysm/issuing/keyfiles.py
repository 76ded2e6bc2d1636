"""Private keys at rest: a file that only its owner may read, or an environment variable; Base64 of 32 bytes.

Nothing here returns, prints or raises key material: what comes out is a `PrivateKey`, which has no
printable form. Source: specification, section 11.
"""

import contextlib
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from clysm.issuing.errors import KeyFileError
from clysm.issuing.keysource import KeySource
from clysm.passport import base64text
from clysm.passport.errors import SigningKeyMissing
from clysm.passport.signing import KEY_BYTES, PrivateKey, read_private_key

MODE: Final = 0o600
_MAX_BYTES: Final = 1024  # of a key file, far more than it needs


def load_key(source: KeySource, environment: Mapping[str, str]) -> PrivateKey:
    """The private key. Raises KeyFileError."""
    if source.variable is None:
        return read_key_file(source.file)
    key = read_private_key(environment.get(source.variable, "").strip())
    if isinstance(key, SigningKeyMissing):
        raise KeyFileError(f"${source.variable} does not hold a private key: Base64 of {KEY_BYTES} bytes")
    return key


def read_key_file(path: Path) -> PrivateKey:
    """The key of a file. Raises KeyFileError where it is absent, open to others, or holds no key."""
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise KeyFileError(f"the private key `{path}` is not a file")
            mode = stat.S_IMODE(status.st_mode)
            if mode != MODE:
                raise KeyFileError(f"the private key `{path}` has mode {mode:04o} and must have {MODE:04o}")
            text = stream.read(_MAX_BYTES)
    except FileNotFoundError:
        raise KeyFileError(f"there is no private key `{path}`: `doit keygen` makes one") from None
    except OSError as problem:
        raise KeyFileError(f"the private key `{path}` cannot be read: {problem.strerror}") from None
    key = read_private_key(text.decode("ascii", "replace").strip())
    if isinstance(key, SigningKeyMissing):
        raise KeyFileError(f"`{path}` does not hold a private key: Base64 of {KEY_BYTES} bytes")
    return key


def make_key_file(path: Path, random: Callable[[int], bytes]) -> bool:
    """Write a new key of `random` bytes; False, and nothing changed, if there is a file already.

    The file never exists with another mode or without its content. Raises KeyFileError.
    """
    temporary = path.parent / f".{path.name[:100]}.{os.urandom(8).hex()}.tmp"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                os.fchmod(stream.fileno(), MODE)  # whatever the umask
                stream.write(base64text.encode(random(KEY_BYTES)).encode() + b"\n")
                stream.flush()
                os.fsync(stream.fileno())
            return _link(temporary, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
    except OSError as problem:
        raise KeyFileError(f"the private key `{path}` cannot be written: {problem.strerror}") from None


def _link(temporary: Path, path: Path) -> bool:
    """Give a complete file its name, unless another has it."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    return True
