"""A conformance suite of a few tests, in the form of the real one."""

import subprocess
from pathlib import Path

FILES = {
    "cl-test-package.lsp": """
(unless (find-package "CL-TEST")
  (make-package "CL-TEST" :use '("COMMON-LISP" "REGRESSION-TEST")))
(import '(cl-user::compile-and-load) "CL-TEST")
""",
    "universe.lsp": "(in-package #:cl-test)\n",
    "cl-symbol-names.lsp": "",
    "auxiliary/ansi-aux-macros.lsp": "(in-package #:cl-test)\n(defmacro twice (form) `(* 2 ,form))\n",
    "auxiliary/random-aux.lsp": "",
    "auxiliary/ansi-aux.lsp": "",
    "auxiliary/sums-aux.lsp": "(in-package #:cl-test)\n(defun sum (&rest numbers) (apply #'+ numbers))\n",
    "arithmetic/load.lsp": """
(compile-and-load "ANSI-TESTS:AUX;sums-aux.lsp")
(in-package #:cl-test)
(let ((*default-pathname-defaults* (make-pathname :directory (pathname-directory *load-pathname*))))
  (load "first.lsp")
  (load "second.lsp"))
""",
    "arithmetic/first.lsp": """
(in-package #:cl-test)
(deftest sum.1 (sum 1 2 3) 6)
(deftest sum.2 (values (sum) (twice (sum 1 2))) 0 6)
(deftest sum.3 :notes (slow) (sum 1 1) 3)
(deftest sum.error (sum 'a) 1)
(this-is-not-defined 1)
(deftest structure.1 (list 1.0 "a" #(1 #\\b) 'x) (1.0 "a" #(1 #\\b) x))
(deftest structure.2 (list "a") ("A"))
(deftest values.none (values))
""",
    "arithmetic/second.lsp": """
(in-package #:cl-test)
(deftest exit.1 (clysm:exit 7) nil)
(deftest writes.1
  (with-open-file (stream "written" :direction :output :if-exists :supersede)
    (format t "a line of the test's own~%")
    (length (princ-to-string stream))
    t)
  t)
(deftest sandbox.1 (with-open-file (stream "given") (list (read stream) *load-pathname*)) (17 nil))
(deftest last.1 (funcall (compile nil '(lambda (x) (* x x))) 5) 25)
""",
    "sandbox/given": "17\n",
}
FAILED = ["EXIT.1", "STRUCTURE.2", "SUM.3", "SUM.ERROR"]
TESTS = 11


def make_suite(root: Path) -> str:
    """Write the suite as a git repository; the commit."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git = ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "suite"]):
        subprocess.run([*git, *arguments], check=True)
    return subprocess.run(
        [*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
