"""JSON pointers (RFC 6901): the value at a place of a document."""

from __future__ import annotations

import re
from typing import Final

from clysm.passport.cjson import Json

INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")


def resolve(document: Json, pointer: str) -> Json:
    """The value at a pointer, or None if there is none; a null in the document cannot be told from that."""
    value = document
    for part in pointer.split("/")[1:]:
        if isinstance(value, dict):
            value = value.get(part.replace("~1", "/").replace("~0", "~"))
        elif isinstance(value, list) and INDEX.fullmatch(part) and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value
