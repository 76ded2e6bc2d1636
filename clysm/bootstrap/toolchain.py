"""Which compiler a command uses, and the compiled library that comes with it.

The newest stage image that was built from the present sources, else the hosted compiler. All stages give the
same bytes, and the hosted compiler the same for the core; of programs it compiles those whose macros keep to
its dialect.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clysm.bootstrap import build, stage_report
from clysm.bootstrap.layout import LAST_STAGE
from clysm.bootstrap.pool import Compiler
from clysm.bootstrap.prelude import built_prelude
from clysm.bootstrap.project import Project, hosted_compiler, stage_compiler
from clysm.bootstrap.stage_report import sources_sha256
from clysm.engine.abi import CompilerSession
from clysm.engine.code_cache import CodeCache
from clysm.engine.image import load_image
from clysm.engine.limits import Limits
from clysm.engine.stage import StageCompiler
from clysm.workflow.compiled import module_reply
from clysm.workflow.diagnostics import CompilationError
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.feeder import Feeder, Interface
from clysm.workflow.pipeline import Prelude


@dataclass(frozen=True, slots=True)
class Toolchain:
    """`name` is `stage2` ... `stage0` or `hosted`; `stage` is None for the hosted compiler."""

    name: str
    stage: int | None
    compiler: Compiler


def choose(project: Project) -> Toolchain:
    """The compiler to use for this project's present sources. Raises OSError if not even the host's sources
    are there.
    """
    sources = {
        path: sha256_bytes(build.read_module(project, path) or b"") for path in project.modules(LAST_STAGE)
    }
    for stage in range(LAST_STAGE, -1, -1):
        digest = _current_image(project, stage, sources)
        if digest is not None:
            return Toolchain(f"stage{stage}", stage, stage_compiler(project, stage, digest))
    return Toolchain("hosted", None, hosted_compiler(project))


def _current_image(project: Project, stage: int, sources: Mapping[str, str]) -> str | None:
    """The hash of a stage's image, if it is complete, undamaged and built from these sources."""
    report = stage_report.read(project.path(project.layout.stage_report(stage)))
    if report is None or report["status"] != "success":
        return None
    if report["sources_sha256"] != sources_sha256((path, sources[path]) for path in project.modules(stage)):
        return None
    try:
        digest = sha256_bytes(project.path(project.layout.stage(stage)).read_bytes())
    except OSError:
        return None
    return digest if digest == report["binary"]["sha256"] else None


def open_session(
    project: Project, toolchain: Toolchain, cache: Path, limits: Limits | None = None
) -> CompilerSession:
    """The compiler itself; machine code and the host's code are kept below `cache`. The limits hold for each
    call of a stage. Raises ImageError.
    """
    if toolchain.compiler.image is None:
        from clysm.host.compiler import HostedCompiler  # slow to load, and rarely needed

        hosted: CompilerSession = HostedCompiler(cache / "host")
        return hosted
    image = load_image(project.path(toolchain.compiler.image).read_bytes(), CodeCache(cache / "code"))
    return StageCompiler(image, sys.stderr.buffer, limits)


def load_prelude(
    project: Project, toolchain: Toolchain, feeder: Feeder
) -> Prelude | tuple[CompilationError, ...]:
    """The library for programs: the objects built beside the stage, or compiled now; errors if that fails."""
    built = built_prelude(project, toolchain.stage) if toolchain.stage else None
    return built if built is not None else _compiled_prelude(project, feeder)


def _compiled_prelude(project: Project, feeder: Feeder) -> Prelude | tuple[CompilationError, ...]:
    """Core and library compiled from source by the session's compiler."""
    interfaces: dict[str, Interface] = {}
    objects: list[bytes] = []
    for path in project.modules(LAST_STAGE):
        source = build.read_module(project, path)
        if source is None:
            return (build.missing_module(project, path),)
        used = [interfaces[dependency] for dependency in project.system.closure[path]]
        reply = module_reply(feeder.compile(path, source, used, build.CODE_OPTIONS), path, source)
        if not reply.ok:
            return reply.errors
        interfaces[path] = Interface(path, sha256_bytes(reply.interface), reply.interface)
        objects.append(reply.output)
    seen = project.for_programs(LAST_STAGE)
    return Prelude(tuple(interfaces[path] for path in seen), tuple(objects))
