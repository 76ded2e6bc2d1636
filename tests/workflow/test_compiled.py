"""From a compiler's reply to records: what a reply may say, and what becomes of one that contradicts
itself.
"""

import json

import pytest

from clysm.engine.abi import AbiReply, Status
from clysm.workflow.compiled import failure, link_reply, module_reply, skipped_forms
from clysm.workflow.diagnostics import error, to_json
from clysm.workflow.states import FormStatus

SOURCE = b'(in-package "A")\n(defun f ())\n(defun g ())\n'


def form(number: int, status: str, path: str = "a.lisp") -> dict[str, object]:
    failed = status == "failed"
    return {
        "source_file": path, "id": number, "line": number + 1, "column": 1, "form_type": "defun",
        "form_name": None, "status": status, "error_category": "macro-error" if failed else None,
        "error_message": "bad" if failed else None, "causes": [],
    }  # fmt: skip


def reply(status: Status, forms: list[dict[str, object]], *errors: str, output: bytes = b"") -> AbiReply:
    found = [to_json(error(category, "m", "a.lisp", 2, 1)) for category in errors]
    return AbiReply(status, output, b"i", json.dumps({"diagnostics": found, "forms": forms}).encode())


def test_a_good_reply() -> None:
    read = module_reply(reply(Status.OK, [form(0, "success")], output=b"o"), "a.lisp", SOURCE)
    assert (read.ok, read.output, read.interface, read.errors) == (True, b"o", b"i", ())


def test_a_failed_module() -> None:
    answer = reply(Status.SOURCE_ERROR, [form(0, "success"), form(1, "failed")], "macro-error")
    read = module_reply(answer, "a.lisp", SOURCE)
    assert (read.ok, read.output) == (False, b"")
    assert [item.category for item in read.errors] == ["macro-error"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (reply(Status.OK, [form(0, "failed")], output=b"o"), "success with forms that did not succeed"),
        (reply(Status.OK, [form(0, "success")]), "success with errors or without output"),
        (reply(Status.OK, [], "macro-error", output=b"o"), "success with errors or without output"),
        (reply(Status.OK, [form(1, "success")], output=b"o"), "the compiler's reply is wrong"),
        (reply(Status.OK, [form(0, "success", "b.lisp")], output=b"o"), "the compiler's reply is wrong"),
        (AbiReply(Status.OK, b"o", b"", b"{"), "diagnostics cannot be read"),
        (AbiReply(Status.OK, b"o", b"", b'{"diagnostics": [{}], "forms": []}'), "diagnostics cannot be read"),
        (AbiReply(Status.INTERNAL), "answered INTERNAL without a reason"),
        (AbiReply(Status.LIMIT), "answered LIMIT without a reason"),
    ],
)
def test_contradictions_become_failures_with_a_failed_form(answer: AbiReply, message: str) -> None:
    read = module_reply(answer, "a.lisp", SOURCE)
    assert not read.ok
    assert any(message in item.message for item in read.errors)
    (failed,) = (f for f in read.forms if f.status is FormStatus.FAILED)
    assert len(read.forms) == 3
    assert all(
        f.status is FormStatus.SKIPPED and f.causes == (failed.key,) for f in read.forms if f is not failed
    )


def test_a_failure_is_blamed_on_the_form_at_its_place() -> None:
    read = failure("a.lisp", SOURCE, error("internal-error", "m", "a.lisp", 2, 5))
    assert [f.status for f in read.forms] == [FormStatus.SKIPPED, FormStatus.FAILED, FormStatus.SKIPPED]


@pytest.mark.parametrize(("source", "line", "column"), [(b"", 1, 1), (b"(a)\n(b", 2, 1), (b"\xff", 1, 1)])
def test_a_failure_without_a_readable_form_makes_one(source: bytes, line: int, column: int) -> None:
    read = failure("a.lisp", source, error("internal-error", "m", "a.lisp"))
    assert read.forms[-1].status is FormStatus.FAILED
    assert (read.forms[-1].line, read.forms[-1].column) == (line, column)


def test_forms_of_a_module_that_was_not_compiled() -> None:
    forms = skipped_forms("a.lisp", SOURCE, ("x.lisp#3",))
    assert [(f.form_type, f.form_name, f.causes) for f in forms] == [
        ("in-package", None, ("x.lisp#3",)),
        ("defun", "f", ("x.lisp#3",)),
        ("defun", "g", ("x.lisp#3",)),
    ]


def test_a_failed_link() -> None:
    read = link_reply(reply(Status.LINK_ERROR, [], "missing-function"))
    assert (read.ok, [item.category for item in read.errors]) == (False, ["missing-function"])
