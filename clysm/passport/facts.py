"""Facts: what is known, as records with a type, a key and a payload of integers and texts.

Source: specification, 4.1. Reading documents is in `clysm.passport.ingest`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeGuard

from clysm.passport.cjson import Json, encode_measured, measure
from clysm.passport.digests import sha256_hex
from clysm.passport.errors import IngestError

MAX_NAME: Final = 200  # code points of a type or key
MAX_SCHEMA_VERSION: Final = 2**31 - 1
MAX_PAYLOAD_DEPTH: Final = 64  # levels; {} is one
MEMBERS: Final = frozenset(("fact_type", "fact_key", "schema_version", "payload"))

_NAME: Final = re.compile(rf"[^\x00-\x1f\x7f\ud800-\udfff]{{1,{MAX_NAME}}}")


@dataclass(slots=True)
class Fact:
    """A fact record, with the canonical JSON of its payload and the hash of that.

    It is made by `make_fact`, which sees to it that the members fit together. Nobody changes the payload.
    Not frozen for the reason that `Dec` is not; to the type checker the members are final.
    """

    fact_type: Final[str]
    fact_key: Final[str]
    schema_version: Final[int]
    payload: Final[dict[str, Json]]
    payload_text: Final[str]
    payload_hash: Final[str]


def is_name(text: object) -> TypeGuard[str]:
    """Whether this may be a fact's type or key: 1 to 200 code points without control characters."""
    if type(text) is not str:
        return False
    # What is printable has no control characters and no surrogates; the pattern decides about the rest.
    return (0 < len(text) <= MAX_NAME and text.isprintable()) or _NAME.fullmatch(text) is not None


def make_fact(fact_type: Json, fact_key: Json, schema_version: Json, payload: Json) -> Fact | IngestError:
    """The fact with these members; TooDeep or BadRecord if one of them is not as 4.1 wants it."""
    if not (
        is_name(fact_type)
        and is_name(fact_key)
        and type(schema_version) is int
        and isinstance(payload, dict)
        and 1 <= schema_version <= MAX_SCHEMA_VERSION
    ):
        return IngestError("BadRecord")
    depth = measure(payload)
    if isinstance(depth, int) and depth > MAX_PAYLOAD_DEPTH:
        return IngestError("TooDeep")
    data = encode_measured(payload, depth)
    if not isinstance(data, bytes):
        return IngestError("BadRecord")
    return Fact(fact_type, fact_key, schema_version, payload, data.decode(), sha256_hex(data))


def read_record(value: Json) -> Fact | IngestError:
    """The fact of one record, an object with exactly the four members of 4.1."""
    if not isinstance(value, dict) or value.keys() != MEMBERS:
        return IngestError("BadRecord")
    return make_fact(value["fact_type"], value["fact_key"], value["schema_version"], value["payload"])


def read_records(value: Json) -> tuple[Fact, ...] | IngestError:
    """The facts of one record or an array of records; of several bad ones the first is the answer."""
    facts: list[Fact] = []
    for element in value if isinstance(value, list) else [value]:
        fact = read_record(element)
        if isinstance(fact, IngestError):
            return fact
        facts.append(fact)
    return tuple(facts)
