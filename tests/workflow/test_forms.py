"""Records of forms, their ids (I2), and what becomes of them after a failed link."""

import pytest

from clysm.workflow import forms
from clysm.workflow.diagnostics import error
from clysm.workflow.errors import InvalidRecord, InvalidTransition
from clysm.workflow.forms import CompilationForm, blame, check_ids, finish
from clysm.workflow.states import FormStatus


def form(
    number: int, line: int, status: FormStatus = FormStatus.SUCCESS, path: str = "a.lisp"
) -> CompilationForm:
    return CompilationForm(path, number, line, 1, "defun", f"f{number}", status, None, None, ())


def test_round_trip() -> None:
    failed = finish(
        form(0, 1, FormStatus.PENDING), FormStatus.FAILED, error("macro-error", "no"), ["a.lisp#3"]
    )
    assert forms.from_json(forms.to_json(failed)) == failed
    assert failed.key == "a.lisp#0"
    assert failed.label == "f0"


@pytest.mark.parametrize(
    "change",
    [
        {"source_file": "/abs"},
        {"source_file": "a/../b"},
        {"id": -1},
        {"id": True},
        {"status": "odd"},
        {"status": "failed"},
        {"error_category": "macro-error"},
        {"status": "failed", "error_category": "unknown-error", "error_message": "x"},
        {"status": "failed", "error_category": "dependency-failed", "error_message": "x"},
        {"causes": "a#1"},
        {"form_name": 3},
        {"extra": 1},
    ],
)
def test_rules(change: dict[str, object]) -> None:
    with pytest.raises(InvalidRecord):
        forms.from_json({**forms.to_json(form(0, 1)), **change})


def test_finish_follows_the_state_machine() -> None:
    pending = form(0, 1, FormStatus.PENDING)
    assert finish(pending, FormStatus.SKIPPED, causes=["x#1"]).causes == ("x#1",)
    with pytest.raises(InvalidTransition):
        finish(form(0, 1, FormStatus.COMPILING), FormStatus.SKIPPED)
    with pytest.raises(InvalidTransition):
        finish(form(0, 1, FormStatus.SUCCESS), FormStatus.FAILED, error("macro-error", "no"))


def test_ids_are_consecutive_per_file() -> None:
    check_ids([form(0, 1), form(0, 1, path="b.lisp"), form(1, 2)])
    for bad in ([form(1, 1)], [form(0, 1), form(0, 2)], [form(0, 1), form(2, 2)]):
        with pytest.raises(InvalidRecord):
            check_ids(bad)


def test_a_failed_link_blames_the_form_around_the_position() -> None:
    before = (form(0, 1), form(1, 5), form(2, 9))
    errors = [
        error("missing-function", "`g` is not defined", "a.lisp", 7, 3),
        error("missing-function", "`h`", "a.lisp", 8, 1),
    ]
    after = blame(before, errors)
    assert [f.status for f in after] == [FormStatus.SUCCESS, FormStatus.FAILED, FormStatus.SUCCESS]
    assert (after[1].error_category, after[1].error_message) == ("missing-function", "`g` is not defined")
    assert blame(before, [error("duplicate-definition", "x", "a.lisp")])[0].status is FormStatus.FAILED
