"""A checkout of a conformance suite: categories are its directories with a `load.lsp`."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

LOADER = "load.lsp"
NOT_CATEGORIES = ("rctest",)  # random programs, which are not tests of the standard

LEFT_BEHIND = {"streams": ("sandbox/scratch/foo.txt",)}
"""Files that the tests of a category find because those of another make them, which has a copy of its own."""


@dataclass(frozen=True, slots=True)
class Suite:
    """`commit` is the one that is checked out."""

    root: Path
    commit: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuiteProblem:
    """Why a directory cannot be used."""

    message: str


def open_suite(root: Path, commit: str) -> Suite | SuiteProblem:
    """The suite in the directory `root`, a checkout of exactly this commit without changes."""
    if not root.is_dir():
        return SuiteProblem(f"`{root}` is not a directory")
    try:
        actual = _git(root, "rev-parse", "HEAD")
        changes = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError) as problem:
        return SuiteProblem(f"`{root}` is not a checkout of the suite: {problem}")
    if actual != commit:
        return SuiteProblem(f"`{root}` is at commit {actual}, but results are for {commit}: check that out")
    if changes:
        return SuiteProblem(f"`{root}` has changes: restore its files")
    categories = sorted(
        loader.parent.name for loader in root.glob(f"*/{LOADER}") if loader.parent.name not in NOT_CATEGORIES
    )
    if not categories:
        return SuiteProblem(f"`{root}` has no categories: no directory in it has a {LOADER}")
    return Suite(root, actual, tuple(categories))


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
