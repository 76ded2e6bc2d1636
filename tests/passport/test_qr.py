"""QR texts: vectors, each part refused, text to values and back a thousand times, tampering."""

from __future__ import annotations

import uuid
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.passport.errors import Failure, QrError, record
from clysm.passport.qr import QrValues, build_qr, parse_qr
from tests.passport.vectors import group, matches

UUID = "3f0c1a52-7d5e-4c7b-9a38-0b7a3b2a9e01"
VALUES = QrValues(UUID, "0" * 64, "1" * 64, "f" * 64)


def text_of(values: QrValues) -> str:
    text = build_qr(values)
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize("item", group("qr"))
def test_qr_vector(item: Any) -> None:
    text = text_of(QrValues(item["pv"], item["ph"], item["pr"], item["rh"]))
    assert text == item["expect"]
    assert len(text) == 212


@pytest.mark.parametrize("item", group("qr_parse"))
def test_qr_parse_vector(item: Any) -> None:
    values = parse_qr(item["text"])
    if "error" in item:
        assert isinstance(values, Failure)
        assert matches(record(values), item["error"])
    else:
        expected = item["expect"]
        assert values == QrValues(expected["pv"], expected["ph"], expected["pr"], expected["rh"])


def test_a_thousand_texts_are_parsed_to_what_they_were_made_of() -> None:
    random = Random("qr")
    for _ in range(1_000):
        hashes = [random.randbytes(32).hex() for _ in range(3)]
        values = QrValues(str(uuid.UUID(bytes=random.randbytes(16))), *hashes)
        text = text_of(values)
        assert len(text) == 212
        assert text.isascii()
        assert parse_qr(text) == values


@pytest.mark.parametrize(
    ("values", "part"),
    [
        (QrValues("", "", "", ""), "pv"),
        (QrValues(UUID.upper(), "0" * 64, "0" * 64, "0" * 64), "pv"),
        (QrValues(UUID, "0" * 63, "", ""), "ph"),
        (QrValues(UUID, "0" * 64, "A" * 64, ""), "pr"),
        (QrValues(UUID, "0" * 64, "a" * 64, "g" * 64), "rh"),
    ],
)
def test_no_text_for_what_is_no_id_or_hash(values: QrValues, part: str) -> None:
    assert build_qr(values) == QrError(part)


TEXT = text_of(VALUES)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "parts"),
        ("BPC1", "parts"),
        (TEXT + "|", "parts"),
        ("|" + TEXT, "parts"),
        (TEXT.replace("|", ";"), "parts"),
        ("BPC2|" + TEXT, "parts"),
        ("BPC2" + TEXT[4:], "version"),
        ("bpc1" + TEXT[4:], "version"),
        (" " + TEXT, "version"),
        ("||||", "version"),
        ("BPC1||||", "pv"),
        (TEXT.replace("pv=", "PV="), "pv"),
        (TEXT.replace("pv=", "pv"), "pv"),
        (TEXT.replace("pv=", "pv=="), "pv"),
        (TEXT.replace(UUID, "{" + UUID + "}"), "pv"),
        (TEXT.replace("|ph=", "|hp="), "ph"),
        (TEXT.replace("|ph=", "|ph= "), "ph"),
        (TEXT.replace("|pr=C", "|pr="), "pr"),
        (TEXT.replace("|pr=", "|pr=A"), "pr"),
        (TEXT + "=", "rh"),
        (TEXT + "====", "rh"),
        (TEXT + "\n", "rh"),
        (TEXT[:-1], "rh"),
    ],
)
def test_the_first_part_that_fails(text: str, part: str) -> None:
    assert parse_qr(text) == QrError(part)


def test_every_changed_character_is_noticed() -> None:
    for place, original in enumerate(TEXT):
        for character in {"A", "B", "7", "8", "0", "a", "-", "|", "=", " ", "é"} - {original}:
            assert parse_qr(TEXT[:place] + character + TEXT[place + 1 :]) != VALUES
        assert parse_qr(TEXT[:place] + TEXT[place + 1 :]) != VALUES
        assert parse_qr(TEXT[:place] + original + TEXT[place:]) != VALUES


@given(st.text() | st.text("BPC1|pvhr=0-aA27\n"))
def test_parsing_never_raises(text: str) -> None:
    values = parse_qr(text)
    assert isinstance(values, QrError) or build_qr(values) == text
