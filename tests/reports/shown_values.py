"""What a page shows, read from its HTML: every value with where it says it is from, and all other text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "link", "br", "path", "rect", "circle", "polyline"}
NOT_SHOWN = {"script", "style"}


@dataclass
class Value:
    """An element with `data-from`: its origin, how it follows from it, its `value`, and its text."""

    origin: str
    how: str | None
    value: str | None
    text: str = ""


@dataclass
class _Open:
    name: str
    value: Value | None
    is_name: bool


@dataclass
class Shown:
    values: list[Value] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)  # of links within the page
    elements: list[tuple[str, Mapping[str, str | None]]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = Shown()
        self.stack: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.shown.elements.append((tag, attributes))
        if attributes.get("id"):
            self.shown.ids.append(str(attributes["id"]))
        if tag == "a":
            self.shown.targets.append(str(attributes["href"]))
        outer = self.stack[-1] if self.stack else _Open("", None, False)
        value = outer.value
        if "data-from" in attributes:
            value = Value(str(attributes["data-from"]), attributes.get("data-how"), attributes.get("value"))
            self.shown.values.append(value)
        if tag not in VOID:
            self.stack.append(_Open(tag, value, outer.is_name or "data-name" in attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.stack[-1].name == tag, f"{tag} closes {self.stack[-1].name}"
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        inner = self.stack[-1] if self.stack else _Open("", None, False)
        if inner.value is not None:
            inner.value.text += data
        elif not inner.is_name and inner.name not in NOT_SHOWN and data.strip():
            self.shown.prose.append(data)


def read(page: str) -> Shown:
    """All that a page shows; fails if its elements are not properly nested."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.stack == []
    return reader.shown


def resolve(documents: Mapping[str, Any], origin: str) -> Any:
    """The value at `file#pointer`."""
    file, _, pointer = origin.partition("#")
    value = documents[file]
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list | tuple) else value[key]
    return value


def expected(documents: Mapping[str, Any], shown: Value) -> Any:
    """What an element should show, worked out from the JSON alone."""
    found = resolve(documents, shown.origin)
    match (shown.how or "").split(" ", 1):
        case [""]:
            return found
        case ["length"]:
            return len(found)
        case ["where", condition]:
            key, _, wanted = condition.partition("=")
            return sum(1 for element in found if element[key] == wanted)
        case ["explains"]:
            return explained(documents[shown.origin.partition("#")[0]]["failures"], found)
    raise AssertionError(f"unknown `{shown.how}`")


def explained(failures: list[dict[str, Any]], root: dict[str, Any]) -> int:
    """How many forms name the root as a cause, through others or not, with the root itself; by repetition."""
    names = {f"{root['source_file']}#{root['id']}"}
    while True:
        more = {f"{f['source_file']}#{f['id']}" for f in failures if names.intersection(f["causes"])} | names
        if more == names:
            return len(names)
        names = more


def disagreements(documents: Mapping[str, Any], shown: Shown) -> list[str]:
    """Every value of the page that is not what the JSON says."""
    wrong = []
    for value in shown.values:
        right = expected(documents, value)
        if isinstance(right, bool):
            agrees = value.text == ("yes" if right else "no")
        elif isinstance(right, int | float):
            agrees = float(value.text.replace(",", "")) == right
            agrees = agrees and (value.value is None or float(value.value) == right)
        else:
            agrees = value.text == right
        if not agrees:
            wrong.append(f"{value.origin} {value.how}: `{value.text}` for `{right}`")
    return wrong
