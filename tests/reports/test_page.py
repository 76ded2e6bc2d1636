"""The page as text: every value is that of the JSON, hostile text stays text, nothing is loaded."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest

from clysm.reports.page import page
from tests.reports import examples, shown_values
from tests.support.projects import REPOSITORY

OF_THE_PAGE = re.compile(r"Stage [0-2]|SHA-256")  # digits that are names
FAILING = examples.failing()
PARTS: list[dict[str, Any]] = [
    {},
    {"history.jsonl": examples.history([5])},
    {"history.jsonl": examples.history([None])},
    {"history.jsonl": examples.history([7, 7, 7])},
    {"history.jsonl": examples.history(range(1000, 1600))},
    {"stage0.json": examples.stage(0, [], None)},
    {"stage0.json": examples.stage(0, [examples.good("a.lisp")], 5)},
    {"modules.json": examples.graph({"a.lisp": []})},
    *({name: value} for name, value in FAILING.items()),
    FAILING,
]


def made(files: dict[str, Any]) -> str:
    return page(examples.documents(files))


@pytest.mark.parametrize("files", PARTS, ids=lambda files: "+".join(files) or "nothing")
def test_every_value_on_the_page_is_that_of_the_json(files: dict[str, Any]) -> None:
    documents = examples.documents(files)
    values = {place.file: place.value for place in (*documents.stages, documents.fixpoint, documents.history)}
    values |= {place.file: place.value for place in (documents.modules, documents.passports)}
    shown = shown_values.read(page(documents))
    assert shown_values.disagreements(values, shown) == []
    assert [text for text in shown.prose if re.search(r"\d", OF_THE_PAGE.sub("", text))] == []


def test_what_must_be_on_it() -> None:
    origins = {value.origin for value in shown_values.read(made(FAILING)).values}
    needed = [
        "stage1.json#/binary/size_bytes",
        "stage1.json#/compilation_rate",
        "stage0.json#/categories/0/count",
        "stage0.json#/categories/0/root_count",
        "stage0.json#/categories/0/examples/0",
        "stage0.json#/categories/0/remediation",
        "stage0.json#/top_blockers/0",
        "stage0.json#/failures/0/error_message",
        "fixpoint.json#/status",
        "fixpoint.json#/comparison/section_diffs/1/first_diff_offset",
        "fixpoint.json#/comparison/function_diff/first/instruction",
        "fixpoint.json#/comparison/function_diff/only_in_1/0",
        "fixpoint.json#/guard/0/actual",
        "history.jsonl#/4/stage2_size",
        "passports.json#/products/0/built/payload_bytes",
        "passports.json#/series/0/containers/1/problem",
        *(f"modules.json#/modules/{number}/dependencies" for number in range(len(examples.HOSTILE))),
    ]
    assert [origin for origin in needed if origin not in origins] == []


def test_roots_stand_with_what_they_explain() -> None:
    values = shown_values.read(made(FAILING)).values
    found = [(v.origin, v.text) for v in values if v.how == "explains"]
    assert found == [("stage0.json#/failures/0", "3"), ("stage0.json#/failures/3", "1")]


def test_hostile_text_makes_no_elements() -> None:
    """The elements of a page with hostile text are those of the same page with harmless text."""

    def elements(files: dict[str, Any]) -> list[str]:
        return [element for element, _ in shown_values.read(made(files)).elements]

    harmless = [f"name {number}" for number in range(len(examples.HOSTILE))]
    assert sorted(elements(FAILING)) == sorted(elements(examples.failing(harmless)))
    assert elements(FAILING).count("script") == 1
    for _, attributes in shown_values.read(made(FAILING)).elements:
        assert not [key for key in attributes if key.startswith("on")]


def test_links_lead_somewhere_on_the_page() -> None:
    shown = shown_values.read(made(FAILING))
    assert len(set(shown.ids)) == len(shown.ids)
    assert {target.removeprefix("#") for target in shown.targets} <= set(shown.ids)
    assert all(target.startswith("#") for target in shown.targets)


def test_nothing_is_loaded_from_elsewhere() -> None:
    for element, attributes in shown_values.read(made(FAILING)).elements:
        assert "src" not in attributes
        assert "style" not in attributes
        if element == "link":
            assert attributes["href"] == "data:,"
    assert "default-src &#x27;none&#x27;; script-src &#x27;sha256-" in made(FAILING)
    assert "url(" not in made({})
    assert "@import" not in made({})


def test_accessible_names() -> None:
    for element, attributes in shown_values.read(made(FAILING)).elements:
        if element == "th":
            assert attributes["scope"] in ("row", "col")
        if element == "section":
            assert attributes["aria-labelledby"]
        if element == "html":
            assert attributes["lang"] == "en"


def test_the_same_documents_give_the_same_text() -> None:
    code = (
        "import sys; from tests.reports import examples; from clysm.reports.page import page; "
        "sys.stdout.buffer.write(page(examples.documents(examples.failing())).encode())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Kathmandu"))
    }
    assert outputs == {made(FAILING).encode()}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_in_both_schemes(scheme: int) -> None:
    style = re.findall(r":root \{(.*?)\}", made({}), re.DOTALL)[scheme]
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", style))
    for ink in ("ink", "quiet", "good", "bad", "warn", "link"):
        for paper in ("paper", "raised"):
            assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)
    for paper in ("core", "library"):
        assert contrast(colours["ink"], colours[paper]) >= 4.5
    for line in ("one", "two"):
        assert contrast(colours[line], colours["paper"]) >= 3
