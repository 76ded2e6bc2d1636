"""QR texts: vectors, each part refused, and text to values and back."""

from __future__ import annotations

from typing import Any

import pytest

from clysm.passport.errors import Failure, record
from clysm.passport.qr import QrValues, build_qr, parse_qr
from tests.passport.vectors import group, matches


@pytest.mark.parametrize("item", group("qr"))
def test_qr_vector(item: Any) -> None:
    text = build_qr(QrValues(item["pv"], item["ph"], item["pr"], item["rh"]))
    assert text == item["expect"]
    assert isinstance(text, str)
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
