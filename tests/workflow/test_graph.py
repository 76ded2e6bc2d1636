"""The dependency graph against a slow and obvious version of itself, cycles included (I6, N38)."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.workflow.errors import InvalidRecord, UnknownModule
from clysm.workflow.graph import (
    DependencyEdge,
    DependencyGraph,
    build_graph,
    detect_cycles,
    get_compilation_order,
    get_dependencies,
    get_dependents,
    shortest_cycle,
)
from clysm.workflow.modules import SourceModule
from clysm.workflow.states import EdgeKind, ModuleStatus

NAMES = tuple(f"m{n}.lisp" for n in range(7))
EDGES = st.sets(
    st.builds(
        DependencyEdge,
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.sampled_from(tuple(EdgeKind)),
        st.just("x"),
    ),
    max_size=14,
)


def module(path: str) -> SourceModule:
    return SourceModule(Path("/p") / path, path, None, 1, "0" * 64, None, 0, (), ModuleStatus.PENDING)


def graph_of(edges: set[DependencyEdge]) -> DependencyGraph:
    return build_graph([module(name) for name in NAMES], edges)


def slow_reach(pairs: set[tuple[str, str]], start: str) -> set[str]:
    """All that `start` reaches along pairs, by squaring the relation."""
    relation = set(pairs)
    while True:
        more = relation | {(a, d) for (a, b), (c, d) in itertools.product(relation, repeat=2) if b == c}
        if more == relation:
            return {b for a, b in relation if a == start}
        relation = more


@given(EDGES)
def test_against_the_slow_version(edges: set[DependencyEdge]) -> None:
    graph = graph_of(edges)
    ordering = {(edge.user, edge.used) for edge in edges if edge.kind is not EdgeKind.CALL}
    reach = {name: slow_reach(ordering, name) for name in NAMES}
    cyclic = {name for name in NAMES if name in reach[name]}
    assert (graph.order == ()) == bool(cyclic)
    assert {(user, used) for user in NAMES for used in graph.dependencies[user]} == ordering
    assert {(user, used) for used in NAMES for user in graph.dependents[used]} == ordering
    for name in NAMES:
        assert set(get_dependencies(graph, name)) == reach[name] - {name}
        assert set(get_dependents(graph, name)) == {user for user in NAMES if name in reach[user]} - {name}
    if graph.order:
        assert sorted(graph.order) == list(NAMES)
        assert all(graph.order.index(user) > graph.order.index(used) for user, used in ordering)
    components = {frozenset(other for other in reach[name] if name in reach[other]) for name in cyclic}
    cycles = detect_cycles(graph)
    assert len(cycles) == len(components)
    for cycle in cycles:
        assert cycle[0] == min(cycle)
        assert any(set(cycle) <= component and cycle[0] == min(component) for component in components)
        assert all(pair in ordering for pair in zip(cycle, (*cycle[1:], cycle[0]), strict=True))
    assert list(cycles) == sorted(cycles)
    assert shortest_cycle(graph.dependencies) == (cycles[0] if cycles else ())


@given(EDGES, st.lists(st.sampled_from(NAMES)))
def test_compilation_order_adds_nothing(edges: set[DependencyEdge], paths: list[str]) -> None:
    graph = graph_of(edges)
    ordered = get_compilation_order(graph, paths)
    assert sorted(ordered) == sorted(set(paths))
    if graph.order:
        assert list(ordered) == sorted(ordered, key=graph.order.index)


def test_ties_go_by_name_and_kinds_are_kept() -> None:
    edges = {
        DependencyEdge("m0.lisp", "m6.lisp", EdgeKind.COMPILE, "mac"),
        DependencyEdge("m1.lisp", "m2.lisp", EdgeKind.CALL, "f"),
    }
    graph = graph_of(edges)
    assert graph.order == ("m1.lisp", "m2.lisp", "m3.lisp", "m4.lisp", "m5.lisp", "m6.lisp", "m0.lisp")
    assert graph.edges == tuple(sorted(edges))
    assert graph.dependencies["m1.lisp"] == ()


@pytest.mark.parametrize("function", [get_dependents, get_dependencies])
def test_unknown_module(function: object) -> None:
    assert callable(function)
    with pytest.raises(UnknownModule, match="`x`"):
        function(graph_of(set()), "x")
    with pytest.raises(UnknownModule):
        get_compilation_order(graph_of(set()), ["x"])
    with pytest.raises(UnknownModule):
        build_graph([module("a.lisp")], [DependencyEdge("a.lisp", "b.lisp", EdgeKind.LOAD, "f")])


def test_a_graph_refuses_tables_that_do_not_fit() -> None:
    graph = graph_of({DependencyEdge("m0.lisp", "m6.lisp", EdgeKind.COMPILE, "mac")})
    fields = {name: getattr(graph, name) for name in DependencyGraph.__slots__}
    changes: list[dict[str, object]] = [
        {"order": graph.order[1:]},
        {"order": tuple(reversed(graph.order))},
        {"dependents": dict.fromkeys(NAMES, ())},
        {"path_index": {}},
        {"modules": (*graph.modules, graph.modules[0])},
    ]
    for change in changes:
        with pytest.raises(InvalidRecord):
            DependencyGraph(**{**fields, **change})
