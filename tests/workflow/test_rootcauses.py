"""What many errors come down to, and errors of a compiler that could not say where it was."""

import json
from pathlib import Path

from clysm.engine.abi import AbiReply, Status
from clysm.workflow.compiled import module_reply
from clysm.workflow.diagnostics import error, to_json
from clysm.workflow.graph import DependencyEdge, build_graph
from clysm.workflow.modules import SourceModule
from clysm.workflow.rootcauses import root_causes, summary_lines
from clysm.workflow.session import CompilationResult
from clysm.workflow.states import EdgeKind, ModuleStatus


def module(path: str, status: ModuleStatus) -> SourceModule:
    return SourceModule(Path("/p") / path, path, None, 1, "0" * 64, None, 0, (), status)


def test_errors_of_one_kind_about_one_operator_have_one_cause() -> None:
    errors = [
        error("unsupported-macro", "no `foo`", "a.lisp", 3, 1, operator="foo"),
        error("syntax-error", "odd", "b.lisp", 1, 1),
        error("unsupported-macro", "still no `foo`", "b.lisp", 9, 2, operator="foo", suggestion="add it"),
    ]
    failed = [module(path, ModuleStatus.FAILED) for path in ("a.lisp", "b.lisp")]
    skipped = [module(path, ModuleStatus.SKIPPED) for path in ("c.lisp", "d.lisp")]
    edges = [
        DependencyEdge(user, used, EdgeKind.COMPILE, "m")
        for user, used in (("c.lisp", "a.lisp"), ("d.lisp", "c.lisp"))
    ]
    results = [
        CompilationResult(item, False, None, 0, 1, 0, 0, 1, (), (), 0, False) for item in (*failed, *skipped)
    ]
    first, second = root_causes(errors, results, build_graph((*failed, *skipped), edges))
    assert (first.subject, first.errors, first.modules) == ("foo", 2, ("a.lisp", "b.lisp"))
    assert (first.first, first.waiting) == (errors[0], ("c.lisp", "d.lisp"))
    assert (second.subject, second.errors, second.waiting) == ("odd", 1, ())
    assert summary_lines((first, second)) == (
        "2 root causes:",
        "  unsupported-macro `foo`: 2 errors in 2 modules, 2 modules skipped",
        "    first at a.lisp:3:1: no `foo`",
        "    add the macro to the library module",
        "  syntax-error: 1 error in 1 module",
        "    first at b.lisp:1:1: odd",
        "    correct the form's shape",
    )


def test_without_a_graph_nothing_waits() -> None:
    (cause,) = root_causes([error("dependency-cycle", "a needs b")], (), None)
    assert (cause.modules, cause.waiting) == ((), ())
    assert summary_lines((cause,))[1] == "  dependency-cycle: 1 error"


def reply(message: str, *notes: str) -> AbiReply:
    diagnostics = {"diagnostics": [to_json(error("limit-exceeded", message))], "forms": []}
    return AbiReply(Status.LIMIT, diagnostics=json.dumps(diagnostics).encode(), notes=notes)


def test_when_the_engine_ends_the_compiler_the_module_and_the_macro_are_named() -> None:
    source = b"(defmacro forever () (loop))\n(forever)"
    found = module_reply(
        reply(
            "time limit of 4.0 s reached",
            "in spin",
            "in macro forever/lambda/spin",
            "in macro forever/lambda",
            "in macro outer/lambda",
        ),
        "a.lisp",
        source,
    )
    (problem,) = found.errors
    assert (problem.path, problem.line, problem.operator) == ("a.lisp", 1, "forever")
    assert problem.message == "time limit of 4.0 s reached while expanding `forever`"
    assert [form.error_message for form in found.forms] == [problem.message, None]


def test_without_a_macro_only_the_module_is_named() -> None:
    (problem,) = module_reply(reply("stack exhausted", "in compile"), "a.lisp", b"(f)").errors
    assert (problem.path, problem.operator, problem.message) == ("a.lisp", None, "stack exhausted")
