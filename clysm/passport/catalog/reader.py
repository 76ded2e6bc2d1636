"""Read a catalog file: bytes to a `Catalog`, or the first fault with its place.

1. TOML;
2. the head and the tables, in the order of `schema`: members unknown, absent or of another kind, and repeated
   names and ids;
3. names that refer to another table.
Files named by the catalog are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from clysm.passport.catalog.positions import Path, place
from clysm.passport.catalog.schema import ARRAYS, HEAD, Member
from clysm.passport.catalog.values import (
    Catalog,
    CatalogError,
    Document,
    Product,
    RulePackage,
    Series,
    SnapshotSource,
)
from clysm.passport.errors import IngestError
from clysm.passport.ingest.toml import read_toml

# What a kind of ingest error (specification, 4.2) says was expected.
EXPECTED: Final[Mapping[str, str]] = {
    "Malformed": "the syntax of the format its name ends in",
    "BadEncoding": "UTF-8 without lone surrogates",
    "BadKey": "a key without code points above U+D7FF",
    "DuplicateKey": "a key that this object does not have yet",
    "BadNumber": "a number of the format its name ends in",
    "NumberOutOfRange": "a number of at most 34 significant digits and 100 characters",
    "TooDeep": "at most 200 levels",
    "BadRecord": "fact records with fact_type, fact_key, schema_version and payload",
}


def parse_catalog(source: bytes, name: str) -> Catalog | CatalogError:
    """The catalog in the bytes of the file `name`, a word for messages only."""
    document = read_toml(source)
    if isinstance(document, IngestError):
        return ingest_fault(name, document)
    for path, expected in _faults(document):
        return CatalogError(name, *place(source.decode(), path), expected)
    return _catalog(document)


def ingest_fault(name: str, error: IngestError) -> CatalogError:
    """An error of ingest as one of the catalog: the same place, and what the kind says was expected."""
    return CatalogError(name, error.line or 1, error.column or 1, EXPECTED[error.kind])


def _faults(document: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every fault of the catalog, as the path of the culprit and what was expected."""
    head = {key: value for key, value in document.items() if key not in ARRAYS}
    yield from _member_faults(head, HEAD, (), (*HEAD, *ARRAYS))
    for array, members in ARRAYS.items():
        tables = document.get(array, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            yield (array,), f"tables `[[{array}]]`"
            return
        for index, table in enumerate(tables):
            yield from _member_faults(table, members, (array, index), tuple(members))
        for key, member in members.items():
            if member.unique:
                yield from _repetitions(array, key, tables)
    for array, members in ARRAYS.items():
        for key, member in members.items():
            if member.array is not None:
                yield from _dangling(document, array, key, member.array)


def _member_faults(
    table: Mapping[str, Any], members: Mapping[str, Member], path: Path, known: tuple[str, ...]
) -> Iterator[tuple[Path, str]]:
    for key in table:
        if key not in members:
            yield (*path, key), "one of the members " + ", ".join(known)
    for key, member in members.items():
        if key not in table:
            if member.required:
                yield path, f"a member `{key}`: {member.kind.expected}"
        elif not member.kind.holds(table[key]):
            yield (*path, key), f"`{key}`: {member.kind.expected}"


def _repetitions(array: str, key: str, tables: list[Mapping[str, Any]]) -> Iterator[tuple[Path, str]]:
    seen: set[str] = set()
    for index, table in enumerate(tables):
        value = table[key]
        if value in seen:
            yield (array, index, key), f"a `{key}` that no other `[[{array}]]` has"
        seen.add(value)


def _dangling(document: Mapping[str, Any], array: str, key: str, target: str) -> Iterator[tuple[Path, str]]:
    names = {table["name"] for table in document.get(target, [])}
    for index, table in enumerate(document.get(array, [])):
        if key in table and table[key] not in names:
            yield (array, index, key), f"the name of a `[[{target}]]`"


def _catalog(document: Mapping[str, Any]) -> Catalog:
    """The values of a document without faults."""
    return Catalog(
        tenant_id=document["tenant_id"],
        issued_at=document["issued_at"],
        compiler_build_id=document["compiler_build_id"],
        rules={
            table["name"]: RulePackage(
                table["name"], table["rule_package_version_id"], table["rules"], table.get("tests")
            )
            for table in document.get("rules", ())
        },
        snapshots={
            table["name"]: SnapshotSource(
                table["name"],
                table["snapshot_id"],
                tuple(table["facts"]),
                tuple(Document(**document) for document in table.get("documents", ())),
            )
            for table in document.get("snapshot", ())
        },
        products={table["sku"]: Product(**table) for table in document.get("product", ())},
        series={
            table["name"]: Series(
                table["name"], table["category"], table["products"], table["rules"], table.get("snapshot")
            )
            for table in document.get("series", ())
        },
    )
