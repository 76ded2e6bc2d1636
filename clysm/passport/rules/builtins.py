"""The builtin functions of the rule language, spec 6.6: what each takes and what type it gives.

Left to others: what they do to values (clysm.passport.operations), checking the arguments themselves and the
name, number and order of things (the checker), and `field`, whose type only the package knows (the checker).

A parameter is a `Demand` on the last of the arguments so far, asked before the next argument is looked at, or
a `Function`, which takes a lambda.  A `Result` is asked when all arguments are there.  If something is wrong
they answer a `Complaint`: that of a demand stands at the argument, that of a result at the function's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias, cast

from clysm.passport.decimals import ROUNDINGS
from clysm.passport.rules.patterns import compile_pattern
from clysm.passport.rules.syntax import Expression, Lambda, Literal
from clysm.passport.rules.types import (
    SCALES,
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
)
from clysm.passport.units import QTY_SCALE, UNITS, convertible


class Complaint(NamedTuple):
    """A kind of RuleTypeError and a message."""

    kind: str
    message: str


Arguments: TypeAlias = Sequence[Expression | Lambda]
Types: TypeAlias = Sequence[Type]  # of the arguments so far; of a lambda, the type of its body
Demand: TypeAlias = Callable[[Arguments, Types], Complaint | None]
Result: TypeAlias = Callable[[Arguments, Types], Type | Complaint]


class Function(NamedTuple):
    """A parameter that takes a lambda: the types of its parameters, and the type its body must fit."""

    parameters: Callable[[Types], tuple[Type, ...]]
    body: Callable[[Types], Type]


class Builtin(NamedTuple):
    """A function with its parameters and the type of its calls."""

    parameters: tuple[Demand | Function, ...]
    result: Result


def mismatch(found: Type, wanted: Type) -> Complaint:
    """The complaint that one type does not go with another: of quantities, about their units (spec 6.5)."""
    units_differ = isinstance(found, QtyType) and isinstance(wanted, QtyType) and found != wanted
    kind = "UnitMismatch" if units_differ else "TypeMismatch"
    return Complaint(kind, f"{describe(found)} does not go with {describe(wanted)}")


# Demands


def _anything(_arguments: Arguments, _types: Types) -> Complaint | None:
    return None


def _fits(wanted: Type) -> Demand:
    """A value of this type."""
    return lambda _arguments, types: None if fits(types[-1], wanted) else mismatch(types[-1], wanted)


def _is(wanted: str, *kinds: Atom | type[Type]) -> Demand:
    """A value whose type is one of these atoms or made by one of these constructors."""
    atoms = tuple(kind for kind in kinds if isinstance(kind, Atom))
    constructors = tuple(kind for kind in kinds if not isinstance(kind, Atom))

    def demand(_arguments: Arguments, types: Types) -> Complaint | None:
        if types[-1] in atoms or isinstance(types[-1], constructors):
            return None
        return Complaint("TypeMismatch", f"{describe(types[-1])} where {wanted} is needed")

    return demand


def literal_of(kind: Atom, judge: Callable[[Any], Complaint | None]) -> Demand:
    """A literal of this type whose value the judge does not complain of."""

    def demand(arguments: Arguments, types: Types) -> Complaint | None:
        argument = arguments[-1]
        if not isinstance(argument, Literal):
            return Complaint("LiteralRequired", "this argument must be a literal")
        return judge(argument.value) if types[-1] is kind else mismatch(types[-1], kind)

    return demand


def _judge_scale(scale: int) -> Complaint | None:
    return None if scale in SCALES else Complaint("ScaleOutOfRange", f"a scale is 0 to {SCALES[-1]}")


def _judge_unit(unit: str) -> Complaint | None:
    return None if unit in UNITS else Complaint("UnknownUnit", f"`{unit[:40]}` is no unit")


def _judge_mode(mode: str) -> Complaint | None:
    return (
        None if mode in ROUNDINGS else Complaint("TypeMismatch", f"a mode is one of {', '.join(ROUNDINGS)}")
    )


def _judge_pattern(pattern: str) -> Complaint | None:
    return Complaint("BadPattern", "this is no pattern") if compile_pattern(pattern) is None else None


def _quantity_of_unit(arguments: Arguments, types: Types) -> Complaint | None:
    """A quantity of the unit in the first argument."""
    wanted = QtyType(text_of(arguments[0]))
    return None if fits(types[-1], wanted) else mismatch(types[-1], wanted)


def _quantities_of_unit(arguments: Arguments, types: Types) -> Complaint | None:
    """A list of quantities of the unit in the first argument."""
    wanted = QtyType(text_of(arguments[0]))
    found = types[-1]
    if fits(found, ListType(wanted)):
        return None
    return (
        mismatch(found.element, wanted) if isinstance(found, ListType) else mismatch(found, ListType(wanted))
    )


def _decimals(_arguments: Arguments, types: Types) -> Complaint | None:
    """A list of decimals of any scale."""
    found = types[-1]
    element = found.element if isinstance(found, ListType) else found
    if element is Atom.ANY or (element is not found and isinstance(element, DecType)):
        return None
    return Complaint("TypeMismatch", f"{describe(found)} where a List of Dec is needed")


def _default(_arguments: Arguments, types: Types) -> Complaint | None:
    """What can stand for the content of the option in the first argument."""
    content = _content(types[0])
    return mismatch(types[1], content) if join(content, types[1]) is None else None


_TEXT: Final = _fits(Atom.TEXT)
_OPTION: Final = _is("an Opt", OptType, Atom.ANY)
_LIST: Final = _is("a List", ListType, Atom.ANY)
_NUMBER: Final = _is("an Int, Text or Dec", Atom.INT, Atom.TEXT, DecType, Atom.ANY)
_SIGNED: Final = _is("an Int, Dec or Qty", Atom.INT, DecType, QtyType)
_SCALE: Final = literal_of(Atom.INT, _judge_scale)
_UNIT: Final = literal_of(Atom.TEXT, _judge_unit)

# Results


def _always(result: Type) -> Result:
    return lambda _arguments, _types: result


def text_of(argument: Expression | Lambda) -> str:
    """The text of an argument that is a literal one."""
    return cast("str", cast("Literal", argument).value)


def _content(option: Type) -> Type:
    return option.content if isinstance(option, OptType) else Atom.ANY


def _element(elements: Type) -> Type:
    return elements.element if isinstance(elements, ListType) else Atom.ANY


def _dec(arguments: Arguments, _types: Types) -> Type:
    """Dec of the scale in the first argument."""
    return DecType(cast("int", cast("Literal", arguments[0]).value))


def _qty(arguments: Arguments, _types: Types) -> Type:
    """Qty of the unit in the first argument."""
    return QtyType(text_of(arguments[0]))


def _member(arguments: Arguments, types: Types) -> Type:
    """The member of a record as an option."""
    record, name = types[0], arguments[1]
    if isinstance(record, MapType):
        return OptType(record.value)
    if isinstance(record, RecordType) and isinstance(name, Literal) and isinstance(name.value, str):
        return OptType(record.members.get(name.value, Atom.ANY))
    return OptType(Atom.ANY)


def _unwrapped(_arguments: Arguments, types: Types) -> Type:
    """The content of the option or the default, which `_default` has seen to have a join."""
    return cast("Type", join(_content(types[0]), types[1]))


def _converted(arguments: Arguments, types: Types) -> Type | Complaint:
    """The other one of two units that belong together."""
    first, second, quantity = text_of(arguments[0]), text_of(arguments[1]), types[2]
    if not isinstance(quantity, QtyType):
        return Complaint("TypeMismatch", f"{describe(quantity)} where a Qty is needed")
    if not convertible(first, second):
        return Complaint("UnitMismatch", f"{first} and {second} do not belong together")
    if quantity.unit not in (first, second):
        return Complaint("UnitMismatch", f"the quantity is in {quantity.unit}")
    return QtyType(second if quantity.unit == first else first)


def _ordered(_arguments: Arguments, types: Types) -> Type | Complaint:
    """The common type of what min and max compare."""
    left, right = types
    common = right if left is Atom.ANY else left
    if right not in (common, Atom.ANY):
        return mismatch(right, left)
    if common in (Atom.INT, Atom.DATE) or isinstance(common, DecType | QtyType):
        return common
    return Complaint("TypeMismatch", f"{describe(common)} has no smaller and larger values here")


# Lambdas

_ANY_OF_ONE: Final = Function(lambda types: (_element(types[0]),), lambda _types: Atom.ANY)
_BOOL_OF_ONE: Final = Function(lambda types: (_element(types[0]),), lambda _types: Atom.BOOL)
_STEP: Final = Function(lambda types: (types[1], _element(types[0])), lambda types: types[1])

# The table

BUILTINS: Final[Mapping[str, Builtin]] = {
    "getFact": Builtin((_TEXT, _TEXT), _always(OptType(Atom.RECORD))),
    "getFactsByPrefix": Builtin((_TEXT, _TEXT), _always(ListType(Atom.RECORD))),
    "recordGet": Builtin((_is("a Record", Atom.RECORD, RecordType, MapType, Atom.ANY), _TEXT), _member),
    "isSome": Builtin((_OPTION,), _always(Atom.BOOL)),
    "unwrapOr": Builtin((_OPTION, _default), _unwrapped),
    "requireSome": Builtin((_OPTION, _TEXT, _TEXT), lambda _arguments, types: _content(types[0])),
    "some": Builtin((_anything,), lambda _arguments, types: OptType(types[0])),
    "toDec": Builtin((_SCALE, _NUMBER), _dec),
    "scaled": Builtin((_SCALE, _fits(Atom.INT)), _dec),
    "round": Builtin((_SCALE, _NUMBER, literal_of(Atom.TEXT, _judge_mode)), _dec),
    "toQty": Builtin((_UNIT, _NUMBER), _qty),
    "amount": Builtin((_UNIT, _quantity_of_unit), _always(DecType(QTY_SCALE))),
    "convert": Builtin((_UNIT, _UNIT, _anything), _converted),
    "sumQty": Builtin((_UNIT, _quantities_of_unit), _qty),
    "sumDec": Builtin((_SCALE, _decimals), _dec),
    "map": Builtin((_LIST, _ANY_OF_ONE), lambda _arguments, types: ListType(types[1])),
    "filter": Builtin((_LIST, _BOOL_OF_ONE), lambda _arguments, types: ListType(_element(types[0]))),
    "fold": Builtin((_LIST, _anything, _STEP), lambda _arguments, types: types[1]),
    "emitCompliance": Builtin((_TEXT, _TEXT, _TEXT), _always(Atom.BOOL)),
    "oneOf": Builtin((_TEXT, _fits(ListType(Atom.TEXT))), _always(Atom.BOOL)),
    "matches": Builtin((_TEXT, literal_of(Atom.TEXT, _judge_pattern)), _always(Atom.BOOL)),
    "length": Builtin((_is("a Text or List", Atom.TEXT, ListType, Atom.ANY),), _always(Atom.INT)),
    "min": Builtin((_anything, _anything), _ordered),
    "max": Builtin((_anything, _anything), _ordered),
    "abs": Builtin((_SIGNED,), lambda _arguments, types: types[0]),
    "daysBetween": Builtin((_fits(Atom.DATE), _fits(Atom.DATE)), _always(Atom.INT)),
    "date": Builtin((_TEXT,), _always(Atom.DATE)),
}
