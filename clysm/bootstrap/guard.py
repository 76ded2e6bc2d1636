"""The non-triviality guard: seven checks that keep two equal but empty images from counting as a fixpoint.

Each check is a function of the evidence alone. All are always made, and all are reported.
"""

import itertools
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clysm.bootstrap.corpus import CorpusProgram, missing_rows
from clysm.bootstrap.definitions import Definition, absent_definitions
from clysm.bootstrap.fixpoint import CorpusResult, GuardCheck
from clysm.bootstrap.floors import Floors
from clysm.bootstrap.stage_report import StageReport
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.states import ModuleStatus


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the gate knows of the run that it judges.

    `listed` are the modules of the system file and `sources` their bytes as compiled; `forms`, how many, and
    `definitions` are what the independent reader finds in them. `image` is Stage 2.
    `generation` and `trial` are what the workers with Stage 1 and with Stage 2 said of themselves; `gate` is
    what the gate's own process did, and `worker_command` the one command that it may start. `forbidden` are
    paths that generation may not open, `caches` those among them that the gate may not open either.
    """

    listed: tuple[str, ...]
    sources: Mapping[str, bytes]
    forms: int
    definitions: tuple[Definition, ...]
    report: StageReport
    image: bytes
    generation: Sequence[Mapping[str, Any]]
    trial: Sequence[Mapping[str, Any]]
    gate: Mapping[str, Any]
    worker_command: str
    forbidden: tuple[str, ...]
    floors: Floors
    programs: tuple[CorpusProgram, ...] = ()
    corpus: CorpusResult | None = None
    caches: tuple[str, ...] = ()


def guard(evidence: Evidence) -> tuple[GuardCheck, ...]:
    """All seven checks, in the order of the reference."""
    return (
        _modules(evidence),
        _forms(evidence),
        _definitions(evidence),
        _size(evidence),
        _executed(evidence),
        _independent(evidence),
        _corpus(evidence),
    )


def _modules(evidence: Evidence) -> GuardCheck:
    compiled = tuple(m.path for m in evidence.report.modules if m.status is ModuleStatus.COMPILED)
    listed = evidence.listed
    passed = set(compiled) == set(listed) and len(compiled) == len(listed) >= evidence.floors.modules
    actual = f"{len(compiled)} of {len(listed)} listed"
    return GuardCheck(
        "modules", f"exactly the listed modules, at least {evidence.floors.modules}", actual, passed
    )


def _forms(evidence: Evidence) -> GuardCheck:
    blockers = evidence.report.blockers
    counted = evidence.forms
    complete = blockers.fail_count == 0 and blockers.skipped_count == 0
    passed = complete and blockers.total_forms == counted and counted >= evidence.floors.forms
    actual = (
        f"rate {blockers.compilation_rate:.2f}, {blockers.skipped_count} skipped, "
        f"{blockers.total_forms} forms, independent count {counted}"
    )
    return GuardCheck(
        "forms", f"rate 100, skipped 0, equal counts, at least {evidence.floors.forms}", actual, passed
    )


def _definitions(evidence: Evidence) -> GuardCheck:
    functions = sum(definition.kind == "function" for definition in evidence.definitions)
    absent = absent_definitions(evidence.definitions, evidence.image)
    passed = not absent and functions >= evidence.floors.functions
    actual = f"{functions} functions, {len(absent)} of {len(evidence.definitions)} definitions absent"
    if absent:
        actual += ": " + ", ".join(f"{item.kind} {item.name}" for item in absent[:5])
    required = f"every definition by name, at least {evidence.floors.functions} functions"
    return GuardCheck("definitions", required, actual, passed)


def _size(evidence: Evidence) -> GuardCheck:
    size = len(evidence.image)
    return GuardCheck(
        "size",
        f"at least {evidence.floors.image_bytes} bytes",
        f"{size} bytes",
        size >= evidence.floors.image_bytes,
    )


def _executed(evidence: Evidence) -> GuardCheck:
    calls = [tuple(call) for worker in evidence.generation for call in worker["calls"]]
    compiled = Counter(digest for name, digest in calls if name == "compile_module")
    wanted = Counter(sha256_bytes(source) for source in evidence.sources.values())
    links = sum(name == "link" for name, _ in calls)
    refused = sorted({name for worker in evidence.generation for name in worker["refused_imports"]})
    by_workers = (_forbidden(worker["watched"], evidence.forbidden) for worker in evidence.generation)
    opened = sorted({*itertools.chain(*by_workers), *_forbidden(evidence.gate, evidence.caches)})
    passed = compiled == wanted and links == 1 and not refused and not opened
    counts = f"{compiled.total()} compiles, {links} links"
    actual = f"{counts}, {len(refused)} forbidden imports, {len(opened)} forbidden files"
    if compiled != wanted:
        actual += "; the sources compiled are not the sources listed"
    if refused or opened:
        actual += ": " + ", ".join([*refused, *opened][:5])
    required = f"{wanted.total()} compiles of the listed sources, 1 link, no forbidden import or file"
    return GuardCheck("executed", required, actual, passed)


def _forbidden(watched: Mapping[str, Any], forbidden: tuple[str, ...]) -> list[str]:
    """The forbidden files, or files below forbidden directories, that a process opened."""
    opened: list[str] = watched.get("opened", [])
    return [
        path for path in opened if any(path == item or path.startswith(item + os.sep) for item in forbidden)
    ]


def _independent(evidence: Evidence) -> GuardCheck:
    workers = [worker["watched"] for worker in (*evidence.generation, *evidence.trial)]
    tried = evidence.corpus is not None and evidence.corpus.passed > 0  # then some worker did it
    there = bool(evidence.generation) and (bool(evidence.trial) or not tried)
    watched = there and all("host_importable" in worker for worker in workers)
    importable = [place for place in (*workers, evidence.gate) if place.get("host_importable", True)]
    started = [program for worker in workers for program in worker.get("started", [])]
    started += [program for program in evidence.gate["started"] if program != evidence.worker_command]
    passed = watched and not importable and not started
    actual = f"{len(workers)} workers, host importable in {len(importable)}, {len(started)} programs started"
    if started:
        actual += ": " + ", ".join(started[:5])
    required = "the Python host blocked in the gate and its workers, no other program started"
    return GuardCheck("independent", required, actual, passed)


def _corpus(evidence: Evidence) -> GuardCheck:
    result = evidence.corpus
    rows = missing_rows(evidence.programs, evidence.floors.corpus_rows)
    good = result is not None and result.passed == result.total
    passed = good and len(evidence.programs) >= evidence.floors.corpus_programs and not rows
    actual = f"{result.passed} of {result.total} pass" if result is not None else "not run"
    if rows:
        actual += f", no program for rows {', '.join(rows)}"
    required = f"all pass, at least {evidence.floors.corpus_programs}, one per row of the checklist"
    return GuardCheck("corpus", required, actual, passed)
