"""`python -m clysm.cli.doit_ahead TASK...`: doit that is started before it is needed. It loads its modules,
and runs when there is a line on its standard input; where that ends without one, so does the process.
"""

import ast
import contextlib
import importlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from clysm.bootstrap.own_code import is_edited, loaded_code

DODO = "dodo.py"


def main(arguments: Sequence[str]) -> int:
    """What doit's status is, in the working directory; 0 without a line."""
    load(("doit.doit_cmd", *imported(Path(DODO))))
    loaded = loaded_code()
    if not sys.stdin.buffer.readline():
        return 0
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    if is_edited(loaded):
        os.execv(sys.executable, [sys.executable, "-m", "doit", *arguments])
    sys.argv = ["doit", *arguments]
    from doit.doit_cmd import DoitMain

    status: int = DoitMain().run(sys.argv[1:])
    return status


def imported(file: Path) -> Iterator[str]:
    """The modules that a file names in imports at its top level, those under a condition included; none if it
    cannot be read.
    """
    try:
        statements: list[ast.stmt] = ast.parse(file.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return
    for statement in statements:
        match statement:
            case ast.ImportFrom(module=str(module), level=0):
                yield module
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.If(body=body, orelse=orelse):
                statements += (*body, *orelse)


def load(modules: Iterable[str]) -> None:
    """Import what can be imported. What cannot fails again, and is told, when doit imports it."""
    for module in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(module)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
