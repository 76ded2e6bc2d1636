"""How much is done at a time."""

import json
import threading
from pathlib import Path

import pytest

from tasks.slots import Slots
from tests.support.projects import REPOSITORY, make_project, run_doit

# Tasks that note when they begin and end, and twenty modules that need no other.
DODO = """
import json, threading, time

LOCK, MARKS = threading.Lock(), []


def mark(kind, change):
    with LOCK:
        MARKS.append([kind, change])
        open("marks.json", "w").write(json.dumps(MARKS))


def wait():
    mark("task", 1)
    time.sleep(0.02)
    mark("task", -1)


def task_wait():
    for number in range(12):
        yield {"name": str(number), "actions": [wait]}


from clysm.bootstrap.pool import Worker

compile = Worker.compile


def compile_and_mark(self, *arguments):
    mark("worker", 1)
    try:
        return compile(self, *arguments)
    finally:
        mark("worker", -1)


Worker.compile = compile_and_mark
"""


def test_as_many_as_there_are() -> None:
    slots = Slots(2)
    inside, most = 0, 0
    lock = threading.Lock()
    barrier = threading.Barrier(2, timeout=10)

    def work() -> None:
        nonlocal inside, most
        with slots.held():
            with lock:
                inside += 1
                most = max(most, inside)
            barrier.wait()  # two must come in at a time
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (inside, most) == (0, 2)


def test_who_holds_one_gets_more() -> None:
    slots = Slots(1)
    with slots.held(), slots.held(3):
        pass
    with slots.held():  # it was given back
        pass


def test_time_spent_waiting() -> None:
    slots = Slots(1)
    waited = []

    def wait() -> None:
        with slots.held():
            waited.extend([slots.take_waited(), slots.take_waited()])

    with slots.held():
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(0.2)
    thread.join(10)
    assert waited[0] > 0.1
    assert waited[1] == 0


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_doit_does_no_more_at_a_time_than_it_is_told(tmp_path: Path, jobs: int) -> None:
    root = make_project(tmp_path, {"dodo.py": (REPOSITORY / "dodo.py").read_text() + DODO})
    result = run_doit(root, "-n", str(jobs), "stage:1", "wait")
    assert result.returncode == 0, result.stdout + result.stderr
    inside = {"task": 0, "worker": 0}
    most = 0
    for kind, change in json.loads((root / "marks.json").read_text()):
        inside[kind] += change
        most = max(most, sum(inside.values()))
    assert most == jobs
