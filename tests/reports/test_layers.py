"""The layout of graphs, against what is obvious, on random graphs."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.reports import layers
from clysm.reports.layers import BEND_HEIGHT, Layered, Spot, layered


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    names = [f"m{number}" for number in range(draw(st.integers(0, 14)))]
    return {
        name: tuple(draw(st.lists(st.sampled_from(names[:index]), unique=True))) if index else ()
        for index, name in enumerate(names)
    }


def closure(edges: dict[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    found = {(user, used) for user, names in edges.items() for used in names}
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return found


def height(spot: Spot) -> float:
    return 1.0 if spot.column is None else BEND_HEIGHT


@given(graphs())
def test_essential_edges_reach_as_far_and_none_is_too_many(edges: dict[str, tuple[str, ...]]) -> None:
    fewest = layers.essential(edges)
    assert closure(fewest) == closure(edges)
    for user, names in fewest.items():
        for name in names:
            without = {**fewest, user: tuple(other for other in names if other != name)}
            assert closure(without) != closure(edges)


@given(graphs())
def test_every_edge_runs_to_the_right_through_neighbouring_columns(edges: dict[str, tuple[str, ...]]) -> None:
    result = layered(edges)
    column = {spot: number for number, spots in enumerate(result.columns) for spot in spots}
    assert {spot.module for spot in column if spot.column is None} == set(edges)
    assert {(edge.user, edge.used) for edge in result.edges} == {
        (user, used) for user, names in layers.essential(edges).items() for used in names
    }
    for edge in result.edges:
        assert (edge.way[0], edge.way[-1]) == (Spot(edge.used), Spot(edge.user))
        assert all(column[there] == column[here] + 1 for here, there in pairwise(edge.way))


@given(graphs())
def test_nothing_overlaps(edges: dict[str, tuple[str, ...]]) -> None:
    result = layered(edges)
    assert min(result.heights.values(), default=0) == 0
    for spots in result.columns:
        for above, below in pairwise(spots):
            room = (height(above) + height(below)) / 2
            assert result.heights[below] - result.heights[above] >= room - 1e-9


def naive_crossings(result: Layered) -> int:
    steps = {pair for edge in result.edges for pair in pairwise(edge.way)}
    place = {spot: index for spots in result.columns for index, spot in enumerate(spots)}
    column = {spot: number for number, spots in enumerate(result.columns) for spot in spots}
    return sum(
        column[a] == column[c] and (place[a] - place[c]) * (place[b] - place[d]) < 0
        for (a, b), (c, d) in combinations(steps, 2)
    )


@given(graphs())
def test_crossings_are_counted_right_and_not_more_than_at_first(edges: dict[str, tuple[str, ...]]) -> None:
    result = layered(edges)
    needs = layers.essential(edges)
    columns, ways = layers.with_bends(layers.columns_of(needs), needs)
    first = Layered(columns, {}, ways)
    _, right = layers._neighbours(ways)
    assert layers.crossings(result.columns, right) == naive_crossings(result)
    assert layers.crossings(columns, right) == naive_crossings(first)
    assert naive_crossings(result) <= naive_crossings(first)


def test_two_crossing_edges_are_put_straight() -> None:
    result = layered({"a": (), "b": (), "c": ("b",), "d": ("a",)})
    assert naive_crossings(result) == 0


@given(st.lists(st.floats(-50, 50), max_size=12))
def test_the_nearest_heights_are_optimal(wished: list[float]) -> None:
    """Moving any group of spots that stand close together gains nothing (the conditions of optimality)."""
    offsets = [float(number) for number in range(len(wished))]
    found = layers._nearest(wished, offsets)
    starts = [i for i in range(len(found)) if i == 0 or found[i] - found[i - 1] > 1 + 1e-9]
    for start, end in pairwise((*starts, len(found))):
        errors = [wished[i] - found[i] for i in range(start, end)]
        assert sum(errors) == pytest.approx(0, abs=1e-6)  # a group as a whole stands best
        for cut in range(1, len(errors)):
            assert sum(errors[:cut]) >= -1e-6  # its upper part would go further down, not up
    assert all(b - a >= 1 - 1e-9 for a, b in pairwise(found))


def test_a_module_stands_near_its_users_if_that_shortens_edges() -> None:
    chain = {"a": (), "b": ("a",), "c": ("b",), "late": (), "d": ("c", "late")}
    column = layers.columns_of(chain)
    assert column == {"a": 0, "b": 1, "c": 2, "late": 2, "d": 3}


def test_no_modules() -> None:
    assert layered({}) == Layered((), {}, ())
