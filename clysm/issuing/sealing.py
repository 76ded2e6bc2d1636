"""Sealed snapshots as files: the canonical document, and the facts that a compilation reads.

Source: specification, section 5.
"""

import json
from collections.abc import Mapping

from clysm.issuing.catalogs import CatalogFault, fault
from clysm.issuing.errors import IssuingError
from clysm.passport.catalog.facts import snapshot_facts
from clysm.passport.catalog.values import CatalogError, SnapshotSource
from clysm.passport.errors import DuplicateFact, Failure
from clysm.passport.facts import Fact
from clysm.passport.ingest.json import ingest_json
from clysm.passport.snapshot import SealedSnapshot, seal_facts


def seal(
    source: SnapshotSource, folder: str, contents: Mapping[str, bytes], sealed_at: str
) -> SealedSnapshot:
    """The sealed snapshot of a catalog in `folder`. Raises CatalogFault."""
    facts = snapshot_facts(source, contents)
    if isinstance(facts, CatalogError):
        raise fault(facts, folder)
    sealed = seal_facts(source.snapshot_id, facts, sealed_at)
    if isinstance(sealed, DuplicateFact):
        raise CatalogFault(
            f"snapshot `{source.name}` has two different facts of type `{sealed.fact_type}`"
            f" and key `{sealed.fact_key}`"
        )
    if isinstance(sealed, Failure):
        raise CatalogFault(f"snapshot `{source.name}`: {sealed.reason}")
    return sealed


def write_facts(sealed: SealedSnapshot) -> bytes:
    """The facts as a document for ingest, a record a line."""
    records = [_record(fact) for fact in sealed.facts.values()]
    return b"[\n" + b",\n".join(records) + b"\n]\n" if records else b"[]\n"


def read_sealed(snapshot_id: str, facts: bytes, canonical: bytes, sealed_at: str) -> SealedSnapshot:
    """The snapshot of the two files that sealing wrote. Raises IssuingError where they differ."""
    ingested = ingest_json(facts)
    sealed = ingested if isinstance(ingested, Failure) else seal_facts(snapshot_id, ingested, sealed_at)
    if isinstance(sealed, Failure) or sealed.canonical != canonical:
        raise IssuingError("the facts of the snapshot are not the sealed ones")
    return sealed


def _record(fact: Fact) -> bytes:
    head = {"fact_key": fact.fact_key, "fact_type": fact.fact_type}
    names = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[1:-1]
    return f'{{{names},"payload":{fact.payload_text},"schema_version":{fact.schema_version}}}'.encode()
