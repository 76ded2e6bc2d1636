"""Exact decimals: the value `Dec(s)`, its texts, and every rounding there is.

Source: specification, 3.1 and 3.3. Which operation rounds how is decided by `clysm.passport.operations`;
quantities, which are coefficients at scale 6, are in `clysm.passport.units`.
All arithmetic is on integer coefficients. No function here fails on any length of number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast

MAX_SCALE: Final = 18
MAX_DIGITS: Final = 1000  # digits of an integer, a coefficient or a decimal text (3.3, 6.6)
BOUND: Final = 10**MAX_DIGITS  # a result is in range exactly when -BOUND < n < BOUND
POWERS_OF_TEN: Final[tuple[int, ...]] = tuple(10**n for n in range(MAX_SCALE + 1))

_CHUNK: Final = 512  # digits that every interpreter converts, whatever its limit is set to (at least 640)
_CHUNK_POWER: Final = 10**_CHUNK
_DECIMAL: Final = re.compile(r"(-?(?:0|[1-9][0-9]*))(?:\.([0-9]+))?")


@dataclass(slots=True, unsafe_hash=True)
class Dec:
    """`coefficient / 10**scale`, 0 <= scale <= 18.

    Not frozen, since evaluation makes millions of them and freezing triples the cost; to the type checker the
    members are final.
    """

    coefficient: Final[int]
    scale: Final[int]


def power_of_ten(exponent: int) -> int:
    """10 to a non-negative power."""
    if exponent <= MAX_SCALE:
        return POWERS_OF_TEN[exponent]
    return cast(int, 10**exponent)


def in_range(n: int) -> bool:
    """Whether n has at most 1000 digits."""
    return -BOUND < n < BOUND


def integer_text(n: int) -> str:
    """The decimal digits of n, of any length.

    `str` refuses long integers, at a limit that the environment may set.
    """
    if -_CHUNK_POWER < n < _CHUNK_POWER:
        return str(n)
    chunks: list[str] = []
    rest = abs(n)
    while rest >= _CHUNK_POWER:
        rest, low = divmod(rest, _CHUNK_POWER)
        chunks.append(f"{low:0{_CHUNK}d}")
    chunks.append(str(rest))
    return ("-" if n < 0 else "") + "".join(reversed(chunks))


def text_integer(digits: str) -> int:
    """The value of ASCII digits, at least one, of any length, without a sign."""
    value = 0
    for start in range(0, len(digits), _CHUNK):
        chunk = digits[start : start + _CHUNK]
        value = value * power_of_ten(len(chunk)) + int(chunk)
    return value


def decimal_text(coefficient: int, scale: int) -> str:
    """`coefficient / 10**scale` with exactly `scale` digits behind the point (3.1): (-5, 2) -> "-0.05"."""
    if scale == 0:
        return integer_text(coefficient)
    digits = integer_text(coefficient).zfill(scale + 1 + (coefficient < 0))
    return f"{digits[:-scale]}.{digits[-scale:]}"


def canonical_text(coefficient: int, scale: int) -> str:
    """The decimal text without superfluous zeros (4.2): (7550, 2) -> "75.5", (100, 2) -> "1"."""
    text = decimal_text(coefficient, scale)
    return text.rstrip("0").rstrip(".") if scale else text


def rescale(coefficient: int, scale: int, wanted: int) -> int | None:
    """The coefficient of the same value at another scale, None if that is not an integer."""
    if wanted >= scale:
        return coefficient * power_of_ten(wanted - scale)
    quotient, rest = divmod(coefficient, power_of_ten(scale - wanted))
    return None if rest else quotient


def round_floor(coefficient: int, scale: int, wanted: int) -> int:
    """The greatest coefficient at the wanted scale that is not above the value."""
    if wanted >= scale:
        return coefficient * power_of_ten(wanted - scale)
    return coefficient // power_of_ten(scale - wanted)


def round_half_even(coefficient: int, scale: int, wanted: int) -> int:
    """The nearest coefficient at the wanted scale; a tie goes to the even one."""
    if wanted >= scale:
        return coefficient * power_of_ten(wanted - scale)
    unit = power_of_ten(scale - wanted)
    quotient, rest = divmod(coefficient, unit)
    return quotient + (2 * rest > unit or (2 * rest == unit and quotient % 2 == 1))


def round_half_up(coefficient: int, scale: int, wanted: int) -> int:
    """The nearest coefficient at the wanted scale; a tie goes away from zero."""
    if wanted >= scale:
        return coefficient * power_of_ten(wanted - scale)
    unit = power_of_ten(scale - wanted)
    quotient, rest = divmod(abs(coefficient), unit)
    rounded = quotient + (2 * rest >= unit)
    return -rounded if coefficient < 0 else rounded


# The literal modes of the builtin `round`; each takes (coefficient, scale, wanted scale).
ROUNDINGS: Final[Mapping[str, Callable[[int, int, int], int]]] = {
    "floor": round_floor,
    "half_even": round_half_even,
    "half_up": round_half_up,
}


def read_decimal(text: str) -> tuple[int, int] | None:
    r"""Coefficient and scale of a text that is a decimal in the sense of 6.6, else None.

    That is `-?(0|[1-9][0-9]*)(\.[0-9]+)?` with at most 1000 digits; the scale may thus be above 18.
    """
    return _read(text, MAX_DIGITS)


def read_form(text: str, scale: int) -> Dec | None:
    """The Dec whose JSON form (3.1) at this scale is exactly this text, else None.

    So "-0.00" is refused, and "1.5" at scale 2. A form may have any number of digits.
    """
    read = _read(text, len(text))
    if read is None or read[1] != scale or (read[0] == 0 and text[0] == "-"):
        return None
    return Dec(read[0], scale)


def _read(text: str, max_digits: int) -> tuple[int, int] | None:
    found = _DECIMAL.fullmatch(text)
    if found is None:
        return None
    signed, fraction = found.groups(default="")
    digits = signed + fraction
    if len(digits) <= _CHUNK:
        return int(digits), len(fraction)
    sign, digits = ("-", digits[1:]) if digits[0] == "-" else ("", digits)
    if len(digits) > max_digits:
        return None
    coefficient = text_integer(digits)
    return (-coefficient if sign else coefficient), len(fraction)
