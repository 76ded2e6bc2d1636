"""Which of the tasks that can run comes first: the one with the longest chain of tasks behind it, so that
none is left to run alone at the end.
"""

import heapq
from collections.abc import Iterable, Mapping
from typing import Any


def chain_lengths(needs: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """For each item the number of items in the longest chain that begins with it, each needed by the next.

    `needs` says what each item needs, without cycles; what is not a key of it does not count.
    """
    users: dict[str, list[str]] = {item: [] for item in needs}
    for item, needed in needs.items():
        for used in needed:
            if used in users:
                users[used].append(item)
    open_users = {item: len(found) for item, found in users.items()}
    lengths = dict.fromkeys(needs, 1)
    ended = [item for item, count in open_users.items() if not count]
    while ended:
        item = ended.pop()
        for used in needs[item]:
            if used in users:
                lengths[used] = max(lengths[used], lengths[item] + 1)
                open_users[used] -= 1
                if not open_users[used]:
                    ended.append(used)
    return lengths


class Ready:
    """doit's queue of tasks that can go on, in place of a first-in first-out one: of equal chains, what came
    first.
    """

    def __init__(self, nodes: Iterable[Any], lengths: Mapping[str, int]) -> None:
        self._lengths = lengths
        self._heap: list[tuple[int, int, Any]] = []
        self._count = 0
        for node in nodes:
            self.append(node)

    def __bool__(self) -> bool:
        return bool(self._heap)

    def append(self, node: Any) -> None:
        self._count += 1
        heapq.heappush(self._heap, (-self._lengths.get(node.task.name, 0), self._count, node))

    def popleft(self) -> Any:
        """The next. Raises IndexError if there is none."""
        return heapq.heappop(self._heap)[-1]
