"""Generation of conditionals, bindings, blocks, tagbodies, loops and cleanup.

A jump that stays in its Python function becomes return, break or continue; one that has to leave several
Python loops sets `$jump` to a code, breaks, and is taken up after each loop. A jump out of an inner function
raises an exception that only its own target catches.
"""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass
from typing import Any, Final

from clysm.host.evaluator import pyast as py
from clysm.host.evaluator.generate import (
    EFFECT,
    Destination,
    Generator,
    Loop,
    PythonFunction,
    expression_rule,
    statement_rule,
    test_rule,
)
from clysm.host.evaluator.tree import (
    And,
    Bind,
    Block,
    Catch,
    Constant,
    Exit,
    ForEach,
    ForRange,
    Go,
    HandlerCase,
    If,
    Let,
    LocalRef,
    Node,
    Or,
    Progn,
    Progv,
    ReturnFrom,
    Tagbody,
    UnwindProtect,
    Variable,
    walk,
)

_JUMP: Final = "$jump"
_JUMPS: Final = (ast.Return, ast.Break, ast.Continue, ast.Raise)


@dataclass
class _Place:
    """Where the code of an exit is: its function, its loop, and a block's destination or a tagbody's state
    variable.
    """

    function: PythonFunction
    loop: Loop | None
    destination: Destination = EFFECT
    state: str = ""


# Conditionals


@statement_rule(If)
def _if_statement(g: Generator, node: If, destination: Destination) -> None:
    test = g.test(node.test)
    then = g.block(node.then, destination)
    otherwise = g.block(node.otherwise, destination)
    _emit_if(g, test, then, otherwise, destination)


def _emit_if(
    g: Generator, test: ast.expr, then: list[ast.stmt], otherwise: list[ast.stmt], destination: Destination
) -> None:
    if not then:
        test, then, otherwise = py.negate(test), otherwise, then
    if not then:
        g.deliver(EFFECT, test)
    elif destination.kind == "return" and _leaves(then):
        g.emit(py.IfStmt(test, then, []))  # flat: no else after a jump
        g.function.out.extend(otherwise)
    else:
        g.emit(py.IfStmt(test, then, otherwise))


def _leaves(statements: list[ast.stmt]) -> bool:
    return bool(statements) and isinstance(statements[-1], _JUMPS)


@expression_rule(If)
def _if_expression(g: Generator, node: If, raw: bool) -> ast.expr:
    test = g.test(node.test)
    then_out, then = g.buffered(lambda: g.expression(node.then, raw))
    else_out, otherwise = g.buffered(lambda: g.expression(node.otherwise, raw))
    if not then_out and not else_out:
        return py.IfExp(test, then, otherwise)
    target = g.temporary()
    for out, expression in ((then_out, then), (else_out, otherwise)):
        if not _leaves(out):
            out.append(_at(g, py.assign(target, expression)))
    g.emit(py.IfStmt(test, then_out, else_out))
    return py.name(target)


def _at(g: Generator, statement: ast.stmt) -> ast.stmt:
    statement.lineno = g.line
    return statement


@test_rule(If)
def _if_test(g: Generator, node: If) -> ast.expr:
    test = g.test(node.test)
    then_out, then = g.buffered(lambda: g.test(node.then))
    else_out, otherwise = g.buffered(lambda: g.test(node.otherwise))
    if not then_out and not else_out:
        if isinstance(otherwise, py.Const) and not otherwise.value:
            return py.boolean(py.AND, [test, then])
        if isinstance(then, py.Const) and not then.value:
            return py.boolean(py.AND, [py.negate(test), otherwise])
        return py.IfExp(test, then, otherwise)
    target = g.temporary()
    then_out.append(_at(g, py.assign(target, then)))
    else_out.append(_at(g, py.assign(target, otherwise)))
    g.emit(py.IfStmt(test, then_out, else_out))
    return py.name(target)


@test_rule(Constant)
def _constant_test(g: Generator, node: Constant) -> ast.expr:
    return py.FALSE if node.value is None else py.TRUE


@test_rule(And)
def _and_test(g: Generator, node: And) -> ast.expr:
    return _joined_tests(g, node.items, py.AND)


@test_rule(Or)
def _or_test(g: Generator, node: Or) -> ast.expr:
    return _joined_tests(g, node.items, py.OR)


def _joined_tests(g: Generator, items: list[Node], operator: ast.boolop) -> ast.expr:
    """The tests of items joined by `and` or `or`; an item that needs statements gets them under an `if`."""
    parts = [g.buffered(functools.partial(g.test, item)) for item in items]
    g.function.out.extend(parts[0][0])
    if not any(out for out, _ in parts[1:]):
        return py.boolean(operator, [test for _, test in parts])
    target = g.temporary()
    result: list[ast.stmt] = g.function.out
    group: list[ast.expr] = [parts[0][1]]
    for out, test in parts[1:]:
        if out:
            joined = py.boolean(operator, group)
            result.append(_at(g, py.assign(target, joined)))
            condition: ast.expr = py.name(target)
            inner = list(out)
            result.append(
                _at(g, py.IfStmt(condition if operator is py.AND else py.negate(condition), inner, []))
            )
            result = inner
            group = [test]
        else:
            group.append(test)
    result.append(_at(g, py.assign(target, py.boolean(operator, group))))
    return py.name(target)


@expression_rule(And)
def _and_expression(g: Generator, node: And, raw: bool) -> ast.expr:
    test = _joined_tests(g, node.items[:-1], py.AND)
    out, last = g.buffered(lambda: g.expression(node.items[-1], raw))
    if not out:
        return py.IfExp(test, last, py.NONE)
    target = g.temporary()
    g.emit(py.assign(target, py.NONE))
    out.append(_at(g, py.assign(target, last)))
    g.emit(py.IfStmt(test, out, []))
    return py.name(target)


@statement_rule(And)
def _and_statement(g: Generator, node: And, destination: Destination) -> None:
    test = _joined_tests(g, node.items[:-1], py.AND)
    then = g.block(node.items[-1], destination)
    otherwise = g.block(Constant(None), destination)
    _emit_if(g, test, then, otherwise, destination)


@expression_rule(Or)
def _or_expression(g: Generator, node: Or, raw: bool) -> ast.expr:
    first = node.items[0]
    rest: Node = node.items[1] if len(node.items) == 2 else Or(node.items[1:], line=node.line)
    value = g.value(first)
    out, otherwise = g.buffered(lambda: g.expression(rest, raw))
    if not out:
        if isinstance(value, py.IfExp) and value.body is py.T_NAME and _is_none(value.orelse):
            return py.IfExp(value.test, py.T_NAME, otherwise)
        target = g.temporary()
        return py.IfExp(py.not_nil(py.walrus(target, value)), py.name(target), otherwise)
    target = g.temporary()
    g.emit(py.assign(target, value))
    if not _leaves(out):
        out.append(_at(g, py.assign(target, otherwise)))
    g.emit(py.IfStmt(py.is_nil(py.name(target)), out, []))
    return py.name(target)


def _is_none(expression: ast.expr) -> bool:
    return isinstance(expression, py.Const) and expression.value is None


@statement_rule(Or)
def _or_statement(g: Generator, node: Or, destination: Destination) -> None:
    if destination.kind != "effect":
        target = g.temporary()
        g.emit(py.assign(target, g.value(node.items[0])))
        rest: Node = node.items[1] if len(node.items) == 2 else Or(node.items[1:], line=node.line)
        otherwise = g.block(rest, destination)
        then = g.buffered(lambda: g.deliver(destination, py.name(target)))[0]
        if destination.kind == "return":
            g.emit(py.IfStmt(py.not_nil(py.name(target)), then, []))
            g.function.out.extend(otherwise)
        else:
            g.emit(py.IfStmt(py.is_nil(py.name(target)), otherwise, then))
        return
    test = _joined_tests(g, node.items[:-1], py.OR)
    _emit_if(g, test, [], g.block(node.items[-1], destination), destination)


# Sequences and bindings


@expression_rule(Progn)
def _progn_expression(g: Generator, node: Progn, raw: bool) -> ast.expr:
    for item in node.items[:-1]:
        g.statement(item, EFFECT)
    return g.expression(node.items[-1], raw)


@test_rule(Progn)
def _progn_test(g: Generator, node: Progn) -> ast.expr:
    for item in node.items[:-1]:
        g.statement(item, EFFECT)
    return g.test(node.items[-1])


@statement_rule(Progn)
def _progn_statement(g: Generator, node: Progn, destination: Destination) -> None:
    for item in node.items[:-1]:
        g.statement(item, EFFECT)
    g.statement(node.items[-1], destination)


def _bind_lexically(g: Generator, node: Let) -> None:
    for variable, value in zip(node.variables, node.values, strict=True):
        if isinstance(value, LocalRef) and not variable.assigned and g.is_alias(variable, value.variable):
            continue
        g.declare(variable)
        if variable.boxed:
            g.initialize(variable, g.value(value))
        else:
            g.statement(value, Destination("assign", variable.python, raw=False))


@expression_rule(Let)
def _let_expression(g: Generator, node: Let, raw: bool) -> ast.expr:
    _bind_lexically(g, node)
    result = g.expression(node.body, raw)
    if isinstance(result, py.Name) and result.mutable:
        return g.save(result)
    return result


@test_rule(Let)
def _let_test(g: Generator, node: Let) -> ast.expr:
    _bind_lexically(g, node)
    return g.test(node.body)


@statement_rule(Let)
def _let_statement(g: Generator, node: Let, destination: Destination) -> None:
    _bind_lexically(g, node)
    g.statement(node.body, destination)


@statement_rule(Bind)
def _bind_statement(g: Generator, node: Bind, destination: Destination) -> None:
    values = [g.save(value) for value in g.sequence(node.values)]
    saved = []
    for symbol in node.symbols:
        target = g.temporary()
        g.emit(py.assign(target, py.call("$cell_value", py.Const(symbol.vkey))))
        saved.append(target)
    for symbol, value in zip(node.symbols, values, strict=True):
        g.emit(py.assign(g.store_cell(symbol.vkey), value))
    body = g.block(node.body, destination.inside())
    restore: list[ast.stmt] = []
    for symbol, target in zip(node.symbols, saved, strict=True):
        unbound = py.compare(py.name(target), py.IS, py.name("$U"))
        remove = py.Delete([py.Name(symbol.vkey, py.DELETE)])
        restore.append(py.IfStmt(unbound, [remove], [py.assign(symbol.vkey, py.name(target))]))
    g.emit(py.Try(body or [py.Pass()], [], [], restore))


@statement_rule(Progv)
def _progv_statement(g: Generator, node: Progv, destination: Destination) -> None:
    symbols, values = g.sequence([node.symbols, node.values])
    saved = g.temporary()
    g.emit(py.assign(saved, py.call("$bind_dynamically", symbols, values)))
    body = g.block(node.body, destination.inside())
    restore = py.ExprStmt(py.call("$restore_dynamically", py.name(saved)))
    g.emit(py.Try(body or [py.Pass()], [], [], [restore]))


# Blocks


@statement_rule(Block)
def _block_statement(g: Generator, node: Block, destination: Destination) -> None:
    exit_ = node.exit
    if exit_.token is not None:
        token = g.declare(exit_.token)
        g.emit(py.assign(token, py.call("$Exit")))
        body = g.buffered(lambda: _plain_block(g, node, destination.inside()))[0]
        caught = g.temporary()
        value = g.buffered(lambda: _deliver_value(g, destination, py.attr(py.name(token), "value")))[0]
        foreign = py.compare(py.name(caught), py.IS_NOT, py.name(token))
        handler = py.Handler(
            py.name("$Exit"), caught, [py.IfStmt(foreign, [py.Raise(None, None)], []), *value]
        )
        g.emit(py.Try(body or [py.Pass()], [handler], [], []))
        return
    _plain_block(g, node, destination)


def _deliver_value(g: Generator, destination: Destination, raw_value: ast.expr) -> None:
    """Deliver an expression that may be a tuple of values."""
    if destination.kind == "assign" and not destination.raw:
        raw_value = py.call("$one", raw_value)
    g.deliver(destination, raw_value)


def _plain_block(g: Generator, node: Block, destination: Destination) -> None:
    """A block as far as exits from its own function go."""
    exit_ = node.exit
    place = exit_.place = _Place(g.function, None, destination)
    if destination.kind == "return":
        g.statement(node.body, destination)
        return
    ending = destination.ending(exit_)
    if _early_exits(node) == 0:
        g.statement(node.body, ending)
        return
    if _is_plain_loop(node):
        assert isinstance(node.body, Progn)
        loop_node, result = node.body.items
        place.loop = Loop(True)
        if isinstance(loop_node, ForEach):
            _for_each(g, loop_node, place.loop, result, ending)
        elif isinstance(loop_node, ForRange):
            _for_range(g, loop_node, place.loop, result, ending)
        return
    if isinstance(node.body, Tagbody) and _is_infinite(node.body):
        place.loop = Loop(True)
        _infinite_loop(g, node.body, place.loop)
        return
    place.loop = loop = Loop(False)
    g.function.loops.append(loop)
    body = g.block(node.body, ending)
    g.function.loops.pop()
    if loop.used or loop.escapes:
        _emit_loop(g, loop, py.While(py.TRUE, _ended(g, body), []))
    else:
        g.function.out.extend(body)


def _is_plain_loop(node: Block) -> bool:
    """Whether a block is that of a DOLIST or DOTIMES whose result form does not leave it."""
    body = node.body
    if (
        not isinstance(body, Progn)
        or not isinstance(body.items[0], (ForEach, ForRange))
        or len(body.items) != 2
    ):
        return False
    loop = body.items[0]
    source = loop.sequence if isinstance(loop, ForEach) else loop.count
    return not any(
        isinstance(inner, ReturnFrom) and inner.exit is node.exit
        for part in (source, body.items[1])
        for inner in walk(part)
    )


def _ended(g: Generator, body: list[ast.stmt]) -> list[ast.stmt]:
    """A loop body that ends with a break unless it leaves anyway."""
    if not _leaves(body):
        body.append(_at(g, py.Break()))
    return body


def _early_exits(node: Block) -> int:
    """How many RETURN-FROMs of a block are not at its end."""
    return len(node.exit.values) - _exits_at_end(node.body, node.exit)


def _exits_at_end(node: Node, exit_: Exit) -> int:
    if isinstance(node, ReturnFrom):
        return 1 + _exits_at_end(node.value, exit_) if node.exit is exit_ else 0
    if isinstance(node, If):
        return _exits_at_end(node.then, exit_) + _exits_at_end(node.otherwise, exit_)
    if isinstance(node, Let):
        return _exits_at_end(node.body, exit_)
    if isinstance(node, (Progn, And)):
        return _exits_at_end(node.items[-1], exit_)
    return 0


@statement_rule(ReturnFrom)
def _return_from(g: Generator, node: ReturnFrom, destination: Destination) -> None:
    place: _Place = node.exit.place
    if place.function is not g.function:
        token = node.exit.token
        assert token is not None
        value = g.expression(node.value, True)
        g.emit(
            py.assign_to(
                ast.Attribute(g.reference(token), "value", py.STORE, lineno=g.line, col_offset=0), value
            )
        )
        g.emit(py.Raise(g.reference(token), None))
    elif node.exit in destination.exits:
        g.statement(node.value, destination)
    else:
        g.statement(node.value, place.destination.inside())
        if place.destination.kind != "return":
            assert place.loop is not None
            leave(g, place.loop, True)


@expression_rule(ReturnFrom)
def _return_from_expression(g: Generator, node: ReturnFrom, raw: bool) -> ast.expr:
    _return_from(g, node, EFFECT)
    return py.NONE


def leave(g: Generator, loop: Loop, is_break: bool) -> None:
    """Emit a jump that breaks or continues a loop of the current function."""
    loops = g.function.loops
    if is_break:
        loop.used = True
    if loops[-1] is loop:
        g.emit(py.Break() if is_break else py.Continue())
        return
    code = next((c for c, target in loops[-1].escapes.items() if target == (loop, is_break)), 0)
    if not code:
        g.function.jump_codes += 1
        code = g.function.jump_codes
    for inner in reversed(loops):
        if inner is loop:
            break
        inner.escapes[code] = (loop, is_break)
    g.emit(py.assign(_JUMP, py.Const(code)))
    g.emit(py.Break())


def _emit_loop(g: Generator, loop: Loop, statement: Any) -> None:
    """Emit a finished loop, and what takes up the jumps from inside it to loops around it."""
    if loop.escapes:
        g.emit(py.assign(_JUMP, py.Const(0)))
    g.emit(statement)
    for code, (target, is_break) in loop.escapes.items():
        if g.function.loops[-1] is target:
            jump: ast.stmt = py.Break() if is_break else py.Continue()
        else:
            jump = py.Break()
        g.emit(py.IfStmt(py.compare(py.name(_JUMP), py.EQ, py.Const(code)), [_at(g, jump)], []))


# Tagbody


def _is_infinite(node: Tagbody) -> bool:
    """Whether a tagbody is one tag, a body, and a jump back to the tag."""
    last = node.segments[-1]
    return (
        len(node.segments) == 2
        and not node.segments[0]
        and node.exit.token is None
        and bool(last)
        and isinstance(last[-1], Go)
        and last[-1].exit is node.exit
    )


def _infinite_loop(g: Generator, node: Tagbody, loop: Loop) -> None:
    node.exit.place = _Place(g.function, loop)
    g.function.loops.append(loop)
    body = g.effects(node.segments[1][:-1])
    g.function.loops.pop()
    _emit_loop(g, loop, py.While(py.TRUE, body or [_at(g, py.Pass())], []))


@statement_rule(Tagbody)
def _tagbody(g: Generator, node: Tagbody, destination: Destination) -> None:
    if _is_infinite(node):
        _infinite_loop(g, node, Loop(True))
    elif len(node.segments) == 2 and not node.segments[0] and node.exit.token is None:
        loop = Loop(True)
        node.exit.place = _Place(g.function, loop)
        g.function.loops.append(loop)
        body = g.effects(node.segments[1])
        g.function.loops.pop()
        _emit_loop(g, loop, py.While(py.TRUE, _ended(g, body), []))
    else:
        _state_machine(g, node)
    if destination.kind != "effect":
        g.deliver(destination, py.NONE)


def _state_machine(g: Generator, node: Tagbody) -> None:
    """Any tagbody: segment i runs if the state is at most i, so that control falls from one into the next."""
    state = g.temporary()
    loop = Loop(True)
    node.exit.place = _Place(g.function, loop, state=state)
    token = node.exit.token
    if token is not None:
        g.declare(token)
    g.emit(py.assign(state, py.Const(0)))
    g.function.loops.append(loop)
    body: list[ast.stmt] = []
    for index, segment in enumerate(node.segments):
        statements = g.effects(segment)
        if not statements:
            continue
        if index < max(node.targets):
            reached = py.compare(py.name(state), py.LTE, py.Const(index))
            body.append(_at(g, py.IfStmt(reached, statements, [])))
        else:
            body.extend(statements)
    _ended(g, body)
    g.function.loops.pop()
    if token is not None:
        caught = g.temporary()
        own = py.name(token.python)
        foreign = py.compare(py.name(caught), py.IS_NOT, own)
        handler = py.Handler(
            py.name("$Exit"),
            caught,
            [
                py.IfStmt(foreign, [py.Raise(None, None)], []),
                py.assign(state, py.attr(own, "value")),
            ],
        )
        g.emit(py.assign(token.python, py.call("$Exit")))
        body = [_at(g, py.Try(body, [handler], [], []))]
    _emit_loop(g, loop, py.While(py.TRUE, body, []))


@expression_rule(Go)
def _go_expression(g: Generator, node: Go, raw: bool) -> ast.expr:
    _go(g, node, EFFECT)
    return py.NONE


@statement_rule(Go)
def _go(g: Generator, node: Go, destination: Destination) -> None:
    place: _Place = node.exit.place
    if place.function is not g.function:
        token = node.exit.token
        assert token is not None
        target = ast.Attribute(g.reference(token), "value", py.STORE, lineno=g.line, col_offset=0)
        g.emit(py.assign_to(target, py.Const(node.tag)))
        g.emit(py.Raise(g.reference(token), None))
        return
    if place.state:
        g.emit(py.assign(place.state, py.Const(node.tag)))
    assert place.loop is not None
    leave(g, place.loop, False)


# Loops over lists and numbers


@statement_rule(ForEach)
def _for_each_statement(g: Generator, node: ForEach, destination: Destination) -> None:
    _for_each(g, node, Loop(True), Constant(None), destination)


def _for_each(g: Generator, node: ForEach, loop: Loop, result: Node, destination: Destination) -> None:
    rest = g.temporary()
    g.emit(py.assign(rest, g.value(node.sequence)))
    g.function.loops.append(loop)

    def body() -> None:
        g.declare(node.variable)
        g.initialize(node.variable, py.attr(py.name(rest), "car"))
        g.emit(py.assign(rest, py.attr(py.name(rest), "cdr")))
        g.statement(node.body, EFFECT)

    statements = g.buffered(body)[0]
    g.function.loops.pop()
    end = g.block(result, destination)
    _emit_counted(g, loop, py.While(py.not_nil(py.name(rest)), statements, []), end)


@statement_rule(ForRange)
def _for_range_statement(g: Generator, node: ForRange, destination: Destination) -> None:
    _for_range(g, node, Loop(True), Constant(None), destination)


def _for_range(g: Generator, node: ForRange, loop: Loop, result: Node, destination: Destination) -> None:
    count = g.value(node.count)
    if node.end is not None:
        g.declare(node.end)
        count = g.save(count)
        counts = py.compare(count, py.GT, py.Const(0))
        g.initialize(node.end, py.IfExp(counts, count, py.Const(0)))
    g.function.loops.append(loop)
    variable = node.variable
    g.declare(variable)
    counter = g.temporary() if variable.boxed else variable.python

    def body() -> None:
        if variable.boxed:
            g.initialize(variable, py.name(counter))
        g.statement(node.body, EFFECT)

    statements = g.buffered(body)[0]
    g.function.loops.pop()
    end = g.block(result, destination)
    numbers = py.call("$range", count)
    statement = py.For(py.store(counter), numbers, statements or [_at(g, py.Pass())], [])
    _emit_counted(g, loop, statement, end)


def _emit_counted(g: Generator, loop: Loop, statement: Any, end: list[ast.stmt]) -> None:
    """Emit a loop that may end by itself; then, not after a break, its result is delivered."""
    if loop.used or loop.escapes:
        statement.orelse = end
        _emit_loop(g, loop, statement)
    else:
        _emit_loop(g, loop, statement)
        g.function.out.extend(end)


# Cleanup, catch, handlers


@statement_rule(UnwindProtect)
def _unwind_protect(g: Generator, node: UnwindProtect, destination: Destination) -> None:
    body = g.block(node.body, destination.inside())
    cleanup = g.block(node.cleanup, EFFECT)
    g.emit(py.Try(body or [py.Pass()], [], [], cleanup or [py.Pass()]))


@statement_rule(Catch)
def _catch(g: Generator, node: Catch, destination: Destination) -> None:
    tag = g.save(g.value(node.tag))
    if not isinstance(tag, (py.Const, py.Name)) or isinstance(tag, py.Const):
        target = g.temporary()
        g.emit(py.assign(target, tag))
        tag = py.name(target)
    g.emit(py.ExprStmt(py.call("$enter_catch", tag)))
    body = g.block(node.body, destination.inside())
    caught = g.temporary()
    foreign = py.compare(py.attr(py.name(caught), "tag"), py.IS_NOT, tag)
    value = g.buffered(lambda: _deliver_value(g, destination.inside(), py.attr(py.name(caught), "value")))[0]
    handler = py.Handler(py.name("$Throw"), caught, [py.IfStmt(foreign, [py.Raise(None, None)], []), *value])
    inner = py.Try(body or [py.Pass()], [], [], [py.ExprStmt(py.call("$leave_catch"))])
    g.emit(py.Try([inner], [handler], [], []))


@statement_rule(HandlerCase)
def _handler_case(g: Generator, node: HandlerCase, destination: Destination) -> None:
    chosen, condition = g.temporary(), g.temporary()
    g.emit(py.assign(chosen, py.Const(-1)))
    if node.no_error is not None:
        result = g.temporary()
        body = g.block(node.body, Destination("assign", result))
    else:
        body = g.block(node.body, destination.inside())
    types = py.name(g.constant_cell([specifier for specifier, _, _ in node.clauses]))
    caught = g.temporary()
    handlers: list[ast.stmt] = [
        py.assign(condition, py.call("$condition", py.name(caught))),
        py.assign(chosen, py.call("$choose_handler", py.name(condition), types)),
        py.IfStmt(py.compare(py.name(chosen), py.LT, py.Const(0)), [py.Raise(None, None)], []),
    ]
    g.emit(py.Try(body or [py.Pass()], [py.Handler(py.name("$Exception"), caught, handlers)], [], []))
    for index, (_, variable, clause) in enumerate(node.clauses):

        def produce(variable: Variable | None = variable, clause: Node = clause) -> None:
            if variable is not None:
                g.declare(variable)
                g.initialize(variable, py.name(condition))
            g.statement(clause, destination.inside())

        statements = g.buffered(produce)[0]
        test = py.compare(py.name(chosen), py.EQ, py.Const(index))
        g.emit(py.IfStmt(test, statements or [_at(g, py.Pass())], []))
    if node.no_error is not None:
        function = g.expression(node.no_error, False)
        call = py.Call(function, [py.Starred(py.call("$tuple_of", py.name(result)), py.LOAD)], [])
        none = py.compare(py.name(chosen), py.LT, py.Const(0))
        raw = destination.raw
        statements = g.buffered(lambda: g.deliver(destination, call if raw else py.call("$one", call)))[0]
        g.emit(py.IfStmt(none, statements, []))


@expression_rule(LocalRef)
def _local_ref(g: Generator, node: LocalRef, raw: bool) -> ast.expr:
    return g.reference(node.variable)
