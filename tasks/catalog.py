"""The catalog of battery products: what it lists, as all passport tasks of a run share it, and the check of
it.

Where a project has no catalog there are no passports, and every group of their tasks is empty.
"""

import atexit
import time
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from doit.exceptions import TaskFailed

import clysm.issuing
import clysm.passport
from clysm.issuing.catalogs import CatalogFault, read_catalog
from clysm.issuing.crew import Crew
from clysm.issuing.layout import Layout
from clysm.issuing.plans import Plans
from clysm.issuing.shards import Shard
from clysm.passport.builds import BUILD_ID
from clysm.passport.catalog.values import Catalog, Series
from clysm.workflow.digests import sha256_items
from clysm.workflow.settings import Settings
from tasks.database import adapt
from tasks.freshness import Step
from tasks.run import run

NO_CATALOG = Catalog("", "", "", {}, {}, {}, {})


class Issuing:
    """What the passport tasks of a run share. A catalog that cannot be read is empty; `problem` says why."""

    def __init__(self) -> None:
        project = run().project
        self.root = project.root
        self.file = project.settings.catalog
        self.folder = str(PurePosixPath(self.file).parent)
        self.layout = Layout(project.settings.build)
        self.catalog = NO_CATALOG
        self.problem: str | None = None
        self._plans = Plans(project.path(project.settings.cache) / "series.json", time.time_ns)
        self.crew = Crew(project.root)
        atexit.register(self.crew.close)
        self.exists = project.path(self.file).exists()
        if not self.exists and self.file == Settings().catalog:
            return
        try:
            self.catalog = read_catalog(self.root, self.file)
        except CatalogFault as problem:
            self.problem = str(problem)

    def path(self, name: str) -> str:
        """A file that the catalog names, relative to the project root."""
        return f"{self.folder}/{name}"

    def present(self, names: Iterable[str | None]) -> list[str]:
        """Those of the named files that exist, as inputs; one that is missing is for the action to report."""
        paths = [self.path(name) for name in names if name is not None]
        return [path for path in paths if (self.root / path).is_file()]

    def shards(self, series: Series) -> tuple[Shard, ...]:
        """The shards of a series; none if its file is missing, which the check of the catalog reports."""
        try:
            return self._plans.shards(
                self.root / self.path(series.products), run().project.settings.shard_lines
            )
        except OSError:
            return ()

    def files(self) -> list[str]:
        """Every file that the catalog names."""
        catalog = self.catalog
        names: list[str] = []
        for package in catalog.rules.values():
            names += [package.rules, *([] if package.tests is None else [package.tests])]
        for source in catalog.snapshots.values():
            names += source.files()
        names += [series.products for series in catalog.series.values()]
        return [self.path(name) for name in dict.fromkeys(names)]

    @cached_property
    def code(self) -> str:
        """The identity of the code that makes and verifies passports: when it changes, they are made anew."""
        items = []
        for package in (clysm.passport, clysm.issuing):
            folder = Path(str(package.__file__)).parent
            for path in sorted(folder.rglob("*.py")):
                digest = run().digests.digest(str(path))
                items += [f"{package.__name__}/{path.relative_to(folder)}".encode(), digest.encode()]
        return sha256_items(items)


@cache
def issuing() -> Issuing:
    return Issuing()


def missing_files() -> list[str]:
    return [path for path in issuing().files() if not (issuing().root / path).is_file()]


def check() -> TaskFailed | None:
    """Every problem of the catalog, as one failure."""
    shared = issuing()
    problems = [] if shared.problem is None else [shared.problem]
    if shared.catalog is not NO_CATALOG and shared.catalog.compiler_build_id != BUILD_ID:
        problems.append(f"error: {shared.file}\n  `compiler_build_id` is not `{BUILD_ID}`, this compiler")
    problems += [f"error: {shared.file}\n  `{path}` does not exist" for path in missing_files()]
    return TaskFailed("\n".join(problems)) if problems else None


def task_catalog() -> Iterator[dict[str, Any]]:
    """check the catalog of battery products: readable, complete"""
    adapt()
    shared = issuing()
    inputs = [shared.file] if shared.exists else []
    signature = "\n".join(("catalog 1", shared.problem or "", *missing_files()))
    yield {"basename": "catalog", "doc": task_catalog.__doc__, **Step(check, inputs, (), signature).task()}
