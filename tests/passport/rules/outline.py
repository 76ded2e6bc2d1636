"""The printer of the syntax tree: one line, operator first, positions left out."""

from __future__ import annotations

from clysm.passport.rules.syntax import (
    Assert,
    Binary,
    Call,
    Expression,
    If,
    Lambda,
    Let,
    ListOf,
    Literal,
    RecordOf,
    Unary,
    Variable,
)


def outline(node: Expression | Lambda) -> str:
    """`1 + f(x)` is `(+ 1 (f x))`."""
    match node:
        case Literal(value):
            return repr(value)
        case Variable(name):
            return name
        case Let(name, value, body):
            return f"(let {name} {outline(value)} {outline(body)})"
        case Assert(condition, code, message, body):
            return f"(assert {outline(condition)} {code} {message} {outline(body)})"
        case If(condition, consequent, alternative):
            return f"(if {outline(condition)} {outline(consequent)} {outline(alternative)})"
        case Binary(operator, left, right):
            return f"({operator} {outline(left)} {outline(right)})"
        case Unary(operator, operand):
            return f"({operator} {outline(operand)})"
        case ListOf(elements):
            return f"[{' '.join(map(outline, elements))}]"
        case RecordOf(members):
            return "{" + " ".join(f"{name}={outline(value)}" for name, value in members) + "}"
        case Call(name, arguments):
            return f"({' '.join([name, *map(outline, arguments)])})"
        case Lambda(parameters, body):
            return f"(\\ {' '.join(name for name, _ in parameters)} -> {outline(body)})"
