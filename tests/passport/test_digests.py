"""Hashes, Base32, Base64, UUIDs and timestamps: vectors, published data, and other libraries as oracles."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import uuid
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.passport import base32, base64text, uuids
from clysm.passport.cjson import encode
from clysm.passport.digests import is_hash, sha256_hex
from clysm.passport.errors import Base32Error, Base64Error, CanonicalEncodingFailed, Failure, record
from clysm.passport.timestamps import is_timestamp, read_date
from clysm.passport.uuids import is_uuid
from tests.passport.vectors import group, matches, real


@pytest.mark.parametrize("item", group("hash"))
def test_hash_vector(item: Any) -> None:
    assert sha256_hex(bytes.fromhex(item["bytes_hex"])) == item["expect"]


@pytest.mark.parametrize("item", group("base32_encode"))
def test_base32_encode_vector(item: Any) -> None:
    assert base32.encode(bytes.fromhex(item["bytes_hex"])) == item["expect"]


@pytest.mark.parametrize("item", group("base32_decode"))
def test_base32_decode_vector(item: Any) -> None:
    data = base32.decode(item["text"])
    if "error" in item:
        assert isinstance(data, Failure)
        assert matches(record(data), item["error"])
    else:
        assert data == bytes.fromhex(item["expect"])


def test_rfc4648_base32() -> None:
    for item in json.loads(real("crypto/rfc4648-base32.json").read_text(encoding="utf-8")):
        data = item["text"].encode()
        assert base32.encode(data) == item["nopad"]
        for text in (item["base32"], item["nopad"], item["base32"].lower()):
            assert base32.decode(text) == data
        assert base32.decode_strict(item["nopad"]) == data
        padded = base32.decode_strict(item["base32"])
        assert (padded == data) is (item["base32"] == item["nopad"])


@pytest.mark.parametrize("item", group("ids"))
def test_id_vector(item: Any) -> None:
    derive: Any = {"passport_id": uuids.passport_id, "passport_version_id": uuids.passport_version_id}[
        item["kind"]
    ]
    assert derive(*item["args"]) == item["expect"]


@pytest.mark.parametrize("item", group("timestamp"))
def test_timestamp_vector(item: Any) -> None:
    assert is_timestamp(item["text"]) is item["expect"]


def test_base32_agrees_with_the_library() -> None:
    random = Random("base32")
    for size in [*range(70), *random.choices(range(1000), k=100)]:
        data = random.randbytes(size)
        padded = base64.b32encode(data).decode()
        assert base32.encode(data) == padded.rstrip("=")
        for text in (padded, padded.lower(), padded.rstrip("=")):
            assert base32.decode(text) == data
        assert base32.decode_strict(padded.rstrip("=")) == data


def test_base32_has_one_strict_text_for_every_hash() -> None:
    text = base32.encode(bytes(range(32)))
    assert len(text) == 52
    for place in range(52):
        for character in "AZ27a189=-ıſ ":
            other = text[:place] + character + text[place + 1 :]
            data = base32.decode_strict(other)
            assert isinstance(data, Base32Error) or base32.encode(data) == other
    for other in (text + "A", text[:-1], text + "=", text + "====", " " + text, text + "\n", text.lower()):
        assert base32.decode_strict(other) != bytes(range(32))


@pytest.mark.parametrize("text", ["", "AA==", "AAA=", "AAAA", "/+8=", "/+//"])
def test_base64_accepts(text: str) -> None:
    assert base64text.decode(text) == base64.b64decode(text, validate=True)


@pytest.mark.parametrize(
    "text",
    ["A", "AA", "AA=", "AB==", "AAB=", "AA==\n", " AA==", "A A==", "AA==AA==", "_-8=", "AÀ==", "=", "===="],
)
def test_base64_refuses(text: str) -> None:
    assert base64text.decode(text) == Base64Error()


@given(st.binary(max_size=80))
def test_base64_round_trip_and_size(data: bytes) -> None:
    assert base64text.decode(base64text.encode(data)) == data
    assert base64text.decode(base64text.encode(data), len(data)) == data
    assert base64text.decode(base64text.encode(data), len(data) + 1) == Base64Error()


@given(st.text())
def test_decoding_never_raises_and_accepts_what_it_can_write(text: str) -> None:
    decoded = base64text.decode(text)
    assert isinstance(decoded, Base64Error) or base64text.encode(decoded) == text
    strict = base32.decode_strict(text)
    assert isinstance(strict, Base32Error) or base32.encode(strict) == text
    assert isinstance(base32.decode(text), bytes | Base32Error)
    for accepts in (is_hash, is_uuid, is_timestamp):
        assert accepts(text) in (True, False)
    assert read_date(text) is None


@pytest.mark.parametrize(
    "text",
    ["", "0" * 63, "0" * 65, "A" + "0" * 63, "g" + "0" * 63, "0" * 64 + "\n", "٠" * 64, 0, None, b"0" * 64],
)
def test_no_hash(text: object) -> None:
    assert not is_hash(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A0000000-0000-0000-0000-000000000000",
        "00000000000000000000000000000000",
        "{00000000-0000-0000-0000-000000000000}",
        "00000000-0000-0000-0000-000000000000\n",
        "00000000-0000-0000-0000-00000000000",
        "00000000-0000-0000-00000000-00000000",
        "٠0000000-0000-0000-0000-000000000000",
        None,
        uuid.UUID(int=0),
    ],
)
def test_no_uuid(text: object) -> None:
    assert not is_uuid(text)


@given(st.uuids())
def test_every_uuid_has_its_spelling(value: uuid.UUID) -> None:
    assert is_uuid(str(value))


@given(st.lists(st.text(), min_size=5, max_size=5))
def test_derived_ids_are_uuid_version_5(names: list[str]) -> None:
    namespace = uuid.UUID("880b1442-c01f-5e40-a2e8-247b8b408b5e")
    for derived, kind in (
        (uuids.passport_id(*names[:2]), ["passport", *names[:2]]),
        (uuids.passport_version_id(*names), ["passport_version", *names]),
    ):
        name = encode(kind)
        assert isinstance(name, bytes)
        assert derived == str(uuid.uuid5(namespace, name.decode()))


def test_a_lone_surrogate_gives_no_id() -> None:
    assert uuids.passport_id("\ud800", "") == CanonicalEncodingFailed()


@given(st.datetimes())
def test_every_second_has_its_timestamp(moment: datetime.datetime) -> None:
    text = f"{moment.replace(microsecond=0).isoformat()}Z"
    assert is_timestamp(text)
    assert read_date(text[:10]) == moment.date()


@pytest.mark.parametrize(
    "text",
    [
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2025-13-01T00:00:00Z",
        "2025-00-01T00:00:00Z",
        "2025-04-31T00:00:00Z",
        "2025-01-01T00:60:00Z",
        "2025-01-01T-1:00:00Z",
        "２025-01-01T00:00:00Z",
        None,
        20250101,
    ],
)
def test_no_timestamp(text: object) -> None:
    assert not is_timestamp(text)


# The data of RFC 6962 (Merkle trees of logs). Our proof is no such tree: its nodes have data, any number of
# children and another hash (7.2), and all of it is stored, so there is nothing to prove the inclusion of. It
# can test what we share with it, SHA-256 and Base64: a verifier written with ours must tell good from bad.


def hash_of(text: Any) -> bytes:
    data = base64text.decode(text, 32) if isinstance(text, str) else Base64Error()
    return data if isinstance(data, bytes) else b""


def parent(left: bytes, right: bytes) -> bytes:
    return bytes.fromhex(sha256_hex(b"\x01" + left + right))


def included(item: Any) -> bool:
    """RFC 9162, 2.1.3.2."""
    index, last = item["leafIdx"], item["treeSize"] - 1
    if not 0 <= index <= last:
        return False
    current = hash_of(item["leafHash"])
    for step in map(hash_of, item["proof"] or []):
        if last == 0 or not step:
            return False
        if index % 2 == 1 or index == last:
            current = parent(step, current)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            current = parent(current, step)
        index, last = index // 2, last // 2
    return last == 0 and len(current) == 32 and current == hash_of(item["root"])


def consistent(item: Any) -> bool:
    """RFC 9162, 2.1.4.2."""
    size1, size2, steps = item["size1"], item["size2"], [hash_of(step) for step in item["proof"] or []]
    root1, root2 = hash_of(item["root1"]), hash_of(item["root2"])
    if size1 > size2 or not all(steps) or not (root1 and root2):
        return False
    if size1 == size2:
        return root1 == root2 and not steps
    if size1 == 0:
        return not steps
    if not steps:
        return False
    if size1 & (size1 - 1) == 0:
        steps = [root1, *steps]
    index, last = size1 - 1, size2 - 1
    while index % 2:
        index, last = index // 2, last // 2
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if index % 2 or index == last:
            old, new = parent(step, old), parent(step, new)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            new = parent(new, step)
        index, last = index // 2, last // 2
    return last == 0 and old == root1 and new == root2


@pytest.mark.parametrize(("name", "holds"), [("inclusion", included), ("consistency", consistent)])
def test_merkle_data(name: str, holds: Any) -> None:
    items = json.loads(real(f"merkle/{name}.json").read_text(encoding="utf-8"))
    assert [holds(item) for item in items] == [not item["wantErr"] for item in items]
    assert {item["wantErr"] for item in items} == {True, False}


def test_dsse_data_does_not_apply() -> None:
    """DSSE signs type and payload with their lengths in front; BPC-SIGN-1 signs 32 bytes that are a hash.

    No DSSE signature can pass for one of ours: what it signs is longer than a hash.
    """
    item = json.loads(real("crypto/dsse-pae.json").read_text(encoding="utf-8"))
    kind, payload = item["payloadType"], item["payload"]
    assert item["pae"] == f"DSSEv1 {len(kind)} {kind} {len(payload)} {payload}"
    assert len(item["pae"].encode()) > hashlib.sha256().digest_size
