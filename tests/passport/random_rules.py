"""Random rule packages and facts for them, from a seed. Nearly all of the packages check.

Expressions are made for a wanted type. Values of type Any come from facts, which hold what is expected of
them most of the time; divisors, options and assertions go wrong now and then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random

from clysm.passport.cjson import Json
from clysm.passport.facts import Fact, make_fact
from clysm.passport.snapshot import facts_by_name

SCALARS = ("Bool", "Int", "Text", "Date", "Dec(0)", "Dec(2)", "Dec(6)", "Qty(kg)", "Qty(g)")
UNITS = ("kg", "g")
TEXTS = (
    "",
    "a",
    "NMC",
    "é",
    "zwölf",
    '"',
    "\n\t",
    "\x01\x7f",
    "😀",
    "7",
    "75.5",
    "-0.25",
    "2024-02-29",
    "x" * 60,
)
NAMES = ("a", "b", "c", "d e", "é")
# Where to find a value of a type in the facts, and what it is there.
MEMBERS: Mapping[str, tuple[str, Json]] = {
    "Bool": ("flag", True),
    "Int": ("count", 42),
    "Text": ("name", "NMC"),
    "Dec(2)": ("price", "12.5"),
    "Date": ("day", "2025-03-01"),
}
Scope = Mapping[str, str]  # variable -> type


class Programs:
    """Makes a package. Types are written as in rules."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.fields: dict[str, str] = {}  # path -> type
        self.names = 0

    def package(self) -> str:
        rules = []
        for number in range(self.random.randint(1, 4)):
            wanted = self.type(2)
            body = self.expression(wanted, {}, self.random.randint(1, 5))
            path = self.random.choice(("f", "z.y", "a")) + f".n{number}"
            rules.append(f"field {path}: {wanted} =\n  {body};")
            self.fields[path] = wanted
        self.random.shuffle(rules)
        return "\n".join(rules)

    def type(self, depth: int) -> str:
        if depth == 0 or self.random.random() < 0.6:
            return self.random.choice(SCALARS)
        part = self.type(depth - 1)
        shape = self.random.choice(
            ("Opt({})", "List({})", "Map(Text, {})", "Record(a: {}, b: Int)", "Record")
        )
        return shape.format(part)

    def fresh(self) -> str:
        self.names += 1
        return f"v{self.names}"

    def expression(self, wanted: str, scope: Scope, depth: int) -> str:
        usable = [name for name, kind in scope.items() if kind == wanted]
        if usable and self.random.random() < 0.35:
            return self.random.choice(usable)
        if depth <= 0:
            return self.constant(wanted)
        makers: list[Callable[[str, Scope, int], str]] = [
            self.let, self.condition, self.assertion, self.special, self.special, self.special, self.fold,
            self.unwrap, self.require, self.reference, self.fact,
        ]  # fmt: skip
        return self.random.choice(makers)(wanted, scope, depth - 1)

    # For every type

    def constant(self, wanted: str) -> str:
        pick = self.random.choice
        name, _, inner = wanted.partition("(")
        inner = inner[:-1]
        match name:
            case "Bool":
                return pick(("true", "false"))
            case "Int":
                return pick(("0", "1", "-1", "2", "7", "1000", "9007199254740991", "-(3)"))
            case "Text":
                return json.dumps(pick(TEXTS), ensure_ascii=pick((True, False))).replace("\x7f", "\\u007f")
            case "Date":
                return pick(('date("2024-02-29")', 'date("0001-01-01")', 'date("9999-12-31")'))
            case "Dec":
                return pick(DECIMALS[wanted])
            case "Qty":
                return f"qty({pick(('1', '-2.5', '0.000001', '1000', '0'))}, {inner})"
            case "Opt":
                return pick(("none", f"some({self.constant(inner)})"))
            case "List":
                elements = [self.constant(inner) for _ in range(self.random.randint(0, 3))]
                return f"[{', '.join(elements)}]"
            case "Map":
                members = self.random.sample(NAMES, self.random.randint(0, 3))
                member = inner.removeprefix("Text, ")
                return f"{{{', '.join(f'{json.dumps(key)}: {self.constant(member)}' for key in members)}}}"
        if not inner:
            return pick(("{}", '{"k": 1}', '{"z": "t", "a": [1, 2]}'))
        return f'{{"b": 5, "a": {self.constant(inner.removeprefix("a: ").removesuffix(", b: Int"))}}}'

    def let(self, wanted: str, scope: Scope, depth: int) -> str:
        name, bound = self.random.choice((self.fresh(), "x")), self.type(1)
        value = self.expression(bound, scope, depth)
        return f"(let {name} = {value}; {self.expression(wanted, {**scope, name: bound}, depth)})"

    def condition(self, wanted: str, scope: Scope, depth: int) -> str:
        parts = [self.expression(kind, scope, depth) for kind in ("Bool", wanted, wanted)]
        return "(if {} then {} else {})".format(*parts)

    def assertion(self, wanted: str, scope: Scope, depth: int) -> str:
        condition = "true" if self.random.random() < 0.8 else self.expression("Bool", scope, depth)
        return f'(assert({condition}, "E1", "why"); {self.expression(wanted, scope, depth)})'

    def fold(self, wanted: str, scope: Scope, depth: int) -> str:
        element, acc, item = self.type(1), self.fresh(), self.fresh()
        over, start = self.expression(f"List({element})", scope, depth), self.expression(wanted, scope, depth)
        inner = {**scope, acc: wanted, item: element}
        return f"fold({over}, {start}, \\{acc} {item} -> {self.expression(wanted, inner, depth - 1)})"

    def unwrap(self, wanted: str, scope: Scope, depth: int) -> str:
        option = self.expression(f"Opt({wanted})", scope, depth)
        return f"unwrapOr({option}, {self.expression(wanted, scope, depth)})"

    def require(self, wanted: str, scope: Scope, depth: int) -> str:
        option = f"some({self.expression(wanted, scope, depth)})"
        if self.random.random() < 0.2:
            option = self.expression(f"Opt({wanted})", scope, depth)
        return f'requireSome({option}, "E2", {self.expression("Text", scope, 0)})'

    def reference(self, wanted: str, scope: Scope, depth: int) -> str:
        usable = [path for path, kind in self.fields.items() if kind == wanted]
        if usable:
            return f'field("{self.random.choice(usable)}")'
        return self.expression(wanted, scope, depth)

    def fact(self, wanted: str, scope: Scope, depth: int) -> str:
        if wanted not in MEMBERS:
            return self.special(wanted, scope, depth)
        member = MEMBERS[wanted][0]
        if self.random.random() < 0.05:
            member = self.random.choice(("missing", "nothing", "name", "parts"))
        record = 'requireSome(getFact("Battery", "battery"), "E3", "no fact")'
        found = f'requireSome(recordGet({record}, "{member}"), "E4", "no member")'
        converted = {"Dec(2)": f"toDec(2, {found})", "Date": f"date({found})"}
        return converted.get(wanted, found)

    # For one type

    def special(self, wanted: str, scope: Scope, depth: int) -> str:
        name, _, inner = wanted.partition("(")
        inner = inner[:-1]

        def e(kind: str) -> str:
            return self.expression(kind, scope, depth)

        pick = self.random.choice
        choices: list[Callable[[], str]]
        match name:
            case "Bool":
                return self.boolean(scope, depth)
            case "Int":
                choices = [
                    lambda: f"({e('Int')} {pick('+-*/')} {e('Int')})",
                    lambda: f"length({e(pick(('Text', 'List(Int)', 'List(Text)')))})",
                    lambda: f"daysBetween({e('Date')}, {e('Date')})",
                    lambda: f"{pick(('min', 'max'))}({e('Int')}, {e('Int')})",
                    lambda: pick(("abs({})", "-({})")).format(e("Int")),
                ]
            case "Text":
                choices = [lambda: f"({e('Text')} + {e('Text')})"]
            case "Date":
                choices = [
                    lambda: f"{pick(('min', 'max'))}({e('Date')}, {e('Date')})",
                    lambda: f"date({e('Text')})",
                    lambda: 'date("2025-" + "06-30")',
                ]
            case "Dec":
                other = pick(("Dec(0)", "Dec(2)", "Dec(6)"))
                number = pick(("Int", other, "Text"))
                mode = pick(("floor", "half_even", "half_up"))
                choices = [
                    lambda: f"({e(wanted)} {pick('+-')} {e(wanted)})",
                    lambda: f"({e(wanted)} {pick('*/')} {e(other)})",
                    lambda: f"toDec({inner}, {e('Int')})",
                    lambda: f"toDec({inner}, {e(number)})",
                    lambda: f'round({inner}, {e(number)}, "{mode}")',
                    lambda: f"scaled({inner}, {e('Int')})",
                    lambda: f"sumDec({inner}, {e(f'List({wanted})')})",
                    lambda: pick(("abs({})", "-({})")).format(e(wanted)),
                    lambda: f"{pick(('min', 'max'))}({e(wanted)}, {e(wanted)})",
                ]
                if inner == "6":
                    choices.append(lambda: f'amount("kg", {e("Qty(kg)")})')
            case "Qty":
                choices = [
                    lambda: f"({e(wanted)} {pick('+-')} {e(wanted)})",
                    lambda: f"({e(wanted)} {pick('*/')} {e('Dec(2)')})",
                    lambda: f'convert("kg", "g", {e("Qty(g)" if inner == "kg" else "Qty(kg)")})',
                    lambda: f'convert("{inner}", "{inner}", {e(wanted)})',
                    lambda: f'toQty("{inner}", {e(pick(("Int", "Text", "Dec(2)")))})',
                    lambda: f'sumQty("{inner}", {e(f"List({wanted})")})',
                    lambda: pick(("abs({})", "-({})", "max({0}, {0})")).format(e(wanted)),
                ]
            case "Opt":
                choices = [
                    lambda: f"some({e(inner)})",
                    lambda: "none",
                    lambda: f'recordGet({{"k": {e(inner)}, "l": 1}}, {pick(TEXT_KEYS)})',
                    lambda: f"recordGet({e(f'Map(Text, {inner})')}, {e('Text')})",
                ]
            case "List":
                element, item = self.type(1), self.fresh()
                body = {**scope, item: element}
                kept = {**scope, item: inner}
                choices = [
                    lambda: f"[{', '.join(e(inner) for _ in range(self.random.randint(0, 3)))}]",
                    lambda: (
                        f"map({e(f'List({element})')}, \\{item} -> {self.expression(inner, body, depth)})"
                    ),
                    lambda: f"filter({e(wanted)}, \\{item} -> {self.expression('Bool', kept, depth)})",
                ]
                if inner == "Record":
                    choices.append(lambda: 'getFactsByPrefix("Cell", "cell:")')
            case "Map":
                member = inner.removeprefix("Text, ")
                choices = [lambda: f'{{"a": {e(member)}, "é": {e(member)}}}', lambda: f'{{"k": {e(member)}}}']
            case _:
                if not inner:
                    choices = [
                        lambda: f'{{"q": {e(self.type(1))}, "p": {e(self.type(1))}}}',
                        lambda: f'unwrapOr(getFact("Battery", "{pick(("battery", "none"))}"), {{}})',
                    ]
                else:
                    first = inner.removeprefix("a: ").removesuffix(", b: Int")
                    choices = [lambda: f'{{"b": {e("Int")}, "a": {e(first)}}}']
        return pick(choices)()

    def boolean(self, scope: Scope, depth: int) -> str:
        pick = self.random.choice

        def e(kind: str) -> str:
            return self.expression(kind, scope, depth)

        def compared() -> str:
            kind = pick(("Int", "Dec(2)", "Dec(6)", "Qty(kg)", "Date"))
            other = pick(("Int", "Dec(0)", kind)) if kind[:2] in ("In", "De") else kind
            return f"({e(kind)} {pick(('<', '<=', '>', '>=', '==', '!='))} {e(other)})"

        def equal() -> str:
            kind = self.type(2)
            return f"({e(kind)} {pick(('==', '!='))} {e(kind)})"

        choices: list[Callable[[], str]] = [
            lambda: f"({e('Bool')} {pick(('&&', '||'))} {e('Bool')})",
            lambda: f"!{e('Bool')}",
            compared,
            equal,
            lambda: f"isSome({e(f'Opt({self.type(1)})')})",
            lambda: f"oneOf({e('Text')}, {e('List(Text)')})",
            lambda: f'matches({e("Text")}, "{pick((".*", "[a-z]+", "a|NMC", ""))}")',
            lambda: f'emitCompliance("ART-{pick("123")}", {e("Text")}, {e("Text")})',
        ]
        return pick(choices)()


DECIMALS = {
    "Dec(0)": ("toDec(0, 5)", "scaled(0, -7)", "toDec(0, 0)"),
    "Dec(2)": ("1.50", "-0.01", "0.00", "123456789012345678.99"),
    "Dec(6)": ("2.500000", "-0.000001", "0.000000"),
}
STRANGE: tuple[Json, ...] = (None, 7, "text", True, [1], {"a": 1}, "7.25")
TEXT_KEYS = ('"k"', '"k"', '"m"', '("k" + "")')


def random_facts(seed: int) -> dict[tuple[str, str], Fact]:
    """Facts the packages ask for; now and then a member has another type or the battery is missing."""
    random = Random(seed)
    payload: dict[str, Json] = dict(MEMBERS.values())
    payload |= {"nothing": None, "parts": [1, {"x": "y"}], "größe": random.choice(TEXTS)}
    if random.random() < 0.1:
        payload[random.choice(list(payload))] = random.choice(STRANGE)
    facts = [
        make_fact("Cell", f"cell:{n}", 1, {"mass": n, "name": "c" * n}) for n in range(random.randint(0, 4))
    ]
    if random.random() < 0.95:
        facts.append(make_fact("Battery", "battery", 1, payload))
    by_name = facts_by_name([fact for fact in facts if isinstance(fact, Fact)])
    assert isinstance(by_name, dict)
    return by_name
