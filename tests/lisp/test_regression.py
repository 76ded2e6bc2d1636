"""The regression list of the contracts (N1 to N53, as far as it concerns the language) in emitted programs.

Each file of `regression/` is a program that prints one line for each check. The portable ones are run by SBCL
too, so that what they expect is not only our opinion.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lisp.workbench import Run, Workbench

DIRECTORY = Path(__file__).parent / "regression"
CHECKS = "checks.lisp"
PROGRAMS = tuple(sorted(path.stem for path in DIRECTORY.glob("*.lisp") if path.name != CHECKS))
ROWS = {f"N{n}" for n in (1, *range(3, 29), 31, 32, 33, 48, 51, 52, 53)}
FOLDING_OFF = {"fold-constants": "off"}

SBCL = shutil.which("sbcl")
# Checks that SBCL fails for a reason of its own; each expectation is right by the standard or by IEEE 754.
SBCL_FAULTS = {
    "N12 the hard one": "SBCL 2.2.9 reads 2.2250738585072012d-308 one bit too low",
    "N12 a ratio above halfway": "SBCL 2.2.9 rounds a ratio with a long tail twice",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program's checks said: the text of each failed check, or None, by name. `problems` are lines and
    counts that are not as they should be.
    """

    failures: Mapping[str, str | None]
    problems: tuple[str, ...]


def source(name: str) -> str:
    return (DIRECTORY / name).read_text(encoding="utf-8")


def expected_count(program: str) -> int:
    """The number in the program's last form."""
    found = re.search(r"^\(end-checks (\d+)\)\s*\Z", source(f"{program}.lisp"), re.MULTILINE)
    assert found is not None, f"{program}.lisp does not end with its number of checks"
    return int(found[1])


def read_outcome(text: str, expected: int) -> Outcome:
    """The outcome of one program that has `expected` checks."""
    failures: dict[str, str | None] = {}
    problems = []
    done = False
    for line in text.splitlines():
        passed, failed = re.fullmatch("ok (.+)", line), re.fullmatch("FAIL (.+?) got (.*)", line)
        match = passed or failed
        if match is not None and not done:
            if match[1] in failures:
                problems.append(f"two checks are called `{match[1]}`")
            failures[match[1]] = f"got {failed[2]}" if failed is not None else None
        elif line == f"done {len(failures)} of {expected}":
            done = True
        else:
            problems.append(f"unexpected line `{line}`")
    if not done:
        problems.append("the program did not reach its end")
    if len(failures) != expected:
        problems.append(f"{len(failures)} checks, expected {expected}")
    return Outcome(failures, tuple(problems))


def report(program: str, outcome: Outcome, subtests: pytest.Subtests, end: str = "") -> None:
    """Turn every line into a result. `end` says how the program ended, if not well."""
    for name, failure in outcome.failures.items():
        with subtests.test(msg=name, program=program):
            assert failure is None, failure
    assert not outcome.problems, "\n".join((*outcome.problems, end))


@pytest.fixture(scope="module")
def workbench() -> Workbench:
    return Workbench()


def test_every_row_is_cited() -> None:
    text = "".join(source(path.name) for path in DIRECTORY.glob("*.lisp")) + Path(__file__).read_text("utf-8")
    cited = set(re.findall(r"^;;; (N\d+)\b", text, re.MULTILINE)) | set(
        re.findall(r"^# (N\d+)\b", text, re.MULTILINE)
    )
    assert cited >= ROWS, sorted(ROWS - cited)


@pytest.mark.parametrize("program", PROGRAMS)
def test_program(program: str, workbench: Workbench, subtests: pytest.Subtests) -> None:
    run = workbench.run(workbench.build([(name, source(name)) for name in (CHECKS, f"{program}.lisp")]))
    report(program, read_outcome(run.stdout, expected_count(program)), subtests, run.stderr)
    assert run.code == 0, run.stderr


# N9: the same with constant folding switched off, all programs in one image.
def test_without_folding(workbench: Workbench, subtests: pytest.Subtests) -> None:
    sources = [(name, source(name)) for name in (CHECKS, *(f"{program}.lisp" for program in PROGRAMS))]
    run = workbench.run(workbench.build(sources, FOLDING_OFF))
    report_sections(run.stdout, subtests, run.stderr)
    assert run.code == 0, run.stderr


# N9: the option has an effect, so that the test above means something.
def test_folding_can_be_switched_off(workbench: Workbench) -> None:
    text = "(defun f () (* 12345 (+ 1000 1)))\n(print (f))\n"
    on, off = (workbench.build([("fold.lisp", text)], options) for options in ({}, FOLDING_OFF))
    assert on != off
    assert workbench.run(on).stdout == workbench.run(off).stdout == "\n12357345 "


@pytest.mark.skipif(SBCL is None, reason="sbcl is not installed")
def test_in_sbcl(subtests: pytest.Subtests) -> None:
    muffled = "(declaim (sb-ext:muffle-conditions warning sb-ext:compiler-note))"
    command = [str(SBCL), "--noinform", "--no-userinit", "--disable-debugger", "--eval", muffled]
    for name in (CHECKS, *(f"{program}.lisp" for program in PROGRAMS)):
        command += ["--load", str(DIRECTORY / name)]
    run = subprocess.run(
        [*command, "--eval", "(sb-ext:exit)"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    report_sections(run.stdout, subtests, run.stderr[-2000:], SBCL_FAULTS)


def report_sections(
    text: str, subtests: pytest.Subtests, end: str, faults: Mapping[str, str] | None = None
) -> None:
    """Report an output that has a section for each program. Checks whose names start as those of `faults`
    are expected to fail.
    """
    sections = re.findall(r"(?:^.*\n)*?^done \d+ of \d+\n", text, re.MULTILINE)
    rest = text[sum(map(len, sections)) :]
    for program, section in zip(PROGRAMS, sections, strict=False):
        # A compiler may print notes.
        lines = [line for line in section.splitlines() if line and not line.startswith(";")]
        outcome = read_outcome("\n".join(lines), expected_count(program))
        failures = {
            name: None if faults and name.startswith(tuple(faults)) else failure
            for name, failure in outcome.failures.items()
        }
        report(program, Outcome(failures, outcome.problems), subtests, end)
    assert len(sections) == len(PROGRAMS), f"the output ends with `{rest[-500:]}`\n{end}"


# N31: the image holds every module in full; an object that is left out is missed.

MODULES = {
    "first.lisp": """
(defpackage "FIRST" (:use "COMMON-LISP") (:export "WRAP" "VALUE-OF-FIRST" "POINT" "MAKE-POINT" "POINT-X" "*SHARED*"))
(in-package "FIRST")
(defvar *shared* (list :first))
(defstruct point x (y 2))
(defmacro wrap (form) `(list :wrapped (helper ,form)))
(defun helper (x) (list :helped x))
(defun value-of-first () (list :first (second::value-of-second)))
(format t "first ~S~%" *shared*)
""",
    "second.lisp": """
(in-package "SECOND")
(push :second first:*shared*)
(defun value-of-second () (first:wrap (first:point-x (first:make-point :x 5))))
(defstruct (point-3d (:include first:point (y 20))) z)
(format t "second ~S~%" first:*shared*)
""",
    "third.lisp": """
(defpackage "THIRD" (:use "COMMON-LISP" "FIRST"))
(in-package "THIRD")
(push :third *shared*)
(format t "third ~S~%" *shared*)
(format t "~S~%" (value-of-first))
(format t "~S~%" (wrap (point-x (second::make-point-3d :x 1 :z 3))))
(format t "~S~%" (first::point-y (second::make-point-3d)))
(dotimes (i 3) (format t "last form ~D~%" i))
""",
}
SECOND_PACKAGE = '(defpackage "SECOND" (:use "COMMON-LISP"))\n'


def modules(**changes: str) -> list[tuple[str, str]]:
    """The three modules; the package of the second is made by the first, which mentions it."""
    texts = {**MODULES, "first.lisp": SECOND_PACKAGE + MODULES["first.lisp"]}
    return [(path, changes.get(path.removesuffix(".lisp"), text)) for path, text in texts.items()]


# N33: forms and files use each other's functions, macros and structures.
def test_three_modules(workbench: Workbench) -> None:
    run = workbench.run(workbench.build(modules()))
    assert run.stdout.splitlines() == [
        "first (:FIRST)",
        "second (:SECOND :FIRST)",
        "third (:THIRD :SECOND :FIRST)",
        "(:FIRST (:WRAPPED (:HELPED 5)))",
        "(:WRAPPED (:HELPED 1))",
        "20",
        "last form 0",
        "last form 1",
        "last form 2",
    ]
    assert run.code == 0


@pytest.mark.parametrize("left_out", [0, 1])
def test_a_missing_object_is_a_link_error(left_out: int, workbench: Workbench) -> None:
    objects = [reply.output for reply in workbench.compile(modules())]
    del objects[left_out]
    linked = workbench.link(objects, strict=True)
    assert not linked.ok
    assert {item.category for item in linked.errors} == {"missing-function"}


def test_a_thousand_forms_are_all_there(workbench: Workbench) -> None:
    forms = "".join(f"(defun f{n} () {n})\n(incf *sum* (f{n}))\n" for n in range(1500))
    run = workbench.run_source(f"(defvar *sum* 0)\n{forms}(print *sum*)\n")
    assert run.stdout.split() == [str(sum(range(1500)))]


def test_forms_of_a_file_use_each_other(workbench: Workbench) -> None:
    run = workbench.run_source(
        """
(defun uses-later () (later-function 1))
(defmacro doubled (x) `(list ,x ,x))
(defun later-function (x) (doubled (make-item :x x)))
(defstruct item x)
(eval-when (:compile-toplevel :load-toplevel :execute) (defun at-expansion (x) (list 'quote (list x x))))
(defmacro computed (x) (at-expansion x))
(defconstant +size+ 3)
(deftype small () `(integer 0 ,+size+))
(define-symbol-macro sized (list +size+))
(print (list (mapcar #'item-x (uses-later)) (computed a) (typep 3 'small) (typep 4 'small) sized))
"""
    )
    assert run.stdout.split("\n")[1] == "((1 1) (A A) T NIL (3)) "


# N32: an unresolved call is a diagnostic with file, line and the definition around it.
@pytest.mark.parametrize(
    ("text", "name", "line", "column"),
    [
        ("(defun f ()\n  (list 1\n        (missing 2)))\n(f)\n", "missing", 3, 9),
        ("(defun f (x)\n  (mapcar (lambda (y) (missing y x)) x))\n(f 1)\n", "missing", 2, 23),
        ("(defun later () 1)\n(defun f () (latter))\n(print (f))\n", "latter", 2, 13),
        ("(print 1)\n\n(print (function missing))\n", "missing", 3, 8),
        ("(print (misspelt 1))\n(defun mispelt (x) x)\n", "misspelt", 1, 8),
        ("(defun f (x) (setf (place x) 1))\n(f 1)\n", "place", 1, 14),
    ],
)
def test_unresolved_call(text: str, name: str, line: int, column: int, workbench: Workbench) -> None:
    (reply,) = workbench.compile([("calls.lisp", text)])
    assert reply.ok, reply.errors
    (missing,) = workbench.link([reply.output], strict=True).errors
    assert (missing.category, missing.path, missing.line, missing.column) == (
        "missing-function",
        "calls.lisp",
        line,
        column,
    )
    assert name in missing.message.lower()
    if text.startswith("(defun f"):
        assert "`f`" in f"{missing.message} {missing.form}".lower()


# N32: without `strict` the program is linked, warns, and the call signals when it is reached.
def test_unresolved_call_at_run_time(workbench: Workbench) -> None:
    (reply,) = workbench.compile(
        [
            (
                "late.lisp",
                "(print (handler-case (missing 1) (undefined-function (c) (cell-error-name c))))\n"
                "(setf (symbol-function 'missing) #'list)\n(print (missing 2))\n",
            )
        ]
    )
    linked = workbench.link([reply.output])
    assert [(item.category, item.line) for item in linked.warnings] == [("missing-function", 1)]
    assert workbench.run(linked.output).stdout.split() == ["MISSING", "(2)"]


# N32: forward calls, and functions that only the program's own EVAL defines, are no errors.
def test_forward_calls_resolve(workbench: Workbench) -> None:
    text = "(defun f () (g))\n(defun g () (h 1))\n(defun h (x) (list x))\n(print (f))\n"
    (reply,) = workbench.compile([("calls.lisp", text)])
    linked = workbench.link([reply.output], strict=True)
    assert (linked.errors, linked.warnings) == ((), ())
    assert workbench.run(linked.output).stdout == "\n(1) "


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


def test_output_that_is_not_utf8_input(workbench: Workbench) -> None:
    """Octets that are not UTF-8 do not stop a program: each becomes a replacement character."""
    run = workbench.run_source(
        "(print (length (read-line)))(print (map 'list #'char-code (read-line)))", b"ab\n\xffz\n"
    )
    assert run.stdout.split("\n")[1:] == ["2 ", "(65533 122) "]


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


@pytest.mark.parametrize(
    ("form", "condition"), [row[1:] for row in HOST_FAILURES], ids=[row[0] for row in HOST_FAILURES]
)
def test_host_failure_is_a_condition(form: str, condition: str, workbench: Workbench, tmp_path: Path) -> None:
    granted = tmp_path / "granted"
    (granted / "sub").mkdir(parents=True)
    (granted / "here").write_text("text")
    (tmp_path / "outside").write_text("secret")
    text = (
        f"(princ (handler-case (progn {form} :no-condition) ({condition} () :right) (error (c) (type-of c))))"
    )
    assert workbench.run_source(text, directories=(granted,)).stdout == "RIGHT"


def test_no_directory_is_granted(workbench: Workbench) -> None:
    run = workbench.run_source('(princ (handler-case (open "x" :direction :output) (file-error () :denied)))')
    assert run.stdout == "DENIED"


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
    ("exit in a handler", "(handler-bind ((error (lambda (c) (declare (ignore c)) (exit 6)))) (error \"x\"))", 6, "", ""),
    ("exit in evaluated code", "(eval '(exit 8))", 8, "", ""),
    ("an uncaught error", '(princ "before") (error "the ~A" 1) (princ "after")', 1, "before", "the 1"),
    ("an uncaught error of the library", "(print (car (cdr 5)))", 1, "", "5"),
    ("an uncaught error of the machine", "(defun f (x) (+ x 1)) (f 'a)", 1, "", "A"),
    ("an undefined function", "(no-such-function)", 1, "", "NO-SUCH-FUNCTION"),
    ("an unbound variable", "(print (symbol-value 'nowhere))", 1, "", "NOWHERE"),
    ("an error in a cleanup", '(unwind-protect (error "first") (error "second"))', 1, "", "first"),
    ("an error while an error is reported", '(define-condition bad (error) () (:report (lambda (c s) (car (list* c s))))) (error \'bad)', 1, "", "BAD"),
    ("values are no status", "(+ 40 2)", 0, "", ""),
    ("a throw without catch", "(throw 'nowhere 1)", 1, "", "NOWHERE"),
    ("a warning is no end", '(warn "careful") (princ "on")', 0, "on", "careful"),
    ("an empty file", "", 0, "", ""),
    ("output without a newline is written", '(write-string "partial")', 0, "partial", ""),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "stdout", "stderr"), [row[1:] for row in ENDINGS], ids=[row[0] for row in ENDINGS]
)
def test_end(text: str, code: int, stdout: str, stderr: str, workbench: Workbench) -> None:
    run = workbench.run_source(text)
    assert (run.code, run.stdout) == (code, stdout), run.stderr
    assert stderr in run.stderr
    assert (run.stderr == "") == (stderr == "")


def test_endless_recursion_is_reported(workbench: Workbench) -> None:
    run = workbench.run_source('(princ "before") (finish-output) (defun f (x) (+ 1 (f x))) (f 1)')
    assert run.code not in (0, 3)
    assert run.stdout == "before"
    assert run.stderr


# N53: the interactive loop reads with the reader.


def session(workbench: Workbench, *lines: str) -> Run:
    return workbench.run(workbench.stage_image, "".join(f"{line}\n" for line in lines).encode())


def answers(run: Run) -> Sequence[str]:
    """What was printed, prompts removed."""
    text = re.sub(r"[A-Z0-9-]+> ", "", run.stdout)
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize(
    ("lines", "printed"),
    [
        (["#\\(", "1"], ["#\\(", "1"]),
        (["#\\)", "#\\;", '#\\"', "2"], ["#\\)", "#\\;", '#\\"', "2"]),
        (["(list 1 ; a ( comment", "2)"], ["(1 2)"]),
        (["; only ( a comment", "3"], ["3"]),
        (["#| a ( block", "#| nested |# ) |# 4"], ["4"]),
        (["'|(|", "'|a", "b|"], ["|(|", "|a", "b|"]),
        (['"a ( string ; with', 'two lines"'], ['"a ( string ; with', 'two lines"']),
        (["(defun f (x)", "  (* x", "     2))", "(f 21)"], ["F", "42"]),
        (["1 2", "(+ 1", "", "2)"], ["1", "2", "3"]),
        (["(values 1 2)", "(values)", ":after"], ["1", "2", ":AFTER"]),
        (["(+ 1 2)", "(* * 10)", "(list * ** +)", "/"], ["3", "30", "(30 3 (* * 10))", "((30 3 (* * 10)))"]),
        (["'(a . b)", "`(1 ,(+ 1 1))", "#'car", "#(1 #\\a)"], ["(A . B)", "(1 2)", "#<FUNCTION CAR>", "#(1 #\\a)"]),
        (['(defpackage "P" (:use "COMMON-LISP"))', '(in-package "P")', "(defun g () 'x)", "(g)"],
         ['#<PACKAGE "P">', '#<PACKAGE "P">', "G", "X"]),
    ],
)  # fmt: skip
def test_loop_reads(lines: list[str], printed: list[str], workbench: Workbench) -> None:
    run = session(workbench, *lines)
    assert (answers(run), run.stderr, run.code) == (printed, "", 0)


def test_loop_recovers_from_errors(workbench: Workbench) -> None:
    run = session(
        workbench,
        "(car 5)",
        "(no-such-function)",
        "no-such-variable",
        '(error "own ~A" 1)',
        "(let ((x",
        "2)) (* x 10))",
        "(throw 'nowhere 1)",
        "(defun f () 1)",
        "(f 2)",
        "(+ (f) 41)",
    )
    assert answers(run) == ["20", "F", "42"]
    reported = run.stderr.splitlines()
    assert len(reported) == 6, reported
    for line, word in zip(
        reported, ("5", "NO-SUCH-FUNCTION", "NO-SUCH-VARIABLE", "own 1", "NOWHERE", "F"), strict=True
    ):
        assert word in line


def test_loop_ends_with_a_status(workbench: Workbench) -> None:
    assert session(workbench, "(exit 3)", "(print :never)").code == 3
    assert session(workbench).code == 0
    assert session(workbench, "(+ 1").code == 0
