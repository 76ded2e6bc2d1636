"""The hosted compiler: the compiler's Lisp sources executed by the Python host, behind the stage ABI."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from clysm.engine.abi import AbiReply, Options, Status, encode_options
from clysm.host.errors import HostError
from clysm.host.loading import Host
from clysm.workflow.asd import read_system_file

LISP: Final = Path(__file__).parent.parent / "lisp"
CORE: Final = "clysm/core"
_COMPILER: Final = "CLYSM.COMPILER"


def compiler_sources(lisp: Path = LISP) -> tuple[Path, ...]:
    """The files of the compiler itself, in the order of the system file.

    Raises HostError if the system file has problems.
    """
    system = read_system_file(lisp, "clysm.asd")
    if system.problems:
        raise HostError(f"cannot load the compiler: {system.problems[0].message}")
    return tuple(lisp / path for path in system.modules_of(CORE) if path.startswith("compiler/"))


class HostedCompiler:
    """A CompilerSession without any Wasm. Loading takes half a second when `cache_dir` is warm.

    Raises HostError if the compiler's sources cannot be loaded.
    """

    def __init__(self, cache_dir: Path, lisp: Path = LISP) -> None:
        self._host = Host(cache_dir)
        self._host.load_system(compiler_sources(lisp))
        self._host.offer_extended_loop()

    def session_begin(self, options: Options) -> AbiReply:
        return self._call("SESSION-BEGIN", encode_options(options))

    def load_interface(self, interface: bytes) -> AbiReply:
        return self._call("LOAD-INTERFACE", interface)

    def load_object(self, code: bytes) -> AbiReply:
        return self._call("LOAD-OBJECT", code)

    def compile_module(self, source: bytes, options: Options) -> AbiReply:
        return self._call("COMPILE-MODULE", source, encode_options(options))

    def compile_form(self, source: bytes, options: Options) -> AbiReply:
        return self._call("COMPILE-ONE-FORM", source, encode_options(options))

    def link(self, options: Options) -> AbiReply:
        return self._call("LINK", encode_options(options))

    def _call(self, name: str, *buffers: bytes) -> AbiReply:
        status, output, interface, diagnostics = self._host.call(_COMPILER, name, *map(bytearray, buffers))
        return AbiReply(Status(status), bytes(output), bytes(interface), bytes(diagnostics))
