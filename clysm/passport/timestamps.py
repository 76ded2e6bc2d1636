"""Dates and timestamps in the one spelling that documents use. Source: specification, section 2.

No function here reads a clock: a time is always an input.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, TypeGuard

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z")
_DATE_LENGTH: Final = len("YYYY-MM-DD")


def read_date(text: str) -> date | None:
    """The day of a text `YYYY-MM-DD`, of the proleptic Gregorian calendar in the years 0001 to 9999."""
    parts = _DATE.fullmatch(text)
    if parts is None:
        return None
    year, month, day = map(int, parts.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_timestamp(text: object) -> TypeGuard[str]:
    """Whether this is a text `YYYY-MM-DDTHH:MM:SSZ` that names a second of a real day."""
    return (
        type(text) is str
        and _TIME.fullmatch(text, _DATE_LENGTH) is not None
        and read_date(text[:_DATE_LENGTH]) is not None
    )
