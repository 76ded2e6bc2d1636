"""Projects with a small catalog in temporary directories, for running doit in them as a user does."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.projects import REPOSITORY, run_doit

NAMESPACE = uuid.UUID("12345678-1234-5678-1234-567812345678")
SEED = bytes(range(32))
KEY = base64.b64encode(SEED).decode()

RULES = """field battery: Record =
  requireSome(getFact("Battery", "battery"), "NO-BATTERY", "there is no battery");
field capacity: Dec(3) =
  toDec(3, requireSome(recordGet(field("battery"), "capacity_kwh"), "NO-CAPACITY", "there is no capacity"));
field maker: Text =
  requireSome(recordGet(requireSome(getFact("Maker", "maker"), "M1", "no maker"), "name"), "M2", "no name");
field ratio: Dec(3) = 100.000 / field("capacity");
field declared: Bool = emitCompliance("ART-7", "DECLARED", field("maker"));
"""
TESTS = """property capacity_is_read: cases(500) seed(1) {
  fact b("Battery", "battery") = { "capacity_kwh": c };
} => forall c: Dec(3). implies(true, field("capacity") == c);
"""
SHORT_RULES = 'field weight: Int = 7;\nfield known: Bool = isSome(getFact("Battery", "battery"));\n'
SHORT_TESTS = 'property weight: cases(500) seed(2) => forall x: Int. implies(true, field("weight") == 7);\n'

PYPROJECT = """[tool.clysm]
system = "lisp/toy.asd"
catalog = "catalog/catalog.toml"
shard-lines = 4
"""
HEAD = """catalog_version = "CLYSM-CATALOG-1"
tenant_id = "3f0c1a52-7d5e-4c7b-9a38-0b7a3b2a9e01"
issued_at = "2026-08-01T00:00:00Z"
compiler_build_id = "clysm-passport-1"
"""


def identity(*name: str) -> str:
    """A UUID for a name."""
    return str(uuid.uuid5(NAMESPACE, " ".join(name)))


def fact(kind: str, key: str, **payload: Any) -> dict[str, Any]:
    return {"fact_type": kind, "fact_key": key, "schema_version": 1, "payload": payload}


def toml(table: str, members: Mapping[str, Any]) -> str:
    """A table of an array of the catalog; JSON texts and lists are TOML too."""
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in members.items())
    return f"\n[[{table}]]\n" + "\n".join(lines) + "\n"


def package(name: str) -> str:
    files = {"rules": f"rules/{name}.rules", "tests": f"rules/{name}.tests"}
    return toml("rules", {"name": name, "rule_package_version_id": identity("rules", name), **files})


def snapshot(name: str, *facts: str) -> str:
    return toml("snapshot", {"name": name, "snapshot_id": identity("snapshot", name), "facts": list(facts)})


def product(sku: str, snapshot: str, rules: str, name: str = "A battery") -> str:
    return toml(
        "product",
        {
            "sku": sku,
            "name": name,
            "battery_product_id": identity("product", sku),
            "category": "EV",
            "snapshot": snapshot,
            "rules": rules,
        },
    )


def series(name: str, rules: str = "full", snapshot: str | None = "shared") -> str:
    members = {"name": name, "category": "LMT", "products": f"series/{name}.jsonl", "rules": rules}
    return toml("series", {**members, **({} if snapshot is None else {"snapshot": snapshot})})


def line(number: int, **payload: Any) -> str:
    """A product of a series, with one fact of its own."""
    sku = f"CELL-{number:04}"
    return json.dumps(
        {
            "sku": sku,
            "name": "A battery",
            "battery_product_id": identity("product", sku),
            "snapshot_id": identity("snapshot", sku),
            "facts": [fact("Battery", "battery", **{"capacity_kwh": f"{number + 1}.5", **payload})],
        }
    )


CATALOG = (
    HEAD
    + package("full")
    + package("short")
    + snapshot("one", "facts/one.json", "facts/maker.toml")
    + snapshot("two", "facts/two.json", "facts/maker.toml")
    + snapshot("alone", "facts/alone.json")
    + product("ONE", "one", "full")
    + product("TWO", "two", "full")
    + product("ALONE", "alone", "short")
)

FILES = {
    "pyproject.toml": PYPROJECT,
    "dodo.py": (REPOSITORY / "dodo.py").read_text(),
    "lisp/toy.asd": '(defsystem "clysm/core")\n(defsystem "clysm/library")\n',
    "catalog/catalog.toml": CATALOG,
    "catalog/rules/full.rules": RULES,
    "catalog/rules/full.tests": TESTS,
    "catalog/rules/short.rules": SHORT_RULES,
    "catalog/rules/short.tests": SHORT_TESTS,
    "catalog/facts/one.json": json.dumps([fact("Battery", "battery", capacity_kwh="75.5")]),
    "catalog/facts/two.json": json.dumps([fact("Battery", "battery", capacity_kwh="40")]),
    "catalog/facts/alone.json": json.dumps([fact("Battery", "other", capacity_kwh="1")]),
    "catalog/facts/maker.toml": '[[fact]]\nfact_type = "Maker"\nfact_key = "maker"\nschema_version = 1\n'
    'payload = { name = "Maker & Søn" }\n',
}


def series_files(lines: Sequence[str], name: str = "cells") -> dict[str, str]:
    """What a project with a series has besides: its catalog and the file of the series."""
    shared = snapshot("shared", "facts/maker.toml")
    return {
        "catalog/catalog.toml": CATALOG + shared + series(name),
        f"catalog/series/{name}.jsonl": "".join(f"{text}\n" for text in lines),
    }


def make_project(root: Path, changes: Mapping[str, str | None] | None = None) -> Path:
    """Write a project; `changes` replaces or (None) leaves out files by their relative path."""
    for path, content in {**FILES, **(changes or {})}.items():
        if content is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content, encoding="utf-8")
    return root


def build(
    root: Path, *tasks: str, changes: Mapping[str, str | None] | None = None, **environment: str
) -> Path:
    """A project in which these tasks were done."""
    result = run_doit(make_project(root, changes), *tasks, **environment)
    assert result.returncode == 0, result.stdout
    return root


def built(root: Path) -> dict[str, bytes]:
    """Every file that was built."""
    files = (path for path in (root / "build").rglob("*") if path.is_file())
    return {path.relative_to(root / "build").as_posix(): path.read_bytes() for path in files}
