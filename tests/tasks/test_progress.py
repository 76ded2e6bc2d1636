"""What a run shows of its progress: the numbers, the lines, the bar on a real terminal, quiet and verbose."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clysm.workflow.states import Phase
from tasks import progress_durations
from tasks.progress_bar import row_of
from tasks.progress_build import BuildProgress, BuildState, group_of
from tests.support.projects import SOURCES, environment, make_project, run_doit
from tests.tasks.test_fixpoint import DODO, PROGRAM

READER = "lisp/compiler/reader.lisp"
MODULES = [f"module:1/{path}" for path in SOURCES]
STAGE = [*MODULES, "stage:1"]


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def numbers(state: BuildState) -> tuple[Phase, int, int, str, float]:
    info = state.info
    return (
        info.phase,
        info.current_module,
        info.total_modules,
        info.current_path,
        round(state.percentage, 1),
    )


# The numbers


@pytest.mark.parametrize(
    ("task", "group"),
    [
        ("module:1/lisp/a.lisp", "stage 1"),
        ("stage:0", "stage 0"),
        ("passports:cells/0001", "passports"),
        ("fixpoint", "fixpoint"),
    ],
)
def test_groups(task: str, group: str) -> None:
    assert group_of(task) == group


def test_a_stage_from_begin_to_end() -> None:
    clock = Clock()
    progress = BuildProgress(STAGE, dict.fromkeys(STAGE, 1000), clock)
    assert numbers(progress.state) == (Phase.INIT, 0, 0, "", 0.0)
    for count, task in enumerate(MODULES, 1):
        progress.begin(task)
        assert progress.state.subject == task.removeprefix("module:1/")
        clock.seconds += 2
        progress.end(task, "OK")
        path = task.removeprefix("module:1/")
        assert numbers(progress.state) == (Phase.COMPILING, count, 6, path, round(100 * count / 7, 1))
        assert progress.state.seconds_left == pytest.approx(2.0 * (7 - count))
    progress.begin("stage:1")
    assert progress.state.info.phase is Phase.LINKING
    clock.seconds += 1.5
    assert progress.state.seconds_left == pytest.approx(0.0, abs=0.5)
    progress.end("stage:1", "OK")
    assert numbers(progress.state)[::4] == (Phase.DONE, 100.0)
    assert progress.durations == {**dict.fromkeys(MODULES, 2000), "stage:1": 1500}


def test_what_is_up_to_date_counts_as_done_but_tells_nothing_about_speed() -> None:
    clock = Clock()
    progress = BuildProgress(STAGE, dict.fromkeys(STAGE, 1000), clock)
    for task in MODULES[:5]:
        progress.end(task, "UP TO DATE")
    progress.begin(MODULES[5])
    clock.seconds += 4
    assert progress.state.seconds_left is None
    progress.end(MODULES[5], "OK")
    assert progress.state.seconds_left == pytest.approx(4.0)
    assert progress.durations == {MODULES[5]: 4000}


def test_failures_are_counted_and_teach_no_duration() -> None:
    progress = BuildProgress(STAGE, {}, Clock())
    progress.begin(MODULES[0])
    progress.end(MODULES[0], "FAILED", failed=True)
    progress.end(MODULES[1], "FAILED")
    assert progress.state.failures == 1
    assert progress.durations == {}


def test_the_percentage_never_falls_in_any_order() -> None:
    tasks = [*MODULES, *(task.replace(":1/", ":2/") for task in MODULES), "passports:x", "stage:2", "stage:1"]
    progress = BuildProgress(tasks, {tasks[0]: 0, tasks[3]: 90_000}, Clock())
    seen = [0.0]
    for number, task in enumerate(tasks):
        if number % 3:
            progress.begin(task)
        progress.end(task, "OK")
        progress.end(task, "OK")  # a second time counts nothing
        seen.append(progress.state.percentage)
    assert seen == sorted(seen)
    assert seen[-1] == 100.0


def test_a_clock_that_goes_back_breaks_nothing() -> None:
    clock = Clock()
    progress = BuildProgress(STAGE, {}, clock)
    progress.begin(MODULES[0])
    clock.seconds -= 50
    progress.end(MODULES[0], "OK")
    assert progress.durations == {MODULES[0]: 0}
    assert progress.state.seconds_left is None


def test_tasks_that_were_not_planned_are_left_out() -> None:
    progress = BuildProgress(MODULES, {}, Clock())
    progress.begin("other")
    progress.end("other", "OK")
    assert progress.state.percentage == 0.0


def test_the_row_of_a_bar() -> None:
    clock = Clock()
    progress = BuildProgress(STAGE, dict.fromkeys(STAGE, 1000), clock)
    progress.begin(MODULES[0])
    clock.seconds += 61
    progress.end(MODULES[0], "FAILED", failed=True)
    progress.begin(MODULES[1])
    what, percentage, detail = row_of(progress.state)
    assert (what, detail) == ("stage 1", f"1/6, 1 failed, 6:06 left, {READER}")
    assert percentage == pytest.approx(100 / 7)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1}', '{"version": 1, "tasks": {"a": "x"}}'])
def test_damaged_durations_are_no_durations(tmp_path: Path, text: str) -> None:
    (tmp_path / "d").write_text(text)
    assert progress_durations.read(tmp_path / "d") == {}


def test_durations_of_tasks_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    progress_durations.write(tmp_path / "d", {"gone": 1, "old": 2}, {"new": 3}, ["old", "new", "never"])
    assert progress_durations.read(tmp_path / "d") == {"old": 2, "new": 3}


# Lines


@pytest.mark.parametrize("jobs", ["0", "1", "4"])
def test_lines_where_there_is_no_terminal(tmp_path: Path, jobs: str) -> None:
    said = run_doit(make_project(tmp_path), "-n", jobs, "stage:1").stdout
    assert "\x1b" not in said
    assert "\r" not in said
    assert said.splitlines() == [
        "stage 0: compiling 4 modules with the hosted compiler",
        *(f"stage 0: {done}/4 modules, {done * 25}%" for done in range(1, 5)),
        "stage 0: linking",
        "stage 0: success, 4/4 modules, 14/14 forms, 100.00%, 0 skipped, build/stage0.wasm (375 bytes)",
        "stage 1: compiling 6 modules with stage 0",
        *(f"stage 1: {done}/6 modules, {done * 100 // 6}%" for done in (2, 3, 5, 6)),
        "stage 1: linking",
        "stage 1: success, 6/6 modules, 21/21 forms, 100.00%, 0 skipped, build/stage1.wasm (480 bytes)",
        "tasks: 14 run, 0 up to date, 0 failed, 0 skipped",
    ]


def test_quiet(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    assert run_doit(root, "-v", "0", "stage").stdout == ""
    assert run_doit(root, "-v", "0", "stage").stdout == ""
    (root / READER).write_text("(fail macro-error x)")
    result = run_doit(root, "-v", "0", "stage:0")
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert lines[0] == f"FAILED module:0/{READER}"
    assert lines[-1].startswith("tasks: ")
    assert not any(line.startswith("stage 0: compiling") for line in lines)


def test_verbose(tmp_path: Path) -> None:
    root = make_project(tmp_path, {READER: SOURCES[READER] + "(wait 1)\n"})
    said = run_doit(root, "-v", "2", "stage:0").stdout
    times = dict(re.findall(r"^(\S+): (\d+) ms$", said, re.MULTILINE))
    assert times.keys() == {
        "system",
        "host",
        "stage:0",
        *(f"module:0/{path}" for path in SOURCES if "compiler" in path),
    }
    assert int(times[f"module:0/{READER}"]) >= 1000
    known = json.loads((root / ".clysm-cache/durations.json").read_text())["tasks"]
    assert known == {task: int(milliseconds) for task, milliseconds in times.items()}


def test_what_came_from_the_cache_teaches_no_duration(tmp_path: Path) -> None:
    root = make_project(tmp_path, {READER: SOURCES[READER] + "(wait 1)\n"})
    assert run_doit(root, "stage:0").returncode == 0
    assert run_doit(root, "clean", "module").returncode == 0
    assert run_doit(root, "stage:0").returncode == 0
    known = json.loads((root / ".clysm-cache/durations.json").read_text())["tasks"]
    assert known[f"module:0/{READER}"] >= 1000


def test_rich_is_not_loaded_where_it_is_not_needed(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    dodo = (root / "dodo.py").read_text()
    check = "\nimport atexit, sys\natexit.register(lambda: print('rich:', 'rich' in sys.modules))\n"
    (root / "dodo.py").write_text(dodo + check)
    assert "rich: False" in run_doit(root, "stage").stdout
    assert "rich: False" in on_terminal(root, "stage")  # nothing to do


# A terminal


def on_terminal(root: Path, *arguments: str, interrupt: str | None = None) -> str:
    """The output of doit on a terminal of 100 columns; interrupted when it has shown the text."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "doit", *arguments],
        cwd=root,
        env=environment(TERM="xterm", COLUMNS="100"),
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    output = b""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if not select.select([leader], [], [], 1)[0]:
            continue
        try:
            data = os.read(leader, 65536)
        except OSError:  # the other side is closed
            break
        output += data
        if interrupt is not None and interrupt.encode() in output:
            process.send_signal(signal.SIGINT)
            interrupt = None
    os.close(leader)
    process.wait(30)
    return output.decode()


def plain(text: str) -> str:
    """Without escape sequences."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def lasting(text: str) -> list[str]:
    """The lines that remain, as a terminal shows them: what was overwritten or removed is left out."""
    lines: list[str] = [""]
    row = 0
    for token in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", text):
        if token == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif token.endswith("A") and token.startswith("\x1b["):
            row = max(0, row - int(token[2:-1] or 1))
        elif token == "\x1b[2K":
            lines[row] = ""
        elif not token.startswith("\x1b") and token != "\r":
            lines[row] += token
    return [line for line in lines if line]


@pytest.mark.parametrize("jobs", ["0", "1", "4"])
def test_a_bar(tmp_path: Path, jobs: str) -> None:
    root = make_project(tmp_path, {path: text + "(wait 0.3)\n" for path, text in SOURCES.items()})
    said = on_terminal(root, "-n", jobs, "stage")
    shown = plain(said)
    assert re.search(r"stage 1 [━╸╺ ]+ +\d+% \d/6, (\d:\d\d left, )?lisp/", shown)
    percentages = [int(number) for number in re.findall(r"(\d+)% \d", shown)]
    assert percentages == sorted(percentages)
    assert percentages[-1] == 100
    assert "Traceback" not in said
    assert lasting(said) == [
        "stage 0: compiling 4 modules with the hosted compiler",
        "stage 0: linking",
        "stage 0: success, 4/4 modules, 18/18 forms, 100.00%, 0 skipped, build/stage0.wasm (375 bytes)",
        "stage 1: compiling 6 modules with stage 0",
        "stage 1: linking",
        "stage 1: success, 6/6 modules, 27/27 forms, 100.00%, 0 skipped, build/stage1.wasm (480 bytes)",
        "stage 2: compiling 6 modules with stage 1",
        "stage 2: linking",
        "stage 2: success, 6/6 modules, 27/27 forms, 100.00%, 0 skipped, build/stage2.wasm (480 bytes)",
        "tasks: 21 run, 0 up to date, 0 failed, 0 skipped",
    ]


def test_failures_so_far_and_what_the_compiler_said(tmp_path: Path) -> None:
    slow = {path: text + "(wait 0.5)\n" for path, text in SOURCES.items()}
    root = make_project(tmp_path, {**slow, READER: "(fail macro-error [bold]x[/bold])"})
    said = on_terminal(root, "-n", "1", "stage:0")
    assert "1 failed" in plain(said)
    assert f"FAILED module:0/{READER}" in lasting(said)
    assert any("`[bold]x[/bold]` does not compile" in line for line in lasting(said))


def test_the_bar_goes_while_the_gate_prints(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"dodo.py": DODO, **PROGRAM})
    said = on_terminal(root, "system", "host", "module", "stage", "fixpoint")
    lines = lasting(said)
    for line in ("fixpoint: stage 1 compiles 6 modules again", "fixpoint: ACHIEVED"):
        assert line in lines
    assert lines[-1].startswith("tasks: ")


def test_an_interrupt_gives_the_terminal_back(tmp_path: Path) -> None:
    root = make_project(tmp_path, {READER: SOURCES[READER] + "(hang)\n"})
    said = on_terminal(root, "stage:0", interrupt=READER)
    assert said.count("\x1b[?25l") == said.count("\x1b[?25h") > 0
    assert "Traceback" not in said


def test_a_dumb_terminal_gets_lines(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    program = "import pty, sys; sys.exit(pty.spawn([sys.executable, '-m', 'doit', 'stage:0']) >> 8)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env=environment(TERM="dumb"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "\x1b" not in done.stdout
    assert "stage 0: 4/4 modules, 100%" in done.stdout
