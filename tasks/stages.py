"""Stages: the objects of all modules linked by the compiler that made them, with a report also when something
failed.

    objects and results of module:N/..., compiler  ->  stage:N  ->  build/stageN.wasm, its report
"""

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from doit.exceptions import TaskFailed

from clysm.bootstrap import build, stage_report
from clysm.bootstrap.build import LinkProducts
from clysm.bootstrap.layout import LAST_STAGE
from clysm.bootstrap.pool import Compiler, WorkerFailed
from clysm.bootstrap.stage_report import Binary, CompilerIdentity, ModuleOutcome, StageReport
from clysm.workflow import atomic
from clysm.workflow.diagnostics import render
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.errors import ClysmError
from clysm.workflow.feeder import STAGE_LINK
from clysm.workflow.links import link_key
from clysm.workflow.states import ModuleStatus, Verdict
from tasks.action_cache import cached_image, keep_image
from tasks.database import before_close
from tasks.freshness import Step
from tasks.modules import compiler_input, is_unchanged
from tasks.reports import show_failures
from tasks.run import is_selected, run

FORMAT = "stage 1"  # raise it when the same inputs should give other results


def link(stage: int) -> TaskFailed | None:
    """Link a stage from the objects of its modules and write image and report; the report also if it
    fails.
    """
    project = run().project
    run().start_stage(stage)
    try:
        compiler = run().compiler(stage)
        results = {
            path: build.current_results(project, stage, path, compiler) for path in project.modules(stage)
        }
        for path, result in results.items():
            if result is None or result.status is not ModuleStatus.COMPILED:
                return TaskFailed(
                    f"`{path}` is not compiled for stage {stage}: run `doit 'module:{stage}/{path}'`"
                )
        objects = [
            build.read_object(project, stage, result) for result in results.values() if result is not None
        ]
        linked = cached_link(compiler, objects)
        engine = "none"
        if linked is None:
            with run().worker(compiler) as worker:
                engine = worker.engine
                linked = build.link_stage(worker, objects)
            keep_link(stage, compiler, objects, linked)
    except WorkerFailed as problem:
        return TaskFailed(f"the compiler of stage {stage} does not start: {problem}")
    except (ClysmError, OSError) as problem:
        return TaskFailed(str(problem))
    run().note_linked(stage)
    outcomes = build.outcomes(project, stage, results, run().compiled(stage))
    if linked.image is None:
        outcomes = build.blame_link(outcomes, linked.errors)
        write_report(stage, compiler, outcomes, None, engine)
        return TaskFailed("\n".join(render(problem) for problem in linked.errors))
    image_path = project.layout.stage(stage)
    atomic.write_if_changed(project.path(image_path), linked.image)
    binary = Binary(image_path, len(linked.image), sha256_bytes(linked.image), True)
    report = write_report(stage, compiler, outcomes, binary, engine)
    return None if report.status == "success" else TaskFailed(f"stage {stage} is {report.status}")


def cached_link(compiler: Compiler, objects: Sequence[bytes]) -> LinkProducts | None:
    """What an earlier link of the same objects by the same compiler gave."""
    image = cached_image(_key(compiler, objects))
    return None if image is None else LinkProducts(image, (), ())


def keep_link(stage: int, compiler: Compiler, objects: Sequence[bytes], linked: LinkProducts) -> None:
    """Keep an image that was linked without a word, if it is certain which compiler made it."""
    if linked.image is not None and not linked.warnings and is_unchanged(stage, compiler):
        keep_image(_key(compiler, objects), linked.image)


def _key(compiler: Compiler, objects: Sequence[bytes]) -> str:
    return link_key(compiler.sha256, objects, STAGE_LINK, build.CODE_OPTIONS, FORMAT)


def write_report(
    stage: int, compiler: Compiler, outcomes: tuple[ModuleOutcome, ...], binary: Binary | None, engine: str
) -> StageReport:
    """Write the report of a stage and return it."""
    from clysm.bootstrap.verdicts import earlier_verdict  # slow to load

    project = run().project
    kind = CompilerIdentity(
        "hosted" if stage == 0 else "stage", stage - 1 if stage else None, compiler.sha256
    )
    report = stage_report.stage_report(
        stage,
        run().timestamp(),
        binary,
        kind,
        outcomes,
        fixpoint_status=earlier_verdict(project, stage, binary.sha256) if binary else Verdict.PENDING,
        duration_ms=run().stage_ms(stage),
        engine=engine,
    )
    stage_report.write(project.path(project.layout.stage_report(stage)), report)
    _discard_reports_after(stage, binary.sha256 if binary else None)
    return report


def _discard_reports_after(stage: int, image_sha256: str | None) -> None:
    """Remove the reports of later stages that do not descend from this image: their compiler is gone."""
    project = run().project
    for later in range(stage + 1, LAST_STAGE + 1):
        path = project.path(project.layout.stage_report(later))
        known = stage_report.read(path)
        if known is None or known["compiler"]["sha256"] != image_sha256:
            atomic.remove(path)
            image_sha256 = None
        else:
            image_sha256 = known["binary"]["sha256"] if known["binary"] else None


def report_failures() -> None:
    """Report every stage of which a module failed in this run, so that it could not be linked, and have the
    page show it.
    """
    for stage in range(LAST_STAGE + 1):
        if run().compiled(stage) and not run().linked(stage):
            with contextlib.suppress(ClysmError, OSError):
                _report_failure(stage)
    show_failures()


def _report_failure(stage: int) -> None:
    project = run().project
    compiler = run().compiler(stage)
    results = {path: build.current_results(project, stage, path, compiler) for path in project.modules(stage)}
    if any(result is not None and result.status is ModuleStatus.FAILED for result in results.values()):
        outcomes = build.outcomes(project, stage, results, run().compiled(stage))
        engines = {worker.engine for worker in run().pool.workers()}
        write_report(stage, compiler, outcomes, None, min(engines, default="none"))


def task_stage() -> Iterator[dict[str, Any]]:
    """link the compiler as an image: stage:0, stage:1, stage:2"""
    before_close(report_failures)
    project = run().project
    yield {"name": None, "doc": task_stage.__doc__}
    for stage in range(LAST_STAGE + 1):
        files = [project.layout.module(stage, path) for path in project.modules(stage)]
        step = Step(
            partial(link, stage),
            [*(file.object for file in files), *(file.results for file in files), compiler_input(stage)],
            [project.layout.stage(stage), project.layout.stage_report(stage)],
            FORMAT,
            # The gate judges the Stage 2 that is there: `doit fixpoint` does not mend a doctored one first.
            borrows=True,
            trust_outputs=stage == LAST_STAGE and is_selected("fixpoint"),
        )
        yield {"name": str(stage), "doc": f"link stage {stage}", "task_dep": ["system"], **step.task()}
