;;;; Elementary functions of complex numbers with double parts.
;;;;
;;;; Each function takes the real and the imaginary part and gives a complex number with double parts.  Where a function
;;;; has branch cuts, the sign of a zero tells the side.
;;;; Source: W. Kahan, Branch cuts for complex elementary functions, or much ado about nothing's sign bit, 1987.

(in-package "CLYSM.LIBRARY")

(defun %times-i (z)
  "i * Z."
  (%make-complex (%double-neg (%imagpart z)) (%realpart z)))

(defun %times-minus-i (z)
  "-i * Z."
  (%make-complex (%imagpart z) (%double-neg (%realpart z))))

(defun %complex-exp (x y)
  (let ((size (%double-exp x)))
    (if (%double= y 0d0)
        (%make-complex size y)
        (%make-complex (d* size (%double-cos y)) (d* size (%double-sin y))))))

(defun %complex-log (x y)
  "Signals division-by-zero for zero."
  (cond ((and (%double= x 0d0) (%double= y 0d0)) (%division-by-zero 'log 1 0))
        ((and (%finite-double-p x) (%finite-double-p y))
         (%make-complex (%double-log-hypot x y) (%double-atan2 y x)))
        (t (%make-complex (%double-hypot x y) (%double-atan2 y x)))))

(defun %complex-sqrt (x y)
  (if (and (%double= x 0d0) (%double= y 0d0))
      (%make-complex 0d0 y)
      ;; An even shift keeps the sum in range: |x| and |y| become less than 4.
      (let* ((exponent (%fix- (max (%double-biased-exponent x) (%double-biased-exponent y)) 1023))
             (shift (%fix- exponent (%fix-and exponent 1)))
             (a (%double-abs (%double-scale x (%fix- 0 shift))))
             (b (%double-scale y (%fix- 0 shift)))
             (root (%double-scale (%double-sqrt (d* 0.5d0 (d+ a (%double-hypot a b)))) (%fix-shr shift 1)))
             (other (d/ (%double-abs y) (d* 2d0 root))))
        (if (%double-negative-p x)
            (%make-complex other (%signed-like y root))
            (%make-complex root (%signed-like y other))))))

;;; Trigonometric and hyperbolic functions

(defun %complex-sinh (x y)
  (%make-complex (d* (%double-sinh x) (%double-cos y)) (d* (%double-cosh x) (%double-sin y))))

(defun %complex-cosh (x y)
  (%make-complex (d* (%double-cosh x) (%double-cos y)) (d* (%double-sinh x) (%double-sin y))))

(defun %complex-tanh (x y)
  (if (%double< 175d0 (%double-abs x))
      (%make-complex (%signed-like x 1d0) (%signed-like y 0d0))
      (let* ((tangent (%double-tan y))
             (beta (d+ 1d0 (d* tangent tangent)))
             (sinh (%double-sinh x))
             (cosh (%double-sqrt (d+ 1d0 (d* sinh sinh))))
             (divisor (d+ 1d0 (d* beta sinh sinh))))
        (%make-complex (d/ (d* beta cosh sinh) divisor) (d/ tangent divisor)))))

(defun %complex-sin (x y)
  (%times-minus-i (%complex-sinh (%double-neg y) x)))

(defun %complex-cos (x y)
  (%complex-cosh (%double-neg y) x))

(defun %complex-tan (x y)
  (%times-minus-i (%complex-tanh (%double-neg y) x)))

;;; Inverse functions

(defun %conjugate-product (a b)
  "The conjugate of A times B."
  (let ((ar (%realpart a)) (ai (%imagpart a)) (br (%realpart b)) (bi (%imagpart b)))
    (%make-complex (d+ (d* ar br) (d* ai bi)) (d- (d* ar bi) (d* ai br)))))

(defun %complex-asin (x y)
  (let* ((a (%complex-sqrt (d- 1d0 x) (%double-neg y)))
         (b (%complex-sqrt (d+ 1d0 x) y)))
    (%make-complex (%double-atan2 x (d- (d* (%realpart a) (%realpart b)) (d* (%imagpart a) (%imagpart b))))
                   (%double-asinh (%imagpart (%conjugate-product a b))))))

(defun %complex-acos (x y)
  (let* ((a (%complex-sqrt (d- 1d0 x) (%double-neg y)))
         (b (%complex-sqrt (d+ 1d0 x) y)))
    (%make-complex (d* 2d0 (%double-atan2 (%realpart a) (%realpart b)))
                   (%double-asinh (%imagpart (%conjugate-product b a))))))

(defun %complex-acosh (x y)
  (let* ((a (%complex-sqrt (d- x 1d0) y))
         (b (%complex-sqrt (d+ x 1d0) y)))
    (%make-complex (%double-asinh (%realpart (%conjugate-product a b)))
                   (d* 2d0 (%double-atan2 (%imagpart a) (%realpart b))))))

(defun %complex-asinh (x y)
  (%times-minus-i (%complex-asin (%double-neg y) x)))

(defun %complex-atanh (x y)
  "Signals division-by-zero for 1 and -1."
  (let ((size (%double-abs y)))
    (cond ((%double-negative-p x)
           (let ((opposite (%complex-atanh (%double-neg x) (%double-neg y))))
             (%make-complex (%double-neg (%realpart opposite)) (%double-neg (%imagpart opposite)))))
          ((or (%double< 1d150 x) (%double< 1d150 size))
           (let ((length (%double-hypot x y)))
             (%make-complex (d/ (d/ x length) length) (%signed-like y 1.5707963267948966d0))))
          ((not (%double= x 1d0))
           (let ((distance (d- 1d0 x)))
             (%make-complex (d* 0.25d0 (values (%log1p-parts (d/ (d* 4d0 x) (d+ (d* distance distance) (d* y y))) 0d0)))
                            (d* 0.5d0 (%double-atan2 (d* 2d0 y) (d- (d* distance (d+ 1d0 x)) (d* y y)))))))
          ((%double= y 0d0) (%division-by-zero 'atanh 1 0))
          (t (%make-complex (d* 0.5d0 (d- (%double-log-hypot y 2d0) (%double-log size)))
                            (d* 0.5d0 (%double-atan2 (d* 2d0 y) (%double-neg (d* y y)))))))))

(defun %complex-atan (x y)
  "Signals division-by-zero for i and -i."
  (%times-minus-i (%complex-atanh (%double-neg y) x)))
