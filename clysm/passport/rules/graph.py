"""The order in which fields are evaluated, spec 6.8 (BPC-GRAPH-1).

Left to others: who refers to whom is known to the checker.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from heapq import heapify, heappop, heappush

from clysm.passport.errors import CycleDetected


def dependency_order(references: Mapping[str, Collection[str]]) -> tuple[str, ...] | CycleDetected:
    """The fields, each behind those it refers to; where several could come next, the smallest path does.

    `references` maps every field to the fields it refers to, which are keys too.
    """
    order = _take(references)
    if len(order) == len(references):
        return order
    return CycleDetected(tuple(sorted(_in_cycles(references))))


def _take(references: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Repeatedly the smallest field whose references have all been taken; texts compare in UTF-8 order."""
    missing = {field: len(needed) for field, needed in references.items()}
    referring = _reverse(references)
    ready = [field for field, count in missing.items() if count == 0]
    heapify(ready)
    order: list[str] = []
    while ready:
        field = heappop(ready)
        order.append(field)
        for other in referring[field]:
            missing[other] -= 1
            if missing[other] == 0:
                heappush(ready, other)
    return tuple(order)


def _reverse(references: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """For each field those that refer to it."""
    referring: dict[str, list[str]] = {field: [] for field in references}
    for field, needed in references.items():
        for other in needed:
            referring[other].append(field)
    return referring


def _in_cycles(references: Mapping[str, Collection[str]]) -> set[str]:
    """The fields that can reach themselves.

    They are those of a strongly connected component, unless it is one field that does not refer to itself.
    Source: the algorithm of Kosaraju and Sharir.  From the last field of the walk back to the first: what can
    reach it and is in no component yet is its component.
    """
    referring = _reverse(references)
    cyclic: set[str] = set()
    placed: set[str] = set()
    for root in reversed(_postorder(references)):
        component = [root] if root not in placed else []
        placed.add(root)
        for field in component:  # grows on the way
            found = [other for other in referring[field] if other not in placed]
            placed.update(found)
            component += found
        if len(component) > 1 or root in references[root]:
            cyclic.update(component)
    return cyclic


def _postorder(references: Mapping[str, Collection[str]]) -> list[str]:
    """Every field, behind those that a depth-first walk over references reaches from it."""
    order: list[str] = []
    visited: set[str] = set()
    for root in references:
        if root in visited:
            continue
        visited.add(root)
        path = [(root, iter(references[root]))]
        while path:
            field, needed = path[-1]
            other = next((other for other in needed if other not in visited), None)
            if other is None:
                order.append(field)
                path.pop()
            else:
                visited.add(other)
                path.append((other, iter(references[other])))
    return order
