"""What the expansions of macro lambda lists call (evaluator/destructuring.py)."""

from __future__ import annotations

from typing import Any

from clysm.host.conditions import program_error
from clysm.host.functions.registry import lisp
from clysm.host.objects import Cons, T, items_of, keyword

_ALLOW = keyword("ALLOW-OTHER-KEYS")


@lisp("CLYSM.KERNEL:%REQUIRED-PART")
def _required_part(value: Any) -> Any:
    if type(value) is not Cons:
        raise program_error("too few parts for a lambda list")
    return value.car


@lisp("CLYSM.KERNEL:%OPTIONAL-PART")
def _optional_part(value: Any) -> Any:
    if value is not None and type(value) is not Cons:
        raise program_error("a dotted end where a lambda list wants a list")
    return T if value is not None else None


@lisp("CLYSM.KERNEL:%NO-MORE-PARTS")
def _no_more_parts(value: Any) -> Any:
    if value is not None:
        raise program_error(f"too many parts for a lambda list: {value!r}")
    return None


@lisp("CLYSM.KERNEL:%KEY-PART")
def _key_part(value: Any, key: Any) -> Any:
    """The tail of a property list at the value of a key, or NIL."""
    while value is not None:
        if type(value) is not Cons or type(value.cdr) is not Cons:
            raise program_error("odd number of keyword arguments")
        if value.car is key:
            return value.cdr
        value = value.cdr.cdr
    return None


@lisp("CLYSM.KERNEL:%CHECK-KEYS")
def _check_keys(value: Any, keys: Any) -> Any:
    """Check that the indicators of a property list are among the keys, unless it allows others."""
    allowed = _key_part(value, _ALLOW)
    if allowed is not None and allowed.car is not None:
        return None
    known = [*items_of(keys), _ALLOW]
    for key in items_of(value)[::2]:
        if not any(key is one for one in known):
            raise program_error(f"unknown keyword argument `{key!r}`")
    return None
