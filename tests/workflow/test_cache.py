"""The compilation cache: its text, and what a damaged, foreign or shared one does (I8, N39)."""

import multiprocessing
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.workflow import atomic, cache
from clysm.workflow.cache import CacheDamaged, CachedModule, CompilationCache
from clysm.workflow.cachestore import CacheStore
from clysm.workflow.diagnostics import error
from clysm.workflow.digests import sha256_bytes
from clysm.workflow.errors import InvalidRecord
from clysm.workflow.graph import GraphSnapshot
from clysm.workflow.states import Severity

WARNING = replace(error("missing-function", 'say "no"\\', "a.lisp", 1, 2), severity=Severity.WARNING)
ENTRY = CachedModule(
    path="src/a.lisp",
    mtime=1735300800,
    hash="a" * 64,
    compiled_size=3,
    compile_time_ms=23,
    dependencies=(),
    compiled_bytes=None,
    form_results=(("defun", "encode-uleb128"), ("progn", None)),
    warnings=(WARNING,),
    key="b" * 64,
    object="c" * 64,
    interface="d" * 64,
)
OTHER = replace(ENTRY, path="src/b.lisp", dependencies=("src/a.lisp",), form_results=(), warnings=())
CACHE = CompilationCache(
    1,
    "2025-12-27T12:00:00Z",
    "/abs/project",
    {"src/a.lisp": ENTRY, "src/b.lisp": OTHER},
    GraphSnapshot(("src/a.lisp", "src/b.lisp"), {"src/a.lisp": (), "src/b.lisp": ("src/a.lisp",)}),
)


def test_the_text() -> None:
    assert cache.to_text(CACHE).startswith(
        """(:version 1
 :timestamp "2025-12-27T12:00:00Z"
 :project-root "/abs/project"
 :modules
 (("src/a.lisp"
   :mtime 1735300800
   :hash "aaaa"""
    )
    assert cache.to_text(CACHE).endswith(
        """))
 :dependency-order
 ("src/a.lisp" "src/b.lisp"))
"""
    )
    assert ":forms nil\n   :warnings nil\n   :check " in cache.to_text(CACHE)
    assert ':forms (("defun" "encode-uleb128") ("progn" nil))' in cache.to_text(CACHE)


def test_round_trip() -> None:
    assert cache.from_bytes(cache.to_text(CACHE).encode()) == CACHE
    empty = replace(CACHE, modules={}, dependency_graph=GraphSnapshot((), {}))
    assert cache.from_bytes(cache.to_text(empty).encode()) == empty


def test_unknown_keys_are_ignored_and_a_missing_one_is_a_miss() -> None:
    text = cache.to_text(CACHE)
    assert (
        cache.from_bytes(text.replace(":mtime 1735300800", ":colour 7 :mtime 1735300800").encode()) == CACHE
    )
    without = cache.from_bytes(text.replace(":compiled-size 3", "", 1).encode())
    assert list(without.modules) == ["src/b.lisp"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (":version 1", ":version 2"),
        ("(:version", "((:version"),
        (":timestamp", "#.(run) :timestamp"),
        (':timestamp "2025-12-27T12:00:00Z"', ""),
        ("(:version", "((((((((((:version"),
        (":project-root", "; comment\n :project-root"),
    ],
)
def test_damaged_text(old: str, new: str) -> None:
    with pytest.raises(CacheDamaged):
        cache.from_bytes(cache.to_text(CACHE).replace(old, new, 1).encode())


@given(st.integers(0, len(cache.to_text(CACHE)) - 1), st.integers(0, 255))
def test_a_changed_byte_never_raises_anything_else(position: int, byte: int) -> None:
    data = bytearray(cache.to_text(CACHE).encode())
    data[position] = byte
    try:
        found = cache.from_bytes(bytes(data))
    except CacheDamaged:
        return
    assert found.version == 1


def test_an_entry_without_a_check_is_valid() -> None:
    text = re.sub(r'\n +:check "\w+"', "", cache.to_text(CACHE))
    assert ":check" not in text
    assert cache.from_bytes(text.encode()) == CACHE
    assert cache.from_bytes(text.replace('"progn"', '"prog1"').encode()) != CACHE


# I7, C1: what is damaged is missed; what is left is as it was written.
def test_a_damaged_byte_at_any_position_changes_no_entry() -> None:
    data = cache.to_text(CACHE).encode()
    damage = b'") (9\\#\xff'
    readable = 0
    for position, byte in enumerate(data):
        other = next(b for b in damage[position % len(damage) :] + damage if b != byte)
        try:
            found = cache.from_bytes(data[:position] + bytes([other]) + data[position + 1 :])
        except CacheDamaged:
            continue
        readable += 1
        assert found.modules.items() <= CACHE.modules.items(), (position, other)
    assert readable > 500


@pytest.mark.parametrize(
    "change", [{"path": "/a"}, {"mtime": 0}, {"key": "x"}, {"compiled_size": 0}, {"compiled_bytes": b""}]
)
def test_rules(change: dict[str, object]) -> None:
    with pytest.raises(InvalidRecord):
        replace(ENTRY, **change)  # type: ignore[arg-type]


def no_sleep(seconds: float) -> None:
    pass


def test_store_round_trip_and_eviction(tmp_path: Path) -> None:
    code, interface = b"obj", b"iface"
    entry = replace(ENTRY, object=sha256_bytes(code), interface=sha256_bytes(interface))
    with CacheStore(tmp_path / "c", tmp_path, no_sleep) as store:
        assert store.load(lambda path: True) is None
        assert store.write_blobs(code, interface, b"garbage")
        atomic.temporary_beside(tmp_path / "c" / "compilation-cache.sexp").touch()  # a killed session's
        store.save(replace(CACHE, project_root=str(tmp_path), modules={entry.path: entry}))
    assert sorted(path.name for path in (tmp_path / "c" / "objects").iterdir()) == sorted(
        [entry.object, entry.interface]
    )
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == [
        "compilation-cache.sexp", "lock", "objects"
    ]  # fmt: skip
    with CacheStore(tmp_path / "c", tmp_path, no_sleep) as store:
        loaded = store.load(lambda path: True)
        assert loaded is not None
        assert loaded.modules == {entry.path: entry}
        assert store.read_blob(entry.object) == code
        (tmp_path / "c" / "objects" / entry.object).write_bytes(b"bad")
        assert store.read_blob(entry.object) is None
        gone = store.load(lambda path: False)
        assert gone is not None
        assert gone.modules == {}


@pytest.mark.parametrize(
    ("text", "note"), [("(", "not readable"), (cache.to_text(CACHE), "another project root")]
)
def test_a_useless_cache_is_a_note(tmp_path: Path, text: str, note: str) -> None:
    (tmp_path / "compilation-cache.sexp").write_text(text)
    with CacheStore(tmp_path, tmp_path, no_sleep) as store:
        assert store.load(lambda path: True) is None
        assert store.note is not None
        assert note in store.note


def _hold(directory: str, ready: "multiprocessing.connection.Connection") -> None:
    with CacheStore(Path(directory), Path(directory), no_sleep) as store:
        ready.send(store.usable)
        ready.recv()


def test_a_second_session_goes_on_without_the_cache(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_hold, args=(str(tmp_path), theirs))
    process.start()
    assert ours.recv() is True
    waits: list[float] = []
    with CacheStore(tmp_path, tmp_path, waits.append) as store:
        assert sum(waits) == pytest.approx(10)
        assert not store.usable
        assert store.load(lambda path: True) is None
        assert not store.write_blobs(b"x")
        store.save(CACHE)
        assert store.note == "another session holds the cache; going on without it"
    ours.send(None)
    process.join()
    assert not (tmp_path / "compilation-cache.sexp").exists()
