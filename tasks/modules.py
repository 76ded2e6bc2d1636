"""Objects, interfaces and form results: one task per stage and module, and the identity of the hosted
compiler.

    source + interfaces of its dependencies + compiler  ->  module:N/PATH  ->  object, interface, results
"""

import os
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from doit.exceptions import TaskFailed

from clysm.bootstrap import actions, build
from clysm.bootstrap.build import ModuleInputs, ModuleProducts
from clysm.bootstrap.layout import LAST_STAGE
from clysm.bootstrap.pool import Compiler, WorkerFailed
from clysm.bootstrap.project import hosted_listing, hosted_sources
from clysm.workflow import atomic
from clysm.workflow.diagnostics import render
from clysm.workflow.digests import sha256_bytes, sha256_file
from clysm.workflow.errors import ClysmError
from clysm.workflow.states import ModuleStatus
from tasks.action_cache import action_cache
from tasks.freshness import Step
from tasks.run import run

FORMAT = "module 1"  # raise it when the same inputs should give other results


def compiler_input(stage: int) -> str:
    """The file that stands for the compiler of a stage's modules."""
    layout = run().project.layout
    return layout.hosted_compiler if stage == 0 else layout.stage(stage - 1)


def compile_one(stage: int, path: str) -> TaskFailed | None:
    """Make one module's products for one stage, from the action cache or in this thread's worker, and write
    them.
    """
    project = run().project
    run().start_stage(stage)
    try:
        compiler = run().compiler(stage)
        inputs = build.read_inputs(project, stage, path, compiler)
        products = cached(inputs)
        if products is not None:
            build.write_products(project, stage, products)
            return None
        missing = build.missing_module(project, path)
        products = build.compile_module(run().worker, inputs, missing, run().clock)
    except WorkerFailed as problem:
        return TaskFailed(f"the compiler of stage {stage} does not start: {problem}")
    except (ClysmError, OSError) as problem:
        return TaskFailed(str(problem))
    build.write_products(project, stage, products)
    run().note_compiled(stage, path)
    if products.results.status is ModuleStatus.COMPILED:
        keep(stage, inputs, products)
        return None
    return TaskFailed("\n".join((*(render(item) for item in products.results.errors), *products.notes)))


def cached(inputs: ModuleInputs) -> ModuleProducts | None:
    """What an earlier build, here or elsewhere, made of the same inputs."""
    key = actions.module_key(inputs, FORMAT)
    outputs = action_cache().get(key)
    if outputs is None:
        return None
    products = actions.unpack_module(inputs, outputs)
    if products is None:
        action_cache().reject(key)
    return products


def keep(stage: int, inputs: ModuleInputs, products: ModuleProducts) -> None:
    """Keep the products for later builds, if it is certain which compiler made them."""
    outputs = actions.pack_module(products)
    if outputs is not None and is_unchanged(stage, inputs.compiler):
        action_cache().put(actions.module_key(inputs, FORMAT), outputs)


def is_unchanged(stage: int, compiler: Compiler) -> bool:
    """Whether the compiler's identity still is what it was when work began. A stage's worker checks its image
    by itself; the hosted compiler's may have read sources that were edited since they were listed.
    """
    if stage > 0:
        return True
    try:
        return sha256_bytes(hosted_listing(sources(), run().digests.digest)) == compiler.sha256
    except OSError:
        return False


@cache
def sources() -> tuple[str, ...]:
    """The sources of the hosted compiler, as this run found them."""
    return hosted_sources(run().project)


def write_hosted_listing() -> None:
    """Write the list of the hosted compiler's sources, whose hash is its identity."""
    project = run().project
    listing = hosted_listing(sources(), lambda path: sha256_file(project.path(path)))
    atomic.write_if_changed(project.path(project.layout.hosted_compiler), listing)


def task_host() -> Iterator[dict[str, Any]]:
    """hash the sources of the hosted compiler"""
    project = run().project
    signature = "host 1 " + " ".join(sources())
    step = Step(write_hosted_listing, sources(), [project.layout.hosted_compiler], signature)
    yield {"basename": "host", "doc": task_host.__doc__, **step.task()}


def task_module() -> Iterator[dict[str, Any]]:
    """compile one module for one stage: module:STAGE/PATH"""
    project = run().project
    yield {"name": None, "doc": task_module.__doc__}
    for stage in range(LAST_STAGE + 1):
        for path in project.modules(stage):
            files = project.layout.module(stage, path)
            interfaces = (
                project.layout.module(stage, used).interface for used in project.system.closure[path]
            )
            source = [path] if os.path.isfile(path) else []  # a missing file is the action's to report
            step = Step(
                partial(compile_one, stage, path),
                [*source, *interfaces, compiler_input(stage)],
                [files.object, files.interface, files.results],
                FORMAT,
                borrows=True,
            )
            yield {"name": f"{stage}/{path}", "doc": f"compile {path} for stage {stage}", **step.task()}
