"""Conses: construction, access, property and association lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clysm.host.equality import eql
from clysm.host.functions.calling import comparer, keyed, matcher, predicate
from clysm.host.functions.registry import in_world, lisp
from clysm.host.objects import Cons, T, items_of, iterate, list_of
from clysm.host.values import one_value as first
from clysm.host.world import World, symbol_of

lisp("CONS")(lambda car, cdr: Cons(car, cdr))


@lisp("CAR", "FIRST")
def car(value: Any) -> Any:
    return None if value is None else value.car


@lisp("CDR", "REST")
def cdr(value: Any) -> Any:
    return None if value is None else value.cdr


def _path(steps: str) -> Callable[[Any], Any]:
    def access(value: Any) -> Any:
        for step in reversed(steps):
            if value is None:
                return None
            value = value.car if step == "A" else value.cdr
        return value

    return access


for _length in (2, 3, 4):
    for _number in range(2**_length):
        _steps = "".join("AD"[_number >> _bit & 1] for _bit in range(_length))
        lisp(f"C{_steps}R")(_path(_steps))
_ORDINALS = ("SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH", "TENTH")
for _index, _name in enumerate(_ORDINALS, 1):
    lisp(_name)(_path("A" + "D" * _index))


def _setter(steps: str) -> Callable[[Any, Any], Any]:
    last, reach = steps[0], _path(steps[1:])

    def store(value: Any, place: Any) -> Any:
        cons = reach(place)
        if type(cons) is not Cons:
            raise TypeError(f"`{cons!r}` is not a cons")
        if last == "A":
            cons.car = value
        else:
            cons.cdr = value
        return value

    return store


for _length in (1, 2, 3, 4):
    for _number in range(2**_length):
        _steps = "".join("AD"[_number >> _bit & 1] for _bit in range(_length))
        lisp(f"(SETF C{_steps}R)")(_setter(_steps))
for _index, _name in enumerate(("FIRST", *_ORDINALS)):
    lisp(f"(SETF {_name})")(_setter("A" + "D" * _index))
lisp("(SETF REST)")(_setter("D"))


@lisp("RPLACA")
def _rplaca(cons: Any, value: Any) -> Any:
    cons.car = value
    return cons


@lisp("RPLACD")
def _rplacd(cons: Any, value: Any) -> Any:
    cons.cdr = value
    return cons


@lisp("LIST")
def lisp_list(*items: Any) -> Any:
    return list_of(items)


@lisp("LIST*")
def _list_star(first_item: Any, *items: Any) -> Any:
    everything = (first_item, *items)
    return list_of(everything[:-1], everything[-1])


@lisp("MAKE-LIST")
def _make_list(size: int, *, initial_element: Any = None) -> Any:
    return list_of([initial_element] * size)


@lisp("NTH")
def _nth(index: int, value: Any) -> Any:
    return car(nthcdr(index, value))


@lisp("(SETF NTH)")
def _set_nth(value: Any, index: int, place: Any) -> Any:
    nthcdr(index, place).car = value
    return value


@lisp("NTHCDR")
def nthcdr(index: int, value: Any) -> Any:
    while index > 0 and value is not None:
        value = value.cdr
        index -= 1
    return value


@lisp("LAST")
def _last(value: Any, count: int = 1) -> Any:
    lead = value
    for _ in range(count):
        if type(lead) is not Cons:
            return value
        lead = lead.cdr
    while type(lead) is Cons:
        value, lead = value.cdr, lead.cdr
    return value


@lisp("BUTLAST")
def _butlast(value: Any, count: int = 1) -> Any:
    items = []
    while type(value) is Cons:
        items.append(value.car)
        value = value.cdr
    return list_of(items[: len(items) - count] if count < len(items) else ())


@lisp("NBUTLAST")
def _nbutlast(value: Any, count: int = 1) -> Any:
    length = 0
    rest = value
    while type(rest) is Cons:
        length, rest = length + 1, rest.cdr
    if length <= count:
        return None
    nthcdr(length - count - 1, value).cdr = None
    return value


@lisp("APPEND")
def append(*lists: Any) -> Any:
    if not lists:
        return None
    result = lists[-1]
    for one in reversed(lists[:-1]):
        result = list_of(items_of(one), result)
    return result


@lisp("NCONC")
def _nconc(*lists: Any) -> Any:
    result: Any = None
    tail: Any = None
    for one in lists:
        if one is None:
            continue
        if tail is None:
            result = one
        else:
            tail.cdr = one
        tail = one
        while type(tail) is Cons and type(tail.cdr) is Cons:
            tail = tail.cdr
    return result


@lisp("REVAPPEND")
def _revappend(value: Any, tail: Any) -> Any:
    for item in iterate(value):
        tail = Cons(item, tail)
    return tail


@lisp("NRECONC")
def _nreconc(value: Any, tail: Any) -> Any:
    return _revappend(value, tail)


@lisp("COPY-LIST")
def copy_list(value: Any) -> Any:
    items = []
    while type(value) is Cons:
        items.append(value.car)
        value = value.cdr
    return list_of(items, value)


@lisp("COPY-TREE")
def copy_tree(value: Any) -> Any:
    items = []
    while type(value) is Cons:
        items.append(copy_tree(value.car))
        value = value.cdr
    return list_of(items, value)


@lisp("COPY-ALIST")
def _copy_alist(value: Any) -> Any:
    return list_of([Cons(item.car, item.cdr) if type(item) is Cons else item for item in iterate(value)])


@lisp("LIST-LENGTH")
def _list_length(value: Any) -> Any:
    count, slow = 0, value
    while value is not None:
        value, count = value.cdr, count + 1
        if count % 2 == 0:
            slow = slow.cdr
            if slow is value and value is not None:
                return None
    return count


@lisp("ENDP")
def _endp(value: Any) -> Any:
    if value is not None and type(value) is not Cons:
        raise TypeError(f"`{value!r}` is not a list")
    return T if value is None else None


@lisp("LDIFF")
def _ldiff(value: Any, tail: Any) -> Any:
    items = []
    while type(value) is Cons and value is not tail:
        items.append(value.car)
        value = value.cdr
    return list_of(items, None if eql(value, tail) else value)


@lisp("TAILP")
def _tailp(tail: Any, value: Any) -> Any:
    while type(value) is Cons:
        if value is tail:
            return T
        value = value.cdr
    return T if eql(value, tail) else None


@lisp("TREE-EQUAL")
def _tree_equal(left: Any, right: Any, *, test: Any = None, test_not: Any = None) -> Any:
    same = comparer(test, test_not)

    def compare(a: Any, b: Any) -> bool:
        if type(a) is Cons:
            return type(b) is Cons and compare(a.car, b.car) and compare(a.cdr, b.cdr)
        return type(b) is not Cons and same(a, b)

    return T if compare(left, right) else None


# Association and property lists


@lisp("ACONS")
def _acons(key: Any, value: Any, alist: Any) -> Any:
    return Cons(Cons(key, value), alist)


@lisp("PAIRLIS")
def _pairlis(keys: Any, values: Any, alist: Any = None) -> Any:
    for key, value in zip(items_of(keys), items_of(values), strict=True):
        alist = Cons(Cons(key, value), alist)
    return alist


def _find_pair(alist: Any, test: Callable[[Any], bool], cdrs: bool) -> Any:
    while alist is not None:
        pair = alist.car
        if pair is not None and test(pair.cdr if cdrs else pair.car):
            return pair
        alist = alist.cdr
    return None


@lisp("ASSOC")
def _assoc(item: Any, alist: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    return _find_pair(alist, keyed(matcher(item, test, test_not), key), False)


@lisp("ASSOC-IF")
def _assoc_if(test: Any, alist: Any, *, key: Any = None) -> Any:
    return _find_pair(alist, keyed(predicate(test), key), False)


@lisp("RASSOC")
def _rassoc(item: Any, alist: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    return _find_pair(alist, keyed(matcher(item, test, test_not), key), True)


@lisp("RASSOC-IF")
def _rassoc_if(test: Any, alist: Any, *, key: Any = None) -> Any:
    return _find_pair(alist, keyed(predicate(test), key), True)


@lisp("GETF")
def getf(plist: Any, indicator: Any, default: Any = None) -> Any:
    while plist is not None:
        if eql(plist.car, indicator):
            return plist.cdr.car
        plist = plist.cdr.cdr
    return default


@lisp("CLYSM.KERNEL:%PUTF")
def putf(plist: Any, indicator: Any, value: Any) -> Any:
    """A property list like `plist` in which `indicator` has `value`; changes `plist` if it has the
    indicator.
    """
    rest = plist
    while rest is not None:
        if eql(rest.car, indicator):
            rest.cdr.car = value
            return plist
        rest = rest.cdr.cdr
    return Cons(indicator, Cons(value, plist))


@lisp("CLYSM.KERNEL:%REMF")
def without_property(plist: Any, indicator: Any) -> tuple[Any, Any]:
    """The property list without an indicator, and whether it was there."""
    items = items_of(plist)
    for index in range(0, len(items), 2):
        if eql(items[index], indicator):
            return list_of(items[:index] + items[index + 2 :]), T
    return plist, None


@lisp("GET-PROPERTIES")
def _get_properties(plist: Any, indicators: Any) -> tuple[Any, Any, Any]:
    wanted = items_of(indicators)
    while plist is not None:
        if any(eql(plist.car, one) for one in wanted):
            return plist.car, plist.cdr.car, plist
        plist = plist.cdr.cdr
    return None, None, None


@in_world
def _symbol_properties(world: World) -> dict[str, Callable[..., Any]]:
    plists = world.property_lists

    def get(symbol: Any, indicator: Any, default: Any = None) -> Any:
        return getf(plists.get(symbol_of(symbol)), indicator, default)

    def set_get(value: Any, symbol: Any, indicator: Any, default: Any = None) -> Any:
        key = symbol_of(symbol)
        plists[key] = putf(plists.get(key), indicator, value)
        return value

    def remprop(symbol: Any, indicator: Any) -> Any:
        key = symbol_of(symbol)
        plists[key], found = without_property(plists.get(key), indicator)
        return found

    def symbol_plist(symbol: Any) -> Any:
        return plists.get(symbol_of(symbol))

    def set_symbol_plist(value: Any, symbol: Any) -> Any:
        plists[symbol_of(symbol)] = value
        return value

    return {
        "GET": get,
        "(SETF GET)": set_get,
        "REMPROP": remprop,
        "SYMBOL-PLIST": symbol_plist,
        "(SETF SYMBOL-PLIST)": set_symbol_plist,
    }


# Trees


@lisp("SUBST")
def _subst(new: Any, old: Any, tree: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    return _replace_in_tree(tree, keyed(matcher(old, test, test_not), key), lambda _: new)


@lisp("SUBST-IF")
def _subst_if(new: Any, test: Any, tree: Any, *, key: Any = None) -> Any:
    return _replace_in_tree(tree, keyed(predicate(test), key), lambda _: new)


@lisp("SUBLIS")
def _sublis(alist: Any, tree: Any, *, test: Any = None, test_not: Any = None, key: Any = None) -> Any:
    pairs = [pair for pair in iterate(alist) if pair is not None]
    same = comparer(test, test_not)

    def find(part: Any) -> Any:
        wanted = first(key(part)) if key is not None else part
        return next((pair for pair in pairs if same(pair.car, wanted)), None)

    return _replace_in_tree(tree, lambda part: find(part) is not None, lambda part: find(part).cdr)


def _replace_in_tree(tree: Any, test: Callable[[Any], bool], new: Callable[[Any], Any]) -> Any:
    if test(tree):
        return new(tree)
    if type(tree) is not Cons:
        return tree
    left = _replace_in_tree(tree.car, test, new)
    right = _replace_in_tree(tree.cdr, test, new)
    return tree if left is tree.car and right is tree.cdr else Cons(left, right)
