"""Compiling Lisp with the stage that is built in this repository, and running the programs."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from clysm.bootstrap import toolchain
from clysm.bootstrap.project import load_project
from clysm.engine.code_cache import CodeCache
from clysm.engine.limits import Limits
from clysm.engine.program import ExitKind, run_program
from clysm.engine.world import Clock, HostWorld
from clysm.workflow.compiled import Reply, link_reply, module_reply
from clysm.workflow.diagnostics import CompilationError
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.feeder import PROGRAM_LINK, Feeder, Interface
from clysm.workflow.pipeline import Prelude
from tests.support.projects import REPOSITORY

RUN_SECONDS = 120.0  # a program that takes longer is stopped, which is a failure

Source = tuple[str, str]  # path and text


@dataclass(frozen=True, slots=True)
class Run:
    """How a program ended and what it wrote."""

    code: int
    kind: ExitKind
    stdout: str
    stderr: str


class Workbench:
    """Sessions with the newest current stage, and the library for programs.

    There are two sessions, one to compile and one to link, so that the interfaces of the library are loaded
    once.
    """

    def __init__(self) -> None:
        """Skips the test if no stage is built from the present sources."""
        project = load_project(REPOSITORY)
        chosen = toolchain.choose(project)
        if not chosen.stage or chosen.compiler.image is None:
            pytest.skip("no stage is built from the current sources: run `doit stage`")
        cache = project.path(project.settings.cache)
        self._compiling, self._linking = (
            Feeder(toolchain.open_session(project, chosen, cache)) for _ in range(2)
        )
        prelude = toolchain.load_prelude(project, chosen, self._compiling)
        assert isinstance(prelude, Prelude), prelude
        self._prelude = prelude
        self._code_cache = CodeCache(cache / "code")
        self.stage_image = project.path(chosen.compiler.image).read_bytes()

    def compile(
        self, sources: Iterable[Source], code_options: Mapping[str, str] | None = None
    ) -> list[Reply]:
        """Compile modules, each of which sees those before it that could be compiled."""
        interfaces = list(self._prelude.interfaces)
        replies = []
        for path, text in sources:
            source = text.encode()
            reply = module_reply(
                self._compiling.compile(path, source, interfaces, code_options or {}), path, source
            )
            if reply.ok:
                interfaces.append(Interface(path, sha256_bytes(reply.interface), reply.interface))
            replies.append(reply)
        return replies

    def link(self, objects: Sequence[bytes], *, strict: bool = False) -> Reply:
        """Link objects with the library."""
        options = {**PROGRAM_LINK, "strict": strict}
        return link_reply(self._linking.link([*self._prelude.objects, *objects], options, {}))

    def build(self, sources: Iterable[Source], code_options: Mapping[str, str] | None = None) -> bytes:
        """The image of sources that have to compile and link without an error."""
        replies = self.compile(sources, code_options)
        problems = [describe(item) for reply in replies for item in reply.errors]
        assert not problems, "\n".join(problems)
        linked = self.link([reply.output for reply in replies])
        assert linked.ok, linked.errors
        return linked.output

    def run(
        self,
        image: bytes,
        stdin: bytes = b"",
        arguments: tuple[str, ...] = (),
        directories: tuple[Path, ...] = (),
        clock: Clock | None = None,
    ) -> Run:
        """Run an image to its end."""
        out, err = io.BytesIO(), io.BytesIO()
        world = HostWorld(io.BytesIO(stdin), out, err, arguments, directories, clock)
        status = run_program(image, world, Limits(seconds=RUN_SECONDS), self._code_cache)
        return Run(
            status.code,
            status.kind,
            out.getvalue().decode(errors="replace"),
            err.getvalue().decode(errors="replace"),
        )

    def run_source(self, text: str, stdin: bytes = b"", directories: tuple[Path, ...] = ()) -> Run:
        """Compile and run one file."""
        return self.run(self.build([("program.lisp", text)]), stdin, (), directories)


def describe(item: CompilationError) -> str:
    """A diagnostic on one line."""
    return f"{item.path}:{item.line}:{item.column}: {item.category}: {item.message}"
