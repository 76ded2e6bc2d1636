"""The dependency graph as an SVG picture: modules in columns, what they need to the left of them.

Every module is a link to its row in the table of modules, which says the same in words.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from clysm.reports.layers import BEND_HEIGHT, Edge, Layered, Spot, layered
from clysm.reports.markup import Markup, tag
from clysm.reports.places import Place

CHARACTER: Final = 6.7  # px, the width of a character of the labels' font, rounded up
LONGEST: Final = 26  # characters of a label; the whole name is in the title
PADDING: Final = 7  # px left and right of a label
BOX: Final = 18  # px, height of a module
PITCH: Final = 23  # px from one module to the next
GAP: Final = 56  # px between two columns, where edges run
MARGIN: Final = 8  # px
NO_STATUS: Final = "unknown"


def row_id(index: int) -> str:
    """The id of the row of a module in the table."""
    return f"module-{index}"


def graph_picture(modules: Place, statuses: Mapping[str, str]) -> Markup:
    """The picture of the modules of `modules.json`, coloured by their status where it is known."""
    paths = [str(module["path"].value) for module in modules]
    layout = layered({path: tuple(modules[index]["dependencies"].value) for index, path in enumerate(paths)})
    labels = {path: label(path) for path in paths}
    widths = [_column_width(column, labels) for column in layout.columns]
    lefts = [MARGIN + sum(widths[:number]) + GAP * number for number in range(len(widths))]
    column_of = {spot: number for number, spots in enumerate(layout.columns) for spot in spots}
    number_of = {path: index for index, path in enumerate(paths)}

    def height(spot: Spot) -> int:
        return round(MARGIN + BOX / 2 + layout.heights[spot] * PITCH)

    def way(edge: Edge) -> str:
        start = column_of[edge.way[0]]
        x, y = lefts[start] + widths[start], height(edge.way[0])
        path = f"M{x} {y}"
        for spot in edge.way[1:]:
            left, level, bend = lefts[column_of[spot]], height(spot), (lefts[column_of[spot]] + x) // 2
            path += f"C{bend} {y} {bend} {level} {left} {level}"
            x, y = left, level
            if spot.column is not None:
                x += widths[spot.column]
                path += f"H{x}"
        return path

    def box(path: str) -> Markup:
        spot, index = Spot(path), number_of[path]
        column = column_of[spot]
        module = modules[index]
        status = statuses.get(path, NO_STATUS)
        top = height(spot) - BOX // 2
        return tag(
            "a",
            tag("title", f"{path}: {status}", data_name=True),
            tag("rect", x=lefts[column], y=top, width=widths[column], height=BOX, rx=4),
            tag("text", labels[path], x=lefts[column] + PADDING, y=top + BOX - 5, data_name=path),
            href=f"#{row_id(index)}",
            class_=f"node {status} {_kind(module, modules)}",
            data_node=index,
        )

    edges = [
        tag("path", d=way(edge), data_used=number_of[edge.used], data_user=number_of[edge.user])
        for edge in layout.edges
    ]
    width = lefts[-1] + widths[-1] + MARGIN if lefts else 2 * MARGIN
    return tag(
        "svg",
        tag("title", "Dependency graph of the modules", id="graph-title"),
        tag(
            "desc",
            "What a module needs stands to the left of it. The table of modules lists the same edges.",
            id="graph-text",
        ),
        tag("g", edges, class_="edges"),
        tag("g", [box(path) for path in paths], class_="nodes"),
        id="graph",
        viewBox=f"0 0 {width} {_bottom(layout)}",
        width=width,
        height=_bottom(layout),
        role="group",
        aria_labelledby="graph-title graph-text",
    )


def label(path: str) -> str:
    """The name of a module without directories and suffix, cut where it is long."""
    name = PurePosixPath(path).stem
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _kind(module: Place, modules: Place) -> str:
    """Modules of the first system and those of the others are told apart."""
    return "first" if module["system"].value == modules[0]["system"].value else "other"


def _column_width(column: tuple[Spot, ...], labels: Mapping[str, str]) -> int:
    longest = max((len(labels[spot.module]) for spot in column if spot.column is None), default=0)
    return round(longest * CHARACTER) + 2 * PADDING


def _bottom(layout: Layered) -> int:
    lowest = max(layout.heights.values(), default=BEND_HEIGHT)
    return round(2 * MARGIN + BOX + lowest * PITCH)


def legend() -> Markup:
    """What shape and colour of a module mean, in words beside samples."""
    samples = (
        ("compiled first", "compiled, core"),
        ("compiled other", "compiled, library"),
        ("failed", "failed"),
        ("skipped", "skipped"),
        (NO_STATUS, "not reported"),
    )
    return tag("ul", [_sample(css, text) for css, text in samples], class_="legend")


def _sample(css: str, text: str) -> Markup:
    box = tag("rect", x=1, y=1, width=22, height=12, rx=3)
    picture = tag("svg", tag("g", box, class_=f"node {css}"), width=24, height=14, aria_hidden="true")
    return tag("li", picture, f" {text}")
