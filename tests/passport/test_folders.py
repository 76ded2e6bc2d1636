"""Artifact folders: complete, and never with a file that does not belong there."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from clysm.issuing.artifacts import FILES, Artifacts, write_folder
from clysm.issuing.folders import MAX_BYTES, FolderError, read_folder

ROOT = Path(__file__).resolve().parents[2]
ONE = Artifacts(b"payload", b"proof", b"receipt", b"qr", b"snapshot")
OTHER = Artifacts(b"payload 2", b"proof 2", b"receipt 2", b"qr 2", b"snapshot 2")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "SKU"
    for artifacts in (ONE, OTHER, OTHER):
        write_folder(folder, artifacts)
        assert read_folder(folder) == artifacts.files()
    assert tuple(artifacts.files()) == FILES
    assert os.listdir(folder.parent) == ["SKU"]


def test_a_folder_is_never_seen_with_other_files(tmp_path: Path) -> None:
    folder = tmp_path / "SKU"
    write_folder(folder, ONE)
    seen: set[str] = set()
    ended = threading.Event()

    def watch() -> None:
        while not ended.is_set():
            seen.update(os.listdir(folder))
            time.sleep(0.0002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(20):
        write_folder(folder, (ONE, OTHER)[number % 2])
    ended.set()
    watcher.join()
    assert seen == set(FILES)


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from clysm.issuing.staging import temporary_folder;"
        "manager = temporary_folder(Path(sys.argv[1])); (manager.__enter__() / 'x').write_text('x');"
        "os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path / "SKU")], cwd=ROOT, check=False)
    assert killed.returncode == -9
    (left,) = os.listdir(tmp_path)
    assert left.startswith(".SKU.")
    (tmp_path / ".SKU.notes.tmp").write_text("not ours")
    write_folder(tmp_path / "OTHER", ONE)
    assert left in os.listdir(tmp_path)
    write_folder(tmp_path / "SKU", ONE)
    assert sorted(os.listdir(tmp_path)) == [".SKU.notes.tmp", "OTHER", "SKU"]


def test_several_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.passport.test_folders import ONE, write_folder\n"
        "for _ in range(20): write_folder(Path(sys.argv[1]), ONE)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "SKU")]
    processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert read_folder(tmp_path / "SKU") == ONE.files()
    assert os.listdir(tmp_path) == ["SKU"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        write_folder(tmp_path / "file" / "SKU", ONE)


def test_what_is_read_of_a_folder(tmp_path: Path) -> None:
    write_folder(tmp_path / "SKU", ONE)
    folder = tmp_path / "SKU"
    (folder / "notes").write_bytes(b"x" * 100)
    (folder / "more").mkdir()
    (folder / "payload.json").write_bytes(b"x" * (2 * MAX_BYTES))
    os.symlink(folder / "nowhere", folder / "dangling")
    read = read_folder(folder)
    assert (read["notes"], read["more/"], read["dangling"]) == (b"", b"", b"")
    assert len(read["payload.json"]) == MAX_BYTES + 1
    for place in (tmp_path / "absent", folder / "notes"):
        with pytest.raises(FolderError, match="cannot read"):
            read_folder(place)
