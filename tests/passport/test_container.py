"""Containers: what comes out is what went in, byte for byte; damage is noticed; nothing is half there."""

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clysm.issuing.artifacts import Artifacts
from clysm.issuing.container import BLOCK, Container, ContainerWriter
from clysm.issuing.errors import ContainerError
from clysm.issuing.thinning import MARK, Lines, fill, fill_proof, thin, thin_proof
from tests.passport.passports import fact_nodes, make_artifacts, make_proof
from tests.passport.vectors import group

HASH = "0123456789abcdef" * 4
NODE_LIKE = {"hash": HASH, "id": 2, "type": "CONST"}

scalars = st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text(max_size=8))
keys = st.text(st.characters(max_codepoint=0xD7FF), max_size=6)
facts = st.dictionaries(
    keys, st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner)), max_size=5
)


def compiled(name: str) -> list[Any]:
    """The items of a group of vectors that are compiled without an error, or the one that is skipped."""
    return [item for item in group(name) if item.values[0] is None or "expect" in item.values[0]]


def passports(count: int) -> list[tuple[str, Artifacts]]:
    source = random.Random(1)
    return [
        (
            f"SKU-{number:05}",
            make_artifacts(
                f"SKU-{number:05}",
                {"capacity_kwh": f"{source.randrange(10**6)}", "text": "x" * source.randrange(9)},
                signature=source.randbytes(64),
            ),
        )
        for number in range(count)
    ]


def first() -> tuple[str, Lines]:
    sku, artifacts = passports(1)[0]
    return sku, thin(artifacts)


def store(path: Path, count: int) -> list[tuple[str, Artifacts]]:
    items = passports(count)
    with ContainerWriter(path) as writer:
        for sku, artifacts in items:
            writer.add(sku, thin(artifacts))
        assert writer.finish() == path.stat().st_size
    return items


@settings(max_examples=150, deadline=None)
@given(facts)
def test_thin_and_fill_give_the_passport_back(fact: dict[str, Any]) -> None:
    artifacts = make_artifacts("SKU", fact, signature=bytes(range(64)))
    lines = thin(artifacts)
    assert fill(lines) == artifacts
    assert not any(b"\n" in line for line in lines)


def test_what_can_be_computed_is_left_out() -> None:
    artifacts = make_artifacts("SKU", {"a": 1})
    payload, proof, receipt, snapshot = thin(artifacts)
    assert (payload, snapshot) == (artifacts.payload, artifacts.snapshot)
    assert b'"hash"' not in proof
    assert proof.count(MARK) == 5
    for name in (b"payload_hash", b"proof_root_hash", b"snapshot_hash", b"passport_version_id"):
        assert b'"%b":""' % name in receipt
    assert len(artifacts.receipt) - len(receipt) == 3 * 64 + 36


@pytest.mark.parametrize(
    "fact",
    [
        NODE_LIKE,
        {"a": {}, **NODE_LIKE},
        {"a": {"b": {}}, "c": {"x": {}, **NODE_LIKE}},
        {"deep": [{"children": [], "data": {}, **NODE_LIKE}]},
        {"a": {"data": {}, "hash": HASH, "id": 3, "type": "OP"}},
        {"a": {"data": {}, "hash": HASH, "id": 0, "type": "OP"}},
        {"a": {"data": {}, "hash": HASH, "id": 5, "type": "OP"}},
        {"text": f',"hash":"{HASH}","id":2,"type":"CONST"'},
        {'"nodes":[': '"nodes":[{"children":['},
    ],
)
def test_facts_that_look_like_nodes(fact: dict[str, Any]) -> None:
    artifacts = make_artifacts("SKU", fact)
    assert fill(thin(artifacts)) == artifacts


def test_a_proof_of_one_node() -> None:
    proof = make_proof([("OP", {"fields": [], "op": "passport"}, [])], {})
    thinned, root = thin_proof(proof)
    assert fill_proof(thinned) == (proof, root)
    assert len(thinned) < len(proof) - 128


@pytest.mark.parametrize("text", [b"", b"{}", b"[1,2]", b'{"root_hash":"12"}'])
def test_what_is_no_proof_is_not_stored(text: bytes) -> None:
    with pytest.raises(ContainerError, match="proof"):
        thin_proof(text)


@pytest.mark.parametrize("item", compiled("compile"))
def test_vectors_survive(item: dict[str, Any]) -> None:
    expect = item["expect"]
    artifacts = Artifacts(
        *(expect[name].encode() for name in ("payload", "proof", "receipt_signed", "qr", "snapshot"))
    )
    assert fill(thin(artifacts)) == artifacts


@pytest.mark.parametrize("count", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_what_comes_out_is_what_went_in(tmp_path: Path, count: int) -> None:
    items = store(tmp_path / "some.passports", count)
    with Container(tmp_path / "some.passports") as container:
        assert len(container) == count
        assert list(container) == items
        for sku, artifacts in items[::7]:
            assert container.get(sku) == artifacts
        assert container.get("SKU") is None


def test_reading_one_leaves_the_rest_alone(tmp_path: Path) -> None:
    path = tmp_path / "some.passports"
    items = store(path, 3 * BLOCK)
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 8] = bytes(8)  # within the second block
    path.write_bytes(data)
    with Container(path) as container:
        assert container.get(items[0][0]) == items[0][1]
        assert container.get(items[-1][0]) == items[-1][1]
        with pytest.raises(ContainerError, match="damaged"):
            container.get(items[BLOCK][0])


def test_the_same_passports_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        store(tmp_path / name, BLOCK + 3)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    store(tmp_path / "here", 5)
    code = "import sys; from pathlib import Path; from tests.passport.test_container import store"
    subprocess.run(
        [sys.executable, "-c", f"{code}; store(Path(sys.argv[1]), 5)", str(tmp_path / "there")],
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu", "LC_ALL": "C"},
        cwd=Path(__file__).resolve().parents[2],
        check=True,
    )
    assert (tmp_path / "here").read_bytes() == (tmp_path / "there").read_bytes()


def test_every_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "some.passports"
    items = store(path, 3)
    good = path.read_bytes()
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        try:
            with Container(path) as container:
                read = list(container)
        except ContainerError:
            continue
        assert read == items, f"byte {place} changed a passport without being noticed"


@pytest.mark.parametrize("length", [0, 1, 17, 18, 40, 52, 200, -1])
def test_a_cut_file_is_no_container(tmp_path: Path, length: int) -> None:
    path = tmp_path / "some.passports"
    store(path, 3)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ContainerError, match=r"some.passports` is not a container"):
        Container(path)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "some.passports"
    path.write_bytes(data)
    with pytest.raises(ContainerError):
        Container(path)


def test_without_finish_there_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "some.passports"
    with ContainerWriter(path) as writer:
        writer.add(*first())
    assert list(path.parent.iterdir()) == []


def test_an_older_container_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "some.passports"
    store(path, 2)
    before = path.read_bytes()
    with ContainerWriter(path) as writer:
        writer.add(*first())
        assert path.read_bytes() == before
        writer.finish()
    assert path.read_bytes() != before
    assert os.listdir(tmp_path) == ["some.passports"]


def test_what_a_killed_process_left_is_removed_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    path = tmp_path / "some.passports"
    code = (
        "import os, sys; from pathlib import Path; from clysm.issuing.container import ContainerWriter;"
        "from tests.passport.test_container import first;"
        "w = ContainerWriter(Path(sys.argv[1])); w.add(*first()); os.kill(os.getpid(), 9)"
    )
    root = Path(__file__).resolve().parents[2]
    killed = subprocess.run([sys.executable, "-c", code, str(path)], cwd=root, check=False)
    assert killed.returncode == -9
    assert len(os.listdir(tmp_path)) == 1
    with ContainerWriter(path) as one:
        assert len(os.listdir(tmp_path)) == 1
        with ContainerWriter(path) as other:
            assert len(os.listdir(tmp_path)) == 2
            other.finish()
        one.finish()
    assert os.listdir(tmp_path) == ["some.passports"]


def test_size_of_a_passport_of_two_kilobytes(tmp_path: Path) -> None:
    """2 KB of payload, of which a quarter is different in every passport, take at most 2 KB."""
    source = random.Random(2)
    path = tmp_path / "some.passports"
    with ContainerWriter(path) as writer:
        for number in range(4 * BLOCK):
            fact = {f"member_{i}": "the same text in every passport" for i in range(28)}
            fact |= {f"number_{i}": source.randbytes(12).hex() for i in range(20)}
            artifacts = make_artifacts(f"SKU-{number}", fact, signature=source.randbytes(64))
            assert len(artifacts.payload) > 2000
            writer.add(f"SKU-{number}", thin(artifacts))
        size = writer.finish()
    assert size / (4 * BLOCK) < 1000


def test_long_proofs(tmp_path: Path) -> None:
    nodes = fact_nodes({})
    long = [*nodes[:-1], *(("CONST", {"value": number}, []) for number in range(1000))]
    root = ("OP", {"fields": ["battery.raw"], "op": "passport"}, [3])
    artifacts = make_artifacts("SKU", {}, nodes=[*long, root])
    assert fill(thin(artifacts)) == artifacts
