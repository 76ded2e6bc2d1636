"""A session's history leaves no trace: a module's bytes are the same in whatever order a session compiles."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

import pytest

from clysm.bootstrap import toolchain
from clysm.bootstrap.build import CODE_OPTIONS
from clysm.bootstrap.project import Project, load_project
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.feeder import Feeder, Interface
from tests.support.projects import REPOSITORY


def shuffled(project: Project, order: Sequence[str], seed: int) -> Iterator[str]:
    """The modules in a random order in which each comes after those that it declares."""
    choice = random.Random(seed)
    left, done = list(order), set[str]()
    while left:
        ready = [path for path in left if done.issuperset(project.system.closure.get(path, ()))]
        path = choice.choice(ready)
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
@pytest.mark.parametrize("seed", [3, 19])
def test_order_of_a_session(seed: int) -> None:
    project = load_project(REPOSITORY)
    chosen = toolchain.choose(project)
    if not chosen.stage:
        pytest.skip("no stage is built from the current sources: run `doit stage`")
    order = project.modules(1)
    cache = project.path(project.settings.cache)
    first, second = (Feeder(toolchain.open_session(project, chosen, cache)) for _ in range(2))
    expected = compile_all(project, first, iter(order))
    actual = compile_all(project, second, shuffled(project, order, seed))
    assert [path for path in order if expected[path] != actual[path]] == []
