"""The gate as tasks: Stage 2 made again by Stage 1, compared, and tried on the corpus.

Inside a plain `doit` it runs unless an ACHIEVED verdict exists for exactly these stages, sources, corpus and
floors. Named on the command line it always runs. It has a process of its own, in which the Python host cannot
be imported. Where several tasks run at a time, that process makes its Stage 2 beside the build's.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doit.exceptions import TaskFailed

from clysm.bootstrap import floors
from clysm.bootstrap.gate_ahead import Gate
from clysm.workflow.digests import sha256_file
from tasks.freshness import Step
from tasks.reports import show_news
from tasks.run import is_selected, run

GATE = [sys.executable, "-m", "clysm", "fixpoint", "--follow"]


def generate() -> None:
    """Start the gate, and return when it has made its Stage 2 or cannot: then it is started anew later, and
    says why.
    """
    jobs = run().slots.count // 2
    if not jobs:
        return
    with run().slots.held(jobs):
        gate = Gate(GATE, run().project.root, jobs, ahead=True)
        run().gate_ahead = gate
        if not gate.generate():
            gate.end()
            run().gate_ahead = None


def judge() -> TaskFailed | None:
    """Have the gate judge; it prints what it finds. It ends when this process does, whatever ends it."""
    jobs = run().slots.count
    gate, run().gate_ahead = run().gate_ahead, None
    if gate is not None and not gate.alive:
        gate.end()
        gate = None
    code = (gate or Gate(GATE, run().project.root, jobs)).finish(jobs)
    show_news()
    return None if code == 0 else TaskFailed(f"the fixpoint gate ended with status {code}")


def corpus_files() -> list[str]:
    """Programs and expected results, sorted."""
    project = run().project
    directory = project.path(project.settings.corpus)
    return sorted(
        path.relative_to(project.root).as_posix() for path in directory.glob("*.*") if path.is_file()
    )


def task_generation() -> Iterator[dict[str, Any]]:
    """let the gate make its Stage 2 while the build makes the other"""
    layout = run().project.layout
    needed = [*(layout.stage(stage) for stage in (0, 1)), *(layout.stage_report(stage) for stage in (0, 1))]
    step = Step(generate, needed, (), "generation 1", borrows=True)
    yield {"basename": "generation", "doc": task_generation.__doc__, **step.task()}


def task_fixpoint() -> Iterator[dict[str, Any]]:
    """compare Stage 1 with the Stage 2 that it makes, with all guards"""
    layout = run().project.layout
    images = [layout.stage(stage) for stage in (0, 1, 2)]
    reports = [layout.stage_report(stage) for stage in (0, 1, 2)]
    signature = f"fixpoint 1 {sha256_file(Path(floors.__file__))}"
    step = Step(judge, [*images, *reports, *corpus_files()], [layout.fixpoint_report], signature)
    task = step.task()
    if is_selected("fixpoint"):
        task["uptodate"] = [step, False]  # the step still records what was judged
    needs = {"task_dep": ["generation"]}
    yield {"basename": "fixpoint", "doc": task_fixpoint.__doc__, **needs, **task}
