"""Diverse double-compiling: the compiler, loaded unchanged into other Lisps, gives the bytes of the hosted
compiler. So nothing of a host's reader, macros, symbols, floats or tables is in them (N47).

Source: D. A. Wheeler, Countering Trusting Trust through Diverse Double-Compiling (2005).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from clysm.bootstrap.other_lisps import CLISP, ECL, SBCL, Lisp, build_modules
from clysm.bootstrap.parity import first_difference
from clysm.bootstrap.project import Project, load_project
from tests.parity.reference import Compiled, Reference, compile_hosted, reference
from tests.support.projects import REPOSITORY

LITERALS = "tests/parity/literals.lisp"
SECONDS = 600  # a build that takes longer is stopped


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(REPOSITORY)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("host-code")


@pytest.fixture(scope="module")
def core(project: Project, cache: Path) -> Reference:
    return reference(project, cache)


@pytest.fixture(scope="module")
def literals(project: Project, cache: Path) -> dict[str, Compiled]:
    return compile_hosted(project, [LITERALS], cache)


def lisp_case(lisp: Lisp, *marks: pytest.MarkDecorator) -> object:
    missing = pytest.mark.skipif(not lisp.installed, reason=f"{lisp.name} is not installed")
    return pytest.param(lisp, id=lisp.name, marks=(missing, *marks))


def differences(expected: Mapping[str, Compiled], directory: Path) -> Iterator[str]:
    """Where the files of a Lisp are not what the hosted compiler made."""
    for path, compiled in expected.items():
        for suffix, data in ((".wasm", compiled.object), (".sexp", compiled.interface)):
            actual = (directory / path).with_suffix(suffix).read_bytes()
            if actual != data:
                yield f"{path} {suffix} at offset {first_difference(actual, data)}"


@pytest.mark.parametrize("lisp", [lisp_case(SBCL), lisp_case(ECL), lisp_case(CLISP)])
def test_literals(lisp: Lisp, project: Project, literals: dict[str, Compiled], tmp_path: Path) -> None:
    found = list(differences(literals, build_modules(lisp, project, literals, tmp_path, SECONDS)))
    assert not found, f"{lisp.name} and the hosted compiler differ: {found}"


@pytest.mark.parametrize(
    "lisp",
    [lisp_case(SBCL), lisp_case(ECL, pytest.mark.slow), lisp_case(CLISP, pytest.mark.slow)],
)
def test_core(lisp: Lisp, project: Project, core: Reference, tmp_path: Path) -> None:
    linked = core.image is not None
    directory = build_modules(lisp, project, core.modules, tmp_path, SECONDS, link=linked)
    found = list(differences(core.modules, directory))
    assert not found, f"{lisp.name} and the hosted compiler differ in {len(found)} files: {found[:5]}"
    if core.image is not None:
        image = (directory / "stage0.wasm").read_bytes()
        assert image == core.image, f"stage 0 differs at offset {first_difference(image, core.image)}"
