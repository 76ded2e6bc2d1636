"""Ordinary lambda lists, taken apart without looking at the environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from clysm.host.objects import Cons, Symbol, cl, items_of, keyword

OPTIONAL: Final = cl("&OPTIONAL")
REST: Final = cl("&REST")
BODY: Final = cl("&BODY")
KEY: Final = cl("&KEY")
AUX: Final = cl("&AUX")
ALLOW_OTHER_KEYS: Final = cl("&ALLOW-OTHER-KEYS")
WHOLE: Final = cl("&WHOLE")
ENVIRONMENT: Final = cl("&ENVIRONMENT")


class BadLambdaList(Exception):
    """A lambda list is malformed; the message says how."""


@dataclass
class Parameter:
    """An optional, key or aux parameter: name, default form, supplied-p variable or None, keyword of a key
    parameter.
    """

    name: Symbol
    default: Any = None
    supplied: Symbol | None = None
    keyword: Symbol | None = None


@dataclass
class LambdaList:
    """The parts of an ordinary lambda list. `keys` is None without &key."""

    required: list[Symbol] = field(default_factory=list)
    optional: list[Parameter] = field(default_factory=list)
    rest: Symbol | None = None
    keys: list[Parameter] | None = None
    allow_other_keys: bool = False
    aux: list[Parameter] = field(default_factory=list)


_ORDER: Final = {OPTIONAL: 1, REST: 2, BODY: 2, KEY: 3, ALLOW_OTHER_KEYS: 4, AUX: 5}


def parse_lambda_list(lambda_list: Any) -> LambdaList:
    """Take an ordinary lambda list apart; &body means &rest. Raises BadLambdaList."""
    result = LambdaList()
    state = 0
    rest = lambda_list
    while rest is not None:
        if type(rest) is not Cons:
            raise BadLambdaList("lambda list has a dotted end")
        item = rest.car
        rest = rest.cdr
        if item in _ORDER if type(item) is Symbol else False:
            if _ORDER[item] <= state:
                raise BadLambdaList(f"misplaced `{item.name}` in lambda list")
            state = _ORDER[item]
            if state == 2:
                if type(rest) is not Cons or type(rest.car) is not Symbol:
                    raise BadLambdaList(f"`{item.name}` wants a variable")
                result.rest = rest.car
                rest = rest.cdr
            elif state == 3:
                result.keys = []
            elif state == 4:
                result.allow_other_keys = True
        elif state == 0:
            result.required.append(_variable(item))
        elif state == 1:
            result.optional.append(_parameter(item))
        elif state == 3 and result.keys is not None:
            result.keys.append(_key(item))
        elif state == 5:
            result.aux.append(_parameter(item))
        else:
            raise BadLambdaList(f"misplaced `{item!r}` in lambda list")
    return result


def is_simple(lambda_list: Any) -> bool:
    """Whether a macro lambda list, without &whole and &environment, is also an ordinary one: no nested
    patterns.
    """
    state: Symbol | None = None
    while type(lambda_list) is Cons:
        item = lambda_list.car
        if item in _ORDER if type(item) is Symbol else False:
            state = item
        elif type(item) is Cons:
            if state is None or state in (REST, BODY):
                return False
            head = item.car
            if type(head) is Cons and (state is not KEY or type(head.cdr.car) is Cons):
                return False
        lambda_list = lambda_list.cdr
    return lambda_list is None


def _variable(item: Any) -> Symbol:
    if type(item) is not Symbol:
        raise BadLambdaList(f"`{item!r}` is not a variable name")
    return item


def _parameter(item: Any) -> Parameter:
    if type(item) is not Cons:
        return Parameter(_variable(item))
    parts = items_of(item)
    if len(parts) > 3:
        raise BadLambdaList(f"`{item!r}` has too many parts")
    supplied = _variable(parts[2]) if len(parts) == 3 else None
    return Parameter(_variable(parts[0]), parts[1] if len(parts) > 1 else None, supplied)


def _key(item: Any) -> Parameter:
    if type(item) is Cons and type(item.car) is Cons:
        name, variable = items_of(item.car)
        parameter = _parameter(Cons(variable, item.cdr))
        parameter.keyword = _variable(name)
    else:
        parameter = _parameter(item)
        parameter.keyword = keyword(parameter.name.name)
    return parameter
