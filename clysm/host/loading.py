"""The Host: loads files, with a cache of translations, and calls functions in them."""

from __future__ import annotations

import traceback
import types
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import clysm.host.functions  # noqa: F401  (registers the standard functions)
from clysm.host.cache import Translation, cache_key, read_translation, write_translation
from clysm.host.conditions import Condition, NonLocalExit, Throw, condition_of
from clysm.host.deep_stack import call_deeply
from clysm.host.errors import CacheDamage, HostError, LispFailure, Position, ReadError
from clysm.host.evaluator.unit import ConstantDecoder, Translator, Unit
from clysm.host.functions import registry
from clysm.host.objects import active_cells, cl, list_of
from clysm.host.printer import prin1, princ
from clysm.host.reader import END, Reader
from clysm.host.runtime import install
from clysm.host.type_system import MOST_NEGATIVE_FIXNUM, MOST_POSITIVE_FIXNUM
from clysm.host.world import PACKAGE_VARIABLE, World

LIBRARY: Final = Path(__file__).parent.parent / "lisp" / "library"
STANDARD_MACROS: Final = tuple(
    f"{name}.lisp" for name in ("backquote", "control", "iteration", "sequencing", "case", "setf", "places")
)
"""The files of the library that define the standard macros, in order of loading."""
EXTENDED_LOOP: Final = tuple(
    f"loop{part}.lisp" for part in ("-state", "-clauses", "-accumulation", "-iteration", "")
)
"""Those that define LOOP with clauses, which is outside the dialect."""

_CONSTANTS: Final = {
    "MOST-POSITIVE-FIXNUM": MOST_POSITIVE_FIXNUM,
    "MOST-NEGATIVE-FIXNUM": MOST_NEGATIVE_FIXNUM,
    "CHAR-CODE-LIMIT": 0x110000,
    "CALL-ARGUMENTS-LIMIT": 2**31,
    "LAMBDA-PARAMETERS-LIMIT": 2**31,
    "MULTIPLE-VALUES-LIMIT": 2**31,
    "ARRAY-DIMENSION-LIMIT": 2**31,
    "ARRAY-TOTAL-SIZE-LIMIT": 2**31,
    "ARRAY-RANK-LIMIT": 8,
    "LAMBDA-LIST-KEYWORDS": list_of(
        [
            cl(f"&{name}")
            for name in ("ALLOW-OTHER-KEYS", "AUX", "BODY", "ENVIRONMENT", "KEY", "OPTIONAL", "REST", "WHOLE")
        ]
    ),
}


class Host:
    """One Lisp, with the standard macros unless told otherwise. `cache_dir` keeps translations."""

    def __init__(self, cache_dir: str | Path, standard_macros: bool = True) -> None:
        self.cache_dir = Path(cache_dir)
        self.world = World()
        self._references: dict[str, tuple[str, int]] = {}
        install(self.world)
        registry.install(self.world)
        for name, value in _CONSTANTS.items():
            self.world.constants[cl(name)] = value
            self.world.cells[cl(name).vkey] = value
        if standard_macros:
            self.load_system(LIBRARY / name for name in STANDARD_MACROS)

    def offer_extended_loop(self) -> None:
        """Load the library's LOOP when code uses one with clauses: for programs, whose macros may."""

        def load_all() -> None:
            for name in EXTENDED_LOOP:
                self._load(LIBRARY / name)

        self.world.extended_loop = load_all

    def load(self, path: str | Path) -> None:
        """Load one file. Raises HostError."""
        self._run(lambda: self._load(Path(path)))

    def load_system(self, paths: Iterable[str | Path]) -> None:
        """Load files in order. Raises HostError."""

        def load_all() -> None:
            for path in paths:
                self._load(Path(path))

        self._run(load_all)

    def call(self, package: str, name: str, *arguments: Any) -> Any:
        """Call a global function; returns its value, a tuple for other than one. Raises HostError."""
        symbol = self.world.lookup(package, name, True)
        return self._run(lambda: symbol(*arguments))

    def eval_string(self, text: str, file: str = "<string>") -> Any:
        """Evaluate the forms of a text; returns the value of the last as `call` does. Raises HostError."""
        return self._run(lambda: self._eval(text, file))

    def prin1(self, value: Any) -> str:
        """The text that reads as a value in the current package."""
        with _active(self.world):
            return prin1(value)

    def undefined(self) -> list[tuple[str, Position]]:
        """What loaded code refers to and nothing defines: (description, first place of use)."""
        result = []
        for cell, (file, line) in sorted(self._references.items(), key=lambda item: item[1]):
            if cell not in self.world.cells and cell[0] in "fsv":
                _, package, name = cell.split(":", 2)
                kind = {"f": "function", "s": "setf function", "v": "variable"}[cell[0]]
                result.append((f"{kind} {package}::{name}", Position(file, line)))
        return result

    # Inside the deep stack

    def _eval(self, text: str, file: str) -> Any:
        self.world.note_source(text.encode("utf-8", "surrogatepass"))
        reader = Reader(text, file, self.world.lookup)
        translator = Translator(
            self.world, file, f"eval{next(self.world.serial)}", reader.positions, keep=False
        )
        result = None
        while (form := reader.read()) is not END:
            result = translator.run(form)
        return result

    def _load(self, path: Path) -> None:
        try:
            data = path.read_bytes()
        except OSError as problem:
            raise ReadError(f"cannot read the file: {problem.strerror}", Position(str(path))) from problem
        key = cache_key(str(path), data, self.world.fingerprint.digest())
        self.world.note_source(data)
        saved = self.world.cells[PACKAGE_VARIABLE]
        try:
            try:
                translation = read_translation(self.cache_dir, key)
            except CacheDamage:
                translation = None
            if translation is not None:
                self._run_translation(translation)
            else:
                translation = self._translate(path, data, key)
                write_translation(self.cache_dir, key, translation)
        finally:
            self.world.cells[PACKAGE_VARIABLE] = saved
        for unit in translation.units:
            for cell, line in unit.references:
                self._references.setdefault(cell, (str(path), line))

    def _run_translation(self, translation: Translation) -> None:
        cells = self.world.cells
        decoder = ConstantDecoder(self.world)
        for unit in translation.units:
            for cell, value in unit.constants:
                cells[cell] = decoder.decode(value)
            types.FunctionType(unit.code, cells)()
        for name, symbols in translation.interned:
            package = self.world.packages[name]
            for symbol in symbols:
                package.intern(symbol)
        self.world.assumed_single.update(translation.assumed_single)

    def _translate(self, path: Path, data: bytes, key: str) -> Translation:
        """Translate and run a file."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as problem:
            line = data.count(b"\n", 0, problem.start) + 1
            raise ReadError("the file is not UTF-8", Position(str(path), line)) from problem
        world = self.world
        known = {package.name: len(package.present) for package in world.packages.values()}
        assumed, world.assumed_single = world.assumed_single, set(world.assumed_single)
        before = set(assumed)
        try:
            units = self._translate_forms(Reader(text, str(path), world.lookup), str(path), key)
        finally:
            used, world.assumed_single = world.assumed_single, assumed | world.assumed_single
        interned = tuple(
            (package.name, tuple(list(package.present)[known.get(package.name, 0) :]))
            for package in dict.fromkeys(world.packages.values())
        )
        return Translation(units, tuple(item for item in interned if item[1]), tuple(sorted(used - before)))

    def _translate_forms(self, reader: Reader, file: str, key: str) -> tuple[Unit, ...]:
        translator = Translator(self.world, file, key[:16], reader.positions)
        while (form := reader.read()) is not END:
            translator.run(form)
        return tuple(translator.units)

    def _run(self, action: Callable[[], Any]) -> Any:
        """Run on a large stack, with this world active; errors leave as HostError."""

        def inside() -> Any:
            with _active(self.world):
                try:
                    return action()
                except HostError:
                    raise
                except (Exception, NonLocalExit, Throw) as problem:
                    raise _failure(problem) from problem

        return call_deeply(inside)


@contextmanager
def _active(world: World) -> Iterator[None]:
    """Make a world the one whose functions symbols call."""
    active_cells.append(world.cells)
    try:
        yield
    finally:
        active_cells.pop()


def _failure(problem: BaseException) -> HostError:
    """The error for the caller, with the place in the Lisp source where it was raised."""
    position = Position("<unknown>")
    for frame in traceback.extract_tb(problem.__traceback__):
        if not frame.filename.endswith(".py"):
            position = Position(frame.filename, frame.lineno or 0)
    if not isinstance(problem, Exception):
        return LispFailure("exit to a block or catch that is not active", position, problem)
    condition = condition_of(problem)
    message = princ(condition) if isinstance(condition, Condition) else str(problem)
    return LispFailure(message, position, condition)
