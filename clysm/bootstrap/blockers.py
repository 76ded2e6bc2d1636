"""Why a stage is not complete: failures by category, and the root forms that explain the most of them.

The cause graph has forms (`file#id`) as nodes; an edge says "failed or skipped because of". A root is a
failed form without causes. Everything here is computed from the forms, in the order of the modules, and
nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clysm.workflow.categories import CATEGORIES, REMEDIATION
from clysm.workflow.checks import is_timestamp, require, truncated_rate
from clysm.workflow.forms import CompilationForm
from clysm.workflow.states import FormStatus

MAX_EXAMPLES = 5
MAX_BLOCKERS = 5


@dataclass(frozen=True, slots=True)
class BlockerCategory:
    """`root_count` of the `count` failures have no cause elsewhere; examples are names or `file#id`, in
    source order.
    """

    name: str
    count: int
    root_count: int
    examples: tuple[str, ...]
    remediation: str

    def __post_init__(self) -> None:
        require(self.name in CATEGORIES, "BlockerCategory", "name", f"unknown category `{self.name}`")
        require(self.count >= 1, "BlockerCategory", "count", "not positive")
        require(0 <= self.root_count <= self.count, "BlockerCategory", "root_count", "not within the count")
        require(1 <= len(self.examples) <= MAX_EXAMPLES, "BlockerCategory", "examples", "not 1 to 5")
        require(bool(self.remediation), "BlockerCategory", "remediation", "empty")


@dataclass(frozen=True, slots=True)
class BlockerReport:
    """`total_forms` counts the attempted forms only; skipped ones are counted apart."""

    stage: int
    total_forms: int
    success_count: int
    fail_count: int
    skipped_count: int
    compilation_rate: float
    categories: tuple[BlockerCategory, ...]
    top_blockers: tuple[str, ...]
    timestamp: str

    def __post_init__(self) -> None:
        name = "BlockerReport"
        require(
            self.total_forms == self.success_count + self.fail_count,
            name,
            "total_forms",
            "not success + fail",
        )
        require(
            min(self.success_count, self.fail_count, self.skipped_count) >= 0, name, "fail_count", "negative"
        )
        rate = truncated_rate(self.success_count, self.total_forms)
        require(self.compilation_rate == rate, name, "compilation_rate", f"not {rate}")
        failures = sum(category.count for category in self.categories)
        require(failures == self.fail_count, name, "categories", "their counts do not sum to fail_count")
        ranked = sorted(self.categories, key=lambda category: (-category.count, category.name))
        require(ranked == list(self.categories), name, "categories", "not by count descending, then name")
        require(len(self.top_blockers) <= MAX_BLOCKERS, name, "top_blockers", "more than 5")
        require(is_timestamp(self.timestamp), name, "timestamp", "not ISO 8601 UTC to the second")


def blocker_report(stage: int, forms: Iterable[CompilationForm], timestamp: str) -> BlockerReport:
    """The report on the final forms of a stage, given in the order of the modules and of their ids."""
    forms = tuple(forms)
    success = sum(form.status is FormStatus.SUCCESS for form in forms)
    failed = [form for form in forms if form.status is FormStatus.FAILED]
    return BlockerReport(
        stage=stage,
        total_forms=success + len(failed),
        success_count=success,
        fail_count=len(failed),
        skipped_count=sum(form.status is FormStatus.SKIPPED for form in forms),
        compilation_rate=truncated_rate(success, success + len(failed)),
        categories=categories(failed),
        top_blockers=top_blockers(forms),
        timestamp=timestamp,
    )


def categories(failed: Iterable[CompilationForm]) -> tuple[BlockerCategory, ...]:
    """The failed forms by category, most frequent first, then by name."""
    groups: dict[str, list[CompilationForm]] = {}
    for form in failed:
        assert form.error_category is not None
        groups.setdefault(form.error_category, []).append(form)
    result = (
        BlockerCategory(
            name=name,
            count=len(group),
            root_count=sum(not form.causes for form in group),
            examples=tuple(form.label for form in group[:MAX_EXAMPLES]),
            remediation=REMEDIATION[name],
        )
        for name, group in groups.items()
    )
    return tuple(sorted(result, key=lambda category: (-category.count, category.name)))


def explained_by(forms: Iterable[CompilationForm]) -> Mapping[str, frozenset[str]]:
    """For each root, the keys of the forms it explains: itself and all that failed or were skipped because of
    it.

    A cause graph with a cycle is walked once; causes that are not among the forms explain nothing here.
    """
    by_key = {form.key: form for form in forms}
    effects: dict[str, list[str]] = {}
    for form in by_key.values():
        for cause in form.causes:
            effects.setdefault(cause, []).append(form.key)
    result: dict[str, frozenset[str]] = {}
    for form in by_key.values():
        if form.status is FormStatus.FAILED and not form.causes:
            reached = {form.key}
            pending = [form.key]
            while pending:
                for effect in effects.get(pending.pop(), ()):
                    if effect not in reached:
                        reached.add(effect)
                        pending.append(effect)
            result[form.key] = frozenset(reached)
    return result


def top_blockers(forms: Iterable[CompilationForm]) -> tuple[str, ...]:
    """Roots by the number of forms they explain, at most five: `category: name (path:line, n forms)`.

    Equal numbers stand in the order of the forms given.
    """
    forms = tuple(forms)
    explained = explained_by(forms)
    roots = [form for form in forms if form.key in explained]
    roots.sort(key=lambda form: -len(explained[form.key]))  # stable: ties keep the order of the forms
    return tuple(_blocker(form, len(explained[form.key])) for form in roots[:MAX_BLOCKERS])


def _blocker(form: CompilationForm, explains: int) -> str:
    number = f"{explains} form" if explains == 1 else f"{explains} forms"
    return f"{form.error_category}: {form.label} ({form.source_file}:{form.line}, {number})"


def is_acyclic(forms: Iterable[CompilationForm]) -> bool:
    """True if no form is, through its causes, a cause of itself."""
    causes = {form.key: form.causes for form in forms}
    done: set[str] = set()
    for start in causes:
        on_path: set[str] = set()
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            key, leaving = stack.pop()
            if leaving:
                on_path.discard(key)
                done.add(key)
            elif key in on_path:
                return False
            elif key not in done:
                on_path.add(key)
                stack.append((key, True))
                stack.extend((cause, False) for cause in causes.get(key, ()))
    return True
