"""The stage ABI as values: status, reply, options, and the session that every kind of compiler offers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Protocol

from clysm.wasm.interface import FunctionType

ABI_NUMBER = 1

OptionValue = str | bool | int | None | Mapping[str, str] | tuple[str, ...] | tuple[int, ...]
Options = Mapping[str, OptionValue]


class Status(IntEnum):
    """How a stage call ended. TRAP is never returned by a stage: it is the host's name for an engine trap."""

    OK = 0
    SOURCE_ERROR = 1
    LINK_ERROR = 2
    BAD_OBJECT = 3
    BAD_CALL = 4
    LIMIT = 5
    HOST_ERROR = 6
    INTERNAL = 7
    TRAP = 128


@dataclass(frozen=True, slots=True)
class AbiReply:
    """`diagnostics` is a UTF-8 JSON object `{"diagnostics": [...], "forms": [...]}`.

    `notes` are remarks of the host for people, such as why a unit was refused or where a trap happened; they
    are empty when nothing of the kind occurred.
    """

    status: Status
    output: bytes = b""
    interface: bytes = b""
    diagnostics: bytes = b""
    notes: tuple[str, ...] = ()


class CompilerSession(Protocol):
    """A compiler as build code drives it, hosted or staged. OPTION_KEYS has the options of each call."""

    def session_begin(self, options: Options) -> AbiReply:
        """Forget everything and set the session's options. Until the first call there is no session."""
        ...

    def load_interface(self, interface: bytes) -> AbiReply:
        """Take a compiled module's interface, for the modules compiled later."""
        ...

    def load_object(self, code: bytes) -> AbiReply:
        """Take a compiled module's object, for `link`."""
        ...

    def compile_module(self, source: bytes, options: Options) -> AbiReply:
        """The bytes of one file: object in `output`, interface in `interface`."""
        ...

    def compile_form(self, source: bytes, options: Options) -> AbiReply:
        """The bytes of one form: a complete image in `output`."""
        ...

    def link(self, options: Options) -> AbiReply:
        """The session's objects: an image in `output`."""
        ...


# The closed set of options of each call; any other key is BAD_CALL.
OPTION_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "session_begin": ("code-options",),
        "compile_module": ("path", "source-sha256", "uses", "compile-time"),
        "compile_form": ("path", "line", "print"),
        "link": ("entry", "strict", "names", "keep-all", "objects"),
    }
)


def _i32_function(params: int, results: int) -> FunctionType:
    return ("i32",) * params, ("i32",) * results


IMAGE_EXPORTS: Mapping[str, FunctionType] = MappingProxyType(
    {
        "abi_version": _i32_function(0, 1),
        "_initialize": _i32_function(0, 0),
        "_start": _i32_function(0, 0),
        "buffer_alloc": _i32_function(1, 1),
        "buffer_reset": _i32_function(0, 0),
    }
)
STAGE_EXPORTS: Mapping[str, FunctionType] = MappingProxyType(
    {
        "session_begin": _i32_function(3, 1),
        "load_interface": _i32_function(3, 1),
        "load_object": _i32_function(3, 1),
        "compile_form": _i32_function(5, 1),
        "compile_module": _i32_function(5, 1),
        "link": _i32_function(3, 1),
    }
)

_OPTION_KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def encode_options(options: Options) -> bytes:
    """A plist in UTF-8, keys sorted: `{"path": "a.lisp", "print": True}` gives `(:path "a.lisp" :print t)`.

    True is `t`; False, None and an empty mapping are `nil`; a mapping is a plist with string values,
    a tuple a list.
    Raises ValueError for a key that is not written `lower-case-words`.
    """
    return _plist(options).encode()


def _plist(options: Options | Mapping[str, str]) -> str:
    words = []
    for key, value in sorted(options.items()):
        if not _OPTION_KEY.fullmatch(key):
            raise ValueError(f"bad option key `{key}`")
        words += [f":{key}", _option(value)]
    return f"({' '.join(words)})" if words else "nil"


def _option(value: OptionValue) -> str:
    if value is True:
        return "t"
    if value is False or value is None:
        return "nil"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, tuple):
        return f"({' '.join(_option(item) for item in value)})"
    return _plist(value)


def host_reply(
    status: Status, message: str, notes: tuple[str, ...] = (), place: tuple[int, int] = (0, 0)
) -> AbiReply:
    """A reply that the host makes itself, with one diagnostic. It names no source: `place` is line and column
    in what the stage was at, 0 where it was at nothing.
    """
    line, column = place
    category = _CATEGORIES.get(status, "internal-error")
    diagnostic = {
        "severity": "error",
        "category": category,
        "message": message,
        "suggestion": None,
        "path": "",
        "line": line,
        "column": column,
        "form": None,
        "operator": None,
    }
    text = json.dumps({"diagnostics": [diagnostic], "forms": []}, ensure_ascii=False, sort_keys=True)
    return AbiReply(status, diagnostics=text.encode(), notes=notes)


_CATEGORIES: Mapping[Status, str] = {Status.LIMIT: "limit-exceeded", Status.HOST_ERROR: "host-error"}
