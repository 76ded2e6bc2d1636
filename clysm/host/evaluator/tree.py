"""The tree between analysis and generation: one class per construct, names resolved, macros expanded.

Every node has `line`, the source line of the form that it comes from (0: unknown).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from clysm.host.objects import Symbol


class Scope:
    """One Lisp function: the unit in which locals, exits and loops stay plain Python.

    `free`: the variables of enclosing scopes that it, or a scope in it, uses.
    """

    __slots__ = ("free", "parent")

    def __init__(self, parent: Scope | None) -> None:
        self.parent = parent
        self.free: dict[Variable, None] = {}


class Variable:
    """A lexical variable or the name of a local function.

    `captured`: an inner scope uses it. `assigned`: some SETQ sets it. The generator adds `python`, its Python
    name, `boxed`: it is a one-element list, and `fresh`: each binding of it needs closures of its own.
    `sources`, of a local function, is what multiplicity.sources says about its body.
    """

    __slots__ = ("assigned", "boxed", "captured", "fresh", "name", "python", "scope", "sources")

    def __init__(self, name: str, scope: Scope) -> None:
        self.name = name
        self.scope = scope
        self.captured = False
        self.assigned = False
        self.python = ""
        self.boxed = False
        self.fresh = False
        self.sources: frozenset[str] | None = None

    def use_from(self, scope: Scope) -> None:
        """Note a use in a scope, and the captures that it causes."""
        inner: Scope | None = scope
        while inner is not self.scope and inner is not None:
            self.captured = True
            inner.free[self] = None
            inner = inner.parent


class Exit:
    """Target of RETURN-FROM (a block) or GO (a tagbody).

    `token`: set if an inner scope leaves through it, the variable that holds the exception to raise.
    `values`: what is returned early (blocks only). `place` belongs to the generator.
    """

    __slots__ = ("place", "scope", "token", "used", "values")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.used = False
        self.token: Variable | None = None
        self.values: list[Node] = []
        self.place: Any = None

    def use_from(self, scope: Scope) -> None:
        """Note an exit in a scope."""
        self.used = True
        if scope is not self.scope:
            if self.token is None:
                self.token = Variable("exit", self.scope)
            self.token.use_from(scope)


@dataclass(slots=True, eq=False)
class Node:
    """Base of all nodes."""

    line: int = field(default=0, kw_only=True)


@dataclass(slots=True, eq=False)
class Constant(Node):
    """A quoted or self-evaluating object."""

    value: Any


@dataclass(slots=True, eq=False)
class LocalRef(Node):
    """The value of a lexical variable."""

    variable: Variable


@dataclass(slots=True, eq=False)
class GlobalRef(Node):
    """The value cell of a symbol."""

    symbol: Symbol


@dataclass(slots=True, eq=False)
class FunctionRef(Node):
    """The global function in a cell (f:... or s:...)."""

    cell: str


@dataclass(slots=True, eq=False)
class SetLocal(Node):
    variable: Variable
    value: Node


@dataclass(slots=True, eq=False)
class SetCell(Node):
    """Store into a cell of the world: a global variable or a function definition."""

    cell: str
    value: Node


@dataclass(slots=True, eq=False)
class If(Node):
    test: Node
    then: Node
    otherwise: Node


@dataclass(slots=True, eq=False)
class And(Node):
    items: list[Node]


@dataclass(slots=True, eq=False)
class Or(Node):
    items: list[Node]


@dataclass(slots=True, eq=False)
class Case(Node):
    """CASE with constant keys, compared by EQL."""

    key: Node
    clauses: list[tuple[list[Any], Node]]
    otherwise: Node


@dataclass(slots=True, eq=False)
class Progn(Node):
    items: list[Node]


@dataclass(slots=True, eq=False)
class Let(Node):
    """Bind lexical variables in order; the analysis has made sure that no value sees a new variable of
    LET.
    """

    variables: list[Variable]
    values: list[Node]
    body: Node


@dataclass(slots=True, eq=False)
class Bind(Node):
    """Bind symbols dynamically, all at once."""

    symbols: list[Symbol]
    values: list[Node]
    body: Node


@dataclass(slots=True, eq=False)
class Progv(Node):
    symbols: Node
    values: Node
    body: Node


@dataclass(slots=True, eq=False)
class Call(Node):
    """Call of a global function by its cell."""

    cell: str
    args: list[Node]


@dataclass(slots=True, eq=False)
class LocalCall(Node):
    """Call of a local function."""

    variable: Variable
    args: list[Node]


@dataclass(slots=True, eq=False)
class Funcall(Node):
    function: Node
    args: list[Node]


@dataclass(slots=True, eq=False)
class Optional:
    """An optional or key parameter; `keyword` is None for an optional one."""

    variable: Variable
    default: Node
    supplied: Variable | None
    keyword: Symbol | None = None


@dataclass(slots=True, eq=False)
class Lambda(Node):
    """A function. `keys` is None without &key."""

    name: str
    scope: Scope
    required: list[Variable]
    optional: list[Optional]
    rest: Variable | None
    keys: list[Optional] | None
    allow_other_keys: bool
    body: Node


@dataclass(slots=True, eq=False)
class DefineFunction(Node):
    """Make a function the global function of a cell."""

    cell: str
    function: Lambda


@dataclass(slots=True, eq=False)
class Labels(Node):
    """Local functions, visible in the body and (LABELS) in each other."""

    variables: list[Variable]
    functions: list[Lambda]
    body: Node


@dataclass(slots=True, eq=False)
class Block(Node):
    exit: Exit
    body: Node


@dataclass(slots=True, eq=False)
class ReturnFrom(Node):
    exit: Exit
    value: Node


@dataclass(slots=True, eq=False)
class Tagbody(Node):
    """Segment 0 has no tag, segment i > 0 starts at tag i. `targets`: the tags that some GO names."""

    exit: Exit
    segments: list[list[Node]]
    targets: set[int]


@dataclass(slots=True, eq=False)
class Go(Node):
    exit: Exit
    tag: int


@dataclass(slots=True, eq=False)
class ForEach(Node):
    """Run the body, for effect, with the variable bound to each element of a list."""

    variable: Variable
    sequence: Node
    body: Node


@dataclass(slots=True, eq=False)
class ForRange(Node):
    """Run the body, for effect, with the variable bound to 0 ... count - 1. `end`, if any, holds the
    count.
    """

    variable: Variable
    count: Node
    body: Node
    end: Variable | None


@dataclass(slots=True, eq=False)
class UnwindProtect(Node):
    body: Node
    cleanup: Node


@dataclass(slots=True, eq=False)
class Catch(Node):
    tag: Node
    body: Node


@dataclass(slots=True, eq=False)
class HandlerCase(Node):
    """`clauses`: (type specifier, variable or None, body). `no_error` takes the values of the body."""

    body: Node
    clauses: list[tuple[Any, Variable | None, Node]]
    no_error: Lambda | None


@dataclass(slots=True, eq=False)
class Values(Node):
    args: list[Node]


@dataclass(slots=True, eq=False)
class ValuesBind(Node):
    """MULTIPLE-VALUE-BIND."""

    variables: list[Variable]
    values: Node
    body: Node


@dataclass(slots=True, eq=False)
class ValuesCall(Node):
    """MULTIPLE-VALUE-CALL."""

    function: Node
    args: list[Node]


@dataclass(slots=True, eq=False)
class ValuesProg1(Node):
    """MULTIPLE-VALUE-PROG1."""

    first: Node
    rest: Node


@dataclass(slots=True, eq=False)
class TypeTest(Node):
    """TYPEP with a constant type specifier."""

    value: Node
    specifier: Any


@dataclass(slots=True, eq=False)
class LoadTimeValue(Node):
    """A value computed once, before the top-level form that holds it."""

    value: Node


@dataclass(slots=True, eq=False)
class ClassDefinition(Node):
    """The Python class of a structure, in the cell `cell`; `parent` is the cell of the class that it
    includes.

    `slots` are the Python names of its own slots, `all_slots` those of the included structures too.
    """

    cell: str
    parent: str | None
    slots: list[str]
    all_slots: list[str]


def walk(node: Node) -> Iterator[Node]:
    """A node and all nodes below it."""
    yield node
    for part in fields(node):
        yield from _nodes_in(getattr(node, part.name))


def _nodes_in(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield from walk(value)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _nodes_in(item)
