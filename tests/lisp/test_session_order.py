"""A session's history leaves no trace: a module's bytes are the same in whatever order a session compiles
(A6, C2, I9).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from clysm.bootstrap import toolchain
from clysm.bootstrap.build import CODE_OPTIONS
from clysm.bootstrap.project import Project, load_project
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.feeder import Feeder, Interface
from tests.support.projects import REPOSITORY

Choice = Callable[[Sequence[str]], str]

# Which of the modules that can come next does; they are in the order of the system file. If it is the latest,
# most modules come after nearly all that do not need them, and may not use any of those undeclared.
CHOICES: Mapping[str, Choice] = {
    "latest": lambda ready: ready[-1],
    "random 3": random.Random(3).choice,
    "random 19": random.Random(19).choice,
}


def reordered(project: Project, order: Sequence[str], choose: Choice) -> Iterator[str]:
    """The modules in another order in which each comes after those that it declares."""
    left, done = list(order), set[str]()
    while left:
        path = choose([path for path in left if done.issuperset(project.system.closure.get(path, ()))])
        left.remove(path)
        done.add(path)
        yield path


def compile_all(project: Project, feeder: Feeder, order: Iterator[str]) -> Mapping[str, tuple[str, str]]:
    """Hashes of object and interface by module."""
    interfaces: dict[str, Interface] = {}
    hashes = {}
    for path in order:
        seen = [interfaces[used] for used in project.system.closure.get(path, ())]
        reply = feeder.compile(path, project.path(path).read_bytes(), seen, CODE_OPTIONS)
        assert reply.status == 0, f"{path}: {reply.diagnostics[:1000].decode(errors='replace')}"
        interfaces[path] = Interface(path, sha256_bytes(reply.interface), reply.interface)
        hashes[path] = (sha256_bytes(reply.output), interfaces[path].sha256)
    return hashes


@pytest.mark.slow
@pytest.mark.parametrize("choice", CHOICES)
def test_order_of_a_session(choice: str) -> None:
    project = load_project(REPOSITORY)
    chosen = toolchain.choose(project)
    if not chosen.stage:
        pytest.skip("no stage is built from the current sources: run `doit stage`")
    order = project.modules(1)
    cache = project.path(project.settings.cache)
    first, second = (Feeder(toolchain.open_session(project, chosen, cache)) for _ in range(2))
    expected = compile_all(project, first, iter(order))
    actual = compile_all(project, second, reordered(project, order, CHOICES[choice]))
    assert [path for path in order if expected[path] != actual[path]] == []
