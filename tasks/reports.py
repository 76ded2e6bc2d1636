"""The summary for people: rates, blockers and verdict, from the JSON files."""

from collections.abc import Iterator
from typing import Any

from clysm.bootstrap.layout import LAST_STAGE
from clysm.bootstrap.summary import summary
from clysm.workflow import atomic
from tasks.freshness import Step
from tasks.run import is_selected, run


def report() -> None:
    """Write the summary, and print it."""
    project = run().project
    text = summary(project)
    atomic.write_if_changed(project.path(project.layout.summary), text.encode())
    print(text, end="", flush=True)


def task_report() -> Iterator[dict[str, Any]]:
    """print rates, top blockers and the verdict from the JSON files"""
    layout = run().project.layout
    reports = [*(layout.stage_report(stage) for stage in range(LAST_STAGE + 1)), layout.fixpoint_report]
    task = Step(report, reports, [layout.summary], "report 1").task()
    if is_selected("report"):  # print what there is, build nothing
        task.update({"file_dep": [], "uptodate": [False], "actions": [report]})
    yield {"basename": "report", "doc": task_report.__doc__, **task}
