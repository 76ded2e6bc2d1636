"""Running an action over a dependency graph on several threads, each item after all it depends on."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")


def run_graph(
    order: Sequence[str],
    dependencies: Mapping[str, Sequence[str]],
    action: Callable[[str, Mapping[str, T]], T],
    jobs: int,
) -> dict[str, T]:
    """The result of `action(item, results so far)` for each item of `order`, a topological order.

    At most `jobs` actions run at a time; ready items start in `order`. The results are in `order`. The action
    sees at least the results of what its item depends on. An exception of an action stops new actions and is
    raised at the end.
    """
    results: dict[str, T] = {}
    waiting = {item: sum(1 for used in dependencies[item] if used in dependencies) for item in order}
    users: dict[str, list[str]] = {item: [] for item in order}
    for item in order:
        for used in dependencies[item]:
            if used in users:
                users[used].append(item)
    rank = {item: position for position, item in enumerate(order)}
    ready = [item for item in order if not waiting[item]]
    running: dict[Future[T], str] = {}
    with ThreadPoolExecutor(max_workers=jobs) as executor:
        while ready or running:
            while ready and len(running) < jobs:
                item = ready.pop(0)
                running[executor.submit(action, item, dict(results))] = item
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                item = running.pop(future)
                results[item] = future.result()
                for user in users[item]:
                    waiting[user] -= 1
                    if not waiting[user]:
                        ready.append(user)
            ready.sort(key=rank.__getitem__)
    return {item: results[item] for item in order}
