"""CLOS is not part of the language yet, and nobody is left in doubt: each operator is refused by name.

The checklist of rows (tests/test_checklist.py) excepts the rows about CLOS for as long as this holds.
"""

from __future__ import annotations

from tests.lisp.workbench import Workbench

MACROS = (
    *("defclass", "defgeneric", "defmethod", "define-method-combination", "with-slots", "with-accessors"),
    *("call-method", "make-method"),
)
FUNCTIONS = (
    *("make-instance", "allocate-instance", "initialize-instance", "reinitialize-instance"),
    *("shared-initialize", "change-class", "update-instance-for-different-class"),
    *("update-instance-for-redefined-class", "make-instances-obsolete", "slot-value", "slot-boundp"),
    *("slot-exists-p", "slot-makunbound", "slot-missing", "slot-unbound", "ensure-generic-function"),
    *("compute-applicable-methods", "find-method", "add-method", "remove-method", "method-qualifiers"),
    *("function-keywords", "no-applicable-method", "no-next-method", "call-next-method", "next-method-p"),
    *("invalid-method-error", "method-combination-error"),
)


def test_every_operator_of_clos_is_refused_by_name(workbench: Workbench) -> None:
    (macros,) = workbench.compile([("macros.lisp", "".join(f"({name} a () ())\n" for name in MACROS))])
    assert [(item.category, item.line, item.operator) for item in macros.errors] == [
        ("unsupported-macro", line, name) for line, name in enumerate(MACROS, 1)
    ]
    assert [name in item.message for name, item in zip(MACROS, macros.errors, strict=True)] == [True] * len(
        MACROS
    )
    calls = "".join(f"(defun f-{name} (x) ({name} x))\n" for name in FUNCTIONS)
    (functions,) = workbench.compile([("functions.lisp", calls)])
    linked = workbench.link([functions.output], strict=True)
    assert [(item.category, item.line, item.operator) for item in linked.errors] == [
        ("missing-function", line, name) for line, name in enumerate(FUNCTIONS, 1)
    ]
