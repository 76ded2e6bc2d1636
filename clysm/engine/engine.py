"""The configured wasmtime engines of the process, and threads whose stack is large enough for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from enum import Enum, auto
from functools import cache
from importlib.metadata import version
from types import MappingProxyType
from typing import TypeVar

import wasmtime

from clysm.engine.bindings import allocate_registers_in_one_pass, set_async_stack_size

WASM_STACK_BYTES = 64 << 20
_ASYNC_STACK_BYTES = WASM_STACK_BYTES + (1 << 20)  # only has to exceed the above
_THREAD_STACK_BYTES = WASM_STACK_BYTES + (16 << 20)  # host functions run on top of the Wasm frames

# Attributes of wasmtime.Config. Epoch checks, which make time limits possible, cost 3 % of machine code.
SETTINGS: Mapping[str, bool | int | str] = MappingProxyType(
    {
        "wasm_gc": True,
        "wasm_function_references": True,
        "wasm_exceptions": True,
        "wasm_tail_call": True,
        "wasm_multi_value": True,
        "wasm_bulk_memory": True,
        "wasm_reference_types": True,
        "wasm_threads": False,
        "wasm_relaxed_simd": False,
        "max_wasm_stack": WASM_STACK_BYTES,
        "epoch_interruption": True,
    }
)


class Effort(Enum):
    """What is spent on machine code. BRIEF takes half the time of FULL, and gives slower code: it is for
    programs that run once and not for long.
    """

    FULL = auto()
    BRIEF = auto()


T = TypeVar("T")
_stack_size_lock = threading.Lock()  # threading.stack_size is a setting of the process
_this_thread = threading.local()


def shared_engine(effort: Effort = Effort.FULL) -> wasmtime.Engine:
    """The engine of the process for an effort, created at the first call."""
    return _engine(effort)


@cache
def _engine(effort: Effort) -> wasmtime.Engine:
    config = wasmtime.Config()
    set_async_stack_size(config, _ASYNC_STACK_BYTES)
    for name, value in SETTINGS.items():
        setattr(config, name, value)
    if effort is Effort.BRIEF:
        config.cranelift_opt_level = "none"
        allocate_registers_in_one_pass(config)
    return wasmtime.Engine(config)


def engine_version() -> str:
    """`wasmtime 50.0.1`, for reports and cache keys."""
    return f"wasmtime {version('wasmtime')}"


def run_with_big_stack(function: Callable[[], T]) -> T:
    """Call `function` where Wasm may use its whole stack, and return or raise what it does.

    That is a new thread, unless the caller is already inside such a call. If waiting is interrupted
    (KeyboardInterrupt), the thread is left to end by itself; it does not keep the process alive.
    """
    if getattr(_this_thread, "has_big_stack", False):
        return function()
    results: list[T] = []
    errors: list[BaseException] = []

    def body() -> None:
        _this_thread.has_big_stack = True
        try:
            results.append(function())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=body, name="wasm", daemon=True)
    with _stack_size_lock:
        previous = threading.stack_size(_THREAD_STACK_BYTES)
        try:
            thread.start()
        finally:
            threading.stack_size(previous)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
