"""What the expansions of the library's LOOP call: primitives, on conses and small integers."""

from __future__ import annotations

from typing import Any

from clysm.host.functions.registry import lisp
from clysm.host.objects import Cons, T


@lisp("CLYSM.KERNEL:%CAR")
def _car(cell: Cons) -> Any:
    return cell.car


@lisp("CLYSM.KERNEL:%CDR")
def _cdr(cell: Cons) -> Any:
    return cell.cdr


@lisp("CLYSM.KERNEL:%SET-CDR")
def _set_cdr(cell: Cons, value: Any) -> Any:
    cell.cdr = value
    return value


@lisp("CLYSM.KERNEL:%FIX+")
def _add(one: int, other: int) -> int:
    return one + other


@lisp("CLYSM.KERNEL:%FIX<=")
def _at_most(one: int, other: int) -> Any:
    return T if one <= other else None
