"""Only an unchanged checkout of the pinned commit is run."""

import subprocess
from pathlib import Path

import pytest

from clysm.conformance.suite import Suite, SuiteProblem, open_suite
from tests.conformance.small_suite import make_suite


@pytest.fixture
def checkout(tmp_path: Path) -> tuple[Path, str]:
    return tmp_path / "suite", make_suite(tmp_path / "suite")


def message(found: Suite | SuiteProblem) -> str:
    assert isinstance(found, SuiteProblem), found
    return found.message


def test_a_checkout(checkout: tuple[Path, str]) -> None:
    root, commit = checkout
    (root / "left-behind").mkdir()
    assert open_suite(root, commit) == Suite(root, commit, ("arithmetic",))


def test_another_commit(checkout: tuple[Path, str]) -> None:
    root, commit = checkout
    assert f"is at commit {commit}, but results are for {'0' * 40}" in message(open_suite(root, "0" * 40))


def test_a_changed_file(checkout: tuple[Path, str]) -> None:
    root, commit = checkout
    (root / "universe.lsp").write_text("(in-package :cl-test)")
    assert "has changes" in message(open_suite(root, commit))


def test_no_directory(tmp_path: Path) -> None:
    assert "is not a directory" in message(open_suite(tmp_path / "none", "0" * 40))


def test_no_repository(tmp_path: Path) -> None:
    assert "is not a checkout of the suite" in message(open_suite(tmp_path, "0" * 40))


def test_no_categories(checkout: tuple[Path, str]) -> None:
    root, _ = checkout
    git = ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run([*git, "rm", "-rq", "arithmetic"], check=True)
    subprocess.run([*git, "commit", "-qm", "empty"], check=True)
    commit = subprocess.run(
        [*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert "has no categories" in message(open_suite(root, commit))
