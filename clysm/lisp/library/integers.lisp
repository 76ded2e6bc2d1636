;;;; Number predicates and the arithmetic of integers, with the doors to the other numbers.
;;;;
;;;; The compiler turns (+ a b), (< a b) ... into kernel calls that handle small fixnums and else call the ...-SLOW
;;;; functions here.  These handle integers, and pass other numbers to the %TOWER-... functions of the same operation.
;;;; Those are called through their symbol, so that a system without them can be linked: there other numbers than
;;;; integers are a type-error.

(in-package "CLYSM.LIBRARY")

;;; Predicates

(declaim (inline integerp floatp complexp rationalp realp numberp))

(defun integerp (object)
  "True if OBJECT is an integer."
  (or (%fixnump object) (%bignump object)))

(defun rationalp (object)
  "True if OBJECT is an integer or a ratio."
  (or (%fixnump object) (%bignump object) (%ratiop object)))

(defun floatp (object)
  "True if OBJECT is a single-float or a double-float."
  (or (%singlep object) (%doublep object)))

(defun complexp (object)
  "True if OBJECT is a complex number."
  (%complexp object))

(defun realp (object)
  "True if OBJECT is a rational or a float."
  (or (%fixnump object) (%doublep object) (%singlep object) (%bignump object) (%ratiop object)))

(defun numberp (object)
  "True if OBJECT is a number."
  (or (realp object) (%complexp object)))

(declaim (inline %check-integer %check-real %check-number))

(defun %check-integer (object)
  "OBJECT, which must be an integer."
  (if (integerp object) object (%wrong-type object 'integer)))

(defun %check-real (object)
  "OBJECT, which must be a real."
  (if (realp object) object (%wrong-type object 'real)))

(defun %check-number (object)
  "OBJECT, which must be a number."
  (if (numberp object) object (%wrong-type object 'number)))

;;; The doors to the tower

(defun %tower-1 (operation a)
  "Call the unary OPERATION of the tower, a symbol, on A, not an integer; gives all its values."
  (let ((function (%symbol-function operation)))
    (if function
        (funcall function a)
        (%wrong-type a 'integer))))

(defun %tower-2 (operation a b)
  "Call the binary OPERATION of the tower, a symbol, on A and B, not both integers; gives all its values."
  (let ((function (%symbol-function operation)))
    (if function
        (funcall function a b)
        (%wrong-type (if (integerp a) b a) 'integer))))

(defmacro %define-slow-path (name operation tower documentation)
  "Define the function NAME of two arguments: OPERATION on integers, the tower function TOWER on others."
  `(defun ,name (a b)
     ,documentation
     (if (and (integerp a) (integerp b))
         (,operation a b)
         (%tower-2 ',tower a b))))

(declaim (inline %integer-less-p %integer-less-equal-p))

(defun %integer-less-p (a b)
  (%fix< (%integer-compare a b) 0))

(defun %integer-less-equal-p (a b)
  (%fix<= (%integer-compare a b) 0))

(%define-slow-path %add-slow %integer-add %tower-add
  "A + B for any objects.  Signals a type-error for a non-number, and an arithmetic-error where floats call for it.")
(%define-slow-path %sub-slow %integer-sub %tower-sub
  "A - B for any objects; errors as for %ADD-SLOW.")
(%define-slow-path %mul-slow %integer-mul %tower-mul
  "A * B for any objects; errors as for %ADD-SLOW.")
(%define-slow-path %less-slow %integer-less-p %tower-less
  "True if A < B, for any objects.  Signals a type-error for a non-real; false if one is a NaN.")
(%define-slow-path %less-equal-slow %integer-less-equal-p %tower-less-equal
  "True if A <= B, for any objects; errors as for %LESS-SLOW.")
(%define-slow-path %num-equal-slow %integer-equal %tower-equal
  "True if A = B, for any objects.  Signals a type-error for a non-number; false if one is a NaN.")

;;; Sums and products

(defun + (&rest numbers)
  "The sum of NUMBERS, 0 for none."
  (if (null numbers)
      0
      (let ((sum (%check-number (car numbers))))
        (dolist (number (cdr numbers) sum)
          (setq sum (+ sum number))))))

(defun * (&rest numbers)
  "The product of NUMBERS, 1 for none."
  (if (null numbers)
      1
      (let ((product (%check-number (car numbers))))
        (dolist (number (cdr numbers) product)
          (setq product (* product number))))))

(defun %negate (number)
  "Minus NUMBER; differs from 0 - NUMBER for the float 0.0, which gives -0.0."
  (if (integerp number)
      (%integer-negate number)
      (%tower-1 '%tower-negate number)))

(defun - (number &rest more)
  "NUMBER less each of MORE, or minus NUMBER if there are no more."
  (if (null more)
      (%negate number)
      (dolist (next more number)
        (setq number (- number next)))))

(defun 1+ (number)
  "NUMBER + 1."
  (+ number 1))

(defun 1- (number)
  "NUMBER - 1."
  (- number 1))

;;; Comparisons.  Every operand is compared, and so checked, also behind one that decides the answer.

(defmacro %define-comparison (name check documentation)
  `(defun ,name (number &rest more)
     ,documentation
     (,check number)
     (let ((result t))
       (dolist (next more result)
         (unless (,name number next) (setq result nil))
         (setq number next)))))

(%define-comparison = %check-number "True if all numbers are equal in value, whatever their types.")
(%define-comparison < %check-real "True if the reals increase from each to the next.")
(%define-comparison > %check-real "True if the reals decrease from each to the next.")
(%define-comparison <= %check-real "True if no real is greater than the next.")
(%define-comparison >= %check-real "True if no real is less than the next.")

(defun /= (number &rest more)
  "True if no two of the numbers are equal in value."
  (%check-number number)
  (let ((result t))
    (do ((rest more (cdr rest)))
        ((null rest) result)
      (dolist (next rest)
        (when (= number next) (setq result nil)))
      (setq number (car rest)))))

(defun zerop (number)
  "True if NUMBER is zero of any type."
  (= number 0))

(defun plusp (real)
  "True if REAL is greater than zero."
  (> real 0))

(defun minusp (real)
  "True if REAL is less than zero; -0.0 is not."
  (< real 0))

(defun evenp (integer)
  "True if INTEGER is divisible by 2."
  (not (%integer-odd-p (%check-integer integer))))

(defun oddp (integer)
  "True if INTEGER is not divisible by 2."
  (%integer-odd-p (%check-integer integer)))

(defun max (real &rest more)
  "The greatest argument, unchanged, and of equal ones the first."
  (%check-real real)
  (dolist (next more real)
    (when (< real next) (setq real next))))

(defun min (real &rest more)
  "The least argument, unchanged, and of equal ones the first."
  (%check-real real)
  (dolist (next more real)
    (when (< next real) (setq real next))))

(defun abs (number)
  "The absolute value of NUMBER; of a complex number its distance from zero, a float."
  (if (integerp number)
      (if (%integer-negative-p number) (%integer-negate number) number)
      (%tower-1 '%tower-abs number)))
