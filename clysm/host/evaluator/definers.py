"""Analysis of the defining forms. What they define is recorded by functions of the world (runtime.py) when
they run.
"""

from __future__ import annotations

from typing import Any, Final

from clysm.host.evaluator.analyze import DECLARE, HANDLERS, LAMBDA, Analyzer, cell_of, handles
from clysm.host.evaluator.destructuring import list_bindings, macro_bindings
from clysm.host.evaluator.environment import Environment
from clysm.host.evaluator.lambda_lists import ENVIRONMENT, WHOLE, is_simple
from clysm.host.evaluator.tree import Call, Constant, DefineFunction, If, Node, Progn, SetCell
from clysm.host.objects import Cons, Symbol, cl, items_of, iterate, kernel, list_of, symbol_name

_LET: Final = cl("LET")
_LET_STAR: Final = cl("LET*")
_BLOCK: Final = cl("BLOCK")
_APPLY: Final = cl("APPLY")
_CDR: Final = cl("CDR")
_SPECIAL: Final = cl("SPECIAL")
_DECLARATION: Final = cl("DECLARATION")


def defined(name: Any, *nodes: Node) -> Node:
    """Nodes for their effect, then the name as the value."""
    return Progn([*nodes, Constant(name)])


@handles("DEFUN")
def _defun(a: Analyzer, form: Any, env: Environment) -> Node:
    name = a.function_name(form.cdr.car)
    cell = cell_of(name)
    block = name if isinstance(name, Symbol) else name[1]
    function = a.function(cell, form.cdr.cdr.car, form.cdr.cdr.cdr, env, block)
    return defined(form.cdr.car, DefineFunction(cell, function, line=function.line))


@handles("DEFMACRO")
def _defmacro(a: Analyzer, form: Any, env: Environment) -> Node:
    name = form.cdr.car
    if type(name) is not Symbol:
        raise a.fail(f"`{name!r}` is not a macro name", "a symbol")
    expander = a.analyze(macro_lambda(a, name, form.cdr.cdr.car, form.cdr.cdr.cdr), env)
    return defined(name, Call("$define_macro", [Constant(name), expander]))


def macro_lambda(a: Analyzer, name: Symbol, lambda_list: Any, body: Any) -> Any:
    """The lambda expression, of a form and an environment, for a macro definition."""
    form, environment = Symbol("FORM", None), Symbol("ENVIRONMENT", None)
    declarations = []
    while type(body) is Cons and (
        (type(body.car) is Cons and body.car.car is DECLARE)
        or (type(body.car) is str and body.cdr is not None)
    ):
        if type(body.car) is Cons:
            declarations.append(body.car)
        body = body.cdr
    inner = list_of([*declarations, Cons(_BLOCK, Cons(name, body))])
    rest, whole_name, environment_name = _without_context(lambda_list)
    if is_simple(rest):
        context = [
            list_of([n, v]) for n, v in ((whole_name, form), (environment_name, environment)) if n is not None
        ]
        call = list_of([_APPLY, Cons(LAMBDA, Cons(rest, inner)), list_of([_CDR, form])])
        result = list_of([_LET, list_of(context), call])
    else:
        result = Cons(_LET_STAR, Cons(macro_bindings(lambda_list, form, environment), inner))
    return list_of([LAMBDA, list_of([form, environment]), result])


def _without_context(lambda_list: Any) -> tuple[Any, Symbol | None, Symbol | None]:
    """A macro lambda list without &whole and &environment, and their variables."""
    kept: list[Any] = []
    found: dict[Symbol, Symbol] = {}
    while type(lambda_list) is Cons:
        if lambda_list.car is WHOLE or lambda_list.car is ENVIRONMENT:
            if type(lambda_list.cdr.car) is not Symbol:
                break
            found[lambda_list.car] = lambda_list.cdr.car
            lambda_list = lambda_list.cdr.cdr
        else:
            kept.append(lambda_list.car)
            lambda_list = lambda_list.cdr
    return list_of(kept, lambda_list), found.get(WHOLE), found.get(ENVIRONMENT)


@handles("DESTRUCTURING-BIND")
def _destructuring_bind(a: Analyzer, form: Any, env: Environment) -> Node:
    variable = Symbol("LIST", None)
    bindings = Cons(list_of([variable, form.cdr.cdr.car]), list_bindings(form.cdr.car, variable))
    return a.analyze(Cons(_LET_STAR, Cons(bindings, form.cdr.cdr.cdr)), env)


# Variables


@handles("DEFVAR")
def _defvar(a: Analyzer, form: Any, env: Environment) -> Node:
    name = _variable_name(a, form)
    nodes: list[Node] = [Call("$proclaim_special", [Constant(name)])]
    if form.cdr.cdr is not None:
        store = SetCell(name.vkey, a.analyze(form.cdr.cdr.car, env))
        nodes.append(If(Call("$is_unbound", [Constant(name)]), store, Constant(None)))
    return defined(name, *nodes)


@handles("DEFPARAMETER")
def _defparameter(a: Analyzer, form: Any, env: Environment) -> Node:
    name = _variable_name(a, form)
    value = a.analyze(form.cdr.cdr.car, env)
    return defined(name, Call("$proclaim_special", [Constant(name)]), SetCell(name.vkey, value))


@handles("DEFCONSTANT")
def _defconstant(a: Analyzer, form: Any, env: Environment) -> Node:
    name = _variable_name(a, form, special=False)
    return defined(name, Call("$define_constant", [Constant(name), a.analyze(form.cdr.cdr.car, env)]))


def _variable_name(a: Analyzer, form: Any, special: bool = True) -> Symbol:
    name = form.cdr.car
    if type(name) is not Symbol:
        raise a.fail(f"`{name!r}` is not a variable name", "a symbol")
    if special:
        a.is_special(name, set())  # refuses constants
        a.world.specials.add(name)
    return name


@handles("DEFINE-SYMBOL-MACRO")
def _define_symbol_macro(a: Analyzer, form: Any, env: Environment) -> Node:
    name, expansion = items_of(form.cdr)
    return defined(name, Call("$define_symbol_macro", [Constant(name), Constant(expansion)]))


@handles("DECLAIM")
def _declaim(a: Analyzer, form: Any, env: Environment) -> Node:
    nodes: list[Node] = []
    for specifier in iterate(form.cdr):
        if specifier.car is _SPECIAL:
            nodes += [Call("$proclaim_special", [Constant(name)]) for name in iterate(specifier.cdr)]
    return defined(None, *nodes)


# Types, setf expanders, packages


@handles("DEFTYPE")
def _deftype(a: Analyzer, form: Any, env: Environment) -> Node:
    name = form.cdr.car
    expander = a.analyze(macro_lambda(a, name, form.cdr.cdr.car, form.cdr.cdr.cdr), env)
    return defined(name, Call("$define_type", [Constant(name), expander]))


def _define_setf_expander(a: Analyzer, form: Any, env: Environment) -> Node:
    quoted, expander = items_of(form.cdr)
    name = quoted.cdr.car
    return defined(name, Call("$define_setf_expander", [Constant(name), a.analyze(expander, env)]))


HANDLERS[kernel("%DEFINE-SETF-EXPANDER")] = _define_setf_expander


@handles("DEFPACKAGE")
def _defpackage(a: Analyzer, form: Any, env: Environment) -> Node:
    return Call("$define_package", [Constant(form.cdr)])


@handles("IN-PACKAGE")
def _in_package(a: Analyzer, form: Any, env: Environment) -> Node:
    (designator,) = items_of(form.cdr)
    name = designator if type(designator) is str else symbol_name(designator)
    return SetCell(cl("*PACKAGE*").vkey, Call("$package_named", [Constant(name)]))


# Conditions


@handles("DEFINE-CONDITION")
def _define_condition(a: Analyzer, form: Any, env: Environment) -> Node:
    """Slots become (name initargs readers writers default-function), options a report function."""
    name, parents, slots = form.cdr.car, form.cdr.cdr.car, form.cdr.cdr.cdr.car
    specifications: list[Any] = []
    defaults: list[Node] = []
    for slot in iterate(slots):
        specification, default = _condition_slot(a, slot)
        specifications.append(specification)
        defaults.append(Constant(None) if default is None else a.function("initform", None, default, env))
    report: Node = Constant(None)
    for option in iterate(form.cdr.cdr.cdr.cdr):
        if option.car is not None and option.car.name == "REPORT":
            value = option.cdr.car
            report = (
                Constant(value) if type(value) is str else a.analyze(list_of([cl("FUNCTION"), value]), env)
            )
    spec = list_of([name, parents, list_of(specifications)])
    functions = Call(cl("LIST").fkey, defaults)
    return defined(name, Call("$define_condition", [Constant(spec), functions, report]))


def _condition_slot(a: Analyzer, slot: Any) -> tuple[Any, Any]:
    """(name initargs readers writers) of a slot, and its initform as a body of one form, None without."""
    if type(slot) is Symbol:
        return list_of([slot, None, None, None]), None
    initargs, readers, writers = [], [], []
    default = None
    rest = slot.cdr
    while rest is not None:
        option, value = rest.car.name, rest.cdr.car
        rest = rest.cdr.cdr
        if option == "INITARG":
            initargs.append(value)
        elif option in ("READER", "ACCESSOR"):
            readers.append(value)
            if option == "ACCESSOR":
                writers.append(value)
        elif option == "WRITER":
            raise a.fail("slot option `:writer` is not in the dialect", ":accessor")
        elif option == "INITFORM":
            default = Cons(value, None)
    return list_of([slot.car, list_of(initargs), list_of(readers), list_of(writers)]), default
