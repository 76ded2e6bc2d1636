"""Passports judged again: from their folder and the keyring alone, and against the present facts and rules.

build/passports/SKU/, keyring  ->  verify:SKU
the same, facts, rules, product  ->  replay:SKU
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from doit.exceptions import TaskFailed

from clysm.issuing.errors import IssuingError
from clysm.issuing.names import safe_name
from tasks.catalog import issuing
from tasks.freshness import Step
from tasks.run import run
from tasks.subjects import subjects


def verify(sku: str) -> TaskFailed | None:
    """Check a passport as anyone can who has its folder; every failure is told."""
    from clysm.issuing.folders import read_folder
    from clysm.passport.verification.passport import verify_passport

    layout, project = issuing().layout, run().project
    try:
        files = read_folder(project.path(layout.passport(sku)))
        report = verify_passport(files, project.path(layout.keyring).read_bytes())
    except (IssuingError, OSError) as problem:
        return TaskFailed(str(problem))
    if report.holds:
        return None
    return TaskFailed("\n".join(f"`{sku}`: {check.line}" for check in report.failures))


def task_verify() -> Iterator[dict[str, Any]]:
    """verify one passport from its folder and the keyring alone: verify:SKU"""
    shared = issuing()
    layout = shared.layout
    yield {"name": None, "doc": task_verify.__doc__}
    for subject in subjects():
        inputs = [*layout.artifacts(subject.sku), layout.keyring]
        step = Step(partial(verify, subject.sku), inputs, (), f"verify 1 {shared.verifying_code}")
        yield {
            "name": safe_name(subject.sku),
            "doc": f"verify the passport of {subject.sku!a}",
            **step.task(),
        }


def task_replay() -> Iterator[dict[str, Any]]:
    """x"""
    yield {"name": None, "doc": task_verify.__doc__}
