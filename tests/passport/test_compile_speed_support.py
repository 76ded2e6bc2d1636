"""What makes many compilations fast: generated code, the kinds it relies on, and that it stays small."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clysm.passport.compilation import CompileOutput, compile_passport
from clysm.passport.decimals import Dec
from clysm.passport.errors import Failure
from clysm.passport.evaluation import reference
from clysm.passport.evaluation.codegen import MAX_EXPRESSIONS, generate
from clysm.passport.evaluation.evaluator import Evaluator
from clysm.passport.evaluation.interpreter import Held, Interpreter, Scope
from clysm.passport.evaluation.kinds import (
    ANY,
    BOOL,
    INT,
    MAX_MEMBERS,
    NEVER,
    PRESENT,
    TEXT,
    Inference,
    Kind,
    closed,
    dec,
    implies,
    join,
    kind_of_type,
    list_of,
    opt,
    qty,
    record_of,
)
from clysm.passport.evaluation.pieces import code, constant
from clysm.passport.evaluation.pieces import join as join_pieces
from clysm.passport.evaluation.proof import ProofBuilder
from clysm.passport.evaluation.reference import Evaluation
from clysm.passport.evaluation.runtime import MEMORY, Constants
from clysm.passport.rules.check import CheckedRules, check_rules
from clysm.passport.rules.syntax import Expression
from clysm.passport.rules.types import Atom, ListType, MapType, OptType, record_type
from clysm.passport.units import Qty
from clysm.passport.values import Some
from tests.passport.compilations import FACTS, RULES, compile_input
from tests.passport.evaluations import checked, evaluate, evaluated
from tests.passport.random_rules import Programs, random_facts

# Kinds


def is_of_kind(value: Any, kind: Kind) -> bool:
    """Whether a value is of a kind: the meaning of kinds, spelled out."""
    match kind.name:
        case "any":
            return True
        case "present":
            return value is not None
        case "never":
            return False
        case "dec":
            return isinstance(value, Dec) and value.scale == kind.parameter
        case "qty":
            return isinstance(value, Qty) and value.unit == kind.parameter
        case "opt":
            return value is None or (isinstance(value, Some) and is_of_kind(value.value, kind.parts[0]))
        case "list":
            return isinstance(value, list) and all(is_of_kind(part, kind.parts[0]) for part in value)
        case "record":
            return isinstance(value, dict) and all(is_of_kind(part, kind.parts[0]) for part in value.values())
        case "closed":
            members = dict(zip(kind.members, kind.parts, strict=True))
            if not isinstance(value, dict) or set(value) != set(members):
                return False
            return all(is_of_kind(value[name], members[name]) for name in members)
    return type(value) is {"bool": bool, "int": int, "text": str, "date": date}[kind.name]


class Watching(Interpreter):
    """An interpreter that looks at the kind of every value it comes to."""

    kinds: Mapping[Expression, Kind]
    seen = 0

    def _evaluate(self, expression: Expression, scope: Scope) -> Held:
        held = super()._evaluate(expression, scope)
        found = is_of_kind(held.value, self.kinds[expression])
        assert found, (expression, self.kinds[expression])
        Watching.seen += 1
        return held


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0, max_value=2**63))
def test_every_value_is_of_its_kind(seed: int) -> None:
    rules = check_rules(Programs(seed).package().encode(), b"")
    if not isinstance(rules, CheckedRules):
        return
    inference = Inference(rules.fields)
    for path in rules.order:
        inference.infer(rules.fields[path].body, {})
    watching = Watching(random_facts(seed), ProofBuilder())
    watching.kinds = inference.kinds
    for path in rules.order:
        if isinstance(watching.define(rules.fields[path]), Failure):
            break


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ('field a: Int = fold([1], 0, \\a x -> a + x);', INT),
        ('field a: Int = fold([none], 0, \\a x -> unwrapOr(x, a));', INT),
        ('field a: Int = fold([1], 0, \\a x -> unwrapOr(recordGet({"k": 1}, "" + "k"), a));', PRESENT),
        ('field a: Text = fold([1], "", \\a x -> unwrapOr(recordGet({"k": 1.5}, "k" + a), "t"));', PRESENT),
        ("field a: List(Int) = fold([1], [], \\a x -> [x]);", list_of(INT)),
        ("field a: Opt(Int) = if true then none else some(1);", opt(INT)),
        ('field a: Record = if true then {"k": 1} else {"l": 1};', record_of(ANY)),
        ('field a: Record = if true then {"k": none} else {"k": some(1)};', closed({"k": opt(INT)})),
        ('field a: Qty(g) = convert("kg", "g", qty(1, kg));', qty("g")),
        ('field a: Qty(g) = convert("kg", "g", qty(1, kg)) * 1.5;', qty("g")),
        ("field a: Dec(2) = 1.50 * 2.5;", dec(2)),
        ('field a: Opt(Int) = recordGet({"k": 1}, "l");', opt(NEVER)),
        ("field a: List(Text) = filter([], \\x -> true);", list_of(NEVER)),
    ],
)  # fmt: skip
def test_the_kind_of_a_body(rule: str, kind: Kind) -> None:
    rules = checked(rule)
    assert Inference(rules.fields).infer(rules.fields["a"].body, {}) == kind
    evaluate(rules, {})


def test_joined_kinds_contain_both() -> None:
    kinds = [ANY, PRESENT, NEVER, BOOL, INT, TEXT, dec(2), dec(3), qty("g"), opt(INT), opt(ANY), list_of(INT)]
    kinds += [list_of(NEVER), record_of(INT), closed({"a": INT}), closed({"a": TEXT}), opt(list_of(TEXT))]
    values: list[Any] = [None, True, 7, "t", Dec(1, 2), Dec(1, 3), Qty("g", 1), Some(1), Some(None), [1], []]
    values += [{"a": 1}, {"a": "t"}, {}, {"b": 1}, Some(["t"]), [None]]
    for a in kinds:
        for b in kinds:
            for value in values:
                if is_of_kind(value, a) or is_of_kind(value, b):
                    assert is_of_kind(value, join(a, b)), (value, a, b)


def test_kinds_stay_small() -> None:
    kind = INT
    for _ in range(100):
        kind = list_of(kind)
    assert len(repr(kind)) < 1000
    assert closed({str(n): INT for n in range(MAX_MEMBERS + 1)}) == record_of(ANY)


def test_a_kind_that_was_cut_off_implies_nothing() -> None:
    declared = Atom.INT
    deep: Any = declared
    kind = INT
    for _ in range(10):
        deep, kind = ListType(deep), list_of(kind)
    assert kind_of_type(deep) == kind
    assert not implies(kind, deep)
    wide = record_type((str(n), Atom.INT) for n in range(MAX_MEMBERS + 1))
    assert not implies(kind_of_type(wide), wide)
    assert implies(list_of(NEVER), ListType(MapType(Atom.TEXT)))
    assert implies(opt(NEVER), OptType(Atom.TEXT))
    assert implies(closed({"a": INT}), MapType(Atom.INT))
    assert implies(closed({"a": INT}), Atom.RECORD)
    assert not implies(record_of(INT), record_type([("a", Atom.INT)]))
    assert not implies(ANY, Atom.INT)


# Generated code


@given(st.lists(st.tuples(st.booleans(), st.text()), max_size=6))
def test_pieces_are_f_strings(parts: list[tuple[bool, str]]) -> None:
    """Whatever characters a text has, its f-string is that text; expressions are filled in."""
    variables = {f"t{number}": text for number, (_, text) in enumerate(parts)}
    pieces = [
        constant(text) if is_constant else code(f"t{number}")
        for number, (is_constant, text) in enumerate(parts)
    ]
    joined = join_pieces(*pieces)
    assert eval(joined.expression, {}, variables) == "".join(variables.values())
    assert (joined.constant is None) == any(not is_constant for is_constant, _ in parts)


def test_generated_source_is_the_same_every_time() -> None:
    first, second = generate(checked(RULES)), generate(checked(RULES))
    assert first is not None
    assert second is not None
    assert first[0] == second[0]


def test_the_package_runs_as_generated_code(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = reference.evaluate(checked(RULES), FACTS)
    monkeypatch.setattr(reference, "evaluate", lambda *_: pytest.fail("left to the interpreter"))
    assert Evaluator(checked(RULES)).evaluate(FACTS) == expected


@pytest.mark.parametrize(
    "rules",
    [
        "field a: List(Int) = [" + ", ".join(["1"] * MAX_EXPRESSIONS) + "];",
        "field a: Int = " + "if 1 == 2 then 0 else " * 100 + "1;",
        "field a: Int = " + "length(map([1], \\x -> " * 20 + "1" + "))" * 20 + ";",
        "field a: Bool = 1 == 1 || 9007199254740992 == 1;",
    ],
)
def test_what_is_not_generated_is_interpreted(rules: str) -> None:
    assert generate(checked(rules)) is None
    evaluate(checked(rules), {})


@pytest.mark.parametrize(
    "rules",
    [
        "field a: Bool = requireSome(some(5), \"\", \"\") == 5;",
        "field a: Int = unwrapOr(none, 5);",
        "field a: Dec(2) = unwrapOr(none, 5.00);",
        "field a: Int = if true then 1 else 2;",
        "field a: Bool = false || true && !false;",
        "field a: Text = \"'{}\\\\\" + \"\\n{x}\";",
        'field a: Record = {"\'": 1, "{": "}", "\\\\": none};',
        'field a: Bool = matches("x", "[\'{}x]");',
        'field a: Text = "' + "long 'é' {text} " * 30 + '";',
        "field a: Date = max(date(\"2024-01-01\"), date(\"2025-01-01\"));",
        "field a: Int = -(5) + abs(-7) - min(-1, 3);",
        "field a: Dec(0) = -(scaled(0, -5));",
        "field a: Opt(Opt(Int)) = some(none);",
        "field a: Bool = [some(1), none] == [none] || some(none) == none;",
        "field a: Opt(Dec(2)) = recordGet({\"k\": 1.50}, \"k\");",
        "field a: Dec(2) = let o = some(1.50); fold([1, 2], 0.00, \\a x -> a + requireSome(o, \"\", \"\"));",
        'field a: List(Text) = let t = "a" + "b"; [t, t, t, t, t, t, t, t, t];',
        'field a: Int = let n = fold([1], 1, \\a x -> unwrapOr(recordGet({"k": 1}, "" + "k"), a)); n + n;',

    ],
)  # fmt: skip
def test_literals_survive_in_generated_code(rules: str) -> None:
    assert generate(checked(rules)) is not None
    evaluated(rules)


@pytest.mark.parametrize(
    "rules",
    [
        f'field a: Int = let t = "{"x" * 100000}"; length([{", ".join(["t"] * 9000)}]);',
        "field a: Record = let t = {}; " + 'let t = {"a": t, "b": t}; ' * 100 + "t;",
        "field a: Int = let t = []; " + "let t = [length(t)]; " * 100 + "length(t);",
        f'field a: Int = let t = "a" + "b"; length([{", ".join(["t"] * 9000)}]);',
        'field a: Record = let t = "a" + "b"; {' + ", ".join([f'"{n}": t' for n in range(1000)]) + "};",
    ],
)  # fmt: skip
def test_generated_code_is_not_much_longer_than_the_rules(rules: str) -> None:
    generated = generate(checked(rules))
    assert generated is not None
    assert len(generated[0]) < 10 * len(rules) + 1_000_000
    evaluate(checked(rules), {})


def test_what_a_loop_needs_from_outside_is_there_in_every_branch() -> None:
    """The text of k is first needed inside a loop inside a branch, then elsewhere."""
    rules = """field a: List(List(Int)) = let k = length("four");
        let xs = map([1, 2], \\x -> if x == 1 then map([x], \\y -> y + k) else [k]);
        if k == 4 then xs else [[k]];"""
    assert json.loads(evaluated(rules).fields) == {"a": [[5], [4]]}


def test_remembered_constants_are_few() -> None:
    constants = Constants('{"value":1}')
    made = [constants[number] for number in range(MEMORY * 3)]
    assert len(constants) <= MEMORY
    assert [constants[number] for number in range(MEMORY * 3)] == made


def test_memory_stays_flat() -> None:
    evaluator = Evaluator(checked(RULES))
    for _ in range(50):
        evaluator.evaluate(FACTS)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(500):
        assert isinstance(evaluator.evaluate(FACTS), Evaluation)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 20_000


# Figures of section 17


@pytest.mark.parametrize("count", [20, 50])
def test_20_to_50_fields_compile_in_a_tenth_of_a_second(count: int) -> None:
    rules = "".join(
        f'field f{n:02}: Text = if {n} > 20 then "many" + "x" else "few";\n' for n in range(count)
    )
    source = compile_input(rules)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        assert isinstance(compile_passport(source), CompileOutput)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1
