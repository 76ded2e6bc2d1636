"""Whatever happens to a project, one more doit ends with the bytes of a clean build, and the next has nothing
to do (C1, I7).

Sequences of edits, kills and damage are random; each is tried in a copy of a built project. What the kills
hit is up to the machine, so a failure tells its sequence but is not made smaller. The environment's
RANDOM_EDITS is the number of sequences.
"""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.support.builds import comparable, copy_project, executed
from tests.support.projects import PYPROJECT, make_project, run_doit, start_doit

SEQUENCES = int(os.environ.get("RANDOM_EDITS", "15"))
TARGETS = ("system", "stage", "program")
KILL_MS = 2500  # within which a build of the toy project ends
# Where the modules of a system are, and which systems' modules they may use.
FOLDERS: Final = {"core": "lisp/core", "library": "lisp/library", "app": "app"}
USES: Final = {"core": ("core",), "library": ("core", "library"), "app": ("app",)}


@dataclass(frozen=True)
class Module:
    """A module by its number, which the names of its macro and its function have; it uses those of modules
    with lower numbers. Its file may have another name.
    """

    number: int
    system: str
    file: str
    uses: frozenset[int] = frozenset()
    comment: int = 0
    macro: int = 0
    body: int = 0
    broken: bool = False

    @property
    def path(self) -> str:
        return f"{FOLDERS[self.system]}/{self.file}.lisp"

    def text(self) -> str:
        n = self.number
        used = "".join(f"(use m{other})\n(call f{other})\n" for other in sorted(self.uses))
        broken = "(fail macro-error broken)\n" if self.broken else ""
        own = f"; {self.comment}\n(defmacro m{n} () {self.macro})\n(defun f{n} () {self.body})\n"
        return f'(in-package "TOY")\n{used}{own}{broken}'


Sources = dict[int, Module]


def first_sources() -> Sources:
    """Three modules of each system, each of which uses those before it that it may."""
    sources: Sources = {}
    for number in range(9):
        system = ("core", "library", "app")[number // 3]
        uses = frozenset(other.number for other in sources.values() if other.system in USES[system])
        sources[number] = Module(number, system, f"m{number}", uses)
    return sources


def definition(sources: Sources, system: str) -> str:
    """The components of a system, as an `.asd` file lists them."""
    lines = []
    for module in sources.values():
        if module.system != system:
            continue
        used = [sources[number] for number in sorted(module.uses)]
        names = " ".join(
            f'"{other.file}"' if other.system == system else f'"core/{other.file}"' for other in used
        )
        lines.append(f'(:file "{module.file}" :depends-on ({names}))')
    return "\n  ".join(lines)


def files_of(sources: Sources) -> dict[str, str]:
    """Every file of the project that an edit may change."""
    lisp = "".join(
        f'(defsystem "toy/{system}"{uses}\n :components ((:module "{system}" :components (\n'
        f"  {definition(sources, system)}))))\n"
        for system, uses in (("core", ""), ("library", ' :depends-on ("toy/core")'))
    )
    app = f'(defsystem "app" :components (\n  {definition(sources, "app")}))\n'
    modules = {module.path: module.text() for module in sources.values()}
    return {"lisp/toy.asd": lisp, "app/app.asd": app, **modules}


@dataclass
class State:
    """A project in the course of a sequence: what its sources are, and what they have been."""

    root: Path
    sources: Sources
    earlier: list[Sources] = field(default_factory=list)
    next_number: int = 9

    def change(self, sources: Sources) -> None:
        """Write other sources; files that stay the same are not written."""
        self.earlier.append(self.sources)
        old, new = files_of(self.sources), files_of(sources)
        for path in old.keys() - new.keys():
            (self.root / path).unlink()
        for path, text in new.items():
            if old.get(path) != text:
                (self.root / path).write_text(text)
        self.sources = sources

    def module(self, pick: int) -> Module:
        return list(self.sources.values())[pick % len(self.sources)]


# Operations: each a function of the state and of two numbers that say what exactly.


def edit(aspect: str) -> Callable[[State, int, int], None]:
    def act(state: State, pick: int, value: int) -> None:
        module = state.module(pick)
        new: dict[str, Any] = {aspect: bool(value % 2) if aspect == "broken" else value}
        state.change({**state.sources, module.number: replace(module, **new)})

    return act


def add(state: State, pick: int, value: int) -> None:
    number, system = state.next_number, tuple(FOLDERS)[pick % len(FOLDERS)]
    state.next_number += 1
    mates = [other.number for other in state.sources.values() if other.system in USES[system]]
    uses = frozenset(mates[: value % (len(mates) + 1)])
    state.change({**state.sources, number: Module(number, system, f"m{number}", uses)})


def delete(state: State, pick: int, value: int) -> None:
    """Delete a module, unless it is the last of its system, and its uses."""
    module = state.module(pick)
    if sum(other.system == module.system for other in state.sources.values()) > 1:
        rest = (other for other in state.sources.values() if other is not module)
        state.change({other.number: replace(other, uses=other.uses - {module.number}) for other in rest})


def rename(state: State, pick: int, value: int) -> None:
    module = state.module(pick)
    file = f"m{module.number}-{'abc'[value % 3]}"
    state.change({**state.sources, module.number: replace(module, file=file)})


def depend(state: State, pick: int, value: int) -> None:
    """Add or remove a use."""
    module = state.module(pick)
    fit = [
        other.number
        for other in state.sources.values()
        if other.number < module.number and other.system in USES[module.system]
    ]
    if fit:
        uses = module.uses ^ {fit[value % len(fit)]}
        state.change({**state.sources, module.number: replace(module, uses=uses)})


def revert(state: State, pick: int, value: int) -> None:
    if state.earlier:
        state.change(state.earlier[pick % len(state.earlier)])


def touch(state: State, pick: int, value: int) -> None:
    for number, path in enumerate(sorted(state.root.rglob("*"))):
        if number % (pick + 1) == 0:
            os.utime(path)


def damage(folder: str) -> Callable[[State, int, int], None]:
    def act(state: State, pick: int, value: int) -> None:
        """Change the last bytes of a file, cut it, empty it, or delete it."""
        files = sorted(path for path in (state.root / folder).rglob("*") if path.is_file())
        if not files:
            return
        path = files[pick % len(files)]
        data = path.read_bytes()
        kinds = (data[:-2] + b"!!", data[: len(data) // 2], b"", None)
        changed = kinds[value % len(kinds)]
        if changed is None:
            path.unlink()
        else:
            path.write_bytes(changed)

    return act


def wipe(state: State, pick: int, value: int) -> None:
    """Delete what was built, or what is remembered of it."""
    shutil.rmtree(
        state.root / ("build", ".clysm-cache", ".clysm-cache/actions")[pick % 3], ignore_errors=True
    )


def build(state: State, pick: int, value: int) -> None:
    """Build a part, which may fail."""
    run_doit(state.root, "-n", str(pick % 3), TARGETS[value % 3])


def kill(state: State, pick: int, value: int) -> None:
    """Build, and kill the build."""
    process = start_doit(state.root, "-n", str(pick % 3), *TARGETS)
    time.sleep(value * KILL_MS / MOST / 1000)
    process.kill()
    process.communicate()


OPERATIONS: Final = {
    "comment": edit("comment"),
    "macro": edit("macro"),
    "body": edit("body"),
    "break": edit("broken"),
    "add": add,
    "delete": delete,
    "rename": rename,
    "depend": depend,
    "revert": revert,
    "touch": touch,
    "damage": damage("build"),
    "damage the cache": damage(".clysm-cache"),
    "wipe": wipe,
    "build": build,
    "kill": kill,
    "kill again": kill,  # more often than others
}
MOST = 99
NUMBER = st.integers(0, MOST)
SEQUENCE = st.lists(st.tuples(st.sampled_from(tuple(OPERATIONS)), NUMBER, NUMBER), min_size=3, max_size=8)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings_of = PYPROJECT + 'systems = ["app/app.asd"]\n'
    root = make_toy(tmp_path_factory.mktemp("toy"), settings_of, first_sources())
    assert run_doit(root, *TARGETS).returncode == 0
    return root


def make_toy(root: Path, settings_of: str, sources: Sources) -> Path:
    """A project with these sources and no others."""
    make_project(root, {"pyproject.toml": settings_of})
    shutil.rmtree(root / "lisp")
    for path, text in files_of(sources).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.mark.slow
@settings(
    max_examples=SEQUENCES,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
)
@given(operations=SEQUENCE)
def test_any_sequence_ends_as_a_clean_build(
    pristine: Path, tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[str, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("sequence")
    state = State(copy_project(pristine, folder / "edited"), first_sources())
    for name, pick, value in operations:
        note(f"{name} {pick} {value}")
        OPERATIONS[name](state, pick, value)
    state.change({number: replace(module, broken=False) for number, module in state.sources.items()})
    last = run_doit(state.root, *TARGETS)
    assert last.returncode == 0, last.stdout
    clean = make_toy(folder / "clean", (pristine / "pyproject.toml").read_text(), state.sources)
    assert run_doit(clean, *TARGETS).returncode == 0
    assert comparable(state.root) == comparable(clean)
    assert executed(state.root, *TARGETS) == []
    shutil.rmtree(folder)
