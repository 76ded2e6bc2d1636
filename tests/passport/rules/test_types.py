"""Which types fit and join, spec 6.4, also types that would not fit into memory written out."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clysm.passport.rules.types import (
    EMPTY_LIST_TYPE,
    NONE_TYPE,
    Atom,
    DecType,
    ListType,
    MapType,
    OptType,
    QtyType,
    RecordType,
    Type,
    describe,
    fits,
    join,
    record_type,
)

ANY, BOOL, INT, TEXT, DATE, RECORD = Atom.ANY, Atom.BOOL, Atom.INT, Atom.TEXT, Atom.DATE, Atom.RECORD
A_INT = record_type([("a", INT)])
A_ANY = record_type([("a", ANY)])
A_TEXT = record_type([("a", TEXT)])
AB = record_type([("b", INT), ("a", INT)])
EMPTY = record_type([])


@pytest.mark.parametrize(
    ("a", "e", "expected"),
    [
        (INT, INT, True),
        (INT, TEXT, False),
        (ANY, INT, True),
        (INT, ANY, True),
        (ANY, RECORD, True),
        (INT, DecType(0), False),
        (DecType(1), DecType(1), True),
        (DecType(1), DecType(2), False),
        (QtyType("kg"), QtyType("kg"), True),
        (QtyType("kg"), QtyType("g"), False),
        (NONE_TYPE, OptType(INT), True),
        (OptType(INT), OptType(TEXT), False),
        (INT, OptType(INT), False),
        (OptType(OptType(ANY)), OptType(OptType(DATE)), True),
        (EMPTY_LIST_TYPE, ListType(INT), True),
        (ListType(INT), ListType(ANY), True),
        (ListType(INT), ListType(DecType(0)), False),
        (ListType(INT), OptType(INT), False),
        (MapType(INT), MapType(ANY), True),
        (MapType(INT), MapType(TEXT), False),
        (A_INT, RECORD, True),
        (MapType(INT), RECORD, True),
        (RECORD, RECORD, True),
        (RECORD, A_INT, True),
        (RECORD, MapType(INT), True),
        (RECORD, ListType(INT), False),
        (INT, RECORD, False),
        (RECORD, INT, False),
        (OptType(INT), RECORD, False),
        (A_INT, A_ANY, True),
        (A_ANY, A_INT, True),
        (A_INT, A_TEXT, False),
        (A_INT, AB, False),
        (AB, A_INT, False),
        (AB, record_type([("a", INT), ("b", INT)]), True),
        (AB, MapType(INT), True),
        (AB, MapType(TEXT), False),
        (EMPTY, MapType(TEXT), True),
        (EMPTY, A_INT, False),
        (MapType(INT), A_INT, False),
        (ListType(A_INT), ListType(MapType(INT)), True),
        (ListType(RECORD), ListType(A_INT), True),
    ],
)
def test_fits(a: Type, e: Type, expected: bool) -> None:
    assert fits(a, e) is expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (INT, INT, INT),
        (INT, ANY, ANY),
        (INT, TEXT, None),
        (INT, DecType(0), None),
        (DecType(1), DecType(1), DecType(1)),
        (DecType(1), DecType(2), None),
        (QtyType("kg"), QtyType("g"), None),
        (NONE_TYPE, OptType(INT), OptType(ANY)),
        (OptType(INT), OptType(TEXT), None),
        (ListType(OptType(INT)), ListType(NONE_TYPE), ListType(OptType(ANY))),
        (MapType(INT), MapType(ANY), MapType(ANY)),
        (MapType(INT), MapType(TEXT), None),
        (ListType(INT), OptType(INT), None),
        (A_INT, A_ANY, A_ANY),
        (A_INT, A_TEXT, None),
        (A_INT, AB, RECORD),
        (A_INT, RECORD, RECORD),
        (A_INT, MapType(TEXT), RECORD),
        (MapType(INT), EMPTY, RECORD),
        (RECORD, MapType(INT), RECORD),
        (RECORD, RECORD, RECORD),
        (RECORD, INT, None),
        (RECORD, ANY, ANY),
        (ListType(A_INT), ListType(AB), ListType(RECORD)),
        (record_type([("x", A_INT)]), record_type([("x", AB)]), record_type([("x", RECORD)])),
        (record_type([("x", A_INT)]), record_type([("x", A_TEXT)]), None),
    ],
)
def test_join(a: Type, b: Type, expected: Type | None) -> None:
    assert join(a, b) == expected
    assert join(b, a) == expected


# Against the rules of the specification, written down recursively


def written(t: Type) -> str:
    match t:
        case OptType(part) | ListType(part) | MapType(part):
            return f"{type(t).__name__}({written(part)})"
        case RecordType(members):
            return str([(name, written(part)) for name, part in members.items()])
        case _:
            return describe(t)


def plain_fits(a: Type, e: Type) -> bool:
    if a is ANY or e is ANY or a == e:
        return True
    if e is RECORD:
        return isinstance(a, RecordType | MapType)
    if a is RECORD:
        return isinstance(e, RecordType | MapType)
    match a, e:
        case (OptType(x), OptType(y)) | (ListType(x), ListType(y)) | (MapType(x), MapType(y)):
            return plain_fits(x, y)
        case RecordType(x), RecordType(y):
            return set(x) == set(y) and all(plain_fits(x[name], y[name]) for name in x)
        case RecordType(x), MapType(y):
            return all(plain_fits(member, y) for member in x.values())
    return False


def plain_join(a: Type, b: Type) -> Type | None:
    if a == b:
        return a
    if a is ANY or b is ANY:
        return ANY
    match a, b:
        case OptType(x), OptType(y):
            part = plain_join(x, y)
            return part and OptType(part)
        case ListType(x), ListType(y):
            part = plain_join(x, y)
            return part and ListType(part)
        case MapType(x), MapType(y):
            part = plain_join(x, y)
            return part and MapType(part)
        case RecordType(x), RecordType(y) if set(x) == set(y):
            parts = [(name, plain_join(x[name], y[name])) for name in x]
            known = [(name, part) for name, part in parts if part is not None]
            return record_type(known) if len(known) == len(parts) else None
    records = (RecordType, MapType)
    if all(part is RECORD or isinstance(part, records) for part in (a, b)):
        return RECORD
    return None


atoms = st.sampled_from([*Atom, DecType(0), DecType(2), QtyType("kg"), QtyType("g")])
types: st.SearchStrategy[Type] = st.recursive(
    atoms,
    lambda part: st.one_of(
        st.builds(OptType, part),
        st.builds(ListType, part),
        st.builds(MapType, part),
        st.dictionaries(st.sampled_from("ab"), part).map(lambda members: record_type(members.items())),
    ),
    max_leaves=6,
)


@settings(max_examples=500)
@given(types, types)
def test_fits_and_join_are_what_the_rules_say(a: Type, b: Type) -> None:
    assert fits(a, b) is plain_fits(a, b)
    assert join(a, b) == plain_join(a, b)


@given(types, types)
def test_laws(a: Type, b: Type) -> None:
    assert a == a
    assert fits(a, a)
    assert join(a, a) == a
    assert join(a, b) == join(b, a)
    joined = join(a, b)
    if joined is not None:
        assert fits(a, joined)
        assert fits(b, joined)
    assert (a == b) is (written(a) == written(b))
    assert a != b or hash(a) == hash(b)


def shared(levels: int, leaf: Type) -> Type:
    """A type with 2**levels leaves, made of `levels` parts."""
    for _ in range(levels):
        leaf = record_type([("a", leaf), ("b", ListType(leaf))])
    return leaf


def deep(levels: int, leaf: Type) -> Type:
    for _ in range(levels):
        leaf = OptType(ListType(leaf))
    return leaf


@pytest.mark.parametrize("make", [shared, deep])
def test_types_too_large_to_write_out(make: object) -> None:
    assert callable(make)
    levels = 5 * sys.getrecursionlimit()
    start = time.process_time()
    a, same, other, loose = make(levels, INT), make(levels, INT), make(levels, TEXT), make(levels, ANY)
    assert a == same
    assert hash(a) == hash(same)
    assert a != other
    assert fits(a, same)
    assert fits(a, loose)
    assert not fits(a, other)
    assert join(a, same) == a
    assert join(a, loose) == loose
    assert join(a, other) is None
    assert len(describe(a)) < 400
    assert repr(a) == describe(a)
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        (OptType(ListType(MapType(INT))), "Opt(List(Map(Text, Int)))"),
        (record_type([("b", DecType(2)), ("a", QtyType("kg"))]), "Record(a: Qty(kg), b: Dec(2))"),
        (EMPTY, "Record()"),
        (deep(2, INT), "Opt(List(Opt(...)))"),
        (record_type([(f"m{n}", INT) for n in range(7)]), None),
    ],
)
def test_describe(described: Type, expected: str | None) -> None:
    text = describe(described)
    assert text == expected or (expected is None and text.endswith("m5: Int, ...)"))
