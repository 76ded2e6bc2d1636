"""An image loaded once, checked against the ABI, ready to be instantiated any number of times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import wasmtime

from clysm.engine.abi import IMAGE_EXPORTS
from clysm.engine.code_cache import CodeCache, compile_image
from clysm.engine.engine import Effort, shared_engine
from clysm.engine.errors import ImageError
from clysm.engine.imports import HOST_IMPORTS, HOST_MODULE
from clysm.wasm.interface import (
    FunctionType,
    exported_function_types,
    parse_exports,
    parse_imports,
    parse_types,
)
from clysm.wasm.sections import Section, find_section, parse_sections


@dataclass(frozen=True, slots=True)
class Image:
    """Machine code, the names of its imports in order, and the types of its exported functions. `engine` and
    `cache` are for its units too.
    """

    engine: wasmtime.Engine
    module: wasmtime.Module
    imports: tuple[str, ...]
    functions: Mapping[str, FunctionType]
    cache: CodeCache | None

    def require(self, exports: Mapping[str, FunctionType]) -> None:
        """Raises ImageError unless every function of the table is exported with that type."""
        for name, expected in exports.items():
            actual = self.functions.get(name)
            if actual is None:
                raise ImageError(f"the image does not export the function `{name}`")
            if actual != expected:
                raise ImageError(f"export `{name}` has type {_text(actual)}, expected {_text(expected)}")


def load_image(source: bytes | Path, cache: CodeCache | None = None, effort: Effort = Effort.FULL) -> Image:
    """Load an image from bytes or from a file, with machine code of FULL effort from `cache` if there is one.

    Raises ImageError: the file cannot be read, invalid bytes, an import outside the closed list or of another
    type, a start function, no `memory`, an export of IMAGE_EXPORTS missing.
    """
    try:
        wasm = source.read_bytes() if isinstance(source, Path) else source
    except OSError as error:
        raise ImageError(f"cannot read `{source!s}`: {error.strerror}") from error
    engine = shared_engine(effort)
    if effort is not Effort.FULL:
        cache = None
    module = cache.load(engine, wasm) if cache else compile_image(engine, wasm)
    sections = parse_sections(wasm)
    if find_section(sections, "start") is not None:
        raise ImageError("an image has no start function: the host calls `_initialize` or `_start`")
    imports = _check_imports(wasm, sections)
    if not any(item.name == "memory" and item.kind == "memory" for item in parse_exports(wasm, sections)):
        raise ImageError("the image does not export the memory `memory`")
    image = Image(engine, module, imports, exported_function_types(wasm, sections), cache)
    image.require(IMAGE_EXPORTS)
    return image


def _check_imports(wasm: bytes, sections: tuple[Section, ...]) -> tuple[str, ...]:
    imports = parse_imports(wasm, sections)
    types = parse_types(wasm, sections) if imports else ()
    for item in imports:
        signature = HOST_IMPORTS.get(item.name) if item.module == HOST_MODULE else None
        if signature is None or item.type_index is None:
            raise ImageError(f"unknown import `{item.module}` `{item.name}`")
        expected = (signature.params, (signature.result,) if signature.result else ())
        actual = types[item.type_index].function
        if actual != expected:
            described = _text(actual) if actual else types[item.type_index].text
            raise ImageError(f"import `{item.name}` has type {described}, expected {_text(expected)}")
    return tuple(item.name for item in imports)


def _text(function: FunctionType) -> str:
    params, results = function
    return f"({' '.join(params)}) -> ({' '.join(results)})"
