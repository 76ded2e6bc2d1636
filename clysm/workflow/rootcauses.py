"""What many errors come down to: errors of one category about one operator have one cause, and the modules
that wait for the modules they are in are its consequences.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clysm.workflow.categories import REMEDIATION
from clysm.workflow.diagnostics import CompilationError
from clysm.workflow.graph import DependencyGraph, get_dependencies
from clysm.workflow.session import CompilationResult
from clysm.workflow.states import ModuleStatus


@dataclass(frozen=True, slots=True)
class RootCause:
    """`subject` is the operator, or the message where the errors name none. `first` is the earliest error,
    `modules` those that have such errors, `waiting` those that were skipped because of them.
    """

    category: str
    subject: str
    errors: int
    first: CompilationError
    modules: tuple[str, ...]
    waiting: tuple[str, ...]

    @property
    def remedy(self) -> str:
        """What to do: as the first error suggests, else as its category does."""
        return self.first.suggestion or REMEDIATION[self.category]


def root_causes(
    errors: Iterable[CompilationError],
    results: Sequence[CompilationResult],
    graph: DependencyGraph | None,
) -> tuple[RootCause, ...]:
    """The causes, those that keep the most modules from compiling first, then by errors, then as found."""
    groups: dict[tuple[str, str], list[CompilationError]] = {}
    for item in errors:
        groups.setdefault((item.category, item.operator or item.message), []).append(item)
    skipped = [
        result.module.relative_path for result in results if result.module.status is ModuleStatus.SKIPPED
    ]
    needs = {path: set(get_dependencies(graph, path)) for path in skipped} if graph is not None else {}
    causes = []
    for (category, subject), group in groups.items():
        modules = tuple(dict.fromkeys(item.path for item in group if item.path))
        waiting = tuple(path for path in needs if not needs[path].isdisjoint(modules))
        causes.append(RootCause(category, subject, len(group), group[0], modules, waiting))
    return tuple(sorted(causes, key=lambda c: (-len(c.modules) - len(c.waiting), -c.errors)))


def summary_lines(causes: Sequence[RootCause]) -> tuple[str, ...]:
    """The causes as text, two or three lines each."""
    lines = [_count(len(causes), "root cause") + ":"]
    for cause in causes:
        first = cause.first
        named = f" `{first.operator}`" if first.operator else ""
        waiting = f", {_count(len(cause.waiting), 'module')} skipped" if cause.waiting else ""
        where = f" in {_count(len(cause.modules), 'module')}" if cause.modules else ""
        lines.append(f"  {cause.category}{named}: {_count(cause.errors, 'error')}{where}{waiting}")
        if first.path:
            lines.append(f"    first at {first.path}:{first.line}:{first.column}: {first.message[:120]}")
        else:
            lines.append(f"    {first.message[:120]}")
        lines.append(f"    {cause.remedy}")
    return tuple(lines)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
