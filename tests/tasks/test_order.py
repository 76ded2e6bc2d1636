"""The order of tasks that can run."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.order import Ready, chain_lengths


def naive_length(needs: Mapping[str, Sequence[str]], item: str) -> int:
    users = [user for user, needed in needs.items() if item in needed]
    return 1 + max((naive_length(needs, user) for user in users), default=0)


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ({}, {}),
        ({"a": []}, {"a": 1}),
        ({"a": ["b"], "b": ["c"], "c": []}, {"a": 1, "b": 2, "c": 3}),
        ({"a": [], "b": ["a"], "c": ["a", "b"]}, {"a": 3, "b": 2, "c": 1}),
        ({"a": ["a b c"], "b": []}, {"a": 1, "b": 1}),
        ({"b": ["a", "a"], "a": []}, {"a": 2, "b": 1}),
    ],
)
def test_chain_lengths(needs: dict[str, list[str]], expected: dict[str, int]) -> None:
    assert chain_lengths(needs) == expected


@given(st.lists(st.frozensets(st.integers(0, 11), max_size=3), max_size=12))
def test_chain_lengths_of_any_graph(rows: list[frozenset[int]]) -> None:
    needs = {str(row): [str(used) for used in used_ones if used < row] for row, used_ones in enumerate(rows)}
    assert chain_lengths(needs) == {item: naive_length(needs, item) for item in needs}


def node(name: str) -> Any:
    return SimpleNamespace(task=SimpleNamespace(name=name))


def test_the_longest_chain_first_and_of_equal_ones_the_oldest() -> None:
    ready = Ready(map(node, ("one", "two", "other")), {"one": 1, "two": 2, "second two": 2})
    ready.append(node("second two"))
    ready.append(node("another"))
    assert ready
    found = [ready.popleft().task.name for _ in range(5)]
    assert found == ["two", "second two", "one", "other", "another"]
    assert not ready
