"""System definition files: names, edges, orders, and every kind of mistake with its place."""

from pathlib import Path

import pytest

from clysm.workflow.asd import SystemFile, parse_system_file, read_system_file

TWO_SYSTEMS = """
(defsystem "c/core"
  :description "the compiler"
  :components ((:module "compiler"
                :components ((:file "packages")
                             (:file "reader" :depends-on ("packages"))
                             (:file "main" :depends-on ("reader"))))
               (:module "library"
                :components ((:file "control" :depends-on ("compiler/packages"))))))
(defsystem "c/library" :depends-on ("c/core")
  :components ((:module "library"
                :components ((:file "zip" :depends-on ("loop" "control"))
                             (:file "loop" :depends-on ("control"))))))
"""


def parse(text: str, *missing: str) -> SystemFile:
    return parse_system_file(text, "lisp/c.asd", lambda module: module not in missing)


def problems(text: str, *missing: str) -> list[str]:
    return [f"{p.line}:{p.column} {p.category}: {p.message}" for p in parse(text, *missing).problems]


def test_two_systems_in_order() -> None:
    file = parse(TWO_SYSTEMS)
    assert file.problems == ()
    core = ("lisp/compiler/packages.lisp", "lisp/compiler/reader.lisp", "lisp/compiler/main.lisp")
    control, loop, zipper = (f"lisp/library/{name}.lisp" for name in ("control", "loop", "zip"))
    assert file.modules_of("c/core") == (core[0], core[1], core[2], control)
    assert file.modules_of("c/library") == (loop, zipper)
    assert file.order == (core[0], core[1], core[2], control, loop, zipper)
    assert file.dependencies[zipper] == (control, loop)
    assert file.closure[zipper] == (core[0], control, loop)
    assert file.closure[core[2]] == core[:2]


def test_ties_of_an_order_go_by_path() -> None:
    file = parse('(defsystem s :components ((:file "b") (:file "a" :depends-on ("c")) (:file "c")))')
    assert file.order == ("lisp/b.lisp", "lisp/c.lisp", "lisp/a.lisp")


def test_a_system_that_names_no_component_of_another_needs_all_of_it() -> None:
    file = parse(
        '(defsystem "a" :components ((:file "x") (:file "y")))\n'
        '(defsystem "b" :depends-on ("a") :components ((:file "z")))'
    )
    assert file.dependencies["lisp/z.lisp"] == ("lisp/x.lisp", "lisp/y.lisp")


def test_modules_depend_as_a_whole_and_may_have_another_directory() -> None:
    file = parse(
        """(asdf:defsystem #:s :components
             ((:module base :pathname "src/base" :components ((:file "one") (:file "two")))
              (:module "top" :depends-on (base) :components ((:file "main") (:static-file "notes.txt")))))"""
    )
    assert file.problems == ()
    assert file.dependencies["lisp/top/main.lisp"] == ("lisp/src/base/one.lisp", "lisp/src/base/two.lisp")


def test_names_are_looked_up_in_the_enclosing_module_first() -> None:
    file = parse(
        '(defsystem s :components ((:file "a")'
        ' (:module "m" :components ((:file "a") (:file "b" :depends-on ("a"))))))'
    )
    assert file.dependencies["lisp/m/b.lisp"] == ("lisp/m/a.lisp",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "(defsystem s :serial t)",
            ["1:22 syntax-error: :serial is refused, state each dependency with :depends-on"],
        ),
        ("(defsystem s :serial nil)", []),
        ("(defsystem s :wrong 1)", ["1:21 syntax-error: unknown option `:wrong` of a system"]),
        ("(defsystem s :components", ["1:1 read-error: this list is never closed"]),
        ("(defsystem)", ["1:1 syntax-error: a system needs a name"]),
        ("", ["1:1 syntax-error: no defsystem form"]),
        ("(defsystem s)\n(print 1)", ["2:1 syntax-error: only defsystem and in-package may stand here"]),
        ("(defsystem s)\n(defsystem s)", ["2:1 duplicate-definition: system `s` is defined twice"]),
        (
            "(defsystem s :components ((:file)))",
            ["1:27 syntax-error: expected (:file NAME ...) or (:module NAME ...)"],
        ),
        (
            '(defsystem s :components ((:file "a" :x 1)))',
            ["1:41 syntax-error: unknown option `:x` of a component"],
        ),
        (
            '(defsystem s :components ((:file "a" :depends-on ("b"))))',
            ["1:51 missing-module: no component `b` for `lisp/a.lisp` to depend on"],
        ),
        ('(defsystem s :depends-on ("t"))', ["1:27 missing-module: system `t` is not in this file"]),
        (
            '(defsystem s :components ((:file "a")\n (:file "a")))',
            ["2:2 duplicate-definition: `a` is listed twice, first at lisp/c.asd:1:27"],
        ),
        (
            '(defsystem s :components ((:file "a" :depends-on ("b"))\n (:file "b" :depends-on ("a"))))',
            [
                "1:51 dependency-cycle: `lisp/a.lisp` needs `lisp/b.lisp` (lisp/c.asd:1:51), "
                "`lisp/b.lisp` needs `lisp/a.lisp` (lisp/c.asd:2:26)"
            ],
        ),
        (
            '(defsystem s :components ((:file "a" :depends-on ("a"))))',
            ["1:51 dependency-cycle: `lisp/a.lisp` needs `lisp/a.lisp` (lisp/c.asd:1:51)"],
        ),
        (
            '(defsystem "a" :depends-on ("b"))\n(defsystem "b" :depends-on ("a"))',
            ["1:1 dependency-cycle: systems need each other: a -> b -> a"],
        ),
    ],
)
def test_mistakes(text: str, expected: list[str]) -> None:
    assert problems(text) == expected


def test_a_missing_file_is_a_problem_and_the_rest_stays_ordered() -> None:
    assert problems(TWO_SYSTEMS, "lisp/library/loop.lisp") == [
        "13:30 missing-module: `lisp/library/loop.lisp` does not exist"
    ]
    assert len(parse(TWO_SYSTEMS, "lisp/library/loop.lisp").order) == 6


def test_a_cycle_leaves_no_order() -> None:
    file = parse('(defsystem s :components ((:file "a" :depends-on ("a")) (:file "b")))')
    assert (file.order, file.dependencies, file.closure) == ((), {}, {})


@pytest.mark.parametrize(
    ("content", "category"), [(None, "missing-module"), (b"(defsystem \xff)", "read-error")]
)
def test_unreadable_files(tmp_path: Path, content: bytes | None, category: str) -> None:
    if content is not None:
        (tmp_path / "s.asd").write_bytes(content)
    (problem,) = read_system_file(tmp_path, "s.asd").problems
    assert (problem.category, problem.path) == (category, "s.asd")
