"""The encoding of a JSON document and its text: UTF-8, with a byte order mark or without, and UTF-16.

RFC 8259 wants UTF-8 without a mark; exporters on Windows write the others. Without a mark the first two
bytes decide, since a JSON document begins with an ASCII character. UTF-32 is refused as what it looks like.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clysm.passport.errors import IngestError

# A mark, the name of the encoding it says, and the codec of what follows it.
MARKS: Final = (
    (b"\xef\xbb\xbf", "UTF-8 with BOM", "utf-8"),
    (b"\xff\xfe", "UTF-16LE with BOM", "utf-16-le"),
    (b"\xfe\xff", "UTF-16BE with BOM", "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a document, and the name of the encoding it came in."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded | IngestError:
    """The text of the document, or BadEncoding where it stops being text."""
    mark, name, codec = _detect(data)
    body = data[len(mark) :]
    try:
        return Decoded(body.decode(codec), name)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(codec)
        line_start = before.rfind("\n") + 1
        return IngestError("BadEncoding", before.count("\n") + 1, len(before) - line_start + 1)


def _detect(data: bytes) -> tuple[bytes, str, str]:
    for mark, name, codec in MARKS:
        if data.startswith(mark):
            return mark, name, codec
    match tuple(byte == 0 for byte in data[:2]):
        case (False, True):
            return b"", "UTF-16LE", "utf-16-le"
        case (True, False):
            return b"", "UTF-16BE", "utf-16-be"
    return b"", "UTF-8", "utf-8"
