"""Values of JSON files as HTML that says where each is from: `data-from` names file and pointer.

Where what is shown is not the value itself but follows from it, `data-how` says how:

    length          the number of elements of a list
    where K=V       the number of elements whose member K is V
    explains        the number of forms that failed or were skipped because of a failed form, itself included
"""

from typing import Final

from clysm.reports.markup import Markup, join, tag
from clysm.reports.places import Place

NONE: Final = Markup('<span class="none">–</span>')


def number(place: Place) -> Markup:
    """A number with its thousands apart."""
    if place.value is None:
        return NONE
    return _data(place, place.value, f"{place.value:,}")


def percent(place: Place) -> Markup:
    """A rate, with the two decimals that rates have."""
    return join(_data(place, place.value, f"{place.value:.2f}"), " %")


def length(place: Place) -> Markup:
    """How many elements a list has."""
    return _data(place, len(place), f"{len(place):,}", "length")


def where(place: Place, key: str, value: str) -> Markup:
    """How many elements of a list have a member of a value."""
    found = sum(element[key] == value for element in place.value)
    return _data(place, found, f"{found:,}", f"where {key}={value}")


def derived(place: Place, value: int, how: str) -> Markup:
    """A number that follows from what is at the place."""
    return _data(place, value, f"{value:,}", how)


def _data(place: Place, value: float, shown: str, how: str | None = None) -> Markup:
    return tag("data", shown, value=value, data_from=place.origin, data_how=how)


def text(place: Place, css: str | None = None) -> Markup:
    """Any text, apart from its surroundings in direction."""
    if place.value is None:
        return NONE
    return tag("bdi", str(place.value), class_=css, data_from=place.origin)


def code(place: Place) -> Markup:
    """A name, path or hash."""
    return tag("code", text(place))


def word(place: Place) -> Markup:
    """A status or verdict, coloured by the style sheet but legible without."""
    return tag("strong", text(place), class_=f"word {str(place.value).lower()}")


def yes_or_no(place: Place) -> Markup:
    """A boolean in words."""
    answer = "yes" if place.value else "no"
    return tag("strong", answer, class_=f"word {answer}", data_from=place.origin)


def hash_(place: Place) -> Markup:
    """A hash, which the style sheet may cut; the title has all of it."""
    if place.value is None:
        return NONE
    return tag("code", text(place), class_="hash", title=str(place.value))


def time(place: Place) -> Markup:
    """A timestamp, in one line."""
    return text(place, "time")
