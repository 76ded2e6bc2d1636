"""Which forms may return other than one value: exactly those need a check where one value is wanted."""

from __future__ import annotations

from clysm.host.evaluator.tree import (
    And,
    Bind,
    Block,
    Call,
    Case,
    Catch,
    Funcall,
    HandlerCase,
    If,
    Labels,
    Let,
    LocalCall,
    Node,
    Or,
    Progn,
    Progv,
    ReturnFrom,
    UnwindProtect,
    Values,
    ValuesBind,
    ValuesCall,
    ValuesProg1,
)
from clysm.host.world import World

ONE: frozenset[str] = frozenset()
UNKNOWN: frozenset[str] = frozenset({""})
"""The result of a call to something that is not known."""


def sources(node: Node, world: World) -> frozenset[str]:
    """Where other than one value may come from: cells of functions whose signature is not known to return
    one, "" for anything else. Empty if the node returns exactly one value.
    """
    kind = type(node)
    if kind is Call:
        assert isinstance(node, Call)
        if node.cell[0] in "$c":  # the evaluator's own functions, and classes
            return ONE
        signature = world.signatures.get(node.cell)
        if signature is None:
            return frozenset({node.cell})
        if signature.single:
            world.assumed_single.add(node.cell)
            return ONE
        return UNKNOWN
    if isinstance(node, LocalCall):
        return UNKNOWN if node.variable.sources is None else node.variable.sources
    if isinstance(node, Labels):
        settle(node, world)
    tails = _tails(node)
    if tails is not None:
        result = ONE
        for tail in tails:
            result |= sources(tail, world)
        return result
    if isinstance(node, Values):
        return ONE if len(node.args) == 1 else UNKNOWN
    if isinstance(node, ValuesCall):
        from clysm.host.evaluator.tree import FunctionRef

        function = node.function
        return sources(Call(function.cell, []), world) if isinstance(function, FunctionRef) else UNKNOWN
    return UNKNOWN if isinstance(node, (Funcall, Catch)) else ONE


def _tails(node: Node) -> list[Node] | None:
    """The nodes whose values a node returns, None if it is not made of others."""
    if isinstance(node, If):
        return [node.then, node.otherwise]
    if isinstance(node, (Let, Bind, Progv, Labels, ValuesBind)):
        return [node.body]
    if isinstance(node, Progn):
        return node.items[-1:]
    if isinstance(node, (And, Or)):
        return node.items[-1:]
    if isinstance(node, Block):
        return [node.body, *node.exit.values]
    if isinstance(node, Case):
        return [*(body for _, body in node.clauses), node.otherwise]
    if isinstance(node, UnwindProtect):
        return [node.body]
    if isinstance(node, ValuesProg1):
        return [node.first]
    if isinstance(node, HandlerCase):
        first = [node.no_error.body] if node.no_error is not None else [node.body]
        return [*first, *(body for _, _, body in node.clauses)]
    if isinstance(node, ReturnFrom):
        return []
    return None


def many(node: Node, world: World) -> bool:
    """Whether a node may return other than one value."""
    return bool(sources(node, world))


def settle(node: Labels, world: World) -> None:
    """Find out about local functions that may call each other: start from one value, repeat until nothing
    changes.
    """
    for variable in node.variables:
        variable.sources = ONE
    changed = True
    while changed:
        changed = False
        for variable, function in zip(node.variables, node.functions, strict=True):
            found = sources(function.body, world)
            if found != variable.sources:
                variable.sources = found
                changed = True
