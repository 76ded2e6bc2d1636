"""Cutting a series into shards, and remembering how."""

import hashlib
import os
from pathlib import Path

import pytest

from clysm.issuing import plans as plans_module
from clysm.issuing.plans import Plans
from clysm.issuing.shards import MAX_LINE, Shard, cut
from clysm.workflow.digests import SETTLED_NS


def lines(path: Path, count: int, end: str = "\n") -> Path:
    path.write_text("\n".join(f'{{"sku":"{number}"}}' for number in range(count)) + (end if count else ""))
    return path


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (4, [4]), (5, [4, 1]), (8, [4, 4]), (9, [4, 4, 1])]
)
def test_shards_cover_the_file_in_order(tmp_path: Path, count: int, sizes: list[int], end: str) -> None:
    path = lines(tmp_path / "series.jsonl", count, end)
    data = path.read_bytes()
    shards = cut(path, 4)
    assert [shard.lines for shard in shards] == sizes
    assert [shard.first for shard in shards] == [1 + 4 * number for number in range(len(sizes))]
    assert b"".join(data[shard.start : shard.end] for shard in shards) == data
    for shard in shards:
        assert shard.sha256 == hashlib.sha256(data[shard.start : shard.end]).hexdigest()
        assert data[: shard.start].count(b"\n") == shard.first - 1


def test_a_changed_line_changes_one_shard_and_a_new_last_one_the_last(tmp_path: Path) -> None:
    path = lines(tmp_path / "series.jsonl", 10)
    before = cut(path, 4)
    path.write_text(path.read_text().replace('"5"', '"X"'))
    changed = cut(path, 4)
    assert [one == other for one, other in zip(before, changed, strict=True)] == [True, False, True]
    with path.open("a") as stream:
        stream.write("{}\n")
    appended = cut(path, 4)
    assert appended[:2] == changed[:2]
    assert appended[2] != changed[2]


def test_a_long_line_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "series.jsonl"
    path.write_bytes(b"x" * (MAX_LINE * 2) + b"\ny\n")
    assert [(shard.first, shard.lines) for shard in cut(path, 1)] == [(1, 1), (2, 1)]


def later() -> int:
    return (1 << 62) + SETTLED_NS


def test_a_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lines(tmp_path / "series.jsonl", 10)
    found = Plans(tmp_path / "plans.json", later).shards(path, 4)
    monkeypatch.setattr(plans_module, "cut", lambda path, size: pytest.fail("the file is read again"))
    assert Plans(tmp_path / "plans.json", later).shards(path, 4) == found == cut(path, 4)


def test_a_change_is_noticed_also_if_size_and_mtime_stay(tmp_path: Path) -> None:
    path = lines(tmp_path / "series.jsonl", 10)
    plans = Plans(tmp_path / "plans.json", later)
    before = plans.shards(path, 4)
    status = path.stat()
    path.write_text(path.read_text().replace('"5"', '"X"'))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert plans.shards(path, 4) == cut(path, 4) != before
    assert plans.shards(path, 5) == cut(path, 5)


def test_a_file_just_written_is_not_believed(tmp_path: Path) -> None:
    path = lines(tmp_path / "series.jsonl", 3)
    Plans(tmp_path / "plans.json", lambda: 0).shards(path, 4)
    assert not (tmp_path / "plans.json").exists()


@pytest.mark.parametrize(
    "store",
    [
        "",
        "[]",
        "{}",
        '{"version":1}',
        '{"version":1,"series":{"x":[1]}}',
        '{"version":2,"series":{}}',
        "\x00",
    ],
)
def test_a_damaged_memory_is_forgotten(tmp_path: Path, store: str) -> None:
    (tmp_path / "plans.json").write_text(store)
    path = lines(tmp_path / "series.jsonl", 3)
    assert Plans(tmp_path / "plans.json", later).shards(path, 4) == (
        Shard(0, 36, 1, 3, hashlib.sha256(path.read_bytes()).hexdigest()),
    )


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Plans(tmp_path / "plans.json", later).shards(tmp_path / "series.jsonl", 4)
