"""Reports for people, from the JSON files: a summary of rates, blockers and verdict, and a page of all.

    reports of stages and gate  ->  report:summary  ->  summary.txt, printed
    the same, history, results of modules, passports  ->  report:page  ->  index.html and two JSON files

Named on the command line, both tell of what there is and build nothing.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clysm.bootstrap import module_results
from clysm.bootstrap.layout import LAST_STAGE
from clysm.bootstrap.summary import summary
from clysm.workflow import atomic
from clysm.workflow.digests import sha256_file
from clysm.workflow.errors import ClysmError
from tasks.catalog import issuing
from tasks.freshness import Step
from tasks.run import is_selected, run

_made: list[str] = []  # the pages of this run


def write_summary() -> None:
    """Write the summary, and print it."""
    project = run().project
    text = summary(project)
    atomic.write_if_changed(project.path(project.layout.summary), text.encode())
    print(text, end="", flush=True)


def write_page() -> None:
    """Write the page and the two JSON files that only it has. Raises SchemaError or OSError."""
    from clysm.reports import modules, passports
    from clysm.reports.documents import read_documents
    from clysm.reports.page import page
    from clysm.workflow.jsonfile import check, encode

    project = run().project
    layout = project.layout
    graph = modules.modules_report(project.system, compile_ms())
    built = passports.passports_report(project.root, _places())
    for path, data, table in (
        (layout.modules_report, graph, modules.TABLE),
        (layout.passports_report, built, passports.TABLE),
    ):
        check(path, data, table)
        atomic.write_if_changed(project.path(path), encode(data))
    text = page(read_documents(project.root, layout, graph, built))
    atomic.write_if_changed(project.path(layout.page), text.encode())
    _made.append(layout.page)


def write_page_of_failures() -> None:
    """Write the page at the end of a run that compiled something but did not get to it."""
    if not _made and any(run().compiled(stage) for stage in range(LAST_STAGE + 1)):
        with contextlib.suppress(ClysmError, OSError):
            write_page()


def compile_ms() -> dict[int, dict[str, int]]:
    """How long each module took when it was last compiled for each stage, by path."""
    project = run().project
    times: dict[int, dict[str, int]] = {}
    for stage in range(LAST_STAGE + 1):
        files = {path: project.layout.module(stage, path).results for path in project.modules(stage)}
        found = {path: module_results.read(project.path(file)) for path, file in files.items()}
        times[stage] = {path: result.compile_time_ms for path, result in found.items() if result is not None}
    return times


def _places() -> Any:
    """What the catalog lists, and where it lies."""
    from clysm.reports.passports import Places

    shared = issuing()
    catalog, layout = shared.catalog, shared.layout
    return Places(
        tuple((package, layout.rules(name)) for name, package in catalog.rules.items()),
        tuple((product, layout.passport(sku)) for sku, product in catalog.products.items()),
        tuple(
            (
                series,
                tuple(
                    (layout.container(name, number), shard.lines)
                    for number, shard in enumerate(shared.shards(series), 1)
                ),
            )
            for name, series in catalog.series.items()
        ),
    )


class Shown:
    """Up to date as long as all that the page shows is as it was, times included: what other tasks may leave
    out of account is a number on the page.
    """

    def configure_task(self, task: Any) -> None:
        """Called by doit: have the record saved with a successful task."""
        task.value_savers.append(lambda: {"shown": self._state()})

    def __call__(self, task: Any, values: dict[str, Any]) -> bool:
        """Called by doit: is what was shown still that of the disk?"""
        return bool(values.get("shown") == self._state())

    def __repr__(self) -> str:
        return "<what the page shows changed>"

    @staticmethod
    def _state() -> dict[str, str | None]:
        """Hashes of reports to the byte, of passports as other tasks see them; None for what is not there."""
        layout = run().project.layout
        state: dict[str, str | None] = {}
        for path in (*reports(), layout.history):
            with contextlib.suppress(OSError):
                state[path] = sha256_file(Path(path))
        places = _places()
        listed = [path for _, path in places.rules]
        listed += [f"{path}/receipt.json" for _, path in places.products]
        listed += [path for _, containers in places.series for path, _ in containers]
        for path in listed:
            with contextlib.suppress(OSError):
                state[path] = run().digests.digest(path)
        return state


def reports() -> list[str]:
    """The files of all stage reports, and of the gate's."""
    layout = run().project.layout
    return [*(layout.stage_report(stage) for stage in range(LAST_STAGE + 1)), layout.fixpoint_report]


def _code() -> str:
    """The identity of the code that makes the page."""
    import clysm.reports

    folder = Path(str(clysm.reports.__file__)).parent
    sources = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".css", ".js"))
    return json.dumps([run().digests.digest(str(path)) for path in sources])


def task_report() -> Iterator[dict[str, Any]]:
    """print rates, top blockers and the verdict from the JSON files, and make a page of everything"""
    project = run().project
    layout = project.layout
    summary_step = Step(write_summary, reports(), [layout.summary], "report 2")
    targets = [layout.page, layout.modules_report, layout.passports_report]
    listing = [project.settings.system] if project.path(project.settings.system).is_file() else []
    page_step = Step(write_page, [*reports(), *listing], targets, f"page 1 {_code()}")
    summary_task = {
        "name": "summary",
        "doc": "print rates, top blockers and the verdict",
        **summary_step.task(),
    }
    page_task = {"name": "page", "doc": f"make {layout.page}", **page_step.task()}
    page_task["uptodate"] = [page_step, Shown()]
    page_task["task_dep"] = ["passports"]  # it shows what is built of them
    if is_selected("report"):  # tell of what there is, build nothing
        for task, action in ((summary_task, write_summary), (page_task, write_page)):
            task.update({"file_dep": [], "task_dep": [], "uptodate": [False], "actions": [action]})
    yield {"name": None, "doc": task_report.__doc__}
    yield summary_task
    yield page_task
