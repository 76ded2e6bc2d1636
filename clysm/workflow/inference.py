"""Dependencies of modules that no system file describes, inferred from what they define and what they use.

A light scan with the independent reader: it knows the standard defining forms, follows `in-package`, `:use`,
`:import-from` and nicknames, and looks at which symbols stand where. It expands no macros. What it finds:

- a compile edge to the file that defines a macro, type, class, constant, variable, inline function or package
  that is used, and to the file of a function that a macro or `eval-when` body calls;
- a load edge to the file of a function that is called while the file is loaded;
- a call edge to the file of a function that is called inside another function.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from clysm.workflow.formcount import Atom, Datum, Kind, ScannedForm, form_type
from clysm.workflow.graph import DependencyEdge
from clysm.workflow.states import EdgeKind

Name = tuple[str, str]  # package, symbol

_MACROS = frozenset({"defmacro", "define-compiler-macro", "define-modify-macro"})
_EXPANDERS = frozenset({"defsetf", "define-setf-expander"})
_PLACE_OPERATORS = frozenset(
    {"setf", "psetf", "incf", "decf", "push", "pushnew", "pop", "rotatef", "shiftf", "remf"}
)
_VALUES = frozenset({"defconstant", "defvar", "defparameter", "define-symbol-macro"})
_TYPES = frozenset({"defstruct", "defclass", "define-condition", "deftype"})
_FUNCTIONS = frozenset({"defun", "defgeneric", "defmethod"})
_EXPANSION_TIME = frozenset(
    {"defmacro", "define-compiler-macro", "define-setf-expander", "eval-when", "deftype"}
)


@dataclass(slots=True)
class _Package:
    uses: list[str] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Definitions:
    """Who defines what; the first file in path order wins where several define one name."""

    macros: dict[Name, str] = field(default_factory=dict)  # needed at compile time, used as operators
    expanders: dict[Name, str] = field(default_factory=dict)  # needed at compile time, used as places
    values: dict[Name, str] = field(default_factory=dict)  # needed at compile time, used anywhere
    functions: dict[Name, str] = field(default_factory=dict)
    package_files: dict[str, str] = field(default_factory=dict)
    packages: dict[str, _Package] = field(default_factory=dict)
    nicknames: dict[str, str] = field(default_factory=dict)

    def resolve(self, table: Mapping[Name, str], package: str, name: str) -> str | None:
        """The file that defines the symbol `name` as seen from `package`."""
        package = self.nicknames.get(package, package)
        known = self.packages.get(package, _Package())
        homes = [package, *((known.imports[name],) if name in known.imports else ()), *known.uses]
        for home in homes:
            if (found := table.get((self.nicknames.get(home, home), name))) is not None:
                return found
        return None


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
    forms = {path: _with_packages(files[path]) for path in sorted(files)}
    definitions = _Definitions()
    for path, module in forms.items():
        for _, datum in module:
            if form_type(datum) == "defpackage" and isinstance(datum, tuple) and len(datum) > 1:
                _define_package(definitions, path, datum)
    for path, module in forms.items():
        for package, datum in module:
            _define(definitions, path, definitions.nicknames.get(package, package), datum)
    edges = {edge for path, module in forms.items() for package, datum in module
             for edge in _edges(definitions, path, package, datum)}  # fmt: skip
    return tuple(sorted(edges))


def first_package(forms: Iterable[ScannedForm]) -> str | None:
    """The package that the first `in-package` names, in upper case; None if there is none."""
    for form in forms:
        if form_type(form.datum) == "in-package" and isinstance(form.datum, tuple) and len(form.datum) == 2:
            return _designator(form.datum[1])
    return None


def _with_packages(forms: Iterable[ScannedForm]) -> list[tuple[str, Datum]]:
    """Each form with the package that is current when it is read."""
    package = "COMMON-LISP-USER"
    result = []
    for form in forms:
        result.append((package, form.datum))
        if form_type(form.datum) == "in-package" and isinstance(form.datum, tuple) and len(form.datum) == 2:
            package = _designator(form.datum[1]) or package
    return result


def _designator(datum: Datum) -> str | None:
    return datum.text if isinstance(datum, Atom) and datum.kind is not Kind.OTHER else None


def _define(known: _Definitions, path: str, package: str, datum: Datum) -> None:
    """Record what a top-level form defines."""
    pending = [datum]
    while pending:
        form = pending.pop()
        if form_type(form) in ("progn", "eval-when", "locally") and isinstance(form, tuple):
            pending += reversed(form[1:])
        elif isinstance(form, tuple) and len(form) > 1:
            _define_one(known, path, package, form)


def _define_one(known: _Definitions, path: str, package: str, datum: tuple[Datum, ...]) -> None:
    """Record what a form that is no mere group of forms defines."""
    operator = form_type(datum)
    if operator in ("declaim", "proclaim"):
        for part in datum[1:]:
            if form_type(part) == "inline" and isinstance(part, tuple):
                for inline in part[1:]:
                    if isinstance(inline, Atom):
                        known.macros.setdefault((package, inline.text), path)
    elif (defined := _defined_name(datum[1])) is not None:
        named = defined.package or package
        home = (known.nicknames.get(named, named), defined.text)
        if operator in _MACROS:
            known.macros.setdefault(home, path)
        elif operator in _EXPANDERS:
            known.expanders.setdefault(home, path)
        elif operator in _VALUES or operator in _TYPES:
            known.values.setdefault(home, path)
            if operator == "defstruct":
                for function in _structure_functions(datum, defined.text):
                    known.macros.setdefault((home[0], function), path)
        elif operator in _FUNCTIONS:
            known.functions.setdefault(home, path)


def _define_package(known: _Definitions, path: str, datum: tuple[Datum, ...]) -> None:
    name = _designator(datum[1])
    if name is None:
        return
    known.package_files.setdefault(name, path)
    package = known.packages.setdefault(name, _Package())
    for option in datum[2:]:
        if not isinstance(option, tuple):
            continue
        names = [text for part in option[1:] if (text := _designator(part)) is not None]
        match form_type(option):
            case "use":
                package.uses.extend(names)
            case "nicknames":
                known.nicknames.update(dict.fromkeys(names, name))
            case "import-from" | "shadowing-import-from" if names:
                package.imports.update(dict.fromkeys(names[1:], names[0]))


def _defined_name(datum: Datum) -> Atom | None:
    """The symbol of `name`, `(name options...)` or `(setf name)`."""
    if isinstance(datum, Atom):
        return datum if datum.kind is Kind.SYMBOL else None
    if form_type(datum) == "setf" and len(datum) == 2:
        return _defined_name(datum[1])
    return datum[0] if datum and isinstance(datum[0], Atom) and datum[0].kind is Kind.SYMBOL else None


def _structure_functions(datum: tuple[Datum, ...], name: str) -> Iterator[str]:
    """Constructor, copier, predicate and accessors that a `defstruct` defines."""
    options = datum[1][1:] if isinstance(datum[1], tuple) else ()
    prefix = f"{name}-"
    yield from (f"MAKE-{name}", f"COPY-{name}", f"{name}-P")
    for option in options:
        value = option[1] if isinstance(option, tuple) and len(option) > 1 else None
        if form_type(option) == "conc-name":
            prefix = value.text if isinstance(value, Atom) and value.text != "NIL" else ""
        elif form_type(option) in ("constructor", "predicate", "copier") and isinstance(value, Atom):
            yield value.text
    for slot in datum[2:]:
        slot_name = _defined_name(slot)
        if slot_name is not None:
            yield prefix + slot_name.text


def _edges(known: _Definitions, path: str, package: str, datum: Datum) -> Iterator[DependencyEdge]:
    """The edges that one top-level form of the module at `path` causes."""
    operator = form_type(datum)
    if operator in _EXPANSION_TIME:
        function_edge = EdgeKind.COMPILE
    elif operator in _FUNCTIONS:
        function_edge = EdgeKind.CALL
    else:
        function_edge = EdgeKind.LOAD
    used_packages = [] if operator == "defpackage" else [package]
    if operator in ("in-package", "defpackage") and isinstance(datum, tuple):
        operands = chain.from_iterable(part[1:] if isinstance(part, tuple) else (part,) for part in datum[1:])
        used_packages += [text for part in operands if (text := _designator(part)) is not None]
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
