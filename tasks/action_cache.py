"""The action cache of a run, as the settings want it, and the requests to a shared one."""

import threading
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from clysm.workflow.action_cache import ActionCache
from clysm.workflow.action_cache_local import ACTIONS, LocalStore
from clysm.workflow.action_cache_shared import DirectoryStore, HttpStore, SharedStore
from tasks.run import run

SECONDS = 10.0  # for one request
MAX_BYTES = 64 << 20  # of one answer, which is what an object may have


@cache
def _open_once() -> ActionCache:
    project = run().project
    settings = project.settings
    local = LocalStore(project.path(settings.cache) / ACTIONS, settings.action_cache_mb << 20)
    return ActionCache(
        local, _shared(settings.shared_cache), write_shared=settings.shared_cache_mode == "read-write"
    )


_OPENING = threading.Lock()


def action_cache() -> ActionCache:
    """The one of this run."""
    with _OPENING:
        return _open_once()


def cached_image(key: str) -> bytes | None:
    """The image that an earlier link with this key gave."""
    outputs = action_cache().get(key)
    if outputs is None:
        return None
    if outputs.keys() != {"image"}:
        action_cache().reject(key)
        return None
    return outputs["image"]


def keep_image(key: str, image: bytes) -> None:
    """Keep an image for later builds."""
    action_cache().put(key, {"image": image})


def _shared(place: str) -> SharedStore | None:
    """The store at a directory, relative to the project's root, or at the address of a server."""
    if not place:
        return None
    if urlsplit(place).scheme in ("http", "https"):
        return HttpStore(place.rstrip("/"), request)
    return DirectoryStore(run().project.root / Path(place).expanduser())


def request(method: str, url: str, body: bytes | None) -> tuple[int, bytes]:
    """Status and body of one request; it follows nothing and sends no credentials. Raises OSError."""
    import http.client  # only where there is a server

    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request(method, parts.path, body, {"Content-Type": "application/octet-stream"})
        answer = connection.getresponse()
        data = answer.read(MAX_BYTES + 1)
    except (http.client.HTTPException, ValueError) as problem:
        raise OSError(f"not as HTTP wants it: {problem!r}") from problem
    finally:
        connection.close()
    if len(data) > MAX_BYTES:
        raise OSError(f"an answer larger than {MAX_BYTES} bytes")
    return answer.status, data
