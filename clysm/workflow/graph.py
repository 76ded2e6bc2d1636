"""`DependencyGraph`: which module needs which, in what order they compile, and which cycles forbid an order.

Compile and load edges order modules and may not form a cycle; call edges (a use inside a function body) are
recorded, but neither order nor invalidate anything. All functions are pure.
"""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from clysm.workflow.checks import require
from clysm.workflow.errors import UnknownModule
from clysm.workflow.modules import SourceModule
from clysm.workflow.states import EdgeKind

Paths = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class DependencyEdge:
    """`user` needs `used` because of `name`."""

    user: str
    used: str
    kind: EdgeKind
    name: str


@dataclass(frozen=True, slots=True)
class GraphSnapshot:
    """What the cache keeps of a graph: the order and the direct dependencies."""

    order: Paths
    dependencies: Mapping[str, Paths]


@dataclass(frozen=True, slots=True)
class DependencyGraph:
    """`order` is a permutation of the modules, or () while a cycle exists; the two direct tables are exact
    inverses.
    """

    modules: tuple[SourceModule, ...]
    path_index: Mapping[str, SourceModule]
    order: Paths
    dependents: Mapping[str, Paths]
    dependencies: Mapping[str, Paths]
    edges: tuple[DependencyEdge, ...]

    def __post_init__(self) -> None:
        paths = {module.relative_path for module in self.modules}
        name = "DependencyGraph"
        require(len(paths) == len(self.modules), name, "modules", "the same path twice")
        require(self.path_index.keys() == paths, name, "path_index", "not exactly the modules")
        require(not self.order or (len(self.order) == len(paths) and set(self.order) == paths), name, "order",
                "not a permutation of the modules")  # fmt: skip
        forward = {(u, d) for u, used in self.dependencies.items() for d in used}
        backward = {(u, d) for d, users in self.dependents.items() for u in users}
        require(forward == backward, name, "dependents", "not the inverse of dependencies")
        require(
            self.dependencies.keys() == paths == self.dependents.keys(),
            name,
            "dependencies",
            "not all modules",
        )
        rank = {path: index for index, path in enumerate(self.order)}
        require(
            all(rank[u] > rank[d] for u, d in forward) if rank else True, name, "order", "against an edge"
        )


def build_graph(modules: Iterable[SourceModule], declared: Iterable[DependencyEdge]) -> DependencyGraph:
    """The graph of the modules and the edges between them; ties of the order go by `relative_path`.

    Raises UnknownModule for an edge from or to a path that is no module.
    """
    index = {
        module.relative_path: module for module in sorted(modules, key=lambda module: module.relative_path)
    }
    edges = tuple(sorted(set(declared)))
    used_by: dict[str, set[str]] = {path: set() for path in index}
    users_of: dict[str, set[str]] = {path: set() for path in index}
    for edge in edges:
        for path in (edge.user, edge.used):
            if path not in index:
                raise UnknownModule(path)
        if edge.kind is not EdgeKind.CALL:
            used_by[edge.user].add(edge.used)
            users_of[edge.used].add(edge.user)
    order = topological_order(used_by)
    rank = {path: position for position, path in enumerate(order)}

    def in_order(paths: Iterable[str]) -> Paths:
        return tuple(sorted(paths, key=lambda path: (rank.get(path, 0), path)))

    return DependencyGraph(
        modules=tuple(index.values()),
        path_index=MappingProxyType(index),
        order=order,
        dependents=MappingProxyType({path: in_order(users) for path, users in users_of.items()}),
        dependencies=MappingProxyType({path: in_order(used) for path, used in used_by.items()}),
        edges=edges,
    )


def topological_order(dependencies: Mapping[str, Iterable[str]]) -> Paths:
    """Every key after all it depends on, the smallest name first where several are ready; () if there is a
    cycle.
    """
    waiting = {path: set(used) for path, used in dependencies.items()}
    users: dict[str, list[str]] = {path: [] for path in waiting}
    for path, used in waiting.items():
        for dependency in used:
            users[dependency].append(path)
    ready = [path for path, used in waiting.items() if not used]
    heapq.heapify(ready)
    order: list[str] = []
    while ready:
        path = heapq.heappop(ready)
        order.append(path)
        for user in users[path]:
            waiting[user].discard(path)
            if not waiting[user]:
                heapq.heappush(ready, user)
    return tuple(order) if len(order) == len(waiting) else ()


def get_dependents(graph: DependencyGraph, path: str) -> Paths:
    """All direct and transitive users of `path`, without `path`, in `graph.order` (by name while a cycle
    exists).
    """
    return _in_graph_order(graph, _reach(graph, path, graph.dependents) - {path})


def get_dependencies(graph: DependencyGraph, path: str) -> Paths:
    """All modules that `path` needs directly or transitively, without `path`, in `graph.order`."""
    return _in_graph_order(graph, _reach(graph, path, graph.dependencies) - {path})


def get_compilation_order(graph: DependencyGraph, paths: Iterable[str]) -> Paths:
    """Exactly the given paths, without duplicates, in `graph.order`."""
    wanted = set(paths)
    for path in sorted(wanted):
        if path not in graph.path_index:
            raise UnknownModule(path)
    return _in_graph_order(graph, wanted)


def detect_cycles(graph: DependencyGraph) -> tuple[Paths, ...]:
    """() if acyclic; else one shortest cycle per strongly connected component, smallest path first, cycles
    sorted.
    """
    return tuple(
        sorted(
            _cycle_through(graph.dependencies, min(part), part) for part in _components(graph.dependencies)
        )
    )


def shortest_cycle(dependencies: Mapping[str, Paths]) -> Paths:
    """The first cycle of a table that has one, smallest name first; () if it has none."""
    parts = _components(dependencies)
    return min((_cycle_through(dependencies, min(part), part) for part in parts), default=())


def _in_graph_order(graph: DependencyGraph, paths: set[str]) -> Paths:
    if not graph.order:
        return tuple(sorted(paths))
    return tuple(path for path in graph.order if path in paths)


def _reach(graph: DependencyGraph, path: str, table: Mapping[str, Paths]) -> set[str]:
    if path not in graph.path_index:
        raise UnknownModule(path)
    found = {path}
    pending = [path]
    while pending:
        for other in table[pending.pop()]:
            if other not in found:
                found.add(other)
                pending.append(other)
    return found


def _components(dependencies: Mapping[str, Paths]) -> list[set[str]]:
    """The strongly connected components that contain a cycle (two passes of depth-first search, Kosaraju)."""
    finished: list[str] = []
    seen: set[str] = set()
    for root in dependencies:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(dependencies[root]))]
        while stack:
            path, rest = stack[-1]
            for other in rest:
                if other not in seen:
                    seen.add(other)
                    stack.append((other, iter(dependencies[other])))
                    break
            else:
                finished.append(path)
                stack.pop()
    dependents: dict[str, list[str]] = {path: [] for path in dependencies}
    for path, used in dependencies.items():
        for other in used:
            dependents[other].append(path)
    parts: list[set[str]] = []
    assigned: set[str] = set()
    for root in reversed(finished):
        if root in assigned:
            continue
        part = {root}
        pending = [root]
        while pending:
            for other in dependents[pending.pop()]:
                if other not in assigned and other not in part:
                    part.add(other)
                    pending.append(other)
        assigned |= part
        if len(part) > 1 or root in dependencies[root]:
            parts.append(part)
    return parts


def _cycle_through(dependencies: Mapping[str, Paths], start: str, part: set[str]) -> Paths:
    """A shortest cycle from `start` along dependencies within its component, found breadth first."""
    parent: dict[str, str] = {}
    layer = [start]
    while True:
        following: list[str] = []
        for path in layer:
            for other in dependencies[path]:
                if other == start:
                    cycle = [path]
                    while cycle[-1] != start:
                        cycle.append(parent[cycle[-1]])
                    return tuple(reversed(cycle))
                if other in part and other not in parent:
                    parent[other] = path
                    following.append(other)
        layer = following
