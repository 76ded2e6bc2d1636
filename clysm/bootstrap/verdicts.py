"""Reading what an earlier gate run said about particular images."""

from clysm.bootstrap import fixpoint_report
from clysm.bootstrap.project import Project
from clysm.workflow.states import Verdict


def earlier_verdict(project: Project, stage: int, image_sha256: str) -> Verdict:
    """The verdict of the gate run that judged exactly this image as this stage; else PENDING."""
    report = fixpoint_report.read(project.path(project.layout.fixpoint_report))
    judged = report.get(f"stage{stage}") if report is not None else None
    if report is None or judged is None or judged["sha256"] != image_sha256 or stage == 0:
        return Verdict.PENDING
    return Verdict(report["status"])
