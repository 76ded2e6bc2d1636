"""What the sources define, by the independent reader, and what of it an image holds by name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clysm.wasm.errors import WasmError
from clysm.wasm.names import parse_names
from clysm.wasm.sections import parse_sections
from clysm.workflow.formcount import Datum, Scan, form_name, form_type

_KINDS = {
    "defun": "function",
    "defmacro": "macro",
    "defvar": "variable",
    "defparameter": "variable",
    "defconstant": "variable",
}
_CONTAINERS = frozenset({"progn", "eval-when", "locally"})


@dataclass(frozen=True, slots=True)
class Definition:
    """A top-level definition: `kind` is function, macro or variable, `name` as in `form_name`."""

    path: str
    kind: str
    name: str


def source_definitions(scans: Mapping[str, Scan]) -> tuple[Definition, ...]:
    """Every function, macro and variable that sources, as scanned, define at top level, in source order."""
    return tuple(
        Definition(path, kind, name)
        for path, scan in scans.items()
        for form in scan.forms
        for kind, name in _defined(form.datum)
    )


def _defined(datum: Datum) -> Iterator[tuple[str, str]]:
    operator = form_type(datum)
    if operator in _CONTAINERS and isinstance(datum, tuple):
        for part in datum[1:]:
            yield from _defined(part)
    elif operator in _KINDS and (name := form_name(datum)) is not None:
        yield _KINDS[operator], name


def absent_definitions(definitions: Iterable[Definition], image: bytes) -> tuple[Definition, ...]:
    """The definitions that the image does not hold by name.

    A function is there if a function of the name section is called so, with or without package and in either
    case. A macro or variable is a symbol: it is there if its name is, in the name section or in the data.
    """
    functions = function_names(image)
    absent = []
    for definition in definitions:
        held = definition.name in functions
        if not held and definition.kind != "function":
            held = definition.name.upper().encode() in image or definition.name.encode() in image
        if not held:
            absent.append(definition)
    return tuple(absent)


def function_names(image: bytes) -> frozenset[str]:
    """The names of the image's functions in lower case, without package; empty if they cannot be read."""
    try:
        names = parse_names(image, parse_sections(image))
    except WasmError:
        return frozenset()
    return frozenset(_plain(name) for name in names.functions.values())


def _plain(name: str) -> str:
    """`CLYSM.LIBRARY::FOO` and `foo` give `foo`; `(SETF CL:CAR)` gives `(setf car)`."""
    name = name.lower()
    if name.startswith("(setf ") and name.endswith(")"):
        return f"(setf {_plain(name[6:-1])})"
    return name.rpartition(":")[2] or name
