"""The page: one HTML text that needs nothing else, neither files nor network.

The same documents give the same text. A policy in its head forbids the browser to load anything, and to run
any script but the one that comes with it, known by its hash.
"""

import base64
import hashlib
from importlib.resources import files
from typing import Final

from clysm.reports import shown
from clysm.reports.documents import Documents
from clysm.reports.markup import Content, Markup, tag
from clysm.reports.sections.blockers import blockers
from clysm.reports.sections.fixpoint import fixpoint
from clysm.reports.sections.history import history
from clysm.reports.sections.modules import graph, modules
from clysm.reports.sections.passports import passports
from clysm.reports.sections.stages import stages

TITLE: Final = "Clysm build"


def page(documents: Documents) -> str:
    """The whole page."""
    sections = (
        ("stages", "Stages", stages(documents.stages)),
        ("fixpoint", "Fixpoint", fixpoint(documents.fixpoint)),
        ("blockers", "Blockers", blockers(documents.stages)),
        ("graph-section", "Dependency graph", graph(documents.modules, documents.stages)),
        ("modules", "Modules", modules(documents.modules, documents.stages)),
        ("history", "History", history(documents.history)),
        ("passports", "Passports", passports(documents.passports)),
    )
    links = [tag("li", tag("a", name, href=f"#{id_}")) for id_, name, _ in sections]
    body = tag(
        "body",
        tag("a", "Skip to the stages", href="#stages", class_="skip"),
        tag(
            "header",
            tag("h1", TITLE),
            _verdict(documents),
            tag("nav", tag("ul", links), aria_label="Sections"),
        ),
        tag("main", [_section(*section) for section in sections]),
        tag(
            "footer",
            tag("p", "Each value carries the file and place that it is from; `doit report` makes this page."),
        ),
        Markup(f"<script>{_text('page.js')}</script>"),
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy()),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("link", rel="icon", href="data:,"),
        tag("title", TITLE),
        Markup(f"<style>{_text('page.css')}</style>"),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _verdict(documents: Documents) -> Markup:
    report = documents.fixpoint
    if not report:
        return tag("p", "Fixpoint not judged", class_="verdict")
    return tag("p", "Fixpoint ", shown.word(report["status"]), class_="verdict")


def _section(id_: str, name: str, content: Content) -> Markup:
    return tag("section", tag("h2", name, id=f"{id_}-name"), content, id=id_, aria_labelledby=f"{id_}-name")


def _policy() -> str:
    hashes = {
        kind: base64.b64encode(hashlib.sha256(_text(f"page.{kind}").encode()).digest()).decode()
        for kind in ("js", "css")
    }
    return (
        f"default-src 'none'; script-src 'sha256-{hashes['js']}'; style-src 'sha256-{hashes['css']}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _text(name: str) -> str:
    return files("clysm.reports").joinpath(name).read_text(encoding="utf-8")
