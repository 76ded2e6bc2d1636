"""The build. `doit` brings everything up to date, `doit list` names what there is; see the README."""

import gc

gc.disable()  # the graph of tasks lives to the end: collecting it doubles the time of an idle run

from tasks.catalog import task_catalog  # noqa: E402
from tasks.configuration import configuration, prepare  # noqa: E402
from tasks.images import task_qr  # noqa: E402
from tasks.keys import task_keygen  # noqa: E402
from tasks.passports import task_passport, task_passports  # noqa: E402
from tasks.rules import task_rules  # noqa: E402
from tasks.run import concerns_passports_only  # noqa: E402
from tasks.snapshots import task_snapshot  # noqa: E402
from tasks.verification import task_replay, task_verify  # noqa: E402

if not concerns_passports_only():
    from tasks.bench import task_bench
    from tasks.fixpoint import task_fixpoint, task_generation
    from tasks.modules import task_host, task_module
    from tasks.programs import task_object, task_plan, task_program, task_test
    from tasks.reports import task_report
    from tasks.stages import task_stage
    from tasks.system import task_system

__all__ = [
    "DOIT_CONFIG",
    "task_bench",
    "task_catalog",
    "task_fixpoint",
    "task_generation",
    "task_host",
    "task_keygen",
    "task_module",
    "task_object",
    "task_passport",
    "task_passports",
    "task_plan",
    "task_program",
    "task_qr",
    "task_replay",
    "task_report",
    "task_rules",
    "task_snapshot",
    "task_stage",
    "task_system",
    "task_test",
    "task_verify",
]

DOIT_CONFIG = configuration()
prepare()
