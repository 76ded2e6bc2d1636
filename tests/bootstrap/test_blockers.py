"""Failures by category, roots by what they explain (I3), and the self-checks of the stage report: forms are
counted by file and id, and totals that disagree are refused (I2, N43).
"""

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clysm.bootstrap import stage_report
from clysm.bootstrap.blockers import BlockerCategory, blocker_report, explained_by, is_acyclic
from clysm.bootstrap.stage_report import Binary, CompilerIdentity, ModuleOutcome, StageReport
from clysm.bootstrap.stages import Stage, check_chain
from clysm.workflow.errors import InvalidRecord
from clysm.workflow.forms import CompilationForm
from clysm.workflow.states import FormStatus, ModuleStatus, RunStatus, Verdict

NOW = "2025-12-27T12:00:00Z"
ZERO = "0" * 64
STATUSES = {"+": FormStatus.SUCCESS, "!": FormStatus.FAILED, "-": FormStatus.SKIPPED}


def form(
    path: str,
    number: int,
    mark: str = "+",
    category: str = "macro-error",
    causes: tuple[str, ...] = (),
    name: str | None = None,
) -> CompilationForm:
    failed = mark == "!"
    return CompilationForm(
        path, number, number + 1, 1, "defun", name, STATUSES[mark], category if failed else None,
        "no" if failed else None, causes,
    )  # fmt: skip


FORMS = (
    form("a.lisp", 0),
    form("a.lisp", 1, "!", "unsupported-macro", name="loop"),
    form("a.lisp", 2, "!", "macro-error", ("a.lisp#1",), name="f"),
    form("b.lisp", 0, "!", "unsupported-macro", name="do"),
    form("b.lisp", 1, "-", causes=("a.lisp#2",)),
)


def test_the_report() -> None:
    report = blocker_report(1, FORMS, NOW)
    assert (report.total_forms, report.success_count, report.fail_count, report.skipped_count) == (4, 1, 3, 1)
    assert report.compilation_rate == 25.0
    assert report.categories == (
        BlockerCategory("unsupported-macro", 2, 2, ("loop", "do"), "add the macro to the library module"),
        BlockerCategory("macro-error", 1, 0, ("f",), "fix the macro; its definition's position is attached"),
    )
    assert report.top_blockers == (
        "unsupported-macro: loop (a.lisp:2, 3 forms)",
        "unsupported-macro: do (b.lisp:1, 1 form)",
    )


def test_a_form_without_a_name_is_named_by_its_place() -> None:
    report = blocker_report(0, [form("a.lisp", 0, "!")], NOW)
    assert report.categories[0].examples == ("a.lisp#0",)


def test_at_most_five_of_everything() -> None:
    many = [form("a.lisp", n, "!") for n in range(9)]
    report = blocker_report(0, many, NOW)
    assert report.top_blockers == tuple(f"macro-error: a.lisp#{n} (a.lisp:{n + 1}, 1 form)" for n in range(5))
    assert report.categories[0].examples == tuple(f"a.lisp#{n}" for n in range(5))


@given(st.lists(st.tuples(st.sampled_from("+!-"), st.sets(st.integers(0, 9), max_size=3)), max_size=10))
def test_explanations_against_a_slow_version(shape: list[tuple[str, set[int]]]) -> None:
    forms: list[CompilationForm] = []
    for number, (mark, earlier) in enumerate(shape):
        causes = tuple(
            f"a#{n}" for n in sorted(earlier) if n < number and forms[n].status is FormStatus.FAILED
        )
        forms.append(form("a", number, mark, causes=causes if mark != "+" else ()))
    assert is_acyclic(forms)

    def is_explained(item: CompilationForm, root: str) -> bool:
        return item.key == root or any(is_explained(forms[int(cause[2:])], root) for cause in item.causes)

    roots = [item for item in forms if item.status is FormStatus.FAILED and not item.causes]
    assert explained_by(forms) == {
        root.key: frozenset(item.key for item in forms if is_explained(item, root.key)) for root in roots
    }


def test_cycles_of_causes_are_found() -> None:
    assert not is_acyclic([form("a", 0, "!", causes=("a#1",)), form("a", 1, "!", causes=("a#0",))])


@pytest.mark.parametrize(
    "change",
    [
        {"total_forms": 5},
        {"skipped_count": -1},
        {"compilation_rate": 25.01},
        {"categories": ()},
        {"categories": tuple(reversed(blocker_report(1, FORMS, NOW).categories))},
        {"top_blockers": ("x",) * 6},
        {"timestamp": "today"},
    ],
)
def test_rules_of_the_blocker_report(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord):
        replace(blocker_report(1, FORMS, NOW), **change)


@pytest.mark.parametrize(
    "change", [{"name": "odd"}, {"count": 0}, {"root_count": 3}, {"examples": ()}, {"remediation": ""}]
)
def test_rules_of_a_category(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord):
        replace(BlockerCategory("macro-error", 2, 1, ("a",), "fix it"), **change)


STAGE = Stage(1, "build/stage1.wasm", 10, 100.0, "build/reports/stage1.json", "1" * 64, ZERO)


@pytest.mark.parametrize(
    "change",
    [
        {"n": -1},
        {"wasm_path": "/x"},
        {"size_bytes": 0},
        {"compilation_rate": 100.1},
        {"sha256": "x"},
        {"compiler_sha256": None},
        {"n": 0},
    ],
)
def test_rules_of_a_stage(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord):
        replace(STAGE, **change)


def test_a_chain_of_stages() -> None:
    zero = replace(STAGE, n=0, sha256=ZERO, compiler_sha256=None)
    check_chain((zero, STAGE))
    for bad in ((STAGE,), (zero, replace(STAGE, compiler_sha256="2" * 64))):
        with pytest.raises(InvalidRecord):
            check_chain(bad)


# The JSON report


def outcome(
    path: str, *forms: CompilationForm, status: ModuleStatus = ModuleStatus.COMPILED
) -> ModuleOutcome:
    return ModuleOutcome(path, ZERO, status, forms, 7, 5)


def report_of(binary: Binary | None, *modules: ModuleOutcome, stage: int = 1) -> StageReport:
    compiler = CompilerIdentity("stage", stage - 1, ZERO) if stage else CompilerIdentity("hosted", None, ZERO)
    return stage_report.stage_report(stage, NOW, binary, compiler, modules, duration_ms=3, engine="e")


BINARY = Binary("build/stage1.wasm", 10, "1" * 64, True)
GOOD = report_of(BINARY, outcome("a.lisp", form("a.lisp", 0)))
BAD = report_of(
    None,
    outcome("a.lisp", *FORMS[:3], status=ModuleStatus.FAILED),
    outcome("b.lisp", *FORMS[3:], status=ModuleStatus.FAILED),
)


@pytest.mark.parametrize(
    ("report", "status"),
    [
        (GOOD, RunStatus.SUCCESS),
        (BAD, RunStatus.FAILURE),
        (report_of(BINARY, outcome("a.lisp", form("a.lisp", 0), form("a.lisp", 1, "-"))), RunStatus.PARTIAL),
        (report_of(BINARY, outcome("a.lisp", form("a.lisp", 0, "!"))), RunStatus.PARTIAL),
        (report_of(replace(BINARY, valid=False), outcome("a.lisp", form("a.lisp", 0))), RunStatus.PARTIAL),
    ],
)
def test_status_and_round_trip(tmp_path: Path, report: StageReport, status: RunStatus) -> None:
    assert report.status is status
    stage_report.write(tmp_path / "r.json", report)
    assert stage_report.read(tmp_path / "r.json") == stage_report.to_json(report)


# N44: at rate 100 too.
def test_skipped_forms_are_never_success() -> None:
    skipped = report_of(BINARY, outcome("a.lisp", form("a.lisp", 0), form("a.lisp", 1, "-")))
    assert skipped.blockers.compilation_rate == 100.0
    assert skipped.status is RunStatus.PARTIAL


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("success_count",), 2),
        (("fail_count",), 2),
        (("skipped_count",), 0),
        (("total_forms",), 5),
        (("compilation_rate",), 25.01),
        (("status",), "success"),
        (("top_blockers",), []),
        (("failures", 0, "causes"), ["a.lisp#2"]),
        (("failures", 3, "causes"), ["a.lisp#2", "b.lisp#1"]),
        (("failures", 3, "causes"), ["a.lisp#2", "gone.lisp#0"]),
        (("failures", 0, "id"), 2),
        (("failures", 2, "id"), 2),
        (("failures", 2, "source_file"), "gone.lisp"),
        (("categories", 0, "root_count"), 1),
        (("categories",), []),
        (("modules", 0, "form_count"), 4),
        (("modules", 0, "forms_failed"), 1),
        (("modules", 1, "path"), "a.lisp"),
        (("compiler", "kind"), "hosted"),
        (("compiler", "stage"), 1),
        (("stage",), 0),
    ],
)
def test_the_self_check_refuses_numbers_that_disagree(path: tuple[str | int, ...], value: object) -> None:
    data: Any = stage_report.to_json(BAD)
    stage_report.self_check(data)
    target = data
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    with pytest.raises(InvalidRecord):
        stage_report.self_check(data)


COUNTS = ("total_forms", "success_count", "fail_count", "skipped_count", "form_count", "count", "root_count")


def counts(data: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Every count in a report: the object that holds it, and its key."""
    for holder in (data, *data["modules"], *data["categories"]):
        yield from ((holder, key) for key in holder if key in COUNTS or key.startswith("forms_"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("a.lisp", "b.lisp", "c.lisp")),
            st.sampled_from("+!-"),
            st.sampled_from(("macro-error", "read-error", "type-error")),
            st.sets(st.integers(0, 9), max_size=2),
        ),
        max_size=12,
    ),
    st.integers(0, 99),
    st.sampled_from((-1, 1)),
)
def test_reports_of_random_forms(
    shape: list[tuple[str, str, str, set[int]]], place: int, change: int
) -> None:
    """The counts are those of the unique forms, and no count can be another."""
    forms: dict[str, list[CompilationForm]] = {"a.lisp": [], "b.lisp": [], "c.lisp": []}
    keys: list[str] = []
    for path, mark, category, earlier in shape:
        causes = tuple(keys[n] for n in sorted(earlier) if n < len(keys)) if mark != "+" else ()
        forms[path].append(form(path, len(forms[path]), mark, category, causes))
        keys += [forms[path][-1].key] if mark == "!" else []
    data: Any = stage_report.to_json(
        report_of(None, *(outcome(path, *found) for path, found in forms.items()))
    )
    stage_report.self_check(data)
    marks = Counter(mark for _, mark, *_ in shape)
    assert len({(item.source_file, item.id) for found in forms.values() for item in found}) == len(shape)
    assert (data["success_count"], data["fail_count"], data["skipped_count"]) == tuple(
        marks[m] for m in "+!-"
    )
    assert data["total_forms"] == marks["+"] + marks["!"]
    by_category = Counter(category for _, mark, category, _ in shape if mark == "!")
    assert {item["name"]: item["count"] for item in data["categories"]} == by_category
    wrong = copy.deepcopy(data)
    found = list(counts(wrong))
    holder, key = found[place % len(found)]
    holder[key] += change
    with pytest.raises(InvalidRecord):
        stage_report.self_check(wrong)


def test_failures_belong_to_the_modules_that_count_them() -> None:
    """Totals that agree are not enough: nor is another order."""
    for first, second in ((0, 1), (1, 0)):
        data: Any = stage_report.to_json(BAD)
        data["modules"][first]["forms_failed"] += 1
        data["modules"][first]["form_count"] += 1
        data["modules"][second]["forms_failed"] -= 1
        data["modules"][second]["form_count"] -= 1
        with pytest.raises(InvalidRecord, match="not complete"):
            stage_report.self_check(data)
    swapped: Any = stage_report.to_json(
        report_of(BINARY, outcome("a.lisp", *(form("a.lisp", n, "-") for n in (0, 1))))
    )
    swapped["failures"].reverse()
    with pytest.raises(InvalidRecord, match="order"):
        stage_report.self_check(swapped)


def test_a_report_refuses_causes_that_did_not_fail() -> None:
    with pytest.raises(InvalidRecord, match="not a failed form"):
        report_of(None, outcome("a.lisp", form("a.lisp", 0), form("a.lisp", 1, "!", causes=("a.lisp#0",))))


def test_the_gate_enters_its_verdict_for_exactly_these_bytes(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    stage_report.write(path, GOOD)
    assert not stage_report.set_fixpoint_status(path, ZERO, Verdict.ACHIEVED)
    assert stage_report.set_fixpoint_status(path, BINARY.sha256, Verdict.ACHIEVED)
    found = stage_report.read(path)
    assert found is not None
    assert found["fixpoint_status"] == "ACHIEVED"
    path.write_text("{}")
    assert not stage_report.set_fixpoint_status(path, BINARY.sha256, Verdict.ACHIEVED)
