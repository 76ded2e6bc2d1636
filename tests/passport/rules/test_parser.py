"""The syntax tree of sources, spec 6.2 and 6.3: shapes, positions, faults, limits, the first ParseError."""

from __future__ import annotations

import datetime
from dataclasses import fields
from typing import Any

import pytest

from clysm.passport.decimals import Dec
from clysm.passport.errors import RuleTypeError
from clysm.passport.rules.parser import parse
from clysm.passport.rules.syntax import (
    Binary,
    Call,
    Example,
    Expression,
    Fault,
    FixtureJson,
    FixtureVariable,
    Literal,
    Module,
    Position,
    Property,
)
from clysm.passport.rules.types import (
    Atom,
    DecType,
    ListType,
    MapType,
    OptType,
    QtyType,
    Type,
    record_type,
)
from clysm.passport.units import Qty
from tests.passport.rules.outline import outline
from tests.passport.rules.sources import RULES, TESTS


def module(source: str) -> Module:
    parsed = parse(source.encode())
    assert isinstance(parsed, Module), parsed
    return parsed


def error(source: str) -> tuple[int, int]:
    """Where the ParseError of a source stands."""
    parsed = parse(source.encode())
    assert isinstance(parsed, RuleTypeError), parsed
    assert (parsed.kind, parsed.field) == ("ParseError", None)
    return parsed.line, parsed.column


def body(expression: str) -> Expression:
    return module(f"field f: Int = {expression};").fields[0].body


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3 - 4 / 2", "(- (+ 1 (* 2 3)) (/ 4 2))"),
        ("10 - 3 - 2", "(- (- 10 3) 2)"),
        ("8 / 2 * 3", "(* (/ 8 2) 3)"),
        ("(1 + 2) * 3", "(* (+ 1 2) 3)"),
        ("1 - (2 - 3)", "(- 1 (- 2 3))"),
        ("a || b && c || d", "(|| (|| a (&& b c)) d)"),
        ("1 < 2 && 3 >= 4 || !a == b", "(|| (&& (< 1 2) (>= 3 4)) (== (! a) b))"),
        ("1 + 2 <= 3 * 4", "(<= (+ 1 2) (* 3 4))"),
        ("(1 < 2) == (3 < 4)", "(== (< 1 2) (< 3 4))"),
        ("-1", "-1"),
        ("- \n 1", "-1"),
        ("-(1)", "(- 1)"),
        ("- - 1", "(- -1)"),
        ("-x * 2", "(* (- x) 2)"),
        ("3 - -2", "(- 3 -2)"),
        ("!-1", "(! -1)"),
        ("!!a", "(! (! a))"),
        ("-f(1)", "(- (f 1))"),
        ("-0", "0"),
        ("[]", "[]"),
        ("[1, [x], (2)]", "[1 [x] 2]"),
        ("{}", "{}"),
        ('{"b": 1, "a": {"c": x}}', "{b=1 a={c=x}}"),
        ("f()", "(f)"),
        ("f (1, x)", "(f 1 x)"),
        ("f", "f"),
        ('field("a.b")', "(field 'a.b')"),
        ("field()", "(field)"),
        ("map(xs, \\x -> x + 1)", "(map xs (\\ x -> (+ x 1)))"),
        ("fold(xs, 0, \\a x -> let y = x; a)", "(fold xs 0 (\\ a x -> (let y x a)))"),
        ("f(\\x -> \\y, 1)", None),
        ("let x = 1; let y = x; x + y", "(let x 1 (let y x (+ x y)))"),
        ('assert(a, "E", "m"); let x = 1; if a then 1 else 2', "(assert a E m (let x 1 (if a 1 2)))"),
        ("if a then if b then 1 else 2 else 3", "(if a (if b 1 2) 3)"),
        ("if a then 1 else if b then 2 else 3", "(if a 1 (if b 2 3))"),
        ("if let x = a; x then let y = 1; y else 2 + 3", "(if (let x a x) (let y 1 y) (+ 2 3))"),
        ("let x = let y = 1; y; x", "(let x (let y 1 y) x)"),
        ("(if a then 1 else 2) + 3", "(+ (if a 1 2) 3)"),
        ("none", "None"),
        ("true != false", "(!= True False)"),
        ("date(x)", "(date x)"),
        ('date("a", "b")', "(date 'a' 'b')"),
        ("date()", "(date)"),
        ("date(\\x -> x)", "(date (\\ x -> x))"),
        ("length(length)", "(length length)"),
    ],
)
def test_expressions(source: str, expected: str | None) -> None:
    if expected is None:
        error(f"field f: Int = {source};")
    else:
        assert outline(body(source)) == expected


@pytest.mark.parametrize(
    ("source", "value", "literal_type"),
    [
        ("1.50", Dec(150, 2), DecType(2)),
        ("-0.05", Dec(-5, 2), DecType(2)),
        ("-0.00", Dec(0, 2), DecType(2)),
        ("1.0", Dec(10, 1), DecType(1)),
        ("0.000000000000000001", Dec(1, 18), DecType(18)),
        ("9" * 1000, 10**1000 - 1, Atom.INT),
        ("-" + "9" * 1000, 1 - 10**1000, Atom.INT),
        ('"x"', "x", Atom.TEXT),
        ("true", True, Atom.BOOL),
        ("none", None, OptType(Atom.ANY)),
        ("qty(1.5, kg)", Qty("kg", 1500000), QtyType("kg")),
        ("qty(-0.0005, g)", Qty("g", -500), QtyType("g")),
        ("qty ( - 12 , each )", Qty("each", -12000000), QtyType("each")),
        ('date("2024-02-29")', datetime.date(2024, 2, 29), Atom.DATE),
        ('date(("0001-01-01"))', datetime.date(1, 1, 1), Atom.DATE),
    ],
)
def test_literals(source: str, value: object, literal_type: Type) -> None:
    literal = body(source)
    assert isinstance(literal, Literal)
    assert (literal.value, literal.type, literal.fault) == (value, literal_type, None)
    assert type(literal.value) is type(value)


@pytest.mark.parametrize(
    ("source", "kind", "column"),
    [
        ("0.0000000000000000000", "ScaleOutOfRange", 1),
        ("-  0.0000000000000000000", "ScaleOutOfRange", 4),
        ("qty(1.0000000, lb)", "ScaleOutOfRange", 5),
        ("qty(-1.0000000, kg)", "ScaleOutOfRange", 6),
        ("qty(1, lb)", "UnknownUnit", 8),
        ("qty(1, field)", "UnknownUnit", 8),
        ('date("2025-02-29")', "BadDate", 6),
        ('date( ("0000-01-01"))', "BadDate", 8),
    ],
)
def test_faults_of_literals_are_noted(source: str, kind: str, column: int) -> None:
    literal = body("\n" + source)
    assert isinstance(literal, Literal)
    assert isinstance(literal.fault, Fault)
    assert (literal.fault.kind, literal.fault.at) == (kind, (2, column))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Bool", Atom.BOOL),
        ("Int", Atom.INT),
        ("Text", Atom.TEXT),
        ("Date", Atom.DATE),
        ("Record", Atom.RECORD),
        ("Dec(0)", DecType(0)),
        ("Dec ( 18 )", DecType(18)),
        ("Qty(gCO2e_per_kWh)", QtyType("gCO2e_per_kWh")),
        ("Opt(List(Int))", OptType(ListType(Atom.INT))),
        ("Map(Text, Opt(Bool))", MapType(OptType(Atom.BOOL))),
        ("Record(b: Int, field: Record(a: Text))", None),
    ],
)
def test_types(written: str, expected: Type | None) -> None:
    rule = module(f"field f: {written} = 1;").fields[0]
    wanted = expected or record_type([("field", record_type([("a", Atom.TEXT)])), ("b", Atom.INT)])
    assert (rule.type, rule.fault) == (wanted, None)


@pytest.mark.parametrize(
    ("written", "kind", "column"),
    [
        ("Dec(19)", "ScaleOutOfRange", 5),
        ("Dec(" + "9" * 1000 + ")", "ScaleOutOfRange", 5),
        ("Qty(lb)", "UnknownUnit", 5),
        ("List(Qty(Int))", "UnknownUnit", 10),
        ("Record(a: Int, a: Dec(19))", "DuplicateName", 16),
        ("Record(a: Dec(19), a: Int)", "ScaleOutOfRange", 15),
        ("Record(a: Record(b: Int, b: Int), a: Int)", "DuplicateName", 26),
    ],
)
def test_faults_of_types_are_noted(written: str, kind: str, column: int) -> None:
    fault = module(f"field f:\n{written} = 1;").fields[0].fault
    assert fault is not None
    assert (fault.kind, fault.at) == (kind, (2, column))


def test_positions() -> None:
    (rule,) = module(
        'field\n f.g: Int = let x = -  1;\n assert(!x, "E", "m"); [ (x), {"a": f(\\y -> y)} == x];'
    ).fields
    assert rule.at == (2, 2)
    found: list[tuple[str, Position]] = []

    def walk(node: Any) -> None:
        if isinstance(node, tuple):
            for part in node:
                walk(part)
        elif hasattr(node, "at"):
            found.append((type(node).__name__, node.at))
            for member in fields(node):
                walk(getattr(node, member.name))

    walk(rule.body)
    assert found == [
        ("Let", (2, 13)),
        ("Literal", (2, 21)),
        ("Assert", (3, 2)),
        ("Unary", (3, 9)),
        ("Variable", (3, 10)),
        ("ListOf", (3, 24)),
        ("Variable", (3, 27)),
        ("Binary", (3, 49)),
        ("RecordOf", (3, 31)),
        ("Call", (3, 37)),
        ("Lambda", (3, 39)),
        ("Variable", (3, 45)),
        ("Variable", (3, 52)),
    ]


def test_items() -> None:
    rules, tests = module(RULES), module(TESTS)
    assert [rule.path for rule in rules.fields] == [
        "battery.capacity",
        "battery.chemistry",
        "battery.mass",
        "footprint",
        "counts",
        "compliance",
    ]
    assert rules.tests == ()
    example, prop = tests.tests
    assert isinstance(example, Example)
    assert isinstance(prop, Property)
    assert (example.name, example.at, len(example.expectations)) == ("capacity", (1, 9), 2)
    second = example.expectations[1]
    assert outline(second) == "(> (field 'battery.capacity') 50)"
    assert isinstance(second, Binary)
    assert isinstance(second.left, Call)
    assert (second.at, second.left.at, second.left.arguments[0].at) == ((4, 31), (4, 13), (4, 13))
    assert (prop.name, prop.cases, prop.seed, prop.at) == ("positive", 500, 42, (6, 10))
    assert [(variable.name, variable.type) for variable in prop.variables] == [
        ("cap", DecType(6)),
        ("r", record_type([("n", OptType(Atom.INT))])),
    ]
    assert outline(prop.premise) == "(> cap 0)"
    assert outline(prop.conclusion) == "(> (field 'battery.capacity') 0)"
    (fact,) = prop.fixtures
    assert (fact.alias, fact.fact_type, fact.fact_key) == ("b", "Battery", "battery:1")
    assert (fact.alias_at, fact.type_at) == ((7, 8), (7, 10))
    assert example.fixtures[0].payload == {"capacity_kwh": "50.5", "tags": [True, None, -1, "x"]}


def payload(written: str) -> dict[str, FixtureJson]:
    (example,) = module(f'example e: {{ fact f("T", "k") = {written}; }} => expect(a, ==, 1);').tests
    return example.fixtures[0].payload


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("- 7", -7),
        ("9007199254740991", 9007199254740991),
        ("9007199254740992", "9007199254740992"),
        ("-9007199254740992", "-9007199254740992"),
        ("1.0", "1"),
        ("-0.0", "0"),
        ("75.50", "75.5"),
        ("1" * 34, "1" * 34),
        ("1" + "0" * 99, "1" + "0" * 99),
        ("0." + "0" * 97 + "1", "0." + "0" * 97 + "1"),
        ("null", None),
        ("[]", []),
        ("[null, {}]", [None, {}]),
    ],
)
def test_fixture_values(written: str, value: object) -> None:
    assert payload(f'{{"v": {written}}}') == {"v": value}
    assert payload(f'{{"a": [{written}, {written}]}}') == {"a": [value, value]}


def test_fixture_variables() -> None:
    variable = payload('{"v": nullable}')["v"]
    assert isinstance(variable, FixtureVariable)
    assert (variable.name, variable.at) == ("nullable", (1, 39))


FIELD = "field f: Int = "
FIXTURE = 'example e: { fact f("T", "k") = '


@pytest.mark.parametrize(
    ("source", "at"),
    [
        # items
        ("x", (1, 1)),
        (";", (1, 1)),
        ("field", (1, 6)),
        ("field f", (1, 8)),
        ("field f:", (1, 9)),
        ("field f: Int", (1, 13)),
        ("field f: Int =", (1, 15)),
        ("field f: Int = 1", (1, 17)),
        ("field f: Int = 1 field", (1, 18)),
        ("field f: Int = 1;;", (1, 18)),
        ('field "f": Int = 1;', (1, 7)),
        # paths
        ("field a. b: Int = 1;", (1, 10)),
        ("field a .b: Int = 1;", (1, 9)),
        ("field a.\nb: Int = 1;", (2, 1)),
        ("field a..b: Int = 1;", (1, 9)),
        ("field .a: Int = 1;", (1, 7)),
        ("field a.5: Int = 1;", (1, 9)),
        ("field " + "a" * 201 + ": Int = 1;", (1, 7)),
        ("field " + "a" * 150 + "." + "b" * 50 + ": Int = 1;", (1, 158)),
        ("field " + "a" * 199 + ".b: Int = 1;", (1, 206)),
        # types
        ("field f: Dec = 1;", (1, 14)),
        ("field f: Dec(-1) = 1;", (1, 14)),
        ("field f: Dec(1.0) = 1;", (1, 14)),
        ("field f: Qty(1) = 1;", (1, 14)),
        ('field f: Qty("kg") = 1;', (1, 14)),
        ("field f: Map(Int, Int) = 1;", (1, 14)),
        ("field f: Map(Text) = 1;", (1, 18)),
        ("field f: List() = 1;", (1, 15)),
        ("field f: Record() = 1;", (1, 17)),
        ("field f: Record(a) = 1;", (1, 18)),
        ("field f: Record(a: Int,) = 1;", (1, 24)),
        ("field f: Any = 1;", (1, 10)),
        ("field f: Opt(Int = 1;", (1, 18)),
        # expressions
        (FIELD + ";", (1, 16)),
        (FIELD + "1 +;", (1, 19)),
        (FIELD + "* 1;", (1, 16)),
        (FIELD + "+1;", (1, 16)),
        (FIELD + "1 2;", (1, 18)),
        (FIELD + "(1;", (1, 18)),
        (FIELD + "();", (1, 17)),
        (FIELD + "(1, 2);", (1, 18)),
        (FIELD + "[1,];", (1, 19)),
        (FIELD + "[1 2];", (1, 19)),
        (FIELD + "[\\x -> x];", (1, 17)),
        (FIELD + "{a: 1};", (1, 17)),
        (FIELD + '{"a" 1};', (1, 21)),
        (FIELD + '{"a": 1,};', (1, 24)),
        (FIELD + '{"a": 1, "b" "a": 2};', (1, 29)),
        (FIELD + '{"a": 1, "a" 2};', (1, 25)),
        (FIELD + '{"\ue000": 1};', (1, 17)),
        (FIELD + '{"\\ud83d\\ude00": 1};', (1, 17)),
        (FIELD + "f(1,);", (1, 20)),
        (FIELD + "f(1;", (1, 19)),
        (FIELD + "(\\x -> x);", (1, 17)),
        (FIELD + "f(\\ -> x);", (1, 20)),
        (FIELD + "f(\\a b c -> x);", (1, 23)),
        (FIELD + "f(\\if -> x);", (1, 19)),
        (FIELD + "f(\\x => x);", (1, 21)),
        (FIELD + "1 < 2 > 3;", (1, 22)),
        (FIELD + "1 == 2 + 3 == 3;", (1, 27)),
        (FIELD + "a && 1 < 2 < 3;", (1, 27)),
        (FIELD + "1 = 2;", (1, 18)),
        (FIELD + "1 + let x = 1; x;", (1, 20)),
        (FIELD + "-if a then 1 else 2;", (1, 17)),
        (FIELD + "!let x = 1; x;", (1, 17)),
        (FIELD + "let x = 1;", (1, 26)),
        (FIELD + "let x = 1; ;", (1, 27)),
        (FIELD + "let field = 1; 1;", (1, 20)),
        (FIELD + "let x: Int = 1; 1;", (1, 21)),
        (FIELD + 'assert(a, "E"); 1;', (1, 29)),
        (FIELD + 'assert(a, E, "m"); 1;', (1, 26)),
        (FIELD + 'assert(a, "E", "m"), 1;', (1, 35)),
        (FIELD + "if a then 1;", (1, 27)),
        (FIELD + "if a 1 else 2;", (1, 21)),
        (FIELD + "then;", (1, 16)),
        (FIELD + "field;", (1, 21)),
        (FIELD + "date;", (1, 20)),
        (FIELD + "Int(1);", (1, 16)),
        (FIELD + "qty(x, kg);", (1, 20)),
        (FIELD + "qty(1, kg, 2);", (1, 25)),
        (FIELD + 'qty(1, "kg");', (1, 23)),
        (FIELD + "qty(- - 1, kg);", (1, 22)),
        (FIELD + "qty;", (1, 19)),
        (FIELD + "a.b;", (1, 17)),
        (FIELD + "a[1];", (1, 17)),
        (FIELD + "f(1)(2);", (1, 20)),
        # tests
        ("example e { } => expect(a, ==, 1);", (1, 11)),
        ("example e: => expect(a, ==, 1);", (1, 12)),
        ("example true: { } => expect(a, ==, 1);", (1, 9)),
        ("example e: { } =>", (1, 18)),
        ("example e: { } -> expect(a, ==, 1);", (1, 16)),
        ("example e: { } => expect(a, +, 1);", (1, 29)),
        ("example e: { } => expect(a == 1);", (1, 28)),
        ("example e: { } => expect(a, ==, 1)", (1, 35)),
        ("example e: { } => expect(a, ==, \\x -> x);", (1, 33)),
        ('example e: { } => expect("a", ==, 1);', (1, 26)),
        ("example e: { fact f(T) = {}; } => expect(a, ==, 1);", (1, 21)),
        ("example e: { 1 } => expect(a, ==, 1);", (1, 14)),
        ('example e: { fact f("T", "k") = {} } => expect(a, ==, 1);', (1, 36)),
        (FIXTURE + '{"a": 1, "a": 2}; } => expect(a, ==, 1);', (1, 42)),
        (FIXTURE + '{"a": {"b": 1, "b": 2}}; } => expect(a, ==, 1);', (1, 48)),
        (FIXTURE + '{"a": none}; } => expect(a, ==, 1);', (1, 39)),
        (FIXTURE + '{"a": --1\n}; } => expect(a, ==, 1);', (2, 1)),
        (FIXTURE + '{"a": - x}; } => expect(a, ==, 1);', (1, 41)),
        (FIXTURE + '{"a": 1 + 1}; } => expect(a, ==, 1);', (1, 41)),
        (FIXTURE + '{"a": [1,]}; } => expect(a, ==, 1);', (1, 42)),
        (FIXTURE + '{"a": ' + "1" * 35 + "}; } => expect(a, ==, 1);", (1, 39)),
        (FIXTURE + '{"a": - 1' + "0" * 100 + "}; } => expect(a, ==, 1);", (1, 41)),
        (FIXTURE + '{"a": 0.' + "0" * 99 + "1}; } => expect(a, ==, 1);", (1, 39)),
        ("property p: cases(1) => forall x: Int. implies(true, true);", (1, 22)),
        ("property p: cases(0) seed(1) => forall x: Int. implies(true, true);", (1, 19)),
        ("property p: cases(100001) seed(1) => forall x: Int. implies(true, true);", (1, 19)),
        ("property p: cases(1.0) seed(1) => forall x: Int. implies(true, true);", (1, 19)),
        ("property p: cases(-1) seed(1) => forall x: Int. implies(true, true);", (1, 19)),
        ("property p: cases(1) seed(9223372036854775808) => ", (1, 27)),
        ("property p: cases(1) seed(1) => forall . implies(true, true);", (1, 40)),
        ("property p: cases(1) seed(1) => forall x: Int, . implies(true, true);", (1, 48)),
        ("property p: cases(1) seed(1) => forall x: Int implies(true, true);", (1, 47)),
        ("property p: cases(1) seed(1) => forall x: Int. implies(true);", (1, 60)),
        ("property p: cases(1) seed(1) => forall x: Int. implies(true, true)", (1, 67)),
        # the first fault counts, lexical or not
        ("field f Int = #;", (1, 9)),
        ("field # f Int = 1;", (1, 7)),
        (FIELD + "1 + 007;", (1, 20)),
        (FIELD + '1 + "a\n";', (1, 20)),
    ],
)
def test_the_first_parse_error(source: str, at: tuple[int, int]) -> None:
    assert error(source) == at


@pytest.mark.parametrize(
    "source",
    [
        "field " + "a" * 198 + ".b: Int = 1;",
        "field " + ".".join(["ab"] * 67)[:200] + ": Int = 1;",
        "property p: cases(100000) seed(9223372036854775807) => forall x: Int.implies(true, true);",
        "property p: cases(1) seed(0) { } => forall x: Int.implies(true, true);",
        FIELD + "(" * 64 + "1" + ")" * 64 + ";",
        FIELD + " + ".join(["1"] * 128) + ";",
        FIELD + "!" * 127 + "true;",
        FIELD + "- " * 128 + "1;",
        FIELD + "-" + "(-" * 64 + "x" + ")" * 64 + ";",
        FIELD + "let x = 1; " * 127 + "1;",
        FIELD + "if a then 1 else " * 127 + "1;",
        FIELD + "if " * 127 + "a" + " then 1 else 1" * 127 + ";",
        FIELD + '{"a": ' * 64 + "1" + "}" * 64 + ";",
        FIELD + "if f(\\x -> " * 42 + "1" + ") then 1 else 2" * 42 + ";",
        FIELD + "if a then 1 else " * 126 + 'd("2025-01-01");',
        FIELD + "if a then 1 else " * 126 + 'date("2025-01-01");',
        "field f: " + "Opt(" * 64 + "Int" + ")" * 64 + " = 1;",
    ],
    ids=lambda source: source[:40],
)
def test_limits_hold(source: str) -> None:
    module(source)


@pytest.mark.parametrize(
    "source",
    [
        FIELD + "(" * 65 + "1" + ")" * 65 + ";",
        FIELD + " + ".join(["1"] * 129) + ";",
        FIELD + "!" * 128 + "true;",
        FIELD + "- " * 129 + "1;",
        FIELD + "let x = 1; " * 128 + "1;",
        FIELD + "if a then 1 else " * 128 + "1;",
        FIELD + "if a then 1 else " * 127 + "f(1);",
        FIELD + "if a then 1 else " * 127 + 'date("2025-01-01");',
        FIELD + "let x = " * 127 + "f(1)" + "; 1" * 127 + ";",
        FIELD + '{"a": ' * 65 + "1" + "}" * 65 + ";",
        "field f: " + "Opt(" * 65 + "Int" + ")" * 65 + " = 1;",
        FIXTURE + '{"a": ' + "[" * 63 + "]" * 63 + "}; } => expect(a, ==, 1);",
        # shapes that would exhaust the stack of a careless parser
        FIELD + "(" * 100_000,
        FIELD + "[" * 100_000,
        FIELD + '{"a":' * 100_000,
        FIELD + "f(" * 100_000,
        FIELD + "f(\\x -> " * 50_000,
        FIELD + "- " * 5000 + "1;",
        FIELD + "-(" * 5000 + "1" + ")" * 5000 + ";",
        FIELD + "!" * 5000 + "true;",
        FIELD + "if a then " * 3000 + "1" + " else 1" * 3000 + ";",
        FIELD + "if a then 1 else " * 3000 + "1;",
        FIELD + "if " * 100_000,
        FIELD + "let x = " * 100_000,
        FIELD + "let x = 1; " * 100_000 + "1;",
        FIELD + " + ".join(["1"] * 100_000) + ";",
        FIELD + " || ".join(["a"] * 100_000) + ";",
        FIELD + "1 || 1 && 1 == 1 + 1 * (" * 64 + "1" + ")" * 64 + ";",
        "field f: " + "List(" * 100_000,
        "field f: " + "Record(a: " * 100_000,
        FIXTURE + '{"a": ' * 100_000,
        FIXTURE + '{"a": ' + "[" * 100_000,
    ],
    ids=lambda source: source[:40],
)
def test_beyond_the_limits_is_a_parse_error(source: str) -> None:
    error(source)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("field f: Int = 1", "expected `;`, found the end of the source"),
        ("field f: Int = ;", "expected an expression, found `;`"),
        ('field f: Int = 1 "x\ny"', "expected `;`, found a malformed text"),
        ('field f: Int = 1 "x"', "expected `;`, found a text"),
        ("field f: Int = 007;", "expected an expression, found a malformed number"),
        (
            "field f: Int = " + "7" * 1001 + ";",
            "expected an expression, found a number of more than 1000 digits",
        ),
        ("field f: Int = #;", "expected an expression, found a character of no token"),
        ("field f: Int = " + "(" * 65, "expected an expression, found more than 64 open brackets"),
        ("field f: Int = 1 < 2 < 3;", "expected no second comparison, found `<`"),
        ("field f: " + "x" * 99, "expected a type, found `" + "x" * 40 + "`"),
        ("\ufeff", "expected `field`, `example` or `property`, found a byte order mark"),
        (
            " " * 2_097_153,
            "expected `field`, `example` or `property`, found a source of more than 2097152 bytes",
        ),
    ],
    ids=lambda text: text[:40],
)
def test_messages(source: str, message: str) -> None:
    parsed = parse(source.encode())
    assert isinstance(parsed, RuleTypeError)
    assert parsed.message == message


def test_faulty_bytes_are_a_parse_error_at_the_start() -> None:
    for source in (b"\xff", b"\xef\xbb\xbf" + RULES.encode(), b" " * 2_097_153):
        parsed = parse(source)
        assert isinstance(parsed, RuleTypeError)
        assert (parsed.kind, parsed.line, parsed.column) == ("ParseError", 1, 1)
