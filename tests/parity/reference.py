"""What the hosted compiler makes of the core: from a build of the present sources, or a sample made now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clysm.bootstrap import build, stage_report
from clysm.bootstrap.build import StaleInput
from clysm.bootstrap.project import Project, hosted_compiler
from clysm.host.compiler import HostedCompiler
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.feeder import Feeder, Interface

SAMPLE = 40  # the first modules of the core, which need no others


@dataclass(frozen=True, slots=True)
class Compiled:
    object: bytes
    interface: bytes


@dataclass(frozen=True, slots=True)
class Reference:
    """Products by module, in compilation order; the linked image only from a build of all of them."""

    modules: Mapping[str, Compiled]
    image: bytes | None


def reference(project: Project, cache: Path) -> Reference:
    """All of the core and Stage 0 where the build directory holds current ones, else a sample."""
    built = _built(project)
    if built is not None:
        return built
    return Reference(compile_hosted(project, project.modules(0)[:SAMPLE], cache), None)


def compile_hosted(project: Project, modules: Iterable[str], cache: Path) -> dict[str, Compiled]:
    """The modules compiled by the hosted compiler; what a listed one uses comes before it."""
    feeder = Feeder(HostedCompiler(cache))
    interfaces: dict[str, Interface] = {}
    products = {}
    for path in modules:
        used = [interfaces[dependency] for dependency in project.system.closure.get(path, ())]
        reply = feeder.compile(path, project.path(path).read_bytes(), used, build.CODE_OPTIONS)
        assert reply.status == 0, f"the hosted compiler fails on `{path}`: {reply.diagnostics[:2000]!r}"
        interfaces[path] = Interface(path, sha256_bytes(reply.interface), reply.interface)
        products[path] = Compiled(reply.output, reply.interface)
    return products


def _built(project: Project) -> Reference | None:
    compiler = hosted_compiler(project)
    products = {}
    for path in project.modules(0):
        results = build.current_results(project, 0, path, compiler)
        if results is None:
            return None
        try:
            code = build.read_object(project, 0, results)
            interface = project.path(project.layout.module(0, path).interface).read_bytes()
        except (StaleInput, OSError):
            return None
        products[path] = Compiled(code, interface)
    return Reference(products, _built_image(project, compiler.sha256))


def _built_image(project: Project, compiler_sha256: str) -> bytes | None:
    report = stage_report.read(project.path(project.layout.stage_report(0)))
    if report is None or report["binary"] is None or report["compiler"]["sha256"] != compiler_sha256:
        return None
    try:
        image = project.path(project.layout.stage(0)).read_bytes()
    except OSError:
        return None
    return image if sha256_bytes(image) == report["binary"]["sha256"] else None
