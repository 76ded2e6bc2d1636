;;;; Comparison of any two numbers by exact value, and the hash code that goes with it.
;;;;
;;;; A float and a rational are compared as two rationals, so that = stays transitive.  A NaN is neither equal to, less
;;;; nor greater than anything, and comparing it signals nothing.

(in-package "CLYSM.LIBRARY")

(declaim (inline %compare-doubles))

(defun %compare-doubles (x y)
  "-1, 0 or 1, or NIL if X or Y is a NaN."
  (cond ((%double< x y) -1)
        ((%double< y x) 1)
        ((%double= x y) 0)))

(defun %compare-double-with-rational (x rational)
  "-1, 0 or 1 for a double and a rational, or NIL if X is a NaN."
  (cond ((%fixnump rational) (%compare-doubles x (%fix->double rational)))
        ((%finite-double-p x) (%rational-compare (rational x) rational))
        (t (%compare-doubles x 0d0))))

(defun %compare-reals (a b)
  "-1, 0 or 1 as the real A is less than, equal to or greater than B, or NIL if one is a NaN."
  (cond ((%singlep a) (%compare-reals (%single->double a) b))
        ((%singlep b) (%compare-reals a (%single->double b)))
        ((%doublep a)
         (if (%doublep b)
             (%compare-doubles a b)
             (%compare-double-with-rational a b)))
        ((%doublep b)
         (let ((opposite (%compare-double-with-rational b a)))
           (if opposite (%fix- 0 opposite) nil)))
        (t (%rational-compare a b))))

(defun %tower-less (a b)
  "True if A < B, for any objects."
  (if (and (%doublep a) (%doublep b))
      (%double< a b)
      (eq (%compare-reals (%check-real a) (%check-real b)) -1)))

(defun %tower-less-equal (a b)
  "True if A <= B, for any objects."
  (if (and (%doublep a) (%doublep b))
      (%double<= a b)
      (let ((order (%compare-reals (%check-real a) (%check-real b))))
        (or (eq order -1) (eq order 0)))))

(defun %tower-equal (a b)
  "True if A = B, for any objects."
  (%check-number a)
  (%check-number b)
  (cond ((%complexp a)
         (if (%complexp b)
             (and (= (%realpart a) (%realpart b)) (= (%imagpart a) (%imagpart b)))
             (and (= (%realpart a) b) (= (%imagpart a) 0))))
        ((%complexp b) (%tower-equal b a))
        (t (eq (%compare-reals a b) 0))))

(defun %number-value-hash (number)
  "A hash code >= 0 of NUMBER, a fixnum, equal for numbers that are =, whatever their types."
  (cond ((rationalp number) (%number-hash number))
        ((%complexp number)
         (if (zerop (%imagpart number))
             (%number-value-hash (%realpart number))
             (%hash-mix (%number-value-hash (%realpart number)) (%number-value-hash (%imagpart number)))))
        ((%singlep number) (%number-value-hash (%single->double number)))
        ((%finite-double-p number) (%number-hash (rational number)))
        (t (%double-hash number))))
