"""FUNCALL, APPLY, EVAL, COMPILE, macro expansion, functions about functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clysm.host.functions.registry import in_world, lisp
from clysm.host.objects import Cons, Symbol, T, cl, items_of
from clysm.host.values import one_value as first
from clysm.host.world import World


@lisp("FUNCALL")
def _funcall(function: Any, *arguments: Any) -> Any:
    return function(*arguments)


@lisp("APPLY")
def _apply(function: Any, *arguments: Any) -> Any:
    return function(*arguments[:-1], *items_of(arguments[-1]))


@lisp("VALUES")
def _values(*values: Any) -> Any:
    return values[0] if len(values) == 1 else values


@lisp("VALUES-LIST")
def _values_list(values: Any) -> Any:
    return _values(*items_of(values))


@lisp("CONSTANTLY")
def _constantly(value: Any) -> Callable[..., Any]:
    return lambda *arguments: value


@lisp("COMPLEMENT")
def _complement(function: Any) -> Callable[..., Any]:
    return lambda *arguments: T if first(function(*arguments)) is None else None


@in_world
def _evaluation(world: World) -> dict[str, Callable[..., Any]]:
    def lisp_eval(form: Any) -> Any:
        from clysm.host.evaluator.unit import Translator

        translator = Translator(world, "<eval>", f"eval{next(world.serial)}", {}, keep=False)
        return translator.run(form)

    def lisp_compile(name: Any, definition: Any = None) -> Any:
        function = (
            lisp_eval(Cons(cl("FUNCTION"), Cons(definition, None)))
            if type(definition) is Cons
            else definition
        )
        if name is None:
            return function
        if function is not None:
            world.cells[name.fkey] = function
        return name

    def macroexpand_1(form: Any, environment: Any = None) -> tuple[Any, Any]:
        from clysm.host.evaluator.environment import LocalMacro, SymbolMacro

        if type(form) is Symbol:
            meaning = environment.variables.get(form) if environment is not None else None
            if isinstance(meaning, SymbolMacro):
                return meaning.expansion, T
            if meaning is None and form in world.symbol_macros:
                return world.symbol_macros[form], T
            return form, None
        if type(form) is not Cons or type(form.car) is not Symbol:
            return form, None
        local = environment.functions.get(form.car) if environment is not None else None
        if local is not None:
            expander = local.expander if isinstance(local, LocalMacro) else None
        else:
            expander = world.macros.get(form.car)
        return (form, None) if expander is None else (first(expander(form, environment)), T)

    def macroexpand(form: Any, environment: Any = None) -> tuple[Any, Any]:
        form, expanded = macroexpand_1(form, environment)
        more = expanded
        while more is not None:
            form, more = macroexpand_1(form, environment)
        return form, expanded

    def setf_expander(name: Any, environment: Any = None) -> Any:
        return world.setf_expanders.get(name)

    def special_operator_p(symbol: Any) -> Any:
        return T if symbol in _SPECIAL_OPERATORS else None

    def constantp(form: Any, environment: Any = None) -> Any:
        if type(form) is Cons:
            return T if form.car is cl("QUOTE") else None
        if type(form) is Symbol:
            return T if form is T or form.package == "KEYWORD" or form in world.constants else None
        return T

    return {
        "EVAL": lisp_eval,
        "COMPILE": lisp_compile,
        "MACROEXPAND-1": macroexpand_1,
        "MACROEXPAND": macroexpand,
        "CLYSM.KERNEL:%SETF-EXPANDER": setf_expander,
        "SPECIAL-OPERATOR-P": special_operator_p,
        "CONSTANTP": constantp,
        "PROCLAIM": lambda specifier: _proclaim(world, specifier),
    }


def _proclaim(world: World, specifier: Cons) -> None:
    """PROCLAIM: only SPECIAL means something."""
    if specifier.car is cl("SPECIAL"):
        world.specials.update(items_of(specifier.cdr))


_SPECIAL_OPERATORS = frozenset(
    cl(name)
    for name in (
        "BLOCK",
        "CATCH",
        "EVAL-WHEN",
        "FLET",
        "FUNCTION",
        "GO",
        "IF",
        "LABELS",
        "LET",
        "LET*",
        "LOAD-TIME-VALUE",
        "LOCALLY",
        "MACROLET",
        "MULTIPLE-VALUE-CALL",
        "MULTIPLE-VALUE-PROG1",
        "PROGN",
        "PROGV",
        "QUOTE",
        "RETURN-FROM",
        "SETQ",
        "SYMBOL-MACROLET",
        "TAGBODY",
        "THE",
        "THROW",
        "UNWIND-PROTECT",
    )
)
