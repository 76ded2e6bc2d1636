"""Users' systems as the build sees them: the modules of each program in compilation order, with what each
needs.

Edges come from the definitions and, within a system, from uses in the files; reading those is left to the
caller, who may remember what they say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from clysm.bootstrap.layout import program_name
from clysm.workflow.diagnostics import CompilationError, error
from clysm.workflow.graph import DependencyEdge, shortest_cycle, topological_order
from clysm.workflow.registry import Registry
from clysm.workflow.states import EdgeKind
from clysm.workflow.systems import load_systems, undeclared_edges

PROGRAM_STAGE = 1  # compiles programs: the first that has the whole library; later ones are the same file


class SourceReader(Protocol):
    """What source files, given by their module paths, say of each other."""

    def edges(self, files: Mapping[str, Path]) -> Iterable[DependencyEdge]:
        """The edges between the files."""
        ...

    def for_compile_time(self, files: Mapping[str, Path]) -> frozenset[str]:
        """The modules whose code others need while they are compiled."""
        ...


@dataclass(frozen=True, slots=True)
class Program:
    """`order` holds the modules in compilation order, and none while `problems` has a cycle; `closure` is
    what each needs, in order; the code of those `for_compile_time` is there when others are compiled.
    `absent` is as in `Systems`.
    """

    name: str
    definition: str
    files: Mapping[str, Path]
    order: tuple[str, ...]
    closure: Mapping[str, tuple[str, ...]]
    for_compile_time: frozenset[str]
    absent: Mapping[str, str]
    problems: tuple[CompilationError, ...]
    definitions: Mapping[str, Path]


def plan_program(definition: str, registry: Registry, reader: SourceReader) -> Program:
    """The program of the `.asd` file with this path below the project's root."""
    name = program_name(definition)
    source = registry.source(registry.root / definition)
    systems = load_systems((source,), registry)
    files = systems.files
    inferred = undeclared_edges(systems, lambda group: reader.edges({path: files[path] for path in group}))
    edges = [edge for edge in (*systems.edges, *inferred) if edge.kind is not EdgeKind.CALL]
    direct: dict[str, set[str]] = {path: set() for path in files}
    for edge in edges:
        if edge.user in direct and edge.used in direct:
            direct[edge.user].add(edge.used)
    order = topological_order(direct)
    problems = systems.problems
    if direct and not order:
        problems += (_cycle(direct, definition),)
    return Program(
        name, definition, files, order, _closure(order, direct),
        reader.for_compile_time(files), systems.absent, problems, systems.definitions,
    )  # fmt: skip


def _closure(order: Iterable[str], direct: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    closure: dict[str, tuple[str, ...]] = {}
    rank: dict[str, int] = {}
    for path in order:
        rank[path] = len(rank)
        reached = direct[path].union(*(closure[used] for used in direct[path]))
        closure[path] = tuple(sorted(reached, key=rank.__getitem__))
    return closure


def _cycle(direct: Mapping[str, set[str]], definition: str) -> CompilationError:
    cycle = shortest_cycle({path: tuple(sorted(used)) for path, used in direct.items()})
    chain = " -> ".join((*cycle, cycle[0]))
    return error("dependency-cycle", f"files need each other: {chain}", definition, 1, 1)
