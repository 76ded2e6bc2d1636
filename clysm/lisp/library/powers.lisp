;;;; EXPT for other numbers than integers with powers that are not negative.

(in-package "CLYSM.LIBRARY")

(defun %rational-power (base power)
  "The rational BASE to the integer POWER.  Signals division-by-zero for zero to a negative power."
  (if (minusp power)
      (%rational-div 1 (%rational-power base (- power)))
      (%reduced (%integer-power (%rational-numerator base) power)
                (%integer-power (%rational-denominator base) power))))

(defun %complex-integer-power (base power)
  "The complex BASE to the integer POWER, by multiplication."
  (cond ((eq power 0) (+ 1 (* 0 base)))
        ((minusp power) (%divide 1 (%complex-integer-power base (- power))))
        (t (%power base power))))

(defun %signed-double-power (x y)
  "X^Y for doubles, X not zero, and Y an integer if X is negative."
  (cond ((%double= y 0d0) 1d0)
        ((or (%nan-p x) (%nan-p y)) (d+ x y))
        ((%double-negative-p x)
         (let ((size (%signed-double-power (%double-neg x) y)))
           (if (%double= (%double-trunc (d* y 0.5d0)) (d* y 0.5d0)) size (%double-neg size))))
        ((and (%finite-double-p x) (%finite-double-p y)) (%double-power x y))
        ((%double= x 1d0) 1d0)
        ;; Infinite or zero: by whether the power of the logarithm grows.
        ((%double< (d* y (d- x 1d0)) 0d0) 0d0)
        (t (%double-abs (d* x y)))))

(defun %real-power (base power)
  "The real BASE to the real POWER, with doubles; not zero to a power, nor a negative base to a fraction."
  (let* ((x (%to-double base))
         (y (%to-double power))
         (result (%signed-double-power x y)))
    (when (and (not (%finite-double-p result)) (%finite-double-p x) (%finite-double-p y))
      (%overflow 'expt (list base power)))
    (%in-common-format result base power)))

(defun %float-of-integer-p (float)
  "True if FLOAT is an integer in value; an infinity is one."
  (let ((double (%to-double float)))
    (%double= double (%double-trunc double))))

(defun %power-of-zero (base power)
  "The zero BASE to POWER, which is not an integer."
  (cond ((> (realpart power) 0)
         (if (or (%complexp base) (%complexp power)) (* base power) (%in-common-format 0d0 base power)))
        ((zerop power) (+ 1 (* base power)))
        (t (%division-by-zero 'expt base power))))

(defun %power-of-negative (base power)
  "The negative real BASE to the real POWER that has a fraction: |base|^power at the angle power * pi."
  (let* ((size (%to-double (%real-power (- (%to-double base)) power)))
         (angle (d* 3.141592653589793d0 (%to-double power))))
    (%in-common-format (%make-complex (d* size (%double-cos angle)) (d* size (%double-sin angle))) base power)))

(defun %integer-power-of (base power)
  "Any number BASE to the integer POWER."
  (cond ((rationalp base) (%rational-power base power))
        ((%complexp base) (%complex-integer-power base power))
        ((eq power 0) (float 1 base))
        ((not (zerop base)) (%real-power base power))
        ((minusp power) (%division-by-zero 'expt base power))
        ((oddp power) base)
        (t (abs base))))

(defun %tower-expt (base power)
  "EXPT of two numbers that are not an integer and an integer >= 0."
  (%check-number base)
  (%check-number power)
  (cond ((integerp power) (%integer-power-of base power))
        ((zerop base) (%power-of-zero base power))
        ((or (%complexp base) (%complexp power)) (exp (* power (log (%promoted base power)))))
        ((or (not (minusp base)) (and (floatp power) (%float-of-integer-p power))) (%real-power base power))
        (t (%power-of-negative base power))))
