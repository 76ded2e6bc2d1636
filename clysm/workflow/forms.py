"""`CompilationForm`: what became of one top-level form, identified by its file and its index in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from clysm.workflow.categories import CATEGORIES
from clysm.workflow.checks import is_relative_path, require
from clysm.workflow.diagnostics import CompilationError
from clysm.workflow.errors import InvalidRecord
from clysm.workflow.states import FORM_TRANSITIONS, FormStatus, advance


@dataclass(frozen=True, slots=True)
class CompilationForm:
    """`causes` holds `file#id` of the failed forms because of which this one failed or was skipped; () is a
    root.
    """

    source_file: str
    id: int
    line: int
    column: int
    form_type: str
    form_name: str | None
    status: FormStatus
    error_category: str | None
    error_message: str | None
    causes: tuple[str, ...]

    def __post_init__(self) -> None:
        require(is_relative_path(self.source_file), "CompilationForm", "source_file", f"`{self.source_file}`")
        require(self.id >= 0, "CompilationForm", "id", "negative")
        require(self.line >= 0 and self.column >= 0, "CompilationForm", "line", "negative position")
        failed = self.status is FormStatus.FAILED
        require(
            bool(self.error_category) == failed, "CompilationForm", "error_category", "present iff failed"
        )
        require(bool(self.error_message) == failed, "CompilationForm", "error_message", "present iff failed")
        require(
            self.error_category is None or self.error_category in CATEGORIES,
            "CompilationForm", "error_category", f"unknown category `{self.error_category}`",
        )  # fmt: skip
        require(
            self.error_category != "dependency-failed", "CompilationForm", "error_category",
            "a form whose cause lies elsewhere is skipped, not failed",
        )  # fmt: skip

    @property
    def key(self) -> str:
        """`file#id`."""
        return f"{self.source_file}#{self.id}"

    @property
    def label(self) -> str:
        """The name for people: the defined name, or `file#id`."""
        return self.form_name or self.key


FIELDS = tuple(CompilationForm.__dataclass_fields__)


def to_json(form: CompilationForm) -> dict[str, Any]:
    """All fields; the status as its word, causes as a list."""
    fields = {name: getattr(form, name) for name in FIELDS}
    return {**fields, "status": str(form.status), "causes": list(form.causes)}


def from_json(data: object) -> CompilationForm:
    """The record of a JSON object with exactly the fields of CompilationForm. Raises InvalidRecord."""
    if not isinstance(data, Mapping) or set(data) != set(FIELDS):
        raise InvalidRecord("CompilationForm", "fields", f"expected {', '.join(FIELDS)}")
    for key in ("source_file", "form_type"):
        require(isinstance(data[key], str), "CompilationForm", key, "not a string")
    for key in ("form_name", "error_category", "error_message"):
        require(
            data[key] is None or isinstance(data[key], str), "CompilationForm", key, "not a string or null"
        )
    for key in ("id", "line", "column"):
        require(type(data[key]) is int, "CompilationForm", key, "not an integer")
    require(data["status"] in tuple(FormStatus), "CompilationForm", "status", f"`{data['status']}`")
    causes = data["causes"]
    require(
        isinstance(causes, list | tuple) and all(isinstance(cause, str) for cause in causes),
        "CompilationForm", "causes", "not a list of strings",
    )  # fmt: skip
    return CompilationForm(
        source_file=data["source_file"],
        id=data["id"],
        line=data["line"],
        column=data["column"],
        form_type=data["form_type"],
        form_name=data["form_name"],
        status=FormStatus(data["status"]),
        error_category=data["error_category"],
        error_message=data["error_message"],
        causes=tuple(causes),
    )


def check_ids(forms: Iterable[CompilationForm]) -> None:
    """Raise InvalidRecord unless the forms of each file carry the ids 0 to n-1 in order."""
    next_id: dict[str, int] = {}
    for form in forms:
        expected = next_id.get(form.source_file, 0)
        require(
            form.id == expected, "CompilationForm", "id", f"`{form.key}` where id {expected} was expected"
        )
        next_id[form.source_file] = expected + 1


def finish(
    form: CompilationForm,
    status: FormStatus,
    failure: CompilationError | None = None,
    causes: Iterable[str] = (),
) -> CompilationForm:
    """The form, pending or compiling, in a final state; `failure` gives category and message of a
    failed one.
    """
    start = form.status
    if start is FormStatus.PENDING and status is not FormStatus.SKIPPED:
        start = advance(FORM_TRANSITIONS, start, FormStatus.COMPILING)
    advance(FORM_TRANSITIONS, start, status)
    return replace(
        form,
        status=status,
        error_category=failure.category if failure else None,
        error_message=failure.message if failure else None,
        causes=tuple(causes),
    )


def blame(
    forms: tuple[CompilationForm, ...], failures: Iterable[CompilationError]
) -> tuple[CompilationForm, ...]:
    """The forms of one file with those failed that contain the position of a failure found after compilation.

    Success of a form is settled only by a strict link: a form that refers to an undefined name fails. A form
    contains a position if it is the last one that starts at or before it; a failure without position is
    blamed on the first form. A form that failed already keeps its first failure.
    """
    result = list(forms)
    for failure in failures:
        position = (failure.line, failure.column or 1)
        index = max((i for i, f in enumerate(forms) if (f.line, f.column) <= position), default=0)
        if result and result[index].status is not FormStatus.FAILED:
            result[index] = replace(
                result[index],
                status=FormStatus.FAILED,
                error_category=failure.category,
                error_message=failure.message,
                causes=(),
            )
    return tuple(result)
