"""The vectors of the specification (section 18) and the published data, which lie beside the project.

They are not part of the project: a test that needs them is skipped with a reason where they are absent.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "passport"


@cache
def _groups() -> dict[str, list[dict[str, Any]]] | None:
    path = DATA / "vectors.json"
    if not path.is_file():
        return None
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["format"] == "passport-vectors-1"
    groups: dict[str, list[dict[str, Any]]] = document["groups"]
    return groups


def group(name: str) -> list[Any]:
    """The items of a group as parameters for `pytest.mark.parametrize`; a skipped one if they are absent."""
    groups = _groups()
    if groups is None:
        return [pytest.param(None, marks=pytest.mark.skip(f"{DATA / 'vectors.json'} is absent"))]
    return [pytest.param(item, id=item["name"]) for item in groups[name]]


def real(name: str) -> Path:
    """A file of the published data, or a skipped test."""
    path = DATA / "real" / name
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    return path


def matches(record: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether an error record has every member that a vector states (free text is never stated)."""
    return all(
        name in record
        and (
            matches(record[name], value)
            if isinstance(value, dict) and isinstance(record[name], dict)
            else record[name] == value and type(record[name]) is type(value)
        )
        for name, value in expected.items()
    )


def document_bytes(item: dict[str, Any]) -> bytes:
    """The input bytes of an item: `bytes_hex`, or `document`, or prefix, repeat, times and suffix."""
    if "bytes_hex" in item:
        return bytes.fromhex(item["bytes_hex"])
    if "repeat" in item:
        text: str = item["prefix"] + item["repeat"] * item["times"] + item["suffix"]
        return text.encode()
    document: str = item["document"]
    return document.encode()
