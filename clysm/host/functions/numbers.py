"""Numbers: arithmetic over integers, ratios and floats, division with remainder, bits, floats taken apart."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

from clysm.host.functions.registry import lisp
from clysm.host.numbers import Complex, Ratio, Single
from clysm.host.objects import Cons, T

_NUMBERS = frozenset({int, float, Ratio, Single})


def number(value: Any) -> Any:
    """The same value, if it is a number. Raises TypeError otherwise."""
    if type(value) not in _NUMBERS:
        raise TypeError(f"`{value!r}` is not a number")
    return value


def _folded(operation: Callable[[Any, Any], Any], unit: int) -> Callable[..., Any]:
    def apply(*args: Any) -> Any:
        for arg in args:
            number(arg)
        return functools.reduce(operation, args, unit) if args else unit

    return apply


lisp("+")(_folded(operator.add, 0))
lisp("*")(_folded(operator.mul, 1))
lisp("LOGAND")(_folded(operator.and_, -1))
lisp("LOGIOR")(_folded(operator.or_, 0))
lisp("LOGXOR")(_folded(operator.xor, 0))


@lisp("-")
def _subtract(first: Any, *rest: Any) -> Any:
    number(first)
    if not rest:
        return -first
    for arg in rest:
        first = first - number(arg)
    return first


@lisp("/")
def divide(first: Any, *rest: Any) -> Any:
    number(first)
    if not rest:
        return _quotient(1, first)
    for arg in rest:
        first = _quotient(first, number(arg))
    return first


def _quotient(left: Any, right: Any) -> Any:
    if type(left) is int and type(right) is int:
        return Ratio.make(left, right)
    if type(left) in (int, Ratio) and type(right) in (int, Ratio):
        a, b = rational_parts(left)
        c, d = rational_parts(right)
        return Ratio.make(a * d, b * c)
    result = float(left) / float(right)
    return result if float in (type(left), type(right)) else Single(result)


def rational_parts(value: Any) -> tuple[int, int]:
    """Numerator and denominator of an integer, ratio or float."""
    if type(value) is int:
        return value, 1
    if type(value) is Ratio:
        return value.num, value.den
    return float(number(value)).as_integer_ratio()


@lisp("1+")
def _one_plus(value: Any) -> Any:
    return number(value) + 1


@lisp("1-")
def _one_minus(value: Any) -> Any:
    return number(value) - 1


# Comparison


def _chain(compare: Callable[[Any, Any], bool]) -> Callable[..., Any]:
    def check(first: Any, *rest: Any) -> Any:
        number(first)
        result = T
        for item in rest:
            if not compare(first, number(item)):
                result = None  # type: ignore[assignment]
            first = item
        return result

    return check


lisp("=")(_chain(operator.eq))
lisp("<")(_chain(operator.lt))
lisp(">")(_chain(operator.gt))
lisp("<=")(_chain(operator.le))
lisp(">=")(_chain(operator.ge))


@lisp("/=")
def _all_different(*items: Any) -> Any:
    return T if all(number(a) != number(b) for i, a in enumerate(items) for b in items[i + 1 :]) else None


@lisp("MAX")
def _max(first: Any, *rest: Any) -> Any:
    for item in rest:
        if item > first:
            first = item
    return number(first)


@lisp("MIN")
def _min(first: Any, *rest: Any) -> Any:
    for item in rest:
        if item < first:
            first = item
    return number(first)


def _check(test: Callable[[Any], bool]) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        return T if test(value) else None

    return check


lisp("ZEROP")(_check(lambda x: bool(number(x) == 0)))
lisp("PLUSP")(_check(lambda x: bool(x > 0)))
lisp("MINUSP")(_check(lambda x: bool(x < 0)))
lisp("EVENP")(_check(lambda x: x & 1 == 0))
lisp("ODDP")(_check(lambda x: x & 1 == 1))


# Division with remainder


def _rounder(exact: Callable[[int, int], int]) -> Callable[[Any, Any], Any]:
    """The integer quotient of two real numbers, by a function of the exact quotient's numerator and
    denominator > 0.
    """

    def divide_to_integer(left: Any, right: Any) -> int:
        if type(left) is int and type(right) is int:
            if right == 0:
                raise ZeroDivisionError("division by zero")
            return exact(left, right) if right > 0 else exact(-left, -right)
        a, b = rational_parts(left)
        c, d = rational_parts(right)
        if c == 0:
            raise ZeroDivisionError("division by zero")
        num, den = a * d, b * c
        return exact(num, den) if den > 0 else exact(-num, -den)

    return divide_to_integer


def _nearest(num: int, den: int) -> int:
    quotient, remainder = divmod(num, den)
    if 2 * remainder > den or (2 * remainder == den and quotient & 1):
        quotient += 1
    return quotient


_ROUNDERS = {
    "FLOOR": _rounder(lambda num, den: num // den),
    "CEILING": _rounder(lambda num, den: -(-num // den)),
    "TRUNCATE": _rounder(lambda num, den: num // den if num >= 0 else -(-num // den)),
    "ROUND": _rounder(_nearest),
}


def _with_remainder(divider: Callable[[Any, Any], int]) -> Callable[..., Any]:
    def both(left: Any, right: Any = 1) -> tuple[int, Any]:
        quotient = divider(left, right)
        return quotient, left - quotient * right

    return both


def _quotient_only(divider: Callable[[Any, Any], int]) -> Callable[..., Any]:
    def quotient(left: Any, right: Any = 1) -> int:
        return divider(left, right)

    return quotient


for _name in ("CEILING", "ROUND"):
    lisp(_name)(_with_remainder(_ROUNDERS[_name]))
    lisp("$" + _name)(_quotient_only(_ROUNDERS[_name]))


@lisp("FLOOR")
def _floor(left: Any, right: Any = 1) -> tuple[int, Any]:
    if type(left) is int and type(right) is int:
        return divmod(left, right)
    quotient = _ROUNDERS["FLOOR"](left, right)
    return quotient, left - quotient * right


@lisp("$FLOOR")
def _floor_only(left: Any, right: Any = 1) -> int:
    return left // right if type(left) is int and type(right) is int else _ROUNDERS["FLOOR"](left, right)


@lisp("TRUNCATE")
def _truncate(left: Any, right: Any = 1) -> tuple[int, Any]:
    if type(left) is int and type(right) is int and left >= 0 and right > 0:
        return divmod(left, right)
    quotient = _ROUNDERS["TRUNCATE"](left, right)
    return quotient, left - quotient * right


@lisp("$TRUNCATE")
def _truncate_only(left: Any, right: Any = 1) -> int:
    if type(left) is int and type(right) is int and left >= 0 and right > 0:
        return left // right
    return _ROUNDERS["TRUNCATE"](left, right)  # type: ignore[no-any-return]


@lisp("MOD")
def _mod(left: Any, right: Any) -> Any:
    if type(left) is int and type(right) is int:
        return left % right
    return left - _ROUNDERS["FLOOR"](left, right) * right


@lisp("REM")
def _rem(left: Any, right: Any) -> Any:
    return left - _ROUNDERS["TRUNCATE"](left, right) * right


@lisp("ABS")
def _abs(value: Any) -> Any:
    return abs(number(value))


@lisp("SIGNUM")
def _signum(value: Any) -> Any:
    if type(value) is int or type(value) is Ratio:
        return (value > 0) - (value < 0)
    return value if value == 0 else type(value)(math.copysign(1.0, float(value)))


@lisp("GCD")
def _gcd(*args: int) -> int:
    return math.gcd(*args)


@lisp("LCM")
def _lcm(*args: int) -> int:
    return math.lcm(*args)


@lisp("EXPT")
def _expt(base: Any, power: Any) -> Any:
    if type(power) is int:
        if type(base) is int and power >= 0:
            return base**power
        if type(base) is int or type(base) is Ratio:
            num, den = rational_parts(base)
            return Ratio.make(num**power, den**power) if power >= 0 else Ratio.make(den**-power, num**-power)
        result = float(base) ** power
        return result if type(base) is float else Single(result)
    result = float(base) ** float(power)
    return result if float in (type(base), type(power)) else Single(result)


@lisp("ISQRT")
def _isqrt(value: int) -> int:
    return math.isqrt(value)


@lisp("SQRT")
def _sqrt(value: Any) -> Any:
    result = math.sqrt(float(number(value)))
    return result if type(value) is float else Single(result)


# Bits


@lisp("LOGNOT")
def _lognot(value: int) -> int:
    return ~value


@lisp("LOGANDC1")
def _logandc1(left: int, right: int) -> int:
    return ~left & right


@lisp("LOGANDC2")
def _logandc2(left: int, right: int) -> int:
    return left & ~right


@lisp("LOGTEST")
def _logtest(left: int, right: int) -> Any:
    return T if left & right else None


@lisp("ASH")
def ash(value: int, count: int) -> int:
    return value << count if count >= 0 else value >> -count


@lisp("INTEGER-LENGTH")
def _integer_length(value: int) -> int:
    return value.bit_length() if value >= 0 else (~value).bit_length()


@lisp("LOGBITP")
def _logbitp(index: int, value: int) -> Any:
    return T if value >> index & 1 else None


@lisp("LOGCOUNT")
def _logcount(value: int) -> int:
    return (value if value >= 0 else ~value).bit_count()


@lisp("BYTE")
def _byte(size: int, position: int) -> Cons:
    return Cons(size, position)


@lisp("BYTE-SIZE")
def _byte_size(byte: Cons) -> Any:
    return byte.car


@lisp("BYTE-POSITION")
def _byte_position(byte: Cons) -> Any:
    return byte.cdr


@lisp("LDB")
def _ldb(byte: Any, value: int) -> Any:
    return value >> byte.cdr & (1 << byte.car) - 1


@lisp("LDB-TEST")
def _ldb_test(byte: Any, value: int) -> Any:
    return T if _ldb(byte, value) else None


@lisp("DPB")
def _dpb(new: int, byte: Any, value: int) -> Any:
    mask = (1 << byte.car) - 1 << byte.cdr
    return value & ~mask | new << byte.cdr & mask


@lisp("MASK-FIELD")
def _mask_field(byte: Any, value: int) -> Any:
    return value & (1 << byte.car) - 1 << byte.cdr


@lisp("DEPOSIT-FIELD")
def _deposit_field(new: int, byte: Any, value: int) -> Any:
    mask = (1 << byte.car) - 1 << byte.cdr
    return value & ~mask | new & mask


# Ratios and floats


@lisp("NUMERATOR")
def _numerator(value: Any) -> int:
    return value.num if type(value) is Ratio else operator.index(value)


@lisp("DENOMINATOR")
def _denominator(value: Any) -> int:
    return value.den if type(value) is Ratio else (operator.index(value) and 1) or 1


@lisp("RATIONAL")
def _rational(value: Any) -> Any:
    return Ratio.make(*rational_parts(value))


@lisp("FLOAT")
def _float(value: Any, prototype: Any = None) -> Any:
    if prototype is None:
        return value if type(value) in (float, Single) else Single(float(number(value)))
    return float(number(value)) if type(prototype) is float else Single(float(number(value)))


@lisp("FLOAT-DIGITS")
def _float_digits(value: Any) -> int:
    return 53 if type(value) is float else 24


@lisp("FLOAT-RADIX")
def _float_radix(value: Any) -> int:
    return 2


@lisp("FLOAT-SIGN")
def _float_sign(value: Any, magnitude: Any = None) -> Any:
    size = abs(value) if magnitude is None else abs(magnitude)
    negative = math.copysign(1.0, float(value)) < 0
    if magnitude is None:
        size = type(value)(1.0)
    return -size if negative else size


@lisp("SCALE-FLOAT")
def _scale_float(value: Any, power: int) -> Any:
    return type(value)(math.ldexp(float(value), power))


@lisp("INTEGER-DECODE-FLOAT")
def _integer_decode_float(value: Any) -> tuple[int, int, int]:
    digits = 53 if type(value) is float else 24
    lowest = -1074 if type(value) is float else -149
    sign = -1 if math.copysign(1.0, float(value)) < 0 else 1
    fraction, exponent = math.frexp(abs(float(value)))
    power = max(exponent - digits, lowest)
    return int(math.ldexp(fraction, exponent - power)), power, sign


@lisp("DECODE-FLOAT")
def _decode_float(value: Any) -> tuple[Any, int, Any]:
    fraction, exponent = math.frexp(abs(float(value)))
    kind = type(value)
    return kind(fraction), exponent, kind(math.copysign(1.0, float(value)))


@lisp("COMPLEX")
def _complex(real: Any, imag: Any = 0) -> Any:
    return Complex.make(number(real), number(imag))


@lisp("REALPART")
def _realpart(value: Any) -> Any:
    return value.real if type(value) is Complex else number(value)


@lisp("IMAGPART")
def _imagpart(value: Any) -> Any:
    if type(value) is Complex:
        return value.imag
    return type(number(value))(0) if type(value) in (float, Single) else 0
