"""The schemas that the package publishes, one file each in `schemas/`; `python -m clysm.reports`
writes them.
"""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from clysm.bootstrap import fixpoint_report, module_results, stage_report
from clysm.reports import modules, passports
from clysm.reports.json_schema import json_schema
from clysm.workflow.jsonfile import encode
from clysm.workflow.schema import Record

TABLES: Final[Mapping[str, tuple[str, Record]]] = {
    "stage": ("the build of one stage: build/reports/stageN.json", stage_report.TABLE),
    "fixpoint": ("the verdict of the gate: build/reports/fixpoint.json", fixpoint_report.TABLE),
    "history": ("one line of build/reports/history.jsonl", fixpoint_report.HISTORY_TABLE),
    "modules": ("the graph of modules with times: build/reports/modules.json", modules.TABLE),
    "passports": ("rules, passports and series built: build/reports/passports.json", passports.TABLE),
    "module-results": ("one module compiled for one stage: build/objects/N/PATH.json", module_results.TABLE),
}


def file_name(name: str) -> str:
    """The file of a schema in the package's folder `schemas`."""
    return f"{name}.schema.json"


def generated(name: str) -> bytes:
    """The text that the table of a report gives."""
    return encode(json_schema(name, *TABLES[name]))


def published(name: str) -> bytes:
    """The text that the package ships. Raises OSError."""
    return files("clysm.reports").joinpath("schemas", file_name(name)).read_bytes()


def schema_of(name: str) -> dict[str, Any]:
    """The schema of a report, from its table."""
    return json_schema(name, *TABLES[name])
