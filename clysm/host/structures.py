"""Structures at run time: what DEFSTRUCT records."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clysm.host.objects import Structure, Symbol, items_of
from clysm.host.printer import prin1
from clysm.host.world import Constructor, Signature, World, symbol_of


@dataclass(frozen=True)
class Layout:
    """A structure type: `slots`, `defaults` (forms) and `python` (attribute names) in order, the included
    ones first.
    """

    name: Symbol
    cell: str
    parent: Layout | None
    slots: tuple[Symbol, ...]
    defaults: tuple[Any, ...]
    python: tuple[str, ...]
    cls: type[Structure]


def define_structure(world: World, record: Any) -> None:
    """Record a structure: (name cell parent ((slot default python-name accessor) ...) predicate copier).

    Its class is in the cell already. Defines accessors, predicate and copier.
    """
    name, cell, parent, rows, predicate, copier = items_of(record)
    slots = [items_of(row) for row in items_of(rows)]
    cls = world.cells[cell]
    layout = Layout(
        name,
        cell,
        world.layouts[parent] if parent is not None else None,
        tuple(slot for slot, _, _, _ in slots),
        tuple(default for _, default, _, _ in slots),
        tuple(python for _, _, python, _ in slots),
        cls,
    )
    cls.layout = layout
    world.note_fact("structure", prin1(record))
    world.layouts[name] = layout
    single = Signature(1, None, True)
    for _, _, python, accessor in slots:
        reader = symbol_of(accessor).fkey
        writer = "s" + reader[1:]
        world.cells[reader] = operator.attrgetter(python)
        world.cells[writer] = _writer(python)
        world.accessors[reader] = ("read", python)
        world.accessors[writer] = ("write", python)
        world.signatures[reader] = world.signatures[writer] = single
    if predicate is not None:
        world.cells[predicate.fkey] = _predicate(cls, world)
        world.signatures[predicate.fkey] = single
    if copier is not None:
        world.cells[copier.fkey] = copy_structure
        world.signatures[copier.fkey] = single


def define_constructor(world: World, shape: Any) -> None:
    """Record how calls of a constructor may be replaced, after its definition.

    The shape is (cell class-cell count-of-parameters ((position keyword default-is-atom default) ...)).
    """
    cell, class_cell, required, rows = items_of(shape)
    slots = tuple(
        (position, keyword, atom is not None, default)
        for position, keyword, atom, default in (items_of(row) for row in items_of(rows))
    )
    world.constructors[cell] = Constructor(class_cell, required, slots)


def _writer(python: str) -> Callable[[Any, Any], Any]:
    def write(value: Any, structure: Any) -> Any:
        setattr(structure, python, value)
        return value

    return write


def _predicate(cls: type[Structure], world: World) -> Callable[[Any], Any]:
    true = world.cells["$T"]

    def test(value: Any) -> Any:
        return true if isinstance(value, cls) else None

    return test


def copy_structure(structure: Any) -> Any:
    """A new structure with the same slot values."""
    if not isinstance(structure, Structure):
        raise TypeError(f"`{structure!r}` is not a structure")
    return type(structure)(*(getattr(structure, slot) for slot in structure.layout.python))
