"""Driving a compiler session so that a module is compiled in an environment of exactly its declared
dependencies.

A module sees the interfaces it is given and nothing else: not what happened to be compiled before it. So the
bytes cannot depend on the order of modules or on how many of them are compiled at a time.

Loading interfaces is most of the work, therefore a session is kept as long as it can be. Where the compiler
can be told what a module may see (the option `uses` of `compile_module`), a session collects interfaces, each
loaded once; it is begun anew only when one of them changed. Where it cannot, the session is kept only if it
holds no other interfaces than the first of those that the next module needs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clysm.engine.abi import OPTION_KEYS, AbiReply, CompilerSession, Options, Status
from clysm.workflow.digests import sha256_bytes

MODULE_CODE_OPTIONS = frozenset(OPTION_KEYS["compile_module"])  # code options of one module, not of a session
STAGE_ENTRY = "CLYSM.LIBRARY:%MAIN"  # the interactive loop, or the file that the arguments name
STAGE_LINK: Options = {"entry": STAGE_ENTRY, "strict": True, "names": True, "keep-all": True}
# A program may define at run time what it lacks when linked; what nothing mentions is left out.
PROGRAM_LINK: Options = {"entry": None, "strict": False, "names": True, "keep-all": False}


@dataclass(frozen=True, slots=True)
class Interface:
    """What dependents see of the module at `path`; `sha256` is of `data`."""

    path: str
    sha256: str
    data: bytes


def module_options(
    path: str, source: bytes, declared: Iterable[str] | None, code_options: Mapping[str, str]
) -> Options:
    """The options of `compile_module` for a module that may see itself and those declared; None: all. Of
    `code_options` it gets those that are of one module.
    """
    own = {name: value for name, value in code_options.items() if name in MODULE_CODE_OPTIONS}
    options: Options = {"path": path, "source-sha256": sha256_bytes(source), **own}
    return options if declared is None else {**options, "uses": (*declared, path)}


def session_options(code_options: Mapping[str, str]) -> dict[str, str]:
    """Those of `code_options` that are of a whole session."""
    return {name: value for name, value in code_options.items() if name not in MODULE_CODE_OPTIONS}


class Feeder:
    """One compiler session and what it holds."""

    def __init__(
        self, session: CompilerSession, *, uses: bool = "uses" in OPTION_KEYS["compile_module"]
    ) -> None:
        self._session = session
        self._uses = uses
        self._code_options: dict[str, str] = {}
        self._held: dict[str, str] | None = None  # path and hash of interfaces, in order; None = no session
        self._loaded: dict[str, int] | None = None  # hash and place of objects for linking; None = no session

    def compile(
        self, path: str, source: bytes, interfaces: Sequence[Interface], code_options: Mapping[str, str]
    ) -> AbiReply:
        """Compile one module; the reply of the first call that fails, or of `compile_module`."""
        if self._loaded is not None:
            self._loaded = self._held = None
        wanted = session_options(code_options)
        if self._code_options != wanted:
            self._held = None
            self._code_options = wanted
        reply = self._hold(path, interfaces)
        if reply is None:
            declared = [interface.path for interface in interfaces]
            options = module_options(path, source, declared if self._uses else None, code_options)
            reply = self._session.compile_module(source, options)
        if reply.status is Status.OK and self._held is not None:
            self._held[path] = sha256_bytes(reply.interface)
        else:
            self._held = None
        return reply

    def link(self, objects: Iterable[bytes], options: Options, code_options: Mapping[str, str]) -> AbiReply:
        """Link objects, in a session for linking alone; the reply of the first call that fails, or of `link`.

        The session stays for the next link with the same first object: a library is loaded once for many
        programs.
        """
        codes = list(objects)
        refused = self.load(codes, code_options)
        if refused is not None:
            return refused
        assert self._loaded is not None
        chosen = tuple(self._loaded[sha256_bytes(code)] for code in codes)
        every = chosen == tuple(range(len(self._loaded)))
        reply = self._session.link(options if every else {**options, "objects": chosen})
        if reply.status is not Status.OK:
            self._loaded = None
        return reply

    def load(self, objects: Sequence[bytes], code_options: Mapping[str, str]) -> AbiReply | None:
        """Make the session hold objects for a link; None, or the reply that refused."""
        digests = [sha256_bytes(code) for code in objects]
        wanted = session_options(code_options)
        if not (self._loaded and digests and digests[0] in self._loaded and self._code_options == wanted):
            self._held = None
            self._loaded = None
            self._code_options = wanted
            reply = self._session.session_begin({"code-options": self._code_options})
            if reply.status is not Status.OK:
                return reply
            self._loaded = {}
        for code, digest in zip(objects, digests, strict=True):
            if digest not in self._loaded:
                reply = self._session.load_object(code)
                if reply.status is not Status.OK:
                    self._loaded = None
                    return reply
                self._loaded[digest] = len(self._loaded)
        return None

    def _hold(self, path: str, interfaces: Sequence[Interface]) -> AbiReply | None:
        """Make the session hold these interfaces, and not the module's own; None, or the reply that refused
        one.
        """
        wanted = {interface.path: interface.sha256 for interface in interfaces}
        if self._held is None or not self._fits(path, wanted, self._held):
            self._held = None
            reply = self._session.session_begin({"code-options": self._code_options})
            if reply.status is not Status.OK:
                return reply
            self._held = {}
        for interface in interfaces:
            if interface.path not in self._held:
                reply = self._session.load_interface(interface.data)
                if reply.status is not Status.OK:
                    self._held = None
                    return reply
                self._held[interface.path] = interface.sha256
        return None

    def _fits(self, path: str, wanted: Mapping[str, str], held: Mapping[str, str]) -> bool:
        """Whether the present session will do for a module at `path` that needs the `wanted` interfaces."""
        if not self._uses:
            return list(held.items()) == list(wanted.items())[: len(held)]
        return path not in held and all(held[used] == sha for used, sha in wanted.items() if used in held)
