"""Dependencies of modules that no system file describes, inferred from what they define and what they use.

A light scan with the independent reader: it knows the standard defining forms, follows `in-package`, `:use`,
`:import-from` and nicknames, and looks at which symbols stand where. It expands no macros. What it finds:

- a compile edge to the file that defines a macro, type, class, constant, variable, inline function or package
  that is used, and to the file of a function that a macro or `eval-when` body calls;
- a load edge to the file of a function that is called while the file is loaded;
- a call edge to the file of a function that is called inside another function.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from clysm.workflow.definitions import EXPANSION_TIME, FUNCTIONS, Definitions, collect_definitions, designator
from clysm.workflow.formcount import Atom, Datum, Kind, ScannedForm, form_type
from clysm.workflow.graph import DependencyEdge
from clysm.workflow.states import EdgeKind

_PLACE_OPERATORS = frozenset(
    {"setf", "psetf", "incf", "decf", "push", "pushnew", "pop", "rotatef", "shiftf", "remf"}
)


@dataclass(frozen=True, slots=True)
class _Use:
    """A symbol of a form: `operator` if it stands where one does or after `#'`, `place` if as in
    `(setf (it`.
    """

    package: str
    name: str
    operator: bool
    place: bool


def infer_edges(files: Mapping[str, Iterable[ScannedForm]]) -> tuple[DependencyEdge, ...]:
    """The edges between the modules whose forms are given by path, sorted."""
    forms, definitions = collect_definitions(files)
    edges = {edge for path, module in forms.items() for package, datum in module
             for edge in _edges(definitions, path, package, datum)}  # fmt: skip
    return tuple(sorted(edges))


def _edges(known: Definitions, path: str, package: str, datum: Datum) -> Iterator[DependencyEdge]:
    """The edges that one top-level form of the module at `path` causes."""
    operator = form_type(datum)
    if operator in EXPANSION_TIME:
        function_edge = EdgeKind.COMPILE
    elif operator in FUNCTIONS:
        function_edge = EdgeKind.CALL
    else:
        function_edge = EdgeKind.LOAD
    used_packages = [] if operator == "defpackage" else [package]
    if operator in ("in-package", "defpackage") and isinstance(datum, tuple):
        operands = chain.from_iterable(part[1:] if isinstance(part, tuple) else (part,) for part in datum[1:])
        used_packages += [text for part in operands if (text := designator(part)) is not None]
    for name in used_packages:
        yield from _edge(
            path, known.package_files.get(known.nicknames.get(name, name)), EdgeKind.COMPILE, name
        )
    if operator in ("in-package", "defpackage"):
        return
    for use in _uses(datum, package):
        if use.package != package:
            home = known.package_files.get(known.nicknames.get(use.package, use.package))
            yield from _edge(path, home, EdgeKind.COMPILE, use.package)
        function = known.resolve(known.functions, use.package, use.name)
        if not (
            use.operator and function is not None
        ):  # else a type or variable that shares a function's name
            value = known.resolve(known.values, use.package, use.name)
            yield from _edge(path, value, EdgeKind.COMPILE, use.name)
        if use.place:
            expander = known.resolve(known.expanders, use.package, use.name)
            yield from _edge(path, expander, EdgeKind.COMPILE, use.name)
        if use.operator:
            macro = known.resolve(known.macros, use.package, use.name)
            yield from _edge(path, macro, EdgeKind.COMPILE, use.name)
            if macro is None:
                yield from _edge(path, function, function_edge, use.name)


def _edge(user: str, used: str | None, kind: EdgeKind, name: str) -> Iterator[DependencyEdge]:
    if used is not None and used != user:
        yield DependencyEdge(user, used, kind, name)


def _uses(datum: Datum, package: str) -> Iterator[_Use]:
    """Every symbol of a form except keywords and uninterned ones."""
    pending: list[tuple[Datum, bool, bool]] = [
        (datum, False, False)
    ]  # and whether it is an operator, a place
    while pending:
        item, operator, place = pending.pop()
        if isinstance(item, Atom):
            if item.kind is Kind.SYMBOL and item.package not in ("KEYWORD", ""):
                yield _Use(item.package or package, item.text, operator, operator and place)
        else:
            function = form_type(item) == "function"
            places = form_type(item) in _PLACE_OPERATORS
            for position, part in enumerate(item):
                head = position == 0
                pending.append(
                    (part, head or function, place if head else places and not isinstance(part, Atom))
                )
