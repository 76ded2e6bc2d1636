"""Symbols and packages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clysm.host.conditions import STANDARD_CLASSES, simple_error
from clysm.host.functions.registry import in_world, lisp
from clysm.host.functions.strings import string
from clysm.host.objects import Cons, Symbol, T, cl, items_of, iterate, keyword, list_of
from clysm.host.packages import Package, PackageError
from clysm.host.world import GENSYM_COUNTER, World, symbol_of, value_of


@lisp("SYMBOL-NAME")
def _symbol_name(symbol: Any) -> str:
    return symbol_of(symbol).name


@lisp("MAKE-SYMBOL")
def _make_symbol(name: str) -> Symbol:
    return Symbol(name, None)


@lisp("COPY-SYMBOL")
def _copy_symbol(symbol: Any, properties: Any = None) -> Symbol:
    return Symbol(symbol_of(symbol).name, None)


def _undefined(kind: str, symbol: Symbol) -> Exception:
    condition = STANDARD_CLASSES[cl(kind)]({"NAME": value_of(symbol)})
    what = "variable" if kind == "UNBOUND-VARIABLE" else "function"
    condition.report = f"the {what} `{symbol.name}` is not defined"
    return condition


def function_cell(name: Any) -> str:
    """The cell of a function name. Raises TypeError for what is none."""
    if type(name) is Cons and name.car is cl("SETF"):
        return "s" + symbol_of(name.cdr.car).fkey[1:]
    return symbol_of(name).fkey


@in_world
def _values_and_functions(world: World) -> dict[str, Callable[..., Any]]:
    cells = world.cells

    def symbol_value(symbol: Any) -> Any:
        key = symbol_of(symbol)
        if key is T or symbol is None or key.package == "KEYWORD":
            return symbol
        if key.vkey not in cells:
            raise _undefined("UNBOUND-VARIABLE", key)
        return cells[key.vkey]

    def set_symbol_value(value: Any, symbol: Any) -> Any:
        cells[symbol_of(symbol).vkey] = value
        return value

    def lisp_set(symbol: Any, value: Any) -> Any:
        return set_symbol_value(value, symbol)

    def boundp(symbol: Any) -> Any:
        key = symbol_of(symbol)
        return T if key is T or symbol is None or key.package == "KEYWORD" or key.vkey in cells else None

    def makunbound(symbol: Any) -> Any:
        cells.pop(symbol_of(symbol).vkey, None)
        return symbol

    def fdefinition(name: Any) -> Any:
        cell = function_cell(name)
        if cell not in cells:
            raise _undefined(
                "UNDEFINED-FUNCTION", symbol_of(name if type(name) is not Cons else name.cdr.car)
            )
        return cells[cell]

    def set_fdefinition(value: Any, name: Any) -> Any:
        cell = function_cell(name)
        cells[cell] = value
        world.signatures.pop(cell, None)
        world.accessors.pop(cell, None)
        world.constructors.pop(cell, None)
        return value

    def fboundp(name: Any) -> Any:
        return T if function_cell(name) in cells or name in world.macros else None

    def fmakunbound(name: Any) -> Any:
        cell = function_cell(name)
        cells.pop(cell, None)
        world.signatures.pop(cell, None)
        if type(name) is Symbol:
            world.macros.pop(name, None)
        return name

    def macro_function(symbol: Any, environment: Any = None) -> Any:
        from clysm.host.evaluator.environment import LocalMacro

        meaning = environment.functions.get(symbol) if environment is not None else None
        if meaning is not None:
            return meaning.expander if isinstance(meaning, LocalMacro) else None
        return world.macros.get(symbol_of(symbol))

    def set_macro_function(value: Any, symbol: Any, environment: Any = None) -> Any:
        world.macros[symbol_of(symbol)] = value
        return value

    def gensym(prefix: Any = "G") -> Symbol:
        if type(prefix) is int:
            return Symbol(f"G{prefix}", None)
        number = cells[GENSYM_COUNTER]
        cells[GENSYM_COUNTER] = number + 1
        return Symbol(f"{prefix}{number}", None)

    return {
        "SYMBOL-VALUE": symbol_value,
        "(SETF SYMBOL-VALUE)": set_symbol_value,
        "SET": lisp_set,
        "BOUNDP": boundp,
        "MAKUNBOUND": makunbound,
        "FDEFINITION": fdefinition,
        "SYMBOL-FUNCTION": fdefinition,
        "(SETF FDEFINITION)": set_fdefinition,
        "(SETF SYMBOL-FUNCTION)": set_fdefinition,
        "FBOUNDP": fboundp,
        "FMAKUNBOUND": fmakunbound,
        "MACRO-FUNCTION": macro_function,
        "(SETF MACRO-FUNCTION)": set_macro_function,
        "GENSYM": gensym,
    }


def _symbols(designator: Any) -> list[Symbol]:
    """The symbols that a list or one symbol designates."""
    if type(designator) is Cons:
        return [symbol_of(item) for item in iterate(designator)]
    return [symbol_of(designator)]


def _checked(action: Callable[[Any], Any], argument: Any) -> Any:
    """Run an operation of a package; a package problem becomes a Lisp error."""
    try:
        action(argument)
    except PackageError as problem:
        raise simple_error(str(problem)) from problem
    return T


@in_world
def _packages(world: World) -> dict[str, Callable[..., Any]]:
    world.cells["$packages"] = world.packages

    def find_package(designator: Any) -> Any:
        return designator if type(designator) is Package else world.packages.get(string(designator))

    def package(designator: Any) -> Package:
        if designator is None:
            return world.package
        found = find_package(designator)
        if found is None:
            raise simple_error(f"there is no package `{string(designator)}`")
        return found  # type: ignore[no-any-return]

    def symbol_package(symbol: Any) -> Any:
        home = symbol_of(symbol).package
        return None if home is None else world.packages.get(home)

    def intern(name: str, where: Any = None) -> tuple[Any, Any]:
        symbol, status = package(where).intern(name)
        return value_of(symbol), keyword(status) if status else None

    def find_symbol(name: str, where: Any = None) -> tuple[Any, Any]:
        symbol, status = package(where).find(name)
        return (None, None) if symbol is None else (value_of(symbol), keyword(status))

    def make_package(name: Any, *, use: Any = None, nicknames: Any = None) -> Package:
        text = string(name)
        if text in world.packages:
            raise simple_error(f"package `{text}` exists")
        new = world.packages[text] = Package(text, uses=[package(used) for used in items_of(use)])
        for nickname in items_of(nicknames):
            new.nicknames.append(string(nickname))
            world.packages[string(nickname)] = new
        return new

    def list_all_packages() -> Any:
        return list_of(list(dict.fromkeys(world.packages.values())))

    def unintern(symbol: Any, where: Any = None) -> Any:
        return T if package(where).unintern(symbol_of(symbol)) else None

    def shadow(names: Any, where: Any = None) -> Any:
        texts = [string(name) for name in (items_of(names) if type(names) is Cons else [names])]
        return _checked(package(where).shadow, texts)

    def use_package(used: Any, where: Any = None) -> Any:
        for one in items_of(used) if type(used) is Cons else [used]:
            _checked(package(where).use, package(one))
        return T

    def unuse_package(used: Any, where: Any = None) -> Any:
        user = package(where)
        gone = [package(one) for one in (items_of(used) if type(used) is Cons else [used])]
        user.uses = [one for one in user.uses if one not in gone]
        return T

    def delete_package(where: Any) -> Any:
        gone = package(where)
        users = [one.name for one in world.packages.values() if gone in one.uses]
        if users:
            raise simple_error(f"package `{gone.name}` is used by `{users[0]}`")
        for name in (gone.name, *gone.nicknames):
            world.packages.pop(name, None)
        return T

    def symbols_of(where: Any) -> Any:
        return list_of([value_of(symbol) for symbol in package(where).present.values()])

    def external_symbols_of(where: Any) -> Any:
        found = package(where)
        return list_of([value_of(symbol) for name, symbol in found.present.items() if name in found.external])

    return {
        "FIND-PACKAGE": find_package,
        "SYMBOL-PACKAGE": symbol_package,
        "INTERN": intern,
        "$INTERN": lambda name, where=None: intern(name, where)[0],
        "FIND-SYMBOL": find_symbol,
        "$FIND-SYMBOL": lambda name, where=None: find_symbol(name, where)[0],
        "MAKE-PACKAGE": make_package,
        "PACKAGE-NAME": lambda where: package(where).name,
        "PACKAGE-NICKNAMES": lambda where: list_of(package(where).nicknames),
        "PACKAGE-USE-LIST": lambda where: list_of(package(where).uses),
        "LIST-ALL-PACKAGES": list_all_packages,
        "UNINTERN": unintern,
        "EXPORT": lambda symbols, where=None: _checked(package(where).export, _symbols(symbols)),
        "IMPORT": lambda symbols, where=None: _checked(package(where).import_symbols, _symbols(symbols)),
        "SHADOWING-IMPORT": lambda symbols, where=None: _checked(
            package(where).shadowing_import, _symbols(symbols)
        ),
        "SHADOW": shadow,
        "USE-PACKAGE": use_package,
        "UNUSE-PACKAGE": unuse_package,
        "DELETE-PACKAGE": delete_package,
        "CLYSM.KERNEL:%PRESENT-SYMBOLS": symbols_of,
        "CLYSM.KERNEL:%EXTERNAL-SYMBOLS": external_symbols_of,
    }
