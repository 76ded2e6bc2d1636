"""Packages: tables from names to symbols, with exports and use lists."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from clysm.host.objects import COMMON_LISP, KERNEL, KEYWORDS, Symbol, cl, kernel

STANDARD_SYMBOLS: Final = Path(__file__).parent / "standard_symbols.txt"
"""The names of the 978 external symbols of COMMON-LISP, source: ANSI CL, section 1.9."""


class PackageError(Exception):
    """A name conflict, or a symbol or package that is not there."""


class Package:
    """A package. `present` holds its own and imported symbols, `external` the names of those that are
    exported.
    """

    def __init__(
        self, name: str, uses: Iterable[Package] = (), present: dict[str, Symbol] | None = None
    ) -> None:
        self.name = name
        self.nicknames: list[str] = []
        self.present: dict[str, Symbol] = {} if present is None else present
        self.external: set[str] = set()
        self.shadowing: set[str] = set()
        self.uses: list[Package] = list(uses)

    def find(self, name: str) -> tuple[Symbol | None, str]:
        """The accessible symbol of this name and INTERNAL, EXTERNAL or INHERITED; (None, "") if there is
        none.
        """
        symbol = self.present.get(name)
        if symbol is not None:
            return symbol, "EXTERNAL" if name in self.external else "INTERNAL"
        for used in self.uses:
            if name in used.external:
                return used.present[name], "INHERITED"
        return None, ""

    def intern(self, name: str) -> tuple[Symbol, str]:
        """The accessible symbol of this name, made if there is none (then the status is empty)."""
        symbol, status = self.find(name)
        if symbol is not None:
            return symbol, status
        symbol = self.present[name] = Symbol(name, self.name)
        if self.present is KEYWORDS:
            self.external.add(name)
        return symbol, ""

    def export(self, symbols: Iterable[Symbol]) -> None:
        """Make accessible symbols external. Raises PackageError for one that is not accessible."""
        for symbol in symbols:
            found, status = self.find(symbol.name)
            if found is not symbol:
                raise PackageError(f"`{symbol.name}` is not accessible in package `{self.name}`")
            if status == "INHERITED":
                self.present[symbol.name] = symbol
            self.external.add(symbol.name)

    def import_symbols(self, symbols: Iterable[Symbol]) -> None:
        """Make symbols present. Raises PackageError if another one of that name is accessible."""
        for symbol in symbols:
            found, _ = self.find(symbol.name)
            if found is not None and found is not symbol:
                raise PackageError(f"`{symbol.name}` conflicts with a symbol of package `{self.name}`")
            self.present[symbol.name] = symbol

    def shadow(self, names: Iterable[str]) -> None:
        """Make sure that each name has a symbol of this package's own."""
        for name in names:
            if name not in self.present:
                self.present[name] = Symbol(name, self.name)
            self.shadowing.add(name)

    def shadowing_import(self, symbols: Iterable[Symbol]) -> None:
        """Import symbols, replacing those of the same name."""
        for symbol in symbols:
            self.present[symbol.name] = symbol
            self.shadowing.add(symbol.name)

    def use(self, package: Package) -> None:
        """Inherit the external symbols of a package. Raises PackageError on a name conflict."""
        if package in self.uses:
            return
        for name in package.external:
            found, _ = self.find(name)
            if found is not None and found is not package.present[name] and name not in self.shadowing:
                raise PackageError(f"`{name}` of package `{package.name}` conflicts in package `{self.name}`")
        self.uses.append(package)

    def unintern(self, symbol: Symbol) -> bool:
        """Remove a present symbol; false if it is not present."""
        if self.present.get(symbol.name) is not symbol:
            return False
        del self.present[symbol.name]
        self.external.discard(symbol.name)
        self.shadowing.discard(symbol.name)
        return True


def standard_packages() -> list[Package]:
    """New COMMON-LISP, KEYWORD, CLYSM.KERNEL, CLYSM.LIBRARY and COMMON-LISP-USER packages.

    The symbols of the first three are shared by all worlds.
    """
    names = STANDARD_SYMBOLS.read_text("utf-8").split()
    for name in names:
        cl(name)
    for name in ("QUASIQUOTE", "UNQUOTE", "UNQUOTE-SPLICING", "%SETF-EXPANDER", "%DEFINE-SETF-EXPANDER"):
        kernel(name)
    common_lisp = Package("COMMON-LISP", present=COMMON_LISP)
    common_lisp.external.update(names)
    common_lisp.nicknames.append("CL")
    keywords = Package("KEYWORD", present=KEYWORDS)
    keywords.external.update(KEYWORDS)
    kernel_package = Package("CLYSM.KERNEL", present=KERNEL)
    kernel_package.external.update(KERNEL)
    library = Package("CLYSM.LIBRARY", uses=[common_lisp, kernel_package])
    user = Package("COMMON-LISP-USER", uses=[common_lisp])
    user.nicknames.append("CL-USER")
    return [common_lisp, keywords, kernel_package, library, user]
