;;;; Sine, cosine and tangent of doubles, with errors little above half a unit in the last place for any argument.

(in-package "CLYSM.LIBRARY")

;;; Reduction to a quadrant

(defun %arc-cotangent-integer (n bits)
  "atan(1 / N) * 2^BITS, up to BITS units too small or large."
  (let* ((term (%integer-quotient (ash 1 bits) n))
         (sum term)
         (square (* n n))
         (divisor 1)
         (sign -1))
    (loop
      (setq term (%integer-quotient term square)
            divisor (+ divisor 2))
      (when (eq term 0) (return sum))
      (setq sum (+ sum (* sign (%integer-quotient term divisor)))
            sign (- sign)))))

(defun %pi-integer (bits)
  "pi * 2^BITS rounded down, from Machin's formula pi / 4 = 4 atan(1 / 5) - atan(1 / 239)."
  (let ((guarded (+ bits 32)))
    (ash (* 4 (- (* 4 (%arc-cotangent-integer 5 guarded)) (%arc-cotangent-integer 239 guarded))) -32)))

(defconstant %angle-bits 1280
  "Bits of 2 / pi behind the point: as many as the largest double needs, and 250 more.")

(defvar *two-over-pi* nil
  "2 / pi * 2^%angle-bits, an integer; made when an angle first needs it.")

(defun %two-over-pi ()
  (or *two-over-pi*
      (setq *two-over-pi* (%integer-quotient (ash 1 (+ 1 (* 2 %angle-bits))) (%pi-integer %angle-bits)))))

(defun %integer-parts (integer exponent)
  "High and low part of INTEGER * 2^EXPONENT."
  (let* ((high (%integer->double integer))
         (low (%integer->double (- integer (%double->integer high)))))
    (values (%double-scale high exponent) (%double-scale low exponent))))

(defun %reduce-exactly (x)
  "As %REDUCE-ANGLE for a double X > 0: with integers and 2 / pi to more bits than any double needs (Payne and Hanek)."
  (multiple-value-bind (m e) (%double-parts x)
    (let* ((point (- %angle-bits e))
           (quarters (* m (%two-over-pi)))
           (n (ash (+ quarters (ash 1 (- point 1))) (- point)))
           (fraction (- quarters (ash n point)))
           (excess (max 0 (- (integer-length fraction) 160))))
      (multiple-value-bind (h l)
          (%integer-parts (* (ash fraction (- excess)) (%pi-integer 191)) (- excess point 192))
        (values (logand n 3) h l)))))

(defun %reduce-angle (x)
  "Quadrant n from 0 to 3, and high and low part of r, |r| <= pi / 4: the finite double X is r + n pi / 2 and a multiple
of 2 pi."
  (cond ((%double<= (%double-abs x) 0.7853981633974483d0) (values 0 x 0d0))
        ((%double< (%double-abs x) 800000d0)
         (let* ((n (%double->fix (%double-nearest (d* x 0.6366197723675814d0))))
                (quarters (%fix->double n))
                ;; pi / 2 in three parts, of which two have few enough bits for exact products (Cody and Waite).
                (a (d- x (d* quarters 1.5707963267341256d0)))
                (b (d* quarters -6.077100506303966d-11)))
           (with-two-sum (high low) (a b)
             (let ((rest (d- low (d* quarters 2.0222662487959506d-21))))
               (with-fast-two-sum (h l) (high rest)
                 ;; Near a multiple of pi / 2 the parts do not suffice.
                 (if (%double< (%double-abs h) 1d-6)
                     (%reduce-signed-exactly x)
                     (values (%fix-and n 3) h l)))))))
        (t (%reduce-signed-exactly x))))

(defun %reduce-signed-exactly (x)
  "%REDUCE-EXACTLY for X of either sign."
  (if (%double< x 0d0)
      (multiple-value-bind (n h l) (%reduce-exactly (%double-neg x))
        (values (%fix-and (%fix- 0 n) 3) (%double-neg h) (%double-neg l)))
      (%reduce-exactly x)))

;;; Series on the reduced angle: Taylor's, with terms below 2^-57

(defun %small-sine (rh rl)
  "High and low part of sin(RH + RL) for |RH| <= pi / 4."
  (let* ((square (d* rh rh))
         (series (d* rh square
                     (d-polynomial square -0.16666666666666666d0 0.008333333333333333d0 -0.0001984126984126984d0
                                   2.7557319223985893d-6 -2.505210838544172d-8 1.6059043836821613d-10
                                   -7.647163731819816d-13 2.8114572543455206d-15)))
         (rest (d+ series (d* rl (d- 1d0 (d* square 0.5d0))))))
    (with-fast-two-sum (h l) (rh rest)
      (values h l))))

(defun %small-cosine (rh rl)
  "High and low part of cos(RH + RL) for |RH| <= pi / 4."
  (with-two-product (square square-low) (rh rh)
    (let ((half (d* square -0.5d0))
          (series (d* square square
                      (d-polynomial square 0.041666666666666664d0 -0.001388888888888889d0 2.48015873015873d-5
                                    -2.755731922398589d-7 2.08767569878681d-9 -1.1470745597729725d-11
                                    4.779477332387385d-14 -1.5619206968586225d-16))))
      (with-fast-two-sum (high low) (1d0 half)
        (let ((rest (d+ low (d- series (d* square-low 0.5d0) (d* rh rl)))))
          (with-fast-two-sum (h l) (high rest)
            (values h l)))))))

(defun %sine-parts (n rh rl)
  "High and low part of the sine of the angle N, RH, RL of %REDUCE-ANGLE; for the cosine, increase N by one."
  (multiple-value-bind (h l)
      (if (eq (%fix-and n 1) 0) (%small-sine rh rl) (%small-cosine rh rl))
    (if (eq (%fix-and n 2) 0)
        (values h l)
        (values (%double-neg h) (%double-neg l)))))

(defun %trigonometric-operand (operation x)
  "X, which must not be infinite."
  (if (or (%finite-double-p x) (%nan-p x)) x (%invalid-operation operation (list x))))

(defun %double-sin (x)
  "The sine of the double X; a NaN for a NaN.  Signals floating-point-invalid-operation for an infinity."
  (if (or (%double< (%double-abs x) 7d-9) (%nan-p x))
      x
      (multiple-value-bind (n h l) (%reduce-angle (%trigonometric-operand 'sin x))
        (values (%sine-parts n h l)))))

(defun %double-cos (x)
  "The cosine of the double X; errors as for %DOUBLE-SIN."
  (if (%nan-p x)
      x
      (multiple-value-bind (n h l) (%reduce-angle (%trigonometric-operand 'cos x))
        (values (%sine-parts (%fix+ n 1) h l)))))

(defun %double-tan (x)
  "The tangent of the double X; errors as for %DOUBLE-SIN."
  (if (or (%double< (%double-abs x) 7d-9) (%nan-p x))
      x
      (multiple-value-bind (n rh rl) (%reduce-angle (%trigonometric-operand 'tan x))
        (multiple-value-bind (sine sine-low) (%sine-parts n rh rl)
          (multiple-value-bind (cosine cosine-low) (%sine-parts (%fix+ n 1) rh rl)
            (values (dd/ sine sine-low cosine cosine-low)))))))
