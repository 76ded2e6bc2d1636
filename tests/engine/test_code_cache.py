"""The cache of machine code: hits, damage at every place, eviction, unusable directories."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest
import wasmtime

from clysm.engine import code_cache
from clysm.engine.code_cache import CodeCache, code_key
from clysm.engine.engine import shared_engine
from clysm.engine.errors import ImageError
from tests.engine.images import assemble

WASM = assemble('(module (func (export "f") (result i32) (i32.const 42)))')


def other(number: int) -> bytes:
    return assemble(f'(module (func (export "f") (result i32) (i32.const {number})))')


def answer(module: wasmtime.Module) -> int:
    store = wasmtime.Store(shared_engine())
    store.set_epoch_deadline(1 << 60)
    function = wasmtime.Instance(store, module, []).exports(store)["f"]
    assert isinstance(function, wasmtime.Func)
    value = function(store)
    assert isinstance(value, int)
    return value


class Compiles:
    """Counts compilations."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        original = code_cache.compile_image

        def compile_image(engine: wasmtime.Engine, wasm: bytes) -> wasmtime.Module:
            self.count += 1
            return original(engine, wasm)

        monkeypatch.setattr(code_cache, "compile_image", compile_image)


@pytest.fixture
def compiles(monkeypatch: pytest.MonkeyPatch) -> Compiles:
    return Compiles(monkeypatch)


def test_second_load_does_not_compile(tmp_path: Path, compiles: Compiles) -> None:
    cache = CodeCache(tmp_path / "deep" / "code")
    for _ in range(3):
        assert answer(cache.load(shared_engine(), WASM)) == 42
    assert compiles.count == 1
    assert [path.name for path in cache.directory.iterdir()] == [code_key(WASM) + ".code"]


def test_a_large_image_is_compiled_once_at_a_time(tmp_path: Path, compiles: Compiles) -> None:
    cache = CodeCache(tmp_path, shared=len(WASM))
    with ThreadPoolExecutor() as threads:
        modules = threads.map(lambda _: cache.load(shared_engine(), WASM), range(8))
        assert [answer(module) for module in modules] == [42] * 8
    assert compiles.count == 1
    assert [path.name for path in tmp_path.iterdir()] == [code_key(WASM) + ".code"]


def test_who_compiles_an_invalid_image_leaves_no_lock(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ImageError, match="invalid module"):
            CodeCache(tmp_path, shared=0).load(shared_engine(), WASM[:-1])
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_cannot_be_taken_costs_time_only(tmp_path: Path) -> None:
    with patch("fcntl.flock", side_effect=OSError("no locks here")):
        assert answer(CodeCache(tmp_path, shared=0).load(shared_engine(), WASM)) == 42


def test_damage_anywhere_is_a_miss(tmp_path: Path, compiles: Compiles) -> None:
    cache = CodeCache(tmp_path)
    cache.load(shared_engine(), WASM)
    (path,) = tmp_path.iterdir()
    good = path.read_bytes()
    places = (0, 5, 25, 40, 53, 60, len(good) // 2, len(good) - 1)
    damaged = [good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :] for place in places]
    damaged += [b"", good[:10], good[:-1], good + b"x", b"x" * len(good)]
    for count, data in enumerate(damaged, start=2):
        path.write_bytes(data)
        assert answer(cache.load(shared_engine(), WASM)) == 42
        assert compiles.count == count
        assert path.read_bytes()[:53] == good[:53] or len(path.read_bytes()) == len(good)
        cache.load(shared_engine(), WASM)
        assert compiles.count == count, "the entry was replaced"


def test_an_entry_of_another_image_is_a_miss(tmp_path: Path, compiles: Compiles) -> None:
    cache = CodeCache(tmp_path)
    cache.load(shared_engine(), WASM)
    (path,) = tmp_path.iterdir()
    path.rename(tmp_path / (code_key(other(7)) + ".code"))
    assert answer(cache.load(shared_engine(), other(7))) == 7
    assert compiles.count == 2


def test_sealed_code_that_the_engine_refuses_is_a_miss(tmp_path: Path, compiles: Compiles) -> None:
    cache = CodeCache(tmp_path)
    key = code_key(WASM)
    (tmp_path / f"{key}.code").write_bytes(code_cache._seal(key, b"made for another processor"))
    assert answer(cache.load(shared_engine(), WASM)) == 42
    assert compiles.count == 1


def test_the_key_covers_engine_and_settings() -> None:
    key = code_key(WASM)
    assert key != code_key(other(1))
    with patch.object(code_cache, "engine_version", lambda: "wasmtime 51"):
        assert code_key(WASM) != key
    with patch.object(code_cache, "SETTINGS", {"wasm_gc": False}):
        assert code_key(WASM) != key


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    size = len(bytes(CodeCache(tmp_path).load(shared_engine(), WASM).serialize()))
    (tmp_path / f"{code_key(WASM)}.code").unlink()
    cache = CodeCache(tmp_path, max_bytes=size * 7 // 2, large=0)
    for number in range(3):
        cache.load(shared_engine(), other(number))
        os.utime(tmp_path / f"{code_key(other(number))}.code", ns=(number, number))
    (tmp_path / f"{code_key(WASM)}.codeabandoned").write_bytes(b"half")
    os.utime(tmp_path / f"{code_key(WASM)}.codeabandoned", ns=(0, 0))
    cache.load(shared_engine(), other(0))  # used now, so 1 is the oldest
    cache.load(shared_engine(), other(3))
    kept = {path.name.removesuffix(".code") for path in tmp_path.iterdir()}
    assert kept == {code_key(other(number)) for number in (0, 2, 3)}


def test_one_entry_larger_than_the_limit_is_kept(tmp_path: Path) -> None:
    cache = CodeCache(tmp_path, max_bytes=1, large=0)
    for number in range(2):
        cache.load(shared_engine(), other(number))
        assert [path.name for path in tmp_path.iterdir()] == [code_key(other(number)) + ".code"]


def test_an_unusable_directory_costs_time_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert answer(CodeCache(tmp_path / "file").load(shared_engine(), WASM)) == 42
    assert (tmp_path / "file").read_bytes() == b""


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    with patch("os.replace", side_effect=OSError("full")):
        assert answer(CodeCache(tmp_path).load(shared_engine(), WASM)) == 42
    assert list(tmp_path.iterdir()) == []


def test_invalid_images_are_not_stored(tmp_path: Path) -> None:
    for bad in (b"", b"(module)", WASM[:-1]):
        with pytest.raises(ImageError, match="invalid module"):
            CodeCache(tmp_path).load(shared_engine(), bad)
    assert list(tmp_path.iterdir()) == []
