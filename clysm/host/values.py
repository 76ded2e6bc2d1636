"""Multiple values: what a call returns is one object, or a tuple of any other number of values."""

from __future__ import annotations

from typing import Any

from clysm.host.objects import list_of


def first_value(values: tuple[Any, ...]) -> Any:
    """The first of several values, NIL for none."""
    return values[0] if values else None


def one_value(result: Any) -> Any:
    """The first value of what a call returned."""
    if type(result) is tuple:
        return result[0] if result else None
    return result


def values_of(result: Any) -> tuple[Any, ...]:
    """All values of what a call returned."""
    return result if type(result) is tuple else (result,)


def spread(result: Any, count: int) -> tuple[Any, ...]:
    """Exactly `count` values: NIL for missing ones, surplus ones dropped."""
    values = values_of(result)
    return values[:count] + (None,) * (count - len(values))


def values_list(result: Any) -> Any:
    """The list of all values."""
    return list_of(values_of(result))
