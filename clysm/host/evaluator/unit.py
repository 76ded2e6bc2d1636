"""Units: one top-level form as a code object with the constants that it needs. A unit is run as soon as it is
made.

A unit can be written to the cache: constants are encoded as tuples of strings and numbers that `marshal`
takes.
"""

from __future__ import annotations

import ast
import types
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import clysm.host.evaluator.definers
import clysm.host.evaluator.native_macros
import clysm.host.evaluator.structures
import clysm.host.evaluator.types  # noqa: F401  (registers rules)
from clysm.host.evaluator import control, pyast  # noqa: F401  (control registers rules)
from clysm.host.evaluator.analyze import HANDLERS, Analyzer
from clysm.host.evaluator.environment import Environment, null_environment
from clysm.host.evaluator.generate import RETURN, Generator, UnitNames
from clysm.host.evaluator.tree import LoadTimeValue
from clysm.host.numbers import Complex, Ratio, Single
from clysm.host.objects import (
    BitVector,
    CaseTable,
    Char,
    Cons,
    OctetBuffer,
    Structure,
    Symbol,
    char_of,
    cl,
    items_of,
    list_of,
)
from clysm.host.world import World

_PROGN: Final = cl("PROGN")
_EVAL_WHEN: Final = cl("EVAL-WHEN")
_LOCALLY: Final = cl("LOCALLY")


@dataclass(frozen=True)
class Unit:
    """A translated top-level form.

    `constants`: (cell, encoded object) for the objects that the code refers to and no earlier unit of the
    file defined. `references`: (cell, line) of cells that did not exist when it was translated.
    """

    code: types.CodeType
    constants: tuple[tuple[str, Any], ...]
    references: tuple[tuple[str, int], ...]


class Translator:
    """Translates and runs the top-level forms of one file; `prefix` makes the cells of its constants
    unique.
    """

    def __init__(
        self, world: World, file: str, prefix: str, positions: dict[Cons, tuple[int, int]], keep: bool = True
    ) -> None:
        self.world = world
        self.file = file
        self.units: list[Unit] = []
        self.analyzer = Analyzer(world, file, positions, self._evaluate)
        self.encoder = ConstantEncoder()
        self._keep = keep
        self._prefix = prefix
        self._known: dict[Any, str] = {}
        self._held: list[Any] = []  # objects whose id is a key of _known
        self._new: dict[str, Any] = {}

    def run(self, form: Any) -> Any:
        """Translate and run one top-level form; returns its values as a call would. Raises TranslateError."""
        result = None
        for part, env in self._parts(form, null_environment()):
            result = self._run_one(part, env)
        return result

    def _parts(self, form: Any, env: Environment) -> Iterator[tuple[Any, Environment]]:
        """The forms inside PROGN, EVAL-WHEN and macro calls are top-level forms too."""
        analyzer = self.analyzer
        while type(form) is Cons and type(form.car) is Symbol:
            position = analyzer.positions.get(form)
            if position is not None:
                analyzer.position = position
            if form.car is _PROGN and form.cdr is not None:
                *first, form = items_of(form.cdr)
                for part in first:
                    yield from self._parts(part, env)
            elif (
                form.car is _EVAL_WHEN
                and form.cdr is not None
                and form.cdr.car is not None
                and form.cdr.cdr is not None
            ):
                form = Cons(_PROGN, form.cdr.cdr)
            elif form.car in self.world.macros and form.car not in HANDLERS:
                form = analyzer.expand(self.world.macros[form.car], form, env)
            else:
                break
        yield form, env

    def _run_one(self, form: Any, env: Environment) -> Any:
        unit = self._translate(form, env)
        if self._keep:
            self.units.append(unit)
        return types.FunctionType(unit.code, self.world.cells)()

    def _evaluate(self, form: Any) -> Any:
        """Run a form during analysis, without keeping its unit."""
        nested = Translator(
            self.world,
            self.file,
            f"{self._prefix}.{next(self.world.serial)}",
            self.analyzer.positions,
            keep=False,
        )
        nested.analyzer.position = self.analyzer.position
        return nested._run_one(form, null_environment())

    def _translate(self, form: Any, env: Environment) -> Unit:
        names = UnitNames()
        self._new = {}
        node = self.analyzer.analyze(form, env)
        generator = Generator(self.world, env.scope, self._constant_cell, names)
        generator.line = self.analyzer.position[0] or 1
        first_line = generator.line
        generator.statement(node, RETURN)
        function = generator.function
        body = [*generator.load_time, *function.out]
        if function.stored_cells:
            body.insert(0, pyast.Global(list(function.stored_cells)))
        definition = pyast.function_def("top-level form", pyast.parameters([], []), body, first_line)
        code = self._compile(definition)
        encoded: list[tuple[str, Any]] = []
        for cell, value in self._new.items():
            self.world.cells[cell] = value
            if self._keep:
                encoded.append((cell, self._encode(value)))
        return Unit(code, tuple(encoded), tuple(names.references.items()))

    def _compile(self, definition: ast.stmt) -> types.CodeType:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            try:
                module = compile(ast.Module([definition], []), self.file, "exec", dont_inherit=True)
            except (SyntaxError, RecursionError) as problem:
                raise self.analyzer.fail(
                    f"form is nested too deeply for Python: {problem}",
                    "",
                    "move inner parts to functions of their own",
                ) from problem
        return next(constant for constant in module.co_consts if isinstance(constant, types.CodeType))

    def _encode(self, value: Any) -> Any:
        try:
            return self.encoder.encode(value)
        except TypeError as problem:
            raise self.analyzer.fail(
                str(problem),
                "numbers, characters, strings, symbols, lists and vectors",
                "build other objects when the program runs",
            ) from problem

    def _constant_cell(self, value: Any) -> str:
        """The cell of an object, new or known."""
        kind = type(value)
        shared = (kind is Symbol and value.package is not None) or kind is Char
        key = value if shared else id(value)
        known = self._known.get(key)
        if known is not None:
            return known
        if kind is Char:
            cell = f"h:{value.code}"
        else:
            cell = "q" + value.fkey[1:] if shared else f"x:{self._prefix}:{len(self._known)}"
        self._known[key] = cell
        self._held.append(value)
        if kind is not LoadTimeValue:
            self._new[cell] = value
        return cell


class ConstantEncoder:
    """Objects -> nested tuples. Uninterned symbols keep their identity within one encoder."""

    def __init__(self) -> None:
        self._symbols: dict[Symbol, int] = {}

    def encode(self, value: Any) -> Any:
        """Encode an object. Raises TypeError for one that cannot be stored in a file."""
        kind = type(value)
        if value is None or kind in (int, str, float):
            return value
        if kind is Symbol:
            if value.package is None:
                return ("u", self._symbols.setdefault(value, len(self._symbols)), value.name)
            return ("s", value.package, value.name)
        if kind is Cons:
            items = []
            while type(value) is Cons:
                items.append(self.encode(value.car))
                value = value.cdr
            return ("l", tuple(items), self.encode(value))
        if kind is list:
            return ("v", tuple(self.encode(item) for item in value))
        if kind is Char:
            return ("c", value.code)
        if kind is CaseTable:
            return ("t", tuple((self.encode(key), index) for key, index in value.items()))
        if kind is Single:
            return ("f", value.value)
        if kind is Ratio:
            return ("r", value.num, value.den)
        if kind is Complex:
            return ("z", self.encode(value.real), self.encode(value.imag))
        if kind is bytearray:
            return bytes(value)
        if kind is BitVector:
            return ("b", tuple(value))
        if isinstance(value, (Structure, OctetBuffer)):
            raise TypeError(f"constant object of type `{kind.__name__}` cannot be stored")
        raise TypeError(f"constant `{value!r}` cannot be stored")


class ConstantDecoder:
    """Nested tuples -> objects, with the packages of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._symbols: dict[int, Symbol] = {}

    def decode(self, code: Any) -> Any:
        """Decode one object. Raises LookupError if a symbol's package is not there."""
        if type(code) is bytes:
            return bytearray(code)
        if type(code) is not tuple:
            return code
        tag = code[0]
        if tag == "s":
            return self._world.lookup(code[1], code[2], True)
        if tag == "l":
            return list_of([self.decode(item) for item in code[1]], self.decode(code[2]))
        if tag == "u":
            if code[1] not in self._symbols:
                self._symbols[code[1]] = Symbol(code[2], None)
            return self._symbols[code[1]]
        if tag == "v":
            return [self.decode(item) for item in code[1]]
        if tag == "b":
            return BitVector(code[1])
        if tag == "c":
            return char_of(code[1])
        if tag == "t":
            return CaseTable((self.decode(key), index) for key, index in code[1])
        if tag == "f":
            return Single(code[1])
        if tag == "z":
            return Complex(self.decode(code[1]), self.decode(code[2]))
        return Ratio(code[1], code[2])
