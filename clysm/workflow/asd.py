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

Nothing here raises for a bad definition: every problem is a `CompilationError` with file, line and column.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path, PurePosixPath

from clysm.workflow import sexp
from clysm.workflow.diagnostics import CompilationError, error
from clysm.workflow.errors import ReadError
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
_OTHER_FORMS = frozenset({"in-package", "cl:in-package", "defpackage"})
_DEFSYSTEM = frozenset({"defsystem", "asdf:defsystem", "asdf/defsystem:defsystem"})


class _Reader:
    """Collects drafts and problems from the expressions, then resolves names and orders modules."""

    def __init__(self, path: str, exists: Callable[[str], bool]) -> None:
        self.path = path
        self.directory = PurePosixPath(path).parent
        self.exists = exists
        self.problems: list[CompilationError] = []
        self.drafts: dict[str, _Draft] = {}
        self.components: dict[str, Component] = {}

    def problem(self, category: str, message: str, place: Place | Sexp) -> None:
        self.problems.append(error(category, message, self.path, place.line, place.column))

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
        if ":pathname" in options and (text := self.text(options[":pathname"])) is not None:
            directory /= text
        for key, value in options.items():
            match key:
                case ":components":
                    self.component_list(draft, value, "", directory, ())
                case ":depends-on":
                    for item in self.items(value):
                        if (used := self.designator(item)) is not None:
                            draft.uses[used] = Place(item.line, item.column)
                case ":serial":
                    self.serial(value)
                case ":pathname":
                    pass
                case _ if key not in _DESCRIPTIVE_OPTIONS:
                    self.problem("syntax-error", f"unknown option `{key}` of a system", value)

    def component_list(
        self,
        draft: _Draft,
        value: Sexp,
        enclosing: str,
        directory: PurePosixPath,
        inherited: tuple[tuple[str, str, Place], ...],
    ) -> None:
        """Read a `:components` list; `inherited` are dependencies (enclosing module, name, place) of the
        modules around it.
        """
        for item in self.items(value):
            operator = _operator(item)
            name = self.text(item.items[1]) if isinstance(item, List) and len(item.items) > 1 else None
            if (
                not isinstance(item, List)
                or operator not in (":file", ":module", ":static-file")
                or name is None
            ):
                self.problem("syntax-error", "expected (:file NAME ...) or (:module NAME ...)", item)
                continue
            component = f"{enclosing}/{name}" if enclosing else name
            wants = list(inherited)
            subdirectory = name
            children: Sexp | None = None
            for key, option in self.options(item, 2):
                match key:
                    case ":depends-on":
                        for want in self.items(option):
                            if (text := self.designator(want)) is not None:
                                wants.append((enclosing, text, Place(want.line, want.column)))
                    case ":pathname":
                        subdirectory = self.text(option) or name
                    case ":serial":
                        self.serial(option)
                    case ":components" if operator == ":module":
                        children = option
                    case _ if key not in _DESCRIPTIVE_OPTIONS:
                        self.problem("syntax-error", f"unknown option `{key}` of a component", option)
            if operator == ":module":
                draft.modules.add(component)
                if children is not None:
                    self.component_list(draft, children, component, directory / subdirectory, tuple(wants))
            elif operator == ":file":
                self.file(draft, item, component, directory / subdirectory, wants)

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
        if module in self.components:
            first = self.components[module].place
            message = f"`{component}` is listed twice, first at {self.path}:{first.line}:{first.column}"
            self.problem("duplicate-definition", message, place)
            return
        if not self.exists(module):
            self.problem("missing-module", f"`{module}` does not exist", place)
        self.components[module] = Component(module, draft.name, place)
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

    def text(self, value: Sexp) -> str | None:
        if isinstance(value, Symbol) and not value.name.startswith(":"):
            return value.name
        if isinstance(value, String) and value.value:
            return value.value
        self.problem("syntax-error", "expected a name", value)
        return None

    def serial(self, value: Sexp) -> None:
        if not (isinstance(value, Symbol) and value.name == "nil"):
            self.problem("syntax-error", ":serial is refused, state each dependency with :depends-on", value)

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
            if not found:
                self.problem("missing-module", f"no component `{name}` for `{user}` to depend on", place)
            for module in found:
                named.add(self.components[module].system)
                yield Edge(user, module, name, place)
        for other in used:
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

    def resolve(self, systems: tuple[_Draft, ...], enclosing: str, name: str) -> tuple[str, ...]:
        """The module paths that a name stands for: in the enclosing module, else from the root; in the
        nearest system.
        """
        for component in dict.fromkeys((f"{enclosing}/{name}" if enclosing else name, name)):
            for draft in systems:
                if component in draft.files:
                    return (draft.files[component],)
                if component in draft.modules:
                    return tuple(m for c, m in draft.files.items() if c.startswith(f"{component}/"))
        return ()

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
