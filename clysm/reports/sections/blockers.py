"""Blockers: why stages are not complete, by category and by the root that explains most."""

from collections.abc import Iterator, Sequence

from clysm.bootstrap.blockers import explained_by
from clysm.reports import shown
from clysm.reports.markup import Content, Markup, join, tag
from clysm.reports.places import Place
from clysm.reports.tables import Column, Row, table
from clysm.workflow import forms as form_records
from clysm.workflow.categories import REMEDIATION

ROOTS = 100  # of a stage that are shown
EFFECTS = 50  # forms of a root that are listed

COLUMNS = (
    Column("Category"),
    Column("Failed forms", True),
    Column("Roots", True),
    Column("Examples"),
    Column("Remedy"),
)


def blockers(reports: Sequence[Place]) -> Markup:
    """The blockers of every stage that has some."""
    blocked = [report for report in reports if report and report["failures"].value]
    if not blocked:
        return tag("p", "Nothing failed and nothing was skipped in the stages that have a report.")
    return join(tuple(join(tuple(_stage(report))) for report in blocked))


def _stage(report: Place) -> Iterator[Content]:
    yield tag("h3", "Stage ", shown.number(report["stage"]))
    if report["categories"].value:
        yield table("Failures by category", COLUMNS, [Row(_category(item)) for item in report["categories"]])
    if report["top_blockers"].value:
        yield tag("h4", "Top blockers")
        yield tag("ol", [tag("li", shown.text(blocker)) for blocker in report["top_blockers"]])
    yield tag("h4", "Root causes")
    yield from _roots(report["failures"])


def _category(category: Place) -> tuple[Content, ...]:
    return (
        shown.text(category["name"]),
        shown.number(category["count"]),
        shown.number(category["root_count"]),
        tag("ul", [tag("li", shown.code(example)) for example in category["examples"]]),
        shown.text(category["remediation"]),
    )


def _roots(failures: Place) -> Iterator[Content]:
    """Every root with the forms that it explains, those that explain most first."""
    forms = [form_records.from_json(item) for item in failures.value]
    index = {form.key: place for place, form in enumerate(forms)}
    explained = explained_by(forms)
    roots = sorted(explained, key=lambda key: (-len(explained[key]), index[key]))
    for key in roots[:ROOTS]:
        effects = sorted(index[other] for other in explained[key] if other != key)
        yield _root(failures[index[key]], [failures[place] for place in effects])
    if len(roots) > ROOTS:
        yield tag("p", "The other roots are in the JSON file.")


def _root(form: Place, effects: Sequence[Place]) -> Markup:
    summary = tag(
        "summary",
        shown.text(form["error_category"]),
        ": ",
        _label(form),
        ", explains ",
        shown.derived(form, len(effects) + 1, "explains"),
        " forms",
    )
    category = form["error_category"].value
    return tag(
        "details",
        summary,
        tag("p", shown.text(form["error_message"])),
        tag("p", "At ", _position(form)),
        tag("p", "Remedy: ", REMEDIATION.get(category, "")),
        _effects(effects),
        class_="root",
    )


def _effects(effects: Sequence[Place]) -> Content:
    if not effects:
        return ""
    items = [
        tag("li", _label(form), ", ", shown.word(form["status"]), " at ", _position(form))
        for form in effects[:EFFECTS]
    ]
    more = tag("p", "The other forms are in the JSON file.") if len(effects) > EFFECTS else ""
    return join(tag("p", "Because of it:"), tag("ul", items), more)


def _label(form: Place) -> Markup:
    """The form as people name it: its type with its name, or its type alone."""
    name = form["form_name"]
    return join(shown.code(form["form_type"]), " ", shown.code(name) if name else "")


def _position(form: Place) -> Markup:
    return join(
        shown.code(form["source_file"]), ":", shown.number(form["line"]), ":", shown.number(form["column"])
    )
