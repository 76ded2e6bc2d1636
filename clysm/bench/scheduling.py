"""What doit itself takes: the graph of a compiler with many modules, but with actions that only write small
files, beside ninja and make on the same graph.

Times are of the processor, since other work on the machine disturbs them less; only of two threads it is the
wall clock that tells what they are good for.
"""

import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from clysm.bench.bench import Bench, BenchError
from clysm.bench.builds import IDLE, run_doit
from clysm.bench.results import Baseline, Measurement, Result, Unmeasured
from clysm.bench.small_files import write
from clysm.bootstrap.layout import LAST_STAGE
from clysm.bootstrap.project import Project, hosted_sources, load_project

GROUP = "scheduling"
SIZES = (1_000, 10_000)  # tasks
DOIT = ("system", "host", "module", "stage")
_CORE, _LIBRARY = "many/core", "many/library"
_USERS = 8  # modules that need one and the same other, at most
_WAIT_MS = 20
_WAITING_TASKS = 300
_MS_PER_SECOND = 1000

_SETTINGS = f"""[tool.clysm]
system = "lisp/many.asd"
core = "{_CORE}"
library = "{_LIBRARY}"
"""

# The project's own tasks, of which only the actions are others.
_DODO = """import gc

gc.disable()

import time

from clysm.bench.small_files import write
from tasks import modules, stages
from tasks.configuration import configuration, prepare
from tasks.modules import task_host, task_module
from tasks.run import run
from tasks.stages import task_stage
from tasks.system import task_system


def compile_one(stage, path):
    time.sleep({seconds})
    files = run().project.layout.module(stage, path)
    write(files.object, files.interface, files.results)


def link(stage):
    layout = run().project.layout
    write(layout.stage(stage), layout.stage_report(stage))


modules.compile_one, stages.link = compile_one, link
DOIT_CONFIG = configuration()
prepare()
"""

# Makefile and build.ninja by the command that reads them; `edge` is written for each task.
_NINJA: Final = (
    "rule write\n command = for f in $out; do echo $$f > $$f; done\n",
    "build {outputs}: write {inputs}\n",
)
_MAKE: Final = ("all: {all}\n", "{outputs} &: {inputs}\n\tfor f in $@; do echo $$f > $$f; done\n")


def measure(bench: Bench) -> Iterator[Result]:
    """Idle runs of each size, what a task adds to a first run, and what a second thread is good for."""
    try:
        for tasks in SIZES:
            yield from _many_tasks(bench, tasks)
        yield from _two_threads(bench)
    except BenchError as problem:
        yield Unmeasured(GROUP, "all", str(problem))


def make_project(directory: Path, tasks: int, *, action_seconds: float = 0.0) -> Project:
    """A project with about so many tasks: half of the modules are core, half are library."""
    half = tasks // (2 * LAST_STAGE + 1)
    systems = []
    for system, folder, used in ((_CORE, "core", ""), (_LIBRARY, "library", f':depends-on ("{_CORE}")')):
        lines = []
        for number in range(half):
            # The library needs the core's modules too, one each.
            needed = [f'"m{number // _USERS}"'] if number else []
            needed += [f'"core/m{number // _USERS}"'] if used else []
            lines.append(f'(:file "m{number}" :depends-on ({" ".join(needed)}))')
            source = directory / f"lisp/{folder}/m{number}.lisp"
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text(f"; {folder} {number}\n")
        files = "\n".join(lines)
        systems.append(
            f'(defsystem "{system}" {used} :components ((:module "{folder}" :components (\n{files}))))\n'
        )
    (directory / "lisp/many.asd").write_text("".join(systems))
    (directory / "pyproject.toml").write_text(_SETTINGS)
    (directory / "dodo.py").write_text(_DODO.format(seconds=action_seconds))
    return load_project(directory)


def edges(project: Project) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Inputs and outputs of every task."""
    layout = project.layout
    yield hosted_sources(project), [layout.hosted_compiler]
    for stage in range(LAST_STAGE + 1):
        compiler = layout.hosted_compiler if stage == 0 else layout.stage(stage - 1)
        made = []
        for path in project.modules(stage):
            files = layout.module(stage, path)
            interfaces = [layout.module(stage, used).interface for used in project.system.closure[path]]
            yield [path, *interfaces, compiler], [files.object, files.interface, files.results]
            made += [files.object, files.results]
        yield [*made, compiler], [layout.stage(stage), layout.stage_report(stage)]


def write_rules(project: Project) -> None:
    """The same graph for ninja and make, and the folders that it writes to."""
    graph = [{"inputs": " ".join(inputs), "outputs": " ".join(outputs)} for inputs, outputs in edges(project)]
    every = " ".join(edge["outputs"] for edge in graph)
    for name, (head, rule) in (("build.ninja", _NINJA), ("Makefile", _MAKE)):
        text = head.replace("{all}", every) + "".join(rule.format(**edge) for edge in graph)
        (project.root / name).write_text(text)
    for path in every.split():
        project.path(path).parent.mkdir(parents=True, exist_ok=True)


def _many_tasks(bench: Bench, tasks: int) -> Iterator[Result]:
    bench.say(f"doit with {tasks} tasks")
    project = make_project(bench.fresh_directory(f"many-{tasks}"), tasks)
    first = _processor_seconds(lambda: _doit(bench, project))
    idle = tuple(_processor_seconds(lambda: _doit(bench, project, idle=True)) for _ in range(bench.runs))
    baselines = []
    for name in ("ninja", "make"):
        other = _other(bench, project, name)
        if isinstance(other, Unmeasured):
            yield other
        else:
            baselines.append(other)
    command = " ".join(("doit", *DOIT))
    yield Measurement(GROUP, f"nothing to do, {tasks} tasks", "s", idle, command, tuple(baselines))
    actions = _actions_alone(bench, project)
    overhead = tuple((first - seconds - actions) * _MS_PER_SECOND / tasks for seconds in idle)
    yield Measurement(GROUP, f"one of {tasks} tasks, without its action", "ms", overhead, command)
    shutil.rmtree(project.root)


def _processor_seconds(action: Callable[[], object]) -> float:
    """What processes that the action starts and awaits take of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _actions_alone(bench: Bench, project: Project) -> float:
    """Seconds that writing all files takes."""
    outputs = [[f"{project.root}/plain/{path}" for path in outputs] for _, outputs in edges(project)]
    start = bench.processor_clock()
    for paths in outputs:
        write(*paths)
    return bench.processor_clock() - start


def _doit(bench: Bench, project: Project, *arguments: str, idle: bool = False) -> float:
    """Seconds of a run. Raises BenchError if it is not as it should be."""
    seconds, output = run_doit(bench, project, *arguments, *DOIT)
    if (IDLE in output) != idle or not project.path(project.layout.stage(LAST_STAGE)).exists():
        raise BenchError(f"doit runs something else: {output[-300:]}")
    return seconds


def _other(bench: Bench, project: Project, name: str) -> Baseline | Unmeasured:
    """Idle runs of another build tool on the same graph."""
    if shutil.which(name) is None:
        return Unmeasured(GROUP, name, "not installed")
    write_rules(project)

    def build() -> None:
        done = subprocess.run(
            [name], cwd=project.root, capture_output=True, check=False, timeout=bench.seconds
        )
        if done.returncode != 0:
            raise BenchError(f"{name} fails: {done.stderr.decode(errors='replace')[-300:]}")

    build()  # has its own opinion of what is up to date
    return Baseline(name, tuple(_processor_seconds(build) for _ in range(bench.runs)))


def _two_threads(bench: Bench) -> Iterator[Result]:
    """A first run of tasks that wait, by one thread and by two."""
    samples: dict[str, list[float]] = {"1": [], "2": []}
    for run in range(bench.runs):
        for jobs, seconds in samples.items():
            bench.say(f"first run by {jobs} threads, {run + 1} of {bench.runs}")
            directory = bench.fresh_directory(f"threads-{jobs}-{run}")
            project = make_project(directory, _WAITING_TASKS, action_seconds=_WAIT_MS / _MS_PER_SECOND)
            seconds.append(_doit(bench, project, "-n", jobs))
            shutil.rmtree(directory)
    yield Measurement(
        GROUP,
        f"first run, {_WAITING_TASKS} tasks that wait {_WAIT_MS} ms, -n 1",
        "s",
        tuple(samples["1"]),
        f"doit -n 1 {' '.join(DOIT)}",
        (Baseline("-n 2", tuple(samples["2"])),),
    )
