"""Evaluation: the vectors, every error with its position, work that is bounded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clysm.passport.errors import record
from clysm.passport.evaluation.reference import Evaluation
from tests.passport.evaluations import checked, evaluate, facts, failure, fields, nodes, read_facts
from tests.passport.vectors import group, matches

BATTERY = facts(
    (
        "Battery",
        "battery",
        {"n": 7, "t": "75.5", "flag": True, "nothing": None, "xs": [1, 2], "rec": {"a": 1}},
    ),
    ("Cell", "cell:2", {"w": 20}),
    ("Cell", "cell:10", {"w": 10}),
    ("Cell", "cell", {"w": 5}),
    ("Cell", "cellar", {"w": 6}),
)


def member(name: str) -> str:
    """A rule text for a member of the battery, of type Any."""
    return f'requireSome(recordGet(requireSome(getFact("Battery", "battery"), "E", "m"), "{name}"), "E", "m")'


@pytest.mark.parametrize("item", group("eval"))
def test_vector(item: dict[str, Any]) -> None:
    evaluation = evaluate(checked(item["rules"]), read_facts(item.get("facts", "[]")))
    if "error" in item:
        assert not isinstance(evaluation, Evaluation)
        assert matches(record(evaluation), item["error"])
    else:
        assert isinstance(evaluation, Evaluation), evaluation
        assert {
            "fields": json.loads(evaluation.fields),
            "compliance": json.loads(evaluation.compliance),
            "nodes": len(json.loads(evaluation.proof)["nodes"]),
            "root_hash": evaluation.root_hash,
        } == item["expect"]


def error(cause: dict[str, Any], line: int, column: int) -> dict[str, Any]:
    return {"error": "EvalError", "cause": cause, "field": "f", "line": line, "column": column}


TYPE = {"error": "TypeError"}
AUTHORS = {"error_code": "C", "message": "M"}
MIXED_UNITS = 'requireSome(recordGet({"k": {"b": 1, "a": qty(1, g)}}, "" + "k"), "E", "m")'
DIVISION = {"error": "DivisionByZero"}


@pytest.mark.parametrize(
    ("body", "cause", "at"),
    [
        ("1 / 0", DIVISION, "/"),
        ("toDec(2, 1) / 0.0", DIVISION, "/"),
        ("{t} + 1", TYPE, "+"),
        ("1.5 * {n}", TYPE, "*"),
        ("-({n} + 1 - {n} + length({n}))", TYPE, "length"),
        ("!{n}", TYPE, "!"),
        ("{n} && true", TYPE, "&&"),
        ("true && {n}", TYPE, "&&"),
        ("{flag} || {n}", False, ""),
        ("if {n} then 1 else 2", TYPE, "if"),
        ('assert({n}, "C", "M"); 1', TYPE, "assert"),
        ('assert({flag} == false, "C", "M"); 1', {"error": "AssertFailed", **AUTHORS}, "assert"),
        ('requireSome({n}, "C", "M")', TYPE, "requireSome"),
        ('requireSome(none, "C", "M")', {"error": "RequireSomeFailed", **AUTHORS}, "requireSome"),
        ("getFact({n}, {t})", TYPE, "getFact"),
        ("getFactsByPrefix({t}, {n})", TYPE, "getFactsByPrefix"),
        ("recordGet({t}, {t})", TYPE, "recordGet"),
        ("emitCompliance({t}, {t}, {n})", TYPE, "emitCompliance"),
        ("map({n}, \\x -> x)", TYPE, "map"),
        ("filter({xs}, \\x -> {n})", TYPE, "filter"),
        ("fold({t}, 0, \\a x -> a)", TYPE, "fold"),
        ("isSome({n})", TYPE, "isSome"),
        ("unwrapOr({n}, 1)", TYPE, "unwrapOr"),
        ("round(2, {flag}, \"floor\")", TYPE, "round"),
        ("scaled(2, {t})", TYPE, "scaled"),
        ('toQty("kg", {xs})', TYPE, "toQty"),
        ('amount("kg", {n})', TYPE, "amount"),
        ('sumQty("kg", {xs})', TYPE, "sumQty"),
        ("sumDec(2, {n})", TYPE, "sumDec"),
        ("oneOf({t}, {xs})", TYPE, "oneOf"),
        ('matches({n}, "a")', TYPE, "matches"),
        ("min({t}, 1)", TYPE, "min"),
        ("daysBetween({t}, {t})", TYPE, "daysBetween"),
        ('date({t} + "")', TYPE, "date"),
        ('toDec(0, {t})', {"error": "InexactDecimal", "value": "75.5", "scale": 0}, "toDec"),
        ('qty(1, kg) + requireSome(recordGet({"u": qty(1, g)}, "" + "u"), "E", "m")',
         {"error": "UnitMismatch", "expected": "kg", "actual": "g"}, "+"),
    ],
)  # fmt: skip
def test_the_position_is_that_of_the_construct(body: str, cause: Any, at: str) -> None:
    for name in ("n", "t", "flag", "xs"):
        body = body.replace(f"{{{name}}}", name)
    lets = "".join(f"let {name} = {member(name)};\n" for name in ("n", "t", "flag", "xs"))
    rules = f"field f: Bool = {lets}let r =\n  {body}; true;"
    if cause is False:  # it holds, and nothing behind it is looked at
        assert fields(rules, BATTERY) == {"f": True}
    else:
        assert failure(rules, BATTERY) == error(cause, 6, body.index(at) + 3)


@pytest.mark.parametrize(
    ("declared", "body", "cause"),
    [
        ("Int", "{t}", TYPE),
        ("Bool", "{n}", TYPE),
        ("Text", "{n}", TYPE),
        ("Date", "{t}", TYPE),
        ("Record", "{xs}", TYPE),
        ("Dec(2)", "{n}", TYPE),
        ("Qty(kg)", "{n}", TYPE),
        ("Qty(kg)", 'requireSome(recordGet({"u": qty(1, g)}, "" + "u"), "E", "m")',
         {"error": "UnitMismatch", "expected": "kg", "actual": "g"}),
        ("Dec(2)", 'requireSome(recordGet({"u": 1.5}, "" + "u"), "E", "m")', TYPE),
        ("Opt(Int)", "{n}", TYPE),
        ("Opt(Int)", "some({t})", TYPE),
        ("List(Text)", "{xs}", TYPE),
        ("List(Int)", "{n}", TYPE),
        ("Map(Text, Text)", "{rec}", TYPE),
        ("Map(Text, Int)", "{n}", TYPE),
        ("Record(a: Text)", "{rec}", TYPE),
        ("Record(a: Int, b: Int)", "{rec}", TYPE),
        ("Record(b: Int)", "{rec}", TYPE),
        ("Record(a: Int)", "{n}", TYPE),
        # The members are looked at in UTF-8 order of names.
        ("Record(a: Qty(kg), b: Dec(2))", MIXED_UNITS,
         {"error": "UnitMismatch", "expected": "kg", "actual": "g"}),
        ("Map(Text, Qty(kg))", MIXED_UNITS,
         {"error": "UnitMismatch", "expected": "kg", "actual": "g"}),
    ],
)  # fmt: skip
def test_the_declared_type_is_checked_at_the_end(declared: str, body: str, cause: dict[str, Any]) -> None:
    for name in ("n", "t", "xs", "rec"):
        body = body.replace(f"{{{name}}}", member(name))
    assert failure(f"-- a\n  field f: {declared} = {body};", BATTERY) == error(cause, 2, 9)


@pytest.mark.parametrize(
    ("declared", "body", "value"),
    [
        ("Int", "{n}", 7),
        ("Opt(Int)", 'recordGet({rec}, "a")', 1),
        ("Opt(Int)", 'recordGet({rec}, "b")', None),
        ("List(Int)", "{xs}", [1, 2]),
        ("Map(Text, Int)", "{rec}", {"a": 1}),
        ("Record(a: Int)", "{rec}", {"a": 1}),
        ("Bool", "{flag}", True),
        ("Record(a: Opt(Int), b: List(Dec(2)))", '{"b": [1.50], "a": none}', {"a": None, "b": ["1.50"]}),
        ("Opt(Opt(Int))", "some(none)", None),
    ],
)
def test_the_declared_type_is_met(declared: str, body: str, value: Any) -> None:
    for name in ("n", "xs", "rec", "flag"):
        body = body.replace(f"{{{name}}}", member(name))
    assert fields(f"field f: {declared} = {body};", BATTERY) == {"f": value}


def test_a_let_is_evaluated_even_if_unused() -> None:
    assert failure("field f: Int = let x = 1 / 0; 1;") == error(DIVISION, 1, 26)


def test_arguments_are_evaluated_before_the_function_looks_at_them() -> None:
    rules = f"field f: Int = fold({member('n')}, 1 / 0, \\a x -> a);"
    assert failure(rules, BATTERY) == error(DIVISION, 1, rules.index(" / ") + 2)


def test_a_filter_checks_each_verdict_before_going_on() -> None:
    rules = f"field f: List(Int) = filter([1, 0], \\x -> if 1 / x == 1 then {member('n')} else true);"
    assert failure(rules, BATTERY) == error(TYPE, 1, 22)


def test_the_first_field_in_dependency_order_fails() -> None:
    rules = 'field f: Int = field("z"); field z: Int = 1 / 0;'
    assert failure(rules) == {**error(DIVISION, 1, 45), "field": "z"}


def test_prefix_queries_go_by_key_in_utf8_order() -> None:
    rules = 'field f: List(Record) = getFactsByPrefix("Cell", "{}");'
    assert fields(rules.format("cell:"), BATTERY) == {"f": [{"w": 10}, {"w": 20}]}
    assert fields(rules.format("cell"), BATTERY) == {"f": [{"w": 5}, {"w": 10}, {"w": 20}, {"w": 6}]}
    high = facts(*[("Cell", key, {"k": key}) for key in ("😀", "豈", "z", "é")])
    assert fields(rules.format(""), high) == {"f": [{"k": key} for key in ("z", "é", "豈", "😀")]}


def test_an_integer_may_be_larger_in_no_data() -> None:
    assert fields("field f: Int = let x = 9007199254740991 + 1; 5;") == {"f": 5}


@pytest.mark.parametrize(
    "body",
    [
        "9007199254740992",
        "9007199254740991 + 1",
        "-9007199254740991 - 1",
        "let x = 9007199254740991 + 1; x - 1",
        "fold([1], 9007199254740991, \\a x -> a + x)",
        "length([9007199254740991 * 3])",
        'let n = fold([1], 1, \\a x -> unwrapOr(recordGet({"k": 9007199254740991}, "" + "k"), a)); n + n',
        "if 9007199254740991 + 1 > 0 then 1 else 2",
    ],
)
def test_an_integer_beyond_the_safe_range_is_not_encoded(body: str) -> None:
    assert failure(f"field f: Int = {body};") == {"error": "CanonicalEncodingFailed", "field": "f"}


def test_own_step_then_encoding_then_size() -> None:
    """Of a node that fails in all three ways, the first is named; what comes behind it does not matter."""
    big = f'let big = "{"x" * 1047000}"; let n = 9007199254740991 + 1; '
    sized = failure(f"field f: Int = {big}length([big]) / 0;")
    assert sized["error"] == "ProofTooLarge"
    assert failure(f'field f: Record = {big}{{"a": big, "n": n}};') == {
        "error": "CanonicalEncodingFailed",
        "field": "f",
    }
    rules = f'field f: Record = {big}{{"a": big, "n": n, "z": n / 0}};'
    assert failure(rules) == error(DIVISION, 1, rules.rindex("/") + 1)


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("texts that double", 'field f: Text = let t = "x"; ' + "let t = t + t; " * 100 + "t;"),
        ("records that double", 'field f: Record = let t = {}; ' + 'let t = {"a": t, "b": t}; ' * 100 + "t;"),
        ("loops in loops", "field f: Int = " + f"length(map([{'1,' * 9}1], \\x->" * 9 + "1" + "))" * 9 + ";"),
        ("20000 fields", "".join(f"field a{n}: Int = {n};\n" for n in range(20000))),
        ("100000 literals", f"field f: List(Int) = [{', '.join(['1'] * 100000)}];"),
        ("2 MB of text", f'field f: Text = "{"x" * 2000000}";'),
    ],
)  # fmt: skip
def test_work_is_bounded(name: str, rules: str) -> None:
    assert failure(rules)["error"] == "ProofTooLarge"


def test_a_sum_of_a_terabyte_is_counted_not_made() -> None:
    text = "x" * 300000
    rules = f'field f: Int = let t = "{text}"; length([{", ".join(["t"] * 100000)}]);'
    # The constant, then the list with its children `0,0,...` and as many texts.
    constant = len(f'{{"children":[],"data":{{"value":"{text}"}},"hash":"{"0" * 64}","id":0,"type":"CONST"}}')
    listed = len(f'{{"children":[],"data":{{"args":[],"op":"list"}},"hash":"{"0" * 64}","id":1,"type":"OP"}}')
    actual = constant + listed + 100000 * (len(text) + 2) + 99999 + 199999
    assert failure(rules) == {"error": "ProofTooLarge", "actual": actual}


@pytest.mark.parametrize(
    ("name", "rules", "value"),
    [
        ("negations", "field f: Bool = " + "!" * 126 + "true;", True),
        ("conditionals", "field f: Int = " + "if true then " * 120 + "1" + " else 0" * 120 + ";", 1),
        ("alternatives", "field f: Int = " + "if 1 == 2 then 0 else " * 120 + "1;", 1),
        ("lets", "field f: Int = let x = 1; " + "let x = x + 1; " * 120 + "x;", 121),
        ("lets in lets", "field f: Int = " + "let x = " * 120 + "1" + "; x" * 120 + ";", 1),
        ("assertions", "field f: Int = " + 'assert(true, "E", "m"); ' * 120 + "1;", 1),
        ("lists", "field f: Int = length(" + "[" * 60 + "]" * 60 + ");", 1),
        ("calls", "field f: Int = " + "abs(" * 60 + "1" + ")" * 60 + ";", 1),
        ("operators", "field f: Int = " + "1 + " * 126 + "1;", 127),
        ("conjunctions", "field f: Bool = " + "true && " * 126 + "true;", True),
        ("maps", "field f: Int = " + "length(map([1], \\x -> " * 30 + "1" + "))" * 30 + ";", 1),
        ("folds", "field f: Int = " + "fold([1], 0, \\a x -> " * 30 + "a" + ")" * 30 + ";", 0),
    ],
)  # fmt: skip
def test_expressions_may_be_as_high_as_the_grammar_allows(name: str, rules: str, value: Any) -> None:
    assert fields(rules) == {"f": value}


def test_a_field_refers_to_a_definition_and_not_to_its_value() -> None:
    found = nodes('field a: Int = 5; field b: Int = field("a") + field("a");')
    assert [(node["type"], node["children"]) for node in found] == [
        ("CONST", []),
        ("FIELD_REF", [0]),
        ("FIELD_REF", [1]),
        ("FIELD_REF", [1]),
        ("OP", [2, 3]),
        ("FIELD_REF", [4]),
        ("OP", [1, 5]),
    ]
