"""Programs and their host: text, files, arguments, exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from clysm.engine.files import HostCodeError
from clysm.engine.host import Host
from clysm.engine.imports import HostCode
from clysm.wasm.interface import parse_imports
from clysm.wasm.sections import parse_sections
from tests.lisp.workbench import Workbench

# N51: text crosses as UTF-8; files, streams and errors of the host.

TEXTS = (
    "",
    "plain",
    "Grüße, señor",
    "漢字かな",
    "emoji 😀👩\u200d🚀 end",
    "\u0001\t\x7f",
    "a\u0301 \uffff \U0010ffff",
    "x" * 70000,
)


def test_text_round_trip(workbench: Workbench, tmp_path: Path) -> None:
    program = """
(with-open-file (out "copy.txt" :direction :output :if-exists :supersede)
  (loop for line = (read-line *standard-input* nil)
        while line do (write-line line out)))
(with-open-file (in "copy.txt")
  (loop for line = (read-line in nil)
        while line do (format t "~D ~A~%" (length line) line)))
(with-open-file (in "copy.txt" :element-type '(unsigned-byte 8))
  (let ((octets 0)) (loop while (read-byte in nil) do (incf octets)) (format t "~D octets" octets)))
"""
    stdin = "".join(f"{text}\n" for text in TEXTS)
    run = workbench.run_source(program, stdin.encode(), (tmp_path,))
    assert run.stdout.split("\n") == [
        *(f"{len(text)} {text}" for text in TEXTS),
        f"{len(stdin.encode())} octets",
    ]
    assert (tmp_path / "copy.txt").read_bytes() == stdin.encode()


def test_arguments_and_standard_error(workbench: Workbench) -> None:
    image = workbench.build(
        [
            (
                "arguments.lisp",
                '(dolist (x clysm:*command-line-arguments*) (format t "~D ~A~%" (length x) x))\n'
                '(format *error-output* "é😀")\n',
            )
        ]
    )
    run = workbench.run(image, arguments=("", "two words", "-x", "é漢😀"))
    assert (run.stdout.split("\n"), run.stderr) == (["0 ", "9 two words", "2 -x", "3 é漢😀", ""], "é😀")


def test_input_that_is_not_utf8(workbench: Workbench) -> None:
    program = """
(print (length (read-line)))
(print (handler-case (read-line) (stream-error (c) (eq (stream-error-stream c) *standard-input*))))
"""
    assert workbench.run_source(program, b"ab\n\xffz\n").stdout.split() == ["2", "T"]


HOST_FAILURES = (
    ("a file that is missing", '(open "missing")', "file-error"),
    ("a directory that is missing", '(open "no/such/file" :direction :output)', "file-error"),
    ("a file that exists", '(open "here" :direction :output :if-exists :error)', "file-error"),
    ("outside the granted directories", '(open "../outside")', "file-error"),
    ("an absolute path outside", '(open "/etc/passwd")', "file-error"),
    ("writing outside", '(open "../outside" :direction :output)', "file-error"),
    ("a directory as a file", '(open "sub" :direction :output :if-exists :supersede)', "file-error"),
    ("deleting what is not there", '(delete-file "missing")', "file-error"),
    ("renaming what is not there", '(rename-file "missing" "other")', "file-error"),
    ("reading a closed stream", '(let ((s (open "here"))) (close s) (read-char s))', "stream-error"),
    ("reading at the end", '(with-open-file (s "here") (loop (read-char s)))', "end-of-file"),
    ("writing to an input stream", '(with-open-file (s "here") (write-char #\\a s))', "error"),
    ("a name with a null", '(open (string (code-char 0)))', "error"),
    ("loading what is not there", '(load "missing.lisp")', "file-error"),
)  # fmt: skip


def test_host_failures_are_conditions(
    workbench: Workbench, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    granted = tmp_path / "granted"
    (granted / "sub").mkdir(parents=True)
    (granted / "here").write_text("text")
    (tmp_path / "outside").write_text("secret")
    program = "\n".join(
        f'(format t "~A~%" (handler-case (progn {form} :no-condition) ({condition} () :right)'
        " (error (c) (type-of c))))"
        for _, form, condition in HOST_FAILURES
    )
    answers = workbench.run_source(program, directories=(granted,)).stdout.splitlines()
    for (name, _, _), answer in zip(HOST_FAILURES, answers, strict=True):
        with subtests.test(msg=name):
            assert answer == "RIGHT"


def test_no_directory_is_granted(workbench: Workbench) -> None:
    run = workbench.run_source('(princ (handler-case (open "x" :direction :output) (file-error () :denied)))')
    assert run.stdout == "DENIED"


FAILING_IMPORTS = {
    "fd_read": "stream-error",
    "fd_write": "stream-error",
    "fd_seek": "error",
    "fd_close": "stream-error",
    "file_open": "file-error",
    "path_stat": "file-error",
    "path_change": "file-error",
    "path_list": "file-error",
    "clock_read": "error",
    "unit_instantiate": "error",
}
# A directory that is not there has no files.
NO_FAILURES = {("path_list", HostCode.NOT_FOUND), ("path_list", HostCode.WRONG_KIND)}
FAILING = """
(defun attempt (name stream)
  (cond ((string= name "fd_read") (read-char stream))
        ((string= name "fd_write") (write-char #\\a stream) (finish-output stream))
        ((string= name "fd_seek") (file-length stream))
        ((string= name "fd_close") (close stream))
        ((string= name "file_open") (open "here"))
        ((string= name "path_stat") (file-write-date "here"))
        ((string= name "path_change") (delete-file "here"))
        ((string= name "path_list") (directory "*"))
        ((string= name "clock_read") (get-universal-time))
        (t (eval '(let ((x 1)) (list x))))))
(destructuring-bind (name type) clysm:*command-line-arguments*
  (let ((streams (loop repeat 9 collect (open "here" :direction :io :if-exists :overwrite)))
        (type (intern (string-upcase type))))
    (write-line "start")
    (finish-output)
    (dolist (stream streams)
      (format t "~A~%" (handler-case (attempt name stream) (error (c) (typep c type)))))))
"""


@pytest.fixture(scope="module")
def failing(workbench: Workbench) -> bytes:
    return workbench.build([("failing.lisp", FAILING)])


@pytest.mark.parametrize("name", FAILING_IMPORTS)
def test_every_code_of_the_host_becomes_a_condition(
    name: str, failing: bytes, workbench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").write_text("text")
    perform = getattr(Host, f"_{name}")
    codes = list(HostCode)

    def fail(self: Host, caller: object, *arguments: int) -> int:
        standard_stream = name.startswith("fd_") and arguments[0] < 3
        if standard_stream or not codes or not self._world.stdout.getvalue():  # type: ignore[attr-defined]
            result: int = perform(self, caller, *arguments)
            return result
        raise HostCodeError(codes.pop(0))

    monkeypatch.setattr(Host, f"_{name}", fail)
    run = workbench.run(failing, arguments=(name, FAILING_IMPORTS[name]), directories=(tmp_path,))
    expected = ["NIL" if (name, code) in NO_FAILURES else "T" for code in HostCode]
    assert (run.stdout.split(), codes, run.code) == (["start", *expected], [], 0), run.stderr


# N51: only the imports that are used are emitted.


@pytest.mark.parametrize(
    ("text", "used", "unused"),
    [
        ("(defun f (x) x)", (), ("file_open", "path_stat", "path_change", "path_list", "clock_read")),
        ("(clysm:exit 3)", ("exit",), ("path_list", "clock_read", "path_change")),
        ("(print (get-universal-time))", ("clock_read", "fd_write"), ("path_list", "path_change")),
        ('(delete-file "x")', ("path_change", "args_read"), ("clock_read",)),
        ("(print (eval '(+ 1 2)))", ("unit_instantiate", "fd_write"), ()),
    ],
)  # fmt: skip
def test_imports(text: str, used: tuple[str, ...], unused: tuple[str, ...], workbench: Workbench) -> None:
    image = workbench.build([("imports.lisp", text)])
    imports = {item.name for item in parse_imports(image, parse_sections(image))}
    assert imports >= set(used)
    assert not imports & set(unused)


# N52: programs end with an exit status and printed text.

ENDINGS = (
    ("returning", '(princ "text")', 0, "text", ""),
    ("exit without status", '(princ "text") (exit) (princ "more")', 0, "text", ""),
    ("exit 0", "(exit 0)", 0, "", ""),
    ("exit 3", '(princ "before") (exit 3) (princ "after")', 3, "before", ""),
    ("exit 255", "(exit 255)", 255, "", ""),
    ("exit from a function", "(defun f (x) (if (= x 0) (exit 7) (f (- x 1)))) (f 100)", 7, "", ""),
    ("cleanups run", '(unwind-protect (exit 4) (princ "cleanup"))', 4, "cleanup", ""),
    ("exit is no error", '(handler-case (exit 5) (error () (princ "error")))', 5, "", ""),
    ("exit in a handler", '(handler-bind ((error (lambda (c) (exit 6) c))) (error "x"))', 6, "", ""),
    ("exit in evaluated code", "(eval '(exit 8))", 8, "", ""),
    ("an uncaught error", '(princ "before") (error "the ~A" 1) (princ "after")', 1, "before", "the 1"),
    ("an uncaught error of the library", "(print (car (cdr 5)))", 1, "", "5"),
    ("an uncaught error of the machine", "(defun f (x) (+ x 1)) (f 'a)", 1, "", "A"),
    ("an undefined function", "(no-such-function)", 1, "", "NO-SUCH-FUNCTION"),
    ("an unbound variable", "(print (symbol-value 'nowhere))", 1, "", "NOWHERE"),
    ("an error in a cleanup", '(unwind-protect (error "first") (error "second"))', 1, "", "first"),
    ("an error while an error is reported", '(error \'bad)', 1, "", "BAD"),
    ("values are no status", "(+ 40 2)", 0, "", ""),
    ("a throw without catch", "(throw 'nowhere 1)", 1, "", "NOWHERE"),
    ("a warning is no end", '(warn "careful") (princ "on")', 0, "on", "careful"),
    ("output without a newline is written", '(write-string "partial")', 0, "partial", ""),
)  # fmt: skip


BAD_REPORT = "(define-condition bad (error) () (:report (lambda (c s) (car (list* c s)) (car 5))))\n"


@pytest.fixture(scope="module")
def endings(workbench: Workbench) -> bytes:
    """An image that runs the program whose number in ENDINGS is its argument."""
    definitions = BAD_REPORT + "".join(
        f"(defun program-{n} () {text})\n" for n, (_, text, *_) in enumerate(ENDINGS)
    )
    choices = "".join(f"({n} (program-{n}))" for n in range(len(ENDINGS)))
    choose = f"(case (parse-integer (first clysm:*command-line-arguments*)) {choices})"
    return workbench.build([("endings.lisp", f"{definitions}{choose}\n")])


@pytest.mark.parametrize("number", range(len(ENDINGS)), ids=[row[0] for row in ENDINGS])
def test_end(number: int, endings: bytes, workbench: Workbench) -> None:
    _, _, code, stdout, stderr = ENDINGS[number]
    run = workbench.run(endings, arguments=(str(number),))
    assert (run.code, run.stdout) == (code, stdout), run.stderr
    assert stderr in run.stderr
    assert (run.stderr == "") == (stderr == "")


def test_an_empty_file(workbench: Workbench) -> None:
    run = workbench.run_source("")
    assert (run.code, run.stdout, run.stderr) == (0, "", "")


def test_endless_recursion_is_reported(workbench: Workbench) -> None:
    run = workbench.run_source('(princ "before") (finish-output) (defun f (x) (+ 1 (f x))) (f 1)')
    assert run.code not in (0, 3)
    assert run.stdout == "before"
    assert run.stderr
