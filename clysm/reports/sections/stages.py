"""Stages: what was built, with sizes and rates."""

from collections.abc import Sequence

from clysm.reports import shown
from clysm.reports.markup import Content, Markup, join, tag
from clysm.reports.places import Place
from clysm.reports.tables import Column, Row, table

COLUMNS = (
    Column("Stage", True),
    Column("Status"),
    Column("Modules compiled", True),
    Column("Modules", True),
    Column("Forms compiled", True),
    Column("Forms", True),
    Column("Rate", True),
    Column("Failed", True),
    Column("Skipped", True),
    Column("Bytes", True),
    Column("Fixpoint"),
    Column("Compiler"),
    Column("Duration (ms)", True),
    Column("From cache", True),
    Column("Built"),
    Column("Image"),
    Column("SHA-256"),
)


def stages(reports: Sequence[Place]) -> Markup:
    """The table of the stages that have a report."""
    built = [report for report in reports if report]
    if not built:
        return tag("p", "No stage has a report.")
    return join(
        table("Stages: sizes and rates", COLUMNS, [Row(_cells(report)) for report in built]),
        _sizes(built),
    )


def _cells(report: Place) -> tuple[Content, ...]:
    binary = report["binary"]
    compiler = report["compiler"]
    return (
        shown.number(report["stage"]),
        shown.word(report["status"]),
        shown.where(report["modules"], "status", "compiled"),
        shown.length(report["modules"]),
        shown.number(report["success_count"]),
        shown.number(report["total_forms"]),
        shown.percent(report["compilation_rate"]),
        shown.number(report["fail_count"]),
        shown.number(report["skipped_count"]),
        shown.number(binary["size_bytes"]) if binary else shown.NONE,
        shown.word(report["fixpoint_status"]),
        join(shown.text(compiler["kind"]), " ", shown.number(compiler["stage"]) if compiler["stage"] else ""),
        shown.number(report["run"]["duration_ms"]),
        shown.number(report["run"]["cache_hits"]),
        shown.time(report["timestamp"]),
        shown.code(binary["path"]) if binary else "no image",
        shown.hash_(binary["sha256"]) if binary else shown.NONE,
    )


def _sizes(reports: Sequence[Place]) -> Markup:
    """The sizes of the images as bars."""
    images = [report for report in reports if report["binary"]]
    if not images:
        return Markup("")
    greatest = max(report["binary"]["size_bytes"].value for report in images)
    bars = [
        join(
            tag("text", "Stage ", tag("tspan", str(report["stage"].value), data_from=report["stage"].origin),
                x=0, y=place * 26 + 16),
            tag("rect", x=70, y=place * 26 + 3, height=18, rx=3,
                width=round(report["binary"]["size_bytes"].value / greatest * 500, 1)),
            tag("text", f"{report['binary']['size_bytes'].value:,}", x=580, y=place * 26 + 16,
                data_from=report["binary"]["size_bytes"].origin),
        )
        for place, report in enumerate(images)
    ]  # fmt: skip
    return tag(
        "svg",
        tag("title", "Bytes of the images of the stages"),
        bars,
        viewBox=f"0 0 680 {len(images) * 26}",
        width=680,
        height=len(images) * 26,
        role="img",
        class_="bars",
    )
