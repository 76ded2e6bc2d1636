"""Small images for the engine's tests, written as WAT."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import wasmtime

from clysm.engine.image import Image, load_image
from clysm.engine.imports import HOST_IMPORTS
from clysm.engine.world import ALL_IMPORTS, Clock, HostWorld

# Transfer buffers: a bump allocator from 4096, 8-aligned; 0 when the memory cannot grow any more.
_BUFFERS = """
  (global $next (mut i32) (i32.const 4096))
  (func (export "buffer_alloc") (param $len i32) (result i32) (local $start i32)
    (local.set $start (global.get $next))
    (global.set $next (i32.and (i32.add (i32.add (local.get $start) (local.get $len)) (i32.const 7))
                               (i32.const -8)))
    (block $fits
      (loop $more
        (br_if $fits (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
        (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
      (global.set $next (local.get $start))
      (return (i32.const 0)))
    (local.get $start))
  (func (export "buffer_reset") (global.set $next (i32.const 4096)))
"""


def import_line(name: str) -> str:
    signature = HOST_IMPORTS[name]
    params = f"(param {' '.join(signature.params)})"
    result = f"(result {signature.result})" if signature.result else ""
    return f'(import "clysm" "{name}" (func ${name} {params} {result}))'


@lru_cache(maxsize=256)
def assemble(text: str) -> bytes:
    return bytes(wasmtime.wat2wasm(text))


def image_bytes(body: str = "", *, start: str = "", imports: str = "", version: int = 1) -> bytes:
    """A complete image: `imports` names the host imports, `start` is the code of `_start`."""
    lines = "\n".join(import_line(name) for name in imports.split())
    return assemble(f"""(module $program
      {lines}
      (memory (export "memory") 2)
      {_BUFFERS}
      (func (export "abi_version") (result i32) (i32.const {version}))
      (func (export "_initialize"))
      (func $_start (export "_start") {start})
      {body})""")


def image(body: str = "", *, start: str = "", imports: str = "") -> Image:
    return load_image(image_bytes(body, start=start, imports=imports))


def caller_image() -> Image:
    """An image that exports every host import under the name `call_<import>`, and `read8`/`write8`."""
    exports = []
    for name, signature in HOST_IMPORTS.items():
        params = " ".join(f"(param {word})" for word in signature.params)
        # Python calls pass i32 only, so 64-bit values are narrowed and widened here.
        params = params.replace("i64", "i32")
        gets = " ".join(
            f"(i64.extend_i32_s (local.get {i}))" if word == "i64" else f"(local.get {i})"
            for i, word in enumerate(signature.params)
        )
        call = f"(call ${name} {gets})"
        if signature.result == "i64":
            call = f"(i32.wrap_i64 {call})"
        result = "(result i32)" if signature.result else ""
        exports.append(f'(func (export "call_{name}") {params} {result} {call})')
    return image("\n".join(exports), imports=" ".join(HOST_IMPORTS))


@dataclass
class FakeClock:
    """A clock that tests set."""

    realtime_ns: int = 1_766_836_800_000_000_000
    monotonic_ns: int = 5

    def clock(self) -> Clock:
        return Clock(lambda: self.realtime_ns, lambda: self.monotonic_ns)


@dataclass
class Streams:
    """The three standard streams as byte buffers, and the world made of them."""

    stdin: io.BytesIO = field(default_factory=io.BytesIO)
    stdout: io.BytesIO = field(default_factory=io.BytesIO)
    stderr: io.BytesIO = field(default_factory=io.BytesIO)

    def world(
        self,
        arguments: tuple[str, ...] = (),
        directories: tuple[Path, ...] = (),
        clock: Clock | None = None,
        granted: frozenset[str] = ALL_IMPORTS,
    ) -> HostWorld:
        return HostWorld(self.stdin, self.stdout, self.stderr, arguments, directories, clock, granted)


def data_segment(texts: Mapping[int, bytes]) -> str:
    """Active data segments: address -> bytes."""
    return "\n".join(
        f'(data (i32.const {address}) "{"".join(f"{chr(92)}{byte:02x}" for byte in text)}")'
        for address, text in texts.items()
    )
