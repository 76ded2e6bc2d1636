"""Builds of the project by doit, in temporary copies: the first one, one with nothing to do, and one after a
function body changed, of the compiler, of its library, or of a user's program; the last also under
`clysm watch`, which keeps the workers.
"""

import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import tomlkit

from clysm.bench.bench import Bench, BenchError
from clysm.bench.results import Baseline, Measurement, Result, Unmeasured
from clysm.bootstrap import fixpoint_report, stage_report
from clysm.bootstrap.layout import LAST_STAGE
from clysm.bootstrap.project import Project, load_project
from clysm.workflow.digests import sha256_file
from clysm.workflow.processors import default_jobs

GROUP = "builds"
IDLE = "nothing to do"
WATCHED = "waiting for changes"
_IGNORED = (".git", ".venv", "__pycache__", "*.egg-info", "*_cache")
_MS_PER_SECOND = 1000
_REBUILT = 1  # the stage that is brought up to date after a change
_PAUSE_SECONDS = 1.0  # between two edits; nobody saves faster
_PROGRAM = "bench-program"
_PROGRAM_FILES = {
    f"{_PROGRAM}/{_PROGRAM}.asd": f'(defsystem "{_PROGRAM}" :serial t'
    ' :components ((:file "one") (:file "two") (:file "three")))\n',
    f"{_PROGRAM}/one.lisp": "(defun one (x) (list x))\n",
    f"{_PROGRAM}/two.lisp": "(defun two (x) (one x))\n",
    f"{_PROGRAM}/three.lisp": "(print (two 1))\n",
}


def measure(bench: Bench) -> Iterator[Result]:
    """First builds, each in a copy of its own; the last copy serves for the others."""
    copies: list[Project] = []
    try:
        yield from _first_builds(bench, copies)
        copy = copies[-1]
        yield from _idle_builds(bench, copy)
        core = set(copy.modules(0))
        library = [path for path in copy.modules(LAST_STAGE) if path not in core]
        compiler = [path for path in copy.modules(0) if "/compiler/" in path]
        for what, paths in (("library", library), ("compiler", compiler)):
            if paths:
                image = copy.layout.stage(_REBUILT)
                yield from _rebuilds(bench, copy, what, paths[-1], image, f"stage:{_REBUILT}")
        yield from _program_rebuilds(bench, copy)
    except BenchError as problem:
        yield Unmeasured(GROUP, "all", str(problem))


def copy_project(project: Project, directory: Path) -> Project:
    """The project's sources in a new directory, without anything built."""
    ignored = shutil.ignore_patterns(*_IGNORED, project.settings.build, project.settings.cache)
    shutil.copytree(project.root, directory, ignore=ignored)
    return load_project(directory)


def run_doit(bench: Bench, project: Project, *arguments: str) -> tuple[float, str]:
    """Seconds and output of a build. Whether it succeeded is for the caller to find in what was built."""
    start = bench.clock()
    done = subprocess.run(
        [sys.executable, "-m", "doit", *arguments],
        cwd=project.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=bench.seconds,
        check=False,
    )
    return bench.clock() - start, done.stdout.decode(errors="replace")


def _first_builds(bench: Bench, copies: list[Project]) -> Iterator[Result]:
    """Whole and by phases, and what it takes with one job at a time."""
    times: dict[str, list[float]] = {}
    alone: list[float] = []
    for run in range(bench.runs):
        bench.say(f"first build with one job, {run + 1} of {bench.runs}")
        copy = copy_project(bench.project, bench.directory / f"one-job-{run}")
        seconds, output = run_doit(bench, copy, "-n", "1")
        dict(_phases(copy, output))  # raises if it failed
        alone.append(seconds)
        shutil.rmtree(copy.root)
        bench.say(f"first build, {run + 1} of {bench.runs}")
        if copies:
            shutil.rmtree(copies.pop().root)
        copy = copy_project(bench.project, bench.directory / f"first-build-{run}")
        copies.append(copy)
        seconds, output = run_doit(bench, copy)
        for name, value in (("whole", seconds), *_phases(copy, output)):
            times.setdefault(name, []).append(value)
    for name, samples in times.items():
        yield Measurement(GROUP, f"first build: {name}", "s", tuple(samples), "doit")
    parallel = Baseline(f"-n {default_jobs()}", tuple(times["whole"]))
    yield Measurement(GROUP, "first build: one job at a time", "s", tuple(alone), "doit -n 1", (parallel,))


def _phases(project: Project, output: str) -> Iterator[tuple[str, float]]:
    """Seconds of each stage and of the gate, from the reports. Raises BenchError if a stage failed."""
    for stage in range(LAST_STAGE + 1):
        report = stage_report.read(project.path(project.layout.stage_report(stage)))
        if report is None or report["status"] != "success":
            raise BenchError(f"the build fails: {output[-500:]}")
        yield f"stage {stage}", report["run"]["duration_ms"] / _MS_PER_SECOND
    gate = fixpoint_report.read(project.path(project.layout.fixpoint_report))
    if gate is not None:
        yield "gate", gate["run"]["total_ms"] / _MS_PER_SECOND


def _idle_builds(bench: Bench, project: Project) -> Iterator[Result]:
    bench.say("build with nothing to do")
    samples = []
    for _ in range(bench.runs):
        seconds, output = run_doit(bench, project)
        if IDLE not in output:
            yield Unmeasured(GROUP, "nothing to do", f"there is something to do: {output[-300:]}")
            return
        samples.append(seconds)
    yield Measurement(GROUP, "nothing to do", "s", tuple(samples), "doit")
    yield from _reports(bench, project)


def _reports(bench: Bench, project: Project) -> Iterator[Result]:
    """What is printed and drawn when everything is built."""
    page = project.path(project.layout.page)
    samples = []
    for _ in range(bench.runs):
        page.unlink(missing_ok=True)
        seconds, output = run_doit(bench, project, "report")
        if not page.exists():
            yield Unmeasured(GROUP, "reports", f"there is no page: {output[-300:]}")
            return
        samples.append(seconds)
    yield Measurement(GROUP, "reports", "s", tuple(samples), "doit report")


def _program_rebuilds(bench: Bench, project: Project) -> Iterator[Result]:
    """The same for a program that uses the compiler as the last change left it."""
    settings = project.path("pyproject.toml")
    document: dict[str, Any] = tomlkit.parse(settings.read_text("utf-8"))
    document["tool"]["clysm"]["systems"] = [f"{_PROGRAM}/{_PROGRAM}.asd"]
    settings.write_text(tomlkit.dumps(document), "utf-8")
    for name, content in _PROGRAM_FILES.items():
        project.path(name).parent.mkdir(exist_ok=True)
        project.path(name).write_text(content)
    task, image = f"program:{_PROGRAM}", project.layout.program(_PROGRAM)
    _, output = run_doit(bench, project, task)
    if not project.path(image).exists():
        yield Unmeasured(GROUP, "program module changed", f"it is not built: {output[-300:]}")
        return
    yield from _rebuilds(bench, project, "program", f"{_PROGRAM}/two.lisp", image, task)
    yield from _watched_rebuilds(bench, project, f"{_PROGRAM}/two.lisp", image, task)


def _watched_rebuilds(bench: Bench, project: Project, path: str, made: str, task: str) -> Iterator[Result]:
    """From a save to the end of the build that it starts."""
    name = "program module changed, watched"
    bench.say(f"rebuild after a change in {path}, watched")
    source, image = project.path(path), project.path(made)
    original = source.read_text("utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "clysm", "watch", task],
        cwd=project.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as watching:
        limit = threading.Timer(bench.seconds, watching.kill)
        limit.start()
        try:
            said = _until_watched(watching)
            samples = []
            for run in range(bench.runs):
                time.sleep(_PAUSE_SECONDS)
                before = sha256_file(image)
                start = bench.clock()
                source.write_text(change_function_body(original, bench.runs + run), "utf-8")
                said = _until_watched(watching)
                samples.append(bench.clock() - start)
                if sha256_file(image) == before:
                    yield Unmeasured(GROUP, name, f"{task} stays the same: {said[-300:]}")
                    return
            command = f"clysm watch {task}; edit {path}"
            yield Measurement(GROUP, name, "s", tuple(samples), command)
        finally:
            limit.cancel()
            watching.terminate()


def _until_watched(watching: "subprocess.Popen[str]") -> str:
    """What is said until a build has ended."""
    assert watching.stdout is not None
    said = ""
    while WATCHED not in said and (line := watching.stdout.readline()):
        said += line
    return said


def _rebuilds(bench: Bench, project: Project, what: str, path: str, made: str, task: str) -> Iterator[Result]:
    """Bring an image up to date after a function of the module at `path` has got another body."""
    bench.say(f"rebuild after a change in {path}")
    source = project.path(path)
    original = source.read_text("utf-8")
    image = project.path(made)
    samples = []
    for run in range(bench.runs):
        before = sha256_file(image)
        source.write_text(change_function_body(original, run), "utf-8")
        seconds, output = run_doit(bench, project, task)
        if sha256_file(image) == before:
            yield Unmeasured(GROUP, f"{what} module changed", f"{task} stays the same: {output[-300:]}")
            return
        samples.append(seconds)
    yield Measurement(GROUP, f"{what} module changed", "s", tuple(samples), f"edit {path}; doit {task}")


def change_function_body(source: str, number: int) -> str:
    """The source with a form that makes a vector of the number in front of the first function's body. The
    compiler would leave out a list that nobody needs.

    Raises BenchError if there is no function.
    """
    match = re.search(r"^\(defun [^\s()]+ (?=\()", source, re.MULTILINE)
    if match is None:
        raise BenchError("there is no function to change")
    end = match.end() + _list_length(source[match.end() :])
    return f"{source[:end]} (vector {number}){source[end:]}"


def _list_length(text: Sequence[str]) -> int:
    """Length of the parenthesized list at the start; a lambda list, so without strings or comments."""
    depth = 0
    for position, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return position + 1
    raise BenchError("a lambda list does not end")
