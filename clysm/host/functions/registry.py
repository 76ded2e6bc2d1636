"""How a Python function becomes a Lisp function of COMMON-LISP.

A keyword-only parameter `test_not` is the Lisp keyword :TEST-NOT. Functions that need the world are made by a
function of the world, registered by `in_world`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from clysm.host.objects import Symbol, cl, kernel
from clysm.host.world import Signature, World

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Entry:
    """A Lisp function: its Python function and what callers may rely on."""

    cell: str
    function: Callable[..., Any]
    signature: Signature


ENTRIES: Final[list[Entry]] = []
WORLD_ENTRIES: Final[list[Callable[[World], dict[str, Callable[..., Any]]]]] = []
MANY_VALUED: Final = frozenset(
    {
        "VALUES",
        "VALUES-LIST",
        "FLOOR",
        "CEILING",
        "TRUNCATE",
        "ROUND",
        "GETHASH",
        "INTERN",
        "FIND-SYMBOL",
        "PARSE-INTEGER",
        "MACROEXPAND",
        "MACROEXPAND-1",
        "INTEGER-DECODE-FLOAT",
        "DECODE-FLOAT",
        "FUNCALL",
        "APPLY",
        "EVAL",
        "COMPILE",
        "GET-PROPERTIES",
        "CLYSM.KERNEL:%REMF",
    }
)
"""Functions of COMMON-LISP that may return other than one value."""


def cell_named(name: str) -> str:
    """The cell of a function named by `CAR`, `(SETF CAR)` or `CLYSM.KERNEL:NAME`; `$NAME` is a cell
    itself.
    """
    if name[0] == "$":
        return name
    if name.startswith("(SETF "):
        return "s" + cl(name[6:-1]).fkey[1:]
    symbol: Symbol = kernel(name[13:]) if name.startswith("CLYSM.KERNEL:") else cl(name)
    return symbol.fkey


def entry(name: str, function: Callable[..., Any]) -> Entry:
    """Describe a Python function as the Lisp function of a name."""
    code = getattr(function, "__code__", None)
    keys: dict[str, str] | None = None
    required = 0
    if code is not None:
        required = code.co_argcount
        if code.co_kwonlyargcount:
            parameters = code.co_varnames[required : required + code.co_kwonlyargcount]
            keys = {parameter.upper().replace("_", "-"): parameter for parameter in parameters}
    return Entry(cell_named(name), function, Signature(required, keys, name not in MANY_VALUED))


def lisp(*names: str) -> Callable[[F], F]:
    """Make a Python function the Lisp function of some names."""

    def register(function: F) -> F:
        for name in names:
            ENTRIES.append(entry(name, function))
        return function

    return register


def in_world(
    make: Callable[[World], dict[str, Callable[..., Any]]],
) -> Callable[[World], dict[str, Callable[..., Any]]]:
    """Register a function that makes, for a world, Lisp functions by name."""
    WORLD_ENTRIES.append(make)
    return make


def install(world: World) -> None:
    """Define all registered functions in a world."""
    from clysm.host.runtime import keyed_function

    entries = list(ENTRIES)
    for make in WORLD_ENTRIES:
        entries += [entry(name, function) for name, function in make(world).items()]
    for item in entries:
        function = item.function
        if item.signature.keys is not None:
            world.cells["k" + item.cell] = function
            function = keyed_function(function, item.signature.required, item.signature.keys)
        world.cells[item.cell] = function
        world.signatures[item.cell] = item.signature
