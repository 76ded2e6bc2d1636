;;;; Floats to and from decimal digits, without loss.

(in-package "CLYSM.LIBRARY")

;;; Printing: the shortest digits that read as the same float.
;;;
;;; The float is R / S; the numbers nearer to it than to its neighbours reach from (R - M-) / S to (R + M+) / S.  Digits
;;; are generated from the left until what is left of the value cannot leave that interval.
;;; Source: R. G. Burger and R. K. Dybvig, Printing floating-point numbers quickly and accurately, 1996; names as there.

(defun %scale-estimate (m e)
  "An integer k or k - 1 for the least k with M * 2^E < 10^k; M > 0."
  (let ((log2 (+ e (integer-length m) -1)))
    ;; log10(2) is between 78913 / 2^18 and 78914 / 2^18; the estimate must not be too large.
    (+ 1 (floor (* log2 (if (minusp log2) 78914 78913)) 262144))))

(defun %generate-digits (r s m+ m- inclusive)
  "The list of digits, the last one first, of R / S < 1 within M- below and M+ above, the bounds too if INCLUSIVE."
  (let ((digits '()))
    (loop
      (multiple-value-bind (digit rest) (truncate (* 10 r) s)
        (setq r rest
              m+ (* 10 m+)
              m- (* 10 m-))
        (let ((low (if inclusive (<= r m-) (< r m-)))
              (high (if inclusive (>= (+ r m+) s) (> (+ r m+) s))))
          (cond ((not (or low high)) (push digit digits))
                ((and low (or (not high) (< (* 2 r) s))) (return (cons digit digits)))
                (t (return (cons (+ digit 1) digits)))))))))

(defun %digit-list->string (digits)
  "The string of DIGITS, a list of weights below 10 with the last one first."
  (let* ((length (length digits))
         (string (%make-string length)))
    (dolist (digit digits string)
      (setq length (%fix- length 1))
      (%set-schar-code string length (%fix+ 48 digit)))))

(defun %float-digits-string (float)
  "The shortest decimal digits that read as FLOAT, finite and > 0, and an integer k: FLOAT is 0.DIGITS * 10^k.
The digits are a simple string that neither starts nor ends with zero; of several shortest ones they are the nearest."
  (multiple-value-bind (m e) (integer-decode-float float)
    (let* ((narrow (and (= m (if (%doublep float) 4503599627370496 8388608))
                        (> e (if (%doublep float) -1074 -149))))
           (narrow-bits (if narrow 2 1))
           (k (%scale-estimate m e))
           (r (ash m (+ (max e 0) narrow-bits)))
           (s (ash 1 (+ (max (- e) 0) narrow-bits)))
           (m- (ash 1 (max e 0)))
           (m+ (if narrow (ash m- 1) m-))
           (inclusive (evenp m)))
      (if (minusp k)
          (let ((scale (%integer-power 10 (- k))))
            (setq r (* r scale) m+ (* m+ scale) m- (* m- scale)))
          (setq s (* s (%integer-power 10 k))))
      (when (if inclusive (>= (+ r m+) s) (> (+ r m+) s))
        (setq s (* s 10) k (+ k 1)))
      (values (%digit-list->string (%generate-digits r s m+ m- inclusive)) k))))

;;; Reading

(defun %exact-power-of-ten (n)
  "10^N as a double, for N from 0 to 22, where it is exact."
  (%integer->double (%integer-power 10 n)))

(defun %decimal->double (digits exponent)
  "The double nearest to DIGITS * 10^EXPONENT, infinite if it is too large; DIGITS > 0."
  (if (and (< digits 9007199254740992) (<= -22 exponent 22))
      ;; Both operands are exact, so there is one rounding.
      (if (minusp exponent)
          (%double/ (%integer->double digits) (%exact-power-of-ten (- exponent)))
          (%double* (%integer->double digits) (%exact-power-of-ten exponent)))
      (%decimal->double-value digits exponent 53 -1074)))

(defun %decimal->double-value (digits exponent bits least)
  "As %DECIMAL->DOUBLE, rounded to BITS bits and multiples of 2^LEAST."
  (let ((size (+ exponent (floor (* (integer-length digits) 78913) 262144))))
    ;; The value is from 10^(size - 1) to 10^(size + 1): far out of range there is no need for the power.
    (cond ((> size 400) (%double-scale 1d0 2000))
          ((< size -400) 0d0)
          ((minusp exponent) (%rational->double-value digits (%integer-power 10 (- exponent)) bits least))
          (t (%rational->double-value (* digits (%integer-power 10 exponent)) 1 bits least)))))

(defun %make-float-from-decimal (sign digits exponent format)
  "The float nearest to SIGN * DIGITS * 10^EXPONENT, ties to even; SIGN is 1 or -1, DIGITS an integer >= 0, EXPONENT an
integer, FORMAT single-float or double-float.
Signals floating-point-overflow, and floating-point-underflow if digits that are not all zero would give zero."
  (let* ((doublep (eq format 'double-float))
         (magnitude (cond ((eq digits 0) 0d0)
                          (doublep (%decimal->double digits exponent))
                          (t (%single->double (%double->single (%decimal->double-value digits exponent 24 -149)))))))
    (cond ((not (%finite-double-p magnitude)) (%overflow 'float (list sign digits exponent)))
          ((and (%double= magnitude 0d0) (not (eq digits 0)))
           (error 'floating-point-underflow :operation 'float :operands (list sign digits exponent))))
    (let ((value (if (minusp sign) (%double-neg magnitude) magnitude)))
      (if doublep value (%double->single value)))))
