"""The functions that translated code calls by names starting with `$`: installed in the cells of a world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clysm.host.conditions import (
    STANDARD_CLASSES,
    Condition,
    NonLocalExit,
    Throw,
    condition_of,
    make,
    make_class,
    program_error,
    simple_error,
)
from clysm.host.equality import eql
from clysm.host.hash_tables import HashTable
from clysm.host.objects import (
    CHARACTERS,
    UNSUPPLIED,
    CaseTable,
    Char,
    Cons,
    Structure,
    Symbol,
    T,
    cl,
    items_of,
    keyword,
    list_of,
)
from clysm.host.packages import Package
from clysm.host.printer import prin1
from clysm.host.structures import define_constructor, define_structure
from clysm.host.type_system import VECTOR_TYPES, typep
from clysm.host.values import first_value, one_value, spread, values_list, values_of
from clysm.host.world import Signature, World, symbol_of

_CASE_KEYS = frozenset({Symbol, Char, int, type(None)})
_ALLOW = keyword("ALLOW-OTHER-KEYS")


def install(world: World) -> None:
    """Fill the evaluator's own cells of a new world."""
    world.conditions.update(STANDARD_CLASSES)
    world.cells.update(
        {
            "$T": T,
            "$U": UNSUPPLIED,
            "$Cons": Cons,
            "$Symbol": Symbol,
            "$Char": Char,
            "$Structure": Structure,
            "$HashTable": HashTable,
            "$str": str,
            "$int": int,
            "$list_type": list,
            "$tuple_type": tuple,
            "$type": type,
            "$len": len,
            "$vector_types": VECTOR_TYPES,
            "$range": range,
            "$isinstance": isinstance,
            "$characters": CHARACTERS,
            "$Exception": Exception,
            "$Exit": NonLocalExit,
            "$Throw": Throw,
            "$condition": condition_of,
            "$eql": eql,
            "$first": first_value,
            "$one": one_value,
            "$tuple_of": values_of,
            "$spread": spread,
            "$values_list": values_list,
            "$list": list_of,
            "$keys": take_keys,
            "$case_index": case_index,
            "$no_case": no_case,
            "$tuple": lambda *values: values,
            "$set_cell": world.cells.__setitem__,
        }
    )
    for maker in (_definers, _dynamic_binding, _catching):
        world.cells.update(maker(world))


# Calls


def take_keys(arguments: tuple[Any, ...], keywords: list[Symbol], allow: bool) -> list[Any]:
    """The values of key parameters, in the order of `keywords`; the unsupplied marker for missing ones.

    Raises a program-error for an odd number of arguments and for unknown keywords.
    """
    if len(arguments) % 2:
        raise program_error("odd number of keyword arguments")
    result: list[Any] = [UNSUPPLIED] * len(keywords)
    for index in range(len(arguments) - 2, -1, -2):
        key = arguments[index]
        if key in keywords if type(key) is Symbol else False:
            result[keywords.index(key)] = arguments[index + 1]
        elif key is not _ALLOW and not allow:
            _check_allowed(arguments, key)
    return result


def _check_allowed(arguments: tuple[Any, ...], key: Any) -> None:
    """Accept an unknown keyword if the first :allow-other-keys argument is true."""
    for index in range(0, len(arguments), 2):
        if arguments[index] is _ALLOW:
            if arguments[index + 1] is not None:
                return
            break
    raise program_error(f"unknown keyword argument `{key!r}`")


def keyed_function(entry: Callable[..., Any], required: int, names: dict[str, str]) -> Callable[..., Any]:
    """The general entry of a function with a keyword entry: takes keywords and values as further
    arguments.
    """

    def general(*arguments: Any) -> Any:
        if len(arguments) <= required:
            return entry(*arguments)
        if (len(arguments) - required) % 2:
            raise program_error("odd number of keyword arguments")
        given: dict[str, Any] = {}
        for index in range(len(arguments) - 2, required - 1, -2):
            key = arguments[index]
            name = names.get(key.name) if type(key) is Symbol and key.package == "KEYWORD" else None
            if name is not None:
                given[name] = arguments[index + 1]
            elif key is not _ALLOW:
                _check_allowed(arguments[required:], key)
        return entry(*arguments[:required], **given)

    general.__name__ = getattr(entry, "__name__", "keyed")
    return general


# Case


def case_index(table: CaseTable, key: Any) -> int:
    """The number of the clause for a key, -1 if there is none."""
    return table.get(key, -1) if type(key) in _CASE_KEYS else -1


def no_case(key: Any, wanted: Any) -> Any:
    """Signal that no clause of ECASE or ETYPECASE takes a key."""
    condition = make(cl("TYPE-ERROR"), DATUM=key, EXPECTED_TYPE=Cons(cl("MEMBER"), wanted))
    condition.report = f"`{key!r}` fell through; wanted one of {wanted!r}"
    raise condition


# Definitions


def _definers(world: World) -> dict[str, Any]:
    cells = world.cells

    def defined(cell: str, required: int, keys: tuple[str, ...] | None, single: bool) -> None:
        if not single and cell in world.assumed_single:
            raise simple_error(
                f"`{cell[2:]}` was compiled as a function of one value and is now redefined to return "
                "another number: load its definition before its callers"
            )
        names = {name: "&" + name for name in keys} if keys is not None else None
        if names is not None:
            cells[cell] = keyed_function(cells["k" + cell], required, names)
        world.signatures[cell] = Signature(required, names, single)
        world.accessors.pop(cell, None)
        world.constructors.pop(cell, None)
        world.note_fact("function", cell, required, keys, single)

    def define_macro(name: Any, expander: Any) -> None:
        world.macros[symbol_of(name)] = expander
        world.note_code("macro", name)

    def define_constant(name: Symbol, value: Any) -> None:
        world.constants[name] = value
        cells[name.vkey] = value
        world.note_fact("constant", name.vkey, prin1(value))

    def define_symbol_macro(name: Symbol, expansion: Any) -> None:
        world.symbol_macros[name] = expansion
        world.note_fact("symbol-macro", name.vkey, prin1(expansion))

    def define_type(name: Symbol, expander: Any) -> None:
        world.types[name] = expander
        world.note_code("type", name)

    def define_setf_expander(name: Symbol, expander: Any) -> None:
        world.setf_expanders[name] = expander
        world.note_code("setf", name)

    def package_named(name: str) -> Package:
        package = world.packages.get(name)
        if package is None:
            raise simple_error(f"there is no package `{name}`")
        return package

    def proclaim_special(name: Symbol) -> None:
        world.specials.add(name)
        world.note_fact("special", name.vkey)

    def define_condition(spec: Any, defaults: Any, report: Any) -> None:
        _define_condition(world, spec, items_of(defaults), report)

    return {
        "$defined": defined,
        "$define_macro": define_macro,
        "$define_constant": define_constant,
        "$define_symbol_macro": define_symbol_macro,
        "$define_type": define_type,
        "$define_setf_expander": define_setf_expander,
        "$define_structure": lambda record: define_structure(world, record),
        "$define_constructor": lambda shape: define_constructor(world, shape),
        "$proclaim_special": proclaim_special,
        "$define_condition": define_condition,
        "$define_package": lambda form: define_package(world, form),
        "$package_named": package_named,
        "$is_unbound": lambda name: T if name.vkey not in cells else None,
        "$typep": lambda value, specifier: typep(world, value, specifier),
    }


def _define_condition(world: World, spec: Any, defaults: list[Any], report: Any) -> None:
    name, parents, slots = items_of(spec)
    initargs: dict[Symbol, str] = {}
    default_functions: dict[str, Any] = {}
    single = Signature(1, None, True)
    for slot, default in zip(items_of(slots), defaults, strict=True):
        slot_name, keys, readers, writers = items_of(slot)
        initargs.update(dict.fromkeys(items_of(keys), slot_name.name))
        if default is not None:
            default_functions[slot_name.name] = default
        for reader in items_of(readers):
            world.cells[reader.fkey] = _slot_reader(slot_name.name)
            world.signatures[reader.fkey] = single
        for writer in items_of(writers):
            world.cells["s" + writer.fkey[1:]] = _slot_writer(slot_name.name)
    bases = tuple(world.conditions[parent] for parent in items_of(parents)) or (
        STANDARD_CLASSES[cl("CONDITION")],
    )
    world.conditions[name] = make_class(name, bases, initargs, default_functions, report)


def _slot_reader(name: str) -> Callable[[Any], Any]:
    def read(condition: Any) -> Any:
        if not isinstance(condition, Condition):
            raise TypeError(f"`{condition!r}` is not a condition")
        return condition.slot(name)

    return read


def _slot_writer(name: str) -> Callable[[Any, Any], Any]:
    def write(value: Any, condition: Any) -> Any:
        condition.slots[name] = value
        return value

    return write


def define_package(world: World, form: Any) -> Package:
    """DEFPACKAGE: `form` is (name option...). Makes the package or extends the one that exists."""
    name, *options = items_of(form)
    text = _string(name)
    world.note_fact("package", prin1(form))
    package = world.packages.get(text)
    if package is None:
        package = world.packages[text] = Package(text)
    by_kind: dict[str, list[Any]] = {}
    for option in options:
        by_kind.setdefault(option.car.name, []).append([_string(item) for item in items_of(option.cdr)])
    for names in by_kind.get("NICKNAMES", ()):
        for nickname in names:
            package.nicknames.append(nickname)
            world.packages[nickname] = package
    for names in by_kind.get("SHADOW", ()):
        package.shadow(names)
    for source, *names in by_kind.get("SHADOWING-IMPORT-FROM", ()):
        package.shadowing_import(symbol_of(world.lookup(source, item, True)) for item in names)
    for names in by_kind.get("USE", ()):
        for used in names:
            package.use(world.cells["$package_named"](used))
    for source, *names in by_kind.get("IMPORT-FROM", ()):
        package.import_symbols(symbol_of(world.lookup(source, item, True)) for item in names)
    for names in by_kind.get("INTERN", ()):
        for item in names:
            package.intern(item)
    for names in by_kind.get("EXPORT", ()):
        package.export([package.intern(item)[0] for item in names])
    return package


def _string(designator: Any) -> str:
    """The name that a string, symbol or character designates."""
    if type(designator) is str:
        return designator
    return designator.text if type(designator) is Char else symbol_of(designator).name


# Dynamic binding, catch, handlers


def _dynamic_binding(world: World) -> dict[str, Any]:
    cells = world.cells

    def cell_value(cell: str) -> Any:
        return cells.get(cell, UNSUPPLIED)

    def bind(symbols: Any, values: Any) -> list[tuple[str, Any]]:
        saved = []
        for symbol in items_of(symbols):
            key = symbol_of(symbol).vkey
            saved.append((key, cells.get(key, UNSUPPLIED)))
            if values is None:
                cells.pop(key, None)
            else:
                cells[key] = values.car
                values = values.cdr
        return saved

    def restore(saved: list[tuple[str, Any]]) -> None:
        for key, value in reversed(saved):
            if value is UNSUPPLIED:
                cells.pop(key, None)
            else:
                cells[key] = value

    return {"$cell_value": cell_value, "$bind_dynamically": bind, "$restore_dynamically": restore}


def _catching(world: World) -> dict[str, Any]:
    tags: list[Any] = []

    def throw(tag: Any, values: tuple[Any, ...]) -> Any:
        if not any(active is tag for active in tags):
            condition = make(cl("CONTROL-ERROR"))
            condition.report = f"there is no catch for the tag `{tag!r}`"
            raise condition
        raise Throw(tag, values if len(values) != 1 else values[0])

    def choose(condition: Condition, specifiers: list[Any]) -> int:
        for index, specifier in enumerate(specifiers):
            if typep(world, condition, specifier):
                return index
        return -1

    return {"$throw": throw, "$enter_catch": tags.append, "$leave_catch": tags.pop, "$choose_handler": choose}
