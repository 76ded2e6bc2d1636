"""What `clysm compile` remembers changes nothing but time, nor does the order of patterns (C1, C2, I7, N39).

Programs of a few modules are edited, damaged and killed at random; after each step a run with the cache must
tell and write what a run without any cache does. The order of the modules' names is not that in which they
need each other (N38).
"""

import contextlib
import io
import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clysm.bootstrap import toolchain
from clysm.cli.main import main
from tests.support.projects import PYPROJECT, make_project
from tests.support.toy_compiler import ToyCompiler

FILES = ("m", "b", "x", "a", "s", "d")  # of modules by their number; a module uses those of lower numbers
CACHE = ".clysm-cache/compilation-cache.sexp"
NO_CACHE = "pyproject.toml/cache"  # no directory can be there
OUTPUT = "p.wasm"


@dataclass(frozen=True)
class Module:
    """What a module's text consists of; it uses the macros and functions of other modules by their number."""

    uses: frozenset[int] = frozenset()
    comment: int = 0
    macro: int = 0
    body: int = 0
    warns: int = 0
    broken: bool = False

    def text(self, number: int) -> str:
        uses = "".join(f"(use m{n})\n(m{n} (f{n}))\n(call f{n})\n" for n in sorted(self.uses))
        warns = f'(warn "number {self.warns}")\n' if self.warns % 2 else ""
        broken = "(fail macro-error x)\n" if self.broken else ""
        own = f"; {self.comment}\n(defmacro m{number} () {self.macro})\n(defun f{number} () {self.body})\n"
        return f'{uses}{own}{warns}{broken}(print "{number} {self.body}")\n'


@dataclass
class Program:
    """A project whose modules change."""

    root: Path
    modules: dict[int, Module] = field(default_factory=dict)

    def change(self, number: int, module: Module | None) -> None:
        """Write a module, or delete it."""
        path = self.root / f"{FILES[number]}.lisp"
        if module is None:
            self.modules.pop(number, None)
            path.unlink(missing_ok=True)
        else:
            self.modules[number] = module
            path.write_text(module.text(number))

    def patterns(self, order: int) -> list[str]:
        """Patterns that match all modules, some of them twice, in some order."""
        names = [f"{FILES[number]}.lisp" for number in self.modules] + ["*.lisp", "./[a-m].lisp"]
        random.Random(order).shuffle(names)
        return names


@dataclass(frozen=True)
class Outcome:
    """What a run told, times left out, and the program that is there afterwards."""

    said: dict[str, Any]
    image: bytes


def outcome(program: Program, cache: str, order: int) -> Outcome:
    said = json.loads(run(program, "--json", "--cache-dir", cache, order=order))
    return Outcome({**said, "duration_ms": 0}, (program.root / OUTPUT).read_bytes())


def run(program: Program, *options: str, order: int = 0) -> str:
    """What a run prints to stdout."""
    out = io.StringIO()
    err = io.StringIO()
    with contextlib.chdir(program.root), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        main(["compile", *program.patterns(order), "-o", OUTPUT, *options])
    return out.getvalue()


def check(program: Program, order: int = 0) -> None:
    """A run with the cache is as one without."""
    (program.root / OUTPUT).write_bytes(b"old")
    without = outcome(program, NO_CACHE, 0)
    (program.root / OUTPUT).write_bytes(b"old")
    assert outcome(program, ".clysm-cache", order) == without


def cached(program: Program) -> dict[str, str]:
    """What another run does with each module."""
    lines = (line.split() for line in run(program).splitlines() if line.startswith("["))
    return {words[1]: words[3] for words in lines}


class Killed(BaseException):
    """The process is no more: nothing that it would still do is done."""


@contextlib.contextmanager
def killed_after(calls: int) -> Iterator[None]:
    """Within the block, the process dies at a call of the operating system that makes a file last or go."""
    left = calls

    def dying(call: Callable[..., None]) -> Callable[..., None]:
        def act(*arguments: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            call(*arguments)

        return act

    with contextlib.ExitStack() as stack:
        for name in ("fsync", "replace", "unlink"):
            stack.enter_context(mock.patch.object(os, name, dying(getattr(os, name))))
        with contextlib.suppress(Killed):
            yield


# Operations: each a function of the program and of two numbers that say what exactly.


def edit(aspect: str) -> Callable[[Program, int, int], None]:
    def act(program: Program, pick: int, value: int) -> None:
        number = pick % len(FILES)
        new: dict[str, Any] = {aspect: value % 2 == 1 if aspect == "broken" else value}
        program.change(number, replace(program.modules.get(number, Module()), **new))

    return act


def use(program: Program, pick: int, value: int) -> None:
    """Use other modules, whether they are there or not."""
    number = pick % len(FILES)
    uses = frozenset(other for other in range(number) if value >> other & 1)
    program.change(number, replace(program.modules.get(number, Module()), uses=uses))


def delete(program: Program, pick: int, value: int) -> None:
    if len(program.modules) > 1:
        program.change(list(program.modules)[pick % len(program.modules)], None)


def damage(program: Program, pick: int, value: int) -> None:
    """Change a byte of the cache file."""
    path = program.root / CACHE
    if path.exists():
        data = bytearray(path.read_bytes())
        data[pick * 97 % len(data)] = b'") (9\\#a'[value % 8]
        path.write_bytes(data)


def damage_object(program: Program, pick: int, value: int) -> None:
    """Change a byte of an object or an interface, or delete it."""
    files = sorted((program.root / CACHE).parent.glob("objects/*"))
    if files and value % 4:
        data = bytearray(files[pick % len(files)].read_bytes())
        data[-1 - value % len(data)] ^= 1
        files[pick % len(files)].write_bytes(data)
    elif files:
        files[pick % len(files)].unlink()


def kill(program: Program, pick: int, value: int) -> None:
    edit("macro")(program, pick, value)
    with killed_after(value % 20):
        run(program)


OPERATIONS: Final = {
    "comment": edit("comment"),
    "macro": edit("macro"),
    "body": edit("body"),
    "warning": edit("warns"),
    "break": edit("broken"),
    "use": use,
    "use more": use,  # more often than others
    "delete": delete,
    "damage": damage,
    "damage an object": damage_object,
    "damage another": damage_object,
    "kill": kill,
}
NUMBER = st.integers(0, 99)
SEQUENCE = st.lists(st.tuples(st.sampled_from(tuple(OPERATIONS)), NUMBER, NUMBER), min_size=4, max_size=8)


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "open_session", lambda *arguments: ToyCompiler("hosted"))


def new_program(root: Path) -> Program:
    """Three modules, of which the last uses the others."""
    make_project(root, {"pyproject.toml": PYPROJECT})
    program = Program(root)
    for number, uses in enumerate(((), (0,), (0, 1))):
        program.change(number, Module(uses=frozenset(uses), warns=number))
    return program


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # a sequence is short enough
    suppress_health_check=list(HealthCheck),
)
@given(operations=SEQUENCE)
def test_any_sequence_of_edits(
    tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[str, int, int]]
) -> None:
    program = new_program(tmp_path_factory.mktemp("program"))
    check(program)
    for name, pick, value in operations:
        OPERATIONS[name](program, pick, value)
        check(program, order=pick)
    assert set(cached(program).values()) <= {"CACHED", "FAILED", "SKIPPED"}


def test_a_kill_at_any_moment(tmp_path: Path) -> None:
    """The old or the new file is there; the next run is as if nothing had been."""
    program = new_program(tmp_path)
    check(program)
    for moment in range(100):
        old = (tmp_path / CACHE).read_bytes(), (tmp_path / OUTPUT).read_bytes()
        program.change(0, replace(program.modules[0], macro=moment, body=moment))
        with killed_after(moment):
            run(program)
            break
        left = (tmp_path / CACHE).read_bytes(), (tmp_path / OUTPUT).read_bytes()
        check(program)
        assert left[1] in (old[1], (tmp_path / OUTPUT).read_bytes())
        assert left[0] == old[0] or b'"m.lisp"' in left[0]
    assert 15 < moment < 99
    assert set(cached(program).values()) == {"CACHED"}
