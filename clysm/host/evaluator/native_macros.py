"""Standard macros that the evaluator analyzes itself, for speed. The results are those of the Lisp
definitions in clysm/lisp/library; a case that is not simple is left to them.
"""

from __future__ import annotations

from typing import Any, Final

from clysm.host.evaluator.analyze import NIL, Analyzer, cell_of, handles
from clysm.host.evaluator.environment import Environment, LocalMacro, Special, SymbolMacro
from clysm.host.evaluator.special_forms import assign
from clysm.host.evaluator.tree import (
    Call,
    Case,
    Constant,
    GlobalRef,
    If,
    Let,
    LocalRef,
    Node,
    Progn,
    SetCell,
    SetLocal,
    TypeTest,
    Variable,
)
from clysm.host.objects import Cons, Symbol, T, cl, items_of, iterate, list_of

_OTHERWISE: Final = cl("OTHERWISE")
_QUOTE: Final = cl("QUOTE")
_CONS: Final = cl("CONS")
_PLUS: Final = cl("+")
_MINUS: Final = cl("-")
_LET: Final = cl("LET")
_MAKE_STRING_OUTPUT: Final = cl("MAKE-STRING-OUTPUT-STREAM")
_GET_STRING: Final = cl("GET-OUTPUT-STREAM-STRING")


# Case


@handles("CASE")
def _case(a: Analyzer, form: Any, env: Environment) -> Node:
    return _analyze_case(a, form, env, False)


@handles("ECASE")
def _ecase(a: Analyzer, form: Any, env: Environment) -> Node:
    return _analyze_case(a, form, env, True)


def _analyze_case(a: Analyzer, form: Any, env: Environment, must_match: bool) -> Node:
    key = a.analyze(form.cdr.car, env)
    variable = Variable("key", env.scope)
    clauses: list[tuple[list[Any], Node]] = []
    otherwise: Node = NIL
    for clause in iterate(form.cdr.cdr):
        body = a.progn(clause.cdr, env)
        if not must_match and (clause.car is T or clause.car is _OTHERWISE):
            otherwise = body
        else:
            clauses.append(
                (
                    items_of(clause.car) if type(clause.car) is Cons or clause.car is None else [clause.car],
                    body,
                )
            )
    if must_match:
        wanted = list_of(one for keys, _ in clauses for one in keys)
        otherwise = Call("$no_case", [LocalRef(variable), Constant(wanted)], line=a.position[0])
    return Let([variable], [key], Case(LocalRef(variable), clauses, otherwise))


@handles("TYPECASE")
def _typecase(a: Analyzer, form: Any, env: Environment) -> Node:
    return _analyze_typecase(a, form, env, False)


@handles("ETYPECASE")
def _etypecase(a: Analyzer, form: Any, env: Environment) -> Node:
    return _analyze_typecase(a, form, env, True)


def _analyze_typecase(a: Analyzer, form: Any, env: Environment, must_match: bool) -> Node:
    key = a.analyze(form.cdr.car, env)
    variable = Variable("key", env.scope)
    clauses = [(clause.car, a.progn(clause.cdr, env)) for clause in iterate(form.cdr.cdr)]
    result: Node = NIL
    if must_match:
        wanted = list_of(specifier for specifier, _ in clauses)
        result = Call("$no_case", [LocalRef(variable), Constant(wanted)], line=a.position[0])
    for specifier, body in reversed(clauses):
        if specifier is T or (specifier is _OTHERWISE and not must_match):
            result = body
        else:
            result = If(TypeTest(LocalRef(variable), specifier), body, result)
    return Let([variable], [key], result)


@handles("TYPEP")
def _typep(a: Analyzer, form: Any, env: Environment) -> Node:
    args = items_of(form.cdr)
    if len(args) == 2 and type(args[1]) is Cons and args[1].car is _QUOTE:
        return TypeTest(a.analyze(args[0], env), args[1].cdr.car)
    return Call(form.car.fkey, a.all(form.cdr, env))


# Assignment


@handles("SETF")
def _setf(a: Analyzer, form: Any, env: Environment) -> Node:
    parts = items_of(form.cdr)
    if len(parts) % 2:
        raise a.fail("`setf` with an odd number of parts", "pairs of a place and a form")
    nodes = [_setf_one(a, form, parts[i], parts[i + 1], env) for i in range(0, len(parts), 2)]
    return nodes[0] if len(nodes) == 1 else Progn(nodes) if nodes else NIL


def _setf_one(a: Analyzer, form: Any, place: Any, value: Any, env: Environment) -> Node:
    if type(place) is Symbol:
        return assign(a, place, value, env)
    if type(place) is not Cons or type(place.car) is not Symbol:
        raise a.fail(f"`{place!r}` is not a place")
    if _is_plain_accessor(a, place.car, env):
        variables: list[Variable] = []
        values: list[Node] = []
        args: list[Node] = []
        for arg in iterate(place.cdr):
            node = a.analyze(arg, env)
            if not isinstance(node, Constant):
                variables.append(Variable("place", env.scope))
                values.append(node)
                node = LocalRef(variables[-1])
            args.append(node)
        store = Call(cell_of(("setf", place.car)), [a.analyze(value, env), *args], line=a.position[0])
        if len(args) == 1 and isinstance(store.args[0], (Constant, LocalRef, GlobalRef)):
            store.args[1:] = values or args
            return store
        if not isinstance(store.args[0], Constant):
            variables.append(Variable("value", env.scope))
            values.append(store.args[0])
            store.args[0] = LocalRef(variables[-1])
        return Let(variables, values, store) if variables else store
    macro = a.world.macros.get(form.car)
    if macro is None:
        raise a.fail(f"`setf` of `{place!r}` before library/setf.lisp is loaded")
    single = list_of([form.car, place, value])
    return a.analyze(a.expand(macro, single, env), env)


def _is_plain_accessor(a: Analyzer, name: Symbol, env: Environment) -> bool:
    """Whether (setf (name ...)) is a call of the function (setf name), and nothing else."""
    if env.functions.get(name) is not None or env.functions.get(("setf", name)) is not None:
        return False
    if cell_of(("setf", name)) in a.world.cells:
        return True
    return name not in a.world.setf_expanders and name not in a.world.macros


def _simple_variable(a: Analyzer, place: Any, env: Environment) -> bool:
    """Whether a place is a variable that is no symbol macro."""
    return type(place) is Symbol and not isinstance(a.meaning(place, env), (SymbolMacro, LocalMacro))


def _by_library(a: Analyzer, form: Any, env: Environment) -> Node:
    macro = a.world.macros.get(form.car)
    if macro is None:
        raise a.fail(f"`{form.car.name.lower()}` of `{form!r}` before library/setf.lisp is loaded")
    return a.analyze(a.expand(macro, form, env), env)


@handles("PUSH")
def _push(a: Analyzer, form: Any, env: Environment) -> Node:
    item, place = items_of(form.cdr)
    if not _simple_variable(a, place, env):
        return _by_library(a, form, env)
    return assign(a, place, list_of([_CONS, item, place]), env)


@handles("POP")
def _pop(a: Analyzer, form: Any, env: Environment) -> Node:
    (place,) = items_of(form.cdr)
    if not _simple_variable(a, place, env):
        return _by_library(a, form, env)
    meaning = a.meaning(place, env)
    old = Variable("popped", env.scope)
    rest = Call(cl("CDR").fkey, [LocalRef(old)])
    store: Node
    if type(meaning) is Variable:
        meaning.assigned = True
        meaning.use_from(env.scope)
        store = SetLocal(meaning, rest)
    else:
        assert isinstance(meaning, Special)
        store = SetCell(place.vkey, rest)
    return Let([old], [a.variable(place, env)], Progn([store, Call(cl("CAR").fkey, [LocalRef(old)])]))


@handles("INCF")
def _incf(a: Analyzer, form: Any, env: Environment) -> Node:
    return _step(a, form, env, _PLUS)


@handles("DECF")
def _decf(a: Analyzer, form: Any, env: Environment) -> Node:
    return _step(a, form, env, _MINUS)


def _step(a: Analyzer, form: Any, env: Environment, operator: Symbol) -> Node:
    parts = items_of(form.cdr)
    delta = parts[1] if len(parts) == 2 else 1
    if not _simple_variable(a, parts[0], env) or type(delta) is Cons:
        return _by_library(a, form, env)
    return assign(a, parts[0], list_of([operator, parts[0], delta]), env)


# Streams


@handles("WITH-OUTPUT-TO-STRING")
def _with_output_to_string(a: Analyzer, form: Any, env: Environment) -> Node:
    variable, *options = items_of(form.cdr.car)
    if options:
        raise a.fail("`with-output-to-string` with a string", "(variable)")
    binding = list_of([list_of([variable, list_of([_MAKE_STRING_OUTPUT])])])
    body = list_of([*iterate(form.cdr.cdr), list_of([_GET_STRING, variable])])
    return a.analyze(Cons(_LET, Cons(binding, body)), env)
