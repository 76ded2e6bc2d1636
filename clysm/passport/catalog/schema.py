"""What a catalog file may hold: its tables, their members, and what each member must be.

catalog_version = "CLYSM-CATALOG-1"
tenant_id = UUID
issued_at = TIMESTAMP
compiler_build_id = TEXT

[[rules]]     name, rule_package_version_id, rules, tests (may be absent)
[[snapshot]]  name, snapshot_id, facts (paths), documents (may be absent: file, family, battery)
[[product]]   sku, name, battery_product_id, category, snapshot, rules
[[series]]    name, category, products (path), rules, snapshot (may be absent)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from clysm.passport.documents.families import FAMILIES
from clysm.passport.timestamps import is_timestamp
from clysm.passport.uuids import is_uuid

CATALOG_VERSION: Final = "CLYSM-CATALOG-1"
CATEGORIES: Final = ("EV", "LMT", "INDUSTRIAL")
LONGEST_TEXT: Final = 200  # code points of a sku, a name, a path

NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")  # also the name of a task and part of a path
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a member must be: a test, and the words of a message."""

    holds: Callable[[Any], bool]
    expected: str


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT and not CONTROL.search(value)


def _is_path(value: Any) -> bool:
    """A relative POSIX path that stays inside the folder of the catalog."""
    return _is_text(value) and "\\" not in value and not {"", ".", ".."} & set(value.split("/"))


def _is_fact_path(value: Any) -> bool:
    return _is_path(value) and value.endswith((".json", ".toml"))


def _is_list_of(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(holds, value))


def _is_document(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"file", "family", "battery"}
        and _is_path(value["file"])
        and isinstance(value["family"], str)
        and value["family"] in FAMILIES
        and _is_text(value["battery"])
    )


TEXT: Final = Kind(_is_text, f"a text of 1 to {LONGEST_TEXT} characters without control characters")
UUID: Final = Kind(is_uuid, "a UUID in lower case")
TIMESTAMP: Final = Kind(is_timestamp, "a text `YYYY-MM-DDTHH:MM:SSZ`")
NAMED: Final = Kind(
    lambda value: isinstance(value, str) and NAME.fullmatch(value) is not None,
    "a name: up to 64 lower-case letters, digits, `.` and `-`, a letter or digit first",
)
CATEGORY: Final = Kind(lambda value: value in CATEGORIES, "one of " + ", ".join(CATEGORIES))
PATH: Final = Kind(_is_path, "a path below the catalog's folder, with `/` and without `..`")
FACT_PATHS: Final = Kind(
    _is_list_of(_is_fact_path), "a list of paths to .json and .toml files below the catalog's folder"
)
DOCUMENTS: Final = Kind(
    _is_list_of(_is_document),
    "a list of tables with `file` (a path), `battery` (a text) and `family` (one of "
    + ", ".join(FAMILIES)
    + ")",
)
VERSION: Final = Kind(lambda value: value == CATALOG_VERSION, f'"{CATALOG_VERSION}"')


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a table. `unique`: no two tables of the array have the same. `array`: names one of them."""

    kind: Kind
    required: bool = True
    unique: bool = False
    array: str | None = None


HEAD: Final[Mapping[str, Member]] = {
    "catalog_version": Member(VERSION),
    "tenant_id": Member(UUID),
    "issued_at": Member(TIMESTAMP),
    "compiler_build_id": Member(TEXT),
}

ARRAYS: Final[Mapping[str, Mapping[str, Member]]] = {
    "rules": {
        "name": Member(NAMED, unique=True),
        "rule_package_version_id": Member(UUID, unique=True),
        "rules": Member(PATH),
        "tests": Member(PATH, required=False),
    },
    "snapshot": {
        "name": Member(NAMED, unique=True),
        "snapshot_id": Member(UUID, unique=True),
        "facts": Member(FACT_PATHS),
        "documents": Member(DOCUMENTS, required=False),
    },
    "product": {
        "sku": Member(TEXT, unique=True),
        "name": Member(TEXT),
        "battery_product_id": Member(UUID, unique=True),
        "category": Member(CATEGORY),
        "snapshot": Member(NAMED, array="snapshot"),
        "rules": Member(NAMED, array="rules"),
    },
    "series": {
        "name": Member(NAMED, unique=True),
        "category": Member(CATEGORY),
        "products": Member(PATH),
        "rules": Member(NAMED, array="rules"),
        "snapshot": Member(NAMED, required=False, array="snapshot"),
    },
}
