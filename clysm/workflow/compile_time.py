"""Which modules' own code other modules need at compile time, without having put it into `eval-when`.

With ASDF a file is compiled when those it depends on are loaded, so its macros may call their functions and
read their variables. Where a module is needed so, its interface must carry its code, and with it changes with
every function body. Therefore only those modules are found whose functions or variables the expanders,
`eval-when` bodies and `#.` forms of the files reach, by name and over other functions. What stands in a
quotation, as most of what a macro writes, is not called then; a function that is called through its quoted
name is seen behind the standard functions that call theirs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clysm.workflow.definitions import (
    FUNCTIONS,
    VALUES,
    Definitions,
    Form,
    Name,
    collect_definitions,
    defined_name,
    structure_functions,
)
from clysm.workflow.formcount import Atom, Datum, Kind, ScannedForm, form_type

_EXPANDERS = frozenset(
    {"defmacro", "define-compiler-macro", "define-setf-expander", "define-modify-macro", "defsetf", "deftype"}
)
_DEFINERS = FUNCTIONS | VALUES | {"defstruct"}
_CALLERS = frozenset({"funcall", "apply", "mapcar", "mapcan", "mapc", "maplist", "some", "every", "reduce"})
_COMPILE_TIME = frozenset({"COMPILE-TOPLEVEL", "COMPILE"})


@dataclass(frozen=True, slots=True)
class _Definition:
    """A function or variable that is there when its module is loaded, and what its code mentions."""

    path: str
    mentions: tuple[Name, ...]


CODE_OPTION: Mapping[str, str] = {"compile-time": "all"}  # with which those modules are compiled


def modules_for_compile_time(files: Mapping[str, Iterable[ScannedForm]]) -> frozenset[str]:
    """The paths of the modules whose functions and variables must be there when others are compiled."""
    forms, names = collect_definitions(files)
    defined: dict[Name, _Definition] = {}
    loaded: dict[str, list[Name]] = {
        path: [] for path in forms
    }  # what a module's forms mention when it is loaded
    pending: list[Name] = []
    for path, module in forms.items():
        for form in module:
            _collect(names, path, form, defined, loaded[path], pending)
    found: set[str] = set()
    reached: set[Name] = set()
    while pending:
        package, name = pending.pop()
        for home in names.homes(package, name):
            definition = defined.get(home)
            if definition is None or home in reached:
                continue
            reached.add(home)
            pending += definition.mentions
            if definition.path not in found:
                found.add(definition.path)
                pending += loaded[definition.path]
    return frozenset(found)


def _collect(
    names: Definitions,
    path: str,
    form: Form,
    defined: dict[Name, _Definition],
    loaded: list[Name],
    expanding: list[Name],
) -> None:
    """Enter what a top-level form defines, and what it mentions when it is loaded or while it is compiled."""
    package, whole = form
    expanding += _mentions(_read_time_parts(whole), package)
    pending = [whole]
    while pending:
        datum = pending.pop()
        match form_type(datum), datum:
            case "progn" | "locally", tuple():
                pending += reversed(datum[1:])
            case "eval-when", (_, tuple() as situations, *body):
                if any(isinstance(item, Atom) and item.text in _COMPILE_TIME for item in situations):
                    expanding += _mentions(body, package)
                else:
                    pending += reversed(body)
            case operator, (_, _, *parts) if operator in _EXPANDERS:
                expanding += _mentions(parts, package)
            case operator, (_, name, *parts) if operator in _DEFINERS:
                expanding += _mentions(_local_expanders(datum), package)
                mentions = tuple(_mentions(parts, package))
                if operator not in FUNCTIONS:
                    loaded += mentions
                for home in _defined(names, package, datum, name):
                    defined.setdefault(home, _Definition(path, mentions))
            case "defpackage" | "in-package", _:
                pass
            case _:
                expanding += _mentions(_local_expanders(datum), package)
                loaded += _mentions((datum,), package)


def _defined(names: Definitions, package: str, datum: Datum, name: Datum) -> Iterator[Name]:
    """What a definition of functions or a variable defines."""
    atom = defined_name(name)
    if atom is None or not isinstance(datum, tuple):
        return
    home = names.nicknames.get(atom.package or package, atom.package or package)
    yield home, atom.text
    if form_type(datum) == "defstruct":
        for function in structure_functions(datum, atom.text):
            yield home, function


def _read_time_parts(datum: Datum) -> Iterator[Datum]:
    """The forms behind `#.` in a form."""
    for part in _parts(datum):
        if form_type(part) == "eval" and isinstance(part, tuple):
            yield from part[1:]


def _local_expanders(datum: Datum) -> Iterator[Datum]:
    """The bodies of the macros that a form defines for itself."""
    for part in _parts(datum):
        if form_type(part) == "macrolet" and isinstance(part, tuple) and len(part) > 1:
            yield from (item for local in part[1:2] if isinstance(local, tuple) for item in local)


def _parts(datum: Datum) -> Iterator[Datum]:
    """All lists in a datum, and itself."""
    pending = [datum]
    while pending:
        part = pending.pop()
        if isinstance(part, tuple):
            yield part
            pending += part


def _mentions(data: Iterable[Datum], package: str) -> Iterator[Name]:
    """The symbols that code evaluates: not those of quotations, but those that are unquoted in them."""
    pending: list[tuple[Datum, int]] = [(datum, 0) for datum in data]  # and how deep in quotations
    while pending:
        item, depth = pending.pop()
        if isinstance(item, Atom):
            if not depth and item.kind is Kind.SYMBOL and item.package not in ("KEYWORD", ""):
                yield item.package or package, item.text
            continue
        operator = form_type(item)
        if operator == "quote":
            continue
        if operator in ("quasiquote", "unquote"):
            inner = depth + 1 if operator == "quasiquote" else max(0, depth - 1)
            pending += ((part, inner) for part in item[1:])
            continue
        pending += ((part, depth) for part in item)
        if not depth and operator in _CALLERS and len(item) > 1:
            pending += ((name, 0) for name in _quoted_names(item[1]))


def _quoted_names(datum: Datum) -> Iterator[Atom]:
    """The symbol of `'symbol`."""
    if form_type(datum) == "quote" and isinstance(datum, tuple):
        yield from (part for part in datum[1:] if isinstance(part, Atom))
