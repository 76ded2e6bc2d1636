"""Random programs: nested control flow, closures, dynamic binding, multiple values, and a trace of effects.

A program is a form (run-traced (lambda (a b) ...)). Its value lists what it returned, what the closures that
it left behind return, and every traced number in order, so that a wrong order of evaluation shows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

PRELUDE = (
    "(defvar *trace-list* nil)",
    "(defvar *closures* nil)",
    "(defvar *dynamic* 0)",
    "(defvar *steps* 0)",
    # too many steps end the program: random loops need not end by themselves
    "(defun note (x) (incf *steps*) (when (> *steps* 300) (throw 'stop 'stop)) (push x *trace-list*) x)",
    "(defun dynamic () (if (integerp *dynamic*) *dynamic* 0))",
    "(defun number-of (x) (if (integerp x) (mod x 1000) 0))",
    "(defun sum (&rest xs) (let ((s 0)) (dolist (x xs) (setq s (+ s (number-of x)))) (note s)))",
    "(defun difference (a b) (- (number-of a) (number-of b)))",
    "(defun less (a b) (< (number-of a) (number-of b)))",
    "(defun small (x) (< (number-of x) 2))",
    "(defun half (x) (floor (number-of x) 2))",
    "(defun two (x) (values x (sum x 1)))",
    "(defun run-closures () (mapcar (lambda (g) (multiple-value-list (funcall g)))"
    " (if (> (length *closures*) 10) (subseq *closures* 0 10) *closures*)))",
    "(defun run-traced (f) (setq *trace-list* nil *closures* nil *dynamic* 0 *steps* 0)"
    " (let ((r (catch 'stop (multiple-value-list (handler-case (funcall f 3 7) (control-error () 'ce))))))"
    " (list r (catch 'stop (run-closures)) *dynamic* *trace-list*)))",
)


@dataclass(frozen=True)
class Context:
    """The names that a form may use."""

    depth: int
    variables: tuple[str, ...] = ("a", "b")
    blocks: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def deeper(self, *variables: str, block: str = "", functions: Sequence[str] = ()) -> Context:
        return replace(
            self,
            depth=self.depth - 1,
            variables=self.variables + variables,
            blocks=(*self.blocks, block) if block else self.blocks,
            functions=(*self.functions, *functions),
        )


@dataclass
class ProgramMaker:
    """Makes programs from a seed."""

    seed: int
    random: random.Random = field(init=False)
    names: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def program(self) -> str:
        """The next program."""
        return f"(run-traced (lambda (a b) {self.form(Context(self.random.randint(3, 6)))}))"

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def form(self, c: Context) -> str:
        """A form with an integer or NIL as value."""
        if c.depth <= 0 or self.random.random() < 0.12:
            kind = self.random.random()
            if kind < 0.6:
                return self.random.choice(c.variables)
            return str(self.random.randint(0, 9)) if kind < 0.8 else f"(note {self.random.randint(0, 99)})"
        makers: list[Callable[[Context], str]] = [
            self.arithmetic, self.conditional, self.binding, self.assignment, self.leaving, self.counting,
            self.each_element, self.alternatives, self.call, self.local_functions, self.cleanup, self.closure,
            self.many_values, self.tags_and_jumps, self.choice, self.catching, self.dynamic_binding,
            self.endless_loop,
        ]  # fmt: skip
        return self.random.choice(makers)(c)

    def forms(self, c: Context, count: int) -> str:
        return " ".join(self.form(c.deeper()) for _ in range(count))

    def test(self, c: Context) -> str:
        a, b, d = (self.form(c.deeper()) for _ in range(3))
        tests = (f"(less {a} {b})", f"(not {a})", f"(and {a} {b})", f"(or {a} (eql {b} {d}))", f"(null {a})",
                 f"(if {a} (not {b}) (eql {d} 3))", a)  # fmt: skip
        return self.random.choice(tests)

    def values(self, c: Context) -> str:
        block = self.name("block")
        inner = c.deeper(block=block)
        made = (
            f"(values {self.forms(c, 2)})",
            f"(two {self.forms(c, 1)})",
            f"(if {self.forms(c, 1)} (values {self.forms(c, 2)}) {self.forms(c, 1)})",
            f"(block {block} {self.form(inner)} (return-from {block} (values {self.forms(c, 2)})))",
            self.form(c.deeper()),
        )
        return self.random.choice(made)

    # One method per kind of form

    def arithmetic(self, c: Context) -> str:
        made = (f"(sum {self.forms(c, 2)})", f"(sum {self.forms(c, 3)})", f"(difference {self.forms(c, 2)})",
                f"(car (list {self.forms(c, 3)}))", f"(prog1 {self.forms(c, 2)})")  # fmt: skip
        return self.random.choice(made)

    def conditional(self, c: Context) -> str:
        if self.random.random() < 0.5:
            return f"(if {self.test(c)} {self.forms(c, 2)})"
        return f"(cond ({self.test(c)} {self.forms(c, 1)}) ({self.forms(c, 1)}) (t {self.forms(c, 1)}))"

    def binding(self, c: Context) -> str:
        one, two = self.name("v"), self.name("v")
        operator = self.random.choice(("let", "let*"))
        second = self.form(c.deeper(one) if operator == "let*" else c.deeper())
        return (
            f"({operator} (({one} {self.forms(c, 1)}) ({two} {second})) {self.forms(c.deeper(one, two), 2)})"
        )

    def assignment(self, c: Context) -> str:
        return f"(setq {self.random.choice((*c.variables, '*dynamic*'))} {self.forms(c, 1)})"

    def leaving(self, c: Context) -> str:
        if c.tags and self.random.random() < 0.3:
            return f"(progn (go {self.random.choice(c.tags)}))"
        if c.blocks and self.random.random() < 0.5:
            return f"(return-from {self.random.choice(c.blocks)} {self.forms(c, 1)})"
        block = self.name("block")
        return f"(block {block} {self.forms(c.deeper(block=block), 2)})"

    def counting(self, c: Context) -> str:
        variable = self.name("v")
        body = self.form(replace(c.deeper(variable, block="nil"), tags=()))
        return f"(dotimes ({variable} {self.random.randint(1, 3)} {self.forms(c, 1)}) (progn {body}))"

    def each_element(self, c: Context) -> str:
        variable = self.name("v")
        body = self.form(replace(c.deeper(variable, block="nil"), tags=()))
        return f"(dolist ({variable} (list 1 {self.forms(c, 1)} 3) {self.forms(c, 1)}) (progn {body}))"

    def alternatives(self, c: Context) -> str:
        return f"({self.random.choice(('or', 'and', 'progn'))} {self.forms(c, 3)})"

    def call(self, c: Context) -> str:
        if c.functions and self.random.random() < 0.6:
            return f"({self.random.choice(c.functions)} {self.forms(c, 1)})"
        variable = self.name("v")
        return f"(funcall (lambda ({variable}) {self.form(c.deeper(variable))}) {self.forms(c, 1)})"

    def local_functions(self, c: Context) -> str:
        one, two, variable = self.name("f"), self.name("f"), self.name("v")
        body = self.form(c.deeper(variable, block=one))
        if self.random.random() < 0.5:
            return f"(flet (({one} ({variable}) {body})) {self.form(c.deeper(functions=[one]))})"
        first = f"({one} ({variable}) (if (small {variable}) {body} ({two} (half {variable}))))"
        second = f"({two} ({variable}) ({one} {variable}))"
        return f"(labels ({first} {second}) {self.form(c.deeper(functions=[one, two]))})"

    def cleanup(self, c: Context) -> str:
        return f"(unwind-protect {self.forms(c, 1)} (note {self.random.randint(100, 199)}))"

    def many_values(self, c: Context) -> str:
        if self.random.random() < 0.4:
            return f"(multiple-value-call #'sum {self.values(c)} {self.forms(c, 1)})"
        one, two = self.name("v"), self.name("v")
        body = self.form(c.deeper(one, two))
        return f"(multiple-value-bind ({one} {two}) {self.values(c)} (sum {body} {one}))"

    def tags_and_jumps(self, c: Context) -> str:
        again, end, count = self.name("tag"), self.name("tag"), self.name("n")
        inside = replace(c.deeper(count), tags=(again, end))
        jump = f"(when {self.test(inside)} (note 7) (go {self.random.choice((again, end))}))"
        return (
            f"(let (({count} 0)) (tagbody (progn {self.form(replace(c.deeper(count), tags=()))}) {again}"
            f" (setq {count} (+ {count} (note 1))) (when (> {count} 3) (go {end}))"
            f" {jump} (progn {self.form(inside)}) {end}) {count})"
        )

    def choice(self, c: Context) -> str:
        clauses = f"(1 {self.forms(c, 1)}) ((2 3) {self.forms(c, 1)}) (t {self.forms(c, 1)})"
        return f"(case {self.forms(c, 1)} {clauses})"

    def catching(self, c: Context) -> str:
        if self.random.random() < 0.5:
            return f"(handler-case {self.forms(c, 1)} (error () {self.forms(c, 1)}))"
        return f"(catch 'tag{self.random.randint(0, 2)} {self.forms(c, 2)})"

    def closure(self, c: Context) -> str:
        body = self.form(replace(c.deeper(), blocks=(), tags=()))
        return f"(progn (push (lambda () {body}) *closures*) 1)"

    def dynamic_binding(self, c: Context) -> str:
        return f"(let ((*dynamic* {self.forms(c, 1)})) {self.forms(c, 1)} (sum *dynamic* (dynamic)))"

    def endless_loop(self, c: Context) -> str:
        count = self.name("n")
        body = self.form(replace(c.deeper(count, block="nil"), tags=()))
        return (
            f"(let (({count} 0)) (loop (incf {count} (note 1))"
            f" (when (> {count} 2) (return {self.forms(c, 1)})) (progn {body})))"
        )
