"""The standard functions of the dialect, by chapter."""

from clysm.host.functions import (  # noqa: F401  (importing registers them)
    arrays,
    characters,
    conditions,
    conses,
    control,
    destructuring,
    hash_tables,
    kernel,
    lists,
    numbers,
    output,
    predicates,
    searching,
    sequences,
    strings,
    symbols,
)
