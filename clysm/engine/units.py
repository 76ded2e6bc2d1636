"""Units: modules instantiated beside a running image, in its store, linked to its exports by name.

Two imports are no exports of the image: the immutable globals `rt` `code-base` and `rt` `constant-base`,
whose values are in the unit's last section, `clysm.bases`. Without that section a unit is the same bytes
whatever was there before it, so its machine code, which takes 11 ms to make and 0.3 ms to load, is kept like
that of images.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import wasmtime

from clysm.engine.bindings import Extern, Store, find_export
from clysm.engine.code_cache import CodeCache, compile_image
from clysm.engine.errors import ImageError
from clysm.engine.imports import HOST_MODULE
from clysm.wasm.errors import WasmError
from clysm.wasm.interface import Import, parse_imports
from clysm.wasm.reader import Reader
from clysm.wasm.sections import find_section, parse_sections

RUNTIME_MODULE = "rt"  # a unit's import `rt` `name` is the running image's export `rt.name`
BASES_SECTION = "custom:clysm.bases"
BASES = ("code-base", "constant-base")  # names of the imports, in the order of the section


class UnitError(Exception):
    """The unit is invalid or does not fit the running image."""


@dataclass(frozen=True, slots=True)
class RunningImage:
    """An instance, its exports as far as units have asked for them, and where machine code is kept."""

    instance: wasmtime.Instance
    cache: CodeCache | None = None
    _exports: dict[str, Extern | None] = field(default_factory=dict)

    def export(self, store: Store, name: str) -> Extern | None:
        if name not in self._exports:
            self._exports[name] = find_export(store, self.instance, name)
        return self._exports[name]


def split_bases(unit: bytes) -> tuple[bytes, Mapping[str, int]]:
    """The unit without its last section, if that gives the bases, and the bases by the names of the imports.

    Bytes that are no module have none: compiling them says what is wrong.
    """
    try:
        *_, last = parse_sections(unit)
        if last.name != BASES_SECTION:
            return unit, {}
        reader = Reader(unit, last.content, last.end)
        return unit[: last.start], {name: reader.u32() for name in BASES}
    except (WasmError, ValueError):  # ValueError: there is no section
        return unit, {}


@lru_cache(maxsize=2048)
def compile_unit(
    engine: wasmtime.Engine, unit: bytes, cache: CodeCache | None
) -> tuple[wasmtime.Module, tuple[Import, ...]]:
    """Machine code and imports, kept by content. Raises UnitError."""
    try:
        module = cache.load(engine, unit) if cache else compile_image(engine, unit)
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
    body, bases = split_bases(unit)
    module, imports = compile_unit(engine, body, image.cache)
    try:
        externs = [_resolve(store, image, host_functions, bases, item) for item in imports]
        wasmtime.Instance(store, module, externs)
    except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
        raise UnitError(" ".join(str(error).split())) from error


def _resolve(
    store: Store,
    image: RunningImage,
    host_functions: Mapping[str, wasmtime.Func],
    bases: Mapping[str, int],
    item: Import,
) -> Extern:
    found: Extern | None = None
    if item.module == HOST_MODULE:
        found = host_functions.get(item.name)
    elif item.module == RUNTIME_MODULE and item.name in bases:
        base_type = wasmtime.GlobalType(wasmtime.ValType.i32(), mutable=False)
        return wasmtime.Global(store, base_type, wasmtime.Val.i32(bases[item.name]))
    elif item.module == RUNTIME_MODULE:
        found = image.export(store, f"{RUNTIME_MODULE}.{item.name}")
    if found is None:
        raise UnitError(f"unknown import `{item.module}` `{item.name}`")
    return found
