"""Checking packages, spec 6.4 to 6.6 and 6.8: every typing rule, every error and its place, the order."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from clysm.passport.errors import CycleDetected, Failure, RuleTypeError, record
from clysm.passport.rules.builtins import BUILTINS
from clysm.passport.rules.check import CheckedRules, check_rules
from clysm.passport.rules.syntax import Let
from clysm.passport.rules.types import describe
from tests.passport.rules.sources import RULES, TESTS
from tests.passport.vectors import group, matches


def checked(rules: str, tests: str = "") -> CheckedRules:
    result = check_rules(rules.encode(), tests.encode())
    assert isinstance(result, CheckedRules), result
    return result


def first_error(rules: str, tests: str = "") -> RuleTypeError:
    result = check_rules(rules.encode(), tests.encode())
    assert isinstance(result, RuleTypeError), result
    return result


@pytest.mark.parametrize("item", group("rule_accept"))
def test_accept_vector(item: dict[str, Any]) -> None:
    assert list(checked(item["rules"], item.get("tests", "")).order) == item["expect"]


@pytest.mark.parametrize("item", group("rule_errors"))
def test_error_vector(item: dict[str, Any]) -> None:
    result = check_rules(item["rules"].encode(), item.get("tests", "").encode())
    assert isinstance(result, Failure)
    assert matches(record(result), item["error"]), result


@pytest.mark.parametrize("item", [*group("eval"), *group("proof"), *group("tests")])
def test_vectors_of_evaluation_check(item: dict[str, Any]) -> None:
    checked(item["rules"], item.get("tests", ""))


def test_a_checked_package() -> None:
    package = checked(RULES, TESTS)
    assert list(package.fields) == [
        "battery.capacity",
        "battery.chemistry",
        "battery.mass",
        "footprint",
        "counts",
        "compliance",
    ]
    assert package.order == (
        "battery.capacity",
        "battery.chemistry",
        "battery.mass",
        "counts",
        "footprint",
        "compliance",
    )
    assert package.references == {
        "battery.capacity": set(),
        "battery.chemistry": set(),
        "battery.mass": set(),
        "footprint": {"battery.capacity"},
        "counts": set(),
        "compliance": {"footprint"},
    }
    assert [test.name for test in package.tests] == ["capacity", "positive"]
    assert sorted(map(sorted, package.needs.values())) == [[], *[["battery.capacity"]] * 3]
    assert package.dsl_sha256 == sha256(RULES.encode()).hexdigest()
    assert package.tests_sha256 == sha256(TESTS.encode()).hexdigest()


def test_an_absent_tests_source_is_the_empty_one() -> None:
    assert checked("").tests_sha256 == sha256(b"").hexdigest()


# The static types of expressions, with fields g, kg and m, and f: Opt(Record), r: Record, a: Any


PRELUDE = """
field g: Int = 1;
field kg: Qty(kg) = qty(1, kg); field m: Map(Text, Int) = {};
field t: Text =
  let f = getFact("T", "k");
  let r = unwrapOr(f, {});
  let a = unwrapOr(recordGet(r, "x"), none);
  let ignored = EXPRESSION;
  "";
"""


def type_of(expression: str) -> str:
    package = checked(PRELUDE.replace("EXPRESSION", expression))
    let = package.fields["t"].body
    while isinstance(let, Let) and let.name != "ignored":
        let = let.body
    assert isinstance(let, Let)
    return describe(package.types[let.value], 9)


def error_of(expression: str) -> tuple[str, int]:
    """Kind and column of the error in an expression."""
    error = first_error(PRELUDE.replace("EXPRESSION", "\n" + expression))
    assert (error.field, error.line) == ("t", 9)
    return error.kind, error.column


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # literals and brackets
        ("1", "Int"),
        ("-1.50", "Dec(2)"),
        ('""', "Text"),
        ("true", "Bool"),
        ("none", "Opt(Any)"),
        ("qty(1, kg)", "Qty(kg)"),
        ('date("2025-01-01")', "Date"),
        ("[]", "List(Any)"),
        ("[1, 2]", "List(Int)"),
        ("[1, a]", "List(Any)"),
        ("[none, some(1)]", "List(Opt(Any))"),
        ('[{"x": 1}, {"x": 2}]', "List(Record(x: Int))"),
        ('[{"x": 1}, {"y": 2}, {"x": 3}]', "List(Record)"),
        ("{}", "Record()"),
        ('{"b": 1, "a": {"c": none}}', "Record(a: Record(c: Opt(Any)), b: Int)"),
        # names and scopes
        ("f", "Opt(Record)"),
        ("r", "Record"),
        ("a", "Any"),
        ("let f = 1; f", "Int"),
        ('(let f = 1; "") + unwrapOr(some(""), "")', "Text"),
        ("map([1], \\f -> [f])", "List(List(Int))"),
        ("[map([1], \\f -> f), map([2], \\f -> f)]", "List(List(Int))"),
        ("fold([some(1.0)], 0, \\length map -> length + unwrapOr(some(1), 2))", "Int"),
        ('assert(a, "E", "m"); 1.5', "Dec(1)"),
        # if, operators
        ("if a then 1 else 2", "Int"),
        ("if true then 1 else a", "Any"),
        ('if true then {"x": 1} else r', "Record"),
        ("if true then none else some(1)", "Opt(Any)"),
        ("a && true || !a", "Bool"),
        ("1 == 1.50 && 2.0 != 3", "Bool"),
        ("a == 1 && none == some(1) && [] == [1]", "Bool"),
        ('{"x": 1} == {"y": ""} && r == {}', "Bool"),
        ("1 < 2.5 && 1.00 >= 2.0 && a < 1 && 1 <= a", "Bool"),
        ('date("2025-01-01") < a', "Bool"),
        ("qty(1, kg) <= qty(2, kg) && a > qty(1, g)", "Bool"),
        ("1 + 2", "Int"),
        ("1.00 - 2.50", "Dec(2)"),
        ("qty(1, kg) + qty(2, kg)", "Qty(kg)"),
        ('"a" + "b"', "Text"),
        ("a + 1", "Int"),
        ('"" + a', "Text"),
        ("a - 1.0", "Dec(1)"),
        ("qty(1, g) - a", "Qty(g)"),
        ("2 * 3 / 4", "Int"),
        ("1.00 * 2.5 / 3.125", "Dec(2)"),
        ("qty(1, kg) * 2.5 / 0.5", "Qty(kg)"),
        ("a * 2", "Int"),
        ("2.0 / a", "Dec(1)"),
        ("a * 2.50", "Dec(2)"),
        ("-(1)", "Int"),
        ("-(-1.5)", "Dec(1)"),
        ("-qty(1, kg)", "Qty(kg)"),
        # builtins
        ('getFact("T", a)', "Opt(Record)"),
        ('getFactsByPrefix("T", "k")', "List(Record)"),
        ('field("g")', "Int"),
        ('field("kg")', "Qty(kg)"),
        ('recordGet(r, "x")', "Opt(Any)"),
        ('recordGet(a, "x")', "Opt(Any)"),
        ('recordGet(field("m"), "x")', "Opt(Int)"),
        ('unwrapOr(some(field("m")), {"x": 1})', "Record"),
        ('recordGet({"x": 1}, "x")', "Opt(Int)"),
        ('recordGet({"x": some(1)}, "x")', "Opt(Opt(Int))"),
        ('recordGet({"x": 1}, "y")', "Opt(Any)"),
        ('recordGet({"x": 1}, "" + "x")', "Opt(Any)"),
        ("isSome(f) && isSome(a) && isSome(none)", "Bool"),
        ("unwrapOr(some(1), 2)", "Int"),
        ("unwrapOr(none, 2)", "Any"),
        ("unwrapOr(a, 2)", "Any"),
        ("unwrapOr(f, {})", "Record"),
        ('unwrapOr(some({"x": 1}), {"x": a})', "Record(x: Any)"),
        ('requireSome(some(1), "E", "m")', "Int"),
        ('requireSome(a, "E", "m")', "Any"),
        ("some(none)", "Opt(Opt(Any))"),
        ("toDec(2, 1)", "Dec(2)"),
        ('toDec(18, "1")', "Dec(18)"),
        ("toDec(0, 1.5)", "Dec(0)"),
        ("toDec((3), a)", "Dec(3)"),
        ("scaled(6, 1)", "Dec(6)"),
        ("scaled(6, a)", "Dec(6)"),
        ('round(1, 1.25, "half_even")', "Dec(1)"),
        ('round(1, "1.25", "half_up")', "Dec(1)"),
        ('round(1, a, "floor")', "Dec(1)"),
        ('toQty("kg", 1)', "Qty(kg)"),
        ('toQty("pct", "1")', "Qty(pct)"),
        ('toQty("each", 1.5)', "Qty(each)"),
        ('amount("kg", qty(1, kg))', "Dec(6)"),
        ('amount("kg", a)', "Dec(6)"),
        ('convert("kg", "g", qty(1, kg))', "Qty(g)"),
        ('convert("kg", "g", qty(1, g))', "Qty(kg)"),
        ('convert("Wh", "Wh", qty(1, Wh))', "Qty(Wh)"),
        ('sumQty("kg", [qty(1, kg)])', "Qty(kg)"),
        ('sumQty("kg", [])', "Qty(kg)"),
        ('sumQty("kg", a)', "Qty(kg)"),
        ("sumDec(3, [1.0])", "Dec(3)"),
        ("sumDec(3, [])", "Dec(3)"),
        ("sumDec(3, a)", "Dec(3)"),
        ('map(["x"], \\x -> length(x))', "List(Int)"),
        ("map(a, \\x -> x)", "List(Any)"),
        ("map([], \\x -> x + 1)", "List(Int)"),
        ("filter([1.5], \\x -> x > 1)", "List(Dec(1))"),
        ("filter(a, \\x -> x)", "List(Any)"),
        ("fold([1], 1.5, \\x y -> x)", "Dec(1)"),
        ("fold([1], 0, \\x y -> a)", "Int"),
        ("fold(a, none, \\x y -> some(y))", "Opt(Any)"),
        ('emitCompliance("A", a, "e")', "Bool"),
        ('oneOf("a", ["b"])', "Bool"),
        ("oneOf(a, a) && oneOf(a, [])", "Bool"),
        ('matches(a, "a|b")', "Bool"),
        ('length("x") + length([1]) + length(a)', "Int"),
        ("min(1, 2)", "Int"),
        ("max(1.5, 2.5)", "Dec(1)"),
        ("min(qty(1, kg), a)", "Qty(kg)"),
        ('max(a, date("2025-01-01"))', "Date"),
        ("abs(-1)", "Int"),
        ("abs(-1.5)", "Dec(1)"),
        ("abs(qty(-1, kg))", "Qty(kg)"),
        ('daysBetween(date("2025-01-01"), a)', "Int"),
        ("date(a)", "Date"),
        ('date("2025" + "-01-01")', "Date"),
    ],
)
def test_type(expression: str, expected: str) -> None:
    assert type_of(expression) == expected


@pytest.mark.parametrize(
    ("expression", "kind", "column"),
    [
        # names
        ("x", "UnknownIdentifier", 1),
        ("1 + x", "UnknownIdentifier", 5),
        ("let y = y; 1", "UnknownIdentifier", 9),
        ("(let y = 1; y) + y", "UnknownIdentifier", 18),
        ("map([1], \\x -> x) == [x]", "UnknownIdentifier", 23),
        ("map([x], \\x -> x)", "UnknownIdentifier", 6),
        ("length", "UnknownIdentifier", 1),
        ("x(1)", "UnknownFunction", 1),
        ("f(1)", "UnknownFunction", 1),
        ("x(y)", "UnknownFunction", 1),
        ("neg(1)", "UnknownFunction", 1),
        # arity
        ("some()", "ArityMismatch", 1),
        ("1 + length(x, y)", "ArityMismatch", 5),
        ("field()", "ArityMismatch", 1),
        ('date("2025-01-01", "")', "ArityMismatch", 1),
        ("map([1], \\x y -> z)", "ArityMismatch", 10),
        ("filter([1], \\x x -> x)", "ArityMismatch", 13),
        ("fold([1], 0, \\x -> x)", "ArityMismatch", 14),
        ("fold([1], 0, \\x x -> y)", "DuplicateName", 17),
        # field
        ('field("nope")', "UnknownField", 7),
        ("field(1)", "TypeMismatch", 7),
        ("field(a)", "LiteralRequired", 7),
        ('field("g" + "")', "LiteralRequired", 11),
        ("field(x)", "UnknownIdentifier", 7),
        ("field(\\x -> x)", "TypeMismatch", 7),
        # conditions
        ("if 1 then x else y", "TypeMismatch", 4),
        ("if a then x else 1", "UnknownIdentifier", 11),
        ('if true then 1 else ""', "TypeMismatch", 1),
        ("1 + (if true then 1 else 2.0)", "TypeMismatch", 6),
        ("if true then qty(1, kg) else qty(1, g)", "UnitMismatch", 1),
        ("if true then [qty(1, kg)] else [qty(1, g)]", "TypeMismatch", 1),
        ('assert(1 + 1, "E", "m"); x', "TypeMismatch", 10),
        ('assert(true, "E", "m"); x', "UnknownIdentifier", 25),
        ("!(1 + 1)", "TypeMismatch", 5),
        ("true && 1 + 1", "TypeMismatch", 11),
        ("1 || x", "UnknownIdentifier", 6),
        ("1 || 2", "TypeMismatch", 1),
        # operators
        ('1 == ""', "TypeMismatch", 3),
        ("[1] != [1.0]", "TypeMismatch", 5),
        ('{"x": 1} == {"x": ""}', "TypeMismatch", 10),
        ("qty(1, kg) == qty(1, g)", "UnitMismatch", 12),
        ("some(1) == 1", "TypeMismatch", 9),
        ('"a" < "b"', "TypeMismatch", 5),
        ('a < "b"', "TypeMismatch", 3),
        ("a < a", "TypeMismatch", 3),
        ("true > false", "TypeMismatch", 6),
        ("qty(1, kg) < qty(1, Wh)", "UnitMismatch", 12),
        ("qty(1, kg) < 1", "TypeMismatch", 12),
        ('date("2025-01-01") < 1', "TypeMismatch", 20),
        ("[1] < [2]", "TypeMismatch", 5),
        ("a + a", "TypeMismatch", 3),
        ("1 + 1.0", "TypeMismatch", 3),
        ("1.0 + 1.00", "TypeMismatch", 5),
        ("true + a", "TypeMismatch", 6),
        ("[1] + [2]", "TypeMismatch", 5),
        ("qty(1, kg) + qty(1, g)", "UnitMismatch", 12),
        ('"a" - "b"', "TypeMismatch", 5),
        ("a - a", "TypeMismatch", 3),
        ("a * a", "TypeMismatch", 3),
        ("2 * 1.0", "TypeMismatch", 3),
        ("1.0 * 2", "TypeMismatch", 5),
        ("1.0 * qty(1, kg)", "TypeMismatch", 5),
        ("qty(1, kg) * 2", "TypeMismatch", 12),
        ("qty(1, kg) * a", "TypeMismatch", 12),
        ("a / qty(1, kg)", "TypeMismatch", 3),
        ("qty(1, kg) / qty(1, kg)", "TypeMismatch", 12),
        ("-a", "TypeMismatch", 1),
        ('1 + -("x" + "y")', "TypeMismatch", 5),
        ("!x", "UnknownIdentifier", 2),
        # brackets
        ('[1, 2, "x", y]', "TypeMismatch", 8),
        ("[qty(1, kg), qty(1, g)]", "UnitMismatch", 14),
        ('{"x": 1, "y": z}', "UnknownIdentifier", 15),
        # literals
        ("0.0000000000000000000", "ScaleOutOfRange", 1),
        ("qty(1.0000000, lb)", "ScaleOutOfRange", 5),
        ("x + qty(1, lb)", "UnknownIdentifier", 1),
        ("1.0 * qty(1, lb)", "UnknownUnit", 14),
        ('date("2025-02-29")', "BadDate", 6),
        ('length(date("x"))', "BadDate", 13),
        # facts, records, options
        ('getFact(1, "k")', "TypeMismatch", 9),
        ('getFact("T", 1 + 1)', "TypeMismatch", 16),
        ('getFactsByPrefix("T", none)', "TypeMismatch", 23),
        ('recordGet(f, "x")', "TypeMismatch", 11),
        ("recordGet(r, 1)", "TypeMismatch", 14),
        ('recordGet([r], "x")', "TypeMismatch", 11),
        ("isSome(1)", "TypeMismatch", 8),
        ("unwrapOr(1, x)", "TypeMismatch", 10),
        ('unwrapOr(some(1), "")', "TypeMismatch", 19),
        ("unwrapOr(some(qty(1, kg)), qty(1, g))", "UnitMismatch", 28),
        ('requireSome(1, "E", "m")', "TypeMismatch", 13),
        ('requireSome(f, 1, "m")', "TypeMismatch", 16),
        ('requireSome(f, "E", 1)', "TypeMismatch", 21),
        ("some(\\x -> x)", "TypeMismatch", 6),
        # numbers
        ("toDec(19, 1)", "ScaleOutOfRange", 7),
        ("toDec(-1, 1)", "ScaleOutOfRange", 7),
        ("toDec(1 + 1, 1)", "LiteralRequired", 9),
        ("toDec(a, 1)", "LiteralRequired", 7),
        ('toDec("2", 1)', "TypeMismatch", 7),
        ("toDec(2, true)", "TypeMismatch", 10),
        ("toDec(2, qty(1, kg))", "TypeMismatch", 10),
        ('scaled(2, "1")', "TypeMismatch", 11),
        ("scaled(19, x)", "ScaleOutOfRange", 8),
        ('round(2, none, "up")', "TypeMismatch", 10),
        ('round(2, 1.5, "up")', "TypeMismatch", 15),
        ("round(2, 1.5, a)", "LiteralRequired", 15),
        ("round(2, 1.5, 1)", "TypeMismatch", 15),
        # quantities
        ('toQty("lb", x)', "UnknownUnit", 7),
        ('toQty("k" + "g", 1)', "LiteralRequired", 11),
        ("toQty(1, 1)", "TypeMismatch", 7),
        ('toQty("kg", qty(1, kg))', "TypeMismatch", 13),
        ('amount("lb", a)', "UnknownUnit", 8),
        ('amount("kg", qty(1, g))', "UnitMismatch", 14),
        ('amount("kg", 1.0)', "TypeMismatch", 14),
        ('convert("kg", "lb", x)', "UnknownUnit", 15),
        ('convert("kg", "Wh", x)', "UnknownIdentifier", 21),
        ('convert("kg", "Wh", qty(1, kg))', "UnitMismatch", 1),
        ('convert("kg", "g", qty(1, Wh))', "UnitMismatch", 1),
        ('convert("kg", "kg", qty(1, g))', "UnitMismatch", 1),
        ('convert("kg", "g", 1.0)', "TypeMismatch", 1),
        ('convert("kg", "g", a)', "TypeMismatch", 1),
        ('convert("kg", "g", \\x -> x)', "TypeMismatch", 20),
        ('convert(a, "g", a)', "LiteralRequired", 9),
        ('sumQty("kg", [qty(1, g)])', "UnitMismatch", 14),
        ('sumQty("kg", [1])', "TypeMismatch", 14),
        ('sumQty("kg", qty(1, g))', "TypeMismatch", 14),
        ('sumQty("kg", 1)', "TypeMismatch", 14),
        ("sumDec(2, [1])", "TypeMismatch", 11),
        ("sumDec(2, 1.0)", "TypeMismatch", 11),
        ("sumDec(2, [1.0, 1.50])", "TypeMismatch", 17),
        # lambdas
        ("map(1, \\x -> y)", "TypeMismatch", 5),
        ("map([1], 1 + 1)", "TypeMismatch", 12),
        ("map([1], x)", "UnknownIdentifier", 10),
        ('map([1], \\x -> x + "")', "TypeMismatch", 18),
        ("map(\\x -> x, [1])", "TypeMismatch", 5),
        ("filter([1], \\x -> x + 1)", "TypeMismatch", 21),
        ("filter(f, \\x -> x)", "TypeMismatch", 8),
        ('fold([1], 0, \\x y -> "")', "TypeMismatch", 22),
        ("fold([1], qty(0, kg), \\x y -> qty(1, g))", "UnitMismatch", 31),
        ("fold([1], \\x y -> x, 0)", "TypeMismatch", 11),
        # the others
        ('emitCompliance("A", "B", 1)', "TypeMismatch", 26),
        ('emitCompliance("A", 1, x)', "TypeMismatch", 21),
        ("oneOf(1, x)", "TypeMismatch", 7),
        ('oneOf("a", [1])', "TypeMismatch", 12),
        ('oneOf("a", "b")', "TypeMismatch", 12),
        ('matches("a", "(")', "BadPattern", 14),
        ('matches("a", a)', "LiteralRequired", 14),
        ('matches(1, "(")', "TypeMismatch", 9),
        ('matches("a", 1)', "TypeMismatch", 14),
        ("length(1)", "TypeMismatch", 8),
        ("length(r)", "TypeMismatch", 8),
        ("min(1, 1.0)", "TypeMismatch", 1),
        ("1 + max(1.0, 1.00)", "TypeMismatch", 5),
        ('min("a", "b")', "TypeMismatch", 1),
        ('min(a, "b")', "TypeMismatch", 1),
        ("min(a, a)", "TypeMismatch", 1),
        ("min(qty(1, kg), qty(1, g))", "UnitMismatch", 1),
        ("min(1, x)", "UnknownIdentifier", 8),
        ("min(1, \\x -> x)", "TypeMismatch", 8),
        ("abs(a)", "TypeMismatch", 5),
        ('abs("x")', "TypeMismatch", 5),
        ('daysBetween("2025-01-01", x)', "TypeMismatch", 13),
        ('daysBetween(date("2025-01-01"), 1)', "TypeMismatch", 33),
        ("date(1)", "TypeMismatch", 6),
    ],
)
def test_error(expression: str, kind: str, column: int) -> None:
    assert error_of(expression) == (kind, column)


def test_the_table_has_the_builtins_of_the_specification() -> None:
    assert len(BUILTINS) == 27
    for name, builtin in BUILTINS.items():
        too_many = ", ".join(["1"] * (len(builtin.parameters) + 1))
        assert error_of(f"{name}({too_many})") == ("ArityMismatch", 1)


# Fields


@pytest.mark.parametrize(
    ("declared", "body"),
    [
        ("Int", 'unwrapOr(recordGet({}, "x"), none)'),
        ("Opt(Int)", "none"),
        ("List(Text)", "[]"),
        ("Record", "{}"),
        ("Record", '{"x": 1}'),
        ("Record(x: Int)", 'unwrapOr(getFact("T", "k"), {})'),
        ("Map(Text, Int)", '{"x": 1, "y": 2}'),
        ("Map(Text, Opt(Int))", '{"x": none}'),
        ("List(Map(Text, Int))", 'getFactsByPrefix("T", "k")'),
    ],
)
def test_bodies_that_fit(declared: str, body: str) -> None:
    checked(f"field f: {declared} = {body};")


@pytest.mark.parametrize(
    ("declared", "body", "kind"),
    [
        ("Int", "1.0", "TypeMismatch"),
        ("Dec(0)", "1", "TypeMismatch"),
        ("Dec(2)", "1.0", "TypeMismatch"),
        ("Qty(kg)", "qty(1, g)", "UnitMismatch"),
        ("Opt(Qty(kg))", "some(qty(1, g))", "TypeMismatch"),
        ("Opt(Int)", "1", "TypeMismatch"),
        ("Record(x: Int)", "{}", "TypeMismatch"),
        ("Record(x: Int)", '{"x": 1, "y": 2}', "TypeMismatch"),
        ("Map(Text, Int)", '{"x": 1, "y": ""}', "TypeMismatch"),
        ("Date", '"2025-01-01"', "TypeMismatch"),
    ],
)
def test_bodies_that_do_not_fit(declared: str, body: str, kind: str) -> None:
    error = first_error(f"\nfield  a.b: {declared} = {body};")
    assert (error.kind, error.field, error.line, error.column) == (kind, "a.b", 2, 8)


# The order of checking

BAD_SYNTAX = "field ! "
BAD_NAME = "field a: Int = 1; field a: Int = 1;"
BAD_TYPE = "field b: Qty(lb) = 1;"
BAD_BODY = "field c: Int = x;"
BAD_TEST = "example e: { } => expect(nope, ==, 1);"
CYCLE = 'field z: Int = field("z");'


@pytest.mark.parametrize(
    ("rules", "tests", "kind", "field"),
    [
        (BAD_SYNTAX, BAD_SYNTAX, "ParseError", None),
        (BAD_TYPE, BAD_SYNTAX, "ParseError", None),
        (BAD_NAME + BAD_BODY, "example e: { } => expect(a, ==, 1); field q: Int = 1;", "MisplacedItem", None),
        (BAD_TYPE + BAD_NAME, "", "DuplicateName", "a"),
        (BAD_BODY + BAD_TYPE, "", "UnknownUnit", "b"),
        (BAD_TEST + BAD_BODY, "", "UnknownIdentifier", "c"),
        (CYCLE + BAD_BODY, "", "UnknownIdentifier", "c"),
        (CYCLE, BAD_TEST, "UnknownField", None),
    ],
)
def test_order(rules: str, tests: str, kind: str, field: str | None) -> None:
    error = first_error(rules, tests)
    assert (error.kind, error.field) == (kind, field)


def test_cycles_come_last() -> None:
    ring = 'field a: Int = field("b"); field b: Int = if false then field("a") else 1;'
    package = f'{ring} field c: Int = field("a");'
    assert check_rules(package.encode(), b"") == CycleDetected(("a", "b"))


def test_references_of_tests_make_no_cycles() -> None:
    checked("field a: Int = 1;", 'example a: { } => expect(a, ==, field("a"));')


# Tests

EXPECT = "expect(a, ==, 1);"


@pytest.mark.parametrize(
    ("tests", "kind", "column"),
    [
        ("example e: { } => expect(a, ==, 1); property e: ", "ParseError", 49),
        (f"example e: {{ }} => {EXPECT} example e: {{ }} => {EXPECT}", "DuplicateName", 45),
        ("example e: { } => expect(b.c, ==, x);", "UnknownField", 26),
        ("example e: { } => expect(a, ==, x);", "UnknownIdentifier", 33),
        ('example e: { } => expect(a, <, "");', "TypeMismatch", 29),
        ("example e: { } => expect(a, ==, qty(1, lb));", "UnknownUnit", 40),
        (
            f'example e: {{ fact f("T","k") = {{}}; fact f("T","l") = {{}}; }} => {EXPECT}',
            "DuplicateName",
            41,
        ),
        (
            f'example e: {{ fact f("T","k") = {{}}; fact g("T","k") = {{}}; }} => {EXPECT}',
            "DuplicateName",
            43,
        ),
        (f'example e: {{ fact f("T","k") = {{}}; fact g("T","l") = {{}}; }} => {EXPECT}', "", 0),
        (
            f'example e: {{ fact f("T","k") = {{"a": [1, {{"b": x}}]}}; }} => {EXPECT}',
            "UnknownIdentifier",
            48,
        ),
        ("property p: cases(1) seed(1) => forall x: Int, x: Qty(lb). implies(y, y);", "DuplicateName", 48),
        ("property p: cases(1) seed(1) => forall x: Qty(lb), x: Int. implies(y, y);", "UnknownUnit", 47),
        ("property p: cases(1) seed(1) => forall x: Dec(19). implies(z, z);", "ScaleOutOfRange", 47),
        (
            'property p: cases(1) seed(1) { fact f("T","k") = {"a": y}; } => forall x: Int. implies(z, z);',
            "UnknownIdentifier",
            56,
        ),
        ("property p: cases(1) seed(1) => forall x: Int. implies(x, y);", "TypeMismatch", 56),
        ("property p: cases(1) seed(1) => forall x: Int. implies(true, x + 1);", "TypeMismatch", 64),
        ("property p: cases(1) seed(1) => forall x: Int. implies(true, x);", "TypeMismatch", 62),
        ("property p: cases(1) seed(1) => forall x: Bool. implies(x, let x = true; x);", "", 0),
        ('property p: cases(1) seed(1) => forall x: Bool. implies(x, field("nope"));', "UnknownField", 66),
    ],
)
def test_tests(tests: str, kind: str, column: int) -> None:
    result = check_rules(b"field a: Int = 1;", tests.encode())
    if kind == "":
        assert isinstance(result, CheckedRules)
    else:
        assert isinstance(result, RuleTypeError)
        assert (result.kind, result.field, result.line, result.column) == (kind, None, 1, column)
        assert result.message


def test_names_of_tests_are_unique_over_both_sources() -> None:
    error = first_error(f"field a: Int = 1; example e: {{ }} => {EXPECT}", f"example e: {{ }} => {EXPECT}")
    assert (error.kind, error.field, error.line, error.column) == ("DuplicateName", None, 1, 9)


def test_variables_of_a_property_are_not_seen_by_the_next_test() -> None:
    prop = "property p: cases(1) seed(1) => forall x: Int. implies(true, true);"
    error = first_error("field a: Int = 1;", f"{prop}\nexample e: {{ }} => expect(a, ==, x);")
    assert (error.kind, error.line, error.column) == ("UnknownIdentifier", 2, 33)


# Types that would not fit into memory written out


def test_types_grow_by_sharing() -> None:
    lets = "".join(f'let x{n} = {{"a": x{n - 1}, "b": [x{n - 1}, x{n - 1}]}}; ' for n in range(1, 100))
    for other, accepted in [("2", True), ('unwrapOr(recordGet({}, "x"), none)', True), ('""', False)]:
        source = f"field f: Bool = let y = (let x0 = {other}; {lets} x99); let x0 = 1; {lets} x99 == y;"
        result = check_rules(source.encode(), b"")
        assert (result.kind if isinstance(result, RuleTypeError) else "") == (
            "" if accepted else "TypeMismatch"
        )


def test_types_are_deeper_than_the_stack() -> None:
    lets = "".join(f"let x{n} = {'[' * 60}x{n - 1}{']' * 60}; " for n in range(1, 60))
    for leaf, kind in [("1", None), ("none", "TypeMismatch")]:
        source = f"field f: Bool = let y = (let x0 = 1; {lets} x59); let x0 = {leaf}; {lets} x59 == y;"
        result = check_rules(source.encode(), b"")
        assert (result.kind if isinstance(result, RuleTypeError) else None) == kind


# Which of the two sources a position is of

GOOD, BAD = f"example good: {{ }} => {EXPECT}", "example bad: { } => expect(b, ==, 1);"
FIELD = "field a: Int = 1;"


@pytest.mark.parametrize(
    ("rules", "tests", "in_tests"),
    [
        ("field", "", False),
        ("field", "example", False),
        (FIELD, "example", True),
        ("field a: Int = true;", "example", True),
        ("field a: Int = true;", FIELD, True),
        (f"{FIELD} {FIELD}", BAD, False),
        ("field a: Int = true;", BAD, False),
        (f"{FIELD} {BAD}", GOOD, False),
        (f"{FIELD} {BAD}", BAD, False),
        (FIELD, BAD, True),
        (f"{FIELD} {GOOD}", GOOD, True),
        ('field a: Int = field("a");', BAD, True),
    ],
)
def test_an_error_says_in_which_source_it_is(rules: str, tests: str, in_tests: bool) -> None:
    error = first_error(rules, tests)
    assert error.in_tests is in_tests
    assert "in_tests" not in record(error)
