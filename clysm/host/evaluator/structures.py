"""Analysis of DEFSTRUCT: a Python class with a slot for each Lisp slot, constructors, and a record for the
world.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from clysm.host.evaluator.analyze import Analyzer, handles
from clysm.host.evaluator.definers import defined
from clysm.host.evaluator.environment import Environment
from clysm.host.evaluator.lambda_lists import AUX, KEY, OPTIONAL
from clysm.host.evaluator.tree import Call, ClassDefinition, Constant, DefineFunction, LocalRef, Node
from clysm.host.objects import Char, Cons, Symbol, T, cl, items_of, iterate, keyword, list_of, symbol_name
from clysm.host.world import value_of

_NOT_IDENTIFIER: Final = re.compile(r"[^a-z0-9]+")
_UNSUPPORTED: Final = frozenset({"TYPE", "INITIAL-OFFSET"})


@dataclass
class _Definition:
    """The options of one DEFSTRUCT. Constructors: (name, BOA lambda list or None, whether it has one)."""

    name: Symbol
    conc_name: str
    predicate: Symbol | None
    copier: Symbol | None
    constructors: list[tuple[Symbol, Any, bool]] = field(default_factory=list)
    include: Symbol | None = None
    overrides: list[Any] = field(default_factory=list)


def slot_identifier(structure: Symbol, slot: Symbol, index: int) -> str:
    """The Python name of a slot: unlike that of any other structure, so that a wrong accessor fails."""
    words = [_NOT_IDENTIFIER.sub("_", symbol.name.lower()).strip("_") for symbol in (slot, structure)]
    return (
        f"{words[0]}_of_{words[1]}_{index}"
        if words[0][:1].isalpha()
        else f"s{words[0]}_of_{words[1]}_{index}"
    )


@handles("DEFSTRUCT")
def _defstruct(a: Analyzer, form: Any, env: Environment) -> Node:
    definition = _options(a, form.cdr.car)
    name = definition.name
    slots = form.cdr.cdr
    if slots is not None and type(slots.car) is str:
        slots = slots.cdr
    own = [_slot(slot) for slot in iterate(slots)]
    inherited: list[tuple[Symbol, Any]] = []
    parent = None
    if definition.include is not None:
        parent = a.world.layouts.get(definition.include)
        if parent is None:
            raise a.fail(f"structure `{definition.include.name}` is not defined", "an earlier defstruct")
        overrides = dict(_slot(slot) for slot in definition.overrides)
        by_name = {slot.name: default for slot, default in overrides.items()}
        inherited = [
            (slot, by_name.get(slot.name, default))
            for slot, default in zip(parent.slots, parent.defaults, strict=True)
        ]
    start = len(inherited)
    own_names = [slot_identifier(name, slot, start + index) for index, (slot, _) in enumerate(own)]
    all_names = [*(parent.python if parent is not None else ()), *own_names]
    everything = inherited + own
    cell = "c" + name.fkey[1:]
    nodes: list[Node] = [
        ClassDefinition(cell, parent.cell if parent is not None else None, own_names, all_names),
        Call("$define_structure", [Constant(_record(a, definition, cell, everything, all_names))]),
    ]
    for constructor, lambda_list, has_list in definition.constructors:
        nodes.append(_constructor(a, env, constructor, cell, everything, lambda_list, has_list))
        shape = _constructor_shape(constructor, cell, everything, lambda_list, has_list)
        if shape is not None:
            nodes.append(Call("$define_constructor", [Constant(shape)]))
    return defined(name, *nodes)


def _slot(slot: Any) -> tuple[Symbol, Any]:
    """Name and default form of a slot description; type and read-only are ignored."""
    if type(slot) is Symbol:
        return slot, None
    return slot.car, slot.cdr.car if slot.cdr is not None else None


def _options(a: Analyzer, name_and_options: Any) -> _Definition:
    name, options = (
        (name_and_options, None)
        if type(name_and_options) is Symbol
        else (name_and_options.car, name_and_options.cdr)
    )

    def symbol(text: str) -> Symbol:
        return a.world.package.intern(text)[0]

    result = _Definition(name, name.name + "-", symbol(name.name + "-P"), symbol("COPY-" + name.name))
    default_constructor = True
    for option in iterate(options):
        parts = items_of(option) if type(option) is Cons else [option]
        key, args = symbol_name(parts[0]), parts[1:]
        if key == "CONC-NAME":
            result.conc_name = (
                ""
                if not args or args[0] is None
                else (args[0] if type(args[0]) is str else symbol_name(args[0]))
            )
        elif key == "CONSTRUCTOR":
            if args and args[0] is None:
                default_constructor = False
            elif args:
                default_constructor = False
                result.constructors.append((args[0], args[1] if len(args) > 1 else None, len(args) > 1))
        elif key == "COPIER" and args:
            result.copier = args[0]
        elif key == "PREDICATE" and args:
            result.predicate = args[0]
        elif key == "INCLUDE":
            result.include, result.overrides = args[0], args[1:]
        elif key in _UNSUPPORTED:
            raise a.fail(f"defstruct option `:{key.lower()}` is not in the dialect")
    if default_constructor:
        result.constructors.append((symbol("MAKE-" + name.name), None, False))
    return result


def _record(
    a: Analyzer, definition: _Definition, cell: str, slots: list[tuple[Symbol, Any]], python_names: list[str]
) -> Any:
    """(name cell parent ((slot default python-name accessor) ...) predicate copier), as a constant."""
    rows = []
    for (slot, default), python_name in zip(slots, python_names, strict=True):
        accessor = a.world.package.intern(definition.conc_name + slot.name)[0]
        rows.append(list_of([slot, default, python_name, value_of(accessor)]))
    return list_of(
        [definition.name, cell, definition.include, list_of(rows), definition.predicate, definition.copier]
    )


def _constructor(
    a: Analyzer,
    env: Environment,
    name: Symbol,
    cell: str,
    slots: list[tuple[Symbol, Any]],
    boa: Any,
    has_boa: bool,
) -> Node:
    if has_boa:
        defaults = {slot.name: default for slot, default in slots}
        lambda_list, bound = _boa_lambda_list(boa, defaults)
        variables = {symbol.name: symbol for symbol in bound}
        missing = [(slot, default) for slot, default in slots if slot.name not in variables]
        if missing:
            extra = []
            for slot, default in missing:
                variables[slot.name] = Symbol(slot.name, None)
                extra.append(list_of([variables[slot.name], default]))
            lambda_list = list_of(
                [*items_of(lambda_list), *([] if AUX in items_of(lambda_list) else [AUX]), *extra]
            )
        values = [variables[slot.name] for slot, _ in slots]
    else:
        values = [Symbol(slot.name, None) for slot, _ in slots]
        parameters = [
            list_of([list_of([keyword(slot.name), variable]), default])
            for (slot, default), variable in zip(slots, values, strict=True)
        ]
        lambda_list = list_of([KEY, *parameters]) if parameters else None
    function = a.function(name.fkey, lambda_list, Cons(list_of([cl("LIST"), *values]), None), env)
    function.body = _instance(function.body, cell)
    return DefineFunction(name.fkey, function, line=function.line)


def _constructor_shape(
    name: Symbol, cell: str, slots: list[tuple[Symbol, Any]], boa: Any, has_boa: bool
) -> Any:
    """What a call of a constructor may be replaced by, as structures.define_constructor takes it, or None.

    (cell class-cell count-of-parameters ((position keyword default-is-atom default) ...)), one row per slot.
    The count and the positions are NIL for keyword constructors.
    """
    positions: dict[str, int] = {}
    if has_boa:
        parameters = items_of(boa)
        if any(type(item) is not Symbol or item.name.startswith("&") for item in parameters):
            return None
        positions = {symbol.name: index for index, symbol in enumerate(parameters)}
    rows = []
    for slot, default in slots:
        atom = default is None or default is T or type(default) in (int, float, str, Char)
        position = positions.get(slot.name)
        rows.append(list_of([position, slot.name, T if atom else None, default if atom else None]))
    return list_of([name.fkey, cell, len(positions) if has_boa else None, list_of(rows)])


def _instance(body: Node, cell: str) -> Node:
    """Replace the call of LIST in a constructor's body by one of the class."""
    inner: Any = body
    while not isinstance(inner, Call):
        inner = inner.body
    assert all(isinstance(arg, LocalRef) for arg in inner.args)
    inner.cell = cell
    return body


def _boa_lambda_list(lambda_list: Any, defaults: dict[str, Any]) -> tuple[Any, list[Symbol]]:
    """A BOA lambda list in which optional, key and aux parameters without default have that of their slot."""
    result: list[Any] = []
    variables: list[Symbol] = []
    section: Any = None
    for item in iterate(lambda_list):
        if type(item) is Symbol and item.name.startswith("&"):
            section = item
            result.append(item)
            continue
        name: Any = item.car if type(item) is Cons else item
        if section is KEY and type(name) is Cons:
            name = name.cdr.car
        variables.append(name)
        if section in (OPTIONAL, KEY, AUX) and (type(item) is not Cons or item.cdr is None):
            result.append(list_of([item if type(item) is not Cons else item.car, defaults.get(name.name)]))
        else:
            result.append(item)
    return list_of(result), variables
