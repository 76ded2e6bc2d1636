"""Documents of the industry: encodings, hostile bytes, exact numbers, provenance, and the real samples."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections import Counter
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.passport.cjson import Json
from clysm.passport.documents.encoding import Decoded, decode
from clysm.passport.documents.families import FAMILIES
from clysm.passport.documents.ingest import document_facts
from clysm.passport.documents.pointers import resolve
from clysm.passport.documents.readings import listed, measured, named, plain, reported, scaled, shifted, word
from clysm.passport.documents.rows import KILOGRAMS, WATTS, category, links, share, status
from clysm.passport.errors import IngestError
from clysm.passport.facts import Fact
from clysm.passport.ingest.json import read_json
from tests.passport.test_catalog_rules import emissions, evaluation, sources, subject
from tests.passport.vectors import real

SAMPLE = '{"batteryCategory": "lmt", "batteryMass": 2.65, "manufacturingPlace": "Umeå 🔋"}'


def facts_of(data: bytes, family: str = "battery-pass") -> tuple[Fact, ...]:
    facts = document_facts(data, "some/name.json", family, "b")
    assert isinstance(facts, tuple), facts
    return facts


def payloads(facts: tuple[Fact, ...]) -> dict[str, dict[str, Json]]:
    by_type = {fact.fact_type: fact.payload for fact in facts}
    assert len(by_type) == len(facts)
    return by_type


# Encodings

ENCODINGS = [
    ("UTF-8", b"", "utf-8"),
    ("UTF-8 with BOM", codecs.BOM_UTF8, "utf-8"),
    ("UTF-16LE with BOM", codecs.BOM_UTF16_LE, "utf-16-le"),
    ("UTF-16BE with BOM", codecs.BOM_UTF16_BE, "utf-16-be"),
    ("UTF-16LE", b"", "utf-16-le"),
    ("UTF-16BE", b"", "utf-16-be"),
]


@pytest.mark.parametrize(("encoding", "mark", "codec"), ENCODINGS)
def test_every_encoding_gives_the_same_facts(encoding: str, mark: bytes, codec: str) -> None:
    data = mark + SAMPLE.encode(codec)
    found = payloads(facts_of(data))
    assert found["battery"] == {"weight_kg": "2.65"}
    assert found["maker"] == {"plant": "Umeå 🔋"}
    assert found["identity"] == {"category": "LMT"}
    assert found["document"] == {
        "document": "some/name.json",
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "encoding": encoding,
        "family": "battery-pass",
        "content": {"batteryCategory": "lmt", "batteryMass": "2.65", "manufacturingPlace": "Umeå 🔋"},
    }


@given(st.text(min_size=1), st.sampled_from(ENCODINGS[1:4]))
def test_decoding_is_the_reverse_of_encoding(text: str, encoding: tuple[str, bytes, str]) -> None:
    name, mark, codec = encoding
    assert decode(mark + text.encode(codec, "strict")) == Decoded(text, name)


@given(st.binary(max_size=40))
def test_no_bytes_make_decoding_raise(data: bytes) -> None:
    assert isinstance(decode(data), Decoded | IngestError)


@pytest.mark.parametrize(
    ("data", "kind", "line", "column"),
    [
        (b"", "Malformed", 1, 1),
        (b"\xef\xbb\xbf", "Malformed", 1, 1),
        (b"\xff\xfe", "Malformed", 1, 1),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", "Malformed", 1, 1),
        (b"\xff\xfe\x00\x00{\x00\x00\x00", "Malformed", 1, 1),  # UTF-32
        (b'{"a":\n "\xff"}', "BadEncoding", 2, 3),
        (b'\xff\xfe{\x00\n\x00"\x00\x00\xd8"\x00', "BadEncoding", 2, 2),
        ('{"a": 1}'.encode("utf-16")[:-1], "BadEncoding", 1, 8),
        ('{"a": 1,\n  "a": 2}'.encode("utf-16"), "DuplicateKey", 2, 3),
        ('{"a":\n NaN}'.encode("utf-16-be"), "Malformed", 2, 2),
        (b'{"a": 01}', "BadNumber", 1, 7),
        (b"[1,\n -1.7976931348623157E308]", "NumberOutOfRange", 2, 2),
        (b'{"a": "\\ud800"}', "BadEncoding", 1, 8),
        (b"[" * 100_000, "TooDeep", 1, 201),
        (b"{} {}", "Malformed", 1, 4),
    ],
)
def test_hostile_documents_are_refused_with_their_place(
    data: bytes, kind: str, line: int, column: int
) -> None:
    assert document_facts(data, "d", "tractus-x", "b") == IngestError(kind, line, column)


def test_documents_deeper_than_a_fact_may_be_are_refused() -> None:
    assert isinstance(document_facts(b"[" * 63 + b"]" * 63, "d", "tractus-x", "b"), tuple)
    assert document_facts(b"[" * 64 + b"]" * 64, "d", "tractus-x", "b") == IngestError("TooDeep")


@pytest.mark.parametrize(
    ("name", "family", "battery"),
    [
        ("d", "no family", "b"),
        ("", "tractus-x", "b"),
        ("d\n", "tractus-x", "b"),
        ("\ud800", "tractus-x", "b"),
    ],
)
def test_names_that_no_fact_can_have_are_refused(name: str, family: str, battery: str) -> None:
    assert document_facts(b"{}", name, family, battery) == IngestError("BadRecord")


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(FAMILIES)), st.data())
def test_no_value_at_a_known_place_makes_the_mapping_raise(family: str, data: Any) -> None:
    """A document that has something odd at the places of a few rows."""
    document: Any = {}
    for row in data.draw(st.lists(st.sampled_from(FAMILIES[family]), max_size=5)):
        inside, parts = document, row.pointer.split("/")[1:]
        for part in parts[:-1]:
            inside = inside.setdefault(part, {})
            if not isinstance(inside, dict):
                break
        else:
            inside[parts[-1]] = data.draw(JSON_VALUES)
    facts = document_facts(json.dumps(document).encode(), "d", family, "b")
    assert isinstance(facts, tuple)


# Readings


@pytest.mark.parametrize(
    ("reading", "value", "expected"),
    [
        (plain, 0, 0),
        (plain, False, False),
        (plain, "", None),
        (plain, None, None),
        (plain, [], None),
        (plain, {}, None),
        (scaled(0), 5, 5),
        (scaled(0), "5.50", "5.5"),
        (scaled(0), "five", None),
        (scaled(0), "1e5", None),
        (scaled(0), True, None),
        (scaled(0), {"value": 5}, None),
        (scaled(3), "0.0075", "7.5"),
        (scaled(3), 2**53 - 1, "9007199254740991000"),
        (scaled(-3), 20, "0.02"),
        (scaled(-3), -5, "-0.005"),
        (scaled(-3), 0, "0"),
        (measured(KILOGRAMS), {"value": "20", "unit": "unit:gram"}, "0.02"),
        (measured(KILOGRAMS), {"value": 450, "unitCode": "KGM"}, 450),
        (measured(KILOGRAMS), {"gs1:value": "3.6", "gs1:unitCode": "KGM"}, "3.6"),
        (measured(KILOGRAMS), {"value": 450, "unitCode": "LBR"}, None),
        (measured(KILOGRAMS), {"value": 450}, None),
        (measured(KILOGRAMS), {"unit": "KGM"}, None),
        (measured(KILOGRAMS), {"value": 1, "unit": []}, None),
        (measured(KILOGRAMS), 450, None),
        (measured(WATTS), {"value": "7.5", "unitCode": "KWT"}, "7500"),
        (category, "lmt", "LMT"),
        (category, "https://ref.example/battery/EVBattery", "EV"),
        (category, {"@id": "eubat:IndustrialBattery"}, "INDUSTRIAL"),
        (category, "SLI", "SLI"),
        (category, "odd/", "odd/"),
        (category, "", None),
        (category, 3, None),
        (status, "Original", "original"),
        (status, {"@id": "eubat:Reused"}, "re-used"),
        (word({}), {"id": "x"}, None),
        (share, 12, {"contained": 100, "recovered": 12}),
        (share, "12.50", {"contained": 100, "recovered": "12.5"}),
        (share, "some", None),
        (named("serial"), "X1", {"serial": "X1"}),
        (named("serial"), "", None),
        (links, [{"content": "a"}, {"content": ""}, {}, 3, {"content": "b"}], ["a", "b"]),
        (links, [{}], None),
        (links, "a", None),
        (listed("/n", "/c"), [{"n": None, "c": "1"}, {"n": "x", "c": "2"}], ["1", "x"]),
        (listed("/n", where="w"), [{"n": "x", "w": True}, {"n": "y", "w": 1}, {"n": "z"}], ["x"]),
        (reported("t"), [{"type": "s", "value": 1}, {"type": "t", "value": "45.20"}], "45.2"),
        (reported("t"), [{"type": "t"}], None),
        (reported("t"), {"type": "t"}, None),
    ],
)
def test_readings(reading: Any, value: Json, expected: Json) -> None:
    found = reading(value)
    assert found == expected
    assert type(found) is type(expected)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(-6, 6))
def test_shifting_is_exact(number: Decimal, shift: int) -> None:
    text = f"{number:f}"
    found = shifted(text, shift)
    assert isinstance(found, str)
    assert Decimal(found) == number.scaleb(shift, Context(prec=200))


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", {"a/b": [{"~": 1}], "m": {"0": 2}}),
        ("/a~1b/0/~0", 1),
        ("/m/0", 2),
        ("/a~1b/1", None),
        ("/a~1b/00", None),
        ("/a~1b/-", None),
        ("/a~1b/99999999999999999999", None),
        ("/m/0/x", None),
        ("/x", None),
    ],
)
def test_pointers(pointer: str, expected: Json) -> None:
    assert resolve({"a/b": [{"~": 1}], "m": {"0": 2}}, pointer) == expected


# Members that passports show and rules do not ask for.
SHOWN_ONLY = {
    ("identity", "placed_on_market"),
    ("maker", "identifier"),
    ("maker", "operator_address"),
    ("maker", "operator_id"),
}


def test_rows_read_what_the_rules_ask_for() -> None:
    source = sources()[0].decode()
    asked = set(re.findall(r'recordGet\(field\("(\w+)"\), "(\w+)"\)', source))
    for topic, body in re.findall(r"field verdict\.(\w+): .*?=\n(.*?)\n\n", source, re.DOTALL):
        asked |= {(topic, member) for member in re.findall(r'recordGet\(stated, "(\w+)"\)', body)}
    for family, rows in FAMILIES.items():
        read = {(row.fact_type, row.member) for row in rows}
        assert read - asked <= SHOWN_ONLY, family


# Real samples

SAMPLES = {
    "batterypass/GeneralProductInformation-1.2.0.payload.json": ("battery-pass", "LMT", "UTF-8", 12),
    "batterypass/Labels-1.2.0.payload.json": ("battery-pass", "LMT", "UTF-16LE with BOM", 3),
    "tractusx/battery_pass-6.1.0.sample.json": ("tractus-x", "EV", "UTF-8", 55),
    "openepcis/ev.source.json": ("openepcis", "EV", "UTF-8", 42),
    "openepcis/lmt.source.json": ("openepcis", "LMT", "UTF-8", 41),
    "openepcis/examples-batterypass-ev-item.jsonld": ("openepcis", "EV", "UTF-8", 51),
    "openepcis/examples-portable-ebike-battery.jsonld": ("openepcis", "LMT", "UTF-8", 22),
    "openepcis/examples-battery-product-model.jsonld": ("openepcis", "INDUSTRIAL", "UTF-8", 22),
    "openepcis/epcis-commissioning.jsonld": ("openepcis", "INDUSTRIAL", "UTF-8", 2),
    "openepcis/epcis-carbon-footprint.jsonld": ("openepcis", "EV", "UTF-8", 0),
}


def sample_facts(name: str) -> tuple[Fact, ...]:
    facts = document_facts(real(name).read_bytes(), name, SAMPLES[name][0], "b")
    assert isinstance(facts, tuple), facts
    return facts


def subject_of(name: str) -> Fact:
    return subject(SAMPLES[name][1], "2027-03-01", "b", "b")


@pytest.mark.parametrize("name", SAMPLES)
def test_real_samples_become_facts_with_provenance(name: str) -> None:
    data = real(name).read_bytes()
    found = payloads(sample_facts(name))
    digest = hashlib.sha256(data).hexdigest()
    whole = found.pop("document")
    assert (whole["document"], whole["sha256"], whole["encoding"]) == (name, digest, SAMPLES[name][2])
    encoding = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8"
    document = read_json(data.decode(encoding).encode())
    assert whole["content"] == document
    for fact_type in [fact_type for fact_type in found if not fact_type.startswith("provenance/")]:
        provenance = found[f"provenance/{fact_type}"]
        assert (provenance["document"], provenance["sha256"]) == (name, digest)
        pointers = provenance["pointers"]
        assert isinstance(pointers, dict)
        assert pointers.keys() == found[fact_type].keys()
        for pointer in pointers.values():
            assert isinstance(pointer, str)
            assert resolve(document, pointer) is not None


@pytest.mark.parametrize("name", SAMPLES)
def test_passports_of_real_samples_say_what_is_missing(name: str) -> None:
    facts = sample_facts(name)
    statuses = {
        identifier: emission["status"]
        for identifier, emission in emissions((*facts, subject_of(name))).items()
        if identifier.startswith("EC-DP-")
    }
    assert len(statuses) == 71
    count = Counter(statuses.values())
    assert count["PRESENT"] == SAMPLES[name][3]
    assert count["MISSING"] >= 1
    assert len(evaluation((*facts, subject_of(name))).proof) <= 262144


def test_values_of_a_real_sample_are_exact() -> None:
    found = payloads(sample_facts("tractusx/battery_pass-6.1.0.sample.json"))
    assert found["battery"]["weight_kg"] == "0.02"
    assert found["footprint"]["stated_kgCO2e_per_kWh"] == "12.678"
    assert found["performance"]["years"] == 8
    assert found["materials"]["lead"] == {"contained": 100, "recovered": "12.5"}


@pytest.mark.parametrize(
    ("name", "family", "line", "column"),
    [
        ("batterypass/CarbonFootprint-1.2.0.payload.json", "battery-pass", 4, 25),
        ("tractusx/product_description-1.0.1.sample.json", "tractus-x", 3, 32),
    ],
)
def test_numbers_beyond_every_battery_are_refused_with_their_place(
    name: str, family: str, line: int, column: int
) -> None:
    data = real(name).read_bytes()
    assert document_facts(data, name, family, "b") == IngestError("NumberOutOfRange", line, column)
    text = data.decode("utf-16" if data[:2] == codecs.BOM_UTF16_LE else "utf-8")
    assert text.split("\n")[line - 1][column - 1 :].startswith("-1.7976931348623157E308")


def test_every_published_document_is_read_or_refused() -> None:
    folder = Path(real("INDEX.md")).parent
    read = 0
    for path in sorted(folder.rglob("*.json*")):
        for family in FAMILIES:
            facts = document_facts(path.read_bytes(), path.name, family, "b")
            assert isinstance(facts, tuple | IngestError)
            read += isinstance(facts, tuple)
    assert read > 100
