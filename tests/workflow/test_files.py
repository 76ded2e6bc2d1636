"""Writing files whole or not at all, and knowing whether they changed."""

import json
import os
from pathlib import Path

import pytest

from clysm.workflow import atomic
from clysm.workflow.digests import DigestCache, content_digest, sha256_bytes, sha256_items

SECOND = 1_000_000_000


def test_write_creates_directories_and_leaves_no_other_file(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.txt"
    atomic.write_bytes(target, b"one")
    atomic.write_bytes(target, b"two")
    assert target.read_bytes() == b"two"
    assert [path.name for path in target.parent.iterdir()] == ["b.txt"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic.write_bytes(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    target = tmp_path / "file"
    assert atomic.write_if_changed(target, b"x")
    before = target.stat().st_ino
    assert not atomic.write_if_changed(target, b"x")
    assert target.stat().st_ino == before
    assert atomic.write_if_changed(target, b"y")


def test_lists_of_items_do_not_collide() -> None:
    assert sha256_items([b"ab", b"c"]) != sha256_items([b"a", b"bc"])
    assert sha256_items([]) != sha256_items([b""])


def test_reports_are_compared_without_their_volatile_parts(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    report = {"schema_version": 1, "timestamp": "a", "run": {"ms": 1}, "fixpoint_status": "PENDING", "n": 1}
    path.write_text(json.dumps(report))
    first = content_digest(path)
    path.write_text(json.dumps({**report, "timestamp": "b", "run": {}, "fixpoint_status": "ACHIEVED"}))
    assert content_digest(path) == first
    path.write_text(json.dumps({**report, "n": 2}))
    assert content_digest(path) != first
    path.write_text("{")
    assert content_digest(path) == sha256_bytes(b"{")


def test_digests_notice_an_edit_that_keeps_size_and_mtime(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"one")
    stat = path.stat()
    cache = DigestCache(tmp_path / "store", lambda: stat.st_ctime_ns + SECOND)
    assert cache.digest(str(path)) == sha256_bytes(b"one")
    path.write_bytes(b"two")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert cache.digest(str(path)) == sha256_bytes(b"two")


def test_digests_are_not_remembered_while_the_file_is_too_young(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"one")
    store = tmp_path / "store"
    DigestCache(store, lambda: path.stat().st_ctime_ns).digest(str(path))
    cache = DigestCache(store, lambda: path.stat().st_ctime_ns + SECOND)
    cache.digest(str(path))
    cache.save()
    assert list(json.loads(store.read_text())["files"]) == [str(path)]


def test_digests_survive_in_their_file_and_forget_what_is_gone(tmp_path: Path) -> None:
    store = tmp_path / "store"
    files = [tmp_path / name for name in "ab"]
    for path in files:
        path.write_bytes(path.name.encode())

    def later() -> int:
        return files[0].stat().st_ctime_ns + 10 * SECOND

    cache = DigestCache(store, later)
    for path in files:
        cache.digest(str(path))
    files[1].unlink()
    cache.save()
    assert list(json.loads(store.read_text())["files"]) == [str(files[0])]
    assert DigestCache(store, later).digest(str(files[0])) == sha256_bytes(b"a")
    with pytest.raises(FileNotFoundError):
        cache.digest(str(files[1]))


@pytest.mark.parametrize(
    "text", ["", "{}", '{"version": 2, "files": {}}', '{"version": 1, "files": {"a": [1, 2]}}', "[]"]
)
def test_a_damaged_memory_is_empty(tmp_path: Path, text: str) -> None:
    (tmp_path / "store").write_text(text)
    (tmp_path / "f").write_bytes(b"x")
    assert DigestCache(tmp_path / "store", lambda: 0).digest(str(tmp_path / "f")) == sha256_bytes(b"x")
