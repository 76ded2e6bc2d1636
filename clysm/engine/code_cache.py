"""Machine code on disk: an image is compiled once per engine version and settings.

A file holds a digest and the code; the digest is checked before the engine sees the code, because the engine
trusts what it deserialises. A file that is damaged, foreign or unreadable is a miss.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import platform
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import wasmtime

from clysm.engine.engine import SETTINGS, engine_version
from clysm.engine.errors import ImageError
from clysm.wasm.sections import HEADER
from clysm.wasm.validate import validate

_MAGIC = b"clysm machine code 1\n"
_SUFFIX = ".code"


def compile_image(engine: wasmtime.Engine, wasm: bytes) -> wasmtime.Module:
    """Validate and compile. Raises ImageError with the validator's text and offset."""
    if not wasm.startswith(HEADER):  # wasmtime would read such bytes as the text format
        raise ImageError("invalid module: not a WebAssembly module of version 1")
    try:
        return wasmtime.Module(engine, wasm)
    except wasmtime.WasmtimeError as error:
        fault = validate(engine, wasm)
        reason = fault or " ".join(str(error).split())
        raise ImageError(f"invalid module: {reason}") from error


@dataclass(frozen=True, slots=True)
class CodeCache:
    """Compiled images and units in `directory`, at most about `max_bytes` together; the least recently used
    go first. How large they are is looked at when a file of `large` bytes comes, and at one of 256 others.
    Images of `shared` bytes of Wasm are compiled by one process at a time; others wait for its code.

    An unusable directory costs time, never correctness: the image is then compiled each time.
    """

    directory: Path
    max_bytes: int = 1 << 30
    large: int = 1 << 20
    shared: int = 1 << 19

    def load(self, engine: wasmtime.Engine, wasm: bytes) -> wasmtime.Module:
        """The compiled image, from disk or compiled now and stored. Raises ImageError if it is invalid."""
        key = code_key(wasm)
        path = self.directory / (key + _SUFFIX)
        module = _stored(engine, path, key)
        if module is not None:
            return module
        with self._alone(key) if len(wasm) >= self.shared else contextlib.nullcontext():
            module = _stored(engine, path, key)  # somebody may have compiled it meanwhile
            if module is None:
                module = compile_image(engine, wasm)
                with contextlib.suppress(OSError):
                    self._store(path, key, bytes(module.serialize()))
        return module

    @contextlib.contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """While no other process compiles what has that key; compiling takes all processors anyway."""
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                self.directory.mkdir(parents=True, exist_ok=True)
                path = self.directory / f"{key}{_SUFFIX}.lock"
                lock = stack.enter_context(path.open("wb"))
                fcntl.flock(lock, fcntl.LOCK_EX)
                stack.callback(path.unlink, missing_ok=True)
            yield

    def _store(self, path: Path, key: str, code: bytes) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=path.name, dir=self.directory)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_seal(key, code))
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        if len(code) >= self.large or key.startswith("00"):
            self._evict(keep=path)

    def _evict(self, keep: Path) -> None:
        """Remove the oldest files (abandoned temporary ones included) until the rest fits."""
        files = []
        for path in self.directory.glob(f"*{_SUFFIX}*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                files.append((status.st_mtime_ns, path.name, status.st_size, path))
        total = sum(size for _, _, size, _ in files)
        for _, _, size, path in sorted(files):
            if total <= self.max_bytes:
                return
            if path != keep:
                with contextlib.suppress(OSError):
                    path.unlink()
                    total -= size


def _stored(engine: wasmtime.Engine, path: Path, key: str) -> wasmtime.Module | None:
    """What the code in `path` makes; None if there is none that `key` made, or the engine refuses it: it was
    made for another processor.
    """
    code = _read(path, key)
    if code is None:
        return None
    try:
        module = wasmtime.Module.deserialize(engine, code)
    except wasmtime.WasmtimeError:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return module


def code_key(wasm: bytes) -> str:
    """SHA-256 over everything that decides about the machine code: engine, settings, processor, image."""
    settings = repr(sorted(SETTINGS.items()))
    digest = hashlib.sha256()
    for item in (engine_version(), settings, platform.machine(), hashlib.sha256(wasm).hexdigest()):
        digest.update(f"{len(item)}:{item}".encode())
    return digest.hexdigest()


def _digest(key: str, code: bytes) -> bytes:
    digest = hashlib.sha256(key.encode())
    digest.update(code)
    return digest.digest()


def _seal(key: str, code: bytes) -> bytes:
    return b"".join((_MAGIC, _digest(key, code), code))


def _read(path: Path, key: str) -> bytes | None:
    """The code sealed in `path`, or None if there is none that `key` made."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC) + hashlib.sha256().digest_size)
            code = file.read()
    except OSError:
        return None
    return code if head == _MAGIC + _digest(key, code) else None
