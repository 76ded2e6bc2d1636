"""The history of the gate as an SVG chart: sizes of Stage 1 and 2 over its runs, with each verdict.

Its axes carry no numbers but those of the history: the least and the greatest size, the first and the last
time.
"""

from typing import Final

from clysm.reports.markup import Markup, tag
from clysm.reports.places import Place

RUNS: Final = 400  # the most that are drawn, the latest
WIDTH: Final = 900  # px
HEIGHT: Final = 240  # px
LEFT: Final = 92  # px, for the sizes
RIGHT: Final = 16  # px
TOP: Final = 22  # px
BOTTOM: Final = 52  # px, for verdicts and times
SIZES: Final = ("stage1_size", "stage2_size")
SIGNS: Final = {"ACHIEVED": "●", "NOT_ACHIEVED": "▲", "TRIVIAL": "◆", "ERROR": "✕"}


def history_chart(history: Place) -> Markup:
    """The chart of a history that is not empty."""
    runs = list(history)[-RUNS:]
    sizes = [run[size] for run in runs for size in SIZES if run[size]]
    least = min(sizes, key=lambda size: size.value, default=None)
    greatest = max(sizes, key=lambda size: size.value, default=None)
    floor = HEIGHT - BOTTOM

    def across(index: int) -> float:
        step = (WIDTH - LEFT - RIGHT) / max(1, len(runs) - 1)
        return round(LEFT + index * step, 1)

    def up(size: int) -> float:
        if least is None or greatest is None or least.value == greatest.value:
            return (TOP + floor) / 2
        share: float = (size - least.value) / (greatest.value - least.value)
        return round(floor - share * (floor - TOP), 1)

    def line(name: str) -> Markup:
        points = [(across(index), up(run[name].value)) for index, run in enumerate(runs) if run[name]]
        dots = [tag("circle", cx=x, cy=y, r=3) for x, y in points]
        way = tag("polyline", points=" ".join(f"{x},{y}" for x, y in points))
        return tag("g", way, dots, class_=name.replace("_", "-"))

    labels = [
        tag("text", f"{size.value:,}", x=LEFT - 10, y=up(size.value) + 4, class_="end", data_from=size.origin)
        for size in dict.fromkeys((least, greatest))
        if size is not None
    ]
    ends = [(runs[0], LEFT, "start"), (runs[-1], WIDTH - RIGHT, "end")][: len(runs)]
    times = [
        tag(
            "text",
            str(run["timestamp"].value),
            x=x,
            y=HEIGHT - 8,
            class_=css,
            data_from=run["timestamp"].origin,
        )
        for run, x, css in ends
    ]
    return tag(
        "svg",
        tag("title", "Sizes of stages and verdicts over the runs of the gate", id="history-title"),
        tag("desc", "The table below lists the same runs.", id="history-text"),
        tag("path", d=f"M{LEFT} {TOP}V{floor}H{WIDTH - RIGHT}", class_="axes"),
        labels,
        [line(name) for name in SIZES],
        [_verdict(run, across(index), floor + 20) for index, run in enumerate(runs)],
        times,
        id="history-chart",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        aria_labelledby="history-title history-text",
    )


def _verdict(run: Place, x: float, y: int) -> Markup:
    verdict = str(run["status"].value)
    name = tag("title", f"{verdict}, {run['timestamp'].value}", data_name=True)
    return tag("text", name, SIGNS[verdict], x=x, y=y, class_=f"sign {verdict.lower()}")


def legend() -> Markup:
    """What lines and signs mean."""
    lines = (("stage1-size", "size of Stage 1"), ("stage2-size", "size of Stage 2"))
    signs = [
        tag("li", tag("span", sign, class_=f"sign {verdict.lower()}", aria_hidden="true"), f" {verdict}")
        for verdict, sign in SIGNS.items()
    ]
    return tag("ul", [tag("li", _sample(css), f" {words}") for css, words in lines], signs, class_="legend")


def _sample(css: str) -> Markup:
    line = tag("g", tag("polyline", points="1,7 29,7"), class_=css)
    return tag("svg", line, width=30, height=14, aria_hidden="true")
