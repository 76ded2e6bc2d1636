"""Units: modules instantiated beside a running image, in its store, linked to its exports by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import wasmtime

from clysm.engine.bindings import Extern, Store, find_export
from clysm.engine.code_cache import compile_image
from clysm.engine.errors import ImageError
from clysm.engine.imports import HOST_MODULE
from clysm.wasm.errors import WasmError
from clysm.wasm.interface import Import, parse_imports
from clysm.wasm.sections import find_section, parse_sections

RUNTIME_MODULE = "rt"  # a unit's import `rt` `name` is the running image's export `rt.name`


class UnitError(Exception):
    """The unit is invalid or does not fit the running image."""


@dataclass(frozen=True, slots=True)
class RunningImage:
    """An instance, and its exports as far as units have asked for them."""

    instance: wasmtime.Instance
    _exports: dict[str, Extern | None] = field(default_factory=dict)

    def export(self, store: Store, name: str) -> Extern | None:
        if name not in self._exports:
            self._exports[name] = find_export(store, self.instance, name)
        return self._exports[name]


@lru_cache(maxsize=512)
def compile_unit(engine: wasmtime.Engine, unit: bytes) -> tuple[wasmtime.Module, tuple[Import, ...]]:
    """Machine code and imports, kept by content. Raises UnitError."""
    try:
        module = compile_image(engine, unit)
        sections = parse_sections(unit)
        imports = parse_imports(unit, sections)
    except (ImageError, WasmError) as error:
        raise UnitError(str(error)) from error
    if find_section(sections, "start") is not None:
        raise UnitError("a unit has no start function")
    return module, imports


def instantiate_unit(
    engine: wasmtime.Engine,
    store: Store,
    image: RunningImage,
    host_functions: Mapping[str, wasmtime.Func],
    unit: bytes,
) -> None:
    """Instantiate `unit` in the image's store; its active segments reach the image, no code of it runs.

    Raises UnitError: invalid bytes, an import nobody offers or of another type, a segment out of bounds.
    """
    module, imports = compile_unit(engine, unit)
    try:
        wasmtime.Instance(store, module, [_resolve(store, image, host_functions, item) for item in imports])
    except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
        raise UnitError(" ".join(str(error).split())) from error


def _resolve(
    store: Store, image: RunningImage, host_functions: Mapping[str, wasmtime.Func], item: Import
) -> Extern:
    found: Extern | None = None
    if item.module == HOST_MODULE:
        found = host_functions.get(item.name)
    elif item.module == RUNTIME_MODULE:
        found = image.export(store, f"{RUNTIME_MODULE}.{item.name}")
    if found is None:
        raise UnitError(f"unknown import `{item.module}` `{item.name}`")
    return found
