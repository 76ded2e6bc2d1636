"""Modules: the graph as a picture, and a table with sizes, times and what each module needs."""

from collections.abc import Mapping, Sequence

from clysm.reports import shown
from clysm.reports.graph_picture import graph_picture, label, legend, row_id
from clysm.reports.markup import Content, Markup, join, tag
from clysm.reports.places import Place
from clysm.reports.tables import Column, Row, table


def graph(report: Place, stages: Sequence[Place]) -> Markup:
    """The picture of all modules, coloured by the latest stage that has a report on them."""
    if not report["modules"].value:
        return tag("p", "The list of modules is empty, or cannot be read: `doit system` says why.")
    statuses = {
        str(module["path"]): str(module["status"])
        for stage in stages
        if stage
        for module in stage["modules"].value
    }
    picture = graph_picture(report["modules"], statuses)
    return join(
        tag(
            "p",
            "What a module needs stands to the left of it; edges that follow from others are left out. "
            "Point at a module, or move to it by keyboard, to see its edges; "
            "follow it to its row in the table.",
        ),
        legend(),
        tag("div", picture, class_="wide", tabindex=0, role="region", aria_label="Dependency graph"),
    )


def modules(report: Place, stages: Sequence[Place]) -> Markup:
    """The table of all modules, in compilation order."""
    entries = report["modules"]
    if not entries.value:
        return tag("p", "There are no modules.")
    built = [stage for stage in stages if stage]
    at = [
        {str(module["path"]): number for number, module in enumerate(stage["modules"].value)}
        for stage in built
    ]
    times = report["run"]["compile_ms"]
    slowest = {stage: max(times[stage].value.values(), default=0) for stage in times.names()}
    numbers = {str(module["path"].value): index for index, module in enumerate(entries)}
    columns = (
        Column("Module"),
        Column("System"),
        *(
            column
            for stage in built
            for column in (
                Column(f"Stage {stage['stage'].value}"),
                Column("Forms", True),
                Column("Bytes", True),
            )
        ),
        *(Column(f"Stage {stage} (ms)", True) for stage in times.names()),
        Column("Needs", True),
        Column("Which"),
    )

    def row(index: int, module: Place) -> Row:
        path = str(module["path"].value)
        cells: list[Content] = [shown.code(module["path"]), shown.text(module["system"])]
        for stage, places in zip(built, at, strict=True):
            cells += _of_stage(stage["modules"][places[path]]) if path in places else (shown.NONE,) * 3
        cells += (_time(times[stage], path, slowest[stage]) for stage in times.names())
        cells += (shown.length(module["dependencies"]), _needs(module["dependencies"], numbers))
        return Row(tuple(cells), row_id(index))

    rows = [row(index, module) for index, module in enumerate(entries)]
    return table(
        "Modules: forms, bytes, times and dependencies", columns, rows, sortable=True, id="modules-table"
    )


def _of_stage(module: Place) -> tuple[Content, ...]:
    return (
        shown.word(module["status"]),
        shown.number(module["form_count"]),
        shown.number(module["byte_count"]),
    )


def _time(times: Place, path: str, slowest: int) -> Content:
    """A time with a bar in proportion to the slowest module of the stage."""
    if path not in times.value:
        return shown.NONE
    width = round(times.value[path] / slowest * 60, 1) if slowest else 0
    bar = tag("rect", width=width, height=4)
    return join(
        shown.number(times[path]), tag("svg", bar, width=60, height=4, class_="bar", aria_hidden="true")
    )


def _needs(dependencies: Place, numbers: Mapping[str, int]) -> Content:
    """The modules that one needs, by their short names, as links."""
    if not dependencies.value:
        return ""
    links = [
        tag(
            "a",
            label(str(path.value)),
            href=f"#{row_id(numbers[str(path.value)])}",
            title=str(path.value),
            data_name=True,
        )
        for path in dependencies
    ]
    return tag("details", tag("summary", "show"), join(*(join(link, " ") for link in links)))
