;;;; Floats: traps, conversion from and to rationals, and the parts of a float.
;;;;
;;;; Floats are IEEE 754 binary32 and binary64.  Arithmetic in Wasm never traps, so results that are not finite are
;;;; looked at here: they signal as with the traps for overflow, division by zero and invalid operations enabled.
;;;; Infinities and NaNs that come in as operands pass through.

(in-package "CLYSM.LIBRARY")

;;; Traps

(declaim (inline %finite-double-p %finite-single-p %nan-p))

(defun %finite-double-p (double)
  "True if DOUBLE is neither infinite nor a NaN."
  (%double= (%double- double double) 0d0))

(defun %finite-single-p (single)
  "True if SINGLE is neither infinite nor a NaN."
  (%single= (%single- single single) 0f0))

(defun %nan-p (double)
  "True if DOUBLE is a NaN."
  (not (%double= double double)))

(defun %invalid-operation (operation operands)
  (error 'floating-point-invalid-operation :operation operation :operands operands))

(defun %overflow (operation operands)
  (error 'floating-point-overflow :operation operation :operands operands))

(defun %float-trap (operation result a b)
  "RESULT, not finite, of OPERATION on the floats A and B of its format; signals unless an operand explains it."
  (flet ((value (float) (if (%singlep float) (%single->double float) float)))
    (let ((x (value a)) (y (value b)))
      (cond ((or (%nan-p x) (%nan-p y)) result)
            ((%nan-p (value result)) (%invalid-operation operation (list a b)))
            ((not (and (%finite-double-p x) (%finite-double-p y))) result)
            ((and (eq operation '/) (%double= y 0d0)) (%division-by-zero operation a b))
            (t (%overflow operation (list a b)))))))

(defmacro %checked-double (operation form a b)
  "The double FORM, the result of OPERATION on the doubles A and B, or the error that it stands for."
  `(let ((result ,form))
     (if (%finite-double-p result) result (%float-trap ',operation result ,a ,b))))

(defmacro %checked-single (operation form a b)
  "As %CHECKED-DOUBLE, for singles."
  `(let ((result ,form))
     (if (%finite-single-p result) result (%float-trap ',operation result ,a ,b))))

;;; Rationals to floats

(defun %round-to-bits (n d digits least)
  "Integers m and e such that m * 2^e is the rational N / D > 0 rounded to DIGITS bits, half to even, where e >= LEAST."
  (let* ((size (- (integer-length n) (integer-length d)))
         ;; The quotient has DIGITS + 2 or 3 bits, or fewer if those would be below 2^LEAST.
         (shift (min (- (+ digits 2) size) (- 2 least))))
    (multiple-value-bind (q r)
        (if (minusp shift)
            (%integer-truncate n (ash d (- shift)))
            (%integer-truncate (ash n shift) d))
      (let* ((excess (max (- (integer-length q) digits) (+ least shift)))
             (m (ash q (- excess)))
             (rest (%ldb excess 0 q))
             (half (ash 1 (- excess 1))))
        (values (if (or (> rest half)
                        (and (= rest half) (or (not (eq r 0)) (oddp m))))
                    (+ m 1)
                    m)
                (- excess shift))))))

(defun %rational->double-value (n d digits least)
  "The rational N / D, D > 0, rounded as by %ROUND-TO-BITS, as a double; infinite if it is too large for a double."
  (cond ((eq n 0) 0d0)
        ((minusp n) (%double-neg (%rational->double-value (- n) d digits least)))
        (t (multiple-value-bind (m e) (%round-to-bits n d digits least)
             (%double-scale (%integer->double m) (max -3000 (min 3000 e)))))))

(defun %rational->double (rational)
  "The double nearest to RATIONAL, infinite if it is too large."
  (if (%ratiop rational)
      (%rational->double-value (%numerator rational) (%denominator rational) 53 -1074)
      (%integer->double rational)))

(defun %rational->single (rational)
  "The single nearest to RATIONAL, infinite if it is too large."
  (if (%ratiop rational)
      (%double->single (%rational->double-value (%numerator rational) (%denominator rational) 24 -149))
      (%integer->single rational)))

(defun %to-double (number)
  "The double nearest to the real NUMBER.  Signals a type-error for a non-real, and floating-point-overflow."
  (cond ((%doublep number) number)
        ((%fixnump number) (%fix->double number))
        ((%singlep number) (%single->double number))
        (t (let ((result (%rational->double (%check-real number))))
             (if (%finite-double-p result) result (%overflow 'float (list number)))))))

(defun %to-single (number)
  "The single nearest to the real NUMBER; errors as for %TO-DOUBLE."
  (cond ((%singlep number) number)
        ((%doublep number)
         (let ((result (%double->single number)))
           (if (or (%finite-single-p result) (not (%finite-double-p number)))
               result
               (%overflow 'float (list number)))))
        (t (let ((result (%rational->single (%check-real number))))
             (if (%finite-single-p result) result (%overflow 'float (list number)))))))

(defun %check-float (object)
  "OBJECT, which must be a float."
  (if (floatp object) object (%wrong-type object 'float)))

(defun float (number &optional (prototype 0f0 prototype-p))
  "The real NUMBER as a float of the format of PROTOTYPE; without it a float stays and a rational gives a single-float."
  (cond ((%doublep (%check-float prototype)) (%to-double number))
        ((and (floatp number) (not prototype-p)) number)
        (t (%to-single number))))

;;; Parts of floats.  Singles are decoded as doubles: each is one exactly.

(defun %check-finite (operation float)
  "The double of the value of FLOAT, which must be a finite float."
  (let ((double (if (%doublep float) float (%single->double (%check-float float)))))
    (if (%finite-double-p double) double (%invalid-operation operation (list float)))))

(defun %double-parts (double)
  "Integers m >= 0 and e: the magnitude of DOUBLE is m * 2^e, and m has 53 bits unless DOUBLE is subnormal or zero."
  (values (%double-significand double)
          (%fix- (max 1 (%double-biased-exponent double)) 1075)))

(defun %float-parts (float double)
  "As %DOUBLE-PARTS for FLOAT, whose value is DOUBLE; m has 24 bits for a single that is neither subnormal nor zero."
  (multiple-value-bind (m e) (%double-parts double)
    (if (%doublep float)
        (values m e)
        (let ((shift (max 29 (%fix- -149 e))))
          (values (ash m (- shift)) (%fix+ e shift))))))

(defun integer-decode-float (float)
  "Significand, an integer, exponent of two, and sign, 1 or -1, of FLOAT.  A zero has exponent 0.
Signals floating-point-invalid-operation for an infinity or NaN."
  (let ((double (%check-finite 'integer-decode-float float)))
    (multiple-value-bind (m e) (%float-parts float double)
      (values m (if (eq m 0) 0 e) (if (%double-negative-p double) -1 1)))))

(defun decode-float (float)
  "Significand, a float in [0.5, 1) or zero, exponent of two, and sign, 1.0 or -1.0, of FLOAT.
Signals floating-point-invalid-operation for an infinity or NaN."
  (let ((double (%check-finite 'decode-float float)))
    (multiple-value-bind (m e) (%double-parts double)
      (let ((exponent (if (eq m 0) 0 (+ e (integer-length m)))))
        (values (float (%double-scale (%double-abs double) (- exponent)) float)
                exponent
                (float (if (%double-negative-p double) -1 1) float))))))

(defun scale-float (float power)
  "FLOAT times 2 to the integer POWER.  Signals floating-point-overflow."
  (%check-integer power)
  (let* ((double (if (%doublep float) float (%single->double (%check-float float))))
         (scaled (%double-scale double (max -3000 (min 3000 power)))))
    (if (or (%finite-double-p scaled) (not (%finite-double-p double)))
        (float scaled float)
        (%overflow 'scale-float (list float power)))))

(defun float-radix (float)
  "The radix of the representation of FLOAT: 2."
  (%check-float float)
  2)

(defun float-digits (float)
  "The number of bits of the significand in the format of FLOAT."
  (if (%doublep (%check-float float)) 53 24))

(defun float-precision (float)
  "The number of bits of the significand of FLOAT itself: less than its format has if subnormal, 0 for zero."
  (integer-length (values (integer-decode-float float))))

(defun %float-negative-p (float)
  "True if the sign of FLOAT is minus, also for zeros and NaNs."
  (%double-negative-p (if (%doublep float) float (%single->double (%check-float float)))))

(defun float-sign (sign &optional (magnitude (float 1 sign)))
  "A float with the sign of the float SIGN and the absolute value of the float MAGNITUDE, in the larger format."
  (let ((size (abs (if (%doublep sign) (float (%check-float magnitude) sign) (%check-float magnitude)))))
    (if (%float-negative-p sign) (- size) size)))

;;; Floats to rationals

(defun rational (number)
  "The rational with exactly the value of the real NUMBER.
Signals floating-point-invalid-operation for an infinity or NaN."
  (if (rationalp number)
      number
      (let ((double (%check-finite 'rational (%check-real number))))
        (multiple-value-bind (m e) (%double-parts double)
          (let ((magnitude (if (minusp e)
                               (let ((zeros (min (- e) (%trailing-zeros m))))
                                 (%reduced (ash m (- zeros)) (ash 1 (- (+ e zeros)))))
                               (ash m e))))
            (if (%double-negative-p double) (- magnitude) magnitude))))))

(defun %trailing-zeros (integer)
  "The number of zero bits below the lowest one bit of INTEGER; above that of any double's significand for zero."
  (if (eq integer 0)
      2000
      (- (integer-length (logand integer (- integer))) 1)))

(defun %simplest-rational (low high)
  "The rational with the least denominator between the rationals 0 <= LOW < HIGH, both excluded."
  ;; The continued fractions of the bounds agree up to the term where the result ends; p / q are its convergents.
  (let ((p0 0) (p1 1) (q0 1) (q1 0))
    (loop
      (let ((next (+ (floor low) 1)))
        (when (or (null high) (< next high))
          (return (%quotient (+ (* next p1) p0) (+ (* next q1) q0))))
        (let ((term (- next 1)))
          (psetq p0 p1  p1 (+ (* term p1) p0)
                 q0 q1  q1 (+ (* term q1) q0)
                 low (%rational-div 1 (%rational-sub high term))
                 ;; NIL: no upper bound.
                 high (if (= low term) nil (%rational-div 1 (%rational-sub low term)))))))))

(defun rationalize (number)
  "The simplest rational that, as a float of the format of the real NUMBER, is NUMBER.
Signals floating-point-invalid-operation for an infinity or NaN."
  (if (rationalp number)
      number
      (multiple-value-bind (m e sign) (integer-decode-float (%check-real number))
        (if (or (eq m 0) (>= e 0))
            (rational number)
            (let ((unit (ash 1 (- 1 e))))
              (* sign (%simplest-rational (%quotient (- (* 2 m) 1) unit) (%quotient (+ (* 2 m) 1) unit))))))))
