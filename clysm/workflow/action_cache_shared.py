"""A store of actions that several machines share: a directory, or a server that speaks HTTP.

Both hold what `action_cache_local` holds. The server is one in the style of bazel-remote:

    GET, PUT  URL/ac/KEY      entries
    GET, PUT  URL/cas/HASH    outputs

Nothing that comes from here is believed before its hash was checked. Neither kind evicts; a server does so by
itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from clysm.workflow import atomic
from clysm.workflow.action_cache_local import stored_path
from clysm.workflow.errors import ClysmError

FOUND, MISSING = 200, 404
STORED = (200, 201, 202, 204)

# Method, address and body of a request -> status and body of the answer. Raises OSError.
Transport = Callable[[str, str, bytes | None], tuple[int, bytes]]


class SharedStoreFailed(ClysmError):
    """A shared store that does not answer, or not as it should; the build goes on without it."""


class SharedStore(Protocol):
    """Bytes by kind (`ac`, `cas`) and name. Both methods raise SharedStoreFailed."""

    def read(self, kind: str, name: str) -> bytes | None: ...

    def write(self, kind: str, name: str, data: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class DirectoryStore:
    """A directory, as on a network file system."""

    directory: Path

    def read(self, kind: str, name: str) -> bytes | None:
        try:
            return stored_path(self.directory, kind, name).read_bytes()
        except FileNotFoundError:
            if self.directory.is_dir():
                return None
            raise SharedStoreFailed(f"`{self.directory}` is not a directory") from None
        except OSError as problem:
            raise SharedStoreFailed(f"`{self.directory}`: {problem.strerror}") from problem

    def write(self, kind: str, name: str, data: bytes) -> None:
        try:
            atomic.write_if_changed(stored_path(self.directory, kind, name), data)
        except OSError as problem:
            raise SharedStoreFailed(f"`{self.directory}`: {problem.strerror}") from problem


@dataclass(frozen=True, slots=True)
class HttpStore:
    """A server; `url` has no slash at its end."""

    url: str
    transport: Transport

    def read(self, kind: str, name: str) -> bytes | None:
        status, body = self._request("GET", kind, name, None)
        if status == MISSING:
            return None
        if status != FOUND:
            raise SharedStoreFailed(f"`{self.url}` answers with status {status}")
        return body

    def write(self, kind: str, name: str, data: bytes) -> None:
        status, _ = self._request("PUT", kind, name, data)
        if status not in STORED:
            raise SharedStoreFailed(f"`{self.url}` refuses what is to be stored: status {status}")

    def _request(self, method: str, kind: str, name: str, body: bytes | None) -> tuple[int, bytes]:
        try:
            return self.transport(method, f"{self.url}/{kind}/{name}", body)
        except OSError as problem:
            raise SharedStoreFailed(f"`{self.url}`: {problem}") from problem
