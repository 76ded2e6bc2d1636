"""What a change makes doit do: for each kind of edit exactly the tasks that must run, and no other (N38).

What makes *all* modules of a stage compile again is the stage's compiler, which contract 2.2 puts into the
key of every module by the hash of its image. So an edit of a core module that changes Stage 0 compiles all
modules of Stage 1, and what changes Stage 1 (of the library too) compiles all of Stage 2: object, interface
and image may depend on every function of the compiler, and nothing is known of a function but its bytes. The
chain ends where an image stays the same, as with a changed host (A2: objects do not name who compiled them).
Of a stage whose compiler stays, only those modules are compiled whose own text changed or for which an
interface that they need did.

Programs are compiled by Stage 1 with its library, and so follow the same rule one step later. What edits of
rules, facts, products and keys of passports make doit do is in tests/passport/test_tasks.py.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.builds import ALL_STAGE, CORE, comparable, copy_project, edit, executed, modules
from tests.support.projects import PYPROJECT, make_project, run_doit

Edit = Callable[[Path], object]

# The compiler: what its modules contain besides functions and macros, so that each kind can be changed.
KINDS = {
    "lisp/library/lists.lisp": (
        '(in-package "TOY")\n(defmacro dolist-it (x) x)\n(definline car-it (x) x)\n(defstruct cell a)\n'
        "(defconstant limit 10)\n(defun mapcar-it () 4)\n"
    ),
    "lisp/library/strings.lisp": '(in-package "TOY")\n(defun string-it () 6)\n',
}
TOY_ASD = """(defsystem "toy/core"
  :components ((:module "compiler"
                :components ((:file "packages")
                             (:file "reader" :depends-on ("packages"))
                             (:file "writer" :depends-on ("packages"))
                             (:file "main" :depends-on ("reader" "writer"))))))
(defsystem "toy/library"
  :depends-on ("toy/core")
  :components ((:module "library"
                :components ((:file "lists" :depends-on ("compiler/packages"))
                             (:file "loop" :depends-on ("lists"))
                             (:file "strings" :depends-on ("compiler/packages"))))))
"""
LISTS, LOOP, STRINGS = "library/lists", "library/loop", "library/strings"
STAGE = (*ALL_STAGE, STRINGS)
ALL_0 = modules(0, *(f"compiler/{name}" for name in CORE))
ALL_1, ALL_2 = modules(1, *STAGE), modules(2, *STAGE)

# Programs: two that share a system, and one module with each kind of definition.
APP = {
    "app/app.asd": '(defsystem "app" :depends-on ("util")\n'
    ' :components ((:file "base") (:file "user" :depends-on ("base")) (:file "other")))\n',
    "app/base.lisp": "(defmacro m () 1)\n"
    "(definline i () 1)\n(defstruct s a)\n(defconstant c 1)\n(defun f ())\n",
    "app/user.lisp": '(use m)\n(call f)\n(print "user")\n',
    "app/other.lisp": '(print "other")\n',
    "second/second.asd": '(defsystem "second" :depends-on ("util") :components ((:file "it")))\n',
    "second/it.lisp": '(use helper)\n(print "second")\n',
    "util/util.asd": '(defsystem "util" :components ((:file "u") (:file "v")))\n',
    "util/u.lisp": "(defmacro helper () 1)\n",
    "util/v.lisp": "(defun helps ())\n",
}
SYSTEMS = 'systems = ["app/app.asd", "second/second.asd"]\n'
TARGETS = ("system", "stage", "program")


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {"pyproject.toml": PYPROJECT + SYSTEMS, "lisp/toy.asd": TOY_ASD, **KINDS, **APP}
    root = make_project(tmp_path_factory.mktemp("toy"), files)
    assert run_doit(root, *TARGETS).returncode == 0
    return root


@pytest.fixture
def project(pristine: Path, tmp_path: Path) -> Path:
    """A copy in which nothing is to be done."""
    return copy_project(pristine, tmp_path / "p")


# Edits


def nothing(root: Path) -> None:
    pass


def change(path: str, old: str, new: str) -> Edit:
    return lambda root: edit(root, path, old, new)


def write(path: str, text: str) -> Edit:
    def act(root: Path) -> None:
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)

    return act


def append(path: str, text: str) -> Edit:
    return lambda root: (root / path).write_text((root / path).read_text() + text)


def remove(path: str) -> Edit:
    return lambda root: (root / path).unlink()


def remove_tree(path: str) -> Edit:
    return lambda root: shutil.rmtree(root / path)


def rename(old: str, new: str) -> Edit:
    return lambda root: (root / old).rename(root / new)


def damage(path: str) -> Edit:
    def act(root: Path) -> None:
        data = bytearray((root / path).read_bytes())
        data[-3] ^= 1
        (root / path).write_bytes(data)

    return act


def touch(root: Path) -> None:
    for path in root.rglob("*"):
        os.utime(path)


def together(*edits: Edit) -> Edit:
    return lambda root: [one(root) for one in edits]


def both_stages(*names: str) -> list[str]:
    """Modules of Stage 1 and 2, and both images."""
    return [*modules(1, *names), "stage:1", *modules(2, *names), "stage:2"]


def objects(*names: str) -> list[str]:
    return [f"object:{name}.lisp" for name in names]


PROGRAMS = ["program:app", "program:second"]
COMPILE_PROGRAMS = [
    *objects("app/app/base", "app/app/user", "app/app/other", "app/util/u", "app/util/v"),
    *objects("second/second/it", "second/util/u", "second/util/v"),
]
# What follows a stage that has got other bytes.
NEW_STAGE_1 = ["stage:1", *ALL_2, "stage:2", "library", *COMPILE_PROGRAMS, *PROGRAMS]
NEW_STAGE_0 = ["host", *ALL_0, "stage:0", *ALL_1, *NEW_STAGE_1]
SAME_STAGE_0 = ["host", *ALL_0, "stage:0"]  # its sources are hashed as a whole; its image stops what follows
LINKED_ANEW = ["library", *PROGRAMS]
LISTS_CHANGED = [*modules(1, LISTS, LOOP), *NEW_STAGE_1]  # of the interface

LISTS_FILE, HOST = "lisp/library/lists.lisp", "host/evaluator.py"
ADD_TO_ASD = '(:file "strings" :depends-on ("compiler/packages"))'
MORE_ASD = f'{ADD_TO_ASD} (:file "more")'

# kind of edit, edit, tasks that run
COMPILER = [
    ("nothing", nothing, []),
    ("touch", touch, []),
    ("comment in the settings", append("pyproject.toml", "# a comment\n"), []),
    ("option without effect on bytes", append("pyproject.toml", "action-cache-mb = 7\n"), []),
    ("comment in the list", append("lisp/toy.asd", "; a comment\n"), ["system"]),
    ("order in the list", change("lisp/toy.asd", '"reader" "writer"', '"writer" "reader"'), ["system"]),
    # The object tells the hash of its source: programs are linked anew, and get the same bytes.
    (
        "comment in a module of the library",
        append("lisp/library/loop.lisp", "; a comment\n"),
        [*both_stages(LOOP), *LINKED_ANEW],
    ),
    (
        "comment in a module of the core",
        append("lisp/compiler/main.lisp", "; a comment\n"),
        [*SAME_STAGE_0, *both_stages("compiler/main"), *LINKED_ANEW],
    ),
    (
        "body of a function of the library",
        change(LISTS_FILE, "mapcar-it () 4", "mapcar-it () 44"),
        [*modules(1, LISTS), *NEW_STAGE_1],
    ),
    ("body of a function of the core", change("lisp/compiler/writer.lisp", "() 2", "() 22"), NEW_STAGE_0),
    ("macro", change(LISTS_FILE, "dolist-it (x) x", "dolist-it (x) (x)"), LISTS_CHANGED),
    ("inline function", change(LISTS_FILE, "car-it (x) x", "car-it (x) (x)"), LISTS_CHANGED),
    ("structure", change(LISTS_FILE, "cell a", "cell a b"), LISTS_CHANGED),
    ("constant", change(LISTS_FILE, "limit 10", "limit 11"), LISTS_CHANGED),
    (
        "new module",
        together(
            write("lisp/library/more.lisp", "(defun more ())\n"), change("lisp/toy.asd", ADD_TO_ASD, MORE_ASD)
        ),
        ["system", *modules(1, "library/more"), *NEW_STAGE_1, *modules(2, "library/more")],
    ),
    (
        "removed module",
        together(remove("lisp/library/strings.lisp"), change("lisp/toy.asd", ADD_TO_ASD, "")),
        ["system", *(task for task in NEW_STAGE_1 if task not in modules(2, STRINGS))],
    ),
    # The toy's image does not tell the names of modules, its interfaces do.
    (
        "renamed module",
        together(
            rename("lisp/library/strings.lisp", "lisp/library/texts.lisp"),
            change("lisp/toy.asd", '"strings"', '"texts"'),
        ),
        ["system", *both_stages("library/texts"), "library", *COMPILE_PROGRAMS, *PROGRAMS],
    ),
    (
        "new dependency",
        change("lisp/toy.asd", '"strings" :depends-on (', '"strings" :depends-on ("lists" '),
        ["system", *both_stages(STRINGS)],
    ),
    (
        "removed dependency",
        change("lisp/toy.asd", '(:file "strings" :depends-on ("compiler/packages"))', '(:file "strings")'),
        ["system", *both_stages(STRINGS)],
    ),
    ("comment in the host", append(HOST, "# a comment\n"), SAME_STAGE_0),
    ("new file of the host", write("host/more.py", "\n"), SAME_STAGE_0),
    ("deleted object", remove("build/objects/1/lisp/library/loop.wasm"), modules(1, LOOP)),
    ("damaged interface", damage("build/objects/1/lisp/library/lists.sexp"), modules(1, LISTS)),
    ("deleted image", remove("build/stage1.wasm"), ["stage:1"]),
    ("damaged image", damage("build/stage0.wasm"), ["stage:0"]),
    ("deleted reports", remove_tree("build/reports"), ["stage:0", "stage:1", "stage:2", *PROGRAMS]),
    ("wiped cache of actions", remove_tree(".clysm-cache/actions"), []),
]

USER_CHANGED = [*objects("app/app/base", "app/app/user"), "program:app"]  # of what `user` needs of `base`
BASE = "app/base.lisp"
USERS = [
    ("comment in a definition", append("app/app.asd", "; a comment\n"), ["plan:app"]),
    ("comment in a shared definition", append("util/util.asd", "; a comment\n"), ["plan:app", "plan:second"]),
    ("comment in a module", append(BASE, "; a comment\n"), [*objects("app/app/base"), "program:app"]),
    ("body of a function", change(BASE, "f ()", "f (a)"), [*objects("app/app/base"), "program:app"]),
    ("macro", change(BASE, "m () 1", "m () 2"), USER_CHANGED),
    ("inline function", change(BASE, "i () 1", "i () 2"), USER_CHANGED),
    ("structure", change(BASE, "s a", "s a b"), USER_CHANGED),
    ("constant", change(BASE, "c 1", "c 2"), USER_CHANGED),
    (
        "module that nothing needs",
        append("app/other.lisp", "(defun g ())\n"),
        [*objects("app/app/other"), "program:app"],
    ),
    (
        "function of a shared system",
        append("util/v.lisp", "(defun g ())\n"),
        [*objects("app/util/v", "second/util/v"), *PROGRAMS],
    ),
    (
        "macro of a shared system",
        change("util/u.lisp", "() 1", "() 2"),
        [task for task in (*COMPILE_PROGRAMS, *PROGRAMS) if not task.endswith("/v.lisp")],
    ),
    (
        "new module",
        together(
            write("app/new.lisp", "(defun new ())\n"),
            change("app/app.asd", '(:file "other")', '(:file "other") (:file "new")'),
        ),
        ["plan:app", *objects("app/app/new"), "program:app"],
    ),
    (
        "removed module",
        together(remove("app/other.lisp"), change("app/app.asd", '(:file "other")', "")),
        ["plan:app", "program:app"],
    ),
    (
        "renamed module",
        together(rename("app/other.lisp", "app/another.lisp"), change("app/app.asd", '"other"', '"another"')),
        ["plan:app", *objects("app/app/another"), "program:app"],
    ),
    (
        "new dependency",
        change("app/app.asd", '(:file "other")', '(:file "other" :depends-on ("base"))'),
        ["plan:app", *objects("app/app/other"), "program:app"],
    ),
    (
        "removed dependency on a system",
        change("app/app.asd", ':depends-on ("util")', ""),
        ["plan:app", *objects("app/app/base", "app/app/user", "app/app/other"), "program:app"],
    ),
    (
        "removed program",
        change("pyproject.toml", ', "second/second.asd"', ""),
        ["system"],
    ),
    ("deleted image", remove("build/programs/app.wasm"), ["program:app"]),
    ("damaged object", damage("build/programs/app/app/base.wasm"), objects("app/app/base")),
    ("deleted report", remove("build/reports/programs/app.json"), ["program:app"]),
    (
        "all of a program deleted",
        remove_tree("build/programs/app"),
        objects("app/app/base", "app/app/user", "app/app/other", "app/util/u", "app/util/v"),
    ),
]


@pytest.mark.parametrize(
    ("act", "tasks"), [case[1:] for case in COMPILER], ids=[case[0] for case in COMPILER]
)
def test_an_edit_of_the_compiler(project: Path, tmp_path: Path, act: Edit, tasks: list[str]) -> None:
    run_only(project, tmp_path, act, tasks)


@pytest.mark.parametrize(("act", "tasks"), [case[1:] for case in USERS], ids=[case[0] for case in USERS])
def test_an_edit_of_a_program(project: Path, tmp_path: Path, act: Edit, tasks: list[str]) -> None:
    run_only(project, tmp_path, act, tasks)


def run_only(project: Path, tmp_path: Path, act: Edit, tasks: list[str]) -> None:
    """After the edit exactly these tasks run, then none, and all is as a build from nothing makes it."""
    act(project)
    assert executed(project, *TARGETS) == sorted(tasks)
    assert executed(project, *TARGETS) == []
    clean = copy_project(project, tmp_path / "clean")
    for folder in ("build", ".clysm-cache"):
        shutil.rmtree(clean / folder)
    executed(clean, *TARGETS)
    assert comparable(project) == comparable(clean)
