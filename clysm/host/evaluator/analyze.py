"""Forms -> tree. This file holds the walk itself; special forms, native macros and definers register in
`HANDLERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from clysm.host.errors import HostError, Position, TranslateError
from clysm.host.evaluator.environment import (
    SPECIAL,
    Environment,
    FunctionName,
    LocalMacro,
    Special,
    SymbolMacro,
    VariableMeaning,
)
from clysm.host.evaluator.lambda_lists import BadLambdaList, LambdaList, Parameter, parse_lambda_list
from clysm.host.evaluator.tree import (
    Bind,
    Block,
    Call,
    Constant,
    Exit,
    Funcall,
    GlobalRef,
    Lambda,
    Let,
    LocalCall,
    LocalRef,
    Node,
    Optional,
    Progn,
    Scope,
    Variable,
)
from clysm.host.objects import KEYWORDS, Cons, Symbol, T, cl, items_of, iterate
from clysm.host.world import World

Handler = Callable[["Analyzer", Any, Environment], Node]

HANDLERS: Final[dict[Symbol, Handler]] = {}
"""Operator -> function that analyzes a form with it."""

DECLARE: Final = cl("DECLARE")
LAMBDA: Final = cl("LAMBDA")
SETF: Final = cl("SETF")
NIL: Final = Constant(None)
_SPECIAL_DECLARATION: Final = cl("SPECIAL")


def handles(*names: str) -> Callable[[Handler], Handler]:
    """Register a handler for operators of COMMON-LISP."""

    def register(handler: Handler) -> Handler:
        for name in names:
            HANDLERS[cl(name)] = handler
        return handler

    return register


class Analyzer:
    """Turns forms of one file into trees.

    `evaluate` runs a form at once and returns its value; it serves MACROLET, whose expanders are needed
    during analysis.
    """

    def __init__(
        self,
        world: World,
        file: str,
        positions: dict[Cons, tuple[int, int]],
        evaluate: Callable[[Any], Any],
    ) -> None:
        self.world = world
        self.file = file
        self.positions = positions
        self.evaluate = evaluate
        self.position = (0, 0)

    def fail(self, message: str, expected: str = "", advice: str = "") -> TranslateError:
        """An error at the form that is being analyzed."""
        return TranslateError(message, Position(self.file, *self.position), expected, advice)

    def analyze(self, form: Any, env: Environment) -> Node:
        """The tree of a form. Raises TranslateError."""
        if type(form) is Cons:
            position = self.positions.get(form)
            if position is not None:
                self.position = position
            line = self.position[0]
            node = self._compound(form, env)
            if node.line == 0 and node is not NIL:
                node.line = line
            return node
        if type(form) is Symbol:
            return self.variable(form, env)
        return Constant(form) if form is not None else NIL

    def _compound(self, form: Cons, env: Environment) -> Node:
        head = form.car
        if type(head) is Symbol:
            if self.world.used_names is not None:
                self.note_use("operator", head)
            meaning = env.functions.get(head)
            if meaning is not None:
                if type(meaning) is LocalMacro:
                    return self.analyze(self.expand(meaning.expander, form, env), env)
                assert isinstance(meaning, Variable)
                meaning.use_from(env.scope)
                return LocalCall(meaning, self.all(form.cdr, env))
            handler = HANDLERS.get(head)
            if handler is not None:
                return self._handle(handler, form, env)
            macro = self.world.macros.get(head)
            if macro is not None:
                return self.analyze(self.expand(macro, form, env), env)
            return Call(head.fkey, self.all(form.cdr, env))
        if type(head) is Cons and head.car is LAMBDA:
            return Funcall(self.analyze(head, env), self.all(form.cdr, env))
        raise self.fail(f"`{head!r}` cannot be called", "a function name or a lambda expression as operator")

    def _handle(self, handler: Handler, form: Cons, env: Environment) -> Node:
        """Run a handler; what it trips over in a malformed form becomes an error with a position."""
        try:
            return handler(self, form, env)
        except HostError:
            raise
        except (AttributeError, ValueError, TypeError, BadLambdaList) as problem:
            operator: Symbol = form.car
            raise self.fail(f"malformed `{operator.name}` form: {problem}") from problem

    def note_use(self, kind: str, symbol: Symbol) -> None:
        """Note the use of a symbol as operator or variable, if it is one of COMMON-LISP's."""
        if self.world.used_names is not None and symbol.package == "COMMON-LISP":
            self.world.used_names.setdefault((kind, symbol.name), Position(self.file, *self.position))

    def expand(self, expander: Callable[[Any, Any], Any], form: Cons, env: Environment) -> Any:
        """One expansion of a macro form; errors in the expander get the position of the form."""
        position = self.position
        try:
            return expander(form, env)
        except HostError:
            raise
        except Exception as problem:
            self.position = position
            raise self.fail(f"expanding `{form.car!r}` failed: {problem}") from problem

    def all(self, forms: Any, env: Environment) -> list[Node]:
        """The trees of a list of forms."""
        result = []
        while forms is not None:
            result.append(self.analyze(forms.car, env))
            forms = forms.cdr
        return result

    def progn(self, forms: Any, env: Environment) -> Node:
        """The tree of an implicit PROGN."""
        if forms is None:
            return NIL
        if forms.cdr is None:
            return self.analyze(forms.car, env)
        return Progn(self.all(forms, env))

    # Variables

    def meaning(self, symbol: Symbol, env: Environment) -> VariableMeaning:
        """What a symbol means as a variable; SPECIAL for a global one, known or not."""
        meaning = env.variables.get(symbol)
        if meaning is not None:
            return meaning
        if symbol in self.world.symbol_macros:
            return SymbolMacro(self.world.symbol_macros[symbol])
        return SPECIAL

    def variable(self, symbol: Symbol, env: Environment) -> Node:
        """The value of a symbol."""
        meaning = env.variables.get(symbol)
        if type(meaning) is Variable:
            meaning.use_from(env.scope)
            return LocalRef(meaning, line=self.position[0])
        if symbol is T or KEYWORDS.get(symbol.name) is symbol:
            return Constant(symbol)
        if symbol in self.world.constants and meaning is None:
            value = self.world.constants[symbol]
            if type(value) in (int, float, str, Symbol) or value is None:
                return Constant(value)
        meaning = self.meaning(symbol, env)
        if type(meaning) is SymbolMacro:
            return self.analyze(meaning.expansion, env)
        self.note_use("variable", symbol)
        return GlobalRef(symbol, line=self.position[0])

    def is_special(self, symbol: Symbol, locally: set[Symbol]) -> bool:
        """Whether binding a symbol binds it dynamically."""
        if symbol in self.world.constants or symbol is T or KEYWORDS.get(symbol.name) is symbol:
            raise self.fail(f"constant `{symbol.name}` cannot be bound")
        return symbol in locally or symbol in self.world.specials

    # Bodies, functions

    def body(self, forms: Any, docstring: bool = False) -> tuple[set[Symbol], Any]:
        """Names that the declarations at the head of a body make special, and the forms after them."""
        specials: set[Symbol] = set()
        while type(forms) is Cons:
            form = forms.car
            if type(form) is Cons and form.car is DECLARE:
                for specifier in iterate(form.cdr):
                    if type(specifier) is Cons and specifier.car is _SPECIAL_DECLARATION:
                        specials.update(iterate(specifier.cdr))
            elif not (docstring and type(form) is str and forms.cdr is not None):
                break
            forms = forms.cdr
        return specials, forms

    def let(
        self, names: list[Symbol], values: list[Node], body: Any, env: Environment, locally: set[Symbol]
    ) -> Node:
        """LET: bind names in parallel to values that are analyzed already, around the forms of a body."""
        lexical: list[tuple[Variable, Node]] = []
        dynamic: list[tuple[Symbol, Node]] = []
        added: dict[Symbol, VariableMeaning] = dict.fromkeys(locally, SPECIAL)
        for name, value in zip(names, values, strict=True):
            if self.is_special(name, locally):
                dynamic.append((name, value))
                added[name] = SPECIAL
            else:
                variable = Variable(name.name, env.scope)
                lexical.append((variable, value))
                added[name] = variable
        inner = self.progn(body, env.with_variables(added) if added else env)
        if dynamic and lexical:  # evaluate every value before the first dynamic binding, in order
            order: list[tuple[Variable, Node]] = []
            pending = iter(lexical)
            dynamic_refs: list[Node] = []
            for name, value in zip(names, values, strict=True):
                if type(added[name]) is Variable:
                    order.append(next(pending))
                else:
                    variable = Variable(name.name, env.scope)
                    order.append((variable, value))
                    dynamic_refs.append(LocalRef(variable))
            bind = Bind([name for name, _ in dynamic], dynamic_refs, inner)
            return Let([v for v, _ in order], [n for _, n in order], bind)
        if dynamic:
            return Bind([name for name, _ in dynamic], [value for _, value in dynamic], inner)
        if lexical:
            return Let([v for v, _ in lexical], [n for _, n in lexical], inner)
        return inner

    def function(
        self, name: str, lambda_list: Any, body: Any, env: Environment, block: Symbol | None = None
    ) -> Lambda:
        """A Lisp function; with `block`, the body is in a block of that name."""
        parsed = parse_lambda_list(lambda_list)
        locally, forms = self.body(body, docstring=True)
        scope = Scope(env.scope)
        inner = env.in_scope(scope)
        line = self.position[0]
        binder = _ParameterBinder(self, inner, locally)
        required = [binder.bind(symbol) for symbol in parsed.required]
        optional = [binder.optional(parameter) for parameter in parsed.optional]
        rest = binder.bind(parsed.rest) if parsed.rest is not None else None
        keys = [binder.optional(parameter) for parameter in parsed.keys] if parsed.keys is not None else None
        if locally:
            binder.env = binder.env.with_variables(dict.fromkeys(locally, SPECIAL))
        tree = self._function_body(parsed, forms, binder.env, locally, block)
        if binder.dynamic:
            tree = Bind([s for s, _ in binder.dynamic], [LocalRef(v) for _, v in binder.dynamic], tree)
        return Lambda(name, scope, required, optional, rest, keys, parsed.allow_other_keys, tree, line=line)

    def _function_body(
        self, parsed: LambdaList, forms: Any, env: Environment, locally: set[Symbol], block: Symbol | None
    ) -> Node:
        if parsed.aux:
            first, *others = parsed.aux
            value = self.analyze(first.default, env)
            variable = Variable(first.name.name, env.scope)
            rest = LambdaList(aux=others)
            if self.is_special(first.name, locally):
                return Bind([first.name], [value], self._function_body(rest, forms, env, locally, block))
            inner = env.with_variables({first.name: variable})
            return Let([variable], [value], self._function_body(rest, forms, inner, locally, block))
        if block is None:
            return self.progn(forms, env)
        target = Exit(env.scope)
        body = self.progn(forms, env.with_block(block, target))
        return Block(target, body) if target.used else body

    def function_name(self, name: Any) -> FunctionName:
        """Check a function name: a symbol or (setf symbol)."""
        if type(name) is Symbol:
            return name
        if type(name) is Cons and name.car is SETF:
            parts = items_of(name)
            if len(parts) == 2 and type(parts[1]) is Symbol:
                return ("setf", parts[1])
        raise self.fail(f"`{name!r}` is not a function name", "a symbol or (setf symbol)")


class _ParameterBinder:
    """Binds the parameters of one function, one after the other, in an environment that grows."""

    def __init__(self, analyzer: Analyzer, env: Environment, locally: set[Symbol]) -> None:
        self.analyzer = analyzer
        self.env = env
        self.locally = locally
        self.dynamic: list[tuple[Symbol, Variable]] = []

    def bind(self, symbol: Symbol) -> Variable:
        """A variable for a parameter. A special one is bound dynamically around the body."""
        variable = Variable(symbol.name, self.env.scope)
        if self.analyzer.is_special(symbol, self.locally):
            self.dynamic.append((symbol, variable))
        else:
            self.env = self.env.with_variables({symbol: variable})
        return variable

    def optional(self, parameter: Parameter) -> Optional:
        if self.dynamic and parameter.default is not None and type(parameter.default) in (Cons, Symbol):
            raise self.analyzer.fail(
                f"default of `{parameter.name.name}` after a special parameter",
                "a constant default",
                "bind the special variable by LET in the body",
            )
        default = self.analyzer.analyze(parameter.default, self.env)
        variable = self.bind(parameter.name)
        supplied = self.bind(parameter.supplied) if parameter.supplied is not None else None
        return Optional(variable, default, supplied, parameter.keyword)


def cell_of(name: FunctionName) -> str:
    """The cell of a global function."""
    return name.fkey if isinstance(name, Symbol) else "s" + name[1].fkey[1:]


def is_special_meaning(meaning: object) -> bool:
    """Whether a variable meaning is the value cell of a symbol."""
    return type(meaning) is Special
