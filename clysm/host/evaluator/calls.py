"""Generation of references, assignments, calls, functions and multiple values."""

from __future__ import annotations

import ast
from typing import Any, Final

from clysm.host.evaluator import pyast as py
from clysm.host.evaluator.generate import (
    EFFECT,
    RETURN,
    Destination,
    Generator,
    PythonFunction,
    expression_rule,
    stable,
    statement_rule,
    test_rule,
)
from clysm.host.evaluator.inline import FIRST_VALUE, INLINE, INLINE_EFFECTS, INLINE_TESTS, inline_gethash
from clysm.host.evaluator.multiplicity import many, settle, sources
from clysm.host.evaluator.tree import (
    Call,
    Case,
    ClassDefinition,
    Constant,
    DefineFunction,
    Funcall,
    FunctionRef,
    GlobalRef,
    Labels,
    Lambda,
    LoadTimeValue,
    LocalCall,
    Node,
    Optional,
    SetCell,
    SetLocal,
    Values,
    ValuesBind,
    ValuesCall,
    ValuesProg1,
    Variable,
)
from clysm.host.objects import CaseTable, Char, Symbol, T, cl
from clysm.host.world import Signature

LIST_CELL: Final = cl("LIST").fkey
GETHASH_CELL: Final = cl("GETHASH").fkey

# References and assignments


def constant(g: Generator, value: Any) -> ast.expr:
    """An expression for a constant object."""
    kind = type(value)
    if value is None:
        return py.NONE
    if value is T:
        return py.T_NAME
    if kind is int or kind is str or kind is float:
        return py.Const(value)
    return py.name(g.constant_cell(value))


@expression_rule(Constant)
def _constant(g: Generator, node: Constant, raw: bool) -> ast.expr:
    return constant(g, node.value)


@expression_rule(GlobalRef)
def _global_ref(g: Generator, node: GlobalRef, raw: bool) -> ast.expr:
    return g.cell(node.symbol.vkey)


@expression_rule(FunctionRef)
def _function_ref(g: Generator, node: FunctionRef, raw: bool) -> ast.expr:
    return g.cell(node.cell)


def _note_assignment(g: Generator, variable: Variable) -> None:
    if variable.scope is not g.function.scope:
        g.function.outer_assigned[variable.python] = None


@expression_rule(SetLocal)
def _set_local(g: Generator, node: SetLocal, raw: bool) -> ast.expr:
    variable = node.variable
    if variable.boxed:
        value = g.save(g.value(node.value))
        g.emit(py.assign_to(_box_slot(variable), value))
        return value
    _note_assignment(g, variable)
    return py.walrus(variable.python, g.value(node.value))


@statement_rule(SetLocal)
def _set_local_statement(g: Generator, node: SetLocal, destination: Destination) -> None:
    if destination.kind != "effect":
        g.deliver(destination, _set_local(g, node, False))
    elif node.variable.boxed:
        g.emit(py.assign_to(_box_slot(node.variable), g.value(node.value)))
    else:
        _note_assignment(g, node.variable)
        g.emit(py.assign(node.variable.python, g.value(node.value)))


def _box_slot(variable: Variable) -> ast.expr:
    return py.Item(py.name(variable.python), py.Const(0), py.STORE)


@expression_rule(SetCell)
def _set_cell(g: Generator, node: SetCell, raw: bool) -> ast.expr:
    value = g.value(node.value)
    return py.walrus(g.store_cell(node.cell), value)


@statement_rule(SetCell)
def _set_cell_statement(g: Generator, node: SetCell, destination: Destination) -> None:
    if destination.kind != "effect":
        g.deliver(destination, _set_cell(g, node, False))
    else:
        g.emit(py.assign(g.store_cell(node.cell), g.value(node.value)))


@expression_rule(LoadTimeValue)
def _load_time_value(g: Generator, node: LoadTimeValue, raw: bool) -> ast.expr:
    cell = g.constant_cell(node)
    outer = g.function
    while_loading = PythonFunction(outer.scope)
    g.function = while_loading
    value = g.call(g.expression(node.value, False), [])
    g.emit(py.ExprStmt(py.call("$set_cell", py.Const(cell), py.call("$one", value))))
    g.function = outer
    g.load_time.extend(while_loading.out)
    return py.name(cell)


# Calls


@expression_rule(Call)
def _call(g: Generator, node: Call, raw: bool) -> ast.expr:
    line = node.line or g.line
    accessor = g.world.accessors.get(node.cell)
    if accessor is not None:
        expression = _structure_access(g, node, accessor)
        if expression is not None:
            return expression
    rule = INLINE.get(node.cell)
    test = INLINE_TESTS.get(node.cell)
    if rule is not None or test is not None:
        args = g.sequence(node.args)
        inline = rule(g, args) if rule is not None else None
        if inline is not None:
            inline.lineno = line
            return inline
        truth = test(g, args) if test is not None else None
        if truth is not None:
            truth.lineno = line
            return py.IfExp(truth, py.T_NAME, py.NONE)
        g.line = line
        return g.single(node, raw, _direct_call(g, node, args))
    args = g.sequence(node.args)
    g.line = line
    if not raw and node.cell == GETHASH_CELL:
        return inline_gethash(g, args) or g.call(py.name(FIRST_VALUE[node.cell]), args)
    if not raw and node.cell in FIRST_VALUE:
        return g.call(py.name(FIRST_VALUE[node.cell]), args)
    return g.single(node, raw, _direct_call(g, node, args))


@test_rule(Call)
def _call_test(g: Generator, node: Call) -> ast.expr:
    if node.cell in _NEGATIONS and len(node.args) == 1:
        return py.negate(g.test(node.args[0]))
    rule = INLINE_TESTS.get(node.cell)
    if rule is not None:
        args = g.sequence(node.args)
        test = rule(g, args)
        if test is not None:
            test.lineno = node.line or g.line
            return test
        return py.not_nil(g.single(node, False, _direct_call(g, node, args)))
    return py.not_nil(_call(g, node, False))


_NEGATIONS: Final = frozenset({cl("NOT").fkey, cl("NULL").fkey})


@statement_rule(Call)
def _call_statement(g: Generator, node: Call, destination: Destination) -> None:
    if destination.kind == "effect":
        rule = INLINE_EFFECTS.get(node.cell)
        if rule is not None and rule(g, node.args):
            return
    g.deliver(destination, _call(g, node, destination.raw))


def _structure_access(g: Generator, node: Call, accessor: tuple[str, str]) -> ast.expr | None:
    """Read or write of a structure slot, as attribute access."""
    kind, slot = accessor
    line = node.line or g.line
    if kind == "read" and len(node.args) == 1:
        return py.located(py.attr(g.value(node.args[0]), slot), line)  # type: ignore[no-any-return]
    if kind == "write" and len(node.args) == 2:
        value, structure = g.sequence(node.args)
        value = g.save(value) if not stable(value) else value
        target = py.Attr(structure, slot, py.STORE)
        target.lineno = line
        g.emit(py.assign_to(target, value))
        return value
    return None


def _keyword_call(g: Generator, node: Call, args: list[ast.expr]) -> ast.expr | None:
    """A call of the keyword entry, where the signature and the keywords written allow it."""
    signature = g.world.signatures.get(node.cell)
    if signature is None or signature.keys is None or len(args) < signature.required:
        return None
    written = _keywords_written(node.args[signature.required :])
    if written is None or any(keyword not in signature.keys for keyword in written):
        return None
    names = [signature.keys[keyword] for keyword in written]
    values = args[signature.required + 1 :: 2]
    keywords: list[ast.keyword] = [py.Keyword(name, value) for name, value in zip(names, values, strict=True)]
    call = py.Call(py.name("k" + node.cell), args[: signature.required], keywords)
    call.lineno = g.line
    return call


def _keywords_written(pairs: list[Node]) -> list[str] | None:
    """The keywords of keyword arguments, if all are constant keywords and no two the same."""
    if len(pairs) % 2:
        return None
    names: list[str] = []
    for key in pairs[::2]:
        if not isinstance(key, Constant) or type(key.value) is not Symbol or key.value.package != "KEYWORD":
            return None
        names.append(key.value.name)
    return names if len(set(names)) == len(names) else None


def _constructor_call(g: Generator, node: Call, args: list[ast.expr]) -> ast.expr | None:
    """A call of a structure's class instead of its constructor, where that evaluates the same in order."""
    constructor = g.world.constructors.get(node.cell)
    if constructor is None:
        return None
    if constructor.required is None:
        written = _keywords_written(node.args)
        if written is None or any(all(slot[1] != name for slot in constructor.slots) for name in written):
            return None
        given = dict(zip(written, args[1::2], strict=True))
        chosen = [given.get(keyword) for _, keyword, _, _ in constructor.slots]
        order = [keyword for _, keyword, _, _ in constructor.slots if keyword in given]
        in_order = order == written
    else:
        if len(args) != constructor.required:
            return None
        chosen = [args[position] if position is not None else None for position, _, _, _ in constructor.slots]
        used = [position for position, _, _, _ in constructor.slots if position is not None]
        in_order = used == list(range(len(args)))
    if not in_order and not all(stable(arg) for arg in args):
        return None
    values: list[ast.expr] = []
    for value, (_, _, is_atom, default) in zip(chosen, constructor.slots, strict=True):
        if value is None and not is_atom:
            return None
        values.append(value if value is not None else constant(g, default))
    return g.call(py.name(constructor.class_cell), values)


def _direct_call(g: Generator, node: Call, args: list[ast.expr]) -> ast.expr:
    """The call of a global function in its cheapest form."""
    special = _constructor_call(g, node, args) or _keyword_call(g, node, args)
    return special or g.call(g.cell(node.cell), args)


@expression_rule(LocalCall)
def _local_call(g: Generator, node: LocalCall, raw: bool) -> ast.expr:
    args = g.sequence(node.args)
    g.line = node.line or g.line
    return g.single(node, raw, g.call(g.reference(node.variable), args))


@expression_rule(Funcall)
def _funcall(g: Generator, node: Funcall, raw: bool) -> ast.expr:
    function, *args = g.sequence([node.function, *node.args])
    g.line = node.line or g.line
    return g.single(node, raw, g.call(function, args))


# Functions


@expression_rule(Lambda)
def _lambda(g: Generator, node: Lambda, raw: bool) -> ast.expr:
    name = g.temporary() + node.name
    shared = _fresh_captures(g, node)
    definition = _definition(g, node, name)
    if not shared:
        g.emit(definition)
        return py.name(name)
    factory = g.temporary()
    body = [definition, py.Return(py.name(name))]
    g.emit(py.function_def(factory, py.parameters(shared, []), body, g.line))
    return py.call(factory, *(py.name(text) for text in shared))


def _fresh_captures(g: Generator, *nodes: Lambda) -> list[str]:
    """The Python names of captured variables whose present binding the functions must keep."""
    names: dict[str, None] = {}
    for node in nodes:
        for variable in node.scope.free:
            if variable.fresh and variable.scope is g.function.scope:
                names[variable.python] = None
    return list(names)


@statement_rule(Labels)
def _labels(g: Generator, node: Labels, destination: Destination) -> None:
    settle(node, g.world)
    for variable in node.variables:
        g.declare(variable)
        variable.boxed = False
    own = [variable.python for variable in node.variables]
    shared = [text for text in _fresh_captures(g, *node.functions) if text not in own]
    definitions: list[ast.stmt] = [
        _definition(g, function, variable.python)
        for variable, function in zip(node.variables, node.functions, strict=True)
    ]
    if shared or any(variable.fresh for variable in node.variables):
        factory = g.temporary()
        definitions.append(py.Return(py.tuple_of([py.name(text) for text in own])))
        g.emit(py.function_def(factory, py.parameters(shared, []), definitions, g.line))
        target = py.TupleExp([py.store(text) for text in own], py.STORE)
        g.emit(py.assign_to(target, py.call(factory, *(py.name(text) for text in shared))))
    else:
        for definition in definitions:
            g.function.out.append(definition)
    g.statement(node.body, destination)


@statement_rule(DefineFunction)
def _define_function(g: Generator, node: DefineFunction, destination: Destination) -> None:
    function = node.function
    single = not sources(function.body, g.world) - {node.cell}
    known = node.cell in g.world.signatures or node.cell in g.world.assumed_single
    if single and not known:  # for calls of the function in its own body
        g.world.signatures[node.cell] = Signature(len(function.required), None, True)
    keyed = (
        bool(function.keys)
        and not function.optional
        and function.rest is None
        and not function.allow_other_keys
    )
    names: list[ast.expr] = []
    if keyed and function.keys is not None:
        for parameter in function.keys:
            assert parameter.keyword is not None
            if parameter.keyword.package != "KEYWORD":
                keyed = False
            names.append(py.Const(parameter.keyword.name))
    cell = "k" + node.cell if keyed else node.cell
    definition = _definition(g, function, cell, keyword_entry=keyed)
    if not known:
        g.world.assumed_single.discard(node.cell)
    g.store_cell(cell)
    g.emit(definition)
    g.emit(
        py.ExprStmt(
            py.call(
                "$defined",
                py.Const(node.cell),
                py.Const(len(function.required)),
                py.tuple_of(names) if keyed else py.NONE,
                py.Const(single),
            )
        )
    )


def _definition(g: Generator, node: Lambda, name: str, keyword_entry: bool = False) -> ast.stmt:
    """The Python function of a Lisp function."""
    outer = g.function
    function = g.function = PythonFunction(node.scope)
    g.line = node.line or g.line
    line = g.line
    positional = [g.declare(variable) for variable in node.required]
    defaults: list[ast.expr] = []
    for parameter in node.optional:
        positional.append(g.declare(parameter.variable))
        plain = parameter.supplied is None and isinstance(parameter.default, Constant)
        defaults.append(
            g.value(parameter.default) if plain and _is_atomic(parameter.default) else py.name("$U")
        )
    for parameter, default in zip(node.optional, defaults, strict=True):
        if isinstance(default, py.Name) and default.id == "$U":
            _default_parameter(g, parameter, parameter.variable.python)
    rest: str | None = None
    keywords: list[str] = []
    if keyword_entry and node.keys is not None:
        for parameter in node.keys:
            assert parameter.keyword is not None
            keywords.append("&" + parameter.keyword.name)
        for parameter, text in zip(node.keys, keywords, strict=True):
            g.declare(parameter.variable)
            _default_parameter(g, parameter, text)
    elif node.rest is not None or node.keys is not None:
        rest = _rest_parameter(g, node)
    g.statement(node.body, RETURN)
    body = function.out
    if function.outer_assigned:
        body.insert(0, py.Nonlocal(list(function.outer_assigned)))
    if function.stored_cells:
        body.insert(0, py.Global(list(function.stored_cells)))
    g.function = outer
    arguments = py.parameters(positional, defaults, rest, keywords, py.name("$U"))
    return py.function_def(name, arguments, body, line)


def _is_atomic(node: Node) -> bool:
    return isinstance(node, Constant) and (node.value is None or type(node.value) in (int, str, float))


def _default_parameter(g: Generator, parameter: Optional, argument: str) -> None:
    """Emit what gives an optional or key parameter its value, from the Python parameter `argument`."""
    variable = parameter.variable
    missing = py.compare(py.name(argument), py.IS, py.name("$U"))
    then: list[ast.stmt] = []
    otherwise: list[ast.stmt] = []
    supplied = parameter.supplied
    if supplied is not None:
        g.declare(supplied)
    then += g.block(parameter.default, Destination("assign", variable.python, raw=False))
    if argument != variable.python:
        otherwise.append(py.assign(variable.python, py.name(argument)))
    if supplied is not None:
        then.append(py.assign(supplied.python, py.NONE))
        otherwise.append(py.assign(supplied.python, py.T_NAME))
    g.emit(py.IfStmt(missing, then, otherwise))


def _rest_parameter(g: Generator, node: Lambda) -> str:
    """Emit what takes &rest and &key parameters from the tuple of further arguments; returns the name of
    that.
    """
    arguments = g.temporary()
    if node.rest is not None:
        g.declare(node.rest)
        g.initialize(node.rest, py.call("$list", py.name(arguments)))
    if node.keys is not None:
        raw = [g.temporary() for _ in node.keys]
        keywords = [parameter.keyword for parameter in node.keys]
        allow = py.Const(node.allow_other_keys)
        taken = py.call("$keys", py.name(arguments), py.name(g.constant_cell(keywords)), allow)
        if raw:
            g.emit(py.assign_to(py.TupleExp([py.store(text) for text in raw], py.STORE), taken))
        else:
            g.emit(py.ExprStmt(taken))
        for parameter, text in zip(node.keys, raw, strict=True):
            g.declare(parameter.variable)
            _default_parameter(g, parameter, text)
    return arguments


# Case


@statement_rule(Case)
def _case(g: Generator, node: Case, destination: Destination) -> None:
    key = g.save(g.value(node.key))
    if isinstance(key, py.Const):
        target = g.temporary()
        g.emit(py.assign(target, key))
        key = py.name(target)
    if sum(len(keys) for keys, _ in node.clauses) > 8 and all(
        _is_identical(k) for ks, _ in node.clauses for k in ks
    ):
        table = CaseTable()
        for index, (keys, _) in enumerate(node.clauses):
            for one in keys:
                table.setdefault(one, index)
        target = g.temporary()
        cell = py.name(g.constant_cell(table))
        g.emit(py.assign(target, py.call("$case_index", cell, key)))
        bodies = [g.block(body, destination) for _, body in node.clauses]
        otherwise = g.block(node.otherwise, destination)
        found = _search(g, py.name(target), bodies, 0, len(bodies))
        g.emit(py.IfStmt(py.compare(py.name(target), py.LT, py.Const(0)), otherwise or [py.Pass()], found))
        return
    branches: list[tuple[ast.expr, list[ast.stmt]]] = []
    for keys, body in node.clauses:
        tests = [_key_test(g, key, one) for one in keys]
        branches.append((py.boolean(py.OR, tests) if tests else py.FALSE, g.block(body, destination)))
    result = g.block(node.otherwise, destination)
    for test, statements in reversed(branches):
        statement = py.IfStmt(test, statements or [py.Pass()], result)
        statement.lineno = g.line
        result = [statement]
    g.function.out.extend(result)


def _search(
    g: Generator, index: ast.expr, bodies: list[list[ast.stmt]], low: int, high: int
) -> list[ast.stmt]:
    """Statements that find the clause with an index, low <= index < high, by binary search."""
    if high - low == 1:
        return bodies[low] or [py.Pass()]
    middle = (low + high) // 2
    first = _search(g, index, bodies, low, middle)
    second = _search(g, index, bodies, middle, high)
    return [py.IfStmt(py.compare(index, py.LT, py.Const(middle)), first, second)]


def _is_identical(key: Any) -> bool:
    """Whether EQL on this key is identity of Python objects, or equality of ints."""
    return key is None or type(key) in (Symbol, Char, int)


def _key_test(g: Generator, key: ast.expr, constant_key: Any) -> ast.expr:
    expression = constant(g, constant_key)
    if constant_key is None or type(constant_key) in (Symbol, Char):
        return py.compare(key, py.IS, expression)
    if type(constant_key) is int:
        is_int = py.is_type(key, "$int")
        return py.boolean(py.AND, [py.compare(key, py.EQ, expression), is_int])
    return py.call("$eql", key, expression)


# Multiple values


@expression_rule(Values)
def _values(g: Generator, node: Values, raw: bool) -> ast.expr:
    args = g.sequence(node.args)
    if len(args) == 1:
        return args[0]
    if raw:
        return py.tuple_of(args)
    if not args:
        return py.NONE
    first, *rest = args
    if all(isinstance(arg, (py.Const, py.Name)) for arg in rest):
        return first
    return py.item(py.tuple_of(args), py.Const(0))


@statement_rule(Values)
def _values_statement(g: Generator, node: Values, destination: Destination) -> None:
    if destination.kind == "effect":
        for arg in node.args:
            g.statement(arg, EFFECT)
    else:
        g.deliver(destination, _values(g, node, destination.raw))


@statement_rule(ValuesBind)
def _values_bind(g: Generator, node: ValuesBind, destination: Destination) -> None:
    if isinstance(node.values, Values):
        given = g.sequence(node.values.args)
        for variable in node.variables[: len(given)]:
            g.declare(variable)
        saved = [g.save(value) if index < len(given) - 1 else value for index, value in enumerate(given)]
        for value in saved[len(node.variables) :]:
            g.deliver(EFFECT, value)
        for variable, value in zip(node.variables, saved, strict=False):
            g.initialize(variable, value)
        for variable in node.variables[len(given) :]:
            g.declare(variable)
            g.initialize(variable, py.NONE)
    elif not many(node.values, g.world) or not node.variables:
        if node.variables:
            g.declare(node.variables[0])
            g.initialize(node.variables[0], g.value(node.values))
        else:
            g.statement(node.values, EFFECT)
        for variable in node.variables[1:]:
            g.declare(variable)
            g.initialize(variable, py.NONE)
    else:
        _spread(g, node)
    g.statement(node.body, destination)


def _spread(g: Generator, node: ValuesBind) -> None:
    """Bind variables to the values of a node that may return any number."""
    count = len(node.variables)
    value = g.temporary()
    g.emit(py.assign(value, g.expression(node.values, True)))
    names = [g.declare(variable) for variable in node.variables]
    boxed = any(variable.boxed for variable in node.variables)
    targets = [g.temporary() for _ in names] if boxed else names
    name = py.name(value)
    fits = py.boolean(
        py.AND,
        [
            py.is_type(name, "$tuple_type"),
            py.compare(py.call("$len", name), py.EQ, py.Const(count)),
        ],
    )
    spread = py.IfExp(fits, name, py.call("$spread", name, py.Const(count)))
    g.emit(py.assign_to(py.TupleExp([py.store(text) for text in targets], py.STORE), spread))
    if boxed:
        for variable, text in zip(node.variables, targets, strict=True):
            g.initialize(variable, py.name(text))


@expression_rule(ValuesCall)
def _values_call(g: Generator, node: ValuesCall, raw: bool) -> ast.expr:
    function = g.save(g.value(node.function))
    if len(node.args) == 1 and isinstance(node.function, FunctionRef) and node.function.cell == LIST_CELL:
        values = g.expression(node.args[0], True)
        if many(node.args[0], g.world):
            return py.call("$values_list", values)
        return py.call("$Cons", values, py.NONE)
    parts: list[ast.expr] = []
    for arg in node.args:
        parts.append(py.name(target := g.temporary()))
        g.emit(py.assign(target, py.call("$tuple_of", g.expression(arg, True))))
    call = g.call(function, [py.Starred(part, py.LOAD) for part in parts])
    return g.single(node, raw, call)


@expression_rule(ValuesProg1)
def _values_prog1(g: Generator, node: ValuesProg1, raw: bool) -> ast.expr:
    target = g.temporary()
    g.emit(py.assign(target, g.expression(node.first, raw)))
    g.statement(node.rest, EFFECT)
    return py.name(target)


# Structures


@statement_rule(ClassDefinition)
def _class_definition(g: Generator, node: ClassDefinition, destination: Destination) -> None:
    body: list[ast.stmt] = [
        py.assign("__slots__", py.tuple_of([py.Const(slot) for slot in node.slots])),
    ]
    if node.all_slots:
        this = py.name("self")
        arguments = [f"{index}" for index in range(len(node.all_slots))]
        init: list[ast.stmt] = [
            py.assign_to(py.Attr(this, slot, py.STORE), py.name(argument))
            for slot, argument in zip(node.all_slots, arguments, strict=True)
        ]
        body.append(py.function_def("__init__", py.parameters(["self", *arguments], []), init, g.line))
    base = py.name(node.parent if node.parent is not None else "$Structure")
    g.emit(py.class_def(g.store_cell(node.cell), base, body))
