"""Analysis of the special operators, and of the macros that the evaluator knows because that is shorter or
faster.
"""

from __future__ import annotations

from typing import Any, Final

from clysm.host.evaluator.analyze import LAMBDA, NIL, Analyzer, cell_of, handles
from clysm.host.evaluator.environment import (
    SPECIAL,
    Environment,
    FunctionMeaning,
    FunctionName,
    LocalMacro,
    SymbolMacro,
    VariableMeaning,
)
from clysm.host.evaluator.tree import (
    And,
    Bind,
    Block,
    Call,
    Catch,
    Constant,
    Exit,
    ForEach,
    ForRange,
    Funcall,
    FunctionRef,
    Go,
    HandlerCase,
    If,
    Labels,
    Lambda,
    Let,
    LoadTimeValue,
    LocalRef,
    Node,
    Or,
    Progn,
    Progv,
    ReturnFrom,
    SetCell,
    SetLocal,
    Tagbody,
    UnwindProtect,
    Values,
    ValuesBind,
    ValuesCall,
    ValuesProg1,
    Variable,
)
from clysm.host.objects import NIL_SYMBOL, Cons, Symbol, T, cl, items_of, iterate, keyword, list_of
from clysm.host.world import symbol_of

_SETF: Final = cl("SETF")
_THE: Final = cl("THE")
_VALUES: Final = cl("VALUES")
_NO_ERROR: Final = keyword("NO-ERROR")
_PROGN: Final = cl("PROGN")
_LET: Final = cl("LET")
_ERROR: Final = cl("ERROR")


@handles("QUOTE")
def _quote(a: Analyzer, form: Any, env: Environment) -> Node:
    (value,) = items_of(form.cdr)
    return Constant(value)


@handles("FUNCTION")
def _function(a: Analyzer, form: Any, env: Environment) -> Node:
    (name,) = items_of(form.cdr)
    if type(name) is Cons and name.car is LAMBDA:
        return a.function("lambda", name.cdr.car, name.cdr.cdr, env)
    resolved = a.function_name(name)
    meaning = env.functions.get(resolved)
    if isinstance(meaning, Variable):
        meaning.use_from(env.scope)
        return LocalRef(meaning)
    if meaning is not None or (isinstance(resolved, Symbol) and resolved in a.world.macros):
        raise a.fail(f"`{name!r}` is a macro, not a function")
    a.note_use("operator", resolved if isinstance(resolved, Symbol) else resolved[1])
    return FunctionRef(cell_of(resolved))


@handles("LAMBDA")
def _lambda(a: Analyzer, form: Any, env: Environment) -> Node:
    return a.function("lambda", form.cdr.car, form.cdr.cdr, env)


@handles("IF")
def _if(a: Analyzer, form: Any, env: Environment) -> Node:
    parts = items_of(form.cdr)
    if len(parts) not in (2, 3):
        raise a.fail(f"`if` with {len(parts)} parts", "two or three")
    nodes = [a.analyze(part, env) for part in parts]
    return If(nodes[0], nodes[1], nodes[2] if len(nodes) == 3 else NIL)


@handles("WHEN")
def _when(a: Analyzer, form: Any, env: Environment) -> Node:
    return If(a.analyze(form.cdr.car, env), a.progn(form.cdr.cdr, env), NIL)


@handles("UNLESS")
def _unless(a: Analyzer, form: Any, env: Environment) -> Node:
    return If(a.analyze(form.cdr.car, env), NIL, a.progn(form.cdr.cdr, env))


@handles("AND")
def _and(a: Analyzer, form: Any, env: Environment) -> Node:
    nodes = a.all(form.cdr, env)
    return And(nodes) if len(nodes) > 1 else nodes[0] if nodes else Constant(T)


@handles("OR")
def _or(a: Analyzer, form: Any, env: Environment) -> Node:
    nodes = a.all(form.cdr, env)
    return Or(nodes) if len(nodes) > 1 else nodes[0] if nodes else NIL


@handles("COND")
def _cond(a: Analyzer, form: Any, env: Environment) -> Node:
    clauses = [(clause, a.analyze(clause.car, env), a.all(clause.cdr, env)) for clause in iterate(form.cdr)]
    result: Node = NIL
    for clause, test, body in reversed(clauses):
        line = a.positions.get(clause, a.position)[0]
        if not body:
            result = Or([test, result], line=line) if result is not NIL or test is not NIL else NIL
            continue
        then = body[0] if len(body) == 1 else Progn(body)
        if isinstance(test, Constant) and test.value is not None:
            result = then
        else:
            result = If(test, then, result, line=line)
    return result


@handles("PROGN")
def _progn(a: Analyzer, form: Any, env: Environment) -> Node:
    return a.progn(form.cdr, env)


@handles("PROG1")
def _prog1(a: Analyzer, form: Any, env: Environment) -> Node:
    first = a.analyze(form.cdr.car, env)
    variable = Variable("first", env.scope)
    return Let([variable], [first], Progn([*a.all(form.cdr.cdr, env), LocalRef(variable)]))


@handles("LOCALLY")
def _locally(a: Analyzer, form: Any, env: Environment) -> Node:
    specials, body = a.body(form.cdr)
    return a.progn(body, env.with_variables(dict.fromkeys(specials, SPECIAL)) if specials else env)


@handles("THE")
def _the(a: Analyzer, form: Any, env: Environment) -> Node:
    _, value = items_of(form.cdr)
    return a.analyze(value, env)


def _binding(a: Analyzer, binding: Any) -> tuple[Symbol, Any]:
    """Name and form of one binding of LET."""
    if type(binding) is Symbol:
        return binding, None
    parts = items_of(binding)
    if not 1 <= len(parts) <= 2 or type(parts[0]) is not Symbol:
        raise a.fail(f"malformed binding `{binding!r}`", "a variable or (variable form)")
    return parts[0], parts[1] if len(parts) == 2 else None


@handles("LET")
def _let(a: Analyzer, form: Any, env: Environment) -> Node:
    pairs = [_binding(a, binding) for binding in iterate(form.cdr.car)]
    values = [a.analyze(value, env) for _, value in pairs]
    locally, body = a.body(form.cdr.cdr)
    return a.let([name for name, _ in pairs], values, body, env, locally)


@handles("LET*")
def _let_star(a: Analyzer, form: Any, env: Environment) -> Node:
    locally, body = a.body(form.cdr.cdr)
    return _let_star_from(a, [_binding(a, binding) for binding in iterate(form.cdr.car)], body, env, locally)


def _let_star_from(
    a: Analyzer, pairs: list[tuple[Symbol, Any]], body: Any, env: Environment, locally: set[Symbol]
) -> Node:
    variables: list[Variable] = []
    values: list[Node] = []
    inner: Node | None = None
    for index, (name, form) in enumerate(pairs):
        value = a.analyze(form, env)
        if a.is_special(name, locally):
            env = env.with_variables({name: SPECIAL})
            inner = Bind([name], [value], _let_star_from(a, pairs[index + 1 :], body, env, locally))
            break
        variable = Variable(name.name, env.scope)
        variables.append(variable)
        values.append(value)
        env = env.with_variables({name: variable})
    if inner is None:
        if locally:
            env = env.with_variables(
                {s: SPECIAL for s in locally if type(env.variables.get(s)) is not Variable}
            )
        inner = a.progn(body, env)
    return Let(variables, values, inner) if variables else inner


@handles("SETQ")
def _setq(a: Analyzer, form: Any, env: Environment) -> Node:
    parts = items_of(form.cdr)
    if len(parts) % 2:
        raise a.fail("`setq` with an odd number of parts", "pairs of a variable and a form")
    nodes = [assign(a, parts[i], parts[i + 1], env) for i in range(0, len(parts), 2)]
    return nodes[0] if len(nodes) == 1 else Progn(nodes) if nodes else NIL


def assign(a: Analyzer, name: Any, form: Any, env: Environment) -> Node:
    """Assignment of the value of a form to a variable or symbol macro."""
    if type(name) is not Symbol:
        raise a.fail(f"`{name!r}` cannot be assigned", "a variable name")
    meaning = a.meaning(name, env)
    if type(meaning) is SymbolMacro:
        return a.analyze(list_of([_SETF, meaning.expansion, form]), env)
    value = a.analyze(form, env)
    if type(meaning) is Variable:
        meaning.assigned = True
        meaning.use_from(env.scope)
        return SetLocal(meaning, value, line=a.position[0])
    a.is_special(name, set())
    return SetCell(name.vkey, value, line=a.position[0])


# Exits


@handles("BLOCK")
def _block(a: Analyzer, form: Any, env: Environment) -> Node:
    return block(a, symbol_of(form.cdr.car), form.cdr.cdr, env)


def block(a: Analyzer, name: Symbol, body: Any, env: Environment) -> Node:
    """The forms of a body in a block."""
    target = Exit(env.scope)
    tree = a.progn(body, env.with_block(name, target))
    return Block(target, tree) if target.used else tree


@handles("RETURN-FROM")
def _return_from(a: Analyzer, form: Any, env: Environment) -> Node:
    return _leave(a, symbol_of(form.cdr.car), form.cdr.cdr, env)


@handles("RETURN")
def _return(a: Analyzer, form: Any, env: Environment) -> Node:
    return _leave(a, NIL_SYMBOL, form.cdr, env)


def _leave(a: Analyzer, name: Symbol, rest: Any, env: Environment) -> Node:
    target = env.blocks.get(name)
    if target is None:
        raise a.fail(f"there is no block `{name.name}` here")
    value = a.analyze(rest.car, env) if rest is not None else NIL
    target.use_from(env.scope)
    target.values.append(value)
    return ReturnFrom(target, value, line=a.position[0])


@handles("TAGBODY")
def _tagbody(a: Analyzer, form: Any, env: Environment) -> Node:
    return tagbody(a, form.cdr, env)


def tagbody(a: Analyzer, body: Any, env: Environment) -> Node:
    """The tags and statements of a TAGBODY."""
    target = Exit(env.scope)
    targets: set[int] = set()
    statements = items_of(body)
    tags: dict[Any, tuple[Exit, int, set[int]]] = {}
    for item in statements:
        if type(item) is not Cons:
            tags[item] = (target, len(tags) + 1, targets)
    inner = env.with_tags(tags) if tags else env
    segments: list[list[Node]] = [[]]
    for item in statements:
        if type(item) is Cons:
            segments[-1].append(a.analyze(item, inner))
        else:
            segments.append([])
    if not targets:
        return Progn([*(node for segment in segments for node in segment), NIL])
    return Tagbody(target, segments, targets)


@handles("GO")
def _go(a: Analyzer, form: Any, env: Environment) -> Node:
    (tag,) = items_of(form.cdr)
    found = env.tags.get(tag)
    if found is None:
        raise a.fail(f"there is no tag `{tag!r}` here")
    target, index, targets = found
    targets.add(index)
    target.use_from(env.scope)
    return Go(target, index, line=a.position[0])


@handles("CATCH")
def _catch(a: Analyzer, form: Any, env: Environment) -> Node:
    return Catch(a.analyze(form.cdr.car, env), a.progn(form.cdr.cdr, env))


@handles("THROW")
def _throw(a: Analyzer, form: Any, env: Environment) -> Node:
    tag, value = items_of(form.cdr)
    return Call("$throw", [a.analyze(tag, env), ValuesCall(FunctionRef("$tuple"), [a.analyze(value, env)])])


@handles("UNWIND-PROTECT")
def _unwind_protect(a: Analyzer, form: Any, env: Environment) -> Node:
    body = a.analyze(form.cdr.car, env)
    return UnwindProtect(body, a.progn(form.cdr.cdr, env)) if form.cdr.cdr is not None else body


@handles("HANDLER-CASE")
def _handler_case(a: Analyzer, form: Any, env: Environment) -> Node:
    body = a.analyze(form.cdr.car, env)
    clauses: list[tuple[Any, Variable | None, Node]] = []
    no_error: Lambda | None = None
    for clause in iterate(form.cdr.cdr):
        specifier, parameters, forms = clause.car, clause.cdr.car, clause.cdr.cdr
        if specifier is _NO_ERROR:
            no_error = a.function("no-error", parameters, forms, env)
        elif parameters is None:
            locally, forms = a.body(forms)
            clauses.append((specifier, None, a.let([], [], forms, env, locally)))
        else:
            locally, forms = a.body(forms)
            variable = Variable(parameters.car.name, env.scope)
            tree = a.let([parameters.car], [LocalRef(variable)], forms, env, locally)
            clauses.append((specifier, variable, tree))
    return HandlerCase(body, clauses, no_error)


@handles("IGNORE-ERRORS")
def _ignore_errors(a: Analyzer, form: Any, env: Environment) -> Node:
    body = a.progn(form.cdr, env)
    variable = Variable("condition", env.scope)
    return HandlerCase(body, [(_ERROR, variable, Values([NIL, LocalRef(variable)]))], None)


# Functions


@handles("FLET")
def _flet(a: Analyzer, form: Any, env: Environment) -> Node:
    return _local_functions(a, form, env, False)


@handles("LABELS")
def _labels(a: Analyzer, form: Any, env: Environment) -> Node:
    return _local_functions(a, form, env, True)


def _local_functions(a: Analyzer, form: Any, env: Environment, recursive: bool) -> Node:
    variables: list[Variable] = []
    added: dict[FunctionName, FunctionMeaning] = {}
    for definition in iterate(form.cdr.car):
        name = a.function_name(definition.car)
        symbol = name if isinstance(name, Symbol) else name[1]
        variable = Variable(symbol.name, env.scope)
        variables.append(variable)
        added[name] = variable
    inner = env.with_functions(added)
    functions = []
    for definition, variable, name in zip(iterate(form.cdr.car), variables, added, strict=True):
        block_name = name if isinstance(name, Symbol) else name[1]
        function = a.function(
            variable.name, definition.cdr.car, definition.cdr.cdr, inner if recursive else env, block_name
        )
        functions.append(function)
    locally, body = a.body(form.cdr.cdr)
    return Labels(variables, functions, a.let([], [], body, inner, locally))


@handles("MACROLET")
def _macrolet(a: Analyzer, form: Any, env: Environment) -> Node:
    from clysm.host.evaluator.definers import macro_lambda

    added: dict[FunctionName, FunctionMeaning] = {}
    for definition in iterate(form.cdr.car):
        expander = a.evaluate(macro_lambda(a, definition.car, definition.cdr.car, definition.cdr.cdr))
        added[definition.car] = LocalMacro(expander)
    locally, body = a.body(form.cdr.cdr)
    return a.let([], [], body, env.with_functions(added), locally)


@handles("SYMBOL-MACROLET")
def _symbol_macrolet(a: Analyzer, form: Any, env: Environment) -> Node:
    added: dict[Symbol, VariableMeaning] = {}
    for definition in iterate(form.cdr.car):
        name, expansion = items_of(definition)
        added[name] = SymbolMacro(expansion)
    locally, body = a.body(form.cdr.cdr)
    return a.let([], [], body, env.with_variables(added), locally)


@handles("FUNCALL")
def _funcall(a: Analyzer, form: Any, env: Environment) -> Node:
    function = a.analyze(form.cdr.car, env)
    args = a.all(form.cdr.cdr, env)
    if isinstance(function, FunctionRef):
        return Call(function.cell, args)
    return Funcall(function, args)


# Multiple values


@handles("VALUES")
def _values(a: Analyzer, form: Any, env: Environment) -> Node:
    return Values(a.all(form.cdr, env))


@handles("MULTIPLE-VALUE-BIND")
def _multiple_value_bind(a: Analyzer, form: Any, env: Environment) -> Node:
    names = items_of(form.cdr.car)
    values = a.analyze(form.cdr.cdr.car, env)
    locally, body = a.body(form.cdr.cdr.cdr)
    temporaries = [Variable(name.name, env.scope) for name in names]
    if any(a.is_special(name, locally) for name in names):
        inner = a.let(names, [LocalRef(v) for v in temporaries], body, env, locally)
        return ValuesBind(temporaries, values, inner)
    added: dict[Symbol, VariableMeaning] = dict.fromkeys(locally, SPECIAL)
    added.update(zip(names, temporaries, strict=True))
    return ValuesBind(temporaries, values, a.progn(body, env.with_variables(added)))


@handles("MULTIPLE-VALUE-CALL")
def _multiple_value_call(a: Analyzer, form: Any, env: Environment) -> Node:
    return ValuesCall(a.analyze(form.cdr.car, env), a.all(form.cdr.cdr, env))


@handles("MULTIPLE-VALUE-LIST")
def _multiple_value_list(a: Analyzer, form: Any, env: Environment) -> Node:
    (values,) = items_of(form.cdr)
    return ValuesCall(FunctionRef(cl("LIST").fkey), [a.analyze(values, env)])


@handles("MULTIPLE-VALUE-PROG1")
def _multiple_value_prog1(a: Analyzer, form: Any, env: Environment) -> Node:
    return ValuesProg1(a.analyze(form.cdr.car, env), a.progn(form.cdr.cdr, env))


# Variables of the dynamic environment, evaluation time


@handles("PROGV")
def _progv(a: Analyzer, form: Any, env: Environment) -> Node:
    symbols, values = a.analyze(form.cdr.car, env), a.analyze(form.cdr.cdr.car, env)
    return Progv(symbols, values, a.progn(form.cdr.cdr.cdr, env))


@handles("LOAD-TIME-VALUE")
def _load_time_value(a: Analyzer, form: Any, env: Environment) -> Node:
    from clysm.host.evaluator.environment import null_environment

    return LoadTimeValue(a.function("load-time-value", None, Cons(form.cdr.car, None), null_environment()))


@handles("EVAL-WHEN")
def _eval_when(a: Analyzer, form: Any, env: Environment) -> Node:
    return a.progn(form.cdr.cdr, env) if form.cdr.car is not None else NIL


# Iteration


@handles("LOOP")
def _loop(a: Analyzer, form: Any, env: Environment) -> Node:
    if any(type(item) is not Cons for item in iterate(form.cdr)):
        if form.car not in a.world.macros and a.world.extended_loop is not None:
            a.world.extended_loop()
        macro = a.world.macros.get(form.car)
        if macro is None:
            raise a.fail(
                "the extended `loop` is not in the dialect", "compound forms only", "use do or dolist"
            )
        return a.analyze(a.expand(macro, form, env), env)
    exit_ = Exit(env.scope)
    inner = env.with_block(NIL_SYMBOL, exit_)
    repeat = Exit(env.scope)
    body = Tagbody(repeat, [[], [*a.all(form.cdr, inner), Go(repeat, 1)]], {1})
    repeat.used = True
    return Block(exit_, body) if exit_.used else body


@handles("DOLIST")
def _dolist(a: Analyzer, form: Any, env: Environment) -> Node:
    return _each(a, form, env, ForEach)


@handles("DOTIMES")
def _dotimes(a: Analyzer, form: Any, env: Environment) -> Node:
    return _each(a, form, env, ForRange)


def _each(a: Analyzer, form: Any, env: Environment, kind: type[ForEach] | type[ForRange]) -> Node:
    """DOLIST or DOTIMES; the result form sees the variable, NIL or the count."""
    parts = items_of(form.cdr.car)
    name, source = parts[0], parts[1]
    exit_ = Exit(env.scope)
    inner = env.with_block(NIL_SYMBOL, exit_)
    sequence = a.analyze(source, inner)
    locally, body = a.body(form.cdr.cdr)
    variable = Variable(name.name, env.scope)
    special = a.is_special(name, locally)
    tree = tagbody(a, body, inner.with_variables({name: SPECIAL if special else variable}))
    if special:
        tree = Bind([name], [LocalRef(variable)], tree)
    macro = a.world.macros.get(form.car)
    if kind is ForRange and (variable.captured or variable.assigned) and macro is not None:
        return a.analyze(a.expand(macro, form, env), env)  # Python's loop would not see the assignments
    count = Variable("count", env.scope) if len(parts) > 2 else None
    end: Node = LocalRef(count) if count is not None and kind is ForRange else NIL
    result = a.let([name], [end], list_of(parts[2:]), inner, locally) if len(parts) > 2 else NIL
    loop: Node = (
        ForEach(variable, sequence, tree) if kind is ForEach else ForRange(variable, sequence, tree, count)
    )
    whole = Progn([loop, result])
    return Block(exit_, whole) if exit_.used else whole
