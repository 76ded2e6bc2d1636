"""Reports for people, from the JSON files: a summary of rates, blockers and verdict, and a page of all.

    reports of stages and gate  ->  report:summary  ->  summary.txt, printed
    the same, history, results of modules, passports  ->  report:page  ->  index.html and two JSON files

Named on the command line, both tell of what there is and build nothing.
"""

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import clysm.reports
from clysm.bootstrap import module_results, stage_report
from clysm.bootstrap.layout import LAST_STAGE
from clysm.workflow import atomic
from clysm.workflow.digests import sha256_file
from clysm.workflow.errors import ClysmError
from clysm.workflow.states import RunStatus
from tasks.catalog import issuing
from tasks.freshness import Step
from tasks.run import is_selected, run

CODE = Path(str(clysm.reports.__file__)).parent  # what makes the page


def write_summary() -> None:
    """Write the summary, and print it."""
    from clysm.bootstrap.summary import summary  # slow to load

    project = run().project
    text = summary(project)
    atomic.write_if_changed(project.path(project.layout.summary), text.encode())
    print(text, end="", flush=True)


def write_page() -> None:
    """Write the page, the two JSON files that only it has, and what it was made from. Raises SchemaError or
    OSError.
    """
    from clysm.reports import modules, passports
    from clysm.reports.documents import read_documents
    from clysm.reports.page import page
    from clysm.workflow.jsonfile import check, encode

    project = run().project
    layout = project.layout
    inputs = _inputs()  # before they are read: what changes from now on makes the page old
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
    atomic.write_if_changed(_record(), json.dumps([inputs, _outputs()], sort_keys=True).encode())


def show_failures() -> None:
    """Write the page at the end of a run in which a stage failed, when no task is left to do it."""
    layout = run().project.layout
    compiled = [stage for stage in range(LAST_STAGE + 1) if run().compiled(stage)]
    found = [stage_report.read(Path(layout.stage_report(stage))) for stage in compiled]
    if any(report is not None and report["status"] != RunStatus.SUCCESS for report in found):
        show_news()


def show_news() -> None:
    """Write the page after another task changed the reports. If that fails, `report:page` will tell."""
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


class Current:
    """Up to date as long as all that the page shows is as it was, times included: what other tasks may leave
    out of account is a number on the page. Whoever wrote the page last left the record of it.
    """

    def __call__(self, task: Any, values: dict[str, Any]) -> bool:
        """Called by doit: is what was shown still that of the disk, and the page what was made?"""
        try:
            return bool(json.loads(_record().read_bytes()) == [_inputs(), _outputs()])
        except (OSError, ValueError):
            return False

    def __repr__(self) -> str:
        return "<what the page shows changed, or the page>"


def _record() -> Path:
    project = run().project
    return project.path(project.settings.cache) / "page.json"


def _inputs() -> dict[str, str | None]:
    """Hashes of the reports to the byte, of the rest as other tasks see it; None for what is not there."""
    project = run().project
    places = _places()
    listed = [project.settings.system, *(path for _, path in places.rules)]
    listed += [f"{path}/receipt.json" for _, path in places.products]
    listed += [path for _, containers in places.series for path, _ in containers]
    sources = sorted(path for path in CODE.rglob("*") if path.suffix in (".py", ".css", ".js"))
    return {
        **{
            path: _hash(lambda path: sha256_file(Path(path)), path)
            for path in (*reports(), project.layout.history)
        },
        **{path: _hash(run().digests.digest, path) for path in (*listed, *map(str, sources))},
    }


def _outputs() -> dict[str, str | None]:
    return {path: _hash(run().digests.digest, path) for path in _targets()}


def _hash(hash_of: Callable[[str], str], path: str) -> str | None:
    try:
        return hash_of(path)
    except OSError:
        return None


def _targets() -> list[str]:
    layout = run().project.layout
    return [layout.page, layout.modules_report, layout.passports_report]


def reports() -> list[str]:
    """The files of all stage reports, and of the gate's."""
    layout = run().project.layout
    return [*(layout.stage_report(stage) for stage in range(LAST_STAGE + 1)), layout.fixpoint_report]


def task_report() -> Iterator[dict[str, Any]]:
    """print rates, top blockers and the verdict from the JSON files, and make a page of everything"""
    layout = run().project.layout
    summary_step = Step(write_summary, reports(), [layout.summary], "report 2")
    page_step = Step(write_page, reports(), _targets(), "")
    summary_task = {
        "name": "summary",
        "doc": "print rates, top blockers and the verdict",
        **summary_step.task(),
    }
    page_task = {"name": "page", "doc": f"make {layout.page}", **page_step.task()}
    page_task["uptodate"] = [Current()]
    page_task["task_dep"] = ["passports"]  # it shows what is built of them
    if is_selected("report"):  # tell of what there is, build nothing
        for task, action in ((summary_task, write_summary), (page_task, write_page)):
            task.update({"file_dep": [], "task_dep": [], "uptodate": [False], "actions": [action]})
    yield {"name": None, "doc": task_report.__doc__}
    yield summary_task
    yield page_task
