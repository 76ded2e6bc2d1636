"""Sessions hold exactly the interfaces that a module declares, and are kept only where that is the same."""

import pytest

from clysm.engine.abi import Status
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.feeder import PROGRAM_LINK, STAGE_LINK, Feeder, Interface
from tests.support.toy_compiler import ToyCompiler


def interface(feeder: Feeder, path: str, source: bytes, *used: Interface) -> Interface:
    reply = feeder.compile(path, source, used, {})
    assert reply.status is Status.OK
    return Interface(path, sha256_bytes(reply.interface), reply.interface)


def names(compiler: ToyCompiler) -> list[str]:
    found = [call.name for call in compiler.calls]
    compiler.calls.clear()
    return found


def test_a_session_without_visibility_is_kept_only_for_exactly_what_it_holds() -> None:
    compiler = ToyCompiler("hosted")
    feeder = Feeder(compiler, uses=False)
    a = interface(feeder, "a", b"(defmacro m)")
    assert names(compiler) == ["session_begin", "compile_module"]
    b = interface(feeder, "b", b"(use m)", a)
    assert names(compiler) == ["compile_module"]
    interface(feeder, "c", b"(use m)", a)
    assert names(compiler) == ["session_begin", "load_interface", "compile_module"]
    interface(feeder, "d", b"(use m)", a, b)
    assert names(compiler) == ["session_begin", "load_interface", "load_interface", "compile_module"]


def test_a_session_with_visibility_loads_each_interface_once() -> None:
    compiler = ToyCompiler("hosted")
    feeder = Feeder(compiler, uses=True)
    a = interface(feeder, "a", b"(defmacro m)")
    b = interface(feeder, "b", b"(use m)", a)
    assert names(compiler) == ["session_begin", "compile_module", "compile_module"]
    other = Feeder(compiler, uses=True)
    interface(other, "c", b"(use m)", a, b)
    interface(other, "d", b"(use m)", a)
    assert names(compiler) == [
        "session_begin",
        "load_interface",
        "load_interface",
        "compile_module",
        "compile_module",
    ]


def test_a_changed_interface_begins_a_new_session() -> None:
    compiler = ToyCompiler("hosted")
    feeder = Feeder(compiler, uses=True)
    a = interface(feeder, "a", b"(defmacro m)")
    interface(feeder, "b", b"(use m)", a)
    names(compiler)
    changed = interface(feeder, "a", b"(defmacro m 2)")
    assert names(compiler) == ["session_begin", "compile_module"]
    interface(feeder, "b", b"(use m)", changed)
    assert names(compiler) == ["compile_module"]
    interface(feeder, "b", b"(use m)", a)
    assert names(compiler) == ["session_begin", "load_interface", "compile_module"]


@pytest.mark.parametrize("uses", [False, True])
def test_an_undeclared_macro_is_never_seen(uses: bool) -> None:
    feeder = Feeder(ToyCompiler("hosted"), uses=uses)
    interface(feeder, "a", b"(defmacro m)")
    assert feeder.compile("b", b"(use m)", (), {}).status is Status.SOURCE_ERROR


def test_a_failed_module_leaves_no_trace() -> None:
    compiler = ToyCompiler("hosted")
    feeder = Feeder(compiler)
    assert feeder.compile("a", b"(defmacro m) (fail macro-error x)", (), {}).status is Status.SOURCE_ERROR
    names(compiler)
    assert feeder.compile("b", b"(use m)", (), {}).status is Status.SOURCE_ERROR
    assert names(compiler)[0] == "session_begin"


def test_other_code_options_are_another_session() -> None:
    compiler = ToyCompiler("hosted")
    feeder = Feeder(compiler)
    interface(feeder, "a", b"(defun f)")
    names(compiler)
    feeder.compile("b", b"(defun f)", (), {"speed": "3"})
    assert names(compiler) == ["session_begin", "compile_module"]


def test_objects_are_loaded_once_for_many_programs() -> None:
    compiler = ToyCompiler("hosted")
    feeder = Feeder(compiler)
    library = feeder.compile("a", b"(defun f)", (), {}).output
    one = feeder.compile("b", b"(defun g)", (), {}).output
    two = feeder.compile("c", b"(defun h)", (), {}).output
    names(compiler)
    first = feeder.link([library, one], PROGRAM_LINK, {})
    second = feeder.link([library, two], PROGRAM_LINK, {})
    assert names(compiler) == ["session_begin", "load_object", "load_object", "link", "load_object", "link"]
    assert first.output != second.output
    assert second.output == Feeder(ToyCompiler("hosted")).link([library, two], PROGRAM_LINK, {}).output


def test_linking_is_a_session_of_its_own() -> None:
    compiler = ToyCompiler("hosted")
    feeder = Feeder(compiler)
    code = feeder.compile("a", b"(defun f)", (), {}).output
    names(compiler)
    assert feeder.link([code], STAGE_LINK, {}).status is Status.OK
    assert names(compiler) == ["session_begin", "load_object", "link"]
    assert feeder.link([], STAGE_LINK, {}).status is Status.LINK_ERROR
    interface(feeder, "b", b"(defun f)")
    assert "session_begin" in names(compiler)
