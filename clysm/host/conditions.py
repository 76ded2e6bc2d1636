"""Conditions: Python exception classes, and the translation of Python's own errors into them."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, ClassVar, Final

from clysm.host.errors import HostError
from clysm.host.objects import Symbol, active_cells, cl, keyword


class NonLocalExit(BaseException):
    """Raised to leave a block or tagbody from an inner function; only the very object is caught, by its
    target.
    """

    value: Any = None


class Throw(BaseException):
    """Raised by THROW."""

    def __init__(self, tag: Any, value: Any) -> None:
        super().__init__()
        self.tag = tag
        self.value = value


class Condition(Exception):
    """Root of the condition classes. Slots are Python attributes in `slots`, by slot name.

    `lisp_name` is the class name; `initargs` maps an initarg to its slot; `report` is a string, a function of
    condition and stream, or None.
    """

    lisp_name: Symbol = cl("CONDITION")
    initargs: ClassVar[dict[Symbol, str]] = {}
    defaults: ClassVar[dict[str, Any]] = {}
    report: Any = None

    def __init__(self, slots: dict[str, Any]) -> None:
        super().__init__()
        self.slots = slots

    def __str__(self) -> str:
        from clysm.host.printer import princ

        return princ(self)

    def slot(self, name: str) -> Any:
        """The value of a slot. Raises LispError (an unbound-slot condition) if it has none."""
        try:
            return self.slots[name]
        except KeyError:
            raise make(cl("UNBOUND-SLOT"), NAME=cl(name)) from None


_STANDARD: Final = """
CONDITION:
SERIOUS-CONDITION: CONDITION
ERROR: SERIOUS-CONDITION
WARNING: CONDITION
STYLE-WARNING: WARNING
SIMPLE-CONDITION: CONDITION / FORMAT-CONTROL FORMAT-ARGUMENTS
SIMPLE-ERROR: SIMPLE-CONDITION ERROR
SIMPLE-WARNING: SIMPLE-CONDITION WARNING
STORAGE-CONDITION: SERIOUS-CONDITION
TYPE-ERROR: ERROR / DATUM EXPECTED-TYPE
SIMPLE-TYPE-ERROR: SIMPLE-CONDITION TYPE-ERROR
PROGRAM-ERROR: ERROR
CONTROL-ERROR: ERROR
CELL-ERROR: ERROR / NAME
UNBOUND-VARIABLE: CELL-ERROR
UNDEFINED-FUNCTION: CELL-ERROR
UNBOUND-SLOT: CELL-ERROR
ARITHMETIC-ERROR: ERROR / OPERATION OPERANDS
DIVISION-BY-ZERO: ARITHMETIC-ERROR
FLOATING-POINT-OVERFLOW: ARITHMETIC-ERROR
PARSE-ERROR: ERROR
PACKAGE-ERROR: ERROR / PACKAGE
FILE-ERROR: ERROR / PATHNAME
STREAM-ERROR: ERROR / STREAM
END-OF-FILE: STREAM-ERROR
READER-ERROR: PARSE-ERROR STREAM-ERROR
"""
"""Name: parents / slots of the standard condition classes, source: ANSI CL, section 9.2."""


def _standard_classes() -> dict[Symbol, type[Condition]]:
    classes: dict[Symbol, type[Condition]] = {}
    for line in _STANDARD.strip().splitlines():
        name, rest = line.split(":")
        parents, _, slots = rest.partition("/")
        bases = tuple(classes[cl(parent)] for parent in parents.split()) or (Condition,)
        classes[cl(name)] = make_class(
            cl(name), bases, {keyword(slot): slot for slot in slots.split()}, {}, None
        )
    return classes


def make_class(
    name: Symbol,
    bases: tuple[type[Condition], ...],
    initargs: dict[Symbol, str],
    defaults: dict[str, Any],
    report: Any,
) -> type[Condition]:
    """A condition class; initargs, defaults and report are inherited from the bases."""
    all_initargs: dict[Symbol, str] = {}
    all_defaults: dict[str, Any] = {}
    for base in reversed(bases):
        all_initargs.update(base.initargs)
        all_defaults.update(base.defaults)
    members: dict[str, Any] = {
        "lisp_name": name,
        "initargs": {**all_initargs, **initargs},
        "defaults": {**all_defaults, **defaults},
    }
    if report is not None:
        members["report"] = staticmethod(report) if callable(report) else report
    return type(name.name, bases, members)


STANDARD_CLASSES: Final = _standard_classes()


def make(name: Symbol, **slots: Any) -> Condition:
    """A standard condition, slots by name with `_` for `-`."""
    return STANDARD_CLASSES[name]({slot.replace("_", "-"): value for slot, value in slots.items()})


def simple_error(message: str, name: str = "SIMPLE-ERROR") -> Condition:
    """An error with a ready message, of a class that is SIMPLE-ERROR or has its slots."""
    return STANDARD_CLASSES[cl(name)](
        {"FORMAT-CONTROL": message.replace("~", "~~"), "FORMAT-ARGUMENTS": None}
    )


def program_error(message: str) -> Condition:
    """A program-error with a message."""
    condition = make(cl("PROGRAM-ERROR"))
    condition.report = message
    return condition


_ARITY: Final = re.compile(
    r"positional argument|keyword argument|required keyword|takes (no|exactly|at)|expected .*argument"
    r"|missing \d+ required"
)
_UNDEFINED: Final = re.compile(r"name '(.*)' is not defined", re.DOTALL)
_KINDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (ZeroDivisionError, "DIVISION-BY-ZERO"),
    (RecursionError, "STORAGE-CONDITION"),
    (MemoryError, "STORAGE-CONDITION"),
    (OverflowError, "FLOATING-POINT-OVERFLOW"),
    (AttributeError, "TYPE-ERROR"),
    (IndexError, "TYPE-ERROR"),
)


def condition_of(error: Exception) -> Condition:
    """The condition that an exception is or stands for. The same exception always gives the same
    condition.
    """
    if isinstance(error, Condition):
        return error
    known = getattr(error, "lisp_condition", None)
    if known is not None:
        return known  # type: ignore[no-any-return]
    condition = _translate(error)
    condition.__cause__ = error
    with suppress(AttributeError):  # a class with slots does not keep it
        error.lisp_condition = condition  # type: ignore[attr-defined]
    return condition


def _translate(error: Exception) -> Condition:
    message = str(error)
    undefined = _UNDEFINED.fullmatch(message) if isinstance(error, NameError) else None
    if undefined:
        cell = undefined[1]
        name = cell.split(":", 2)[-1]
        kind = "UNBOUND-VARIABLE" if cell.startswith("v:") else "UNDEFINED-FUNCTION"
        condition = STANDARD_CLASSES[cl(kind)]({"NAME": _symbol_of_cell(cell)})
        if cell.startswith("s:"):
            name = f"(SETF {name})"
        message = f"the {'variable' if cell.startswith('v:') else 'function'} `{name}` is not defined"
    else:
        kind = next((name for cls, name in _KINDS if isinstance(error, cls)), "ERROR")
        if kind == "ERROR" and isinstance(error, TypeError):
            kind = "PROGRAM-ERROR" if _ARITY.search(message) else "TYPE-ERROR"
        condition = STANDARD_CLASSES[cl(kind)]({})
        if kind == "TYPE-ERROR":
            condition.slots.update({"DATUM": None, "EXPECTED-TYPE": None})
        if isinstance(error, HostError):
            message = str(error)
    condition.report = message or kind.lower()
    return condition


def _symbol_of_cell(cell: str) -> Symbol:
    """The symbol that a cell is for, in the running world."""
    _, package, name = cell.split(":", 2)
    home = active_cells[-1]["$packages"].get(package) if active_cells else None
    found = home.find(name)[0] if home is not None else None
    return found if found is not None else Symbol(name, None)
