"""`CompilationError`: one error or warning with its place, as compilers report it and as users see it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from clysm.workflow.categories import CATEGORIES
from clysm.workflow.checks import is_relative_path, require
from clysm.workflow.errors import InvalidRecord
from clysm.workflow.excerpt import Paint, Role, excerpt, plain, printable
from clysm.workflow.states import Severity

MESSAGE_LIMIT = 1000  # characters
FORM_LIMIT = 200  # characters


@dataclass(frozen=True, slots=True)
class CompilationError:
    """An error or a warning. `path` is empty and line and column are 0 where there is no file or place to
    name.
    """

    severity: Severity
    category: str
    message: str
    suggestion: str | None
    path: str
    line: int
    column: int
    form: str | None
    operator: str | None

    def __post_init__(self) -> None:
        require(
            self.category in CATEGORIES, "CompilationError", "category", f"unknown category `{self.category}`"
        )
        require(bool(self.message), "CompilationError", "message", "empty")
        require("\n" not in self.message, "CompilationError", "message", "more than one line")
        require(self.path == "" or is_relative_path(self.path), "CompilationError", "path", f"`{self.path}`")
        require(self.line >= 0 and self.column >= 0, "CompilationError", "line", "negative position")
        require(
            self.form is None or len(self.form) <= FORM_LIMIT,
            "CompilationError",
            "form",
            "over 200 characters",
        )


FIELDS = tuple(CompilationError.__dataclass_fields__)


def error(
    category: str,
    message: str,
    path: str = "",
    line: int = 0,
    column: int = 0,
    *,
    suggestion: str | None = None,
    form: str | None = None,
    operator: str | None = None,
) -> CompilationError:
    """An error of this build; the message is cut and folded to one line."""
    return CompilationError(
        Severity.ERROR, category, one_line(message), suggestion, path, line, column, form, operator
    )


def one_line(text: str) -> str:
    """The text with line ends as blanks, at most MESSAGE_LIMIT characters."""
    return " ".join(text.split())[:MESSAGE_LIMIT] or "no message"


def to_json(diagnostic: CompilationError) -> dict[str, Any]:
    """All fields, severity as its word."""
    return {key: str(v) if isinstance(v, Severity) else v for key, v in asdict(diagnostic).items()}


def from_json(data: object) -> CompilationError:
    """The record of a JSON object with exactly the fields of CompilationError. Raises InvalidRecord."""
    if not isinstance(data, Mapping) or set(data) != set(FIELDS):
        raise InvalidRecord("CompilationError", "fields", f"expected {', '.join(FIELDS)}")
    texts_or_none = ("suggestion", "form", "operator")
    for key in ("category", "message", "path"):
        require(isinstance(data[key], str), "CompilationError", key, "not a string")
    for key in texts_or_none:
        require(
            data[key] is None or isinstance(data[key], str), "CompilationError", key, "not a string or null"
        )
    for key in ("line", "column"):
        require(type(data[key]) is int, "CompilationError", key, "not an integer")
    require(data["severity"] in ("error", "warning"), "CompilationError", "severity", "not error or warning")
    return CompilationError(
        severity=Severity(data["severity"]),
        category=data["category"],
        message=data["message"],
        suggestion=data["suggestion"],
        path=data["path"],
        line=data["line"],
        column=data["column"],
        form=data["form"],
        operator=data["operator"],
    )


def render(diagnostic: CompilationError, source: bytes | None = None, paint: Paint = plain) -> str:
    """The text for stderr: `error: path:line:column`, then, indented, the message, the line of the source
    where one is given, the form and the suggestion.
    """
    place = f"{diagnostic.path}:{diagnostic.line}:{diagnostic.column}" if diagnostic.path else "clysm"
    severity = paint(Role(str(diagnostic.severity)), f"{diagnostic.severity}:")
    lines = [f"{severity} {paint(Role.PLACE, printable(place))}"]
    lines.append(f"  {diagnostic.category}: {printable(diagnostic.message)}")
    if source is not None:
        lines += excerpt(source, diagnostic.line, diagnostic.column, paint)
    if diagnostic.form is not None:
        lines.append(f"  in form: {printable(diagnostic.form)}")
    if diagnostic.suggestion is not None:
        lines.append(f"  {printable(diagnostic.suggestion)}")
    return "\n".join(lines)
