"""`build/reports/bench.json`, and the same as a table for people."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from clysm.bench.results import Measurement, Result
from clysm.workflow.errors import SchemaError
from clysm.workflow.jsonfile import Json, read_report, write_report
from clysm.workflow.schema import NON_EMPTY, TIMESTAMP, Integer, ListOf, Nullable, Number, Record, Text

SCHEMA_VERSION = 1
_VALUE = Number(0, 1e18)
_SIGNIFICANT = 6  # digits of a number in the report

_BASELINE = Record(
    {"name": NON_EMPTY, "samples": ListOf(_VALUE), "median": _VALUE, "ratio": Nullable(_VALUE)}
)
_MEASUREMENT = Record(
    {
        "group": NON_EMPTY,
        "name": NON_EMPTY,
        "unit": NON_EMPTY,
        "samples": ListOf(_VALUE),
        "median": _VALUE,
        "baselines": ListOf(_BASELINE),  # ratio: the measurement's median by the baseline's
        "command": NON_EMPTY,
    }
)
_UNMEASURED = Record({"group": NON_EMPTY, "name": NON_EMPTY, "reason": Text()})
TABLE = Record(
    {
        "schema_version": Integer(SCHEMA_VERSION, SCHEMA_VERSION),
        "timestamp": TIMESTAMP,
        "results": ListOf(_MEASUREMENT),
        "unmeasured": ListOf(_UNMEASURED),
        "run": Record({"engine": NON_EMPTY, "processors": Integer(1), "runs": Integer(1)}),
    }
)


def read(path: Path) -> Json | None:
    """The checked report; None if it is missing or damaged."""
    try:
        return read_report(path, TABLE)
    except (OSError, SchemaError):
        return None


def write(
    path: Path, results: Iterable[Result], groups: Iterable[str], timestamp: str, run: Mapping[str, Any]
) -> Json:
    """Write and return a report of these results of these groups; what an earlier one says of other groups
    stays. Raises SchemaError or OSError.
    """
    measured = set(groups)
    earlier = read(path)
    rows: dict[str, list[Json]] = {"results": [], "unmeasured": []}
    for key, kept in rows.items():
        kept += [row for row in (earlier or {}).get(key, ()) if row["group"] not in measured]
    for result in results:
        if isinstance(result, Measurement):
            rows["results"].append(_measurement(result))
        else:
            row = {"group": result.group, "name": result.name, "reason": result.reason}
            rows["unmeasured"].append(row)
    report = {"schema_version": SCHEMA_VERSION, "timestamp": timestamp, **rows, "run": dict(run)}
    write_report(path, report, TABLE)
    return report


def table_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """One line for each measurement: name, median, and for each baseline its median and the ratio to it."""
    width = max((len(row["name"]) for row in report["results"]), default=0)
    group = None
    for row in report["results"]:
        if row["group"] != group:
            group = row["group"]
            yield f"{group}:"
        yield f"  {row['name']:<{width}}  {_text(row['median']):>10} {row['unit']:<8}{_beside(row)}".rstrip()
    for row in report["unmeasured"]:
        yield f"not measured: {row['group']}, {row['name']}: {row['reason'].splitlines()[0][:200]}"


def _beside(row: Mapping[str, Any]) -> str:
    parts = []
    for baseline in row["baselines"]:
        ratio = "" if baseline["ratio"] is None else f" (x {_text(baseline['ratio'])})"
        parts.append(f"  {baseline['name']} {_text(baseline['median'])}{ratio}")
    return "".join(parts)


def _text(value: float) -> str:
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"


def _measurement(result: Measurement) -> Json:
    return {
        "group": result.group,
        "name": result.name,
        "unit": result.unit,
        "samples": [_rounded(sample) for sample in result.samples],
        "median": _rounded(result.median),
        "baselines": [
            {
                "name": baseline.name,
                "samples": [_rounded(sample) for sample in baseline.samples],
                "median": _rounded(baseline.median),
                "ratio": None if (ratio := result.ratio(baseline)) is None else _rounded(ratio),
            }
            for baseline in result.baselines
        ],
        "command": result.command,
    }


def _rounded(value: float) -> float:
    return float(f"{value:.{_SIGNIFICANT}g}")
