"""Rule packages: checked, tested and published, one task each.

rules + tests  ->  rules:PACKAGE  ->  build/rules/PACKAGE.json, which passports need
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from doit.exceptions import TaskFailed

from clysm.issuing.catalogs import read_rules
from clysm.issuing.errors import IssuingError
from clysm.workflow import atomic
from tasks.catalog import issuing
from tasks.freshness import Step
from tasks.run import run


def publish(name: str) -> TaskFailed | None:
    """Check and test a package and write its report; none stays of a package that may not be published."""
    from clysm.issuing import rulebook

    shared = issuing()
    source = shared.catalog.rules[name]
    target = run().project.path(shared.layout.rules(name))
    try:
        report = rulebook.publish(source, shared.folder, *read_rules(shared.root, shared.folder, source))
    except IssuingError as problem:
        atomic.remove(target)
        return TaskFailed(str(problem))
    atomic.write_if_changed(target, report)
    return None


def task_rules() -> Iterator[dict[str, Any]]:
    """check, test and publish one rule package: rules:PACKAGE"""
    shared = issuing()
    yield {"name": None, "doc": task_rules.__doc__}
    for name, source in shared.catalog.rules.items():
        step = Step(
            partial(publish, name),
            shared.present((source.rules, source.tests)),
            [shared.layout.rules(name)],
            f"rules 1 {source} {shared.code}",
        )
        yield {"name": name, "doc": f"check, test and publish the rules `{name}`", **step.task()}
