"""A document of the industry becomes facts, and each fact has one beside it that says where it comes from.

1. The bytes become text, whatever their encoding, and the text a value, strictly and with exact numbers.
2. The document as a whole becomes the fact `document`, with its hash, so that nothing is lost.
3. Its family's table says which places make which members of which facts; the battery is their key.
4. For each of these facts `provenance/TYPE` names the document, its hash, and the JSON pointer per member.
"""

from __future__ import annotations

from clysm.passport.cjson import Json
from clysm.passport.digests import sha256_hex
from clysm.passport.documents.encoding import decode
from clysm.passport.documents.families import FAMILIES
from clysm.passport.documents.pointers import resolve
from clysm.passport.errors import IngestError
from clysm.passport.facts import Fact, make_fact
from clysm.passport.ingest.json import read_json

SCHEMA_VERSION = 1  # of every fact made here


def document_facts(data: bytes, name: str, family: str, battery: str) -> tuple[Fact, ...] | IngestError:
    """The facts of the document `name`, about the battery with that key. Other families are BadRecord."""
    if family not in FAMILIES:
        return IngestError("BadRecord")
    decoded = decode(data)
    if isinstance(decoded, IngestError):
        return decoded
    content = read_json(decoded.text.encode())
    if isinstance(content, IngestError):
        return content
    source: dict[str, Json] = {"document": name, "sha256": sha256_hex(data)}
    whole: dict[str, Json] = {
        **source,
        "bytes": len(data),
        "content": content,
        "encoding": decoded.encoding,
        "family": family,
    }
    records: list[tuple[str, str, dict[str, Json]]] = [("document", name, whole)]
    members, pointers = _mapped(content, family)
    for fact_type, payload in members.items():
        records.append((fact_type, battery, payload))
        provenance: dict[str, Json] = {**source, "pointers": pointers[fact_type]}
        records.append((f"provenance/{fact_type}", battery, provenance))
    facts: list[Fact] = []
    for fact_type, key, payload in records:
        fact = make_fact(fact_type, key, SCHEMA_VERSION, payload)
        if isinstance(fact, IngestError):
            return fact
        facts.append(fact)
    return tuple(facts)


def _mapped(content: Json, family: str) -> tuple[dict[str, dict[str, Json]], dict[str, dict[str, Json]]]:
    """Per fact type, the members that the document states, and the pointer of each."""
    members: dict[str, dict[str, Json]] = {}
    pointers: dict[str, dict[str, Json]] = {}
    for row in FAMILIES[family]:
        if row.member in members.get(row.fact_type, ()):
            continue
        value = row.reading(resolve(content, row.pointer))
        if value is not None:
            members.setdefault(row.fact_type, {})[row.member] = value
            pointers.setdefault(row.fact_type, {})[row.member] = row.pointer
    return members, pointers
