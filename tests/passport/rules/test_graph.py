"""Dependency order and cycles, spec 6.8."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clysm.passport.errors import CycleDetected, record
from clysm.passport.rules.graph import dependency_order
from tests.passport.vectors import group


@pytest.mark.parametrize("item", group("graph"))
def test_vector(item: dict[str, Any]) -> None:
    order = dependency_order(item["references"])
    if "error" in item:
        assert isinstance(order, CycleDetected)
        assert record(order) == item["error"]
    else:
        assert list(order) == item["expect"] if isinstance(order, tuple) else pytest.fail(str(order))


@pytest.mark.parametrize(
    ("references", "cyclic"),
    [
        ({"a": ["a"]}, ["a"]),
        ({"a": ["b"], "b": ["b"], "c": ["a"]}, ["b"]),
        ({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"]}, ["a", "b", "c", "d"]),
        ({"a": ["b"], "b": ["a", "m"], "m": ["x"], "x": ["y"], "y": ["x"]}, ["a", "b", "x", "y"]),
        ({"a": ["b"], "b": ["c"], "c": ["a", "b"]}, ["a", "b", "c"]),
    ],
)
def test_cycles_name_only_fields_that_reach_themselves(
    references: dict[str, list[str]], cyclic: list[str]
) -> None:
    assert dependency_order(references) == CycleDetected(tuple(cyclic))


def test_order_is_utf8_order() -> None:
    assert dependency_order({"b": [], "a.b": [], "a": [], "B": [], "_": []}) == ("B", "_", "a", "a.b", "b")


def test_long_chains_and_rings() -> None:
    size = 50_000
    names = [f"f{index:05}" for index in range(size)]
    chain = {name: [after] for name, after in pairwise(names)} | {names[-1]: []}
    assert dependency_order(chain) == tuple(reversed(names))
    assert dependency_order(chain | {names[-1]: [names[0]]}) == CycleDetected(tuple(names))


def plain_order(references: dict[str, list[str]]) -> tuple[str, ...] | CycleDetected:
    """The specification, word for word."""
    order: list[str] = []
    while ready := [f for f in references if f not in order and all(n in order for n in references[f])]:
        order.append(min(ready, key=str.encode))
    if len(order) == len(references):
        return tuple(order)

    def reached(field: str) -> set[str]:
        found: set[str] = set()
        waiting = list(references[field])
        while waiting:
            other = waiting.pop()
            if other not in found:
                found.add(other)
                waiting += references[other]
        return found

    return CycleDetected(tuple(sorted((f for f in references if f in reached(f)), key=str.encode)))


names = st.sampled_from("abcdefgh")


@settings(max_examples=300)
@given(st.dictionaries(names, st.lists(names, max_size=3), max_size=8))
def test_like_the_specification(drawn: dict[str, list[str]]) -> None:
    references = {name: [other for other in needed if other in drawn] for name, needed in drawn.items()}
    assert dependency_order(references) == plain_order(references)
