;;;; Exact arithmetic of rationals.  A ratio has an integer numerator and a denominator > 1 without a common divisor.

(in-package "CLYSM.LIBRARY")

(declaim (inline %rational-numerator %rational-denominator))

(defun %rational-numerator (rational)
  "The numerator of RATIONAL, an integer or ratio."
  (if (%ratiop rational) (%numerator rational) rational))

(defun %rational-denominator (rational)
  "The denominator of RATIONAL, an integer or ratio."
  (if (%ratiop rational) (%denominator rational) 1))

(defun numerator (rational)
  "The numerator of RATIONAL in lowest terms; it has the sign."
  (if (%ratiop rational)
      (%numerator rational)
      (if (integerp rational) rational (%wrong-type rational 'rational))))

(defun denominator (rational)
  "The denominator of RATIONAL in lowest terms, greater than zero."
  (if (%ratiop rational)
      (%denominator rational)
      (if (integerp rational) 1 (%wrong-type rational 'rational))))

(defun %reduced (numerator denominator)
  "The rational of two integers that have no common divisor; the denominator is not zero."
  (cond ((minusp denominator) (%reduced (- numerator) (- denominator)))
        ((eq denominator 1) numerator)
        (t (%make-ratio numerator denominator))))

(defun %quotient (numerator denominator)
  "The rational of two integers; the denominator is not zero."
  (let ((divisor (%gcd numerator denominator)))
    (if (eq divisor 1)
        (%reduced numerator denominator)
        (%reduced (%integer-quotient numerator divisor) (%integer-quotient denominator divisor)))))

(defmacro %define-rational-sum (name operator documentation)
  "Define NAME of two rationals as OPERATOR, + or -."
  `(defun ,name (a b)
     ,documentation
     (let ((an (%rational-numerator a)) (ad (%rational-denominator a))
           (bn (%rational-numerator b)) (bd (%rational-denominator b)))
       (cond ((eq bd 1) (%reduced (,operator an (* bn ad)) ad))
             ((eq ad 1) (%reduced (,operator (* an bd) bn) bd))
             (t (%quotient (,operator (* an bd) (* bn ad)) (* ad bd)))))))

(%define-rational-sum %rational-add + "A + B of two rationals.")
(%define-rational-sum %rational-sub - "A - B of two rationals.")

(defun %product-of-fractions (an ad bn bd)
  "The rational (AN * BN) / (AD * BD); AN / AD and BN / BD are in lowest terms, and neither AD nor BD is zero."
  ;; Dividing crosswise keeps the products small and leaves nothing to reduce.
  (let ((g (%gcd an bd)) (h (%gcd bn ad)))
    (%reduced (* (%integer-quotient an g) (%integer-quotient bn h))
              (* (%integer-quotient ad h) (%integer-quotient bd g)))))

(defun %rational-mul (a b)
  "A * B of two rationals."
  (if (or (eq a 0) (eq b 0))
      0
      (%product-of-fractions (%rational-numerator a) (%rational-denominator a)
                             (%rational-numerator b) (%rational-denominator b))))

(defun %rational-div (a b)
  "A / B of two rationals.  Signals division-by-zero."
  (cond ((eq b 0) (%division-by-zero '/ a b))
        ((eq a 0) 0)
        (t (%product-of-fractions (%rational-numerator a) (%rational-denominator a)
                                  (%rational-denominator b) (%rational-numerator b)))))

(defun %rational-compare (a b)
  "-1, 0 or 1 as the rational A is less than, equal to or greater than B."
  (%integer-compare (* (%rational-numerator a) (%rational-denominator b))
                    (* (%rational-numerator b) (%rational-denominator a))))
