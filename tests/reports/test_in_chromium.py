"""The page in a real browser: no complaint, no request, no foreign script, every value that of the JSON."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clysm.reports.page import page
from tests.reports import examples, shown_values
from tests.reports.browser import Browser, browser
from tests.reports.test_graph import large

FILES: dict[str, Any] = {**examples.failing(), "history.jsonl": examples.history(range(1000, 1100))}
DOM = "document.documentElement.outerHTML"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Browser:
    return show(chromium, tmp_path, FILES)


def show(chromium: Browser, folder: Path, files: dict[str, Any]) -> Browser:
    file = folder / "index.html"
    file.write_text(page(examples.documents(files)), encoding="utf-8")
    chromium.open(file)
    return chromium


def test_the_browser_reports_what_goes_wrong(chromium: Browser, tmp_path: Path) -> None:
    """The other tests prove something only if this one can fail a page."""
    file = tmp_path / "bad.html"
    file.write_text("<script>window.pwned = 1; console.error('x'); nothing()</script><img src='absent.png'>")
    chromium.open(file)
    assert len(chromium.complaints()) >= 3
    assert [url.rpartition("/")[2] for url in chromium.requests()] == ["bad.html", "absent.png"]
    assert chromium.evaluate("window.pwned") == 1


def test_it_opens_without_a_complaint_and_asks_for_nothing(opened: Browser) -> None:
    assert opened.complaints() == []
    assert [url for url in opened.requests() if not url.startswith("data:")] == [
        opened.evaluate("location.href")
    ]


def test_hostile_text_runs_nothing(opened: Browser) -> None:
    assert opened.evaluate("typeof window.pwned") == "undefined"
    assert opened.evaluate("document.querySelectorAll('script').length") == 1
    assert opened.evaluate("document.querySelectorAll('img, iframe, object, main style').length") == 0


def test_every_value_that_is_displayed_is_that_of_the_json(opened: Browser) -> None:
    shown = shown_values.read(opened.evaluate(DOM))
    assert len(shown.values) > 500
    assert shown_values.disagreements(FILES, shown) == []


def test_the_browser_shows_the_text_that_was_written(opened: Browser) -> None:
    """Nothing is lost or moved by how the browser understands the HTML, such as cells out of their table."""
    count = "document.querySelectorAll('[data-from]').length"
    assert opened.evaluate(count) == len(shown_values.read(page(examples.documents(FILES))).values)
    assert opened.evaluate("document.querySelectorAll('main > section').length") == 7


def test_only_what_scrolls_by_itself_is_wider_than_the_window(opened: Browser) -> None:
    for width in (1500, 400):
        opened.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
    opened.call("Emulation.clearDeviceMetricsOverride")


def test_labels_fit_their_boxes_in_a_graph_of_200_modules(chromium: Browser, tmp_path: Path) -> None:
    show(chromium, tmp_path, {"modules.json": large()})
    rooms = chromium.evaluate(
        "[...document.querySelectorAll('#graph .node')].map((node) => node.querySelector('rect').width"
        ".baseVal.value - node.querySelector('text').getComputedTextLength())"
    )
    assert len(rooms) == 200
    assert min(rooms) > 4
    size = chromium.evaluate("parseFloat(getComputedStyle(document.querySelector('#graph text')).fontSize)")
    assert size >= 11
    assert chromium.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_light_and_dark(opened: Browser) -> None:
    colours = []
    for scheme in ("light", "dark"):
        opened.call(
            "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
        )
        colours.append(opened.evaluate("getComputedStyle(document.body).backgroundColor"))
    opened.call("Emulation.setEmulatedMedia", features=[])
    assert colours == ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]


def test_a_module_with_the_focus_shows_its_edges(opened: Browser) -> None:
    lit = "[...document.querySelectorAll('#graph .edges .lit')].map((e) => [e.dataset.used, e.dataset.user])"
    opened.evaluate("document.querySelector('#graph [data-node=\"3\"]').focus()")
    edges = opened.evaluate(lit)
    assert edges
    assert all("3" in edge for edge in edges)
    opened.evaluate("document.activeElement.blur()")
    assert opened.evaluate(lit) == []


def test_the_table_of_modules_sorts_by_numbers(opened: Browser) -> None:
    column = opened.evaluate(
        "[...document.querySelectorAll('#modules-table thead th')]"
        ".findIndex((head) => head.textContent === 'Stage 0 (ms)')"
    )
    order = (
        f"[...document.querySelectorAll('#modules-table tbody tr')].map((r) => r.cells[{column}].textContent)"
    )
    press = f"document.querySelectorAll('#modules-table thead button')[{column}].click()"
    times = FILES["modules.json"]["run"]["compile_ms"]["0"]
    for expected in (sorted(times.values()), sorted(times.values(), reverse=True)):
        opened.evaluate(press)
        assert [int(text.replace(",", "")) for text in opened.evaluate(order)] == expected


def test_assistive_technology_finds_names(opened: Browser) -> None:
    nodes = opened.call("Accessibility.getFullAXTree")["nodes"]
    named = {"table", "region", "navigation", "img", "image", "link", "heading", "button"}
    found = [node for node in nodes if not node["ignored"] and node["role"]["value"] in named]
    assert len(found) > 50
    assert [node["role"] for node in found if not node.get("name", {}).get("value")] == []


def test_without_its_script_nothing_is_missing(chromium: Browser, tmp_path: Path) -> None:
    text = re.sub(r"<script>.*</script>", "", page(examples.documents(FILES)), flags=re.DOTALL)
    (tmp_path / "index.html").write_text(text, encoding="utf-8")
    chromium.open(tmp_path / "index.html")
    assert shown_values.disagreements(FILES, shown_values.read(chromium.evaluate(DOM))) == []
