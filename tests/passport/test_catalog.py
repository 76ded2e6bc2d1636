"""Catalogs: the one of this project, and every way in which another can be wrong, with its place."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clysm
from clysm.passport.catalog import Catalog, CatalogError, Document, Series, SnapshotSource, parse_catalog
from clysm.passport.catalog.facts import SeriesProduct, parse_series_line, snapshot_facts
from clysm.passport.catalog.positions import place
from clysm.passport.cjson import encode
from clysm.passport.ingest.json import ingest_json

FOLDER = Path(clysm.__file__).parent / "catalog"
UUID = "6c7f7a0e-3a55-4b0c-9d0e-5f6a1f0b2c1"  # without its last digit

SMALL = f"""\
catalog_version = "CLYSM-CATALOG-1"
tenant_id = "{UUID}0"
issued_at = "2027-05-03T08:00:00Z"
compiler_build_id = "build"

[[rules]]
name = "r"
rule_package_version_id = "{UUID}1"
rules = "r.rules"

[[snapshot]]
name = "s"
snapshot_id = "{UUID}2"
facts = ["a.json", "b/c.toml"]
documents = [{{ file = "d.json", family = "tractus-x", battery = "b" }}]

[[product]]
sku = "SKU 1"
name = "One"
battery_product_id = "{UUID}3"
category = "EV"
snapshot = "s"
rules = "r"

[[series]]
name = "many"
category = "LMT"
products = "many.jsonl"
rules = "r"
snapshot = "s"
"""


def small() -> Catalog:
    catalog = parse_catalog(SMALL.encode(), "catalog.toml")
    assert isinstance(catalog, Catalog)
    return catalog


def own() -> Catalog:
    catalog = parse_catalog((FOLDER / "catalog.toml").read_bytes(), "catalog.toml")
    assert isinstance(catalog, Catalog)
    return catalog


def read(paths: tuple[str, ...]) -> dict[str, bytes]:
    return {path: (FOLDER / path).read_bytes() for path in paths}


def test_small_catalog() -> None:
    catalog = small()
    assert (catalog.tenant_id, catalog.issued_at, catalog.compiler_build_id) == (
        UUID + "0",
        "2027-05-03T08:00:00Z",
        "build",
    )
    assert catalog.rules["r"].tests is None
    assert catalog.snapshots["s"] == SnapshotSource(
        "s", UUID + "2", ("a.json", "b/c.toml"), (Document("d.json", "tractus-x", "b"),)
    )
    assert catalog.snapshots["s"].files() == ("a.json", "b/c.toml", "d.json")
    assert catalog.products["SKU 1"].battery_product_id == UUID + "3"
    assert catalog.series["many"] == Series("many", "LMT", "many.jsonl", "r", "s")


def test_line_ends_of_windows_change_nothing() -> None:
    assert parse_catalog(SMALL.replace("\n", "\r\n").encode(), "catalog.toml") == small()


# What is replaced, by what, and where the fault is: line and column in the changed text, words of `expected`.
FAULTS: list[tuple[str, str, int, int, str]] = [
    ('"CLYSM-CATALOG-1"', '"CLYSM-CATALOG-2"', 1, 1, '"CLYSM-CATALOG-1"'),
    (f'tenant_id = "{UUID}0"\n', "", 1, 1, "`tenant_id`"),
    (f"{UUID}0", f"{UUID}G", 2, 1, "UUID"),
    ("2027-05-03T08", "2027-02-30T08", 3, 1, "YYYY-MM-DD"),
    ('"2027-05-03T08:00:00Z"', "2027-05-03T08:00:00", 3, 1, "YYYY-MM-DD"),
    ('"build"', '""', 4, 1, "1 to 200 characters"),
    ('"build"', '"' + "x" * 201 + '"', 4, 1, "1 to 200 characters"),
    ('"build"', r'"a\u0007b"', 4, 1, "control characters"),
    ('compiler_build_id = "build"', 'compiler_build_id = "build"\nclock = true', 5, 1, "one of the members"),
    ('[[rules]]\nname = "r"', '[[rules]]\nname = "R"', 7, 1, "lower-case"),
    ('[[rules]]\nname = "r"', "[[rules]]", 6, 1, "`name`"),
    ('rules = "r.rules"', 'rules = "/r.rules"', 9, 1, "path"),
    ('rules = "r.rules"', 'rules = "x/../r.rules"', 9, 1, "path"),
    ('rules = "r.rules"', r'rules = "x\\r.rules"', 9, 1, "path"),
    ('rules = "r.rules"', 'rules = "r.rules"\n  test = "t"', 10, 3, "one of the members"),
    ('"a.json", ', '"a.csv", ', 14, 1, ".json and .toml"),
    ('["a.json", "b/c.toml"]', '"a.json"', 14, 1, "a list"),
    ('"tractus-x"', '"tractus"', 15, 1, "tractus-x"),
    ('"tractus-x"', "[]", 15, 1, "tractus-x"),
    ('file = "d.json", ', "", 15, 1, "`file`"),
    ('"EV"', '"SLI"', 21, 1, "EV, LMT, INDUSTRIAL"),
    ('"EV"', "[]", 21, 1, "EV, LMT, INDUSTRIAL"),
    ('category = "EV"\nsnapshot = "s"', 'category = "EV"\nsnapshot = "t"', 22, 1, "[[snapshot]]"),
    ('rules = "r"\n\n', 'rules = "q"\n\n', 23, 1, "[[rules]]"),
    ('[[series]]\nname = "many"', "[series]\n[[series.x]]", 25, 1, "`[[series]]`"),
    ('sku = "SKU 1"', "sku = 1", 18, 1, "`sku`"),
    ('sku = "SKU 1"', 'sku = "../x"\nsku = "y"', 19, 10, "syntax"),
    ('sku = "SKU 1"', "sku = 'SKU\t1'", 18, 1, "control characters"),
    ('sku = "SKU 1"', "sku = [[[[", 19, 1, "syntax"),
    ('"s"\n', '"s', 12, 25, "syntax"),
    ("[[product]]", "[[snapshot]]\nname='s'\nsnapshot_id=''\nfacts=[]\n[[product]]", 19, 1, "UUID"),
    (
        "[[product]]",
        f"[[snapshot]]\n'name' = 's'\nsnapshot_id='{UUID}9'\nfacts=[]\n[[product]]",
        18,
        1,
        "no other",
    ),
    (
        "[[product]]",
        f"[[snapshot]]\nname = 't'\n\"\\u0073napshot_id\"='{UUID}2'\nfacts=[]\n[[product]]",
        19,
        1,
        "no other",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "column", "words"), FAULTS)
def test_faults_have_a_place(old: str, new: str, line: int, column: int, words: str) -> None:
    assert old in SMALL
    error = parse_catalog(SMALL.replace(old, new, 1).encode(), "some/catalog.toml")
    assert isinstance(error, CatalogError)
    assert (error.file, error.line, error.column) == ("some/catalog.toml", line, column)
    assert words in error.expected
    assert "\n" not in error.expected


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\xff",
        b"a = " + b"[" * 100_000,
        b"a." * 50_000 + b"b = 1",
        b"a = 1" + b"0" * 10_000,
        b"\xef\xbb\xbf",
    ],
)
def test_hostile_catalogs_are_refused(source: bytes) -> None:
    assert isinstance(parse_catalog(source, "c"), CatalogError)


@settings(max_examples=300)
@given(
    st.integers(0, len(SMALL)),
    st.integers(0, 40),
    st.text(max_size=6) | st.sampled_from(["[", '"""', "\n[[x]]\n"]),
)
def test_no_change_makes_the_reader_raise(at: int, length: int, text: str) -> None:
    source = SMALL[:at] + text + SMALL[at + length :]
    answer = parse_catalog(source.encode("utf-8", "surrogatepass"), "c")
    assert isinstance(answer, Catalog | CatalogError)
    if isinstance(answer, CatalogError):
        lines = source.split("\n")
        assert 1 <= answer.line <= len(lines)
        assert 1 <= answer.column <= len(lines[answer.line - 1]) + 1


PLACES = """\
# first
a.b = "x # no comment"
c = [ # one
  "]", 2,
]
[t."q\\u0041\\"r"]
  k = '''
[[x]]
'''
[[x]]
[[x]]
k = \"\"\"a\\\"\"\"\"\"\"
'l' = { m = 1 }
"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 1, 1),
        (("a", "b"), 2, 1),
        (("c",), 3, 1),
        (("c", 1), 3, 1),
        (("t", 'qA"r'), 6, 1),
        (("t", 'qA"r', "k"), 7, 3),
        (("x", 0), 10, 1),
        (("x", 1), 11, 1),
        (("x", 1, "k"), 12, 1),
        (("x", 1, "l", "m"), 13, 1),
        (("nothing",), 1, 1),
    ],
)
def test_places_of_keys(path: tuple[str | int, ...], line: int, column: int) -> None:
    tomllib.loads(PLACES)
    assert place(PLACES, path) == (line, column)


# Facts of a snapshot


def test_own_catalog_names_files_that_can_be_read() -> None:
    catalog = own()
    assert {product.category for product in catalog.products.values()} == {"EV", "LMT", "INDUSTRIAL"}
    for package in catalog.rules.values():
        assert (FOLDER / package.rules).is_file()
        assert package.tests is not None
        assert (FOLDER / package.tests).is_file()
    for source in catalog.snapshots.values():
        facts = snapshot_facts(source, read(source.files()))
        assert isinstance(facts, tuple)
        names = [(fact.fact_type, fact.fact_key) for fact in facts]
        assert len(set(names)) == len(names) > 0


RECORD = b'{"fact_type": "t", "fact_key": "k", "schema_version": 1, "payload": {"n": 75.5}}'


@pytest.mark.parametrize(
    ("path", "content", "line", "column", "words"),
    [
        ("a.json", b'[\n {"fact_type": 1.}]', 2, 16, "a number"),
        ("a.json", b'{"a": 1,\n "a": 2}', 2, 2, "does not have yet"),
        ("a.json", b'{"fact_type": "t"}', 1, 1, "fact_type, fact_key"),
        ("a.json", b"\xff\xfe", 1, 1, "UTF-8"),
        ("b/c.toml", b"[[fact]]\n[fact.payload]\nx = \n", 3, 5, "syntax"),
        ("b/c.toml", b"facts = []", 1, 1, "fact records"),
        ("d.json", '{"a":\r\n 1e999}'.encode("utf-16"), 2, 2, "34 significant digits"),
    ],
)
def test_faults_of_facts_have_a_place(path: str, content: bytes, line: int, column: int, words: str) -> None:
    contents = {"a.json": RECORD, "b/c.toml": b"fact = []", "d.json": b"{}"}
    assert isinstance(snapshot_facts(small().snapshots["s"], contents), tuple)
    error = snapshot_facts(small().snapshots["s"], {**contents, path: content})
    assert isinstance(error, CatalogError)
    assert (error.file, error.line, error.column) == (path, line, column)
    assert words in error.expected


def test_an_absent_file_is_named() -> None:
    assert snapshot_facts(small().snapshots["s"], {"a.json": RECORD}) == CatalogError(
        "b/c.toml", 1, 1, "a file that can be read"
    )


# Series

LINE: dict[str, Any] = {
    "sku": "N-1",
    "name": "Number one",
    "battery_product_id": UUID + "4",
    "snapshot_id": UUID + "5",
    "facts": [json.loads(RECORD)],
}


def test_a_line_of_a_series() -> None:
    line = json.dumps(LINE).encode() + b"\n"
    facts = ingest_json(RECORD)
    assert isinstance(facts, tuple)
    product = parse_series_line(small().series["many"], line, 7)
    assert product == SeriesProduct("N-1", "Number one", UUID + "4", UUID + "5", facts)
    assert facts[0].payload == {"n": "75.5"}


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        (b"", 1, "syntax"),
        (b'{"sku": }', 9, "syntax"),
        (b"[]", 1, "an object with the members sku"),
        (json.dumps({**LINE, "extra": 1}).encode(), 1, "an object with the members sku"),
        (json.dumps({**LINE, "sku": ""}).encode(), 1, "`sku`"),
        (json.dumps({**LINE, "snapshot_id": "x"}).encode(), 1, "UUID"),
        (json.dumps({**LINE, "facts": {}}).encode(), 1, "a list of fact records"),
        (json.dumps({**LINE, "facts": [{}]}).encode(), 1, "fact_type, fact_key"),
    ],
)
def test_a_faulty_line_of_a_series(line: bytes, column: int, words: str) -> None:
    error = parse_series_line(small().series["many"], line, 7)
    assert isinstance(error, CatalogError)
    assert (error.file, error.line, error.column) == ("many.jsonl", 7, column)
    assert words in error.expected


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_no_line_makes_the_reader_raise(value: object) -> None:
    encoded = encode({**LINE, "facts": value})
    line = encoded if isinstance(encoded, bytes) else json.dumps(value).encode()
    assert isinstance(parse_series_line(small().series["many"], line, 1), SeriesProduct | CatalogError)


def test_the_catalog_is_part_of_the_package() -> None:
    """An installed project has every file that the catalog names."""
    project = tomllib.loads((FOLDER.parents[1] / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["clysm.catalog"]
    installed = {path for pattern in patterns for path in FOLDER.glob(pattern)}
    parsed = parse_catalog((FOLDER / "catalog.toml").read_bytes(), "catalog.toml")
    assert isinstance(parsed, Catalog)
    named = {"catalog.toml"}
    for package in parsed.rules.values():
        named |= {package.rules, *([package.tests] if package.tests is not None else [])}
    for source in parsed.snapshots.values():
        named |= set(source.files())
    for series in parsed.series.values():
        named.add(series.products)
    assert {FOLDER / name for name in named} <= installed
    assert all(path.is_file() for path in installed)
