"""Driving a compiler session so that every module is compiled in an environment of exactly its declared
dependencies.

A module sees the interfaces it is given, in the order given, and nothing else: not what happened to be
compiled before it. So the bytes cannot depend on the order of modules or on how many of them are compiled at
a time. A session is only kept where the interfaces it holds are the first of those that the next module
needs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clysm.engine.abi import AbiReply, CompilerSession, Options, Status
from clysm.workflow.digests import sha256_bytes

STAGE_LINK: Options = {"entry": None, "strict": True, "names": True, "keep-all": True}


@dataclass(frozen=True, slots=True)
class Interface:
    """What dependents see of the module at `path`; `sha256` is of `data`."""

    path: str
    sha256: str
    data: bytes


class Feeder:
    """One compiler session and what it holds."""

    def __init__(self, session: CompilerSession) -> None:
        self._session = session
        self._code_options: dict[str, str] = {}
        self._held: list[tuple[str, str]] | None = None  # path and hash of interfaces; None = no session

    def compile(
        self, path: str, source: bytes, interfaces: Sequence[Interface], code_options: Mapping[str, str]
    ) -> AbiReply:
        """Compile one module; the reply of the first call that fails, or of `compile_module`."""
        if self._code_options != code_options:
            self._held = None
            self._code_options = dict(code_options)
        reply = self._hold(interfaces)
        if reply is None:
            reply = self._session.compile_module(source, {"path": path})
        if reply.status is Status.OK and self._held is not None:
            self._held.append((path, sha256_bytes(reply.interface)))
        else:
            self._held = None
        return reply

    def link(self, objects: Iterable[bytes], options: Options, code_options: Mapping[str, str]) -> AbiReply:
        """Link objects, in a session of their own; the reply of the first call that fails, or of `link`."""
        self._held = None
        reply = self._session.session_begin({"code-options": dict(code_options)})
        for code in objects:
            if reply.status is not Status.OK:
                return reply
            reply = self._session.load_object(code)
        return self._session.link(options) if reply.status is Status.OK else reply

    def _hold(self, interfaces: Sequence[Interface]) -> AbiReply | None:
        """Make the session hold exactly these interfaces; None, or the reply that refused one."""
        wanted = [(interface.path, interface.sha256) for interface in interfaces]
        if self._held is None or self._held != wanted[: len(self._held)]:
            self._held = None
            reply = self._session.session_begin({"code-options": self._code_options})
            if reply.status is not Status.OK:
                return reply
            self._held = []
        for interface in interfaces[len(self._held) :]:
            reply = self._session.load_interface(interface.data)
            if reply.status is not Status.OK:
                self._held = None
                return reply
            self._held.append((interface.path, interface.sha256))
        return None
