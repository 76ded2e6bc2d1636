"""Compile speed by processor time: all modules of the core in one session, on every host of the compiler."""

from collections.abc import Callable, Iterator
from typing import cast

from clysm.bench.bench import Bench, BenchError
from clysm.bench.results import Measurement, Result, Unmeasured, per_second, time_runs
from clysm.bootstrap.layout import LAST_STAGE
from clysm.bootstrap.other_lisps import Lisp, LispFailed, time_modules
from clysm.bootstrap.project import Project
from clysm.engine.abi import CompilerSession, Options
from clysm.engine.code_cache import CodeCache
from clysm.engine.image import load_image
from clysm.engine.stage import StageCompiler
from clysm.host.compiler import HostedCompiler
from clysm.workflow.errors import ClysmError
from clysm.workflow.formcount import scan_bytes
from clysm.workflow.inference import infer_edges

GROUP = "compilers"


def measure(bench: Bench) -> Iterator[Result]:
    """Lines and forms of the core per second on each host; the time to load the compiler does not count."""
    project = bench.project
    sources = {path: project.path(path).read_bytes() for path in project.modules(0)}
    lines = sum(source.count(b"\n") for source in sources.values())
    forms = sum(len(scan_bytes(source).forms) for source in sources.values())
    bench.say("analysis")
    scanned = time_runs(lambda: _analyze(sources), bench.runs, bench.processor_clock)
    command = f"scan {len(sources)} modules and infer their dependencies"
    yield Measurement(GROUP, "analysis: lines", "lines/s", per_second(lines, scanned), command)
    hosts: dict[str, Callable[[], tuple[float, ...]]] = {
        "Python host": lambda: _time_session(bench, _hosted(bench), sources),
        f"Stage {LAST_STAGE}": lambda: _time_session(bench, _staged(bench), sources),
        **{lisp.name: _other_host(bench, lisp) for lisp in bench.lisps},
    }
    for name, times in hosts.items():
        bench.say(f"compile speed, {name}")
        try:
            seconds = times()
        except (ClysmError, OSError) as problem:
            yield Unmeasured(GROUP, name, str(problem))
            continue
        command = f"compile {len(sources)} modules, {lines} lines, {forms} forms"
        yield Measurement(GROUP, f"{name}: lines", "lines/s", per_second(lines, seconds), command)
        yield Measurement(GROUP, f"{name}: forms", "forms/s", per_second(forms, seconds), command)


def _analyze(sources: dict[str, bytes]) -> None:
    """What stands before a compile of files without a system."""
    infer_edges({path: scan_bytes(source).forms for path, source in sources.items()})


def _time_session(bench: Bench, session: CompilerSession, sources: dict[str, bytes]) -> tuple[float, ...]:
    return time_runs(lambda: _compile_all(bench.project, session, sources), bench.runs, bench.processor_clock)


def _compile_all(project: Project, session: CompilerSession, sources: dict[str, bytes]) -> None:
    session.session_begin({})
    for path, source in sources.items():
        options = {"path": path, "uses": (*project.system.closure[path], path)}
        reply = session.compile_module(source, cast(Options, options))
        if reply.status:
            raise BenchError(f"{path} does not compile: {reply.diagnostics.decode(errors='replace')[:500]}")


def _hosted(bench: Bench) -> CompilerSession:
    return HostedCompiler(bench.project.path(bench.project.settings.cache) / "host")


def _staged(bench: Bench) -> CompilerSession:
    project = bench.project
    data = project.path(project.layout.stage(LAST_STAGE)).read_bytes()
    refused = open(bench.directory / "stage.log", "wb")  # noqa: SIM115 (lives as long as the session)
    return StageCompiler(load_image(data, CodeCache(project.path(project.settings.cache) / "code")), refused)


def _other_host(bench: Bench, lisp: Lisp) -> Callable[[], tuple[float, ...]]:
    def times() -> tuple[float, ...]:
        if not lisp.installed:
            raise LispFailed(lisp.name, "is not installed", "")
        directory = bench.fresh_directory(f"compiler-{lisp.name}")
        modules = bench.project.modules(0)
        return time_modules(lisp, bench.project, modules, bench.runs, directory, bench.seconds)

    return times
