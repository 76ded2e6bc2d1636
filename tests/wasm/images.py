"""Modules for the tests of the binary format."""

from __future__ import annotations

from functools import lru_cache

import wasmtime

# A module with every section that there is, and the instructions that matter in the code section.
EVERYTHING = r"""(module $everything
  (rec (type $cons (struct (field (mut i32)) (field (mut (ref eq))) (field (mut (ref eq)))))
       (type $base (sub (struct (field i8))))
       (type $leaf (sub final $base (struct (field i8) (field (mut i16))))))
  (type $bytes (array (mut i8)))
  (type $code (func (param (ref eq)) (result (ref eq) i32)))
  (type $void (func))
  (import "clysm" "fd_write" (func $fd-write (param i32 i32 i32) (result i32)))
  (import "env" "table" (table 1 funcref))
  (import "env" "memory" (memory 1 2))
  (import "env" "global" (global i32))
  (import "env" "tag" (tag $imported (param (ref eq))))
  (table $units (export "rt.units") 10 20 (ref null func))
  (table $made 2 (ref $void) (ref.func $start))
  (memory $own (export "memory") 2)
  (tag $oops (param i32 (ref null any)))
  (global $counter (export "counter") (mut i32) (i32.const 41))
  (global $nothing (ref null any) (ref.null none))
  (global $sum i64 (i64.add (i64.const 1) (i64.const -2)))
  (export "list" (func $list))
  (start $start)
  (elem $active (table $units) (i32.const 1) func $list $start)
  (elem $passive func $list)
  (elem $declared declare func $describe)
  (elem $expressions (ref null func) (ref.func $list) (ref.null func))
  (func $start (nop))
  (func $list (type $code) (local $n i32) (local $x (ref null $cons))
    (local.set $x (struct.new $cons (i32.const 0) (local.get 0) (ref.i31 (i32.const 7))))
    (global.set $counter (i32.add (global.get $counter) (i32.const 1)))
    (drop (call $fd-write (i32.const 1) (i32.const 0) (i32.const 4)))
    (block $done
      (loop $again
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again)))
    (local.get $x) (ref.as_non_null) (i32.const 1))
  (func $describe (param i32) (result i32)
    (block $handler (result i32 (ref null any))
      (try_table (catch $oops $handler) (throw $oops (i32.const 3) (ref.null none)))
      (i32.const 1) (ref.null none))
    (drop))
  (func $odd (@name "odd name") (result f64) (f64.const 1.5))
  (func $spare (data.drop $rest))
  (data $hello (memory $own) (i32.const 8) "hello")
  (data $rest "passive")
  (@custom "clysm.object" "(:abi 1)"))"""


@lru_cache(maxsize=512)
def assemble(text: str) -> bytes:
    return bytes(wasmtime.wat2wasm(text))


def everything() -> bytes:
    return assemble(EVERYTHING)


def leb(value: int) -> bytes:
    """Unsigned LEB128."""
    out = bytearray()
    while True:
        out.append(value & 0x7F | (0x80 if value > 0x7F else 0))
        value >>= 7
        if not value:
            return bytes(out)


def section(section_id: int, content: bytes) -> bytes:
    return bytes([section_id]) + leb(len(content)) + content


def custom(name: str, content: bytes = b"") -> bytes:
    return section(0, leb(len(name.encode())) + name.encode() + content)
