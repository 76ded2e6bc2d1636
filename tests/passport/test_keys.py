"""Private keys and keyrings at the edge: what is accepted, what is refused, and that no key shows."""

import base64
import copy
import json
import os
import pickle
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clysm.issuing.errors import KeyFileError, KeyringFileError
from clysm.issuing.keyfiles import load_key, make_key_file, read_key_file
from clysm.issuing.keyrings import change_status, enter_key, key_id, read_keyring_file
from clysm.issuing.keysource import KeySource
from clysm.passport.keyring import Status

# RFC 8032, 7.1, test 1
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
TEXT = base64.b64encode(SEED).decode()


def key_file(path: Path, content: str = TEXT + "\n", mode: int = 0o600) -> Path:
    path.write_text(content)
    path.chmod(mode)
    return path


def source(path: Path, variable: str | None = None, name: str = "", demo: bool = False) -> KeySource:
    return KeySource(variable, path, name, demo)


def test_a_key_file_is_read(tmp_path: Path) -> None:
    assert read_key_file(key_file(tmp_path / "key")).public_key.raw == PUBLIC
    assert read_key_file(key_file(tmp_path / "other", TEXT)).public_key.raw == PUBLIC


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o700, 0o400, 0o666, 0o4600])
def test_other_modes_are_refused(tmp_path: Path, mode: int) -> None:
    path = key_file(tmp_path / "key", mode=mode)
    with pytest.raises(KeyFileError, match=f"has mode {mode:04o} and must have 0600"):
        read_key_file(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        TEXT[:-4],
        TEXT[:-1],
        TEXT.replace("=", ""),
        TEXT + "=",
        SEED.hex(),
        base64.b64encode(SEED + b"x").decode(),
        base64.urlsafe_b64encode(b"\xff" * 32).decode(),
        TEXT[:20] + "\n" + TEXT[20:],
        "\u00e9" * 44,
    ],
)
def test_what_is_no_key_is_refused_and_not_repeated(tmp_path: Path, content: str) -> None:
    with pytest.raises(KeyFileError, match="does not hold a private key") as caught:
        read_key_file(key_file(tmp_path / "key", content))
    assert not content.strip() or content.strip() not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_key_that_is_not_there_or_no_file(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="`doit keygen` makes one"):
        read_key_file(tmp_path / "key")
    with pytest.raises(KeyFileError, match="cannot be read"):
        read_key_file(tmp_path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    descriptor = os.open(tmp_path / "pipe", os.O_RDWR)  # so that opening it does not wait
    try:
        with pytest.raises(KeyFileError, match="is not a file"):
            read_key_file(tmp_path / "pipe")
    finally:
        os.close(descriptor)


def test_the_variable_goes_before_the_file(tmp_path: Path) -> None:
    key = load_key(source(tmp_path / "absent", "KEY"), {"KEY": f" {TEXT}\n"})
    assert key.public_key.raw == PUBLIC
    for environment in ({}, {"KEY": "x"}, {"KEY": TEXT[:-1]}):
        with pytest.raises(KeyFileError, match=r"\$KEY does not hold a private key") as caught:
            load_key(source(tmp_path / "absent", "KEY"), environment)
        assert TEXT[:-1] not in str(caught.value)


def test_a_new_key_file_has_its_mode_and_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key"
    old = os.umask(0o077)
    try:
        os.umask(0)
        assert make_key_file(path, lambda count: SEED[:count])
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == TEXT + "\n"
    assert not make_key_file(path, os.urandom)
    assert path.read_text() == TEXT + "\n"
    assert os.listdir(path.parent) == ["key"]


def test_keys_from_the_random_source_differ(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_key_file(tmp_path / name, os.urandom)
    keys = {read_key_file(tmp_path / name).public_key.raw for name in ("one", "two")}
    assert len(keys) == 2


def test_a_key_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError, match="cannot be written"):
        make_key_file(tmp_path / "file" / "key", os.urandom)


def test_a_private_key_shows_nowhere(tmp_path: Path) -> None:
    key = read_key_file(key_file(tmp_path / "key"))
    shown = f"{key} {key!r} {[key]} {key.__reduce_ex__!r}"
    for form in (TEXT, SEED.hex(), repr(SEED), str(list(SEED))):
        assert form not in shown
    leaks: tuple[Callable[[Any], object], ...] = (pickle.dumps, copy.copy, copy.deepcopy, json.dumps, bytes)
    for leak in leaks:
        with pytest.raises(TypeError):
            leak(key)
    assert not hasattr(key, "__dict__")


def test_ids_of_keys(tmp_path: Path) -> None:
    public = read_key_file(key_file(tmp_path / "key")).public_key
    assert key_id(source(tmp_path), public) == "key-21fe31dfa154a261"
    assert key_id(source(tmp_path, name="plant-7"), public) == "plant-7"
    assert key_id(source(tmp_path, name="plant-7", demo=True), public) == "demo-21fe31dfa154a261"


def test_a_keyring_keeps_old_keys(tmp_path: Path) -> None:
    path = tmp_path / "ring" / "keyring.json"
    keys = []
    for name in ("one", "two"):
        make_key_file(tmp_path / name, os.urandom)
        keys.append(read_key_file(tmp_path / name).public_key)
        enter_key(path, name, keys[-1])
    assert {name: key.public_key for name, key in read_keyring_file(path).keys.items()} == {
        "one": keys[0],
        "two": keys[1],
    }
    before = path.read_bytes()
    enter_key(path, "one", keys[0])
    assert path.read_bytes() == before


def test_a_key_id_keeps_its_key(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    for name in ("one", "two"):
        make_key_file(tmp_path / name, os.urandom)
    enter_key(path, "id", read_key_file(tmp_path / "one").public_key)
    before = path.read_bytes()
    with pytest.raises(KeyringFileError, match="`id` names another key"):
        enter_key(path, "id", read_key_file(tmp_path / "two").public_key)
    with pytest.raises(KeyringFileError, match="is no key id"):
        enter_key(path, "a b", read_key_file(tmp_path / "two").public_key)
    assert path.read_bytes() == before


def test_retired_and_revoked_keys_sign_no_more(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    key = read_key_file(key_file(tmp_path / "key")).public_key
    enter_key(path, "id", key)
    for status in (Status.RETIRED, Status.REVOKED):
        change_status(path, "id", status)
        with pytest.raises(KeyringFileError, match=f"key `id` is {status.value} and signs no more"):
            enter_key(path, "id", key)
    with pytest.raises(KeyringFileError, match="cannot become RETIRED"):
        change_status(path, "id", Status.RETIRED)
    with pytest.raises(KeyringFileError, match="no key has the id `other`"):
        change_status(path, "other", Status.RETIRED)
    with pytest.raises(KeyringFileError, match="there is no keyring"):
        change_status(tmp_path / "absent", "id", Status.RETIRED)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[", b'{"keyring_version":"BPC-KEYRING-2","keys":{}}', b"\xff"]
)
def test_a_damaged_keyring_is_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keyring.json"
    path.write_bytes(content)
    with pytest.raises(KeyringFileError, match="is not a keyring"):
        enter_key(path, "id", read_key_file(key_file(tmp_path / "key")).public_key)
    assert path.read_bytes() == content
