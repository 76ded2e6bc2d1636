"""The state of the build as lines of text, from the reports alone."""

from collections.abc import Iterator, Mapping
from typing import Any

from clysm.bootstrap import fixpoint_report, stage_report
from clysm.bootstrap.layout import LAST_STAGE
from clysm.bootstrap.project import Project


def summary(project: Project) -> str:
    """Rates, blockers and verdict of all reports that exist."""
    lines: list[str] = []
    for stage in range(LAST_STAGE + 1):
        lines += stage_lines(project, stage)
    lines += fixpoint_lines(fixpoint_report.read(project.path(project.layout.fixpoint_report)))
    return "".join(f"{line}\n" for line in lines)


def stage_lines(project: Project, stage: int) -> tuple[str, ...]:
    """A stage's report: its counts, its image, and what blocks it."""
    report = stage_report.read(project.path(project.layout.stage_report(stage)))
    if report is None:
        return (f"stage {stage}: no report",)
    return tuple(_stage_lines(report))


def _stage_lines(report: Mapping[str, Any]) -> Iterator[str]:
    modules = report["modules"]
    compiled = sum(module["status"] == "compiled" for module in modules)
    binary = report["binary"]
    image = f"{binary['path']} ({binary['size_bytes']} bytes)" if binary else "no image"
    yield (
        f"stage {report['stage']}: {report['status']}, {compiled}/{len(modules)} modules, "
        f"{report['success_count']}/{report['total_forms']} forms, {report['compilation_rate']:.2f}%, "
        f"{report['skipped_count']} skipped, {image}"
    )
    for category in report["categories"]:
        examples = ", ".join(category["examples"])
        yield f"  {category['count']} {category['name']} ({category['root_count']} roots): {examples}"
        yield f"    remedy: {category['remediation']}"
    if report["top_blockers"]:
        yield "  top blockers:"
        yield from (f"    {blocker}" for blocker in report["top_blockers"])


def fixpoint_lines(report: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The gate's verdict with whatever is not as it should be."""
    if report is None:
        return ("fixpoint: no report",)
    return tuple(_fixpoint_lines(report))


def _fixpoint_lines(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"fixpoint: {report['status']}"
    if report["error"] is not None:
        yield f"  {report['error']['type']}: {report['error']['message']}"
    comparison = report["comparison"]
    if comparison is not None and not comparison["identical"]:
        yield f"  {comparison['diff_bytes']} bytes differ, first at offset {comparison['first_diff_offset']}"
        for section in comparison["section_diffs"]:
            yield f"  section {section['section_name']} differs at +{section['first_diff_offset']}"
        first = (comparison["function_diff"] or {}).get("first")
        if first is not None:
            yield f"  function {first['name']}, instruction {first['instruction']}:"
            yield f"    {first['stage1_text']} / {first['stage2_text']}"
    for check in report["guard"]:
        if not check["passed"]:
            yield f"  guard {check['check']}: required {check['required']}, found {check['actual']}"
    parity = report["host_parity"]
    if parity is not None:
        state = "identical" if parity["identical"] else "differ: " + ", ".join(parity["differing"])
        yield f"  host parity: {parity['compared']} core objects {state}"
    corpus = report["corpus"]
    if corpus is not None:
        failures = f", failing: {', '.join(corpus['failures'])}" if corpus["failures"] else ""
        yield f"  corpus: {corpus['passed']}/{corpus['total']} programs{failures}"
