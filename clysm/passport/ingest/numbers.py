"""Numbers of documents, from their spelling, without ever passing through a binary float.

Source: specification, 4.2.
"""

from __future__ import annotations

import re
from typing import Final

from clysm.passport.cjson import SAFE_INTEGER
from clysm.passport.decimals import integer_text
from clysm.passport.errors import IngestError

MAX_SIGNIFICANT: Final = 34  # digits, without leading and trailing zeros of the value
MAX_CHARACTERS: Final = 100  # of the decimal text, without its sign

_NUMBER: Final = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?)0*([0-9]+))?")
_LONGEST_SAFE: Final = len(str(-SAFE_INTEGER))  # characters; no longer integer is safe
_EXPONENT_DIGITS: Final = 18  # an exponent with more moves the point farther than any document is long


def exact_number(lexeme: str) -> int | str | IngestError:
    """A JSON number as an integer if it is written as one and safe, else as its canonical decimal text."""
    parts = _NUMBER.fullmatch(lexeme)
    if parts is None:
        return IngestError("BadNumber")
    if parts[3] is None and parts[5] is None and len(lexeme) <= _LONGEST_SAFE:
        return exact_integer(int(lexeme))
    return _text(parts)


def exact_integer(number: int) -> int | str:
    """An integer of moderate length: itself if it is safe, else its decimal text."""
    return number if -SAFE_INTEGER <= number <= SAFE_INTEGER else integer_text(number)


def decimal_text(lexeme: str) -> str | IngestError:
    """The canonical decimal text of a JSON number: no exponent, no superfluous zeros, `0` for every zero."""
    parts = _NUMBER.fullmatch(lexeme)
    return IngestError("BadNumber") if parts is None else _text(parts)


def _text(parts: re.Match[str]) -> str | IngestError:
    sign, whole, fraction, exponent_sign, exponent_digits = parts.groups(default="")
    all_digits = (whole + fraction).lstrip("0")
    if not all_digits:
        return "0"
    if len(exponent_digits) > _EXPONENT_DIGITS:
        return IngestError("NumberOutOfRange")
    # The value is digits / 10**scale.
    digits = all_digits.rstrip("0")
    exponent = int(exponent_sign + (exponent_digits or "0"))
    scale = len(fraction) - exponent - (len(all_digits) - len(digits))
    length = len(digits) - scale if scale <= 0 else max(len(digits), scale + 1) + 1
    if len(digits) > MAX_SIGNIFICANT or length > MAX_CHARACTERS:
        return IngestError("NumberOutOfRange")
    if scale <= 0:
        return sign + digits + "0" * -scale
    padded = digits.zfill(scale + 1)
    return f"{sign}{padded[:-scale]}.{padded[-scale:]}"
