;;;; Division of ratios and floats: the four roundings, the same with a float as quotient, mod and rem.

(in-package "CLYSM.LIBRARY")

(defun %divide-rationals (divide a b)
  "Quotient and remainder of two rationals, B not zero; DIVIDE is the function FLOOR, CEILING, TRUNCATE or ROUND."
  (let ((ad (%rational-denominator a)) (bd (%rational-denominator b)))
    (multiple-value-bind (q r) (funcall divide (* (%rational-numerator a) bd) (* (%rational-numerator b) ad))
      (values q (%quotient r (* ad bd))))))

(defun %divide-float-by-one (divide float)
  "Quotient and remainder of FLOAT and 1."
  (let* ((double (%check-finite divide float))
         (rounded (%rounded-double divide double)))
    (values (%double->integer rounded)
            (float (%double- double rounded) float))))

(defun %rounded-double (divide double)
  "DOUBLE rounded to an integer as the function DIVIDE, a symbol, does; a double."
  (case divide
    (floor (%double-floor double))
    (ceiling (%double-ceil double))
    (truncate (%double-trunc double))
    (t (%double-nearest double))))

(defun %divide-floats (divide a b)
  "Quotient and remainder of two floats of one format; both are exact until the remainder becomes a float."
  (let ((x (%check-finite divide a)) (y (%check-finite divide b)))
    (when (%double= y 0d0) (%division-by-zero divide a b))
    (multiple-value-bind (q r) (%divide-rationals divide (rational x) (rational y))
      (values q (float r a)))))

(defun %divide-reals (divide a b)
  "Quotient, an integer, and remainder of two reals; DIVIDE is the symbol FLOOR, CEILING, TRUNCATE or ROUND."
  (%check-real a)
  (%check-real b)
  (cond ((and (eq b 1) (floatp a)) (%divide-float-by-one divide a))
        ((or (%doublep a) (%doublep b)) (%divide-floats divide (%to-double a) (%to-double b)))
        ((or (%singlep a) (%singlep b)) (%divide-floats divide (%to-single a) (%to-single b)))
        ((eq b 0) (%division-by-zero divide a b))
        (t (%divide-rationals divide a b))))

(defun %tower-truncate (a b)
  "TRUNCATE of reals that are not both integers."
  (%divide-reals 'truncate a b))

(defun %tower-floor (a b)
  "FLOOR of reals that are not both integers."
  (%divide-reals 'floor a b))

(defun %tower-ceiling (a b)
  "CEILING of reals that are not both integers."
  (%divide-reals 'ceiling a b))

(defun %tower-round (a b)
  "ROUND of reals that are not both integers."
  (%divide-reals 'round a b))

(defun %tower-rem (a b)
  "REM of reals that are not both integers."
  (multiple-value-bind (q r) (%divide-reals 'truncate a b)
    (declare (ignore q))
    r))

(defun %tower-mod (a b)
  "MOD of reals that are not both integers."
  (multiple-value-bind (q r) (%divide-reals 'floor a b)
    (declare (ignore q))
    r))

;;; The quotient as a float

(defun %divide-to-float (divide a b)
  "Quotient, a float, and remainder of two reals; the quotient of rationals is a single-float."
  (if (and (eq b 1) (floatp a))
      (let* ((double (if (%doublep a) a (%single->double a)))
             (rounded (%rounded-double divide double)))
        (values (float rounded a)
                (if (%finite-double-p double) (float (%double- double rounded) a) (float 0 a))))
      (multiple-value-bind (q r) (%divide-reals divide a b)
        (values (if (or (%doublep a) (%doublep b)) (%to-double q) (%to-single q))
                r))))

(defun ffloor (number &optional (divisor 1))
  "FLOOR with the quotient as a float."
  (%divide-to-float 'floor number divisor))

(defun fceiling (number &optional (divisor 1))
  "CEILING with the quotient as a float."
  (%divide-to-float 'ceiling number divisor))

(defun ftruncate (number &optional (divisor 1))
  "TRUNCATE with the quotient as a float."
  (%divide-to-float 'truncate number divisor))

(defun fround (number &optional (divisor 1))
  "ROUND with the quotient as a float."
  (%divide-to-float 'round number divisor))
