;;;; Division of integers: the four roundings, mod and rem, greatest common divisor, powers and square root.

(in-package "CLYSM.LIBRARY")

(defun %division-by-zero (operator a b)
  (error 'division-by-zero :operation operator :operands (list a b)))

(defun %integer-truncate (a b)
  "Quotient of the integers A and B, B not zero, rounded towards zero, and the remainder, as two values."
  (if (and (%fixnump a) (%fixnump b) (not (eq b -1)))
      (values (%fix-quotient a b) (%fix-remainder a b))
      (let ((both (%integer-divide a b)))
        (values (%car both) (%cdr both)))))

(defmacro %define-division (name (a b q r) tower documentation &body adjustment)
  "Define the rounding division NAME.  ADJUSTMENT sees integers A and B, their truncated quotient Q and remainder R, and
gives both results.  Other numbers go to the tower function TOWER."
  `(defun ,name (,a &optional (,b 1))
     ,documentation
     (cond ((not (and (integerp ,a) (integerp ,b))) (%tower-2 ',tower ,a ,b))
           ((eq ,b 0) (%division-by-zero ',name ,a ,b))
           (t (multiple-value-bind (,q ,r) (%integer-truncate ,a ,b)
                ,@adjustment)))))

(%define-division truncate (number divisor q r) %tower-truncate
  "NUMBER / DIVISOR rounded towards zero, and the remainder.
Signals division-by-zero, and floating-point-invalid-operation if NUMBER is infinite or an operand is a NaN."
  (values q r))

(%define-division floor (number divisor q r) %tower-floor
  "NUMBER / DIVISOR rounded towards negative infinity, and the remainder.  Errors as for TRUNCATE."
  (if (or (eq r 0) (eq (minusp r) (minusp divisor)))
      (values q r)
      (values (- q 1) (+ r divisor))))

(%define-division ceiling (number divisor q r) %tower-ceiling
  "NUMBER / DIVISOR rounded towards positive infinity, and the remainder.  Errors as for TRUNCATE."
  (if (or (eq r 0) (not (eq (minusp r) (minusp divisor))))
      (values q r)
      (values (+ q 1) (- r divisor))))

(%define-division round (number divisor q r) %tower-round
  "NUMBER / DIVISOR rounded to the nearest integer, halves to the even one, and the remainder.  Errors as for TRUNCATE."
  (let ((twice (* 2 (abs r)))
        (size (abs divisor)))
    (cond ((or (< twice size) (and (= twice size) (evenp q))) (values q r))
          ((eq (minusp r) (minusp divisor)) (values (+ q 1) (- r divisor)))
          (t (values (- q 1) (+ r divisor))))))

(defun rem (number divisor)
  "The remainder of TRUNCATE; it has the sign of NUMBER.  Errors as for TRUNCATE."
  (cond ((not (and (integerp number) (integerp divisor))) (%tower-2 '%tower-rem number divisor))
        ((eq divisor 0) (%division-by-zero 'rem number divisor))
        (t (%integer-remainder number divisor))))

(defun mod (number divisor)
  "The remainder of FLOOR; it has the sign of DIVISOR.  Errors as for TRUNCATE."
  (cond ((not (and (integerp number) (integerp divisor))) (%tower-2 '%tower-mod number divisor))
        ((eq divisor 0) (%division-by-zero 'mod number divisor))
        (t (let ((r (%integer-remainder number divisor)))
             (if (or (eq r 0) (eq (minusp r) (minusp divisor)))
                 r
                 (+ r divisor))))))

;;; Divisors and multiples

(defun %fixnum-gcd (a b)
  "The greatest common divisor of two fixnums."
  (do () ((eq b 0) (abs a))
    (psetq a b
           b (%fix-remainder a b))))

(defun %gcd (a b)
  "The greatest common divisor, not negative, of two integers."
  (do () ((and (%fixnump a) (%fixnump b)) (%fixnum-gcd a b))
    (if (eq b 0)
        (return (abs a))
        (psetq a b
               b (%integer-remainder a b)))))

(defun gcd (&rest integers)
  "The greatest common divisor, not negative, of INTEGERS; 0 for none."
  (let ((result 0))
    (dolist (integer integers result)
      (setq result (%gcd result (%check-integer integer))))))

(defun lcm (&rest integers)
  "The least common multiple, not negative, of INTEGERS; 1 for none."
  (let ((result 1))
    (dolist (integer integers result)
      (setq result (if (eq (%check-integer integer) 0)
                       0
                       (abs (* result (%integer-quotient integer (%gcd result integer)))))))))

;;; Powers and roots

(defconstant %integer-length-limit 134217728
  "Bits of the longest integer that ASH and EXPT make: 16 MiB of limbs.")

(defun %check-integer-length (bits)
  "Signal an error if an integer of BITS bits is too long to be made."
  (when (> bits %integer-length-limit)
    (error "an integer of ~d bits is over the limit of ~d bits" bits %integer-length-limit)))

(defun %power (base exponent)
  "BASE, any number, to the integer EXPONENT >= 0 by repeated squaring."
  (let ((result 1))
    (loop
      (when (oddp exponent) (setq result (if (eq result 1) base (* result base))))
      (setq exponent (ash exponent -1))
      (when (eq exponent 0) (return result))
      (setq base (* base base)))))

(defun %integer-power (base exponent)
  "The integer BASE to the integer EXPONENT >= 0.  Signals an error if the result is over the limit of lengths."
  (cond ((eq exponent 0) 1)
        ((or (eq base 0) (eq base 1)) base)
        ((eq base -1) (if (oddp exponent) -1 1))
        (t (%check-integer-length (* exponent (- (integer-length (abs base)) 1)))
           (if (eq base 2) (ash 1 exponent) (%power base exponent)))))

(defun expt (base power)
  "BASE to the POWER: exact if BASE is rational and POWER an integer, a float or complex otherwise.
Signals division-by-zero for zero to a negative power, floating-point-overflow, and an error if an integer gets too
long."
  (if (and (integerp base) (integerp power) (>= power 0))
      (%integer-power base power)
      (%tower-2 '%tower-expt base power)))

(defun isqrt (natural)
  "The greatest integer whose square is not above the integer NATURAL >= 0."
  (unless (and (integerp natural) (>= natural 0)) (%wrong-type natural 'unsigned-byte))
  (if (eq natural 0)
      0
      ;; Newton's method from above: the first step that does not go down ends it.
      (let ((root (ash 1 (ceiling (integer-length natural) 2))))
        (loop
          (let ((next (ash (+ root (%integer-quotient natural root)) -1)))
            (when (>= next root) (return root))
            (setq root next))))))
