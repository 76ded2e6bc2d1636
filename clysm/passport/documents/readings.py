"""How one member of a fact is read from one value of a document: a function from JSON to JSON, or to None.

None means that the document does not say it: the member stays out, and the rules will find it missing.
Nothing is rounded or guessed: a unit that is not listed, or a number that is none, is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from clysm.passport.cjson import Json
from clysm.passport.decimals import POWERS_OF_TEN, canonical_text, read_decimal
from clysm.passport.documents.pointers import resolve
from clysm.passport.ingest.numbers import exact_integer

Reading: TypeAlias = Callable[[Json], Json]

BLANK: Final[tuple[Json, ...]] = (None, "", [], {})

# The members that hold number and unit of a quantity, per vocabulary.
VALUES: Final = ("value", "gs1:value")
UNITS: Final = ("unit", "unitCode", "gs1:unitCode")

LAST_WORD: Final = re.compile(r"[^/#:]+\Z")


def plain(value: Json) -> Json:
    """The value as it is, unless it is blank."""
    return None if value in BLANK else value


def measured(shifts: Mapping[str, int]) -> Reading:
    """The number of a quantity, its point moved by what `shifts` says of the quantity's unit."""

    def read(value: Json) -> Json:
        if not isinstance(value, dict):
            return None
        unit = _first(value, UNITS)
        number = _first(value, VALUES)
        if not isinstance(unit, str) or unit not in shifts:
            return None
        return shifted(number, shifts[unit])

    return read


def scaled(shift: int) -> Reading:
    """A bare number, its point moved by `shift` places to the right."""
    return lambda value: shifted(value, shift)


def shifted(number: Json, shift: int) -> Json:
    """The number times 10^shift, exactly. Anything but an integer or a decimal text gives None."""
    if type(number) is int and shift >= 0:
        return exact_integer(number * POWERS_OF_TEN[shift])
    if type(number) is int:
        number = str(number)
    if not isinstance(number, str):
        return None
    decimal = read_decimal(number)
    if decimal is None:
        return None
    coefficient, scale = decimal
    if shift > 0:
        return canonical_text(coefficient * POWERS_OF_TEN[shift], scale)
    return canonical_text(coefficient, scale - shift)


def word(words: Mapping[str, str]) -> Reading:
    """The word of ours for the last word of a text, an IRI or a reference to one; other texts as they are."""

    def read(value: Json) -> Json:
        if isinstance(value, dict):
            value = value.get("@id")
        if not isinstance(value, str) or not value:
            return None
        last = LAST_WORD.search(value)
        return words.get(last[0].lower() if last else value, value)

    return read


def named(member: str, reading: Reading = plain) -> Reading:
    """What `reading` gives, as the only member of a record."""

    def read(value: Json) -> Json:
        content = reading(value)
        return None if content is None else {member: content}

    return read


def listed(*pointers: str, where: str | None = None) -> Reading:
    """The list of what `pointers` find in the elements of a list, in each the first text; other elements not.

    With `where`, only elements count in which the member of that name is true.
    """

    def read(value: Json) -> Json:
        found: list[Json] = []
        for element in value if isinstance(value, list) else ():
            if where is not None and not (isinstance(element, dict) and element.get(where) is True):
                continue
            texts = (resolve(element, pointer) for pointer in pointers)
            text = next((text for text in texts if isinstance(text, str) and text), None)
            if text is not None:
                found.append(text)
        return found or None

    return read


def reported(report_type: str) -> Reading:
    """The number in that report of a list of sensor reports which has this type."""

    def read(value: Json) -> Json:
        for report in value if isinstance(value, list) else ():
            if isinstance(report, dict) and report.get("type") == report_type:
                return shifted(report.get("value"), 0)
        return None

    return read


def _first(record: Mapping[str, Json], names: tuple[str, ...]) -> Json:
    return next((record[name] for name in names if name in record), None)
