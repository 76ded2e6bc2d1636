"""The action cache: what is kept comes back, what is damaged does not, and the limit holds."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.workflow.action_cache import ActionCache, Use, action_key
from clysm.workflow.action_cache_entry import DamagedEntry, Output, decode, encode, outputs_of
from clysm.workflow.action_cache_local import ENTRIES, OUTPUTS, LocalStore, stored_path
from clysm.workflow.action_cache_shared import DirectoryStore, HttpStore

KEY = action_key("test", ("one",))
OTHER = action_key("test", ("other",))
BLOBS = {"image": b"\0asm and so on", "interface": b"(interface)", "empty": b""}
LIMIT = 1 << 20


def key(number: int) -> str:
    return action_key("test", (str(number),))


def cache(directory: Path, limit: int = LIMIT) -> ActionCache:
    return ActionCache(LocalStore(directory, limit))


def files(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for kind in (ENTRIES, OUTPUTS)
        for path in (directory / kind).rglob("*")
        if path.is_file()
    }


def size(directory: Path) -> int:
    return sum(len(data) for data in files(directory).values())


class Server:
    """An HTTP cache as a transport; everything it was asked is in `log`."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.log: list[str] = []
        self.status: int | None = None

    def __call__(self, method: str, url: str, body: bytes | None) -> tuple[int, bytes]:
        self.log.append(f"{method} {url}")
        path = url.removeprefix("http://server/base")
        if self.status is not None:
            return self.status, b"<html>"
        if method == "PUT":
            self.held[path] = body or b""
            return 201, b""
        return (200, self.held[path]) if path in self.held else (404, b"not found")


# Entries


def test_an_entry_is_what_the_remote_execution_api_says() -> None:
    outputs = (Output("image", "ab" * 32, 300),)
    digest = b"\x0a\x40" + b"ab" * 32 + b"\x10\xac\x02"
    file = b"\x0a\x05image" + b"\x12" + bytes([len(digest)]) + digest
    data = encode(KEY, outputs)
    assert data.startswith(b"\x12" + bytes([len(file)]) + file + b"\x2a\x4fclysm action 1 ")
    assert decode(KEY, data) == outputs


@given(st.dictionaries(st.from_regex(r"[a-z]{1,9}", fullmatch=True), st.binary(max_size=400), max_size=6))
def test_entries_read_back(blobs: Mapping[str, bytes]) -> None:
    outputs = outputs_of(blobs)
    assert decode(KEY, encode(KEY, outputs)) == outputs


def test_fields_that_a_server_added_are_left_out() -> None:
    outputs = outputs_of(BLOBS)
    added = b"\x4a\x08\x0a\x06worker" + b"\x20\x00" + b"\xfd\x01\x01\x02\x03\x04"
    assert decode(KEY, encode(KEY, outputs) + added) == outputs


def test_an_entry_of_another_action_does_not_read() -> None:
    with pytest.raises(DamagedEntry, match="not sealed for this action"):
        decode(OTHER, encode(KEY, outputs_of(BLOBS)))


def test_no_changed_bit_and_no_cut_entry_reads() -> None:
    data = encode(KEY, outputs_of(BLOBS))
    for position in range(len(data)):
        with pytest.raises(DamagedEntry):
            decode(KEY, data[:position])
        for bit in range(8):
            changed = data[:position] + bytes([data[position] ^ 1 << bit]) + data[position + 1 :]
            with pytest.raises(DamagedEntry):
                decode(KEY, changed)


@given(st.binary(max_size=300))
def test_no_junk_reads(data: bytes) -> None:
    with pytest.raises(DamagedEntry):
        decode(KEY, data)


def test_keys_tell_lists_apart() -> None:
    lists = [("a", "b"), ("ab",), ("a", "b", ""), ("", "a", "b"), ()]
    assert len({action_key(kind, items) for kind in ("module", "link") for items in lists}) == 10


# The local store


def test_what_is_put_is_got(tmp_path: Path) -> None:
    kept = cache(tmp_path)
    assert kept.get(KEY) is None
    kept.put(KEY, BLOBS)
    assert kept.get(KEY) == cache(tmp_path).get(KEY) == BLOBS
    assert kept.use == Use(hits=1, misses=1)
    for path in (tmp_path / OUTPUTS).glob("*/*"):
        assert path.name == hashlib.sha256(path.read_bytes()).hexdigest()


def test_equal_outputs_are_kept_once(tmp_path: Path) -> None:
    kept = cache(tmp_path)
    kept.put(KEY, BLOBS)
    kept.put(OTHER, BLOBS)
    assert len(list((tmp_path / OUTPUTS).glob("*/*"))) == len(BLOBS)


@pytest.mark.parametrize("kind", [ENTRIES, OUTPUTS])
@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "longer", "remove", "directory"])
def test_damage_is_a_miss_and_is_dropped(tmp_path: Path, kind: str, damage: str) -> None:
    kept = cache(tmp_path)
    kept.put(KEY, BLOBS)
    name = KEY if kind == ENTRIES else hashlib.sha256(BLOBS["image"]).hexdigest()
    path = stored_path(tmp_path, kind, name)
    data = path.read_bytes()
    path.unlink()
    if damage == "directory":
        path.mkdir()
    elif damage != "remove":
        changed = {"flip": data[:-1] + b"!", "cut": data[:-1], "empty": b"", "longer": data + b" "}
        path.write_bytes(changed[damage])
    assert kept.get(KEY) is None
    assert kept.use.misses == 1
    if damage != "directory":
        assert kept.use.damaged == (0 if (kind, damage) == (ENTRIES, "remove") else 1)
        assert not path.exists()
        kept.put(KEY, BLOBS)
        assert kept.get(KEY) == BLOBS


def test_the_store_may_be_wiped_at_any_time(tmp_path: Path) -> None:
    kept = cache(tmp_path / "c")
    kept.put(KEY, BLOBS)
    shutil.rmtree(tmp_path / "c")
    assert kept.get(KEY) is None
    kept.put(KEY, BLOBS)
    assert kept.get(KEY) == BLOBS


def test_outputs_that_make_no_sense_are_rejected(tmp_path: Path) -> None:
    kept = cache(tmp_path)
    kept.put(KEY, BLOBS)
    assert kept.get(KEY) is not None
    kept.reject(KEY)
    assert kept.get(KEY) is None
    assert kept.use == Use(misses=2, damaged=1)


def test_a_directory_that_cannot_be_used_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    kept = cache(tmp_path / "file")
    kept.put(KEY, BLOBS)
    assert kept.get(KEY) is None


def test_a_limit_of_nothing_keeps_nothing(tmp_path: Path) -> None:
    kept = cache(tmp_path / "c", 0)
    kept.put(KEY, BLOBS)
    assert kept.get(KEY) is None
    assert not (tmp_path / "c").exists()


# Eviction


def fill(kept: ActionCache, numbers: Iterator[int] | range, bytes_each: int = 1000) -> None:
    for number in numbers:
        kept.put(key(number), {"image": number.to_bytes(4, "big") * (bytes_each // 4)})


def held(directory: Path, numbers: range) -> list[int]:
    return [number for number in numbers if stored_path(directory, ENTRIES, key(number)).exists()]


def test_the_limit_holds_and_the_latest_stay(tmp_path: Path) -> None:
    kept = cache(tmp_path, 20_000)
    for number in range(100):
        fill(kept, range(number, number + 1))
        assert size(tmp_path) <= 20_000
        assert kept.get(key(number)) is not None
    numbers = held(tmp_path, range(100))
    assert numbers == list(range(100 - len(numbers), 100))
    assert len(numbers) >= 10


def test_processes_that_store_little_keep_the_limit_together(tmp_path: Path) -> None:
    """Each of them adds all up with the first of its entries that is worth it, and most never do."""
    limit = 4_000_000
    for number in range(120):
        cache(tmp_path, limit).put(key(number), {"image": number.to_bytes(2, "big") * 100})
    large = stored_path(tmp_path, OUTPUTS, hashlib.sha256(b"").hexdigest())
    large.parent.mkdir(parents=True, exist_ok=True)
    large.write_bytes(b"x" * limit)
    counted = 0
    for number in range(120, 240):
        if size(tmp_path) > limit:
            cache(tmp_path, limit).put(key(number), {"image": number.to_bytes(2, "big") * 100})
            counted += 1
    assert size(tmp_path) <= limit
    assert 1 < counted < 100


def test_what_was_used_stays_whatever_the_times_say(tmp_path: Path) -> None:
    kept = cache(tmp_path, 20_000)
    fill(kept, range(10))
    for path in tmp_path.rglob("*"):
        os.utime(path, (0, 0) if key(0) == path.name else None)
    for number in range(10, 60):
        assert kept.get(key(0)) is not None
        fill(kept, range(number, number + 1))
    assert 0 in held(tmp_path, range(60))
    assert held(tmp_path, range(1, 20)) == []


def test_without_a_record_of_use_the_times_decide(tmp_path: Path) -> None:
    fill(cache(tmp_path, 20_000), range(10))
    (tmp_path / "uses").write_bytes(b"\xff\0 junk\n")
    for number in range(10):
        os.utime(stored_path(tmp_path, ENTRIES, key(number)), (1000 - number, 1000 - number))
    fill(cache(tmp_path, 20_000), range(10, 20))
    numbers = held(tmp_path, range(20))
    assert numbers[-10:] == list(range(10, 20))
    assert 0 < len(numbers) - 10 < 10
    assert numbers[:-10] == list(range(len(numbers) - 10))


def test_outputs_shared_with_a_kept_entry_stay(tmp_path: Path) -> None:
    kept = cache(tmp_path, 20_000)
    common = b"c" * 5000
    for number in range(40):
        kept.put(key(number), {"common": common, "own": number.to_bytes(4, "big") * 250})
    assert kept.get(key(39)) is not None
    assert size(tmp_path) <= 20_000
    named = {hashlib.sha256(common).hexdigest()}
    for number in held(tmp_path, range(40)):
        named.add(hashlib.sha256(number.to_bytes(4, "big") * 250).hexdigest())
    assert {path.name for path in (tmp_path / OUTPUTS).glob("*/*")} == named


def test_what_is_larger_than_the_store_is_not_stored(tmp_path: Path) -> None:
    kept = cache(tmp_path, 2000)
    fill(kept, range(1))
    kept.put(KEY, {"image": b"x" * 3000})
    assert kept.get(KEY) is None
    assert kept.get(key(0)) is not None


def test_leavings_of_killed_writers_go_with_the_next_eviction(tmp_path: Path) -> None:
    kept = cache(tmp_path, 20_000)
    fill(kept, range(1))
    leaving = stored_path(tmp_path, ENTRIES, key(0)).parent / f".{key(0)}.0123.tmp"
    leaving.write_bytes(b"half")
    fill(kept, range(1, 40))
    assert not leaving.exists()


def test_while_somebody_evicts_nothing_is_stored_and_nobody_waits(tmp_path: Path) -> None:
    kept = cache(tmp_path)
    kept.put(KEY, BLOBS)
    with (tmp_path / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept.put(OTHER, BLOBS)
        assert kept.get(OTHER) is None
        assert kept.get(KEY) == BLOBS
    kept.put(OTHER, BLOBS)
    assert kept.get(OTHER) == BLOBS


def test_while_somebody_writes_nothing_is_evicted(tmp_path: Path) -> None:
    kept = cache(tmp_path, 20_000)
    fill(kept, range(10))
    with (tmp_path / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        fill(kept, range(10, 40))
        assert len(held(tmp_path, range(40))) == 40
    fill(kept, range(40, 41))
    assert size(tmp_path) <= 20_000


def test_threads_and_processes_at_once(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.workflow.test_action_cache import cache, fill\n"
        "fill(cache(Path(sys.argv[1]), 20_000), range(int(sys.argv[2]), 400, 2))"
    )
    root = Path(__file__).resolve().parents[2]
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path), start], cwd=root) for start in "01"
    ]
    kept = cache(tmp_path, 20_000)

    def use(number: int) -> None:
        found = kept.get(key(number % 400))
        assert found is None or found == {"image": (number % 400).to_bytes(4, "big") * 250}
        fill(kept, range(number % 400, number % 400 + 1))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(use, range(800)))
    assert [process.wait(60) for process in processes] == [0, 0]
    fill(kept, range(1000, 1030))
    assert size(tmp_path) <= 20_000
    assert kept.use.damaged <= kept.use.misses


def test_the_record_of_uses_is_shortened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clysm.workflow.action_cache_local.USES_LIMIT", 1000)
    kept = cache(tmp_path)
    fill(kept, range(5))
    for _ in range(100):
        kept.get(key(3))
    fill(kept, range(5, 6))
    keys = (tmp_path / "uses").read_text().split()
    assert keys == [key(number) for number in (0, 1, 2, 4, 3, 5)]


# Shared stores


@pytest.fixture(params=["directory", "http"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> DirectoryStore | HttpStore:
    if request.param == "directory":
        (tmp_path / "shared").mkdir()
        return DirectoryStore(tmp_path / "shared")
    return HttpStore("http://server/base", Server())


def machine(tmp_path: Path, name: str, store: DirectoryStore | HttpStore, *, write: bool) -> ActionCache:
    return ActionCache(LocalStore(tmp_path / name, LIMIT), store, write_shared=write)


def test_what_one_machine_gives_another_gets(tmp_path: Path, store: DirectoryStore | HttpStore) -> None:
    giver = machine(tmp_path, "giver", store, write=True)
    giver.put(KEY, BLOBS)
    taker = machine(tmp_path, "taker", store, write=False)
    assert taker.get(KEY) == BLOBS
    assert taker.use == Use(hits=1, shared_hits=1)
    assert cache(tmp_path / "taker").get(KEY) == BLOBS
    assert taker.get(OTHER) is None
    assert taker.use.notes == ()


def test_who_may_only_read_gives_nothing(tmp_path: Path, store: DirectoryStore | HttpStore) -> None:
    machine(tmp_path, "reader", store, write=False).put(KEY, BLOBS)
    assert machine(tmp_path, "other", store, write=False).get(KEY) is None


@pytest.mark.parametrize("kind", [ENTRIES, OUTPUTS])
def test_nothing_shared_is_believed_without_its_hash(
    tmp_path: Path, store: DirectoryStore | HttpStore, kind: str
) -> None:
    machine(tmp_path, "giver", store, write=True).put(KEY, BLOBS)
    name = KEY if kind == ENTRIES else hashlib.sha256(BLOBS["image"]).hexdigest()
    original = store.read(kind, name)
    assert original is not None
    poison = encode(OTHER, outputs_of({"image": b"poison"})) if kind == ENTRIES else b"\0asm poison   "
    for bad in (poison, original[:-1], b""):
        store.write(kind, name, bad)
        taker = machine(tmp_path, f"taker{len(bad)}", store, write=False)
        assert taker.get(KEY) is None
        assert taker.use == Use(misses=1, damaged=1)
        assert files(tmp_path / f"taker{len(bad)}") == {}


def test_the_requests_of_an_http_cache(tmp_path: Path) -> None:
    server = Server()
    store = HttpStore("http://server/base", server)
    machine(tmp_path, "giver", store, write=True).put(KEY, {"image": b"x"})
    digest = hashlib.sha256(b"x").hexdigest()
    base = "http://server/base"
    assert server.log == [
        f"PUT {base}/cas/{digest}",
        f"PUT {base}/ac/{KEY}",
    ]  # an entry only after its outputs
    server.log.clear()
    assert machine(tmp_path, "taker", store, write=False).get(KEY) == {"image": b"x"}
    assert server.log == [f"GET {base}/ac/{KEY}", f"GET {base}/cas/{digest}"]


@pytest.mark.parametrize("status", [301, 401, 403, 500])
def test_a_server_that_refuses_is_told_once_and_left_alone(tmp_path: Path, status: int) -> None:
    server = Server()
    server.status = status
    kept = machine(tmp_path, "one", HttpStore("http://server/base", server), write=True)
    kept.put(KEY, BLOBS)
    assert kept.get(OTHER) is None
    assert kept.get(KEY) == BLOBS
    assert len(server.log) == 1
    assert kept.use.notes == (
        "going on without the shared cache: `http://server/base` refuses what is to be stored: "
        f"status {status}",
    )


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    def refuse(method: str, url: str, body: bytes | None) -> tuple[int, bytes]:
        raise ConnectionRefusedError("connection refused")

    kept = machine(tmp_path, "one", HttpStore("http://server/base", refuse), write=False)
    assert kept.get(KEY) is None
    assert "connection refused" in kept.use.notes[0]


def test_a_shared_directory_that_is_not_there(tmp_path: Path) -> None:
    kept = machine(tmp_path, "one", DirectoryStore(tmp_path / "nowhere"), write=False)
    assert kept.get(KEY) is None
    assert "is not a directory" in kept.use.notes[0]


def test_the_gate_does_not_know_the_action_cache() -> None:
    program = (
        "import sys, clysm.cli.fixpoint, clysm.bootstrap.gate, clysm.bootstrap.worker\n"
        "sys.exit(any('action' in name for name in sys.modules if name.startswith('clysm')))"
    )
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
