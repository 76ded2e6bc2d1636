"""Macro lambda lists with nested patterns, as bindings for LET*. Source: ANSI CL, sections 3.4.4 and 3.4.5.

Each binding takes the next part off a list that is held in a variable. Wrong shapes signal a program-error.
"""

from __future__ import annotations

from typing import Any, Final

from clysm.host.evaluator.lambda_lists import (
    ALLOW_OTHER_KEYS,
    AUX,
    BODY,
    ENVIRONMENT,
    KEY,
    OPTIONAL,
    REST,
    WHOLE,
    BadLambdaList,
)
from clysm.host.objects import Cons, Symbol, cl, kernel, keyword, list_of

_IF: Final = cl("IF")
_T: Final = cl("T")
_CAR: Final = cl("CAR")
_CDR: Final = cl("CDR")
_QUOTE: Final = cl("QUOTE")
REQUIRED_PART: Final = kernel("%REQUIRED-PART")
OPTIONAL_PART: Final = kernel("%OPTIONAL-PART")
NO_MORE_PARTS: Final = kernel("%NO-MORE-PARTS")
KEY_PART: Final = kernel("%KEY-PART")
CHECK_KEYS: Final = kernel("%CHECK-KEYS")


def macro_bindings(lambda_list: Any, form: Symbol, environment: Symbol) -> Any:
    """The list of bindings that match a macro call in the variable `form`. Raises BadLambdaList."""
    matcher = _Matcher(environment)
    if type(lambda_list) is Cons and lambda_list.car is WHOLE:
        matcher.pattern(lambda_list.cdr.car, form)
        lambda_list = lambda_list.cdr.cdr
    arguments = matcher.temporary(list_of([_CDR, form]))
    matcher.parameters(lambda_list, arguments)
    return list_of(matcher.bindings)


def list_bindings(lambda_list: Any, variable: Symbol) -> Any:
    """The list of bindings that match the list in a variable (DESTRUCTURING-BIND). Raises BadLambdaList."""
    matcher = _Matcher(None)
    matcher.pattern(lambda_list, variable)
    return list_of(matcher.bindings)


class _Matcher:
    """Collects bindings (variable form) in order. `environment`: the macro's environment variable, if any."""

    def __init__(self, environment: Symbol | None) -> None:
        self.bindings: list[Any] = []
        self._environment = environment

    def bind(self, variable: Any, form: Any) -> None:
        if type(variable) is not Symbol:
            raise BadLambdaList(f"`{variable!r}` is not a variable name")
        self.bindings.append(list_of([variable, form]))

    def temporary(self, form: Any) -> Symbol:
        """A new variable bound to the value of a form."""
        variable = Symbol("PART", None)
        self.bind(variable, form)
        return variable

    def pattern(self, pattern: Any, form: Any) -> None:
        """Bind a variable or match a nested lambda list."""
        if type(pattern) is Symbol:
            self.bind(pattern, form)
            return
        variable = self.temporary(form)
        if type(pattern) is Cons and pattern.car is WHOLE:
            self.pattern(pattern.cdr.car, variable)
            pattern = pattern.cdr.cdr
        self.parameters(pattern, variable)

    def parameters(self, rest: Any, variable: Symbol) -> None:
        """Match the parameters of a lambda list against the list in a variable."""
        section: Any = None
        keys: list[Any] | None = None
        checked = False
        while type(rest) is Cons:
            item, rest = rest.car, rest.cdr
            if item is REST or item is BODY:
                self.pattern(rest.car, variable)
                rest, checked = rest.cdr, True
            elif item is ENVIRONMENT:
                if self._environment is None:
                    raise BadLambdaList("`&environment` is only for macros")
                self.bind(rest.car, self._environment)
                rest = rest.cdr
            elif item is OPTIONAL or item is AUX:
                section = item
            elif item is KEY:
                section, keys = item, []
            elif item is ALLOW_OTHER_KEYS:
                keys, checked = None, True
            elif section is KEY:
                name = self._key(item, variable)
                if keys is not None:
                    keys.append(name)
            elif section is AUX:
                self.bind(_part(item, 0), _part(item, 1))
            elif section is OPTIONAL:
                self._optional(item, variable)
                variable = self.temporary(list_of([_CDR, variable]))
            else:
                self.pattern(item, list_of([REQUIRED_PART, variable]))
                variable = self.temporary(list_of([_CDR, variable]))
        if rest is not None:
            self.pattern(rest, variable)
        elif keys is not None:
            self.temporary(list_of([CHECK_KEYS, variable, list_of([_QUOTE, list_of(keys)])]))
        elif not checked:
            self.temporary(list_of([NO_MORE_PARTS, variable]))

    def _optional(self, item: Any, variable: Symbol) -> None:
        present = list_of([OPTIONAL_PART, variable])
        self.pattern(_part(item, 0), list_of([_IF, present, list_of([_CAR, variable]), _part(item, 1)]))
        self._supplied(item, variable)

    def _supplied(self, item: Any, variable: Symbol) -> None:
        supplied = _part(item, 2)
        if supplied is not None:
            self.bind(supplied, list_of([_IF, variable, _T, None]))

    def _key(self, item: Any, variable: Symbol) -> Symbol:
        pattern = _part(item, 0)
        if type(pattern) is Cons:
            name, pattern = pattern.car, pattern.cdr.car
        else:
            name = keyword(pattern.name)
        part = self.temporary(list_of([KEY_PART, variable, list_of([_QUOTE, name])]))
        self.pattern(pattern, list_of([_IF, part, list_of([_CAR, part]), _part(item, 1)]))
        self._supplied(item, part)
        return name  # type: ignore[no-any-return]


def _part(item: Any, index: int) -> Any:
    """Part of a parameter (pattern default supplied-p); a parameter may be only a variable."""
    if type(item) is not Cons:
        return item if index == 0 else None
    for _ in range(index):
        item = item.cdr
        if item is None:
            return None
    return item.car
