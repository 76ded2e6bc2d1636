"""History: every run of the gate, as a chart and a table of the latest."""

from clysm.reports import shown
from clysm.reports.history_chart import history_chart, legend
from clysm.reports.markup import Markup, join, tag
from clysm.reports.places import Place
from clysm.reports.tables import Column, Row, table

LATEST = 50  # runs in the table

COLUMNS = (
    Column("Judged"),
    Column("Verdict"),
    Column("Stage 1 (bytes)", True),
    Column("Stage 2 (bytes)", True),
    Column("Bytes that differ", True),
    Column("Commit"),
    Column("Stage 1"),
    Column("Stage 2"),
    Column("Sources"),
)


def history(lines: Place) -> Markup:
    """The chart with its table, the latest run first."""
    if not len(lines):
        return tag("p", "The gate has not run yet.")
    runs = [
        Row(
            (
                shown.time(run["timestamp"]),
                shown.word(run["status"]),
                *(shown.number(run[key]) for key in ("stage1_size", "stage2_size", "diff_bytes")),
                shown.hash_(run["git_commit"]),
                *(shown.hash_(run[key]) for key in ("stage1_sha256", "stage2_sha256", "sources_sha256")),
            )
        )
        for run in reversed(list(lines)[-LATEST:])
    ]
    chart = tag("div", history_chart(lines), class_="wide", tabindex=0, role="region", aria_label="Chart")
    return join(
        tag("p", shown.length(lines), " runs of the gate."),
        legend(),
        chart,
        table("Runs of the gate, the latest first", COLUMNS, runs),
    )
