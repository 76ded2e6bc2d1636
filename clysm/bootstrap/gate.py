"""The fixpoint gate: Stage 1 compiles Stage 2 once more, from nothing, and the two must be the same bytes.

    1. prerequisites   Stage 0 and 1 are there, and built from the present sources
    2. generation      Stage 1 compiles and links every module, in a fresh directory, in watched workers
    3. comparison      Stage 1 with what came out, and with the Stage 2 on disk
    4. corpus          the new Stage 2 compiles every program, and each does what is expected
    5. guard           seven checks against trivial agreement
    6. verdict         the first that applies; reports and history

Whatever happens, it finishes and writes `fixpoint.json`. The process must not have imported the Python host;
it blocks it.
"""

import importlib.util
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clysm.bootstrap import build, fixpoint_report, stage_report
from clysm.bootstrap.build import LinkProducts, ModuleInputs, ModuleProducts
from clysm.bootstrap.corpus import CorpusProgram, ProgramOutcome, corpus_result, read_corpus, try_program
from clysm.bootstrap.definitions import source_definitions
from clysm.bootstrap.fixpoint import CorpusResult, FixpointResult, FunctionDiff, GuardCheck, HostParity
from clysm.bootstrap.floors import FLOORS, Floors
from clysm.bootstrap.guard import Evidence, guard
from clysm.bootstrap.independence import Watch
from clysm.bootstrap.parity import host_parity
from clysm.bootstrap.pool import Compiler, WorkerFailed, WorkerPool, WorkerSettings
from clysm.bootstrap.project import Project, hosted_compiler, worker_settings
from clysm.bootstrap.stage_report import Binary, CompilerIdentity, StageReport, sources_sha256
from clysm.wasm.diff import ImageDiff, diff_images
from clysm.wasm.errors import WasmError
from clysm.workflow import atomic
from clysm.workflow.diagnostics import render
from clysm.workflow.digests import sha256_bytes, sha256_file
from clysm.workflow.errors import ClysmError
from clysm.workflow.feeder import Interface
from clysm.workflow.formcount import scan_bytes
from clysm.workflow.jsonfile import Json
from clysm.workflow.parallel import run_graph
from clysm.workflow.states import ModuleStatus, Verdict
from clysm.workflow.times import Clock, elapsed_ms


@dataclass(frozen=True, slots=True)
class GateContext:
    """What the gate needs from outside. `say` takes lines for people; `watch` records what this
    process does. `wait`, if there is one, is called when the gate has made its Stage 2, and returns when the
    Stage 2 on disk can be read, with how much the gate may do at a time from then on.
    """

    project: Project
    jobs: int
    timestamp: str
    clock: Clock
    git_commit: str | None
    watch: Watch
    say: Callable[[str], None]
    floors: Floors = FLOORS
    wait: Callable[[], int] | None = None


class GateError(ClysmError):
    """No comparison is possible: exit status 3 for a missing prerequisite, 2 if Stage 2 could not be made."""

    def __init__(self, kind: str, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.exit_code = exit_code


@dataclass(slots=True)
class _Findings:
    """What is known so far; the report is made from it however far the gate came."""

    sources: dict[str, bytes]
    stages: dict[int, Binary]
    report: StageReport | None = None
    result: FixpointResult | None = None
    comparison: ImageDiff | None = None
    parity: HostParity | None = None
    corpus: CorpusResult | None = None
    guard: tuple[GuardCheck, ...] = ()
    engine: str = "none"
    generation_ms: int = 0
    waited_ms: int = 0
    comparison_ms: int = 0
    corpus_ms: int = 0


def run_gate(context: GateContext) -> Json:
    """Run the gate, write its reports and return what `fixpoint.json` says. Raises OSError if it cannot be
    written.
    """
    start = context.clock()
    project = context.project
    findings = _Findings({}, {})
    error: GateError | None = None
    project.path(project.settings.build).mkdir(parents=True, exist_ok=True)
    fresh = atomic.temporary_beside(project.path(project.layout.gate_folder))
    fresh.mkdir()
    try:
        _judge(context, findings, fresh)
    except GateError as problem:
        error = problem
    except WorkerFailed as problem:
        error = GateError("worker", " ".join(str(problem).split()), 2)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    verdict, exit_code = _verdict(findings, error)
    total_ms = elapsed_ms(start, context.clock()) - findings.waited_ms
    data = _report(context, findings, error, verdict, exit_code, total_ms)
    fixpoint_report.write(project.path(project.layout.fixpoint_report), data)
    _enter_verdict(project, findings, verdict)
    line = fixpoint_report.history_line(data, context.git_commit)
    fixpoint_report.append_history(project.path(project.layout.history), line)
    return data


def _judge(context: GateContext, findings: _Findings, fresh: Path) -> None:
    """Steps 1 to 5. Raises GateError or WorkerFailed."""
    project = context.project
    if importlib.util.find_spec("wasmtime") is None:
        raise GateError("engine", "the engine (wasmtime) is not installed", 3)
    _prerequisites(project, findings)
    findings.parity = host_parity(project)
    stage1 = project.path(project.layout.stage(1)).read_bytes()
    scans = {path: scan_bytes(source) for path, source in findings.sources.items()}
    context.say(f"fixpoint: stage 1 compiles {len(project.modules(2))} modules again")
    try:
        products, image, generation = _generate(context, findings, fresh)
    finally:
        start = context.clock()
        if context.wait is not None:
            context = replace(context, jobs=context.wait())
        findings.waited_ms = elapsed_ms(start, context.clock())
    start = context.clock()
    compared, path = _stage2_to_compare(context, findings, stage1, image)
    _compare(findings, stage1, compared, path)
    findings.comparison_ms = elapsed_ms(start, context.clock())
    context.say("fixpoint: the images are " + ("identical" if compared == stage1 else "different"))
    programs = read_corpus(project.root, project.settings.corpus)
    context.say(f"fixpoint: stage 2 compiles and runs {len(programs)} programs")
    start = context.clock()
    trial = _try_corpus(context, findings, fresh, image, products, programs)
    findings.corpus_ms = elapsed_ms(start, context.clock())
    assert findings.report is not None
    findings.guard = guard(
        Evidence(
            listed=project.system.modules_of(project.settings.core, project.settings.library),
            sources=findings.sources,
            forms=sum(len(scan.forms) for scan in scans.values()),
            definitions=source_definitions(scans),
            report=findings.report,
            image=image,
            generation=generation,
            trial=trial,
            gate=context.watch.findings(),
            worker_command=worker_settings(project).command[0],
            floors=context.floors,
            forbidden=tuple(str(project.path(path)) for path in _forbidden(project)),
            programs=programs,
            corpus=findings.corpus,
            caches=(str(project.path(project.settings.cache)),),
        )
    )


def _forbidden(project: Project) -> tuple[str, ...]:
    """What generation may not read: caches, objects, and every Stage 2 but its own."""
    layout = project.layout
    return (project.settings.cache, f"{layout.build}/objects", layout.stage(2), layout.gate_image)


# 1. Prerequisites


def _prerequisites(project: Project, findings: _Findings) -> None:
    """Fill in sources and the binaries of stages 0 and 1. Raises GateError (3) if one of them is not as it
    must be.
    """
    if project.system.problems:
        raise GateError("system", render(project.system.problems[0]).replace("\n", " "), 3)
    for path in project.modules(2):
        source = build.read_module(project, path)
        if source is None:
            raise GateError("source", f"`{path}` cannot be read", 3)
        findings.sources[path] = source
    if not findings.sources:
        raise GateError("system", f"`{project.settings.system}` lists no modules", 3)
    made_by = hosted_compiler(project).sha256
    for stage in (0, 1):
        binary = _read_stage(project, stage, findings.sources, made_by)
        findings.stages[stage] = binary
        made_by = binary.sha256


def _read_stage(project: Project, stage: int, sources: Mapping[str, bytes], made_by: str) -> Binary:
    """The image of a stage, if it is the one that its report describes and was made from these sources."""
    path = project.layout.stage(stage)
    report = stage_report.read(project.path(project.layout.stage_report(stage)))
    try:
        digest = sha256_file(project.path(path))
    except OSError as problem:
        raise GateError(f"stage{stage}", f"`{path}` is missing: run `doit stage:{stage}`", 3) from problem
    if report is None or report["binary"] is None:
        raise GateError(f"stage{stage}", f"stage {stage} has no report of a complete build", 3)
    binary = report["binary"]
    if binary["sha256"] != digest or not binary["valid"]:
        raise GateError(f"stage{stage}", f"`{path}` is not the image that its report describes", 3)
    expected = sources_sha256((module, sha256_bytes(sources[module])) for module in project.modules(stage))
    if report["sources_sha256"] != expected or report["compiler"]["sha256"] != made_by:
        raise GateError(f"stage{stage}", f"stage {stage} was not built from the current sources", 3)
    return Binary(path, binary["size_bytes"], digest, True)


# 2. Generation


def _generate(
    context: GateContext, findings: _Findings, fresh: Path
) -> tuple[Mapping[str, ModuleProducts], bytes, tuple[Mapping[str, Any], ...]]:
    """Stage 2 by Stage 1: the products of all modules, the image, and the workers' evidence. Raises GateError
    (2).
    """
    project = context.project
    start = context.clock()
    compiler = Compiler(project.layout.stage(1), findings.stages[1].sha256)
    linked: LinkProducts | None = None
    with WorkerPool(_worker_settings(context, fresh)) as pool:

        def compile_one(path: str, done: Mapping[str, ModuleProducts | None]) -> ModuleProducts | None:
            closure = project.system.closure[path]
            used = [done[dependency] for dependency in closure]
            interfaces = []
            for product in used:
                if product is None or product.results.interface_sha256 is None:
                    return None
                results = product.results
                interfaces.append(Interface(results.path, results.interface_sha256 or "", product.interface))
            inputs = ModuleInputs(path, findings.sources[path], tuple(interfaces), compiler)
            missing = build.missing_module(project, path)
            return build.compile_module(pool.worker, inputs, missing, context.clock)

        modules = project.modules(2)
        made = run_graph(modules, project.system.dependencies, compile_one, context.jobs)
        outcomes = build.outcomes(
            project,
            2,
            {path: product.results if product else None for path, product in made.items()},
            frozenset(modules),
        )
        products = {path: product for path, product in made.items() if product is not None}
        with pool.worker(compiler) as worker:
            findings.engine = worker.engine
            compiled = [product.results.status is ModuleStatus.COMPILED for product in products.values()]
            if all(compiled) and len(compiled) == len(modules):
                linked = build.link_stage(worker, [products[path].object for path in modules])
                if linked.image is None:
                    outcomes = build.blame_link(outcomes, linked.errors)
        generation = pool.evidence()
    findings.generation_ms = elapsed_ms(start, context.clock())
    image = linked.image if linked is not None else None
    binary = None
    if image is not None:
        atomic.write_bytes(project.path(project.layout.gate_image), image)
        binary = Binary(project.layout.gate_image, len(image), sha256_bytes(image), True)
    findings.report = stage_report.stage_report(
        2,
        context.timestamp,
        binary,
        CompilerIdentity("stage", 1, compiler.sha256),
        outcomes,
        duration_ms=findings.generation_ms,
        engine=findings.engine,
    )
    if image is None:
        reasons = [
            *(linked.errors if linked else ()),
            *(e for p in products.values() for e in p.results.errors),
        ]
        first = render(reasons[0]).replace("\n", " ") if reasons else "no reason given"
        raise GateError("generation", f"stage 1 cannot make stage 2: {first}", 2)
    return products, image, generation


def _worker_settings(context: GateContext, fresh: Path) -> WorkerSettings:
    """Workers that cannot import the host, are watched, and share no cache with earlier builds."""
    return replace(worker_settings(context.project), cache=str(fresh / "cache"), independent=True)


# 3. Comparison


def _stage2_to_compare(
    context: GateContext, findings: _Findings, stage1: bytes, image: bytes
) -> tuple[bytes, str]:
    """The Stage 2 that is compared, and its path: the new one; or, if that agrees, one on disk that does not.

    The file on disk counts only if its report claims that this Stage 1 made it from these sources: then it
    must be what Stage 1 makes. An older one is none of the gate's business.
    """
    project = context.project
    path = project.layout.stage(2)
    report = stage_report.read(project.path(project.layout.stage_report(2)))
    assert findings.report is not None
    try:
        on_disk = project.path(path).read_bytes()
    except OSError:
        return image, project.layout.gate_image
    if on_disk == image:
        binary = findings.report.binary
        assert binary is not None
        findings.report = replace(findings.report, binary=replace(binary, path=path))
        return image, path
    claims = (
        report is not None
        and report["compiler"]["sha256"] == findings.stages[1].sha256
        and report["sources_sha256"] == findings.report.sources_sha256
    )
    if image == stage1 and claims:
        return on_disk, path
    return image, project.layout.gate_image


def _compare(findings: _Findings, stage1: bytes, stage2: bytes, path: str) -> None:
    """Compare the images. Raises GateError (2) if Stage 2 is no image at all."""
    try:
        found = diff_images(stage1, stage2)
    except WasmError as problem:
        raise GateError("validation", f"`{path}` is not a valid image: {problem}", 2) from problem
    findings.comparison = found
    findings.stages[2] = Binary(path, len(stage2), sha256_bytes(stage2), True)


# 4. Corpus


def _try_corpus(
    context: GateContext,
    findings: _Findings,
    fresh: Path,
    image: bytes,
    products: Mapping[str, ModuleProducts],
    programs: tuple[CorpusProgram, ...],
) -> tuple[Mapping[str, Any], ...]:
    """Have Stage 2 compile every program and run them; the workers' evidence."""
    project = context.project
    path = fresh / "stage2.wasm"
    path.write_bytes(image)
    compiler = Compiler(str(path), sha256_bytes(image))
    interfaces = [
        Interface(module, products[module].results.interface_sha256 or "", products[module].interface)
        for module in project.for_programs(2)
    ]
    objects = [products[module].object for module in project.modules(2)]
    by_name = {program.name: program for program in programs}
    with WorkerPool(_worker_settings(context, fresh)) as pool:

        def attempt(name: str, done: Mapping[str, ProgramOutcome]) -> ProgramOutcome:
            with pool.worker(compiler) as worker:
                return try_program(worker, by_name[name], interfaces, objects)

        outcomes = run_graph(list(by_name), dict.fromkeys(by_name, ()), attempt, context.jobs)
        evidence = pool.evidence()
    for outcome in outcomes.values():
        if outcome.problem is not None:
            context.say(f"fixpoint: program {outcome.name}: {outcome.problem}")
    findings.corpus = corpus_result(outcomes)
    return evidence


# 6. Verdict


def _verdict(findings: _Findings, error: GateError | None) -> tuple[Verdict, int]:
    """The first verdict of the reference that applies, and the exit status."""
    if error is not None:
        return Verdict.ERROR, error.exit_code
    assert findings.comparison is not None
    if not findings.comparison.identical:
        return Verdict.NOT_ACHIEVED, 1
    if not all(check.passed for check in findings.guard):
        return Verdict.TRIVIAL, 1
    return Verdict.ACHIEVED, 0


def fixpoint_result(
    stage1_path: str,
    stage2_path: str,
    found: ImageDiff,
    verdict: Verdict,
    exit_code: int,
    *,
    parity: HostParity | None,
    checks: tuple[GuardCheck, ...],
    corpus: CorpusResult | None,
) -> FixpointResult:
    """The record of a comparison and its verdict."""
    functions = FunctionDiff(
        found.functions_only_in_1,
        found.functions_only_in_2,
        found.functions_changed,
        found.function_diff,
        found.entry_diffs,
    )
    return FixpointResult(
        stage1_path=stage1_path,
        stage2_path=stage2_path,
        identical=found.identical,
        stage1_size=found.stage1_size,
        stage2_size=found.stage2_size,
        first_diff_offset=found.first_diff_offset,
        section_diffs=found.section_diffs,
        verdict=verdict,
        exit_code=exit_code,
        diff_bytes=found.diff_bytes,
        size_delta=found.size_delta,
        function_diff=None if found.identical else functions,
        host_parity=parity,
        guard=checks,
        corpus=corpus,
    )


def _report(
    context: GateContext,
    findings: _Findings,
    error: GateError | None,
    verdict: Verdict,
    exit_code: int,
    total_ms: int,
) -> Json:
    """The content of `fixpoint.json`."""
    comparison = None
    if findings.comparison is not None:
        findings.result = fixpoint_result(
            context.project.layout.stage(1),
            findings.stages[2].path,
            findings.comparison,
            verdict,
            exit_code,
            parity=findings.parity,
            checks=findings.guard,
            corpus=findings.corpus,
        )
        comparison = fixpoint_report.comparison_json(findings.result)
    return {
        "schema_version": fixpoint_report.SCHEMA_VERSION,
        "timestamp": context.timestamp,
        "sources_sha256": sources_sha256(
            (path, sha256_bytes(data)) for path, data in findings.sources.items()
        ),
        "status": str(verdict),
        "exit_code": exit_code,
        "stage0": _binary_json(findings.stages.get(0)),
        "stage1": _binary_json(findings.stages.get(1)),
        "stage2": _stage2_json(findings),
        "comparison": comparison,
        "host_parity": _parity_json(findings.parity),
        "guard": [
            {"check": c.check, "required": c.required, "actual": c.actual, "passed": c.passed}
            for c in findings.guard
        ],
        "corpus": findings.corpus
        and {
            "total": findings.corpus.total,
            "passed": findings.corpus.passed,
            "failures": list(findings.corpus.failures),
        },
        "error": error and {"type": error.kind, "message": error.message},
        "run": {
            "stage2_generation_ms": findings.generation_ms,
            "comparison_ms": findings.comparison_ms,
            "corpus_ms": findings.corpus_ms,
            "total_ms": total_ms,
            "engine": findings.engine,
        },
    }


def _binary_json(binary: Binary | None) -> Json | None:
    if binary is None:
        return None
    return {
        "path": binary.path,
        "size_bytes": binary.size_bytes,
        "sha256": binary.sha256,
        "valid": binary.valid,
    }


def _stage2_json(findings: _Findings) -> Json | None:
    binary = _binary_json(findings.stages.get(2))
    if binary is None or findings.report is None:
        return None
    modules = findings.report.modules
    return {
        **binary,
        "compilation_rate": findings.report.blockers.compilation_rate,
        "modules_compiled": sum(module.status is ModuleStatus.COMPILED for module in modules),
        "modules_total": len(modules),
        "total_forms": findings.report.blockers.total_forms,
    }


def _parity_json(parity: HostParity | None) -> Json | None:
    if parity is None:
        return None
    return {
        "identical": parity.identical,
        "compared": parity.compared,
        "differing": list(parity.differing),
        "first": None if parity.first is None else {"path": parity.first[0], "offset": parity.first[1]},
        "images_identical": parity.images_identical,
    }


def _enter_verdict(project: Project, findings: _Findings, verdict: Verdict) -> None:
    """Write Stage 2's report, and the verdict into the reports of the images that were judged."""
    if findings.report is not None:
        report = replace(findings.report, fixpoint_status=verdict)
        stage_report.write(project.path(project.layout.stage_report(2)), report)
    if 1 in findings.stages and findings.report is not None:
        stage_report.set_fixpoint_status(
            project.path(project.layout.stage_report(1)), findings.stages[1].sha256, verdict
        )
