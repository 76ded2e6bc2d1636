"""The build. `doit` brings everything up to date, `doit list` names what there is; see the README."""

import gc

gc.disable()  # the graph of tasks lives to the end: collecting it doubles the time of an idle run

from tasks.bench import task_bench  # noqa: E402
from tasks.configuration import configuration, prepare  # noqa: E402
from tasks.fixpoint import task_fixpoint  # noqa: E402
from tasks.modules import task_host, task_module  # noqa: E402
from tasks.reports import task_report  # noqa: E402
from tasks.stages import task_stage  # noqa: E402
from tasks.system import task_system  # noqa: E402

__all__ = [
    "DOIT_CONFIG",
    "task_bench",
    "task_fixpoint",
    "task_host",
    "task_module",
    "task_report",
    "task_stage",
    "task_system",
]

DOIT_CONFIG = configuration()
prepare()
