"""From a compiler's reply to records: diagnostics and forms checked, and never a failure without a failed
form.

What a compiler says about itself is not taken on trust: a reply that contradicts itself becomes an
`internal-error`.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from clysm.engine.abi import AbiReply, Status
from clysm.workflow import diagnostics, forms
from clysm.workflow.diagnostics import CompilationError, error
from clysm.workflow.errors import InvalidRecord
from clysm.workflow.formcount import Scan, form_name, form_type, scan_bytes
from clysm.workflow.forms import CompilationForm, finish
from clysm.workflow.states import FormStatus, Severity

_STATUS_CATEGORY = {
    Status.SOURCE_ERROR: "internal-error",
    Status.LINK_ERROR: "internal-error",
    Status.BAD_OBJECT: "internal-error",
    Status.BAD_CALL: "internal-error",
    Status.LIMIT: "limit-exceeded",
    Status.HOST_ERROR: "host-error",
    Status.INTERNAL: "internal-error",
    Status.TRAP: "internal-error",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A call's outcome as records; `output` and `interface` are empty unless `ok`."""

    ok: bool
    output: bytes
    interface: bytes
    errors: tuple[CompilationError, ...]
    warnings: tuple[CompilationError, ...]
    forms: tuple[CompilationForm, ...]


def module_reply(reply: AbiReply, path: str, source: bytes) -> Reply:
    """The outcome of `compile_module` for the source at `path`.

    If it is not ok, at least one form is failed and at least one error given.
    """
    read = _placed(link_reply(reply), reply.notes, path)
    try:
        forms.check_ids(read.forms)
        if any(form.source_file != path for form in read.forms):
            raise InvalidRecord("CompilationForm", "source_file", "of another file")
    except InvalidRecord as problem:
        return failure(
            path, source, error("internal-error", f"the compiler's reply is wrong: {problem}", path)
        )
    statuses = {form.status for form in read.forms}
    if read.ok:
        if statuses <= {FormStatus.SUCCESS}:
            return read
        wrong = error("internal-error", "the compiler reports success with forms that did not succeed", path)
        return failure(path, source, wrong)
    if FormStatus.FAILED in statuses and statuses <= {
        FormStatus.SUCCESS,
        FormStatus.FAILED,
        FormStatus.SKIPPED,
    }:
        return read
    blamed = failure(path, source, read.errors[0])
    return Reply(False, b"", b"", read.errors, read.warnings, blamed.forms)


_EXPANDER = re.compile(r"in macro (\S+?)/lambda(?:/.*)?")  # the functions of a macro's unit are named so


def _placed(reply: Reply, notes: Iterable[str], path: str) -> Reply:
    """The reply with its module named in errors that name none: the engine ended the compiler, which could
    not tell where it was. Among the functions that were active then, the newest macro is to blame.
    """
    macro = next((found[1] for note in notes if (found := _EXPANDER.fullmatch(note)) is not None), None)
    while_expanding = f" while expanding `{macro}`" if macro else ""
    placed = tuple(
        item
        if item.path
        else replace(
            item,
            path=path,
            line=item.line or 1,
            column=item.column or 1,
            message=item.message + while_expanding,
            operator=item.operator or macro,
        )
        for item in reply.errors
    )
    return replace(reply, errors=placed)


def link_reply(reply: AbiReply) -> Reply:
    """The outcome of a call that has no source of its own."""
    try:
        errors, warnings, found = _parse(reply.diagnostics)
    except InvalidRecord as problem:
        message = f"the compiler's diagnostics cannot be read: {problem}"
        return Reply(False, b"", b"", (error("internal-error", message),), (), ())
    if reply.status is Status.OK:
        if errors or not reply.output:
            wrong = error("internal-error", "the compiler reports success with errors or without output")
            return Reply(False, b"", b"", (*errors, wrong), warnings, found)
        return Reply(True, reply.output, reply.interface, (), warnings, found)
    if not errors:
        message = f"the compiler answered {reply.status.name} without a reason"
        errors = (error(_STATUS_CATEGORY[reply.status], message),)
    return Reply(False, b"", b"", errors, warnings, found)


def failure(path: str, source: bytes, reason: CompilationError) -> Reply:
    """The outcome of a module that no compiler could report on: one failed form, the rest skipped because of
    it.
    """
    scan = scan_bytes(source)
    scanned = pending_forms(path, scan)
    if scan.error is not None or not scanned:
        line, column = (scan.error.line, scan.error.column) if scan.error else (1, 1)
        scanned += (_pending(path, len(scanned), line, column, "atom", None),)
        index = len(scanned) - 1
    elif reason.path == path and reason.line:
        index = max(i for i, form in enumerate(scanned) if i == 0 or form.line <= reason.line)
    else:
        index = 0
    cause = scanned[index].key
    finished = tuple(
        finish(form, FormStatus.FAILED, reason)
        if position == index
        else finish(form, FormStatus.SKIPPED, causes=(cause,))
        for position, form in enumerate(scanned)
    )
    return Reply(False, b"", b"", (reason,), (), finished)


def skipped_forms(path: str, source: bytes, causes: tuple[str, ...]) -> tuple[CompilationForm, ...]:
    """The forms of a module that was not compiled, by the independent reader, skipped because of `causes`."""
    return tuple(
        finish(form, FormStatus.SKIPPED, causes=causes) for form in pending_forms(path, scan_bytes(source))
    )


def pending_forms(path: str, scan: Scan) -> tuple[CompilationForm, ...]:
    """The forms that the independent reader found, none of them attempted yet."""
    return tuple(
        _pending(path, number, form.line, form.column, form_type(form.datum), form_name(form.datum))
        for number, form in enumerate(scan.forms)
    )


def _pending(path: str, number: int, line: int, column: int, kind: str, name: str | None) -> CompilationForm:
    return CompilationForm(path, number, line, column, kind, name, FormStatus.PENDING, None, None, ())


def _parse(
    text: bytes,
) -> tuple[tuple[CompilationError, ...], tuple[CompilationError, ...], tuple[CompilationForm, ...]]:
    """Errors, warnings and forms of a diagnostics object; empty text is an empty object. Raises
    InvalidRecord.
    """
    if not text:
        return (), (), ()
    try:
        data = json.loads(text)
        items = [diagnostics.from_json(item) for item in data["diagnostics"]]
        found = tuple(forms.from_json(item) for item in data["forms"])
    except (ValueError, KeyError, TypeError) as problem:
        raise InvalidRecord("AbiReply", "diagnostics", str(problem)) from problem
    errors = tuple(item for item in items if item.severity is Severity.ERROR)
    warnings = tuple(item for item in items if item.severity is Severity.WARNING)
    return errors, warnings, found
