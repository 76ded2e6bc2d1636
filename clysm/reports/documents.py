"""The JSON files that the page is made from, read and checked; what is absent or damaged is None."""

from dataclasses import dataclass
from pathlib import Path

from clysm.bootstrap import fixpoint_report, stage_report
from clysm.bootstrap.layout import LAST_STAGE, Layout
from clysm.reports.places import Place
from clysm.workflow.jsonfile import Json


@dataclass(frozen=True, slots=True)
class Documents:
    """Places whose value is the whole of a file, or None. The history is the tuple of its readable lines."""

    stages: tuple[Place, ...]
    fixpoint: Place
    history: Place
    modules: Place
    passports: Place


def read_documents(root: Path, layout: Layout, modules: Json, passports: Json) -> Documents:
    """The documents of a project: the two that are at hand, the others from their files."""

    def document(path: str, value: object) -> Place:
        return Place(Path(path).name, "", value)

    stages = (layout.stage_report(stage) for stage in range(LAST_STAGE + 1))
    return Documents(
        stages=tuple(document(path, stage_report.read(root / path)) for path in stages),
        fixpoint=document(layout.fixpoint_report, fixpoint_report.read(root / layout.fixpoint_report)),
        history=document(layout.history, fixpoint_report.read_history(root / layout.history)),
        modules=document(layout.modules_report, modules),
        passports=document(layout.passports_report, passports),
    )
