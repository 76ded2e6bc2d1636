"""Every primitive of the code generator computes what it is for, in an emitted program (N30).

All rows of the tables below are forms of one program, which prints a line for each. Where one answer could be
luck a primitive has several, of other operands, so that neither a constant nor exchanged operands would pass.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping

import pytest

from clysm.bootstrap.project import load_project
from clysm.engine.imports import HostCode
from clysm.engine.program import ExitKind
from clysm.engine.world import Clock
from clysm.host.compiler import HostedCompiler
from clysm.host.objects import items_of
from tests.lisp.workbench import Workbench
from tests.support.projects import REPOSITORY

# What the tests of types are asked about, by a name for the kind of object.
OBJECTS: Mapping[str, str] = {
    "fixnum": "-7",
    "bignum": "(expt 2 40)",
    "ratio": "1/2",
    "single": "1.5",
    "double": "1.5d0",
    "complex": "#c(1 2)",
    "character": "#\\a",
    "nil": "nil",
    "t": "t",
    "symbol": "'sample",
    "unbound": '(%symbol-value (make-symbol "S"))',
    "cons": "(list 1)",
    "function": "#'second",
    "vector": "(vector 1 2)",
    "string": '"text"',
    "octets": "(octets 1 2)",
    "bits": "(bits 1 0)",
    "doubles": "(doubles 1d0)",
    "instance": "(make-point)",
}
# A test of one argument, and the kinds of objects that it is true of.
TYPE_TESTS: Mapping[str, str] = {
    "consp": "cons",
    "symbolp": "nil t symbol",
    "characterp": "character",
    "functionp": "function",
    "simple-vector-p": "vector",
    "null": "nil",
    "not": "nil",
    "%fixnump": "fixnum",
    "%bignump": "bignum",
    "%ratiop": "ratio",
    "%singlep": "single",
    "%doublep": "double",
    "%complexp": "complex",
    "%simple-string-p": "string",
    "%octets-p": "octets",
    "%bits-p": "bits",
    "%doubles-p": "doubles",
    "%instancep": "instance",
    "%unbound-p": "unbound",
}

BIG = 2**100
INTEGERS = (0, 1, -1, 6, -7, 2**29 - 1, -(2**29), 2**29, 2**40, -(2**40), 3 * BIG, 1 - BIG, -BIG - 1)
INTEGER_PAIRS = (
    *((17, 5), (-17, 5), (17, -5), (5, 17), (0, 9), (6, 6), (2**29 - 1, 2**29 - 1), (-(2**29), -1)),
    *((BIG + 3, 2**70 - 1), (-BIG, 2**33 + 1), (12, -(2**40)), (-(2**40), 12), (BIG, BIG), (BIG, BIG + 1)),
    *((-BIG, -(2**40)), (-(2**40), -BIG)),
)
# An integer, and by how many bits it is shifted.
SHIFTS = (
    *((5, 3), (5, -1), (-5, -1), (7, 0), (1, 28), (1, 29), (-1, 29), (3, -40), (-3, -40), (1, 100)),
    *((BIG, -70), (-BIG - 1, -3), (-BIG, -100), (2**40, 31), (-(2**40), 0)),
    *((-64, -3), (-BIG - 2**40, -100)),
)
# An integer, and the number of one of its bits.
BITS = (
    *((5, 0), (5, 1), (5, 2), (-2, 0), (-2, 1), (5, 40), (-5, 40), (2**40, 40), (2**40, 41), (-(2**40), 39)),
    *((-(2**40), 40), (BIG, 100), (BIG, 200), (-BIG, 200), (1 - BIG, 0), (1 - BIG, 64)),
)


def quotient(x: int, y: int) -> int:
    """Rounded towards zero."""
    return abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)


def remainder(x: int, y: int) -> int:
    return x - y * quotient(x, y)


def magnitude(x: int) -> int:
    """The bits of x that differ from its sign."""
    return x if x >= 0 else ~x


UNARY: Mapping[str, Callable[[int], object]] = {
    "%integer-negate": lambda x: -x,
    "%integer-lognot": lambda x: ~x,
    "%integer-negative-p": lambda x: x < 0,
    "%integer-odd-p": lambda x: x % 2 == 1,
    "%integer-length": lambda x: magnitude(x).bit_length(),
    "%integer-logcount": lambda x: magnitude(x).bit_count(),
}
BINARY: Mapping[str, Callable[[int, int], object]] = {
    **dict.fromkeys(("%integer-add", "%add2"), lambda x, y: x + y),
    **dict.fromkeys(("%integer-sub", "%sub2"), lambda x, y: x - y),
    **dict.fromkeys(("%integer-mul", "%mul2"), lambda x, y: x * y),
    **dict.fromkeys(("%integer-logand", "%logand2"), lambda x, y: x & y),
    **dict.fromkeys(("%integer-logior", "%logior2"), lambda x, y: x | y),
    **dict.fromkeys(("%integer-logxor", "%logxor2"), lambda x, y: x ^ y),
    **dict.fromkeys(("%integer-equal", "%num=2", "eql"), lambda x, y: x == y),
    "%integer-compare": lambda x, y: (x > y) - (x < y),
    "%integer-quotient": quotient,
    "%integer-remainder": remainder,
    "%integer-divide": lambda x, y: (quotient(x, y), remainder(x, y)),
    "%lt2": lambda x, y: x < y,
    "%gt2": lambda x, y: x > y,
    "%le2": lambda x, y: x <= y,
    "%ge2": lambda x, y: x >= y,
}


def bit_of(x: int, index: int) -> bool:
    return x >> index & 1 == 1


SHIFTING: Mapping[str, Callable[[int, int], object]] = dict.fromkeys(
    ("%integer-ash", "%ash2"), lambda x, n: x << n if n >= 0 else x >> -n
)
BIT_TESTS: Mapping[str, Callable[[int, int], object]] = {"%integer-bit-p": bit_of}
# Arguments, and the functions of two of them.
OF_TWO = ((INTEGER_PAIRS, BINARY), (SHIFTS, SHIFTING), (BITS, BIT_TESTS))
# What names of primitives on a type of float start with, how Python packs one, and some as PRIN1 writes them.
FLOATS = (
    ("double", ">d", ("1.5d0", "-0.0d0", "3.141592653589793d0", "-1.0d300")),
    ("single", ">f", ("1.5", "-0.0", "3.1415927", "-1.0e30")),
)


def printed(value: object) -> str:
    """As PRIN1 writes the truth value, integer, cons (a tuple) or list."""
    if isinstance(value, bool):
        return "T" if value else "NIL"
    if isinstance(value, tuple):
        return f"({printed(value[0])} . {printed(value[1])})"
    if isinstance(value, list):
        return f"({' '.join(map(printed, value))})"
    return str(value)


# The name of a primitive, then its rows: a form, and what PRIN1 writes of its value (<NAME> is the number of
# a host code), or `signals` and the type of the condition. Lines further to the right continue a row.
TABLE = r"""
eq
  (let ((a (list 1))) (list (eq a a) (eq a (list 1)) (eq (list 1) a))) => (T NIL NIL)
  (let ((a 'b)) (list (eq a 'b) (eq 'c a) (eq a 7) (eq #\a (char "a" 0)))) => (T NIL NIL T)
eql
  (flet ((same (a b) (eql a b)))
    (list (same 1.5 (/ 3.0 2)) (same 1.5 1.5d0) (same 2 2.0) (same "a" (string #\a))))
    => (T NIL NIL NIL)
  (flet ((same (a b) (eql a b))) (list (same 1/2 (/ 2 4)) (same #c(1 2) (complex 1 2)) (same 0d0 -0d0))) =>
    (T T NIL)
endp
  (endp nil) => T
  (endp (list nil)) => NIL
  (endp 7) => signals TYPE-ERROR
cons
  (cons 1 2) => (1 . 2)
  (eq (cons 1 2) (cons 1 2)) => NIL
car
  (car (cons 1 2)) => 1
  (car nil) => NIL
  (car 7) => signals TYPE-ERROR
cdr
  (cdr (cons 1 2)) => 2
  (cdr nil) => NIL
  (cdr "ab") => signals TYPE-ERROR
rplaca
  (let* ((c (cons 1 2)) (d (rplaca c 3))) (list (eq c d) c (rplaca (cons 4 5) 6))) => (T (3 . 2) (6 . 5))
  (rplaca nil 1) => signals TYPE-ERROR
rplacd
  (let* ((c (cons 1 2)) (d (rplacd c 3))) (list (eq c d) c (rplacd (cons 4 5) 6))) => (T (1 . 3) (4 . 6))
  (rplacd 'a 1) => signals TYPE-ERROR
%car
  (list (%car (cons 1 2)) (%car (cons 3 4))) => (1 3)
%cdr
  (list (%cdr (cons 1 2)) (%cdr (cons 3 4))) => (2 4)
%set-car
  (let ((c (cons 1 2))) (list (%set-car c 3) (car c) (%set-car c 4) c)) => (3 3 4 (4 . 2))
%set-cdr
  (let ((c (cons 1 2))) (list (%set-cdr c 3) (cdr c) (%set-cdr c 4) c)) => (3 3 4 (1 . 4))
%unbound
  (let ((s (make-symbol "S"))) (set s 1) (set s (%unbound)) (list (boundp s) (eq (%unbound) nil)))
    => (NIL NIL)
%unsupplied
  (list (optional-three 4) (optional-three (%unsupplied)) (optional-three nil)) => (4 3 NIL)
%unsupplied-p
  (list (%unsupplied-p (%unsupplied)) (%unsupplied-p nil) (%unsupplied-p 27) (%unsupplied-p (%unbound))) =>
    (T NIL NIL NIL)

%make-symbol
  (let ((s (%make-symbol "abc")))
    (list (symbolp s) (symbol-name s) (symbol-package s) (boundp s) (fboundp s)))
    => (T "abc" NIL NIL NIL)
  (eq (%make-symbol "abc") (%make-symbol "abc")) => NIL
%symbol-name
  (list (%symbol-name 'car) (%symbol-name nil) (%symbol-name t) (%symbol-name :key))
    => ("CAR" "NIL" "T" "KEY")
  (%symbol-name 7) => signals TYPE-ERROR
%set-symbol-name
  (let ((s (make-symbol "A"))) (list (%set-symbol-name s "B") (symbol-name s) (%set-symbol-name s "C")))
    => ("B" "B" "C")
%symbol-package
  (list (package-name (%symbol-package 'car)) (package-name (%symbol-package :a)) (%symbol-package (gensym)))
    => ("COMMON-LISP" "KEYWORD" NIL)
%set-symbol-package
  (let ((s (make-symbol "A")))
    (list (eq (%set-symbol-package s *package*) *package*) (eq (symbol-package s) *package*)
          (%set-symbol-package s nil) (symbol-package s))) => (T T NIL NIL)
%symbol-value
  (list (%symbol-value '*special*) (let ((*special* 1)) (%symbol-value '*special*)) (%symbol-value :k))
    => (42 1 :K)
%set-symbol-value
  (let ((*special* 1)) (list (%set-symbol-value '*special* 2) *special* (%set-symbol-value '*special* 3)))
    => (2 2 3)
%symbol-function
  (list (funcall (%symbol-function 'second) '(1 2)) (%symbol-function (make-symbol "S"))) => (2 NIL)
%set-symbol-function
  (let ((s (make-symbol "S")))
    (list (functionp (%set-symbol-function s #'second)) (funcall s '(1 2))
          (%set-symbol-function s nil) (fboundp s)))
    => (T 2 NIL NIL)
%install-function
  (let ((s (make-symbol "S")))
    (list (functionp (%install-function s #'second)) (funcall s '(1 2))
          (%install-function s nil) (fboundp s)))
    => (T 2 NIL NIL)
%symbol-plist
  (let ((s (make-symbol "S"))) (list (%symbol-plist s) (setf (get s :a) 1) (%symbol-plist s)))
    => (NIL 1 (:A 1))
%set-symbol-plist
  (let ((s (make-symbol "S"))) (list (%set-symbol-plist s (list :a 1)) (get s :a) (%set-symbol-plist s nil)))
    => ((:A 1) 1 NIL)
%symbol-class
  (list (eq (%symbol-class 'point) (%instance-layout (make-point))) (%symbol-class (make-symbol "S")))
    => (T NIL)
%set-symbol-class
  (let ((s (make-symbol "S")))
    (list (%set-symbol-class s :layout) (%symbol-class s) (%set-symbol-class s nil)))
    => (:LAYOUT :LAYOUT NIL)
%symbol-setf
  (list (funcall (%symbol-function (%symbol-setf 'part)) 9 :of) (%symbol-setf (make-symbol "S")))
    => ((:OF 9) NIL)
%set-symbol-setf
  (let ((s (make-symbol "S")))
    (list (%set-symbol-setf s :cell) (%symbol-setf s) (%set-symbol-setf s nil)))
    => (:CELL :CELL NIL)

%grow-constants
  (let ((k (%grow-constants 3))) (list (> k 0) (- (%grow-constants 1) k) (%constant k) (%constant (+ k 2))))
    => (T 3 NIL NIL)
%set-constant
  (let ((k (%grow-constants 2))) (list (%set-constant (+ k 1) :b) (%set-constant k :a) (%constant (+ k 1))))
    => (:B :A :B)
%constant
  (let ((k (%grow-constants 2))) (%set-constant k :a) (list (%constant k) (%constant (+ k 1)))) => (:A NIL)

%make-vector
  (list (%make-vector 3 7) (%make-vector 0 7) (%make-vector 1 nil)) => (#(7 7 7) #() #(NIL))
%vector-length
  (list (%vector-length (vector)) (%vector-length (vector 1 2 3))) => (0 3)
%svref
  (let ((v (vector 5 6 7))) (list (%svref v 0) (%svref v 2))) => (5 7)
%svset
  (let ((v (vector 5 6 7))) (list (%svset v 1 0) (%svset v 2 1) v)) => (0 1 #(5 0 1))
%vector-copy
  (let ((v (vector 0 0 0 0 0))) (list (%vector-copy v 1 (vector 1 2 3 4) 2 2) v)) => (NIL #(0 3 4 0 0))
  (let ((v (vector 1 2 3 4 5))) (%vector-copy v 1 v 0 4) v) => #(1 1 2 3 4)
svref
  (let ((v (vector 5 6 7))) (list (svref v 0) (svref v 2))) => (5 7)
  (svref (vector 5 6 7) 3) => signals TYPE-ERROR
  (svref (vector 5 6 7) -1) => signals TYPE-ERROR
  (svref "abc" 1) => signals TYPE-ERROR
%svref-set
  (let ((v (vector 5 6 7))) (list (%svref-set v 1 0) (%svref-set v 2 1) v)) => (0 1 #(5 0 1))
  (%svref-set (vector 5 6 7) 3 0) => signals TYPE-ERROR
%aref
  (list (%aref (vector 5 6) 1) (%aref "abc" 2) (%aref (octets 8 9) 0) (%aref (bits 0 1) 1)
        (%aref (doubles 2d0) 0))
    => (6 #\c 8 1 2.0d0)
  (%aref (make-array 3 :adjustable t :initial-contents '(1 2 3)) 1) => 2
  (%aref (vector 5 6) 2) => signals TYPE-ERROR
  (%aref "abc" 3) => signals TYPE-ERROR
  (%aref (octets 8 9) 2) => signals TYPE-ERROR
%aset
  (let ((v (vector 5 6)) (s (copy-seq "abc")) (o (octets 8 9)))
    (list (%aset v 1 :x) (%aset s 0 #\d) (%aset o 1 255) v s o)) => (:X #\d 255 #(5 :X) "dbc" #(8 255))
  (let ((b (bits 0 0)) (d (doubles 1d0 2d0)) (a (make-array 2 :adjustable t :initial-element 0)))
    (list (%aset b 1 1) (%aset d 0 5d0) (%aset a 1 :y) b d a)) => (1 5.0d0 :Y #*01 #(5.0d0 2.0d0) #(0 :Y))
  (%aset (octets 1) 0 256) => signals TYPE-ERROR
  (%aset (octets 1) 1 0) => signals TYPE-ERROR
  (%aset (copy-seq "abc") 3 #\a) => signals TYPE-ERROR
  (%aset (vector 5 6) 2 0) => signals TYPE-ERROR

%make-string
  (let ((s (%make-string 3))) (list (length s) (char-code (char s 0)) (char-code (char s 2)))) => (3 0 0)
  (list (length (%make-string 0)) (length (%make-string 5))) => (0 5)
%string-length
  (list (%string-length "") (%string-length "abc")) => (0 3)
%schar
  (list (%schar "abc" 0) (%schar "abc" 2)) => (#\a #\c)
%set-schar
  (let ((s (copy-seq "abc"))) (list (%set-schar s 1 #\x) (%set-schar s 0 #\y) s)) => (#\x #\y "yxc")
%schar-code
  (list (%schar-code "abc" 0) (%schar-code "abc" 2)) => (97 99)
%set-schar-code
  (let ((s (copy-seq "abc"))) (list (%set-schar-code s 1 120) (%set-schar-code s 0 121) s)) => (120 121 "yxc")
%string-copy
  (let ((s (copy-seq "-----"))) (list (%string-copy s 1 "abcd" 2 2) s)) => (NIL "-cd--")
  (let ((s (copy-seq "abcde"))) (%string-copy s 0 s 1 4) s) => "bcdee"
%string-equal-p
  (list (%string-equal-p "abc" (copy-seq "abc")) (%string-equal-p "abc" "abd") (%string-equal-p "abc" "ab"))
    => (T NIL NIL)
  (list (%string-equal-p "" "") (%string-equal-p "abc" "axc") (%string-equal-p "abc" "xbc")) => (T NIL NIL)
%string-hash
  (let ((hash (%string-hash "abc")))
    (list (= hash (%string-hash (copy-seq "abc"))) (= hash (%string-hash "acb")))) => (T NIL)
  (<= 0 (%string-hash "some text") 536870911) => T

%make-octets
  (list (%make-octets 0) (%make-octets 3)) => (#() #(0 0 0))
%octets-length
  (list (%octets-length (octets)) (%octets-length (octets 7 8 9))) => (0 3)
%octet-ref
  (list (%octet-ref (octets 7 255) 0) (%octet-ref (octets 7 255) 1)) => (7 255)
%set-octet
  (let ((v (octets 7 8 9))) (list (%set-octet v 1 200) (%set-octet v 0 3) v)) => (200 3 #(3 200 9))
%octets-copy
  (let ((v (octets 0 0 0 0 0))) (list (%octets-copy v 1 (octets 1 2 3 4) 2 2) v)) => (NIL #(0 3 4 0 0))
  (let ((v (octets 1 2 3 4 5))) (%octets-copy v 1 v 0 4) v) => #(1 1 2 3 4)
%make-bits
  (list (%make-bits 0) (%make-bits 3)) => (#* #*000)
%bits-length
  (list (%bits-length (bits)) (%bits-length (bits 1 0 1))) => (0 3)
%bit-ref
  (list (%bit-ref (bits 1 0) 0) (%bit-ref (bits 1 0) 1)) => (1 0)
%set-bit
  (let ((v (bits 0 0 1))) (list (%set-bit v 1 1) (%set-bit v 2 0) v)) => (1 0 #*010)
%bits-copy
  (let ((v (bits 0 0 0 0 0))) (list (%bits-copy v 1 (bits 0 0 1 1) 2 2) v)) => (NIL #*01100)
  (let ((v (bits 1 0 1 0 1))) (%bits-copy v 1 v 0 4) v) => #*11010
%make-doubles
  (list (%make-doubles 0) (%make-doubles 2)) => (#() #(0.0d0 0.0d0))
%doubles-length
  (list (%doubles-length (doubles)) (%doubles-length (doubles 1d0 2d0))) => (0 2)
%doubles-ref
  (list (%doubles-ref (doubles 1d0 2d0) 0) (%doubles-ref (doubles 1d0 2d0) 1)) => (1.0d0 2.0d0)
%set-doubles
  (let ((v (doubles 1d0 2d0))) (list (%set-doubles v 1 5d0) (%set-doubles v 0 6d0) v))
    => (5.0d0 6.0d0 #(6.0d0 5.0d0))

%make-instance
  (let ((i (%make-instance :layout 2))) (list (%instance-layout i) (%instance-ref i 0) (%instance-ref i 1)))
    => (:LAYOUT NIL NIL)
  (list (%instance-layout (%make-instance 1 0)) (%instance-layout (%make-instance 2 0))) => (1 2)
%instance-length
  (list (%instance-length (%make-instance nil 0)) (%instance-length (make-point))) => (0 2)
%instance-ref
  (let ((p (make-point :x 3 :y 4))) (list (%instance-ref p 0) (%instance-ref p 1))) => (3 4)
%instance-set
  (let ((p (make-point :x 3 :y 4)))
    (list (%instance-set p 1 5) (point-x p) (point-y p) (%instance-set p 0 6) (point-x p)))
    => (5 3 5 6 6)
%instance-layout
  (list (eq (%instance-layout (make-point)) (%symbol-class 'point)) (%instance-layout (%make-instance 9 0)))
    => (T 9)
%set-instance-layout
  (let ((i (%make-instance 1 1)))
    (list (%set-instance-layout i 2) (%instance-layout i) (%set-instance-layout i 3) (%instance-ref i 0)))
    => (2 2 3 NIL)
%eq-hash
  (let ((hashes (mapcar (lambda (x) (%eq-hash x)) *twins*)))
    (list (equal hashes (mapcar (lambda (x) (%eq-hash x)) *twins*)) (length (remove-duplicates hashes))))
    => (T 10)
  (every (lambda (x) (<= 0 (%eq-hash x) 536870911)) (mapcar #'cdr *objects*)) => T
  (list (= (%eq-hash 5) (%eq-hash 5)) (= (%eq-hash 5) (%eq-hash 6)) (= (%eq-hash #\a) (%eq-hash #\b)))
    => (T NIL NIL)

%fix+
  (list (%fix+ 3 4) (%fix+ -5 2)) => (7 -3)
%fix-
  (list (%fix- 10 3) (%fix- 3 10)) => (7 -7)
%fix*
  (list (%fix* 6 7) (%fix* -3 5)) => (42 -15)
%fix-quotient
  (list (%fix-quotient 17 5) (%fix-quotient -17 5) (%fix-quotient 5 17)) => (3 -3 0)
%fix-remainder
  (list (%fix-remainder 17 5) (%fix-remainder -17 5) (%fix-remainder 5 17)) => (2 -2 5)
%fix-and
  (list (%fix-and 12 10) (%fix-and -1 5)) => (8 5)
%fix-or
  (list (%fix-or 12 10) (%fix-or -8 5)) => (14 -3)
%fix-xor
  (list (%fix-xor 12 10) (%fix-xor -1 5)) => (6 -6)
%fix-not
  (list (%fix-not 5) (%fix-not -1)) => (-6 0)
%fix-shl
  (list (%fix-shl 3 4) (%fix-shl -1 2)) => (48 -4)
%fix-shr
  (list (%fix-shr 48 4) (%fix-shr -9 1)) => (3 -5)
%fix=
  (list (%fix= 3 3) (%fix= 3 4) (%fix= -3 3)) => (T NIL NIL)
%fix<
  (list (%fix< 3 4) (%fix< 4 3) (%fix< 3 3) (%fix< -4 3)) => (T NIL NIL T)
%fix>
  (list (%fix> 3 4) (%fix> 4 3) (%fix> 3 3) (%fix> -4 3)) => (NIL T NIL NIL)
%fix<=
  (list (%fix<= 3 4) (%fix<= 4 3) (%fix<= 3 3) (%fix<= -4 3)) => (T NIL T T)
%fix>=
  (list (%fix>= 3 4) (%fix>= 4 3) (%fix>= 3 3) (%fix>= -4 3)) => (NIL T T NIL)

%add2
  (list (%add2 1.5 2) (%add2 1/2 1/3) (%add2 1 0.25d0) (%add2 #c(1 2) 3)) => (3.5 5/6 1.25d0 #C(4 2))
  (%add2 'a 1) => signals TYPE-ERROR
%sub2
  (list (%sub2 1.5 2) (%sub2 1/2 1/3) (%sub2 1 0.25d0) (%sub2 #c(1 2) 3)) => (-0.5 1/6 0.75d0 #C(-2 2))
%mul2
  (list (%mul2 1.5 2) (%mul2 1/2 1/3) (%mul2 3 0.25d0) (%mul2 #c(1 2) 3)) => (3.0 1/6 0.75d0 #C(3 6))
%lt2
  (list (%lt2 1/2 0.75) (%lt2 0.75 1/2) (%lt2 1d0 1)) => (T NIL NIL)
  (%lt2 1 'a) => signals TYPE-ERROR
%gt2
  (list (%gt2 1/2 0.75) (%gt2 0.75 1/2) (%gt2 1d0 1)) => (NIL T NIL)
%le2
  (list (%le2 1/2 0.75) (%le2 0.75 1/2) (%le2 1d0 1)) => (T NIL T)
%ge2
  (list (%ge2 1/2 0.75) (%ge2 0.75 1/2) (%ge2 1d0 1)) => (NIL T T)
%num=2
  (list (%num=2 1 1.0) (%num=2 1/2 0.5d0) (%num=2 1 1.5) (%num=2 #c(1 2) #c(1 3))) => (T T NIL NIL)
%logand2
  (%logand2 1.0 1) => signals TYPE-ERROR
%ash2
  (%ash2 1.0 1) => signals TYPE-ERROR
%char=2
  (list (%char=2 #\a #\a) (%char=2 #\a #\b) (%char=2 #\a #\A)) => (T NIL NIL)
  (%char=2 #\a 97) => signals TYPE-ERROR
  (%char=2 97 #\a) => signals TYPE-ERROR
%char-code
  (list (%char-code #\a) (%char-code (code-char 1114111))) => (97 1114111)
%code-char
  (list (%code-char 97) (char-code (%code-char 1114111))) => (#\a 1114111)

%double+
  (list (%double+ 1.5d0 2.25d0) (%double+ 1d0 -3d0)) => (3.75d0 -2.0d0)
%double-
  (list (%double- 1.5d0 2.25d0) (%double- 1d0 -3d0)) => (-0.75d0 4.0d0)
%double*
  (list (%double* 1.5d0 2.25d0) (%double* 1d0 -3d0)) => (3.375d0 -3.0d0)
%double/
  (list (%double/ 1.5d0 4d0) (%double/ -3d0 2d0)) => (0.375d0 -1.5d0)
%double-sqrt
  (list (%double-sqrt 2.25d0) (%double-sqrt 2d0)) => (1.5d0 1.4142135623730951d0)
%double-abs
  (list (%double-abs -2.5d0) (%double-abs 3d0)) => (2.5d0 3.0d0)
%double-neg
  (list (%double-neg -2.5d0) (%double-neg 3d0) (%double-neg 0d0)) => (2.5d0 -3.0d0 -0.0d0)
%double-floor
  (list (%double-floor 2.5d0) (%double-floor -2.5d0) (%double-floor 2.75d0)) => (2.0d0 -3.0d0 2.0d0)
%double-ceil
  (list (%double-ceil 2.5d0) (%double-ceil -2.5d0) (%double-ceil 2.25d0)) => (3.0d0 -2.0d0 3.0d0)
%double-trunc
  (list (%double-trunc 2.75d0) (%double-trunc -2.75d0)) => (2.0d0 -2.0d0)
%double-nearest
  (list (%double-nearest 2.5d0) (%double-nearest 3.5d0) (%double-nearest -2.75d0)) => (2.0d0 4.0d0 -3.0d0)
%double=
  (list (%double= 1.5d0 1.5d0) (%double= 1.5d0 2d0) (%double= 0d0 -0d0)) => (T NIL T)
%double<
  (list (%double< 1.5d0 2d0) (%double< 2d0 1.5d0) (%double< 2d0 2d0)) => (T NIL NIL)
%double<=
  (list (%double<= 1.5d0 2d0) (%double<= 2d0 1.5d0) (%double<= 2d0 2d0)) => (T NIL T)
%fix->double
  (list (%fix->double 7) (%fix->double -536870912)) => (7.0d0 -5.36870912d8)
%double->fix
  (list (%double->fix 2.75d0) (%double->fix -2.75d0)) => (2 -2)
%make-double
  (list (%make-double 16393 8699 21572 11544) (%make-double 49056 0 0 0)) => (3.141592653589793d0 -0.03125d0)
%single->double
  (list (%single->double 1.5) (%single->double 0.1)) => (1.5d0 0.10000000149011612d0)
%double->single
  (list (%double->single 1.5d0) (%double->single 0.10000000149d0)) => (1.5 0.1)
%make-single
  (list (%make-single 16457 4059) (%make-single 48896 0)) => (3.1415927 -0.5)
%single+
  (list (%single+ 1.5 2.25) (%single+ 1.0 -3.0)) => (3.75 -2.0)
%single-
  (list (%single- 1.5 2.25) (%single- 1.0 -3.0)) => (-0.75 4.0)
%single*
  (list (%single* 1.5 2.25) (%single* 1.0 -3.0)) => (3.375 -3.0)
%single/
  (list (%single/ 1.5 4.0) (%single/ -3.0 2.0)) => (0.375 -1.5)
%single-sqrt
  (list (%single-sqrt 2.25) (%single-sqrt 2.0)) => (1.5 1.4142135)
%single=
  (list (%single= 1.5 1.5) (%single= 1.5 2.0) (%single= 0.0 -0.0)) => (T NIL T)
%single<
  (list (%single< 1.5 2.0) (%single< 2.0 1.5) (%single< 2.0 2.0)) => (T NIL NIL)
%make-ratio
  (list (%make-ratio 2 3) (%make-ratio -5 2)) => (2/3 -5/2)
%numerator
  (list (%numerator 2/3) (%numerator -5/2)) => (2 -5)
%denominator
  (list (%denominator 2/3) (%denominator -5/2)) => (3 2)
%make-complex
  (list (%make-complex 2 3) (%make-complex -1.5 2.5)) => (#C(2 3) #C(-1.5 2.5))
%realpart
  (list (%realpart #c(2 3)) (%realpart #c(-1.5 2.5))) => (2 -1.5)
%imagpart
  (list (%imagpart #c(2 3)) (%imagpart #c(-1.5 2.5))) => (3 2.5)

%integer-add
  (let ((n (expt 2 40)) (m (- (expt 2 40) (expt 2 29))))
    (list (%fixnump (%integer-add (- n) m)) (%fixnump (%integer-add n (- m))))) => (T NIL)
%integer-hash
  (= (%integer-hash (expt 2 70)) (%integer-hash (* (expt 2 35) (expt 2 35)))) => T
  (let ((hashes (mapcar (lambda (n) (%integer-hash n)) (list 5 6 -5 (expt 2 40) (- (expt 2 40))))))
    (length (remove-duplicates hashes))) => 5
  (every (lambda (n) (<= 0 (%integer-hash n) 536870911)) (list 0 5 -5 (expt 7 60) (- (expt 7 60)))) => T
%double-hash
  (list (= (%double-hash 1.5d0) (%double-hash (/ 3d0 2))) (= (%double-hash 1.5d0) (%double-hash -1.5d0)))
    => (T NIL)
  (every (lambda (x) (<= 0 (%double-hash x) 536870911)) '(0d0 -1.5d0 3.141592653589793d0 1d300)) => T
%integer->double
  (list (%integer->double 7) (%integer->double (expt 2 70)) (%integer->double (- (expt 2 40)))) =>
    (7.0d0 1.1805916207174113d21 -1.099511627776d12)
  (let ((odd (+ (expt 2 53) 1)))
    (list (= (%integer->double odd) (- odd 1)) (= (%integer->double (+ odd 2)) (+ odd 3)))) => (T T)
  (list (%double-bits (%integer->double (expt 2 1023))) (%double-bits (%integer->double (expt 2 1024))))
    => (9214364837600034816 9218868437227405312)
%integer->single
  (list (%integer->single 7) (%integer->single (- (expt 2 40)))) => (7.0 -1.0995116e12)
  (list (= (%integer->single 16777217) 16777216) (= (%integer->single 16777219) 16777220)) => (T T)
%double->integer
  (list (%double->integer 2.75d0) (%double->integer -2.75d0) (%double->integer (expt 2d0 70))) =>
    (2 -2 1180591620717411303424)
%double-biased-exponent
  (mapcar (lambda (x) (%double-biased-exponent x)) '(1d0 3d0 -0.5d0 0d0)) => (1023 1024 1022 0)
%double-significand
  (mapcar (lambda (x) (%double-significand x)) '(1d0 -1.5d0 0d0)) => (4503599627370496 6755399441055744 0)
%double-negative-p
  (mapcar (lambda (x) (%double-negative-p x)) '(1d0 -1d0 0d0 -0d0)) => (NIL T NIL T)
%double-scale
  (list (%double-scale 1.5d0 4) (%double-scale 1.5d0 -1) (%double-scale -3d0 0)) => (24.0d0 0.75d0 -3.0d0)
  (list (%double-bits (%double-scale 1d0 -1074)) (%double-bits (%double-scale 1d0 -1075))) => (1 0)
  (%double-scale (%double-scale 1d0 -1074) 1076) => 4.0d0

%make-function
  (let ((f (%make-function (%function-code #'second) :info :env)))
    (list (funcall f '(1 2)) (%function-info f) (%function-env f))) => (2 :INFO :ENV)
  (eq (%make-function 0 nil nil) (%make-function 0 nil nil)) => NIL
%function-info
  (list (%function-info (%make-function 0 :a :b)) (%function-info (%make-function 0 :c :d))) => (:A :C)
%set-function-info
  (let ((f (%make-function 0 :a :b)))
    (list (%set-function-info f :c) (%function-info f) (%function-env f) (%set-function-info f :d)))
    => (:C :C :B :D)
%function-code
  (list (%function-code (%make-function 5 :a :b)) (%function-code (%make-function 6 :c :d))) => (5 6)
%set-function-code
  (let ((f (%make-function (%function-code #'second) nil nil)) (code (%function-code #'third)))
    (list (= (%set-function-code f code) code) (funcall f '(1 2 3)) (%set-function-code f 0))) => (T 3 0)
%function-env
  (list (%function-env (%make-function 0 :a :b)) (%function-env (%make-function 0 :c :d))) => (:B :D)
%set-function-env
  (let ((f (%make-function 0 :a :b)))
    (list (%set-function-env f :c) (%function-env f) (%function-info f) (%set-function-env f :d)))
    => (:C :C :A :D)
%apply-list
  (multiple-value-list (%apply-list #'floor (list 17 5))) => (3 2)
  (list (%apply-list 'list nil) (%apply-list 'list (list 1 2 3 4 5 6))) => (NIL (1 2 3 4 5 6))
  (%apply-list (make-symbol "S") nil) => signals UNDEFINED-FUNCTION
%values-list
  (list (multiple-value-list (%values-list (list 1 2 3))) (multiple-value-list (%values-list nil)))
    => ((1 2 3) NIL)
  (%values-list (cons 1 2)) => signals TYPE-ERROR
%grow-code
  (let ((code (%grow-code 3))) (list (> code 0) (- (%grow-code 1) code))) => (T 3)

%mem-alloc
  (let* ((a (%mem-alloc 17)) (b (%mem-alloc 8)) (c (%mem-alloc 100000)) (d (%mem-alloc 1)))
    (list (mod a 8) (- b a) (- c b) (- d c) (%set-mem d 5))) => (0 24 8 100000 5)
%buffer-alloc
  (let ((a (%buffer-alloc 16)))
    (reset-memory) (list (mod a 8) (- (%buffer-alloc 8) a) (- (%mem-alloc 1) a))) => (0 16 24)
%mem-reset
  (let ((a (%buffer-alloc 8)) (b (%mem-alloc 8))) (forget-transfers)
    (list (%mem-reset) (- b a) (- (%mem-alloc 8) b)))
    => (NIL 8 0)
%mem-ref
  (let ((a (%mem-alloc 8))) (%set-mem a 200) (%set-mem (+ a 1) 7) (list (%mem-ref a) (%mem-ref (+ a 1))))
    => (200 7)
%set-mem
  (let ((a (%mem-alloc 8))) (list (%set-mem a 200) (%set-mem (+ a 1) 7) (%mem-ref a))) => (200 7 200)
%mem-ref-32
  (let ((a (%mem-alloc 8))) (fill-memory a 4 3 2 1 255 255 255) (list (%mem-ref-32 a) (%mem-ref-32 (+ a 3))))
    => (16909060 4294967041)
%set-mem-32
  (let ((a (%mem-alloc 8))) (list (%set-mem-32 a 16909060) (%set-mem-32 (+ a 4) -2) (memory a 8))) =>
    (16909060 -2 (4 3 2 1 254 255 255 255))
%octets->mem
  (let ((a (%mem-alloc 8))) (fill-memory a 0 0 0 0)
    (list (%octets->mem (octets 1 2 3 4) 1 (+ a 1) 2) (memory a 4)))
    => (NIL (0 2 3 0))
%mem->octets
  (let ((a (%mem-alloc 8)) (v (octets 0 0 0 0 0)))
    (fill-memory a 1 2 3 4) (list (%mem->octets (+ a 1) v 1 3) v)) => (NIL #(0 2 3 4 0))

%host-args-read
  (let ((a (%mem-alloc 16))) (list (%host-args-read a 16) (text-in-memory a 8))) => (8 "one.two.")
  (let ((a (%mem-alloc 16))) (fill-memory a 1) (list (%host-args-read a 7) (memory a 1))) => (8 (1))
  (%host-args-read -8 16) => <INVALID_ARGUMENT>
%host-fd-read
  (let ((a (%mem-alloc 16)))
    (list (%host-fd-read 0 a 3) (text-in-memory a 3) (%host-fd-read 0 a 9) (text-in-memory a 2)
          (%host-fd-read 0 a 9)))
    => (3 "inp" 2 "ut" 0)
  (%host-fd-read 1 (%mem-alloc 8) 1) => <WRONG_KIND>
%host-file-open
  (let ((a (new-text "opened")))
    (list (%host-file-open a 6 1) (%host-fd-close (%host-file-open a 6 7)) (%host-file-open a 6 39))) =>
    (<NOT_FOUND> 0 <EXISTS>)
  (let* ((a (new-text "there-and-more")) (fd (%host-file-open a 5 1))) (%host-fd-close fd) fd) => 3
%host-fd-write
  (let* ((a (new-text "written")) (text (new-text "some text")) (fd (%host-file-open a 7 7)))
    (list (%host-fd-write fd text 4) (%host-fd-close fd) (file-text "written"))) => (4 0 "some")
  (%host-fd-write 0 (%mem-alloc 8) 1) => <WRONG_KIND>
%host-fd-seek
  (let* ((a (new-text "there")) (fd (%host-file-open a 5 1)) (place (%mem-alloc 8)))
    (list (%host-fd-seek fd 3 0) (%host-fd-seek fd -1 1) (%host-fd-read fd place 1) (text-in-memory place 1)
          (%host-fd-seek fd (expt 2 40) 0) (%host-fd-seek fd -4 2) (%host-fd-close fd))) =>
    (3 2 1 "x" 1099511627776 0 0)
  (%host-fd-seek 0 0 0) => <WRONG_KIND>
%host-fd-close
  (let* ((a (new-text "there")) (fd (%host-file-open a 5 1))) (list (%host-fd-close fd) (%host-fd-close fd)))
    => (0 <BAD_DESCRIPTOR>)
%host-path-stat
  (let ((a (new-text "there")) (b (new-text "folder")) (c (new-text "absent")) (out (%mem-alloc 24)))
    (list (%host-path-stat a 5 out) (%mem-ref-32 out) (%mem-ref-32 (+ out 8))
          (%host-path-stat b 6 out) (%mem-ref-32 out) (%host-path-stat c 6 out))) => (0 1 4 0 2 <NOT_FOUND>)
%host-path-change
  (let ((a (new-text "made")) (b (new-text "moved")))
    (list (%host-path-change 3 a 4 a 0) (there-p "made" "moved")
          (%host-path-change 2 a 4 b 5) (there-p "made" "moved")
          (%host-path-change 1 b 5 a 0) (there-p "made" "moved") (%host-path-change 1 b 5 a 0))) =>
    (0 (T NIL) 0 (NIL T) 0 (NIL NIL) <NOT_FOUND>)
%host-path-list
  (let ((a (new-text "folder")) (out (new-text "--------")))
    (list (%host-path-list a 6 out 8) (text-in-memory out 8)))
    => (5 "a.bc.---")
  (let ((a (new-text "folder")) (out (new-text "--------")))
    (list (%host-path-list a 6 out 4) (text-in-memory out 8)))
    => (5 "--------")
  (let ((a (new-text "folder"))) (%host-path-list a 5 a 8)) => <NOT_FOUND>
%host-clock-read
  (list (%host-clock-read 0) (%host-clock-read 1) (%host-clock-read 2)) =>
    (1700000000123456789 5 <INVALID_ARGUMENT>)
%host-unit-instantiate
  (let ((a (%mem-alloc 8)))
    (fill-memory a 0 97 115 109 1 0 0 0) (list (%host-unit-instantiate a 8) (%host-unit-instantiate a 7))) =>
    (0 <INVALID_UNIT>)
"""
# Primitives that end the program: a call, the status, and the kind of end.
ENDS = (
    ("%host-exit", "(%host-exit 7)", 7, ExitKind.EXIT),
    ("%host-exit", "(%host-exit 200)", 200, ExitKind.EXIT),
    ("%abort", "(%abort)", 1, ExitKind.UNCAUGHT),
)

PREAMBLE = r"""
(defpackage "PRIMITIVES" (:use "COMMON-LISP" "CLYSM.KERNEL"))
(in-package "PRIMITIVES")
(defstruct point x y)
(defvar *special* 42)
(defun optional-three (&optional (x 3)) x)
(defun (setf part) (value of) (list of value))
(defun octets (&rest elements)
  (make-array (length elements) :element-type '(unsigned-byte 8) :initial-contents elements))
(defun bits (&rest elements) (make-array (length elements) :element-type 'bit :initial-contents elements))
(defun doubles (&rest elements)
  (make-array (length elements) :element-type 'double-float :initial-contents elements))
(defparameter *twins*
  (flet ((both (make) (list (funcall make) (funcall make))))
    (append (both (lambda () (list 1))) (both #'gensym) (both (lambda () (vector 1)))
            (both (lambda () (copy-seq "a"))) (both #'make-point))))

;;; How a row is printed, and the kinds of objects that a test is true of
(defun show (number form)
  (format t "~D ~A~%" number
          (handler-case (prin1-to-string (funcall form))
            (error (condition) (format nil "signals ~A" (type-of condition))))))
(defvar *objects*)
(defun kinds (test)
  (loop for (kind . object) in *objects* when (eq (funcall test object) t) collect kind))

;;; Memory
(defun fill-memory (address &rest octets)
  (dolist (octet octets) (%set-mem address octet) (incf address)))
(defun memory (address count)
  (loop for i from address below (+ address count) collect (%mem-ref i)))
(defun text-in-memory (address count)
  (map 'string (lambda (octet) (if (= octet 0) #\. (code-char octet))) (memory address count)))
(defun new-text (text)
  (let ((address (%mem-alloc (length text))))
    (apply #'fill-memory address (map 'list #'char-code text))
    address))
(defun forget-transfers () (setq clysm.library::*transfer-address* nil))
(defun reset-memory () (forget-transfers) (%mem-reset))

;;; Files
(defun there-p (&rest names) (mapcar (lambda (name) (and (probe-file name) t)) names))
(defun file-text (name) (with-open-file (in name) (read-line in)))
"""


Row = tuple[str, str, str]  # a primitive, a form with calls of it, and what the program prints for that


def written_rows() -> Iterator[Row]:
    """The rows of TABLE."""
    for block in re.split(r"^(?=\S)", TABLE.strip(), flags=re.MULTILINE):
        name, *rows = re.split(r"\n  (?! )", block.strip())
        for row in rows:
            form, answer = re.split(r"\s=>\s+", row)
            yield name, form, re.sub(r"<([A-Z_]+)>", lambda code: str(int(HostCode[code[1]])), answer)


def computed_rows() -> Iterator[Row]:
    """The rows whose answers are those of Python, or of the table of types."""
    for name, kinds in TYPE_TESTS.items():
        answer = " ".join(f":{kind.upper()}" for kind in kinds.split())
        yield name, f"(kinds (lambda (x) ({name} x)))", f"({answer})"
    for name, one in UNARY.items():
        form = f"(mapcar (lambda (x) ({name} x)) '{printed(list(INTEGERS))})"
        yield name, form, printed([one(x) for x in INTEGERS])
    for pairs, table in OF_TWO:
        for name, two in table.items():
            form = f"(mapcar (lambda (row) ({name} (car row) (cdr row))) '{printed(list(pairs))})"
            yield name, form, printed([two(x, y) for x, y in pairs])
    for name, layout, texts in FLOATS:
        bits = [int.from_bytes(struct.pack(layout, float(text.replace("d", "e")))) for text in texts]
        floats = f"({' '.join(texts)})"
        yield f"%{name}-bits", f"(mapcar (lambda (x) (%{name}-bits x)) '{floats})", printed(bits)
        yield f"%bits->{name}", f"(mapcar (lambda (n) (%bits->{name} n)) '{printed(bits)})", floats
        for text, n in zip(texts, bits, strict=True):
            places = list(range(struct.calcsize(layout) // 2))
            form = f"(mapcar (lambda (k) (%{name}-bits-16 {text} k)) '{printed(places)})"
            yield f"%{name}-bits-16", form, printed([n >> 16 * k & 0xFFFF for k in places])


ROWS = (*written_rows(), *computed_rows())


def program() -> str:
    """Prints a line for each row; with the number of a row of ENDS as its argument it ends as that says."""
    objects = " ".join(f"(cons :{kind} {form})" for kind, form in OBJECTS.items())
    ends = " ".join(f"({number} {call})" for number, (_, call, *_) in enumerate(ENDS))
    forms = "\n".join(f"(show {number} (lambda () {form}))" for number, (_, form, _) in enumerate(ROWS))
    return f"""{PREAMBLE}
(defparameter *objects* (list {objects}))
(let ((argument (car clysm:*command-line-arguments*)))
  (when (digit-char-p (char argument 0)) (ecase (parse-integer argument) {ends})))
{forms}
"""


@pytest.fixture(scope="module")
def image(workbench: Workbench) -> bytes:
    return workbench.build([("primitives.lisp", program())])


@pytest.fixture(scope="module")
def answers(
    workbench: Workbench, image: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[int, str]:
    """What the program prints for each row, by number."""
    root = tmp_path_factory.mktemp("root")
    (root / "there").write_text("text")
    (root / "folder").mkdir()
    for name in ("a", "bc"):
        (root / "folder" / name).touch()
    clock = Clock(lambda: 1_700_000_000_123_456_789, lambda: 5)
    run = workbench.run(image, b"input", ("one", "two"), (root,), clock)
    assert (run.code, run.stderr) == (0, "")
    lines = (line.split(" ", 1) for line in run.stdout.splitlines())
    return {int(number): answer for number, answer in lines}


def test_rows(answers: Mapping[int, str], subtests: pytest.Subtests) -> None:
    for number, (name, form, answer) in enumerate(ROWS):
        with subtests.test(msg=f"{name}: {form}"):
            assert answers.get(number) == answer


def test_ends(workbench: Workbench, image: bytes, subtests: pytest.Subtests) -> None:
    for number, (_, call, status, kind) in enumerate(ENDS):
        with subtests.test(msg=call):
            run = workbench.run(image, arguments=(str(number),))
            assert (run.code, run.kind) == (status, kind)


def test_every_primitive_has_rows() -> None:
    """No more and no fewer than the code generator knows, and each is called in its rows."""
    project = load_project(REPOSITORY)
    host = HostedCompiler(project.path(project.settings.cache) / "host")._host
    table = host.eval_string(
        """(let ((names '()))
          (maphash (lambda (name row) (push name names)) clysm.compiler::*primitives*)
          names)"""
    )
    calls = [row[:2] for row in ROWS] + [row[:2] for row in ENDS]
    assert sorted({name for name, _ in calls}) == sorted(str(name).lower() for name in items_of(table))
    assert [row for row in calls if f"({row[0]} " not in f"{row[1]} ".replace(")", " ")] == []
