"""Hash tables."""

from __future__ import annotations

from typing import Any

from clysm.host.conditions import simple_error
from clysm.host.functions.registry import lisp
from clysm.host.hash_tables import HashTable
from clysm.host.objects import UNSUPPLIED, Symbol, T, cl

_TESTS = ("EQ", "EQL", "EQUAL")


@lisp("MAKE-HASH-TABLE")
def _make_hash_table(
    *, test: Any = None, size: Any = None, rehash_size: Any = None, rehash_threshold: Any = None
) -> HashTable:
    from clysm.host.functions.calling import lisp_eq, lisp_eql, lisp_equal

    functions = {lisp_eq: "EQ", lisp_eql: "EQL", lisp_equal: "EQUAL"}
    name = "EQL" if test is None else test.name if type(test) is Symbol else functions.get(test, "")
    if name not in _TESTS:
        raise simple_error("hash table test must be eq, eql or equal in the dialect")
    return HashTable(name)


@lisp("GETHASH")
def _gethash(key: Any, table: HashTable, default: Any = None) -> tuple[Any, Any]:
    value = table.get(key, UNSUPPLIED)
    return (default, None) if value is UNSUPPLIED else (value, T)


@lisp("$GETHASH")
def _gethash_value(key: Any, table: HashTable, default: Any = None) -> Any:
    return table.get(key, default)


@lisp("(SETF GETHASH)")
def _set_gethash(value: Any, key: Any, table: HashTable, default: Any = None) -> Any:
    table.put(key, value)
    return value


@lisp("REMHASH")
def _remhash(key: Any, table: HashTable) -> Any:
    return T if table.remove(key) else None


@lisp("CLRHASH")
def _clrhash(table: HashTable) -> HashTable:
    table.clear()
    return table


@lisp("MAPHASH")
def _maphash(function: Any, table: HashTable) -> None:
    for key, value in table.items():
        function(key, value)


@lisp("HASH-TABLE-COUNT", "HASH-TABLE-SIZE")
def _hash_table_count(table: HashTable) -> int:
    return len(table.data)


@lisp("HASH-TABLE-TEST")
def _hash_table_test(table: HashTable) -> Symbol:
    return cl(table.test)
