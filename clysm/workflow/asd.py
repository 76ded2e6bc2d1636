"""Reading system definitions (`.asd` files): the one list of modules and of the edges between them.

    (defsystem "clysm/core"
      :components ((:module "compiler"
                    :components ((:file "packages")
                                 (:file "reader" :depends-on ("packages"))))
                   (:module "library"
                    :components ((:file "control" :depends-on ("compiler/packages"))))))
    (defsystem "clysm/library"
      :depends-on ("clysm/core")
      :components ((:module "library"
                    :components ((:file "loop" :depends-on ("control"))))))

A `:depends-on` entry of a component names a component of the enclosing module, or of one of its own system or
of a used system of the same file by its path from the root; naming a module means all its files. A module's
own `:depends-on` holds for each of its files. `:serial t` is refused: order in a list is no dependency.

A system that names single components of a system it uses is taken at its word; one that names none depends,
as in ASDF, on all of them. Either way the modules of used systems come first.

These are the rules for our own list. The definitions of users and libraries (`read_definitions`) are read as
ASDF does: `:serial`, `:if-feature` and feature conditionals are followed, systems of other files may be used,
two systems may share a file, and options or forms that no compilation needs are passed over.

Nothing here raises for a bad definition: every problem is a `CompilationError` with file, line and column.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path, PurePosixPath

from clysm.workflow import sexp
from clysm.workflow.checks import is_relative_path
from clysm.workflow.diagnostics import CompilationError, error
from clysm.workflow.errors import ReadError
from clysm.workflow.formcount import FEATURES
from clysm.workflow.graph import shortest_cycle, topological_order
from clysm.workflow.sexp import List, Sexp, String, Symbol


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the `.asd` file something is written."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Edge:
    """`user` (a module) declares that it needs `used`; `name` is what the definition says, at `place`."""

    user: str
    used: str
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Component:
    """A listed file: its module path relative to the project root, and where it is listed."""

    path: str
    system: str
    place: Place


@dataclass(frozen=True, slots=True)
class System:
    """One `defsystem`: `order` is a compilation order of its own modules, `uses` the systems of the same file
    it needs.
    """

    name: str
    uses: tuple[str, ...]
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SystemFile:
    """A system definition file without problems, or as much of it as could be understood beside its problems.

    `order` holds every module of every system, used systems first; `dependencies` and `closure` are the
    direct and the transitive dependencies of each module, both in `order`. With a cycle, `order` and the
    tables are empty.
    """

    path: str
    systems: Mapping[str, System]
    components: Mapping[str, Component]
    edges: tuple[Edge, ...]
    order: tuple[str, ...]
    dependencies: Mapping[str, tuple[str, ...]]
    closure: Mapping[str, tuple[str, ...]]
    problems: tuple[CompilationError, ...]

    def modules_of(self, *systems: str) -> tuple[str, ...]:
        """The modules of the named systems, in `order`."""
        return tuple(path for path in self.order if self.components[path].system in systems)


@dataclass(frozen=True, slots=True)
class Definition:
    """One system as its author describes it: its modules in the order they are listed, the systems it uses,
    in this file or elsewhere, with the places that name them, and what is wrong with it.
    """

    name: str
    place: Place
    modules: tuple[str, ...]
    uses: Mapping[str, Place]
    edges: tuple[Edge, ...]
    problems: tuple[CompilationError, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """The systems of a user's or a library's definition file; `problems` are those of no single system."""

    path: str
    systems: Mapping[str, Definition]
    problems: tuple[CompilationError, ...]


@dataclass(slots=True)
class _Draft:
    """A system while it is being read. Component paths are from the root of the system file, such as
    `compiler/reader`.
    """

    name: str
    place: Place
    uses: dict[str, Place] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # component path -> module path
    modules: set[str] = field(default_factory=set)  # component paths of (:module ...)
    wants: list[tuple[str, str, str, Place]] = field(
        default_factory=list
    )  # user's path, enclosing module, name, place
    left_out: set[str] = field(default_factory=set)  # component paths that `:if-feature` excludes
    problems: list[CompilationError] = field(default_factory=list)


def read_system_file(root: Path, path: str) -> SystemFile:
    """Read the `.asd` file at `path`, relative to the project root, as the paths of its modules will be.

    Component files that are missing are problems too, at the place where they are listed.
    """
    try:
        text = (root / path).read_bytes().decode()
    except OSError as failure:
        return _unreadable(path, error("missing-module", f"cannot read it: {failure.strerror}", path))
    except UnicodeDecodeError:
        return _unreadable(path, error("read-error", "the system definition is not UTF-8", path, 1, 1))
    return parse_system_file(text, path, lambda module: (root / module).is_file())


def parse_system_file(text: str, path: str, exists: Callable[[str], bool]) -> SystemFile:
    """The systems of the text of the `.asd` file at `path`; `exists` tells whether a module's file is
    there.
    """
    try:
        expressions = sexp.read_system(text)
    except ReadError as failure:
        return _unreadable(path, error("read-error", failure.message, path, failure.line, failure.column))
    return _Reader(path, exists).read(expressions)


def read_definitions(text: str, path: str, exists: Callable[[str], bool]) -> Definitions:
    """The systems that somebody else's `.asd` file at `path` defines; their modules are named as if the
    project root held the file there.
    """
    try:
        expressions = sexp.read_foreign_system(text, FEATURES)
    except ReadError as failure:
        problem = error("read-error", failure.message, path, failure.line, failure.column)
        return Definitions(path, {}, (problem,))
    return _Reader(path, exists, own=False).definitions(expressions)


def _unreadable(path: str, problem: CompilationError) -> SystemFile:
    return SystemFile(path, {}, {}, (), (), {}, {}, (problem,))


_DESCRIPTIVE_OPTIONS = frozenset(
    {
        ":author",
        ":bug-tracker",
        ":description",
        ":encoding",
        ":homepage",
        ":in-order-to",
        ":licence",
        ":license",
    }
    | {":long-description", ":long-name", ":mailto", ":maintainer", ":perform", ":source-control", ":version"}
)
_STATIC_COMPONENTS = frozenset(
    {":static-file", ":doc-file", ":html-file", ":text-file", ":c-file", ":c-source-file", ":java-file"}
)
_OTHER_FORMS = frozenset({"in-package", "cl:in-package", "defpackage"})
_DEFSYSTEM = frozenset({"defsystem", "asdf:defsystem", "asdf/defsystem:defsystem"})


class _Reader:
    """Collects drafts and problems from the expressions, then resolves names and orders modules."""

    def __init__(self, path: str, exists: Callable[[str], bool], *, own: bool = True) -> None:
        self.path = path
        self.own = own  # our list, with its stricter rules
        self.directory = PurePosixPath(path).parent
        self.exists = exists
        self.problems: list[CompilationError] = []
        self.drafts: dict[str, _Draft] = {}
        self.components: dict[str, Component] = {}

    def problem(self, category: str, message: str, place: Place | Sexp, draft: _Draft | None = None) -> None:
        """Note what is wrong, with the system that has it where only that system suffers."""
        found = self.problems if draft is None or self.own else draft.problems
        found.append(error(category, message, self.path, place.line, place.column))

    def read(self, expressions: Iterable[Sexp]) -> SystemFile:
        for expression in expressions:
            operator = _operator(expression)
            if operator in _DEFSYSTEM and isinstance(expression, List):
                self.defsystem(expression)
            elif operator not in _OTHER_FORMS:
                self.problem("syntax-error", "only defsystem and in-package may stand here", expression)
        if not self.drafts and not self.problems:
            self.problems.append(error("syntax-error", "no defsystem form", self.path, 1, 1))
        self.check_uses()
        edges = tuple(edge for draft in self.drafts.values() for edge in self.edges_of(draft))
        return self.ordered(edges)

    def definitions(self, expressions: Iterable[Sexp]) -> Definitions:
        for expression in expressions:
            if _operator(expression) in _DEFSYSTEM and isinstance(expression, List):
                self.defsystem(expression)
        if not self.drafts and not self.problems:
            self.problems.append(error("syntax-error", "no defsystem form", self.path, 1, 1))
        systems = {}
        for name, draft in self.drafts.items():
            edges = tuple(self.edges_of(draft))
            systems[name] = Definition(
                name, draft.place, tuple(draft.files.values()), draft.uses, edges, tuple(draft.problems)
            )
        return Definitions(self.path, systems, tuple(self.problems))

    # Reading

    def defsystem(self, form: List) -> None:
        name = self.designator(form.items[1]) if len(form.items) > 1 else None
        if name is None:
            self.problem("syntax-error", "a system needs a name", form)
            return
        if name in self.drafts:
            self.problem("duplicate-definition", f"system `{name}` is defined twice", form)
            return
        draft = self.drafts[name] = _Draft(name, Place(form.line, form.column))
        directory = self.directory
        options = dict(self.options(form, 2))
        if ":pathname" in options and (text := self.text(options[":pathname"], empty=True)) is not None:
            directory /= text
        serial = ":serial" in options and self.serial(options[":serial"])
        for key, value in options.items():
            match key:
                case ":components":
                    self.component_list(draft, value, "", directory, (), serial)
                case ":depends-on":
                    for item in self.items(value):
                        if (used := self.wanted(item)) is not None:
                            draft.uses[used] = Place(item.line, item.column)
                case ":serial" | ":pathname":
                    pass
                case ":class" if not self.own and "package-inferred" in self.designator_or_empty(value):
                    message = "a package-inferred system is not understood: list its files as components"
                    self.problem("missing-module", message, value, draft)
                case _ if self.own and key not in _DESCRIPTIVE_OPTIONS:
                    self.problem("syntax-error", f"unknown option `{key}` of a system", value)

    def component_list(
        self,
        draft: _Draft,
        value: Sexp,
        enclosing: str,
        directory: PurePosixPath,
        inherited: tuple[tuple[str, str, Place], ...],
        serial: bool = False,
    ) -> None:
        """Read a `:components` list; `inherited` are dependencies (enclosing module, name, place) of the
        modules around it. In a serial list each component needs the one before it that has files.
        """
        before: tuple[str, str, Place] | None = None
        for item in self.items(value):
            operator = self.component_type(item)
            name = self.text(item.items[1]) if isinstance(item, List) and len(item.items) > 1 else None
            if not isinstance(item, List) or operator is None or name is None:
                self.problem("syntax-error", "expected (:file NAME ...) or (:module NAME ...)", item, draft)
                continue
            component = f"{enclosing}/{name}" if enclosing else name
            wants = [*inherited, *((before,) if before else ())]
            subdirectory = name
            children: Sexp | None = None
            included = True
            serial_children = False
            for key, option in self.options(item, 2):
                match key:
                    case ":depends-on":
                        for want in self.items(option):
                            if (text := self.wanted(want)) is not None:
                                wants.append((enclosing, text, Place(want.line, want.column)))
                    case ":pathname":
                        given = self.text(option, empty=True)
                        subdirectory = name if given is None else given
                    case ":serial":
                        serial_children = self.serial(option)
                    case ":components" if operator == ":module":
                        children = option
                    case ":if-feature" if not self.own:
                        included = sexp.has_feature(option, FEATURES)
                    case _ if self.own and key not in _DESCRIPTIVE_OPTIONS:
                        self.problem("syntax-error", f"unknown option `{key}` of a component", option)
            files = len(draft.files)
            if not included:
                draft.left_out.add(component)
            elif operator == ":module":
                draft.modules.add(component)
                if children is not None:
                    self.component_list(
                        draft, children, component, directory / subdirectory, tuple(wants), serial_children
                    )
            elif operator == ":file":
                self.file(draft, item, component, directory / subdirectory, wants)
            if serial and len(draft.files) > files:
                before = (enclosing, name, Place(item.line, item.column))

    def component_type(self, item: Sexp) -> str | None:
        """`:file`, `:module` or `:static-file`, which is never compiled; None for anything else."""
        operator = _operator(item)
        if operator in (":file", ":module", ":static-file"):
            return operator
        if not self.own and operator in (":cl-source-file", "cl-source-file"):
            return ":file"
        return ":static-file" if not self.own and operator in _STATIC_COMPONENTS else None

    def file(
        self,
        draft: _Draft,
        item: List,
        component: str,
        location: PurePosixPath,
        wants: list[tuple[str, str, Place]],
    ) -> None:
        module = str(location) if location.suffix == ".lisp" else f"{location}.lisp"
        place = Place(item.line, item.column)
        if not self.own:
            module = posixpath.normpath(module)
            if not is_relative_path(module):
                message = f"`{component}` lies outside of the project, at `{module}`"
                self.problem("missing-module", message, place, draft)
                return
        if module in self.components and (self.own or self.components[module].system == draft.name):
            first = self.components[module].place
            message = f"`{component}` is listed twice, first at {self.path}:{first.line}:{first.column}"
            self.problem("duplicate-definition", message, place, draft)
            return
        if not self.exists(module):
            self.problem("missing-module", f"`{module}` does not exist", place, draft)
        self.components.setdefault(module, Component(module, draft.name, place))
        draft.files[component] = module
        draft.wants.extend((module, enclosing, name, at) for enclosing, name, at in wants)

    def options(self, form: List, start: int) -> Iterator[tuple[str, Sexp]]:
        """The keyword and value pairs of a form from an index on."""
        rest = form.items[start:]
        if len(rest) % 2:
            self.problem("syntax-error", "an option without a value", rest[-1])
        for key, value in zip(rest[::2], rest[1::2], strict=False):
            if isinstance(key, Symbol) and key.name.startswith(":"):
                yield key.name, value
            else:
                self.problem("syntax-error", "expected a keyword", key)

    def items(self, value: Sexp) -> tuple[Sexp, ...]:
        """The elements of a list; nil is empty, anything else a problem."""
        if isinstance(value, List):
            return value.items
        if not (isinstance(value, Symbol) and value.name == "nil"):
            self.problem("syntax-error", "expected a list", value)
        return ()

    def designator(self, value: Sexp) -> str | None:
        """The name a string or symbol designates; None, with a problem, for anything else."""
        if isinstance(value, Symbol):
            return value.name.removeprefix(":")
        return self.text(value)

    def designator_or_empty(self, value: Sexp) -> str:
        """The same, empty where there is no name and that is nobody's mistake."""
        return value.name if isinstance(value, Symbol) else value.value if isinstance(value, String) else ""

    def wanted(self, value: Sexp) -> str | None:
        """What an element of `:depends-on` names: also in `(:version NAME ...)` and `(:feature EXPRESSION
        NAME)`; None if a feature rules it out or an implementation's own `(:require ...)` is meant.
        """
        if self.own or not isinstance(value, List):
            return self.designator(value)
        match _operator(value), value.items[1:]:
            case ":version", (name, *_):
                return self.designator(name)
            case ":feature", (condition, name):
                return self.wanted(name) if sexp.has_feature(condition, FEATURES) else None
            case ":require", _:
                return None
        return self.designator(value)

    def text(self, value: Sexp, *, empty: bool = False) -> str | None:
        if isinstance(value, Symbol) and not value.name.startswith(":"):
            return value.name
        if isinstance(value, String) and (value.value or empty):
            return value.value
        self.problem("syntax-error", "expected a name", value)
        return None

    def serial(self, value: Sexp) -> bool:
        """Whether a `:serial` option holds; in our own list it may not."""
        holds = not (isinstance(value, Symbol) and value.name == "nil")
        if holds and self.own:
            self.problem("syntax-error", ":serial is refused, state each dependency with :depends-on", value)
        return holds

    # Resolving

    def check_uses(self) -> None:
        for draft in self.drafts.values():
            for used, place in draft.uses.items():
                if used not in self.drafts:
                    self.problem("missing-module", f"system `{used}` is not in this file", place)

    def edges_of(self, draft: _Draft) -> Iterator[Edge]:
        """The edges of a system's modules, to each other and to modules of used systems."""
        used = self.used_systems(draft)
        named: set[str] = set()
        for user, enclosing, name, place in draft.wants:
            found = self.resolve((draft, *used), enclosing, name)
            if found is None or (self.own and not found):
                message = f"no component `{name}` for `{user}` to depend on"
                self.problem("missing-module", message, place, draft)
            for module in found or ():
                named.add(self.components[module].system)
                yield Edge(user, module, name, place)
        for other in used if self.own else ():  # elsewhere what a system uses is the caller's to connect
            if other.name in draft.uses and other.name not in named:
                place = draft.uses[other.name]
                for user in draft.files.values():
                    for module in other.files.values():
                        yield Edge(user, module, other.name, place)

    def used_systems(self, draft: _Draft) -> tuple[_Draft, ...]:
        """The systems of this file that a system uses, directly or through others, nearest first."""
        found: dict[str, _Draft] = {}
        pending = list(draft.uses)
        while pending:
            name = pending.pop(0)
            if name in self.drafts and name not in found and name != draft.name:
                found[name] = self.drafts[name]
                pending.extend(self.drafts[name].uses)
        return tuple(found.values())

    def resolve(self, systems: tuple[_Draft, ...], enclosing: str, name: str) -> tuple[str, ...] | None:
        """The module paths that a name stands for: in the enclosing module, else from the root; in the
        nearest system. None if there is no such component.
        """
        for component in dict.fromkeys((f"{enclosing}/{name}" if enclosing else name, name)):
            for draft in systems:
                if component in draft.files:
                    return (draft.files[component],)
                if component in draft.modules:
                    return tuple(m for c, m in draft.files.items() if c.startswith(f"{component}/"))
                if component in draft.left_out:
                    return ()
        return None

    # Ordering

    def ordered(self, edges: tuple[Edge, ...]) -> SystemFile:
        uses = {name: [u for u in draft.uses if u in self.drafts] for name, draft in self.drafts.items()}
        system_order = topological_order(uses)
        if self.drafts and not system_order:
            cycle = shortest_cycle({name: tuple(used) for name, used in uses.items()})
            place = self.drafts[cycle[0]].place
            self.problem(
                "dependency-cycle", "systems need each other: " + " -> ".join((*cycle, cycle[0])), place
            )
        direct: dict[str, set[str]] = {path: set() for path in self.components}
        for edge in edges:
            direct[edge.user].add(edge.used)
        orders = {
            name: topological_order(
                {m: {d for d in direct[m] if self.components[d].system == name} for m in draft.files.values()}
            )
            for name, draft in self.drafts.items()
        }
        cyclic = [name for name, draft in self.drafts.items() if draft.files and not orders[name]]
        if cyclic:
            self.cycle_problem(direct, edges)
        systems = {name: System(name, tuple(draft.uses), orders[name]) for name, draft in self.drafts.items()}
        order = () if cyclic else tuple(module for name in system_order for module in orders[name])
        rank = {path: position for position, path in enumerate(order)}
        dependencies: dict[str, tuple[str, ...]] = {}
        closure: dict[str, tuple[str, ...]] = {}
        for path in order:
            reached = direct[path].union(*(closure[used] for used in direct[path]))
            dependencies[path] = tuple(sorted(direct[path], key=rank.__getitem__))
            closure[path] = tuple(sorted(reached, key=rank.__getitem__))
        return SystemFile(
            self.path, systems, self.components, edges, order, dependencies, closure, tuple(self.problems)
        )

    def cycle_problem(self, direct: Mapping[str, set[str]], edges: tuple[Edge, ...]) -> None:
        cycle = shortest_cycle({path: tuple(sorted(used)) for path, used in direct.items()})
        by_ends = {(edge.user, edge.used): edge for edge in reversed(edges)}
        chain = [by_ends[pair] for pair in pairwise((*cycle, cycle[0]))]
        steps = [f"`{e.user}` needs `{e.used}` ({self.path}:{e.place.line}:{e.place.column})" for e in chain]
        self.problem("dependency-cycle", ", ".join(steps), chain[0].place)


def _operator(expression: Sexp) -> str:
    """The symbol at the head of a list, else the empty string."""
    if isinstance(expression, List) and expression.items and isinstance(expression.items[0], Symbol):
        return expression.items[0].name
    return ""
