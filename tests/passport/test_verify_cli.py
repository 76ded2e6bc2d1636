"""`clysm verify` and `clysm explain`: exit status, every failure named, JSON; folder and keyring suffice."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from clysm.cli.main import main
from clysm.issuing.artifacts import FILES, Artifacts, write_folder
from clysm.issuing.folders import MAX_BYTES
from clysm.workflow.schema import Boolean, Integer, ListOf, Nullable, OneOf, Record, Schema, Text, problems
from tests.passport.vectors import group

ITEM = next(item for item in group("compile") if item.values[0] is None or "expect" in item.values[0])
pytestmark = ITEM.marks or pytest.mark.filterwarnings("default")
CHECK: dict[str, Schema] = {
    "check": Text(),
    "file": Text(),
    "verdict": OneOf(("holds", "fails", "not checked")),
    "failure": Record({"error": Text()}),
    "message": Text(),
    "reason": Text(),
}
TABLE = Record(
    {
        "schema_version": Integer(1, 1),
        "exit_code": Integer(0, 2),
        "error": Nullable(Text()),
        "verified": Boolean(),
        "checks": ListOf(Record(CHECK, frozenset({"failure", "message", "reason"}))),
    }
)


@pytest.fixture
def passport(tmp_path: Path) -> Path:
    """The folder of a passport that holds, beside its keyring."""
    expect = ITEM.values[0]["expect"]
    names = ("payload", "proof", "receipt_signed", "qr", "snapshot")
    folder = tmp_path / "passport"
    write_folder(folder, Artifacts(*(expect[name].encode() for name in names)))
    key = {"alg": "ED25519", "public_key": expect["public_key_base64"], "status": "ACTIVE"}
    key_id = json.loads(expect["receipt_signed"])["signing_key_id"]
    ring = {"keyring_version": "BPC-KEYRING-1", "keys": {key_id: key}}
    (tmp_path / "keyring.json").write_text(json.dumps(ring, indent=2))
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def verify(capsys: pytest.CaptureFixture[str], folder: Path, *options: str) -> tuple[int, str, str]:
    return run(capsys, "verify", str(folder), "--keyring", str(folder.parent / "keyring.json"), *options)


def verify_json(capsys: pytest.CaptureFixture[str], folder: Path) -> dict[str, Any]:
    status, out, _ = verify(capsys, folder, "--json")
    data: dict[str, Any] = json.loads(out)
    for check in data["checks"]:  # the members of a failure are those of its error
        if "failure" in check:
            check["failure"] = {"error": check["failure"]["error"]}
    assert problems(data, TABLE) == ()
    assert data["exit_code"] == status
    assert data["verified"] == (status == 0)
    return data


def failing(data: dict[str, Any]) -> dict[str, str]:
    return {
        check["check"]: check["failure"]["error"] for check in data["checks"] if check["verdict"] == "fails"
    }


def test_a_passport_that_holds(passport: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = verify(capsys, passport)
    assert (status, err) == (0, "")
    *lines, last = out.splitlines()
    assert last == "verified"
    assert lines
    assert all(line.endswith(": holds") for line in lines)
    data = verify_json(capsys, passport)
    assert failing(data) == {}
    assert {check["verdict"] for check in data["checks"]} == {"holds"}


def test_without_a_snapshot(passport: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (passport / "snapshot.json").unlink()
    data = verify_json(capsys, passport)
    assert data["exit_code"] == 0
    assert "not checked" in {check["verdict"] for check in data["checks"]}


@pytest.mark.parametrize("name", [name for name in FILES if name != "snapshot.json"])
def test_a_missing_file(passport: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (passport / name).unlink()
    status, out, _ = verify(capsys, passport)
    assert status == 1
    assert f"{name}: " in out
    assert "the file is missing" in out
    assert out.splitlines()[-1].startswith("not verified: ")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("change", ["first", "middle", "last", "add", "cut", "empty", "newline", "huge"])
def test_a_changed_file(passport: Path, name: str, change: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = passport / name
    good = path.read_bytes()
    place = {"first": 0, "middle": len(good) // 2, "last": len(good) - 1}.get(change, 0)
    changed = {
        "add": good + b"x",
        "cut": good[:-1],
        "empty": b"",
        "newline": good + b"\n",
        "huge": good + b" " * (MAX_BYTES * 2),
    }.get(change, good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
    path.write_bytes(changed)
    assert verify(capsys, passport)[0] == 1
    assert failing(verify_json(capsys, passport))


@pytest.mark.parametrize("name", ["notes.txt", ".hidden", "payload.json.bak", "PAYLOAD.JSON"])
def test_a_file_that_does_not_belong(passport: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (passport / name).write_text("")
    status, out, _ = verify(capsys, passport)
    assert status == 1
    assert f"{name}: file: the file does not belong to a passport" in out


def test_folders_in_the_folder(passport: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (passport / "more").mkdir()
    (passport / "qr.txt").unlink()
    (passport / "qr.txt").mkdir()
    status, out, _ = verify(capsys, passport)
    assert status == 1
    assert "more/: file: the file does not belong to a passport" in out
    assert "qr.txt: qr text: the file is missing" in out


@pytest.mark.parametrize("status", ["RETIRED", "REVOKED", "GONE", None])
def test_keys_of_the_keyring(passport: Path, status: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    path = passport.parent / "keyring.json"
    ring = json.loads(path.read_text())
    ring["keys"] = {key: {**entry, "status": status} for key, entry in ring["keys"].items() if status}
    path.write_text(json.dumps(ring))
    found = failing(verify_json(capsys, passport))
    expected = {"RETIRED": {}, "GONE": {"keyring": "VALIDATION_ERROR"}}
    assert found == expected.get(str(status), {"signature": "SignatureInvalid"})


def test_another_key_under_the_same_id(passport: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = passport.parent / "keyring.json"
    good = ITEM.values[0]["expect"]["public_key_base64"]
    other = "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="  # RFC 8032, 7.1, test 2
    path.write_text(path.read_text().replace(good, other))
    assert failing(verify_json(capsys, passport)) == {"signature": "SignatureInvalid"}


def test_what_cannot_be_read(passport: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ring = str(tmp_path / "keyring.json")
    for arguments in (
        (str(tmp_path / "absent"), "--keyring", ring),
        (ring, "--keyring", ring),
        (str(passport), "--keyring", str(tmp_path / "absent")),
        (str(passport), "--keyring", str(tmp_path)),
    ):
        status, out, err = run(capsys, "verify", *arguments)
        assert (status, out) == (2, "")
        assert err.startswith("clysm: error: cannot read `")
        status, out, _ = run(capsys, "verify", *arguments, "--json")
        assert status == 2
        data = json.loads(out)
        assert problems(data, TABLE) == ()
        assert (data["exit_code"], data["verified"]) == (2, False)
        assert data["error"].startswith("cannot read `")


@pytest.mark.parametrize(
    "arguments",
    [(), ("x",), ("x", "--keyring"), ("--keyring", "x"), ("x", "y", "--keyring", "z"), ("--key", "x")],
)
def test_usage(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "verify", *arguments)
    assert (status, out) == (3, "")
    assert err.startswith("clysm: error: ")


def test_a_link_is_followed(passport: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.symlink(passport, tmp_path / "link")
    assert verify(capsys, tmp_path / "link")[0] == 0


def test_an_explanation(passport: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "explain", str(passport), "battery.capacity_kwh")
    assert (status, err) == (0, "")
    assert "75.5" in out
    assert "Battery" in out


def test_a_field_that_is_not_there(passport: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "explain", str(passport), "battery.capacity")
    assert (status, out) == (1, "")
    assert "did you mean `battery.capacity_kwh`" in err
    assert run(capsys, "explain", str(passport), "0")[2] == "clysm: error: the proof has no field `0`\n"


def test_an_explanation_of_a_proof_that_does_not_hold(
    passport: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = passport / "proof.json"
    path.write_bytes(path.read_bytes().replace(b"75.5", b"76.5"))
    status, out, err = run(capsys, "explain", str(passport), "battery.capacity_kwh")
    assert (status, out) == (1, "")
    assert err.startswith("clysm: error: the proof does not hold: node ")
    path.unlink()
    assert run(capsys, "explain", str(passport), "x")[0] == 2
    assert run(capsys, "explain", str(passport / "absent"), "x")[0] == 2
