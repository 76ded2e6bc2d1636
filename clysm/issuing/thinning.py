"""Passports without what can be computed again: hashes, the derived id, the QR text; and whole again.

    Artifacts  --thin-->  four lines: payload, proof, receipt, snapshot  --fill-->  the same Artifacts

Canonical JSON holds no control characters: MARK can stand for what was cut, and lines can be separated by LF.
Sources: specification, 7.1 and 7.2 (node hashes), 10.1 (receipt), 12.1 (QR), 2 (derived ids).
"""

import json
import re
from collections.abc import Sequence
from typing import Final

from clysm.issuing.artifacts import Artifacts
from clysm.issuing.errors import ContainerError
from clysm.passport import base64text
from clysm.passport.batch import Compiled
from clysm.passport.digests import sha256_hex
from clysm.passport.errors import QrError
from clysm.passport.qr import QrValues, build_qr
from clysm.passport.receipt import Receipt, signed_receipt, unsigned_receipt
from clysm.passport.uuids import passport_version_id

Lines = tuple[bytes, bytes, bytes, bytes]  # payload, proof, receipt, snapshot
LINES: Final = 4
MARK: Final = b"\x00"
_NODE_HASH: Final = re.compile(rb',"hash":"[0-9a-f]{64}","id":[0-9]+,"type":"')
_ROOT_ID: Final = re.compile(rb'"id":([0-9]+),"type":"OP"\}$')
_NODES: Final = b'"nodes":['
_CHILDREN: Final = b'{"children":['
_DATA: Final = b'],"data":'
_PROOF_END: Final = re.compile(rb'\],"proof_version":"BPC-PROOF-1","root_hash":"([0-9a-f]{64})"\}$')
_PROOF_END_LENGTH: Final = 112
# Members of the receipt from which its version id is derived, in the order of the derivation.
_ID_MEMBERS: Final = ("passport_id", "snapshot_hash", "dsl_sha256", "tests_sha256", "compiler_build_id")


def thin(artifacts: Artifacts) -> Lines:
    """The lines of a passport that the compiler made; `fill` gives it back."""
    version_id = artifacts.qr[len("BPC1|pv=") :][:36].decode()
    hashes = (sha256_hex(artifacts.payload), sha256_hex(artifacts.snapshot))
    return _thin(
        artifacts.payload, artifacts.proof, artifacts.receipt, artifacts.snapshot, version_id, *hashes
    )


def thin_compiled(compiled: Compiled, signature: bytes) -> Lines:
    """The same lines from what was compiled, without making the artifacts first."""
    output = compiled.output
    receipt = signed_receipt(output.receipt_unsigned, signature)
    ids = (output.passport_version_id, output.payload_hash, compiled.snapshot_hash)
    return _thin(output.payload, output.proof, receipt, compiled.snapshot, *ids)


def _thin(
    payload: bytes,
    proof: bytes,
    receipt: bytes,
    snapshot: bytes,
    version_id: str,
    payload_hash: str,
    snapshot_hash: str,
) -> Lines:
    thinned, root_hash = thin_proof(proof)
    for member in (
        f'"passport_version_id":"{version_id}"',
        f'"payload_hash":"{payload_hash}"',
        f'"proof_root_hash":"{root_hash}"',
        f'"snapshot_hash":"{snapshot_hash}"',
    ):
        receipt = receipt.replace(member.encode(), member[: member.index(":")].encode() + b':""')
    return payload, thinned, receipt, snapshot


def thin_proof(proof: bytes) -> tuple[bytes, str]:
    """The proof without the hashes of its nodes and root, and the root hash.

    A proof in which a fact looks like the end of a node is returned whole.
    """
    end = _PROOF_END.search(proof, max(0, len(proof) - _PROOF_END_LENGTH))
    if end is None:
        raise ContainerError("a proof without end cannot be stored")
    nodes = proof[: end.start()]
    root = _ROOT_ID.search(nodes, max(0, len(nodes) - _PROOF_END_LENGTH))
    thinned, places = _NODE_HASH.subn(MARK, nodes)
    # Every node is one of the places found: if there are as many as nodes, nothing else is.
    whole = root is None or places != int(root[1]) + 1
    return proof if whole else thinned, end[1].decode()


def fill(lines: Sequence[bytes]) -> Artifacts:
    """The passport of which these are the lines. Raises ContainerError where they cannot be."""
    try:
        payload, thin_text, thin_receipt, snapshot = lines
        proof, root_hash = fill_proof(thin_text)
        stated: dict[str, str] = json.loads(thin_receipt)
        stated["payload_hash"] = sha256_hex(payload)
        stated["proof_root_hash"] = root_hash
        stated["snapshot_hash"] = sha256_hex(snapshot)
        version_id = passport_version_id(*(stated[name] for name in _ID_MEMBERS))
        stated["passport_version_id"] = str(version_id)
        unsigned = unsigned_receipt(Receipt(*(stated[name] for name in Receipt._fields)))
        signature = base64text.decode(stated["signature"])
        if not isinstance(unsigned, bytes) or not isinstance(signature, bytes):
            raise ContainerError("a receipt cannot be restored")
        values = QrValues(str(version_id), stated["payload_hash"], root_hash, sha256_hex(unsigned))
        qr = build_qr(values)
        if isinstance(qr, QrError):
            raise ContainerError("a QR text cannot be restored")
    except (ValueError, KeyError, TypeError, IndexError) as problem:
        raise ContainerError(f"a passport cannot be restored: {problem}") from problem
    return Artifacts(payload, proof, signed_receipt(unsigned, signature), qr.encode(), snapshot)


def fill_proof(text: bytes) -> tuple[bytes, str]:
    """The whole proof and its root hash. Raises ValueError or IndexError where this is no thinned proof."""
    if MARK not in text:
        return text, text[-66:-2].decode()
    head, *rest = text.split(MARK)
    start = head.index(_NODES) + len(_NODES)
    hashes: list[str] = []
    whole = [head]
    node = head[start:]
    for number, part in enumerate(rest):
        children, _, data = node.removeprefix(_CHILDREN).partition(_DATA)
        kind = part[: part.index(b'"')]
        hashed = b'{"children":[%b],"data":%b,"id":%d,"type":"%b"}' % (
            b",".join(b'"%b"' % hashes[int(child)].encode() for child in children.split(b",") if child),
            data,
            number,
            kind,
        )
        hashes.append(sha256_hex(hashed))
        whole.append(b',"hash":"%b","id":%d,"type":"%b' % (hashes[-1].encode(), number, part))
        node = part[len(kind) + len(b'"},') :]
    whole.append(b'],"proof_version":"BPC-PROOF-1","root_hash":"%b"}' % hashes[-1].encode())
    return b"".join(whole), hashes[-1]
