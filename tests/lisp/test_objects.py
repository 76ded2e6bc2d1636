"""CLOS where a program file cannot show it: definitions that are refused, programs of several modules, what
an image holds, definitions at run time and at the interactive loop (N49).

What the operators do is in `regression/clos.lisp`.
"""

from __future__ import annotations

import itertools
import re

import pytest

from clysm.wasm.names import parse_names
from clysm.wasm.sections import parse_sections
from tests.lisp.workbench import Workbench

# A definition that is wrong, and part of what the compiler says.
MALFORMED = (
    ("(defclass a () ((x :nothing 1)))", "unknown option :NOTHING of the slot X of the class A"),
    ("(defclass a () ((x :initarg)))", "unknown option :INITARG of the slot X"),
    ("(defclass a () ((x :initform 1 :initform 2)))", "two options :INITFORM of the slot X"),
    ("(defclass a () ((x :allocation :hybrid)))", "unknown allocation :HYBRID"),
    ("(defclass a () ((x :accessor 5)))", "5 is not a name for :ACCESSOR of the slot X"),
    ("(defclass a () ((x :reader (setf x))))", "(SETF X) is not a name for :READER"),
    ("(defclass a () ((x :initarg 5)))", "5 is not a name for :INITARG"),
    ("(defclass a () (x (y) x))", "two slots of the class A are named X"),
    ("(defclass a () (:x))", ":X is not a name for a slot"),
    ("(defclass 5 () ())", "5 is not a name for a class"),
    ("(defclass a (5) ())", "superclasses of the class A"),
    ("(defclass a b ())", "superclasses of the class A"),
    ("(defclass a () () (:metaclass own))", "the metaclass OWN of the class A: only STANDARD-CLASS"),
    ("(defclass a () () (:nothing 1))", "unknown option (:NOTHING 1) of the class A"),
    ('(defclass a () () (:documentation "a") (:documentation "b"))', "two options :DOCUMENTATION"),
    ("(defclass a () () (:default-initargs :x 1 :x 2))", "two default initargs :X"),
    ("(defclass a () () (:default-initargs :x))", "malformed :default-initargs"),
    ("(defgeneric f ((x integer)))", "(X INTEGER) in the lambda list of the generic function F"),
    ("(defgeneric f (x &optional (y 1)))", "(Y 1) in the lambda list"),
    ("(defgeneric f (x &aux y))", "&AUX in the lambda list"),
    ("(defgeneric f (x) (:nothing 1))", "unknown option :NOTHING of the generic function F"),
    ("(defgeneric f (x) (:generic-function-class own))", "the class OWN of the generic function F"),
    ("(defgeneric f (x) (:method-class own))", "the method class OWN"),
    ("(defgeneric 5 (x))", "5 is not a name for a generic function"),
    ("(defmethod f)", "a method of F has no lambda list"),
    ("(defmethod f :before)", "a method of F has no lambda list"),
    ("(defmethod f ((x (eq 1))) x)", "(EQ 1) is not a specializer"),
    ("(defmethod f ((x integer extra)) x)", "(X INTEGER EXTRA) is not a required parameter"),
    ("(defmethod f ((5 integer)) x)", "(5 INTEGER) is not a required parameter"),
    ("(defmethod f (x (x integer)) x)", "two required parameters of a method have one name"),
    ('(defmethod "f" (x) x)', '"f" is not a name for a generic function'),
    ("(define-method-combination 5)", "5 is not a name for a method combination"),
    ("(define-method-combination m :nothing 1)", "unknown option :NOTHING of the method combination M"),
    ("(define-method-combination m () ((all)) nil)", "a method group of M has no qualifier pattern"),
    ("(define-method-combination m :operator prog1)", "the operator PROG1 of the method combination M is no"),
)


def test_malformed_definitions(workbench: Workbench, subtests: pytest.Subtests) -> None:
    text = "".join(f"(progn\n {definition})\n" for definition, _ in MALFORMED)
    (reply,) = workbench.compile([("a.lisp", text)])
    problems = {item.line: item for item in reply.errors}
    assert len(problems) == len(reply.errors) == len(MALFORMED)
    for number, (definition, message) in enumerate(MALFORMED):
        with subtests.test(msg=definition):
            problem = problems[2 * number + 2]
            operator = definition[1:].split()[0].rstrip(")")
            assert (problem.category, problem.column, problem.operator) == ("macro-error", 2, operator)
            assert f"macro `{operator}` signalled: " in problem.message
            assert message in problem.message


def test_only_the_standard_classes_of_functions_and_methods(workbench: Workbench) -> None:
    run = workbench.run_source("""(defclass own (standard-object) ())
(dolist (key '(:generic-function-class :method-class))
  (print (handler-case (ensure-generic-function 'f :lambda-list '(a) key 'own)
           (program-error (c) (list (princ-to-string c) (fboundp 'f))))))""")
    assert run.stdout.split("\n")[1:] == [
        '("the class OWN is asked for: only STANDARD-GENERIC-FUNCTION is implemented" NIL) ',
        '("the class OWN is asked for: only STANDARD-METHOD is implemented" NIL) ',
    ]


def test_errors_inside_methods_have_their_places(workbench: Workbench) -> None:
    text = """(defmethod f ((x integer) &optional y)
  (list x
        (if)))
(defclass a ()
  ((x :initform (go nowhere))))
(defgeneric g (x)
  (:method ((x symbol))
    (return-from h x)))
"""
    (reply,) = workbench.compile([("a.lisp", text)])
    assert [(item.category, item.line, item.column) for item in reply.errors] == [
        ("syntax-error", 3, 9), ("syntax-error", 5, 17), ("syntax-error", 8, 5),
    ]  # fmt: skip


CLASSES = """
(defpackage "SHOP" (:use "COMMON-LISP") (:export "ITEM" "PRICE" "LABEL" "TAXED" "NAME"))
(in-package "SHOP")
(defclass item () ((price :initarg :price :accessor price) (name :initarg :name :reader name)))
(defgeneric label (item))
"""
METHODS = """
(in-package "SHOP")
(defmethod label ((item item)) (list (name item) (price item)))
(defmethod label :around ((item t)) (cons :label (call-next-method)))
"""
SUBCLASS = """
(in-package "SHOP")
(defclass taxed (item) ((rate :initarg :rate :initform 1/5 :reader rate)))
(defmethod price :around ((item taxed)) (* (call-next-method) (+ 1 (rate item))))
"""
USER = """
(in-package "SHOP")
(format t "~S " (label (make-instance 'item :name "a" :price 10)))
(format t "~S~%" (label (make-instance 'taxed :name "b" :price 10)))
"""
PARTS = {"classes.lisp": CLASSES, "methods.lisp": METHODS, "subclass.lisp": SUBCLASS, "user.lisp": USER}


# N33: methods and subclasses are in other modules than the class.
@pytest.mark.parametrize("middle", list(itertools.permutations(["methods.lisp", "subclass.lisp"])))
def test_modules(middle: tuple[str, ...], workbench: Workbench) -> None:
    order = ("classes.lisp", *middle, "user.lisp")
    run = workbench.run(workbench.build([(path, PARTS[path]) for path in order]))
    assert (run.stdout, run.stderr, run.code) == ('(:LABEL "a" 10) (:LABEL "b" 12)\n', "", 0)


FORWARD = {
    "above.lisp": "(defmethod area ((x square)) (list (side x) (colour x)))\n",
    "below.lisp": "(defclass square (coloured) ((side :initarg :side :reader side)))\n",
    "coloured.lisp": "(defclass coloured () ((colour :initform :red :reader colour)))\n",
}


def test_a_superclass_may_be_in_a_later_module(workbench: Workbench) -> None:
    user = ("user.lisp", "(print (area (make-instance 'square :side 2)))\n")
    order = [(path, FORWARD[path]) for path in ("below.lisp", "above.lisp", "coloured.lisp")]
    assert workbench.run(workbench.build([*order, user])).stdout == "\n(2 :RED) "
    wrong = workbench.run(workbench.build([("above.lisp", FORWARD["above.lisp"])]))
    assert wrong.code == 1
    assert "SQUARE" in wrong.stderr


# N32: what DEFGENERIC, DEFMETHOD and DEFCLASS define is defined for the linker; what is misspelt is not.
DEFINED = """(defclass point ()
  ((x :initarg :x :reader point-x) (y :accessor point-y :writer set-y)))
(defgeneric norm (point))
(defmethod shift ((point point) by) (incf (point-y point) by))
(defmethod (setf norm) (value (point point)) (set-y value point))
(defun use (p)
  (list (point-x p) (setf (point-y p) 1) (norm p) (shift p 1) (setf (norm p) 2) #'shift #'(setf point-y)
        (point-z p)
        (setf (point-x p) 1)
        (nrom p)
        (shfit p)))
(defun outside () (call-next-method))
(defmethod inside ((point point)) (list (next-method-p) (call-next-methd)))
"""


def test_what_is_undefined(workbench: Workbench) -> None:
    (reply,) = workbench.compile([("a.lisp", DEFINED)])
    assert reply.ok, reply.errors
    linked = workbench.link([reply.output], strict=True)
    assert [(item.category, item.line) for item in linked.errors] == [
        ("missing-function", line) for line in (8, 9, 10, 11, 12, 13)
    ]
    names = [re.findall("`(.*?)`", item.message)[0] for item in linked.errors]
    assert names == ["point-z", "(setf point-x)", "nrom", "shfit", "call-next-method", "call-next-methd"]


OF_CLOS = re.compile(
    "%compute-effective|%define-class|%make-standard-instance|%discriminator|%effective-slots"
)
OF_THE_EVALUATOR = re.compile("%running-definition")
PLAIN = "(defstruct p x) (print (list (make-p :x 1) (typep 1 'number) (find-class 'p) (class-of \"s\")))\n"
WITH_CLOS = "(defclass p () ((x :initarg :x))) (defmethod f ((x p)) x) (print (f (make-instance 'p :x 1)))\n"


def test_an_image_holds_what_it_uses(workbench: Workbench) -> None:
    plain, with_clos = (workbench.build([("a.lisp", text)]) for text in (PLAIN, WITH_CLOS))
    plain_names, names = (parse_names(image, parse_sections(image)).functions for image in (plain, with_clos))
    assert [name for name in plain_names.values() if OF_CLOS.search(name)] == []
    assert [name for name in names.values() if OF_CLOS.search(name)]
    for found in (plain_names, names):
        assert [name for name in found.values() if OF_THE_EVALUATOR.search(name)] == []
    assert len(plain) < len(with_clos) < len(plain) + (100 << 10)


RUN_TIME = """
(defclass shape () ((name :initarg :name :reader name)))
(defgeneric area (shape))
(print (name (eval '(make-instance 'shape :name 1))))
(eval '(defclass square (shape) ((side :initarg :side :accessor side)) (:default-initargs :name "s")))
(eval '(defmethod area ((x square)) (* (side x) (side x))))
(defvar *square* (make-instance 'square :side 3))
(print (list (area *square*) (name *square*) (funcall 'side *square*) (eval '(setf (side *square*) 5))))
(print (funcall (compile nil '(lambda (x) (list (area x) (slot-value x 'side) (typep x 'shape)))) *square*))
(compile 'area-of-all '(lambda (&rest all) (mapcar #'area all)))
(print (funcall 'area-of-all *square*))
(funcall (compile nil '(lambda ()
                        (defmethod area :around ((x shape)) (list (call-next-method) (next-method-p))))))
(print (area *square*))
(eval '(defclass shape () ((name :initarg :name :reader name) (tag :initform :new :reader tag))))
(print (list (area *square*) (funcall 'tag *square*) (name *square*)))
(print (handler-case (eval '(defclass broken () (x x))) (program-error (c) (princ-to-string c))))
(print (with-input-from-string (in "(defmethod area ((x symbol)) x) (area 'read)")
         (eval (read in))
         (eval (read in))))
"""


# N48: what is defined in the image and what the program was compiled with are the same.
def test_definitions_at_run_time(workbench: Workbench) -> None:
    run = workbench.run_source(RUN_TIME)
    assert (run.stderr, run.stdout.split("\n")[1:]) == (
        "",
        ["1 ", '(9 "s" 3 5) ', "(25 5 T) ", "(25) ", "(25 T) ", '((25 T) :NEW "s") ',
         '"macro `defclass` signalled: two slots of the class BROKEN are named X" ', "READ "],
    )  # fmt: skip


# N53: the loop redefines classes, generic functions and methods; instances stay.
LOOP = (
    ("(defclass point () ((x :initarg :x :accessor x)))", "#<STANDARD-CLASS POINT>"),
    ("(defvar *p* (make-instance 'point :x 1))", "*P*"),
    ("(progn (defmethod norm ((p point)) (x p)) (norm *p*))", "1"),
    ("(progn (defmethod norm ((p point)) (* 10 (x p))) (norm *p*))", "10"),
    ("(defclass point () ((y :initform 5 :reader y) (x :accessor x)))", "#<STANDARD-CLASS POINT>"),
    ("(list (x *p*) (y *p*))", "(1 5)"),
    ('(progn (defmethod print-object ((p point) s) (format s "<~D ~D>" (x p) (y p))) *p*)', "<1 5>"),
    ("(defclass point-3d (point) ((z :initform 0)))", "#<STANDARD-CLASS POINT-3D>"),
    ("(norm (change-class *p* 'point-3d))", "10"),
    ("*", "10"),
    ("#'norm", "#<STANDARD-GENERIC-FUNCTION NORM>"),
)  # fmt: skip
REFUSED = ("(norm 5)", "(make-instance 'nothing)", "(slot-value *p* 'w)", "(defclass a () (x x))")


def test_the_loop_redefines(workbench: Workbench) -> None:
    lines = "\n".join([*(form for form, _ in LOOP), *REFUSED, "(x *p*)"])
    run = workbench.run(workbench.stage_image, lines.encode())
    answers = [line for line in re.sub(r"[A-Z0-9-]+> ", "", run.stdout).splitlines() if line]
    assert answers == [*(answer for _, answer in LOOP), "1"]
    assert len(run.stderr.splitlines()) == len(REFUSED), run.stderr


LADDER = """
(defclass a0 () ()) (defclass b0 () ()) (defclass other () ())
(defun name (letter n) (intern (format nil "~A~D" letter n)))
(dotimes (n 30)
  (dolist (letter '(a b))
    (eval `(defclass ,(name letter (+ n 1)) ,(list (name 'a n) (name 'b n)) ()))))
(defvar *x* (make-instance 'a30))
(print (list (typep *x* 'b0) (typep *x* 'other) (subtypep 'a30 'other) (subtypep 'a30 'b1)))
(defclass a0 () ((slot :initform 1 :reader slot)))
(print (list (slot *x*) (slot (make-instance 'b29))))
(defgeneric level (x) (:method (x) (declare (ignore x)) 0))
(dotimes (n 31) (eval `(defmethod level ((x ,(name 'a n))) (+ 1 (call-next-method)))))
(print (level *x*))
"""


def test_a_lattice_of_two_to_the_thirty_paths(workbench: Workbench) -> None:
    run = workbench.run_source(LADDER)
    assert (run.stderr, run.stdout.split()) == ("", ["(T", "NIL", "NIL", "T)", "(1", "1)", "31"])
