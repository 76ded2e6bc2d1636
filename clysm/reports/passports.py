"""`build/reports/passports.json`: what the catalog lists, and what of it is built.

Only that something is there is reported, and what it says of itself: `doit verify` judges.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clysm.issuing.errors import IssuingError
from clysm.passport.catalog.values import Product, RulePackage, Series
from clysm.workflow.digests import sha256_file
from clysm.workflow.jsonfile import Json
from clysm.workflow.schema import (
    NON_EMPTY,
    PATH,
    SHA256,
    Integer,
    ListOf,
    MapOf,
    Nullable,
    Record,
    Text,
    problems,
)

SCHEMA_VERSION: Final = 1

CHECKED: Final = Record(
    {"status": NON_EMPTY, "fields": Integer(), "tests": Integer(), "cases_passed": Integer()}
)

PASSPORT: Final = Record(
    {
        "passport_version_id": NON_EMPTY,
        "issued_at": NON_EMPTY,
        "signing_key_id": NON_EMPTY,
        "payload_hash": SHA256,
        "proof_root_hash": SHA256,
        "payload_bytes": Integer(),
        "proof_bytes": Integer(),
        "receipt_bytes": Integer(),
        "compliance": MapOf(Integer(1)),  # how many statements have each status
    }
)

CONTAINER: Final = Record({"passports": Integer(), "size_bytes": Integer(), "sha256": SHA256})

TABLE: Final = Record(
    {
        "schema_version": Integer(SCHEMA_VERSION, SCHEMA_VERSION),
        "rules": ListOf(
            Record(
                {
                    "name": Text(),
                    "rule_package_version_id": Text(),
                    "path": PATH,
                    "built": Nullable(CHECKED),
                    "problem": Nullable(NON_EMPTY),
                }
            )
        ),
        "products": ListOf(
            Record(
                {
                    "sku": Text(),
                    "name": Text(),
                    "category": Text(),
                    "rules": Text(),
                    "snapshot": Text(),
                    "path": PATH,
                    "built": Nullable(PASSPORT),
                    "problem": Nullable(NON_EMPTY),
                }
            )
        ),
        "series": ListOf(
            Record(
                {
                    "name": Text(),
                    "category": Text(),
                    "rules": Text(),
                    "products": Integer(),
                    "passports": Integer(),
                    "size_bytes": Integer(),
                    "containers": ListOf(
                        Record(
                            {
                                "path": PATH,
                                "products": Integer(),
                                "built": Nullable(CONTAINER),
                                "problem": Nullable(NON_EMPTY),
                            }
                        )
                    ),
                }
            )
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Places:
    """What a catalog lists, each with where its result lies, relative to the root. Of a series, the file and
    the number of products of each container.
    """

    rules: tuple[tuple[RulePackage, str], ...]
    products: tuple[tuple[Product, str], ...]
    series: tuple[tuple[Series, tuple[tuple[str, int], ...]], ...]


def passports_report(root: Path, places: Places) -> Json:
    """The report on what lies at the places below `root`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "rules": [
            {
                "name": package.name,
                "rule_package_version_id": package.rule_package_version_id,
                "path": path,
                **_found(root / path, _checked, CHECKED),
            }
            for package, path in places.rules
        ],
        "products": [
            {
                "sku": product.sku,
                "name": product.name,
                "category": product.category,
                "rules": product.rules,
                "snapshot": product.snapshot,
                "path": path,
                **_found(root / path, _passport, PASSPORT),
            }
            for product, path in places.products
        ],
        "series": [_series(root, series, containers) for series, containers in places.series],
    }


def _series(root: Path, series: Series, places: tuple[tuple[str, int], ...]) -> Json:
    containers = [
        {"path": path, "products": products, **_found(root / path, _container, CONTAINER)}
        for path, products in places
    ]
    built = [container["built"] for container in containers if container["built"] is not None]
    return {
        "name": series.name,
        "category": series.category,
        "rules": series.rules,
        "products": sum(products for _, products in places),
        "passports": sum(container["passports"] for container in built),
        "size_bytes": sum(container["size_bytes"] for container in built),
        "containers": containers,
    }


def _found(path: Path, read: Callable[[Path], Json], table: Record) -> Json:
    """What is built at a path: null where nothing is, and with a problem where it cannot be read."""
    try:
        built = read(path)
        found = problems(built, table)
        if found:
            return {"built": None, "problem": f"not what the build writes: {found[0]}"}
    except FileNotFoundError:
        return {"built": None, "problem": None}
    except OSError as problem:
        return {"built": None, "problem": f"cannot read it: {problem.strerror}"}
    except (IssuingError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        return {"built": None, "problem": f"not what the build writes: {problem!r}"}
    return {"built": built, "problem": None}


def _checked(path: Path) -> Json:
    report = json.loads(path.read_bytes())
    return {
        "status": report["status"],
        "fields": len(report["fields"]),
        "tests": len(report["tests"]),
        "cases_passed": report["cases_passed"],
    }


def _passport(folder: Path) -> Json:
    files = {name: folder / f"{name}.json" for name in ("receipt", "payload", "proof")}
    receipt, payload = (json.loads(files[name].read_bytes()) for name in ("receipt", "payload"))
    compliance = Counter(statement["status"] for statement in payload.get("compliance", ()))
    return {
        **{name: receipt[name] for name in ("passport_version_id", "issued_at", "signing_key_id")},
        **{name: receipt[name] for name in ("payload_hash", "proof_root_hash")},
        **{f"{name}_bytes": file.stat().st_size for name, file in files.items()},
        "compliance": dict(compliance),
    }


def _container(path: Path) -> Json:
    from clysm.issuing.container import Container

    with Container(path) as container:
        passports = len(container)
    return {"passports": passports, "size_bytes": path.stat().st_size, "sha256": sha256_file(path)}
