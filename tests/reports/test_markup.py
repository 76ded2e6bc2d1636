"""Escaping: any text comes back from an HTML parser as it was."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.reports.markup import Markup, clean, escape, join, tag
from tests.reports.examples import HOSTILE


def texts(page: str) -> str:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            found.append(data)

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(str(dict(attrs).get("title", "")))

    reader = Reader(convert_charrefs=True)
    reader.feed(page)
    reader.close()
    return "".join(found)


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_survives_as_content_and_attribute(text: str) -> None:
    made = tag("p", text, title=text)
    made.encode()
    assert texts(made) == clean(text) * 2


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_opens_no_element(text: str) -> None:
    assert "<" not in escape(text)
    assert '"' not in escape(text)
    assert "'" not in escape(text)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (tag("a", "x", href="#y", class_="c"), '<a href="#y" class="c">x</a>'),
        (tag("td", [], id=None), "<td></td>"),
        (tag("meta", charset="utf-8"), '<meta charset="utf-8">'),
        (tag("p", ["a", (tag("b", "c"), "<")]), "<p>a<b>c</b>&lt;</p>"),
        (tag("i", aria_hidden="true", hidden=True, lang=False), '<i aria-hidden="true" hidden></i>'),
        (join("a", Markup("<br>"), "&"), "a<br>&amp;"),
    ],
)
def test_elements(made: Markup, expected: str) -> None:
    assert made == expected


@pytest.mark.parametrize("text", ["\x00", "\x1b", "\ud800", "\uffff", "\x85"])
def test_what_html_forbids_is_replaced(text: str) -> None:
    assert clean(f"a{text}b") == "a\ufffdb"


def test_line_ends_are_of_one_kind() -> None:
    assert clean("a\r\nb\rc") == "a\nb\nc"
