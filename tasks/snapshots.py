"""Sealed snapshots: the facts that passports are compiled from, one task each.

    files of facts and documents  ->  snapshot:ID  ->  build/snapshots/ID/snapshot.json and facts.json

A changed fact makes the snapshots anew that hold it, and they the passports that are compiled from them; a
changed file whose facts stay the same changes no snapshot.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from doit.exceptions import TaskFailed

from clysm.issuing.catalogs import read_files
from clysm.issuing.errors import IssuingError
from clysm.workflow import atomic
from tasks.catalog import issuing
from tasks.freshness import Step
from tasks.run import run


def seal(name: str) -> TaskFailed | None:
    """Seal a snapshot and write its document and its facts."""
    from clysm.issuing import sealing

    shared = issuing()
    source = shared.catalog.snapshots[name]
    try:
        contents = read_files(shared.root, shared.folder, source.files())
        sealed = sealing.seal(source, shared.folder, contents, shared.catalog.issued_at)
    except IssuingError as problem:
        return TaskFailed(str(problem))
    atomic.write_if_changed(run().project.path(shared.layout.facts(name)), sealing.write_facts(sealed))
    atomic.write_if_changed(run().project.path(shared.layout.snapshot(name)), sealed.canonical)
    return None


def task_snapshot() -> Iterator[dict[str, Any]]:
    """seal the facts of one snapshot: snapshot:ID"""
    shared = issuing()
    yield {"name": None, "doc": task_snapshot.__doc__}
    for name, source in shared.catalog.snapshots.items():
        step = Step(
            partial(seal, name),
            shared.present(source.files()),
            [shared.layout.snapshot(name), shared.layout.facts(name)],
            f"snapshot 1 {source} {shared.catalog.issued_at} {shared.code}",
        )
        yield {"name": name, "doc": f"seal the snapshot `{name}`", **step.task()}
