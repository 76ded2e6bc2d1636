"""The documents are true, the dependencies are pinned (N57), the continuous integration runs the tests and
says how many there were (N55), and no source is too long, no primitive too many (N56).
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from clysm.bootstrap.project import load_project
from clysm.cli.arguments import parse
from clysm.host.compiler import HostedCompiler
from tests.support.projects import REPOSITORY, run_doit

README = (REPOSITORY / "README.md").read_text("utf-8")
LISP_README = (REPOSITORY / "clysm/lisp/README.md").read_text("utf-8")
INTEGRATION = (REPOSITORY / ".ci/run").read_text("utf-8")
PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
LONGEST_SOURCE = 1500  # lines
MOST_PRIMITIVES = 225  # that the code generator knows; what can be written in Lisp is in the library
SOURCES = ("clysm/**/*.py", "tasks/**/*.py", "tests/**/*.py", "clysm/lisp/**/*.lisp", "dodo.py")


def commands(document: str) -> Iterator[Sequence[str]]:
    """The lines and table cells of a document that are commands, as words."""
    for line in re.findall(r"^    ((?:clysm|doit) .+)$|`((?:clysm|doit) [^`]+)`", document, re.MULTILINE):
        yield shlex.split("".join(line).replace("`", ""))


def test_the_commands_of_the_readme_exist() -> None:
    groups = {line.split()[0] for line in run_doit(REPOSITORY, "list", "--all").stdout.splitlines() if line}
    seen = set()
    for program, *words in commands(README):
        if program == "clysm":
            assert parse(words).command == words[0]
        else:
            tasks = [word for word in words if not word.startswith("-") and not word.isdecimal()]
            names = [word.partition(":")[0] for word in tasks if word != "list"]
            assert set(names) <= groups, words
        seen.add((program, words[0]))
    assert {("clysm", "compile"), ("clysm", "verify"), ("doit", "fixpoint"), ("doit", "report")} <= seen


def test_the_folders_of_the_readme_exist() -> None:
    table = README.partition("| folder | holds |")[2]
    named = [name for row in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE) for name in row.split(", ")]
    folders = {name.strip("`") for name in named}
    settings = load_project(REPOSITORY).settings
    assert {settings.build, settings.cache} <= folders
    present = {
        path.parent.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob("clysm/*/__init__.py")
    }
    assert present - folders == {"clysm/bench"}
    assert all((REPOSITORY / folder).is_dir() for folder in folders - {settings.build, settings.cache})


def test_the_packages_of_the_lisp_readme_are_those_that_the_sources_define() -> None:
    documented = set(re.findall(r"^\| `([A-Z.-]+)` \|", LISP_README, re.MULTILINE))
    sources = (path.read_text("utf-8") for path in (REPOSITORY / "clysm/lisp").rglob("*.lisp"))
    used = {name for text in sources for name in re.findall(r'^\(in-package "([^"]+)"\)', text, re.MULTILINE)}
    assert used - {"COMMON-LISP-USER"} <= documented


def test_every_dependency_is_pinned() -> None:
    project = PYPROJECT["project"]
    required = [*PYPROJECT["build-system"]["requires"], *project["dependencies"]]
    required += [item for items in project["optional-dependencies"].values() for item in items]
    assert [item for item in required if not re.fullmatch(r"[A-Za-z0-9-]+==[0-9.]+", item)] == []


def test_what_is_imported_is_declared() -> None:
    """Of the packages that are installed here, the sources import those that pyproject.toml names."""
    declared = {
        re.split("==", item)[0].replace("-", "_").lower() for item in PYPROJECT["project"]["dependencies"]
    }
    pattern = re.compile(r"^\s*(?:import|from) ([a-z_0-9]+)", re.MULTILINE)
    files = [path for folder in ("clysm", "tasks") for path in (REPOSITORY / folder).rglob("*.py")]
    imported = {name for path in files for name in pattern.findall(path.read_text("utf-8"))}
    foreign = imported - set(sys.stdlib_module_names) - {"clysm", "tasks"}
    assert foreign == declared


def test_the_integration_runs_the_two_commands_and_all_tests() -> None:
    lines = [line.strip() for line in INTEGRATION.splitlines()]
    builds = re.findall(r"^    (python3 -m venv .*)$", README, re.MULTILINE)
    assert [line.removesuffix(" || exit 1") for line in lines if line.startswith("python3")] == builds
    assert [command.rsplit("/", 1)[1] for command in builds] == ["doit", "pytest"]
    assert "set -euo pipefail" in lines
    assert {".venv/bin/pytest -m battery", ".venv/bin/doit fixpoint"} <= set(lines)


# N54, I15.
def test_a_run_of_the_tests_prints_how_many_there_were_and_why_some_were_skipped(tmp_path: Path) -> None:
    """With this project's own settings of pytest."""
    (tmp_path / "test_some.py").write_text(
        "import pytest\ndef test_one():\n    pass\ndef test_two():\n    pytest.skip('no such thing')\n"
    )
    command = [sys.executable, "-m", "pytest", "-c", str(REPOSITORY / "pyproject.toml"), "-n", "0"]
    command += ["-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert re.search(r"1 passed, 1 skipped in ", done.stdout), done.stdout
    assert re.search(r"SKIPPED \[1\] .*test_some\.py:\d+: no such thing", done.stdout)


@pytest.mark.parametrize("pattern", SOURCES)
def test_no_source_is_too_long(pattern: str) -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in REPOSITORY.glob(pattern)}
    assert lengths
    assert [str(path) for path, lines in lengths.items() if lines > LONGEST_SOURCE] == []


def test_the_code_generator_holds_primitives_only() -> None:
    project = load_project(REPOSITORY)
    compiler = HostedCompiler(project.path(project.settings.cache) / "host")
    count = compiler._host.eval_string("(hash-table-count clysm.compiler::*primitives*)")
    assert isinstance(count, int)
    assert 50 < count <= MOST_PRIMITIVES
    library = [path for path in project.modules(2) if "/library/" in path]
    assert len(library) > len(project.modules(2)) / 2
