"""Passports, compiled and signed: a folder for each product of the catalog, a container for each shard of a
series.

    snapshot, published rules, public key  ->  passport:SKU  ->  build/passports/SKU/
    lines of a series, published rules, public key, shared facts  ->  passports:SERIES/0001  ->  its container
    all containers of a series  ->  passports:SERIES/all  ->  build/series/SERIES/series.json

`passport:SKU` of a product of a series takes its passport out of the container.
"""

import json
import os
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from doit.exceptions import TaskFailed

from clysm.issuing.errors import IssuingError
from clysm.issuing.layout import SHARD_SUFFIX
from clysm.issuing.names import safe_name
from clysm.issuing.order import Order
from clysm.issuing.shards import Shard
from clysm.passport.catalog.values import Product, Series
from clysm.workflow import atomic
from tasks.catalog import issuing
from tasks.freshness import Step
from tasks.keys import key_source
from tasks.progress import PROGRESS
from tasks.run import run
from tasks.subjects import InSeries, subjects

FORMAT = "passport 1"  # raise it when the same inputs should give other results


def signing_key_id() -> str:
    """The id of the key that signs, from what `keygen` wrote. Raises OSError."""
    document = json.loads(run().project.path(issuing().layout.signing_key).read_bytes())
    return str(document["key_id"])


def compile_one(product: Product) -> TaskFailed | None:
    """Compile, sign and write the passport of one product of the catalog."""
    from clysm.issuing.artifacts import write_folder
    from clysm.issuing.catalogs import read_rules
    from clysm.issuing.issue import compile_input, issue_one
    from clysm.issuing.keyfiles import load_key
    from clysm.issuing.rulebook import is_published
    from clysm.issuing.sealing import read_sealed

    shared, project = issuing(), run().project
    catalog, layout = shared.catalog, shared.layout
    package, source = catalog.rules[product.rules], catalog.snapshots[product.snapshot]
    try:
        sources = read_rules(shared.root, shared.folder, package)
        if not is_published(project.path(layout.rules(package.name)).read_bytes(), *sources):
            return TaskFailed(f"the rules `{package.name}` are not published")
        facts = project.path(layout.facts(source.name)).read_bytes()
        canonical = project.path(layout.snapshot(source.name)).read_bytes()
        sealed = read_sealed(source.snapshot_id, facts, canonical, catalog.issued_at)
        key = load_key(key_source(), os.environ)
        compiled = compile_input(catalog, product, sealed, sources, signing_key_id())
        artifacts = issue_one(compiled, shared.path(package.rules), key)
        write_folder(project.path(layout.passport(product.sku)), artifacts)
    except (IssuingError, OSError) as problem:
        return TaskFailed(f"`{product.sku}`: {problem}")
    return None


def take_out(subject: InSeries) -> TaskFailed | None:
    """Write the passport of one product of a series as a folder."""
    from clysm.issuing.artifacts import write_folder
    from clysm.issuing.container import Container

    layout = issuing().layout
    try:
        path = run().project.path(layout.container(subject.series.name, subject.shard))
        with Container(path) as container:
            artifacts = container.get(subject.sku)
        if artifacts is None:
            return TaskFailed(f"`{path}` has no passport of `{subject.sku}`")
        write_folder(run().project.path(layout.passport(subject.sku)), artifacts)
    except (IssuingError, OSError) as problem:
        return TaskFailed(str(problem))
    return None


def fill_container(series: Series, number: int, shard: Shard) -> TaskFailed | None:
    """Compile and sign the products of a shard in this thread's worker process."""
    layout = issuing().layout
    PROGRESS.begin(sum(_lines().values()))
    try:
        request = {
            "order": _order(series).record(),
            "shard": {field: getattr(shard, field) for field in Shard.__slots__},
            "target": layout.container(series.name, number),
        }
        issuing().crew.worker().run(request, PROGRESS.advance)
    except (IssuingError, OSError) as problem:
        return TaskFailed(str(problem))
    finally:
        PROGRESS.end()
    return None


def complete(series: Series) -> TaskFailed | None:
    """Write the manifest of a series, and remove containers of shards that it has no more."""
    from clysm.issuing.manifest import manifest

    layout, project = issuing().layout, run().project
    containers = [project.path(path) for path in _containers(series)]
    target = project.path(layout.manifest(series.name))
    try:
        document = manifest(series.name, containers)
        for path in target.parent.glob(f"*{SHARD_SUFFIX}"):
            if path not in containers:
                path.unlink()
    except (IssuingError, OSError) as problem:
        return TaskFailed(str(problem))
    atomic.write_if_changed(target, document)
    return None


def _containers(series: Series) -> list[str]:
    """The containers of a series, in order."""
    shared = issuing()
    return [shared.layout.container(series.name, n) for n, _ in enumerate(shared.shards(series), 1)]


def _order(series: Series) -> Order:
    shared = issuing()
    catalog, package = shared.catalog, shared.catalog.rules[series.rules]
    return Order(
        folder=shared.folder,
        tenant_id=catalog.tenant_id,
        issued_at=catalog.issued_at,
        compiler_build_id=catalog.compiler_build_id,
        rules=package,
        series=series,
        facts=None if series.snapshot is None else shared.layout.facts(series.snapshot),
        key=key_source(),
        signing_key_id=signing_key_id(),
        inputs=tuple(run().digests.digest(path) for path in _series_inputs(series)),
    )


def _series_inputs(series: Series) -> list[str]:
    """What all shards of a series are made from, besides its file."""
    shared = issuing()
    package = shared.catalog.rules[series.rules]
    facts = [] if series.snapshot is None else [shared.layout.facts(series.snapshot)]
    sources = shared.present((package.rules, package.tests))
    return [shared.layout.rules(package.name), *sources, shared.layout.signing_key, *facts]


def lines_of(task: str) -> int | None:
    """How many passports the shard that a task makes has; None for other tasks."""
    return _lines().get(task)


@cache
def _lines() -> dict[str, int]:
    shared = issuing()
    return {
        f"passports:{_shard_name(series, number)}": shard.lines
        for series in shared.catalog.series.values()
        for number, shard in enumerate(shared.shards(series), 1)
    }


def _shard_name(series: Series, number: int) -> str:
    return f"{series.name}/{number:04d}"


def task_passport() -> Iterator[dict[str, Any]]:
    """compile and sign one passport: passport:SKU"""
    shared = issuing()
    catalog, layout = shared.catalog, shared.layout
    yield {"name": None, "doc": task_passport.__doc__}
    for subject in subjects():
        if isinstance(subject, InSeries):
            inputs = [layout.container(subject.series.name, subject.shard)]
            action, signature = partial(take_out, subject), f"{FORMAT} out of the series {shared.code}"
        else:
            package = catalog.rules[subject.rules]
            inputs = [
                layout.rules(package.name),
                *shared.present((package.rules, package.tests)),
                layout.snapshot(subject.snapshot),
                layout.facts(subject.snapshot),
                layout.signing_key,
            ]
            head = (catalog.tenant_id, catalog.issued_at, catalog.compiler_build_id)
            action = partial(compile_one, subject)
            signature = f"{FORMAT} {subject} {package} {head} {shared.code}"
        step = Step(action, inputs, layout.artifacts(subject.sku), signature)
        doc = f"compile and sign the passport of {subject.sku!a}"
        yield {"name": safe_name(subject.sku), "doc": doc, **step.task()}


def task_passports() -> Iterator[dict[str, Any]]:
    """compile and sign the passports of the catalog and of all its series"""
    shared = issuing()
    catalog = shared.catalog
    yield {"name": None, "doc": task_passports.__doc__, "task_dep": ["catalog", "passport"]}
    head = (catalog.tenant_id, catalog.issued_at, catalog.compiler_build_id)
    for series in catalog.series.values():
        for number, shard in enumerate(shared.shards(series), 1):
            # Not the file is an input, but the part of it that is this shard, by its hash.
            step = Step(
                partial(fill_container, series, number, shard),
                _series_inputs(series),
                [shared.layout.container(series.name, number)],
                f"{FORMAT} {series} {shard.sha256} {head} {catalog.rules[series.rules]} {shared.code}",
            )
            last = shard.first + shard.lines - 1
            doc = f"compile and sign lines {shard.first} to {last} of `{series.products}`"
            yield {"name": _shard_name(series, number), "doc": doc, **step.task()}
        step = Step(
            partial(complete, series),
            _containers(series),
            [shared.layout.manifest(series.name)],
            f"series 1 {series.name} {shared.code}",
        )
        doc = f"list the containers of the series `{series.name}`"
        yield {"name": f"{series.name}/all", "doc": doc, **step.task()}
