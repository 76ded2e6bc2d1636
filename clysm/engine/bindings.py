"""The five things that wasmtime's C library offers and its public Python interface does not.

Everything that touches private names of the package (version 50) is here.
"""

from __future__ import annotations

import ctypes

import wasmtime
from wasmtime import _bindings, _ffi
from wasmtime._exportable import AsExtern
from wasmtime._extern import wrap_extern
from wasmtime._store import Storelike
from wasmtime._trap import FrameList

Extern = AsExtern
Store = Storelike  # a wasmtime.Store, or inside a host function its wasmtime.Caller

_SINGLE_PASS = 1  # WASMTIME_REGALLOC_SINGLE_PASS of the C header


def set_async_stack_size(config: wasmtime.Config, size: int) -> None:
    """Engine creation aborts the process if `max_wasm_stack` exceeds this size (bytes)."""
    _bindings.wasmtime_config_async_stack_size_set(config.ptr(), size)


def allocate_registers_in_one_pass(config: wasmtime.Config) -> None:
    """Compile fast, to slower code."""
    _bindings.wasmtime_config_cranelift_regalloc_algorithm_set(config.ptr(), _SINGLE_PASS)


def find_export(store: Store, instance: wasmtime.Instance, name: str) -> Extern | None:
    """One export by name. The public mapping lists all exports, in time quadratic in their number."""
    raw_name = name.encode()
    item = _ffi.wasmtime_extern_t()
    found = _ffi.wasmtime_instance_export_get(
        store._context(), ctypes.byref(instance._instance), raw_name, len(raw_name), ctypes.byref(item)
    )
    return wrap_extern(item) if found else None


def error_frames(error: wasmtime.WasmtimeError) -> list[wasmtime.Frame]:
    """The Wasm frames of an error that is not a trap, such as an exhausted heap."""
    frames = FrameList(error)
    _ffi.wasmtime_error_wasm_trace(error.ptr(), ctypes.byref(frames.vec))
    return [wasmtime.Frame._from_ptr(frames.vec.data[i], frames) for i in range(frames.vec.size)]


def memory_address(store: Store, memory: wasmtime.Memory) -> int:
    """The process address of byte 0 of a linear memory; valid until the memory grows or the store goes."""
    return ctypes.addressof(memory.data_ptr(store).contents)
