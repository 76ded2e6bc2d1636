"""The Host: loads files, with a cache of translations, and calls functions in them."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import clysm.host.functions  # noqa: F401  (registers the standard functions)
from clysm.host.conditions import Condition, NonLocalExit, Throw, condition_of
from clysm.host.deep_stack import call_deeply
from clysm.host.errors import HostError, LispFailure, Position
from clysm.host.evaluator.unit import Translator
from clysm.host.functions import registry
from clysm.host.objects import active_cells, cl
from clysm.host.printer import princ
from clysm.host.reader import END, Reader
from clysm.host.runtime import install
from clysm.host.type_system import MOST_NEGATIVE_FIXNUM, MOST_POSITIVE_FIXNUM
from clysm.host.world import PACKAGE_VARIABLE, World

LIBRARY: Final = Path(__file__).parent.parent / "lisp" / "library"
STANDARD_MACROS: Final = ("backquote.lisp", "control.lisp", "destructuring.lisp", "setf.lisp", "iteration.lisp")
"""The files of the library that define the standard macros, in order of loading."""

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
}


class Host:
    """One Lisp. `cache_dir` keeps translations between processes."""

    def __init__(self, cache_dir: str | Path, standard_macros: bool = True) -> None:
        self.cache_dir = Path(cache_dir)
        self.world = World()
        install(self.world)
        registry.install(self.world)
        for name, value in _CONSTANTS.items():
            self.world.constants[cl(name)] = value
            self.world.cells[cl(name).vkey] = value
        self.world.specials.update(cl(name) for name in ("*PACKAGE*", "*STANDARD-OUTPUT*", "*ERROR-OUTPUT*"))
        if standard_macros:
            self.load_system(LIBRARY / name for name in STANDARD_MACROS)

    def load(self, path: str | Path) -> None:
        """Load one file. Raises HostError."""
        self._run(lambda: self._load(Path(path)))

    def load_system(self, paths: Iterable[str | Path]) -> None:
        """Load files in order. Raises HostError."""
        for path in paths:
            self.load(path)

    def call(self, package: str, name: str, *arguments: Any) -> Any:
        """Call a global function; returns its first value, or a tuple if it returns other than one. Raises HostError."""
        symbol = self.world.lookup(package, name, True)
        return self._run(lambda: symbol(*arguments))

    def eval_string(self, text: str, file: str = "<string>") -> Any:
        """Evaluate all forms of a text; returns the value of the last, a tuple for other than one. Raises HostError."""
        return self._run(lambda: self._eval(text, file))

    # Inside the deep stack

    def _eval(self, text: str, file: str) -> Any:
        reader = Reader(text, file, self.world.lookup)
        translator = Translator(self.world, file, f"eval{next(self.world.serial)}", reader.positions, keep=False)
        result = None
        while (form := reader.read()) is not END:
            result = translator.run(form)
        return result

    def _load(self, path: Path) -> None:
        data = path.read_bytes()
        key = hashlib.sha256(data).hexdigest()
        saved = self.world.cells[PACKAGE_VARIABLE]
        try:
            reader = Reader(data.decode("utf-8"), str(path), self.world.lookup)
            translator = Translator(self.world, str(path), key[:16], reader.positions)
            while (form := reader.read()) is not END:
                translator.run(form)
        finally:
            self.world.cells[PACKAGE_VARIABLE] = saved

    def _run(self, action: Any) -> Any:
        """Run on a large stack, with this world active; errors leave as HostError."""

        def inside() -> Any:
            active_cells.append(self.world.cells)
            try:
                return action()
            except HostError:
                raise
            except (Exception, NonLocalExit, Throw) as problem:
                raise self._failure(problem) from problem
            finally:
                active_cells.pop()

        return call_deeply(inside)

    def _failure(self, problem: BaseException) -> HostError:
        """The error for the caller, with the place in the Lisp source where it was raised."""
        position = Position("<unknown>")
        for frame in traceback.extract_tb(problem.__traceback__):
            if not frame.filename.endswith(".py"):
                position = Position(frame.filename, frame.lineno or 0)
        condition = condition_of(problem) if isinstance(problem, Exception) else problem
        message = princ(condition) if isinstance(condition, Condition) else "exit to a block that is not active"
        return LispFailure(message, position, condition)


