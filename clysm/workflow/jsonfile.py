"""Canonical JSON text for every report: sorted keys, two spaces, UTF-8, LF, one final newline, no NaN or
infinity.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clysm.workflow import atomic
from clysm.workflow.errors import SchemaError
from clysm.workflow.schema import Record, problems

Json = dict[str, Any]
VOLATILE = ("timestamp", "run")


def encode(value: Mapping[str, Any]) -> bytes:
    """The one text of a JSON object."""
    text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def write_report(path: Path, value: Mapping[str, Any], table: Record) -> None:
    """Check the value against its table, then write it atomically. Raises SchemaError or OSError."""
    check(path.name, value, table)
    atomic.write_bytes(path, encode(value))


def read_report(path: Path, table: Record) -> Json:
    """Read and check a report. Raises OSError, or SchemaError for text that is no JSON or does not match the
    table.
    """
    try:
        value = json.loads(path.read_bytes())
    except ValueError as error:
        raise SchemaError(path.name, (f"not JSON: {error}",)) from error
    check(path.name, value, table)
    assert isinstance(value, dict)
    return value


def check(name: str, value: object, table: Record) -> None:
    """Raise SchemaError with every deviation of the value from the table."""
    found = problems(value, table)
    if found:
        raise SchemaError(name, found)


def comparable(report: Mapping[str, Any]) -> Json:
    """The report without exactly its volatile parts, `timestamp` and `run`."""
    return {key: value for key, value in report.items() if key not in VOLATILE}
