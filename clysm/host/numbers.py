"""Ratios, single floats and complex numbers, which Python does not have in the needed form."""

from __future__ import annotations

import math
import struct
from typing import Any

_SINGLE = struct.Struct("<f")


class Ratio:
    """A quotient in lowest terms, denominator > 1. Arithmetic returns int where the result is integral."""

    __slots__ = ("den", "num")

    def __init__(self, num: int, den: int) -> None:
        self.num = num
        self.den = den

    @staticmethod
    def make(num: int, den: int) -> int | Ratio:
        """num/den in lowest terms. Raises ZeroDivisionError."""
        if den == 0:
            raise ZeroDivisionError("division by zero")
        common = math.gcd(num, den)
        if den < 0:
            common = -common
        num //= common
        den //= common
        return num if den == 1 else Ratio(num, den)

    def __eq__(self, other: Any) -> bool:
        if type(other) is Ratio:
            return self.num == other.num and self.den == other.den
        if type(other) is float and math.isfinite(other):
            num, den = other.as_integer_ratio()
            return self.num == num and self.den == den
        if type(other) is Single:
            return self == other.value
        return False

    def __hash__(self) -> int:
        return hash((self.num, self.den))

    def __float__(self) -> float:
        return self.num / self.den

    def __add__(self, other: Any) -> Any:
        if type(other) is int:
            return Ratio(self.num + other * self.den, self.den)
        if type(other) is Ratio:
            return Ratio.make(self.num * other.den + other.num * self.den, self.den * other.den)
        return float(self) + other if type(other) is float else NotImplemented

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __neg__(self) -> Ratio:
        return Ratio(-self.num, self.den)

    def __abs__(self) -> Ratio:
        return Ratio(abs(self.num), self.den)

    def __sub__(self, other: Any) -> Any:
        return self + -other if type(other) in (int, Ratio, float) else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if type(other) is int:
            return Ratio.make(self.num * other, self.den)
        if type(other) is Ratio:
            return Ratio.make(self.num * other.num, self.den * other.den)
        return float(self) * other if type(other) is float else NotImplemented

    def __rmul__(self, other: Any) -> Any:
        return self * other

    def __floordiv__(self, other: Any) -> Any:
        if type(other) is int:
            return self.num // (self.den * other)
        if type(other) is Ratio:
            return (self.num * other.den) // (self.den * other.num)
        return float(self) // other if type(other) is float else NotImplemented

    def __rfloordiv__(self, other: Any) -> Any:
        return (other * self.den) // self.num if type(other) is int else other // float(self)

    def __mod__(self, other: Any) -> Any:
        return self - (self // other) * other

    def __rmod__(self, other: Any) -> Any:
        return other - (other // self) * self

    def _compare(self, other: Any) -> Any:
        """A number with the sign of self - other."""
        if type(other) is int:
            return self.num - other * self.den
        if type(other) is Ratio:
            return self.num * other.den - other.num * self.den
        if type(other) is Single:
            other = other.value
        if type(other) is float:
            if not math.isfinite(other):
                return -other
            num, den = other.as_integer_ratio()
            return self.num * den - num * self.den
        raise TypeError(f"`{other!r}` is not a real number")

    def __lt__(self, other: Any) -> bool:
        return bool(self._compare(other) < 0)

    def __le__(self, other: Any) -> bool:
        return bool(self._compare(other) <= 0)

    def __gt__(self, other: Any) -> bool:
        return bool(self._compare(other) > 0)

    def __ge__(self, other: Any) -> bool:
        return bool(self._compare(other) >= 0)

    def __repr__(self) -> str:
        return f"{self.num}/{self.den}"


class Single:
    """A single float: a Python float rounded to 24 bits of precision after each operation."""

    __slots__ = ("value",)

    def __init__(self, value: float) -> None:
        self.value: float = _SINGLE.unpack(_SINGLE.pack(value))[0]

    def __eq__(self, other: Any) -> bool:
        return self.value == (other.value if type(other) is Single else other)

    def __hash__(self) -> int:
        return hash(("single", self.value))

    def __float__(self) -> float:
        return self.value

    def __neg__(self) -> Single:
        return Single(-self.value)

    def __abs__(self) -> Single:
        return Single(abs(self.value))

    def __add__(self, other: Any) -> Any:
        return _contagious(self.value.__add__, other)

    def __radd__(self, other: Any) -> Any:
        return _contagious(self.value.__add__, other)

    def __sub__(self, other: Any) -> Any:
        return _contagious(self.value.__sub__, other)

    def __rsub__(self, other: Any) -> Any:
        return _contagious(self.value.__rsub__, other)

    def __mul__(self, other: Any) -> Any:
        return _contagious(self.value.__mul__, other)

    def __rmul__(self, other: Any) -> Any:
        return _contagious(self.value.__mul__, other)

    def __floordiv__(self, other: Any) -> Any:
        return math.floor(self.value / float(other))

    def __rfloordiv__(self, other: Any) -> Any:
        return math.floor(float(other) / self.value)

    def __mod__(self, other: Any) -> Any:
        return self - (self // other) * other

    def __rmod__(self, other: Any) -> Any:
        return other - (other // self) * self

    def __lt__(self, other: Any) -> bool:
        return bool(self.value < (other.value if type(other) is Single else other))

    def __le__(self, other: Any) -> bool:
        return bool(self.value <= (other.value if type(other) is Single else other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.value > (other.value if type(other) is Single else other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.value >= (other.value if type(other) is Single else other))

    def __repr__(self) -> str:
        return repr(self.value)


def _contagious(operation: Any, other: Any) -> Any:
    """Apply a float operation; with a double the result is double, with any other number single."""
    kind = type(other)
    if kind is float:
        return operation(other)
    if kind is Single or kind is int or kind is Ratio:
        return Single(operation(float(other)))
    return NotImplemented


class Complex:
    """A complex number: two rationals, two single or two double floats. The host does not compute with it."""

    __slots__ = ("imag", "real")

    def __init__(self, real: Any, imag: Any) -> None:
        self.real = real
        self.imag = imag

    @staticmethod
    def make(real: Any, imag: Any) -> Any:
        """The number with these parts: both floats if one is, the real part alone if the other is 0."""
        kinds = (type(real), type(imag))
        if float in kinds:
            return Complex(float(real), float(imag))
        if Single in kinds:
            return Complex(Single(float(real)), Single(float(imag)))
        return real if imag == 0 else Complex(real, imag)

    def __repr__(self) -> str:
        return f"#C({self.real!r} {self.imag!r})"
