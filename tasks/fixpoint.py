"""The gate as a task: Stage 2 made again by Stage 1, compared, and tried on the corpus.

Inside a plain `doit` it runs unless an ACHIEVED verdict exists for exactly these stages, sources, corpus and
floors. Named on the command line it always runs. It has a process of its own, in which the Python host cannot
be imported.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doit.exceptions import TaskFailed

from clysm.bootstrap import floors
from clysm.workflow.digests import sha256_file
from tasks.freshness import Step
from tasks.reports import show_news
from tasks.run import is_selected, run

GATE = [sys.executable, "-m", "clysm", "fixpoint", "--lifeline"]


def judge() -> TaskFailed | None:
    """Run the gate; it prints what it finds. It ends when this process does, whatever ends it."""
    gate = subprocess.Popen([*GATE, "--jobs", str(run().jobs)], stdin=subprocess.PIPE, cwd=run().project.root)
    try:
        code = gate.wait()
    finally:
        if gate.stdin is not None:
            with contextlib.suppress(OSError):
                gate.stdin.close()
    show_news()
    return None if code == 0 else TaskFailed(f"the fixpoint gate ended with status {code}")


def corpus_files() -> list[str]:
    """Programs and expected results, sorted."""
    project = run().project
    directory = project.path(project.settings.corpus)
    return sorted(
        path.relative_to(project.root).as_posix() for path in directory.glob("*.*") if path.is_file()
    )


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
    yield {"basename": "fixpoint", "doc": task_fixpoint.__doc__, **task}
