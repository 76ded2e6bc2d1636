"""The closed list of host imports, and the codes they answer with. All belong to the module `clysm`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

HOST_MODULE = "clysm"


class HostCode(IntEnum):
    """Negative results. The runtime makes a Lisp condition of each, with the operation and the path."""

    NOT_FOUND = -1
    EXISTS = -2
    DENIED = -3
    BAD_DESCRIPTOR = -4
    WRONG_KIND = -5
    NO_SPACE = -6
    INVALID_ARGUMENT = -7
    IO_ERROR = -8
    INVALID_UNIT = -9


@dataclass(frozen=True, slots=True)
class Signature:
    """Wasm types of the parameters and of the result; `result` is None for `exit`, which does not return."""

    params: tuple[str, ...]
    result: str | None


def _signature(params: str, result: str | None) -> Signature:
    return Signature(tuple(params.split()), result)


HOST_IMPORTS: Mapping[str, Signature] = MappingProxyType(
    {
        "args_read": _signature("i32 i32", "i32"),  # ptr cap -> size needed
        "fd_read": _signature("i32 i32 i32", "i32"),  # fd ptr len -> bytes moved, 0 at the end
        "fd_write": _signature("i32 i32 i32", "i32"),  # fd ptr len -> bytes moved
        "fd_seek": _signature("i32 i64 i32", "i64"),  # fd offset whence -> position
        "fd_close": _signature("i32", "i32"),  # fd -> 0
        "file_open": _signature("i32 i32 i32", "i32"),  # path len flags -> fd
        "path_stat": _signature("i32 i32 i32", "i32"),  # path len out -> 0
        "path_change": _signature("i32 i32 i32 i32 i32", "i32"),  # op a a_len b b_len -> 0
        "path_list": _signature("i32 i32 i32 i32", "i32"),  # path len out cap -> size needed
        "clock_read": _signature("i32", "i64"),  # kind -> ns
        "exit": _signature("i32", None),  # code
        "unit_instantiate": _signature("i32 i32", "i32"),  # ptr len -> 0
    }
)
