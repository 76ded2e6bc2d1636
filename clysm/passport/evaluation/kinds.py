"""What kind each value of a package is sure to have at run time, for the code generator.

Static types (6.5) promise less: what came from a fact passes for any type until an operation looks at it. A
kind is derived from what operations answer when they succeed, which is all that generated code is about;
`ANY` promises nothing. Kinds stay small: what is nested more than a few levels deep, or has many members, is
summed up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import NoneType
from typing import Any, Final, NamedTuple, TypeAlias, cast

from clysm.passport.decimals import Dec
from clysm.passport.rules.syntax import (
    Assert,
    Binary,
    Call,
    Expression,
    FieldRule,
    If,
    Lambda,
    Let,
    ListOf,
    Literal,
    RecordOf,
    Unary,
    Variable,
)
from clysm.passport.rules.types import Atom, DecType, ListType, MapType, OptType, QtyType, RecordType, Type
from clysm.passport.units import QTY_SCALE, Qty

MAX_NESTING: Final = 4  # levels of a kind
MAX_MEMBERS: Final = 32  # of a closed record
MAX_REFINED: Final = 3  # folds inside each other whose accumulator is looked at more than once


class Kind(NamedTuple):
    """A set of values."""

    name: str
    parameter: int | str | None = None  # the scale of a Dec, the unit of a Qty
    parts: tuple[Kind, ...] = ()  # of the content, the elements, the members
    members: tuple[str, ...] = ()  # the names in a closed record, one for each part


ANY: Final = Kind("any")
PRESENT: Final = Kind("present")  # any value but None
NEVER: Final = Kind("never")  # no value: the elements of [], the content of none
BOOL: Final = Kind("bool")
INT: Final = Kind("int")
TEXT: Final = Kind("text")
DATE: Final = Kind("date")


def dec(scale: int) -> Kind:
    """The Decs of a scale."""
    return Kind("dec", scale)


def qty(unit: str) -> Kind:
    """The quantities of a unit."""
    return Kind("qty", unit)


def opt(content: Kind) -> Kind:
    """None, and Some of the content."""
    return _nest("opt", content)


def list_of(element: Kind) -> Kind:
    """Lists with such elements."""
    return _nest("list", element)


def record_of(member: Kind) -> Kind:
    """Records whose members, whatever their names, are such."""
    return _nest("record", member)


def closed(members: Mapping[str, Kind]) -> Kind:
    """Records with exactly these members."""
    if len(members) > MAX_MEMBERS:
        return record_of(ANY)
    nested = [_nest("closed", member).parts[0] for member in members.values()]
    return Kind("closed", None, tuple(nested), tuple(members))


def _nest(name: str, part: Kind) -> Kind:
    kept = part if _levels(part) < MAX_NESTING else PRESENT if is_present(part) else ANY
    return Kind(name, None, (kept,))


def _levels(kind: Kind) -> int:
    return 1 + max(map(_levels, kind.parts), default=0)


def is_present(kind: Kind) -> bool:
    """Whether None is not of this kind."""
    return kind.name not in ("any", "opt")


def present(kind: Kind) -> Kind:
    """The values of a kind that are not None."""
    return kind if is_present(kind) else PRESENT


def part_of(kind: Kind, name: str) -> Kind:
    """The content, element or member of a kind with this name; ANY if it has another one."""
    return kind.parts[0] if kind.name == name else ANY


def member_of(kind: Kind, name: str | None) -> Kind:
    """The member of a record with a name, or with any name at all. An absent member is of no value."""
    if kind.name == "closed" and name is not None:
        return dict(zip(kind.members, kind.parts, strict=True)).get(name, NEVER)
    return part_of(kind, "record")


def join(a: Kind, b: Kind) -> Kind:
    """A kind of all values of both."""
    if a == b or b is NEVER:
        return a
    if a is NEVER:
        return b
    if a.name == b.name and a.members == b.members and a.parts:
        parts = tuple(join(part, other) for part, other in zip(a.parts, b.parts, strict=True))
        return Kind(a.name, None, parts, a.members)
    if {a.name, b.name} <= _RECORDS:
        return record_of(ANY)
    return PRESENT if is_present(a) and is_present(b) else ANY


def kind_of_type(declared: Type) -> Kind:
    """The values of a declared type: what a field is sure to have once the check at its end has passed."""
    match declared:
        case Atom():
            return _ATOMS[declared]
        case DecType(scale):
            return dec(scale)
        case QtyType(unit):
            return qty(unit)
        case OptType(content):
            return opt(kind_of_type(content))
        case ListType(element):
            return list_of(kind_of_type(element))
        case MapType(member):
            return record_of(kind_of_type(member))
        case RecordType(members):
            return closed({name: kind_of_type(member) for name, member in members.items()})


def implies(kind: Kind, declared: Type) -> bool:
    """Whether every value of the kind is one of the declared type, so that nothing needs to be checked."""
    if kind is NEVER:
        return True
    match declared:
        case OptType(content):
            return kind.name == "opt" and implies(kind.parts[0], content)
        case ListType(element):
            return kind.name == "list" and implies(kind.parts[0], element)
        case MapType(member):
            return kind.name in _RECORDS and all(implies(part, member) for part in kind.parts)
        case RecordType(members):
            if kind.name != "closed" or set(kind.members) != set(members):
                return False
            pairs = zip(kind.members, kind.parts, strict=True)
            return all(implies(part, members[name]) for name, part in pairs)
        case Atom.RECORD:
            return kind.name in _RECORDS
    return kind == kind_of_type(declared)


def kind_of_constant(value: object) -> Kind:
    """The kind of a literal."""
    match value:
        case Dec():
            return dec(value.scale)
        case Qty():
            return qty(value.unit)
    return _CONSTANTS[type(value)]


Scope: TypeAlias = Mapping[str, Kind]


class Inference:
    """The kinds of all expressions of some fields, by expression: `kinds`."""

    def __init__(self, fields: Mapping[str, FieldRule]) -> None:
        self.kinds: dict[Expression, Kind] = {}
        self._fields = {path: kind_of_type(rule.type) for path, rule in fields.items()}
        self._folds = 0  # those around the expression being looked at

    def infer(self, e: Expression, scope: Scope) -> Kind:
        """The kind of an expression; its parts are inferred as well."""
        kind = _INFER[type(e)](self, e, scope)
        self.kinds[e] = kind
        return kind

    def _literal(self, e: Literal, scope: Scope) -> Kind:
        return kind_of_constant(e.value)

    def _variable(self, e: Variable, scope: Scope) -> Kind:
        return scope[e.name]

    def _let(self, e: Let, scope: Scope) -> Kind:
        return self.infer(e.body, {**scope, e.name: self.infer(e.value, scope)})

    def _assert(self, e: Assert, scope: Scope) -> Kind:
        self.infer(e.condition, scope)
        return self.infer(e.body, scope)

    def _if(self, e: If, scope: Scope) -> Kind:
        self.infer(e.condition, scope)
        return join(self.infer(e.consequent, scope), self.infer(e.alternative, scope))

    def _binary(self, e: Binary, scope: Scope) -> Kind:
        left, right = self.infer(e.left, scope), self.infer(e.right, scope)
        if e.operator in ("+", "-"):
            return _alike(left, right)
        if e.operator in ("*", "/"):
            return left if left.name in ("int", "dec", "qty") else right if right == INT else ANY
        return BOOL

    def _unary(self, e: Unary, scope: Scope) -> Kind:
        operand = self.infer(e.operand, scope)
        return BOOL if e.operator == "!" else _alike(operand, operand)

    def _list(self, e: ListOf, scope: Scope) -> Kind:
        element = NEVER
        for part in e.elements:
            element = join(element, self.infer(part, scope))
        return list_of(element)

    def _record(self, e: RecordOf, scope: Scope) -> Kind:
        return closed({name: self.infer(member, scope) for name, member in e.members})

    def _call(self, e: Call, scope: Scope) -> Kind:
        if e.name == "field":
            return self._fields[cast(str, literal(e.arguments[0]))]
        if e.name in _OVER_ELEMENTS:
            return _OVER_ELEMENTS[e.name](self, e, scope)
        arguments = [self.infer(cast(Expression, argument), scope) for argument in e.arguments]
        return _RESULTS[e.name](e, arguments)

    def _map(self, e: Call, scope: Scope) -> Kind:
        over, function = self._over(e, scope)
        return list_of(self._body(function, scope, part_of(over, "list")))

    def _filter(self, e: Call, scope: Scope) -> Kind:
        over, function = self._over(e, scope)
        self._body(function, scope, part_of(over, "list"))
        return list_of(part_of(over, "list"))

    def _fold(self, e: Call, scope: Scope) -> Kind:
        """The kind of the initial value, or one that takes the values of the body as well."""
        over, function = self._over(e, scope)
        accumulator = self.infer(cast(Expression, e.arguments[1]), scope)
        element = part_of(over, "list")
        self._folds += 1
        for _ in range(2 if self._folds <= MAX_REFINED else 0):
            joined = join(accumulator, self._body(function, scope, accumulator, element))
            if joined == accumulator:
                break
            accumulator = joined
        else:
            accumulator = ANY
            self._body(function, scope, ANY, element)
        self._folds -= 1
        return accumulator

    def _over(self, e: Call, scope: Scope) -> tuple[Kind, Lambda]:
        return self.infer(cast(Expression, e.arguments[0]), scope), cast(Lambda, e.arguments[-1])

    def _body(self, function: Lambda, scope: Scope, *arguments: Kind) -> Kind:
        names = [name for name, _ in function.parameters]
        return self.infer(function.body, {**scope, **dict(zip(names, arguments, strict=True))})


def literal(e: Expression | Lambda) -> object:
    """The value of an argument that must be a literal (6.6)."""
    return cast(Literal, e).value


def literal_text(e: Expression | Lambda) -> str | None:
    """The text of an argument that happens to be a literal text."""
    return e.value if isinstance(e, Literal) and isinstance(e.value, str) else None


def _alike(left: Kind, right: Kind) -> Kind:
    """What comes of two operands that must be of one kind, when the operation succeeds."""
    return next((kind for kind in (left, right) if kind.name in _ARITHMETIC), ANY)


def _converted(e: Call, arguments: Sequence[Kind]) -> Kind:
    first, other = cast(str, literal(e.arguments[0])), cast(str, literal(e.arguments[1]))
    if first == other:
        return qty(first)
    return {qty(first): qty(other), qty(other): qty(first)}.get(arguments[2], ANY)


_ATOMS: Final = {
    Atom.BOOL: BOOL,
    Atom.INT: INT,
    Atom.TEXT: TEXT,
    Atom.DATE: DATE,
    Atom.RECORD: record_of(ANY),
}
_CONSTANTS: Final = {bool: BOOL, int: INT, str: TEXT, date: DATE, NoneType: opt(NEVER)}
_RECORDS: Final = frozenset(("record", "closed"))
_ARITHMETIC: Final = frozenset(("int", "text", "date", "dec", "qty"))

_INFER: Final[Mapping[type, Callable[[Inference, Any, Scope], Kind]]] = {
    Literal: Inference._literal,
    Variable: Inference._variable,
    Let: Inference._let,
    Assert: Inference._assert,
    If: Inference._if,
    Binary: Inference._binary,
    Unary: Inference._unary,
    ListOf: Inference._list,
    RecordOf: Inference._record,
    Call: Inference._call,
}

_OVER_ELEMENTS: Final[Mapping[str, Callable[[Inference, Call, Scope], Kind]]] = {
    "map": Inference._map,
    "filter": Inference._filter,
    "fold": Inference._fold,
}

# What a builtin answers when it succeeds, given the kinds of its arguments.
_RESULTS: Final[Mapping[str, Callable[[Call, Sequence[Kind]], Kind]]] = {
    "getFact": lambda e, _: opt(record_of(ANY)),
    "getFactsByPrefix": lambda e, _: list_of(record_of(ANY)),
    "recordGet": lambda e, a: opt(present(member_of(a[0], literal_text(e.arguments[1])))),
    "isSome": lambda e, _: BOOL,
    "unwrapOr": lambda e, a: join(part_of(a[0], "opt"), a[1]),
    "requireSome": lambda e, a: part_of(a[0], "opt"),
    "some": lambda e, a: opt(a[0]),
    "toDec": lambda e, _: dec(cast(int, literal(e.arguments[0]))),
    "scaled": lambda e, _: dec(cast(int, literal(e.arguments[0]))),
    "round": lambda e, _: dec(cast(int, literal(e.arguments[0]))),
    "sumDec": lambda e, _: dec(cast(int, literal(e.arguments[0]))),
    "toQty": lambda e, _: qty(cast(str, literal(e.arguments[0]))),
    "sumQty": lambda e, _: qty(cast(str, literal(e.arguments[0]))),
    "amount": lambda e, _: dec(QTY_SCALE),
    "convert": _converted,
    "emitCompliance": lambda e, _: BOOL,
    "oneOf": lambda e, _: BOOL,
    "matches": lambda e, _: BOOL,
    "length": lambda e, _: INT,
    "min": lambda e, a: _alike(*a),
    "max": lambda e, a: _alike(*a),
    "abs": lambda e, a: _alike(a[0], a[0]),
    "daysBetween": lambda e, _: INT,
    "date": lambda e, _: DATE,
}
