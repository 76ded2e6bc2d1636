"""One build of the toy project for all tests of this folder; they work on copies."""

from pathlib import Path

import pytest

from tests.support.builds import copy_project
from tests.support.projects import make_project, run_doit


@pytest.fixture(scope="session")
def built_stages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy project with all stages built. Not to be changed."""
    root = make_project(tmp_path_factory.mktemp("toy"))
    result = run_doit(root, "system", "stage")
    assert result.returncode == 0, result.stdout
    return root


@pytest.fixture
def stages(built_stages: Path, tmp_path: Path) -> Path:
    """A copy in which nothing is to be done."""
    return copy_project(built_stages, tmp_path / "p")
