"""HTML tables in the one form of the page: a caption, heads of columns and rows, numbers to the right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clysm.reports.markup import Content, Markup, tag


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column; a column of numbers stands to the right."""

    head: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, its head first; `id` is what links lead to."""

    cells: tuple[Content, ...]
    id: str | None = None


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    sortable: bool = False,
    id: str | None = None,
) -> Markup:
    """A table that scrolls by itself where it is wider than the page."""
    heads = [tag("th", column.head, scope="col", class_=_css(column)) for column in columns]
    body = [_row(columns, row) for row in rows]
    content = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", heads)),
        tag("tbody", body),
        class_="sortable" if sortable else None,
        id=id,
    )
    return tag("div", content, class_="wide", tabindex=0, role="region", aria_label=caption)


def _row(columns: Sequence[Column], row: Row) -> Markup:
    head, *rest = zip(columns, row.cells, strict=True)
    first = tag("th", head[1], scope="row", class_=_css(head[0]))
    return tag("tr", first, [tag("td", cell, class_=_css(column)) for column, cell in rest], id=row.id)


def _css(column: Column) -> str | None:
    return "n" if column.numeric else None


def facts(pairs: Iterable[tuple[str, Content]]) -> Markup:
    """Names with their values."""
    return tag("dl", [tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs])
