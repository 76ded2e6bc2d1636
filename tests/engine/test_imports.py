"""Every host import: its successes and each of its codes (N51, N57)."""

from __future__ import annotations

import errno
import io
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from clysm.engine.errors import ExitRefusedError, ProgramExitError, TrapError
from clysm.engine.files import APPEND, CREATE, EXCLUSIVE, READ, TRUNCATE, WRITE, code_of
from clysm.engine.imports import HOST_IMPORTS, HostCode
from clysm.engine.instance import Instance
from clysm.engine.world import HostWorld, compile_world
from tests.engine.images import FakeClock, Streams, assemble, caller_image, data_segment, image

ROOM = 1000  # an address with free bytes after it


class Guest:
    """Calls imports from inside an image; texts are put into its memory first."""

    def __init__(self, world: HostWorld) -> None:
        self.instance = Instance(caller_image(), world)

    def put(self, data: bytes) -> tuple[int, int]:
        address = self.instance.call("buffer_alloc", max(1, len(data)))
        assert address
        self.instance._memory.write(address, data)
        return address, len(data)

    def get(self, address: int, length: int) -> bytes:
        return self.instance._memory.read(address, length)

    def __call__(self, name: str, *arguments: int | bytes) -> int:
        flat: list[int] = []
        for argument in arguments:
            flat += self.put(argument) if isinstance(argument, bytes) else [argument]
        result = self.instance.call(f"call_{name}", *flat)
        assert result is not None
        return result


@pytest.fixture
def streams() -> Streams:
    return Streams()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    directory = tmp_path / "root"
    directory.mkdir()
    (directory / "old.txt").write_bytes(b"0123456789")
    (directory / "sub").mkdir()
    (tmp_path / "secret").write_bytes(b"no")
    (directory / "way-out").symlink_to(tmp_path / "secret")
    (directory / "dangling").symlink_to(tmp_path / "new-secret")
    (directory / "inside").symlink_to("old.txt")
    (directory / "loop").symlink_to("loop")
    os.mkfifo(directory / "pipe")
    return directory


@pytest.fixture
def guest(streams: Streams, root: Path) -> Iterator[Guest]:
    world = streams.world(("alpha", "β 中 🎈"), (root,), FakeClock().clock())
    guest = Guest(world)
    with guest.instance:
        yield guest


def test_the_list_is_that_of_the_contract() -> None:
    """3.4 of the contracts: twelve imports, closed."""
    assert list(HOST_IMPORTS) == [
        *("args_read", "fd_read", "fd_write", "fd_seek", "fd_close", "file_open"),
        *("path_stat", "path_change", "path_list", "clock_read", "exit", "unit_instantiate"),
    ]
    assert [int(code) for code in HostCode] == list(range(-1, -10, -1))


# --- arguments


def test_args_read_tells_the_size_and_writes_if_it_fits(guest: Guest) -> None:
    expected = "alpha\0β 中 🎈\0".encode()
    assert guest("args_read", ROOM, 0) == len(expected)
    assert guest("args_read", ROOM, len(expected) - 1) == len(expected)
    assert guest.get(ROOM, len(expected)) == bytes(len(expected))
    assert guest("args_read", ROOM, len(expected)) == len(expected)
    assert guest.get(ROOM, len(expected)) == expected


def test_args_read_refuses_a_bad_range_and_unrepresentable_text(streams: Streams) -> None:
    guest = Guest(streams.world(("\udcff",)))
    assert guest("args_read", ROOM, 10) == HostCode.INVALID_ARGUMENT
    assert Guest(streams.world(()))("args_read", -4, 10) == HostCode.INVALID_ARGUMENT


# --- standard streams


def test_write_reaches_the_streams_as_bytes(guest: Guest, streams: Streams) -> None:
    text = "Grüße 中文 🎈\n".encode()
    assert guest("fd_write", 1, text) == len(text)
    assert guest("fd_write", 2, b"err") == 3
    assert (streams.stdout.getvalue(), streams.stderr.getvalue()) == (text, b"err")


def test_read_is_the_real_stdin_to_its_end(guest: Guest, streams: Streams) -> None:
    streams.stdin.write(b"abc\xff")
    streams.stdin.seek(0)
    assert guest("fd_read", 0, ROOM, 3) == 3
    assert guest.get(ROOM, 3) == b"abc"
    assert guest("fd_read", 0, ROOM, 100) == 1
    assert guest("fd_read", 0, ROOM, 100) == 0


def test_read_from_a_pipe_does_not_wait_for_the_whole_length() -> None:
    read_end, write_end = os.pipe()
    with os.fdopen(read_end, "rb") as source, os.fdopen(write_end, "wb") as sink:
        sink.write(b"line\n")
        sink.flush()
        guest = Guest(HostWorld(source, io.BytesIO(), io.BytesIO()))
        assert guest("fd_read", 0, ROOM, 4096) == 5


STREAM_CODES: tuple[tuple[str, tuple[int, ...], HostCode], ...] = (
    ("fd_read", (1, ROOM, 4), HostCode.WRONG_KIND),
    ("fd_write", (0, ROOM, 4), HostCode.WRONG_KIND),
    ("fd_seek", (0, 0, 0), HostCode.WRONG_KIND),
    ("fd_seek", (0, 0, 3), HostCode.INVALID_ARGUMENT),
    ("fd_read", (3, ROOM, 4), HostCode.BAD_DESCRIPTOR),
    ("fd_write", (-1, ROOM, 4), HostCode.BAD_DESCRIPTOR),
    ("fd_seek", (99, 0, 0), HostCode.BAD_DESCRIPTOR),
    ("fd_close", (99,), HostCode.BAD_DESCRIPTOR),
    ("fd_read", (0, 131_070, 4), HostCode.INVALID_ARGUMENT),
    ("fd_write", (1, 131_072, 1), HostCode.INVALID_ARGUMENT),
    ("fd_write", (1, -1, 1), HostCode.INVALID_ARGUMENT),
    ("fd_write", (1, 0, -1), HostCode.INVALID_ARGUMENT),
)


@pytest.mark.parametrize(("name", "arguments", "code"), STREAM_CODES)
def test_stream_codes(guest: Guest, name: str, arguments: tuple[int, ...], code: HostCode) -> None:
    assert guest(name, *arguments) == code


def test_empty_transfers_at_the_end_of_memory_are_in_range(guest: Guest) -> None:
    assert guest("fd_write", 1, 131_072, 0) == 0
    assert guest("fd_read", 0, 131_072, 0) == 0


def test_a_second_close_is_a_bad_descriptor(guest: Guest, streams: Streams) -> None:
    assert guest("fd_close", 1) == 0
    assert guest("fd_close", 1) == HostCode.BAD_DESCRIPTOR
    assert guest("fd_write", 1, b"x") == HostCode.BAD_DESCRIPTOR
    assert not streams.stdout.closed


class _Broken(io.BytesIO):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def write(self, data: object) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "full"), HostCode.NO_SPACE),
        (BrokenPipeError(errno.EPIPE, "pipe"), HostCode.IO_ERROR),
        (OSError(errno.EIO, "io"), HostCode.IO_ERROR),
        (ValueError("closed"), HostCode.IO_ERROR),
        (RuntimeError("ours"), HostCode.IO_ERROR),
    ],
)
def test_a_failing_stream_becomes_a_code(error: Exception, code: HostCode) -> None:
    guest = Guest(HostWorld(io.BytesIO(), _Broken(error), io.BytesIO()))
    assert guest("fd_write", 1, b"x") == code
    assert guest("fd_write", 2, b"x") == 1  # the run goes on


# --- files


def test_write_then_read_a_new_file(guest: Guest, root: Path) -> None:
    fd = guest("file_open", b"new.txt", WRITE | CREATE)
    assert fd == 3
    assert guest("fd_write", fd, b"hello world") == 11
    assert guest("fd_read", fd, ROOM, 1) == HostCode.WRONG_KIND
    assert guest("fd_close", fd) == 0
    assert (root / "new.txt").read_bytes() == b"hello world"
    fd = guest("file_open", b"new.txt", READ)
    assert guest("fd_write", fd, b"x") == HostCode.WRONG_KIND
    assert guest("fd_seek", fd, 6, 0) == 6
    assert guest("fd_read", fd, ROOM, 100) == 5
    assert guest.get(ROOM, 5) == b"world"
    assert guest("fd_seek", fd, -1, 1) == 10
    assert guest("fd_seek", fd, -2, 2) == 9
    assert guest("fd_seek", fd, -1, 0) == HostCode.INVALID_ARGUMENT


def test_descriptors_are_reused_lowest_first(guest: Guest) -> None:
    assert [guest("file_open", b"old.txt", READ) for _ in range(3)] == [3, 4, 5]
    assert guest("fd_close", 4) == 0
    assert guest("file_open", b"old.txt", READ) == 4


OPEN_MODES: tuple[tuple[int, bytes], ...] = (
    (WRITE, b"XY23456789"),
    (READ | WRITE, b"XY23456789"),
    (WRITE | TRUNCATE, b"XY"),
    (WRITE | APPEND, b"0123456789XY"),
    (WRITE | CREATE, b"XY23456789"),
)


@pytest.mark.parametrize(("flags", "expected"), OPEN_MODES)
def test_open_modes(guest: Guest, root: Path, flags: int, expected: bytes) -> None:
    fd = guest("file_open", b"old.txt", flags)
    assert guest("fd_write", fd, b"XY") == 2
    assert (root / "old.txt").read_bytes() == expected


OPEN_CODES: tuple[tuple[bytes, int, HostCode], ...] = (
    (b"absent", READ, HostCode.NOT_FOUND),
    (b"absent/x", READ, HostCode.NOT_FOUND),
    (b"old.txt", WRITE | CREATE | EXCLUSIVE, HostCode.EXISTS),
    (b"sub", READ, HostCode.WRONG_KIND),
    (b"sub", WRITE, HostCode.WRONG_KIND),
    (b"old.txt/x", READ, HostCode.WRONG_KIND),
    (b"pipe", READ, HostCode.WRONG_KIND),
    (b"pipe", WRITE, HostCode.WRONG_KIND),
    (b"old.txt", 0, HostCode.INVALID_ARGUMENT),
    (b"old.txt", 64 | READ, HostCode.INVALID_ARGUMENT),
    (b"old.txt", READ | CREATE, HostCode.INVALID_ARGUMENT),
    (b"old.txt", READ | TRUNCATE, HostCode.INVALID_ARGUMENT),
    (b"old.txt", APPEND, HostCode.INVALID_ARGUMENT),
    (b"old.txt", WRITE | EXCLUSIVE, HostCode.INVALID_ARGUMENT),
    (b"", READ, HostCode.INVALID_ARGUMENT),
    (b"a\0b", READ, HostCode.INVALID_ARGUMENT),
    (b"\xff", READ, HostCode.INVALID_ARGUMENT),
    (b"x" * 300, READ, HostCode.INVALID_ARGUMENT),
    (b"loop", READ, HostCode.INVALID_ARGUMENT),
    (b"../secret", READ, HostCode.DENIED),
    (b"sub/../../secret", READ, HostCode.DENIED),
    (b"way-out", READ, HostCode.DENIED),
    (b"dangling", WRITE | CREATE, HostCode.DENIED),
    (b"/etc/passwd", READ, HostCode.DENIED),
)


@pytest.mark.parametrize(("path", "flags", "code"), OPEN_CODES)
def test_open_codes(guest: Guest, root: Path, path: bytes, flags: int, code: HostCode) -> None:
    assert guest("file_open", path, flags) == code
    assert not (root.parent / "new-secret").exists()


def test_links_and_absolute_paths_inside_are_granted(guest: Guest, root: Path) -> None:
    assert guest("file_open", b"inside", READ) >= 3
    assert guest("file_open", str(root / "old.txt").encode(), READ) >= 3
    assert guest("file_open", b"sub/../old.txt", READ) >= 3


def test_without_directories_every_path_is_denied(streams: Streams) -> None:
    guest = Guest(streams.world())
    assert guest("file_open", b"x", READ) == HostCode.DENIED
    assert guest("path_stat", b"x", ROOM) == HostCode.DENIED
    assert guest("path_list", b".", ROOM, 10) == HostCode.DENIED
    assert guest("path_change", 3, b"x", b"") == HostCode.DENIED


def test_several_directories_and_a_similar_name(streams: Streams, root: Path, tmp_path: Path) -> None:
    other = tmp_path / "root-2"
    other.mkdir()
    (other / "f").write_bytes(b"")
    path = str(other / "f").encode()
    assert Guest(streams.world((), (root,)))("file_open", path, READ) == HostCode.DENIED
    assert Guest(streams.world((), (root, other)))("file_open", path, READ) == 3


def test_files_left_open_are_closed_with_the_instance(streams: Streams, root: Path) -> None:
    guest = Guest(streams.world((), (root,)))
    before = set(os.listdir("/proc/self/fd"))
    for _ in range(5):
        assert guest("file_open", b"old.txt", READ) >= 3
    guest.instance.close()
    assert set(os.listdir("/proc/self/fd")) <= before


def test_close_of_a_file_twice(guest: Guest) -> None:
    fd = guest("file_open", b"old.txt", READ)
    assert guest("fd_close", fd) == 0
    assert guest("fd_close", fd) == HostCode.BAD_DESCRIPTOR
    assert guest("fd_read", fd, ROOM, 1) == HostCode.BAD_DESCRIPTOR


# --- paths


def test_stat(guest: Guest, root: Path) -> None:
    os.utime(root / "old.txt", (1_000_000_000, 1_234_567_890))
    for path in (b"old.txt", b"inside"):
        assert guest("path_stat", path, ROOM) == 0
        assert struct.unpack("<IIqq", guest.get(ROOM, 24)) == (1, 0, 10, 1_234_567_890)
    assert guest("path_stat", b"sub/", ROOM) == 0
    assert struct.unpack("<I", guest.get(ROOM, 4)) == (2,)


STAT_CODES: tuple[tuple[bytes, int, HostCode], ...] = (
    (b"absent", ROOM, HostCode.NOT_FOUND),
    (b"old.txt/x", ROOM, HostCode.WRONG_KIND),
    (b"pipe", ROOM, HostCode.WRONG_KIND),
    (b"..", ROOM, HostCode.DENIED),
    (b"old.txt", 131_060, HostCode.INVALID_ARGUMENT),
)


@pytest.mark.parametrize(("path", "out", "code"), STAT_CODES)
def test_stat_codes(guest: Guest, path: bytes, out: int, code: HostCode) -> None:
    assert guest("path_stat", path, out) == code


def test_a_path_outside_memory_is_invalid(guest: Guest) -> None:
    assert guest("path_stat", 131_072, 1, ROOM) == HostCode.INVALID_ARGUMENT
    assert guest("file_open", 0, 200_000, READ) == HostCode.INVALID_ARGUMENT


def test_change(guest: Guest, root: Path, tmp_path: Path) -> None:
    assert guest("path_change", 3, b"d", b"") == 0
    assert (root / "d").is_dir()
    assert guest("path_change", 2, b"old.txt", b"d/moved") == 0
    assert (root / "d" / "moved").read_bytes() == b"0123456789"
    assert guest("path_change", 1, b"d", b"") == HostCode.EXISTS
    assert guest("path_change", 1, b"d/moved", b"") == 0
    assert guest("path_change", 1, b"d", b"") == 0
    assert not (root / "d").exists()
    assert guest("path_change", 1, b"way-out", b"") == 0, "a link is deleted, not what it names"
    assert (tmp_path / "secret").exists()


CHANGE_CODES: tuple[tuple[int, bytes, bytes, HostCode], ...] = (
    (1, b"absent", b"", HostCode.NOT_FOUND),
    (2, b"absent", b"x", HostCode.NOT_FOUND),
    (3, b"sub", b"", HostCode.EXISTS),
    (3, b"absent/x", b"", HostCode.NOT_FOUND),
    (3, b"old.txt/x", b"", HostCode.WRONG_KIND),
    (1, b".", b"", HostCode.DENIED),
    (1, b"../secret", b"", HostCode.DENIED),
    (2, b"old.txt", b"../out", HostCode.DENIED),
    (2, b"../secret", b"in", HostCode.DENIED),
    (0, b"old.txt", b"", HostCode.INVALID_ARGUMENT),
    (4, b"old.txt", b"", HostCode.INVALID_ARGUMENT),
    (1, b"", b"", HostCode.INVALID_ARGUMENT),
    (2, b"old.txt", b"", HostCode.INVALID_ARGUMENT),
)


@pytest.mark.parametrize(("operation", "a", "b", "code"), CHANGE_CODES)
def test_change_codes(guest: Guest, root: Path, operation: int, a: bytes, b: bytes, code: HostCode) -> None:
    assert guest("path_change", operation, a, b) == code
    assert (root / "old.txt").exists()


def test_list_is_sorted_and_follows_the_size_rule(guest: Guest, root: Path) -> None:
    for name in ("ä", "Z", "a"):
        (root / "sub" / name).write_bytes(b"")
    with open(os.fsencode(root / "sub") + b"/bad-\xff", "wb"):
        pass
    expected = "Z\0a\0ä\0".encode()
    assert guest("path_list", b"sub", ROOM, 0) == len(expected)
    assert guest("path_list", b"sub", ROOM, 100) == len(expected)
    assert guest.get(ROOM, len(expected)) == expected


LIST_CODES: tuple[tuple[bytes, int, int, HostCode], ...] = (
    (b"absent", ROOM, 10, HostCode.NOT_FOUND),
    (b"old.txt", ROOM, 10, HostCode.WRONG_KIND),
    (b"..", ROOM, 10, HostCode.DENIED),
    (b".", 131_072, 10, HostCode.INVALID_ARGUMENT),
)


@pytest.mark.parametrize(("path", "out", "capacity", "code"), LIST_CODES)
def test_list_codes(guest: Guest, path: bytes, out: int, capacity: int, code: HostCode) -> None:
    assert guest("path_list", path, out, capacity) == code


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EACCES, HostCode.DENIED),
        (errno.EROFS, HostCode.DENIED),
        (errno.EDQUOT, HostCode.NO_SPACE),
        (errno.EFBIG, HostCode.NO_SPACE),
        (errno.EBADF, HostCode.BAD_DESCRIPTOR),
        (errno.EMFILE, HostCode.IO_ERROR),
        (None, HostCode.IO_ERROR),
    ],
)
def test_codes_of_the_operating_system(number: int | None, code: HostCode) -> None:
    """Causes that a test run by the superuser on a healthy disk cannot provoke."""
    assert code_of(OSError(number, "") if number else OSError("no number")) is code


# --- clock, exit


def test_clock(guest: Guest, streams: Streams) -> None:
    assert guest("clock_read", 1) == 5
    assert guest("clock_read", 0) & 0xFFFFFFFF == 1_766_836_800_000_000_000 & 0xFFFFFFFF
    assert guest("clock_read", 2) == HostCode.INVALID_ARGUMENT
    assert Guest(streams.world())("clock_read", 0) == HostCode.DENIED


@pytest.mark.parametrize("code", [0, 3, 255])
def test_exit_ends_the_run(guest: Guest, code: int) -> None:
    with pytest.raises(ProgramExitError) as caught:
        guest.instance.call("call_exit", code)
    assert caught.value.code == code
    assert not guest.instance.usable


@pytest.mark.parametrize("code", [-1, 256])
def test_exit_with_a_status_that_cannot_be_passed_on(guest: Guest, code: int) -> None:
    with pytest.raises(TrapError, match="not in 0-255"):
        guest.instance.call("call_exit", code)


# --- the compile policy


def test_compile_calls_may_write_and_make_units_only() -> None:
    """A5: everything else is denied and recorded."""
    stderr = io.BytesIO()
    guest = Guest(compile_world(stderr))
    assert guest("fd_write", 1, b"one ") == 4
    assert guest("fd_write", 2, b"two") == 3
    assert guest("unit_instantiate", assemble("(module)")) == 0
    assert stderr.getvalue() == b"one two"
    assert guest.instance.refused_imports == ()
    calls: tuple[tuple[str, tuple[int | bytes, ...]], ...] = (
        ("args_read", (ROOM, 10)),
        ("fd_read", (0, ROOM, 1)),
        ("fd_seek", (0, 0, 0)),
        ("fd_close", (1,)),
        ("file_open", (b"x", READ)),
        ("path_stat", (b"x", ROOM)),
        ("path_change", (1, b"x", b"")),
        ("path_list", (b".", ROOM, 10)),
        ("clock_read", (0,)),
    )
    for name, arguments in calls:
        assert guest(name, *arguments) == HostCode.DENIED
    with pytest.raises(ExitRefusedError):
        guest.instance.call("call_exit", 0)
    assert guest.instance.refused_imports == (*(name for name, _ in calls), "exit")


def test_a_program_that_uses_the_last_import_only() -> None:
    """Imports are bound by name, not by position."""
    unit = assemble("(module)")
    program = image(
        data_segment({ROOM: unit})
        + f"""(func (export "go") (result i32)
                (call $unit_instantiate (i32.const {ROOM}) (i32.const {len(unit)})))""",
        imports="unit_instantiate",
    )
    with Instance(program, Streams().world()) as instance:
        assert instance.call("go") == 0
