"""What the hosted compiler emits does not depend on the Python that executes it, nor on its hash seed, its
surroundings or what it remembers of earlier runs (A6, I9, N47).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clysm.bootstrap.project import load_project
from tests.support.projects import REPOSITORY

# Compiles modules of the repository, each of which sees those before it; prints the replies.
SCRIPT = """
import sys
from pathlib import Path
from clysm.host.compiler import HostedCompiler

cache, repository, *paths = sys.argv[1:]
compiler = HostedCompiler(Path(cache))
replies = [compiler.session_begin({"code-options": {}})]
for path in paths:
    replies.append(compiler.compile_module(Path(repository, path).read_bytes(), {"path": path}))
failed = [reply.diagnostics for reply in replies if reply.status != 0]
assert not failed, failed[0]
sys.stdout.buffer.write(b"".join(r.output + r.interface + r.diagnostics for r in replies))
"""
# The first of the core, macros and floats among them, and every kind of literal.
MODULES = (*load_project(REPOSITORY).modules(0)[:12], "tests/parity/literals.lisp")
VERSIONS = ((3, 11), (3, 12), (3, 13), (3, 14))


def other_pythons() -> Iterator[str]:
    """Pythons of other supported versions, as the search path and managers of versions have them."""
    own = sys.version_info[:2]
    managed = Path(sys.base_prefix).parent
    for major, minor in VERSIONS:
        if (major, minor) != own:
            name = f"python{major}.{minor}"
            yield from (name, *map(str, managed.glob(f"*/bin/{name}")))


def another_python() -> str | None:
    """The first that starts."""
    for command in other_pythons():
        try:
            if subprocess.run([command, "-c", ""], capture_output=True, check=False).returncode == 0:
                return command
        except OSError:
            continue
    return None


def compiled(python: str, folder: Path, cache: Path, **surroundings: str) -> bytes:
    """What a compiler makes of the modules in a process of its own, which runs in that folder."""
    folder.mkdir()
    done = subprocess.run(
        [python, "-c", SCRIPT, str(cache), str(REPOSITORY), *MODULES],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), **surroundings},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("same-output") / "cache"


@pytest.fixture(scope="module")
def expected(cache: Path) -> bytes:
    return compiled(sys.executable, cache.parent / "first", cache, PYTHONHASHSEED="0", LC_ALL="C")


def test_another_hash_seed_and_what_is_remembered(expected: bytes, cache: Path, tmp_path: Path) -> None:
    found = compiled(
        sys.executable,
        tmp_path / "ü elsewhere",
        cache,
        PYTHONHASHSEED="4711",
        TZ="Asia/Kathmandu",
        LC_ALL="C.UTF-8",
        HOME=str(tmp_path),
    )
    assert found == expected


def test_another_python(expected: bytes, tmp_path: Path) -> None:
    python = another_python()
    if python is None:
        pytest.skip("no other supported version of Python is installed")
    assert compiled(python, tmp_path / "p", tmp_path / "cache", PYTHONHASHSEED="1") == expected
