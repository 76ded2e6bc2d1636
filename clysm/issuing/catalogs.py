"""Read a catalog and the files it names; every fault is a CatalogFault with file, line and column."""

from collections.abc import Iterable
from pathlib import Path

from clysm.issuing.errors import IssuingError
from clysm.passport.catalog.reader import parse_catalog
from clysm.passport.catalog.values import Catalog, CatalogError, RulePackage


class CatalogFault(IssuingError):
    """A catalog, or a file of it, that is not what it should be."""


def read_catalog(root: Path, path: str) -> Catalog:
    """The catalog in the file at `path`, relative to `root`. Raises CatalogFault."""
    try:
        source = (root / path).read_bytes()
    except OSError as problem:
        raise CatalogFault(f"cannot read `{path}`: {problem.strerror}") from problem
    catalog = parse_catalog(source, path)
    if isinstance(catalog, CatalogError):
        raise fault(catalog)
    return catalog


def fault(error: CatalogError, folder: str = "") -> CatalogFault:
    """The exception of an error value; its file is taken to lie in `folder`."""
    file = f"{folder}/{error.file}" if folder else error.file
    return CatalogFault(f"error: {file}:{error.line}:{error.column}\n  expected {error.expected}")


def read_files(root: Path, folder: str, paths: Iterable[str]) -> dict[str, bytes]:
    """The files that a catalog in `folder` names, by those names. Raises CatalogFault."""
    contents = {}
    for path in paths:
        try:
            contents[path] = (root / folder / path).read_bytes()
        except OSError as problem:
            raise CatalogFault(f"cannot read `{folder}/{path}`: {problem.strerror}") from problem
    return contents


def read_rules(root: Path, folder: str, package: RulePackage) -> tuple[bytes, bytes]:
    """Rules source and tests source of a package; an absent one is empty. Raises CatalogFault."""
    names = [name for name in (package.rules, package.tests) if name is not None]
    files = read_files(root, folder, names)
    return files[package.rules], b"" if package.tests is None else files[package.tests]
