"""A picture of a dependency graph in layers: where each module stands, and how its edges run.

Modules stand in columns, what they need to the left of them. Steps, each a function on values:

    essential   leaves out an edge where a longer way says the same (transitive reduction)
    columns     gives each module a column right of all it needs, as near to its users as that allows
    with_bends  makes edges that pass columns bend in each; all edges from one module share their bends
    ordered     orders each column so that few edges cross (sweeps by the mean of neighbours, the best kept)
    levelled    gives everything a height near its neighbours, in that order and without overlap

All is decided by the graph and the order of its modules. Source: Sugiyama, Tagawa and Toda, Methods for
Visual Understanding of Hierarchical System Structures, 1981; heights are least squares under order
constraints (pool adjacent violators).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

Edges = Mapping[str, tuple[str, ...]]  # module -> what it needs, which is earlier in the mapping

SWEEPS: Final = 12
LEVELLINGS: Final = 6
BEND_HEIGHT: Final = 0.3  # of that of a module


@dataclass(frozen=True, slots=True)
class Spot:
    """A module, or (with `column`) the bend in that column of the edges from it to its users."""

    module: str
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """From what is used, through bends, to the user; all stand in neighbouring columns."""

    used: str
    user: str
    way: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Layered:
    """`columns` from left to right, each from top to bottom; `heights` are of the middle of each spot, the
    height of a module being 1.
    """

    columns: tuple[tuple[Spot, ...], ...]
    heights: Mapping[Spot, float]
    edges: tuple[Edge, ...]


def layered(dependencies: Edges) -> Layered:
    """The layout of an acyclic graph whose modules come after all that they need."""
    needs = essential(dependencies)
    columns, edges = with_bends(columns_of(needs), needs)
    ordering = ordered(columns, edges)
    return Layered(ordering, levelled(ordering, edges), edges)


def essential(dependencies: Edges) -> dict[str, tuple[str, ...]]:
    """The fewest edges from which the same modules can be reached."""
    reached: dict[str, set[str]] = {}
    result: dict[str, tuple[str, ...]] = {}
    for module, used in dependencies.items():
        beyond = {further for other in used for further in reached[other]}
        result[module] = tuple(other for other in dict.fromkeys(used) if other not in beyond)
        reached[module] = beyond.union(used)
    return result


def columns_of(needs: Edges) -> dict[str, int]:
    """The column of each module: first as far left as possible, then towards its users where more edges get
    shorter than longer.
    """
    column: dict[str, int] = {}
    for module, used in needs.items():
        column[module] = max((column[other] + 1 for other in used), default=0)
    users = _users(needs)
    for module in reversed(tuple(needs)):
        if len(users[module]) > len(needs[module]):
            column[module] = min(column[user] for user in users[module]) - 1
    return column


def with_bends(
    column: Mapping[str, int], needs: Edges
) -> tuple[tuple[tuple[Spot, ...], ...], tuple[Edge, ...]]:
    """The spots of each column, and every edge as its way through them."""
    columns: list[dict[Spot, None]] = [{} for _ in range(max(column.values(), default=-1) + 1)]
    for module in needs:
        columns[column[module]][Spot(module)] = None
    edges = []
    for user, used in needs.items():
        for other in used:
            between = tuple(Spot(other, number) for number in range(column[other] + 1, column[user]))
            for bend in between:
                columns[bend.column or 0][bend] = None
            edges.append(Edge(other, user, (Spot(other), *between, Spot(user))))
    return tuple(tuple(spots) for spots in columns), tuple(edges)


def ordered(columns: Sequence[Sequence[Spot]], edges: Iterable[Edge]) -> tuple[tuple[Spot, ...], ...]:
    """The columns, each in an order in which few edges cross."""
    left, right = _neighbours(edges)
    present = [list(spots) for spots in columns]
    best, fewest = [list(spots) for spots in present], crossings(present, right)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        numbers = range(1, len(present)) if forward else range(len(present) - 2, -1, -1)
        for number in numbers:
            fixed = present[number - 1 if forward else number + 1]
            present[number] = _by_mean(present[number], fixed, left if forward else right)
        found = crossings(present, right)
        if found < fewest:
            best, fewest = [list(spots) for spots in present], found
    return tuple(tuple(spots) for spots in best)


def _by_mean(
    spots: Sequence[Spot], fixed: Sequence[Spot], neighbours: Mapping[Spot, tuple[Spot, ...]]
) -> list[Spot]:
    """The spots by the mean place of their neighbours; those without any keep their place."""
    rank = {spot: place for place, spot in enumerate(fixed)}
    means = {
        spot: sum(rank[other] for other in neighbours[spot]) / len(neighbours[spot])
        for spot in spots
        if neighbours.get(spot)
    }
    movable = iter(sorted(means, key=lambda spot: means[spot]))  # stable: ties keep their order
    return [next(movable) if spot in means else spot for spot in spots]


def crossings(columns: Sequence[Sequence[Spot]], right: Mapping[Spot, tuple[Spot, ...]]) -> int:
    """How often edges between neighbouring columns cross."""
    total = 0
    for spots, following in pairwise(columns):
        rank = {spot: place for place, spot in enumerate(following)}
        counts = [0] * (len(following) + 1)  # a Fenwick tree over places that edges ended at so far
        ended = 0
        for spot in spots:
            places = [rank[other] for other in right.get(spot, ())]
            for place in places:
                total += ended - _sum(counts, place + 1)
            for place in places:
                _add(counts, place + 1)
            ended += len(places)
    return total


def _add(counts: list[int], index: int) -> None:
    while index < len(counts):
        counts[index] += 1
        index += index & -index


def _sum(counts: Sequence[int], index: int) -> int:
    total = 0
    while index:
        total += counts[index]
        index -= index & -index
    return total


def levelled(columns: Sequence[Sequence[Spot]], edges: Iterable[Edge]) -> dict[Spot, float]:
    """The height of the middle of every spot, none negative: near its neighbours, neither overlapping nor out
    of order.
    """
    left, right = _neighbours(edges)
    heights: dict[Spot, float] = {}
    for spots in columns:
        heights.update(zip(spots, _offsets(spots), strict=True))
    for round_ in range(LEVELLINGS):
        forward = round_ % 2 == 0
        for spots in columns if forward else reversed(columns):
            near = left if forward else right
            wished = [
                sum(heights[other] for other in near[spot]) / len(near[spot])
                if near.get(spot)
                else heights[spot]
                for spot in spots
            ]
            heights.update(zip(spots, _nearest(wished, _offsets(spots)), strict=True))
    top = min(heights.values(), default=0.0)
    return {spot: height - top for spot, height in heights.items()}


def _offsets(spots: Sequence[Spot]) -> list[float]:
    """The heights of spots that stand as close as they may."""
    offsets: list[float] = []
    bottom = 0.0
    for spot in spots:
        half = (1.0 if spot.column is None else BEND_HEIGHT) / 2
        offsets.append(bottom + half)
        bottom += 2 * half
    return offsets


def _nearest(wished: Sequence[float], offsets: Sequence[float]) -> list[float]:
    """The heights nearest to those wished (least squares) that are at least as far apart as the offsets."""
    blocks: list[tuple[float, int]] = []  # mean and size of spots that stand close together
    for wish, offset in zip(wished, offsets, strict=True):
        mean, size = wish - offset, 1
        while blocks and blocks[-1][0] >= mean:
            other, count = blocks.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        blocks.append((mean, size))
    shifts = (mean for mean, size in blocks for _ in range(size))
    return [offset + shift for offset, shift in zip(offsets, shifts, strict=True)]


def _users(needs: Edges) -> dict[str, tuple[str, ...]]:
    users: dict[str, list[str]] = {module: [] for module in needs}
    for module, used in needs.items():
        for other in used:
            users[other].append(module)
    return {module: tuple(found) for module, found in users.items()}


def _neighbours(edges: Iterable[Edge]) -> tuple[dict[Spot, tuple[Spot, ...]], dict[Spot, tuple[Spot, ...]]]:
    """What each spot is joined to in the column to the left, and to the right."""
    left: dict[Spot, dict[Spot, None]] = {}
    right: dict[Spot, dict[Spot, None]] = {}
    for edge in edges:
        for here, there in pairwise(edge.way):
            right.setdefault(here, {})[there] = None
            left.setdefault(there, {})[here] = None
    return (
        {spot: tuple(found) for spot, found in left.items()},
        {spot: tuple(found) for spot, found in right.items()},
    )
