"""Representation of Lisp values in Python.

| value                      | Python                                                    |
|----------------------------|-----------------------------------------------------------|
| NIL                        | None                                                      |
| T and other symbols        | Symbol                                                    |
| integer                    | int (never bool)                                          |
| ratio, single, double      | Ratio, Single, float                                      |
| complex                    | Complex                                                   |
| character                  | Char, one object per code                                 |
| cons                       | Cons                                                      |
| string                     | str                                                       |
| simple-vector              | list                                                      |
| vector with fill pointer   | FillVector (a list), OctetBuffer (a bytearray)            |
| (unsigned-byte 8) vector   | bytearray                                                 |
| simple bit vector          | BitVector (a list)                                        |
| array of another rank      | Array                                                     |
| function                   | any Python callable that is not a Symbol                  |
| structure                  | subclass of Structure                                     |
| condition                  | subclass of conditions.Condition                          |
| several values, or none    | tuple: only as the result of a call, never stored         |

Symbols are pure identities. Their values, functions and macros belong to a World, so two worlds can share
NIL, T and the symbols of COMMON-LISP.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, Final

_serial = itertools.count(1)

active_cells: list[dict[str, Any]] = []
"""Cells of the worlds whose code runs, innermost last: where a symbol that is called finds its function."""


class Symbol:
    """A symbol. `package` is the name of its home package or None; `fkey` and `vkey` name its cells in a
    World.
    """

    __slots__ = ("fkey", "name", "package", "vkey")

    def __init__(self, name: str, package: str | None) -> None:
        self.name = name
        self.package = package
        key = f"{package}:{name}" if package is not None else f"#{next(_serial)}:{name}"
        self.fkey = "f:" + key
        self.vkey = "v:" + key

    def __call__(self, *arguments: Any) -> Any:
        """Call the symbol's global function in the running world."""
        function = active_cells[-1].get(self.fkey)
        if function is None:
            raise NameError(f"name '{self.fkey}' is not defined")
        return function(*arguments)

    def __repr__(self) -> str:
        return self.name if self.package is not None else "#:" + self.name


class Cons:
    """A pair. Compared by identity, like every mutable Lisp object."""

    __slots__ = ("car", "cdr")

    def __init__(self, car: Any, cdr: Any) -> None:
        self.car = car
        self.cdr = cdr

    def __repr__(self) -> str:
        from clysm.host.printer import prin1

        return prin1(self)


class Char:
    """A character, obtained from `char_of` only, so that one code is one object."""

    __slots__ = ("code", "text")

    def __init__(self, code: int) -> None:
        self.code = code
        self.text = chr(code)

    def __repr__(self) -> str:
        return f"#\\{self.text}"


class _Characters(dict[str, Char]):
    def __missing__(self, text: str) -> Char:
        char = Char(ord(text))
        self[text] = char
        return char


CHARACTERS: Final = _Characters()
"""One-character string -> its Char."""


def char_of(code: int) -> Char:
    """The character with this code point, 0 <= code < #x110000 (ValueError otherwise)."""
    return CHARACTERS[chr(code)]


class FillVector(list[Any]):
    """A general vector with a fill pointer: its length is the fill pointer."""

    __slots__ = ("capacity",)
    capacity: int
    __hash__ = None


class BitVector(list[int]):
    """A simple bit vector."""

    __slots__ = ()
    __hash__ = None


class OctetBuffer(bytearray):
    """A vector of (unsigned-byte 8) with a fill pointer: its length is the fill pointer."""

    __slots__ = ("capacity",)
    capacity: int
    __hash__ = None


class Array:
    """An array whose rank is not 1; `items` is in row-major order."""

    __slots__ = ("dimensions", "items")

    def __init__(self, dimensions: tuple[int, ...], items: list[Any]) -> None:
        self.dimensions = dimensions
        self.items = items


class Structure:
    """Base of the classes that DEFSTRUCT makes; `layout` describes them (structures.Layout)."""

    __slots__ = ()
    layout: Any = None

    def __repr__(self) -> str:
        from clysm.host.printer import prin1

        return prin1(self)


class CaseTable(dict[Any, int]):
    """Key -> number of the clause of a CASE that takes it. The keys are symbols, NIL, characters and
    integers.
    """


class Unsupplied:
    """Type of the marker of a parameter that got no argument."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "#<unsupplied>"


UNSUPPLIED: Final = Unsupplied()

COMMON_LISP: Final[dict[str, Symbol]] = {}
KEYWORDS: Final[dict[str, Symbol]] = {}
KERNEL: Final[dict[str, Symbol]] = {}


def _intern_in(table: dict[str, Symbol], package: str, name: str) -> Symbol:
    symbol = table.get(name)
    if symbol is None:
        symbol = table[name] = Symbol(name, package)
    return symbol


def cl(name: str) -> Symbol:
    """The symbol of COMMON-LISP with this name. NIL is represented by None: use NIL_SYMBOL for its name and
    cells.
    """
    return _intern_in(COMMON_LISP, "COMMON-LISP", name)


def keyword(name: str) -> Symbol:
    """The keyword with this name, without colon."""
    return _intern_in(KEYWORDS, "KEYWORD", name)


def kernel(name: str) -> Symbol:
    """The symbol of CLYSM.KERNEL with this name."""
    return _intern_in(KERNEL, "CLYSM.KERNEL", name)


T: Final = cl("T")
NIL_SYMBOL: Final = cl("NIL")


def items_of(lisp_list: Any) -> list[Any]:
    """The elements of a proper list as a Python list. Raises AttributeError (a type-error in Lisp)
    otherwise.
    """
    result = []
    while lisp_list is not None:
        result.append(lisp_list.car)
        lisp_list = lisp_list.cdr
    return result


def iterate(lisp_list: Any) -> Iterator[Any]:
    """Iterate over a proper list."""
    while lisp_list is not None:
        yield lisp_list.car
        lisp_list = lisp_list.cdr


def list_of(items: Iterable[Any], tail: Any = None) -> Any:
    """A Lisp list of the items, ending in `tail`."""
    result = tail
    for item in reversed(items if isinstance(items, (list, tuple)) else list(items)):
        result = Cons(item, result)
    return result


def symbol_name(value: Any) -> str:
    """The name of a symbol, NIL included."""
    return "NIL" if value is None else value.name
