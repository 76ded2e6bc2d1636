"""A World: everything that a running Lisp can change, apart from the objects themselves."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from clysm.host.errors import Position
from clysm.host.objects import COMMON_LISP, NIL_SYMBOL, Symbol, cl
from clysm.host.packages import Package, standard_packages

PACKAGE_VARIABLE: Final = cl("*PACKAGE*").vkey
GENSYM_COUNTER: Final = cl("*GENSYM-COUNTER*").vkey
_SPECIALS: Final = ("*PACKAGE*", "*GENSYM-COUNTER*", "*STANDARD-OUTPUT*", "*ERROR-OUTPUT*")


@dataclass(frozen=True)
class Signature:
    """What callers may rely on when they call a global function.

    `required` counts the positional parameters before the keys, `keys` maps each keyword's name to the Python
    name of the parameter in the keyword entry (cell "k:" + ...), None if the function has no keyword entry.
    `single` says that a call never returns a tuple of values.
    """

    required: int
    keys: dict[str, str] | None
    single: bool


@dataclass(frozen=True)
class Constructor:
    """What may replace a call of a structure's constructor: a call of the class with a value for each slot.

    `required` is the number of positional parameters, None if they are keywords. `slots`: for each slot the
    position of its parameter or None, its keyword, whether its default is an atom, and that default.
    """

    class_cell: str
    required: int | None
    slots: tuple[tuple[int | None, str, bool, Any], ...]


@dataclass
class World:
    """The state of one Lisp. `cells` is the dictionary of globals that all translated code runs in:

    f:PACKAGE:NAME function, v:... value, s:... (setf NAME) function, k:... keyword entry, q:... quoted
    symbol, c:... class of a structure; names that start with `$` belong to the evaluator.
    `fingerprint` covers all definitions that translation depends on, `sources` all texts evaluated so far.
    `extended_loop`, unless None, defines the macro that LOOP with clauses is. `used_names`, unless None,
    collects the names of COMMON-LISP that translated code uses.
    """

    cells: dict[str, Any] = field(default_factory=dict)
    packages: dict[str, Package] = field(default_factory=dict)
    macros: dict[Symbol, Callable[[Any, Any], Any]] = field(default_factory=dict)
    symbol_macros: dict[Symbol, Any] = field(default_factory=dict)
    specials: set[Symbol] = field(default_factory=set)
    constants: dict[Symbol, Any] = field(default_factory=dict)
    layouts: dict[Symbol, Any] = field(default_factory=dict)
    conditions: dict[Symbol, Any] = field(default_factory=dict)
    types: dict[Symbol, Callable[[Any, Any], Any]] = field(default_factory=dict)
    setf_expanders: dict[Symbol, Any] = field(default_factory=dict)
    property_lists: dict[Symbol, Any] = field(default_factory=dict)
    accessors: dict[str, tuple[str, str]] = field(default_factory=dict)
    constructors: dict[str, Constructor] = field(default_factory=dict)
    signatures: dict[str, Signature] = field(default_factory=dict)
    assumed_single: set[str] = field(default_factory=set)
    extended_loop: Callable[[], None] | None = None
    used_names: dict[tuple[str, str], Position] | None = None
    serial: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    fingerprint: hashlib._Hash = field(default_factory=hashlib.sha256)
    sources: hashlib._Hash = field(default_factory=hashlib.sha256)

    def __post_init__(self) -> None:
        for package in standard_packages():
            for name in (package.name, *package.nicknames):
                self.packages[name] = package
        self.cells[PACKAGE_VARIABLE] = self.packages["COMMON-LISP-USER"]
        self.cells[GENSYM_COUNTER] = 0
        self.specials.update(cl(name) for name in _SPECIALS)

    def note_source(self, data: bytes) -> None:
        """Note a text that is about to be evaluated: code that runs during translation may come from it."""
        self.sources.update(hashlib.sha256(data).digest())

    def note_fact(self, kind: str, *parts: Any) -> None:
        """Note a definition that the translation of later files depends on."""
        self.fingerprint.update(repr((kind, parts)).encode("utf-8", "surrogatepass"))

    def note_code(self, kind: str, name: Any) -> None:
        """Note the definition of code that runs during translation; it may call anything loaded up to now."""
        self.note_fact(kind, name, self.sources.hexdigest())

    @property
    def package(self) -> Package:
        """The current package."""
        current: Package = self.cells[PACKAGE_VARIABLE]
        return current

    @package.setter
    def package(self, package: Package) -> None:
        self.cells[PACKAGE_VARIABLE] = package

    def lookup(self, package_name: str | None, name: str, internal: bool) -> Any:
        """The value of a symbol as the reader writes it. Raises LookupError with a message."""
        if package_name is None:
            return value_of(self.package.intern(name)[0])
        package = self.packages.get(package_name)
        if package is None:
            raise LookupError(f"there is no package `{package_name}`")
        if internal:
            return value_of(package.intern(name)[0])
        symbol, status = package.find(name)
        if symbol is None or status != "EXTERNAL":
            raise LookupError(f"package `{package_name}` has no external symbol `{name}`")
        return value_of(symbol)


def value_of(symbol: Symbol) -> Any:
    """The Lisp value that stands for a symbol: None for NIL."""
    return None if symbol is NIL_SYMBOL else symbol


def symbol_of(value: Any) -> Symbol:
    """The symbol that a value is, NIL's for None. Raises TypeError if it is none."""
    if value is None:
        return NIL_SYMBOL
    if type(value) is not Symbol:
        raise TypeError(f"`{value!r}` is not a symbol")
    return value


def is_common_lisp(symbol: Symbol) -> bool:
    """Whether a symbol is one of COMMON-LISP's."""
    return COMMON_LISP.get(symbol.name) is symbol
