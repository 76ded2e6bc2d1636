"""Signalling: ERROR, WARN, MAKE-CONDITION, and access to standard slots."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from clysm.host.conditions import STANDARD_CLASSES, Condition, simple_error
from clysm.host.functions.registry import in_world, lisp
from clysm.host.objects import Symbol, cl, list_of
from clysm.host.printer import princ
from clysm.host.world import World

_READERS = {
    "SIMPLE-CONDITION-FORMAT-CONTROL": "FORMAT-CONTROL",
    "SIMPLE-CONDITION-FORMAT-ARGUMENTS": "FORMAT-ARGUMENTS",
    "TYPE-ERROR-DATUM": "DATUM",
    "TYPE-ERROR-EXPECTED-TYPE": "EXPECTED-TYPE",
    "CELL-ERROR-NAME": "NAME",
    "ARITHMETIC-ERROR-OPERATION": "OPERATION",
    "ARITHMETIC-ERROR-OPERANDS": "OPERANDS",
    "PACKAGE-ERROR-PACKAGE": "PACKAGE",
    "STREAM-ERROR-STREAM": "STREAM",
    "FILE-ERROR-PATHNAME": "PATHNAME",
}


def _reader(slot: str) -> Callable[[Any], Any]:
    def read(condition: Any) -> Any:
        return condition.slot(slot)

    return read


for _name, _slot in _READERS.items():
    lisp(_name)(_reader(_slot))


@in_world
def _signalling(world: World) -> dict[str, Callable[..., Any]]:
    def make_condition(kind: Any, *initargs: Any) -> Condition:
        cls: Any = world.conditions.get(kind)
        if cls is None:
            raise simple_error(f"`{kind!r}` is not a condition type")
        slots = {}
        for index in range(len(initargs) - 2, -1, -2):
            slot = cls.initargs.get(initargs[index])
            if slot is None:
                raise simple_error(f"`{initargs[index]!r}` is not an initarg of `{kind!r}`")
            slots[slot] = initargs[index + 1]
        for slot, default in cls.defaults.items():
            if slot not in slots:
                slots[slot] = default()
        condition: Condition = cls(slots)
        return condition

    def designated(datum: Any, arguments: tuple[Any, ...], default: str) -> Condition:
        if isinstance(datum, Condition):
            return datum
        if type(datum) is Symbol:
            return make_condition(datum, *arguments)
        return STANDARD_CLASSES[cl(default)](
            {"FORMAT-CONTROL": datum, "FORMAT-ARGUMENTS": list_of(arguments)}
        )

    def error(datum: Any, *arguments: Any) -> Any:
        raise designated(datum, arguments, "SIMPLE-ERROR")

    def warn(datum: Any, *arguments: Any) -> Any:
        sys.stderr.write(f"warning: {princ(designated(datum, arguments, 'SIMPLE-WARNING'))}\n")

    return {"MAKE-CONDITION": make_condition, "ERROR": error, "WARN": warn}
