"""The picture of the graph: its edges say what the JSON says, and it can be read with 200 modules."""

import random
import re
import time
from typing import Any

import pytest

from clysm.reports.graph_picture import BOX, LONGEST, graph_picture, label
from clysm.reports.places import Place
from tests.reports import examples


def large(modules: int = 200) -> dict[str, Any]:
    """A graph with about as many layers and edges as a real compiler has; seed 5."""
    dice = random.Random(5)
    names = [f"lisp/compiler/module-number-{number:03}.lisp" for number in range(modules)]
    return examples.graph(
        {
            name: sorted(set(dice.choices(names[max(0, index - 40) : index], k=4))) if index else []
            for index, name in enumerate(names)
        }
    )


def picture(report: dict[str, Any]) -> str:
    return graph_picture(Place("modules.json", "", report)["modules"], {})


def closure(edges: set[tuple[int, int]]) -> set[tuple[int, int]]:
    reached: dict[int, set[int]] = {}
    for used, user in sorted(edges, key=lambda edge: edge[1]):
        reached.setdefault(user, set()).update({used, *reached.get(used, set())})
    return {(used, user) for user, found in reached.items() for used in found}


@pytest.mark.parametrize("report", [large(), examples.failing()["modules.json"]], ids=["large", "hostile"])
def test_the_edges_reach_what_the_json_says(report: dict[str, Any]) -> None:
    paths = [module["path"] for module in report["modules"]]
    said = {
        (paths.index(used), user)
        for user, module in enumerate(report["modules"])
        for used in module["dependencies"]
    }
    drawn = {(int(a), int(b)) for a, b in re.findall(r'data-used="(\d+)" data-user="(\d+)"', picture(report))}
    assert closure(drawn) == closure(said)
    assert drawn <= said


def test_boxes_do_not_overlap_and_lie_within_the_picture() -> None:
    text = picture(large())
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', text)
    assert size is not None
    width, height = map(int, size.groups())
    boxes = [tuple(map(int, box)) for box in re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)"', text)]
    assert len(boxes) == 200
    for x, y, w in boxes:
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + BOX <= height
    for index, (x, y, w) in enumerate(boxes):
        for x2, y2, w2 in boxes[:index]:
            assert x + w <= x2 or x2 + w2 <= x or y + BOX < y2 or y2 + BOX < y


def test_a_picture_of_1000_modules_takes_less_than_five_seconds() -> None:
    start = time.monotonic()
    picture(large(1000))
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("clysm/lisp/compiler/bytes.lisp", "bytes"),
        (f"{'x' * LONGEST}.lisp", "x" * LONGEST),
        (f"{'x' * 99}.lisp", "x" * (LONGEST - 1) + "…"),
    ],
)
def test_labels(path: str, expected: str) -> None:
    assert label(path) == expected
