"""TOML documents, exactly: numbers as they are written, dates and times as text.

Source: specification, 4.2. Syntax is left to `tomllib`; of several faults any may be named.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from clysm.passport.cjson import Json, is_key
from clysm.passport.errors import IngestError
from clysm.passport.facts import Fact, read_records
from clysm.passport.ingest.numbers import exact_integer, exact_number

MAX_DEPTH: Final = 200  # levels of a document, as in JSON
FACTS: Final = "fact"  # the one top-level key
INTEGERS: Final = range(-(2**63), 2**63)

# What nests, brackets and dotted keys, and what can hide it. It agrees with TOML on documents without faults
# of syntax. A key of too many parts ends the search, since tomllib takes quadratic time for it.
_LINE_TEXT: Final = r""" "(?:[^"\\\n]|\\.)*+" | '[^'\n]*+' """
_NESTING: Final = re.compile(
    rf"""
    (?P<key> (?: [\w-]++ | {_LINE_TEXT} )
             (?: [ \t]*+ \. [ \t]*+ (?: [\w-]++ | {_LINE_TEXT} ) ){{{MAX_DEPTH}}} )
    | "{{3}} (?: [^\\] | \\. )*? "{{3}}
    | '{{3}} .*? '{{3}}
    | {_LINE_TEXT}
    | \#[^\n]*+
    | [\w-]++
    | (?P<opening> [\[{{] )
    | (?P<closing> [\]}}] )
    """,
    re.ASCII | re.DOTALL | re.VERBOSE,
)
_PLACE: Final = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)$")


def ingest_toml(document: bytes) -> tuple[Fact, ...] | IngestError:
    """The facts of a document that is an array of tables `fact` and nothing else."""
    value = read_toml(document)
    if isinstance(value, IngestError):
        return value
    if value.keys() != {FACTS} or not isinstance(value[FACTS], list):
        return IngestError("BadRecord")
    return read_records(value[FACTS])


def read_toml(document: bytes) -> dict[str, Json] | IngestError:
    """The members of a TOML document, its numbers integers or decimal texts, its dates and times texts."""
    try:
        source = document.decode()
    except UnicodeDecodeError:
        return IngestError("BadEncoding")
    if _depth(source) > MAX_DEPTH:
        return IngestError("TooDeep")
    try:
        members = tomllib.loads(source, parse_float=_exact_float)
    except tomllib.TOMLDecodeError as error:
        return IngestError("Malformed", *_place(str(error), source))
    except ValueError:  # an integer too long for `int`
        return IngestError("NumberOutOfRange")
    except RecursionError:  # a caller that has used up the stack already
        return IngestError("TooDeep")
    return _exact(members)


def _place(message: str, source: str) -> tuple[int, int]:
    """Line and column that a message of tomllib names; it names none for the end of the document."""
    named = _PLACE.search(message)
    if named:
        return int(named[1]), int(named[2])
    return source.count("\n") + 1, len(source) - source.rfind("\n")


def _depth(source: str) -> int:
    """How deeply brackets nest outside texts and comments; beyond the limit if a key has so many parts."""
    depth = deepest = 0
    for found in _NESTING.finditer(source):
        match found.lastgroup:
            case "key":
                return MAX_DEPTH + 1
            case "opening":
                depth += 1
                deepest = max(deepest, depth)
            case "closing":
                depth -= 1
    return deepest


def _exact_float(lexeme: str) -> int | str | IngestError:
    """A TOML float is a JSON number but for underscores and a `+` in front; `inf` and `nan` are BadNumber."""
    return exact_number(lexeme.replace("_", "").removeprefix("+"))


def _exact(members: dict[str, Any]) -> dict[str, Json] | IngestError:
    """The same document with every leaf exact, or the fault of one of its leaves or keys."""
    top: dict[str, Json] = {}
    pending: list[tuple[Any, Any, int]] = [(members, top, 1)]  # a container, its copy so far, its level
    while pending:
        container, copy, level = pending.pop()
        if level > MAX_DEPTH:
            return IngestError("TooDeep")
        is_table = isinstance(container, dict)
        for key, element in container.items() if is_table else enumerate(container):
            if is_table and not is_key(key):
                return IngestError("BadKey")
            exact: Any
            if isinstance(element, dict | list):
                exact = type(element)()
                pending.append((element, exact, level + 1))
            else:
                exact = _leaf(element)
                if isinstance(exact, IngestError):
                    return exact
            if is_table:
                copy[key] = exact
            else:
                copy.append(exact)
    return top


def _leaf(value: bool | int | str | date | time | IngestError) -> Json | IngestError:
    match value:
        case bool() | str() | IngestError():
            return value
        case int():
            return exact_integer(value) if value in INTEGERS else IngestError("NumberOutOfRange")
        case datetime():
            return _moment(value)
        case date() | time():
            return value.isoformat()


def _moment(moment: datetime) -> str:
    """ISO 8601 with `Z` for a zero offset."""
    if moment.utcoffset() == timedelta(0):
        return moment.replace(tzinfo=None).isoformat() + "Z"
    return moment.isoformat()
