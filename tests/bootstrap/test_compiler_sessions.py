"""One suite for every compiler: the hosted one and the stages of this repository answer the stage calls alike
(I11), and what they make of forms and of programs of the corpus is the same (I12).
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clysm.bootstrap import toolchain
from clysm.bootstrap.corpus import read_corpus
from clysm.bootstrap.floors import FLOORS
from clysm.bootstrap.layout import LAST_STAGE
from clysm.bootstrap.module_results import DIAGNOSTIC_TABLE
from clysm.bootstrap.prelude import built_prelude
from clysm.bootstrap.project import load_project
from clysm.engine.abi import IMAGE_EXPORTS, STAGE_EXPORTS, AbiReply, CompilerSession, Options, Status
from clysm.engine.code_cache import CodeCache
from clysm.engine.engine import shared_engine
from clysm.engine.image import load_image
from clysm.engine.imports import HOST_IMPORTS
from clysm.engine.limits import Limits
from clysm.engine.program import run_program
from clysm.engine.stage import StageCompiler
from clysm.engine.world import HostWorld
from clysm.host import Host
from clysm.host.compiler import HostedCompiler
from clysm.wasm.interface import parse_exports, parse_imports
from clysm.wasm.sections import parse_sections
from clysm.wasm.validate import validate
from clysm.workflow.feeder import PROGRAM_LINK, Feeder
from clysm.workflow.schema import problems
from tests.support.projects import REPOSITORY

PROJECT = load_project(REPOSITORY)
CACHE = PROJECT.path(PROJECT.settings.cache)
STAGES = range(LAST_STAGE + 1)
COMPILERS = ("hosted", *(f"stage{stage}" for stage in STAGES))
LOOP_SECONDS = 0.3  # after which a macro that never ends is stopped
IMAGE_LIMIT = 5 << 20  # bytes of a stage
SOURCE_LIMIT = 16 << 20  # bytes of one source
OBJECT_LIMIT = 64 << 20  # bytes of one object

needs_stages = pytest.mark.skipif(
    toolchain.choose(PROJECT).stage != LAST_STAGE,
    reason="the stages are not built from the current sources: run `doit stage`",
)


def stage_image(stage: int) -> bytes:
    return PROJECT.path(PROJECT.layout.stage(stage)).read_bytes()


def open_compiler(name: str, limits: Limits | None = None) -> CompilerSession:
    if name == "hosted":
        return HostedCompiler(CACHE / "host")
    image = load_image(stage_image(int(name.removeprefix("stage"))), CodeCache(CACHE / "code"))
    return StageCompiler(image, sys.stderr.buffer, limits)


@dataclass(frozen=True, slots=True)
class Call:
    """A stage call in a new session, and how it ends."""

    name: str
    arguments: tuple[bytes | Options, ...]
    status: Status
    category: str | None = None
    text: str = ""


MODULE: Options = {"path": "x.lisp"}
STRICT: Options = {"entry": None, "strict": True, "names": True, "keep-all": True}
CALLS = (
    Call("session_begin", ({"code-options": {}},), Status.OK),
    Call("session_begin", ({"colour": True},), Status.BAD_CALL, "internal-error", "`:colour`"),
    Call("compile_module", (b"(defun f (x) x)", MODULE), Status.OK),
    Call("compile_module", (b"(defun f (x) x)", {}), Status.BAD_CALL, "internal-error", ":path"),
    Call("compile_module", (b"", {"path": "x", "print": True}), Status.BAD_CALL, "internal-error", ":print"),
    Call("compile_module", (b"(defun f", MODULE), Status.SOURCE_ERROR, "read-error"),
    Call("compile_module", (b"(go nowhere)", MODULE), Status.SOURCE_ERROR, "syntax-error"),
    Call("compile_module", (bytes(SOURCE_LIMIT + 1), MODULE), Status.LIMIT, "limit-exceeded", "16 MiB"),
    Call("compile_form", (b"(+ 1 2)", {}), Status.LINK_ERROR, "missing-module", "load the library"),
    Call("compile_form", (b"(+ 1 2)", {"strict": True}), Status.BAD_CALL, "internal-error", "`:strict`"),
    Call("compile_form", (b"(+ 1 2)", {"line": 0}), Status.BAD_CALL, "internal-error", ":line"),
    Call("link", (STRICT,), Status.LINK_ERROR, "missing-module", "no objects"),
    Call("link", ({"path": "x"},), Status.BAD_CALL, "internal-error", "`:path`"),
    Call("load_object", (b"junk",), Status.BAD_OBJECT, "internal-error"),
    Call("load_object", (bytes(OBJECT_LIMIT + 1),), Status.LIMIT, "limit-exceeded", "64 MiB"),
    Call("load_object", (b"\0asm\1\0\0\0",), Status.BAD_OBJECT, "internal-error"),
    Call("load_interface", (b"junk",), Status.BAD_OBJECT, "internal-error"),
)


def invoke(session: CompilerSession, call: Call) -> AbiReply:
    reply: AbiReply = getattr(session, call.name)(*call.arguments)
    return reply


def diagnostics(reply: AbiReply) -> list[dict[str, Any]]:
    """What a reply says, checked against its table; an error has to say why and has no output."""
    data = json.loads(reply.diagnostics)
    assert sorted(data) == ["diagnostics", "forms"]
    found: list[dict[str, Any]] = data["diagnostics"]
    assert [problems(item, DIAGNOSTIC_TABLE) for item in found if problems(item, DIAGNOSTIC_TABLE)] == []
    assert (reply.status is not Status.OK) == any(item["severity"] == "error" for item in found)
    assert reply.status is Status.OK or reply.output == reply.interface == b""
    return found


# I11: the calls and their statuses; TRAP is only ever the host's word, for which see the engine's tests.
@needs_stages
@pytest.mark.parametrize("name", COMPILERS)
def test_every_compiler_follows_the_protocol(name: str, subtests: pytest.Subtests) -> None:
    session = open_compiler(name)
    assert invoke(session, Call("compile_module", (b"", MODULE), Status.BAD_CALL)).status is Status.BAD_CALL
    for call in CALLS:
        with subtests.test(call=call.name, arguments=repr(call.arguments)[:60]):
            assert session.session_begin({"code-options": {}}).status is Status.OK
            reply = invoke(session, call)
            found = diagnostics(reply)
            assert reply.status is call.status, found
            if call.category is None:
                assert found == []
            else:
                assert [item["category"] for item in found] == [call.category]
                assert call.text in found[0]["message"]


# I11: HOST_ERROR is the engine's answer too; an invariant that fails has to be broken on purpose.
@needs_stages
def test_the_statuses_that_need_help() -> None:
    hosted = HostedCompiler(CACHE / "host")
    hosted.session_begin({})
    size = len(hosted.compile_module(b"(defun f ())", MODULE).output)
    for limit, status in ((size - 1, Status.LIMIT), (size, Status.OK)):
        hosted.session_begin({})
        hosted._host.eval_string(f"(setf clysm.compiler::*longest-object* {limit})")
        assert hosted.compile_module(b"(defun f ())", MODULE).status is status
    hosted._host.eval_string('(defun clysm.compiler::compile-source (&rest all) (error "on purpose ~A" all))')
    reply = hosted.compile_module(b"(defun f ())", MODULE)
    assert reply.status is Status.INTERNAL
    assert "on purpose" in diagnostics(reply)[0]["message"]
    stage = open_compiler("stage0", Limits(seconds=LOOP_SECONDS))
    stage.session_begin({})
    reply = stage.compile_module(b"(defmacro m () (loop))\n(m)\n", MODULE)
    assert (reply.status, diagnostics(reply)[0]["category"]) == (Status.LIMIT, "limit-exceeded")


# I11: 3.1 and 3.4 of the contracts, as the images have them.
@needs_stages
@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_has_the_exports_and_imports_of_the_abi(stage: int) -> None:
    image = stage_image(stage)
    sections = parse_sections(image)
    exports = {item.name: item.kind for item in parse_exports(image, sections)}
    runtime = {name for name in exports if name.startswith("rt.")}
    functions = dict.fromkeys((*IMAGE_EXPORTS, *STAGE_EXPORTS), "func")
    assert {name: exports[name] for name in exports.keys() - runtime} == {**functions, "memory": "memory"}
    assert runtime, "a stage holds EVAL and COMPILE"
    imports = parse_imports(image, sections)
    assert {(item.module, item.kind) for item in imports} == {("clysm", "func")}
    assert [item.name for item in imports] == list(HOST_IMPORTS)
    assert FLOORS.image_bytes <= len(image) < IMAGE_LIMIT


@pytest.fixture(scope="module")
def loaded() -> Mapping[str, CompilerSession]:
    """The hosted compiler and two stages, each in a session that holds the library."""
    prelude = built_prelude(PROJECT, LAST_STAGE)
    assert prelude is not None
    sessions = {name: open_compiler(name) for name in ("hosted", "stage0", f"stage{LAST_STAGE}")}
    for session in sessions.values():
        session.session_begin({})
        replies = [session.load_interface(interface.data) for interface in prelude.interfaces]
        replies += [session.load_object(code) for code in prelude.objects]
        assert {reply.status for reply in replies} == {Status.OK}
    return sessions


def run(image: bytes) -> str:
    out, err = io.BytesIO(), io.BytesIO()
    world = HostWorld(io.BytesIO(), out, err)
    ended = run_program(image, world, Limits(seconds=60.0), CodeCache(CACHE / "code"))
    assert ended.code == 0, err.getvalue()
    return out.getvalue().decode()


FORM = """(list (+ 1 2) (let ((n 0)) (mapcar (lambda (x) (incf n x)) '(1 2 3)))
 (multiple-value-list (floor -7 2)) (catch 'a (unwind-protect (throw 'a "b") (list 1))) (expt 3 50)
 (handler-case (error 'type-error :datum 1 :expected-type 'cons) (type-error (c) (type-error-datum c)))
 (do ((i 0 (+ i 1)) (all '() (cons (code-char (+ 97 i)) all))) ((= i 3) all)))"""
# What is not one good form, at line 10 of its file: category, message, line, column.
REFUSED = (
    (b"1\n 2", "read-error", "found another", 11, 2),
    (b" ; nothing", "read-error", "found none", 10, 1),
    (b" (", "read-error", "inside a list", 10, 2),
    (b"(a \xff)", "read-error", "not UTF-8: octet 3", 10, 4),
    (b"\n(call-method area (shape))", "unsupported-macro", "`call-method`", 11, 1),
    (b"(list (no-such:symbol))", "package-error", "NO-SUCH", 10, 8),
    (b"(list (if))", "syntax-error", "`if`", 10, 7),
)


# I12: one form; A1 of the contracts.
@needs_stages
def test_every_compiler_compiles_one_form(
    loaded: Mapping[str, CompilerSession], tmp_path: Path, subtests: pytest.Subtests
) -> None:
    images: dict[str, dict[str, bytes]] = {"(+ 1 2)": {}, FORM: {}}
    for name, session in loaded.items():
        for text, made in images.items():
            reply = session.compile_form(text.encode(), {"path": "x", "print": True})
            assert diagnostics(reply) == []
            made[name] = reply.output
        for source, category, message, line, column in REFUSED:
            with subtests.test(compiler=name, source=source):
                reply = session.compile_form(source, {"path": "x", "line": 10, "print": True})
                (problem,) = diagnostics(reply)
                assert (reply.status, problem["category"]) == (Status.SOURCE_ERROR, category)
                assert (problem["path"], problem["line"], problem["column"]) == ("x", line, column)
                assert message in problem["message"]
        reply = session.compile_form(b"(list\n (no-such-function 1))", {"path": "x", "print": True})
        (problem,) = diagnostics(reply)
        assert (reply.status, problem["category"], problem["line"]) == (Status.OK, "missing-function", 2)
    host = Host(tmp_path)
    for text, made in images.items():
        image = made["hosted"]
        assert validate(shared_engine(), image) is None
        assert set(made.values()) == {image}
        assert run(image) == f"{host.prin1(host.eval_string(text))}\n"


CORPUS = read_corpus(REPOSITORY, PROJECT.settings.corpus)
PROGRAMS = ("complex", "exits", "integers", "restarts")


# I12: what Stage 2 makes of the corpus is run in the corpus's own test.
@needs_stages
def test_all_compilers_make_the_same_objects_of_the_corpus(subtests: pytest.Subtests) -> None:
    prelude = built_prelude(PROJECT, LAST_STAGE)
    assert prelude is not None
    feeders = [Feeder(open_compiler(name)) for name in ("hosted", "stage0", f"stage{LAST_STAGE}")]
    for program in CORPUS:
        with subtests.test(program=program.name):
            hosted, *stages = (
                feeder.compile(program.path, program.source, prelude.interfaces, {}) for feeder in feeders
            )
            assert hosted.status is Status.OK, diagnostics(hosted)
            assert [reply.output == hosted.output for reply in stages] == [True, True]
            assert stages[0] == stages[1]


# I12: programs whose macros keep to the dialect of the host, all in one image.
@needs_stages
def test_every_compiler_makes_the_same_programs(loaded: Mapping[str, CompilerSession]) -> None:
    programs = [program for program in CORPUS if program.name in PROGRAMS]
    images = set()
    for session in loaded.values():
        for program in programs:
            reply = session.compile_module(program.source, {"path": program.path})
            assert reply.status is Status.OK, diagnostics(reply)
        reply = session.link(PROGRAM_LINK)
        assert reply.status is Status.OK, diagnostics(reply)
        images.add(reply.output)
    (image,) = images
    assert run(image) == "".join((program.stdout or b"").decode() for program in programs)
