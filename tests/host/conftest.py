"""Fixtures of the host's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from clysm.host import Host


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One translation cache for the session, so that the standard macros are translated once."""
    return tmp_path_factory.mktemp("translations")


@pytest.fixture
def host(cache_dir: Path) -> Host:
    """A new Lisp with the standard macros."""
    return Host(cache_dir)
