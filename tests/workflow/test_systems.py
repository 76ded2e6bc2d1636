"""Systems of users and libraries: what their definitions mean, where they are found, what is missing."""

from pathlib import Path

import pytest

from clysm.workflow.asd import Definitions, read_definitions
from clysm.workflow.formcount import scan_bytes
from clysm.workflow.graph import DependencyEdge
from clysm.workflow.inference import infer_edges
from clysm.workflow.registry import Registry, Search, source_folders
from clysm.workflow.states import EdgeKind
from clysm.workflow.systems import Systems, load_systems, undeclared_edges


def read(text: str, *missing: str) -> Definitions:
    return read_definitions(text, "app/s.asd", lambda module: module not in missing)


def edges(text: str) -> set[tuple[str, str]]:
    """The declared edges of the one system, without folder and suffix."""
    (definition,) = read(text).systems.values()
    assert definition.problems == ()
    return {(_short(edge.user), _short(edge.used)) for edge in definition.edges}


def _short(path: str) -> str:
    return path.removeprefix("app/").removesuffix(".lisp")


@pytest.mark.parametrize(
    ("components", "expected"),
    [
        (':components ((:file "a") (:file "b"))', set()),
        (':serial t :components ((:file "a") (:file "b") (:file "c"))', {("b", "a"), ("c", "b")}),
        (
            ':serial t :components ((:file "a")'
            ' (:module "m" :components ((:file "x") (:file "y"))) (:file "c"))',
            {("m/x", "a"), ("m/y", "a"), ("c", "m/x"), ("c", "m/y")},
        ),
        (
            ':components ((:module "m" :serial t :components ((:file "x") (:file "y"))))',
            {("m/y", "m/x")},
        ),
        (
            ':serial t :components ((:file "a") (:static-file "n.txt")'
            ' (:module "e" :components ()) (:file "b"))',
            {("b", "a")},
        ),
        (
            ':serial t :components ((:file "a")'
            ' (:file "b" :if-feature (:or :sbcl (:not :clysm))) (:file "c"))',
            {("c", "a")},
        ),
        (':components (#+sbcl (:file "a") #-sbcl (:file "b") (:file "c" :depends-on ("b")))', {("c", "b")}),
        (
            ':components ((:file "a" :if-feature :sbcl) (:file "b" :depends-on ("a" (:feature :sbcl "z"))))',
            set(),
        ),
        (
            ':components ((:module "m" :pathname "" :components ((:file "x")))'
            ' (:file "y" :depends-on ("m")))',
            {("y", "x")},
        ),
        (':pathname #P"src/" :serial t :components ((:file "a") (:file "b"))', {("src/b", "src/a")}),
        (':pathname "../app/" :serial t :components ((:file "a") (:file "b"))', {("b", "a")}),
        (
            ':perform (test-op (o c) (run `(,@x) \'y #.(z) "\\n" #\\( |a b|)) :in-order-to nil :novelty 3',
            set(),
        ),
    ],
)
def test_what_components_mean(components: str, expected: set[tuple[str, str]]) -> None:
    assert edges(f"(defsystem s {components})") == expected


def test_forms_that_define_no_system_are_passed_over() -> None:
    found = read(
        "#.(unless (asdf-version) (error \"too old\"))\n(in-package :cl-user)\n"
        '#-(or sbcl clysm) (error "no")\n(asdf:defsystem :s)\n'
        "(defmethod perform ((o test-op) (c (eql (find-system 's)))) nil)"
    )  # fmt: skip
    assert (list(found.systems), found.problems) == (["s"], ())


def test_used_systems_keep_their_places() -> None:
    found = read(
        '(defsystem s :depends-on (a "b" #:c (:version :d "1.0") (:feature :sbcl :e)\n'
        " (:feature (:not :sbcl) f) (:require :g)))"
    )
    uses = found.systems["s"].uses
    assert list(uses) == ["a", "b", "c", "d", "f"]
    assert (uses["f"].line, uses["a"].column) == (2, 27)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(defsystem s :components ((:file)))", "expected (:file NAME ...)"),
        ('(defsystem s :components ((:grovel "x")))', "expected (:file NAME ...)"),
        ('(defsystem s :components ((:file "a" :depends-on ("b"))))', "no component `b`"),
        ('(defsystem s :components ((:file "gone")))', "`app/gone.lisp` does not exist"),
        ('(defsystem s :components ((:file "../../a")))', "lies outside of the project"),
        ('(defsystem s :components ((:file "a") (:file "a")))', "listed twice"),
        ("(defsystem s :class :package-inferred-system)", "package-inferred"),
    ],
)
def test_mistakes_belong_to_their_system(text: str, message: str) -> None:
    found = read(text + "(defsystem good)", "app/gone.lisp")
    (problem,) = found.systems["s"].problems
    assert message in problem.message
    assert (problem.path, problem.line) == ("app/s.asd", 1)
    assert found.systems["good"].problems == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no defsystem form"),
        ("(defsystem s", "never closed"),
        ('(defsystem s "', "never closed"),
        ("(defsystem s |", "never closed"),
        ("(defsystem s '", "unexpected end of text|never closed"),
        ("#+sbcl", "unexpected end of text"),
        ("'" * 5000 + "a", "more than 100 prefixes"),
        ("#+a " * 5000 + "a", "more than 100 prefixes"),
        ("(" * 5000, "deeper than 100"),
        ("#+" + "(not " * 5000, "deeper than 100"),
    ],
)
def test_text_that_cannot_be_read(text: str, message: str) -> None:
    (problem,) = read(text).problems
    assert any(part in problem.message for part in message.split("|"))


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def load(root: Path, *definitions: str, folders: tuple[Path, ...] = ()) -> Systems:
    registry = Registry(root, folders)
    return load_systems([registry.source(root / name) for name in definitions], registry)


def test_systems_are_found_beside_above_and_installed(tmp_path: Path) -> None:
    write(
        tmp_path / "project",
        {
            "app/app.asd": '(defsystem app :depends-on (near side lib) :components ((:file "a")))',
            "app/a.lisp": "",
            "app/near.asd": '(defsystem near :components ((:file "n")))',
            "app/n.lisp": "",
            "side/side.asd": '(defsystem side :components ((:file "s")))',
            "side/s.lisp": "",
        },
    )
    write(
        tmp_path / "installed",
        {
            "deep/down/lib.asd": "(defsystem lib :depends-on (empty))",
            "other/empty.asd": "(defsystem empty :depends-on (base))"
            '(defsystem base :components ((:file "b")))',
            "other/b.lisp": "",
        },
    )
    found = load(tmp_path / "project", "app/app.asd", folders=(tmp_path / "installed",))
    assert found.problems == ()
    assert dict(found.files) == {
        "app/a.lisp": tmp_path / "project/app/a.lisp",
        "app/n.lisp": tmp_path / "project/app/n.lisp",
        "side/s.lisp": tmp_path / "project/side/s.lisp",
        "common-lisp/other/b.lisp": tmp_path / "installed/other/b.lisp",
    }
    assert {edge.used for edge in found.edges if edge.user == "app/a.lisp"} == {
        "app/n.lisp", "side/s.lisp", "common-lisp/other/b.lisp",
    }  # fmt: skip
    assert found.plan[-1] == "app/a.lisp"


def test_a_file_stands_for_the_system_of_its_name(tmp_path: Path) -> None:
    text = (
        '(defsystem app :components ((:file "a")))'
        '(defsystem app/test :depends-on (gone) :components ((:file "t")))'
    )
    write(tmp_path, {"app.asd": text, "other.asd": text.replace("app", "x"), "a.lisp": "", "t.lisp": ""})
    assert set(load(tmp_path, "app.asd").files) == {"a.lisp"}
    found = load(tmp_path, "other.asd")
    assert set(found.files) == {"a.lisp", "t.lisp"}
    assert found.absent == {"t.lisp": "system gone"}


def test_what_is_missing_has_its_place(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app.asd": '(defsystem app\n :depends-on (gone half)\n :components ((:file "a") (:file "b")))',
            "half.asd": '(defsystem another :components ((:file "a")))',
            "a.lisp": "",
        },
    )
    found = load(tmp_path, "app.asd")
    assert [(p.line, p.column, p.message) for p in found.problems] == [
        (2, 15, "system `gone` is not found"),
        (2, 20, "system `half` is not found in `half.asd`"),
        (3, 27, "`b.lisp` does not exist"),
    ]
    assert set(found.files) == {"a.lisp"}
    assert found.absent["a.lisp"].startswith("system ")


def test_systems_and_files_in_cycles_end(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.asd": '(defsystem a :depends-on (b) :components ((:file "x") (:file "y" :depends-on ("y"))))',
            "b.asd": '(defsystem b :depends-on (a) :components ((:file "z")))',
            "x.lisp": "",
            "y.lisp": "",
            "z.lisp": "",
        },
    )
    found = load(tmp_path, "a.asd")
    assert sorted(found.plan) == ["x.lisp", "y.lisp", "z.lisp"]
    assert DependencyEdge("y.lisp", "y.lisp", EdgeKind.COMPILE, "y") in found.edges


def test_uses_that_a_system_does_not_declare_follow_its_plan(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app.asd": '(defsystem app :components ((:file "z-package") (:file "macros") (:file "main")))',
            "z-package.lisp": "(defpackage p (:use cl))",
            "macros.lisp": "(in-package p) (defmacro m () (later))",
            "main.lisp": "(in-package p) (m) (defun later () 1)",
        },
    )
    found = load(tmp_path, "app.asd")
    assert (found.edges, found.plan) == ((), ("z-package.lisp", "macros.lisp", "main.lisp"))
    texts = {name: (tmp_path / name).read_bytes() for name in found.files}
    extra = undeclared_edges(found, lambda group: infer_edges({n: scan_bytes(texts[n]).forms for n in group}))
    assert {(edge.user, edge.used) for edge in extra} == {
        ("macros.lisp", "z-package.lisp"),
        ("main.lisp", "z-package.lisp"),
        ("main.lisp", "macros.lisp"),
    }


def test_one_name_for_two_files_is_a_problem(tmp_path: Path) -> None:
    write(
        tmp_path / "p",
        {
            "app.asd": '(defsystem app :depends-on (lib) :components ((:file "common-lisp/l/x")))',
            "common-lisp/l/x.lisp": "",
        },
    )
    write(tmp_path / "i", {"l/lib.asd": '(defsystem lib :components ((:file "x")))', "l/x.lisp": ""})
    (problem,) = load(tmp_path / "p", "app.asd", folders=(tmp_path / "i",)).problems
    assert problem.category == "duplicate-definition"


def test_links_to_folders_and_hidden_ones_are_not_walked(tmp_path: Path) -> None:
    write(tmp_path / "i", {"l/lib.asd": "(defsystem lib)", ".hidden/h.asd": "(defsystem h)"})
    (tmp_path / "i/l/loop").symlink_to(tmp_path / "i")
    write(tmp_path / "p", {"app.asd": "(defsystem app :depends-on (lib h))"})
    found = load(tmp_path / "p", "app.asd", folders=(tmp_path / "i",))
    assert [problem.message for problem in found.problems] == ["system `h` is not found"]


def test_the_folders_of_asdf_come_first(tmp_path: Path) -> None:
    found = source_folders(f"{tmp_path}//::relative:{tmp_path}/x:", ("/standard",))
    assert found == (tmp_path.resolve(), tmp_path.resolve() / "x", Path("/standard"))
    assert source_folders(None, ()) == ()
    search = Search((tmp_path,))
    assert search.holds(tmp_path / "a/b.asd", Path("/elsewhere"))
    assert not search.holds(tmp_path / "a/b.asd", tmp_path / "a")
