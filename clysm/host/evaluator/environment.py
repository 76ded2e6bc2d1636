"""The lexical environment of a form: what names mean where it stands. Environments are values; extending one
copies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from clysm.host.evaluator.tree import Exit, Scope, Variable
from clysm.host.objects import Symbol

FunctionName = Symbol | tuple[str, Symbol]
"""A symbol, or ("setf", symbol) for a setf function."""


class SymbolMacro:
    """Meaning of a variable name that is a symbol macro."""

    __slots__ = ("expansion",)

    def __init__(self, expansion: Any) -> None:
        self.expansion = expansion


class LocalMacro:
    """Meaning of a function name that is a local macro."""

    __slots__ = ("expander",)

    def __init__(self, expander: Callable[[Any, Any], Any]) -> None:
        self.expander = expander


class Special:
    """Meaning of a variable name that a declaration makes special."""

    __slots__ = ()


SPECIAL: Final = Special()

VariableMeaning = Variable | SymbolMacro | Special
FunctionMeaning = Variable | LocalMacro


class Environment:
    """Meanings of names, and the scope (function) that the form is in."""

    __slots__ = ("blocks", "functions", "scope", "tags", "variables")

    def __init__(
        self,
        scope: Scope,
        variables: Mapping[Symbol, VariableMeaning],
        functions: Mapping[FunctionName, FunctionMeaning],
        blocks: Mapping[Symbol, Exit],
        tags: Mapping[Any, tuple[Exit, int, set[int]]],
    ) -> None:
        self.scope = scope
        self.variables = variables
        self.functions = functions
        self.blocks = blocks
        self.tags = tags

    def with_variables(self, added: Mapping[Symbol, VariableMeaning]) -> Environment:
        return Environment(self.scope, {**self.variables, **added}, self.functions, self.blocks, self.tags)

    def with_functions(self, added: Mapping[FunctionName, FunctionMeaning]) -> Environment:
        return Environment(self.scope, self.variables, {**self.functions, **added}, self.blocks, self.tags)

    def with_block(self, name: Symbol, target: Exit) -> Environment:
        return Environment(
            self.scope, self.variables, self.functions, {**self.blocks, name: target}, self.tags
        )

    def with_tags(self, added: Mapping[Any, tuple[Exit, int, set[int]]]) -> Environment:
        return Environment(self.scope, self.variables, self.functions, self.blocks, {**self.tags, **added})

    def in_scope(self, scope: Scope) -> Environment:
        return Environment(scope, self.variables, self.functions, self.blocks, self.tags)


def null_environment(scope: Scope | None = None) -> Environment:
    """The environment of a top-level form."""
    return Environment(scope or Scope(None), {}, {}, {}, {})
