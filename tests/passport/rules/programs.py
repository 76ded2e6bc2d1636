"""Packages that must check: a hypothesis strategy that writes well-typed expressions, and a large one.

No expression of the strategy has the type Any, whose rules would let its types differ from those it states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from clysm.passport.rules.types import Atom, DecType, ListType, OptType, QtyType, RecordType, Type, describe

BOOL, INT, TEXT, DATE = Atom.BOOL, Atom.INT, Atom.TEXT, Atom.DATE

Scope = Mapping[str, Type]

_atoms: st.SearchStrategy[Type] = st.sampled_from(
    [BOOL, INT, TEXT, DATE, DecType(0), DecType(2), DecType(6), QtyType("kg"), QtyType("g"), QtyType("pct")]
)
_ordered: st.SearchStrategy[Type] = st.sampled_from([INT, DATE, DecType(2), QtyType("kg")])
types: st.SearchStrategy[Type] = st.recursive(
    _atoms,
    lambda part: st.one_of(
        st.builds(OptType, part),
        st.builds(ListType, part),
        st.dictionaries(st.sampled_from(["a", "b", "if"]), part, min_size=1).map(
            lambda members: RecordType(dict(sorted(members.items())))
        ),
    ),
    max_leaves=3,
)
blanks = st.sampled_from([" ", " ", " ", "\n", "\t ", "\r\n", " -- a comment\n"])
_digits = st.integers(0, 10**6).map(str)


@st.composite
def packages(draw: st.DrawFn) -> str:
    """A source with fields that refer to earlier ones, and a property with fixtures over its variables."""
    fields: dict[str, Type] = {}
    items: list[str] = []
    for index in range(draw(st.integers(1, 4))):
        declared = draw(types)
        body = draw(expressions(declared, {}, fields))
        items.append(f"field g.f{index} : {describe(declared, 99)} = {body} ;")
        fields[f"g.f{index}"] = declared
    variables = {name: draw(types) for name in draw(st.sampled_from([["x"], ["x", "y"]]))}
    premise, conclusion = (draw(expressions(BOOL, variables, fields)) for _ in range(2))
    written = " , ".join(f"{name} : {describe(variable, 99)}" for name, variable in variables.items())
    payload = " , ".join(f'"{name}" : [ {name} , null , -1.50 ]' for name in variables)
    items.append(
        f'property p : cases ( 2 ) seed ( 7 ) {{ fact f ( "T" , "k" ) = {{ {payload} }} ; }} '
        f"=> forall {written} . implies ( {premise} , {conclusion} ) ;"
    )
    path, declared = draw(st.sampled_from(sorted(fields.items(), key=str)))
    expected = draw(expressions(declared, {}, fields))
    items.append(f"example e : {{ }} => expect ( {path} , == , {expected} ) ;")
    return "\n".join(items)


@st.composite
def expressions(draw: st.DrawFn, wanted: Type, scope: Scope, fields: Scope, depth: int = 3) -> str:
    """An expression of a type, with spaces between the tokens that may be farther apart."""

    def part(wanted: Type, scope: Scope = scope) -> str:
        return f"( {draw(expressions(wanted, scope, fields, depth - 1))} )"

    def bare(wanted: Type, scope: Scope = scope) -> str:
        return draw(expressions(wanted, scope, fields, depth - 1))

    known = [name for name, known_type in scope.items() if known_type == wanted]
    if known and draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(known))
    declared = [path for path, field_type in fields.items() if field_type == wanted]
    if declared and draw(st.integers(0, 2)) == 0:
        return f'field ( "{draw(st.sampled_from(declared))}" )'
    if depth == 0:
        return _literal(draw, wanted)
    choices: list[Callable[[], str]] = [
        lambda: _literal(draw, wanted),
        lambda: f"if {bare(BOOL)} then {bare(wanted)} else {bare(wanted)}",
        lambda: _let(draw, wanted, scope, fields, depth),
        lambda: f'assert ( {bare(BOOL)} , "E" , "m" ) ; {bare(wanted)}',
        lambda: f"unwrapOr ( {bare(OptType(wanted))} , {bare(wanted)} )",
        lambda: f"requireSome ( {bare(OptType(wanted))} , {bare(TEXT)} , {bare(TEXT)} )",
        lambda: f'requireSome ( recordGet ( {{ "k" : {bare(wanted)} }} , "k" ) , "E" , "m" )',
        lambda: (
            f"fold ( {bare(ListType(INT))} , {bare(wanted)} , "
            f"\\acc x -> {bare(wanted, {**scope, 'x': INT, 'acc': wanted})} )"
        ),
    ]
    left = part(wanted) if depth > 1 else _literal(draw, wanted)
    match wanted:
        case Atom.BOOL:
            ordered = draw(_ordered)
            choices += [
                lambda: f"{part(BOOL)} && {part(BOOL)} || ! {part(BOOL)}",
                lambda: f"{part(ordered)} {draw(st.sampled_from(['<', '<=', '>', '>=']))} {part(ordered)}",
                lambda: f"{part(TEXT)} == {part(TEXT)}",
                lambda: f"isSome ( {bare(OptType(INT))} )",
                lambda: f"oneOf ( {bare(TEXT)} , {bare(ListType(TEXT))} )",
                lambda: f'matches ( {bare(TEXT)} , "[a-z]+|\\\\d{{2}}" )',
                lambda: f"emitCompliance ( {bare(TEXT)} , {bare(TEXT)} , {bare(TEXT)} )",
            ]
        case Atom.INT:
            choices += [
                lambda: f"{left} {draw(st.sampled_from(['+', '-', '*', '/']))} {part(INT)}",
                lambda: f"- {part(INT)}",
                lambda: f"length ( {bare(TEXT)} )",
                lambda: f"daysBetween ( {bare(DATE)} , {bare(DATE)} )",
                lambda: f"min ( {bare(INT)} , {bare(INT)} )",
            ]
        case Atom.TEXT:
            choices.append(lambda: f"{left} + {part(TEXT)}")
        case Atom.DATE:
            choices.append(lambda: f"date ( {part(TEXT)} + {part(TEXT)} )")
        case DecType(scale):
            choices += [
                lambda: f"{left} + {part(wanted)}",
                lambda: f"{left} / {part(DecType(2))}",
                lambda: f"toDec ( {scale} , {bare(INT)} )",
                lambda: f"scaled ( {scale} , {bare(INT)} )",
                lambda: f'round ( {scale} , {bare(DecType(6))} , "half_even" )',
                lambda: f"sumDec ( {scale} , {bare(ListType(DecType(2)))} )",
                lambda: f"abs ( {bare(wanted)} )",
            ]
        case QtyType(unit):
            choices += [
                lambda: f"{left} - {part(wanted)}",
                lambda: f"{left} * {part(DecType(2))}",
                lambda: f'toQty ( "{unit}" , {bare(INT)} )',
                lambda: f'sumQty ( "{unit}" , {bare(ListType(wanted))} )',
                lambda: f"max ( {bare(wanted)} , {bare(wanted)} )",
            ]
        case OptType(content):
            choices += [
                lambda: f"some ( {bare(content)} )",
                lambda: f'recordGet ( {{ "k" : {bare(content)} }} , "k" )',
            ]
        case ListType(element):
            choices += [
                lambda: f"[ {bare(element)} , {bare(element)} ]",
                lambda: f"map ( {bare(ListType(TEXT))} , \\x -> {bare(element, {**scope, 'x': TEXT})} )",
                lambda: f"filter ( {bare(wanted)} , \\x -> {bare(BOOL, {**scope, 'x': element})} )",
            ]
    return draw(st.sampled_from(choices))()


def _let(draw: st.DrawFn, wanted: Type, scope: Scope, fields: Scope, depth: int) -> str:
    name = draw(st.sampled_from(["x", "y", "length", "acc"]))
    bound = draw(types)
    value = draw(expressions(bound, scope, fields, depth - 1))
    return f"let {name} = {value} ; {draw(expressions(wanted, {**scope, name: bound}, fields, depth - 1))}"


def _literal(draw: st.DrawFn, wanted: Type) -> str:
    match wanted:
        case Atom.BOOL:
            return draw(st.sampled_from(["true", "false"]))
        case Atom.INT:
            return draw(_digits)
        case Atom.TEXT:
            return draw(
                st.sampled_from(['""', '"a"', '"2025-01-01"', '"\\u00e9\\n"', '"--"', '"\U0001f50b"'])
            )
        case Atom.DATE:
            return 'date ( "2024-02-29" )'
        case DecType(scale):
            return f"{draw(_digits)}.{'5'.zfill(scale)}" if scale > 0 else "toDec ( 0 , 7 )"
        case QtyType(unit):
            return f"qty ( {draw(_digits)}.25 , {unit} )"
        case OptType(content):
            return f"some ( {_literal(draw, content)} )"
        case ListType(element):
            return f"[ {_literal(draw, element)} ]"
        case RecordType(members):
            written = [
                f'"{name}" : {_literal(draw, member)}' for name, member in reversed(list(members.items()))
            ]
            return "{ " + " , ".join(written) + " }"
        case _:
            raise AssertionError(wanted)


FIELD = """\
-- Field {n}: what a part weighs, in a chain of references.
field part.n{n}.mass: Qty(kg) =
  let part = requireSome(getFact("BOMPart", "part:{n}"), "E{n}", "part {n} is missing");
  let mass = requireSome(recordGet(part, "mass_g"), "M{n}", "mass of part {n} is missing");
  let share = if mass == 0 then 0.00 else round(2, mass, "half_even") / 100.00;
  assert(share >= 0.00 && share <= 1000.00 || oneOf("n{n}", ["n1", "n2"]), "S{n}", "odd share");
  convert("g", "kg", toQty("g", mass)) + qty(0.5, kg) * share;
field part.n{n}.heavy: List(Record(mass: Qty(kg), rank: Int)) =
  map(filter([1, 2, {n}], \\i -> i > {n} / 2), \\i -> {{"rank": i * 2 - 1, "mass": field("part.n{n}.mass")}});

"""


def large_source(lines: int) -> str:
    """At least so many lines of rules as people write them."""
    return "".join(
        FIELD.replace("{{", "{").replace("}}", "}").replace("{n}", str(n)) for n in range(-(-lines // 10))
    )
