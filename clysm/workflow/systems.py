"""From system definitions to modules: the systems that were asked for, all systems they use, wherever those
are defined, and the edges between their files.

An `.asd` file stands for the system that has its name, as in ASDF, or for all of its systems if none has. A
system that uses another depends on all modules of it. What cannot be found or understood is a problem with
its place, and the modules that need it are named in `absent`.

ASDF has loaded all that precedes a file in its plan when it compiles the file, and authors rely on that where
they declare too little. Therefore the plan is kept: a use that is found in a file may add an edge to one that
precedes it.
"""

import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clysm.workflow.asd import Definition, Definitions, Place, read_definitions
from clysm.workflow.diagnostics import CompilationError, error
from clysm.workflow.graph import DependencyEdge
from clysm.workflow.registry import Registry, SystemSource
from clysm.workflow.states import EdgeKind

# What every Common Lisp, or this one, has without a file.
BUILT_IN = frozenset({"asdf", "asdf3", "cl", "common-lisp"})


@dataclass(frozen=True, slots=True)
class Systems:
    """`files` are modules and where they are; `definitions` the files that were read. `edges` are declared,
    `plan` is the modules as ASDF would load them, `groups` those of each system. `absent` tells of a module
    what it needs that there is not: a file, or `system NAME`.
    """

    files: Mapping[str, Path]
    plan: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    edges: tuple[DependencyEdge, ...]
    absent: Mapping[str, str]
    problems: tuple[CompilationError, ...]
    definitions: Mapping[str, Path]


NO_SYSTEMS = Systems({}, (), (), (), {}, (), {})


def undeclared_edges(
    systems: Systems, infer: Callable[[tuple[str, ...]], Iterable[DependencyEdge]]
) -> tuple[DependencyEdge, ...]:
    """The edges that uses add to the declared ones: within a system, to files that precede in the plan.
    `infer` finds the uses among some modules; between systems nothing is undeclared.
    """
    rank = {path: position for position, path in enumerate(systems.plan)}
    found = (edge for group in systems.groups for edge in infer(group))
    return tuple(edge for edge in found if rank[edge.used] < rank[edge.user])


@dataclass(slots=True)
class _Loading:
    """The systems found so far, by name; None for one that is nowhere."""

    registry: Registry
    files: dict[str, tuple[SystemSource, Definitions]] = field(default_factory=dict)  # by the source's name
    systems: dict[str, tuple[SystemSource, Definition] | None] = field(default_factory=dict)
    modules: dict[str, Path] = field(default_factory=dict)
    problems: list[CompilationError] = field(default_factory=list)


def load_systems(sources: Iterable[SystemSource], registry: Registry) -> Systems:
    """The modules of the definition files given and of every system these use."""
    loading = _Loading(registry)
    given = [(source, definition) for source in sources for definition in _wanted(loading, source)]
    pending = list(given)
    for source, definition in pending:
        loading.systems.setdefault(definition.name, (source, definition))
    while pending:
        source, definition = pending.pop()
        _take(loading, source, definition)
        for name, place in sorted(definition.uses.items()):
            if name not in loading.systems and name not in BUILT_IN:
                found = loading.systems[name] = _find(loading, name, source, place)
                if found is not None:
                    pending.append(found)
    known = {name: found[1] for name, found in loading.systems.items() if found is not None}
    edges = tuple(sorted(_edges(known)))
    return Systems(
        files=loading.modules,
        plan=tuple(m for m in _plan(known, [d.name for _, d in given], edges) if m in loading.modules),
        groups=tuple(tuple(m for m in known[name].modules if m in loading.modules) for name in sorted(known)),
        edges=edges,
        absent=_absent(loading, known),
        problems=tuple(sorted(loading.problems, key=lambda p: (p.path, p.line, p.column, p.message))),
        definitions={source.name: source.file for source, _ in loading.files.values()},
    )


def module_file(source: SystemSource, module: str) -> Path:
    """Where the file of a module of a definition file is."""
    return source.file.parent / posixpath.relpath(module, posixpath.dirname(source.name) or ".")


def _wanted(loading: _Loading, source: SystemSource) -> tuple[Definition, ...]:
    """The systems that a definition file stands for."""
    systems = _read(loading, source).systems
    primary = systems.get(source.file.stem.lower())
    return (primary,) if primary is not None else tuple(systems.values())


def _read(loading: _Loading, source: SystemSource) -> Definitions:
    if source.name not in loading.files:
        definitions = _parse(source)
        loading.files[source.name] = (source, definitions)
        loading.problems += definitions.problems
    return loading.files[source.name][1]


def _parse(source: SystemSource) -> Definitions:
    try:
        text = source.file.read_bytes().decode()
    except OSError as failure:
        reason = f"cannot read it: {failure.strerror}"
        return Definitions(source.name, {}, (error("missing-module", reason, source.name),))
    except UnicodeDecodeError:
        reason = "the system definition is not UTF-8"
        return Definitions(source.name, {}, (error("read-error", reason, source.name, 1, 1),))
    exists: Callable[[str], bool] = lambda module: module_file(source, module).is_file()  # noqa: E731
    return read_definitions(text, source.name, exists)


def _take(loading: _Loading, source: SystemSource, definition: Definition) -> None:
    """Add the modules and the problems of one system."""
    loading.problems += definition.problems
    for module in definition.modules:
        file = module_file(source, module)
        if file.is_file() and loading.modules.setdefault(module, file).resolve() != file.resolve():
            place = definition.place
            message = f"`{module}` is a file of the project and of system `{definition.name}`"
            loading.problems.append(
                error("duplicate-definition", message, source.name, place.line, place.column)
            )


def _find(
    loading: _Loading, name: str, user: SystemSource, place: Place
) -> tuple[SystemSource, Definition] | None:
    """The system that `user` names at `place`; None, with a problem, if it is nowhere."""
    for source, definitions in loading.files.values():
        if name in definitions.systems:
            return source, definitions.systems[name]
    source_found = loading.registry.find(name, user)
    if source_found is not None:
        definition = _read(loading, source_found).systems.get(name)
        if definition is not None:
            return source_found, definition
    where = "" if source_found is None else f" in `{source_found.name}`"
    loading.problems.append(
        error(
            "missing-module",
            f"system `{name}` is not found{where}",
            user.name,
            place.line,
            place.column,
            suggestion="install it, or name its folder in CL_SOURCE_REGISTRY",
            operator=name,
        )
    )
    return None


def _edges(systems: Mapping[str, Definition]) -> set[DependencyEdge]:
    edges = set()
    for definition in systems.values():
        for edge in definition.edges:
            edges.add(DependencyEdge(edge.user, edge.used, EdgeKind.COMPILE, edge.name))
        for name in definition.uses:
            for module in _modules(systems, name, frozenset()):
                for user in definition.modules:
                    if user != module:
                        edges.add(DependencyEdge(user, module, EdgeKind.COMPILE, name))
    return edges


def _modules(systems: Mapping[str, Definition], name: str, seen: frozenset[str]) -> tuple[str, ...]:
    """The modules of a system; of one without any, those of the systems it uses."""
    definition = systems.get(name)
    if definition is None or name in seen:
        return ()
    if definition.modules:
        return definition.modules
    return tuple(m for used in definition.uses for m in _modules(systems, used, seen | {name}))


def _plan(
    systems: Mapping[str, Definition], given: Iterable[str], edges: Iterable[DependencyEdge]
) -> tuple[str, ...]:
    """Every module once: after what it needs, otherwise as the definitions list them."""
    needs: dict[str, list[str]] = {}
    for edge in edges:
        needs.setdefault(edge.user, []).append(edge.used)
    listed: dict[str, None] = {}
    pending = list(given)
    seen: set[str] = set()
    while pending:  # used systems first, each as it is listed
        name = pending[-1]
        unseen = [used for used in systems[name].uses if used in systems and used not in seen]
        seen.update((name, *unseen[:1]))
        if unseen:
            pending.append(unseen[0])
        else:
            listed.update(dict.fromkeys(systems[pending.pop()].modules))
    rank = {path: position for position, path in enumerate(listed)}
    plan: dict[str, None] = {}
    started: set[str] = set()
    for path in listed:
        stack = [path]
        while stack:
            started.add(stack[-1])
            ahead = [used for used in needs.get(stack[-1], ()) if used in rank and used not in started]
            if ahead:
                stack.append(min(ahead, key=rank.__getitem__))
            else:
                plan.setdefault(stack.pop())
    return tuple(plan)


def _absent(loading: _Loading, systems: Mapping[str, Definition]) -> dict[str, str]:
    """What each module needs that there is not."""
    absent: dict[str, str] = {}
    for definition in systems.values():
        for edge in definition.edges:
            if edge.used not in loading.modules:
                absent.setdefault(edge.user, edge.used)
        for name in definition.uses:
            if name in loading.systems and loading.systems[name] is None:
                absent.update(dict.fromkeys(definition.modules, f"system {name}"))
    return absent
