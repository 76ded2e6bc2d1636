"""Fixtures of the tests that compile Lisp with the stage that is built."""

from __future__ import annotations

import pytest

from tests.lisp.workbench import Workbench


@pytest.fixture(scope="session")
def workbench() -> Workbench:
    """The newest current stage; skips without one."""
    return Workbench()
