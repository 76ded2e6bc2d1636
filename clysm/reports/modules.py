"""`build/reports/modules.json`: every module with what it needs, and how long each stage
took to compile it.
"""

from collections.abc import Mapping
from typing import Final

from clysm.workflow.asd import SystemFile
from clysm.workflow.jsonfile import Json
from clysm.workflow.schema import NON_EMPTY, PATH, Integer, ListOf, MapOf, Record

SCHEMA_VERSION: Final = 1

TABLE: Final = Record(
    {
        "schema_version": Integer(SCHEMA_VERSION, SCHEMA_VERSION),
        "system": PATH,
        "modules": ListOf(Record({"path": PATH, "system": NON_EMPTY, "dependencies": ListOf(PATH)})),
        "run": Record({"compile_ms": MapOf(MapOf(Integer()))}),
    }
)


def modules_report(system: SystemFile, compile_ms: Mapping[int, Mapping[str, int]]) -> Json:
    """The report; modules and dependencies in compilation order, times by stage, then by path."""
    return {
        "schema_version": SCHEMA_VERSION,
        "system": system.path,
        "modules": [
            {
                "path": path,
                "system": system.components[path].system,
                "dependencies": list(system.dependencies[path]),
            }
            for path in system.order
        ],
        "run": {"compile_ms": {str(stage): dict(times) for stage, times in compile_ms.items()}},
    }
