"""Messages between the build and its worker processes: a JSON header and byte strings, each length-prefixed.

    u32 length of the header | header (UTF-8 JSON, its `blobs` a list of lengths) | the byte strings

Numbers are big-endian. A message is complete or the connection is over.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

HEADER_LIMIT = 64 << 20  # bytes


class WireError(Exception):
    """The other side sent something that is no message, or ended in the middle of one."""


@dataclass(frozen=True, slots=True)
class Message:
    header: dict[str, Any]
    blobs: tuple[bytes, ...] = ()


def write_message(stream: IO[bytes], header: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write one message and flush. Raises OSError."""
    text = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    stream.write(b"".join((len(text).to_bytes(4, "big"), text, *blobs)))
    stream.flush()


def read_message(stream: IO[bytes]) -> Message | None:
    """The next message; None at the end of the stream. Raises WireError or OSError."""
    prefix = stream.read(4)
    if not prefix:
        return None
    length = int.from_bytes(prefix, "big")
    if len(prefix) < 4 or length > HEADER_LIMIT:
        raise WireError("not a message")
    try:
        header = json.loads(_exactly(stream, length))
        sizes = [int(size) for size in header.pop("blobs")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WireError("not a message header") from error
    return Message(header, tuple(_exactly(stream, size) for size in sizes))


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise WireError("the stream ended within a message")
    return data
