"""What the forms of files define, by the names of symbols: the result of a light scan that expands no macro.

It knows the standard defining forms and follows `in-package`, `:use`, `:import-from` and nicknames.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from clysm.workflow.formcount import Atom, Datum, Kind, ScannedForm, form_type

Name = tuple[str, str]  # package, symbol
Form = tuple[str, Datum]  # the package that is current when it is read, and the form

_MACROS = frozenset({"defmacro", "define-compiler-macro", "define-modify-macro"})
_EXPANDERS = frozenset({"defsetf", "define-setf-expander"})
VALUES = frozenset({"defconstant", "defvar", "defparameter", "define-symbol-macro"})
_TYPES = frozenset({"defstruct", "defclass", "define-condition", "deftype"})
FUNCTIONS = frozenset({"defun", "defgeneric", "defmethod"})
EXPANSION_TIME = frozenset(
    {"defmacro", "define-compiler-macro", "define-setf-expander", "eval-when", "deftype"}
)


@dataclass(slots=True)
class _Package:
    uses: list[str] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Definitions:
    """Who defines what; the first file in path order wins where several define one name."""

    macros: dict[Name, str] = field(default_factory=dict)  # needed at compile time, used as operators
    expanders: dict[Name, str] = field(default_factory=dict)  # needed at compile time, used as places
    values: dict[Name, str] = field(default_factory=dict)  # needed at compile time, used anywhere
    functions: dict[Name, str] = field(default_factory=dict)
    package_files: dict[str, str] = field(default_factory=dict)
    packages: dict[str, _Package] = field(default_factory=dict)
    nicknames: dict[str, str] = field(default_factory=dict)

    def homes(self, package: str, name: str) -> Iterator[Name]:
        """The names that the symbol `name` as seen from `package` can stand for, the likeliest first."""
        package = self.nicknames.get(package, package)
        known = self.packages.get(package, _Package())
        homes = [package, *((known.imports[name],) if name in known.imports else ()), *known.uses]
        for home in homes:
            yield self.nicknames.get(home, home), name

    def resolve(self, table: Mapping[Name, str], package: str, name: str) -> str | None:
        """The file that defines the symbol `name` as seen from `package`."""
        return next((table[home] for home in self.homes(package, name) if home in table), None)


def collect_definitions(
    files: Mapping[str, Iterable[ScannedForm]],
) -> tuple[dict[str, list[Form]], Definitions]:
    """The forms of each file, by path in order, and what they define."""
    forms = {path: _with_packages(files[path]) for path in sorted(files)}
    definitions = Definitions()
    for path, module in forms.items():
        for _, datum in module:
            if form_type(datum) == "defpackage" and isinstance(datum, tuple) and len(datum) > 1:
                _define_package(definitions, path, datum)
    for path, module in forms.items():
        for package, datum in module:
            _define(definitions, path, definitions.nicknames.get(package, package), datum)
    return forms, definitions


def first_package(forms: Iterable[ScannedForm]) -> str | None:
    """The package that the first `in-package` names, in upper case; None if there is none."""
    for form in forms:
        if form_type(form.datum) == "in-package" and isinstance(form.datum, tuple) and len(form.datum) == 2:
            return designator(form.datum[1])
    return None


def _with_packages(forms: Iterable[ScannedForm]) -> list[tuple[str, Datum]]:
    """Each form with the package that is current when it is read."""
    package = "COMMON-LISP-USER"
    result = []
    for form in forms:
        result.append((package, form.datum))
        if form_type(form.datum) == "in-package" and isinstance(form.datum, tuple) and len(form.datum) == 2:
            package = designator(form.datum[1]) or package
    return result


def designator(datum: Datum) -> str | None:
    return datum.text if isinstance(datum, Atom) and datum.kind is not Kind.OTHER else None


def _define(known: Definitions, path: str, package: str, datum: Datum) -> None:
    """Record what a top-level form defines."""
    for form in single_forms(datum):
        if isinstance(form, tuple) and len(form) > 1:
            _define_one(known, path, package, form)


def single_forms(datum: Datum) -> Iterator[Datum]:
    """The forms of a top-level form that may be a group of forms, in order."""
    pending = [datum]
    while pending:
        form = pending.pop()
        if form_type(form) in ("progn", "eval-when", "locally") and isinstance(form, tuple):
            pending += reversed(form[1:])
        else:
            yield form


def _define_one(known: Definitions, path: str, package: str, datum: tuple[Datum, ...]) -> None:
    """Record what a form that is no mere group of forms defines."""
    operator = form_type(datum)
    if operator in ("declaim", "proclaim"):
        for part in datum[1:]:
            if form_type(part) == "inline" and isinstance(part, tuple):
                for inline in part[1:]:
                    if isinstance(inline, Atom):
                        known.macros.setdefault((package, inline.text), path)
    elif (defined := defined_name(datum[1])) is not None:
        named = defined.package or package
        home = (known.nicknames.get(named, named), defined.text)
        if operator in _MACROS:
            known.macros.setdefault(home, path)
        elif operator in _EXPANDERS:
            known.expanders.setdefault(home, path)
        elif operator in VALUES or operator in _TYPES:
            known.values.setdefault(home, path)
            if operator == "defstruct":
                for function in structure_functions(datum, defined.text):
                    known.macros.setdefault((home[0], function), path)
        elif operator in FUNCTIONS:
            known.functions.setdefault(home, path)


def _define_package(known: Definitions, path: str, datum: tuple[Datum, ...]) -> None:
    name = designator(datum[1])
    if name is None:
        return
    known.package_files.setdefault(name, path)
    package = known.packages.setdefault(name, _Package())
    for option in datum[2:]:
        if not isinstance(option, tuple):
            continue
        names = [text for part in option[1:] if (text := designator(part)) is not None]
        match form_type(option):
            case "use":
                package.uses.extend(names)
            case "nicknames":
                known.nicknames.update(dict.fromkeys(names, name))
            case "import-from" | "shadowing-import-from" if names:
                package.imports.update(dict.fromkeys(names[1:], names[0]))


def defined_name(datum: Datum) -> Atom | None:
    """The symbol of `name`, `(name options...)` or `(setf name)`."""
    if isinstance(datum, Atom):
        return datum if datum.kind is Kind.SYMBOL else None
    if form_type(datum) == "setf" and len(datum) == 2:
        return defined_name(datum[1])
    return datum[0] if datum and isinstance(datum[0], Atom) and datum[0].kind is Kind.SYMBOL else None


def structure_functions(datum: tuple[Datum, ...], name: str) -> Iterator[str]:
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
        slot_name = defined_name(slot)
        if slot_name is not None:
            yield prefix + slot_name.text
