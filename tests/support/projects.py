"""Toy projects in temporary directories, and running doit and clysm in them as a user does."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
WORKER = f'["{{python}}", "{REPOSITORY}/tests/support/toy_worker.py"]'

ASD = """(defsystem "toy/core"
  :components ((:module "compiler"
                :components ((:file "packages")
                             (:file "reader" :depends-on ("packages"))
                             (:file "writer" :depends-on ("packages"))
                             (:file "main" :depends-on ("reader" "writer"))))))
(defsystem "toy/library"
  :depends-on ("toy/core")
  :components ((:module "library"
                :components ((:file "lists" :depends-on ("compiler/packages"))
                             (:file "loop" :depends-on ("lists"))))))
"""

SOURCES = {
    "lisp/compiler/packages.lisp": '(in-package "TOY")\n(defmacro when-it (x) x)\n(defun base () 1)\n',
    "lisp/compiler/reader.lisp": '(in-package "TOY")\n(use when-it)\n(defun read-it ())\n(call base)\n',
    "lisp/compiler/writer.lisp": '(in-package "TOY")\n(defun write-it () 2)\n(defvar *out* 1)\n',
    "lisp/compiler/main.lisp": '(in-package "TOY")\n(use when-it)\n(call read-it)\n(defun main () 3)\n',
    "lisp/library/lists.lisp": '(in-package "TOY")\n(defmacro dolist-it (x) x)\n(defun mapcar-it () 4)\n',
    "lisp/library/loop.lisp": '(in-package "TOY")\n(use dolist-it)\n(call mapcar-it)\n(defun loop-it () 5)\n',
}

PYPROJECT = f"""[tool.clysm]
system = "lisp/toy.asd"
core = "toy/core"
library = "toy/library"
host = "host"
corpus = "corpus"
worker = {WORKER}
worker-seconds = 20
"""


def make_project(root: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """Write a toy project; `changes` replaces or (None) leaves out files by their relative path."""
    files: dict[str, str | bytes | None] = {
        "pyproject.toml": PYPROJECT,
        "dodo.py": (REPOSITORY / "dodo.py").read_text(),
        "lisp/toy.asd": ASD,
        "host/evaluator.py": "# the toy's host\n",
        **SOURCES,
        **(changes or {}),
    }
    for path, content in files.items():
        if content is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def environment(**changes: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), **changes}


def start_doit(root: Path, *arguments: str, **changes: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "doit", *arguments],
        cwd=root,
        env=environment(**changes),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run_doit(root: Path, *arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    """Run doit to its end; stderr is in stdout."""
    process = start_doit(root, *arguments, **changes)
    output, _ = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, output, "")


def run_clysm(
    root: Path, *arguments: str, stdin: str = "", **changes: str
) -> "subprocess.CompletedProcess[str]":
    """Run the clysm command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "clysm", *arguments],
        cwd=root,
        env=environment(**changes),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
    )
