"""Runs forms in SBCL, where it is installed, to compare with the host."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

PROGRAM = shutil.which("sbcl")

_RUNNER = r"""
(declaim (sb-ext:muffle-conditions warning sb-ext:compiler-note))
(setf *print-pretty* nil)
(defun run-forms (path)
  (let ((*package* (find-package "COMMON-LISP-USER")))
    (with-open-file (stream path :external-format :utf-8)
      (loop for form = (read stream nil stream)
            until (eq form stream)
            do (let ((text (handler-case
                               (let ((*error-output* (make-broadcast-stream)))
                                 (format nil "~{~S~^ ~}" (multiple-value-list (eval form))))
                             (error (condition) (format nil "error ~A" (type-of condition))))))
                 (write-string text)
                 (write-char (code-char 0)))))))
(run-forms (second sb-ext:*posix-argv*))
"""


def run_forms(forms: list[str], directory: Path) -> list[str]:
    """The values of each form as SBCL prints them, or `error` and the type of the condition."""
    assert PROGRAM is not None
    runner, program = directory / "runner.lisp", directory / "forms.lisp"
    runner.write_text(_RUNNER, "utf-8")
    program.write_text("\n".join(forms), "utf-8")
    command = [PROGRAM, "--noinform", "--script", str(runner), str(program)]
    result = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True
    )
    return result.stdout.split("\0")[:-1]
