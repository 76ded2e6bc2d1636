;;;; The elementary functions of the standard: exponential, logarithm, roots, trigonometric and hyperbolic functions.
;;;;
;;;; All are computed with doubles; the results for other arguments than doubles are rounded to singles.  A real
;;;; argument outside the real domain of a function gives a complex result.  Non-numbers signal a type-error.

(in-package "CLYSM.LIBRARY")

(defun %to-singles (number)
  "NUMBER, a double or a complex number of doubles, in single format."
  (if (%complexp number)
      (%make-complex (%to-single (%realpart number)) (%to-single (%imagpart number)))
      (%to-single number)))

(defun %checked-elementary (operation result argument)
  "RESULT of OPERATION on the double ARGUMENT.  Signals floating-point-overflow if only RESULT is infinite."
  (if (and (%doublep result) (not (%finite-double-p result)) (%finite-double-p argument))
      (%overflow operation (list argument))
      result))

(defun %checked-complex (operation result x y)
  "As %CHECKED-ELEMENTARY for a complex RESULT and the argument X + Y i."
  (if (and (not (and (%finite-double-p (%realpart result)) (%finite-double-p (%imagpart result))))
           (%finite-double-p x)
           (%finite-double-p y))
      (%overflow operation (list (%make-complex x y)))
      result))

(defmacro %apply-elementary (name number real complex)
  "Apply the function NAME to the variable NUMBER: REAL is the function of a double, COMPLEX that of two double parts."
  (let ((x (gensym)) (y (gensym)) (result (gensym)))
    `(cond ((%doublep ,number) (%checked-elementary ',name (,real ,number) ,number))
           ((%complexp ,number)
            (let* ((,x (%to-double (%realpart ,number)))
                   (,y (%to-double (%imagpart ,number)))
                   (,result (%checked-complex ',name (,complex ,x ,y) ,x ,y)))
              (if (%doublep (%realpart ,number)) ,result (%to-singles ,result))))
           (t (let ((,x (%to-double (%check-number ,number))))
                (%to-singles (%checked-elementary ',name (,real ,x) ,x)))))))

(defmacro %define-elementary (name real complex documentation)
  `(defun ,name (number)
     ,documentation
     (%apply-elementary ,name number ,real ,complex)))

;;; Functions with a real result for every real

(%define-elementary exp %double-exp %complex-exp
  "e to the power of NUMBER.  Signals floating-point-overflow.")
(%define-elementary sin %double-sin %complex-sin
  "The sine of NUMBER, in radians.")
(%define-elementary cos %double-cos %complex-cos
  "The cosine of NUMBER, in radians.")
(%define-elementary tan %double-tan %complex-tan
  "The tangent of NUMBER, in radians.")
(%define-elementary sinh %double-sinh %complex-sinh
  "The hyperbolic sine of NUMBER.  Signals floating-point-overflow.")
(%define-elementary cosh %double-cosh %complex-cosh
  "The hyperbolic cosine of NUMBER.  Signals floating-point-overflow.")
(%define-elementary tanh %double-tanh %complex-tanh
  "The hyperbolic tangent of NUMBER.")
(%define-elementary asinh %double-asinh %complex-asinh
  "The inverse hyperbolic sine of NUMBER.")

;;; Functions with a bounded real domain.  On a branch cut the result is the one that the standard calls continuous with
;;; the quadrant on that side.

(defconstant %half-pi 1.5707963267948966d0)

(defun %real-sqrt (x)
  (if (%double< x 0d0)
      (%make-complex 0d0 (%double-sqrt (%double-neg x)))
      (%double-sqrt x)))

(defun %real-asin (x)
  (cond ((%double< 1d0 x) (%make-complex %half-pi (%double-neg (%double-acosh x))))
        ((%double< x -1d0) (%make-complex (%double-neg %half-pi) (%double-acosh (%double-neg x))))
        (t (%double-asin x))))

(defun %real-acos (x)
  (cond ((%double< 1d0 x) (%make-complex 0d0 (%double-acosh x)))
        ((%double< x -1d0) (%make-complex 3.141592653589793d0 (%double-neg (%double-acosh (%double-neg x)))))
        (t (%double-acos x))))

(defun %real-acosh (x)
  (cond ((%double< x -1d0) (%make-complex (%double-acosh (%double-neg x)) 3.141592653589793d0))
        ((%double< x 1d0) (%make-complex 0d0 (%double-acos x)))
        (t (%double-acosh x))))

(defun %real-atanh (x)
  (let ((size (%double-abs x)))
    (cond ((%double= size 1d0) (%division-by-zero 'atanh 1 0))
          ((%double< 1d0 size) (%make-complex (%double-atanh (d/ 1d0 x)) (%signed-like x %half-pi)))
          (t (%double-atanh x)))))

(%define-elementary sqrt %real-sqrt %complex-sqrt
  "The principal square root of NUMBER, a float; complex for a negative NUMBER.")
(%define-elementary asin %real-asin %complex-asin
  "The arc sine of NUMBER, in radians; complex for a real beyond -1 and 1.")
(%define-elementary acos %real-acos %complex-acos
  "The arc cosine of NUMBER, in radians; complex for a real beyond -1 and 1.")
(%define-elementary acosh %real-acosh %complex-acosh
  "The inverse hyperbolic cosine of NUMBER; complex for a real below 1.")
(%define-elementary atanh %real-atanh %complex-atanh
  "The inverse hyperbolic tangent of NUMBER; complex for a real beyond -1 and 1.
Signals division-by-zero for -1 and 1.")

(defun %real-atan (x)
  (%double-atan2 x 1d0))

(defun %in-common-format (double a b)
  "DOUBLE in the format of a result of the numbers A and B: a double if one has double parts, else a single."
  (if (or (%doublep (realpart a)) (%doublep (realpart b))) double (%to-singles double)))

(defun %promoted (number other)
  "NUMBER, or its value with double parts if the number OTHER has them."
  (if (%doublep (realpart other)) (* number 1d0) number))

(defun atan (y &optional (x nil x-p))
  "The arc tangent of the number Y in radians, or the angle of the point with the real coordinates X and Y."
  (if x-p
      (%in-common-format (%double-atan2 (%to-double (%check-real y)) (%to-double (%check-real x))) x y)
      (%apply-elementary atan y %real-atan %complex-atan)))

;;; Logarithm

(defun %positive-log-parts (number)
  "High and low part of the natural logarithm of a finite real > 0, also if it is too large or small for a double."
  (cond ((and (integerp number) (> (integer-length number) 1000))
         (let ((shift (- (integer-length number) 64)))
           (multiple-value-bind (h l) (%positive-log-parts (ash number (- shift)))
             (let ((steps (%integer->double shift)))
               (dd+ (d* steps 0.6931471805592082d0) (d* steps 7.371002565167799d-13) h l)))))
        ((and (%ratiop number)
              (> (abs (- (integer-length (%numerator number)) (integer-length (%denominator number)))) 1000))
         (multiple-value-bind (n n-low) (%positive-log-parts (%numerator number))
           (multiple-value-bind (d d-low) (%positive-log-parts (%denominator number))
             (dd+ n n-low (%double-neg d) (%double-neg d-low)))))
        (t (%double-log-parts (%to-double number)))))

(defun %infinite-or-nan-p (number)
  (and (floatp number) (not (%finite-double-p (%to-double number)))))

(defun %natural-log (number)
  "The natural logarithm of NUMBER."
  (cond ((%complexp number)
         (let ((result (%complex-log (%to-double (%realpart number)) (%to-double (%imagpart number)))))
           (if (%doublep (%realpart number)) result (%to-singles result))))
        ((zerop number) (%division-by-zero 'log 1 number))
        ((minusp number)
         (let ((size (%natural-log (- number))))
           (%make-complex size (float 3.141592653589793d0 size))))
        ((%infinite-or-nan-p number) number)
        ((%doublep number) (%double-log number))
        (t (%to-single (values (%positive-log-parts number))))))

(defun log (number &optional (base nil base-p))
  "The logarithm of NUMBER to BASE, or the natural one; complex for a negative NUMBER; zero for the base zero.
Signals division-by-zero if NUMBER is zero or BASE is one."
  (%check-number number)
  (cond ((not base-p) (%natural-log number))
        ((zerop base) (%in-common-format 0d0 number base))
        ((= base 1) (%division-by-zero 'log number base))
        ((and (realp number) (realp base) (> number 0) (> base 0)
              (not (or (%infinite-or-nan-p number) (%infinite-or-nan-p base))))
         (multiple-value-bind (n n-low) (%positive-log-parts number)
           (multiple-value-bind (b b-low) (%positive-log-parts base)
             (%in-common-format (values (dd/ n n-low b b-low)) number base))))
        (t (%divide (%natural-log (%promoted number base)) (%natural-log (%promoted base number))))))

;;; Polar coordinates

(defun %complex-abs (number)
  "The absolute value of the complex NUMBER.  Signals floating-point-overflow."
  (let* ((x (%to-double (%realpart number)))
         (y (%to-double (%imagpart number)))
         (length (%double-hypot x y)))
    (when (and (not (%finite-double-p length)) (%finite-double-p x) (%finite-double-p y))
      (%overflow 'abs (list number)))
    (if (%doublep (%realpart number)) length (%to-single length))))

(defun phase (number)
  "The angle of NUMBER in the complex plane, in (-pi, pi]."
  (cond ((%complexp number) (atan (%imagpart number) (%realpart number)))
        ((floatp number) (float (if (%float-negative-p number) 3.141592653589793d0 0d0) number))
        ((minusp number) (%to-single 3.141592653589793d0))
        (t 0f0)))

(defun cis (radians)
  "The complex number of length 1 with the angle of RADIANS, a real."
  (%check-real radians)
  (%make-complex (cos radians) (sin radians)))
