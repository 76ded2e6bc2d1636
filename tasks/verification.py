"""Passports judged: from their folder and the keyring alone, and against the facts, rules and key of today.

    build/passports/SKU/, keyring  ->  verify:SKU
    the same, facts, rules, product, public key  ->  replay:SKU

What is judged when it is named on the command line is what is there; only a passport that is not there is
made first. In a plain `doit`, which mends what is damaged, `verify` comes after that.
"""

import os
import sys
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from doit.exceptions import TaskFailed

from clysm.issuing.errors import IssuingError
from clysm.issuing.names import safe_name
from clysm.passport.catalog.values import Product
from tasks.catalog import issuing
from tasks.freshness import Step
from tasks.keys import key_source
from tasks.run import run
from tasks.subjects import InSeries, subjects

if TYPE_CHECKING:
    from clysm.passport.compilation import CompileInput
    from clysm.passport.snapshot import SealedSnapshot


def verify(sku: str) -> TaskFailed | None:
    """Check a passport as anyone can who has its folder and the keyring; every failure is told."""
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
    return TaskFailed(
        "\n".join((f"`{sku}` does not hold", *(f"  {check.line}" for check in report.failures)))
    )


def replay(subject: Product | InSeries) -> TaskFailed | None:
    """Make a passport again from what there is now; all that differs from what is stored is told."""
    from clysm.issuing.folders import read_folder
    from clysm.issuing.keyrings import read_keyring_file
    from clysm.issuing.replaying import replay_folder

    layout, project = issuing().layout, run().project
    try:
        files = read_folder(project.path(layout.passport(subject.sku)))
        keyring = read_keyring_file(project.path(layout.keyring))
        different = replay_folder(files, _inputs(subject), keyring)
    except (IssuingError, OSError) as problem:
        return TaskFailed(f"`{subject.sku}`: {problem}")
    if not different:
        return None
    return TaskFailed(
        "\n".join((f"`{subject.sku}` cannot be made again", *(f"  {line}" for line in different)))
    )


def _inputs(subject: Product | InSeries) -> "CompileInput":
    """What the passport would be compiled from now. Raises IssuingError or OSError."""
    from clysm.issuing.catalogs import read_rules
    from clysm.issuing.issue import compile_input
    from clysm.issuing.keyfiles import load_key
    from clysm.issuing.keyrings import key_id
    from clysm.issuing.oneproduct import read_product

    shared = issuing()
    catalog = shared.catalog
    source = key_source()
    name = key_id(source, load_key(source, os.environ).public_key)
    listed = subject.series.snapshot if isinstance(subject, InSeries) else subject.snapshot
    sealed = None if listed is None else _sealed(listed)
    if isinstance(subject, InSeries):
        facts = () if sealed is None else tuple(sealed.facts.values())
        place = (shared.root, shared.folder, subject.series, subject.offset)
        product, snapshot = read_product(*place, facts, catalog.issued_at)
    else:
        assert sealed is not None
        product, snapshot = subject, sealed
    sources = read_rules(shared.root, shared.folder, catalog.rules[product.rules])
    return compile_input(catalog, product, snapshot, sources, name)


def _sealed(name: str) -> "SealedSnapshot":
    """A snapshot of the catalog, sealed as its files are now. Raises CatalogFault."""
    from clysm.issuing.catalogs import read_files
    from clysm.issuing.sealing import seal

    shared = issuing()
    source = shared.catalog.snapshots[name]
    contents = read_files(shared.root, shared.folder, source.files())
    return seal(source, shared.folder, contents, shared.catalog.issued_at)


def _is_named(kind: str) -> bool:
    """Whether the command line names tasks of this kind, as in `doit verify:SKU`."""
    return any(argument == kind or argument.startswith(f"{kind}:") for argument in sys.argv[1:])


def _is_there(sku: str) -> bool:
    layout, project = issuing().layout, run().project
    return all(project.path(path).exists() for path in (layout.passport(sku), layout.keyring))


def task_verify() -> Iterator[dict[str, Any]]:
    """verify one passport from its folder and the keyring alone: verify:SKU"""
    shared = issuing()
    layout = shared.layout
    yield {"name": None, "doc": task_verify.__doc__}
    for subject in subjects():
        action = partial(verify, subject.sku)
        step = Step(action, [*layout.artifacts(subject.sku), layout.keyring], (), f"verify 1 {shared.code}")
        task = step.task()
        if _is_named("verify"):
            task["uptodate"] = [False]
            if _is_there(subject.sku):
                task.update({"file_dep": [], "actions": [action]})
        yield {"name": safe_name(subject.sku), "doc": f"verify the passport of {subject.sku!a}", **task}


def task_replay() -> Iterator[dict[str, Any]]:
    """make one passport again from today's facts, rules and key, and compare: replay:SKU"""
    layout = issuing().layout
    yield {"name": None, "doc": task_replay.__doc__}
    for subject in subjects():
        yield {
            "name": safe_name(subject.sku),
            "doc": f"make the passport of {subject.sku!a} again and compare",
            "actions": [partial(replay, subject)],
            "file_dep": [] if _is_there(subject.sku) else [*layout.artifacts(subject.sku), layout.keyring],
            "uptodate": [False],
            "io": {"capture": False},
        }
