"""SKUs as names of files and tasks: any text gives one harmless component, different texts different ones."""

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.issuing.layout import Layout
from clysm.issuing.names import MAX_LENGTH, safe_name

ALLOWED = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.%~")


@pytest.mark.parametrize(
    ("sku", "name"),
    [
        ("SKU-123", "SKU-123"),
        ("a_b.c", "a_b.c"),
        ("..", "%2E."),
        (".", "%2E"),
        ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"),
        ("/etc/passwd", "%2Fetc%2Fpasswd"),
        ("a b", "a%20b"),
        ("a\\b", "a%5Cb"),
        ("a=b*c?[d]", "a%3Db%2Ac%3F%5Bd%5D"),
        ("100%", "100%25"),
        ("~", "%7E"),
        ("a:b", "a%3Ab"),
        ("\x00\n", "%00%0A"),
        ("\u00e9\U0001f50b", "%C3%A9%F0%9F%94%8B"),
        ("", "%"),
        ("x" * MAX_LENGTH, "x" * MAX_LENGTH),
    ],
)
def test_examples(sku: str, name: str) -> None:
    assert safe_name(sku) == name


@pytest.mark.parametrize("sku", ["x" * (MAX_LENGTH + 1), "x" * 300, "\u00e9" * 300, "../" * 300])
def test_long_ones_are_cut_and_stay_apart(sku: str) -> None:
    name = safe_name(sku)
    assert len(name) <= MAX_LENGTH
    assert name != safe_name(sku + "x")
    assert name != safe_name(sku[:-1])


@given(st.text(max_size=200))
def test_any_text(sku: str) -> None:
    name = safe_name(sku)
    assert set(name) <= ALLOWED
    assert 0 < len(name) <= MAX_LENGTH
    assert not name.startswith(".")
    assert name == safe_name(sku)


@given(st.lists(st.text(max_size=90), min_size=2, max_size=20, unique=True))
def test_different_texts_have_different_names(skus: list[str]) -> None:
    assert len({safe_name(sku) for sku in skus}) == len(skus)


@given(st.text(max_size=300))
def test_nothing_lies_outside_the_build_directory(sku: str) -> None:
    layout = Layout("build")
    for path in (
        *layout.artifacts(sku),
        layout.image(sku, "png"),
        layout.rules(sku),
        layout.container(sku, 1),
    ):
        assert PurePosixPath(path).parts[0] == "build"
        assert ".." not in PurePosixPath(path).parts
        resolved = (Path("/p") / path).resolve()
        assert resolved.is_relative_to("/p/build")
